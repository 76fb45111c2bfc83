/*
 * mask.h - what 64 bytes are, as bits: letters and digits, blanks, and marks. With SSE2 16 bytes at a time.
 */
#ifndef ERRNORM_BASE_MASK_H
#define ERRNORM_BASE_MASK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "str.h"

struct en_mask {
	uint64_t alnum; /* ASCII letters and digits */
	uint64_t blank; /* up to and including the space */
	uint64_t mark;  /* . @ * : / \\ % */
};

static inline bool en_is_mark(unsigned char c)
{
	return c == '.' || c == '@' || c == '*' || c == ':' || c == '/' || c == '\\' || c == '%';
}

#ifdef __SSE2__
/* 16 bytes, as the lowest bits. */
static inline struct en_mask en_mask_block(const char *p)
{
	const __m128i c = _mm_loadu_si128((const __m128i *)(const void *)p);
	/* Compares are signed: what is to be told apart is moved to the top of the range. */
	const __m128i letter = _mm_cmpgt_epi8(
		_mm_add_epi8(_mm_or_si128(c, _mm_set1_epi8(0x20)), _mm_set1_epi8(127 - 'z')), _mm_set1_epi8(127 - 26));
	const __m128i digit = _mm_cmpgt_epi8(_mm_add_epi8(c, _mm_set1_epi8(127 - '9')), _mm_set1_epi8(127 - 10));
	const __m128i blank = _mm_cmpeq_epi8(_mm_min_epu8(c, _mm_set1_epi8(' ')), c);
	/* '.' and '/' differ in one bit, as no other two do. */
	const __m128i mark = _mm_or_si128(
		_mm_or_si128(
			_mm_or_si128(_mm_cmpeq_epi8(_mm_or_si128(c, _mm_set1_epi8(1)), _mm_set1_epi8('/')),
				     _mm_cmpeq_epi8(c, _mm_set1_epi8('@'))),
			_mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('*')), _mm_cmpeq_epi8(c, _mm_set1_epi8(':')))),
		_mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('\\')), _mm_cmpeq_epi8(c, _mm_set1_epi8('%'))));

	return (struct en_mask){(unsigned)_mm_movemask_epi8(_mm_or_si128(letter, digit)),
				(unsigned)_mm_movemask_epi8(blank), (unsigned)_mm_movemask_epi8(mark)};
}
#else
static inline struct en_mask en_mask_block(const char *p)
{
	struct en_mask mask = {0, 0, 0};

	for (size_t i = 0; i < 16; i++) {
		unsigned char c = (unsigned char)p[i];
		mask.alnum |= (uint64_t)en_is_alnum(c) << i;
		mask.blank |= (uint64_t)(c <= ' ') << i;
		mask.mark |= (uint64_t)en_is_mark(c) << i;
	}
	return mask;
}
#endif

/* Bit i is about p[i]; len <= 64; bits from len on are clear but for blank, where they are set. */
static inline struct en_mask en_mask_read(const char *p, size_t len)
{
	struct en_mask mask = {0, 0, 0};
	size_t i = 0;

	for (; i < len; i += 16) {
		struct en_mask block;
		char rest[16] = {0};
		if (len - i < 16) {
			memcpy(rest, p + i, len - i);
			block = en_mask_block(rest);
		} else {
			block = en_mask_block(p + i);
		}
		mask.alnum |= block.alnum << i;
		mask.blank |= block.blank << i;
		mask.mark |= block.mark << i;
	}
	if (len < 64)
		mask.blank |= ~0ull << len;
	return mask;
}

#endif
