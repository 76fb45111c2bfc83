/*
 * codes.c - `errnorm codes`: the vocabulary.
 */
#include <stdio.h>
#include <string.h>

#include <errnorm/codes.h>

#include "command.h"
#include "output.h"

static void print_table(void)
{
	const struct errnorm_code_info *code;

	printf("%-28s %4s %4s  %-22s %-9s %-10s %s\n", "CODE", "HTTP", "BYOK", "TYPE", "RETRYABLE",
	       "FAILOVER", "FAULT");
	for (size_t i = 0; (code = errnorm_code_at(i)) != NULL; i++) {
		printf("%-28s %4d %4d  %-22s %-9s %-10s %s", code->name, (int)code->http_status,
		       (int)code->http_status_byok, errnorm_type_name(code->type),
		       code->retryable ? "yes" : "no", errnorm_failover_name(code->failover),
		       errnorm_fault_name(code->fault));
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
		       "\"http_status_byok\":%d,\"retryable\":%s,\"failover\":\"%s\","
		       "\"fault\":\"%s\",\"message\":",
		       i ? ",\n" : "[\n", code->name, errnorm_type_name(code->type),
		       (int)code->http_status, (int)code->http_status_byok,
		       code->retryable ? "true" : "false", errnorm_failover_name(code->failover),
		       errnorm_fault_name(code->fault));
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
		printf("%s{\"transport\":\"%s\",\"meaning\":", i ? ",\n" : "[\n",
		       transports[i].name);
		cli_print_json(stdout, cli_str(transports[i].meaning));
		putchar('}');
	}
	puts("\n]");
}

static int run(const struct cli_settings *settings)
{
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
	CLI_OPTION("transport", NULL, CLI_FLAG, transports,
		   "list the ways in which a connection fails instead"),
};

const struct cli_command cli_command_codes = {
	.name = "codes",
	.operands = "",
	.brief = "list the canonical codes",
	.summary = "Lists the canonical codes and what follows from each.",
	.notes = "HTTP is what a gateway answers its caller with; BYOK the same where the caller "
		 "brought\n"
		 "the provider's key.\n",
	.options = options,
	.option_count = CLI_COUNT(options),
	.run = run,
};
