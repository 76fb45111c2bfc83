/*
 * check_dialect.c - dialects as a whole: what one inherits is filled in, every code gets its answer, and a closed vocabulary is held to.
 */
#include "check.h"

#include <errnorm/render.h>

/* A dialect with those it inherits, nearest first. */
struct lineage {
	struct en_draft *draft;
	const struct en_draft_dialect *list[EN_TABLE_MAX];
	size_t count;
	const struct en_draft_dialect *publisher; /* who says what is published; NULL: it is open */
	uint8_t *reached;                         /* of what is published */
	struct en_text doc_url;
	bool doubtful; /* there were mistakes before: what is missing may be their fault */
};

/* The vocabulary, and for each type the code that says least: a custom code is answered as that. */
struct code {
	uint32_t number, type;
	struct errnorm_str name;
};

static const struct code codes[] = {
#define XX(number, NAME, name, http, byok, TYPE, retry, FAILOVER, FAULT, BYOK_FAULT, text)                             \
	{number, ERRNORM_TYPE_##TYPE, {#name, sizeof #name - 1}},
	ERRNORM_CODE_LIST(XX)
#undef XX
};

enum {
	CODE_COUNT = sizeof codes / sizeof codes[0],
};

static const uint32_t general[] = {
	[ERRNORM_TYPE_AUTHENTICATION] = ERRNORM_CODE_INVALID_API_KEY,
	[ERRNORM_TYPE_PERMISSION] = ERRNORM_CODE_INSUFFICIENT_SCOPE,
	[ERRNORM_TYPE_BILLING] = ERRNORM_CODE_INSUFFICIENT_CREDITS,
	[ERRNORM_TYPE_RATE_LIMIT] = ERRNORM_CODE_RATE_LIMIT_EXCEEDED,
	[ERRNORM_TYPE_INVALID_REQUEST] = ERRNORM_CODE_INVALID_REQUEST,
	[ERRNORM_TYPE_NOT_FOUND] = ERRNORM_CODE_RESOURCE_NOT_FOUND,
	[ERRNORM_TYPE_UPSTREAM] = ERRNORM_CODE_PROVIDER_ERROR,
	[ERRNORM_TYPE_API] = ERRNORM_CODE_INTERNAL_ERROR,
};

static struct errnorm_str type_name(uint32_t type)
{
#define XX(number, NAME, name) [number] = {#name, sizeof #name - 1},
	static const struct errnorm_str names[] = {ERRNORM_TYPE_LIST(XX)};
#undef XX
	return names[type];
}

static const struct en_file *file_of(const struct en_draft *draft, const struct en_draft_dialect *dialect)
{
	return &draft->tables.items[dialect->table].file;
}

static struct errnorm_str name_of(const struct en_draft *draft, const struct en_draft_dialect *dialect)
{
	return draft->tables.items[dialect->table].name;
}

/* ---- names that lead somewhere ---- */

static void complain_code(struct en_draft *draft, uint32_t table, const struct en_node *node)
{
	struct errnorm_str names[CODE_COUNT + 64];
	size_t count = 0;

	for (size_t i = 0; i < CODE_COUNT; i++)
		names[count++] = codes[i].name;
	for (size_t i = 0; i < draft->codes.count && i < 64; i++)
		names[count++] = en_draft_view(draft, draft->codes.items[i].name);
	en_diag_add(draft->diags, EN_DIAG_UNKNOWN_CODE, &draft->tables.items[table].file, node->key_offset, EN_STR_NULL,
		    en_diag_suggest(draft->diags, node->key, names, count), "there is no code \"%s\"", &node->key);
}

/* The number of a code by the key of a member; 0 after a complaint. */
static uint32_t resolve_code(struct en_draft *draft, uint32_t table, const struct en_node *node)
{
	uint32_t code = en_check_builtin_code(node->key);
	uint32_t custom = code ? code : en_draft_find(draft, EN_INTERN_CODE, node->key);

	if (custom != EN_NONE)
		return custom;
	complain_code(draft, table, node);
	return 0;
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
		if (i != number && name_of(draft, &draft->dialects.items[i]).ptr)
			names[count++] = name_of(draft, &draft->dialects.items[i]);
	en_diag_add(draft->diags, EN_DIAG_UNKNOWN_DIALECT, file_of(draft, dialect), dialect->inherit->offset,
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
				en_diag_add(draft->diags, EN_DIAG_REPEATED_KEY, file_of(draft, dialect),
					    row->node->key_offset, EN_STR_NULL, EN_STR_NULL,
					    "the key \"%s\" stands here a second time", &row->node->key);
	}
}

static void resolve_provider(struct en_draft *draft, struct en_draft_dialect *dialect)
{
	if (!dialect->provider)
		return;
	if (en_draft_find(draft, EN_INTERN_PROVIDER, dialect->provider->text) == EN_NONE)
		en_diag_add(draft->diags, EN_DIAG_UNKNOWN_PROVIDER, file_of(draft, dialect), dialect->provider->offset,
			    EN_STR_NULL, EN_STR_NULL, "there is no provider \"%s\"", &dialect->provider->text);
	dialect->said.provider = en_draft_text(draft, dialect->provider->text);
}

/* Inheriting in a circle is told of each that does, and then undone. */
static void check_loop(struct en_draft *draft, uint32_t number)
{
	struct en_draft_dialect *dialect = &draft->dialects.items[number];
	struct errnorm_str name = name_of(draft, dialect);
	uint32_t at = dialect->parent;

	for (size_t i = 0; i < draft->dialects.count && at != EN_NONE && at != number; i++)
		at = draft->dialects.items[at].parent;
	if (at != number)
		return;
	en_diag_add(draft->diags, EN_DIAG_INHERIT_LOOP, file_of(draft, dialect), dialect->inherit->key_offset,
		    EN_STR_NULL, EN_STR_NULL, "the dialect \"%s\" inherits itself", &name);
	dialect->parent = EN_NONE;
}

/* ---- answers ---- */

/* What is published under the code, and the type and status where those are said. */
static const struct en_draft_answer *find_published(const struct lineage *line, const struct en_draft_answer *said,
						    struct errnorm_str code, size_t *ret_count)
{
	const struct en_draft_answer *found = NULL;

	*ret_count = 0;
	for (size_t i = 0; i < line->publisher->published.count; i++) {
		const struct en_draft_answer *entry = &line->publisher->published.items[i];
		if (!en_str_eq(entry->code, code) ||
		    (said->type.ptr && entry->type.ptr && !en_str_eq(said->type, entry->type)) ||
		    (said->said.http_status && said->said.http_status != entry->said.http_status))
			continue;
		found = entry;
		++*ret_count;
	}
	return found;
}

static uint32_t publish(struct lineage *line, const struct en_draft_dialect *owner, const struct en_draft_answer *said,
			struct errnorm_str code, struct en_answer *io_answer)
{
	struct en_draft *draft = line->draft;
	size_t count;
	const struct en_draft_answer *entry = find_published(line, said, code, &count);
	const struct en_node *node = en_document_get(said->node, EN_STR("code"));
	struct errnorm_str name = name_of(draft, line->list[0]);

	if (count != 1) {
		en_diag_add(draft->diags, EN_DIAG_NOT_PUBLISHED, file_of(draft, owner),
			    node ? node->offset : said->node->offset, EN_STR_NULL, EN_STR_NULL,
			    count ? "\"%s\" publishes several \"%s\": type or http_status must tell "
				    "them apart"
				  : "\"%s\" does not publish \"%s\" with this type and http_status",
			    &name, &code);
		return EN_NONE;
	}
	line->reached[entry - line->publisher->published.items] = 1;
	io_answer->type = en_draft_text(draft, entry->type.ptr ? entry->type : said->type);
	io_answer->http_status = entry->said.http_status;
	if (io_answer->retryable == EN_UNSET)
		io_answer->retryable = entry->said.retryable;
	if (io_answer->details == EN_NONE)
		io_answer->details = entry->said.details;
	if (io_answer->doc_url.len == EN_NONE)
		io_answer->doc_url = entry->said.doc_url;
	return 0;
}

/* name, type: what is canonical. */
static uint32_t add_answer(struct lineage *line, const struct en_draft_dialect *owner,
			   const struct en_draft_answer *said, struct errnorm_str name, uint32_t type)
{
	struct en_draft *draft = line->draft;
	struct en_answer answer = said->said;
	struct errnorm_str code = said->code.ptr ? said->code : name;

	answer.code = en_draft_text(draft, code);
	answer.type = en_draft_text(draft, said->type.ptr ? said->type : type_name(type));
	if (line->publisher && publish(line, owner, said, code, &answer) == EN_NONE)
		return EN_NONE;
	if (answer.doc_url.len == EN_NONE)
		answer.doc_url = line->doc_url;
	EN_VEC_PUSH(draft->arena, &draft->answers, answer);
	return (uint32_t)draft->answers.count - 1;
}

/* The row of a code, and whose it is: the nearest one's. */
static const struct en_draft_row *find_row(const struct lineage *line, uint32_t code,
					   const struct en_draft_dialect **ret_owner)
{
	for (size_t i = 0; i < line->count; i++)
		for (size_t k = 0; k < line->list[i]->rows.count; k++)
			if (line->list[i]->rows.items[k].code == code) {
				*ret_owner = line->list[i];
				return &line->list[i]->rows.items[k];
			}
	return NULL;
}

static bool add_row(struct lineage *line, uint32_t code, struct errnorm_str name, uint32_t type)
{
	const struct en_draft_dialect *owner;
	const struct en_draft_row *said = find_row(line, code, &owner);
	struct en_row row = {code, EN_NONE, EN_NONE, EN_NONE};

	if (!said)
		return false;
	row.gateway = row.upstream = add_answer(line, owner, &said->answers[0], name, type);
	if (said->split)
		row.upstream = add_answer(line, owner, &said->answers[1], name, type);
	if (said->said[2])
		row.byok = add_answer(line, owner, &said->answers[2], name, type);
	EN_VEC_PUSH(line->draft->arena, &line->draft->dialect_rows, row);
	return true;
}

/* A custom code without a row: the general answer of its type, in an open dialect under its own name and with its own status. */
static void add_custom_row(struct lineage *line, const struct en_code *custom)
{
	struct en_draft *draft = line->draft;
	const struct en_draft_dialect *owner;
	const struct en_draft_row *said = find_row(line, general[custom->type], &owner);
	struct errnorm_str name = en_draft_view(draft, custom->name);
	struct en_draft_answer answer;
	struct en_row row = {custom->code, EN_NONE, EN_NONE, EN_NONE};

	if (!said)
		return;
	answer = said->answers[0];
	if (!line->publisher) {
		answer.code = EN_STR_NULL;
		answer.said.http_status = 0;
		answer.said.retryable = EN_UNSET;
	}
	for (size_t i = 0; line->publisher && i < CODE_COUNT; i++)
		if (codes[i].number == general[custom->type])
			name = codes[i].name;
	row.gateway = row.upstream = add_answer(line, owner, &answer, name, custom->type);
	EN_VEC_PUSH(draft->arena, &draft->dialect_rows, row);
}

static void complain_missing(struct lineage *line, const struct errnorm_str *names, size_t count)
{
	const struct en_draft_dialect *dialect = line->list[0];
	const struct en_node *root = line->draft->tables.items[dialect->table].root;
	const struct en_node *rows = en_document_get(root, EN_STR("rows"));
	EN_VEC(char) list = {NULL, 0, 0};
	struct errnorm_str text;
	uint32_t missing = (uint32_t)count;

	for (size_t i = 0; i < count; i++) {
		if (i)
			EN_VEC_PUSH(line->draft->arena, &list, ' ');
		for (size_t k = 0; k < names[i].len; k++)
			EN_VEC_PUSH(line->draft->arena, &list, names[i].ptr[k]);
	}
	text = en_str(list.items, list.count);
	en_diag_add(line->draft->diags, EN_DIAG_ROWS_MISSING, file_of(line->draft, dialect),
		    rows ? rows->key_offset : root->offset, EN_STR_NULL, EN_STR_NULL, "%u codes have no row: %s",
		    missing, &text);
}

static void add_rows(struct lineage *line, struct en_dialect *record)
{
	struct en_draft *draft = line->draft;
	struct errnorm_str missing[CODE_COUNT];
	size_t count = 0;

	record->rows.first = (uint32_t)draft->dialect_rows.count;
	for (size_t i = 0; i < CODE_COUNT; i++)
		if (!add_row(line, codes[i].number, codes[i].name, codes[i].type))
			missing[count++] = codes[i].name;
	if (count && !line->doubtful)
		complain_missing(line, missing, count);
	for (size_t i = 0; i < draft->codes.count; i++) {
		const struct en_code *custom = &draft->codes.items[i];
		if (!add_row(line, custom->code, en_draft_view(draft, custom->name), custom->type))
			add_custom_row(line, custom);
	}
	record->rows.count = (uint32_t)draft->dialect_rows.count - record->rows.first;
}

static void add_statuses(struct lineage *line, struct en_dialect *record)
{
	struct en_draft *draft = line->draft;
	size_t who = 0;

	record->statuses.first = (uint32_t)draft->status_rows.count;
	while (who < line->count && !line->list[who]->statuses.count)
		who++;
	for (size_t i = 0; who < line->count && i < line->list[who]->statuses.count; i++) {
		const struct en_draft_status *said = &line->list[who]->statuses.items[i];
		uint32_t answer = add_answer(line, line->list[who], &said->answer, EN_STR("provider_error"),
					     ERRNORM_TYPE_UPSTREAM);
		for (uint32_t r = 0; r < said->ranges.count; r++) {
			struct en_status_range range = draft->statuses.items[said->ranges.first + r];
			EN_VEC_PUSH(draft->arena, &draft->status_rows,
				    (struct en_status_row){range.low, range.high, answer});
		}
	}
	record->statuses.count = (uint32_t)draft->status_rows.count - record->statuses.first;
}

static void check_reached(struct lineage *line)
{
	struct en_draft *draft = line->draft;

	for (size_t i = 0; line->publisher && i < line->publisher->published.count; i++) {
		const struct en_draft_answer *entry = &line->publisher->published.items[i];
		if (!line->reached[i])
			en_diag_add(draft->diags, EN_DIAG_NOT_REACHED, file_of(draft, line->publisher),
				    entry->node->offset, EN_STR_NULL, EN_STR_NULL,
				    "no row leads to \"%s\" with this type and http_status", &entry->code);
	}
}

/* ---- the rest ---- */

/* Policies under the dialect's own name: "orux", "orux.once". */
static void add_policies(struct lineage *line, struct en_range from, struct en_dialect *record)
{
	struct en_draft *draft = line->draft;
	struct errnorm_str owner = name_of(draft, line->list[0]);
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
static void fill(struct lineage *line, struct en_dialect *record, struct en_range *ret_policies)
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

static int compare_names(struct errnorm_str a, struct errnorm_str b)
{
	int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);

	return order ? order : a.len < b.len ? -1 : a.len > b.len;
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
		if (compare_names(en_draft_view(draft, other->name), en_draft_view(draft, record->name)) < 0)
			break;
		draft->dialect_records.items[i] = *other;
	}
	draft->dialect_records.items[i] = *record;
}

static void resolve(struct en_draft *draft, uint32_t number, bool doubtful)
{
	struct lineage line = {.draft = draft, .doubtful = doubtful};
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
	add_rows(&line, &record);
	add_statuses(&line, &record);
	add_policies(&line, policies, &record);
	if (!draft->diags->errors)
		check_reached(&line);
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
