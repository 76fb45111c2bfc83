/*
 * suspect.c - where in a text a pattern of secrets may match: one pass over its bytes, 64 at a time as bits, without running a pattern.
 */
#include "work.h"

#include <string.h>

#include "mask.h"

enum {
	CHUNK = EN_PATTERN_CHUNK,
};

/* ---- beginnings ---- */

static unsigned in_filter(const uint64_t *filter, uint32_t hash)
{
	return filter[hash / 64] >> (hash % 64) & 1;
}

static struct en_suspect_start hash_start(const uint64_t *filter, uint32_t bytes)
{
	const uint32_t three_bytes = bytes & EN_REDACT_THREE;
	struct en_suspect_start start = {en_redact_hash(bytes), en_redact_hash(three_bytes), 0, 0};

	start.is_four = in_filter(filter, start.four);
	start.is_three = in_filter(filter + EN_REDACT_FILTER_BITS / 64, start.three);
	return start;
}

/* A word at the end of the text may have three bytes only; with fewer nothing begins. */
static uint32_t last_bytes(struct errnorm_str text, size_t at)
{
	uint32_t bytes = 0;

	if (text.len - at >= EN_REDACT_PREFIX)
		memcpy(&bytes, text.ptr + at, EN_REDACT_PREFIX);
	return bytes;
}

struct en_suspect_start en_suspect_start(const struct en_model *model, struct errnorm_str text, size_t at)
{
	uint32_t bytes;

	if (text.len - at >= sizeof bytes)
		memcpy(&bytes, text.ptr + at, sizeof bytes);
	else
		bytes = last_bytes(text, at);
	return hash_start(EN_AT(model, redact_filter, uint64_t), bytes);
}

/* Those of the places at which a pattern may begin. */
static uint64_t keep_starts(const struct en_model *model, struct errnorm_str text, size_t base, uint64_t starts)
{
	const uint64_t *filter = EN_AT(model, redact_filter, uint64_t);
	uint64_t kept = 0;

	for (; starts; starts &= starts - 1) {
		unsigned bit = (unsigned)__builtin_ctzll(starts);
		const char *p = text.ptr + base + bit;
		struct en_suspect_start start;
		uint32_t bytes;
		if (text.len - base - bit < sizeof bytes)
			bytes = last_bytes(text, base + bit);
		else
			memcpy(&bytes, p, sizeof bytes);
		start = hash_start(filter, bytes);
		kept |= (uint64_t)(start.is_four | start.is_three) << bit;
	}
	return kept;
}

/* Where a word begins behind a percent-encoded byte (key%3DAIza...): bits of the chunk at base. */
static uint64_t starts_encoded(struct errnorm_str text, size_t base)
{
	uint64_t starts = 0;

	for (size_t at = base < 3 ? 3 : base; at < base + CHUNK && at < text.len; at++) {
		const char *p = text.ptr + at;
		if (p[-3] == '%' && en_is_hex((unsigned char)p[-2]) && en_is_hex((unsigned char)p[-1]) &&
		    en_is_alnum((unsigned char)*p))
			starts |= 1ull << (at - base);
	}
	return starts;
}

/* ---- words ---- */

/*
 * Places of a chunk at which a word may hold a secret: a mark that does not end the word, or the middle of a run so long that some of a
 * long word must fall on it.
 */
static uint64_t find_words(const struct en_mask *mask, uint64_t marks, bool more)
{
	uint64_t next_blank = mask->blank >> 1 | (more ? 0 : 1ull << 63);
	uint64_t run = ~mask->blank;

	run &= run >> 1;
	run &= run >> 2;
	run &= run >> 4;
	run &= run >> 8; /* bit i: 16 bytes from i on without a blank: two such make a long word */
	return (marks & ~next_blank) | (run & 0x0001000100010001ull);
}

/* Notes the marks of a chunk and the gates that they open. Returns those that words seldom have inside. */
static uint64_t read_marks(struct en_pattern_text *in, const uint64_t *gates, size_t base, uint64_t bits)
{
	uint64_t inside = bits;

	for (; bits; bits &= bits - 1) {
		const char *p = in->text.ptr + base + __builtin_ctzll(bits);
		uint32_t mark = en_redact_mark((unsigned char)*p);
		in->marks |= mark;
		if (!(mark & EN_REDACT_MARK_WORD))
			inside &= ~(bits & (0 - bits));
		if (*p == '%')
			in->encoded = true;
		else if (in->text.ptr + in->text.len - p >= 3)
			in->gates |= gates[en_redact_gate_hash(p)];
	}
	return inside;
}

/* ---- the text ---- */

/* The patterns that are tried at every word, if what they cannot match without may be there. */
static bool any_slow(const struct en_model *model, const struct en_pattern_text *in)
{
	const uint32_t *list = EN_AT(model, redact_slow, uint32_t);
	const struct en_redact *redacts = EN_AT(model, redacts, struct en_redact);

	for (uint32_t i = 0; i < model->redact_slow.count; i++)
		if (en_suspect_open(in, &redacts[list[i]]))
			return true;
	return false;
}

void en_pattern_read(const struct en_model *model, struct errnorm_str text, struct en_pattern_text *ret)
{
	const uint64_t *gates = EN_AT(model, redact_gates, uint64_t);
	uint64_t inside = 0; /* the byte before the chunk is a letter or digit */
	uint64_t any = 0;

	ret->text = text;
	ret->gates = 0;
	ret->marks = 0;
	ret->encoded = false;
	for (size_t base = 0; base < text.len; base += CHUNK) {
		size_t len = text.len - base < CHUNK ? text.len - base : CHUNK;
		struct en_mask mask = en_mask_read(text.ptr + base, len);
		struct en_pattern_chunk *chunk = &ret->chunks[base / CHUNK];
		uint64_t marks = read_marks(ret, gates, base, mask.mark);
		chunk->words = find_words(&mask, marks, base + CHUNK < text.len);
		chunk->starts = keep_starts(model, text, base, mask.alnum & ~(mask.alnum << 1 | inside));
		inside = mask.alnum >> 63;
		any |= chunk->words | chunk->starts;
	}
	for (size_t base = 0; ret->encoded && base < text.len; base += CHUNK) {
		uint64_t starts = keep_starts(model, text, base, starts_encoded(text, base));
		ret->chunks[base / CHUNK].starts |= starts;
		any |= starts;
	}
	ret->slow = any_slow(model, ret);
	ret->fast = any != 0;
}
