/*
 * explain.c - `errnorm explain`: how a verdict came about, for whoever writes a table or doubts
 * one.
 *
 * The trace is printed as it comes, in sections. A provider has many rules, nearly all of which
 * fail at once; those are counted, and only the near misses, which held in part, are printed,
 * unless --all asks for every one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errnorm/wire.h>

#include "command.h"
#include "output.h"
#include "response.h"

/* Enough to recognise a message by; a condition may list many phrases. */
enum { VALUE_MAX = 400 };

struct explanation {
	bool all;
	uint32_t section;     /* the event whose section is open, 0: none */
	size_t shown, hidden; /* rules of the table that is being asked */
};

/* What ends a table's section: how many of its rules there is nothing to say about. */
static void end_rules(struct explanation *explanation)
{
	size_t hidden = explanation->hidden;

	if (hidden && explanation->shown)
		printf("  %zu more rule%s failed at the first condition\n", hidden, hidden == 1 ? "" : "s");
	else if (hidden)
		printf("  %zu rule%s failed at the first condition\n", hidden, hidden == 1 ? "" : "s");
	explanation->shown = explanation->hidden = 0;
}

/* Opens a section unless it is open already. */
static void begin_section(struct explanation *explanation, uint32_t section, const char *title)
{
	if (explanation->section == section)
		return;
	end_rules(explanation);
	explanation->section = section;
	if (title)
		printf("\n%s\n", title);
}

/* The value comes last: it may be long. */
static void print_fact(const struct errnorm_trace *trace)
{
	printf("  ");
	cli_print_column(stdout, trace->name, 12);
	putchar(' ');
	cli_print_column(stdout, trace->where, 22);
	putchar(' ');
	if (trace->value.ptr)
		cli_print_excerpt(stdout, trace->value, VALUE_MAX);
	else
		printf("(an object or a list)");
	putchar('\n');
}

static void print_table(const struct errnorm_trace *trace)
{
	printf("\nasked ");
	cli_print_text(stdout, trace->name);
	if (trace->value.len) {
		printf("  ");
		cli_print_text(stdout, trace->value);
	}
	putchar('\n');
}

static void print_rule(struct explanation *explanation, const struct errnorm_trace *trace)
{
	if (!explanation->all && trace->held == 0) {
		explanation->hidden++;
		return;
	}
	explanation->shown++;
	printf("  not ");
	cli_print_text(stdout, trace->name);
	if (trace->line)
		printf(" (line %" PRIu32 ")", trace->line);
	if (trace->conditions)
		printf(", %" PRIu32 " of %" PRIu32 " held", trace->held, trace->conditions);
	printf(", failed on ");
	cli_print_excerpt(stdout, trace->value, VALUE_MAX);
	putchar('\n');
}

/* "decided  name (line 7): value, from where"; what is absent is left out. */
static void print_step(const char *step, const struct errnorm_trace *trace, const char *unit)
{
	printf("  %-12s ", step);
	cli_print_text(stdout, trace->name);
	if (trace->line)
		printf(" (line %" PRIu32 ")", trace->line);
	if (trace->name.len && trace->value.len)
		printf(": ");
	cli_print_excerpt(stdout, trace->value, VALUE_MAX);
	fputs(unit, stdout);
	if (trace->where.len) {
		printf(", from ");
		cli_print_text(stdout, trace->where);
	}
	putchar('\n');
}

static void print_event(void *user, const struct errnorm_trace *trace)
{
	struct explanation *explanation = user;

	switch (trace->event) {
	case ERRNORM_TRACE_TABLE:
		end_rules(explanation);
		explanation->section = ERRNORM_TRACE_RULE;
		print_table(trace);
		break;
	case ERRNORM_TRACE_FACT:
		begin_section(explanation, ERRNORM_TRACE_FACT, "facts");
		print_fact(trace);
		break;
	case ERRNORM_TRACE_RULE:
		begin_section(explanation, ERRNORM_TRACE_RULE, "rules");
		print_rule(explanation, trace);
		break;
	case ERRNORM_TRACE_WIN:
		begin_section(explanation, ERRNORM_TRACE_WIN, "decision");
		print_step("decided", trace, "");
		break;
	case ERRNORM_TRACE_UNWRAP:
		begin_section(explanation, ERRNORM_TRACE_WIN, "decision");
		print_step("unwrapped", trace, "");
		/* What follows is about the inner response. */
		explanation->section = 0;
		break;
	case ERRNORM_TRACE_WAIT:
		begin_section(explanation, ERRNORM_TRACE_WIN, "decision");
		print_step("wait", trace, " ms");
		break;
	case ERRNORM_TRACE_PARAM:
		begin_section(explanation, ERRNORM_TRACE_WIN, "decision");
		print_step("param", trace, "");
		break;
	case ERRNORM_TRACE_SETTLE:
		begin_section(explanation, ERRNORM_TRACE_WIN, "decision");
		print_step("settled", trace, "");
		break;
	default: /* a newer library's */
		break;
	}
}

static void print_provider(const struct errnorm_tables *tables, struct errnorm_str named)
{
	struct errnorm_str name = errnorm_tables_provider_name(tables, named);

	printf("  %-12s ", "provider");
	cli_print_text(stdout, named.ptr ? named : cli_str("not named"));
	if (named.ptr && !name.ptr)
		printf(" (no table has it)");
	else if (name.ptr && (name.len != named.len || memcmp(name.ptr, named.ptr, name.len) != 0)) {
		printf(" (");
		cli_print_text(stdout, name);
		printf(")");
	}
	putchar('\n');
}

static void print_response(const struct errnorm_tables *tables, const struct errnorm_response *response)
{
	puts("response");
	print_provider(tables, response->provider);
	if (response->http_status)
		printf("  %-12s %d\n", "status", (int)response->http_status);
	if (response->transport)
		printf("  %-12s %s\n", "transport", errnorm_transport_name(response->transport));
	printf("  %-12s %zu\n", "headers", response->header_count);
	printf("  %-12s %zu bytes%s\n", "body", response->body.len,
	       response->flags & ERRNORM_RESPONSE_BODY_CUT ? ", cut" : "");
	if (response->flags & ERRNORM_RESPONSE_STREAM_BEGUN)
		printf("  %-12s begun\n", "stream");
	if (response->flags & ERRNORM_RESPONSE_BYOK)
		printf("  %-12s the caller's (BYOK)\n", "key");
}

/*
 * The end of the JSON value at p: a comma or the closing brace of the object that it is a member
 * of. The text is the library's own, so it is sound.
 */
static const char *skip_value(const char *p)
{
	size_t depth = 0;
	bool quoted = false;

	for (; quoted || depth || (*p != ',' && *p != '}'); p++) {
		if (*p == '\\')
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (!quoted && (*p == '{' || *p == '['))
			depth++;
		else if (!quoted && (*p == '}' || *p == ']'))
			depth--;
	}
	return p;
}

/* Where the deciding rule stands, behind its id. */
static void print_place(const struct errnorm_verdict *verdict)
{
	if (!verdict->rule_file.len)
		return;
	printf("  at ");
	cli_print_text(stdout, verdict->rule_file);
	printf(":%" PRIu32, verdict->rule_line);
}

/* The verdict's JSON, a field a line: what is shown here is what translate prints. */
static void print_fields(const char *json, const struct errnorm_verdict *verdict)
{
	for (const char *p = json + 1; *p == '"';) {
		struct errnorm_str key = {p + 1, strcspn(p + 1, "\"")};
		const char *value = key.ptr + key.len + 2;
		const char *value_end = skip_value(value);

		printf("  ");
		cli_print_column(stdout, key, 20);
		printf("%.*s", (int)(value_end - value), value);
		if (key.len == 4 && memcmp(key.ptr, "rule", 4) == 0)
			print_place(verdict);
		putchar('\n');
		p = *value_end == ',' ? value_end + 1 : value_end;
	}
}

static int print_verdict(const struct cli_session *session, const struct errnorm_verdict *verdict)
{
	char *line = NULL;
	size_t cap = 0;

	if (verdict->code == ERRNORM_CODE_NONE) {
		puts("\nverdict\n  not an error");
		return CLI_OK;
	}
	if (!cli_verdict_line(session->tables, verdict, &line, &cap))
		return cli_fail_rc(session->settings->command, ERRNORM_ENOMEM);
	puts("\nverdict");
	print_fields(line, verdict);
	free(line);
	return CLI_OK;
}

static int explain_one(const struct cli_session *session)
{
	struct errnorm_verdict verdict = {.size = sizeof(verdict)};
	struct explanation explanation = {.all = session->settings->all};
	struct cli_input input;
	int status = cli_response_load(session, &input);
	enum errnorm_rc rc;

	if (status != CLI_OK)
		goto out;
	print_response(session->tables, &input.response);
	errnorm_scratch_trace(session->scratch, print_event, &explanation);
	rc = errnorm_translate(session->tables, session->scratch, &input.response, &verdict);
	end_rules(&explanation);
	status = rc == ERRNORM_OK ? print_verdict(session, &verdict) : cli_fail_rc(session->settings->command, rc);
out:
	cli_input_done(&input);
	return status;
}

static int run(const struct cli_settings *settings)
{
	struct cli_session session;
	int status = cli_session_open(&session, settings);

	if (status == CLI_OK)
		status = explain_one(&session);
	cli_session_close(&session);
	return status;
}

static const struct cli_option options[] = {
	CLI_OPTIONS_RESPONSE,
	CLI_OPTIONS_TABLES,
	CLI_OPTION("jsonl", NULL, CLI_FLAG, jsonl, "read a JSON object; only the first line counts"),
	CLI_OPTION("all", NULL, CLI_FLAG, all, "print every rule that was tried"),
};

const struct cli_command cli_command_explain = {
	.name = "explain",
	.operands = "[FILE]",
	.brief = "what was read, which rules were tried, and what decided",
	.summary = "Reads a response as 'errnorm translate' does and tells how its verdict came about: the\n"
		   "facts that were read, the tables that were asked, the rules that failed and by which\n"
		   "condition, the one that decided, and where wait and parameter were found.",
	.notes = "Rules that failed at their first condition are only counted, without --all.\n"
		 "Facts are printed as they came in, secrets included; the verdict is clean.\n",
	.options = options,
	.option_count = CLI_COUNT(options),
	.operand_max = 1,
	.run = run,
};
