/*
 * json.c - the pull reader for bodies. Speed comes from skipping: strings 16 bytes at a time, containers by counting brackets.
 */
#include "json.h"

#include <string.h>

#include "scan.h"
#include "str.h"
#include "utf8.h"

static void skip_space(struct en_json *json)
{
	const char *p = json->p;

	while (p < json->end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
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

void en_json_init(struct en_json *json, struct errnorm_str text)
{
	json->p = text.ptr;
	json->end = text.ptr + text.len;
	json->cut = json->bad = false;
	if (text.len >= 3 && memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0)
		json->p += 3;
	skip_space(json);
}

enum en_json_kind en_json_peek(struct en_json *json)
{
	skip_space(json);
	if (json->p == json->end)
		return EN_JSON_NONE;
	switch (*json->p) {
	case '{':
		return EN_JSON_OBJECT;
	case '[':
		return EN_JSON_ARRAY;
	case '"':
		return EN_JSON_STRING;
	case 't':
		return EN_JSON_TRUE;
	case 'f':
		return EN_JSON_FALSE;
	case 'n':
		return EN_JSON_NULL;
	case '-':
		return EN_JSON_NUMBER;
	default:
		return en_is_digit((unsigned char)*json->p) ? EN_JSON_NUMBER : EN_JSON_NONE;
	}
}

bool en_json_enter(struct en_json *json)
{
	enum en_json_kind kind = en_json_peek(json);

	if (kind != EN_JSON_OBJECT && kind != EN_JSON_ARRAY)
		return false;
	json->p++;
	return true;
}

/* Stands on the opening quote. */
static void read_string(struct en_json *json, struct en_json_value *ret)
{
	const char *start = ++json->p;
	const char *p = start;

	ret->kind = EN_JSON_STRING;
	ret->escaped = ret->cut = false;
	for (;;) {
		p = en_scan_quote(p, json->end);
		if (p == json->end)
			break;
		if (*p == '"') {
			ret->raw = en_str(start, (size_t)(p - start));
			json->p = p + 1;
			return;
		}
		ret->escaped = true;
		p += 2; /* the backslash and what it escapes */
		if (p > json->end)
			p = json->end;
	}
	ret->raw = en_str(start, (size_t)(p - start));
	ret->cut = true;
	stop(json, false);
}

/* Stands on the opening bracket. Brackets are counted together: whether they match is the sender's affair. */
static void skip_container(struct en_json *json, struct en_json_value *ret)
{
	const char *start = json->p;
	const char *p = start;
	size_t depth = 0;

	while ((p = en_scan_structure(p, json->end)) < json->end) {
		if (*p == '"') {
			struct en_json_value inner;
			json->p = p;
			read_string(json, &inner);
			p = json->p;
			continue;
		}
		depth += *p == '{' || *p == '[' ? 1 : (size_t)-1;
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
	return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' || c == '\r' || c == '\t' ||
	       c == ':';
}

static void read_word(struct en_json *json, struct en_json_value *ret)
{
	static const struct errnorm_str words[] = {
		[EN_JSON_NULL] = {"null", 4},
		[EN_JSON_FALSE] = {"false", 5},
		[EN_JSON_TRUE] = {"true", 4},
	};
	const char *p = json->p;

	while (p < json->end && !is_delimiter(*p))
		p++;
	ret->raw = en_str(json->p, (size_t)(p - json->p));
	ret->cut = p == json->end;
	json->p = p;
	if (ret->kind != EN_JSON_NUMBER && !en_str_eq(ret->raw, words[ret->kind])) {
		bool prefix = ret->cut && en_str_starts(words[ret->kind], ret->raw);
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

bool en_json_key(struct en_json *json, struct en_json_value *ret_key)
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
	if (*json->p == '}') {
		json->p++;
		return false;
	}
	if (*json->p != '"') {
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
	skip_space(json);
	if (json->p < json->end && *json->p == ',') {
		json->p++;
		skip_space(json);
	}
	if (json->p == json->end) {
		json->cut = true;
		return false;
	}
	if (*json->p == ']') {
		json->p++;
		return false;
	}
	if (en_json_peek(json) == EN_JSON_NONE) {
		stop(json, true);
		return false;
	}
	return true;
}

static int hex_digit(char c)
{
	if (en_is_digit((unsigned char)c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four hex digits at p, or -1. */
static int32_t read_hex4(const char *p, const char *end)
{
	int32_t value = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(p[i]);
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
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
				*ret = 0x10000 + ((uint32_t)(high - 0xd800) << 10) +
				       (uint32_t)(low - 0xdc00);
				p += 6;
			}
		}
	} else if (high >= 0xdc00 && high < 0xe000) {
		*ret = 0xfffd;
	}
	return p;
}

static char plain_escape(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'r':
		return '\r';
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case '"':
	case '\\':
	case '/':
		return c;
	default:
		return 0;
	}
}

size_t en_json_decode(struct errnorm_str raw, char *out, size_t cap)
{
	const char *p = raw.ptr;
	const char *end = raw.ptr + raw.len;
	size_t n = 0;

	while (p < end && n < cap) {
		const char *escape = en_scan_quote(p, end);
		size_t run = (size_t)(escape - p);
		uint32_t code;
		char utf8[4];

		if (run > cap - n) {
			memcpy(out + n, p, cap - n);
			return en_utf8_floor(out, cap);
		}
		memcpy(out + n, p, run);
		n += run;
		p = escape;
		if (p == end || n == cap)
			break;
		if (*p == '"' || end - p < 2 || !(plain_escape(p[1]) || p[1] == 'u')) {
			out[n++] = *p++;
			continue;
		}
		if (p[1] != 'u') {
			out[n++] = plain_escape(p[1]);
			p += 2;
			continue;
		}
		const char *next = read_unicode(p + 2, end, &code);
		if (!next) {
			out[n++] = *p++;
			continue;
		}
		size_t len = en_utf8_encode(code, utf8);
		if (len > cap - n)
			break;
		memcpy(out + n, utf8, len);
		n += len;
		p = next;
	}
	return n;
}
