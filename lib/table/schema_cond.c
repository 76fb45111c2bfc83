/*
 * schema_cond.c - the conditions of a `when` object.
 *
 * Conditions of a group must stand together in draft->conds, but a `not` holds a group of its own: groups are collected first and
 * appended when they are complete.
 */
#include "schema.h"

#include <string.h>

#include "num.h"

enum {
	GROUP_MAX = 32, /* conditions of one object */
};

struct group {
	struct en_cond conds[GROUP_MAX];
	size_t count;
};

static void add(struct en_schema *schema, struct group *group, const struct en_node *node, struct en_cond cond)
{
	if (group->count == GROUP_MAX)
		en_schema_error(schema, EN_DIAG_LIMIT, node->key_offset, "too many conditions");
	else
		group->conds[group->count++] = cond;
}

static struct en_cond make(enum en_cond_op op, uint32_t fact)
{
	return (struct en_cond){.op = (uint8_t)op, .fact = (uint16_t)fact};
}

/* Calls fn for the node, or for each element if it is a list that is not empty. */
static void each(struct en_schema *schema, const struct en_node *node, void *into,
		 void (*fn)(struct en_schema *schema, const struct en_node *item, void *into))
{
	if (node->kind != EN_JSON_ARRAY) {
		fn(schema, node, into);
		return;
	}
	if (!node->child)
		en_schema_error(schema, EN_DIAG_EMPTY, node->offset, "this list is empty");
	for (const struct en_node *item = node->child; item; item = item->next)
		fn(schema, item, into);
}

/* 429, "5xx", "500-503" */
static void read_status_value(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct en_status_range range = {0, 0};
	int64_t low = -1;
	int64_t high = -1;
	struct errnorm_str text = node->text;

	(void)into;
	if (node->kind == EN_JSON_NUMBER) {
		if (en_num_int(text, &low))
			high = low;
	} else if (node->kind == EN_JSON_STRING && text.len == 3 && text.ptr[1] == 'x' && text.ptr[2] == 'x' &&
		   text.ptr[0] >= '1' && text.ptr[0] <= '9') {
		low = (text.ptr[0] - '0') * 100;
		high = low + 99;
	} else if (node->kind == EN_JSON_STRING) {
		size_t dash = en_str_find(text, EN_STR("-"), 0);
		if (dash == (size_t)-1 || !en_num_int(en_str(text.ptr, dash), &low) ||
		    !en_num_int(en_str_from(text, dash + 1), &high))
			low = -1;
	}
	if (low < 0 || high < low || high > 999) {
		en_schema_error(schema, EN_DIAG_STATUS, node->offset,
				"expected a status such as 429, \"5xx\" or \"500-503\"");
		return;
	}
	range.low = (uint32_t)low;
	range.high = (uint32_t)high;
	EN_VEC_PUSH(schema->draft->arena, &schema->draft->statuses, range);
}

struct en_range en_schema_statuses(struct en_schema *schema, const struct en_node *node)
{
	struct en_range range = {(uint32_t)schema->draft->statuses.count, 0};

	each(schema, node, NULL, read_status_value);
	range.count = (uint32_t)schema->draft->statuses.count - range.first;
	return range;
}

static void read_status(struct en_schema *schema, const struct en_node *node, struct group *group)
{
	struct en_cond cond = make(EN_COND_STATUS, EN_FACT_STATUS);

	cond.values = en_schema_statuses(schema, node);
	if (cond.values.count)
		add(schema, group, node, cond);
}

static void read_body_value(struct en_schema *schema, const struct en_node *node, void *into)
{
	static const struct errnorm_str words[] = {
		[EN_BODY_EMPTY] = {"empty", 5}, [EN_BODY_JSON] = {"json", 4},       [EN_BODY_TEXT] = {"text", 4},
		[EN_BODY_HTML] = {"html", 4},   [EN_BODY_ENCODED] = {"encoded", 7}, [EN_BODY_BROKEN] = {"broken", 6}};
	int word = en_schema_word(schema, node, words, 6);

	if (word >= 0)
		*(uint32_t *)into |= 1u << word;
}

static void read_transport_value(struct en_schema *schema, const struct en_node *node, void *into)
{
#define XX(number, NAME, name, meaning) [(number)-1] = {#name, sizeof #name - 1},
	static const struct errnorm_str words[] = {ERRNORM_TRANSPORT_LIST(XX)};
#undef XX
	int word = en_schema_word(schema, node, words, ERRNORM_TRANSPORT_MAX);

	if (word >= 0)
		*(uint32_t *)into |= 2u << word;
}

static void read_bits(struct en_schema *schema, const struct en_node *node, struct group *group, enum en_cond_op op,
		      void (*fn)(struct en_schema *schema, const struct en_node *item, void *into))
{
	struct en_cond cond = make(op, 0);

	each(schema, node, &cond.extra, fn);
	if (cond.extra)
		add(schema, group, node, cond);
}

static void read_stream(struct en_schema *schema, const struct en_node *node, struct group *group)
{
	struct en_cond cond = make(EN_COND_STREAM, 0);
	bool value;

	if (!en_schema_bool(schema, node, &value))
		return;
	cond.extra = value;
	add(schema, group, node, cond);
}

/* "none", "<=15m", ">15m" */
static void read_wait(struct en_schema *schema, const struct en_node *node, struct group *group)
{
	struct en_cond cond = make(EN_COND_WAIT, 0);
	struct errnorm_str text;
	size_t skip = 0;
	int64_t ms = 0;

	if (!en_schema_string(schema, node, "a test of the wait", &text))
		return;
	if (en_str_eq(text, EN_STR("none"))) {
		cond.extra = EN_WAIT_NONE;
	} else {
		cond.extra = text.ptr[0] == '>' ? EN_WAIT_OVER : EN_WAIT_AT_MOST;
		skip = text.ptr[0] == '>' ? 1 : en_str_starts(text, EN_STR("<=")) ? 2 : 0;
		size_t used = 0;
		if (!skip || !en_num_duration(en_str_from(text, skip), 0, &ms, &used) || used != text.len - skip) {
			en_schema_error(schema, EN_DIAG_VALUE, node->offset,
					"expected \"none\", or < = or > and a duration, as in \"<=15m\"");
			return;
		}
		cond.values.first = ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX; /* more is never believed */
	}
	add(schema, group, node, cond);
}

static void read_text_value(struct en_schema *schema, const struct en_node *node, void *into)
{
	const bool *index = into;
	struct en_draft *draft = schema->draft;
	struct errnorm_str folded;

	if (node->kind != EN_JSON_STRING && node->kind != EN_JSON_NUMBER) {
		en_schema_expect(schema, node, EN_JSON_STRING, "a text or a number");
		return;
	}
	folded = en_draft_fold(draft, node->text);
	if (folded.len == 0) {
		en_schema_error(schema, EN_DIAG_EMPTY, node->offset, "this text is empty");
		return;
	}
	EN_VEC_PUSH(draft->arena, &draft->phrases, en_draft_phrase(draft, folded, *index));
}

static void read_texts(struct en_schema *schema, const struct en_node *node, struct group *group, enum en_cond_op op,
		       uint32_t fact)
{
	struct en_draft *draft = schema->draft;
	struct en_cond cond = make(op, fact);
	bool index = fact == EN_FACT_MESSAGE && (op == EN_COND_HAS || op == EN_COND_ALL || op == EN_COND_STARTS);

	cond.values.first = (uint32_t)draft->phrases.count;
	each(schema, node, &index, read_text_value);
	cond.values.count = (uint32_t)draft->phrases.count - cond.values.first;
	if (cond.values.count)
		add(schema, group, node, cond);
}

static void note_captures(struct en_schema *schema, uint32_t regex)
{
	const struct en_draft *draft = schema->draft;
	struct en_range names = draft->regexes.items[regex].names;

	for (uint32_t i = names.first; i < names.first + names.count; i++)
		EN_VEC_PUSH(draft->arena, &schema->names, en_draft_view(draft, draft->regex_names.items[i].name));
}

static void read_regex(struct en_schema *schema, const struct en_node *node, struct group *group, uint32_t fact)
{
	struct en_cond cond = make(EN_COND_REGEX, fact);

	cond.extra = en_schema_regex(schema, node, EN_REGEX_SEARCH);
	if (cond.extra == EN_NONE)
		return;
	if (fact == EN_FACT_MESSAGE)
		cond.values = en_draft_gates(schema->draft, cond.extra);
	note_captures(schema, cond.extra);
	add(schema, group, node, cond);
}

static void read_tests(struct en_schema *schema, const struct en_node *node, struct group *group, uint32_t fact)
{
	static const struct {
		struct errnorm_str name;
		enum en_cond_op op;
	} tests[] = {{{"is", 2}, EN_COND_IS},         {{"has", 3}, EN_COND_HAS},   {{"all", 3}, EN_COND_ALL},
		     {{"starts", 6}, EN_COND_STARTS}, {{"ends", 4}, EN_COND_ENDS}, {{"regex", 5}, EN_COND_REGEX}};
	static const struct errnorm_str names[] = {{"is", 2},     {"has", 3},  {"all", 3},
						   {"starts", 6}, {"ends", 4}, {"regex", 5}};

	if (!node->child)
		en_schema_error(schema, EN_DIAG_EMPTY, node->offset, "this condition is empty");
	for (const struct en_node *test = node->child; test; test = test->next) {
		size_t i = 0;
		if (en_schema_repeated(schema, node, test))
			continue;
		while (i < 6 && !en_str_eq(test->key, tests[i].name))
			i++;
		if (i == 6)
			en_diag_add(schema->draft->diags, EN_DIAG_UNKNOWN_KEY, schema->file, test->key_offset,
				    schema->rule, en_diag_suggest(schema->draft->diags, test->key, names, 6),
				    "unknown test \"%s\"", &test->key);
		else if (tests[i].op == EN_COND_REGEX)
			read_regex(schema, test, group, fact);
		else
			read_texts(schema, test, group, tests[i].op, fact);
	}
}

static void read_fact(struct en_schema *schema, const struct en_node *node, struct group *group)
{
	uint32_t fact;
	bool is_text;

	if (node->key.len == 0) {
		en_schema_error(schema, EN_DIAG_NAME, node->key_offset, "an empty name");
		return;
	}
	fact = en_schema_fact(schema, node, node->key);
	if (fact == EN_NONE)
		return;
	is_text = fact == EN_FACT_MESSAGE || fact == EN_FACT_TITLE;
	switch (node->kind) {
	case EN_JSON_TRUE:
		add(schema, group, node, make(EN_COND_PRESENT, fact));
		break;
	case EN_JSON_FALSE:
		add(schema, group, node, make(EN_COND_ABSENT, fact));
		break;
	case EN_JSON_OBJECT:
		read_tests(schema, node, group, fact);
		break;
	case EN_JSON_NULL:
		en_schema_error(schema, EN_DIAG_TYPE, node->offset, "null is no condition; false means absent");
		break;
	default:
		read_texts(schema, node, group, is_text ? EN_COND_HAS : EN_COND_IS, fact);
		break;
	}
}

static void read_not(struct en_schema *schema, const struct en_node *node, struct group *group)
{
	struct en_cond cond = make(EN_COND_NOT, 0);

	if (node->kind == EN_JSON_ARRAY) {
		for (const struct en_node *item = node->child; item; item = item->next)
			if (en_schema_expect(schema, item, EN_JSON_OBJECT, "an object of conditions"))
				read_not(schema, item, group);
		return;
	}
	if (node->kind == EN_JSON_OBJECT && !node->child) {
		en_schema_error(schema, EN_DIAG_EMPTY, node->offset,
				"these conditions are empty: they would always hold");
		return;
	}
	cond.values = en_schema_conds(schema, node);
	if (cond.values.count)
		add(schema, group, node, cond);
}

struct en_range en_schema_conds(struct en_schema *schema, const struct en_node *node)
{
	struct en_draft *draft = schema->draft;
	struct group group = {.count = 0};
	struct en_range range;

	if (!en_schema_expect(schema, node, EN_JSON_OBJECT, "an object of conditions"))
		return (struct en_range){0, 0};
	for (const struct en_node *item = node->child; item; item = item->next) {
		if (en_schema_repeated(schema, node, item))
			continue;
		if (en_str_eq(item->key, EN_STR("status")))
			read_status(schema, item, &group);
		else if (en_str_eq(item->key, EN_STR("body")))
			read_bits(schema, item, &group, EN_COND_BODY, read_body_value);
		else if (en_str_eq(item->key, EN_STR("transport")))
			read_bits(schema, item, &group, EN_COND_TRANSPORT, read_transport_value);
		else if (en_str_eq(item->key, EN_STR("stream")))
			read_stream(schema, item, &group);
		else if (en_str_eq(item->key, EN_STR("wait")))
			read_wait(schema, item, &group);
		else if (en_str_eq(item->key, EN_STR("not")))
			read_not(schema, item, &group);
		else
			read_fact(schema, item, &group);
	}
	range = (struct en_range){(uint32_t)draft->conds.count, (uint32_t)group.count};
	/* Expressions last: they cost most, and only a rule that wins needs what they capture. */
	for (int last = 0; last < 2; last++)
		for (size_t i = 0; i < group.count; i++)
			if ((group.conds[i].op == EN_COND_REGEX) == last)
				EN_VEC_PUSH(draft->arena, &draft->conds, group.conds[i]);
	return range;
}
