/*
 * schema.h - from a table's JSON tree to draft records. Every mistake in the file becomes a diagnostic; reading goes on after each.
 *
 * schema.c: the table as a whole. schema_dialect.c: a dialect as a whole. schema_form.c: templates. schema_rule.c: rules. schema_cond.c:
 * conditions. schema_source.c: facts, waits, buckets, patterns. schema_code.c: codes. schema_value.c: values, for all of them.
 */
#ifndef ERRNORM_TABLE_SCHEMA_H
#define ERRNORM_TABLE_SCHEMA_H

#include "draft.h"
#include "locate.h"

/* What is being read. */
struct en_schema {
	struct en_draft *draft;
	uint32_t number; /* of the table among draft->tables */
	const struct en_file *file;
	struct en_line_counter lines;     /* up to the rule that was read last */
	struct errnorm_str rule;          /* id of the rule that is being read, or a NULL view */
	EN_VEC(struct errnorm_str) names; /* captures of the rule that is being read */
};

/*
 * Reads a text as a table into the draft. What it inherits and replaces is resolved later (check.c), when all tables are there. user: not built in. relaxed:
 * comments and trailing commas are fine.
 */
void en_schema_read(struct en_draft *draft, struct en_file file, bool user, bool relaxed);

/* ---- between the schema's files ---- */

/* The keys an object may have, each with what reads its value. */
struct en_schema_key {
	const char *name;
	void (*read)(struct en_schema *schema, const struct en_node *node, void *into);
};

/* Calls the reader of each member; unknown and repeated keys are diagnostics. */
void en_schema_object(struct en_schema *schema, const struct en_node *node, const struct en_schema_key *keys,
		      size_t count, void *into);

/* Whether an object lacks one of these keys: neither it is there nor a misspelt one, which en_schema_object() has told of. */
bool en_schema_lacks(const struct en_node *node, const struct en_schema_key *keys, size_t count, const char *name);

/* Stands the member's key in its object before already? Then that is a diagnostic. For objects whose keys are names of the user's. */
bool en_schema_repeated(struct en_schema *schema, const struct en_node *object, const struct en_node *member);

void en_schema_error(struct en_schema *schema, enum en_diag_id id, size_t offset, const char *text);

/* The node if it is of the kind; else a diagnostic that names what was expected ("a string"), and false. */
bool en_schema_expect(struct en_schema *schema, const struct en_node *node, enum en_json_kind kind, const char *what);

/* A string that is not empty. */
bool en_schema_string(struct en_schema *schema, const struct en_node *node, const char *what, struct errnorm_str *ret);
bool en_schema_bool(struct en_schema *schema, const struct en_node *node, bool *ret);

/* A whole number within bounds. */
bool en_schema_int(struct en_schema *schema, const struct en_node *node, int64_t min, int64_t max, int64_t *ret);

/* One of the words; its index, or -1 with a diagnostic. */
int en_schema_word(struct en_schema *schema, const struct en_node *node, const struct errnorm_str *words, size_t count);

/* enum errnorm_failover and enum errnorm_fault of a node; -1 after a complaint. */
int en_schema_failover(struct en_schema *schema, const struct en_node *node);
int en_schema_fault(struct en_schema *schema, const struct en_node *node);

/* [a-z0-9_]+ or with dash: [a-z0-9_.-]+ */
bool en_schema_is_name(struct errnorm_str name, bool dash);

struct en_draft_table *en_schema_table(struct en_schema *schema);

/* The conditions of a `when` object: their range in draft->conds. */
struct en_range en_schema_conds(struct en_schema *schema, const struct en_node *node);

void en_schema_facts(struct en_schema *schema, const struct en_node *node, void *into);
void en_schema_waits(struct en_schema *schema, const struct en_node *node, void *into);
void en_schema_buckets(struct en_schema *schema, const struct en_node *node, void *into);
void en_schema_params(struct en_schema *schema, const struct en_node *node, void *into);
void en_schema_redacts(struct en_schema *schema, const struct en_node *node, void *into);
void en_schema_rules(struct en_schema *schema, const struct en_node *node, void *into);
void en_schema_codes(struct en_schema *schema, const struct en_node *node, void *into);

/* A status, a class or range of them, or a list of these: their range in draft->statuses. */
struct en_range en_schema_statuses(struct en_schema *schema, const struct en_node *node);

/* A dialect's members, instead of those of the tables that read answers; and the texts of a shared table. */
void en_schema_dialect(struct en_schema *schema, const struct en_node *root);
void en_schema_texts(struct en_schema *schema, const struct en_node *node, void *into);

/* Members that all kinds of tables have. */
void en_schema_ignore(struct en_schema *schema, const struct en_node *node, void *into);
void en_schema_version(struct en_schema *schema, const struct en_node *node, void *into);
void en_schema_title(struct en_schema *schema, const struct en_node *node, void *into);
void en_schema_note(struct en_schema *schema, const struct en_node *node, void *into);
void en_schema_reviewed(struct en_schema *schema, const struct en_node *node, void *into);
void en_schema_docs(struct en_schema *schema, const struct en_node *node, void *into);

/* The fact of a condition or template: "header:x" and declared names. Headers are declared for the table on the way. */
uint32_t en_schema_fact(struct en_schema *schema, const struct en_node *node, struct errnorm_str name);

/* A pattern, compiled; a refusal points into the string. EN_NONE if it is refused. */
uint32_t en_schema_regex(struct en_schema *schema, const struct en_node *node, enum en_regex_kind kind);

/* enum en_period of a node. */
uint32_t en_schema_period(struct en_schema *schema, const struct en_node *node);

#endif
