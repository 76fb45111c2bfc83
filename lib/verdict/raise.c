/*
 * raise.c - a verdict of the gateway's own: from a code and what the gateway knows, by the same way out as what an upstream said.
 */
#include "work.h"

/* Has one of the details before the last the same name? The first counts, as with captures. */
static bool is_repeated(const struct errnorm_scratch *work)
{
	for (size_t i = 0; i < work->detail_count; i++)
		if (en_str_eq(work->details[i].name, work->details[work->detail_count].name))
			return true;
	return false;
}

static void raise_details(struct errnorm_scratch *work, const struct errnorm_raise *raise, struct errnorm_verdict *ret)
{
	for (size_t i = 0; i < raise->detail_count && work->detail_count < EN_DETAIL_MAX; i++) {
		struct errnorm_detail *detail = &work->details[work->detail_count];
		detail->name = en_redact(work, raise->details[i].name, EN_FIELD_MAX, NULL);
		detail->value = en_redact(work, raise->details[i].value, EN_FIELD_MAX, NULL);
		if (detail->name.len && detail->value.len && !is_repeated(work))
			work->detail_count++;
	}
	ret->details = work->detail_count ? work->details : NULL;
	ret->detail_count = work->detail_count;
}

static struct errnorm_str provider_name(struct errnorm_scratch *work, struct errnorm_str name)
{
	const struct en_chain *chain = en_chain_named(work->model, name);

	if (!chain || chain->table == EN_NONE)
		return name.len ? en_redact(work, name, EN_FIELD_MAX, NULL) : EN_STR_NULL;
	return en_model_text(work->model, EN_AT(work->model, tables, struct en_table)[chain->table].name);
}

static struct errnorm_str or_none(struct errnorm_str text)
{
	return text.len ? text : EN_STR_NULL;
}

void en_raise(struct errnorm_scratch *work, uint32_t code, const struct errnorm_raise *raise,
	      struct errnorm_verdict *ret)
{
	const struct errnorm_response secrets = {.secrets = raise->secrets, .secret_count = raise->secret_count};
	bool byok = raise->flags & ERRNORM_RESPONSE_BYOK;
	struct errnorm_str catalogue;
	size_t size = ret->size;
	bool cut = false;

	work->response = &secrets;
	work->text_len = work->out_len = work->detail_count = 0;
	work->flags = byok ? ERRNORM_VERDICT_BYOK : 0;
	*ret = (struct errnorm_verdict){.size = size, .retry_after_ms = -1};
	en_verdict_code(work, code, byok, ret, &catalogue);
	if (raise->retry_after_ms > 0)
		ret->retry_after_ms = raise->retry_after_ms;
	ret->message = en_redact(work, raise->message, EN_MESSAGE_MAX, &cut);
	work->flags |= cut ? ERRNORM_VERDICT_MESSAGE_CUT : 0;
	if (!ret->message.len) {
		ret->message = catalogue;
		work->flags |= ERRNORM_VERDICT_CATALOGUE;
	}
	ret->param = or_none(en_redact(work, raise->param, EN_FIELD_MAX, NULL));
	ret->provider = provider_name(work, raise->provider);
	raise_details(work, raise, ret);
	ret->flags |= work->flags;
	work->response = NULL;
}
