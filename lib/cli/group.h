/*
 * group.h - the failures that no rule knows, collected by kind, as `errnorm suggest` needs them.
 */
#ifndef ERRNORM_CLI_GROUP_H
#define ERRNORM_CLI_GROUP_H

#include <errnorm/errnorm.h>

#include "heavy.h"
#include "phrase.h"

enum {
	CLI_NAME_MAX = 64,
	CLI_WORD_MAX = 128,
	CLI_SAMPLE_MAX = 512,
};

/* A text of one's own. */
struct cli_word {
	size_t len;
	char text[CLI_WORD_MAX];
};

/* Where the facts of a response stood, as tables write it; len 0: it does not have the fact. */
struct cli_places {
	struct cli_word message, code, type;
	bool plain; /* the message is the whole body: text, not JSON */
};

/*
 * A kind of failure. Everything that may be printed is as the verdict has it, which is clean of
 * secrets; line is raw and only for trying the rule out.
 */
struct cli_group {
	char provider[CLI_NAME_MAX]; /* as a table may be called; "": nobody knows who it was */
	uint32_t guess;              /* the code that the status alone gives */
	int32_t status;
	uint64_t fingerprint;
	bool decisive; /* the machine code tells it apart by itself */
	struct cli_word code, type;
	struct cli_places places;
	size_t sample_len;
	char sample[CLI_SAMPLE_MAX]; /* the first message */
	struct cli_phrases phrases;
	char *line; /* the response it was first seen in; NULL: that was too long */
	size_t line_len;
};

/* Of fixed size, whatever comes. */
struct cli_groups {
	struct cli_heavy heavy;
	struct cli_group *items; /* of each slot of heavy */
	uint64_t *known;         /* machine codes on failures that a rule knows: a Bloom filter */
	uint64_t errors, unknown;
};

/* False without memory; cli_groups_done() in both cases. */
bool cli_groups_init(struct cli_groups *groups);
void cli_groups_done(struct cli_groups *groups);

/*
 * A provider's name as a table's: small letters, digits and _. "" where there is none, or none that
 * could be written so.
 */
void cli_table_name(struct errnorm_str provider, char *ret);

/* A failure that a rule knows. */
void cli_groups_know(struct cli_groups *groups, const struct errnorm_verdict *verdict);

/* A failure that none knows. Returns its group if it is the first of its kind, to be filled with places and line. */
struct cli_group *cli_groups_add(struct cli_groups *groups, const struct errnorm_verdict *verdict);

/* To be called when all are there: says which codes are decisive. */
void cli_groups_settle(struct cli_groups *groups);

void cli_word_set(struct cli_word *word, struct errnorm_str text);

#endif
