/*
 * main.c - the program `errnorm`: finds the sub-command, hands the rest of the command line to it,
 * and sees the output out.
 */
#include <stdio.h>
#include <string.h>

#include <errnorm/errnorm.h>

#include "command.h"
#include "nearest.h"
#include "output.h"

static const struct cli_command *const commands[] = {
	&cli_command_translate, &cli_command_explain,   &cli_command_raise,    &cli_command_check,
	&cli_command_codes,     &cli_command_providers, &cli_command_dialects, &cli_command_suggest,
};

static void print_help(void)
{
	puts("usage: errnorm COMMAND [OPTION]... [OPERAND]...\n"
	     "\n"
	     "Turns what an AI provider answered into one canonical verdict.\n"
	     "\n"
	     "commands:");
	for (size_t i = 0; i < CLI_COUNT(commands); i++)
		printf("  %-11s %s\n", commands[i]->name, commands[i]->brief);
	puts("  help        print this, or the help of a command: errnorm help COMMAND\n"
	     "\n"
	     "options:\n"
	     "  --help      print this and exit\n"
	     "  --version   print the version and exit\n"
	     "\n"
	     "exit status:\n"
	     "  0 when all went well, 1 when a table or a line was bad, 2 for a wrong command\n"
	     "  line and for what cannot be read or written\n"
	     "\n"
	     "example:\n"
	     "  curl -si https://api.openai.com/v1/models | errnorm translate --provider openai");
}

static const struct cli_command *find_command(const char *name)
{
	for (size_t i = 0; i < CLI_COUNT(commands); i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int fail_unknown(const char *name)
{
	struct cli_nearest nearest = {.word = cli_str(name)};
	bool option = name[0] == '-';

	if (option) {
		nearest.word = cli_str(name + strspn(name, "-"));
		cli_nearest_offer(&nearest, cli_str("version"));
	}
	for (size_t i = 0; !option && i < CLI_COUNT(commands); i++)
		cli_nearest_offer(&nearest, cli_str(commands[i]->name));
	cli_nearest_offer(&nearest, cli_str("help"));
	if (nearest.best.ptr)
		return cli_fail(NULL, "unknown %s '%s'; did you mean '%s%s'? see 'errnorm --help'",
				option ? "option" : "command", name, option ? "--" : "", nearest.best.ptr);
	return cli_fail_usage(NULL, "unknown %s '%s'", option ? "option" : "command", name);
}

static int run_help(int argc, char **argv)
{
	const struct cli_command *command;

	if (argc == 0) {
		print_help();
		return CLI_OK;
	}
	command = find_command(argv[0]);
	if (!command)
		return fail_unknown(argv[0]);
	cli_command_help(command);
	return CLI_OK;
}

static int run_command(const struct cli_command *command, int argc, char **argv)
{
	struct cli_settings settings;
	bool help;
	int status = cli_settings_read(&settings, command, argc, argv, &help);

	if (help)
		cli_command_help(command);
	else if (status == CLI_OK)
		status = command->run(&settings);
	cli_settings_done(&settings);
	return status;
}

static int run(int argc, char **argv)
{
	const struct cli_command *command;

	if (argc == 0)
		return cli_fail_usage(NULL, "a command is missing");
	if (strcmp(argv[0], "help") == 0)
		return run_help(argc - 1, argv + 1);
	if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)
		return run_help(0, NULL);
	if (strcmp(argv[0], "--version") == 0) {
		printf("errnorm %s\n", errnorm_version_string());
		return CLI_OK;
	}
	command = find_command(argv[0]);
	return command ? run_command(command, argc - 1, argv + 1) : fail_unknown(argv[0]);
}

int main(int argc, char **argv)
{
	static char buffer[64 << 10];

	/* Whole blocks even to a terminal or pipe: whoever has to wait flushes first (input.h). */
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	return cli_output_finish(argc ? run(argc - 1, argv + 1) : CLI_WRONG);
}
