/*
 * freeze_redact.c - the tables by which patterns of secrets are found: by how they begin, or by the marks of what they hold.
 */
#include "freeze.h"

#include <string.h>

/* Can what a pattern of secrets finds be told from other words neither by a mark inside nor by its length? Then every word is tried. */
static bool is_slow(const struct en_draft *draft, const struct en_redact *redact)
{
	const struct en_draft_regex *object = &draft->regex_objects.items[redact->regex];
	struct errnorm_str pattern = en_draft_view(draft, draft->regexes.items[redact->regex].pattern);
	bool begins_word = false;

	if (!pattern.ptr)
		return false;
	for (unsigned c = 0; c < 128; c++)
		begins_word |= en_is_alnum((unsigned char)c) && (redact->first[c / 64] >> (c % 64) & 1);
	/* A mark that ends a word is punctuation. */
	bool marked =
		(redact->marks & EN_REDACT_MARK_WORD) && !en_redact_mark((unsigned char)pattern.ptr[pattern.len - 1]);
	return !begins_word || object->literals.blank || (!marked && redact->min_len < EN_REDACT_BARE);
}

/* ---- how they begin ---- */

/* The beginning that counts: four bytes, or three; which of the two filters it is in. */
static uint32_t start_hash(struct errnorm_str prefix, uint32_t *ret_filter)
{
	uint32_t bytes = 0;
	size_t len = prefix.len < 4 ? EN_REDACT_PREFIX : 4;

	memcpy(&bytes, prefix.ptr, len);
	*ret_filter = len == 4 ? 0 : EN_REDACT_FILTER_BITS;
	return en_redact_hash(bytes);
}

static void note_start(struct en_freeze *freeze, struct errnorm_str prefix, uint32_t *ends)
{
	uint32_t filter;
	uint32_t hash = start_hash(prefix, &filter);

	freeze->redact_filter.items[(filter + hash) / 64] |= 1ull << (hash % 64);
	ends[hash % EN_REDACT_BUCKETS + 1]++;
	EN_VEC_PUSH(freeze->draft->arena, &freeze->redact_starts, (struct en_redact_start){.redact = 0});
}

/* ends[n] is where bucket n begins; each one put there moves it towards the end. */
static void put_start(struct en_freeze *freeze, uint32_t redact, struct errnorm_str prefix, uint32_t *ends)
{
	uint32_t filter;
	uint32_t hash = start_hash(prefix, &filter);
	struct en_redact_start *start = &freeze->redact_starts.items[ends[hash % EN_REDACT_BUCKETS]++];
	size_t len = prefix.len < 8 ? prefix.len : 8;

	start->redact = redact;
	memcpy(&start->head, prefix.ptr, len);
	memset(&start->mask, 0xff, len);
}

/* ---- what they hold ---- */

/* Where in a literal a mark stands that two bytes follow, or EN_NONE. */
static uint32_t gate_place(struct errnorm_str literal)
{
	for (uint32_t i = 0; i + 2 < literal.len; i++)
		if (en_redact_mark((unsigned char)literal.ptr[i]))
			return i;
	return EN_NONE;
}

/* Gives a pattern a gate if each of its literals has a place for it. */
static void add_gate(struct en_freeze *freeze, struct en_redact *redact, uint64_t gate)
{
	struct en_draft *draft = freeze->draft;
	const struct en_text *literals = draft->literals.items + redact->literals.first;

	for (uint32_t i = 0; i < redact->literals.count; i++)
		if (gate_place(en_draft_view(draft, literals[i])) == EN_NONE)
			return;
	for (uint32_t i = 0; i < redact->literals.count; i++) {
		struct errnorm_str literal = en_draft_view(draft, literals[i]);
		const char *place = literal.ptr + gate_place(literal);
		freeze->redact_gates.items[en_redact_gate_hash(place)] |= gate;
		redact->gate = gate;
	}
}

/* ---- all of them ---- */

static bool make_tables(struct en_freeze *freeze)
{
	struct en_arena *arena = freeze->draft->arena;

	freeze->redact_filter.count = 2 * EN_REDACT_FILTER_BITS / 64;
	freeze->redact_filter.items = en_arena_array(arena, freeze->redact_filter.count, 8);
	freeze->redact_gates.count = EN_REDACT_GATES;
	freeze->redact_gates.items = en_arena_array(arena, EN_REDACT_GATES, 8);
	return !arena->failed;
}

void en_freeze_redacts(struct en_freeze *freeze)
{
	struct en_draft *draft = freeze->draft;
	uint32_t ends[EN_REDACT_BUCKETS + 1] = {0};
	unsigned gates = 0;

	if (!make_tables(freeze))
		return;
	for (uint32_t i = 0; i < draft->redacts.count; i++) {
		struct en_redact *redact = &draft->redacts.items[i];
		struct errnorm_str prefix = en_draft_view(draft, redact->prefix);
		if (prefix.ptr) {
			note_start(freeze, prefix, ends);
			continue;
		}
		add_gate(freeze, redact, 1ull << (gates++ % 64));
		if (is_slow(draft, redact))
			EN_VEC_PUSH(draft->arena, &freeze->redact_slow, i);
		else
			EN_VEC_PUSH(draft->arena, &freeze->redact_loose, i);
	}
	for (uint32_t i = 0; i <= EN_REDACT_BUCKETS; i++) {
		ends[i] += i ? ends[i - 1] : 0;
		EN_VEC_PUSH(draft->arena, &freeze->redact_buckets, ends[i]);
	}
	for (uint32_t i = 0; i < draft->redacts.count && !draft->arena->failed; i++) {
		struct errnorm_str prefix = en_draft_view(draft, draft->redacts.items[i].prefix);
		if (prefix.ptr)
			put_start(freeze, i, prefix, ends);
	}
}
