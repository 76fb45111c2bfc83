/*
 * command.h - the sub-commands. Each file that defines one knows its options, its help and its run.
 */
#ifndef ERRNORM_CLI_COMMAND_H
#define ERRNORM_CLI_COMMAND_H

#include "option.h"

extern const struct cli_command cli_command_translate;
extern const struct cli_command cli_command_explain;
extern const struct cli_command cli_command_check;
extern const struct cli_command cli_command_codes;
extern const struct cli_command cli_command_providers;
extern const struct cli_command cli_command_raise;
extern const struct cli_command cli_command_dialects;
extern const struct cli_command cli_command_suggest;

/* `translate --jsonl`: a verdict a line. */
int cli_jsonl_run(const struct cli_settings *settings);

#define CLI_OPTION(name, value, kind, member, help)                                                                    \
	{                                                                                                              \
		name, value, help, kind, offsetof(struct cli_settings, member)                                         \
	}

#define CLI_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Which tables: for all that translate or list. */
#define CLI_OPTIONS_TABLES                                                                                             \
	CLI_OPTION("tables", "PATH", CLI_TABLES, tables,                                                               \
		   "add a table, or a folder of them; may be repeated, the last is asked first"),                      \
		CLI_OPTION("no-builtin", NULL, CLI_FLAG, no_builtin, "leave the built-in tables out")

/* A client's answer instead of the verdict. */
#define CLI_OPTIONS_ANSWER                                                                                             \
	CLI_OPTION("dialect", "NAME", CLI_TEXT, dialect,                                                               \
		   "print the client's answer in this dialect; see 'errnorm dialects'"),                               \
		CLI_OPTION("body", NULL, CLI_FLAG, body, "of the answer, the body alone"),                             \
		CLI_OPTION("request-id", "ID", CLI_TEXT, request_id,                                                   \
			   "the gateway's own id of the request, for the answer")

/* What is known of a response that its own text does not say. */
#define CLI_OPTIONS_RESPONSE                                                                                           \
	CLI_OPTION("provider", "NAME", CLI_TEXT, provider, "who answered; see 'errnorm providers'"),                   \
		CLI_OPTION("byok", NULL, CLI_FLAG, byok, "the caller brought the provider's key"),                     \
		CLI_OPTION("stream", NULL, CLI_FLAG, stream, "it is part of a stream that had begun"),                 \
		CLI_OPTION("status", "N", CLI_STATUS, status, "the HTTP status; the input is then the body alone"),    \
		CLI_OPTION("transport", "NAME", CLI_TRANSPORT, transport,                                              \
			   "how the connection failed; see 'errnorm codes --transport'"),                              \
		CLI_OPTION("now", "MS", CLI_TIME, now_ms, "the time, in milliseconds since 1970"),                     \
		CLI_OPTION("secret", "TEXT", CLI_SECRET, secrets,                                                      \
			   "a text that no output may contain; may be repeated")

#endif
