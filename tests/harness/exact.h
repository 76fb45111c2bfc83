/*
 * exact.h - inputs and outputs in blocks of exactly their size, so that the sanitizer sees one byte
 * too many. Include behind cmocka.h.
 */
#ifndef ERRNORM_TESTS_EXACT_H
#define ERRNORM_TESTS_EXACT_H

#include <stdlib.h>
#include <string.h>

#include "str.h"

/* A copy of bytes in a block of its own: free ptr. Also of none: then nothing may be read. */
static inline struct errnorm_str exact(const void *bytes, size_t len)
{
	char *mem = malloc(len);

	assert_true(mem || !len);
	if (len)
		memcpy(mem, bytes, len);
	return en_str(mem, len);
}

static inline void exact_free(struct errnorm_str s)
{
	free((void *)(uintptr_t)s.ptr);
}

/* Prints both sides where they differ. */
static inline void check_str(struct errnorm_str got, const char *want)
{
	if (got.len != strlen(want) || (got.len && memcmp(got.ptr, want, got.len) != 0))
		fail_msg("got \"%.*s\" (%zu), want \"%s\" (%zu)", (int)got.len, got.ptr ? got.ptr : "", got.len, want,
			 strlen(want));
}

#endif
