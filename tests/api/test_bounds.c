/*
 * test_bounds.c - whatever comes in, a verdict comes out: huge bodies, deep nesting, random bytes, bodies cut at every byte, ten thousand
 * headers. Time is not measured here (tests/bench does that); a run that does not end is killed by the test runner.
 */
#include "common.h"

static struct errnorm_tables *tables;
static struct errnorm_scratch *scratch;

static int setup(void **state)
{
	(void)state;
	return errnorm_tables_builtin(NULL, &tables) || errnorm_scratch_new(tables, NULL, &scratch);
}

static int teardown(void **state)
{
	(void)state;
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(tables);
	return 0;
}

/* Strings must be valid UTF-8 without control characters. */
static void check_string(struct errnorm_str s)
{
	size_t i = 0;

	while (i < s.len) {
		unsigned char c = (unsigned char)s.ptr[i];
		size_t more = c < 0x80 ? 0 : c >= 0xc2 && c < 0xe0 ? 1 : c >= 0xe0 && c < 0xf0 ? 2 : 3;
		assert_true(c >= 0x20 && c != 0x7f);
		assert_true(c < 0x80 || (c >= 0xc2 && c < 0xf5));
		assert_true(i + more < s.len);
		for (size_t k = 1; k <= more; k++)
			assert_true(((unsigned char)s.ptr[i + k] & 0xc0) == 0x80);
		i += more + 1;
	}
}

static void check(int status, struct errnorm_str body, const struct errnorm_header *headers, size_t count,
		  const char *provider)
{
	struct errnorm_response response = {
		.size = sizeof response,
		.provider = {provider, provider ? strlen(provider) : 0},
		.http_status = status,
		.headers = headers,
		.header_count = count,
		.body = body,
	};
	struct errnorm_verdict verdict = {.size = sizeof verdict};

	assert_int_equal(errnorm_translate(tables, scratch, &response, &verdict), ERRNORM_OK);
	assert_true(status < 400 || verdict.code != 0);
	check_string(verdict.message);
	check_string(verdict.param);
	check_string(verdict.provider_code);
	check_string(verdict.provider_type);
	check_string(verdict.provider_request_id);
	for (size_t i = 0; i < verdict.detail_count; i++)
		check_string(verdict.details[i].value);
	assert_true(verdict.message.len <= 2048);
}

static void fifty_megabytes(void **state)
{
	size_t size = 50u * 1024 * 1024;
	char *body = malloc(size);
	static const char *const starts[] = {"{\"error\":{\"message\":\"", "<html>", "data: {", "x", "[[[["};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		memset(body, i == 4 ? '[' : 'a', size);
		memcpy(body, starts[i], strlen(starts[i]));
		check(500, (struct errnorm_str){body, size}, NULL, 0, "openai");
		check(200, (struct errnorm_str){body, size}, NULL, 0, NULL);
	}
	free(body);
}

static void deep_nesting(void **state)
{
	enum { DEPTH = 100000 };
	char *body = malloc(DEPTH * 9);
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < DEPTH; i++)
		body[n++] = '[';
	check(400, (struct errnorm_str){body, n}, NULL, 0, "mistral");
	n = 0;
	for (size_t i = 0; i < DEPTH; i++) {
		memcpy(body + n, "{\"error\":", 9);
		n += 9;
	}
	check(400, (struct errnorm_str){body, n}, NULL, 0, "openai");
	check(200, (struct errnorm_str){body, n}, NULL, 0, NULL);
	free(body);
}

static void random_bytes(void **state)
{
	uint32_t seed = 12345;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		size_t len = (size_t)(round % 300);
		char *body = malloc(len + 1);
		for (size_t i = 0; i < len; i++) {
			seed = seed * 1664525u + 1013904223u;
			body[i] = (char)(seed >> 24);
		}
		if (len > 4 && round % 3 == 0)
			memcpy(body, "{\"e\"", 4);
		check(round % 2 ? 500 : 200, (struct errnorm_str){body, len}, NULL, 0, round % 5 ? "gemini" : NULL);
		free(body);
	}
}

static void bodies_cut_at_every_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		size_t len = strlen(samples[i].body);
		for (size_t cut = 0; cut <= len; cut++) {
			char *body = malloc(cut ? cut : 1);
			memcpy(body, samples[i].body, cut);
			check(samples[i].status, (struct errnorm_str){body, cut}, NULL, 0, samples[i].provider);
			free(body);
		}
	}
}

/* The error's words come first in most bodies: cut off behind them, the answer is the same. */
static void a_cut_body_keeps_its_meaning(void **state)
{
	static const char body[] = "{\"error\":{\"message\":\"Rate limit reached for gpt-4o on requests per min "
				   "(RPM): Limit 3, "
				   "Used 3, Requested 1. Please try again in 20s.\",\"type\":\"requests\",\"code\":"
				   "\"rate_limit_exceeded\",\"param\":null}}";
	struct errnorm_response response = {.size = sizeof response,
					    .provider = STR("openai"),
					    .http_status = 429,
					    .flags = ERRNORM_RESPONSE_BODY_CUT};
	struct errnorm_verdict verdict = {.size = sizeof verdict};

	(void)state;
	for (size_t cut = sizeof body - 60; cut < sizeof body; cut++) {
		response.body = (struct errnorm_str){body, cut};
		errnorm_translate(tables, scratch, &response, &verdict);
		assert_int_equal(verdict.code, ERRNORM_CODE_RATE_LIMIT_EXCEEDED);
		assert_int_equal(verdict.retry_after_ms, 20000);
	}
}

static void ten_thousand_headers(void **state)
{
	enum { COUNT = 10000 };
	struct errnorm_header *headers = calloc(COUNT, sizeof *headers);

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		headers[i] = (struct errnorm_header){i % 2 ? STR("x-request-id") : STR("x-filler"),
						     STR("req_0123456789\r\nSet-Cookie: a=b")};
	check(503, STR(""), headers, COUNT, "openai");
	headers[0] = (struct errnorm_header){{NULL, 0}, {NULL, 0}};
	check(503, STR(""), headers, COUNT, "openai");
	free(headers);
}

static void secrets_do_not_survive(void **state)
{
	static const char key[] = "tok-zQ9x-1234567890";
	struct errnorm_str secrets[] = {{key, sizeof key - 1}, STR("abc"), {NULL, 0}};
	struct errnorm_response response = {
		.size = sizeof response,
		.provider = STR("openai"),
		.http_status = 401,
		.body = STR("{\"error\":{\"message\":\"Key tok-zQ9x-1234567890 is bad: "
			    "xtok-zQ9x-1234567890y sk-abcdefghijklmnopqrstu\",\"code\":\"tok-zQ9x-1234567890\"}}"),
		.secrets = secrets,
		.secret_count = 3,
	};
	struct errnorm_verdict verdict = {.size = sizeof verdict};
	char json[4096];

	(void)state;
	errnorm_translate(tables, scratch, &response, &verdict);
	errnorm_verdict_json(tables, &verdict, json, sizeof json);
	assert_null(strstr(json, key));
	assert_null(strstr(json, "sk-abcdefghijklmnop"));
	assert_true(verdict.flags & ERRNORM_VERDICT_REDACTED);
}

/* A key comes back in disguise: in a URL, in a header's base64, shortened. */
static void disguised_secrets_do_not_survive(void **state)
{
	static const struct {
		const char *message, *gone;
	} cases[] = {
		{"bad url /v1?k=tok%2DzQ9x%2B1234%2F567890&x=1", "zQ9x"},
		{"bad url /v1?k=tok%2dzQ9x%2b1234%2f567890", "zQ9x"},
		{"header Basic dG9rLXpROXgrMTIzNC81Njc4OTA= refused", "dG9rLXpROXgr"},
		{"header Basic dXNlcjp0b2stelE5eCsxMjM0LzU2Nzg5MA== refused", "b2stelE5eCsx"},
		{"header Basic dTp0b2stelE5eCsxMjM0LzU2Nzg5MA refused", "elE5eCsxMjM0"},
		{"key tok-zQ9...7890 is unknown", "tok-zQ9"},
		{"key tok-z******90 is unknown", "tok-z"},
		{"key tok-zQ\u2026890 is unknown", "tok-zQ"},
	};
	struct errnorm_str secrets[] = {STR("tok-zQ9x+1234/567890")};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char body[512];
		char json[4096];
		struct errnorm_response response = {
			.size = sizeof response, .http_status = 401, .secrets = secrets, .secret_count = 1};
		struct errnorm_verdict verdict = {.size = sizeof verdict};
		snprintf(body, sizeof body, "{\"error\":{\"message\":\"%s\"}}", cases[i].message);
		response.body = (struct errnorm_str){body, strlen(body)};
		errnorm_translate(tables, scratch, &response, &verdict);
		errnorm_verdict_json(tables, &verdict, json, sizeof json);
		if (strstr(json, cases[i].gone))
			print_message("%s\n%s\n", cases[i].message, json);
		assert_null(strstr(json, cases[i].gone));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fifty_megabytes),
		cmocka_unit_test(deep_nesting),
		cmocka_unit_test(random_bytes),
		cmocka_unit_test(bodies_cut_at_every_byte),
		cmocka_unit_test(a_cut_body_keeps_its_meaning),
		cmocka_unit_test(ten_thousand_headers),
		cmocka_unit_test(secrets_do_not_survive),
		cmocka_unit_test(disguised_secrets_do_not_survive),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
