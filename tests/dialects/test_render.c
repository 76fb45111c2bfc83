/*
 * test_render.c - answers: valid whatever stands in a verdict, whole or not at all, and in the words that were asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <errnorm/load.h>
#include <errnorm/render.h>

#define STR(text) ((struct errnorm_str){text, sizeof(text) - 1})

static struct errnorm_tables *tables;
static struct errnorm_scratch *scratch;
static struct errnorm_rendered rendered;
static char buf[4 << 20];

static int open_tables(void **state)
{
	(void)state;
	return errnorm_tables_builtin(NULL, &tables) || errnorm_scratch_new(tables, NULL, &scratch);
}

static int close_tables(void **state)
{
	(void)state;
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(tables);
	return 0;
}

/* Tables with one more text, and a scratch for them, in place of the built-in ones until shut(). */
static struct errnorm_tables *kept_tables;
static struct errnorm_scratch *kept_scratch;

static enum errnorm_rc load(const char *first, const char *second)
{
	struct errnorm_builder *builder;
	enum errnorm_rc rc;

	kept_tables = tables;
	kept_scratch = scratch;
	assert_int_equal(errnorm_builder_new(NULL, &builder), ERRNORM_OK);
	errnorm_builder_add_builtin(builder);
	errnorm_builder_add_text(builder, STR("first.json"), (struct errnorm_str){first, strlen(first)});
	if (second)
		errnorm_builder_add_text(builder, STR("second.json"), (struct errnorm_str){second, strlen(second)});
	rc = errnorm_builder_finish(builder, &tables);
	if (rc == ERRNORM_OK)
		assert_int_equal(errnorm_scratch_new(tables, NULL, &scratch), ERRNORM_OK);
	errnorm_builder_free(builder);
	return rc;
}

static void shut(void)
{
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(tables);
	tables = kept_tables;
	scratch = kept_scratch;
}

static void check_text(struct errnorm_str got, const char *want)
{
	if (got.len != strlen(want) || memcmp(got.ptr, want, got.len) != 0)
		fail_msg("got \"%.*s\", want \"%s\"", (int)got.len, got.ptr ? got.ptr : "", want);
}

static struct errnorm_verdict raised(uint32_t code, const struct errnorm_raise *raise)
{
	struct errnorm_verdict verdict = {.size = sizeof(verdict)};

	assert_int_equal(errnorm_raise(tables, scratch, code, raise, &verdict), ERRNORM_OK);
	return verdict;
}

static struct errnorm_verdict translated(int status, struct errnorm_str body)
{
	struct errnorm_response response = {
		.size = sizeof(response), .provider = STR("openai"), .http_status = status, .body = body};
	struct errnorm_verdict verdict = {.size = sizeof(verdict)};

	assert_int_equal(errnorm_translate(tables, scratch, &response, &verdict), ERRNORM_OK);
	return verdict;
}

static struct errnorm_render way(struct errnorm_str dialect)
{
	return (struct errnorm_render){.size = sizeof(struct errnorm_render), .dialect = dialect};
}

static size_t render(const struct errnorm_verdict *verdict, const struct errnorm_render *how)
{
	rendered = (struct errnorm_rendered){.size = sizeof(rendered)};
	return errnorm_render(tables, verdict, how, &rendered, buf, sizeof(buf));
}

static const char *header(const char *name)
{
	static char value[1000];

	for (size_t i = 0; i < rendered.header_count; i++) {
		const struct errnorm_header *one = &rendered.headers[i];
		if (one->name.len == strlen(name) && memcmp(one->name.ptr, name, one->name.len) == 0) {
			snprintf(value, sizeof(value), "%.*s", (int)one->value.len, one->value.ptr);
			return value;
		}
	}
	return NULL;
}

/* ---- whatever stands in a verdict ---- */

static void check_json(struct errnorm_str text)
{
	json_error_t error;
	json_t *json = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &error);

	if (!json)
		fail_msg("%s at %d of %.*s", error.text, error.position, (int)(text.len < 300 ? text.len : 300),
			 text.ptr);
	json_decref(json);
}

/* One event: lines of fields, an empty line behind it; what a reader would put together from its data lines is JSON. */
static void check_frame(struct errnorm_str frame)
{
	const char *p = frame.ptr;
	const char *end = p + frame.len;
	unsigned data = 0;

	assert_true(frame.len > 2 && memcmp(end - 2, "\n\n", 2) == 0);
	while (p < end) {
		const char *line_end = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)(line_end - p);
		assert_null(memchr(p, '\r', len));
		if (len > 6 && memcmp(p, "data: ", 6) == 0 && data++ == 0)
			check_json((struct errnorm_str){p + 6, len - 6});
		else if (len)
			assert_true(memcmp(p, "event: ", 7) == 0 || memcmp(p, "data: ", 6) == 0);
		p = line_end + 1;
	}
	assert_true(data > 0);
}

static void check_headers(void)
{
	assert_true(rendered.header_count <= ERRNORM_RENDERED_HEADER_MAX);
	for (size_t i = 0; i < rendered.header_count; i++) {
		const struct errnorm_header *one = &rendered.headers[i];
		assert_true(one->name.len && one->value.len);
		for (size_t k = 0; k < one->value.len; k++)
			assert_true(one->value.ptr[k] >= ' ' && one->value.ptr[k] < 0x7f);
		for (size_t k = 0; k < i; k++)
			assert_false(one->name.len == rendered.headers[k].name.len &&
				     memcmp(one->name.ptr, rendered.headers[k].name.ptr, one->name.len) == 0);
	}
}

/* In every dialect, form and policy. */
static void check_all(const struct errnorm_verdict *verdict, struct errnorm_str request_id)
{
	struct errnorm_dialect_info info = {.size = sizeof(info)};

	for (size_t i = 0; errnorm_tables_dialect(tables, i, &info) == ERRNORM_OK; i++)
		for (uint32_t n = 0; n < 8; n++) {
			struct errnorm_render how = way(info.name);
			how.form = n & 1;
			how.message = n >> 1;
			how.request_id = request_id;
			assert_true(render(verdict, &how) > 0);
			assert_in_range(rendered.http_status, 400, 599);
			if (how.form == ERRNORM_RENDER_STREAM) {
				assert_int_equal(rendered.header_count, 0);
				check_frame(rendered.body);
			} else {
				check_json(rendered.body);
				check_headers();
			}
		}
}

static const char nasty[] = "\"'\\\r\nX-Evil: 1\r\n\r\n\0\x01\x1b[31m\x7f</script>{code}[x]\xff\xfe\xc0\xaf\xed\xa0\x80"
			    "\xe2\x80\xa8\xc2\x85\xf0\x9f\x98\x80 data: x\n\nevent: y\n";

static struct errnorm_verdict nasty_verdict(uint32_t code, struct errnorm_str text,
					    const struct errnorm_detail *details)
{
	return (struct errnorm_verdict){
		.size = sizeof(struct errnorm_verdict),
		.code = code,
		.type = 77,
		.http_status = -5,
		.flags = ~(uint32_t)ERRNORM_VERDICT_CATALOGUE,
		.retry_after_ms = INT64_MAX,
		.provider_status = INT32_MAX,
		.rule = text,
		.param = text,
		.message = text,
		.provider = text,
		.provider_code = text,
		.provider_type = text,
		.provider_request_id = text,
		.details = details,
		.detail_count = 3,
	};
}

static void hostile(void **state)
{
	struct errnorm_str text = STR(nasty);
	const struct errnorm_detail details[] = {{text, text}, {STR("limit"), text}, {STR("model"), STR("00012")}};
	const struct errnorm_code_info *code;
	struct errnorm_verdict verdict;

	(void)state;
	for (size_t i = 0; (code = errnorm_code_at(i)) != NULL; i++) {
		verdict = nasty_verdict(code->code, text, details);
		check_all(&verdict, text);
	}
	/* Codes that no table has. */
	verdict = nasty_verdict(1, text, details);
	check_all(&verdict, text);
	verdict = nasty_verdict(UINT32_MAX, text, details);
	check_all(&verdict, text);
}

static void long_texts(void **state)
{
	enum { LEN = 100 * 1024 };
	char *mem = malloc(LEN);
	struct errnorm_str text = {mem, LEN};
	const struct errnorm_detail details[] = {{text, text}, {text, text}, {text, text}};
	struct errnorm_verdict verdict;

	(void)state;
	for (size_t i = 0; i < LEN; i++)
		mem[i] = nasty[i % (sizeof(nasty) - 1)];
	verdict = nasty_verdict(ERRNORM_CODE_CONTEXT_TOO_LONG, text, details);
	check_all(&verdict, text);
	free(mem);
}

static void one_header_each(void **state)
{
	struct errnorm_verdict verdict = raised(ERRNORM_CODE_RATE_LIMIT_EXCEEDED, NULL);
	struct errnorm_render how = way(STR("openai"));

	(void)state;
	how.request_id = STR("  a\r\nset-cookie: b\xc3\xa9=1\x7f");
	render(&verdict, &how);
	assert_string_equal(header("x-request-id"), "  aset-cookie: b=1");
	assert_null(header("set-cookie"));
	how.request_id = STR("\r\n\xff");
	render(&verdict, &how);
	assert_null(header("x-request-id"));
}

/* ---- whole or not at all ---- */

static void any_room(void **state)
{
	struct errnorm_dialect_info info = {.size = sizeof(info)};
	const struct errnorm_raise raise = {.size = sizeof(raise),
					    .param = STR("messages.0"),
					    .message = STR("say \"no\" \xe2\x82\xac"),
					    .retry_after_ms = 1001};
	struct errnorm_verdict verdict = raised(ERRNORM_CODE_RATE_LIMIT_EXCEEDED, &raise);

	(void)state;
	for (size_t i = 0; errnorm_tables_dialect(tables, i, &info) == ERRNORM_OK; i++)
		for (uint32_t form = 0; form < 2; form++) {
			struct errnorm_render how = way(info.name);
			size_t len;
			how.form = form;
			how.request_id = STR("req-1");
			len = errnorm_render(tables, &verdict, &how, &rendered, NULL, 0);
			assert_int_equal(render(&verdict, &how), len);
			for (size_t cap = 0; cap <= len + 1; cap++) {
				char *exact = malloc(cap);
				struct errnorm_rendered part = {.size = sizeof(part)};
				assert_int_equal(errnorm_render(tables, &verdict, &how, &part, exact, cap), len);
				assert_int_equal(part.http_status, rendered.http_status);
				assert_int_equal(part.body.ptr != NULL, cap > len);
				assert_int_equal(part.header_count, cap > len ? rendered.header_count : 0);
				if (cap)
					assert_int_equal(exact[cap > len ? len : 0], 0);
				free(exact);
			}
		}
}

static void nothing_to_render(void **state)
{
	struct errnorm_verdict verdict = raised(ERRNORM_CODE_CONFLICT, NULL);
	struct errnorm_verdict no_error = {.size = sizeof(no_error)};
	struct errnorm_verdict small = verdict;
	struct errnorm_render how = way(STR("opanai"));

	(void)state;
	assert_int_equal(render(&verdict, &how), 0);
	assert_int_equal(rendered.http_status, 0);
	assert_null(rendered.body.ptr);
	how = way((struct errnorm_str){NULL, 0});
	assert_int_equal(render(&verdict, &how), 0);
	how = way(STR("OpenAI"));
	assert_int_equal(render(&no_error, &how), 0);
	assert_true(render(&verdict, &how) > 0);
	small.size = 8;
	assert_int_equal(render(&small, &how), 0);
	assert_int_equal(rendered.http_status, 0);
	how.size = 8;
	assert_int_equal(render(&verdict, &how), 0);
	assert_int_equal(errnorm_render(tables, &verdict, NULL, &rendered, buf, 10), 0);
	assert_int_equal(errnorm_render(NULL, &verdict, &how, &rendered, buf, 10), 0);
	assert_int_equal(errnorm_render(tables, NULL, &how, &rendered, buf, 10), 0);
	assert_int_equal(errnorm_render(tables, &verdict, &how, NULL, buf, 10), 0);
}

/* ---- whose words ---- */

static const char *message_of(const struct errnorm_verdict *verdict, uint32_t policy)
{
	static char text[3000];
	struct errnorm_render how = way(STR("problem"));
	json_t *json;

	how.message = policy;
	render(verdict, &how);
	json = json_loadb(rendered.body.ptr, rendered.body.len, 0, NULL);
	snprintf(text, sizeof(text), "%s", json_string_value(json_object_get(json, "detail")));
	json_decref(json);
	return text;
}

static void policies(void **state)
{
	struct errnorm_raise raise = {.size = sizeof(raise), .message = STR("Ten a second.")};
	struct errnorm_verdict verdict =
		translated(404, STR("{\"error\":{\"message\":\"The model `gpt-9` does not exist\",\"code\":"
				    "\"model_not_found\"}}"));

	(void)state;
	assert_string_equal(message_of(&verdict, ERRNORM_MESSAGE_PROVIDER), "The model `gpt-9` does not exist");
	assert_non_null(strstr(message_of(&verdict, ERRNORM_MESSAGE_CATALOGUE),
			       "does not exist or is not available to this account."));
	assert_null(strchr(message_of(&verdict, ERRNORM_MESSAGE_CATALOGUE), '`'));
	assert_non_null(strstr(message_of(&verdict, ERRNORM_MESSAGE_BOTH),
			       "account. (openai: The model `gpt-9` does not exist)"));
	/* The provider said nothing. */
	verdict = translated(503, STR(""));
	assert_string_equal(message_of(&verdict, ERRNORM_MESSAGE_BOTH),
			    message_of(&verdict, ERRNORM_MESSAGE_CATALOGUE));
	/* The gateway's own words. */
	verdict = raised(ERRNORM_CODE_RATE_LIMIT_EXCEEDED, &raise);
	assert_string_equal(message_of(&verdict, ERRNORM_MESSAGE_DIALECT), "Ten a second.");
	assert_string_equal(message_of(&verdict, ERRNORM_MESSAGE_PROVIDER), "Ten a second.");
	assert_string_equal(message_of(&verdict, ERRNORM_MESSAGE_CATALOGUE),
			    "Too many requests or tokens in a short time. Wait and send the request again.");
}

/* One source of truth: what mappings/shared/texts.json says without its brackets is what codes.h says. */
static void texts_agree(void **state)
{
	const struct errnorm_code_info *code;

	(void)state;
	for (size_t i = 0; (code = errnorm_code_at(i)) != NULL; i++) {
		struct errnorm_verdict verdict = raised(code->code, NULL);
		check_text(verdict.message, code->message);
		assert_true(verdict.flags & ERRNORM_VERDICT_CATALOGUE);
	}
}

static void own_texts(void **state)
{
	const struct errnorm_raise raise = {.size = sizeof(raise), .param = STR("top_p")};
	struct errnorm_verdict verdict;

	(void)state;
	assert_int_equal(load("{\"errnorm\":1,\"shared\":\"de\",\"texts\":{\"invalid_param\":"
			      "\"Das Feld[ {param}] passt nicht.\"}}",
			      NULL),
			 ERRNORM_OK);
	verdict = raised(ERRNORM_CODE_INVALID_PARAM, &raise);
	check_text(verdict.message, "Das Feld top_p passt nicht.");
	verdict = raised(ERRNORM_CODE_INVALID_PARAM, NULL);
	check_text(verdict.message, "Das Feld passt nicht.");
	shut();
}

/* ---- raise ---- */

static void raise_cleans(void **state)
{
	const struct errnorm_str secrets[] = {STR("hunter2hunter2")};
	const struct errnorm_detail details[] = {{STR("limit"), STR("10\n")},
						 {STR("limit"), STR("11")},
						 {STR(""), STR("x")},
						 {STR("key"), STR("hunter2hunter2")}};
	struct errnorm_raise raise = {
		.size = sizeof(raise),
		.provider = STR("azure"),
		.message = STR("bad key hunter2hunter2 and sk-abcdefghijklmnopqrstuvwxyz012345\r\n"),
		.details = details,
		.detail_count = 4,
		.flags = ERRNORM_RESPONSE_BYOK,
		.secrets = secrets,
		.secret_count = 1,
	};
	struct errnorm_verdict verdict = raised(ERRNORM_CODE_PROVIDER_AUTH_ERROR, &raise);

	(void)state;
	check_text(verdict.message, "bad key [redacted] and [redacted]");
	check_text(verdict.provider, "azure_openai");
	assert_int_equal(verdict.detail_count, 2);
	check_text(verdict.details[0].value, "10");
	check_text(verdict.details[1].value, "[redacted]");
	assert_int_equal(verdict.http_status, 401);
	assert_int_equal(verdict.fault, ERRNORM_FAULT_CALLER);
	assert_int_equal(verdict.flags, ERRNORM_VERDICT_REDACTED | ERRNORM_VERDICT_BYOK);
	assert_int_equal(verdict.retry_after_ms, -1);
	assert_null(verdict.rule.ptr);
	raise.retry_after_ms = -4;
	assert_int_equal(raised(ERRNORM_CODE_QUEUE_FULL, &raise).retry_after_ms, -1);
	raise.retry_after_ms = 4;
	assert_int_equal(raised(ERRNORM_CODE_QUEUE_FULL, &raise).retry_after_ms, 4);
}

static void raise_wrong_calls(void **state)
{
	struct errnorm_raise raise = {.size = sizeof(raise)};
	struct errnorm_verdict verdict = {.size = sizeof(verdict)};
	uint32_t code = ERRNORM_CODE_CONFLICT;

	(void)state;
	assert_int_equal(errnorm_raise(tables, scratch, 0, NULL, &verdict), ERRNORM_EARG);
	assert_int_equal(errnorm_raise(tables, scratch, 999, NULL, &verdict), ERRNORM_EARG);
	assert_int_equal(errnorm_raise(tables, scratch, 1000, NULL, &verdict), ERRNORM_EARG);
	assert_int_equal(errnorm_raise(NULL, scratch, code, NULL, &verdict), ERRNORM_EARG);
	assert_int_equal(errnorm_raise(tables, NULL, code, NULL, &verdict), ERRNORM_EARG);
	assert_int_equal(errnorm_raise(tables, scratch, code, NULL, NULL), ERRNORM_EARG);
	raise.detail_count = 1;
	assert_int_equal(errnorm_raise(tables, scratch, code, &raise, &verdict), ERRNORM_EARG);
	raise = (struct errnorm_raise){.size = 4};
	assert_int_equal(errnorm_raise(tables, scratch, code, &raise, &verdict), ERRNORM_EABI);
	verdict.size = 4;
	assert_int_equal(errnorm_raise(tables, scratch, code, NULL, &verdict), ERRNORM_EABI);
}

/* ---- dialects of one's own ---- */

static const char suspended[] =
	"{\"errnorm\":1,\"shared\":\"own\",\"codes\":{\"tenant_suspended\":{\"http_status\":451,"
	"\"type\":\"permission_error\",\"message\":\"Write to {us} [now].\"}}}";

static void custom_codes(void **state)
{
	uint32_t code;
	struct errnorm_verdict verdict;
	struct errnorm_render how = way(STR("openai"));
	struct errnorm_dialect_row row = {.size = sizeof(row)};

	(void)state;
	assert_int_equal(load(suspended, NULL), ERRNORM_OK);
	code = errnorm_tables_code_from_name(tables, STR("tenant_suspended"));
	verdict = raised(code, NULL);
	check_text(verdict.message, "Write to {us} [now].");
	/* An open dialect says its name and status, a closed one the general word of its type. */
	render(&verdict, &how);
	assert_int_equal(rendered.http_status, 451);
	check_text(rendered.body, "{\"error\":{\"message\":\"Write to {us} [now].\",\"type\":"
				  "\"invalid_request_error\",\"param\":null,\"code\":\"tenant_suspended\"}}");
	assert_int_equal(errnorm_tables_dialect_row(tables, STR("ofox"), code, ERRNORM_ORIGIN_GATEWAY, &row),
			 ERRNORM_OK);
	check_text(row.code, "permission_error");
	assert_int_equal(row.http_status, 403);
	shut();
}

static void replaced_dialect(void **state)
{
	struct errnorm_render how = way(STR("openai"));
	struct errnorm_verdict verdict;

	(void)state;
	assert_int_equal(load("{\"errnorm\":1,\"dialect\":\"openai\",\"inherit\":\"openai\",\"rows\":"
			      "{\"conflict\":{\"code\":\"busy\",\"http_status\":423}}}",
			      suspended),
			 ERRNORM_OK);
	verdict = raised(ERRNORM_CODE_CONFLICT, NULL);
	render(&verdict, &how);
	assert_int_equal(rendered.http_status, 423);
	assert_non_null(strstr(buf, "\"busy\""));
	/* Who inherits the replaced one inherits what replaced it. */
	how = way(STR("openai_responses"));
	render(&verdict, &how);
	assert_int_equal(rendered.http_status, 423);
	verdict = raised(ERRNORM_CODE_MODEL_NOT_FOUND, NULL);
	render(&verdict, &how);
	assert_non_null(strstr(buf, "\"model_not_found\""));
	shut();
}

static void circle(void **state)
{
	(void)state;
	assert_int_equal(load("{\"errnorm\":1,\"dialect\":\"one\",\"inherit\":\"two\"}",
			      "{\"errnorm\":1,\"dialect\":\"two\",\"inherit\":\"one\"}"),
			 ERRNORM_ETABLE);
	tables = kept_tables;
}

/* ---- small things ---- */

static void waits(void **state)
{
	struct errnorm_raise raise = {.size = sizeof(raise), .retry_after_ms = 1001};
	struct errnorm_verdict verdict = raised(ERRNORM_CODE_RATE_LIMIT_EXCEEDED, &raise);
	struct errnorm_render how = way(STR("gemini"));

	(void)state;
	render(&verdict, &how);
	assert_string_equal(header("retry-after"), "2");
	assert_string_equal(header("retry-after-ms"), "1001");
	assert_string_equal(header("x-should-retry"), "true");
	assert_string_equal(header("content-type"), "application/json");
	assert_non_null(strstr(buf, "\"retryDelay\":\"2s\""));
	verdict = raised(ERRNORM_CODE_CONFLICT, NULL);
	render(&verdict, &how);
	assert_null(header("retry-after"));
	assert_null(header("retry-after-ms"));
	assert_string_equal(header("x-should-retry"), "false");
	assert_null(strstr(buf, "RetryInfo"));
	how = way(STR("problem"));
	render(&verdict, &how);
	assert_string_equal(header("content-type"), "application/problem+json");
}

/* What an upstream says of this one failure overrules the page's advice on its kind. */
static void evidence(void **state)
{
	struct errnorm_verdict verdict = raised(ERRNORM_CODE_PROVIDER_ERROR, NULL);
	struct errnorm_render how = way(STR("orux"));

	(void)state;
	render(&verdict, &how);
	assert_int_equal(rendered.retryable, 1);
	verdict.flags &= ~(uint32_t)ERRNORM_VERDICT_RETRYABLE;
	render(&verdict, &how);
	assert_int_equal(rendered.retryable, 0);
	assert_string_equal(header("x-should-retry"), "false");
}

static void classes(void **state)
{
	static const struct {
		int32_t status;
		const char *name;
	} by_status[] = {
		{400, "BadRequestError"},
		{401, "AuthenticationError"},
		{403, "PermissionDeniedError"},
		{404, "NotFoundError"},
		{409, "ConflictError"},
		{422, "UnprocessableEntityError"},
		{429, "RateLimitError"},
		{500, "InternalServerError"},
		{503, "InternalServerError"},
		{402, "APIError"},
		{408, "APIError"},
		{499, "APIError"},
	};
	struct errnorm_verdict verdict = {.size = sizeof(verdict), .provider_status = 500};

	(void)state;
	assert_null(errnorm_sdk_class(NULL));
	assert_null(errnorm_sdk_class(&verdict));
	verdict.code = ERRNORM_CODE_PROVIDER_TIMEOUT;
	for (size_t i = 0; i < sizeof(by_status) / sizeof(by_status[0]); i++) {
		verdict.http_status = by_status[i].status;
		assert_string_equal(errnorm_sdk_class(&verdict), by_status[i].name);
	}
	verdict.provider_status = 0;
	assert_string_equal(errnorm_sdk_class(&verdict), "APIConnectionTimeoutError");
	verdict.code = ERRNORM_CODE_PROVIDER_UNAVAILABLE;
	assert_string_equal(errnorm_sdk_class(&verdict), "APIConnectionError");
	verdict.code = ERRNORM_CODE_PROVIDER_STREAM_INTERRUPTED;
	assert_string_equal(errnorm_sdk_class(&verdict), "APIConnectionError");
}

static void rows(void **state)
{
	struct errnorm_dialect_row row = {.size = sizeof(row)};
	uint32_t code = ERRNORM_CODE_PROVIDER_AUTH_ERROR;

	(void)state;
	assert_int_equal(errnorm_tables_dialect_row(tables, STR("openai"), code, ERRNORM_ORIGIN_BYOK, &row),
			 ERRNORM_OK);
	check_text(row.code, "invalid_api_key");
	assert_int_equal(row.http_status, 401);
	assert_int_equal(errnorm_tables_dialect_row(tables, STR("openai"), code, 0, &row), ERRNORM_EARG);
	assert_int_equal(errnorm_tables_dialect_row(tables, STR("openai"), code, 4, &row), ERRNORM_EARG);
	assert_int_equal(errnorm_tables_dialect_row(tables, STR("openai"), 5, 1, &row), ERRNORM_EARG);
	assert_int_equal(errnorm_tables_dialect_row(tables, STR("x"), code, 1, &row), ERRNORM_EARG);
	row.size = 1;
	assert_int_equal(errnorm_tables_dialect_row(tables, STR("openai"), code, 1, &row), ERRNORM_EABI);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile),
		cmocka_unit_test(long_texts),
		cmocka_unit_test(one_header_each),
		cmocka_unit_test(any_room),
		cmocka_unit_test(nothing_to_render),
		cmocka_unit_test(policies),
		cmocka_unit_test(texts_agree),
		cmocka_unit_test(own_texts),
		cmocka_unit_test(raise_cleans),
		cmocka_unit_test(raise_wrong_calls),
		cmocka_unit_test(custom_codes),
		cmocka_unit_test(replaced_dialect),
		cmocka_unit_test(circle),
		cmocka_unit_test(waits),
		cmocka_unit_test(evidence),
		cmocka_unit_test(classes),
		cmocka_unit_test(rows),
	};

	return cmocka_run_group_tests(tests, open_tables, close_tables);
}
