/*
 * jsonl.c - `errnorm translate --jsonl`: a response a line in, a verdict a line out, in order and
 * in constant memory.
 *
 * This is the form in which errnorm runs inside other engines, so every line gets exactly one line
 * back, whatever it holds.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errnorm/wire.h>

#include "answer.h"
#include "command.h"
#include "input.h"
#include "output.h"
#include "response.h"

/* What one thread needs to turn lines into verdicts. */
struct worker {
	const struct cli_session *session;
	struct cli_parts parts;
	struct cli_answer answer;
	char *line;
	size_t cap;
};

static void print_bad_line(uint64_t number, const char *error)
{
	char text[200];

	snprintf(text, sizeof(text), "line %" PRIu64 ": %s", number, error);
	fputs("{\"errnorm_error\":", stdout);
	cli_print_json(stdout, cli_str(text));
	printf(",\"line\":%" PRIu64 "}\n", number);
}

static int print_answer(struct worker *worker, const struct errnorm_response *response,
			const struct errnorm_verdict *verdict)
{
	const struct cli_session *session = worker->session;
	bool stream = response->flags & ERRNORM_RESPONSE_STREAM_BEGUN;
	int status = cli_answer_make(session->settings, session->tables, verdict, stream,
				     &worker->answer);

	if (status == CLI_OK)
		cli_answer_print_line(&worker->answer);
	return status;
}

/* CLI_FOUND: the line was bad, and an object that says so has been printed in its place. */
static int translate_line(struct worker *worker, struct errnorm_str line, uint64_t number)
{
	const struct cli_session *session = worker->session;
	struct errnorm_verdict verdict = {.size = sizeof(verdict)};
	struct errnorm_response response;
	const char *error = NULL;
	size_t len;
	enum errnorm_rc rc =
		cli_response_from_json(session, &worker->parts, line, &response, &error);

	if (rc != ERRNORM_OK && error) {
		print_bad_line(number, error);
		return CLI_FOUND;
	}
	if (rc == ERRNORM_OK)
		rc = errnorm_translate(session->tables, session->scratch, &response, &verdict);
	if (rc != ERRNORM_OK)
		return cli_fail_rc(session->settings->command, rc);
	if (session->settings->dialect)
		return print_answer(worker, &response, &verdict);
	len = cli_verdict_line(session->tables, &verdict, &worker->line, &worker->cap);
	if (!len)
		return cli_fail_rc(session->settings->command, ERRNORM_ENOMEM);
	fwrite(worker->line, 1, len, stdout);
	return CLI_OK;
}

static int translate_lines(struct worker *worker, struct cli_lines *lines, const char *name)
{
	int status = CLI_OK;

	/* Once the output is broken there is no use in reading on; cli_output_finish() tells. */
	while (cli_output_sound()) {
		struct errnorm_str line;
		int one = CLI_FOUND;

		switch (cli_lines_next(lines, &line)) {
		case CLI_LINE:
			one = translate_line(worker, line, lines->number);
			break;
		case CLI_LINE_LONG:
			print_bad_line(lines->number, "longer than 16 MiB");
			break;
		case CLI_LINE_END:
			return status;
		case CLI_LINE_FAIL:
			return cli_fail(worker->session->settings->command, "cannot read %s: %s",
					name, strerror(errno));
		}
		if (one == CLI_WRONG)
			return CLI_WRONG;
		if (one != CLI_OK)
			status = one;
	}
	return CLI_WRONG;
}

static int run_session(const struct cli_session *session)
{
	const struct cli_settings *settings = session->settings;
	const char *path = settings->operand_count ? settings->operands[0] : NULL;
	struct worker worker = {.session = session};
	struct cli_lines lines;
	int fd = cli_input_open(path);
	int status;

	if (fd < 0)
		return cli_fail(settings->command, "cannot read %s: %s", cli_input_name(path),
				strerror(errno));
	cli_lines_init(&lines, fd, cli_output_flush);
	if (cli_parts_init(&worker.parts, session))
		status = translate_lines(&worker, &lines, cli_input_name(path));
	else
		status = cli_fail_rc(settings->command, ERRNORM_ENOMEM);
	cli_parts_done(&worker.parts);
	free(worker.line);
	cli_answer_done(&worker.answer);
	cli_lines_done(&lines);
	cli_input_close(fd);
	return status;
}

int cli_jsonl_run(const struct cli_settings *settings)
{
	struct cli_session session;
	int status = cli_session_open(&session, settings);

	if (status == CLI_OK)
		status = cli_dialect_check(settings, session.tables);
	if (status == CLI_OK)
		status = run_session(&session);
	cli_session_close(&session);
	return status;
}
