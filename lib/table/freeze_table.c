/*
 * freeze_table.c - what the block keeps of a table as a whole: its names, and the figures by which people judge how much it knows.
 */
#include "freeze.h"
#include "sse.h"

static struct en_text join_aliases(struct en_draft *draft, const struct en_draft_table *table)
{
	EN_VEC(char) text = {NULL, 0, 0};

	for (size_t i = 0; i < table->aliases.count; i++) {
		struct errnorm_str alias = table->aliases.items[i];
		if (text.count)
			EN_VEC_PUSH(draft->arena, &text, ' ');
		for (size_t k = 0; k < alias.len; k++)
			EN_VEC_PUSH(draft->arena, &text, alias.ptr[k]);
	}
	return en_draft_text(draft, text.count ? en_str(text.items, text.count) : EN_STR_NULL);
}

/* ---- figures ---- */

static bool is_text(const struct en_node *node)
{
	return node && node->kind == EN_JSON_STRING;
}

/* The index-th source of a rule: it has one, or a list. NULL behind the last. */
static const struct en_node *source_at(const struct en_draft *draft, uint32_t rule, uint32_t index)
{
	const struct en_node *node = en_document_get(draft->rule_places.items[rule].node, EN_STR("source"));

	if (!node || node->kind != EN_JSON_ARRAY)
		return index == 0 && is_text(node) ? node : NULL;
	for (node = node->child; node && index; index--)
		node = node->next;
	return node;
}

/* How many different links the rules of a table rest on. */
static uint32_t count_sources(struct en_draft *draft, uint32_t table)
{
	struct en_range rules = draft->tables.items[table].rules;
	EN_VEC(struct errnorm_str) seen = {NULL, 0, 0};
	const struct en_node *source;

	for (uint32_t r = rules.first; r < rules.first + rules.count; r++) {
		for (uint32_t i = 0; (source = source_at(draft, r, i)); i++) {
			size_t k = 0;
			while (k < seen.count && !en_str_eq(seen.items[k], source->text))
				k++;
			if (k == seen.count)
				EN_VEC_PUSH(draft->arena, &seen, source->text);
		}
	}
	return (uint32_t)seen.count;
}

/* The ways in which an example shows an error where no error status is: EN_STREAM_EVENT, EN_STREAM_BODY, 0. */
static uint32_t stream_form(const struct en_node *example)
{
	const struct en_node *status = en_document_get(example, EN_STR("status"));
	const struct en_node *body = en_document_get(example, EN_STR("body"));
	const struct en_node *stream = en_document_get(example, EN_STR("stream"));

	if ((stream && stream->kind == EN_JSON_TRUE) || (is_text(body) && en_sse_probe(body->text)))
		return EN_STREAM_EVENT;
	if (status && status->text.len == 3 && status->text.ptr[0] < '4')
		return EN_STREAM_BODY;
	return 0;
}

static uint32_t stream_forms(const struct en_draft *draft, uint32_t table)
{
	uint32_t forms = 0;

	for (size_t i = 0; i < draft->examples.count; i++)
		if (draft->examples.items[i].table == table)
			forms |= stream_form(draft->examples.items[i].node);
	return forms;
}

void en_freeze_table(struct en_freeze *freeze, uint32_t number)
{
	struct en_draft *draft = freeze->draft;
	const struct en_draft_table *from = &draft->tables.items[number];
	struct en_table table = {
		.name = en_draft_text(draft, from->name),
		.file = en_draft_text(draft, from->file.name),
		.title = en_draft_text(draft, from->title),
		.reviewed = en_draft_text(draft, from->reviewed),
		.docs = en_draft_text(draft, from->docs),
		.aliases = join_aliases(draft, from),
		.kind = (uint32_t)from->kind,
		.user = from->user,
		.rules = from->rules,
		.waits = from->waits.count,
		.sources = from->counted ? from->counted->sources : count_sources(draft, number),
		.streams = from->counted ? from->counted->streams : stream_forms(draft, number),
	};

	EN_VEC_PUSH(draft->arena, &freeze->tables, table);
}
