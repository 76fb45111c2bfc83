/*
 * mask.h - what 64 bytes are, as bits: letters and digits, blanks, and a few marks. With SSE2 16 bytes at a time.
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
	uint64_t mark;  /* . @ * : */
};

/* Bit i is about p[i]; len <= 64; bits from len on are clear but for blank, where they are set. */
static inline struct en_mask en_mask_read(const char *p, size_t len)
{
	struct en_mask mask = {0, 0, 0};
	size_t i = 0;

#ifdef __SSE2__
	const __m128i bit = _mm_set1_epi8(0x20);

	for (; i < len; i += 16) {
		const char *from = p + i;
		char rest[16];
		if (len - i < 16) {
			memset(rest, 0, sizeof rest);
			memcpy(rest, from, len - i);
			from = rest;
		}
		__m128i c = _mm_loadu_si128((const __m128i *)(const void *)from);
		__m128i low = _mm_or_si128(c, bit);
		/* Compares are signed: bytes from 0x80 on are below everything here. */
		__m128i letter = _mm_and_si128(_mm_cmpgt_epi8(low, _mm_set1_epi8('a' - 1)),
					       _mm_cmplt_epi8(low, _mm_set1_epi8('z' + 1)));
		__m128i digit = _mm_and_si128(_mm_cmpgt_epi8(c, _mm_set1_epi8('0' - 1)),
					      _mm_cmplt_epi8(c, _mm_set1_epi8('9' + 1)));
		__m128i blank = _mm_and_si128(_mm_cmplt_epi8(c, _mm_set1_epi8(' ' + 1)),
					      _mm_cmpgt_epi8(c, _mm_set1_epi8(-1)));
		__m128i mark = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('.')),
							 _mm_cmpeq_epi8(c, _mm_set1_epi8('@'))),
					    _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('*')),
							 _mm_cmpeq_epi8(c, _mm_set1_epi8(':'))));
		mask.alnum |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_or_si128(letter, digit))
			      << i;
		mask.blank |= (uint64_t)(unsigned)_mm_movemask_epi8(blank) << i;
		mask.mark |= (uint64_t)(unsigned)_mm_movemask_epi8(mark) << i;
	}
#endif
	for (; i < len; i++) {
		unsigned char c = (unsigned char)p[i];
		uint64_t here = 1ull << i;
		if (en_is_alnum(c))
			mask.alnum |= here;
		else if (c <= ' ')
			mask.blank |= here;
		else if (c == '.' || c == '@' || c == '*' || c == ':')
			mask.mark |= here;
	}
	if (len < 64)
		mask.blank |= ~0ull << len;
	return mask;
}

#endif
