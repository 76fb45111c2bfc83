/*
 * summary.h - what many verdicts come to: by code, by provider, and what no rule knows.
 */
#ifndef ERRNORM_CLI_SUMMARY_H
#define ERRNORM_CLI_SUMMARY_H

#include <errnorm/errnorm.h>

#include "heavy.h"

struct cli_summary_name;
struct cli_summary_kind;

/* Of fixed size, whatever is counted. */
struct cli_summary {
	const struct errnorm_tables *tables;
	uint64_t lines, bad, errors, unclassified;
	uint64_t *codes; /* by a code's number */
	size_t code_count;
	struct cli_heavy providers, kinds;
	struct cli_summary_name *provider_names; /* of each slot of providers */
	struct cli_summary_kind *kind_samples;   /* of each slot of kinds */
};

/* False without memory; cli_summary_done() in both cases. */
bool cli_summary_init(struct cli_summary *summary, const struct errnorm_tables *tables);
void cli_summary_done(struct cli_summary *summary);

/* number: the line that the verdict is about. */
void cli_summary_count(struct cli_summary *summary, uint64_t number, const struct errnorm_verdict *verdict);
void cli_summary_count_bad(struct cli_summary *summary);

/* Adds what another one counted. */
void cli_summary_merge(struct cli_summary *summary, const struct cli_summary *other);

/* Prints it to standard error. */
void cli_summary_print(const struct cli_summary *summary);

#endif
