/*
 * check.c - `errnorm check`: tables are read as production reads them, looked at harder, and their
 * examples run.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <errnorm/load.h>

#include "command.h"
#include "input.h"
#include "output.h"
#include "report.h"

/* A path made of a folder and a name; longer ones no file system of ours has. */
enum { PATH_MAX_BYTES = 4096 };

/* Deeper than any tree of tables; it ends a circle of links. */
enum { FOLDER_DEPTH_MAX = 32 };

static bool join_path(char *ret, const char *folder, const char *name)
{
	size_t len = strlen(folder);
	const char *slash = len && folder[len - 1] == '/' ? "" : "/";
	int made = snprintf(ret, PATH_MAX_BYTES, "%s%s%s", folder, slash, name);

	return made > 0 && made < PATH_MAX_BYTES;
}

static bool is_table(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 5 && strcmp(name + len - 5, ".json") == 0 && strcmp(name, "schema.json") != 0;
}

/*
 * How many tables a path stands for. What cannot be read counts for nothing: the builder complains
 * of it.
 */
static size_t count_files(const char *path, unsigned depth)
{
	struct stat info;
	struct dirent *entry;
	size_t count = 0;
	DIR *folder;

	if (stat(path, &info) != 0)
		return 0;
	if (!S_ISDIR(info.st_mode))
		return 1;
	folder = depth < FOLDER_DEPTH_MAX ? opendir(path) : NULL;
	if (!folder)
		return 0;
	while ((entry = readdir(folder)) != NULL) {
		char inner[PATH_MAX_BYTES];
		struct stat inner_info;

		if (entry->d_name[0] == '.' || !join_path(inner, path, entry->d_name) || stat(inner, &inner_info) != 0)
			continue;
		if (S_ISDIR(inner_info.st_mode))
			count += count_files(inner, depth + 1);
		else
			count += is_table(entry->d_name);
	}
	closedir(folder);
	return count;
}

/* Whether the paths bring the tables that are built in: then those would all be there twice. */
static bool brings_builtin(const struct cli_settings *settings)
{
	for (size_t i = 0; i < settings->operand_count; i++) {
		char path[PATH_MAX_BYTES];

		if (join_path(path, settings->operands[i], "shared/status.json") && access(path, F_OK) == 0)
			return true;
	}
	return false;
}

static int add_paths(const struct cli_settings *settings, struct errnorm_builder *builder)
{
	enum errnorm_rc rc = ERRNORM_OK;

	if (!settings->no_builtin && !brings_builtin(settings))
		rc = errnorm_builder_add_builtin(builder);
	for (size_t i = 0; rc == ERRNORM_OK && i < settings->operand_count; i++) {
		const char *path = settings->operands[i];

		if (cli_path_check(settings->command, path) != CLI_OK)
			return CLI_WRONG;
		rc = errnorm_builder_add_path(builder, path);
	}
	if (rc == ERRNORM_OK)
		rc = errnorm_builder_lint(builder);
	if (rc == ERRNORM_OK)
		return CLI_OK;
	if (rc != ERRNORM_EIO)
		return cli_fail_rc(settings->command, rc);
	cli_diags_print(builder);
	return CLI_WRONG;
}

static void print_count(size_t count, const char *what, const char *end)
{
	printf("%zu %s%s%s", count, what, count == 1 ? "" : "s", end);
}

static int finish(const struct cli_settings *settings, struct errnorm_builder *builder)
{
	struct errnorm_tables *tables = NULL;
	enum errnorm_rc rc = errnorm_builder_finish(builder, &tables);
	struct cli_counts counts;
	size_t files = 0;

	if (rc != ERRNORM_OK && rc != ERRNORM_ETABLE)
		return cli_fail_rc(settings->command, rc);
	errnorm_tables_unref(tables);
	counts = cli_diags_print(builder);
	for (size_t i = 0; i < settings->operand_count; i++)
		files += count_files(settings->operands[i], 0);
	printf("checked ");
	print_count(files, "file", ": ");
	print_count(counts.errors, "error", ", ");
	print_count(counts.warnings, "warning", "\n");
	return counts.errors || counts.warnings || rc != ERRNORM_OK ? CLI_FOUND : CLI_OK;
}

static int run(const struct cli_settings *settings)
{
	struct errnorm_builder *builder;
	enum errnorm_rc rc = errnorm_builder_new(NULL, &builder);
	int status;

	if (rc != ERRNORM_OK)
		return cli_fail_rc(settings->command, rc);
	status = add_paths(settings, builder);
	if (status == CLI_OK)
		status = finish(settings, builder);
	errnorm_builder_free(builder);
	return status;
}

static const struct cli_option options[] = {
	CLI_OPTION("no-builtin", NULL, CLI_FLAG, no_builtin,
		   "check the tables alone, without the built-in ones behind them"),
};

const struct cli_command cli_command_check = {
	.name = "check",
	.operands = "PATH...",
	.brief = "find the mistakes in tables, and run their examples",
	.summary = "Checks tables, or folders of them, and runs their examples. Every mistake is printed to\n"
		   "standard error as file:line:column: error: text [ENnnn].",
	.notes = "A folder that has shared/status.json replaces the built-in tables; --no-builtin is then\n"
		 "understood.\n"
		 "\n"
		 "Exit status: 0 when all is sound, 1 for an error or a warning, 2 for a path that cannot be\n"
		 "read.\n",
	.options = options,
	.option_count = CLI_COUNT(options),
	.operand_min = 1,
	.operand_max = (size_t)-1,
	.run = run,
};
