/*
 * verdict.c - the whole way: read, classify, settle, and fill in what the caller gets.
 */
#include "work.h"

#include <string.h>

#include "html.h"

static const struct en_code *custom_code(const struct en_model *model, uint32_t code)
{
	return &EN_AT(model, codes, struct en_code)[code - ERRNORM_CODE_CUSTOM];
}

void en_verdict_code(const struct errnorm_scratch *work, uint32_t code, bool byok, struct errnorm_verdict *ret,
		     struct errnorm_str *ret_message)
{
	ret->code = code;
	if (code >= ERRNORM_CODE_CUSTOM) {
		const struct en_code *custom = custom_code(work->model, code);
		ret->type = custom->type;
		ret->http_status = byok ? custom->http_status_byok : custom->http_status;
		ret->failover = custom->failover;
		ret->fault = byok ? custom->fault_byok : custom->fault;
		ret->flags |= custom->retryable ? ERRNORM_VERDICT_RETRYABLE : 0;
		*ret_message = en_model_text(work->model, custom->message);
		return;
	}
	switch (code) {
#define XX(number, NAME, name, http, byok_http, TYPE, retry, FAILOVER, FAULT, BYOK_FAULT, text)                        \
	case (number):                                                                                                 \
		ret->type = ERRNORM_TYPE_##TYPE;                                                                       \
		ret->http_status = byok ? (byok_http) : (http);                                                        \
		ret->failover = ERRNORM_FAILOVER_##FAILOVER;                                                           \
		ret->fault = byok ? ERRNORM_FAULT_##BYOK_FAULT : ERRNORM_FAULT_##FAULT;                                \
		ret->flags |= (retry) ? ERRNORM_VERDICT_RETRYABLE : 0;                                                 \
		*ret_message = EN_STR(text);                                                                           \
		break;
		ERRNORM_CODE_LIST(XX)
#undef XX
	default:
		break;
	}
}

/* The upstream's own word on whether to try again; the outermost that has one counts. */
static int said_should_retry(struct errnorm_scratch *work)
{
	for (size_t i = 0; i < work->layer_count; i++) {
		struct en_fact *fact = en_fact_get(work, &work->layers[i], EN_FACT_SHOULD_RETRY);
		if (fact)
			en_fact_fold(work, fact);
		if (fact && en_str_eq(fact->low, EN_STR("true")))
			return 1;
		if (fact && en_str_eq(fact->low, EN_STR("false")))
			return 0;
	}
	return -1;
}

static void fill_overrides(struct errnorm_scratch *work, const struct en_rule *rule, struct errnorm_verdict *ret)
{
	int retry = said_should_retry(work);

	if (rule->http_status)
		ret->http_status = rule->http_status;
	if (rule->failover != EN_UNSET)
		ret->failover = rule->failover;
	if (rule->fault != EN_UNSET)
		ret->fault = rule->fault;
	if (retry < 0 && rule->retryable != EN_UNSET)
		retry = rule->retryable;
	if (retry == 1)
		ret->flags |= ERRNORM_VERDICT_RETRYABLE;
	else if (retry == 0)
		ret->flags &= ~(uint32_t)ERRNORM_VERDICT_RETRYABLE;
}

/* A fact of the response that decided, else of one around it. */
static struct en_fact *find_fact(struct errnorm_scratch *work, struct en_layer *layer, uint32_t fact)
{
	for (struct en_layer *l = layer; l >= work->layers; l--) {
		struct en_fact *value = en_fact_get(work, l, fact);
		if (value && value->has_text && value->text.len)
			return value;
	}
	return NULL;
}

static struct errnorm_str put_fact(struct errnorm_scratch *work, const struct en_fact *fact)
{
	return fact ? en_redact(work, fact->text, EN_FIELD_MAX, NULL) : EN_STR_NULL;
}

static void add_detail(struct errnorm_scratch *work, struct errnorm_str name, struct errnorm_str value)
{
	if (!value.ptr || work->detail_count == EN_DETAIL_MAX)
		return;
	for (size_t i = 0; i < work->detail_count; i++)
		if (en_str_eq(work->details[i].name, name))
			return;
	value = en_redact(work, value, EN_FIELD_MAX, NULL);
	if (value.len)
		work->details[work->detail_count++] = (struct errnorm_detail){name, value};
}

static struct errnorm_str provider_of(const struct errnorm_scratch *work, const struct en_chain *chain)
{
	if (chain->table == EN_NONE)
		return EN_STR_NULL;
	return en_model_text(work->model, EN_AT(work->model, tables, struct en_table)[chain->table].name);
}

static void fill_details(struct errnorm_scratch *work, const struct en_decision *decision, struct errnorm_verdict *ret)
{
	const struct en_detail *details = EN_AT(work->model, details, struct en_detail) + decision->rule->details.first;
	struct en_layer *layer = decision->layer;

	work->detail_count = 0;
	for (uint32_t i = 0; i < decision->rule->details.count; i++)
		add_detail(work, en_model_text(work->model, details[i].name),
			   en_template_fill(work, layer, en_model_text(work->model, details[i].value)));
	for (size_t i = 0; i < layer->capture_count; i++)
		if (layer->captures[i].name.ptr[0] != '_' && !en_str_eq(layer->captures[i].name, EN_STR("param")))
			add_detail(work, layer->captures[i].name, layer->captures[i].value);
	if (layer->chain != work->layers[0].chain)
		add_detail(work, EN_STR("via"), provider_of(work, work->layers[0].chain));
	ret->details = work->detail_count ? work->details : NULL;
	ret->detail_count = work->detail_count;
}

/* What the provider said, if it is fit to be shown: a page is not, and neither is one inside of JSON. */
static struct errnorm_str message_text(struct errnorm_scratch *work, const struct en_decision *decision)
{
	struct errnorm_str said =
		en_template_fill(work, decision->layer, en_model_text(work->model, decision->rule->message));
	const struct en_fact *fact = find_fact(work, decision->layer, EN_FACT_MESSAGE);

	if (said.ptr)
		return said;
	if (!fact || decision->layer->forms & (1u << EN_BODY_HTML | 1u << EN_BODY_ENCODED) || en_html_probe(fact->text))
		return EN_STR_NULL;
	return fact->text;
}

static void fill_message(struct errnorm_scratch *work, const struct en_decision *decision, struct errnorm_str catalogue,
			 struct errnorm_verdict *ret)
{
	struct errnorm_str text = message_text(work, decision);
	bool cut = false;

	ret->message = en_redact(work, text, EN_MESSAGE_MAX, &cut);
	if (cut)
		work->flags |= ERRNORM_VERDICT_MESSAGE_CUT;
	if (ret->message.len)
		return;
	ret->message = ret->code < ERRNORM_CODE_CUSTOM
			       ? catalogue
			       : en_redact(work, catalogue, EN_MESSAGE_MAX, NULL); /* the table's words */
	work->flags |= ERRNORM_VERDICT_CATALOGUE;
}

static void fill_provider(struct errnorm_scratch *work, const struct en_decision *decision, struct errnorm_verdict *ret)
{
	struct en_layer *layer = decision->layer;
	const struct en_fact *id = NULL;

	ret->provider = provider_of(work, layer->chain);
	if (!ret->provider.ptr && work->response->provider.len)
		ret->provider = en_redact(work, work->response->provider, EN_FIELD_MAX, NULL);
	ret->provider_status = layer->status;
	ret->provider_code = put_fact(work, find_fact(work, layer, EN_FACT_CODE));
	ret->provider_type = put_fact(work, find_fact(work, layer, EN_FACT_TYPE));
	/* The outermost id is the one that whoever was asked can look up. */
	for (size_t i = 0; i < work->layer_count && !id; i++)
		id = en_fact_get(work, &work->layers[i], EN_FACT_REQUEST_ID);
	ret->provider_request_id = id && id->has_text ? put_fact(work, id) : EN_STR_NULL;
}

/*
 * "Try again in 15 minutes" is how long an account takes to be let in, or a polite close, where the answer is that the request, the
 * credential or the name is wrong: only a field or header says a wait there.
 */
static bool is_wait(const struct errnorm_scratch *work, const struct en_rule *rule,
		    const struct errnorm_verdict *verdict)
{
	if (rule->wait == EN_RULE_WAIT_NONE)
		return false;
	return !work->wait.from_words || verdict->type == ERRNORM_TYPE_RATE_LIMIT ||
	       verdict->type == ERRNORM_TYPE_BILLING || verdict->type == ERRNORM_TYPE_UPSTREAM ||
	       verdict->type == ERRNORM_TYPE_API;
}

static void trace_wait(struct errnorm_scratch *work)
{
	char digits[20];
	size_t n = sizeof digits;
	int64_t ms = work->wait.ms;

	do
		digits[--n] = (char)('0' + ms % 10);
	while (ms /= 10);
	en_trace(work, ERRNORM_TRACE_WAIT, EN_STR_NULL, en_str(digits + n, sizeof digits - n), work->wait.source, 0);
}

static void fill(struct errnorm_scratch *work, const struct en_decision *decision, struct errnorm_verdict *ret)
{
	const struct en_model *model = work->model;
	const struct en_table *tables = EN_AT(model, tables, struct en_table);
	const struct en_rule *rule = decision->rule;
	struct en_fact *message = find_fact(work, decision->layer, EN_FACT_MESSAGE);
	bool byok = work->response->flags & ERRNORM_RESPONSE_BYOK;
	struct errnorm_str catalogue = EN_STR("");

	en_verdict_code(work, en_settle(work, decision), byok, ret, &catalogue);
	fill_overrides(work, rule, ret);
	ret->retry_after_ms = is_wait(work, rule, ret) ? work->wait.ms : -1;
	if (ret->retry_after_ms >= 0 && work->trace)
		trace_wait(work);
	ret->rule = en_model_text(model, rule->id);
	ret->rule_file = en_model_text(model, tables[rule->table].file);
	ret->rule_line = rule->line;
	fill_message(work, decision, catalogue, ret);
	ret->param = en_redact(work, en_param_find(work, decision, ret->type), EN_FIELD_MAX, NULL);
	fill_provider(work, decision, ret);
	fill_details(work, decision, ret);
	if (message)
		en_fact_fold(work, message);
	ret->fingerprint = en_fingerprint(message ? message->low : EN_STR(""), decision->layer->status);
	if (decision->fallback)
		work->flags |= ERRNORM_VERDICT_FALLBACK;
	if (byok)
		work->flags |= ERRNORM_VERDICT_BYOK;
	ret->flags |= work->flags;
}

/* ---- the provider that nobody named ---- */

static const struct en_chain *recognise(struct errnorm_scratch *work, struct en_layer *layer)
{
	const struct en_mark *marks = EN_AT(work->model, marks, struct en_mark);

	for (uint32_t i = 0; i < work->model->marks.count; i++)
		if (en_fact_possible(layer, marks[i].fact) && en_conds_hold(work, layer, marks[i].conds, false, NULL))
			return &EN_AT(work->model, chains, struct en_chain)[marks[i].chain];
	return NULL;
}

static bool read_outer(struct errnorm_scratch *work, struct en_layer *layer)
{
	const struct errnorm_response *response = work->response;

	work->text_len = 0;
	layer->body = response->body;
	layer->http_status = response->http_status;
	layer->transport = response->transport;
	layer->stream = (response->flags & ERRNORM_RESPONSE_STREAM_BEGUN) != 0;
	return en_read(work, layer, response->headers, response->header_count,
		       (response->flags & ERRNORM_RESPONSE_BODY_CUT) != 0);
}

void en_verdict(struct errnorm_scratch *work, const struct errnorm_response *response, struct errnorm_verdict *ret)
{
	struct en_layer *layer = &work->layers[0];
	const struct en_chain *chain = en_chain_named(work->model, response->provider);
	struct en_decision decision;
	size_t size = ret->size;
	bool is_error;

	work->response = response;
	work->layer_count = 1;
	work->out_len = work->detail_count = 0;
	work->flags = 0;
	work->wait = (struct en_wait_result){.ms = -1};
	layer->chain = chain ? chain : en_chain_none(work->model);
	is_error = read_outer(work, layer);
	if (is_error && !chain && !work->anonymous && (chain = recognise(work, layer))) {
		layer->chain = chain;
		work->flags |= ERRNORM_VERDICT_RECOGNISED;
		is_error = read_outer(work, layer);
	}
	*ret = (struct errnorm_verdict){.size = size, .retry_after_ms = -1};
	if (!is_error)
		return;
	decision = en_classify(work, layer);
	if (!decision.rule)
		return;
	fill(work, &decision, ret);
	en_trace(work, ERRNORM_TRACE_WIN, ret->rule, EN_STR_NULL, ret->rule_file, ret->rule_line);
}
