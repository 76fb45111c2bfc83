/*
 * proposal.c - which conditions tell a group of failures apart, and the table that says so.
 *
 * One's own tables are asked before the built-in ones, so a rule must not be broader than what was
 * seen: a machine code decides alone only where it stands on no failure that is known already; else
 * a phrase is needed, and a type never does alone.
 */
#include "proposal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "remake.h"

enum {
	RULES_MAX = 256,
	SLUG_MAX = 40,
};

/* A table for responses of nobody: asked after all that is known, before the statuses (rank 90). */
static const char unnamed[] = "unnamed";
enum { UNNAMED_RANK = 80 };

static bool has_mark(const struct cli_word *word)
{
	for (size_t i = 0; i < word->len; i++)
		if (word->text[i] == '[')
			return true;
	return false;
}

static bool same_word(const struct cli_word *a, const struct cli_word *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* Whether two rules have the same conditions; then they are one. */
static bool same_conditions(const struct cli_rule *a, const struct cli_rule *b)
{
	if (strcmp(a->group->provider, b->group->provider) != 0 || a->group->status != b->group->status ||
	    !same_word(&a->group->code, &b->group->code) || a->phrase.len != b->phrase.len)
		return false;
	if (!a->phrase.ptr || !b->phrase.ptr)
		return !a->phrase.ptr && !b->phrase.ptr;
	return a->typed == b->typed && (!a->typed || same_word(&a->group->type, &b->group->type)) &&
	       memcmp(a->phrase.ptr, b->phrase.ptr, a->phrase.len) == 0;
}

static void add_rule(struct cli_proposal *proposal, const struct cli_group *group, const struct cli_heavy_slot *slot)
{
	struct cli_rule rule = {.group = group, .count = slot->count, .over = slot->over != 0};

	if (!group->decisive)
		rule.phrase = cli_phrases_best(&group->phrases, (struct errnorm_str){group->sample, group->sample_len});
	if (!group->decisive && !rule.phrase.ptr) {
		proposal->left_out += slot->count;
		return;
	}
	rule.typed =
		rule.phrase.ptr && group->type.len && !has_mark(&group->type) && !same_word(&group->type, &group->code);
	for (size_t i = 0; i < proposal->count; i++) {
		struct cli_rule *other = &proposal->rules[i];

		if (same_conditions(other, &rule)) {
			other->count += rule.count;
			other->over |= rule.over;
			return;
		}
	}
	proposal->rules[proposal->count++] = rule;
}

/* How much a rule asks for beside its phrase. */
static int demands(const struct cli_rule *rule)
{
	return (rule->group->code.len != 0) + rule->typed;
}

/*
 * By provider; codes before phrases; a long phrase before a short one, which it may contain; more
 * conditions before fewer.
 */
static int compare(const void *left, const void *right)
{
	const struct cli_rule *a = left;
	const struct cli_rule *b = right;
	int order = strcmp(a->group->provider, b->group->provider);

	if (order)
		return order;
	if (a->phrase.len != b->phrase.len && (!a->phrase.ptr || !b->phrase.ptr))
		return a->phrase.ptr ? 1 : -1;
	if (a->phrase.len != b->phrase.len)
		return a->phrase.len < b->phrase.len ? 1 : -1;
	if (demands(a) != demands(b))
		return demands(a) < demands(b) ? 1 : -1;
	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return a->group->fingerprint < b->group->fingerprint ? -1 : 1;
}

/* Two rules may come to the same id: then the later one has its fingerprint in it. */
static void make_ids_differ(struct cli_proposal *proposal)
{
	for (size_t i = 0; i < proposal->count; i++) {
		char id[CLI_ID_MAX];

		cli_rule_id(&proposal->rules[i], id);
		for (size_t k = 0; k < i && !proposal->rules[i].numbered; k++) {
			char other[CLI_ID_MAX];

			cli_rule_id(&proposal->rules[k], other);
			proposal->rules[i].numbered = strcmp(id, other) == 0;
		}
	}
}

bool cli_proposal_init(struct cli_proposal *proposal, const struct cli_groups *groups)
{
	size_t top[RULES_MAX];
	size_t count = cli_heavy_top(&groups->heavy, top, RULES_MAX);

	*proposal = (struct cli_proposal){0};
	proposal->rules = calloc(count + 1, sizeof(*proposal->rules));
	if (!proposal->rules)
		return false;
	for (size_t i = 0; i < count; i++) {
		add_rule(proposal, &groups->items[top[i]], &groups->heavy.slots[top[i]]);
	}
	qsort(proposal->rules, proposal->count, sizeof(*proposal->rules), compare);
	make_ids_differ(proposal);
	return true;
}

void cli_proposal_done(struct cli_proposal *proposal)
{
	free(proposal->rules);
}

void cli_proposal_clean(struct cli_proposal *proposal)
{
	size_t kept = 0;

	for (size_t i = 0; i < proposal->count; i++)
		if (!proposal->rules[i].dropped)
			proposal->rules[kept++] = proposal->rules[i];
		else
			proposal->left_out += proposal->rules[i].count;
	proposal->count = kept;
}

size_t cli_proposal_table_end(const struct cli_proposal *proposal, size_t first)
{
	size_t end = first;

	while (end < proposal->count &&
	       strcmp(proposal->rules[end].group->provider, proposal->rules[first].group->provider) == 0)
		end++;
	return end;
}

const char *cli_proposal_table_name(const struct cli_proposal *proposal, size_t first)
{
	const char *provider = proposal->rules[first].group->provider;

	return *provider ? provider : unnamed;
}

void cli_rule_id(const struct cli_rule *rule, char ret[CLI_ID_MAX])
{
	const struct cli_group *group = rule->group;
	struct errnorm_str words = {group->code.text, group->code.len};
	char slug[CLI_NAME_MAX];

	if (rule->phrase.ptr)
		words = (struct errnorm_str){rule->phrase.ptr, cli_text_cut(rule->phrase, SLUG_MAX)};
	cli_table_name(words, slug);
	snprintf(ret, CLI_ID_MAX, "%s-%d-%s", *group->provider ? group->provider : unnamed, (int)group->status, slug);
	/* Words in another script leave nothing that an id may hold. */
	if (rule->numbered || !*slug)
		snprintf(ret, CLI_ID_MAX, "%s-%d-%016" PRIx64, *group->provider ? group->provider : unnamed,
			 (int)group->status, group->fingerprint);
}

static void write_condition(FILE *out, const char *name, struct errnorm_str value)
{
	fprintf(out, ", \"%s\": ", name);
	cli_print_json(out, value);
}

static void write_rule(FILE *out, const struct cli_rule *rule, const struct errnorm_tables *tables, bool filled)
{
	const struct cli_group *group = rule->group;
	const struct errnorm_code_info *guess = errnorm_tables_code(tables, group->guess);
	const char *name = guess ? guess->name : "";
	char id[CLI_ID_MAX];

	cli_rule_id(rule, id);
	fprintf(out, "    { \"id\": \"%s\",\n      \"when\": { \"status\": %d", id, (int)group->status);
	if (group->code.len)
		write_condition(out, "code", (struct errnorm_str){group->code.text, group->code.len});
	if (rule->typed)
		write_condition(out, "type", (struct errnorm_str){group->type.text, group->type.len});
	if (rule->phrase.ptr)
		write_condition(out, "message", rule->phrase);
	fprintf(out,
		" },\n      \"then\": \"%s\",\n"
		"      \"note\": \"The status alone gives %s.\",\n"
		"      \"source\": \"observed: %s%" PRIu64 " response%s\",\n"
		"      \"examples\": [\n        ",
		filled ? name : "", name, rule->over ? "up to " : "", rule->count, rule->count == 1 ? "" : "s");
	cli_remake_print(out, group);
	fputs(" ] }", out);
}

void cli_proposal_write(FILE *out, const struct cli_proposal *proposal, size_t first, size_t end,
			const struct errnorm_tables *tables, bool filled)
{
	const char *provider = proposal->rules[first].group->provider;

	fputs("{\n  \"errnorm\": 1,\n", out);
	if (*provider)
		fprintf(out, "  \"provider\": \"%s\",\n", provider);
	else
		fprintf(out, "  \"shared\": \"%s\",\n  \"rank\": %d,\n", unnamed, UNNAMED_RANK);
	fputs("  \"note\": \"A draft of 'errnorm suggest'. Put a code of 'errnorm codes' into every "
	      "'then', delete what needs no rule, and run 'errnorm check' on it.\",\n"
	      "  \"rules\": [\n",
	      out);
	for (size_t i = first; i < end; i++) {
		write_rule(out, &proposal->rules[i], tables, filled);
		fputs(i + 1 < end ? ",\n" : "\n", out);
	}
	fputs("  ]\n}\n", out);
}
