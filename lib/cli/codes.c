/*
 * codes.c - `errnorm codes`: the vocabulary.
 */
#include <stdio.h>
#include <string.h>

#include <errnorm/codes.h>

#include "answer.h"
#include "command.h"
#include "output.h"
#include "session.h"

static void print_table(void)
{
	const struct errnorm_code_info *code;

	printf("%-28s %4s %4s  %-22s %-9s %-10s %s\n", "CODE", "HTTP", "BYOK", "TYPE", "RETRYABLE", "FAILOVER",
	       "FAULT");
	for (size_t i = 0; (code = errnorm_code_at(i)) != NULL; i++) {
		printf("%-28s %4d %4d  %-22s %-9s %-10s %s", code->name, (int)code->http_status,
		       (int)code->http_status_byok, errnorm_type_name(code->type), code->retryable ? "yes" : "no",
		       errnorm_failover_name(code->failover), errnorm_fault_name(code->fault));
		if (code->fault_byok != code->fault)
			printf(" (BYOK: %s)", errnorm_fault_name(code->fault_byok));
		putchar('\n');
	}
}

static void print_json(void)
{
	const struct errnorm_code_info *code;

	for (size_t i = 0; (code = errnorm_code_at(i)) != NULL; i++) {
		printf("%s{\"canonical\":\"%s\",\"type\":\"%s\",\"http_status\":%d,"
		       "\"http_status_byok\":%d,\"retryable\":%s,\"failover\":\"%s\",\"fault\":\"%s\",\"message\":",
		       i ? ",\n" : "[\n", code->name, errnorm_type_name(code->type), (int)code->http_status,
		       (int)code->http_status_byok, code->retryable ? "true" : "false",
		       errnorm_failover_name(code->failover), errnorm_fault_name(code->fault));
		cli_print_json(stdout, cli_str(code->message));
		putchar('}');
	}
	puts("\n]");
}

/* The list in codes.h is the only place that has the meanings. */
static const struct {
	const char *name, *meaning;
} transports[] = {
#define XX(number, NAME, name, meaning) {#name, meaning},
	ERRNORM_TRANSPORT_LIST(XX)
#undef XX
};

static void print_transports(void)
{
	for (size_t i = 0; i < CLI_COUNT(transports); i++)
		printf("%-16s %s\n", transports[i].name, transports[i].meaning);
}

static void print_transports_json(void)
{
	for (size_t i = 0; i < CLI_COUNT(transports); i++) {
		printf("%s{\"transport\":\"%s\",\"meaning\":", i ? ",\n" : "[\n", transports[i].name);
		cli_print_json(stdout, cli_str(transports[i].meaning));
		putchar('}');
	}
	puts("\n]");
}

/* ---- a dialect's ---- */

static const char *const origins[] = {"any", "gateway", "upstream", "byok"};

static bool is_same(const struct errnorm_dialect_row *a, const struct errnorm_dialect_row *b)
{
	return a->code.ptr == b->code.ptr && a->type.ptr == b->type.ptr && a->http_status == b->http_status &&
	       a->retryable == b->retryable;
}

static void print_row(const struct cli_settings *settings, const char *canonical, const char *origin,
		      const struct errnorm_dialect_row *row, bool first)
{
	if (!settings->json) {
		printf("%-28s %-9s %4d  %-9s ", canonical, origin, (int)row->http_status,
		       row->retryable ? "yes" : "no");
		cli_print_column(stdout, row->type, 22);
		putchar(' ');
		cli_print_text(stdout, row->code);
		putchar('\n');
		return;
	}
	printf("%s{\"canonical\":\"%s\",\"origin\":\"%s\",\"code\":", first ? "[\n" : ",\n", canonical, origin);
	cli_print_json(stdout, row->code);
	fputs(",\"type\":", stdout);
	cli_print_json(stdout, row->type);
	printf(",\"http_status\":%d,\"retryable\":%s}", (int)row->http_status, row->retryable ? "true" : "false");
}

/* One line where the origin makes no difference, else one for each that does. */
static void print_rows(const struct cli_settings *settings, const struct errnorm_tables *tables,
		       const struct errnorm_code_info *code, bool first)
{
	struct errnorm_dialect_row rows[4];

	for (uint32_t i = ERRNORM_ORIGIN_GATEWAY; i <= ERRNORM_ORIGIN_BYOK; i++) {
		rows[i].size = sizeof(rows[i]);
		errnorm_tables_dialect_row(tables, cli_str(settings->dialect), code->code, i, &rows[i]);
	}
	if (is_same(&rows[1], &rows[2])) {
		print_row(settings, code->name, origins[0], &rows[1], first);
	} else {
		print_row(settings, code->name, origins[1], &rows[1], first);
		print_row(settings, code->name, origins[2], &rows[2], false);
	}
	if (!is_same(&rows[2], &rows[3]))
		print_row(settings, code->name, origins[3], &rows[3], false);
}

static int print_dialect(const struct cli_settings *settings)
{
	const struct errnorm_code_info *code;
	struct errnorm_tables *tables;
	int status = cli_tables_open(settings, &tables);

	if (status != CLI_OK)
		return status;
	status = cli_dialect_check(settings, tables);
	if (status == CLI_OK) {
		if (!settings->json)
			printf("%-28s %-9s %4s  %-9s %-22s %s\n", "CANONICAL", "ORIGIN", "HTTP", "RETRYABLE", "TYPE",
			       "CODE");
		for (size_t i = 0; (code = errnorm_code_at(i)) != NULL; i++)
			print_rows(settings, tables, code, i == 0);
		for (uint32_t i = ERRNORM_CODE_CUSTOM; (code = errnorm_tables_code(tables, i)) != NULL; i++)
			print_rows(settings, tables, code, false);
		if (settings->json)
			puts("\n]");
	}
	errnorm_tables_unref(tables);
	return status;
}

static int run(const struct cli_settings *settings)
{
	if (settings->dialect)
		return print_dialect(settings);
	if (settings->transports && settings->json)
		print_transports_json();
	else if (settings->transports)
		print_transports();
	else if (settings->json)
		print_json();
	else
		print_table();
	return CLI_OK;
}

static const struct cli_option options[] = {
	CLI_OPTION("json", NULL, CLI_FLAG, json, "print an array of JSON objects, one a line"),
	CLI_OPTION("transport", NULL, CLI_FLAG, transports, "list the ways in which a connection fails instead"),
	CLI_OPTION("dialect", "NAME", CLI_TEXT, dialect,
		   "list what a dialect says for each code instead; see 'errnorm dialects'"),
	CLI_OPTIONS_TABLES,
};

const struct cli_command cli_command_codes = {
	.name = "codes",
	.operands = "",
	.brief = "list the canonical codes",
	.summary = "Lists the canonical codes and what follows from each.",
	.notes = "HTTP is what a gateway answers its caller with; BYOK the same where the caller brought\n"
		 "the provider's key.\n"
		 "\n"
		 "ORIGIN, with --dialect: gateway where the gateway found the error itself, upstream where\n"
		 "it came from a provider, byok where that was asked with the caller's own key; any where\n"
		 "gateway and upstream do not differ. What a dialect says by a provider's status is not\n"
		 "listed.\n",
	.options = options,
	.option_count = CLI_COUNT(options),
	.run = run,
};
