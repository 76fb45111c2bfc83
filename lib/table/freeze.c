/*
 * freeze.c - what each provider's chain sees, and the copy of everything into one block.
 */
#include "freeze.h"

#include <string.h>

#include "check.h"
#include "hash.h"
#include "key.h"

enum {
	ALIGN = 16,
	BLOCK_MAX = 256 * 1024 * 1024,
};

/* Most chains read most facts from the same places: the sources that were added last give way to the same ones further ahead. */
static void share_sources(struct en_freeze *freeze, struct en_range *io_range)
{
	struct en_draft *draft = freeze->draft;
	struct errnorm_str bytes = {
		(const char *)(freeze->sources.items + io_range->first),
		io_range->count * sizeof *freeze->sources.items,
	};
	uint32_t known = en_draft_find(draft, EN_INTERN_SOURCES, bytes);

	if (known != EN_NONE) {
		freeze->sources.count = io_range->first;
		io_range->first = known;
		return;
	}
	bytes = en_arena_copy(draft->arena, bytes);
	if (bytes.ptr)
		en_draft_bind(draft, EN_INTERN_SOURCES, bytes, io_range->first);
}

/* The sources of one fact, from all tables of a chain in order. Returns false if no table has any. */
static void add_fact_list(struct en_freeze *freeze, const uint32_t *order, size_t count, uint32_t fact)
{
	struct en_draft *draft = freeze->draft;
	struct en_fact_list list = {fact, {(uint32_t)freeze->sources.count, 0}};

	for (size_t t = 0; t < count; t++) {
		const struct en_draft_table *table = &draft->tables.items[order[t]];
		for (size_t i = 0; i < table->facts.count; i++) {
			if (table->facts.items[i].fact != fact)
				continue;
			struct en_range sources = table->facts.items[i].sources;
			for (uint32_t s = 0; s < sources.count; s++)
				EN_VEC_PUSH(draft->arena, &freeze->sources, draft->sources.items[sources.first + s]);
		}
	}
	list.sources.count = (uint32_t)freeze->sources.count - list.sources.first;
	if (!list.sources.count || draft->arena->failed)
		return;
	share_sources(freeze, &list.sources);
	EN_VEC_PUSH(draft->arena, &freeze->fact_lists, list);
}

static void want_facts(const struct en_draft *draft, struct en_range conds, uint8_t *wanted)
{
	for (uint32_t i = conds.first; i < conds.first + conds.count; i++) {
		const struct en_cond *cond = &draft->conds.items[i];
		if (cond->op == EN_COND_NOT)
			want_facts(draft, cond->values, wanted);
		else if (cond->fact >= EN_FACT_RESERVED)
			wanted[cond->fact] = 1;
	}
}

/* Where nobody named a provider, the facts that providers are recognised by must be read, too: their tables come last in the list. */
static size_t add_marked(const struct en_draft *draft, uint32_t *order, size_t count, uint8_t *wanted)
{
	for (uint32_t i = 0; i < draft->tables.count; i++) {
		const struct en_draft_table *table = &draft->tables.items[i];
		if (table->broken || !table->marks.count)
			continue;
		order[count++] = i;
		for (size_t m = 0; m < table->marks.count; m++)
			want_facts(draft, table->marks.items[m], wanted);
	}
	return count;
}

static void add_facts(struct en_freeze *freeze, uint32_t *order, size_t count, bool marked)
{
	uint8_t wanted[EN_FACT_MAX] = {0};

	for (size_t t = 0; t < count; t++) {
		const struct en_draft_table *table = &freeze->draft->tables.items[order[t]];
		for (size_t i = 0; i < table->facts.count; i++)
			wanted[table->facts.items[i].fact] = 1;
	}
	if (marked)
		count = add_marked(freeze->draft, order, count, wanted);
	for (uint32_t fact = 0; fact < freeze->draft->fact_names.count; fact++) {
		uint32_t list = (uint32_t)freeze->fact_lists.count;
		if (wanted[fact])
			add_fact_list(freeze, order, count, fact);
		if (freeze->fact_lists.count == list)
			list = EN_NONE;
		EN_VEC_PUSH(freeze->draft->arena, &freeze->fact_index, list);
	}
}

static void add_waits(struct en_freeze *freeze, struct en_range range)
{
	struct en_draft *draft = freeze->draft;

	for (uint32_t i = range.first; i < range.first + range.count; i++) {
		const struct en_wait *wait = &draft->waits.items[i];
		uint32_t literal = wait->literal == EN_NONE ? 0 : wait->literal;
		uint32_t key = wait->kind == EN_WAIT_SLOT ? wait->slot : EN_WAIT_WORDS | literal;
		EN_VEC_PUSH(draft->arena, &freeze->wait_entries, (struct en_wait_entry){key, i});
	}
}

#define COPY_RANGE(freeze, range, name)                                                                                \
	do {                                                                                                           \
		struct en_range copied = (range);                                                                      \
		for (uint32_t n = 0; n < copied.count; n++)                                                            \
			EN_VEC_PUSH((freeze)->draft->arena, &(freeze)->name,                                           \
				    (freeze)->draft->name.items[copied.first + n]);                                    \
	} while (0)

static bool needs_fact(const struct en_cond *cond)
{
	switch (cond->op) {
	case EN_COND_IS:
	case EN_COND_HAS:
	case EN_COND_ALL:
	case EN_COND_STARTS:
	case EN_COND_ENDS:
	case EN_COND_REGEX:
	case EN_COND_PRESENT:
		return true;
	default:
		return false;
	}
}

/* A fact without which the conditions cannot hold, or EN_NONE. Most responses have a message: any other fact tells more. */
static uint32_t needed_fact(const struct en_draft *draft, struct en_range conds)
{
	uint32_t needed = EN_NONE;

	for (uint32_t i = conds.first; i < conds.first + conds.count; i++) {
		const struct en_cond *cond = &draft->conds.items[i];
		if (needs_fact(cond) && (needed == EN_NONE || needed == EN_FACT_MESSAGE))
			needed = cond->fact;
	}
	return needed;
}

static void add_errors(struct en_freeze *freeze, struct en_range conds)
{
	struct en_error_group group = {conds, needed_fact(freeze->draft, conds)};

	EN_VEC_PUSH(freeze->draft->arena, &freeze->groups, group);
}

static void add_chain(struct en_freeze *freeze, uint32_t provider)
{
	struct en_draft *draft = freeze->draft;
	uint32_t order[2 * EN_TABLE_MAX]; /* room for add_marked() */
	size_t own;
	size_t count = en_check_chain(draft, provider, order, &own);
	struct en_chain chain = {.table = provider, .own = (uint32_t)own};

	chain.members.first = (uint32_t)freeze->members.count;
	chain.facts.first = (uint32_t)freeze->fact_lists.count;
	chain.fact_index = (uint32_t)freeze->fact_index.count;
	chain.waits.first = (uint32_t)freeze->wait_entries.count;
	chain.buckets.first = (uint32_t)freeze->buckets.count;
	chain.params.first = (uint32_t)freeze->param_lists.count;
	chain.errors.first = (uint32_t)freeze->groups.count;
	add_facts(freeze, order, count, provider == EN_NONE);
	for (size_t t = 0; t < count; t++) {
		const struct en_draft_table *table = &draft->tables.items[order[t]];
		EN_VEC_PUSH(draft->arena, &freeze->members, order[t]);
		add_waits(freeze, table->waits);
		COPY_RANGE(freeze, table->buckets, buckets);
		for (uint32_t i = 0; i < table->params.count; i++)
			EN_VEC_PUSH(draft->arena, &freeze->param_lists, table->params.first + i);
		for (size_t i = 0; i < table->errors.count; i++)
			add_errors(freeze, table->errors.items[i]);
	}
	chain.members.count = (uint32_t)freeze->members.count - chain.members.first;
	chain.facts.count = (uint32_t)freeze->fact_lists.count - chain.facts.first;
	chain.waits.count = (uint32_t)freeze->wait_entries.count - chain.waits.first;
	chain.buckets.count = (uint32_t)freeze->buckets.count - chain.buckets.first;
	chain.params.count = (uint32_t)freeze->param_lists.count - chain.params.first;
	chain.errors.count = (uint32_t)freeze->groups.count - chain.errors.first;
	if (provider == EN_NONE && count)
		freeze->fallback = order[count - 1];
	EN_VEC_PUSH(draft->arena, &freeze->chains, chain);
}

/* By name, for a binary search: there are few, and they are sorted once. */
static void add_provider(struct en_freeze *freeze, struct errnorm_str text, uint32_t chain, bool alias)
{
	struct en_draft *draft = freeze->draft;
	char key[EN_NAME_MAX];
	struct errnorm_str name = {key, en_name_key(text, key)};
	struct en_provider entry = {en_name_head(key, name.len), en_draft_text(draft, name), chain, alias};
	size_t i;

	EN_VEC_PUSH(draft->arena, &freeze->providers, entry);
	if (draft->arena->failed)
		return;
	for (i = freeze->providers.count - 1; i > 0; i--) {
		struct errnorm_str other = en_draft_view(draft, freeze->providers.items[i - 1].name);
		if (en_str_order(other, name) <= 0)
			break;
		freeze->providers.items[i] = freeze->providers.items[i - 1];
	}
	freeze->providers.items[i] = entry;
}

/* One chain for every provider's name; tables of the same name share it. */
static void add_chains(struct en_freeze *freeze)
{
	struct en_draft *draft = freeze->draft;

	add_chain(freeze, EN_NONE);
	for (uint32_t i = 0; i < draft->tables.count; i++) {
		const struct en_draft_table *table = &draft->tables.items[i];
		uint32_t chain = (uint32_t)freeze->chains.count;
		if (table->broken || table->kind != EN_TABLE_PROVIDER ||
		    en_draft_find(draft, EN_INTERN_PROVIDER, table->name) != i)
			continue;
		add_chain(freeze, i);
		add_provider(freeze, table->name, chain, false);
		for (uint32_t k = 0; k < draft->tables.count; k++) {
			const struct en_draft_table *other = &draft->tables.items[k];
			if (other->kind != EN_TABLE_PROVIDER || !en_str_eq(other->name, table->name))
				continue;
			for (size_t a = 0; a < other->aliases.count; a++)
				add_provider(freeze, other->aliases.items[a], chain, true);
			for (size_t m = 0; m < other->marks.count; m++)
				EN_VEC_PUSH(draft->arena, &freeze->marks,
					    (struct en_mark){other->marks.items[m], chain,
							     needed_fact(draft, other->marks.items[m])});
		}
	}
}

static uint32_t layout(void)
{
	uint64_t sizes[] = {sizeof(struct en_model),
			    sizeof(struct en_rule),
			    sizeof(struct en_cond),
			    sizeof(struct en_chain),
			    sizeof(struct en_wait),
			    sizeof(struct en_redact),
			    sizeof(struct en_slot_info),
			    sizeof(struct en_code),
			    sizeof(struct en_form),
			    sizeof(struct en_answer),
			    sizeof(struct en_dialect),
			    sizeof(struct en_policy),
			    2};

	return (uint32_t)en_hash_bytes(7, (const char *)sizes, sizeof sizes);
}

static uint64_t checksum(const struct en_model *model)
{
	return en_hash_bytes(11, (const char *)(model + 1), model->size - sizeof *model);
}

bool en_model_valid(const struct en_model *model, size_t size, bool check_bytes)
{
	return size >= sizeof *model && model->magic == EN_MODEL_MAGIC && model->layout == layout() &&
	       model->size == size && (!check_bytes || model->checksum == checksum(model));
}

/* XX(array in the model, where the records stand) */
/* clang-format off */
#define ARRAYS(XX) \
	XX(tables, freeze->tables) \
	XX(chains, freeze->chains) \
	XX(members, freeze->members) \
	XX(fact_names, freeze->fact_names) \
	XX(fact_lists, freeze->fact_lists) \
	XX(sources, freeze->sources) \
	XX(waits, draft->waits) \
	XX(wait_entries, freeze->wait_entries) \
	XX(buckets, freeze->buckets) \
	XX(params, draft->params) \
	XX(param_lists, freeze->param_lists) \
	XX(redacts, draft->redacts) \
	XX(groups, freeze->groups) \
	XX(providers, freeze->providers) \
	XX(marks, freeze->marks) \
	XX(path_nodes, draft->path_nodes) \
	XX(path_edges, freeze->edges) \
	XX(slots, draft->slots) \
	XX(headers, freeze->headers) \
	XX(rules, draft->rules) \
	XX(conds, draft->conds) \
	XX(phrases, draft->phrases) \
	XX(statuses, draft->statuses) \
	XX(details, draft->details) \
	XX(unwraps, draft->unwraps) \
	XX(regexes, draft->regexes) \
	XX(regex_names, draft->regex_names) \
	XX(keys, freeze->keys) \
	XX(key_rules, freeze->key_rules) \
	XX(key_sets, freeze->key_sets) \
	XX(phrase_table, draft->phrase_table) \
	XX(phrase_rules, freeze->phrase_rules) \
	XX(phrase_lists, freeze->phrase_lists) \
	XX(literal_filter, freeze->literal_filter) \
	XX(wide, freeze->literals[EN_LITERAL_WIDE]) \
	XX(narrow, freeze->literals[EN_LITERAL_NARROW]) \
	XX(brief, freeze->literals[EN_LITERAL_BRIEF]) \
	XX(keyed_facts, freeze->keyed_facts) \
	XX(present_facts, freeze->present_facts) \
	XX(fact_index, freeze->fact_index) \
	XX(slot_lists, freeze->slot_lists) \
	XX(slot_facts, freeze->slot_facts) \
	XX(codes, draft->codes) \
	XX(redact_buckets, freeze->redact_buckets) \
	XX(literals, draft->literals) \
	XX(redact_starts, freeze->redact_starts) \
	XX(redact_slow, freeze->redact_slow) \
	XX(redact_loose, freeze->redact_loose) \
	XX(redact_filter, freeze->redact_filter) \
	XX(redact_gates, freeze->redact_gates) \
	XX(gates, draft->gates) \
	XX(strings, draft->strings)
/* clang-format on */

/* clang-format off */
#define DIALECT_ARRAYS(XX) \
	XX(forms, draft->forms) \
	XX(answers, draft->answers) \
	XX(dialects, draft->dialect_records) \
	XX(dialect_rows, draft->dialect_rows) \
	XX(status_rows, draft->status_rows) \
	XX(dialect_headers, draft->dialect_headers) \
	XX(policies, draft->policies) \
	XX(code_texts, draft->code_texts)
/* clang-format on */

static size_t aligned(size_t size)
{
	return (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static struct en_model *copy(struct en_freeze *freeze, const struct errnorm_alloc *alloc)
{
	struct en_draft *draft = freeze->draft;
	size_t size = aligned(sizeof(struct en_model));
	struct en_model *model;

#define XX(array, vec) size += aligned((vec).count * sizeof *(vec).items);
	ARRAYS(XX)
	DIALECT_ARRAYS(XX)
#undef XX
	size += ALIGN; /* so that a window may be read at the end of the strings */
	if (size > BLOCK_MAX)
		return NULL;
	model = alloc->alloc(alloc->user, size);
	if (!model)
		return NULL;
	memset(model, 0, size);
	model->magic = EN_MODEL_MAGIC;
	model->layout = layout();
	model->size = (uint32_t)size;
	model->fallback_table = freeze->fallback;
	model->edge_mask = (uint32_t)freeze->edges.count - 1;
	model->key_mask = (uint32_t)freeze->keys.count - 1;
	model->header_mask = (uint32_t)freeze->headers.count - 1;
	model->event_slot = EN_NONE;
	model->root_slot = draft->path_nodes.items[0].slot;
	for (uint32_t i = 0; i < draft->slots.count; i++)
		if (draft->slots.items[i].kind == EN_SLOT_EVENT)
			model->event_slot = i;
	size = aligned(sizeof *model);
#define XX(array, vec)                                                                                                 \
	model->array = (struct en_array){(uint32_t)size, (uint32_t)(vec).count};                                       \
	if ((vec).count)                                                                                               \
		memcpy((char *)model + size, (vec).items, (vec).count * sizeof *(vec).items);                          \
	size += aligned((vec).count * sizeof *(vec).items);
	ARRAYS(XX)
	DIALECT_ARRAYS(XX)
#undef XX
	model->checksum = checksum(model);
	return model;
}

struct en_model *en_freeze(struct en_draft *draft, const struct errnorm_alloc *alloc)
{
	struct en_freeze freeze = {.draft = draft};

	for (size_t i = 0; i < draft->tables.count; i++)
		en_freeze_table(&freeze, (uint32_t)i);
	for (size_t i = 0; i < draft->fact_names.count; i++)
		EN_VEC_PUSH(draft->arena, &freeze.fact_names, en_draft_text(draft, draft->fact_names.items[i]));
	add_chains(&freeze);
	if (!draft->arena->failed)
		en_freeze_index(&freeze);
	return draft->arena->failed ? NULL : copy(&freeze, alloc);
}
