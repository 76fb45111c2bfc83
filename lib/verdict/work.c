/*
 * work.c - the layout of the scratch, and its text memory.
 */
#include "work.h"

#include <string.h>

#include "utf8.h"

enum {
	ALIGN = 16,
};

static size_t words(uint32_t bits)
{
	return ((size_t)bits + 63) / 64;
}

static size_t found_words_size(const struct en_model *model)
{
	return words((uint32_t)words(model->phrase_table.count)) * 8;
}

/* Hands out pieces of a block; with a NULL block it only counts. */
struct cutter {
	char *block;
	size_t used;
};

static void *cut(struct cutter *cutter, size_t size)
{
	void *piece = cutter->block ? cutter->block + cutter->used : NULL;

	cutter->used += (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	return piece;
}

/* Cuts the block up; a layer's pieces are noted only where there is a block. */
static struct errnorm_scratch *lay_out(const struct en_model *model, struct cutter *cutter)
{
	struct errnorm_scratch *work = cut(cutter, sizeof *work);
	char *text = cut(cutter, EN_TEXT_MEMORY);
	char *out = cut(cutter, EN_OUT_MEMORY);
	void *match = cut(cutter, EN_REGEX_MATCH_MEMORY);

	for (size_t i = 0; i < EN_LAYER_MAX; i++) {
		uint64_t *slot_bits = cut(cutter, words(model->slots.count) * 8);
		uint64_t *fact_known = cut(cutter, words(model->fact_names.count) * 8);
		uint64_t *fact_bits = cut(cutter, words(model->fact_names.count) * 8);
		uint64_t *found = cut(cutter, words(model->phrase_table.count) * 8);
		uint64_t *found_words = cut(cutter, found_words_size(model));
		uint64_t *candidates = cut(cutter, words(model->rules.count) * 8);
		void *slots = cut(cutter, model->slots.count * sizeof(struct en_slot_value));
		void *facts = cut(cutter, model->fact_names.count * sizeof(struct en_fact));
		if (!work)
			continue;
		work->layers[i].slot_bits = slot_bits;
		work->layers[i].fact_known = fact_known;
		work->layers[i].fact_bits = fact_bits;
		work->layers[i].found = (struct en_literal_found){found, found_words};
		memset(found, 0, words(model->phrase_table.count) * 8);
		memset(found_words, 0, found_words_size(model));
		work->layers[i].candidates = candidates;
		work->layers[i].slots = slots;
		work->layers[i].facts = facts;
	}
	if (!work)
		return NULL;
	work->model = model;
	work->text = text;
	work->out = out;
	work->match = en_regex_match_init(match, EN_REGEX_MATCH_MEMORY);
	return work->match ? work : NULL;
}

size_t en_work_size(const struct en_model *model)
{
	struct cutter cutter = {NULL, 0};

	lay_out(model, &cutter);
	return cutter.used;
}

struct errnorm_scratch *en_work_init(const struct en_model *model, void *mem)
{
	struct cutter cutter = {mem, 0};

	memset(mem, 0, sizeof(struct errnorm_scratch));
	return lay_out(model, &cutter);
}

char *en_work_text(struct errnorm_scratch *work, size_t len, size_t *ret_cap)
{
	size_t left = EN_TEXT_MEMORY - work->text_len;
	char *piece = work->text + work->text_len;

	if (left <= EN_LITERAL_PADDING)
		return NULL;
	*ret_cap = len < left - EN_LITERAL_PADDING ? len : left - EN_LITERAL_PADDING;
	work->text_len += *ret_cap + EN_LITERAL_PADDING;
	return piece;
}

void en_work_shrink(struct errnorm_scratch *work, char *piece, size_t len)
{
	memset(piece + len, 0, EN_LITERAL_PADDING);
	work->text_len = (size_t)(piece - work->text) + len + EN_LITERAL_PADDING;
}

void en_trace(struct errnorm_scratch *work, enum errnorm_trace_event event, struct errnorm_str name,
	      struct errnorm_str value, struct errnorm_str where, uint32_t line)
{
	struct errnorm_trace trace = {
		.event = (uint32_t)event, .line = line, .name = name, .value = value, .where = where};

	if (work->trace)
		work->trace(work->trace_user, &trace);
}
