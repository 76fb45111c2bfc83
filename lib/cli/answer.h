/*
 * answer.h - a verdict as the answer that a client gets in the dialect of --dialect.
 */
#ifndef ERRNORM_CLI_ANSWER_H
#define ERRNORM_CLI_ANSWER_H

#include <stdio.h>

#include <errnorm/render.h>

#include "option.h"

/* An answer and the memory it lies in, which is used again and grows as needed. */
struct cli_answer {
	struct errnorm_rendered rendered;
	char *buf;
	size_t cap;
};

/* Whether the tables have the dialect that the command line names, if any: CLI_OK, or CLI_WRONG after a complaint. */
int cli_dialect_check(const struct cli_settings *settings, const struct errnorm_tables *tables);

/* Renders a verdict; ERRNORM_ENOMEM is its only failure. A verdict that is no error has no answer: rendered.http_status is then 0. */
enum errnorm_rc cli_answer_make(const struct cli_settings *settings, const struct errnorm_tables *tables,
				const struct errnorm_verdict *verdict, bool stream, struct cli_answer *answer);
void cli_answer_done(struct cli_answer *answer);

/* As it goes over the wire; of a stream, and with --body, the body alone. */
void cli_answer_print(const struct cli_settings *settings, const struct cli_answer *answer);

/* As one line: {"status":429,"headers":{...},"body":"..."}. */
void cli_answer_print_line(FILE *out, const struct cli_answer *answer);

#endif
