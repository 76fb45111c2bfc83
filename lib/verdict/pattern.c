/*
 * pattern.c - where the tables' patterns of secrets are found in a text, without running them everywhere.
 *
 * A pattern is run at the start of a word only, and where suspect.c says that one may match. Most begin with a literal of some bytes, by
 * which they are found in a hash table. Of the others the word must hold what they cannot match without. The few that nothing tells from
 * other words are run on every word.
 */
#include "work.h"

#include <string.h>

#include "mask.h"

enum {
	CHUNK = EN_PATTERN_CHUNK,
};

static size_t word_length(struct errnorm_str text, size_t at)
{
	size_t end = at;

	while (end < text.len && (unsigned char)text.ptr[end] > ' ')
		end++;
	return end - at;
}

/* What a pattern finds at text[at]. */
static bool run_pattern(struct errnorm_scratch *work, const struct en_redact *redact, struct errnorm_str text,
			size_t at, struct en_hit *ret)
{
	struct errnorm_str found;

	switch (en_regex_run(work->regexes[redact->regex], work->match, text, at)) {
	case EN_REGEX_NO:
		return false;
	case EN_REGEX_LIMIT:
		/* Rather too much than a secret: the word goes. */
		work->flags |= ERRNORM_VERDICT_LIMIT_HIT;
		*ret = (struct en_hit){at, word_length(text, at)};
		return ret->len > 0;
	case EN_REGEX_YES:
		break;
	}
	found = en_regex_group(work->match, text, redact->secret_group);
	if (!found.len)
		return false;
	*ret = (struct en_hit){(size_t)(found.ptr - text.ptr), found.len};
	return true;
}

/* Of two hits the earlier counts, of those at one place the longer. Returns true: there is one. */
static bool keep_better(bool found, struct en_hit hit, struct en_hit *io_best)
{
	if (!found || hit.at < io_best->at || (hit.at == io_best->at && hit.len > io_best->len))
		*io_best = hit;
	return true;
}

static bool may_begin(const struct en_redact *redact, unsigned char c)
{
	return redact->first[c / 64] >> (c % 64) & 1;
}

/* ---- by how they begin ---- */

/* Runs the patterns of a bucket that begin with the bytes at text[at]. */
static bool run_starts(struct errnorm_scratch *work, struct errnorm_str text, size_t from, size_t at, uint32_t hash,
		       struct en_hit *ret)
{
	const struct en_model *model = work->model;
	const uint32_t *bucket = EN_AT(model, redact_buckets, uint32_t) + hash % EN_REDACT_BUCKETS;
	const struct en_redact_start *starts = EN_AT(model, redact_starts, struct en_redact_start);
	const struct en_redact *redacts = EN_AT(model, redacts, struct en_redact);
	size_t left = text.len - at;
	uint64_t head = 0;
	bool found = false;

	memcpy(&head, text.ptr + at, left < sizeof head ? left : sizeof head);
	for (uint32_t i = bucket[0]; i < bucket[1]; i++) {
		const struct en_redact *redact;
		struct en_hit hit;
		if ((head & starts[i].mask) != starts[i].head)
			continue;
		redact = &redacts[starts[i].redact];
		if (at - from >= redact->skip && left + redact->skip >= redact->min_len &&
		    en_str_starts(en_str_from(text, at), en_model_text(model, redact->prefix)) &&
		    run_pattern(work, redact, text, at - redact->skip, &hit))
			found = keep_better(found, hit, ret);
	}
	return found;
}

static bool find_by_prefix(struct errnorm_scratch *work, struct errnorm_str text, size_t from, size_t at,
			   struct en_hit *ret)
{
	struct en_suspect_start start = en_suspect_start(work->model, text, at);
	struct en_hit hit;
	bool found = false;

	if (start.is_four)
		found = run_starts(work, text, from, at, start.four, ret);
	if (start.is_three && run_starts(work, text, from, at, start.three, &hit))
		found = keep_better(found, hit, ret);
	return found;
}

/* ---- at every word ---- */

static bool find_slow(struct errnorm_scratch *work, const struct en_redact *redact, struct errnorm_str text,
		      size_t from, size_t to, struct en_hit *ret)
{
	if (!en_literals_in(work->model, redact->literals, en_str_from(text, from)))
		return false;
	for (size_t at = from; at < to && text.len - at >= redact->min_len; at++) {
		unsigned char c = (unsigned char)text.ptr[at];
		bool inside = at > 0 && en_is_alnum(c) && en_is_alnum((unsigned char)text.ptr[at - 1]);
		if (may_begin(redact, c) && !inside && (c & 0xc0) != 0x80 && run_pattern(work, redact, text, at, ret) &&
		    ret->at >= from)
			return true;
	}
	return false;
}

/* ---- by what the word holds ---- */

/* A word, and where the runs of letters and digits begin in it. */
struct word {
	struct errnorm_str text;
	uint32_t marks;
	uint64_t starts[EN_PATTERN_CHUNKS]; /* bits */
	uint64_t first[4];                  /* the bytes that stand there */
};

static void read_word(struct word *word, struct errnorm_str text)
{
	uint64_t inside = 0;

	word->text = text;
	word->marks = 0;
	memset(word->first, 0, sizeof word->first);
	for (size_t base = 0; base < text.len; base += CHUNK) {
		size_t len = text.len - base < CHUNK ? text.len - base : CHUNK;
		struct en_mask mask = en_mask_read(text.ptr + base, len);
		uint64_t starts = mask.alnum & ~(mask.alnum << 1 | inside);
		inside = mask.alnum >> 63;
		word->starts[base / CHUNK] = starts;
		for (; starts; starts &= starts - 1) {
			unsigned char c = (unsigned char)text.ptr[base + (size_t)__builtin_ctzll(starts)];
			word->first[c / 64] |= 1ull << (c % 64);
		}
		for (; mask.mark; mask.mark &= mask.mark - 1)
			word->marks |=
				en_redact_mark((unsigned char)text.ptr[base + (size_t)__builtin_ctzll(mask.mark)]);
	}
}

static bool may_match(const struct en_model *model, const struct en_redact *redact, const struct word *word)
{
	if ((redact->marks & word->marks) != redact->marks || word->text.len < redact->min_len)
		return false;
	if (!((redact->first[0] & word->first[0]) | (redact->first[1] & word->first[1])))
		return false; /* letters and digits are in the first half */
	return en_literals_in(model, redact->literals, word->text);
}

static bool find_in_word(struct errnorm_scratch *work, const struct en_redact *redact, struct errnorm_str text,
			 size_t begin, const struct word *word, struct en_hit *ret)
{
	size_t end = word->text.len - redact->min_len;

	for (size_t base = 0; base <= end; base += CHUNK) {
		for (uint64_t bits = word->starts[base / CHUNK]; bits; bits &= bits - 1) {
			size_t at = base + (size_t)__builtin_ctzll(bits);
			if (at <= end && may_begin(redact, (unsigned char)word->text.ptr[at]) &&
			    run_pattern(work, redact, text, begin + at, ret))
				return true;
		}
	}
	return false;
}

static bool is_word_mark(char c)
{
	return en_redact_mark((unsigned char)c) & EN_REDACT_MARK_WORD;
}

/* The word around text[at] that does not begin before from. */
static void word_around(struct errnorm_str text, size_t from, size_t at, size_t *ret_start, size_t *ret_end)
{
	size_t start = at;
	size_t end = at;

	while (start > from && (unsigned char)text.ptr[start - 1] > ' ')
		start--;
	while (end < text.len && (unsigned char)text.ptr[end] > ' ')
		end++;
	*ret_start = start;
	*ret_end = end;
}

static bool find_by_word(struct errnorm_scratch *work, const struct en_pattern_text *in, size_t from, size_t at,
			 size_t *io_seen, struct en_hit *ret)
{
	struct errnorm_str text = in->text;
	const struct en_model *model = work->model;
	const uint32_t *loose = EN_AT(model, redact_loose, uint32_t);
	const struct en_redact *redacts = EN_AT(model, redacts, struct en_redact);
	struct word word;
	size_t start;
	size_t end;

	if (at < *io_seen)
		return false;
	word_around(text, from, at, &start, &end);
	if (end - start < EN_REDACT_BARE && !is_word_mark(text.ptr[at]))
		return false; /* a mark may follow */
	*io_seen = end;
	read_word(&word, en_str(text.ptr + start, end - start));
	for (uint32_t i = 0; i < model->redact_loose.count; i++) {
		const struct en_redact *redact = &redacts[loose[i]];
		if (en_suspect_open(in, redact) && may_match(model, redact, &word) &&
		    find_in_word(work, redact, text, start, &word, ret))
			return true;
	}
	return false;
}

/* The places of a chunk at or behind from and before to. */
static uint64_t between(size_t base, size_t from, size_t to)
{
	uint64_t bits = ~0ull;

	if (from > base)
		bits <<= from - base;
	if (to < base + CHUNK)
		bits &= (1ull << (to - base)) - 1;
	return bits;
}

/* The first hit of the patterns that are found by their beginning or their word. */
static bool find_fast(struct errnorm_scratch *work, const struct en_pattern_text *in, size_t from, size_t to,
		      struct en_hit *ret)
{
	struct en_hit word_hit = {(size_t)-1, 0};
	size_t seen = from;

	for (size_t base = from / CHUNK * CHUNK; base < to; base += CHUNK) {
		const struct en_pattern_chunk *chunk = &in->chunks[base / CHUNK];
		uint64_t words = chunk->words & between(base, from, base + CHUNK);
		uint64_t starts = chunk->starts & between(base, from, to);
		for (; words && word_hit.at == (size_t)-1; words &= words - 1) {
			struct en_hit hit;
			if (find_by_word(work, in, from, base + (size_t)__builtin_ctzll(words), &seen, &hit))
				word_hit = hit;
		}
		for (; starts; starts &= starts - 1) {
			size_t at = base + (size_t)__builtin_ctzll(starts);
			if (at > word_hit.at)
				break;
			if (find_by_prefix(work, in->text, from, at, ret))
				return true;
		}
		if (word_hit.at != (size_t)-1 && word_hit.at < base + CHUNK)
			break;
	}
	*ret = word_hit;
	return word_hit.at != (size_t)-1;
}

bool en_pattern_next(struct errnorm_scratch *work, const struct en_pattern_text *in, size_t from, size_t to,
		     struct en_hit *ret)
{
	const uint32_t *list = EN_AT(work->model, redact_slow, uint32_t);
	const struct en_redact *redacts = EN_AT(work->model, redacts, struct en_redact);
	struct en_hit slow;
	bool found = in->fast && find_fast(work, in, from, to, ret) && ret->at >= from;

	for (uint32_t i = 0; in->slow && i < work->model->redact_slow.count; i++)
		if (en_suspect_open(in, &redacts[list[i]]) &&
		    find_slow(work, &redacts[list[i]], in->text, from, to, &slow))
			found = keep_better(found, slow, ret);
	return found;
}
