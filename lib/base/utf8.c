/*
 * utf8.c - UTF-8 one character at a time, and the two copies that text goes through, which take
 * plain ASCII 16 bytes at a time where the machine can.
 */
#include "utf8.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "str.h"

#define REPLACEMENT 0xFFFDu

/*
 * The length that a sequence with this first byte has, 0 if none begins so, and the range of its
 * second byte: that is where overlong forms, surrogates and values over U+10FFFF show (Unicode,
 * table 3-7).
 */
static size_t sequence_length(unsigned char lead, unsigned char *ret_low, unsigned char *ret_high)
{
	*ret_low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
	*ret_high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
	if (lead < 0x80)
		return 1;
	if (lead < 0xC2 || lead > 0xF4)
		return 0;
	return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

uint32_t en_utf8_decode(const char *p, const char *end, size_t *ret_len)
{
	const unsigned char *u = (const unsigned char *)p;
	unsigned char low, high;
	size_t len = sequence_length(u[0], &low, &high);
	uint32_t c;

	*ret_len = 1;
	if (len == 1)
		return u[0];
	if (len == 0 || (size_t)(end - p) < len || u[1] < low || u[1] > high)
		return REPLACEMENT;
	c = u[0] & (0x7Fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((u[i] & 0xC0) != 0x80)
			return REPLACEMENT;
		c = c << 6 | (u[i] & 0x3Fu);
	}
	*ret_len = len;
	return c;
}

size_t en_utf8_encode(uint32_t c, char out[4])
{
	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = REPLACEMENT;
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

size_t en_utf8_floor(const char *s, size_t len)
{
	const unsigned char *u = (const unsigned char *)s;

	for (size_t back = 1; back <= 3 && back <= len; back++) {
		unsigned char byte = u[len - back], low, high;

		if ((byte & 0xC0) == 0x80)
			continue;
		if (sequence_length(byte, &low, &high) <= back)
			return len;
		/* A lead whose second byte cannot be is a bad byte by itself, not a cut. */
		if (back > 1 && (u[len - back + 1] < low || u[len - back + 1] > high))
			return len;
		return len - back;
	}
	return len;
}

enum fold_kind { FOLD_KEEP, FOLD_ASCII, FOLD_SPACE, FOLD_DROP };

struct fold_range {
	uint32_t first, last;
	unsigned char kind;
	char ascii;
};

/* In order of code points: the search stops at the first range that ends behind the character. */
static const struct fold_range fold_ranges[] = {
	{0x0000, 0x0020, FOLD_SPACE, 0},    {0x007F, 0x00A0, FOLD_SPACE, 0},    {0x00AB, 0x00AB, FOLD_ASCII, '"'},
	{0x00AD, 0x00AD, FOLD_DROP, 0},     {0x00BB, 0x00BB, FOLD_ASCII, '"'},  {0x02BC, 0x02BC, FOLD_ASCII, '\''},
	{0x034F, 0x034F, FOLD_DROP, 0},     {0x061C, 0x061C, FOLD_DROP, 0},     {0x1680, 0x1680, FOLD_SPACE, 0},
	{0x180B, 0x180E, FOLD_DROP, 0},     {0x2000, 0x200A, FOLD_SPACE, 0},    {0x200B, 0x200F, FOLD_DROP, 0},
	{0x2010, 0x2015, FOLD_ASCII, '-'},  {0x2018, 0x201B, FOLD_ASCII, '\''}, {0x201C, 0x201F, FOLD_ASCII, '"'},
	{0x2028, 0x2029, FOLD_SPACE, 0},    {0x202A, 0x202E, FOLD_DROP, 0},     {0x202F, 0x202F, FOLD_SPACE, 0},
	{0x2032, 0x2032, FOLD_ASCII, '\''}, {0x2033, 0x2033, FOLD_ASCII, '"'},  {0x2035, 0x2035, FOLD_ASCII, '\''},
	{0x2036, 0x2036, FOLD_ASCII, '"'},  {0x2039, 0x203A, FOLD_ASCII, '\''}, {0x205F, 0x205F, FOLD_SPACE, 0},
	{0x2060, 0x206F, FOLD_DROP, 0},     {0x2212, 0x2212, FOLD_ASCII, '-'},  {0x2E3A, 0x2E3B, FOLD_ASCII, '-'},
	{0x3000, 0x3000, FOLD_SPACE, 0},    {0x301D, 0x301F, FOLD_ASCII, '"'},  {0xFE00, 0xFE0F, FOLD_DROP, 0},
	{0xFE58, 0xFE58, FOLD_ASCII, '-'},  {0xFE63, 0xFE63, FOLD_ASCII, '-'},  {0xFEFF, 0xFEFF, FOLD_DROP, 0},
};

static enum fold_kind fold_character(uint32_t c, char *ret_ascii)
{
	if (c >= 0xFF01 && c <= 0xFF5E) {
		*ret_ascii = (char)(c - 0xFF00 + 0x20);
		return FOLD_ASCII;
	}
	/* Most of what is not ASCII is Chinese or Japanese: none of it folds. */
	if (c > 0xFEFF || (c > 0x301F && c < 0xFE00))
		return FOLD_KEEP;
	for (size_t i = 0; i < sizeof(fold_ranges) / sizeof(*fold_ranges); i++) {
		if (c > fold_ranges[i].last)
			continue;
		*ret_ascii = fold_ranges[i].ascii;
		return c >= fold_ranges[i].first ? (enum fold_kind)fold_ranges[i].kind : FOLD_KEEP;
	}
	return FOLD_KEEP;
}

struct fold {
	const char *p, *end;
	char *out, *out_end;
	ptrdiff_t low; /* from the output to the same in lower case; 0: there is none */
	bool space;    /* the output is empty or ends in a space */
};

#ifdef __SSE2__
static __m128i lower16(__m128i bytes)
{
	__m128i upper = _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('A' - 1)),
				      _mm_cmplt_epi8(bytes, _mm_set1_epi8('Z' + 1)));

	return _mm_or_si128(bytes, _mm_and_si128(upper, _mm_set1_epi8(0x20)));
}

/*
 * Copies for as long as 16 bytes hold nothing that folds; stops with p on the first byte that may.
 */
static void fold_blocks(struct fold *fold)
{
	const __m128i blank = _mm_set1_epi8(' ');
	const __m128i delete = _mm_set1_epi8(0x7F);
	const char *p = fold->p;
	char *out = fold->out;
	unsigned space = fold->space;

	while (fold->end - p >= 16 && fold->out_end - out >= 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
		/* As signed bytes everything over 0x7F is under the blank too. */
		__m128i odd = _mm_or_si128(_mm_cmplt_epi8(bytes, blank), _mm_cmpeq_epi8(bytes, delete));
		unsigned spaces = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, blank));
		unsigned stop = (unsigned)_mm_movemask_epi8(odd) | (spaces & (spaces << 1 | space));

		_mm_storeu_si128((__m128i *)(void *)out, bytes);
		if (fold->low)
			_mm_storeu_si128((__m128i *)(void *)(out + fold->low), lower16(bytes));
		if (stop) {
			unsigned good = (unsigned)__builtin_ctz(stop);

			if (good)
				space = spaces >> (good - 1) & 1;
			p += good;
			out += good;
			break;
		}
		space = spaces >> 15;
		p += 16;
		out += 16;
	}
	fold->p = p;
	fold->out = out;
	fold->space = space;
}
#else
/* The same a byte at a time. */
static void fold_blocks(struct fold *fold)
{
	const char *p = fold->p;
	char *out = fold->out;
	bool space = fold->space;

	while (p < fold->end && out < fold->out_end && *p >= ' ' && *p < 0x7F) {
		if (*p == ' ' && space)
			break;
		space = *p == ' ';
		if (fold->low)
			out[fold->low] = (char)en_lower((unsigned char)*p);
		*out++ = *p++;
	}
	fold->p = p;
	fold->out = out;
	fold->space = space;
}
#endif

/* Writes n bytes that stay as they are. False if they do not fit. */
static bool fold_put(struct fold *fold, const char *bytes, size_t n)
{
	if ((size_t)(fold->out_end - fold->out) < n)
		return false;
	/* At most four: a call of memcpy takes longer. */
	for (size_t i = 0; i < n; i++, fold->out++) {
		*fold->out = bytes[i];
		if (fold->low)
			fold->out[fold->low] = (char)en_lower((unsigned char)bytes[i]);
	}
	fold->space = false;
	return true;
}

static bool fold_space(struct fold *fold)
{
	if (fold->space)
		return true;
	if (fold->out == fold->out_end)
		return false;
	*fold->out = ' ';
	fold->out[fold->low] = ' ';
	fold->out++;
	fold->space = true;
	return true;
}

/* How many bytes of a character at p surely stay as they are: accented Latin letters, Chinese characters. 0: it must be looked at. */
static size_t fold_plain(const char *p, const char *end)
{
	unsigned char lead = (unsigned char)p[0];

	if (lead >= 0xC3 && lead <= 0xC9)
		return end - p >= 2 && (p[1] & 0xC0) == 0x80 ? 2 : 0;
	if (lead >= 0xE4 && lead <= 0xE9)
		return end - p >= 3 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80 ? 3 : 0;
	return 0;
}

/* One character. False when the output is full. */
static bool fold_step(struct fold *fold)
{
	const char *p = fold->p;
	unsigned char byte = (unsigned char)*p;
	enum fold_kind kind;
	size_t len;
	uint32_t c;
	char ascii = 0;

	if (byte <= 0x7F) {
		fold->p++;
		return byte > ' ' && byte < 0x7F ? fold_put(fold, p, 1) : fold_space(fold);
	}
	len = fold_plain(p, fold->end);
	if (len) {
		fold->p += len;
		return fold_put(fold, p, len);
	}
	c = en_utf8_decode(p, fold->end, &len);
	fold->p += len;
	kind = c == REPLACEMENT && len == 1 ? FOLD_DROP : fold_character(c, &ascii);
	switch (kind) {
	case FOLD_DROP:
		return true;
	case FOLD_SPACE:
		return fold_space(fold);
	case FOLD_ASCII:
		return fold_put(fold, &ascii, 1);
	case FOLD_KEEP:
		break;
	}
	return fold_put(fold, p, len);
}

static bool is_plain(const char *p)
{
	return *p > ' ' && *p < 0x7F;
}

static size_t fold_text(struct errnorm_str s, char *out, ptrdiff_t low, size_t cap)
{
	struct fold fold;

	if (!s.len || !cap)
		return 0;
	fold = (struct fold){s.ptr, s.ptr + s.len, out, out + cap, low, true};
	while (fold.p < fold.end) {
		if (fold.end - fold.p >= 16 && is_plain(fold.p))
			fold_blocks(&fold);
		if (fold.p < fold.end && !fold_step(&fold))
			break;
	}
	if (fold.out > out && fold.out[-1] == ' ')
		fold.out--;
	return (size_t)(fold.out - out);
}

size_t en_utf8_fold(struct errnorm_str s, char *out, size_t cap)
{
	return fold_text(s, out, 0, cap);
}

size_t en_utf8_fold_both(struct errnorm_str s, char *out, char *low, size_t cap)
{
	return fold_text(s, out, low - out, cap);
}

void en_utf8_lower(const char *s, size_t n, char *out)
{
	size_t i = 0;

#ifdef __SSE2__
	for (; n - i >= 16; i += 16)
		_mm_storeu_si128((__m128i *)(void *)(out + i),
				 lower16(_mm_loadu_si128((const __m128i *)(const void *)(s + i))));
#endif
	for (; i < n; i++)
		out[i] = (char)en_lower((unsigned char)s[i]);
}
