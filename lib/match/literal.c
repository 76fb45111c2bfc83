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
	BRIEF_FILTER = 4096, /* bytes */
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

/* The parts of a table's block. */
struct table {
	uint32_t buckets; /* a power of two */
	uint32_t *filter, *starts, *entries;
};

/* The 32-bit words of a filter. */
static uint32_t filter_size(enum en_literal_kind kind, uint32_t buckets)
{
	return kind == EN_LITERAL_BRIEF ? BRIEF_FILTER / 4 : buckets / 2;
}

static uint32_t buckets_for(enum en_literal_kind kind, uint32_t count)
{
	uint32_t want = kind == EN_LITERAL_BRIEF ? count : count * STEP / 2;
	uint32_t buckets = 32;

	while (buckets < want)
		buckets *= 2;
	return buckets;
}

static struct table table_at(uint32_t *block, enum en_literal_kind kind, uint32_t buckets)
{
	uint32_t *filter = block + 1;
	uint32_t *starts = filter + filter_size(kind, buckets);

	return (struct table){buckets, filter, starts, starts + buckets + 1};
}

/* The upper bits of a tag say where it is in the filter, the lower ones its bucket. */
static uint32_t filter_bit(uint32_t tag, uint32_t buckets)
{
	return (tag >> 8) & (buckets * 16 - 1);
}

static uint32_t brief_hash(uint32_t window)
{
	return window * 0x9e3779b1u >> 20; /* of BRIEF_FILTER */
}

static void enter_filter(const struct table *table, enum en_literal_kind kind, const char *p,
			 uint32_t tag)
{
	uint32_t bit = filter_bit(tag, table->buckets);

	if (kind == EN_LITERAL_BRIEF)
		((uint8_t *)table->filter)[brief_hash((uint32_t)load_window(p, NARROW))] = 1;
	else
		table->filter[bit / 32] |= 1u << (bit % 32);
}

enum en_literal_kind en_literal_kind(uint32_t len)
{
	if (len >= WIDE_MIN)
		return EN_LITERAL_WIDE;
	if (len >= NARROW_MIN)
		return EN_LITERAL_NARROW;
	return len >= EN_LITERAL_MIN ? EN_LITERAL_BRIEF : EN_LITERAL_NONE;
}

size_t en_literal_table_size(enum en_literal_kind kind, uint32_t count)
{
	uint32_t buckets = buckets_for(kind, count);
	size_t windows = kind == EN_LITERAL_BRIEF ? count : (size_t)count * STEP;

	return count ? 1 + filter_size(kind, buckets) + buckets + 1 + 2 * windows : 0;
}

/* ---- building ---- */

static uint16_t *counter(uint16_t *frequency, const char *p, size_t width)
{
	return &frequency[hash_window(load_window(p, width)) & 0xffff];
}

/* Counts how often each window occurs in the phrases of a kind. */
static void count_windows(const struct en_literal_phrase *phrases, uint32_t count, const char *pool,
			  enum en_literal_kind kind, size_t width, uint16_t *frequency)
{
	memset(frequency, 0, 65536 * sizeof *frequency);
	for (uint32_t n = 1; n <= count; n++) {
		const char *p = pool + phrases[n].offset;
		if (en_literal_kind(phrases[n].len) != kind)
			continue;
		for (size_t o = 0; o + width <= phrases[n].len; o++)
			if (*counter(frequency, p + o, width) < UINT16_MAX)
				++*counter(frequency, p + o, width);
	}
}

/* The first of the four window positions whose windows are the rarest; the earliest among equals. */
static size_t rarest_offset(struct errnorm_str phrase, size_t width, uint16_t *frequency)
{
	uint64_t costs[STEP] = {0}; /* of the last four windows */
	uint64_t sum = 0;
	uint64_t best_sum = UINT64_MAX;
	size_t best = 0;

	for (size_t o = 0; o + width <= phrase.len && o < EN_LITERAL_OFFSET_MAX; o++) {
		uint64_t n = *counter(frequency, phrase.ptr + o, width);
		sum += n * n - costs[o % STEP];
		costs[o % STEP] = n * n;
		if (o + 1 >= STEP && sum < best_sum) {
			best_sum = sum;
			best = o + 1 - STEP;
		}
	}
	return best;
}

/* Goes through all windows of a kind: first to count what is in each bucket, then to put it there. */
static void enter_all(const struct en_literal_phrase *phrases, uint32_t count, const char *pool,
		      enum en_literal_kind kind, uint16_t *frequency, const struct table *table,
		      bool put)
{
	size_t width = kind == EN_LITERAL_WIDE ? WIDE : NARROW;
	size_t windows = kind == EN_LITERAL_BRIEF ? 1 : STEP;

	for (uint32_t n = 1; n <= count; n++) {
		struct errnorm_str phrase = {pool + phrases[n].offset, phrases[n].len};
		size_t o;
		if (en_literal_kind(phrases[n].len) != kind)
			continue;
		o = windows == 1 ? 0 : rarest_offset(phrase, width, frequency);
		for (size_t end = o + windows; o < end; o++) {
			uint32_t tag = hash_window(load_window(phrase.ptr + o, width));
			uint32_t bucket = tag & (table->buckets - 1);
			if (!put) {
				table->starts[bucket]++;
				continue;
			}
			uint32_t *entry = &table->entries[2 * (size_t)--table->starts[bucket]];
			entry[0] = tag;
			entry[1] = n << 8 | (uint32_t)o;
			enter_filter(table, kind, phrase.ptr + o, tag);
		}
	}
}

void en_literal_build(const struct en_literal_phrase *phrases, uint32_t count, const char *pool,
		      enum en_literal_kind kind, uint32_t kind_count, uint32_t *block,
		      uint16_t *frequency)
{
	uint32_t buckets = buckets_for(kind, kind_count);
	struct table table = table_at(block, kind, buckets);

	block[0] = buckets;
	if (kind != EN_LITERAL_BRIEF)
		count_windows(phrases, count, pool, kind, kind == EN_LITERAL_WIDE ? WIDE : NARROW,
			      frequency);
	enter_all(phrases, count, pool, kind, frequency, &table, false);
	/* From sizes to where each bucket ends; putting its entries in makes it where it begins. */
	for (uint32_t i = 1; i <= buckets; i++)
		table.starts[i] += table.starts[i - 1];
	enter_all(phrases, count, pool, kind, frequency, &table, true);
}

/* ---- searching ---- */

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

/* A table as the search uses it. */
struct view {
	const uint32_t *filter, *starts, *entries;
	uint32_t buckets;
};

static struct view view_of(const struct en_literal_index *index, enum en_literal_kind kind)
{
	static const uint32_t nothing[1 + BRIEF_FILTER / 4 + 33] = {32};
	const uint32_t *block = index->tables[kind] ? index->tables[kind] : nothing;
	const uint32_t *starts = block + 1 + filter_size(kind, block[0]);

	return (struct view){block + 1, starts, starts + block[0] + 1, block[0]};
}

static bool may_hold(const struct view *view, uint32_t tag)
{
	uint32_t bit = filter_bit(tag, view->buckets);

	return view->filter[bit / 32] >> (bit % 32) & 1;
}

static bool same_tail(const char *text, const char *phrase, size_t len)
{
	return load_window(text + len - NARROW, NARROW) ==
	       load_window(phrase + len - NARROW, NARROW);
}

/* A window whose hash is tag stands at text[pos]: which of the phrases that have it are really there? */
static void confirm(const struct en_literal_index *index, const struct view *view, uint32_t tag,
		    struct errnorm_str text, size_t pos, uint64_t *found)
{
	const uint32_t *bucket = &view->starts[tag & (view->buckets - 1)];
	const uint32_t *entry = view->entries + 2 * (size_t)bucket[0];
	const uint32_t *end = view->entries + 2 * (size_t)bucket[1];

	for (; entry < end; entry += 2) {
		uint32_t n = entry[1] >> 8;
		size_t at = pos - (entry[1] & 0xff);
		const struct en_literal_phrase *phrase;
		const char *bytes;
		if (entry[0] != tag)
			continue;
		phrase = &index->phrases[n];
		bytes = index->pool + phrase->offset;
		/* A place before the text's beginning is beyond its end, too. */
		if (at > text.len || phrase->len > text.len - at ||
		    !same_tail(text.ptr + at, bytes, phrase->len) ||
		    memcmp(text.ptr + at, bytes, phrase->len) != 0)
			continue;
		if (phrase->loose || at == 0 || !en_is_alnum((unsigned char)bytes[0]) ||
		    !en_is_alnum((unsigned char)text.ptr[at - 1]))
			found[n / 64] |= 1ull << (n % 64);
	}
}

/* Brief phrases are shorter than a step and a window: each of the four places of a step counts. */
static void search_brief(const struct en_literal_index *index, const struct view *brief,
			 struct errnorm_str text, size_t pos, uint64_t window, uint64_t *found)
{
	const uint8_t *filter = (const uint8_t *)brief->filter;

	for (size_t i = 0; i < STEP; i++) {
		uint32_t part = (uint32_t)(window >> (8 * i));
		if (filter[brief_hash(part)])
			confirm(index, brief, hash_window(part), text, pos + i, found);
	}
}

static bool any_brief(const uint8_t *filter, uint64_t window)
{
	return filter[brief_hash((uint32_t)window)] | filter[brief_hash((uint32_t)(window >> 8))] |
	       filter[brief_hash((uint32_t)(window >> 16))] |
	       filter[brief_hash((uint32_t)(window >> 24))];
}

void en_literal_search(const struct en_literal_index *index, struct errnorm_str text,
		       uint64_t *found)
{
	const struct view wide = view_of(index, EN_LITERAL_WIDE);
	const struct view narrow = view_of(index, EN_LITERAL_NARROW);
	const struct view brief = view_of(index, EN_LITERAL_BRIEF);

	for (size_t pos = 0; pos + NARROW <= text.len; pos += STEP) {
		uint64_t window = load_window(text.ptr + pos, WIDE);
		uint32_t tag = hash_window(window);
		if (may_hold(&wide, tag))
			confirm(index, &wide, tag, text, pos, found);
		tag = hash_window(window & 0xffffffffu);
		if (may_hold(&narrow, tag))
			confirm(index, &narrow, tag, text, pos, found);
		if (any_brief((const uint8_t *)brief.filter, window))
			search_brief(index, &brief, text, pos, window, found);
	}
}
