/*
 * examples.c - every example of a table must be won by its rule and agree with what it expects.
 *
 * Each is translated twice: once with the look-ups of production, once with every rule tried in order. A difference would be a mistake of
 * ours, and is told like any other.
 */
#include "examples.h"

#include <string.h>

#include "handle.h"
#include "num.h"
#include "work.h"

enum {
	HEADER_MAX = 64,
};

struct run {
	struct errnorm_builder *builder;
	struct errnorm_tables *tables;
	struct errnorm_scratch *scratch;
	const struct en_draft_example *example;
	const struct en_file *file;
	struct errnorm_str rule; /* the one that must win */
	bool passed_through;     /* it unwrapped */
};

static void complain(struct run *run, enum en_diag_id id, size_t offset, const char *format, struct errnorm_str a,
		     struct errnorm_str b)
{
	en_diag_add(&run->builder->diags, id, run->file, offset, run->rule, EN_STR_NULL, format, &a, &b);
}

/* ---- the response of an example ---- */

static bool read_headers(struct run *run, const struct en_node *node, struct errnorm_header *headers,
			 struct errnorm_response *response)
{
	if (node->kind != EN_JSON_OBJECT || node->count > HEADER_MAX) {
		complain(run, EN_DIAG_EXAMPLE_WRONG, node->offset, "expected an object of at most 64 headers",
			 EN_STR_NULL, EN_STR_NULL);
		return false;
	}
	for (const struct en_node *item = node->child; item; item = item->next)
		headers[response->header_count++] = (struct errnorm_header){item->key, item->text};
	response->headers = headers;
	return true;
}

static bool read_member(struct run *run, const struct en_node *node, struct errnorm_header *headers,
			struct errnorm_response *response)
{
	int64_t number;

	if (en_str_eq(node->key, EN_STR("status")) && en_num_int(node->text, &number)) {
		response->http_status = (int32_t)number;
	} else if (en_str_eq(node->key, EN_STR("now_ms")) && en_num_int(node->text, &number)) {
		response->now_ms = number;
	} else if (en_str_eq(node->key, EN_STR("headers"))) {
		return read_headers(run, node, headers, response);
	} else if (en_str_eq(node->key, EN_STR("body"))) {
		response->body = node->kind == EN_JSON_STRING ? node->text : node->raw;
	} else if (en_str_eq(node->key, EN_STR("stream"))) {
		if (node->kind == EN_JSON_TRUE)
			response->flags |= ERRNORM_RESPONSE_STREAM_BEGUN;
	} else if (en_str_eq(node->key, EN_STR("byok"))) {
		if (node->kind == EN_JSON_TRUE)
			response->flags |= ERRNORM_RESPONSE_BYOK;
	} else if (en_str_eq(node->key, EN_STR("transport"))) {
		response->transport = errnorm_transport_from_name(node->text);
	} else if (en_str_eq(node->key, EN_STR("provider"))) {
		response->provider = node->text;
	} else if (!en_str_eq(node->key, EN_STR("expect")) && !en_str_eq(node->key, EN_STR("note"))) {
		complain(run, EN_DIAG_EXAMPLE_WRONG, node->key_offset,
			 "an example has no key \"%s\", or not with such a value", node->key, EN_STR_NULL);
		return false;
	}
	return true;
}

/* A shared table with a rank stands behind what a provider chose to inherit; a user's without one stands in front of all. */
static bool is_ranked(const struct run *run, uint32_t table)
{
	const struct en_draft_table *draft = &run->builder->draft.tables.items[table];

	return draft->kind == EN_TABLE_SHARED && en_document_get(draft->root, EN_STR("rank"));
}

/*
 * Whose chain an example is asked in: a provider's own; for a shared table that of no provider; for a family any that asks it, the n-th here.
 * False behind the last.
 */
static bool nth_provider(const struct run *run, uint32_t table, uint32_t n, struct errnorm_str *ret)
{
	const struct en_model *model = run->tables->model;
	const struct en_table *tables = EN_AT(model, tables, struct en_table);
	const struct en_chain *chains = EN_AT(model, chains, struct en_chain);
	const uint32_t *members = EN_AT(model, members, uint32_t);

	*ret = EN_STR_NULL;
	if (tables[table].kind == EN_TABLE_PROVIDER)
		*ret = en_model_text(model, tables[table].name);
	if (tables[table].kind != EN_TABLE_FAMILY)
		return n == 0;
	for (uint32_t i = 0; i < model->chains.count; i++) {
		const struct en_chain *chain = &chains[i];
		for (uint32_t m = 0; m < chain->members.count; m++) {
			uint32_t member = members[chain->members.first + m];
			if (chain->table != EN_NONE && is_ranked(run, member))
				break; /* inherited by a shared table: nobody's choice */
			if (member != table || n-- > 0)
				continue;
			if (chain->table != EN_NONE)
				*ret = en_model_text(model, tables[chain->table].name);
			return true;
		}
	}
	return false;
}

/* ---- comparing ---- */

static bool same_text(const struct en_node *want, struct errnorm_str got)
{
	if (want->kind == EN_JSON_NULL)
		return !got.ptr;
	return got.ptr && want->text.ptr && en_str_eq(want->text, got);
}

static struct errnorm_str detail(const struct errnorm_verdict *verdict, struct errnorm_str name)
{
	for (size_t i = 0; i < verdict->detail_count; i++)
		if (en_str_eq(verdict->details[i].name, name))
			return verdict->details[i].value;
	return EN_STR_NULL;
}

static void compare_details(struct run *run, const struct en_node *want, const struct errnorm_verdict *verdict)
{
	for (const struct en_node *item = want->child; item; item = item->next)
		if (!same_text(item, detail(verdict, item->key)))
			complain(run, EN_DIAG_EXAMPLE_WRONG, item->offset, "the verdict's detail \"%s\" is \"%s\"",
				 item->key, detail(verdict, item->key));
}

/* A number as JSON writes it; none as a NULL view. */
static struct errnorm_str number_text(struct run *run, int64_t number, int64_t none)
{
	char *out = number == none ? NULL : en_arena_take(&run->builder->arena, 24);
	size_t n = 24;
	bool minus = number < 0;

	if (!out)
		return EN_STR_NULL;
	if (minus)
		number = -number;
	do
		out[--n] = (char)('0' + number % 10);
	while (number /= 10);
	if (minus)
		out[--n] = '-';
	return en_str(out + n, 24 - n);
}

static struct errnorm_str view(const char *text)
{
	return text ? en_str(text, strlen(text)) : EN_STR_NULL;
}

static void compare_member(struct run *run, const struct en_node *want, const struct errnorm_verdict *v)
{
	const struct errnorm_code_info *info = errnorm_tables_code(run->tables, v->code);
	const struct {
		struct errnorm_str name, value;
	} fields[] = {
		{EN_STR("code"), view(info ? info->name : NULL)},
		{EN_STR("type"), view(errnorm_type_name(v->type))},
		{EN_STR("http_status"), number_text(run, v->http_status, 0)},
		{EN_STR("retryable"), view(v->flags & ERRNORM_VERDICT_RETRYABLE ? "true" : "false")},
		{EN_STR("failover"), view(errnorm_failover_name(v->failover))},
		{EN_STR("fault"), view(errnorm_fault_name(v->fault))},
		{EN_STR("retry_after_ms"), number_text(run, v->retry_after_ms, -1)},
		{EN_STR("param"), v->param},
		{EN_STR("message"), v->message},
		{EN_STR("provider"), v->provider},
		{EN_STR("provider_status"), number_text(run, v->provider_status, 0)},
		{EN_STR("provider_code"), v->provider_code},
		{EN_STR("provider_type"), v->provider_type},
		{EN_STR("provider_request_id"), v->provider_request_id},
	};
	struct errnorm_str text = want->kind == EN_JSON_STRING ? want->text : want->raw;
	size_t i = 0;

	if (en_str_eq(want->key, EN_STR("details"))) {
		compare_details(run, want, v);
		return;
	}
	while (i < sizeof fields / sizeof fields[0] && !en_str_eq(want->key, fields[i].name))
		i++;
	if (i == sizeof fields / sizeof fields[0])
		complain(run, EN_DIAG_EXAMPLE_WRONG, want->key_offset,
			 "a verdict has no field \"%s\" to expect something of", want->key, EN_STR_NULL);
	else if (want->kind == EN_JSON_NULL ? fields[i].value.ptr != NULL
					    : !fields[i].value.ptr || !en_str_eq(text, fields[i].value))
		complain(run, EN_DIAG_EXAMPLE_WRONG, want->offset, "the verdict's \"%s\" is %s", want->key,
			 fields[i].value.ptr ? fields[i].value : EN_STR("null"));
}

static bool is_limit(uint32_t code)
{
	return code == ERRNORM_CODE_RATE_LIMIT_EXCEEDED || code == ERRNORM_CODE_PROVIDER_QUOTA_EXHAUSTED;
}

/* The rule's own code; one of the two limits may have settled as the other. */
static void compare_code(struct run *run, const struct en_node *expect, const struct errnorm_verdict *verdict)
{
	const struct en_rule *rule = &EN_AT(run->tables->model, rules, struct en_rule)[run->example->rule];
	const struct errnorm_code_info *info = errnorm_tables_code(run->tables, verdict->code);

	if (rule->code == 0 || (expect && en_document_get(expect, EN_STR("code"))) || verdict->code == rule->code ||
	    (is_limit(rule->code) && is_limit(verdict->code)))
		return;
	complain(run, EN_DIAG_EXAMPLE_WRONG, run->example->node->offset, "the verdict's code is %s",
		 view(info ? info->name : "null"), EN_STR_NULL);
}

/* ---- running ---- */

static void watch(void *user, const struct errnorm_trace *trace)
{
	struct run *run = user;

	if (trace->event == ERRNORM_TRACE_UNWRAP && en_str_eq(trace->name, run->rule))
		run->passed_through = true;
}

/* Translates with and without the index; *ret_winner is what the order of the rules says. False if the call was refused. */
static bool translate(struct run *run, const struct errnorm_response *response, struct errnorm_verdict *verdict,
		      struct errnorm_str *ret_winner)
{
	bool ok;

	run->passed_through = false;
	errnorm_scratch_trace(run->scratch, watch, run);
	ok = errnorm_translate(run->tables, run->scratch, response, verdict) == ERRNORM_OK;
	*ret_winner = verdict->rule;
	errnorm_scratch_trace(run->scratch, NULL, NULL);
	return ok && errnorm_translate(run->tables, run->scratch, response, verdict) == ERRNORM_OK;
}

static void judge(struct run *run, const struct errnorm_verdict *verdict, struct errnorm_str winner)
{
	const struct en_node *node = run->example->node;
	const struct en_node *expect = en_document_get(node, EN_STR("expect"));

	if (!en_str_eq(winner, verdict->rule))
		complain(run, EN_DIAG_EXAMPLE_LOST, node->offset,
			 "a defect of errnorm: the index finds \"%s\", the order says \"%s\"", verdict->rule, winner);
	if (verdict->code == 0) {
		complain(run, EN_DIAG_EXAMPLE_LOST, node->offset, "this example is no error", EN_STR_NULL, EN_STR_NULL);
		return;
	}
	if (!run->passed_through && !en_str_eq(winner, run->rule))
		complain(run, EN_DIAG_EXAMPLE_LOST, node->offset, "the rule \"%s\" wins this example", winner,
			 EN_STR_NULL);
	compare_code(run, expect, verdict);
	for (const struct en_node *item = expect ? expect->child : NULL; item; item = item->next)
		compare_member(run, item, verdict);
}

static void run_example(struct run *run)
{
	const struct en_node *node = run->example->node;
	struct errnorm_header headers[HEADER_MAX];
	struct errnorm_response response = {.size = sizeof response};
	struct errnorm_verdict verdict = {.size = sizeof verdict};
	struct errnorm_str winner = EN_STR_NULL;
	struct errnorm_str provider;
	bool named = en_document_get(node, EN_STR("provider")) != NULL;

	for (const struct en_node *item = node->child; item; item = item->next)
		if (!read_member(run, item, headers, &response))
			return;
	for (uint32_t n = 0; nth_provider(run, run->example->table, n, &provider); n++) {
		if (!named)
			response.provider = provider;
		/* What a shared table says of a host that nobody knows must not be taken over by one that is recognised. */
		run->scratch->anonymous = !response.provider.ptr;
		if (!translate(run, &response, &verdict, &winner)) {
			complain(run, EN_DIAG_EXAMPLE_WRONG, node->offset, "this is no response", EN_STR_NULL,
				 EN_STR_NULL);
			return;
		}
		if (named || run->passed_through || en_str_eq(winner, run->rule))
			break;
	}
	judge(run, &verdict, winner);
}

enum errnorm_rc en_examples_run(struct errnorm_builder *builder, struct errnorm_tables *tables)
{
	struct run run = {.builder = builder, .tables = tables};
	enum errnorm_rc rc = errnorm_scratch_new(tables, &builder->alloc, &run.scratch);

	if (rc != ERRNORM_OK)
		return rc;
	for (size_t i = 0; i < builder->draft.examples.count; i++) {
		run.example = &builder->draft.examples.items[i];
		run.file = &builder->draft.tables.items[run.example->table].file;
		run.rule = en_draft_view(&builder->draft, builder->draft.rules.items[run.example->rule].id);
		run_example(&run);
	}
	errnorm_scratch_free(run.scratch);
	return builder->arena.failed ? ERRNORM_ENOMEM : ERRNORM_OK;
}
