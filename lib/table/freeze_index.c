/*
 * freeze_index.c - what makes look-ups fast: under which keys a rule is found, the phrase index, and the small hash tables.
 */
#include "freeze.h"

#include <string.h>

#include "hash.h"
#include "key.h"

enum {
	SHORT_MESSAGE = 64, /* messages up to this length are looked up whole, too */
	COST_NEVER = 100,
};

/* ---- keys ---- */

struct posting {
	uint64_t hash;
	uint32_t rule;
};

struct postings {
	struct en_freeze *freeze;
	EN_VEC(struct posting) keys;
	EN_VEC(struct posting) phrases; /* hash: number of the phrase */
};

static bool all_indexed(const struct en_draft *draft, const struct en_cond *cond)
{
	for (uint32_t i = 0; i < cond->values.count; i++)
		if (!draft->phrases.items[cond->values.first + i].literal)
			return false;
	return true;
}

static uint32_t best_phrase(const struct en_draft *draft, const struct en_cond *cond)
{
	uint32_t best = 0;
	uint32_t len = 0;

	for (uint32_t i = 0; i < cond->values.count; i++) {
		const struct en_phrase *phrase = &draft->phrases.items[cond->values.first + i];
		if (phrase->literal && phrase->text.len > len) {
			best = phrase->literal;
			len = phrase->text.len;
		}
	}
	return best;
}

static bool short_texts(const struct en_draft *draft, const struct en_cond *cond)
{
	for (uint32_t i = 0; i < cond->values.count; i++)
		if (draft->phrases.items[cond->values.first + i].text.len > SHORT_MESSAGE)
			return false;
	return true;
}

static unsigned status_cost(const struct en_draft *draft, const struct en_cond *cond)
{
	unsigned cost = 4;

	for (uint32_t i = 0; i < cond->values.count; i++) {
		const struct en_status_range *range = &draft->statuses.items[cond->values.first + i];
		if (range->high - range->low >= 100)
			cost = 8;
		else if (range->high != range->low && cost < 6)
			cost = 6;
	}
	return cost;
}

/* How selective a condition is as the key of its rule: low is good. */
static unsigned cond_cost(const struct en_draft *draft, const struct en_cond *cond)
{
	bool message = cond->fact == EN_FACT_MESSAGE;

	switch (cond->op) {
	case EN_COND_STATUS:
		return status_cost(draft, cond);
	case EN_COND_IS:
		if (message)
			return short_texts(draft, cond) ? 2 : 9;
		return cond->fact == EN_FACT_TYPE ? 3 : 1;
	case EN_COND_HAS:
	case EN_COND_STARTS:
		if (message && all_indexed(draft, cond))
			return 2;
		return message ? 9 : 4;
	case EN_COND_ALL:
		if (message && best_phrase(draft, cond))
			return 2;
		return message ? 9 : 4;
	case EN_COND_REGEX:
		if (cond->values.count)
			return 2;
		return message ? 9 : 4;
	case EN_COND_ENDS:
	case EN_COND_PRESENT:
		return message ? 9 : 4;
	case EN_COND_TRANSPORT:
		return 2;
	case EN_COND_BODY:
		return cond->extra & (1u << EN_BODY_JSON) ? 9 : 5;
	default:
		return COST_NEVER;
	}
}

static void post_number(struct postings *postings, uint32_t rule, uint32_t kind, uint32_t value)
{
	struct posting posting = {en_key_number(kind, value), rule};

	EN_VEC_PUSH(postings->freeze->draft->arena, &postings->keys, posting);
}

static void post_phrase(struct postings *postings, uint32_t rule, uint32_t phrase)
{
	struct posting posting = {phrase, rule};

	EN_VEC_PUSH(postings->freeze->draft->arena, &postings->phrases, posting);
}

static void post_statuses(struct postings *postings, uint32_t rule, const struct en_cond *cond)
{
	const struct en_draft *draft = postings->freeze->draft;

	for (uint32_t i = 0; i < cond->values.count; i++) {
		struct en_status_range range = draft->statuses.items[cond->values.first + i];
		if (range.high - range.low < 20) {
			for (uint32_t status = range.low; status <= range.high; status++)
				post_number(postings, rule, EN_KEY_STATUS, status);
			continue;
		}
		for (uint32_t n = range.low / 100; n <= range.high / 100; n++)
			post_number(postings, rule, EN_KEY_STATUS_CLASS, n);
	}
}

static void post_texts(struct postings *postings, uint32_t rule, const struct en_cond *cond)
{
	const struct en_draft *draft = postings->freeze->draft;

	postings->freeze->keyed_facts.items[cond->fact / 64] |= 1ull << (cond->fact % 64);
	for (uint32_t i = 0; i < cond->values.count; i++) {
		struct errnorm_str text = en_draft_view(draft, draft->phrases.items[cond->values.first + i].text);
		struct posting posting = {en_key_text(cond->fact, text), rule};
		EN_VEC_PUSH(draft->arena, &postings->keys, posting);
	}
}

static void post_bits(struct postings *postings, uint32_t rule, uint32_t kind, uint32_t bits)
{
	for (uint32_t bit = 0; bit < 32; bit++)
		if (bits >> bit & 1)
			post_number(postings, rule, kind, bit);
}

/* Enters a rule under every alternative of a condition. */
static void post_cond(struct postings *postings, uint32_t rule, const struct en_cond *cond)
{
	const struct en_draft *draft = postings->freeze->draft;

	switch (cond->op) {
	case EN_COND_STATUS:
		post_statuses(postings, rule, cond);
		return;
	case EN_COND_IS:
		if (cond->fact == EN_FACT_MESSAGE && !short_texts(draft, cond))
			break; /* long messages are not looked up whole */
		post_texts(postings, rule, cond);
		return;
	case EN_COND_TRANSPORT:
		post_bits(postings, rule, EN_KEY_TRANSPORT, cond->extra);
		return;
	case EN_COND_BODY:
		post_bits(postings, rule, EN_KEY_BODY, cond->extra);
		return;
	default:
		break;
	}
	if (cond->fact != EN_FACT_MESSAGE || cond_cost(draft, cond) == 9) {
		postings->freeze->present_facts.items[cond->fact / 64] |= 1ull << (cond->fact % 64);
		post_number(postings, rule, EN_KEY_PRESENT, cond->fact);
		return;
	}
	if (cond->op == EN_COND_REGEX) {
		for (uint32_t i = 0; i < cond->values.count; i++)
			post_phrase(postings, rule, draft->gates.items[cond->values.first + i]);
	} else if (cond->op == EN_COND_ALL) {
		post_phrase(postings, rule, best_phrase(draft, cond));
	} else {
		for (uint32_t i = 0; i < cond->values.count; i++)
			post_phrase(postings, rule, draft->phrases.items[cond->values.first + i].literal);
	}
}

static void post_rule(struct postings *postings, uint32_t number)
{
	const struct en_draft *draft = postings->freeze->draft;
	const struct en_rule *rule = &draft->rules.items[number];
	const struct en_cond *best = NULL;
	unsigned best_cost = COST_NEVER;

	if (rule->replaced)
		return;
	for (uint32_t i = 0; i < rule->conds.count; i++) {
		const struct en_cond *cond = &draft->conds.items[rule->conds.first + i];
		unsigned cost = cond_cost(draft, cond);
		if (cost < best_cost || (best && cost == best_cost && cond->values.count < best->values.count)) {
			best = cond;
			best_cost = cost;
		}
	}
	if (best)
		post_cond(postings, number, best);
	else
		post_number(postings, number, EN_KEY_ALWAYS, 0);
}

static int compare_postings(const void *a, const void *b)
{
	const struct posting *x = a;
	const struct posting *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

/* Heap sort: qsort may allocate, and may not be stable in its cost. */
static void sort_postings(struct posting *items, size_t count)
{
	for (size_t n = count / 2 + count; n > 1; n--) {
		size_t root = n > count ? n - count - 1 : 0;
		size_t end = n > count ? count : n - 1;
		if (n <= count) {
			struct posting swap = items[0];
			items[0] = items[end];
			items[end] = swap;
		}
		for (;;) {
			size_t child = 2 * root + 1;
			if (child >= end)
				break;
			if (child + 1 < end && compare_postings(&items[child], &items[child + 1]) < 0)
				child++;
			if (compare_postings(&items[root], &items[child]) >= 0)
				break;
			struct posting swap = items[root];
			items[root] = items[child];
			items[child] = swap;
			root = child;
		}
	}
}

static size_t table_size(size_t count)
{
	size_t size = 16;

	while (size < count * 2)
		size *= 2;
	return size;
}

/* A list as a set, if that takes fewer steps. */
static struct en_range as_set(struct en_freeze *freeze, struct en_range list)
{
	uint32_t words = ((uint32_t)freeze->draft->rules.count + 63) / 64;
	struct en_range set = {(uint32_t)freeze->key_sets.count, EN_KEY_SET};

	if (list.count < words || freeze->draft->arena->failed)
		return list;
	for (uint32_t w = 0; w < words; w++)
		EN_VEC_PUSH(freeze->draft->arena, &freeze->key_sets, 0);
	if (freeze->draft->arena->failed)
		return list;
	for (uint32_t i = 0; i < list.count; i++) {
		uint32_t rule = freeze->key_rules.items[list.first + i];
		freeze->key_sets.items[set.first + rule / 64] |= 1ull << (rule % 64);
	}
	freeze->key_rules.count = list.first;
	return set;
}

static void build_keys(struct en_freeze *freeze, struct postings *postings)
{
	struct en_arena *arena = freeze->draft->arena;
	size_t size = table_size(postings->keys.count);

	sort_postings(postings->keys.items, postings->keys.count);
	freeze->keys.items = en_arena_array(arena, size, sizeof *freeze->keys.items);
	freeze->keys.count = freeze->keys.items ? size : 0;
	for (size_t i = 0; i < postings->keys.count && freeze->keys.items;) {
		uint64_t hash = postings->keys.items[i].hash;
		size_t slot = (size_t)hash & (size - 1);
		struct en_range list = {(uint32_t)freeze->key_rules.count, 0};
		for (; i < postings->keys.count && postings->keys.items[i].hash == hash; i++) {
			uint32_t rule = postings->keys.items[i].rule;
			if (list.count && freeze->key_rules.items[freeze->key_rules.count - 1] == rule)
				continue;
			EN_VEC_PUSH(arena, &freeze->key_rules, rule);
			list.count++;
		}
		while (freeze->keys.items[slot].rules.count)
			slot = (slot + 1) & (size - 1);
		freeze->keys.items[slot] = (struct en_key){hash, as_set(freeze, list)};
	}
}

static void build_phrases(struct en_freeze *freeze, struct postings *postings)
{
	struct en_draft *draft = freeze->draft;
	struct en_arena *arena = draft->arena;
	uint16_t *frequency = en_arena_array(arena, 65536, sizeof *frequency);
	uint32_t counts[EN_LITERAL_NONE + 1] = {0};
	size_t next = 0;

	sort_postings(postings->phrases.items, postings->phrases.count);
	for (uint32_t n = 0; n < draft->phrase_table.count; n++) {
		struct en_range list = {(uint32_t)freeze->phrase_rules.count, 0};
		for (; next < postings->phrases.count && postings->phrases.items[next].hash == n; next++) {
			EN_VEC_PUSH(arena, &freeze->phrase_rules, postings->phrases.items[next].rule);
			list.count++;
		}
		EN_VEC_PUSH(arena, &freeze->phrase_lists, list);
		if (n)
			counts[en_literal_kind(draft->phrase_table.items[n].len)]++;
	}
	freeze->literal_filter.items = en_arena_array(arena, EN_LITERAL_FILTER, 1);
	freeze->literal_filter.count = EN_LITERAL_FILTER;
	for (int kind = 0; kind < EN_LITERAL_NONE; kind++) {
		size_t size = en_literal_table_size((enum en_literal_kind)kind, counts[kind]);
		uint32_t *table = en_arena_array(arena, size, sizeof *table);
		freeze->literals[kind].items = table;
		freeze->literals[kind].count = size;
		if (size && !arena->failed)
			en_literal_build(draft->phrase_table.items, (uint32_t)draft->phrase_table.count - 1,
					 draft->strings.items, (enum en_literal_kind)kind, counts[kind], table,
					 freeze->literal_filter.items, frequency);
	}
}

/* ---- small hash tables ---- */

static void build_edges(struct en_freeze *freeze)
{
	struct en_draft *draft = freeze->draft;
	size_t size = 2 * table_size(draft->path_edges.count); /* most keys of a body are in no path */

	freeze->edges.items = en_arena_array(draft->arena, size, sizeof *freeze->edges.items);
	if (!freeze->edges.items)
		return;
	freeze->edges.count = size;
	for (size_t i = 0; i < size; i++)
		freeze->edges.items[i].child = EN_NONE;
	for (size_t i = 0; i < draft->path_edges.count; i++) {
		const struct en_path_edge *edge = &draft->path_edges.items[i];
		struct errnorm_str key = en_draft_view(draft, edge->key);
		size_t slot = en_edge_hash(edge->node, key.ptr, key.len) & (size - 1);
		while (freeze->edges.items[slot].child != EN_NONE)
			slot = (slot + 1) & (size - 1);
		freeze->edges.items[slot] = *edge;
	}
}

static void build_headers(struct en_freeze *freeze)
{
	struct en_draft *draft = freeze->draft;
	size_t size = table_size(draft->slots.count);

	freeze->headers.items = en_arena_array(draft->arena, size, sizeof *freeze->headers.items);
	if (!freeze->headers.items)
		return;
	freeze->headers.count = size;
	for (size_t i = 0; i < size; i++)
		freeze->headers.items[i].slot = EN_NONE;
	for (uint32_t i = 0; i < draft->slots.count; i++) {
		const struct en_slot_info *info = &draft->slots.items[i];
		struct errnorm_str name = en_draft_view(draft, info->name);
		if (info->kind != EN_SLOT_HEADER)
			continue;
		uint32_t hash = en_key_header(name);
		size_t slot = hash & (size - 1);
		while (freeze->headers.items[slot].slot != EN_NONE)
			slot = (slot + 1) & (size - 1);
		freeze->headers.items[slot] = (struct en_header_entry){info->name, i, hash};
	}
}

/* For each slot the facts that it may give, in whatever chain. */
static void build_slot_facts(struct en_freeze *freeze)
{
	struct en_draft *draft = freeze->draft;
	const size_t words = EN_FACT_MAX / 64;
	uint64_t *facts = en_arena_array(draft->arena, draft->slots.count, words * 8);

	if (!facts || draft->arena->failed)
		return;
	for (size_t i = 0; i < freeze->fact_lists.count; i++) {
		const struct en_fact_list *list = &freeze->fact_lists.items[i];
		for (uint32_t s = 0; s < list->sources.count; s++) {
			uint32_t slot = freeze->sources.items[list->sources.first + s].slot;
			facts[slot * words + list->fact / 64] |= 1ull << (list->fact % 64);
		}
	}
	for (size_t slot = 0; slot < draft->slots.count; slot++) {
		struct en_range list = {(uint32_t)freeze->slot_facts.count, 0};
		for (uint32_t fact = 0; fact < EN_FACT_MAX; fact++) {
			if (!(facts[slot * words + fact / 64] >> (fact % 64) & 1))
				continue;
			EN_VEC_PUSH(draft->arena, &freeze->slot_facts, fact);
			list.count++;
		}
		EN_VEC_PUSH(draft->arena, &freeze->slot_lists, list);
	}
}

void en_freeze_index(struct en_freeze *freeze)
{
	struct postings postings = {.freeze = freeze};

	freeze->keyed_facts.count = freeze->present_facts.count = EN_FACT_MAX / 64;
	freeze->keyed_facts.items = en_arena_array(freeze->draft->arena, EN_FACT_MAX / 64, 8);
	freeze->present_facts.items = en_arena_array(freeze->draft->arena, EN_FACT_MAX / 64, 8);
	if (!freeze->keyed_facts.items || !freeze->present_facts.items)
		return;
	for (uint32_t i = 0; i < freeze->draft->rules.count; i++)
		post_rule(&postings, i);
	build_keys(freeze, &postings);
	build_phrases(freeze, &postings);
	build_edges(freeze);
	build_slot_facts(freeze);
	build_headers(freeze);
	en_freeze_redacts(freeze);
}
