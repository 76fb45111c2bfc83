/*
 * line.h - one line of JSON and the one line that answers it.
 */
#ifndef ERRNORM_CLI_LINE_H
#define ERRNORM_CLI_LINE_H

#include <stdio.h>

#include "answer.h"
#include "input.h"
#include "response.h"
#include "summary.h"

/* A line as it was read. */
struct cli_line_text {
	struct errnorm_str text;
	uint64_t number;
	enum cli_line kind; /* CLI_LINE or CLI_LINE_LONG; then there is no text */
};

/* What one thread needs to answer lines. */
struct cli_answerer {
	const struct cli_session *session;
	struct errnorm_scratch *scratch; /* of one's own, or the session's */
	struct cli_summary *summary;     /* of one's own; NULL: nobody asked */
	struct cli_parts parts;
	struct cli_answer answer; /* with --dialect */
	char *line;
	size_t cap;
	enum errnorm_rc rc; /* why the last one has no answer */
};

/* False without memory; cli_answerer_done() in both cases. */
bool cli_answerer_init(struct cli_answerer *answerer, const struct cli_session *session,
		       struct errnorm_scratch *scratch, struct cli_summary *summary);
void cli_answerer_done(struct cli_answerer *answerer);

/*
 * Writes the answer to a line. CLI_FOUND: the line was bad, and the answer says so; CLI_WRONG: there
 * is none, rc says why.
 */
int cli_answer(struct cli_answerer *answerer, const struct cli_line_text *line, FILE *out);

/* Gives back what an uncommonly long line took. */
void cli_answerer_trim(struct cli_answerer *answerer);

#endif
