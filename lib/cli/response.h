/*
 * response.h - one response from a file or standard input, for the sub-commands that look at one.
 */
#ifndef ERRNORM_CLI_RESPONSE_H
#define ERRNORM_CLI_RESPONSE_H

#include <errnorm/errnorm.h>

#include "session.h"

/* More headers than any server sends; those beyond are dropped. */
enum { CLI_HEADER_MAX = 256 };

/* Secrets in one JSON line; the command line's come on top. */
enum { CLI_SECRET_MAX = 64 };

/* Where a response read from JSON is put together. */
struct cli_parts {
	struct errnorm_header headers[CLI_HEADER_MAX];
	struct errnorm_str *secrets; /* CLI_SECRET_MAX and room for those of the command line */
	char *buf;                   /* for decoded strings */
	size_t buf_cap;
};

struct cli_input {
	char *text; /* what was read; the response points into it */
	size_t len;
	struct cli_parts parts;
	struct errnorm_response response;
};

bool cli_parts_init(struct cli_parts *parts, const struct cli_session *session);
void cli_parts_done(struct cli_parts *parts);

/*
 * Reads a line into *ret, which begins with the command line's defaults; what the line says goes
 * first. The command line's secrets hold all the same. ERRNORM_EFORMAT and ERRNORM_ESPACE with
 * *ret_error; ERRNORM_ENOMEM.
 */
enum errnorm_rc cli_response_from_json(const struct cli_session *session, struct cli_parts *parts,
				       struct errnorm_str line, struct errnorm_response *ret, const char **ret_error);

/*
 * Reads what the command line's FILE says: a raw HTTP response, a bare body with --status,
 * --transport or --stream, or the first line of JSON with --jsonl. CLI_OK, or CLI_WRONG after a
 * complaint. cli_input_done() in both cases.
 */
int cli_response_load(const struct cli_session *session, struct cli_input *ret);
void cli_input_done(struct cli_input *input);

#endif
