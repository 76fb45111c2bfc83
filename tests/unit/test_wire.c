/*
 * test_wire.c - the three functions of errnorm/wire.h, against exact expectations.
 *
 * Inputs stand in blocks of exactly their size, so that a read past the end is seen by the
 * sanitizer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errnorm/wire.h>

#include "str.h"

#define CAP 8

struct fixture {
	char *text, *buf;
	size_t len;
	struct errnorm_header headers[CAP];
	struct errnorm_str secrets[CAP];
	struct errnorm_response response;
	const char *error;
};

static void fixture_init(struct fixture *fixture, const char *text, size_t len)
{
	memset(fixture, 0, sizeof(*fixture));
	fixture->response.size = sizeof(fixture->response);
	fixture->text = malloc(len ? len : 1);
	fixture->buf = malloc(len ? len : 1);
	fixture->len = len;
	memcpy(fixture->text, text, len);
}

static void fixture_done(struct fixture *fixture)
{
	free(fixture->text);
	free(fixture->buf);
}

static enum errnorm_rc run_http(struct fixture *fixture)
{
	return errnorm_read_http(en_str(fixture->text, fixture->len), fixture->headers, CAP, fixture->buf, fixture->len,
				 &fixture->response);
}

static enum errnorm_rc run_json(struct fixture *fixture)
{
	return errnorm_read_json(en_str(fixture->text, fixture->len), fixture->headers, CAP, fixture->secrets, CAP,
				 fixture->buf, fixture->len, &fixture->response, &fixture->error);
}

static void check_str(struct errnorm_str got, const char *want)
{
	if (!want) {
		assert_null(got.ptr);
		return;
	}
	assert_non_null(got.ptr);
	assert_int_equal(got.len, strlen(want));
	assert_memory_equal(got.ptr, want, got.len);
}

/*
 * ------------------------------------------------------------------------------------------ http
 */

static void http_whole(void **state)
{
	struct fixture f;
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n"
				   "HTTP/1.1 429 Too Many Requests\r\n"
				   "Retry-After: 2\r\n"
				   "content-type:application/json \r\n"
				   "\r\n"
				   "{\"error\":1}\r\n";

	(void)state;
	fixture_init(&f, text, sizeof(text) - 1);
	f.response.provider = EN_STR("openai");
	f.response.now_ms = 5;
	f.response.flags = ERRNORM_RESPONSE_BYOK;
	assert_int_equal(run_http(&f), ERRNORM_OK);
	assert_int_equal(f.response.http_status, 429);
	assert_int_equal(f.response.header_count, 2);
	assert_ptr_equal(f.response.headers, f.headers);
	check_str(f.headers[0].name, "Retry-After");
	check_str(f.headers[0].value, "2");
	check_str(f.headers[1].name, "content-type");
	check_str(f.headers[1].value, "application/json");
	check_str(f.response.body, "{\"error\":1}\r\n");
	check_str(f.response.provider, "openai");
	assert_int_equal(f.response.now_ms, 5);
	assert_int_equal(f.response.flags, ERRNORM_RESPONSE_BYOK);
	fixture_done(&f);
}

static void http_bare(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, "HTTP/2 503\n\nno", 14);
	assert_int_equal(run_http(&f), ERRNORM_OK);
	assert_int_equal(f.response.http_status, 503);
	assert_int_equal(f.response.header_count, 0);
	check_str(f.response.body, "no");
	fixture_done(&f);
}

static void http_more_headers_than_room(void **state)
{
	struct fixture f;
	static const char text[] = "HTTP/2 500\na: 1\nb: 2\nc: 3\n\nx";

	(void)state;
	fixture_init(&f, text, sizeof(text) - 1);
	assert_int_equal(errnorm_read_http(en_str(f.text, f.len), f.headers, 2, NULL, 0, &f.response), ERRNORM_OK);
	assert_int_equal(f.response.header_count, 2);
	check_str(f.headers[1].name, "b");
	check_str(f.response.body, "x");
	assert_int_equal(errnorm_read_http(en_str(f.text, f.len), NULL, 0, NULL, 0, &f.response), ERRNORM_OK);
	assert_int_equal(f.response.header_count, 0);
	fixture_done(&f);
}

static void http_wrong_call(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, "{\"error\":1}", 11);
	f.response.http_status = 7;
	assert_int_equal(run_http(&f), ERRNORM_EFORMAT);
	assert_int_equal(f.response.http_status, 7);
	f.response.size = 0;
	assert_int_equal(run_http(&f), ERRNORM_EABI);
	assert_int_equal(errnorm_read_http(en_str(NULL, 1), NULL, 0, NULL, 0, &f.response), ERRNORM_EARG);
	assert_int_equal(errnorm_read_http(en_str("HTTP/2 500\n\n", 12), NULL, 3, NULL, 0, &f.response), ERRNORM_EARG);
	assert_int_equal(errnorm_read_http(en_str("HTTP/2 500\n\n", 12), NULL, 0, NULL, 0, NULL), ERRNORM_EARG);
	f.response.size = sizeof(f.response);
	assert_int_equal(errnorm_read_http(EN_STR_NULL, NULL, 0, NULL, 0, &f.response), ERRNORM_EFORMAT);
	fixture_done(&f);
}

static void check_chunked(const char *body, const char *want)
{
	struct fixture f;
	char text[512];
	static const char head[] = "HTTP/1.1 500 X\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n";

	memcpy(text, head, sizeof(head));
	strcat(text, body);
	fixture_init(&f, text, strlen(text));
	assert_int_equal(run_http(&f), ERRNORM_OK);
	check_str(f.response.body, want);
	/* Without a buffer it stays as it came. */
	assert_int_equal(errnorm_read_http(en_str(f.text, f.len), f.headers, CAP, NULL, 0, &f.response), ERRNORM_OK);
	check_str(f.response.body, body);
	fixture_done(&f);
}

static void http_chunked(void **state)
{
	(void)state;
	check_chunked("5\r\nhello\r\n7;ext=\"1\"\r\n, world\r\n0\r\n\r\n", "hello, world");
	check_chunked("A\r\n0123456789\r\n0\r\nx-trailer: 1\r\n\r\n", "0123456789");
	check_chunked("5\nhello\n0\n\n", "hello");
	check_chunked("0\r\n\r\n", "");
	check_chunked("00005  \r\nhello\r\n0\r\n\r\n", "hello");
	/* Cut off: in the data, behind it, in the next size. */
	check_chunked("5\r\nhe", "he");
	check_chunked("5\r\nhello", "hello");
	check_chunked("5\r\nhello\r", "hello");
	check_chunked("5\r\nhello\r\n", "hello");
	check_chunked("5\r\nhello\r\n1", "hello");
	check_chunked("ffffff\r\nhello", "hello");
	/* curl has joined it already: the header alone proves nothing. */
	check_chunked("{\"error\":1}", "{\"error\":1}");
	check_chunked("", "");
	check_chunked("bad", "bad");
	check_chunked("bad\ngateway", "bad\ngateway");
	check_chunked("bad gateway", "bad gateway");
	check_chunked("5\r\nhello world\r\n0\r\n\r\n", "5\r\nhello world\r\n0\r\n\r\n");
	check_chunked("5\r\nhello\r\nzz\r\n", "5\r\nhello\r\nzz\r\n");
	check_chunked("ffffffffffffffffff\r\nx", "ffffffffffffffffff\r\nx");
}

static void http_chunked_space(void **state)
{
	struct fixture f;
	static const char text[] = "HTTP/1.1 500\r\ntransfer-encoding: chunked\r\n\r\n"
				   "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n";

	(void)state;
	fixture_init(&f, text, sizeof(text) - 1);
	assert_int_equal(errnorm_read_http(en_str(f.text, f.len), f.headers, CAP, f.buf, 5, &f.response),
			 ERRNORM_ESPACE);
	assert_int_equal(f.response.http_status, 0);
	assert_int_equal(errnorm_read_http(en_str(f.text, f.len), f.headers, CAP, f.buf, 6, &f.response), ERRNORM_OK);
	check_str(f.response.body, "abcdef");
	fixture_done(&f);
}

/*
 * ------------------------------------------------------------------------------------------ json
 */

static void json_full(void **state)
{
	struct fixture f;
	static const char line[] = " {\"provider\":\"openai\",\"status\":429,\"headers\":{\"retry-after\":\"2\",\"n\":"
				   "17,\"set-cookie\":[\"a\",\"b\\u00e9\"],\"none\":null,\"x-should-retry\":true},"
				   "\"body\":\"{\\\"a\\\":\\n1}\",\"stream\":true,\"transport\":\"read_timeout\","
				   "\"byok\":true,\"body_cut\":true,\"now_ms\":1763460000000,"
				   "\"secrets\":[\"sk-1\",\"s\\/k\"],\"id\":{\"x\":[1,{}]}}\r\n";

	(void)state;
	fixture_init(&f, line, sizeof(line) - 1);
	assert_int_equal(run_json(&f), ERRNORM_OK);
	check_str(f.response.provider, "openai");
	assert_int_equal(f.response.http_status, 429);
	assert_ptr_equal(f.response.headers, f.headers);
	assert_int_equal(f.response.header_count, 5);
	check_str(f.headers[0].name, "retry-after");
	check_str(f.headers[0].value, "2");
	check_str(f.headers[1].value, "17");
	check_str(f.headers[2].name, "set-cookie");
	check_str(f.headers[2].value, "a");
	check_str(f.headers[3].name, "set-cookie");
	check_str(f.headers[3].value, "b\xc3\xa9");
	check_str(f.headers[4].value, "true");
	check_str(f.response.body, "{\"a\":\n1}");
	assert_int_equal(f.response.flags,
			 ERRNORM_RESPONSE_STREAM_BEGUN | ERRNORM_RESPONSE_BYOK | ERRNORM_RESPONSE_BODY_CUT);
	assert_int_equal(f.response.transport, ERRNORM_TRANSPORT_READ_TIMEOUT);
	assert_true(f.response.now_ms == 1763460000000);
	assert_int_equal(f.response.secret_count, 2);
	check_str(f.response.secrets[0], "sk-1");
	check_str(f.response.secrets[1], "s/k");
	fixture_done(&f);
}

static void json_defaults(void **state)
{
	struct fixture f;
	static const char line[] = "{\"byok\":false,\"provider\":null,\"secrets\":null,\"now_ms\":null,"
				   "\"headers\":null,\"body\":null,\"transport\":null,\"status\":null}";

	(void)state;
	fixture_init(&f, line, sizeof(line) - 1);
	f.response.provider = EN_STR("groq");
	f.response.http_status = 418;
	f.response.flags = ERRNORM_RESPONSE_BYOK | ERRNORM_RESPONSE_STREAM_BEGUN;
	f.response.transport = ERRNORM_TRANSPORT_EOF;
	f.response.now_ms = 9;
	f.response.body = EN_STR("b");
	assert_int_equal(run_json(&f), ERRNORM_OK);
	check_str(f.response.provider, "groq");
	assert_int_equal(f.response.http_status, 418);
	assert_int_equal(f.response.flags, ERRNORM_RESPONSE_STREAM_BEGUN);
	assert_int_equal(f.response.transport, ERRNORM_TRANSPORT_EOF);
	assert_int_equal(f.response.now_ms, 9);
	check_str(f.response.body, "b");
	assert_null(f.response.headers);
	assert_null(f.response.secrets);
	fixture_done(&f);
}

static void json_liberal(void **state)
{
	struct fixture f;
	static const char line[] = "\xef\xbb\xbf{\"status\":\"429\",\"now_ms\":1763460000000.75,\"byok\":1,\"stream\":"
				   "0,\"headers\":[[\"a\",\"1\"],[\"b\",2],[\"c\",null]],\"transport\":\"none\","
				   "\"b\\u006fdy\":[{\"error\":1}],\"secrets\":[],\"body_cut\":null}";

	(void)state;
	fixture_init(&f, line, sizeof(line) - 1);
	f.response.transport = ERRNORM_TRANSPORT_EOF;
	assert_int_equal(run_json(&f), ERRNORM_OK);
	assert_int_equal(f.response.http_status, 429);
	assert_true(f.response.now_ms == 1763460000000);
	assert_int_equal(f.response.flags, ERRNORM_RESPONSE_BYOK);
	assert_int_equal(f.response.header_count, 2);
	check_str(f.headers[1].name, "b");
	check_str(f.headers[1].value, "2");
	assert_int_equal(f.response.transport, ERRNORM_TRANSPORT_NONE);
	check_str(f.response.body, "[{\"error\":1}]");
	fixture_done(&f);
}

static void check_json_error(const char *line, enum errnorm_rc rc, const char *error)
{
	struct fixture f;
	struct errnorm_response before;

	fixture_init(&f, line, strlen(line));
	f.response.provider = EN_STR("kept");
	before = f.response;
	assert_int_equal(run_json(&f), rc);
	assert_string_equal(f.error, error);
	assert_memory_equal(&before, &f.response, sizeof(before));
	assert_int_equal(errnorm_read_json(en_str(f.text, f.len), f.headers, CAP, f.secrets, CAP, f.buf, f.len,
					   &f.response, NULL),
			 rc);
	fixture_done(&f);
}

static void json_refused(void **state)
{
	static const struct {
		const char *line, *error;
	} cases[] = {
		{"", "empty"},
		{" \t\r", "empty"},
		{"[]", "not a JSON object"},
		{"status 429", "not a JSON object"},
		{"{", "the JSON ends early"},
		{"{\"status\"", "the JSON ends early"},
		{"{\"status\":", "the JSON ends early"},
		{"{\"status\":4", "the JSON ends early"},
		{"{\"status\":429", "the JSON ends early"},
		{"{\"status\":429,", "the JSON ends early"},
		{"{\"body\":\"abc", "the JSON ends early"},
		{"{\"body\":{\"a\":1}", "the JSON ends early"},
		{"{\"headers\":{\"a\":\"b\"", "the JSON ends early"},
		{"{\"headers\":[[\"a\",", "the JSON ends early"},
		{"{\"secrets\":[\"a\"", "the JSON ends early"},
		{"{\"x\":tru", "the JSON ends early"},
		{"{\"x\":nope}", "not valid JSON"},
		{"{\"x\":trueish}", "not valid JSON"},
		{"{status:429}", "not valid JSON"},
		{"{\"status\" 429}", "not valid JSON"},
		{"{\"status\":}", "not valid JSON"},
		{"{\"headers\":{\"a\":\"b\"],\"status\":1}", "not valid JSON"},
		{"{\"status\":429,}", "not valid JSON: a comma too many"},
		{"{,\"status\":429}", "not valid JSON: a comma too many"},
		{"{\"secrets\":[\"a\",]}", "not valid JSON: a comma too many"},
		{"{\"status\":429 \"stream\":true}", "not valid JSON: a comma is missing"},
		{"{\"secrets\":[\"a\" \"b\"]}", "not valid JSON: a comma is missing"},
		{"{\"status\":429} x", "something follows the JSON object"},
		{"{}{}", "something follows the JSON object"},
		{"{\"provider\":1}", "\"provider\" is not a string"},
		{"{\"status\":-1}", "\"status\" is not a whole number from 0 to 999"},
		{"{\"status\":1000}", "\"status\" is not a whole number from 0 to 999"},
		{"{\"status\":\"\"}", "\"status\" is not a whole number from 0 to 999"},
		{"{\"status\":4e2}", "\"status\" is not a whole number from 0 to 999"},
		{"{\"status\":[429]}", "\"status\" is not a whole number from 0 to 999"},
		{"{\"status\":99999999999999999999}", "\"status\" is not a whole number from 0 to 999"},
		{"{\"now_ms\":-5}", "\"now_ms\" is not a whole number of milliseconds since 1970"},
		{"{\"now_ms\":9223372036854775808}", "\"now_ms\" is not a whole number of milliseconds since 1970"},
		{"{\"headers\":\"a: b\"}", "\"headers\" is neither an object nor a list"},
		{"{\"headers\":{\"a\":{}}}", "a header's value is neither a string nor a number"},
		{"{\"headers\":{\"a\":[[\"b\"]]}}", "a header's value is neither a string nor a number"},
		{"{\"headers\":[\"a\"]}", "a header in the list is not a pair of name and value"},
		{"{\"headers\":[[]]}", "a header in the list is not a pair of name and value"},
		{"{\"headers\":[[\"a\"]]}", "a header in the list is not a pair of name and value"},
		{"{\"headers\":[[null,\"b\"]]}", "a header in the list is not a pair of name and value"},
		{"{\"headers\":[[\"a\",\"b\",\"c\"]]}", "a header in the list is not a pair of name and value"},
		{"{\"body\":12}", "\"body\" is neither a string nor an object nor a list"},
		{"{\"stream\":\"yes\"}", "\"stream\" is neither true nor false"},
		{"{\"byok\":2}", "\"byok\" is neither true nor false"},
		{"{\"body_cut\":[]}", "\"body_cut\" is neither true nor false"},
		{"{\"transport\":\"warp\"}", "\"transport\" is not a name that errnorm knows"},
		{"{\"transport\":28}", "\"transport\" is not a string"},
		{"{\"secrets\":\"sk\"}", "\"secrets\" is not a list of strings"},
		{"{\"secrets\":[1]}", "\"secrets\" is not a list of strings"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_json_error(cases[i].line, ERRNORM_EFORMAT, cases[i].error);
}

static void json_cut_anywhere(void **state)
{
	static const char line[] = "{\"provider\":\"a\",\"status\":1,\"headers\":{\"b\":[\"c\",1]},"
				   "\"body\":{\"d\":[1,\"e\\n\"]},\"secrets\":[\"f\"],\"x\":null}";

	(void)state;
	for (size_t len = 0; len + 1 < sizeof(line); len++) {
		struct fixture f;

		fixture_init(&f, line, len);
		assert_int_equal(run_json(&f), ERRNORM_EFORMAT);
		fixture_done(&f);
	}
}

static void json_room(void **state)
{
	struct fixture f;
	static const char escaped[] = "{\"body\":\"a\\nb\"}";

	(void)state;
	check_json_error("{\"secrets\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}", ERRNORM_ESPACE,
			 "there are too many secrets");
	fixture_init(&f, escaped, sizeof(escaped) - 1);
	assert_int_equal(errnorm_read_json(en_str(f.text, f.len), NULL, 0, NULL, 0, f.buf, 2, &f.response, &f.error),
			 ERRNORM_ESPACE);
	assert_int_equal(errnorm_read_json(en_str(f.text, f.len), NULL, 0, NULL, 0, NULL, 9, &f.response, &f.error),
			 ERRNORM_ESPACE);
	assert_int_equal(errnorm_read_json(en_str(f.text, f.len), NULL, 0, NULL, 0, f.buf, 4, &f.response, &f.error),
			 ERRNORM_OK);
	check_str(f.response.body, "a\nb");
	fixture_done(&f);

	/* Headers beyond the room are dropped, as in a raw response. */
	fixture_init(&f, "{\"headers\":{\"a\":1,\"b\":2}}", 25);
	assert_int_equal(errnorm_read_json(en_str(f.text, f.len), f.headers, 1, NULL, 0, NULL, 0, &f.response, NULL),
			 ERRNORM_OK);
	assert_int_equal(f.response.header_count, 1);
	fixture_done(&f);
}

static void json_wrong_call(void **state)
{
	struct errnorm_response response = {.size = sizeof(response)};

	(void)state;
	assert_int_equal(errnorm_read_json(en_str("{}", 2), NULL, 0, NULL, 0, NULL, 0, NULL, NULL), ERRNORM_EARG);
	assert_int_equal(errnorm_read_json(en_str(NULL, 2), NULL, 0, NULL, 0, NULL, 0, &response, NULL), ERRNORM_EARG);
	assert_int_equal(errnorm_read_json(en_str("{}", 2), NULL, 0, NULL, 0, NULL, 0, &response, NULL), ERRNORM_OK);
	response.size = 8;
	assert_int_equal(errnorm_read_json(en_str("{}", 2), NULL, 0, NULL, 0, NULL, 0, &response, NULL), ERRNORM_EABI);
}

/*
 * --------------------------------------------------------------------------------------- verdict
 */

static struct errnorm_verdict sample_verdict(void)
{
	return (struct errnorm_verdict){
		.size = sizeof(struct errnorm_verdict),
		.code = ERRNORM_CODE_RATE_LIMIT_EXCEEDED,
		.type = ERRNORM_TYPE_RATE_LIMIT,
		.http_status = 429,
		.failover = ERRNORM_FAILOVER_CREDENTIAL,
		.fault = ERRNORM_FAULT_CALLER,
		.flags = ERRNORM_VERDICT_RETRYABLE,
		.retry_after_ms = -1,
		.message = EN_STR("m"),
	};
}

static const char small_json[] =
	"{\"code\":\"rate_limit_exceeded\",\"type\":\"rate_limit_error\",\"http_status\":429,"
	"\"retryable\":true,\"failover\":\"credential\",\"fault\":\"caller\",\"retry_after_ms\":null,"
	"\"param\":null,\"message\":\"m\",\"provider\":null,\"provider_status\":null,"
	"\"provider_code\":null,\"provider_type\":null,\"provider_request_id\":null,\"details\":{},"
	"\"rule\":null,\"flags\":[],\"fingerprint\":null,\"sdk_class\":\"RateLimitError\"}";

static void check_verdict(const struct errnorm_verdict *verdict, const char *want)
{
	size_t len = strlen(want);
	char *buf = malloc(len + 1);

	assert_int_equal(errnorm_verdict_json(NULL, verdict, buf, len + 1), len);
	assert_string_equal(buf, want);
	free(buf);
}

static void verdict_none(void **state)
{
	struct errnorm_verdict verdict = {.size = sizeof(verdict)};
	static const char none[] = "{\"code\":null,\"type\":null,\"http_status\":null,\"retryable\":null,\"failover\":"
				   "null,\"fault\":null,\"retry_after_ms\":null,\"param\":null,\"message\":null,"
				   "\"provider\":null,"
				   "\"provider_status\":null,\"provider_code\":null,\"provider_type\":null,"
				   "\"provider_request_id\":null,\"details\":{},\"rule\":null,\"flags\":[],"
				   "\"fingerprint\":null,\"sdk_class\":null}";

	(void)state;
	check_verdict(&verdict, none);
}

static void verdict_small(void **state)
{
	struct errnorm_verdict verdict = sample_verdict();

	(void)state;
	check_verdict(&verdict, small_json);
}

static void verdict_full(void **state)
{
	const struct errnorm_detail details[] = {{EN_STR("limit"), EN_STR("8192")},
						 {EN_STR("model"), EN_STR("gpt \"4\"")}};
	struct errnorm_verdict verdict = {
		.size = sizeof(verdict),
		.code = ERRNORM_CODE_CONTEXT_TOO_LONG,
		.type = ERRNORM_TYPE_INVALID_REQUEST,
		.http_status = 400,
		.failover = ERRNORM_FAILOVER_NONE,
		.fault = ERRNORM_FAULT_GATEWAY,
		.flags = 0x1fe,
		.retry_after_ms = 0,
		.provider_status = 413,
		.rule = EN_STR("openai-context"),
		.param = EN_STR("messages[0]"),
		.message = EN_STR(""),
		.provider = EN_STR("openai"),
		.provider_code = EN_STR("c"),
		.provider_type = EN_STR("t"),
		.provider_request_id = EN_STR("req_1"),
		.details = details,
		.detail_count = 2,
		.fingerprint = 0x00ab54a98ceb1f0aull,
	};

	(void)state;
	check_verdict(&verdict, "{\"code\":\"context_too_long\",\"type\":\"invalid_request_error\","
				"\"http_status\":400,\"retryable\":false,\"failover\":\"none\","
				"\"fault\":\"gateway\",\"retry_after_ms\":0,\"param\":\"messages[0]\","
				"\"message\":\"\",\"provider\":\"openai\",\"provider_status\":413,"
				"\"provider_code\":\"c\",\"provider_type\":\"t\",\"provider_request_id\":\"req_1\","
				"\"details\":{\"limit\":\"8192\",\"model\":\"gpt \\\"4\\\"\"},"
				"\"rule\":\"openai-context\",\"flags\":[\"redacted\",\"message_cut\","
				"\"limit_hit\",\"fallback\",\"body_encoded\",\"catalogue\",\"recognised\"],"
				"\"fingerprint\":\"00ab54a98ceb1f0a\",\"sdk_class\":\"BadRequestError\"}");
}

static void verdict_unnamed_code(void **state)
{
	struct errnorm_verdict verdict = sample_verdict();
	char buf[1024];

	(void)state;
	verdict.code = 1234;
	verdict.retry_after_ms = INT64_MAX;
	assert_true(errnorm_verdict_json(NULL, &verdict, buf, sizeof(buf)) < sizeof(buf));
	assert_memory_equal(buf, "{\"code\":\"1234\",", 15);
	assert_non_null(strstr(buf, "\"retry_after_ms\":9223372036854775807,"));
}

/* Every length and every place in the 16 bytes that are looked at together. */
static void check_message(const char *text, size_t len, const char *escaped)
{
	for (size_t before = 0; before < 40; before++) {
		struct errnorm_verdict verdict = sample_verdict();
		char *message = malloc(before + len + 3);
		char buf[2048];
		char want[2048];
		const char *got;

		memset(message, 'a', before);
		memcpy(message + before, text, len);
		memcpy(message + before + len, "xyz", 3);
		verdict.message = en_str(message, before + len + 3);
		memcpy(want, "\"message\":\"", 11);
		memset(want + 11, 'a', before);
		strcpy(want + 11 + before, escaped);
		strcat(want, "xyz\",\"provider\"");
		assert_true(errnorm_verdict_json(NULL, &verdict, buf, sizeof(buf)) < sizeof(buf));
		got = strstr(buf, "\"message\"");
		assert_non_null(got);
		assert_memory_equal(got, want, strlen(want));
		free(message);
	}
}

static void verdict_escapes(void **state)
{
	(void)state;
	check_message("\"", 1, "\\\"");
	check_message("\\", 1, "\\\\");
	check_message("\n\r\t", 3, "\\n\\r\\t");
	check_message("\0\x01\x1f", 3, "\\u0000\\u0001\\u001f");
	check_message("\x7f", 1, "\\u007f");
	check_message("\xc2\x80\xc2\x9b\xc2\xa0", 6, "\\u0080\\u009b\xc2\xa0");
	check_message("\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa", 9, "\\u2028\\u2029\xe2\x80\xaa");
	check_message("\xe9\x80\x9f\xf0\x9f\x98\x80/", 8, "\xe9\x80\x9f\xf0\x9f\x98\x80/");
	check_message("\xef\xbf\xbd", 3, "\xef\xbf\xbd");
	/* A bad byte, an overlong form, a surrogate, a sequence broken off. */
	check_message("\xff", 1, "\xef\xbf\xbd");
	check_message("\xc0\xaf", 2, "\xef\xbf\xbd\xef\xbf\xbd");
	check_message("\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	check_message("\xf0\x9f", 2, "\xef\xbf\xbd\xef\xbf\xbd");
}

static void verdict_any_room(void **state)
{
	struct errnorm_verdict verdict = sample_verdict();
	size_t len = sizeof(small_json) - 1;

	(void)state;
	assert_int_equal(errnorm_verdict_json(NULL, &verdict, NULL, 0), len);
	for (size_t cap = 0; cap < len + 3; cap++) {
		char *buf = malloc(cap ? cap : 1);

		assert_int_equal(errnorm_verdict_json(NULL, &verdict, buf, cap), len);
		if (cap > len)
			assert_string_equal(buf, small_json);
		else if (cap)
			assert_int_equal(buf[0], '\0');
		free(buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(http_whole),
		cmocka_unit_test(http_bare),
		cmocka_unit_test(http_more_headers_than_room),
		cmocka_unit_test(http_wrong_call),
		cmocka_unit_test(http_chunked),
		cmocka_unit_test(http_chunked_space),
		cmocka_unit_test(json_full),
		cmocka_unit_test(json_defaults),
		cmocka_unit_test(json_liberal),
		cmocka_unit_test(json_refused),
		cmocka_unit_test(json_cut_anywhere),
		cmocka_unit_test(json_room),
		cmocka_unit_test(json_wrong_call),
		cmocka_unit_test(verdict_none),
		cmocka_unit_test(verdict_small),
		cmocka_unit_test(verdict_full),
		cmocka_unit_test(verdict_unnamed_code),
		cmocka_unit_test(verdict_escapes),
		cmocka_unit_test(verdict_any_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
