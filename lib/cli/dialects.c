/*
 * dialects.c - `errnorm dialects`: in whose words a client can be answered.
 */
#include <stdio.h>
#include <string.h>

#include <errnorm/render.h>

#include "command.h"
#include "output.h"
#include "session.h"

static bool get_dialect(const struct errnorm_tables *tables, size_t index, struct errnorm_dialect_info *ret)
{
	*ret = (struct errnorm_dialect_info){.size = sizeof(*ret)};
	return errnorm_tables_dialect(tables, index, ret) == ERRNORM_OK;
}

static const char *message_name(uint32_t message)
{
	static const char *const names[] = {"", "catalogue", "provider", "both"};

	return names[message];
}

static void print_table(const struct errnorm_tables *tables)
{
	size_t name = strlen("NAME");
	size_t title = strlen("TITLE");
	struct errnorm_dialect_info info;

	for (size_t i = 0; get_dialect(tables, i, &info); i++) {
		cli_widen(&name, info.name);
		cli_widen(&title, info.title);
	}
	printf("%-*s  %-*s  CODES   MESSAGE    REVIEWED  RETRY\n", (int)name, "NAME", (int)title, "TITLE");
	for (size_t i = 0; get_dialect(tables, i, &info); i++) {
		cli_print_column(stdout, info.name, name);
		printf("  ");
		cli_print_cell(stdout, info.title, title);
		printf("  %-6s  %-9s  ", info.closed ? "closed" : "open", message_name(info.message));
		cli_print_cell(stdout, info.reviewed, 8);
		printf("  ");
		cli_print_text(stdout, info.policies.len ? info.policies : cli_str("-"));
		putchar('\n');
	}
}

static void print_json(const struct errnorm_tables *tables)
{
	struct errnorm_dialect_info info;

	putchar('[');
	for (size_t i = 0; get_dialect(tables, i, &info); i++) {
		fputs(i ? ",\n{\"name\":" : "\n{\"name\":", stdout);
		cli_print_json(stdout, info.name);
		fputs(",\"title\":", stdout);
		cli_print_json(stdout, info.title);
		printf(",\"closed\":%s,\"message\":\"%s\",\"provider\":", info.closed ? "true" : "false",
		       message_name(info.message));
		cli_print_json(stdout, info.provider);
		fputs(",\"policies\":", stdout);
		cli_print_words_json(stdout, info.policies);
		fputs(",\"reviewed\":", stdout);
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

const struct cli_command cli_command_dialects = {
	.name = "dialects",
	.operands = "",
	.brief = "list the dialects in which a client can be answered",
	.summary = "Lists the dialects that the tables have, for --dialect.",
	.notes = "CODES closed: no code is emitted that the API does not publish. MESSAGE: whose words the\n"
		 "client reads. RETRY: the policies by which its clients try again.\n",
	.options = options,
	.option_count = CLI_COUNT(options),
	.run = run,
};
