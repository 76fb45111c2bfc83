/*
 * session.c - from settings to tables, scratch and default response.
 */
#include "session.h"

#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include <errnorm/load.h>
#include <errnorm/wire.h>

#include "input.h"
#include "output.h"
#include "report.h"

static int add_tables(const struct cli_settings *settings, struct errnorm_builder *builder)
{
	enum errnorm_rc rc = ERRNORM_OK;

	if (!settings->no_builtin)
		rc = errnorm_builder_add_builtin(builder);
	for (size_t i = 0; rc == ERRNORM_OK && i < settings->table_count; i++) {
		if (cli_path_check(settings->command, settings->tables[i]) != CLI_OK)
			return CLI_WRONG;
		rc = errnorm_builder_add_path(builder, settings->tables[i]);
	}
	if (rc == ERRNORM_OK)
		return CLI_OK;
	if (rc != ERRNORM_EIO)
		return cli_fail_rc(settings->command, rc);
	cli_diags_print(builder);
	return CLI_WRONG;
}

static int build_tables(const struct cli_settings *settings, struct errnorm_tables **ret)
{
	struct errnorm_builder *builder;
	enum errnorm_rc rc = errnorm_builder_new(NULL, &builder);
	int status;

	if (rc != ERRNORM_OK)
		return cli_fail_rc(settings->command, rc);
	status = add_tables(settings, builder);
	if (status == CLI_OK) {
		rc = errnorm_builder_finish(builder, ret);
		if (rc == ERRNORM_ETABLE)
			cli_diags_print(builder);
		else if (rc != ERRNORM_OK)
			cli_fail_rc(settings->command, rc);
		status = rc == ERRNORM_OK ? CLI_OK : CLI_WRONG;
	}
	errnorm_builder_free(builder);
	return status;
}

int cli_tables_open(const struct cli_settings *settings, struct errnorm_tables **ret)
{
	enum errnorm_rc rc;

	if (settings->no_builtin && settings->table_count == 0)
		return cli_fail_usage(settings->command, "--no-builtin leaves no tables; add --tables PATH");
	if (settings->table_count)
		return build_tables(settings, ret);
	rc = errnorm_tables_builtin(NULL, ret);
	return rc == ERRNORM_OK ? CLI_OK : cli_fail_rc(settings->command, rc);
}

int cli_tables_list(const struct cli_settings *settings, void (*print_table)(const struct errnorm_tables *tables),
		    void (*print_json)(const struct errnorm_tables *tables))
{
	struct errnorm_tables *tables;
	int status = cli_tables_open(settings, &tables);

	if (status != CLI_OK)
		return status;
	if (settings->json)
		print_json(tables);
	else
		print_table(tables);
	errnorm_tables_unref(tables);
	return CLI_OK;
}

int cli_session_open(struct cli_session *session, const struct cli_settings *settings)
{
	enum errnorm_rc rc;
	int status;

	*session = (struct cli_session){.settings = settings};
	status = cli_tables_open(settings, &session->tables);
	if (status != CLI_OK)
		return status;
	session->secrets = calloc(settings->secret_count + 1, sizeof(*session->secrets));
	if (!session->secrets)
		return cli_fail_rc(settings->command, ERRNORM_ENOMEM);
	for (size_t i = 0; i < settings->secret_count; i++)
		session->secrets[i] = cli_str(settings->secrets[i]);
	rc = errnorm_scratch_new(session->tables, NULL, &session->scratch);
	return rc == ERRNORM_OK ? CLI_OK : cli_fail_rc(settings->command, rc);
}

void cli_session_close(struct cli_session *session)
{
	errnorm_scratch_free(session->scratch);
	errnorm_tables_unref(session->tables);
	free(session->secrets);
}

struct errnorm_response cli_session_response(const struct cli_session *session)
{
	const struct cli_settings *settings = session->settings;
	struct errnorm_response response = {
		.size = sizeof(response),
		.provider = cli_str(settings->provider),
		.http_status = settings->status > 0 ? (int32_t)settings->status : 0,
		.transport = settings->transport,
		.now_ms = settings->now_ms > 0 ? settings->now_ms : 0,
		.secrets = session->secrets,
		.secret_count = settings->secret_count,
	};

	if (settings->byok)
		response.flags |= ERRNORM_RESPONSE_BYOK;
	if (settings->stream)
		response.flags |= ERRNORM_RESPONSE_STREAM_BEGUN;
	return response;
}

static bool is_date(struct errnorm_str name)
{
	return name.len == 4 && strncasecmp(name.ptr, "date", 4) == 0;
}

void cli_session_set_clock(const struct cli_session *session, struct errnorm_response *response)
{
	struct timespec now;

	if (response->now_ms || session->settings->now_ms == 0)
		return;
	for (size_t i = 0; i < response->header_count; i++)
		if (is_date(response->headers[i].name))
			return;
	if (clock_gettime(CLOCK_REALTIME, &now) == 0)
		response->now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

size_t cli_verdict_line(const struct errnorm_tables *tables, const struct errnorm_verdict *verdict, char **buf,
			size_t *cap)
{
	size_t len = errnorm_verdict_json(tables, verdict, *buf, *cap);

	if (len >= *cap) {
		char *larger = realloc(*buf, len + 1);

		if (!larger)
			return 0;
		*buf = larger;
		*cap = len + 1;
		errnorm_verdict_json(tables, verdict, *buf, *cap);
	}
	(*buf)[len] = '\n'; /* in place of the NUL */
	return len + 1;
}
