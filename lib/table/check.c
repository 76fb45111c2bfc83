/*
 * check.c - resolving the names by which tables speak of each other, and the order in which they are asked.
 */
#include "check.h"

#include <string.h>

static struct errnorm_str rule_id(const struct en_draft *draft, uint32_t rule)
{
	return en_draft_view(draft, draft->rules.items[rule].id);
}

/* The names that one may have meant. */
static size_t collect_names(const struct en_draft *draft, enum en_table_kind kind, struct errnorm_str *names,
			    size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < draft->tables.count && n < cap; i++)
		if (draft->tables.items[i].kind == kind && draft->tables.items[i].name.ptr)
			names[n++] = draft->tables.items[i].name;
	return n;
}

static void resolve_parents(struct en_draft *draft, struct en_draft_table *table)
{
	struct errnorm_str names[EN_TABLE_MAX];

	for (const struct en_node *item = table->inherit ? table->inherit->child : NULL; item; item = item->next) {
		bool found = false;
		if (item->kind != EN_JSON_STRING) {
			en_diag_add(draft->diags, EN_DIAG_TYPE, &table->file, item->offset, EN_STR_NULL, EN_STR_NULL,
				    "expected a family's name");
			continue;
		}
		/* A user's family of the same name stands in front of the built-in one. */
		for (size_t i = draft->tables.count; i-- > 0;) {
			const struct en_draft_table *other = &draft->tables.items[i];
			if (other->broken || other->kind != EN_TABLE_FAMILY || !en_str_eq(other->name, item->text))
				continue;
			EN_VEC_PUSH(draft->arena, &table->parents, (uint32_t)i);
			found = true;
		}
		if (!found)
			en_diag_add(draft->diags, EN_DIAG_UNKNOWN_FAMILY, &table->file, item->offset, EN_STR_NULL,
				    en_diag_suggest(draft->diags, item->text, names,
						    collect_names(draft, EN_TABLE_FAMILY, names, EN_TABLE_MAX)),
				    "there is no family \"%s\"", &item->text);
	}
}

/* Does a table reach target through what it inherits? marks: tables that have been looked at. */
static bool reaches(const struct en_draft *draft, uint32_t from, uint32_t target, uint8_t *marks)
{
	uint32_t stack[EN_TABLE_MAX];
	size_t depth = 0;

	memset(marks, 0, draft->tables.count);
	stack[depth++] = from;
	while (depth) {
		const struct en_draft_table *table = &draft->tables.items[stack[--depth]];
		for (size_t i = 0; i < table->parents.count; i++) {
			uint32_t parent = table->parents.items[i];
			if (parent == target)
				return true;
			if (!marks[parent]) {
				marks[parent] = 1;
				stack[depth++] = parent;
			}
		}
	}
	return false;
}

static void check_loops(struct en_draft *draft)
{
	uint8_t marks[EN_TABLE_MAX];

	for (uint32_t i = 0; i < draft->tables.count; i++) {
		struct en_draft_table *table = &draft->tables.items[i];
		if (table->kind != EN_TABLE_FAMILY || !reaches(draft, i, i, marks))
			continue;
		en_diag_add(draft->diags, EN_DIAG_INHERIT_LOOP, &table->file, table->inherit->key_offset, EN_STR_NULL,
			    EN_STR_NULL, "the family \"%s\" inherits itself", &table->name);
		table->parents.count = 0;
	}
}

uint32_t en_check_builtin_code(struct errnorm_str name)
{
#define XX(number, NAME, code, http, byok, TYPE, retry, FAILOVER, FAULT, BYOK_FAULT, text)                             \
	if (en_str_eq(name, EN_STR(#code)))                                                                            \
		return (number);
	ERRNORM_CODE_LIST(XX)
#undef XX
	return 0;
}

static void complain_code(struct en_draft *draft, const struct en_code_place *place, struct errnorm_str name)
{
#define XX(number, NAME, code, http, byok, TYPE, retry, FAILOVER, FAULT, BYOK_FAULT, text) {#code, sizeof #code - 1},
	struct errnorm_str names[128] = {ERRNORM_CODE_LIST(XX)};
#undef XX
	size_t count = 0;

	while (names[count].ptr)
		count++;
	for (size_t i = 0; i < draft->codes.count && count < sizeof names / sizeof names[0]; i++)
		names[count++] = en_draft_view(draft, draft->codes.items[i].name);
	en_diag_add(draft->diags, EN_DIAG_UNKNOWN_CODE, place->file, place->offset, place->rule,
		    en_diag_suggest(draft->diags, name, names, count), "there is no code \"%s\"", &name);
}

uint32_t en_check_code(struct en_draft *draft, const struct en_code_place *place, struct errnorm_str name)
{
	uint32_t code = en_check_builtin_code(name);
	uint32_t custom = code ? code : en_draft_find(draft, EN_INTERN_CODE, name);

	if (custom != EN_NONE)
		return custom;
	complain_code(draft, place, name);
	return 0;
}

static void resolve_code(struct en_draft *draft, uint32_t number)
{
	struct en_rule *rule = &draft->rules.items[number];
	const struct en_node *then = en_document_get(draft->rule_places.items[number].node, EN_STR("then"));
	struct en_code_place place = {.file = &draft->tables.items[rule->table].file, .rule = rule_id(draft, number)};

	if (rule->code != EN_NONE)
		return;
	place.offset = then->offset;
	rule->code = en_check_code(draft, &place, then->text);
}

static void resolve_replaces(struct en_draft *draft, uint32_t number)
{
	const struct en_node *node = draft->rule_places.items[number].replaces;
	const struct en_draft_table *table = &draft->tables.items[draft->rules.items[number].table];
	uint32_t target;

	if (!node)
		return;
	target = en_draft_find(draft, EN_INTERN_RULE, node->text);
	if (target != EN_NONE && target != number && target < draft->rules.count &&
	    draft->rules.items[target].table != draft->rules.items[number].table) {
		draft->rules.items[target].replaced = 1;
		return;
	}
	en_diag_add(draft->diags, EN_DIAG_UNKNOWN_RULE, &table->file, node->offset, rule_id(draft, number), EN_STR_NULL,
		    "there is no rule \"%s\" in another table", &node->text);
}

/* Facts that some table declares, or that the reader always sets. */
static void mark_declared(const struct en_draft *draft, uint8_t *declared)
{
	memset(declared, 0, EN_FACT_MAX);
	for (uint32_t i = 0; i < EN_FACT_RESERVED; i++)
		declared[i] = 1;
	for (size_t t = 0; t < draft->tables.count; t++)
		for (size_t i = 0; i < draft->tables.items[t].facts.count; i++)
			declared[draft->tables.items[t].facts.items[i].fact] = 1;
}

/* Finds the key of a condition in its rule's text, to point at it. */
static size_t cond_offset(const struct en_node *when, struct errnorm_str name, size_t otherwise)
{
	for (const struct en_node *item = when ? when->child : NULL; item; item = item->next) {
		if (en_str_eq(item->key, name))
			return item->key_offset;
		/* A veto, or one of a list of them. */
		if (en_str_eq(item->key, EN_STR("not")) || when->kind == EN_JSON_ARRAY) {
			size_t inner = cond_offset(item, name, 0);
			if (inner)
				return inner;
		}
	}
	return otherwise;
}

static void check_facts(struct en_draft *draft, const uint8_t *declared, struct en_range conds, uint32_t table,
			const struct en_node *when, size_t offset, struct errnorm_str rule)
{
	for (uint32_t i = conds.first; i < conds.first + conds.count; i++) {
		const struct en_cond *cond = &draft->conds.items[i];
		if (cond->op == EN_COND_NOT) {
			check_facts(draft, declared, cond->values, table, when, offset, rule);
			continue;
		}
		if (declared[cond->fact])
			continue;
		struct errnorm_str *name = &draft->fact_names.items[cond->fact];
		struct errnorm_str names[EN_FACT_MAX];
		size_t count = 0;
		for (size_t f = 0; f < draft->fact_names.count; f++)
			if (declared[f])
				names[count++] = draft->fact_names.items[f];
		en_diag_add(draft->diags, EN_DIAG_UNKNOWN_FACT, &draft->tables.items[table].file,
			    cond_offset(when, *name, offset), rule, en_diag_suggest(draft->diags, *name, names, count),
			    "no table declares a fact \"%s\"", name);
	}
}

/* The conditions of `errors` or `recognise`: a group for each of the list's objects, but for empty ones, which were refused. */
static void check_groups(struct en_draft *draft, const uint8_t *declared, uint32_t table, struct errnorm_str key,
			 const struct en_range *groups, size_t count)
{
	const struct en_node *root = draft->tables.items[table].root;
	const struct en_node *item = count ? en_document_get(root, key)->child : NULL;

	for (; item && count; item = item->next) {
		if (item->kind == EN_JSON_OBJECT && !item->child)
			continue;
		check_facts(draft, declared, *groups++, table, item, item->offset, EN_STR_NULL);
		count--;
	}
}

static void check_all_facts(struct en_draft *draft)
{
	uint8_t declared[EN_FACT_MAX];

	mark_declared(draft, declared);
	for (uint32_t i = 0; i < draft->rules.count; i++) {
		const struct en_draft_rule *place = &draft->rule_places.items[i];
		check_facts(draft, declared, draft->rules.items[i].conds, draft->rules.items[i].table,
			    en_document_get(place->node, EN_STR("when")), place->offset, rule_id(draft, i));
	}
	for (uint32_t t = 0; t < draft->tables.count; t++) {
		const struct en_draft_table *table = &draft->tables.items[t];
		check_groups(draft, declared, t, EN_STR("errors"), table->errors.items, table->errors.count);
		check_groups(draft, declared, t, EN_STR("recognise"), table->marks.items, table->marks.count);
	}
}

/* The last shared table must have a rule that always holds, so that there is an answer to everything. */
static void check_total(struct en_draft *draft)
{
	uint32_t order[EN_TABLE_MAX];
	size_t count = en_check_chain(draft, EN_NONE, order, NULL);
	struct en_file none = {EN_STR("(tables)"), EN_STR("")};

	for (size_t i = 0; i < count; i++) {
		struct en_range rules = draft->tables.items[order[i]].rules;
		for (uint32_t r = rules.first; r < rules.first + rules.count; r++)
			if (!draft->rules.items[r].conds.count && !draft->rules.items[r].replaced &&
			    draft->rules.items[r].code)
				return;
	}
	en_diag_add(draft->diags, EN_DIAG_NOT_TOTAL, count ? &draft->tables.items[order[count - 1]].file : &none, 0,
		    EN_STR_NULL, EN_STR_NULL,
		    "no shared table ends with a rule that always holds; load the built-in tables too");
}

void en_check(struct en_draft *draft)
{
	for (size_t i = 0; i < draft->tables.count; i++)
		resolve_parents(draft, &draft->tables.items[i]);
	check_loops(draft);
	for (uint32_t i = 0; i < draft->rules.count; i++) {
		resolve_code(draft, i);
		resolve_replaces(draft, i);
	}
	if (draft->arena->failed)
		return;
	check_all_facts(draft);
	en_check_dialects(draft);
	if (!draft->diags->errors)
		check_total(draft);
}

struct order {
	uint32_t *list;
	size_t count;
	uint8_t seen[EN_TABLE_MAX];
};

static void append(struct order *order, uint32_t table)
{
	if (!order->seen[table]) {
		order->seen[table] = 1;
		order->list[order->count++] = table;
	}
}

/* A family, then what it inherits, depth first. Loops were taken out before, and seen tables end the walk anyway. */
static void append_families(const struct en_draft *draft, struct order *order, uint32_t table)
{
	const struct en_draft_table *entry = &draft->tables.items[table];

	for (size_t i = 0; i < entry->parents.count; i++) {
		uint32_t parent = entry->parents.items[i];
		if (order->seen[parent])
			continue;
		append(order, parent);
		append_families(draft, order, parent);
	}
}

static bool has_rank(const struct en_draft_table *table)
{
	return en_document_get(table->root, EN_STR("rank")) != NULL;
}

/* By rank, among equals in the order in which they were added; each followed by what it inherits. */
static void append_shared(const struct en_draft *draft, struct order *order)
{
	uint32_t shared[EN_TABLE_MAX];
	size_t count = 0;

	for (uint32_t i = 0; i < draft->tables.count; i++) {
		const struct en_draft_table *table = &draft->tables.items[i];
		size_t k = count;
		if (table->broken || table->kind != EN_TABLE_SHARED || order->seen[i])
			continue;
		for (count++; k > 0 && draft->tables.items[shared[k - 1]].rank > table->rank; k--)
			shared[k] = shared[k - 1];
		shared[k] = i;
	}
	for (size_t i = 0; i < count; i++) {
		append(order, shared[i]);
		append_families(draft, order, shared[i]);
	}
}

size_t en_check_chain(const struct en_draft *draft, uint32_t provider, uint32_t *list, size_t *ret_own)
{
	struct order order = {.list = list};
	size_t own;

	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = draft->tables.count; i-- > 0;) {
			const struct en_draft_table *table = &draft->tables.items[i];
			bool mine = table->kind == EN_TABLE_PROVIDER && provider != EN_NONE &&
				    en_str_eq(table->name, draft->tables.items[provider].name);
			bool front = table->kind == EN_TABLE_SHARED && !has_rank(table);
			if (!table->broken && table->user == (pass == 0) && (mine || (front && table->user)))
				append(&order, (uint32_t)i);
		}
	}
	own = order.count;
	for (size_t i = 0; i < own; i++)
		append_families(draft, &order, list[i]);
	if (ret_own)
		*ret_own = order.count;
	append_shared(draft, &order);
	return order.count;
}
