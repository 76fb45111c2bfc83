/*
 * trial.c - the library itself judges the drafts: they are loaded behind all other tables, with what
 * the status gives filled in, checked as `errnorm check` does, and then given the very responses.
 */
#include "trial.h"

#include <stdlib.h>
#include <string.h>

#include <errnorm/load.h>

#include "output.h"
#include "response.h"

/* No file has this name. */
static const char draft_name[] = "draft\n";

static bool str_eq(struct errnorm_str a, const char *b)
{
	return a.len == strlen(b) && memcmp(a.ptr, b, a.len) == 0;
}

static enum errnorm_rc add_others(const struct cli_session *session, struct errnorm_builder *builder)
{
	const struct cli_settings *settings = session->settings;
	enum errnorm_rc rc = ERRNORM_OK;

	if (!settings->no_builtin)
		rc = errnorm_builder_add_builtin(builder);
	for (size_t i = 0; rc == ERRNORM_OK && i < settings->table_count; i++)
		rc = errnorm_builder_add_path(builder, settings->tables[i]);
	return rc;
}

static enum errnorm_rc add_drafts(const struct cli_session *session, const struct cli_proposal *proposal,
				  struct errnorm_builder *builder)
{
	enum errnorm_rc rc = ERRNORM_OK;

	for (size_t first = 0; rc == ERRNORM_OK && first < proposal->count;) {
		size_t end = cli_proposal_table_end(proposal, first);
		struct errnorm_str text = {NULL, 0};
		char *memory = NULL;
		FILE *out = open_memstream(&memory, &text.len);

		if (!out)
			return ERRNORM_ENOMEM;
		cli_proposal_write(out, proposal, first, end, session->tables, true);
		rc = fclose(out) == 0 ? ERRNORM_OK : ERRNORM_ENOMEM;
		text.ptr = memory;
		if (rc == ERRNORM_OK)
			rc = errnorm_builder_add_text(builder, cli_str(draft_name), text);
		free(memory);
		first = end;
	}
	return rc;
}

static struct cli_rule *find_rule(const struct cli_proposal *proposal, struct errnorm_str id)
{
	for (size_t i = 0; i < proposal->count; i++) {
		char own[CLI_ID_MAX];

		cli_rule_id(&proposal->rules[i], own);
		if (str_eq(id, own))
			return &proposal->rules[i];
	}
	return NULL;
}

/* The type may stand elsewhere once there is a table; without it the rule has another chance. */
static void refuse(struct cli_rule *rule)
{
	if (rule->typed)
		rule->typed = false;
	else
		rule->dropped = true;
}

/*
 * What a complaint is about is refused; but an id that is taken becomes another. Returns how much
 * has changed.
 */
static size_t heed(const struct errnorm_builder *builder, struct cli_proposal *proposal)
{
	enum { ID_TAKEN = 16 }; /* EN016 */
	const struct cli_rule *last = NULL;
	size_t changed = 0;
	size_t count = errnorm_builder_diag_count(builder);

	for (size_t i = 0; i < count; i++) {
		const struct errnorm_diag *diag = errnorm_builder_diag(builder, i);
		struct cli_rule *rule =
			diag->rule.ptr && str_eq(diag->file, draft_name) ? find_rule(proposal, diag->rule) : NULL;

		/* Complaints come in the order of the text: those of a rule follow each other. */
		if (!rule || rule == last)
			continue;
		last = rule;
		if (diag->id == ID_TAKEN && !rule->numbered)
			rule->numbered = true;
		else
			refuse(rule);
		changed++;
	}
	return changed;
}

/* One round. *ret is set if nothing is left to complain of. */
static enum errnorm_rc check(const struct cli_session *session, struct cli_proposal *proposal,
			     struct errnorm_tables **ret)
{
	struct errnorm_builder *builder;
	struct errnorm_tables *tables = NULL;
	enum errnorm_rc rc = errnorm_builder_new(NULL, &builder);

	if (rc != ERRNORM_OK)
		return rc;
	rc = add_others(session, builder);
	if (rc == ERRNORM_OK)
		rc = add_drafts(session, proposal, builder);
	if (rc == ERRNORM_OK)
		rc = errnorm_builder_lint(builder);
	if (rc == ERRNORM_OK)
		rc = errnorm_builder_finish(builder, &tables);
	if (rc == ERRNORM_OK || rc == ERRNORM_ETABLE) {
		size_t changed = heed(builder, proposal);

		/* Refused, and not for a rule's sake: nothing that can be mended here. */
		if (rc == ERRNORM_ETABLE && changed)
			rc = ERRNORM_OK;
		if (changed || rc != ERRNORM_OK)
			tables = errnorm_tables_unref(tables);
	}
	errnorm_builder_free(builder);
	*ret = tables;
	return rc;
}

/* Gives every rule its response. *ret_changed: one did not decide it. */
static enum errnorm_rc replay(const struct cli_session *session, struct cli_proposal *proposal,
			      const struct errnorm_tables *tables, struct errnorm_scratch *scratch,
			      struct cli_parts *parts, bool *ret_changed)
{
	for (size_t i = 0; i < proposal->count; i++) {
		struct cli_rule *rule = &proposal->rules[i];
		struct errnorm_str line = {rule->group->line, rule->group->line_len};
		struct errnorm_verdict verdict = {.size = sizeof(verdict)};
		struct errnorm_response response;
		const char *error;
		char id[CLI_ID_MAX];
		enum errnorm_rc rc;

		if (!line.ptr)
			continue;
		rc = cli_response_from_json(session, parts, line, &response, &error);
		if (rc == ERRNORM_OK)
			rc = errnorm_translate(tables, scratch, &response, &verdict);
		if (rc != ERRNORM_OK)
			return rc;
		cli_rule_id(rule, id);
		if (!str_eq(verdict.rule, id)) {
			refuse(rule);
			*ret_changed = true;
		}
	}
	return ERRNORM_OK;
}

static enum errnorm_rc replay_all(const struct cli_session *session, struct cli_proposal *proposal,
				  struct errnorm_tables *tables, bool *ret_changed)
{
	struct errnorm_scratch *scratch = NULL;
	struct cli_parts parts;
	enum errnorm_rc rc = errnorm_scratch_new(tables, NULL, &scratch);

	if (!cli_parts_init(&parts, session))
		rc = ERRNORM_ENOMEM;
	if (rc == ERRNORM_OK)
		rc = replay(session, proposal, tables, scratch, &parts, ret_changed);
	cli_parts_done(&parts);
	errnorm_scratch_free(scratch);
	return rc;
}

int cli_trial_run(const struct cli_session *session, struct cli_proposal *proposal)
{
	enum errnorm_rc rc = ERRNORM_OK;
	bool changed = true;

	/* Every round takes something away, until nothing is refused or nothing is left. */
	while (rc == ERRNORM_OK && changed && proposal->count) {
		struct errnorm_tables *tables = NULL;

		rc = check(session, proposal, &tables);
		changed = !tables;
		if (tables)
			rc = replay_all(session, proposal, tables, &changed);
		errnorm_tables_unref(tables);
		cli_proposal_clean(proposal);
	}
	return rc == ERRNORM_OK ? CLI_OK : cli_fail_rc(session->settings->command, rc);
}
