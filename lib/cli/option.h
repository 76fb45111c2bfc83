/*
 * option.h - the command line: which options a sub-command takes, and what they were set to.
 */
#ifndef ERRNORM_CLI_OPTION_H
#define ERRNORM_CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include <errnorm/types.h>

/*
 * What was said on the command line. Texts are argv's own; lists are freed by cli_settings_done().
 */
struct cli_settings {
	const char *command;
	const char *provider, *output, *dialect, *request_id, *param, *message;
	bool byok, stream, jsonl, body;
	bool progress, summary;
	int64_t jobs; /* -1: not given; 0: as many as there are processors */
	bool no_builtin, json, all, transports;
	int64_t status;         /* -1: not given */
	int64_t now_ms;         /* -1: not given */
	int64_t retry_after_ms; /* 0: not given */
	uint32_t transport;     /* 0: not given */
	const char **tables, **secrets, **details, **operands;
	size_t table_count, secret_count, detail_count, operand_count;
};

/* More threads than any machine is given for this. */
enum { CLI_JOBS_MAX = 256 };

enum cli_option_kind {
	CLI_FLAG,      /* bool */
	CLI_TEXT,      /* const char *; the last one counts */
	CLI_STATUS,    /* int64_t, 100 to 999 */
	CLI_JOBS,      /* int64_t, up to CLI_JOBS_MAX; "auto" is 0 */
	CLI_TIME,      /* int64_t, milliseconds since 1970 */
	CLI_MS,        /* int64_t, milliseconds */
	CLI_TRANSPORT, /* uint32_t by its name */
	CLI_SECRET,    /* added to secrets */
	CLI_DETAIL,    /* added to details: K=V */
	CLI_TABLES     /* added to tables */
};

struct cli_option {
	const char *name;  /* without the dashes */
	const char *value; /* what its value is called in the help; NULL: it takes none */
	const char *help;
	enum cli_option_kind kind;
	size_t offset; /* of its member in struct cli_settings */
};

struct cli_command {
	const char *name;
	const char *operands; /* as in the usage line */
	const char *brief;    /* half a line, for the list of commands */
	const char *summary;  /* a sentence or two */
	const char *notes;    /* more, below the options; may be NULL */
	const struct cli_option *options;
	size_t option_count;
	size_t operand_min, operand_max;
	int (*run)(const struct cli_settings *settings);
};

/*
 * Reads the arguments behind the command's name. Returns CLI_OK; CLI_WRONG after a complaint.
 * *ret_help: --help is among them, and nothing else was looked at after it.
 */
int cli_settings_read(struct cli_settings *settings, const struct cli_command *command, int argc, char **argv,
		      bool *ret_help);
void cli_settings_done(struct cli_settings *settings);

/* The help of a sub-command, to standard output. */
void cli_command_help(const struct cli_command *command);

#endif
