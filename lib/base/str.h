/*
 * str.h - string views: making, comparing, taking apart. Nothing here allocates or looks at the locale.
 */
#ifndef ERRNORM_BASE_STR_H
#define ERRNORM_BASE_STR_H

#include <stdbool.h>
#include <string.h>

#include <errnorm/types.h>

#define EN_STR(literal) ((struct errnorm_str){"" literal, sizeof(literal) - 1})
#define EN_STR_NULL     ((struct errnorm_str){NULL, 0})

static inline struct errnorm_str en_str(const char *ptr, size_t len)
{
	return (struct errnorm_str){ptr, len};
}

/* ASCII letters only: what a locale calls a letter must not change a verdict. */
static inline unsigned char en_lower(unsigned char c)
{
	return (unsigned char)(c - 'A') < 26 ? (unsigned char)(c | 0x20) : c;
}

static inline bool en_is_hex(unsigned char c)
{
	return (unsigned char)(c - '0') < 10 || (unsigned char)((c | 0x20) - 'a') < 6;
}

static inline bool en_is_digit(unsigned char c)
{
	return (unsigned char)(c - '0') < 10;
}

static inline bool en_is_alnum(unsigned char c)
{
	return en_is_digit(c) || (unsigned char)((c | 0x20) - 'a') < 26;
}

static inline bool en_is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool en_str_eq(struct errnorm_str a, struct errnorm_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool en_str_case_eq(struct errnorm_str a, struct errnorm_str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (en_lower((unsigned char)a.ptr[i]) != en_lower((unsigned char)b.ptr[i]))
			return false;
	return true;
}

static inline bool en_str_starts(struct errnorm_str s, struct errnorm_str prefix)
{
	return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

static inline bool en_str_case_starts(struct errnorm_str s, struct errnorm_str prefix)
{
	return s.len >= prefix.len && en_str_case_eq(en_str(s.ptr, prefix.len), prefix);
}

static inline struct errnorm_str en_str_from(struct errnorm_str s, size_t offset)
{
	if (!s.ptr)
		return s;
	return offset >= s.len ? en_str(s.ptr + s.len, 0) : en_str(s.ptr + offset, s.len - offset);
}

static inline struct errnorm_str en_str_trim(struct errnorm_str s)
{
	while (s.len && en_is_space((unsigned char)s.ptr[0]))
		s.ptr++, s.len--;
	while (s.len && en_is_space((unsigned char)s.ptr[s.len - 1]))
		s.len--;
	return s;
}

/* As strcmp: byte by byte, a beginning before what goes on from it. */
static inline int en_str_order(struct errnorm_str a, struct errnorm_str b)
{
	size_t min = a.len < b.len ? a.len : b.len;
	int order = min ? memcmp(a.ptr, b.ptr, min) : 0;

	return order ? order : a.len < b.len ? -1 : a.len > b.len;
}

/* The offset of needle in s from offset on, or (size_t)-1. An empty needle is found at once. */
static inline size_t en_str_find(struct errnorm_str s, struct errnorm_str needle, size_t from)
{
	if (needle.len == 0)
		return from <= s.len ? from : (size_t)-1;
	while (from + needle.len <= s.len) {
		const char *hit = memchr(s.ptr + from, needle.ptr[0], s.len - from - needle.len + 1);
		if (!hit)
			break;
		if (memcmp(hit, needle.ptr, needle.len) == 0)
			return (size_t)(hit - s.ptr);
		from = (size_t)(hit - s.ptr) + 1;
	}
	return (size_t)-1;
}

#endif
