/*
 * session.h - the tables and the scratch that a command line asks for, and the defaults of its
 * responses.
 */
#ifndef ERRNORM_CLI_SESSION_H
#define ERRNORM_CLI_SESSION_H

#include <errnorm/errnorm.h>

#include "option.h"

struct cli_session {
	const struct cli_settings *settings;
	struct errnorm_tables *tables;
	struct errnorm_scratch *scratch;
	struct errnorm_str *secrets; /* settings' secrets as views */
};

/*
 * The tables alone: what --tables and --no-builtin say. Returns CLI_OK, or CLI_WRONG after
 * complaints.
 */
int cli_tables_open(const struct cli_settings *settings, struct errnorm_tables **ret);

/* A command that lists what the tables have: for people, or with --json. */
int cli_tables_list(const struct cli_settings *settings, void (*print_table)(const struct errnorm_tables *tables),
		    void (*print_json)(const struct errnorm_tables *tables));

int cli_session_open(struct cli_session *session, const struct cli_settings *settings);
void cli_session_close(struct cli_session *session);

/* A response that holds what the command line says and nothing else. */
struct errnorm_response cli_session_response(const struct cli_session *session);

/*
 * Where neither the command line nor the input told the time: the response's own Date header is the
 * best clock and is left to the library; without one it is the system's. --now 0 leaves it at that.
 */
void cli_session_set_clock(const struct cli_session *session, struct errnorm_response *response);

/*
 * A verdict as a line of JSON with its line break, in *buf, which grows as needed. Its length; 0
 * without memory.
 */
size_t cli_verdict_line(const struct errnorm_tables *tables, const struct errnorm_verdict *verdict, char **buf,
			size_t *cap);

#endif
