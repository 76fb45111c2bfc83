/*
 * schema_rule.c - rules: one object each, in the order of the file.
 */
#include "schema.h"

#include <string.h>

#include "locate.h"

/* A rule that is being read, with the nodes that must be looked at when all of it is known. */
struct rule_draft {
	struct en_rule rule;
	const struct en_node *when, *then, *unwrap, *replaces, *examples, *source;
	const struct en_node *param, *message, *details;
};

static void read_id(struct en_schema *schema, const struct en_node *node, void *into)
{
	(void)schema;
	(void)node;
	(void)into; /* read first, so that every diagnostic can name the rule */
}

static void read_when(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct rule_draft *draft = into;

	draft->when = node;
	draft->rule.conds = en_schema_conds(schema, node);
}

static void keep_then(struct en_schema *schema, const struct en_node *node, void *into)
{
	(void)schema;
	((struct rule_draft *)into)->then = node;
}

static void keep_unwrap(struct en_schema *schema, const struct en_node *node, void *into)
{
	(void)schema;
	((struct rule_draft *)into)->unwrap = node;
}

static void keep_param(struct en_schema *schema, const struct en_node *node, void *into)
{
	(void)schema;
	((struct rule_draft *)into)->param = node;
}

static void keep_message(struct en_schema *schema, const struct en_node *node, void *into)
{
	(void)schema;
	((struct rule_draft *)into)->message = node;
}

static void keep_details(struct en_schema *schema, const struct en_node *node, void *into)
{
	(void)schema;
	((struct rule_draft *)into)->details = node;
}

static void read_period(struct en_schema *schema, const struct en_node *node, void *into)
{
	((struct rule_draft *)into)->rule.period = (uint8_t)en_schema_period(schema, node);
}

static void read_ignore_wait(struct en_schema *schema, const struct en_node *node, void *into)
{
	bool value;

	if (en_schema_bool(schema, node, &value) && value)
		((struct rule_draft *)into)->rule.wait = EN_RULE_WAIT_UNSETTLED;
}

static void read_no_wait(struct en_schema *schema, const struct en_node *node, void *into)
{
	bool value;

	if (en_schema_bool(schema, node, &value) && value)
		((struct rule_draft *)into)->rule.wait = EN_RULE_WAIT_NONE;
}

static void read_retryable(struct en_schema *schema, const struct en_node *node, void *into)
{
	bool value;

	if (en_schema_bool(schema, node, &value))
		((struct rule_draft *)into)->rule.retryable = value;
}

static void read_failover(struct en_schema *schema, const struct en_node *node, void *into)
{
	int failover = en_schema_failover(schema, node);

	if (failover >= 0)
		((struct rule_draft *)into)->rule.failover = (uint8_t)failover;
}

static void read_fault(struct en_schema *schema, const struct en_node *node, void *into)
{
	int fault = en_schema_fault(schema, node);

	if (fault >= 0)
		((struct rule_draft *)into)->rule.fault = (uint8_t)fault;
}

static void read_http_status(struct en_schema *schema, const struct en_node *node, void *into)
{
	int64_t status;

	if (en_schema_int(schema, node, 400, 599, &status))
		((struct rule_draft *)into)->rule.http_status = (int32_t)status;
}

static void read_replaces(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct errnorm_str id;

	if (en_schema_string(schema, node, "a rule's id", &id))
		((struct rule_draft *)into)->replaces = node;
}

static void read_source(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct errnorm_str text;

	((struct rule_draft *)into)->source = node;
	if (node->kind != EN_JSON_ARRAY) {
		en_schema_string(schema, node, "a link or a list of links", &text);
		return;
	}
	for (const struct en_node *item = node->child; item; item = item->next)
		en_schema_string(schema, item, "a link", &text);
}

static void read_note(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct errnorm_str text;

	(void)into;
	en_schema_string(schema, node, "a string", &text);
}

static void keep_examples(struct en_schema *schema, const struct en_node *node, void *into)
{
	if (en_schema_expect(schema, node, EN_JSON_ARRAY, "a list of examples"))
		((struct rule_draft *)into)->examples = node;
}

/* ---- templates: read when the captures are known ---- */

static bool is_capture(const struct en_schema *schema, struct errnorm_str name)
{
	for (size_t i = 0; i < schema->names.count; i++)
		if (en_str_eq(schema->names.items[i], name))
			return true;
	return false;
}

/* Every {name} must be a capture of this rule or the name of a fact; which facts exist is known at the end, so they are made here. */
static void check_template(struct en_schema *schema, const struct en_node *node, struct errnorm_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		size_t close = i;
		struct errnorm_str name;
		if (text.ptr[i] != '{')
			continue;
		while (close < text.len && text.ptr[close] != '}')
			close++;
		if (close == text.len) {
			en_schema_error(schema, EN_DIAG_TEMPLATE, en_document_string_offset(node, i),
					"this brace is not closed");
			return;
		}
		name = en_str(text.ptr + i + 1, close - i - 1);
		if (!is_capture(schema, name) && en_draft_find(schema->draft, EN_INTERN_FACT, name) == EN_NONE)
			en_diag_add(
				schema->draft->diags, EN_DIAG_TEMPLATE, schema->file,
				en_document_string_offset(node, i + 1), schema->rule,
				en_diag_suggest(schema->draft->diags, name, schema->names.items, schema->names.count),
				"\"%s\" is neither captured by this rule nor a fact declared before it", &name);
		i = close;
	}
}

static struct en_text read_template(struct en_schema *schema, const struct en_node *node)
{
	struct errnorm_str text;

	if (!node || !en_schema_string(schema, node, "a text", &text))
		return (struct en_text){0, EN_NONE};
	check_template(schema, node, text);
	return en_draft_text(schema->draft, text);
}

static void read_details(struct en_schema *schema, struct rule_draft *draft)
{
	uint32_t first = (uint32_t)schema->draft->details.count;

	if (!draft->details || !en_schema_expect(schema, draft->details, EN_JSON_OBJECT, "an object of texts"))
		return;
	for (const struct en_node *item = draft->details->child; item; item = item->next) {
		if (en_schema_repeated(schema, draft->details, item))
			continue;
		struct en_detail detail = {en_draft_text(schema->draft, item->key), read_template(schema, item)};
		if (!en_schema_is_name(item->key, false))
			en_schema_error(schema, EN_DIAG_NAME, item->key_offset,
					"a detail's name is made of a-z, 0-9 and _");
		EN_VEC_PUSH(schema->draft->arena, &schema->draft->details, detail);
	}
	draft->rule.details = (struct en_range){first, (uint32_t)schema->draft->details.count - first};
}

static void read_unwrap_body(struct en_schema *schema, const struct en_node *node, void *into)
{
	((struct en_unwrap *)into)->body = read_template(schema, node);
}

static void read_unwrap_provider(struct en_schema *schema, const struct en_node *node, void *into)
{
	((struct en_unwrap *)into)->provider = read_template(schema, node);
}

static void read_unwrap_status(struct en_schema *schema, const struct en_node *node, void *into)
{
	((struct en_unwrap *)into)->status = read_template(schema, node);
}

static void read_unwrap(struct en_schema *schema, struct rule_draft *draft)
{
	static const struct en_schema_key keys[] = {
		{"body", read_unwrap_body}, {"provider", read_unwrap_provider}, {"status", read_unwrap_status}};
	struct en_unwrap unwrap = {{0, EN_NONE}, {0, EN_NONE}, {0, EN_NONE}};

	draft->rule.unwrap = (uint32_t)schema->draft->unwraps.count;
	if (en_schema_expect(schema, draft->unwrap, EN_JSON_OBJECT, "an object")) {
		en_schema_object(schema, draft->unwrap, keys, 3, &unwrap);
		if (en_schema_lacks(draft->unwrap, keys, 3, "body"))
			en_schema_error(schema, EN_DIAG_MISSING_KEY, draft->unwrap->offset, "unwrap needs \"body\"");
	}
	EN_VEC_PUSH(schema->draft->arena, &schema->draft->unwraps, unwrap);
}

/* What stands in them is read when they are run (api/examples.c). */
static void read_examples(struct en_schema *schema, const struct en_node *list)
{
	struct en_draft *draft = schema->draft;

	for (const struct en_node *item = list->child; item; item = item->next) {
		struct en_draft_example example = {item, schema->number, (uint32_t)draft->rules.count};
		if (!en_schema_expect(schema, item, EN_JSON_OBJECT, "an example"))
			continue;
		for (const struct en_node *member = item->child; member; member = member->next)
			en_schema_repeated(schema, item, member);
		EN_VEC_PUSH(draft->arena, &draft->examples, example);
	}
}

static const struct en_schema_key rule_keys[] = {
	{"id", read_id},
	{"when", read_when},
	{"then", keep_then},
	{"unwrap", keep_unwrap},
	{"period", read_period},
	{"ignore_wait", read_ignore_wait},
	{"no_wait", read_no_wait},
	{"retryable", read_retryable},
	{"failover", read_failover},
	{"fault", read_fault},
	{"http_status", read_http_status},
	{"param", keep_param},
	{"message", keep_message},
	{"details", keep_details},
	{"replaces", read_replaces},
	{"source", read_source},
	{"note", read_note},
	{"examples", keep_examples},
};

static bool rule_lacks(const struct en_node *node, const char *name)
{
	return en_schema_lacks(node, rule_keys, sizeof rule_keys / sizeof rule_keys[0], name);
}

/* The rest of a rule, in the order in which it depends on each other. */
static void finish_rule(struct en_schema *schema, struct rule_draft *draft, const struct en_node *node)
{
	struct errnorm_str code;

	if (rule_lacks(node, "id"))
		en_schema_error(schema, EN_DIAG_MISSING_KEY, node->offset, "a rule needs \"id\"");
	if (rule_lacks(node, "when"))
		en_schema_error(schema, EN_DIAG_MISSING_KEY, node->offset, "a rule needs \"when\"");
	if (!draft->then == !draft->unwrap && rule_lacks(node, "then") == rule_lacks(node, "unwrap"))
		en_schema_error(schema, EN_DIAG_THEN, node->offset,
				"a rule has exactly one of \"then\" and \"unwrap\"");
	if (draft->then && en_schema_string(schema, draft->then, "a code", &code))
		draft->rule.code = EN_NONE; /* custom codes may follow: check.c looks it up */
	if (draft->unwrap)
		read_unwrap(schema, draft);
	draft->rule.param = read_template(schema, draft->param);
	draft->rule.message = read_template(schema, draft->message);
	read_details(schema, draft);
	if (draft->examples)
		read_examples(schema, draft->examples);
}

static void read_rule_id(struct en_schema *schema, const struct en_node *node, struct rule_draft *draft)
{
	const struct en_node *id = en_document_get(node, EN_STR("id"));
	struct errnorm_str text;

	schema->rule = EN_STR_NULL;
	if (!id || !en_schema_string(schema, id, "a rule's id", &text))
		return;
	schema->rule = text;
	draft->rule.id = en_draft_text(schema->draft, text);
	if (!en_schema_is_name(text, true))
		en_schema_error(schema, EN_DIAG_NAME, id->offset, "a rule's id is made of a-z, 0-9, -, _ and .");
	else if (en_draft_find(schema->draft, EN_INTERN_RULE, text) != EN_NONE)
		en_diag_add(schema->draft->diags, EN_DIAG_DUPLICATE_ID, schema->file, id->offset, schema->rule,
			    EN_STR_NULL, "there is a rule \"%s\" already", &text);
	else
		en_draft_bind(schema->draft, EN_INTERN_RULE, text, (uint32_t)schema->draft->rules.count);
}

static void read_rule(struct en_schema *schema, const struct en_node *node)
{
	struct rule_draft draft = {.rule = {.id = {0, EN_NONE},
					    .table = (uint16_t)schema->number,
					    .retryable = EN_UNSET,
					    .failover = EN_UNSET,
					    .fault = EN_UNSET,
					    .unwrap = EN_NONE}};
	struct en_draft_rule place = {.offset = node->offset, .node = node};

	schema->names.count = 0;
	read_rule_id(schema, node, &draft);
	draft.rule.line = en_locate_line(&schema->lines, schema->file->text, node->offset);
	en_schema_object(schema, node, rule_keys, sizeof rule_keys / sizeof rule_keys[0], &draft);
	finish_rule(schema, &draft, node);
	place.then_offset = draft.then ? draft.then->offset : node->offset;
	place.replaces = draft.replaces;
	EN_VEC_PUSH(schema->draft->arena, &schema->draft->rules, draft.rule);
	EN_VEC_PUSH(schema->draft->arena, &schema->draft->rule_places, place);
	schema->rule = EN_STR_NULL;
}

void en_schema_rules(struct en_schema *schema, const struct en_node *node, void *into)
{
	(void)into;
	if (!en_schema_expect(schema, node, EN_JSON_ARRAY, "a list of rules"))
		return;
	for (const struct en_node *item = node->child; item; item = item->next)
		if (en_schema_expect(schema, item, EN_JSON_OBJECT, "a rule"))
			read_rule(schema, item);
}
