/*
 * answer.c - rendering for --dialect, and printing what came out.
 */
#include "answer.h"

#include <stdio.h>
#include <stdlib.h>

#include "nearest.h"
#include "output.h"

int cli_dialect_check(const struct cli_settings *settings, const struct errnorm_tables *tables)
{
	struct errnorm_dialect_row row = {.size = sizeof(row)};
	struct errnorm_dialect_info info = {.size = sizeof(info)};
	struct cli_nearest nearest = {.word = cli_str(settings->dialect)};

	if (!settings->dialect || errnorm_tables_dialect_row(tables, nearest.word, ERRNORM_CODE_INTERNAL_ERROR,
							     ERRNORM_ORIGIN_GATEWAY, &row) == ERRNORM_OK)
		return CLI_OK;
	for (size_t i = 0; errnorm_tables_dialect(tables, i, &info) == ERRNORM_OK; i++)
		cli_nearest_offer(&nearest, info.name);
	if (nearest.best.ptr)
		return cli_fail(settings->command,
				"there is no dialect '%s'; did you mean '%.*s'? see 'errnorm dialects'",
				settings->dialect, (int)nearest.best.len, nearest.best.ptr);
	return cli_fail(settings->command, "there is no dialect '%s'; see 'errnorm dialects'", settings->dialect);
}

enum errnorm_rc cli_answer_make(const struct cli_settings *settings, const struct errnorm_tables *tables,
				const struct errnorm_verdict *verdict, bool stream, struct cli_answer *answer)
{
	struct errnorm_render how = {
		.size = sizeof(how),
		.dialect = cli_str(settings->dialect),
		.form = stream ? ERRNORM_RENDER_STREAM : ERRNORM_RENDER_ANSWER,
		.request_id = cli_str(settings->request_id),
	};
	size_t len;

	answer->rendered.size = sizeof(answer->rendered);
	len = errnorm_render(tables, verdict, &how, &answer->rendered, answer->buf, answer->cap);
	if (len < answer->cap || !answer->rendered.http_status)
		return ERRNORM_OK;
	free(answer->buf);
	answer->cap = len + 1;
	answer->buf = malloc(answer->cap);
	if (!answer->buf) {
		answer->cap = 0;
		return ERRNORM_ENOMEM;
	}
	errnorm_render(tables, verdict, &how, &answer->rendered, answer->buf, answer->cap);
	return ERRNORM_OK;
}

void cli_answer_done(struct cli_answer *answer)
{
	free(answer->buf);
}

static const char *reason(int32_t status)
{
	static const struct {
		int32_t status;
		const char *text;
	} reasons[] = {
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{402, "Payment Required"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{408, "Request Timeout"},
		{409, "Conflict"},
		{413, "Content Too Large"},
		{422, "Unprocessable Content"},
		{429, "Too Many Requests"},
		{499, "Client Closed Request"},
		{500, "Internal Server Error"},
		{501, "Not Implemented"},
		{502, "Bad Gateway"},
		{503, "Service Unavailable"},
		{504, "Gateway Timeout"},
		{529, "Overloaded"},
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Error";
}

static void print_view(struct errnorm_str text)
{
	fwrite(text.ptr, 1, text.len, stdout);
}

void cli_answer_print(const struct cli_settings *settings, const struct cli_answer *answer)
{
	const struct errnorm_rendered *rendered = &answer->rendered;

	if (!rendered->http_status)
		return;
	if (!settings->body && rendered->header_count) {
		printf("HTTP/1.1 %d %s\r\n", (int)rendered->http_status, reason(rendered->http_status));
		for (size_t i = 0; i < rendered->header_count; i++) {
			print_view(rendered->headers[i].name);
			fputs(": ", stdout);
			print_view(rendered->headers[i].value);
			fputs("\r\n", stdout);
		}
		fputs("\r\n", stdout);
	}
	print_view(rendered->body);
	if (rendered->header_count)
		putchar('\n');
}

void cli_answer_print_line(FILE *out, const struct cli_answer *answer)
{
	const struct errnorm_rendered *rendered = &answer->rendered;

	if (!rendered->http_status) {
		fputs("{\"status\":null,\"headers\":{},\"body\":null}\n", out);
		return;
	}
	fprintf(out, "{\"status\":%d,\"headers\":{", (int)rendered->http_status);
	for (size_t i = 0; i < rendered->header_count; i++) {
		if (i)
			putc(',', out);
		cli_print_json(out, rendered->headers[i].name);
		putc(':', out);
		cli_print_json(out, rendered->headers[i].value);
	}
	fputs("},\"body\":", out);
	cli_print_json(out, rendered->body);
	fputs("}\n", out);
}
