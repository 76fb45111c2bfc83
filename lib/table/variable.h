/*
 * variable.h - the names that a dialect's templates use, and the places in a template where they stand.
 */
#ifndef ERRNORM_TABLE_VARIABLE_H
#define ERRNORM_TABLE_VARIABLE_H

#include "model.h"

/* What a name stands for, EN_VARIABLE_MAX if it is none. *ret_detail: the rest of "details.limit". */
static inline uint32_t en_variable_named(struct errnorm_str name, struct errnorm_str *ret_detail)
{
#define XX(NAME, name) {"" name, sizeof name - 1},
	static const struct errnorm_str names[] = {EN_VARIABLE_LIST(XX)};
#undef XX

	*ret_detail = EN_STR_NULL;
	for (uint32_t i = 0; i < EN_VARIABLE_DETAIL; i++)
		if (en_str_eq(name, names[i]))
			return i;
	if (!en_str_starts(name, names[EN_VARIABLE_DETAIL]) || name.len == names[EN_VARIABLE_DETAIL].len)
		return EN_VARIABLE_MAX;
	*ret_detail = en_str_from(name, names[EN_VARIABLE_DETAIL].len);
	return EN_VARIABLE_DETAIL;
}

/* The offset of c in text from offset on, or text.len. */
static inline size_t en_template_find(struct errnorm_str text, size_t from, char c)
{
	const char *hit = from < text.len ? memchr(text.ptr + from, c, text.len - from) : NULL;

	return hit ? (size_t)(hit - text.ptr) : text.len;
}

#endif
