/*
 * json.c - the pull reader for bodies. Speed comes from skipping: strings 16 bytes at a time, containers by counting brackets.
 */
#include "json.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "scan.h"
#include "str.h"
#include "utf8.h"

enum {
	INNER_QUOTES_MAX = 16, /* quotes inside of a string that the sender forgot to escape */
};

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline void skip_space(struct en_json *json)
{
	const char *p = json->p;

	while (p < json->end && is_space(*p))
		p++;
	json->p = p;
}

static void stop(struct en_json *json, bool bad)
{
	if (bad)
		json->bad = true;
	else
		json->cut = true;
	json->p = json->end;
}

/* Does the text begin with an object or array whose first string stands between single quotes? */
static bool is_python(struct errnorm_str text)
{
	size_t i = 0;

	while (i < text.len && (text.ptr[i] == '[' || text.ptr[i] == '{' || text.ptr[i] == '('))
		i++;
	return i > 0 && i < text.len && text.ptr[i] == '\'';
}

void en_json_init(struct en_json *json, struct errnorm_str text)
{
	json->p = text.ptr;
	json->end = text.ptr + text.len;
	json->exact = json->cut = json->bad = false;
	if (text.len >= 3 && memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0)
		json->p += 3;
	skip_space(json);
	json->python = is_python(en_str(json->p, (size_t)(json->end - json->p)));
}

/* What begins with a byte in an object as Python prints it. */
static enum en_json_kind python_kind(char c)
{
	switch (c) {
	case '\'':
		return EN_JSON_STRING;
	case '(':
		return EN_JSON_ARRAY;
	case 'T':
		return EN_JSON_TRUE;
	case 'F':
		return EN_JSON_FALSE;
	case 'N':
		return EN_JSON_NULL;
	default:
		return EN_JSON_NONE;
	}
}

enum en_json_kind en_json_peek(struct en_json *json)
{
	static const uint8_t kinds[256] = {
		['{'] = EN_JSON_OBJECT, ['['] = EN_JSON_ARRAY,  ['"'] = EN_JSON_STRING, ['t'] = EN_JSON_TRUE,
		['f'] = EN_JSON_FALSE,  ['n'] = EN_JSON_NULL,   ['-'] = EN_JSON_NUMBER, ['0'] = EN_JSON_NUMBER,
		['1'] = EN_JSON_NUMBER, ['2'] = EN_JSON_NUMBER, ['3'] = EN_JSON_NUMBER, ['4'] = EN_JSON_NUMBER,
		['5'] = EN_JSON_NUMBER, ['6'] = EN_JSON_NUMBER, ['7'] = EN_JSON_NUMBER, ['8'] = EN_JSON_NUMBER,
		['9'] = EN_JSON_NUMBER,
	};
	enum en_json_kind kind;

	skip_space(json);
	if (json->p == json->end)
		return EN_JSON_NONE;
	kind = (enum en_json_kind)kinds[(unsigned char)*json->p];
	return kind == EN_JSON_NONE && json->python ? python_kind(*json->p) : kind;
}

bool en_json_enter(struct en_json *json)
{
	enum en_json_kind kind = en_json_peek(json);

	if (kind != EN_JSON_OBJECT && kind != EN_JSON_ARRAY)
		return false;
	json->p++;
	return true;
}

/*
 * The quote that ends a string of which p is a byte that nothing escapes, or end; escaped: a backslash was met. A backslash as the last byte
 * escapes nothing.
 */
static inline const char *find_quote(const char *p, const char *end, char quote, bool *ret_escaped)
{
#ifdef __SSE2__
	const __m128i quotes = _mm_set1_epi8(quote);
	const __m128i backslashes = _mm_set1_epi8('\\');

	while (end - p >= 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
		unsigned mask = (unsigned)_mm_movemask_epi8(
			_mm_or_si128(_mm_cmpeq_epi8(bytes, quotes), _mm_cmpeq_epi8(bytes, backslashes)));
		unsigned step = 16;
		while (mask) {
			unsigned i = (unsigned)__builtin_ctz(mask);
			if (p[i] == quote)
				return p + i;
			*ret_escaped = true;
			if (i == 15) /* what it escapes is in the next block */
				step = end - p > 16 ? 17 : 16;
			mask &= ~0u << i << 2;
		}
		p += step;
	}
#endif
	for (; p < end && *p != quote; p++) {
		if (*p == '\\') {
			*ret_escaped = true;
			p += end - p > 1;
		}
	}
	return p;
}

static inline bool may_follow_string(char c)
{
	return c == ',' || c == ':' || c == '}' || c == ']' || c == ')';
}

static bool ends_string(const char *p, const char *end)
{
	while (p < end && is_space(*p))
		p++;
	return p == end || may_follow_string(*p);
}

/*
 * Does the quote at first end its string, by what stands behind it? If not, the sender did not escape the quotes inside: the one that does, if
 * it is not far; else the first after all.
 */
__attribute__((noinline)) static const char *find_outer_quote(const char *first, const char *end, bool *ret_escaped)
{
	const char *p = first;
	bool escaped = *ret_escaped;

	if (ends_string(first + 1, end))
		return first;
	for (int i = 0; i < INNER_QUOTES_MAX; i++) {
		p = find_quote(p + 1, end, *first, &escaped);
		if (p == end)
			break;
		if (ends_string(p + 1, end)) {
			*ret_escaped = escaped;
			return p;
		}
	}
	return first;
}

/* Stands on the opening quote. */
static void read_string(struct en_json *json, struct en_json_value *ret)
{
	const char *start = json->p + 1;
	const char *p;

	ret->kind = EN_JSON_STRING;
	ret->escaped = ret->cut = false;
	p = find_quote(start, json->end, *json->p, &ret->escaped);
	if (json->end - p > 1 && !may_follow_string(p[1]) && !json->exact)
		p = find_outer_quote(p, json->end, &ret->escaped);
	ret->raw = en_str(start, (size_t)(p - start));
	if (p < json->end) {
		json->p = p + 1;
		return;
	}
	ret->cut = true;
	stop(json, false);
}

static const char *scan_structure(const struct en_json *json, const char *p)
{
	const char *next = en_scan_structure(p, json->end);
	const char *single = json->python ? memchr(p, '\'', (size_t)(next - p)) : NULL;

	return single ? single : next;
}

/* The next quote or parenthesis. */
static const char *scan_tuple(const char *p, const char *end)
{
	while (p < end && *p != '"' && *p != '\'' && *p != '(' && *p != ')')
		p++;
	return p;
}

/* Stands on the opening bracket. Brackets are counted together: whether they match is the sender's affair. */
static void skip_container(struct en_json *json, struct en_json_value *ret)
{
	const char *start = json->p;
	const char *p = start;
	bool tuple = *start == '(';
	size_t depth = 0;

	while ((p = tuple ? scan_tuple(p, json->end) : scan_structure(json, p)) < json->end) {
		if (*p == '"' || *p == '\'') {
			struct en_json_value inner;
			json->p = p;
			read_string(json, &inner);
			p = json->p;
			continue;
		}
		depth += *p == '{' || *p == '[' || *p == '(' ? 1 : (size_t)-1;
		p++;
		if (depth == 0) {
			ret->raw = en_str(start, (size_t)(p - start));
			json->p = p;
			return;
		}
	}
	ret->raw = en_str(start, (size_t)(json->end - start));
	ret->cut = true;
	stop(json, false);
}

static bool is_delimiter(char c)
{
	static const uint8_t delimiters[256] = {
		[','] = 1, ['}'] = 1, [']'] = 1, [')'] = 1, [' '] = 1, ['\n'] = 1, ['\r'] = 1, ['\t'] = 1, [':'] = 1,
	};

	return delimiters[(unsigned char)c];
}

static void read_word(struct en_json *json, struct en_json_value *ret)
{
	static const struct errnorm_str words[2][EN_JSON_TRUE + 1] = {
		{[EN_JSON_NULL] = {"null", 4}, [EN_JSON_FALSE] = {"false", 5}, [EN_JSON_TRUE] = {"true", 4}},
		{[EN_JSON_NULL] = {"None", 4}, [EN_JSON_FALSE] = {"False", 5}, [EN_JSON_TRUE] = {"True", 4}},
	};
	const char *p = json->p;
	const struct errnorm_str *word =
		&words[p < json->end && *p < 'a'][ret->kind < EN_JSON_NUMBER ? ret->kind : EN_JSON_NULL];

	while (p < json->end && !is_delimiter(*p))
		p++;
	ret->raw = en_str(json->p, (size_t)(p - json->p));
	ret->cut = p == json->end;
	json->p = p;
	if (ret->kind != EN_JSON_NUMBER && !en_str_eq(ret->raw, *word)) {
		bool prefix = ret->cut && en_str_starts(*word, ret->raw);
		ret->kind = EN_JSON_NONE;
		stop(json, !prefix);
	}
}

void en_json_value(struct en_json *json, struct en_json_value *ret)
{
	ret->kind = en_json_peek(json);
	ret->escaped = ret->cut = false;
	ret->raw = en_str(json->p, 0);
	switch (ret->kind) {
	case EN_JSON_NONE:
		stop(json, json->p != json->end);
		break;
	case EN_JSON_STRING:
		read_string(json, ret);
		break;
	case EN_JSON_ARRAY:
	case EN_JSON_OBJECT:
		skip_container(json, ret);
		break;
	default:
		read_word(json, ret);
		break;
	}
}

/* Steps over a comma to what an object or array has next. False behind the last, or where the text ends. */
static inline bool next_member(struct en_json *json, char close)
{
	skip_space(json);
	if (json->p < json->end && *json->p == ',') {
		json->p++;
		skip_space(json);
	}
	if (json->p == json->end) {
		json->cut = true;
		return false;
	}
	if (*json->p != close && !(json->python && close == ']' && *json->p == ')'))
		return true;
	json->p++;
	return false;
}

bool en_json_key(struct en_json *json, struct en_json_value *ret_key)
{
	if (!next_member(json, '}'))
		return false;
	if (*json->p != '"' && en_json_peek(json) != EN_JSON_STRING) {
		stop(json, true);
		return false;
	}
	read_string(json, ret_key);
	skip_space(json);
	if (json->p == json->end) {
		json->cut = true;
		return false;
	}
	if (*json->p != ':') {
		stop(json, true);
		return false;
	}
	json->p++;
	return true;
}

bool en_json_element(struct en_json *json)
{
	if (!next_member(json, ']'))
		return false;
	if (en_json_peek(json) == EN_JSON_NONE) {
		stop(json, true);
		return false;
	}
	return true;
}

/* The value of a hex digit, 16 of another character. */
static unsigned hex_digit(char c)
{
	unsigned digit = (unsigned char)c - (unsigned)'0';

	if (digit < 10)
		return digit;
	digit = ((unsigned char)c | 0x20) - (unsigned)'a';
	return digit < 6 ? digit + 10 : 16;
}

/* The four hex digits at p, or -1. */
static int32_t read_hex4(const char *p, const char *end)
{
	unsigned a, b, c, d;

	if (end - p < 4)
		return -1;
	a = hex_digit(p[0]);
	b = hex_digit(p[1]);
	c = hex_digit(p[2]);
	d = hex_digit(p[3]);
	return (a | b | c | d) & 16 ? -1 : (int32_t)(a << 12 | b << 8 | c << 4 | d);
}

/* Stands behind "\u". Returns where to go on, or NULL if it is no such escape. */
static const char *read_unicode(const char *p, const char *end, uint32_t *ret)
{
	int32_t high = read_hex4(p, end);
	int32_t low;

	if (high < 0)
		return NULL;
	p += 4;
	*ret = (uint32_t)high;
	if (high >= 0xd800 && high < 0xdc00) {
		*ret = 0xfffd;
		if (end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
			low = read_hex4(p + 2, end);
			if (low >= 0xdc00 && low < 0xe000) {
				*ret = 0x10000 + ((uint32_t)(high - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
				p += 6;
			}
		}
	} else if (high >= 0xdc00 && high < 0xe000) {
		*ret = 0xfffd;
	}
	return p;
}

/* What a character means behind a backslash; 0: nothing, or more than one character says. */
static char plain_escape(char c)
{
	static const char meanings[128] = {
		['n'] = '\n', ['t'] = '\t',  ['r'] = '\r', ['b'] = '\b',  ['f'] = '\f',
		['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['\''] = '\'',
	};

	return (unsigned char)c < 128 ? meanings[(unsigned char)c] : 0;
}

/* One escape of more than a letter, at the backslash; what is none stays as it is. False if its character does not fit. */
static bool copy_escape(const char **io_p, const char *end, char **io_out, const char *out_end)
{
	const char *p = *io_p;
	const char *next = NULL;
	uint32_t code;
	char utf8[4];
	size_t len;

	if (end - p >= 2 && p[1] == 'u')
		next = read_unicode(p + 2, end, &code);
	if (!next) {
		*(*io_out)++ = *p;
		*io_p = p + 1;
		return true;
	}
	len = en_utf8_encode(code, utf8);
	if (len > (size_t)(out_end - *io_out))
		return false;
	for (size_t i = 0; i < len; i++)
		*(*io_out)++ = utf8[i];
	*io_p = next;
	return true;
}

/* Between the escapes of a dense text there are a few bytes only, so no function is called for them nor for the escapes of one letter. */
size_t en_json_decode(struct errnorm_str raw, char *out, size_t cap)
{
	const char *p = raw.ptr;
	const char *end = raw.ptr + raw.len;
	const char *out_end = out + cap;
	char *to = out;

	while (p < end) {
#ifdef __SSE2__
		const __m128i backslash = _mm_set1_epi8('\\');

		while (end - p >= 16 && out_end - to >= 16) {
			__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
			unsigned mask = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, backslash));
			unsigned n = mask ? (unsigned)__builtin_ctz(mask) : 16;
			_mm_storeu_si128((__m128i *)(void *)to, bytes);
			p += n;
			to += n;
			if (!mask)
				continue;
			/* At a backslash, with a byte behind it but for the last of the text. */
			if (end - p < 2 || !plain_escape(p[1]))
				break;
			*to++ = plain_escape(p[1]);
			p += 2;
		}
#endif
		while (p < end && to < out_end && *p != '\\')
			*to++ = *p++;
		if (p == end)
			break;
		if (to == out_end)
			return *p == '\\' ? cap : en_utf8_floor(out, cap);
		if (end - p >= 2 && plain_escape(p[1])) {
			*to++ = plain_escape(p[1]);
			p += 2;
		} else if (!copy_escape(&p, end, &to, out_end)) {
			break;
		}
	}
	return (size_t)(to - out);
}
