/*
 * catalogue.c - the fixed texts of the codes, and whose words a client reads.
 */
#include "render.h"

#include "utf8.h"

const char *en_type_name(uint32_t type)
{
	static const char *const names[] = {NULL,
#define XX(number, NAME, name) #name,
					    ERRNORM_TYPE_LIST(XX)
#undef XX
	};

	return type <= ERRNORM_TYPE_MAX ? names[type] : NULL;
}

static struct en_code_facts builtin_facts(uint32_t code)
{
	switch (code) {
#define XX(number, NAME, name, http, byok, TYPE, retry, FAILOVER, FAULT, BYOK_FAULT, text)                             \
	case (number):                                                                                                 \
		return (struct en_code_facts){EN_STR(#name), EN_STR(text), false, http, byok, retry};
		ERRNORM_CODE_LIST(XX)
#undef XX
	default:
		return (struct en_code_facts){.name = EN_STR_NULL};
	}
}

struct en_code_facts en_code_facts(const struct en_model *model, uint32_t code)
{
	const struct en_code_text *texts = EN_AT(model, code_texts, struct en_code_text);
	struct en_code_facts facts = builtin_facts(code);

	if (code >= ERRNORM_CODE_CUSTOM && code - ERRNORM_CODE_CUSTOM < model->codes.count) {
		const struct en_code *custom = &EN_AT(model, codes, struct en_code)[code - ERRNORM_CODE_CUSTOM];
		facts = (struct en_code_facts){en_model_text(model, custom->name),
					       en_model_text(model, custom->message),
					       false,
					       custom->http_status,
					       custom->http_status_byok,
					       custom->retryable != 0};
	}
	for (uint32_t i = 0; i < model->code_texts.count; i++)
		if (texts[i].code == code) {
			facts.text = en_model_text(model, texts[i].text);
			facts.template = true;
		}
	return facts;
}

void en_catalogue_put(struct en_render *render, bool bare)
{
	struct en_code_facts facts = en_code_facts(render->model, render->verdict->code);
	static const struct errnorm_verdict nothing = {.retry_after_ms = -1};
	const struct errnorm_verdict *verdict = render->verdict;

	if (!facts.text.len)
		facts.text = EN_STR("The request failed.");
	if (bare)
		render->verdict = &nothing;
	if (facts.template)
		en_template_put(render, facts.text, true);
	else
		en_out_text(&render->out, facts.text);
	render->verdict = verdict;
}

struct errnorm_str en_provider_words(const struct errnorm_verdict *verdict)
{
	return verdict->rule.ptr && !(verdict->flags & ERRNORM_VERDICT_CATALOGUE) ? verdict->message : EN_STR_NULL;
}

static uint32_t policy_of(const struct en_render *render)
{
	return render->how->message ? render->how->message : render->dialect->message;
}

void en_message_put(struct en_render *render)
{
	const struct errnorm_verdict *verdict = render->verdict;
	bool own = !verdict->rule.ptr && !(verdict->flags & ERRNORM_VERDICT_CATALOGUE);
	uint32_t policy = policy_of(render);

	if (own && policy == ERRNORM_MESSAGE_CATALOGUE && render->how->message != ERRNORM_MESSAGE_CATALOGUE)
		policy = ERRNORM_MESSAGE_PROVIDER;
	if (own && policy == ERRNORM_MESSAGE_BOTH)
		policy = ERRNORM_MESSAGE_PROVIDER;
	if (!verdict->message.len || verdict->flags & ERRNORM_VERDICT_CATALOGUE)
		policy = ERRNORM_MESSAGE_CATALOGUE;
	if (policy == ERRNORM_MESSAGE_PROVIDER) {
		en_out_text(&render->out, verdict->message);
		return;
	}
	en_catalogue_put(render, false);
	if (policy != ERRNORM_MESSAGE_BOTH)
		return;
	en_out_text(&render->out, EN_STR(" ("));
	if (verdict->provider.len) {
		en_out_text(&render->out, verdict->provider);
		en_out_text(&render->out, EN_STR(": "));
	}
	en_out_text(&render->out, verdict->message);
	en_out_text(&render->out, EN_STR(")"));
}

struct errnorm_str en_catalogue_text(const struct en_model *model, const struct errnorm_verdict *verdict, char *buf,
				     size_t cap)
{
	struct en_render render = {
		.out = {.buf = buf, .cap = cap, .mode = EN_OUT_PLAIN},
		.model = model,
		.verdict = verdict,
	};

	en_catalogue_put(&render, false);
	return en_str(buf, render.out.len > cap ? en_utf8_floor(buf, cap) : render.out.len);
}
