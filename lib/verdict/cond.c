/*
 * cond.c - do a rule's conditions hold? And what its expressions capture.
 */
#include "work.h"

#include <string.h>

/* ---- texts ---- */

static bool at_start(struct errnorm_str text, struct errnorm_str phrase)
{
	return en_str_starts(text, phrase);
}

static bool at_end(struct errnorm_str text, struct errnorm_str phrase)
{
	return text.len >= phrase.len && en_str_eq(en_str_from(text, text.len - phrase.len), phrase);
}

/* One text of a condition against one value of a fact. The index has already answered for most phrases in the message. */
static bool text_holds(struct errnorm_scratch *work, struct en_layer *layer, const struct en_cond *cond,
		       const struct en_phrase *phrase, struct en_fact *value)
{
	struct errnorm_str text = en_model_text(work->model, phrase->text);

	if (phrase->literal && value == &layer->facts[EN_FACT_MESSAGE]) {
		bool found = en_bit(en_phrases(work, layer), phrase->literal);
		/* Found in one of its values: for `all` it must be this one. */
		if (!found || cond->op == EN_COND_HAS || (cond->op == EN_COND_ALL && !value->next))
			return found;
	}
	en_fact_fold(work, value);
	switch (cond->op) {
	case EN_COND_IS:
		return en_str_eq(value->low, text);
	case EN_COND_STARTS:
		return at_start(value->low, text);
	case EN_COND_ENDS:
		return at_end(value->low, text);
	default:
		return en_literal_in(value->low, text);
	}
}

static bool value_holds(struct errnorm_scratch *work, struct en_layer *layer, const struct en_cond *cond,
			struct en_fact *value)
{
	const struct en_phrase *phrases = EN_AT(work->model, phrases, struct en_phrase) + cond->values.first;
	bool all = cond->op == EN_COND_ALL;

	if (!value->has_text)
		return false;
	for (uint32_t i = 0; i < cond->values.count; i++)
		if (text_holds(work, layer, cond, &phrases[i], value) != all)
			return !all;
	return all;
}

static bool texts_hold(struct errnorm_scratch *work, struct en_layer *layer, const struct en_cond *cond)
{
	for (struct en_fact *value = en_fact_get(work, layer, cond->fact); value; value = en_fact_next(layer, value))
		if (value_holds(work, layer, cond, value))
			return true;
	return false;
}

/* ---- expressions and captures ---- */

static void add_capture(struct en_layer *layer, struct errnorm_str name, struct errnorm_str value)
{
	for (size_t i = 0; i < layer->capture_count; i++)
		if (en_str_eq(layer->captures[i].name, name))
			return;
	if (layer->capture_count < EN_DETAIL_MAX)
		layer->captures[layer->capture_count++] = (struct en_capture){name, value};
}

static void add_groups(struct errnorm_scratch *work, struct en_layer *layer, uint32_t regex, struct errnorm_str text)
{
	const struct en_regex_info *info = &EN_AT(work->model, regexes, struct en_regex_info)[regex];
	const struct en_group *groups = EN_AT(work->model, regex_names, struct en_group);

	for (uint32_t i = info->names.first; i < info->names.first + info->names.count; i++) {
		struct errnorm_str value = en_regex_group(work->match, text, groups[i].group);
		if (value.len)
			add_capture(layer, en_model_text(work->model, groups[i].name), value);
	}
}

static bool regex_matches(struct errnorm_scratch *work, uint32_t regex, struct errnorm_str text)
{
	enum en_regex_result result = en_regex_run(work->regexes[regex], work->match, text, 0);

	if (result == EN_REGEX_LIMIT)
		work->flags |= ERRNORM_VERDICT_LIMIT_HIT;
	return result == EN_REGEX_YES;
}

void en_captures_add(struct errnorm_scratch *work, struct en_layer *layer, uint32_t regex, struct errnorm_str text)
{
	if (regex_matches(work, regex, text))
		add_groups(work, layer, regex, text);
}

bool en_gates_open(struct errnorm_scratch *work, struct en_layer *layer, struct en_range range)
{
	const uint32_t *gates = EN_AT(work->model, gates, uint32_t) + range.first;

	if (!range.count)
		return true;
	for (uint32_t i = 0; i < range.count; i++)
		if (en_bit(en_phrases(work, layer), gates[i]))
			return true;
	return false;
}

bool en_literals_in(const struct en_model *model, struct en_range range, struct errnorm_str text)
{
	const struct en_text *literals = EN_AT(model, literals, struct en_text);

	for (uint32_t i = range.first; i < range.first + range.count; i++)
		if (en_str_find(text, en_model_text(model, literals[i]), 0) != (size_t)-1)
			return true;
	return range.count == 0;
}

static bool regex_holds(struct errnorm_scratch *work, struct en_layer *layer, const struct en_cond *cond, bool captures)
{
	if (!en_gates_open(work, layer, cond->values))
		return false;
	for (struct en_fact *value = en_fact_get(work, layer, cond->fact); value; value = en_fact_next(layer, value)) {
		en_fact_fold(work, value);
		if (!value->has_text || !regex_matches(work, cond->extra, value->norm))
			continue;
		if (captures)
			add_groups(work, layer, cond->extra, value->norm);
		return true;
	}
	return false;
}

/* ---- everything else ---- */

static bool status_holds(const struct errnorm_scratch *work, const struct en_layer *layer, const struct en_cond *cond)
{
	const struct en_status_range *ranges =
		EN_AT(work->model, statuses, struct en_status_range) + cond->values.first;

	for (uint32_t i = 0; i < cond->values.count; i++)
		if ((uint32_t)layer->status >= ranges[i].low && (uint32_t)layer->status <= ranges[i].high)
			return true;
	return false;
}

static bool wait_holds(struct errnorm_scratch *work, const struct en_cond *cond)
{
	int64_t bound = (int64_t)cond->values.first;

	en_wait_read(work);
	if (cond->extra == EN_WAIT_NONE)
		return work->wait.ms < 0;
	if (work->wait.ms < 0)
		return false;
	return cond->extra == EN_WAIT_OVER ? work->wait.ms > bound : work->wait.ms <= bound;
}

static bool is_present(struct errnorm_scratch *work, struct en_layer *layer, uint32_t fact)
{
	for (struct en_fact *value = en_fact_get(work, layer, fact); value; value = en_fact_next(layer, value))
		if (value->truthy)
			return true;
	return false;
}

static bool cond_holds(struct errnorm_scratch *work, struct en_layer *layer, const struct en_cond *cond, bool captures)
{
	switch ((enum en_cond_op)cond->op) {
	case EN_COND_STATUS:
		return status_holds(work, layer, cond);
	case EN_COND_IS:
	case EN_COND_HAS:
	case EN_COND_ALL:
	case EN_COND_STARTS:
	case EN_COND_ENDS:
		return texts_hold(work, layer, cond);
	case EN_COND_REGEX:
		return regex_holds(work, layer, cond, captures);
	case EN_COND_PRESENT:
		return is_present(work, layer, cond->fact);
	case EN_COND_ABSENT:
		return !is_present(work, layer, cond->fact);
	case EN_COND_BODY:
		return (layer->forms & cond->extra) != 0;
	case EN_COND_STREAM:
		return layer->stream == (cond->extra != 0);
	case EN_COND_TRANSPORT:
		return cond->extra >> layer->transport & 1;
	case EN_COND_WAIT:
		return wait_holds(work, cond);
	case EN_COND_NOT:
		return !en_conds_hold(work, layer, cond->values, false, NULL);
	}
	return false;
}

bool en_conds_hold(struct errnorm_scratch *work, struct en_layer *layer, struct en_range range, bool captures,
		   uint32_t *reterr_cond)
{
	const struct en_cond *conds = EN_AT(work->model, conds, struct en_cond);

	if (captures)
		layer->capture_count = 0;
	for (uint32_t i = range.first; i < range.first + range.count; i++) {
		if (cond_holds(work, layer, &conds[i], captures))
			continue;
		if (reterr_cond)
			*reterr_cond = i;
		return false;
	}
	return true;
}

/* ---- templates ---- */

static struct errnorm_str name_value(struct errnorm_scratch *work, struct en_layer *layer, struct errnorm_str name)
{
	const struct en_text *names = EN_AT(work->model, fact_names, struct en_text);

	for (size_t i = 0; i < layer->capture_count; i++)
		if (en_str_eq(layer->captures[i].name, name))
			return layer->captures[i].value;
	for (uint32_t i = 0; i < work->model->fact_names.count; i++) {
		const struct en_fact *fact;
		if (!en_str_eq(en_model_text(work->model, names[i]), name))
			continue;
		fact = en_fact_get(work, layer, i);
		return fact ? fact->text : EN_STR_NULL;
	}
	return EN_STR_NULL;
}

/* A template that is one name alone is the common case, and needs no copy. */
struct errnorm_str en_template_fill(struct errnorm_scratch *work, struct en_layer *layer, struct errnorm_str template)
{
	size_t cap;
	size_t n = 0;
	char *out;

	if (!template.ptr)
		return EN_STR_NULL;
	if (template.len > 2 && template.ptr[0] == '{' && en_str_find(template, EN_STR("}"), 0) == template.len - 1)
		return name_value(work, layer, en_str(template.ptr + 1, template.len - 2));
	out = en_work_text(work, EN_TEMPLATE_MAX, &cap);
	if (!out)
		return EN_STR_NULL;
	for (size_t i = 0; i < template.len;) {
		struct errnorm_str piece = {template.ptr + i, 1};
		size_t close = en_str_find(template, EN_STR("}"), i);
		if (template.ptr[i] == '{' && close != (size_t)-1) {
			piece = name_value(work, layer, en_str(template.ptr + i + 1, close - i - 1));
			if (!piece.ptr) {
				en_work_shrink(work, out, 0);
				return EN_STR_NULL;
			}
			i = close;
		}
		if (piece.len > cap - n)
			piece.len = cap - n;
		memcpy(out + n, piece.ptr, piece.len);
		n += piece.len;
		i++;
	}
	en_work_shrink(work, out, n);
	return en_str(out, n);
}
