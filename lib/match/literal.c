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
	REACH_MAX = 255, /* of an entry: bytes behind the window's beginning */
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
	uint32_t *filter, *starts;
	struct entry *entries;
};

/* The 32-bit words of a filter. */
static uint32_t filter_size(enum en_literal_kind kind, uint32_t buckets)
{
	return kind == EN_LITERAL_WIDE ? buckets / 2 : 0;
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

	return (struct table){buckets, filter, starts, (struct entry *)(starts + buckets + 1)};
}

/* The upper bits of a tag say where it is in the filter, the lower ones its bucket. */
static uint32_t filter_bit(uint32_t tag, uint32_t buckets)
{
	return (tag >> 8) & (buckets * 16 - 1);
}

/* Where a window of 4 bytes is in the common filter, and what stands there, as bits. */
static uint32_t short_hash(uint32_t window)
{
	return window * 0x9e3779b1u >> 18;
}

enum {
	SHORT_BRIEF = 1,
	SHORT_NARROW = 2,
};

/*
 * An entry: what a phrase must have around a window, so that those which share a common window are told apart without a look at them.
 *
 *     some bits of the tag | first byte | last byte, or one at the end of the reach | reach: where that is, behind the window's beginning
 *     number of the phrase | offset of the window in it
 */
struct entry {
	uint8_t tag, first, last, reach;
	uint32_t place;
};

static struct entry entry_of(uint32_t n, struct errnorm_str phrase, size_t offset, uint32_t tag)
{
	size_t reach = phrase.len - 1 - offset;

	if (reach > REACH_MAX)
		reach = REACH_MAX;
	return (struct entry){(uint8_t)(tag >> 24), (uint8_t)phrase.ptr[0], (uint8_t)phrase.ptr[offset + reach],
			      (uint8_t)reach, n << 8 | (uint32_t)offset};
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

/* What it takes to enter the phrases of a kind. */
struct entering {
	const struct en_literal_phrase *phrases;
	uint32_t count;
	const char *pool;
	enum en_literal_kind kind;
	size_t width;
	uint8_t *filter;
	uint16_t *frequency;
	struct table table;
};

static struct errnorm_str phrase_at(const struct entering *entering, uint32_t n)
{
	return en_str(entering->pool + entering->phrases[n].offset, entering->phrases[n].len);
}

static uint16_t *counter(const struct entering *entering, const char *p)
{
	return &entering->frequency[hash_window(load_window(p, entering->width)) & 0xffff];
}

/* Counts how often each window occurs in the phrases of a kind. */
static void count_windows(const struct entering *entering)
{
	memset(entering->frequency, 0, 65536 * sizeof *entering->frequency);
	for (uint32_t n = 1; n <= entering->count; n++) {
		struct errnorm_str phrase = phrase_at(entering, n);
		if (en_literal_kind(entering->phrases[n].len) != entering->kind)
			continue;
		for (size_t o = 0; o + entering->width <= phrase.len; o++)
			if (*counter(entering, phrase.ptr + o) < UINT16_MAX)
				++*counter(entering, phrase.ptr + o);
	}
}

/* The first of the four window positions whose windows are the rarest; the earliest among equals. */
static size_t rarest_offset(const struct entering *entering, struct errnorm_str phrase)
{
	uint64_t costs[STEP] = {0}; /* of the last four windows */
	uint64_t sum = 0;
	uint64_t best_sum = UINT64_MAX;
	size_t best = 0;

	for (size_t o = 0; o + entering->width <= phrase.len && o < EN_LITERAL_OFFSET_MAX; o++) {
		uint64_t n = *counter(entering, phrase.ptr + o);
		sum += n * n - costs[o % STEP];
		costs[o % STEP] = n * n;
		if (o + 1 >= STEP && sum < best_sum) {
			best_sum = sum;
			best = o + 1 - STEP;
		}
	}
	return best;
}

static void enter_filter(const struct entering *entering, const char *window, uint32_t tag)
{
	uint32_t bit = filter_bit(tag, entering->table.buckets);

	if (entering->kind == EN_LITERAL_WIDE)
		entering->table.filter[bit / 32] |= 1u << (bit % 32);
	else
		entering->filter[short_hash((uint32_t)load_window(window, NARROW))] |=
			entering->kind == EN_LITERAL_BRIEF ? SHORT_BRIEF : SHORT_NARROW;
}

static void put_entry(const struct entering *entering, uint32_t n, size_t offset, uint32_t tag)
{
	const struct table *table = &entering->table;
	uint32_t bucket = tag & (table->buckets - 1);
	struct errnorm_str phrase = phrase_at(entering, n);

	table->entries[--table->starts[bucket]] = entry_of(n, phrase, offset, tag);
	enter_filter(entering, phrase.ptr + offset, tag);
}

/* Goes through all windows of a kind: first to count what is in each bucket, then to put it there. */
static void enter_all(const struct entering *entering, bool put)
{
	size_t windows = entering->kind == EN_LITERAL_BRIEF ? 1 : STEP;

	for (uint32_t n = 1; n <= entering->count; n++) {
		struct errnorm_str phrase = phrase_at(entering, n);
		size_t o;
		if (en_literal_kind(entering->phrases[n].len) != entering->kind)
			continue;
		o = windows == 1 ? 0 : rarest_offset(entering, phrase);
		for (size_t end = o + windows; o < end; o++) {
			uint32_t tag = hash_window(load_window(phrase.ptr + o, entering->width));
			if (put)
				put_entry(entering, n, o, tag);
			else
				entering->table.starts[tag & (entering->table.buckets - 1)]++;
		}
	}
}

void en_literal_build(const struct en_literal_phrase *phrases, uint32_t count, const char *pool,
		      enum en_literal_kind kind, uint32_t kind_count, uint32_t *block, uint8_t *filter,
		      uint16_t *frequency)
{
	uint32_t buckets = buckets_for(kind, kind_count);
	const struct entering entering = {.phrases = phrases,
					  .count = count,
					  .pool = pool,
					  .kind = kind,
					  .width = kind == EN_LITERAL_WIDE ? WIDE : NARROW,
					  .filter = filter,
					  .frequency = frequency,
					  .table = table_at(block, kind, buckets)};

	block[0] = buckets;
	if (kind != EN_LITERAL_BRIEF)
		count_windows(&entering);
	enter_all(&entering, false);
	/* From sizes to where each bucket ends; putting its entries in makes it where it begins. */
	for (uint32_t i = 1; i <= buckets; i++)
		entering.table.starts[i] += entering.table.starts[i - 1];
	enter_all(&entering, true);
}

/* ---- searching ---- */

bool en_literal_at(struct errnorm_str text, size_t pos, struct errnorm_str phrase)
{
	if (pos > text.len || phrase.len > text.len - pos || memcmp(text.ptr + pos, phrase.ptr, phrase.len) != 0)
		return false;
	return pos == 0 || !en_is_alnum((unsigned char)phrase.ptr[0]) || !en_is_alnum((unsigned char)text.ptr[pos - 1]);
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
	const uint32_t *filter, *starts;
	const struct entry *entries;
	uint32_t buckets;
};

static struct view view_of(const struct en_literal_index *index, enum en_literal_kind kind)
{
	static const uint32_t nothing[1 + 16 + 33] = {32};
	const uint32_t *block = index->tables[kind] ? index->tables[kind] : nothing;
	const uint32_t *starts = block + 1 + filter_size(kind, block[0]);

	return (struct view){block + 1, starts, (const struct entry *)(starts + block[0] + 1), block[0]};
}

static bool may_hold(const struct view *view, uint32_t tag)
{
	uint32_t bit = filter_bit(tag, view->buckets);

	return view->filter[bit / 32] >> (bit % 32) & 1;
}

/* Phrases are 4 bytes long or longer. */
static bool same(const char *text, const char *phrase, size_t len)
{
	if (len < WIDE)
		return load_window(text, NARROW) == load_window(phrase, NARROW) &&
		       load_window(text + len - NARROW, NARROW) == load_window(phrase + len - NARROW, NARROW);
	for (size_t i = 0; i + WIDE < len; i += WIDE)
		if (load_window(text + i, WIDE) != load_window(phrase + i, WIDE))
			return false;
	return load_window(text + len - WIDE, WIDE) == load_window(phrase + len - WIDE, WIDE);
}

/* Phrase n may stand at text[at]: if it does its bit is set. */
static void confirm_phrase(const struct en_literal_index *index, uint32_t n, struct errnorm_str text, size_t at,
			   const struct en_literal_found *found)
{
	const struct en_literal_phrase *phrase = &index->phrases[n];
	const char *bytes = index->pool + phrase->offset;

	if (phrase->len > text.len - at || !same(text.ptr + at, bytes, phrase->len))
		return;
	if (phrase->loose || at == 0 || !en_is_alnum((unsigned char)bytes[0]) ||
	    !en_is_alnum((unsigned char)text.ptr[at - 1])) {
		found->bits[n / 64] |= 1ull << (n % 64);
		found->words[n / 4096] |= 1ull << (n / 64 % 64);
	}
}

/* A window whose hash is tag stands at text[pos]: which of the phrases that have it are really there? */
static void confirm(const struct en_literal_index *index, const struct view *view, uint32_t tag,
		    struct errnorm_str text, size_t pos, const struct en_literal_found *found)
{
	const uint32_t *bucket = &view->starts[tag & (view->buckets - 1)];
	const struct entry *end = view->entries + bucket[1];

	for (const struct entry *entry = view->entries + bucket[0]; entry < end; entry++) {
		size_t at = pos - (entry->place & 0xff);
		/* A place before the text's beginning is beyond its end, too. */
		if (entry->tag == tag >> 24 && at < text.len && pos + entry->reach < text.len &&
		    (uint8_t)text.ptr[at] == entry->first && (uint8_t)text.ptr[pos + entry->reach] == entry->last)
			confirm_phrase(index, entry->place >> 8, text, at, found);
	}
}

/* Brief phrases are shorter than a step and a window: each of the four places of a step counts. */
static void search_brief(const struct en_literal_index *index, const struct view *brief, struct errnorm_str text,
			 size_t pos, uint64_t window, const struct en_literal_found *found)
{
	for (size_t i = 0; i < STEP; i++) {
		uint32_t part = (uint32_t)(window >> (8 * i));
		if (index->filter[short_hash(part)] & SHORT_BRIEF)
			confirm(index, brief, hash_window(part), text, pos + i, found);
	}
}

void en_literal_search(const struct en_literal_index *index, struct errnorm_str text,
		       const struct en_literal_found *found)
{
	const struct view wide = view_of(index, EN_LITERAL_WIDE);
	const struct view narrow = view_of(index, EN_LITERAL_NARROW);
	const struct view brief = view_of(index, EN_LITERAL_BRIEF);
	const uint8_t *filter = index->filter;

	for (size_t pos = 0; pos + NARROW <= text.len; pos += STEP) {
		uint64_t window = load_window(text.ptr + pos, WIDE);
		uint32_t tag = hash_window(window);
		unsigned here = filter[short_hash((uint32_t)window)];
		unsigned next = filter[short_hash((uint32_t)(window >> 8))] |
				filter[short_hash((uint32_t)(window >> 16))] |
				filter[short_hash((uint32_t)(window >> 24))];
		if (may_hold(&wide, tag))
			confirm(index, &wide, tag, text, pos, found);
		if (!(here | (next & SHORT_BRIEF)))
			continue;
		if (here & SHORT_NARROW)
			confirm(index, &narrow, hash_window((uint32_t)window), text, pos, found);
		if ((here | next) & SHORT_BRIEF)
			search_brief(index, &brief, text, pos, window, found);
	}
}
