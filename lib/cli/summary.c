/*
 * summary.c - `translate --summary`: counts by code and provider, and the failures that only their
 * status decided, which are worth a rule.
 *
 * Names of providers come from the input and kinds of failure are without number, so both are
 * counted in tables of fixed size (heavy.h). A count that may hold others' is printed with a "<=".
 */
#include "summary.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

enum {
	PROVIDER_SLOTS = 512,
	KIND_SLOTS = 2048,
	TOP_KINDS = 20,
	TOP_PROVIDERS = 100,
	NAME_MAX_BYTES = 64,
	SAMPLE_MAX = 160,
};

struct cli_summary_name {
	char text[NAME_MAX_BYTES];
	size_t len;
	bool named;
};

struct cli_summary_kind {
	struct cli_summary_name provider;
	uint64_t fingerprint;
	uint64_t line; /* the sample's: the first one, whichever thread saw it */
	int32_t status;
	size_t len;
	char sample[SAMPLE_MAX];
};

bool cli_summary_init(struct cli_summary *summary, const struct errnorm_tables *tables)
{
	struct errnorm_tables_info info = {.size = sizeof(info)};

	*summary = (struct cli_summary){.tables = tables};
	if (errnorm_tables_info(tables, &info) != ERRNORM_OK)
		return false;
	summary->code_count = ERRNORM_CODE_CUSTOM + info.code_count;
	summary->codes = calloc(summary->code_count, sizeof(*summary->codes));
	if (!summary->codes || !cli_heavy_init(&summary->providers, PROVIDER_SLOTS) ||
	    !cli_heavy_init(&summary->kinds, KIND_SLOTS))
		return false;
	summary->provider_names = calloc(summary->providers.slot_count, sizeof(*summary->provider_names));
	summary->kind_samples = calloc(summary->kinds.slot_count, sizeof(*summary->kind_samples));
	return summary->provider_names && summary->kind_samples;
}

void cli_summary_done(struct cli_summary *summary)
{
	free(summary->codes);
	cli_heavy_done(&summary->providers);
	cli_heavy_done(&summary->kinds);
	free(summary->provider_names);
	free(summary->kind_samples);
}

static size_t keep(char *buf, size_t cap, struct errnorm_str text)
{
	size_t len = cli_text_cut(text, cap);

	if (len)
		memcpy(buf, text.ptr, len);
	return len;
}

static void keep_name(struct cli_summary_name *name, struct errnorm_str text)
{
	name->named = text.ptr != NULL;
	name->len = keep(name->text, sizeof(name->text), text);
}

static void count_provider(struct cli_summary *summary, struct errnorm_str name)
{
	bool fresh;
	size_t slot = cli_heavy_add(&summary->providers, cli_hash(CLI_HASH_START, name.ptr, name.len), 1, 0, &fresh);

	if (fresh)
		keep_name(&summary->provider_names[slot], name);
}

static void count_kind(struct cli_summary *summary, uint64_t number, const struct errnorm_verdict *verdict)
{
	uint64_t key = cli_hash(CLI_HASH_START, verdict->provider.ptr, verdict->provider.len);
	struct cli_summary_kind *kind;
	bool fresh;
	size_t slot;

	key = cli_hash(key, &verdict->fingerprint, sizeof(verdict->fingerprint));
	key = cli_hash(key, &verdict->provider_status, sizeof(verdict->provider_status));
	slot = cli_heavy_add(&summary->kinds, key, 1, 0, &fresh);
	if (!fresh)
		return;
	kind = &summary->kind_samples[slot];
	keep_name(&kind->provider, verdict->provider);
	kind->fingerprint = verdict->fingerprint;
	kind->status = verdict->provider_status;
	kind->line = number;
	/* The catalogue's words are not what the provider said: it said nothing. */
	kind->len = verdict->flags & ERRNORM_VERDICT_CATALOGUE
			    ? 0
			    : keep(kind->sample, sizeof(kind->sample), verdict->message);
}

void cli_summary_count(struct cli_summary *summary, uint64_t number, const struct errnorm_verdict *verdict)
{
	summary->lines++;
	if (verdict->code == ERRNORM_CODE_NONE)
		return;
	summary->errors++;
	if (verdict->code < summary->code_count)
		summary->codes[verdict->code]++;
	count_provider(summary, verdict->provider);
	if (verdict->flags & ERRNORM_VERDICT_FALLBACK) {
		summary->unclassified++;
		count_kind(summary, number, verdict);
	}
}

void cli_summary_count_bad(struct cli_summary *summary)
{
	summary->lines++;
	summary->bad++;
}

static void merge_providers(struct cli_summary *summary, const struct cli_summary *other)
{
	for (size_t i = 0; i < other->providers.slot_count; i++) {
		const struct cli_heavy_slot *from = &other->providers.slots[i];
		bool fresh;
		size_t slot;

		if (!from->count)
			continue;
		slot = cli_heavy_add(&summary->providers, from->key, from->count, from->over, &fresh);
		if (fresh)
			summary->provider_names[slot] = other->provider_names[i];
	}
}

/* The sample of the earliest line is kept, so that it does not depend on which thread had it. */
static void merge_kinds(struct cli_summary *summary, const struct cli_summary *other)
{
	for (size_t i = 0; i < other->kinds.slot_count; i++) {
		const struct cli_heavy_slot *from = &other->kinds.slots[i];
		bool fresh;
		size_t slot;

		if (!from->count)
			continue;
		slot = cli_heavy_add(&summary->kinds, from->key, from->count, from->over, &fresh);
		if (fresh || other->kind_samples[i].line < summary->kind_samples[slot].line)
			summary->kind_samples[slot] = other->kind_samples[i];
	}
}

void cli_summary_merge(struct cli_summary *summary, const struct cli_summary *other)
{
	summary->lines += other->lines;
	summary->bad += other->bad;
	summary->errors += other->errors;
	summary->unclassified += other->unclassified;
	for (size_t i = 0; i < summary->code_count; i++)
		summary->codes[i] += other->codes[i];
	merge_providers(summary, other);
	merge_kinds(summary, other);
}

static void print_share(uint64_t part, uint64_t whole)
{
	fprintf(stderr, "  %5.1f %%  ", whole ? 100.0 * (double)part / (double)whole : 0.0);
}

/* A number that may be too high says so. */
static void print_count(const struct cli_heavy_slot *slot)
{
	fprintf(stderr, "%s%9" PRIu64, slot->over ? "<=" : "  ", slot->count);
}

static void print_name(const struct cli_summary_name *name, size_t width)
{
	struct errnorm_str text = {name->text, name->len};

	cli_print_column(stderr, name->named ? text : cli_str("-"), width);
}

/* The code that follows one in the order of counts, highest first; 0 before the first and behind the last. */
static size_t next_code(const struct cli_summary *summary, size_t after)
{
	const uint64_t *counts = summary->codes;
	size_t best = 0;

	for (size_t i = 1; i < summary->code_count; i++) {
		bool behind = !after || counts[i] < counts[after] || (counts[i] == counts[after] && i > after);

		if (counts[i] && behind && (!best || counts[i] > counts[best]))
			best = i;
	}
	return best;
}

static void print_codes(const struct cli_summary *summary)
{
	fputs("\nerrors by code\n", stderr);
	for (size_t i = 0; (i = next_code(summary, i)) != 0;) {
		const struct errnorm_code_info *info = errnorm_tables_code(summary->tables, (uint32_t)i);

		fprintf(stderr, "  %9" PRIu64, summary->codes[i]);
		print_share(summary->codes[i], summary->errors);
		cli_print_text(stderr, cli_str(info ? info->name : "?"));
		putc('\n', stderr);
	}
}

static void print_providers(const struct cli_summary *summary)
{
	size_t top[TOP_PROVIDERS];
	size_t count = cli_heavy_top(&summary->providers, top, TOP_PROVIDERS);

	fputs("\nerrors by provider\n", stderr);
	for (size_t i = 0; i < count; i++) {
		const struct cli_heavy_slot *slot = &summary->providers.slots[top[i]];

		print_count(slot);
		print_share(slot->count, summary->errors);
		print_name(&summary->provider_names[top[i]], 0);
		putc('\n', stderr);
	}
}

static void print_kinds(const struct cli_summary *summary)
{
	size_t top[TOP_KINDS];
	size_t count = cli_heavy_top(&summary->kinds, top, TOP_KINDS);
	size_t width = strlen("provider");

	fprintf(stderr, "\nunclassified, of which only the status is known\n  %9" PRIu64, summary->unclassified);
	print_share(summary->unclassified, summary->errors);
	fputs("of the errors\n", stderr);
	for (size_t i = 0; i < count; i++) {
		const struct cli_summary_name *name = &summary->kind_samples[top[i]].provider;
		size_t own = cli_text_width((struct errnorm_str){name->text, name->len});

		if (own > width)
			width = own;
	}
	if (count) {
		fputs("\n      count  ", stderr);
		cli_print_column(stderr, cli_str("provider"), width);
		fputs("  status  fingerprint       message\n", stderr);
	}
	for (size_t i = 0; i < count; i++) {
		const struct cli_summary_kind *kind = &summary->kind_samples[top[i]];

		print_count(&summary->kinds.slots[top[i]]);
		fputs("  ", stderr);
		print_name(&kind->provider, width);
		fprintf(stderr, "  %6d  ", (int)kind->status);
		if (kind->fingerprint)
			fprintf(stderr, "%016" PRIx64 "  ", kind->fingerprint);
		else
			fprintf(stderr, "%-16s  ", "-");
		cli_print_text(stderr, kind->len ? (struct errnorm_str){kind->sample, kind->len} : cli_str("-"));
		putc('\n', stderr);
	}
}

void cli_summary_print(const struct cli_summary *summary)
{
	fprintf(stderr, "%" PRIu64 " lines: %" PRIu64 " errors, %" PRIu64 " without one, %" PRIu64 " bad\n",
		summary->lines, summary->errors, summary->lines - summary->errors - summary->bad, summary->bad);
	if (!summary->errors)
		return;
	print_codes(summary);
	print_providers(summary);
	print_kinds(summary);
}
