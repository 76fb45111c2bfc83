/*
 * proposal.h - draft rules for groups of unknown failures, and the tables they are written in.
 */
#ifndef ERRNORM_CLI_PROPOSAL_H
#define ERRNORM_CLI_PROPOSAL_H

#include <stdio.h>

#include "group.h"

struct cli_rule {
	const struct cli_group *group; /* its example; other groups may have been joined to it */
	uint64_t count;                /* of the responses seen */
	bool over;                     /* count may hold others' (heavy.h) */
	struct errnorm_str phrase;     /* ptr NULL: the code decides */
	bool typed;                    /* the type is asked for too */
	bool numbered;                 /* the fingerprint is needed to make the id unique */
	bool dropped;                  /* it does not work */
};

struct cli_proposal {
	struct cli_rule *rules; /* those of a provider together, the more special ones first */
	size_t count;
	uint64_t left_out; /* responses with nothing in them to know them by */
};

/*
 * Makes rules of the most frequent groups. False without memory; cli_proposal_done() in both cases.
 * The groups must stay.
 */
bool cli_proposal_init(struct cli_proposal *proposal, const struct cli_groups *groups);
void cli_proposal_done(struct cli_proposal *proposal);

/* Takes out what was dropped. */
void cli_proposal_clean(struct cli_proposal *proposal);

/* The rules of one provider: from first up to the returned index. */
size_t cli_proposal_table_end(const struct cli_proposal *proposal, size_t first);

/* What a table of theirs is called: the provider, or "unnamed". */
const char *cli_proposal_table_name(const struct cli_proposal *proposal, size_t first);

enum { CLI_ID_MAX = 160 };

/* A rule's id, which ret has room for. */
void cli_rule_id(const struct cli_rule *rule, char ret[CLI_ID_MAX]);

/*
 * Writes the table of the rules from first up to end. filled: `then` holds what the status alone
 * gives, which makes the table one that works; else it is empty, for a person to fill in.
 */
void cli_proposal_write(FILE *out, const struct cli_proposal *proposal, size_t first, size_t end,
			const struct errnorm_tables *tables, bool filled);

#endif
