/*
 * form.c - templates filled in: names to values, values to text or JSON.
 */
#include "render.h"

#include "num.h"
#include "variable.h"

enum value_kind {
	VALUE_ABSENT,
	VALUE_TEXT,
	VALUE_NUMBER,
	VALUE_BOOL,
	VALUE_MESSAGE,
	VALUE_TITLE,
	VALUE_LINK,
	VALUE_DETAILS,
};

struct value {
	enum value_kind kind;
	struct errnorm_str text;
	int64_t number;
};

static struct value text_value(struct errnorm_str text)
{
	return (struct value){text.len ? VALUE_TEXT : VALUE_ABSENT, text, 0};
}

static struct value number_value(int64_t number, bool known)
{
	return (struct value){known ? VALUE_NUMBER : VALUE_ABSENT, EN_STR_NULL, number};
}

static struct value name_value(const char *name)
{
	return text_value(name ? en_str(name, strlen(name)) : EN_STR_NULL);
}

/* name: several, separated by bars, of which the first that is there counts. */
static struct value detail_value(const struct errnorm_verdict *verdict, struct errnorm_str name)
{
	while (name.len) {
		struct errnorm_str one = {name.ptr, en_template_find(name, 0, '|')};
		for (size_t i = 0; i < verdict->detail_count; i++)
			if (en_str_eq(verdict->details[i].name, one) && verdict->details[i].value.len)
				return text_value(verdict->details[i].value);
		name = en_str_from(name, one.len + 1);
	}
	return text_value(EN_STR_NULL);
}

static struct value answer_value(const struct en_render *render, struct en_text text)
{
	return text_value(en_model_text(render->model, text));
}

/* Seconds are rounded up: who waits less is refused again. */
static int64_t seconds(int64_t ms)
{
	return ms / 1000 + (ms % 1000 != 0);
}

static struct value find_value(const struct en_render *render, uint32_t variable, struct errnorm_str detail)
{
	const struct errnorm_verdict *verdict = render->verdict;
	bool waits = verdict->retry_after_ms >= 0;

	switch ((enum en_variable)variable) {
	case EN_VARIABLE_CODE:
		return answer_value(render, render->answer->code);
	case EN_VARIABLE_TYPE:
		return answer_value(render, render->answer->type);
	case EN_VARIABLE_STATUS:
		return number_value(render->status, true);
	case EN_VARIABLE_MESSAGE:
		return (struct value){VALUE_MESSAGE, EN_STR_NULL, 0};
	case EN_VARIABLE_TITLE:
		return (struct value){VALUE_TITLE, EN_STR_NULL, 0};
	case EN_VARIABLE_RETRYABLE:
		return (struct value){VALUE_BOOL, EN_STR_NULL, render->retryable};
	case EN_VARIABLE_DOC_URL: {
		struct value value = answer_value(render, render->answer->doc_url);
		if (value.kind == VALUE_TEXT)
			value.kind = VALUE_LINK;
		return value;
	}
	case EN_VARIABLE_PARAM:
		return text_value(verdict->param);
	case EN_VARIABLE_RETRY_AFTER:
		return number_value(seconds(verdict->retry_after_ms), waits);
	case EN_VARIABLE_RETRY_AFTER_MS:
		return number_value(verdict->retry_after_ms, waits);
	case EN_VARIABLE_REQUEST_ID:
		return text_value(render->how->request_id);
	case EN_VARIABLE_SEQUENCE_NUMBER:
		return number_value(render->how->sequence_number, true);
	case EN_VARIABLE_PROVIDER:
		return text_value(verdict->provider);
	case EN_VARIABLE_PROVIDER_STATUS:
		return number_value(verdict->provider_status, verdict->provider_status > 0);
	case EN_VARIABLE_PROVIDER_CODE:
		return text_value(verdict->provider_code);
	case EN_VARIABLE_PROVIDER_TYPE:
		return text_value(verdict->provider_type);
	case EN_VARIABLE_PROVIDER_REQUEST_ID:
		return text_value(verdict->provider_request_id);
	case EN_VARIABLE_RAW:
		return text_value(en_provider_words(verdict));
	case EN_VARIABLE_CANONICAL:
		return text_value(en_code_facts(render->model, verdict->code).name);
	case EN_VARIABLE_CANONICAL_TYPE:
		return name_value(en_type_name(verdict->type));
	case EN_VARIABLE_DETAILS:
		return (struct value){VALUE_DETAILS, EN_STR_NULL, 0};
	case EN_VARIABLE_DETAIL:
		return detail_value(verdict, detail);
	case EN_VARIABLE_MAX:
		break;
	}
	return text_value(EN_STR_NULL);
}

/* ---- text ---- */

static void put_text(struct en_render *render, const struct value *value)
{
	switch (value->kind) {
	case VALUE_TEXT:
		en_out_text(&render->out, value->text);
		break;
	case VALUE_NUMBER:
		en_out_number(&render->out, value->number);
		break;
	case VALUE_BOOL:
		en_out_text(&render->out, value->number ? EN_STR("true") : EN_STR("false"));
		break;
	case VALUE_MESSAGE:
		en_message_put(render);
		break;
	case VALUE_TITLE:
		en_catalogue_put(render, true);
		break;
	case VALUE_LINK:
		en_template_put(render, value->text, false);
		break;
	case VALUE_ABSENT:
	case VALUE_DETAILS:
		break;
	}
}

/* The value of the name that begins behind text[at]; *ret_end: behind its brace. */
static struct value value_at(const struct en_render *render, struct errnorm_str text, size_t at, size_t *ret_end)
{
	size_t close = en_template_find(text, at, '}');
	struct errnorm_str detail;
	uint32_t variable = en_variable_named(en_str(text.ptr + at + 1, close - at - 1), &detail);

	*ret_end = close < text.len ? close + 1 : close;
	return find_value(render, variable, detail);
}

bool en_template_ready(const struct en_render *render, struct errnorm_str template)
{
	size_t at = en_template_find(template, 0, '{');

	while (at < template.len)
		if (value_at(render, template, at, &at).kind == VALUE_ABSENT)
			return false;
		else
			at = en_template_find(template, at, '{');
	return true;
}

void en_template_put(struct en_render *render, struct errnorm_str template, bool brackets)
{
	size_t at = 0;

	while (at < template.len) {
		size_t from = at;
		while (at < template.len && template.ptr[at] != '{' &&
		       !(brackets && (template.ptr[at] == '[' || template.ptr[at] == ']')))
			at++;
		en_out_text(&render->out, en_str(template.ptr + from, at - from));
		if (at == template.len)
			break;
		if (template.ptr[at] == '{') {
			struct value value = value_at(render, template, at, &at);
			put_text(render, &value);
			continue;
		}
		if (template.ptr[at] == '[') {
			size_t close = en_template_find(template, at, ']');
			if (!en_template_ready(render, en_str(template.ptr + at, close - at)))
				at = close;
		}
		at++;
	}
}

/* ---- JSON ---- */

/* A whole number as JSON has it, and small enough for every reader. */
static bool is_number(struct errnorm_str text)
{
	int64_t number;

	return text.len < 16 && en_is_digit((unsigned char)text.ptr[0]) && (text.len == 1 || text.ptr[0] != '0') &&
	       en_num_int(text, &number);
}

/* Has an earlier detail the same name? */
static bool is_repeated(const struct errnorm_verdict *verdict, size_t number)
{
	for (size_t i = 0; i < number; i++)
		if (en_str_eq(verdict->details[i].name, verdict->details[number].name))
			return true;
	return false;
}

static void put_verdict_details(struct en_render *render)
{
	const struct errnorm_verdict *verdict = render->verdict;

	EN_OUT(&render->out, "{");
	for (size_t i = 0; i < verdict->detail_count; i++) {
		if (is_repeated(verdict, i))
			continue;
		if (i)
			EN_OUT(&render->out, ",");
		en_out_string(&render->out, verdict->details[i].name);
		EN_OUT(&render->out, ":");
		en_out_string(&render->out, verdict->details[i].value);
	}
	EN_OUT(&render->out, "}");
}

/* The answer's own; of a closed dialect only those: what it does not promise it does not tell. */
static bool put_details(struct en_render *render)
{
	if (render->answer->details != EN_NONE)
		return en_form_put(render, render->answer->details);
	if (!render->dialect->closed && render->verdict->detail_count) {
		put_verdict_details(render);
		return true;
	}
	EN_OUT(&render->out, "{}");
	return false;
}

static bool put_value(struct en_render *render, const struct en_form *form)
{
	struct value value = find_value(render, form->value.variable, en_model_text(render->model, form->value.detail));

	switch (value.kind) {
	case VALUE_ABSENT:
		EN_OUT(&render->out, "null");
		return false;
	case VALUE_DETAILS:
		return put_details(render);
	case VALUE_NUMBER:
	case VALUE_BOOL:
		put_text(render, &value);
		return true;
	default:
		break;
	}
	if (form->value.variable == EN_VARIABLE_DETAIL && is_number(value.text)) {
		put_text(render, &value);
		return true;
	}
	EN_OUT(&render->out, "\"");
	put_text(render, &value);
	EN_OUT(&render->out, "\"");
	return true;
}

static bool put_string(struct en_render *render, struct errnorm_str template)
{
	if (!en_template_ready(render, template)) {
		EN_OUT(&render->out, "null");
		return false;
	}
	EN_OUT(&render->out, "\"");
	en_template_put(render, template, false);
	EN_OUT(&render->out, "\"");
	return true;
}

/* Is it an object that depends on a value that is absent? */
static bool is_left_out(const struct en_render *render, const struct en_form *form)
{
	return form->kind == EN_FORM_OBJECT && form->value.variable != EN_NONE &&
	       find_value(render, form->value.variable, en_model_text(render->model, form->value.detail)).kind ==
		       VALUE_ABSENT;
}

static bool put_members(struct en_render *render, uint32_t number)
{
	const struct en_form *forms = EN_AT(render->model, forms, struct en_form);
	bool object = forms[number].kind == EN_FORM_OBJECT;
	bool any = false;

	en_out_bytes(&render->out, object ? "{" : "[", 1);
	for (uint32_t i = number + 1; i < forms[number].next; i = forms[i].next) {
		size_t mark = render->out.len;
		if (is_left_out(render, &forms[i]))
			continue;
		if (any)
			EN_OUT(&render->out, ",");
		if (object) {
			en_out_string(&render->out, en_model_text(render->model, forms[i].key));
			EN_OUT(&render->out, ":");
		}
		if (!en_form_put(render, i) && (forms[i].optional || !object))
			render->out.len = mark;
		else
			any = true;
	}
	en_out_bytes(&render->out, object ? "}" : "]", 1);
	return any;
}

bool en_form_put(struct en_render *render, uint32_t number)
{
	const struct en_form *form = &EN_AT(render->model, forms, struct en_form)[number];
	struct errnorm_str text = en_model_text(render->model, form->text);

	switch ((enum en_form_kind)form->kind) {
	case EN_FORM_VALUE:
		return put_value(render, form);
	case EN_FORM_STRING:
		return put_string(render, text);
	case EN_FORM_OBJECT:
	case EN_FORM_ARRAY:
		return put_members(render, number);
	case EN_FORM_LITERAL:
		break;
	}
	en_out_bytes(&render->out, text.ptr, text.len);
	return true;
}
