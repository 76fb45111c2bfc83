/*
 * translate.c - `errnorm translate`: a raw HTTP response in, one verdict out.
 */
#include <stdio.h>
#include <stdlib.h>

#include <errnorm/wire.h>

#include "answer.h"
#include "command.h"
#include "output.h"
#include "response.h"

static int print_verdict(const struct cli_session *session, const struct errnorm_verdict *verdict)
{
	char *line = NULL;
	size_t cap = 0;
	size_t len = cli_verdict_line(session->tables, verdict, &line, &cap);

	if (!len)
		return cli_fail_rc(session->settings->command, ERRNORM_ENOMEM);
	fwrite(line, 1, len, stdout);
	free(line);
	return CLI_OK;
}

static int print_answer(const struct cli_session *session, const struct cli_input *input,
			const struct errnorm_verdict *verdict)
{
	struct cli_answer answer = {.cap = 0};
	bool stream = input->response.flags & ERRNORM_RESPONSE_STREAM_BEGUN;
	enum errnorm_rc rc = cli_answer_make(session->settings, session->tables, verdict, stream, &answer);

	if (rc == ERRNORM_OK)
		cli_answer_print(session->settings, &answer);
	cli_answer_done(&answer);
	return rc == ERRNORM_OK ? CLI_OK : cli_fail_rc(session->settings->command, rc);
}

static int translate_one(const struct cli_session *session)
{
	struct errnorm_verdict verdict = {.size = sizeof(verdict)};
	struct cli_input input;
	int status = cli_response_load(session, &input);

	if (status == CLI_OK) {
		enum errnorm_rc rc = errnorm_translate(session->tables, session->scratch, &input.response, &verdict);
		if (rc != ERRNORM_OK)
			status = cli_fail_rc(session->settings->command, rc);
		else if (session->settings->dialect)
			status = print_answer(session, &input, &verdict);
		else
			status = print_verdict(session, &verdict);
	}
	cli_input_done(&input);
	return status;
}

static int run(const struct cli_settings *settings)
{
	struct cli_session session;
	int status;

	if (settings->jsonl && settings->body)
		return cli_fail_usage(settings->command, "--body does not go with --jsonl");
	if (settings->jsonl)
		return cli_jsonl_run(settings);
	if (settings->jobs >= 0 || settings->progress || settings->summary)
		return cli_fail_usage(settings->command, "--%s needs --jsonl",
				      settings->jobs >= 0  ? "jobs"
				      : settings->progress ? "progress"
							   : "summary");
	status = cli_session_open(&session, settings);
	if (status == CLI_OK)
		status = cli_dialect_check(settings, session.tables);
	if (status == CLI_OK)
		status = translate_one(&session);
	cli_session_close(&session);
	return status;
}

static const struct cli_option options[] = {
	CLI_OPTIONS_RESPONSE,
	CLI_OPTIONS_ANSWER,
	CLI_OPTIONS_TABLES,
	CLI_OPTION("jsonl", NULL, CLI_FLAG, jsonl, "read a JSON object a line, print a verdict a line"),
	CLI_OPTION("jobs", "N", CLI_JOBS, jobs, "--jsonl on N threads; 0 or auto: as many as there are processors"),
	CLI_OPTION("progress", NULL, CLI_FLAG, progress, "--jsonl tells how far it is, on standard error"),
	CLI_OPTION("summary", NULL, CLI_FLAG, summary,
		   "--jsonl ends with counts by code, provider and unknown failure, on standard error"),
};

const struct cli_command cli_command_translate = {
	.name = "translate",
	.operands = "[FILE]",
	.brief = "a raw HTTP response, or JSON lines of them, to verdicts",
	.summary = "Reads a raw HTTP response, as 'curl -i' prints it, from FILE or standard input\n"
		   "and prints the verdict as one JSON object, or with --dialect the whole response that\n"
		   "the client should get: nothing where there is no error, and of a stream that had begun\n"
		   "one frame.",
	.notes = "Without --now, a wait that is given as a date counts from the response's own Date\n"
		 "header, or from the system's clock if it has none.\n"
		 "\n"
		 "A line of --jsonl is an object; every key may be left out, and what a line says goes\n"
		 "before the options:\n"
		 "  {\"provider\":\"openai\",\"status\":429,\"headers\":{\"retry-after\":\"2\"},\"body\":\"...\",\n"
		 "   \"stream\":false,\"transport\":\"read_timeout\",\"byok\":false,\"now_ms\":1763460000000,\n"
		 "   \"secrets\":[\"...\"]}\n"
		 "With --dialect a line gives {\"status\":429,\"headers\":{...},\"body\":\"...\"}, null where\n"
		 "there is no error.\n"
		 "A line that is none gives {\"errnorm_error\":\"line 3: ...\",\"line\":3} in its place.\n"
		 "\n"
		 "Verdicts come in the order of the lines, with --jobs too, and memory does not grow\n"
		 "with their number. --progress goes on by itself where standard error is a\n"
		 "terminal, and neither the input nor standard output is one. --summary counts in\n"
		 "tables of fixed size; a number that may be too high has a <= in front.\n"
		 "\n"
		 "Exit status: 0 when every response got a verdict (a code of null is one), 1 when a\n"
		 "line was bad, 2 for a wrong command line or a file that cannot be read.\n",
	.options = options,
	.option_count = CLI_COUNT(options),
	.operand_max = 1,
	.run = run,
};
