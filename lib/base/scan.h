/*
 * scan.h - finding the next interesting byte, 16 at a time where the machine can.
 */
#ifndef ERRNORM_BASE_SCAN_H
#define ERRNORM_BASE_SCAN_H

#include <stddef.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The first line feed or carriage return in [p, end), or end. */
static inline const char *en_scan_line(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i feed = _mm_set1_epi8('\n');
	const __m128i back = _mm_set1_epi8('\r');

	while (end - p >= 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
		int mask = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, feed), _mm_cmpeq_epi8(bytes, back)));
		if (mask)
			return p + __builtin_ctz((unsigned)mask);
		p += 16;
	}
#endif
	while (p < end && *p != '\n' && *p != '\r')
		p++;
	return p;
}

/* The first of " { } [ ] in [p, end), or end. */
static inline const char *en_scan_structure(const char *p, const char *end)
{
#ifdef __SSE2__
	/* '[' and '{', ']' and '}' differ in one bit, which is set here. */
	const __m128i bit = _mm_set1_epi8(0x20);
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i open = _mm_set1_epi8('{');
	const __m128i close = _mm_set1_epi8('}');

	while (end - p >= 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i folded = _mm_or_si128(bytes, bit);
		__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote),
					   _mm_or_si128(_mm_cmpeq_epi8(folded, open), _mm_cmpeq_epi8(folded, close)));
		int mask = _mm_movemask_epi8(hit);
		if (mask)
			return p + __builtin_ctz((unsigned)mask);
		p += 16;
	}
#endif
	while (p < end && *p != '"' && *p != '{' && *p != '}' && *p != '[' && *p != ']')
		p++;
	return p;
}

#endif
