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
	NARROW_MIN = NARROW + STEP - 1,
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

static uint32_t filter_bit(uint32_t window)
{
	return window * 0x9e3779b1u >> 20; /* of EN_LITERAL_FILTER */
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

	for (size_t o = 0; o + width + STEP - 1 <= phrase.len && o + STEP <= EN_LITERAL_OFFSET_MAX;
	     o++) {
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
		  size_t offset)
{
	uint32_t tag = hash_window(window);
	uint32_t i = tag & (size - 1);

	while (table[i].place)
		i = (i + 1) & (size - 1);
	table[i] = (struct en_literal_entry){tag, phrase << 8 | (uint32_t)offset};
}

enum en_literal_kind en_literal_kind(uint32_t len)
{
	if (len >= WIDE_MIN)
		return EN_LITERAL_WIDE;
	if (len >= NARROW_MIN)
		return EN_LITERAL_NARROW;
	return len >= EN_LITERAL_MIN ? EN_LITERAL_BRIEF : EN_LITERAL_NONE;
}

/* Phrases that are looked for at every fourth byte, by four windows each. */
static void build_stepped(const struct en_literal_phrase *phrases, uint32_t count, const char *pool,
			  enum en_literal_kind kind, struct en_literal_entry *table, uint32_t size,
			  uint16_t *frequency)
{
	size_t width = kind == EN_LITERAL_WIDE ? WIDE : NARROW;

	memset(frequency, 0, 65536 * sizeof *frequency);
	for (uint32_t n = 1; n <= count; n++) {
		struct errnorm_str phrase = {pool + phrases[n].offset, phrases[n].len};
		if (en_literal_kind(phrases[n].len) != kind)
			continue;
		for (size_t o = 0; o + width <= phrase.len; o++)
			if (*counter(frequency, phrase.ptr + o, width) < UINT16_MAX)
				++*counter(frequency, phrase.ptr + o, width);
	}
	for (uint32_t n = 1; n <= count; n++) {
		struct errnorm_str phrase = {pool + phrases[n].offset, phrases[n].len};
		if (en_literal_kind(phrases[n].len) != kind)
			continue;
		size_t o = rarest_offset(phrase, width, frequency);
		for (size_t i = 0; i < STEP; i++)
			enter(table, size, load_window(phrase.ptr + o + i, width), n, o + i);
	}
}

/* Phrases that are looked for at every byte, by how they begin. */
static void build_brief(const struct en_literal_phrase *phrases, uint32_t count, const char *pool,
			struct en_literal_tables *tables)
{
	for (uint32_t n = 1; n <= count; n++) {
		if (en_literal_kind(phrases[n].len) != EN_LITERAL_BRIEF)
			continue;
		struct errnorm_str phrase = {pool + phrases[n].offset, phrases[n].len};
		uint32_t bit = filter_bit((uint32_t)load_window(phrase.ptr, NARROW));
		tables->filter[bit / 64] |= 1ull << (bit % 64);
		enter(tables->tables[EN_LITERAL_BRIEF], tables->sizes[EN_LITERAL_BRIEF],
		      load_window(phrase.ptr, NARROW), n, 0);
	}
}

void en_literal_build(const struct en_literal_phrase *phrases, uint32_t count, const char *pool,
		      struct en_literal_tables *tables, uint16_t *frequency)
{
	for (int kind = EN_LITERAL_NARROW; kind <= EN_LITERAL_WIDE; kind++)
		if (tables->sizes[kind])
			build_stepped(phrases, count, pool, (enum en_literal_kind)kind,
				      tables->tables[kind], tables->sizes[kind], frequency);
	if (tables->sizes[EN_LITERAL_BRIEF])
		build_brief(phrases, count, pool, tables);
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

/* A window whose hash is tag stands at text[pos]: which of the phrases that have it are really there? */
static void confirm(const struct en_literal_index *index, const struct en_literal_entry *table,
		    uint32_t mask, uint32_t tag, struct errnorm_str text, size_t pos, uint64_t *found)
{
	for (uint32_t i = tag & mask; table[i].place; i = (i + 1) & mask) {
		uint32_t n = table[i].place >> 8;
		size_t offset = table[i].place & 0xff;
		if (table[i].tag != tag || offset > pos || (found[n / 64] >> (n % 64) & 1))
			continue;
		struct errnorm_str phrase = {index->pool + index->phrases[n].offset,
					     index->phrases[n].len};
		bool here = index->phrases[n].loose
				    ? en_str_starts(en_str_from(text, pos - offset), phrase)
				    : en_literal_at(text, pos - offset, phrase);
		if (here)
			found[n / 64] |= 1ull << (n % 64);
	}
}

/* The four positions of one step, for phrases that are shorter than a step and a window. */
static void search_brief(const struct en_literal_index *index, struct errnorm_str text, size_t pos,
			 uint64_t window, uint64_t *found)
{
	const uint64_t *filter = index->brief_filter;

	for (size_t i = 0; i < STEP; i++) {
		uint64_t part = window >> (8 * i) & 0xffffffffu;
		uint32_t bit = filter_bit((uint32_t)part);
		if (filter[bit / 64] >> (bit % 64) & 1)
			confirm(index, index->brief, index->brief_mask, hash_window(part), text,
				pos + i, found);
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
			uint32_t tag = hash_window(window);
			if (wide[tag & index->wide_mask].place)
				confirm(index, wide, index->wide_mask, tag, text, pos, found);
		}
		if (narrow) {
			uint32_t tag = hash_window(window & 0xffffffffu);
			if (narrow[tag & index->narrow_mask].place)
				confirm(index, narrow, index->narrow_mask, tag, text, pos, found);
		}
		if (index->brief)
			search_brief(index, text, pos, window, found);
	}
}
