/*
 * render.c - the answer itself: which row of the dialect, the headers, the body or the frame.
 */
#include "render.h"

const struct en_dialect *en_dialect_named(const struct en_model *model, struct errnorm_str name)
{
	const struct en_dialect *dialects = EN_AT(model, dialects, struct en_dialect);

	for (uint32_t i = 0; i < model->dialects.count; i++)
		if (en_str_case_eq(en_model_text(model, dialects[i].name), name))
			return &dialects[i];
	return NULL;
}

const struct en_answer *en_answer_row(const struct en_model *model, const struct en_dialect *dialect, uint32_t code,
				      enum errnorm_origin origin, bool byok)
{
	const struct en_row *rows = EN_AT(model, dialect_rows, struct en_row) + dialect->rows.first;
	const struct en_answer *answers = EN_AT(model, answers, struct en_answer);
	const struct en_row *row = NULL;

	for (uint32_t i = 0; i < dialect->rows.count; i++) {
		if (rows[i].code == code) {
			row = &rows[i];
			break;
		}
		if (rows[i].code == ERRNORM_CODE_INTERNAL_ERROR)
			row = &rows[i];
	}
	if (byok && row->byok != EN_NONE)
		return &answers[row->byok];
	return &answers[origin == ERRNORM_ORIGIN_GATEWAY ? row->gateway : row->upstream];
}

/*
 * What was translated came from an upstream, unless it turned out to be the gateway's own part; what was raised is the gateway's, unless it is about
 * an upstream.
 */
static enum errnorm_origin origin_of(const struct errnorm_verdict *verdict)
{
	bool upstream = verdict->provider_status > 0 || verdict->type == ERRNORM_TYPE_UPSTREAM ||
			(verdict->rule.ptr && verdict->type != ERRNORM_TYPE_API);

	return upstream ? ERRNORM_ORIGIN_UPSTREAM : ERRNORM_ORIGIN_GATEWAY;
}

static const struct en_answer *find_answer(const struct en_render *render)
{
	const struct en_model *model = render->model;
	const struct en_dialect *dialect = render->dialect;
	const struct en_status_row *statuses =
		EN_AT(model, status_rows, struct en_status_row) + dialect->statuses.first;
	int32_t status = render->verdict->provider_status;

	for (uint32_t i = 0; status > 0 && i < dialect->statuses.count; i++)
		if ((uint32_t)status >= statuses[i].low && (uint32_t)status <= statuses[i].high)
			return &EN_AT(model, answers, struct en_answer)[statuses[i].answer];
	return en_answer_row(model, dialect, render->verdict->code, origin_of(render->verdict),
			     render->verdict->flags & ERRNORM_VERDICT_BYOK);
}

/* The dialect's advice on failures of this kind; evidence about this one failure overrules it. */
static bool advice(const struct en_render *render)
{
	bool said = render->verdict->flags & ERRNORM_VERDICT_RETRYABLE;

	if (render->answer->retryable == EN_UNSET ||
	    said != en_code_facts(render->model, render->verdict->code).retryable)
		return said;
	return render->answer->retryable != 0;
}

static int32_t status_of(const struct en_render *render)
{
	int32_t status = render->answer->http_status ? render->answer->http_status : render->verdict->http_status;

	return status >= 400 && status <= 599 ? status : 500;
}

/* ---- headers ---- */

struct headers {
	struct {
		size_t name, name_len, value, value_len; /* in the buffer */
	} list[ERRNORM_RENDERED_HEADER_MAX];
	size_t count;
};

/* Begins a header; its value is written next. */
static void begin(struct en_render *render, struct headers *headers, struct errnorm_str name)
{
	headers->list[headers->count].name = render->out.len;
	headers->list[headers->count].name_len = name.len;
	en_out_bytes(&render->out, name.ptr, name.len);
	headers->list[headers->count].value = render->out.len;
}

/* Ends it; one without a value is none. */
static void end(struct en_render *render, struct headers *headers)
{
	size_t value = headers->list[headers->count].value;

	headers->list[headers->count].value_len = render->out.len - value;
	if (render->out.len == value)
		render->out.len = headers->list[headers->count].name;
	else
		headers->count++;
}

static bool is_replaced(const struct en_render *render, struct errnorm_str name)
{
	const struct en_header_form *forms =
		EN_AT(render->model, dialect_headers, struct en_header_form) + render->dialect->headers.first;

	for (uint32_t i = 0; i < render->dialect->headers.count; i++)
		if (en_str_eq(en_model_text(render->model, forms[i].name), name))
			return true;
	return false;
}

static void put_header(struct en_render *render, struct headers *headers, struct errnorm_str name,
		       struct errnorm_str template)
{
	begin(render, headers, name);
	if (en_template_ready(render, template))
		en_template_put(render, template, false);
	end(render, headers);
}

static void put_headers(struct en_render *render, struct headers *headers)
{
	static const struct {
		struct errnorm_str name, template;
	} all[] = {
		{{"content-type", 12}, {"application/json", 16}},
		{{"retry-after", 11}, {"{retry_after}", 13}},
		{{"retry-after-ms", 14}, {"{retry_after_ms}", 16}},
		{{"x-should-retry", 14}, {"{retryable}", 11}},
	};
	const struct en_header_form *forms =
		EN_AT(render->model, dialect_headers, struct en_header_form) + render->dialect->headers.first;

	render->out.mode = EN_OUT_HEADER;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (!is_replaced(render, all[i].name))
			put_header(render, headers, all[i].name, all[i].template);
	for (uint32_t i = 0; i < render->dialect->headers.count; i++)
		put_header(render, headers, en_model_text(render->model, forms[i].name),
			   en_model_text(render->model, forms[i].value));
}

/* ---- bodies ---- */

static void put_body(struct en_render *render)
{
	render->out.mode = EN_OUT_JSON;
	en_form_put(render, render->dialect->envelope);
}

static void put_frame(struct en_render *render)
{
	struct errnorm_str event = en_model_text(render->model, render->dialect->frame_event);
	struct errnorm_str done = en_model_text(render->model, render->dialect->frame_done);

	render->out.mode = EN_OUT_HEADER;
	if (event.ptr) {
		EN_OUT(&render->out, "event: ");
		en_template_put(render, event, false);
		EN_OUT(&render->out, "\n");
	}
	EN_OUT(&render->out, "data: ");
	render->out.mode = EN_OUT_JSON;
	en_form_put(render, render->dialect->frame);
	EN_OUT(&render->out, "\n\n");
	if (done.ptr) {
		render->out.mode = EN_OUT_HEADER;
		EN_OUT(&render->out, "data: ");
		en_template_put(render, done, false);
		EN_OUT(&render->out, "\n\n");
	}
}

size_t en_render(const struct en_model *model, const struct errnorm_verdict *verdict, const struct en_dialect *dialect,
		 const struct errnorm_render *how, struct errnorm_rendered *ret, char *buf, size_t cap)
{
	struct en_render render = {
		.out = {.buf = buf, .cap = cap},
		.model = model,
		.verdict = verdict,
		.dialect = dialect,
		.how = how,
	};
	struct headers headers = {.count = 0};
	size_t body_len;

	render.answer = find_answer(&render);
	render.status = ret->http_status = status_of(&render);
	render.retryable = advice(&render);
	ret->retryable = render.retryable;
	if (how->form == ERRNORM_RENDER_STREAM)
		put_frame(&render);
	else
		put_body(&render);
	body_len = render.out.len;
	if (how->form != ERRNORM_RENDER_STREAM)
		put_headers(&render, &headers);
	if (cap)
		buf[render.out.len < cap ? render.out.len : 0] = 0;
	if (render.out.len >= cap)
		return render.out.len;
	ret->body = en_str(buf, body_len);
	ret->header_count = headers.count;
	for (size_t i = 0; i < headers.count; i++)
		ret->headers[i] =
			(struct errnorm_header){en_str(buf + headers.list[i].name, headers.list[i].name_len),
						en_str(buf + headers.list[i].value, headers.list[i].value_len)};
	return render.out.len;
}
