/*
 * option.c - reading the command line: --name, --name VALUE, --name=VALUE, and -- before operands
 * that begin with a dash.
 */
#include "option.h"

#include <stdlib.h>
#include <string.h>

#include <errnorm/codes.h>

#include "nearest.h"
#include "output.h"

static const char *set_status(const char *value, int64_t *ret)
{
	if (strlen(value) != 3 || strspn(value, "0123456789") != 3 || value[0] == '0')
		return "an HTTP status from 100 to 999";
	*ret = strtol(value, NULL, 10);
	return NULL;
}

static const char *set_number(const char *value, const char *wanted, int64_t *ret)
{
	int64_t number = 0;

	for (const char *p = value; *p; p++) {
		if (*p < '0' || *p > '9' || number > (INT64_MAX - 9) / 10)
			return wanted;
		number = number * 10 + (*p - '0');
	}
	if (!*value)
		return wanted;
	*ret = number;
	return NULL;
}

static const char *set_jobs(const char *value, int64_t *ret)
{
	size_t digits = strspn(value, "0123456789");

	*ret = 0;
	if (strcmp(value, "auto") == 0)
		return NULL;
	if (!digits || digits > 3 || value[digits])
		return "a number from 0 to 256, or auto";
	*ret = strtol(value, NULL, 10);
	return *ret <= CLI_JOBS_MAX ? NULL : "a number from 0 to 256, or auto";
}

static int set_transport(const struct cli_settings *settings, const char *value, uint32_t *ret)
{
	struct cli_nearest nearest = {.word = cli_str(value)};

	*ret = errnorm_transport_from_name(cli_str(value));
	if (*ret)
		return CLI_OK;
	for (uint32_t i = 1; i <= ERRNORM_TRANSPORT_MAX; i++)
		cli_nearest_offer(&nearest, cli_str(errnorm_transport_name(i)));
	if (nearest.best.ptr)
		return cli_fail(settings->command,
				"--transport does not know '%s'; did you mean '%s'? see 'errnorm codes --transport'",
				value, nearest.best.ptr);
	return cli_fail(settings->command, "--transport does not know '%s'; see 'errnorm codes --transport'", value);
}

/* Stores value, or complains. The lists have room for all of argv. */
static int set_option(struct cli_settings *settings, const struct cli_option *option, const char *value)
{
	void *member = (char *)settings + option->offset;
	const char *wanted = NULL;

	switch (option->kind) {
	case CLI_FLAG:
		*(bool *)member = true;
		break;
	case CLI_TEXT:
		*(const char **)member = value;
		break;
	case CLI_STATUS:
		wanted = set_status(value, member);
		break;
	case CLI_JOBS:
		wanted = set_jobs(value, member);
		break;
	case CLI_TIME:
		wanted = set_number(value, "milliseconds since 1970", member);
		break;
	case CLI_MS:
		wanted = set_number(value, "a number of milliseconds", member);
		break;
	case CLI_DETAIL:
		if (*value == '=' || !strchr(value, '='))
			wanted = "a name, = and a text";
		else
			settings->details[settings->detail_count++] = value;
		break;
	case CLI_TRANSPORT:
		return set_transport(settings, value, member);
	case CLI_SECRET:
		settings->secrets[settings->secret_count++] = value;
		break;
	case CLI_TABLES:
		settings->tables[settings->table_count++] = value;
		break;
	}
	if (wanted)
		return cli_fail_usage(settings->command, "--%s wants %s, not '%s'", option->name, wanted, value);
	return CLI_OK;
}

static const struct cli_option *find_option(const struct cli_command *command, struct errnorm_str name)
{
	for (size_t i = 0; i < command->option_count; i++)
		if (strlen(command->options[i].name) == name.len &&
		    memcmp(command->options[i].name, name.ptr, name.len) == 0)
			return &command->options[i];
	return NULL;
}

static int fail_unknown(const struct cli_command *command, const char *argument, struct errnorm_str name)
{
	struct cli_nearest nearest = {.word = name};
	int shown = (int)strcspn(argument, "=");

	for (size_t i = 0; i < command->option_count; i++)
		cli_nearest_offer(&nearest, cli_str(command->options[i].name));
	cli_nearest_offer(&nearest, cli_str("help"));
	if (name.len && nearest.best.ptr)
		return cli_fail(command->name, "unknown option '%.*s'; did you mean '--%s'? see 'errnorm %s --help'",
				shown, argument, nearest.best.ptr, command->name);
	return cli_fail_usage(command->name, "unknown option '%.*s'", shown, argument);
}

/*
 * Reads one argument that begins with a dash. *next is the argument behind it, or NULL; it is set
 * to NULL if it was used up.
 */
static int read_option(struct cli_settings *settings, const struct cli_command *command, const char *argument,
		       const char **next)
{
	const char *dashless = argument + strspn(argument, "-");
	struct errnorm_str name = {dashless, strcspn(dashless, "=")};
	const char *value = dashless[name.len] == '=' ? dashless + name.len + 1 : NULL;
	const struct cli_option *option = dashless - argument == 2 ? find_option(command, name) : NULL;

	if (!option)
		return fail_unknown(command, argument, name);
	if (!option->value && value)
		return cli_fail_usage(command->name, "--%s takes no value", option->name);
	if (option->value && !value) {
		if (!*next)
			return cli_fail_usage(command->name, "--%s needs a value: --%s %s", option->name, option->name,
					      option->value);
		value = *next;
		*next = NULL;
	}
	return set_option(settings, option, value);
}

static int check_operands(const struct cli_settings *settings, const struct cli_command *command)
{
	if (settings->operand_count < command->operand_min)
		return cli_fail_usage(command->name, "%s is missing", command->operands);
	if (settings->operand_count <= command->operand_max)
		return CLI_OK;
	if (command->operand_max == 0)
		return cli_fail_usage(command->name, "takes no operand, and got '%s'", settings->operands[0]);
	return cli_fail_usage(command->name, "takes one %s only, and '%s' is one more",
			      command->operand_min ? "code" : "file", settings->operands[command->operand_max]);
}

int cli_settings_read(struct cli_settings *settings, const struct cli_command *command, int argc, char **argv,
		      bool *ret_help)
{
	size_t room = (size_t)argc + 1;
	bool options = true;

	*ret_help = false;
	*settings = (struct cli_settings){.command = command->name, .status = -1, .now_ms = -1, .jobs = -1};
	settings->tables = calloc(room, sizeof(*settings->tables));
	settings->secrets = calloc(room, sizeof(*settings->secrets));
	settings->details = calloc(room, sizeof(*settings->details));
	settings->operands = calloc(room, sizeof(*settings->operands));
	if (!settings->tables || !settings->secrets || !settings->details || !settings->operands)
		return cli_fail_rc(command->name, ERRNORM_ENOMEM);
	for (int i = 0; i < argc; i++) {
		const char *argument = argv[i];
		const char *next = i + 1 < argc ? argv[i + 1] : NULL;
		int status;

		if (!options || argument[0] != '-' || !argument[1]) {
			settings->operands[settings->operand_count++] = argument;
		} else if (strcmp(argument, "--") == 0) {
			options = false;
		} else if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) {
			*ret_help = true;
			return CLI_OK;
		} else {
			bool had_next = next != NULL;

			status = read_option(settings, command, argument, &next);
			if (status != CLI_OK)
				return status;
			if (had_next && !next)
				i++;
		}
	}
	return check_operands(settings, command);
}

void cli_settings_done(struct cli_settings *settings)
{
	free(settings->tables);
	free(settings->secrets);
	free(settings->details);
	free(settings->operands);
}

void cli_command_help(const struct cli_command *command)
{
	size_t width = strlen("help");

	for (size_t i = 0; i < command->option_count; i++) {
		const struct cli_option *option = &command->options[i];
		size_t len = strlen(option->name) + (option->value ? strlen(option->value) + 1 : 0);

		if (len > width)
			width = len;
	}
	printf("usage: errnorm %s%s%s%s\n\n%s\n\noptions:\n", command->name,
	       command->option_count ? " [OPTION]..." : "", *command->operands ? " " : "", command->operands,
	       command->summary);
	for (size_t i = 0; i < command->option_count; i++) {
		const struct cli_option *option = &command->options[i];
		int len = printf("  --%s%s%s", option->name, option->value ? " " : "",
				 option->value ? option->value : "");

		printf("%*s  %s\n", (int)width + 4 - len, "", option->help);
	}
	printf("  --%-*s  %s\n", (int)width, "help", "print this and exit");
	if (command->notes)
		printf("\n%s", command->notes);
}
