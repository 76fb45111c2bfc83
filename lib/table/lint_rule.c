/*
 * lint_rule.c - rules that can never win, and patterns that backtrack without bound.
 *
 * Of shadowing only the certain kind is told: an earlier rule of the same table holds whenever the later one does, condition by
 * condition. Of patterns, those that run into their limits on a few thousand bytes made for it.
 */
#include "check.h"

#include <string.h>

enum {
	PUMP = 4000, /* bytes of a text that is made to be slow */
	PUMPS = 8,   /* kinds of them */
};

/* ---- shadowed rules ---- */

static struct errnorm_str phrase_at(const struct en_draft *draft, const struct en_cond *cond, uint32_t i)
{
	return en_draft_view(draft, draft->phrases.items[cond->values.first + i].text);
}

/* Does a text that satisfies the one phrase always satisfy the other? */
static bool phrase_implies(const struct en_cond *later, struct errnorm_str text, const struct en_cond *earlier,
			   struct errnorm_str other)
{
	switch (earlier->op) {
	case EN_COND_IS:
		return later->op == EN_COND_IS && en_str_eq(text, other);
	case EN_COND_STARTS:
		return (later->op == EN_COND_IS || later->op == EN_COND_STARTS) && en_str_starts(text, other);
	case EN_COND_HAS:
		return (later->op == EN_COND_IS || later->op == EN_COND_HAS || later->op == EN_COND_STARTS) &&
		       en_literal_in(text, other);
	default:
		return false;
	}
}

static bool is_textual(const struct en_cond *cond)
{
	return cond->op == EN_COND_IS || cond->op == EN_COND_HAS || cond->op == EN_COND_STARTS;
}

/* Every alternative of the later condition implies one of the earlier's. */
static bool texts_imply(const struct en_draft *draft, const struct en_cond *later, const struct en_cond *earlier)
{
	for (uint32_t i = 0; i < later->values.count; i++) {
		bool implied = false;
		for (uint32_t k = 0; !implied && k < earlier->values.count; k++)
			implied = phrase_implies(later, phrase_at(draft, later, i), earlier,
						 phrase_at(draft, earlier, k));
		if (!implied)
			return false;
	}
	return true;
}

static bool statuses_imply(const struct en_draft *draft, const struct en_cond *later, const struct en_cond *earlier)
{
	for (uint32_t i = 0; i < later->values.count; i++) {
		struct en_status_range inner = draft->statuses.items[later->values.first + i];
		bool implied = false;
		for (uint32_t k = 0; !implied && k < earlier->values.count; k++) {
			struct en_status_range outer = draft->statuses.items[earlier->values.first + k];
			implied = outer.low <= inner.low && inner.high <= outer.high;
		}
		if (!implied)
			return false;
	}
	return true;
}

static bool cond_implies(const struct en_draft *draft, const struct en_cond *later, const struct en_cond *earlier)
{
	if (earlier->op == EN_COND_PRESENT)
		return later->fact == earlier->fact &&
		       (later->op == EN_COND_PRESENT || (is_textual(later) && phrase_at(draft, later, 0).len > 0 &&
							 !en_str_eq(phrase_at(draft, later, 0), EN_STR("false"))));
	if (later->fact != earlier->fact)
		return false;
	if (is_textual(earlier) && is_textual(later))
		return texts_imply(draft, later, earlier);
	if (later->op != earlier->op)
		return false;
	switch (earlier->op) {
	case EN_COND_STATUS:
		return statuses_imply(draft, later, earlier);
	case EN_COND_REGEX:
	case EN_COND_STREAM:
		return later->extra == earlier->extra;
	case EN_COND_BODY:
	case EN_COND_TRANSPORT:
		return (later->extra & ~earlier->extra) == 0;
	case EN_COND_ABSENT:
		return true;
	default:
		return false; /* a wait, a veto, several phrases: not told */
	}
}

static bool rule_implies(const struct en_draft *draft, const struct en_rule *later, const struct en_rule *earlier)
{
	for (uint32_t i = 0; i < earlier->conds.count; i++) {
		const struct en_cond *wanted = &draft->conds.items[earlier->conds.first + i];
		bool implied = false;
		for (uint32_t k = 0; !implied && k < later->conds.count; k++)
			implied = cond_implies(draft, &draft->conds.items[later->conds.first + k], wanted);
		if (!implied)
			return false;
	}
	return true;
}

static void lint_shadow(struct en_draft *draft, const struct en_draft_table *table, uint32_t number)
{
	const struct en_rule *rule = &draft->rules.items[number];
	struct errnorm_str id = en_draft_view(draft, rule->id);

	for (uint32_t i = table->rules.first; i < number; i++) {
		const struct en_rule *earlier = &draft->rules.items[i];
		struct errnorm_str other = en_draft_view(draft, earlier->id);
		if (earlier->replaced || earlier->unwrap != EN_NONE || !rule_implies(draft, rule, earlier))
			continue;
		en_diag_add(draft->diags, EN_DIAG_SHADOWED, &table->file, draft->rule_places.items[number].offset, id,
			    EN_STR_NULL, "this rule never wins: \"%s\" before it holds whenever it does", &other);
		return;
	}
}

/* ---- slow patterns ---- */

static size_t pump(char *out, const struct en_regex_literals *literals, unsigned kind)
{
	static const char *const pieces[PUMPS] = {"a", "0", " ", "a ", "_a", "\"", "a.", "{"};
	size_t len = strlen(pieces[kind]);
	size_t n = literals->prefix.len;

	memcpy(out, literals->prefix.text, n);
	while (n + len < PUMP)
		memcpy(out + n, pieces[kind], len), n += len;
	return n;
}

static void lint_pattern(struct en_draft *draft, const struct en_draft_regex *object, struct en_regex_match *match)
{
	const struct en_draft_table *table = &draft->tables.items[object->table];
	char text[PUMP + EN_REGEX_LITERAL_MAX];

	if (table->user)
		en_regex_speed_up(object->regex); /* as it will be run */
	for (unsigned kind = 0; table->user && kind < PUMPS; kind++) {
		struct errnorm_str subject = {text, pump(text, &object->literals, kind)};
		if (en_regex_run(object->regex, match, subject, 0) != EN_REGEX_LIMIT)
			continue;
		en_diag_add(draft->diags, EN_DIAG_REGEX_SLOW, &table->file, object->offset, EN_STR_NULL, EN_STR_NULL,
			    "this pattern backtracks until it is stopped on %u bytes made for it",
			    (uint32_t)subject.len);
		return;
	}
}

void en_lint_rules(struct en_draft *draft)
{
	void *mem = en_arena_take(draft->arena, EN_REGEX_MATCH_MEMORY);
	struct en_regex_match *match = mem ? en_regex_match_init(mem, EN_REGEX_MATCH_MEMORY) : NULL;

	for (size_t t = 0; t < draft->tables.count; t++) {
		const struct en_draft_table *table = &draft->tables.items[t];
		for (uint32_t i = 0; table->user && !draft->diags->errors && i < table->rules.count; i++)
			lint_shadow(draft, table, table->rules.first + i);
	}
	for (size_t i = 0; match && i < draft->regex_objects.count; i++)
		lint_pattern(draft, &draft->regex_objects.items[i], match);
}
