/*
 * entity.c - character references. The list of names is short on purpose: these are the ones that
 * error pages hold.
 */
#include "entity.h"

#include "str.h"

#define REPLACEMENT 0xFFFDu

struct entity {
	struct errnorm_str name;
	uint16_t c;
	bool bare; /* HTML reads it without the semicolon too */
};

static const struct entity entities[] = {
	{{"amp", 3}, '&', true},       {{"lt", 2}, '<', true},        {{"gt", 2}, '>', true},
	{{"quot", 4}, '"', true},      {{"apos", 4}, '\'', false},    {{"nbsp", 4}, 0x00A0, true},
	{{"copy", 4}, 0x00A9, true},   {{"reg", 3}, 0x00AE, true},    {{"hellip", 6}, 0x2026, false},
	{{"mdash", 5}, 0x2014, false}, {{"ndash", 5}, 0x2013, false}, {{"lsquo", 5}, 0x2018, false},
	{{"rsquo", 5}, 0x2019, false}, {{"ldquo", 5}, 0x201C, false}, {{"rdquo", 5}, 0x201D, false},
};

/* 0x80 to 0x9F in Windows-1252; what it leaves free is a control character and gives U+FFFD. */
static const uint16_t windows_1252[32] = {
	0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
	0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
};

static int digit_value(unsigned char c, bool hex)
{
	if (en_is_digit(c))
		return c - '0';
	c = en_lower(c);
	return hex && c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static uint32_t read_number(struct errnorm_str s, size_t *ret_used)
{
	bool hex = s.len > 2 && en_lower((unsigned char)s.ptr[2]) == 'x';
	size_t start = hex ? 3 : 2, i = start;
	uint32_t c = 0;

	for (; i < s.len; i++) {
		int digit = digit_value((unsigned char)s.ptr[i], hex);

		if (digit < 0)
			break;
		/* Once too large it stays too large: no need to count on. */
		if (c <= 0x10FFFF)
			c = c * (hex ? 16 : 10) + (uint32_t)digit;
	}
	if (i == start)
		return 0;
	*ret_used = i < s.len && s.ptr[i] == ';' ? i + 1 : i;
	if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return REPLACEMENT;
	return c >= 0x80 && c <= 0x9F ? windows_1252[c - 0x80] : c;
}

uint32_t en_entity_read(struct errnorm_str s, size_t *ret_used)
{
	struct errnorm_str name = en_str_from(s, 1);

	if (name.len && name.ptr[0] == '#')
		return read_number(s, ret_used);
	for (size_t i = 0; i < sizeof(entities) / sizeof(*entities); i++) {
		size_t end = entities[i].name.len;
		bool closed;

		if (!en_str_starts(name, entities[i].name))
			continue;
		closed = end < name.len && name.ptr[end] == ';';
		/*
		 * "&copying" is not a sign and four letters: better a stray '&' than a wrong one.
		 */
		if (!closed && (!entities[i].bare || (end < name.len && en_is_alnum((unsigned char)name.ptr[end]))))
			continue;
		*ret_used = 1 + end + closed;
		return entities[i].c;
	}
	return 0;
}
