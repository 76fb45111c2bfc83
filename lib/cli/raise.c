/*
 * raise.c - `errnorm raise`: an error of the gateway's own, as a verdict or as a client's answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errnorm/wire.h>

#include "answer.h"
#include "command.h"
#include "nearest.h"
#include "output.h"
#include "session.h"

static int find_code(const struct cli_session *session, uint32_t *ret)
{
	const char *name = session->settings->operands[0];
	struct cli_nearest nearest = {.word = cli_str(name)};
	const struct errnorm_code_info *info;

	*ret = errnorm_tables_code_from_name(session->tables, nearest.word);
	if (*ret)
		return CLI_OK;
	for (size_t i = 0; (info = errnorm_code_at(i)) != NULL; i++)
		cli_nearest_offer(&nearest, cli_str(info->name));
	if (nearest.best.ptr)
		return cli_fail("raise", "there is no code '%s'; did you mean '%s'? see 'errnorm codes'", name,
				nearest.best.ptr);
	return cli_fail("raise", "there is no code '%s'; see 'errnorm codes'", name);
}

/* K=V, which option.c has seen to be. */
static void split_details(const struct cli_settings *settings, struct errnorm_detail *details)
{
	for (size_t i = 0; i < settings->detail_count; i++) {
		const char *text = settings->details[i];
		size_t len = strcspn(text, "=");

		details[i].name = (struct errnorm_str){text, len};
		details[i].value = cli_str(text + len + 1);
	}
}

static int print_verdict(const struct cli_session *session, const struct errnorm_verdict *verdict)
{
	const struct cli_settings *settings = session->settings;
	struct cli_answer answer = {.cap = 0};
	char *line = NULL;
	size_t cap = 0;
	size_t len;
	enum errnorm_rc rc;

	if (settings->dialect) {
		rc = cli_answer_make(settings, session->tables, verdict, settings->stream, &answer);
		if (rc == ERRNORM_OK)
			cli_answer_print(settings, &answer);
		cli_answer_done(&answer);
		return rc == ERRNORM_OK ? CLI_OK : cli_fail_rc("raise", rc);
	}
	len = cli_verdict_line(session->tables, verdict, &line, &cap);
	if (!len)
		return cli_fail_rc("raise", ERRNORM_ENOMEM);
	fwrite(line, 1, len, stdout);
	free(line);
	return CLI_OK;
}

static int raise_one(const struct cli_session *session, struct errnorm_detail *details)
{
	const struct cli_settings *settings = session->settings;
	struct errnorm_verdict verdict = {.size = sizeof(verdict)};
	struct errnorm_raise raise = {
		.size = sizeof(raise),
		.provider = cli_str(settings->provider),
		.param = cli_str(settings->param),
		.message = cli_str(settings->message),
		.details = details,
		.detail_count = settings->detail_count,
		.retry_after_ms = settings->retry_after_ms,
		.flags = settings->byok ? ERRNORM_RESPONSE_BYOK : 0,
		.secrets = session->secrets,
		.secret_count = settings->secret_count,
	};
	uint32_t code;
	enum errnorm_rc rc;

	if (find_code(session, &code) != CLI_OK)
		return CLI_WRONG;
	rc = errnorm_raise(session->tables, session->scratch, code, &raise, &verdict);
	return rc == ERRNORM_OK ? print_verdict(session, &verdict) : cli_fail_rc("raise", rc);
}

static int run(const struct cli_settings *settings)
{
	struct errnorm_detail *details = calloc(settings->detail_count + 1, sizeof(*details));
	struct cli_session session;
	int status;

	if (!details)
		return cli_fail_rc("raise", ERRNORM_ENOMEM);
	split_details(settings, details);
	status = cli_session_open(&session, settings);
	if (status == CLI_OK)
		status = cli_dialect_check(settings, session.tables);
	if (status == CLI_OK)
		status = raise_one(&session, details);
	cli_session_close(&session);
	free(details);
	return status;
}

static const struct cli_option options[] = {
	CLI_OPTIONS_ANSWER,
	CLI_OPTION("stream", NULL, CLI_FLAG, stream, "as a frame for a stream that has begun"),
	CLI_OPTION("provider", "NAME", CLI_TEXT, provider, "whom it is about"),
	CLI_OPTION("param", "NAME", CLI_TEXT, param, "the field of the request that is to blame"),
	CLI_OPTION("message", "TEXT", CLI_TEXT, message, "what people read; else the catalogue's"),
	CLI_OPTION("detail", "K=V", CLI_DETAIL, details, "a detail; may be repeated"),
	CLI_OPTION("retry-after-ms", "N", CLI_MS, retry_after_ms, "how long to wait"),
	CLI_OPTION("byok", NULL, CLI_FLAG, byok, "the caller brought the provider's key"),
	CLI_OPTION("secret", "TEXT", CLI_SECRET, secrets, "a text that no output may contain; may be repeated"),
	CLI_OPTIONS_TABLES,
};

const struct cli_command cli_command_raise = {
	.name = "raise",
	.operands = "CODE",
	.brief = "an error of the gateway's own, as a verdict or an answer",
	.summary = "Prints the verdict of an error that the gateway itself has found, or with --dialect the\n"
		   "whole response that the client should get.",
	.options = options,
	.option_count = CLI_COUNT(options),
	.operand_min = 1,
	.operand_max = 1,
	.run = run,
};
