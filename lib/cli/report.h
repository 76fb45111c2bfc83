/*
 * report.h - diagnostics of tables on standard error.
 */
#ifndef ERRNORM_CLI_REPORT_H
#define ERRNORM_CLI_REPORT_H

#include <stddef.h>

#include <errnorm/load.h>

struct cli_counts {
	size_t errors, warnings;
};

/* Prints every diagnostic that the builder has, a line each. */
struct cli_counts cli_diags_print(const struct errnorm_builder *builder);

#endif
