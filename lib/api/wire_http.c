/*
 * wire_http.c - a raw HTTP response as text becomes a struct errnorm_response.
 *
 * The reading itself is text/http.c's; here are the public form and the joining of a chunked body.
 */
#include <errnorm/wire.h>

#include <stdbool.h>
#include <string.h>

#include "http.h"
#include "str.h"

_Static_assert(sizeof(struct en_http_header) == sizeof(struct errnorm_header),
	       "the caller's headers are read in place");

enum chunk_rc {
	CHUNK_DATA, /* there is a chunk */
	CHUNK_LAST, /* the one of size 0: trailers follow, and nothing that counts */
	CHUNK_CUT,  /* the text ends before the chunk does */
	CHUNK_BAD   /* not a chunk */
};

static int hex_digit(unsigned char c)
{
	if (en_is_digit(c))
		return c - '0';
	c = en_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Reads the line "SIZE[;extension]" at the start of *text and moves behind it. *ret_crlf tells
 * which kind of line break it had.
 */
static enum chunk_rc read_chunk_size(struct errnorm_str *text, size_t *ret, bool *ret_crlf)
{
	const char *line_end;
	size_t digits = 0;
	size_t size = 0;
	int digit;

	while (digits < text->len && (digit = hex_digit((unsigned char)text->ptr[digits])) >= 0) {
		if (size > (SIZE_MAX >> 8))
			return CHUNK_BAD;
		size = size * 16 + (size_t)digit;
		digits++;
	}
	if (digits == text->len)
		return CHUNK_CUT;
	if (digits == 0 || !memchr("\r\n; \t", text->ptr[digits], 5))
		return CHUNK_BAD;
	line_end = memchr(text->ptr + digits, '\n', text->len - digits);
	if (!line_end)
		return CHUNK_CUT;
	*ret_crlf = line_end[-1] == '\r';
	*ret = size;
	*text = en_str_from(*text, (size_t)(line_end - text->ptr) + 1);
	return size ? CHUNK_DATA : CHUNK_LAST;
}

/* Reads one chunk and moves *text behind the line break that ends it. */
static enum chunk_rc read_chunk(struct errnorm_str *text, struct errnorm_str *ret, bool *ret_crlf)
{
	size_t size = 0;
	enum chunk_rc rc = read_chunk_size(text, &size, ret_crlf);

	*ret = en_str(text->ptr, 0);
	if (rc != CHUNK_DATA)
		return rc;
	if (size >= text->len) {
		ret->len = text->len;
		*text = en_str_from(*text, size);
		return CHUNK_CUT;
	}
	ret->len = size;
	*text = en_str_from(*text, size);
	if (text->ptr[0] == '\r')
		*text = en_str_from(*text, 1);
	if (text->len == 0)
		return CHUNK_CUT;
	if (text->ptr[0] != '\n')
		return CHUNK_BAD;
	*text = en_str_from(*text, 1);
	return CHUNK_DATA;
}

/*
 * `curl -i` joins chunks itself and prints the header all the same, so the header alone proves
 * nothing: only a body that is chunked from its first byte to its end, or to where it is cut, is
 * joined. A text that stops inside its first chunk must have that chunk's CRLF to be taken for one:
 * "bad" is a word as well as a number.
 */
static enum errnorm_rc join_chunks(struct errnorm_str *body, char *buf, size_t cap)
{
	struct errnorm_str text = *body;
	size_t used = 0;

	for (size_t count = 0;; count++) {
		struct errnorm_str data;
		bool crlf = false;
		enum chunk_rc rc = read_chunk(&text, &data, &crlf);

		if (rc == CHUNK_BAD || (rc == CHUNK_CUT && count == 0 && !crlf))
			return ERRNORM_OK;
		if (data.len > cap - used)
			return ERRNORM_ESPACE;
		if (data.len)
			memcpy(buf + used, data.ptr, data.len);
		used += data.len;
		if (rc != CHUNK_DATA)
			break;
	}
	*body = en_str(buf, used);
	return ERRNORM_OK;
}

/* Whether the last transfer coding is "chunked". */
static bool is_chunked(const struct errnorm_header *headers, size_t count)
{
	static const struct errnorm_str chunked = {"chunked", 7};

	for (size_t i = 0; i < count; i++) {
		struct errnorm_str value = en_str_trim(headers[i].value);

		if (en_str_case_eq(headers[i].name, EN_STR("transfer-encoding")) && value.len >= chunked.len &&
		    en_str_case_eq(en_str_from(value, value.len - chunked.len), chunked))
			return true;
	}
	return false;
}

/*
 * http.h has a header struct of its own, since text/ does not see errnorm.h. The caller's array
 * serves as memory for both; going through a copy keeps the compiler's aliasing rules.
 */
static void convert_headers(struct errnorm_header *headers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct en_http_header header;

		memcpy(&header, &headers[i], sizeof(header));
		headers[i] = (struct errnorm_header){header.name, header.value};
	}
}

enum errnorm_rc errnorm_read_http(struct errnorm_str text, struct errnorm_header *headers, size_t cap, char *buf,
				  size_t buf_cap, struct errnorm_response *ret)
{
	struct en_http http = {0};
	size_t count;
	enum errnorm_rc rc;

	if (!ret || (!text.ptr && text.len) || (!headers && cap))
		return ERRNORM_EARG;
	if (ret->size < sizeof(*ret))
		return ERRNORM_EABI;
	if (!text.ptr || !en_http_read(text, (struct en_http_header *)(void *)headers, cap, &http))
		return ERRNORM_EFORMAT;
	count = http.header_count < cap ? http.header_count : cap;
	convert_headers(headers, count);
	if (buf && is_chunked(headers, count)) {
		rc = join_chunks(&http.body, buf, buf_cap);
		if (rc != ERRNORM_OK)
			return rc;
	}
	ret->http_status = http.status;
	ret->headers = headers;
	ret->header_count = count;
	ret->body = http.body;
	return ERRNORM_OK;
}
