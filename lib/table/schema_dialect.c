/*
 * schema_dialect.c - a dialect's table: its envelope, what it publishes, its rows and retry policies; and the catalogue's texts.
 */
#include "schema_form.h"

#include <errnorm/render.h>

#include "num.h"

enum {
	HEADER_MAX = ERRNORM_RENDERED_HEADER_MAX - 4, /* beside those that every answer has */
	WAIT_MAX = 24 * 3600 * 1000,
};

static struct en_draft_dialect *current(struct en_schema *schema)
{
	return &schema->draft->dialects.items[schema->draft->dialects.count - 1];
}

/* ---- answers ---- */

static void read_code(struct en_schema *schema, const struct en_node *node, void *into)
{
	en_schema_string(schema, node, "a string", &((struct en_draft_answer *)into)->code);
}

static void read_type(struct en_schema *schema, const struct en_node *node, void *into)
{
	en_schema_string(schema, node, "a string", &((struct en_draft_answer *)into)->type);
}

static void read_http_status(struct en_schema *schema, const struct en_node *node, void *into)
{
	int64_t status;

	if (en_schema_int(schema, node, 400, 599, &status))
		((struct en_draft_answer *)into)->said.http_status = (int32_t)status;
}

static void read_retryable(struct en_schema *schema, const struct en_node *node, void *into)
{
	bool value;

	if (en_schema_bool(schema, node, &value))
		((struct en_draft_answer *)into)->said.retryable = value;
}

static void read_answer_url(struct en_schema *schema, const struct en_node *node, void *into)
{
	((struct en_draft_answer *)into)->said.doc_url = en_schema_template(schema, node, EN_TEMPLATE_LINK);
}

static void read_details(struct en_schema *schema, const struct en_node *node, void *into)
{
	((struct en_draft_answer *)into)->said.details = en_schema_form(schema, node);
}

static const struct en_schema_key answer_keys[] = {
	{"code", read_code},           {"type", read_type},          {"http_status", read_http_status},
	{"retryable", read_retryable}, {"doc_url", read_answer_url}, {"details", read_details},
	{"note", en_schema_note},
};
enum { ANSWER_KEYS = sizeof answer_keys / sizeof answer_keys[0] };

/* An object of what the answer says, or its code alone. */
static struct en_draft_answer read_answer(struct en_schema *schema, const struct en_node *node)
{
	struct en_draft_answer answer = {
		.node = node,
		.said = {.code = {0, EN_NONE},
			 .type = {0, EN_NONE},
			 .doc_url = {0, EN_NONE},
			 .retryable = EN_UNSET,
			 .details = EN_NONE},
	};

	if (node->kind == EN_JSON_STRING)
		read_code(schema, node, &answer);
	else if (en_schema_expect(schema, node, EN_JSON_OBJECT, "a code or an object"))
		en_schema_object(schema, node, answer_keys, ANSWER_KEYS, &answer);
	return answer;
}

static void read_published(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct en_draft_dialect *dialect = into;

	if (!en_schema_expect(schema, node, EN_JSON_ARRAY, "a list of answers"))
		return;
	if (!node->child)
		en_schema_error(schema, EN_DIAG_EMPTY, node->offset, "this list is empty");
	for (const struct en_node *item = node->child; item; item = item->next) {
		struct en_draft_answer answer = read_answer(schema, item);
		if (item->kind == EN_JSON_STRING ||
		    (item->kind == EN_JSON_OBJECT && (en_schema_lacks(item, answer_keys, ANSWER_KEYS, "code") ||
						      en_schema_lacks(item, answer_keys, ANSWER_KEYS, "http_status"))))
			en_schema_error(schema, EN_DIAG_MISSING_KEY, item->offset,
					"what is published needs \"code\" and \"http_status\"");
		EN_VEC_PUSH(schema->draft->arena, &dialect->published, answer);
	}
}

static void read_part(struct en_schema *schema, const struct en_node *node, struct en_draft_row *row, int part)
{
	row->split = row->said[part] = true;
	row->answers[part] = read_answer(schema, node);
}

static void read_gateway(struct en_schema *schema, const struct en_node *node, void *into)
{
	read_part(schema, node, into, 0);
}

static void read_upstream(struct en_schema *schema, const struct en_node *node, void *into)
{
	read_part(schema, node, into, 1);
}

static void read_byok(struct en_schema *schema, const struct en_node *node, void *into)
{
	read_part(schema, node, into, 2);
}

static void read_rows(struct en_schema *schema, const struct en_node *node, void *into)
{
	static const struct en_schema_key keys[] = {
		{"gateway", read_gateway},
		{"upstream", read_upstream},
		{"byok", read_byok},
		{"note", en_schema_note},
	};
	const size_t count = sizeof keys / sizeof keys[0];
	struct en_draft_dialect *dialect = into;

	if (!en_schema_expect(schema, node, EN_JSON_OBJECT, "an object of rows"))
		return;
	for (const struct en_node *item = node->child; item; item = item->next) {
		struct en_draft_row row = {.node = item};
		if (en_document_get(item, EN_STR("gateway")) || en_document_get(item, EN_STR("upstream")) ||
		    en_document_get(item, EN_STR("byok"))) {
			en_schema_object(schema, item, keys, count, &row);
			if (en_schema_lacks(item, keys, count, "gateway") ||
			    en_schema_lacks(item, keys, count, "upstream"))
				en_schema_error(schema, EN_DIAG_MISSING_KEY, item->offset,
						"a row that tells origins apart needs \"gateway\" and \"upstream\"");
		} else {
			row.answers[0] = read_answer(schema, item);
		}
		EN_VEC_PUSH(schema->draft->arena, &dialect->rows, row);
	}
}

struct status_draft {
	struct en_draft_status row;
	bool has_status, has_answer;
};

static void read_row_status(struct en_schema *schema, const struct en_node *node, void *into)
{
	((struct status_draft *)into)->row.ranges = en_schema_statuses(schema, node);
	((struct status_draft *)into)->has_status = true;
}

static void read_row_answer(struct en_schema *schema, const struct en_node *node, void *into)
{
	((struct status_draft *)into)->row.answer = read_answer(schema, node);
	((struct status_draft *)into)->has_answer = true;
}

static void read_statuses(struct en_schema *schema, const struct en_node *node, void *into)
{
	static const struct en_schema_key keys[] = {
		{"status", read_row_status},
		{"answer", read_row_answer},
		{"note", en_schema_note},
	};
	const size_t count = sizeof keys / sizeof keys[0];
	struct en_draft_dialect *dialect = into;

	if (!en_schema_expect(schema, node, EN_JSON_ARRAY, "a list of statuses"))
		return;
	for (const struct en_node *item = node->child; item; item = item->next) {
		struct status_draft draft = {.has_status = false};
		if (!en_schema_expect(schema, item, EN_JSON_OBJECT, "an object"))
			continue;
		en_schema_object(schema, item, keys, count, &draft);
		if (draft.has_status && draft.has_answer)
			EN_VEC_PUSH(schema->draft->arena, &dialect->statuses, draft.row);
		else if (en_schema_lacks(item, keys, count, "status") || en_schema_lacks(item, keys, count, "answer"))
			en_schema_error(schema, EN_DIAG_MISSING_KEY, item->offset,
					"expected \"status\" and \"answer\"");
	}
}

/* ---- the envelope ---- */

static void read_envelope(struct en_schema *schema, const struct en_node *node, void *into)
{
	((struct en_draft_dialect *)into)->said.envelope = en_schema_form(schema, node);
}

static void read_event(struct en_schema *schema, const struct en_node *node, void *into)
{
	((struct en_draft_dialect *)into)->said.frame_event = en_schema_template(schema, node, EN_TEMPLATE_FORM);
}

static void read_data(struct en_schema *schema, const struct en_node *node, void *into)
{
	((struct en_draft_dialect *)into)->said.frame = en_schema_form(schema, node);
}

static void read_done(struct en_schema *schema, const struct en_node *node, void *into)
{
	((struct en_draft_dialect *)into)->said.frame_done = en_schema_template(schema, node, EN_TEMPLATE_FORM);
}

static void read_stream(struct en_schema *schema, const struct en_node *node, void *into)
{
	static const struct en_schema_key keys[] = {
		{"event", read_event},
		{"data", read_data},
		{"done", read_done},
		{"note", en_schema_note},
	};

	((struct en_draft_dialect *)into)->stream = node;
	if (en_schema_expect(schema, node, EN_JSON_OBJECT, "an object"))
		en_schema_object(schema, node, keys, sizeof keys / sizeof keys[0], into);
}

static bool is_header_name(struct errnorm_str name)
{
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];
		if (!en_is_digit(c) && !(c >= 'a' && c <= 'z') && c != '-')
			return false;
	}
	return name.len > 0;
}

static void read_headers(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct en_draft *draft = schema->draft;
	struct en_draft_dialect *dialect = into;

	if (!en_schema_expect(schema, node, EN_JSON_OBJECT, "an object of headers"))
		return;
	dialect->headers = node;
	dialect->said.headers.first = (uint32_t)draft->dialect_headers.count;
	if (node->count > HEADER_MAX) {
		en_diag_add(draft->diags, EN_DIAG_LIMIT, schema->file, node->offset, schema->rule, EN_STR_NULL,
			    "more than %u headers", (uint32_t)HEADER_MAX);
		return;
	}
	for (const struct en_node *item = node->child; item; item = item->next) {
		struct en_header_form header = {en_draft_text(draft, item->key), {0, EN_NONE}};
		if (!is_header_name(item->key))
			en_schema_error(schema, EN_DIAG_NAME, item->key_offset,
					"a header's name is made of a-z, 0-9 and -");
		header.value = en_schema_template(schema, item, EN_TEMPLATE_FORM);
		EN_VEC_PUSH(draft->arena, &draft->dialect_headers, header);
	}
	dialect->said.headers.count = (uint32_t)draft->dialect_headers.count - dialect->said.headers.first;
}

/* ---- retry policies ---- */

static bool read_milli(struct en_schema *schema, const struct en_node *node, int64_t max, uint32_t *ret)
{
	int64_t milli;
	size_t used;

	if (!en_schema_expect(schema, node, EN_JSON_NUMBER, "a number"))
		return false;
	if (en_num_milli(node->text, &milli, &used) && used == node->text.len && milli <= max) {
		*ret = (uint32_t)milli;
		return true;
	}
	en_schema_error(schema, EN_DIAG_VALUE, node->offset, "expected a number from 0 to 100");
	return false;
}

static void read_whole(struct en_schema *schema, const struct en_node *node, int64_t max, uint32_t *ret)
{
	int64_t value;

	if (en_schema_int(schema, node, 0, max, &value))
		*ret = (uint32_t)value;
}

static void read_max(struct en_schema *schema, const struct en_node *node, void *into)
{
	read_whole(schema, node, 100, &((struct en_policy *)into)->max);
}

static void read_initial(struct en_schema *schema, const struct en_node *node, void *into)
{
	read_whole(schema, node, WAIT_MAX, &((struct en_policy *)into)->initial_ms);
}

static void read_factor(struct en_schema *schema, const struct en_node *node, void *into)
{
	read_milli(schema, node, 100000, &((struct en_policy *)into)->factor_milli);
}

static void read_cap(struct en_schema *schema, const struct en_node *node, void *into)
{
	read_whole(schema, node, WAIT_MAX, &((struct en_policy *)into)->cap_ms);
}

static void read_wait_cap(struct en_schema *schema, const struct en_node *node, void *into)
{
	read_whole(schema, node, WAIT_MAX, &((struct en_policy *)into)->wait_cap_ms);
}

static void read_jitter(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct en_policy *policy = into;

	if (!en_schema_expect(schema, node, EN_JSON_ARRAY, "a list of two numbers"))
		return;
	if (node->count != 2)
		en_schema_error(schema, EN_DIAG_VALUE, node->offset, "expected two numbers");
	else if (read_milli(schema, node->child, 100000, &policy->jitter_from_milli))
		read_milli(schema, node->child->next, 100000, &policy->jitter_to_milli);
}

static void read_jitter_ms(struct en_schema *schema, const struct en_node *node, void *into)
{
	read_whole(schema, node, WAIT_MAX, &((struct en_policy *)into)->jitter_ms);
}

static void read_retry(struct en_schema *schema, const struct en_node *node, void *into)
{
	static const struct en_schema_key keys[] = {
		{"max", read_max},
		{"initial_ms", read_initial},
		{"factor", read_factor},
		{"cap_ms", read_cap},
		{"wait_cap_ms", read_wait_cap},
		{"jitter", read_jitter},
		{"jitter_ms", read_jitter_ms},
		{"note", en_schema_note},
	};
	const size_t count = sizeof keys / sizeof keys[0];
	struct en_draft *draft = schema->draft;
	struct en_draft_dialect *dialect = into;

	if (!en_schema_expect(schema, node, EN_JSON_OBJECT, "an object of policies"))
		return;
	if (!en_document_get(node, EN_STR("default")))
		en_schema_error(schema, EN_DIAG_MISSING_KEY, node->offset, "one of the policies is called \"default\"");
	dialect->said.policies.first = (uint32_t)draft->policies.count;
	for (const struct en_node *item = node->child; item; item = item->next) {
		struct en_policy policy = {.factor_milli = 1000,
					   .wait_cap_ms = EN_NONE,
					   .jitter_from_milli = 1000,
					   .jitter_to_milli = 1000};
		if (!en_schema_is_name(item->key, false))
			en_schema_error(schema, EN_DIAG_NAME, item->key_offset,
					"a policy's name is made of a-z, 0-9 and _");
		policy.name = en_draft_text(draft, item->key);
		if (!en_schema_expect(schema, item, EN_JSON_OBJECT, "an object"))
			continue;
		en_schema_object(schema, item, keys, count, &policy);
		if (en_schema_lacks(item, keys, count, "max") || en_schema_lacks(item, keys, count, "initial_ms") ||
		    en_schema_lacks(item, keys, count, "cap_ms"))
			en_schema_error(schema, EN_DIAG_MISSING_KEY, item->offset,
					"a policy needs \"max\", \"initial_ms\" and \"cap_ms\"");
		if (policy.wait_cap_ms == EN_NONE)
			policy.wait_cap_ms = policy.cap_ms;
		EN_VEC_PUSH(draft->arena, &draft->policies, policy);
	}
	dialect->said.policies.count = (uint32_t)draft->policies.count - dialect->said.policies.first;
}

/* ---- the table ---- */

static void keep_inherit(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct errnorm_str name;

	if (en_schema_string(schema, node, "a dialect's name", &name))
		((struct en_draft_dialect *)into)->inherit = node;
}

static void keep_provider(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct errnorm_str name;

	if (en_schema_string(schema, node, "a provider's name", &name))
		((struct en_draft_dialect *)into)->provider = node;
}

static void read_message(struct en_schema *schema, const struct en_node *node, void *into)
{
	static const struct errnorm_str words[] = {{"catalogue", 9}, {"provider", 8}, {"both", 4}};
	int word = en_schema_word(schema, node, words, 3);

	if (word >= 0)
		((struct en_draft_dialect *)into)->said.message = (uint32_t)word + 1;
}

static void read_doc_url(struct en_schema *schema, const struct en_node *node, void *into)
{
	((struct en_draft_dialect *)into)->doc_url = en_schema_template(schema, node, EN_TEMPLATE_LINK);
}

void en_schema_dialect(struct en_schema *schema, const struct en_node *root)
{
	static const struct en_schema_key keys[] = {
		{"$schema", en_schema_note},
		{"errnorm", en_schema_version},
		{"$schema", en_schema_note},
		{"dialect", en_schema_ignore},
		{"title", en_schema_title},
		{"note", en_schema_note},
		{"reviewed", en_schema_reviewed},
		{"docs", en_schema_docs},
		{"inherit", keep_inherit},
		{"provider", keep_provider},
		{"message", read_message},
		{"doc_url", read_doc_url},
		{"envelope", read_envelope},
		{"stream", read_stream},
		{"headers", read_headers},
		{"retry", read_retry},
		{"published", read_published},
		{"statuses", read_statuses},
		{"rows", read_rows},
	};
	static const struct en_text none = {0, EN_NONE};
	struct en_draft_dialect dialect = {
		.table = schema->number,
		.parent = EN_NONE,
		.said = {.envelope = EN_NONE, .frame = EN_NONE, .frame_event = none, .frame_done = none},
		.doc_url = none,
	};

	EN_VEC_PUSH(schema->draft->arena, &schema->draft->dialects, dialect);
	if (!schema->draft->arena->failed)
		en_schema_object(schema, root, keys, sizeof keys / sizeof keys[0], current(schema));
}

void en_schema_texts(struct en_schema *schema, const struct en_node *node, void *into)
{
	(void)into;
	if (en_schema_table(schema)->kind != EN_TABLE_SHARED) {
		en_schema_error(schema, EN_DIAG_VALUE, node->key_offset, "only a shared table has texts");
		return;
	}
	if (!en_schema_expect(schema, node, EN_JSON_OBJECT, "an object of texts"))
		return;
	for (const struct en_node *item = node->child; item; item = item->next) {
		struct en_draft_code_text text = {item, schema->number,
						  en_schema_template(schema, item, EN_TEMPLATE_TEXT)};
		EN_VEC_PUSH(schema->draft->arena, &schema->draft->texts, text);
	}
}
