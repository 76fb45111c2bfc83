/*
 * check_answer.h - what check_dialect.c, which reads dialects as a whole, and check_answer.c, which fills in their answers, both know.
 */
#ifndef ERRNORM_TABLE_CHECK_ANSWER_H
#define ERRNORM_TABLE_CHECK_ANSWER_H

#include "check.h"

/* A dialect with those it inherits, nearest first. */
struct en_lineage {
	struct en_draft *draft;
	const struct en_draft_dialect *list[EN_TABLE_MAX];
	size_t count;
	const struct en_draft_dialect *publisher; /* who says what is published; NULL: it is open */
	uint8_t *reached;                         /* of what is published */
	struct en_text doc_url;
	bool doubtful; /* there were mistakes before: what is missing may be their fault */
};

static inline const struct en_file *en_dialect_file(const struct en_draft *draft,
						    const struct en_draft_dialect *dialect)
{
	return &draft->tables.items[dialect->table].file;
}

static inline struct errnorm_str en_dialect_name(const struct en_draft *draft, const struct en_draft_dialect *dialect)
{
	return draft->tables.items[dialect->table].name;
}

/* An answer to each code of the vocabulary and each custom one. */
void en_answer_rows(struct en_lineage *line, struct en_dialect *record);

/* The answers to what came from an upstream with a certain status. */
void en_answer_statuses(struct en_lineage *line, struct en_dialect *record);

/* Everything that is published must be the answer to something. */
void en_answer_reached(struct en_lineage *line);

#endif
