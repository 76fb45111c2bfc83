/*
 * response.c - from text to struct errnorm_response.
 */
#include "response.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <errnorm/wire.h>

#include "input.h"
#include "output.h"

bool cli_parts_init(struct cli_parts *parts, const struct cli_session *session)
{
	size_t room = CLI_SECRET_MAX + session->settings->secret_count;

	memset(parts, 0, sizeof(*parts));
	parts->secrets = calloc(room, sizeof(*parts->secrets));
	return parts->secrets != NULL;
}

void cli_parts_done(struct cli_parts *parts)
{
	free(parts->secrets);
	free(parts->buf);
}

static bool make_room(struct cli_parts *parts, size_t size)
{
	char *larger;

	if (size <= parts->buf_cap)
		return true;
	larger = realloc(parts->buf, size);
	if (!larger)
		return false;
	parts->buf = larger;
	parts->buf_cap = size;
	return true;
}

enum errnorm_rc cli_response_from_json(const struct cli_session *session, struct cli_parts *parts,
				       struct errnorm_str line, struct errnorm_response *ret, const char **ret_error)
{
	enum errnorm_rc rc;

	*ret = cli_session_response(session);
	if (!make_room(parts, line.len))
		return ERRNORM_ENOMEM;
	rc = errnorm_read_json(line, parts->headers, CLI_HEADER_MAX, parts->secrets, CLI_SECRET_MAX, parts->buf,
			       parts->buf_cap, ret, ret_error);
	if (rc != ERRNORM_OK)
		return rc;
	if (ret->secrets == parts->secrets) {
		memcpy(parts->secrets + ret->secret_count, session->secrets,
		       session->settings->secret_count * sizeof(*parts->secrets));
		ret->secret_count += session->settings->secret_count;
	}
	cli_session_set_clock(session, ret);
	return ERRNORM_OK;
}

/* Whether what is no HTTP response may be a body alone. */
static bool takes_bare_body(const struct cli_settings *settings)
{
	return settings->status > 0 || settings->transport || settings->stream;
}

static int read_raw(const struct cli_session *session, const char *name, struct cli_input *input)
{
	const struct cli_settings *settings = session->settings;
	struct cli_parts *parts = &input->parts;
	struct errnorm_str text = {input->text ? input->text : "", input->len};
	enum errnorm_rc rc = ERRNORM_EFORMAT;

	if (settings->status <= 0) {
		if (!make_room(parts, text.len))
			return cli_fail_rc(settings->command, ERRNORM_ENOMEM);
		rc = errnorm_read_http(text, parts->headers, CLI_HEADER_MAX, parts->buf, parts->buf_cap,
				       &input->response);
	}
	if (rc == ERRNORM_EFORMAT && takes_bare_body(settings)) {
		input->response.body = text;
		rc = ERRNORM_OK;
	}
	if (rc == ERRNORM_EFORMAT)
		return cli_fail(settings->command,
				"%s %s; pipe 'curl -i' in, or give the status of a bare body with --status N", name,
				text.len ? "does not begin with \"HTTP/\"" : "is empty");
	if (rc != ERRNORM_OK)
		return cli_fail_rc(settings->command, rc);
	cli_session_set_clock(session, &input->response);
	return CLI_OK;
}

static int read_first_line(const struct cli_session *session, const char *name, struct cli_input *input)
{
	const char *error = NULL;
	struct errnorm_str line = {input->text, input->len};
	const char *line_end = line.len ? memchr(line.ptr, '\n', line.len) : NULL;
	enum errnorm_rc rc;

	if (line_end)
		line.len = (size_t)(line_end - line.ptr);
	rc = cli_response_from_json(session, &input->parts, line, &input->response, &error);
	if (rc == ERRNORM_OK)
		return CLI_OK;
	if (error)
		return cli_fail(session->settings->command, "%s: line 1: %s", name, error);
	return cli_fail_rc(session->settings->command, rc);
}

/* A failed connection may have nothing to read: then a terminal is not asked for it. */
static bool has_no_input(const struct cli_settings *settings)
{
	return settings->transport && settings->operand_count == 0 && !settings->jsonl && isatty(STDIN_FILENO);
}

static int read_text(const struct cli_settings *settings, const char *path, struct cli_input *input, bool *ret_cut)
{
	int fd;
	bool ok;

	*ret_cut = false;
	if (has_no_input(settings))
		return CLI_OK;
	fd = cli_input_open(path);
	ok = fd >= 0 && cli_input_read(fd, &input->text, &input->len, ret_cut);
	if (!ok)
		cli_fail(settings->command, "cannot read %s: %s", cli_input_name(path), strerror(errno));
	cli_input_close(fd);
	return ok ? CLI_OK : CLI_WRONG;
}

int cli_response_load(const struct cli_session *session, struct cli_input *ret)
{
	const struct cli_settings *settings = session->settings;
	const char *path = settings->operand_count ? settings->operands[0] : NULL;
	bool cut;
	int status;

	memset(ret, 0, sizeof(*ret));
	if (!cli_parts_init(&ret->parts, session))
		return cli_fail_rc(settings->command, ERRNORM_ENOMEM);
	ret->response = cli_session_response(session);
	status = read_text(settings, path, ret, &cut);
	if (status != CLI_OK)
		return status;
	status = settings->jsonl ? read_first_line(session, cli_input_name(path), ret)
				 : read_raw(session, cli_input_name(path), ret);
	if (cut && !settings->jsonl)
		ret->response.flags |= ERRNORM_RESPONSE_BODY_CUT;
	return status;
}

void cli_input_done(struct cli_input *input)
{
	free(input->text);
	cli_parts_done(&input->parts);
}
