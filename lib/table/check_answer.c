/*
 * check_answer.c - the answers of a dialect: every code gets one, and a closed vocabulary is held to.
 */
#include "check_answer.h"

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

/* What is published under the code, and the type and status where those are said. */
static const struct en_draft_answer *find_published(const struct en_lineage *line, const struct en_draft_answer *said,
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

static uint32_t publish(struct en_lineage *line, const struct en_draft_dialect *owner,
			const struct en_draft_answer *said, struct errnorm_str code, struct en_answer *io_answer)
{
	struct en_draft *draft = line->draft;
	size_t count;
	const struct en_draft_answer *entry = find_published(line, said, code, &count);
	const struct en_node *node = en_document_get(said->node, EN_STR("code"));
	struct errnorm_str name = en_dialect_name(draft, line->list[0]);

	if (count != 1) {
		en_diag_add(draft->diags, EN_DIAG_NOT_PUBLISHED, en_dialect_file(draft, owner),
			    node ? node->offset : said->node->offset, EN_STR_NULL, EN_STR_NULL,
			    count ? "\"%s\" publishes several \"%s\": type or http_status must tell them apart"
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
static uint32_t add_answer(struct en_lineage *line, const struct en_draft_dialect *owner,
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
static const struct en_draft_row *find_row(const struct en_lineage *line, uint32_t code,
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

static bool add_row(struct en_lineage *line, uint32_t code, struct errnorm_str name, uint32_t type)
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
static void add_custom_row(struct en_lineage *line, const struct en_code *custom)
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

static void complain_missing(struct en_lineage *line, const struct errnorm_str *names, size_t count)
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
	en_diag_add(line->draft->diags, EN_DIAG_ROWS_MISSING, en_dialect_file(line->draft, dialect),
		    rows ? rows->key_offset : root->offset, EN_STR_NULL, EN_STR_NULL, "%u codes have no row: %s",
		    missing, &text);
}

void en_answer_rows(struct en_lineage *line, struct en_dialect *record)
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

void en_answer_statuses(struct en_lineage *line, struct en_dialect *record)
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

void en_answer_reached(struct en_lineage *line)
{
	struct en_draft *draft = line->draft;

	for (size_t i = 0; line->publisher && i < line->publisher->published.count; i++) {
		const struct en_draft_answer *entry = &line->publisher->published.items[i];
		if (!line->reached[i])
			en_diag_add(draft->diags, EN_DIAG_NOT_REACHED, en_dialect_file(draft, line->publisher),
				    entry->node->offset, EN_STR_NULL, EN_STR_NULL,
				    "no row leads to \"%s\" with this type and http_status", &entry->code);
	}
}
