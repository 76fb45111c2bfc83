/*
 * schema_code.c - codes that a table adds to the vocabulary.
 */
#include "schema.h"

#include "check.h"

static void read_code_status(struct en_schema *schema, const struct en_node *node, void *into)
{
	int64_t status;

	if (en_schema_int(schema, node, 400, 599, &status))
		((struct en_code *)into)->http_status = (int32_t)status;
}

static void read_code_type(struct en_schema *schema, const struct en_node *node, void *into)
{
#define XX(number, NAME, name) [(number)-1] = {#name, sizeof #name - 1},
	static const struct errnorm_str words[] = {ERRNORM_TYPE_LIST(XX)};
#undef XX
	int word = en_schema_word(schema, node, words, ERRNORM_TYPE_MAX);

	if (word >= 0)
		((struct en_code *)into)->type = (uint32_t)word + 1;
}

static void read_code_retryable(struct en_schema *schema, const struct en_node *node, void *into)
{
	bool value;

	if (en_schema_bool(schema, node, &value))
		((struct en_code *)into)->retryable = value;
}

static void read_code_failover(struct en_schema *schema, const struct en_node *node, void *into)
{
	int failover = en_schema_failover(schema, node);

	if (failover >= 0)
		((struct en_code *)into)->failover = (uint32_t)failover;
}

static void read_code_fault(struct en_schema *schema, const struct en_node *node, void *into)
{
	int fault = en_schema_fault(schema, node);

	if (fault >= 0)
		((struct en_code *)into)->fault = (uint32_t)fault;
}

static void read_code_message(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct errnorm_str text;

	if (en_schema_string(schema, node, "a string", &text))
		((struct en_code *)into)->message = en_draft_text(schema->draft, text);
}

/* One with mistakes is a code all the same: the rules that name it are right. */
static void read_code(struct en_schema *schema, const struct en_node *node)
{
	static const struct en_schema_key keys[] = {
		{"http_status", read_code_status}, {"type", read_code_type},   {"retryable", read_code_retryable},
		{"failover", read_code_failover},  {"fault", read_code_fault}, {"message", read_code_message},
		{"note", en_schema_note},
	};
	struct en_draft *draft = schema->draft;
	struct en_code code = {.fault = ERRNORM_FAULT_CALLER};
	const size_t count = sizeof keys / sizeof keys[0];

	code.name = code.message = en_draft_text(draft, node->key);
	if (en_schema_expect(schema, node, EN_JSON_OBJECT, "an object")) {
		en_schema_object(schema, node, keys, count, &code);
		if (en_schema_lacks(node, keys, count, "http_status") || en_schema_lacks(node, keys, count, "type"))
			en_schema_error(schema, EN_DIAG_MISSING_KEY, node->offset,
					"a code needs \"http_status\" and \"type\"");
	}
	code.http_status_byok = code.http_status;
	code.fault_byok = code.fault;
	code.code = ERRNORM_CODE_CUSTOM + (uint32_t)draft->codes.count;
	en_draft_bind(draft, EN_INTERN_CODE, node->key, code.code);
	EN_VEC_PUSH(draft->arena, &draft->codes, code);
}

void en_schema_codes(struct en_schema *schema, const struct en_node *node, void *into)
{
	(void)into;
	if (!en_schema_expect(schema, node, EN_JSON_OBJECT, "an object of codes"))
		return;
	for (const struct en_node *item = node->child; item; item = item->next) {
		if (!en_schema_is_name(item->key, false))
			en_schema_error(schema, EN_DIAG_NAME, item->key_offset,
					"a code's name is made of a-z, 0-9 and _");
		if (en_check_builtin_code(item->key) ||
		    en_draft_find(schema->draft, EN_INTERN_CODE, item->key) != EN_NONE)
			en_diag_add(schema->draft->diags, EN_DIAG_CODE_REDEFINED, schema->file, item->key_offset,
				    schema->rule, EN_STR_NULL, "there is a code \"%s\" already", &item->key);
		else
			read_code(schema, item);
	}
}
