/*
 * param.c - which field of the request is to blame: said by the rule, by the provider's own field, or by the message. Whatever it
 * is must look like a path to a field, so that echoed text can never pass for one.
 */
#include "work.h"

#include <string.h>

#include "utf8.h"

enum {
	PARAM_MAX = 128,
};

static bool is_segment(unsigned char c)
{
	return en_is_alnum(c) || c == '_' || c == '-' || c == '$';
}

/* The length of the path at the start of text; 0 if there is none. */
static size_t path_length(struct errnorm_str text)
{
	size_t i = 0;
	size_t end = 0;

	while (i < text.len && i <= PARAM_MAX) {
		size_t start = i;
		while (i < text.len && is_segment((unsigned char)text.ptr[i]))
			i++;
		if (i == start && !(i < text.len && text.ptr[i] == '[' && i > 0))
			break;
		while (i < text.len && text.ptr[i] == '[') {
			size_t close = i + 1;
			while (close < text.len &&
			       (is_segment((unsigned char)text.ptr[close]) || text.ptr[close] == '*'))
				close++;
			if (close >= text.len || text.ptr[close] != ']')
				return i;
			i = close + 1;
		}
		end = i;
		if (i >= text.len || (text.ptr[i] != '.' && text.ptr[i] != '/'))
			break;
		i++;
	}
	return end;
}

static bool has_letter(struct errnorm_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (en_is_alnum((unsigned char)text.ptr[i]) && !en_is_digit((unsigned char)text.ptr[i]))
			return true;
	return false;
}

/*
 * text as a parameter's path, or a NULL view. Some providers go on with a sentence behind the path; that is taken only if the path is more
 * than a word, for a sentence begins with a word, too.
 */
static struct errnorm_str as_path(struct errnorm_str text)
{
	struct errnorm_str path;

	text = en_str_trim(text);
	if (en_str_starts(text, EN_STR("#/")))
		text = en_str_from(text, 2);
	while (text.len && (text.ptr[0] == '/' || text.ptr[0] == '.'))
		text = en_str_from(text, 1);
	path = en_str(text.ptr, path_length(text));
	if (path.len == 0 || path.len > PARAM_MAX || !has_letter(path))
		return EN_STR_NULL;
	if (path.len == text.len)
		return path;
	if (memchr(path.ptr, '[', path.len) || memchr(path.ptr, '.', path.len))
		return text.ptr[path.len] == ' ' || text.ptr[path.len] == ':' ? path : EN_STR_NULL;
	return EN_STR_NULL;
}

static struct errnorm_str said_by_rule(struct errnorm_scratch *work, const struct en_decision *decision)
{
	struct en_layer *layer = decision->layer;
	struct errnorm_str said = en_template_fill(work, layer, en_model_text(work->model, decision->rule->param));

	for (size_t i = 0; !said.ptr && i < layer->capture_count; i++)
		if (en_str_eq(layer->captures[i].name, EN_STR("param")))
			said = layer->captures[i].value;
	return said.ptr ? as_path(said) : EN_STR_NULL;
}

/* How languages print that there is no value; what put it into a field that expects text meant no name. */
static bool is_printed_null(struct errnorm_str text)
{
	return en_str_eq(text, EN_STR("None")) || en_str_eq(text, EN_STR("null")) ||
	       en_str_eq(text, EN_STR("undefined"));
}

static struct errnorm_str said_by_field(struct errnorm_scratch *work, struct en_layer *layer)
{
	const struct en_fact *field = en_fact_get(work, layer, EN_FACT_PARAM);

	return field && field->has_text && !is_printed_null(field->text) ? as_path(field->text) : EN_STR_NULL;
}

/* What one pattern finds. One that no phrase of the index keeps from being run is run on the beginning of the message only. */
static enum en_regex_result run_pattern(struct errnorm_scratch *work, const struct en_param *param,
					const struct en_fact *message)
{
	const struct en_regex *regex = work->regexes[param->regex];
	struct errnorm_str text = message->norm;

	if (!param->gates.count && text.len > EN_PARAM_TEXT_MAX)
		text.len = en_utf8_floor(text.ptr, EN_PARAM_TEXT_MAX);
	if (!en_literals_in(work->model, param->literals, en_str(message->low.ptr, text.len)))
		return EN_REGEX_NO;
	if (text.len == message->norm.len)
		return en_regex_run(regex, work->match, text, 0);
	return en_regex_run_cut(regex, work->match, text);
}

static struct errnorm_str said_by_message(struct errnorm_scratch *work, struct en_layer *layer)
{
	const struct en_param *params = EN_AT(work->model, params, struct en_param);
	struct en_fact *message = en_fact_get(work, layer, EN_FACT_MESSAGE);
	const uint32_t *list = EN_AT(work->model, param_lists, uint32_t);
	struct en_range range = layer->chain->params;

	if (!message || !message->has_text)
		return EN_STR_NULL;
	en_fact_fold(work, message);
	for (uint32_t i = range.first; i < range.first + range.count; i++) {
		const struct en_param *param = &params[list[i]];
		struct errnorm_str found;
		if (!en_gates_open(work, layer, param->gates))
			continue;
		switch (run_pattern(work, param, message)) {
		case EN_REGEX_NO:
			continue;
		case EN_REGEX_LIMIT:
			work->flags |= ERRNORM_VERDICT_LIMIT_HIT;
			continue;
		case EN_REGEX_YES:
			break;
		}
		found = en_regex_group(work->match, message->norm, param->group);
		found = found.len ? as_path(found) : EN_STR_NULL;
		if (found.ptr)
			return found;
	}
	return EN_STR_NULL;
}

struct errnorm_str en_param_find(struct errnorm_scratch *work, const struct en_decision *decision, uint32_t type)
{
	struct errnorm_str param = said_by_rule(work, decision);
	struct errnorm_str where = EN_STR("rule");

	/* A field that is called "param" under a limit or a refused key names something else: a queue, a quota. */
	if (!param.ptr && (type == ERRNORM_TYPE_INVALID_REQUEST || type == ERRNORM_TYPE_NOT_FOUND ||
			   type == ERRNORM_TYPE_PERMISSION)) {
		param = said_by_field(work, decision->layer);
		where = EN_STR("fact");
	}
	if (!param.ptr && type == ERRNORM_TYPE_INVALID_REQUEST) {
		param = said_by_message(work, decision->layer);
		where = EN_STR("message");
	}
	if (param.ptr)
		en_trace(work, ERRNORM_TRACE_PARAM, EN_STR_NULL, param, where, 0);
	return param;
}
