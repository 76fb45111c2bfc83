/*
 * check.h - the tables as a whole: what can only be known when all of them are there.
 */
#ifndef ERRNORM_TABLE_CHECK_H
#define ERRNORM_TABLE_CHECK_H

#include "draft.h"

/*
 * Resolves what a table says of others: codes, families, replaced rules, facts. Every name that leads nowhere is a diagnostic.
 */
void en_check(struct en_draft *draft);

/*
 * The order in which tables are asked for a provider's table (EN_NONE: no provider), into order[EN_TABLE_MAX]; returns how many. *ret_own: how
 * many of them stand in front of the ranked shared tables; may be NULL.
 */
size_t en_check_chain(const struct en_draft *draft, uint32_t provider, uint32_t *order, size_t *ret_own);

/* The number of a code of the vocabulary, or 0. */
uint32_t en_check_builtin_code(struct errnorm_str name);

/* Where a code is named, for a complaint. */
struct en_code_place {
	const struct en_file *file;
	size_t offset;
	struct errnorm_str rule; /* NULL view: it is not in a rule */
};

/* The number of a code of the vocabulary or of a table's own; 0 after a complaint. */
uint32_t en_check_code(struct en_draft *draft, const struct en_code_place *place, struct errnorm_str name);

/* The part of en_check() that is about dialects and the catalogue's texts (check_dialect.c). */
void en_check_dialects(struct en_draft *draft);

/* What is allowed, but not wise (lint.c): warnings. */
void en_lint(struct en_draft *draft);

/* The part of it that compares rules and runs patterns (lint_rule.c). */
void en_lint_rules(struct en_draft *draft);

#endif
