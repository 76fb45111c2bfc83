/*
 * test_http.c - printed HTTP responses: status lines of every kind, folded headers, interim
 * responses, damage.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exact.h"
#include "http.h"

#define CAP 8

struct fixture {
	struct errnorm_str text;
	struct en_http_header headers[CAP];
	struct en_http http;
};

static void read_text(struct fixture *fixture, const char *text)
{
	memset(fixture, 0, sizeof(*fixture));
	fixture->text = exact(text, strlen(text));
	if (!en_http_read(fixture->text, fixture->headers, CAP, &fixture->http))
		fail_msg("\"%s\" is refused", text);
	/* Views, not copies; the body is what is left. */
	assert_ptr_equal(fixture->http.body.ptr + fixture->http.body.len, fixture->text.ptr + fixture->text.len);
}

static void check(const char *text, int status, size_t header_count, const char *body)
{
	struct fixture fixture;

	read_text(&fixture, text);
	assert_int_equal(fixture.http.status, status);
	assert_int_equal(fixture.http.header_count, header_count);
	check_str(fixture.http.body, body);
	exact_free(fixture.text);
}

static void check_header(const struct fixture *fixture, size_t i, const char *name, const char *value)
{
	check_str(fixture->headers[i].name, name);
	check_str(fixture->headers[i].value, value);
}

static void test_status(void **state)
{
	(void)state;
	check("HTTP/1.1 429 Too Many Requests\r\n\r\nx", 429, 0, "x");
	check("HTTP/1.1 429\r\n\r\nx", 429, 0, "x");
	check("HTTP/1.1 429 \r\n\r\nx", 429, 0, "x");
	check("HTTP/1.0 500 Internal\r\n\r\nx", 500, 0, "x");
	check("HTTP/2 404\r\n\r\nx", 404, 0, "x");
	check("HTTP/2 404 \r\n\r\nx", 404, 0, "x");
	check("HTTP/2.0 404\r\n\r\nx", 404, 0, "x");
	check("HTTP/3 503\n\nx", 503, 0, "x");
	check("HTTP/1.1  429\tSlow\n\nx", 429, 0, "x");
	check("HTTP/1.1 999 Denied\n\nx", 999, 0, "x");
	check("HTTP/1.1 200 OK\n\nHTTP is a protocol", 200, 0, "HTTP is a protocol");
}

static void test_bad_status(void **state)
{
	static const char *const bad[] = {
		"",
		"H",
		"HTTP",
		"HTTP/",
		"HTTP/1",
		"HTTP/1.1",
		"HTTP/1.1 ",
		"HTTP/1.1 4",
		"HTTP/1.1 42",
		"HTTP/1.1 4290",
		"HTTP/1.1 abc",
		"HTTP/1.1 099",
		"HTTP/1.1 42x",
		"HTTP/1.1 429x",
		"HTTP/x 429",
		"HTTP/1.1429",
		"HTTP/1. 429",
		"HTTP/11 429",
		"HTTP/1.1\n429",
		"http/1.1 429",
		" HTTP/1.1 429",
		"\nHTTP/1.1 429",
		"{\"error\":1}",
		"HTTP/1.1 -29",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct errnorm_str text = exact(bad[i], strlen(bad[i]));
		struct en_http http = {4711, EN_STR_NULL, 0};

		if (en_http_read(text, NULL, 0, &http))
			fail_msg("\"%s\" is read", bad[i]);
		assert_int_equal(http.status, 4711);
		exact_free(text);
	}
	assert_false(en_http_read(EN_STR_NULL, NULL, 0, &(struct en_http){0, EN_STR_NULL, 0}));
}

static void test_headers(void **state)
{
	struct fixture fixture;

	(void)state;
	read_text(&fixture, "HTTP/1.1 429 Slow\r\nContent-Type: application/json\r\nretry-after:20\r\n"
			    "X-Empty:\r\nX-Url: http://a:80/\r\n X-Folded \t:  \t v \t\r\n\r\n{}\r\n");
	assert_int_equal(fixture.http.header_count, 4);
	check_header(&fixture, 0, "Content-Type", "application/json");
	check_header(&fixture, 1, "retry-after", "20");
	check_header(&fixture, 2, "X-Empty", "");
	/* The last line begins with a blank: it goes on with the one before. */
	check_header(&fixture, 3, "X-Url", "http://a:80/\r\n X-Folded \t:  \t v");
	check_str(fixture.http.body, "{}\r\n");
	exact_free(fixture.text);

	read_text(&fixture, "HTTP/2 429\nname \t:  value with blanks \t\nother:x\n\nbody\n\nmore");
	assert_int_equal(fixture.http.header_count, 2);
	check_header(&fixture, 0, "name", "value with blanks");
	check_header(&fixture, 1, "other", "x");
	check_str(fixture.http.body, "body\n\nmore");
	exact_free(fixture.text);
}

static void test_folded(void **state)
{
	struct fixture fixture;

	(void)state;
	read_text(&fixture, "HTTP/1.1 500\r\na: one\r\n  two\r\n\tthree  \r\nb:\r\n  late\r\n  later\r\n"
			    "c: x\r\n \r\nd: y\r\n\r\n");
	assert_int_equal(fixture.http.header_count, 4);
	check_header(&fixture, 0, "a", "one\r\n  two\r\n\tthree");
	check_header(&fixture, 1, "b", "late\r\n  later");
	check_header(&fixture, 2, "c", "x");
	check_header(&fixture, 3, "d", "y");
	exact_free(fixture.text);

	/* Nothing to go on with: in front of all headers, and behind a line that is none. */
	read_text(&fixture, "HTTP/1.1 500\r\n  lost\r\na: x\r\njunk\r\n  lost\r\nb: y\r\n\r\n");
	assert_int_equal(fixture.http.header_count, 2);
	check_header(&fixture, 0, "a", "x");
	check_header(&fixture, 1, "b", "y");
	exact_free(fixture.text);
}

static void test_junk_lines(void **state)
{
	struct fixture fixture;

	(void)state;
	read_text(&fixture, "HTTP/1.1 500\nno colon here\n: no name\n:\na: x\n\nbody");
	assert_int_equal(fixture.http.header_count, 1);
	check_header(&fixture, 0, "a", "x");
	check_str(fixture.http.body, "body");
	exact_free(fixture.text);
}

static void test_capacity(void **state)
{
	struct errnorm_str text = EN_STR("HTTP/1.1 500\na: 1\nb: 2\nc: 3\n folded\nd: 4\n\nbody");
	struct en_http_header headers[3];
	struct en_http http;

	(void)state;
	text = exact(text.ptr, text.len);
	for (size_t cap = 0; cap <= 2; cap++) {
		memset(headers, 0, sizeof(headers));
		assert_true(en_http_read(text, headers, cap, &http));
		assert_int_equal(http.header_count, 4);
		check_str(http.body, "body");
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(headers[i].name.len, i < cap ? 1 : 0);
	}
	assert_true(en_http_read(text, NULL, 0, &http));
	assert_int_equal(http.header_count, 4);
	exact_free(text);
}

static void test_interim(void **state)
{
	struct fixture fixture;

	(void)state;
	check("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 429 Slow\r\na: b\r\n\r\nx", 429, 1, "x");
	check("HTTP/1.1 103 Early Hints\r\nlink: a\r\nlink: b\r\n\r\nHTTP/1.1 100\r\n\r\nHTTP/2 500\r\n\r\nx", 500, 0,
	      "x");
	check("HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 401 No\r\n\r\nx", 401, 0, "x");
	check("HTTP/1.0 200 Connection Established\r\nvia: p\r\n\r\nHTTP/2 401\r\n\r\nx", 401, 0, "x");
	/* Nothing follows: it is the response. */
	check("HTTP/1.1 100 Continue\r\n\r\n", 100, 0, "");
	check("HTTP/1.1 101 Switching Protocols\r\n\r\nHTTP", 101, 0, "HTTP");
	check("HTTP/1.1 200 Connection established\r\n\r\n", 200, 0, "");
	check("HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 x\r\n\r\n", 200, 0, "HTTP/1.1 x\r\n\r\n");
	/* A body that looks like a response is a body. */
	check("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 401 No\r\n\r\nx", 200, 0, "HTTP/1.1 401 No\r\n\r\nx");
	check("HTTP/1.1 502 Connection established\r\n\r\nHTTP/1.1 401 No\r\n\r\nx", 502, 0,
	      "HTTP/1.1 401 No\r\n\r\nx");

	read_text(&fixture, "HTTP/1.1 100\na: old\nb: old\n\nHTTP/1.1 500\nc: new\n\n");
	assert_int_equal(fixture.http.header_count, 1);
	check_header(&fixture, 0, "c", "new");
	exact_free(fixture.text);
}

static void test_body(void **state)
{
	struct errnorm_str text = EN_STR("HTTP/1.1 500\r\n\r\n\0\1\r\n\r\n\377");
	struct en_http http;

	(void)state;
	check("HTTP/1.1 500\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 500, 1,
	      "5\r\nhello\r\n0\r\n\r\n");
	check("HTTP/1.1 500\r\n\n{}", 500, 0, "{}");
	check("HTTP/1.1 500\n\r\n{}", 500, 0, "{}");
	check("HTTP/1.1 500\n\n\n{}", 500, 0, "\n{}");
	text = exact(text.ptr, text.len);
	assert_true(en_http_read(text, NULL, 0, &http));
	assert_int_equal(http.body.len, 7);
	exact_free(text);
}

static void test_cut(void **state)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 429 Too Many Requests\r\n"
				   "retry-after: 20\r\nx: a\r\n b\r\n\r\n{\"error\":{}}";

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		struct errnorm_str s = exact(text, len);
		struct en_http_header headers[CAP];
		struct en_http http;

		if (en_http_read(s, headers, CAP, &http)) {
			assert_true(http.status == 100 || http.status == 429);
			assert_true(http.header_count <= 2);
			assert_ptr_equal(http.body.ptr + http.body.len, s.ptr + len);
		} else {
			assert_true(len < 12);
		}
		exact_free(s);
	}
	check("HTTP/1.1 429", 429, 0, "");
	check("HTTP/1.1 429\r\nretry-af", 429, 0, "");
	check("HTTP/1.1 429\r\nretry-after: 2", 429, 1, "");
	check("HTTP/1.1 429\r\nretry-after: 2\r\n", 429, 1, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),  cmocka_unit_test(test_bad_status), cmocka_unit_test(test_headers),
		cmocka_unit_test(test_folded),  cmocka_unit_test(test_junk_lines), cmocka_unit_test(test_capacity),
		cmocka_unit_test(test_interim), cmocka_unit_test(test_body),       cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
