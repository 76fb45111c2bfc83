/*
 * suggest.c - `errnorm suggest`: from logs to draft rules for what no rule knows yet.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "group.h"
#include "input.h"
#include "output.h"
#include "progress.h"
#include "proposal.h"
#include "response.h"
#include "trial.h"

/* A longer response is not kept to try its rule on. */
enum { LINE_KEPT_MAX = 8 << 10 };

struct suggestion {
	const struct cli_session *session;
	struct cli_groups groups;
	struct cli_parts parts;
	struct cli_progress progress;
	char only[CLI_NAME_MAX]; /* the table of --provider; "": of all */
	uint64_t bad;
};

/* Where the innermost response has the facts that matter. */
static void watch(void *user, const struct errnorm_trace *trace)
{
	struct cli_places *places = user;
	struct cli_word *place = NULL;

	if (trace->event == ERRNORM_TRACE_UNWRAP)
		memset(places, 0, sizeof(*places));
	if (trace->event != ERRNORM_TRACE_FACT || !trace->value.ptr)
		return;
	if (trace->name.len == 7 && memcmp(trace->name.ptr, "message", 7) == 0) {
		place = &places->message;
		places->plain = trace->where.len == 0;
	} else if (trace->name.len == 4 && memcmp(trace->name.ptr, "code", 4) == 0) {
		place = &places->code;
	} else if (trace->name.len == 4 && memcmp(trace->name.ptr, "type", 4) == 0) {
		place = &places->type;
	}
	if (place)
		cli_word_set(place, trace->where);
}

/* The first of its kind is looked at once more, and more closely. */
static void look_closer(struct suggestion *suggestion, struct cli_group *group, struct errnorm_str line,
			const struct errnorm_response *response)
{
	const struct cli_session *session = suggestion->session;
	struct errnorm_verdict verdict = {.size = sizeof(verdict)};

	errnorm_scratch_trace(session->scratch, watch, &group->places);
	errnorm_translate(session->tables, session->scratch, response, &verdict);
	errnorm_scratch_trace(session->scratch, NULL, NULL);
	if (line.len <= LINE_KEPT_MAX)
		group->line = malloc(line.len + 1);
	if (group->line) {
		memcpy(group->line, line.ptr, line.len);
		group->line_len = line.len;
	}
}

static void count(struct suggestion *suggestion, struct errnorm_str line, const struct errnorm_response *response,
		  const struct errnorm_verdict *verdict)
{
	struct cli_group *group;
	char table[CLI_NAME_MAX];

	cli_table_name(verdict->provider, table);
	if (verdict->code == ERRNORM_CODE_NONE || (*suggestion->only && strcmp(table, suggestion->only) != 0))
		return;
	if (!(verdict->flags & ERRNORM_VERDICT_FALLBACK)) {
		cli_groups_know(&suggestion->groups, verdict);
		return;
	}
	group = cli_groups_add(&suggestion->groups, verdict);
	if (group)
		look_closer(suggestion, group, line, response);
}

/* The first bad line of all is told, the others are counted. */
static void note_bad(struct suggestion *suggestion, const char *name, uint64_t number, const char *error)
{
	if (suggestion->bad++ == 0) {
		cli_progress_end(&suggestion->progress);
		cli_fail("suggest", "%s: line %" PRIu64 ": %s", name, number, error);
	}
}

static int read_line(struct suggestion *suggestion, const char *name, uint64_t number, struct errnorm_str line)
{
	const struct cli_session *session = suggestion->session;
	struct errnorm_verdict verdict = {.size = sizeof(verdict)};
	struct errnorm_response response;
	const char *error = NULL;
	enum errnorm_rc rc = cli_response_from_json(session, &suggestion->parts, line, &response, &error);

	if (rc != ERRNORM_OK && error) {
		note_bad(suggestion, name, number, error);
		return CLI_OK;
	}
	if (rc == ERRNORM_OK)
		rc = errnorm_translate(session->tables, session->scratch, &response, &verdict);
	if (rc != ERRNORM_OK)
		return cli_fail_rc(session->settings->command, rc);
	count(suggestion, line, &response, &verdict);
	return CLI_OK;
}

static int read_lines(struct suggestion *suggestion, struct cli_lines *lines, const char *name)
{
	int status = CLI_OK;

	while (status == CLI_OK) {
		struct errnorm_str line;

		switch (cli_lines_next(lines, &line)) {
		case CLI_LINE:
			status = read_line(suggestion, name, lines->number, line);
			break;
		case CLI_LINE_LONG:
			note_bad(suggestion, name, lines->number, "longer than 16 MiB");
			break;
		case CLI_LINE_END:
			return CLI_OK;
		case CLI_LINE_FAIL:
			return cli_fail("suggest", "cannot read %s: %s", name, strerror(errno));
		}
		cli_progress_step(&suggestion->progress, lines->number, lines->bytes);
	}
	return status;
}

static int read_file(struct suggestion *suggestion, const char *path)
{
	const char *name = cli_input_name(path);
	struct cli_lines lines;
	int fd = cli_input_open(path);
	int status;

	if (fd < 0)
		return cli_fail("suggest", "cannot read %s: %s", name, strerror(errno));
	cli_progress_begin(&suggestion->progress, suggestion->session->settings->progress, fd);
	cli_lines_init(&lines, fd, NULL, NULL);
	status = read_lines(suggestion, &lines, name);
	cli_lines_done(&lines);
	cli_progress_end(&suggestion->progress);
	cli_input_close(fd);
	return status;
}

/* A file that is there already may hold what somebody has filled in. */
static int write_file(const struct cli_session *session, const struct cli_proposal *proposal, size_t first, size_t end)
{
	const char *folder = session->settings->output;
	char path[4096];
	int len = snprintf(path, sizeof(path), "%s/%s.json", folder, cli_proposal_table_name(proposal, first));
	bool fits = len > 0 && (size_t)len < sizeof(path);
	int fd = fits ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
	FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
	bool sound;

	if (!out) {
		if (fd >= 0)
			close(fd);
		if (fits && errno == EEXIST)
			return cli_fail("suggest",
					"%s is there already; move it away, or give another folder to --output", path);
		return cli_fail("suggest", "cannot write %s: %s", path, strerror(fits ? errno : ENAMETOOLONG));
	}
	cli_proposal_write(out, proposal, first, end, session->tables, false);
	sound = !ferror(out);
	if (fclose(out) != 0 || !sound)
		return cli_fail("suggest", "cannot write %s: %s", path, strerror(errno));
	return CLI_OK;
}

static int write_folder(const struct cli_session *session, const struct cli_proposal *proposal)
{
	const char *folder = session->settings->output;
	int status = CLI_OK;

	if (mkdir(folder, 0777) != 0 && errno != EEXIST)
		return cli_fail("suggest", "cannot make %s: %s", folder, strerror(errno));
	for (size_t first = 0; status == CLI_OK && first < proposal->count;) {
		size_t end = cli_proposal_table_end(proposal, first);

		status = write_file(session, proposal, first, end);
		first = end;
	}
	return status;
}

static int write_all(const struct cli_session *session, const struct cli_proposal *proposal)
{
	size_t end;

	if (session->settings->output)
		return write_folder(session, proposal);
	if (!proposal->count)
		return CLI_OK;
	end = cli_proposal_table_end(proposal, 0);
	if (end < proposal->count)
		return cli_fail("suggest",
				"a table is for one provider, and there is something for %s and %s "
				"at least; choose with --provider NAME, or have a file for each with --output DIR",
				cli_proposal_table_name(proposal, 0), cli_proposal_table_name(proposal, end));
	cli_proposal_write(stdout, proposal, 0, end, session->tables, false);
	return CLI_OK;
}

static void tell(const struct suggestion *suggestion, const struct cli_proposal *proposal)
{
	const struct cli_groups *groups = &suggestion->groups;

	fprintf(stderr, "errnorm: suggest: %" PRIu64 " of %" PRIu64 " errors unknown, %zu rule%s drafted",
		groups->unknown, groups->errors, proposal->count, proposal->count == 1 ? "" : "s");
	if (proposal->left_out)
		fprintf(stderr, "; %" PRIu64 " have nothing to know them by", proposal->left_out);
	if (suggestion->bad)
		fprintf(stderr, "; %" PRIu64 " bad line%s passed over", suggestion->bad,
			suggestion->bad == 1 ? "" : "s");
	putc('\n', stderr);
}

static int propose(struct suggestion *suggestion)
{
	const struct cli_session *session = suggestion->session;
	struct cli_proposal proposal;
	int status;

	cli_groups_settle(&suggestion->groups);
	if (cli_proposal_init(&proposal, &suggestion->groups))
		status = cli_trial_run(session, &proposal);
	else
		status = cli_fail_rc("suggest", ERRNORM_ENOMEM);
	if (status == CLI_OK)
		status = write_all(session, &proposal);
	if (status == CLI_OK)
		tell(suggestion, &proposal);
	cli_proposal_done(&proposal);
	if (status == CLI_OK && suggestion->bad)
		return CLI_FOUND;
	return status;
}

static int run_session(const struct cli_session *session)
{
	const struct cli_settings *settings = session->settings;
	struct errnorm_str provider = cli_str(settings->provider);
	struct suggestion suggestion = {.session = session};
	int status = CLI_OK;

	if (provider.ptr) {
		struct errnorm_str name = errnorm_tables_provider_name(session->tables, provider);

		cli_table_name(name.ptr ? name : provider, suggestion.only);
	}
	if (!cli_groups_init(&suggestion.groups) || !cli_parts_init(&suggestion.parts, session))
		status = cli_fail_rc("suggest", ERRNORM_ENOMEM);
	if (status == CLI_OK && !settings->operand_count)
		status = read_file(&suggestion, NULL);
	for (size_t i = 0; status == CLI_OK && i < settings->operand_count; i++)
		status = read_file(&suggestion, settings->operands[i]);
	if (status == CLI_OK)
		status = propose(&suggestion);
	cli_groups_done(&suggestion.groups);
	cli_parts_done(&suggestion.parts);
	return status;
}

static int run(const struct cli_settings *settings)
{
	struct cli_session session;
	int status = cli_session_open(&session, settings);

	if (status == CLI_OK)
		status = run_session(&session);
	cli_session_close(&session);
	return status;
}

static const struct cli_option options[] = {
	CLI_OPTION("provider", "NAME", CLI_TEXT, provider,
		   "draft for this one alone; it is also whoever a line does not name"),
	CLI_OPTION("output", "DIR", CLI_TEXT, output, "write a file for each provider into this folder"),
	CLI_OPTION("secret", "TEXT", CLI_SECRET, secrets, "a text that no output may contain; may be repeated"),
	CLI_OPTIONS_TABLES,
	CLI_OPTION("progress", NULL, CLI_FLAG, progress, "tell how far it is, on standard error"),
};

const struct cli_command cli_command_suggest = {
	.name = "suggest",
	.operands = "[FILE]...",
	.brief = "draft rules for the failures in a log that no rule knows",
	.summary = "Reads responses as 'errnorm translate --jsonl' does, takes the errors of which only the\n"
		   "status is known, and prints a table with a rule for each kind of them.",
	.notes = "A rule asks for the status and the machine code, or for the words that all messages of\n"
		 "the kind have in common. Its \"then\" is empty, which 'errnorm check' refuses: which code\n"
		 "it is, a person must say. Its example is put together from what the verdict shows,\n"
		 "cleaned of secrets as that is. Rules were tried on the responses they come from.\n"
		 "\n"
		 "Memory is bounded: the 1024 most frequent kinds are kept, as far as one pass can tell,\n"
		 "and rules drafted for the first 256. --progress goes on by itself where standard error is\n"
		 "a terminal, and neither the input nor standard output is one.\n"
		 "\n"
		 "Exit status: 0, or 1 when a line was bad, 2 for a wrong command line or a file that\n"
		 "cannot be read or written.\n",
	.options = options,
	.option_count = CLI_COUNT(options),
	.operand_max = (size_t)-1,
	.run = run,
};
