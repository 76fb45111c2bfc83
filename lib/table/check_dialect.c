/*
 * check_dialect.c - dialects as a whole: the names they use lead somewhere, and what one inherits is filled in.
 */
#include "check_answer.h"

#include <string.h>

#include <errnorm/render.h>

/* ---- names that lead somewhere ---- */

/* The number of a code by the key of a member; 0 after a complaint. */
static uint32_t resolve_code(struct en_draft *draft, uint32_t table, const struct en_node *node)
{
	const struct en_code_place place = {&draft->tables.items[table].file, node->key_offset, EN_STR_NULL};

	return en_check_code(draft, &place, node->key);
}

/* The dialect that a table's name stands for. One that inherits its own name means the one that it replaces. */
static uint32_t find_dialect(const struct en_draft *draft, struct errnorm_str name, uint32_t from)
{
	uint32_t found = EN_NONE;

	for (uint32_t i = 0; i < draft->dialects.count; i++) {
		const struct en_draft_table *table = &draft->tables.items[draft->dialects.items[i].table];
		if (i == from || table->broken || !en_str_eq(table->name, name))
			continue;
		if (found == EN_NONE || table->user)
			found = i;
	}
	return found;
}

static void resolve_parent(struct en_draft *draft, uint32_t number)
{
	struct en_draft_dialect *dialect = &draft->dialects.items[number];
	struct errnorm_str names[EN_TABLE_MAX];
	size_t count = 0;

	if (!dialect->inherit)
		return;
	dialect->parent = find_dialect(draft, dialect->inherit->text, number);
	if (dialect->parent != EN_NONE)
		return;
	for (uint32_t i = 0; i < draft->dialects.count; i++)
		if (i != number && en_dialect_name(draft, &draft->dialects.items[i]).ptr)
			names[count++] = en_dialect_name(draft, &draft->dialects.items[i]);
	en_diag_add(draft->diags, EN_DIAG_UNKNOWN_DIALECT, en_dialect_file(draft, dialect), dialect->inherit->offset,
		    EN_STR_NULL, en_diag_suggest(draft->diags, dialect->inherit->text, names, count),
		    "there is no dialect \"%s\"", &dialect->inherit->text);
}

static void resolve_rows(struct en_draft *draft, struct en_draft_dialect *dialect)
{
	for (size_t i = 0; i < dialect->rows.count; i++) {
		struct en_draft_row *row = &dialect->rows.items[i];
		row->code = resolve_code(draft, dialect->table, row->node);
		for (size_t k = 0; row->code && k < i; k++)
			if (dialect->rows.items[k].code == row->code)
				en_diag_add(draft->diags, EN_DIAG_REPEATED_KEY, en_dialect_file(draft, dialect),
					    row->node->key_offset, EN_STR_NULL, EN_STR_NULL,
					    "the key \"%s\" stands here a second time", &row->node->key);
	}
}

static void resolve_provider(struct en_draft *draft, struct en_draft_dialect *dialect)
{
	if (!dialect->provider)
		return;
	if (en_draft_find(draft, EN_INTERN_PROVIDER, dialect->provider->text) == EN_NONE)
		en_diag_add(draft->diags, EN_DIAG_UNKNOWN_PROVIDER, en_dialect_file(draft, dialect),
			    dialect->provider->offset, EN_STR_NULL, EN_STR_NULL, "there is no provider \"%s\"",
			    &dialect->provider->text);
	dialect->said.provider = en_draft_text(draft, dialect->provider->text);
}

/* Inheriting in a circle is told of each that does, and then undone. */
static void check_loop(struct en_draft *draft, uint32_t number)
{
	struct en_draft_dialect *dialect = &draft->dialects.items[number];
	struct errnorm_str name = en_dialect_name(draft, dialect);
	uint32_t at = dialect->parent;

	for (size_t i = 0; i < draft->dialects.count && at != EN_NONE && at != number; i++)
		at = draft->dialects.items[at].parent;
	if (at != number)
		return;
	en_diag_add(draft->diags, EN_DIAG_INHERIT_LOOP, en_dialect_file(draft, dialect), dialect->inherit->key_offset,
		    EN_STR_NULL, EN_STR_NULL, "the dialect \"%s\" inherits itself", &name);
	dialect->parent = EN_NONE;
}

/* ---- the rest ---- */

/* Policies under the dialect's own name: "orux", "orux.once". */
static void add_policies(struct en_lineage *line, struct en_range from, struct en_dialect *record)
{
	struct en_draft *draft = line->draft;
	struct errnorm_str owner = en_dialect_name(draft, line->list[0]);
	EN_VEC(char) names = {NULL, 0, 0};

	record->policies.first = (uint32_t)draft->policies.count;
	for (uint32_t i = 0; i < from.count && !draft->arena->failed; i++) {
		struct en_policy policy = draft->policies.items[from.first + i];
		struct errnorm_str own = en_draft_view(draft, policy.name);
		char name[2 * 80 + 1];
		size_t len = owner.len;
		memcpy(name, owner.ptr, len);
		if (!en_str_eq(own, EN_STR("default")) && own.len <= 80) {
			name[len++] = '.';
			memcpy(name + len, own.ptr, own.len);
			len += own.len;
		}
		if (names.count)
			EN_VEC_PUSH(draft->arena, &names, ' ');
		for (size_t k = 0; k < len; k++)
			EN_VEC_PUSH(draft->arena, &names, name[k]);
		policy.name = en_draft_text(draft, en_str(name, len));
		EN_VEC_PUSH(draft->arena, &draft->policies, policy);
	}
	record->policies.count = from.count;
	record->policy_names = en_draft_text(draft, from.count ? en_str(names.items, names.count) : EN_STR_NULL);
}

/* What the nearest of the lineage says of each thing. */
static void fill(struct en_lineage *line, struct en_dialect *record, struct en_range *ret_policies)
{
	bool stream = false;
	bool headers = false;

	line->doc_url = (struct en_text){0, EN_NONE};
	for (size_t i = 0; i < line->count; i++) {
		const struct en_draft_dialect *from = line->list[i];
		if (!line->publisher && from->published.count)
			line->publisher = from;
		if (line->doc_url.len == EN_NONE)
			line->doc_url = from->doc_url;
		if (!record->message)
			record->message = from->said.message;
		if (record->envelope == EN_NONE)
			record->envelope = from->said.envelope;
		if (from->stream && !stream) {
			record->frame = from->said.frame;
			record->frame_event = from->said.frame_event;
			record->frame_done = from->said.frame_done;
			stream = true;
		}
		if (from->headers && !headers) {
			record->headers = from->said.headers;
			headers = true;
		}
		if (!ret_policies->count)
			*ret_policies = from->said.policies;
	}
	if (!record->message)
		record->message = ERRNORM_MESSAGE_PROVIDER;
	if (record->frame == EN_NONE)
		record->frame = record->envelope;
	record->closed = line->publisher != NULL;
}

/* By name: so they are listed. */
static void add_record(struct en_draft *draft, const struct en_dialect *record)
{
	size_t i;

	EN_VEC_PUSH(draft->arena, &draft->dialect_records, *record);
	if (draft->arena->failed)
		return;
	for (i = draft->dialect_records.count - 1; i > 0; i--) {
		struct en_dialect *other = &draft->dialect_records.items[i - 1];
		if (en_str_order(en_draft_view(draft, other->name), en_draft_view(draft, record->name)) < 0)
			break;
		draft->dialect_records.items[i] = *other;
	}
	draft->dialect_records.items[i] = *record;
}

static void resolve(struct en_draft *draft, uint32_t number, bool doubtful)
{
	struct en_lineage line = {.draft = draft, .doubtful = doubtful};
	const struct en_draft_dialect *dialect = &draft->dialects.items[number];
	const struct en_draft_table *table = &draft->tables.items[dialect->table];
	struct en_range policies = {0, 0};
	struct en_dialect record = {
		.name = en_draft_text(draft, table->name),
		.title = en_draft_text(draft, table->title),
		.reviewed = en_draft_text(draft, table->reviewed),
		.docs = en_draft_text(draft, table->docs),
		.provider = dialect->provider ? dialect->said.provider : (struct en_text){0, EN_NONE},
		.envelope = EN_NONE,
		.frame = EN_NONE,
		.frame_event = {0, EN_NONE},
		.frame_done = {0, EN_NONE},
	};

	for (uint32_t at = number; at != EN_NONE && line.count < EN_TABLE_MAX; at = draft->dialects.items[at].parent)
		line.list[line.count++] = &draft->dialects.items[at];
	fill(&line, &record, &policies);
	if (record.envelope == EN_NONE) {
		if (!doubtful)
			en_diag_add(draft->diags, EN_DIAG_MISSING_KEY, &table->file, table->root->offset, EN_STR_NULL,
				    EN_STR_NULL, "a dialect needs an \"envelope\", its own or an inherited one");
		return;
	}
	line.reached = en_arena_take(draft->arena, line.publisher ? line.publisher->published.count : 1);
	if (!line.reached)
		return;
	en_answer_rows(&line, &record);
	en_answer_statuses(&line, &record);
	add_policies(&line, policies, &record);
	if (!draft->diags->errors)
		en_answer_reached(&line);
	add_record(draft, &record);
}

/* The last text of a code counts, and a user's before a built-in one. */
static void add_texts(struct en_draft *draft)
{
	for (size_t i = 0; i < draft->texts.count; i++) {
		const struct en_draft_code_text *said = &draft->texts.items[i];
		struct en_code_text text = {resolve_code(draft, said->table, said->node), said->text};
		size_t k = 0;
		while (k < draft->code_texts.count && draft->code_texts.items[k].code != text.code)
			k++;
		if (k == draft->code_texts.count)
			EN_VEC_PUSH(draft->arena, &draft->code_texts, text);
		else if (draft->tables.items[said->table].user)
			draft->code_texts.items[k] = text;
	}
}

void en_check_dialects(struct en_draft *draft)
{
	bool doubtful;

	for (uint32_t i = 0; i < draft->dialects.count; i++) {
		resolve_parent(draft, i);
		resolve_rows(draft, &draft->dialects.items[i]);
		resolve_provider(draft, &draft->dialects.items[i]);
	}
	for (uint32_t i = 0; i < draft->dialects.count; i++)
		check_loop(draft, i);
	doubtful = draft->diags->errors > 0;
	for (uint32_t i = 0; i < draft->dialects.count && !draft->arena->failed; i++) {
		uint32_t table = draft->dialects.items[i].table;
		if (!draft->tables.items[table].broken &&
		    en_draft_find(draft, EN_INTERN_DIALECT, draft->tables.items[table].name) == table)
			resolve(draft, i, doubtful);
	}
	if (!draft->arena->failed)
		add_texts(draft);
}
