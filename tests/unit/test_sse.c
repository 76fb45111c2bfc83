/*
 * test_sse.c - event streams: the examples of the WHATWG specification, what providers send, and
 * damage.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exact.h"
#include "sse.h"
#include "utf8.h"

/* What a frame should be; NULL: that the frame has none. */
struct want {
	const char *event, *data, *comment;
};

static void check_field(struct errnorm_str got, const char *want)
{
	if (!want) {
		assert_null(got.ptr);
		assert_int_equal(got.len, 0);
		return;
	}
	assert_non_null(got.ptr);
	check_str(got, want);
}

static void check_data(const struct en_sse_frame *frame, const char *want)
{
	size_t len;
	struct errnorm_str out;

	if (!want) {
		assert_int_equal(frame->data_lines, 0);
		assert_int_equal(en_sse_join(frame, NULL, 0), 0);
		check_field(frame->data, NULL);
		return;
	}
	assert_true(frame->data_lines > 0);
	len = strlen(want);
	if (frame->data_lines == 1)
		check_field(frame->data, want);
	for (size_t cap = 0; cap <= len + 1; cap++) {
		size_t n;

		out = en_str(malloc(cap), cap);
		n = en_sse_join(frame, (char *)(uintptr_t)out.ptr, cap);
		assert_int_equal(n, en_utf8_floor(want, cap < len ? cap : len));
		if (n)
			assert_memory_equal(out.ptr, want, n);
		exact_free(out);
	}
}

static void check_frames(const char *bytes, size_t len, const struct want *wants, size_t count)
{
	struct errnorm_str text = exact(bytes, len);
	struct en_sse_frame frame;
	struct en_sse sse;

	en_sse_init(&sse, text);
	for (size_t i = 0; i < count; i++) {
		assert_true(en_sse_next(&sse, &frame));
		check_field(frame.event, wants[i].event);
		check_field(frame.comment, wants[i].comment);
		check_data(&frame, wants[i].data);
	}
	assert_false(en_sse_next(&sse, &frame));
	assert_false(en_sse_next(&sse, &frame));
	assert_int_equal(sse.rest.len, 0);
	exact_free(text);
}

#define CHECK(text, ...)                                                                                               \
	check_frames(text, sizeof(text) - 1, (const struct want[]){__VA_ARGS__},                                       \
		     sizeof((const struct want[]){__VA_ARGS__}) / sizeof(struct want))

static void check_none(const char *text)
{
	check_frames(text, strlen(text), NULL, 0);
}

static void test_frames(void **state)
{
	(void)state;
	CHECK("data: {\"a\":1}\n\n", {NULL, "{\"a\":1}", NULL});
	CHECK("event: error\ndata: {}\n\n", {"error", "{}", NULL});
	CHECK("data: {}\nevent: error\n\n", {NULL, "{}", NULL}, {"error", NULL, NULL});
	CHECK("data: 1\n\ndata: 2\n\n\n\ndata: 3\n\n", {NULL, "1", NULL}, {NULL, "2", NULL}, {NULL, "3", NULL});
	CHECK("data: [DONE]\n\n", {NULL, "[DONE]", NULL});
	CHECK("event: ping\n\n", {"ping", NULL, NULL});
	CHECK(": OPENROUTER PROCESSING\n\ndata: x\n\n", {NULL, NULL, "OPENROUTER PROCESSING"}, {NULL, "x", NULL});
	CHECK("id:1\nevent:error\n:HTTP_STATUS/400\ndata:{\"code\":\"InvalidParameter\"}\n\n",
	      {"error", "{\"code\":\"InvalidParameter\"}", "HTTP_STATUS/400"});
	CHECK(":a\n:b\n\n", {NULL, NULL, "b"});
	CHECK(":\n\n", {NULL, NULL, ""});
	/* A line behind the data in the same frame. */
	CHECK("data: x\nid: 7\nretry: 100\n\n", {NULL, "x", NULL});
}

/* HTML, 9.2.6 */
static void test_specification(void **state)
{
	(void)state;
	CHECK("data: YHOO\ndata: +2\ndata: 10\n\n", {NULL, "YHOO\n+2\n10", NULL});
	CHECK(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
	      {NULL, NULL, "test stream"}, {NULL, "first event", NULL}, {NULL, "second event", NULL},
	      {NULL, " third event", NULL});
	/* The last one is discarded there: here a cut-off frame counts. */
	CHECK("data\n\ndata\ndata\n\ndata:", {NULL, "", NULL}, {NULL, "\n", NULL}, {NULL, "", NULL});
	CHECK("data:test\n\ndata: test\n\n", {NULL, "test", NULL}, {NULL, "test", NULL});
}

static void test_line_ends(void **state)
{
	(void)state;
	CHECK("event: e\r\ndata: 1\r\ndata: 2\r\n\r\ndata: 3\r\n\r\n", {"e", "1\n2", NULL}, {NULL, "3", NULL});
	CHECK("event: e\rdata: 1\rdata: 2\r\rdata: 3\r\r", {"e", "1\n2", NULL}, {NULL, "3", NULL});
	CHECK("data: 1\r\n\ndata: 2\n\r\ndata: 3\r\r\ndata: 4", {NULL, "1", NULL}, {NULL, "2", NULL}, {NULL, "3", NULL},
	      {NULL, "4", NULL});
	CHECK("data: a\r", {NULL, "a", NULL});
	CHECK("data: a\r\n", {NULL, "a", NULL});
}

static void test_several_lines(void **state)
{
	(void)state;
	CHECK("data: {\ndata:   \"a\": 1\ndata: }\n\n", {NULL, "{\n  \"a\": 1\n}", NULL});
	/* What stands between data lines is no part of the data. */
	CHECK("data: 1\n: note\nid: 5\njunk\ndatax: no\ndata: 2\nretry: 3\ndata:3\n\n", {NULL, "1\n2\n3", "note"});
	CHECK("data:\ndata:\ndata:\n\n", {NULL, "\n\n", NULL});
	CHECK("data:\ndata: x\n\n", {NULL, "\nx", NULL});
	CHECK("data\ndata: x\n\n", {NULL, "\nx", NULL});
	CHECK("data: x\ndata\n\n", {NULL, "x\n", NULL});
	CHECK("data: data: x\ndata: y\n\n", {NULL, "data: x\ny", NULL});
	CHECK("data: junk\ndata: :c\n\n", {NULL, "junk\n:c", NULL});
}

static void test_lost_blank_line(void **state)
{
	(void)state;
	CHECK("event: a\ndata: 1\nevent: b\ndata: 2\n", {"a", "1", NULL}, {"b", "2", NULL});
	CHECK("data: 1\nevent: b\ndata: 2\ndata: 3\nevent: c\n", {NULL, "1", NULL}, {"b", "2\n3", NULL},
	      {"c", NULL, NULL});
	/* Without data in between the last name counts. */
	CHECK("event: a\nevent: b\ndata: 2\n\n", {"b", "2", NULL});
}

/* Older llama.cpp servers put the error where the name of a field should stand. */
static void test_error_field(void **state)
{
	(void)state;
	CHECK("error: {\"code\":500}\n\n", {"error", "{\"code\":500}", NULL});
	CHECK("data: {}\n\nerror:{\"a\":1}\n\n", {NULL, "{}", NULL}, {"error", "{\"a\":1}", NULL});
	CHECK("data: {}\nerror: {\"a\":1}\n", {NULL, "{}", NULL}, {"error", "{\"a\":1}", NULL});
	/* Any other field of the name is one that nobody knows. */
	CHECK("error: busy\ndata: 1\n\n", {NULL, "1", NULL});
	check_none("error: busy\n\n");
}

/* An answer without a stream, in the middle of one. */
static void test_bare_object(void **state)
{
	(void)state;
	CHECK("data: 1\n\n{\"error\":{\"code\":5}}\n", {NULL, "1", NULL}, {NULL, "{\"error\":{\"code\":5}}", NULL});
	CHECK("data: 1\n{\"error\":1}", {NULL, "1", NULL}, {NULL, "{\"error\":1}", NULL});
	CHECK("event: error\n{\"a\":1}\n\n", {"error", "{\"a\":1}", NULL});
	CHECK("{\"a\":1}\ndata: 2\n\n", {NULL, "{\"a\":1}\n2", NULL});
}

static void test_fields(void **state)
{
	(void)state;
	/* Names are exact. */
	CHECK("Data: 1\nDATA: 2\n data: 3\ndata : 4\ndata: 5\n\n", {NULL, "5", NULL});
	CHECK("event\ndata: 5\n\n", {"", "5", NULL});
	CHECK("event:\n\n", {"", NULL, NULL});
	CHECK("data:\tx\n\n", {NULL, "\tx", NULL});
	CHECK("data: a:b: c\n\n", {NULL, "a:b: c", NULL});
	CHECK("data: \xC3\xA9\n\n", {NULL, "\xC3\xA9", NULL});
}

static void test_nothing(void **state)
{
	(void)state;
	check_none("");
	check_none("\n");
	check_none("\r\n\r\n\n\n");
	check_none("id: 1\nretry: 5\n\n");
	check_none("junk");
	check_none("\xEF\xBB\xBF");
	check_frames(NULL, 0, NULL, 0);
}

static void test_mark(void **state)
{
	(void)state;
	CHECK("\xEF\xBB\xBF"
	      "data: x\n\n",
	      {NULL, "x", NULL});
	CHECK("\n\n\xEF\xBB\xBF\r\ndata: x\n\n", {NULL, "x", NULL});
	/* Elsewhere it is a part of the line. */
	CHECK("data: x\n\xEF\xBB\xBF"
	      "data: y\n\n",
	      {NULL, "x", NULL});
}

static void test_probe(void **state)
{
	static const char *const good[] = {
		"data:",
		"data: x",
		"event: x",
		"id: 1",
		"retry: 1",
		":",
		": ping",
		"\n\r\ndata:x",
		("\xEF\xBB\xBF"
		 "data:x"),
		"\n\xEF\xBB\xBF\ndata:x",
		"error: {\"code\":500}",
		"error:{",
	};
	static const char *const bad[] = {
		"",         "\n",     "\xEF\xBB\xBF", "\xEF\xBB", "data",   "dat",         "Data: x",
		" data: x", "ideal",  "{\"data\":1}", "event",    "<html>", "database: x", "retry",
		"error: x", "error:", "Error: {",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct errnorm_str s = exact(good[i], strlen(good[i]));

		assert_true(en_sse_probe(s));
		exact_free(s);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct errnorm_str s = exact(bad[i], strlen(bad[i]));

		assert_false(en_sse_probe(s));
		exact_free(s);
	}
	assert_false(en_sse_probe(EN_STR_NULL));
}

/* Cut at every byte: what came is given, and the sums of what is read never pass the end. */
static void test_cut(void **state)
{
	static const char text[] = "\xEF\xBB\xBF: hi\r\n\r\nevent: error\r\ndata: {\"a\":\r\ndata: "
				   "1}\r\n\r\ndata: [DONE]\n\n";
	char out[64];

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		struct errnorm_str s = exact(text, len);
		struct en_sse_frame frame;
		struct en_sse sse;
		unsigned frames = 0;

		en_sse_probe(s);
		en_sse_init(&sse, s);
		for (; en_sse_next(&sse, &frame); frames++)
			assert_true(en_sse_join(&frame, out, sizeof(out)) <= frame.data.len);
		assert_true(frames <= 3);
		if (len == sizeof(text) - 1)
			assert_int_equal(frames, 3);
		exact_free(s);
	}
}

static void test_join_at_character(void **state)
{
	const struct errnorm_str text = EN_STR("data: a\ndata: \xE4\xB8\xAD\n\n");
	struct en_sse_frame frame;
	struct en_sse sse;
	char out[8];

	(void)state;
	en_sse_init(&sse, text);
	assert_true(en_sse_next(&sse, &frame));
	assert_int_equal(en_sse_join(&frame, out, 5), 5);
	assert_int_equal(en_sse_join(&frame, out, 4), 2);
	assert_int_equal(en_sse_join(&frame, out, 3), 2);
	assert_int_equal(en_sse_join(&frame, out, 2), 2);
	assert_int_equal(en_sse_join(&frame, out, 1), 1);
	assert_int_equal(en_sse_join(&frame, NULL, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_specification),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_several_lines),
		cmocka_unit_test(test_lost_blank_line),
		cmocka_unit_test(test_error_field),
		cmocka_unit_test(test_bare_object),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_mark),
		cmocka_unit_test(test_probe),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_join_at_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
