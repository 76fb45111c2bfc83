/*
 * schema_form.c - templates: texts with names in braces, and JSON values in which such texts stand.
 */
#include "schema_form.h"

#include "variable.h"

enum {
	FORM_DEPTH_MAX = 16,
};

#define NONE ((size_t)-1)

/* Of what a text of the catalogue, or a link, is made: not of what is made from it. */
#define BIT(NAME)      (1u << EN_VARIABLE_##NAME)
#define TEXT_VARIABLES (BIT(PARAM) | BIT(PROVIDER) | BIT(PROVIDER_STATUS) | BIT(RETRY_AFTER) | BIT(DETAIL))
#define LINK_VARIABLES (BIT(CODE) | BIT(TYPE) | BIT(STATUS) | BIT(CANONICAL) | BIT(CANONICAL_TYPE))
#define ANY_VARIABLE   (~(BIT(DETAILS)))

static uint32_t allowed(enum en_template_use use)
{
	return use == EN_TEMPLATE_TEXT ? TEXT_VARIABLES : use == EN_TEMPLATE_LINK ? LINK_VARIABLES : ANY_VARIABLE;
}

static size_t variable_names(uint32_t mask, struct errnorm_str *names)
{
#define XX(NAME, name) {"" name, sizeof name - 1},
	static const struct errnorm_str all[] = {EN_VARIABLE_LIST(XX)};
#undef XX
	size_t count = 0;

	for (uint32_t i = 0; i < EN_VARIABLE_DETAIL; i++)
		if (mask >> i & 1)
			names[count++] = all[i];
	return count;
}

/* The value that text[from, to) names; variable EN_NONE after a complaint. */
static struct en_value read_name(struct en_schema *schema, const struct en_node *node, size_t from, size_t to,
				 uint32_t mask)
{
	struct errnorm_str name = {node->text.ptr + from, to - from};
	struct errnorm_str names[EN_VARIABLE_MAX];
	struct errnorm_str detail;
	struct en_value value = {en_variable_named(name, &detail), {0, EN_NONE}};

	if (value.variable < EN_VARIABLE_MAX && mask >> value.variable & 1) {
		value.detail = en_draft_text(schema->draft, detail);
		return value;
	}
	value.variable = EN_NONE;
	en_diag_add(schema->draft->diags, EN_DIAG_TEMPLATE, schema->file, en_document_string_offset(node, from),
		    schema->rule, en_diag_suggest(schema->draft->diags, name, names, variable_names(mask, names)),
		    "\"%s\" is no name that may stand here", &name);
	return value;
}

struct en_text en_schema_template(struct en_schema *schema, const struct en_node *node, enum en_template_use use)
{
	struct errnorm_str text;
	size_t bracket = NONE;

	if (!en_schema_string(schema, node, "a string", &text))
		return (struct en_text){0, EN_NONE};
	for (size_t i = 0; i < text.len; i++) {
		size_t close;
		if (use == EN_TEMPLATE_TEXT && (text.ptr[i] == '[' || text.ptr[i] == ']')) {
			if ((bracket != NONE) == (text.ptr[i] == '[')) {
				en_schema_error(schema, EN_DIAG_TEMPLATE, en_document_string_offset(node, i),
						"this bracket has no partner");
				return (struct en_text){0, EN_NONE};
			}
			bracket = text.ptr[i] == '[' ? i : NONE;
		}
		if (text.ptr[i] != '{')
			continue;
		close = en_template_find(text, i, '}');
		if (close == text.len) {
			en_schema_error(schema, EN_DIAG_TEMPLATE, en_document_string_offset(node, i),
					"this brace is not closed");
			return (struct en_text){0, EN_NONE};
		}
		read_name(schema, node, i + 1, close, allowed(use));
		i = close;
	}
	if (bracket != NONE)
		en_schema_error(schema, EN_DIAG_TEMPLATE, en_document_string_offset(node, bracket),
				"this bracket has no partner");
	return en_draft_text(schema->draft, text);
}

/* Is it one name in braces and nothing else? */
static bool is_value(struct errnorm_str text)
{
	return text.len > 2 && text.ptr[0] == '{' && en_template_find(text, 0, '}') == text.len - 1;
}

/* A member's key without the mark that it may be left out. */
static struct errnorm_str bare_key(const struct en_node *node)
{
	struct errnorm_str key = node->key;

	if (key.len > 1 && key.ptr[key.len - 1] == '?')
		key.len--;
	return key;
}

static void check_repeated(struct en_schema *schema, const struct en_node *object, const struct en_node *member)
{
	struct errnorm_str key = bare_key(member);

	for (const struct en_node *item = object->child; item != member; item = item->next) {
		if (!en_str_eq(bare_key(item), key))
			continue;
		en_diag_add(schema->draft->diags, EN_DIAG_REPEATED_KEY, schema->file, member->key_offset, schema->rule,
			    EN_STR_NULL, "the key \"%s\" stands here a second time", &key);
		return;
	}
}

static void read_members(struct en_schema *schema, const struct en_node *node, uint32_t number, unsigned depth);

static uint32_t read_form(struct en_schema *schema, const struct en_node *node, unsigned depth)
{
	struct en_draft *draft = schema->draft;
	struct en_form form = {
		.kind = EN_FORM_LITERAL, .value = {EN_NONE, {0, EN_NONE}}, .key = {0, EN_NONE}, .text = {0, EN_NONE}};
	uint32_t number = (uint32_t)draft->forms.count;
	struct errnorm_str key = bare_key(node);

	form.optional = key.len < node->key.len;
	form.key = en_draft_text(draft, key);
	if (node->kind == EN_JSON_OBJECT || node->kind == EN_JSON_ARRAY) {
		form.kind = node->kind == EN_JSON_OBJECT ? EN_FORM_OBJECT : EN_FORM_ARRAY;
	} else if (node->kind == EN_JSON_STRING && is_value(node->text)) {
		form.kind = EN_FORM_VALUE;
		form.value = read_name(schema, node, 1, node->text.len - 1, ~0u);
	} else if (node->kind == EN_JSON_STRING && node->text.len) {
		form.kind = EN_FORM_STRING;
		form.text = en_schema_template(schema, node, EN_TEMPLATE_FORM);
	} else {
		form.text = en_draft_text(draft, node->raw);
	}
	EN_VEC_PUSH(draft->arena, &draft->forms, form);
	if (draft->arena->failed)
		return EN_NONE;
	if (form.kind == EN_FORM_OBJECT || form.kind == EN_FORM_ARRAY)
		read_members(schema, node, number, depth + 1);
	if (!draft->arena->failed)
		draft->forms.items[number].next = (uint32_t)draft->forms.count;
	return number;
}

static void read_members(struct en_schema *schema, const struct en_node *node, uint32_t number, unsigned depth)
{
	struct en_draft *draft = schema->draft;

	if (depth > FORM_DEPTH_MAX) {
		en_schema_error(schema, EN_DIAG_LIMIT, node->offset, "a template nested this deeply is not supported");
		return;
	}
	for (const struct en_node *item = node->child; item; item = item->next) {
		if (node->kind == EN_JSON_OBJECT)
			check_repeated(schema, node, item);
		if (node->kind == EN_JSON_ARRAY || !en_str_eq(item->key, EN_STR("?"))) {
			read_form(schema, item, depth);
		} else if (item->kind != EN_JSON_STRING || !is_value(item->text)) {
			en_schema_error(schema, EN_DIAG_TEMPLATE, item->offset, "expected one name in braces");
		} else {
			struct en_value value = read_name(schema, item, 1, item->text.len - 1, ~0u);
			if (!draft->arena->failed)
				draft->forms.items[number].value = value;
		}
	}
}

uint32_t en_schema_form(struct en_schema *schema, const struct en_node *node)
{
	return en_schema_expect(schema, node, EN_JSON_OBJECT, "an object") ? read_form(schema, node, 0) : EN_NONE;
}
