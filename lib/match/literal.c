/*
 * literal.c - building and searching the window tables of literal.h.
 */
#include "literal.h"

#include <string.h>

#include "hash.h"
#include "str.h"

enum {
	STEP = 4,
	WIDE = 8,
	NARROW = 4,
	WIDE_MIN = WIDE + STEP - 1,
};

static uint64_t load_window(const char *p, size_t width)
{
	uint64_t window = 0;

	memcpy(&window, p, width);
	return window;
}

static uint32_t hash_window(uint64_t window)
{
	return (uint32_t)((window * EN_HASH_MULTIPLIER) >> 32);
}

uint32_t en_literal_table_size(uint32_t count)
{
	uint32_t size = 16;

	if (count == 0)
		return 0;
	while (size < count * STEP * 2)
		size *= 2;
	return size;
}

static uint16_t *counter(uint16_t *frequency, const char *p, size_t width)
{
	return &frequency[hash_window(load_window(p, width)) & 0xffff];
}

/* The first of the four window positions whose windows are the rarest; the earliest among equals. */
static size_t rarest_offset(struct errnorm_str phrase, size_t width, uint16_t *frequency)
{
	size_t best = 0;
	uint32_t best_cost = UINT32_MAX;

	for (size_t o = 0; o + width + STEP - 1 <= phrase.len; o++) {
		uint32_t cost = 0;
		for (size_t i = 0; i < STEP; i++) {
			uint32_t n = *counter(frequency, phrase.ptr + o + i, width);
			cost += n * n;
		}
		if (cost < best_cost) {
			best_cost = cost;
			best = o;
		}
	}
	return best;
}

static void enter(struct en_literal_entry *table, uint32_t size, uint64_t window, uint32_t phrase,
		  uint32_t offset)
{
	uint32_t i = hash_window(window) & (size - 1);

	while (table[i].phrase)
		i = (i + 1) & (size - 1);
	table[i] = (struct en_literal_entry){window, phrase, offset};
}

static void build_kind(const struct en_literal_phrase *phrases, uint32_t count, const char *pool,
		       struct en_literal_entry *table, uint32_t size, size_t width, size_t min,
		       size_t max, uint16_t *frequency)
{
	memset(frequency, 0, 65536 * sizeof *frequency);
	for (uint32_t n = 1; n <= count; n++) {
		struct errnorm_str phrase = {pool + phrases[n].offset, phrases[n].len};
		if (phrase.len < min || phrase.len > max)
			continue;
		for (size_t o = 0; o + width <= phrase.len; o++)
			if (*counter(frequency, phrase.ptr + o, width) < UINT16_MAX)
				++*counter(frequency, phrase.ptr + o, width);
	}
	for (uint32_t n = 1; n <= count; n++) {
		struct errnorm_str phrase = {pool + phrases[n].offset, phrases[n].len};
		if (phrase.len < min || phrase.len > max)
			continue;
		size_t o = rarest_offset(phrase, width, frequency);
		for (size_t i = 0; i < STEP; i++)
			enter(table, size, load_window(phrase.ptr + o + i, width), n,
			      (uint32_t)(o + i));
	}
}

void en_literal_build(const struct en_literal_phrase *phrases, uint32_t count, const char *pool,
		      struct en_literal_entry *wide, uint32_t wide_size,
		      struct en_literal_entry *narrow, uint32_t narrow_size, uint16_t *frequency)
{
	if (wide_size)
		build_kind(phrases, count, pool, wide, wide_size, WIDE, WIDE_MIN, SIZE_MAX,
			   frequency);
	if (narrow_size)
		build_kind(phrases, count, pool, narrow, narrow_size, NARROW, EN_LITERAL_MIN,
			   WIDE_MIN - 1, frequency);
}

bool en_literal_at(struct errnorm_str text, size_t pos, struct errnorm_str phrase)
{
	if (pos > text.len || phrase.len > text.len - pos ||
	    memcmp(text.ptr + pos, phrase.ptr, phrase.len) != 0)
		return false;
	return pos == 0 || !en_is_alnum((unsigned char)phrase.ptr[0]) ||
	       !en_is_alnum((unsigned char)text.ptr[pos - 1]);
}

bool en_literal_in(struct errnorm_str text, struct errnorm_str phrase)
{
	size_t pos = en_str_find(text, phrase, 0);

	while (pos != (size_t)-1) {
		if (en_literal_at(text, pos, phrase))
			return true;
		pos = en_str_find(text, phrase, pos + 1);
	}
	return false;
}

/* A window was seen at text[pos]: which of the phrases that have it are really there? */
static void confirm(const struct en_literal_index *index, const struct en_literal_entry *table,
		    uint32_t mask, uint32_t i, uint64_t window, struct errnorm_str text, size_t pos,
		    uint64_t *found)
{
	for (; table[i].phrase; i = (i + 1) & mask) {
		const struct en_literal_entry *entry = &table[i];
		if (entry->window != window || entry->offset > pos)
			continue;
		uint32_t n = entry->phrase;
		if (found[n / 64] >> (n % 64) & 1)
			continue;
		struct errnorm_str phrase = {index->pool + index->phrases[n].offset,
					     index->phrases[n].len};
		size_t at = pos - entry->offset;
		bool here = index->phrases[n].loose
				    ? en_str_starts(en_str_from(text, at), phrase)
				    : en_literal_at(text, at, phrase);
		if (here)
			found[n / 64] |= 1ull << (n % 64);
	}
}

void en_literal_search(const struct en_literal_index *index, struct errnorm_str text,
		       uint64_t *found)
{
	const struct en_literal_entry *wide = index->wide;
	const struct en_literal_entry *narrow = index->narrow;

	for (size_t pos = 0; pos + NARROW <= text.len; pos += STEP) {
		uint64_t window = load_window(text.ptr + pos, WIDE);
		if (wide) {
			uint32_t i = hash_window(window) & index->wide_mask;
			if (wide[i].phrase)
				confirm(index, wide, index->wide_mask, i, window, text, pos, found);
		}
		if (narrow) {
			memset((char *)&window + NARROW, 0, WIDE - NARROW);
			uint32_t i = hash_window(window) & index->narrow_mask;
			if (narrow[i].phrase)
				confirm(index, narrow, index->narrow_mask, i, window, text, pos,
					found);
		}
	}
}
