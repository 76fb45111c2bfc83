/*
 * providers.c - `errnorm providers`: whom the tables know.
 */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "output.h"
#include "session.h"

static bool get_provider(const struct errnorm_tables *tables, size_t index, struct errnorm_provider_info *ret)
{
	*ret = (struct errnorm_provider_info){.size = sizeof(*ret)};
	return errnorm_tables_provider(tables, index, ret) == ERRNORM_OK;
}

struct widths {
	size_t name, title, docs;
};

static void print_row(const struct widths *widths, const struct errnorm_provider_info *info)
{
	cli_print_cell(stdout, info->name, widths->name);
	printf("  ");
	cli_print_cell(stdout, info->title, widths->title);
	printf("  %5zu  ", info->rule_count);
	cli_print_cell(stdout, info->reviewed, strlen("REVIEWED"));
	printf("  ");
	cli_print_cell(stdout, info->docs, widths->docs);
	printf("  ");
	cli_print_cell(stdout, info->aliases, 0);
	putchar('\n');
}

static void print_table(const struct errnorm_tables *tables)
{
	struct widths widths = {strlen("NAME"), strlen("TITLE"), strlen("DOCS")};
	struct errnorm_provider_info info;

	for (size_t i = 0; get_provider(tables, i, &info); i++) {
		cli_widen(&widths.name, info.name);
		cli_widen(&widths.title, info.title);
		cli_widen(&widths.docs, info.docs);
	}
	printf("%-*s  %-*s  RULES  REVIEWED  %-*s  ALIASES\n", (int)widths.name, "NAME", (int)widths.title, "TITLE",
	       (int)widths.docs, "DOCS");
	for (size_t i = 0; get_provider(tables, i, &info); i++)
		print_row(&widths, &info);
}

static void print_json(const struct errnorm_tables *tables)
{
	struct errnorm_provider_info info;

	putchar('[');
	for (size_t i = 0; get_provider(tables, i, &info); i++) {
		fputs(i ? ",\n{\"name\":" : "\n{\"name\":", stdout);
		cli_print_json(stdout, info.name);
		fputs(",\"title\":", stdout);
		cli_print_json(stdout, info.title);
		fputs(",\"aliases\":", stdout);
		cli_print_words_json(stdout, info.aliases);
		printf(",\"rules\":%zu,\"all_rules\":%zu,\"codes\":%zu,\"waits\":%zu,\"streams\":", info.rule_count,
		       info.all_rule_count, info.code_count, info.wait_count);
		cli_print_words_json(stdout, info.streams);
		printf(",\"sources\":%zu,\"reviewed\":", info.source_count);
		cli_print_json(stdout, info.reviewed);
		fputs(",\"docs\":", stdout);
		cli_print_json(stdout, info.docs);
		putchar('}');
	}
	puts("\n]");
}

static int run(const struct cli_settings *settings)
{
	return cli_tables_list(settings, print_table, print_json);
}

static const struct cli_option options[] = {
	CLI_OPTION("json", NULL, CLI_FLAG, json, "print an array of JSON objects, one a line"),
	CLI_OPTIONS_TABLES,
};

const struct cli_command cli_command_providers = {
	.name = "providers",
	.operands = "",
	.brief = "list the providers",
	.summary = "Lists the providers that the tables know. RULES counts a provider's own, without those\n"
		   "it inherits.",
	.notes = "With --json each also has what is known of it in all, inherited families included: rules\n"
		 "(all_rules), the codes they lead to, places where a wait is read, how errors come without an\n"
		 "error status (streams: event, body), and the links that the rules rest on (sources).\n",
	.options = options,
	.option_count = CLI_COUNT(options),
	.run = run,
};
