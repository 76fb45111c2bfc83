/*
 * facts.c - from slots to facts: which source counts, what it means as a text, and the folded forms that rules are compared with.
 */
#include "work.h"

#include <string.h>

#include "num.h"
#include "utf8.h"

static struct errnorm_str decode(struct errnorm_scratch *work, struct errnorm_str raw, size_t max)
{
	size_t cap;
	char *out;

	if (raw.len > max)
		raw.len = en_utf8_floor(raw.ptr, max);
	out = en_work_text(work, raw.len, &cap);
	if (!out)
		return EN_STR_NULL;
	cap = en_json_decode(raw, out, cap);
	en_work_shrink(work, out, cap);
	return en_str(out, cap);
}

struct errnorm_str en_slot_text(struct errnorm_scratch *work, const struct en_slot_value *value)
{
	switch (value->kind) {
	case EN_JSON_STRING:
		return value->escaped ? decode(work, value->raw, EN_TEXT_MAX) : value->raw;
	case EN_JSON_NUMBER:
	case EN_JSON_TRUE:
	case EN_JSON_FALSE:
		return value->raw;
	default:
		return EN_STR_NULL;
	}
}

/* JavaScript's idea, but that an empty object or array is nothing either. */
static bool is_truthy(const struct en_slot_value *value)
{
	struct errnorm_str raw = value->raw;

	switch (value->kind) {
	case EN_JSON_NONE:
	case EN_JSON_NULL:
	case EN_JSON_FALSE:
		return false;
	case EN_JSON_STRING:
		return raw.len > 0;
	case EN_JSON_NUMBER:
		return !(raw.len == 1 && raw.ptr[0] == '0');
	case EN_JSON_TRUE:
		return true;
	default:
		for (size_t i = 1; i < raw.len; i++)
			if (!en_is_space((unsigned char)raw.ptr[i]))
				return raw.ptr[i] != '}' && raw.ptr[i] != ']';
		return false;
	}
}

/* ["body", "messages", 0, "role"] as messages.0.role: what FastAPI puts in front says only where it was read. */
static struct errnorm_str join_path(struct errnorm_scratch *work, const struct en_slot_value *value)
{
	struct en_json json;
	struct en_json_value item;
	size_t cap;
	char *out;
	size_t n = 0;
	bool first = true;
	bool whole = true;

	if (value->kind != EN_JSON_ARRAY)
		return en_slot_text(work, value);
	out = en_work_text(work, EN_FIELD_MAX, &cap);
	if (!out)
		return EN_STR_NULL;
	en_json_init(&json, value->raw);
	en_json_enter(&json);
	while (en_json_element(&json)) {
		en_json_value(&json, &item);
		bool place = first && (en_str_eq(item.raw, EN_STR("body")) || en_str_eq(item.raw, EN_STR("query")) ||
				       en_str_eq(item.raw, EN_STR("path")));
		first = false;
		if (place || (item.kind != EN_JSON_STRING && item.kind != EN_JSON_NUMBER))
			continue;
		whole = n + item.raw.len + 1 <= cap;
		if (!whole)
			break;
		if (n)
			out[n++] = '.';
		memcpy(out + n, item.raw.ptr, item.raw.len);
		n += item.raw.len;
	}
	/* Half a path would blame another field. */
	if (!whole || json.cut || json.bad)
		n = 0;
	en_work_shrink(work, out, n);
	return n ? en_str(out, n) : EN_STR_NULL;
}

static struct errnorm_str source_text(struct errnorm_scratch *work, const struct en_slot_value *value, uint32_t form)
{
	switch (form) {
	case EN_SOURCE_RAW:
		if (value->kind == EN_JSON_NULL || value->kind == EN_JSON_NONE)
			return EN_STR_NULL;
		if (value->kind == EN_JSON_STRING && value->escaped)
			return decode(work, value->raw, EN_INNER_MAX);
		return value->raw;
	case EN_SOURCE_PATH:
		return join_path(work, value);
	default:
		return en_slot_text(work, value);
	}
}

void en_fact_fold(struct errnorm_scratch *work, struct en_fact *fact)
{
	struct errnorm_str text = fact->text;
	size_t cap;
	size_t len;
	char *norm;
	char *low;

	if (fact->folded)
		return;
	fact->folded = true;
	fact->norm = fact->low = EN_STR("");
	if (text.len > EN_TEXT_MAX)
		text.len = en_utf8_floor(text.ptr, EN_TEXT_MAX);
	low = en_work_text(work, 2 * text.len, &cap);
	if (!low)
		return;
	/* The one with padding behind it is the last. */
	norm = low;
	cap /= 2;
	low += cap;
	len = en_utf8_fold_both(text, norm, low, cap);
	en_work_shrink(work, low, len);
	fact->norm = en_str(norm, len);
	fact->low = en_str(low, len);
}

static void fill(struct en_fact *fact, struct errnorm_str text, bool truthy, uint32_t source)
{
	fact->text = text;
	fact->norm = fact->low = EN_STR("");
	fact->source = source;
	fact->truthy = truthy;
	fact->has_text = text.ptr != NULL;
	fact->folded = text.ptr == NULL;
	fact->next = 0;
}

void en_fact_set(struct en_layer *layer, uint32_t fact, struct errnorm_str text)
{
	fill(&layer->facts[fact], text, text.len > 0, EN_NONE);
	en_bit_set(layer->fact_known, fact);
	en_bit_set(layer->fact_bits, fact);
}

/* A status that a body claims counts only if it could be one of an error. */
static bool is_error_status(struct errnorm_str text, int64_t *ret)
{
	return en_num_int(text, ret) && *ret >= 400 && *ret <= 599;
}

/* A value that can be told apart from nothing: a text that is not empty, or where that is not to be had, anything. */
static bool accept(uint32_t fact, const struct en_slot_value *value, bool want_text)
{
	int64_t status;

	if (fact == EN_FACT_STATUS)
		return (value->kind == EN_JSON_NUMBER || value->kind == EN_JSON_STRING) &&
		       is_error_status(value->raw, &status);
	return !want_text || value->raw.len > 0;
}

/* All values of a slot, as those of a fact. False if none is of use. */
static bool take_source(struct errnorm_scratch *work, struct en_layer *layer, uint32_t fact,
			const struct en_source *source, bool want_text)
{
	const struct en_slot_value *value = &layer->slots[source->slot];
	struct en_fact *last = NULL;
	size_t count = 0;

	for (; value; value = value->next ? &layer->extras[value->next - 1] : NULL) {
		bool truthy = is_truthy(value);
		struct errnorm_str text;
		if (!accept(fact, value, want_text))
			continue;
		text = source_text(work, value, source->form);
		if (want_text ? text.len == 0 : !truthy)
			continue;
		if (!last) {
			last = &layer->facts[fact];
		} else if (layer->further_count < EN_EXTRA_MAX && count < EN_VALUE_MAX) {
			last->next = (uint16_t)(layer->further_count + 1);
			last = &layer->further[layer->further_count++];
		} else {
			break;
		}
		fill(last, text, truthy, source->slot);
		count++;
	}
	return count > 0;
}

/* The first source with a text; if none has one, the first that holds anything at all. */
static void resolve_list(struct errnorm_scratch *work, struct en_layer *layer, const struct en_fact_list *list)
{
	const struct en_source *sources = EN_AT(work->model, sources, struct en_source) + list->sources.first;

	for (int want_text = 1; want_text >= 0; want_text--) {
		bool any = false;
		for (uint32_t s = 0; s < list->sources.count; s++) {
			if (!en_bit(layer->slot_bits, sources[s].slot))
				continue;
			/* Every body is something; "$" is one that is a text. */
			if (!want_text &&
			    (sources[s].slot == work->model->root_slot || sources[s].form == EN_SOURCE_PATH))
				continue; /* nor is a path that leads nowhere */
			any = true;
			if (!take_source(work, layer, list->fact, &sources[s], want_text))
				continue;
			en_bit_set(layer->fact_bits, list->fact);
			return;
		}
		if (!any)
			return;
	}
}

void en_fact_find(struct errnorm_scratch *work, struct en_layer *layer, uint32_t fact)
{
	const struct en_model *model = work->model;
	uint32_t list = EN_AT(model, fact_index, uint32_t)[layer->chain->fact_index + fact];

	en_bit_set(layer->fact_known, fact);
	if (list != EN_NONE)
		resolve_list(work, layer, &EN_AT(model, fact_lists, struct en_fact_list)[list]);
}

void en_facts_prepare(struct errnorm_scratch *work, struct en_layer *layer)
{
	const struct en_model *model = work->model;
	const struct en_range *slot_lists = EN_AT(model, slot_lists, struct en_range);
	const uint32_t *slot_facts = EN_AT(model, slot_facts, uint32_t);
	uint64_t open[EN_FACT_MAX / 64] = {0};

	for (uint32_t w = 0; w < (model->slots.count + 63) / 64; w++) {
		for (uint64_t bits = layer->slot_bits[w]; bits; bits &= bits - 1) {
			struct en_range range = slot_lists[w * 64 + (uint32_t)__builtin_ctzll(bits)];
			for (uint32_t i = range.first; i < range.first + range.count; i++)
				en_bit_set(open, slot_facts[i]);
		}
	}
	for (uint32_t w = 0; w < (model->fact_names.count + 63) / 64; w++)
		layer->fact_known[w] |= ~open[w];
}

void en_facts_status(struct errnorm_scratch *work, struct en_layer *layer)
{
	const struct en_fact *claimed;
	int64_t status;

	layer->status = layer->http_status;
	if (layer->http_status >= 400)
		return;
	claimed = en_fact_get(work, layer, EN_FACT_STATUS);
	if (claimed && is_error_status(claimed->text, &status))
		layer->status = (int32_t)status;
}
