/*
 * line.c - `errnorm translate --jsonl`, a line of it: a response in, a verdict out.
 *
 * This is the form in which errnorm runs inside other engines, so every line gets exactly one line
 * back, whatever it holds.
 */
#include "line.h"

#include <inttypes.h>
#include <stdlib.h>

#include "output.h"

/* Lines up to this size leave their buffers as they are. */
enum { COMMON_SIZE = 1 << 20 };

bool cli_answerer_init(struct cli_answerer *answerer, const struct cli_session *session,
		       struct errnorm_scratch *scratch, struct cli_summary *summary)
{
	*answerer = (struct cli_answerer){.session = session, .scratch = scratch, .summary = summary};
	return cli_parts_init(&answerer->parts, session);
}

void cli_answerer_done(struct cli_answerer *answerer)
{
	cli_parts_done(&answerer->parts);
	free(answerer->line);
	cli_answer_done(&answerer->answer);
}

void cli_answerer_trim(struct cli_answerer *answerer)
{
	struct cli_parts *parts = &answerer->parts;

	if (parts->buf_cap <= COMMON_SIZE)
		return;
	free(parts->buf);
	parts->buf = NULL;
	parts->buf_cap = 0;
}

static int answer_bad(struct cli_answerer *answerer, uint64_t number, const char *error, FILE *out)
{
	char text[200];

	snprintf(text, sizeof(text), "line %" PRIu64 ": %s", number, error);
	fputs("{\"errnorm_error\":", out);
	cli_print_json(out, cli_str(text));
	fprintf(out, ",\"line\":%" PRIu64 "}\n", number);
	if (answerer->summary)
		cli_summary_count_bad(answerer->summary);
	return CLI_FOUND;
}

/* False without memory. */
static bool print_verdict(struct cli_answerer *answerer, const struct errnorm_verdict *verdict, bool stream, FILE *out)
{
	const struct cli_session *session = answerer->session;
	size_t len;

	if (session->settings->dialect) {
		if (cli_answer_make(session->settings, session->tables, verdict, stream, &answerer->answer) !=
		    ERRNORM_OK)
			return false;
		cli_answer_print_line(out, &answerer->answer);
		return true;
	}
	len = cli_verdict_line(session->tables, verdict, &answerer->line, &answerer->cap);
	fwrite(answerer->line, 1, len, out);
	return len > 0;
}

int cli_answer(struct cli_answerer *answerer, const struct cli_line_text *line, FILE *out)
{
	const struct cli_session *session = answerer->session;
	struct errnorm_verdict verdict = {.size = sizeof(verdict)};
	struct errnorm_response response;
	const char *error = NULL;
	enum errnorm_rc rc;

	if (line->kind == CLI_LINE_LONG)
		return answer_bad(answerer, line->number, "longer than 16 MiB", out);
	rc = cli_response_from_json(session, &answerer->parts, line->text, &response, &error);
	if (rc != ERRNORM_OK && error)
		return answer_bad(answerer, line->number, error, out);
	if (rc == ERRNORM_OK)
		rc = errnorm_translate(session->tables, answerer->scratch, &response, &verdict);
	answerer->rc = rc;
	if (rc != ERRNORM_OK)
		return CLI_WRONG;
	if (!print_verdict(answerer, &verdict, response.flags & ERRNORM_RESPONSE_STREAM_BEGUN, out)) {
		answerer->rc = ERRNORM_ENOMEM;
		return CLI_WRONG;
	}
	if (answerer->summary)
		cli_summary_count(answerer->summary, line->number, &verdict);
	return CLI_OK;
}
