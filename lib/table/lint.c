/*
 * lint.c - what is allowed, but not wise: rules nobody can check, phrases that say nothing, patterns that are run for every message.
 */
#include "check.h"

#include <string.h>

enum {
	PHRASE_MIN = 3, /* characters */
};

struct lint {
	struct en_draft *draft;
	const struct en_file *file;
	struct errnorm_str rule;
};

static void warn(const struct lint *lint, enum en_diag_id id, size_t offset, const char *text)
{
	en_diag_add(lint->draft->diags, id, lint->file, offset, lint->rule, EN_STR_NULL, text);
}

static bool is_number(struct errnorm_str text)
{
	bool digit = false;

	for (size_t i = 0; i < text.len; i++) {
		digit |= en_is_digit((unsigned char)text.ptr[i]);
		if (!en_is_digit((unsigned char)text.ptr[i]) &&
		    (en_is_alnum((unsigned char)text.ptr[i]) || (unsigned char)text.ptr[i] >= 0x80))
			return false;
	}
	return digit;
}

static size_t characters(struct errnorm_str text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
	return count;
}

static bool is_ascii(struct errnorm_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] >= 0x80)
			return false;
	return true;
}

static void lint_phrase(const struct lint *lint, const struct en_node *node)
{
	struct errnorm_str text = node->text;

	if (node->kind != EN_JSON_STRING)
		return;
	if (is_number(text))
		warn(lint, EN_DIAG_PHRASE_NUMBER, node->offset,
		     "a phrase that is a number is found in messages about anything");
	else if (characters(text) < PHRASE_MIN && is_ascii(text))
		warn(lint, EN_DIAG_PHRASE_SHORT, node->offset,
		     "a phrase this short is found in messages about anything");
}

static void lint_phrases(const struct lint *lint, const struct en_node *node)
{
	if (node->kind != EN_JSON_ARRAY) {
		lint_phrase(lint, node);
		return;
	}
	for (const struct en_node *item = node->child; item; item = item->next)
		lint_phrase(lint, item);
}

/* A pattern needs a literal, or something beside it that keeps it from being run for every message. */
static void lint_regex(const struct lint *lint, const struct en_node *node, bool gated)
{
	uint32_t regex = en_draft_find(lint->draft, EN_INTERN_REGEX_SEARCH, node->text);

	if (gated || regex == EN_NONE || lint->draft->regex_objects.items[regex].literals.shortest >= EN_LITERAL_MIN)
		return;
	warn(lint, EN_DIAG_REGEX_LITERAL, node->offset,
	     "no literal that every match contains, and no other condition: it is run for every message");
}

static void lint_conds(const struct lint *lint, const struct en_node *when)
{
	for (const struct en_node *item = when->child; item; item = item->next) {
		bool message = en_str_eq(item->key, EN_STR("message")) || en_str_eq(item->key, EN_STR("title"));
		/* A veto, or a list of them. */
		if (en_str_eq(item->key, EN_STR("not")) || when->kind == EN_JSON_ARRAY)
			lint_conds(lint, item);
		if (!message)
			continue;
		if (item->kind != EN_JSON_OBJECT) {
			lint_phrases(lint, item);
			continue;
		}
		for (const struct en_node *test = item->child; test; test = test->next) {
			if (en_str_eq(test->key, EN_STR("has")) || en_str_eq(test->key, EN_STR("all")))
				lint_phrases(lint, test);
			else if (en_str_eq(test->key, EN_STR("regex")) && test->kind == EN_JSON_STRING)
				lint_regex(lint, test, when->count > 1 || item->count > 1);
		}
	}
}

static void lint_rule(struct lint *lint, uint32_t number)
{
	const struct en_draft_rule *place = &lint->draft->rule_places.items[number];
	const struct en_node *when = en_document_get(place->node, EN_STR("when"));
	const struct en_node *examples = en_document_get(place->node, EN_STR("examples"));

	lint->rule = en_draft_view(lint->draft, lint->draft->rules.items[number].id);
	if (!en_document_get(place->node, EN_STR("source")))
		warn(lint, EN_DIAG_NO_SOURCE, place->offset, "this rule does not say where it is known from");
	if (!examples || !examples->child)
		warn(lint, EN_DIAG_NO_EXAMPLE, place->offset, "this rule has no example");
	if (when && when->kind == EN_JSON_OBJECT)
		lint_conds(lint, when);
}

/* Which facts do conditions and templates use? */
static void mark_conds(const struct en_draft *draft, uint8_t *used)
{
	for (size_t i = 0; i < draft->conds.count; i++)
		if (draft->conds.items[i].fact < EN_FACT_MAX)
			used[draft->conds.items[i].fact] = 1;
}

static void mark_template(const struct en_draft *draft, struct en_text text, uint8_t *used)
{
	struct errnorm_str view = en_draft_view(draft, text);

	for (size_t i = 0; i < view.len; i++) {
		size_t close = en_str_find(view, EN_STR("}"), i);
		uint32_t fact;
		if (view.ptr[i] != '{' || close == (size_t)-1)
			continue;
		fact = en_draft_find(draft, EN_INTERN_FACT, en_str(view.ptr + i + 1, close - i - 1));
		if (fact != EN_NONE)
			used[fact] = 1;
	}
}

static void lint_facts(struct lint *lint)
{
	const struct en_draft *draft = lint->draft;
	uint8_t used[EN_FACT_MAX] = {0};

	memset(used, 1, EN_FACT_RESERVED);
	mark_conds(draft, used);
	for (size_t i = 0; i < draft->rules.count; i++) {
		mark_template(draft, draft->rules.items[i].param, used);
		mark_template(draft, draft->rules.items[i].message, used);
	}
	for (size_t i = 0; i < draft->details.count; i++)
		mark_template(draft, draft->details.items[i].value, used);
	for (size_t i = 0; i < draft->unwraps.count; i++) {
		mark_template(draft, draft->unwraps.items[i].body, used);
		mark_template(draft, draft->unwraps.items[i].provider, used);
		mark_template(draft, draft->unwraps.items[i].status, used);
	}
	lint->rule = EN_STR_NULL;
	for (size_t t = 0; t < draft->tables.count; t++) {
		const struct en_draft_table *table = &draft->tables.items[t];
		lint->file = &table->file;
		for (size_t i = 0; table->user && i < table->facts.count; i++)
			if (!used[table->facts.items[i].fact])
				warn(lint, EN_DIAG_UNUSED_FACT, table->facts.items[i].offset, "no rule uses this fact");
	}
}

/* Only what is being checked: the built-in tables' texts have neither sources nor examples. */
void en_lint(struct en_draft *draft)
{
	struct lint lint = {.draft = draft};

	for (uint32_t i = 0; i < draft->rules.count; i++) {
		const struct en_draft_table *table = &draft->tables.items[draft->rules.items[i].table];
		lint.file = &table->file;
		if (table->user)
			lint_rule(&lint, i);
	}
	lint_facts(&lint);
	en_lint_rules(draft);
}
