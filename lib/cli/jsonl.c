/*
 * jsonl.c - `errnorm translate --jsonl`: a response a line in, a verdict a line out, in order and
 * in constant memory, on one thread or on many.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "command.h"
#include "input.h"
#include "line.h"
#include "output.h"
#include "pool.h"

static void flush_output(void *user)
{
	(void)user;
	cli_output_flush();
}

static int answer_lines(struct cli_answerer *answerer, struct cli_lines *lines, const char *name,
			struct cli_progress *progress)
{
	const char *command = answerer->session->settings->command;
	int status = CLI_OK;

	/* Once the output is broken there is no use in reading on; cli_output_finish() tells. */
	while (cli_output_sound()) {
		struct cli_line_text line;
		int one;

		line.kind = cli_lines_next(lines, &line.text);
		if (line.kind == CLI_LINE_END)
			return status;
		if (line.kind == CLI_LINE_FAIL) {
			int error = errno;

			cli_progress_end(progress);
			return cli_fail(command, "cannot read %s: %s", name, strerror(error));
		}
		line.number = lines->number;
		one = cli_answer(answerer, &line, stdout);
		if (one == CLI_WRONG)
			return cli_fail_rc(command, answerer->rc);
		if (one != CLI_OK)
			status = one;
		cli_progress_step(progress, lines->number, lines->bytes);
	}
	return CLI_WRONG;
}

static int run_alone(const struct cli_session *session, int fd, const char *name, struct cli_progress *progress,
		     struct cli_summary *summary)
{
	struct cli_answerer answerer;
	struct cli_lines lines;
	int status;

	cli_lines_init(&lines, fd, flush_output, NULL);
	if (cli_answerer_init(&answerer, session, session->scratch, summary))
		status = answer_lines(&answerer, &lines, name, progress);
	else
		status = cli_fail_rc(session->settings->command, ERRNORM_ENOMEM);
	cli_answerer_done(&answerer);
	cli_lines_done(&lines);
	return status;
}

/* How many threads --jobs asks for; 0 asks for as many as there are processors. */
static size_t count_jobs(const struct cli_settings *settings)
{
	long processors;

	if (settings->jobs < 0)
		return 1;
	if (settings->jobs > 0)
		return (size_t)settings->jobs;
	processors = sysconf(_SC_NPROCESSORS_ONLN);
	if (processors < 1)
		return 1;
	return processors < CLI_JOBS_MAX ? (size_t)processors : CLI_JOBS_MAX;
}

static int run_input(const struct cli_session *session, struct cli_summary *summary)
{
	const struct cli_settings *settings = session->settings;
	const char *path = settings->operand_count ? settings->operands[0] : NULL;
	const char *name = cli_input_name(path);
	size_t jobs = count_jobs(settings);
	struct cli_progress progress;
	int fd = cli_input_open(path);
	int status;

	if (fd < 0)
		return cli_fail(settings->command, "cannot read %s: %s", name, strerror(errno));
	cli_progress_begin(&progress, settings->progress, fd);
	if (jobs > 1)
		status = cli_pool_run(session, jobs, fd, name, &progress, summary);
	else
		status = run_alone(session, fd, name, &progress, summary);
	cli_progress_end(&progress);
	cli_input_close(fd);
	return status;
}

static int run_session(const struct cli_session *session)
{
	struct cli_summary summary;
	int status;

	if (!session->settings->summary)
		return run_input(session, NULL);
	if (cli_summary_init(&summary, session->tables)) {
		status = run_input(session, &summary);
		if (status != CLI_WRONG)
			cli_summary_print(&summary);
	} else {
		status = cli_fail_rc(session->settings->command, ERRNORM_ENOMEM);
	}
	cli_summary_done(&summary);
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
