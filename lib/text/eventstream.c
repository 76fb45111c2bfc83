/*
 * eventstream.c - AWS's binary framing: lengths first, so a message that is cut off still shows
 * what came.
 */
#include "eventstream.h"

#include "str.h"

#define PRELUDE_SIZE ((size_t)12) /* two lengths and their CRC */
#define CRC_SIZE     ((size_t)4)

/* What AWS's own readers take at most. Text that is read as a length is far over it. */
#define MESSAGE_MAX ((size_t)24 * 1024 * 1024)
#define HEADERS_MAX ((size_t)128 * 1024)

enum header_type {
	HEADER_TRUE,
	HEADER_FALSE,
	HEADER_BYTE,
	HEADER_SHORT,
	HEADER_INTEGER,
	HEADER_LONG,
	HEADER_BYTES,
	HEADER_STRING,
	HEADER_TIMESTAMP,
	HEADER_UUID
};

static size_t read_u16(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (size_t)u[0] << 8 | u[1];
}

static size_t read_u32(const char *p)
{
	return read_u16(p) << 16 | read_u16(p + 2);
}

static bool read_prelude(struct errnorm_str text, size_t *ret_total, size_t *ret_headers)
{
	if (text.len < PRELUDE_SIZE)
		return false;
	*ret_total = read_u32(text.ptr);
	*ret_headers = read_u32(text.ptr + 4);
	return *ret_total <= MESSAGE_MAX && *ret_headers <= HEADERS_MAX &&
	       *ret_total >= PRELUDE_SIZE + *ret_headers + CRC_SIZE;
}

struct header {
	struct errnorm_str name, value;
	unsigned char type;
};

/* Any header at *cursor. False at the end, where it is cut off, or where there is no such type. */
static bool read_header(struct errnorm_str headers, size_t *cursor, struct header *ret)
{
	static const unsigned char sizes[] = {0, 0, 1, 2, 4, 8, 0, 0, 8, 16};
	struct errnorm_str rest;
	size_t name_len, size, at;

	if (*cursor >= headers.len)
		return false;
	rest = en_str_from(headers, *cursor);
	name_len = (unsigned char)rest.ptr[0];
	at = 1 + name_len;
	if (!name_len || rest.len <= at)
		return false;
	ret->name = en_str(rest.ptr + 1, name_len);
	ret->type = (unsigned char)rest.ptr[at++];
	if (ret->type >= sizeof(sizes))
		return false;
	size = sizes[ret->type];
	if (ret->type == HEADER_BYTES || ret->type == HEADER_STRING) {
		if (rest.len - at < 2)
			return false;
		size = read_u16(rest.ptr + at);
		at += 2;
	}
	if (rest.len - at < size)
		return false;
	ret->value = en_str(rest.ptr + at, size);
	*cursor += at + size;
	return true;
}

bool en_eventstream_probe(struct errnorm_str text)
{
	struct errnorm_str headers;
	size_t total, headers_len, cursor = 0;
	struct header header;
	bool pseudo = false;

	if (!read_prelude(text, &total, &headers_len))
		return false;
	headers = en_str_from(text, PRELUDE_SIZE);
	if (headers.len > headers_len)
		headers.len = headers_len;
	while (read_header(headers, &cursor, &header))
		pseudo = pseudo || header.name.ptr[0] == ':';
	/* Headers that are all there must be read to their end. */
	return pseudo && (cursor == headers.len || headers.len < headers_len);
}

void en_eventstream_init(struct en_eventstream *es, struct errnorm_str text)
{
	es->rest = text;
}

bool en_eventstream_next(struct en_eventstream *es, struct en_eventstream_message *ret)
{
	struct errnorm_str body;
	size_t total, headers_len, body_len;

	if (!read_prelude(es->rest, &total, &headers_len))
		return false;
	body_len = total - PRELUDE_SIZE - CRC_SIZE;
	body = en_str_from(es->rest, PRELUDE_SIZE);
	if (body.len > body_len)
		body.len = body_len;
	if (headers_len > body.len)
		headers_len = body.len;
	ret->headers = en_str(body.ptr, headers_len);
	ret->payload = en_str_from(body, headers_len);
	es->rest = en_str_from(es->rest, total);
	return true;
}

bool en_eventstream_header(struct errnorm_str headers, size_t *cursor, struct errnorm_str *ret_name,
			   struct errnorm_str *ret_value)
{
	struct header header;

	while (read_header(headers, cursor, &header)) {
		if (header.type != HEADER_STRING)
			continue;
		*ret_name = header.name;
		*ret_value = header.value;
		return true;
	}
	return false;
}
