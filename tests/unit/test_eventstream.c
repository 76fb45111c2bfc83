/*
 * test_eventstream.c - AWS's event-stream messages: what Bedrock sends, and every way in which
 * lengths can lie.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "eventstream.h"
#include "exact.h"

#define PAYLOAD "{\"message\":\"Too many requests\"}"

/* Messages are put together here, byte by byte. */
struct builder {
	char bytes[1024];
	size_t len;
};

static void add_bytes(struct builder *builder, const void *bytes, size_t len)
{
	assert_true(builder->len + len <= sizeof(builder->bytes));
	memcpy(builder->bytes + builder->len, bytes, len);
	builder->len += len;
}

static void add_number(struct builder *builder, size_t value, size_t bytes)
{
	while (bytes--) {
		char byte = (char)(value >> 8 * bytes & 0xFF);

		add_bytes(builder, &byte, 1);
	}
}

static void add_name(struct builder *builder, const char *name, size_t type)
{
	add_number(builder, strlen(name), 1);
	add_bytes(builder, name, strlen(name));
	add_number(builder, type, 1);
}

static void add_string(struct builder *builder, const char *name, const char *value)
{
	add_name(builder, name, 7);
	add_number(builder, strlen(value), 2);
	add_bytes(builder, value, strlen(value));
}

static void add_message(struct builder *builder, const struct builder *headers, const char *payload)
{
	add_number(builder, 12 + headers->len + strlen(payload) + 4, 4);
	add_number(builder, headers->len, 4);
	add_number(builder, 0xDEADBEEF, 4);
	add_bytes(builder, headers->bytes, headers->len);
	add_bytes(builder, payload, strlen(payload));
	add_number(builder, 0xDEADBEEF, 4);
}

static void build_exception(struct builder *builder)
{
	struct builder headers = {{0}, 0};

	add_string(&headers, ":exception-type", "throttlingException");
	add_string(&headers, ":content-type", "application/json");
	add_string(&headers, ":message-type", "exception");
	add_message(builder, &headers, PAYLOAD);
}

static bool probe(const void *bytes, size_t len)
{
	struct errnorm_str text = exact(bytes, len);
	bool good = en_eventstream_probe(text);

	exact_free(text);
	return good;
}

static void test_exception(void **state)
{
	struct builder builder = {{0}, 0};
	struct en_eventstream_message message;
	struct errnorm_str text, name, value;
	struct en_eventstream es;
	size_t cursor = 0;

	(void)state;
	build_exception(&builder);
	text = exact(builder.bytes, builder.len);
	assert_true(en_eventstream_probe(text));
	en_eventstream_init(&es, text);
	assert_true(en_eventstream_next(&es, &message));
	check_str(message.payload, PAYLOAD);
	assert_true(en_eventstream_header(message.headers, &cursor, &name, &value));
	check_str(name, ":exception-type");
	check_str(value, "throttlingException");
	assert_true(en_eventstream_header(message.headers, &cursor, &name, &value));
	check_str(name, ":content-type");
	check_str(value, "application/json");
	assert_true(en_eventstream_header(message.headers, &cursor, &name, &value));
	check_str(name, ":message-type");
	check_str(value, "exception");
	assert_false(en_eventstream_header(message.headers, &cursor, &name, &value));
	assert_false(en_eventstream_header(message.headers, &cursor, &name, &value));
	assert_false(en_eventstream_next(&es, &message));
	exact_free(text);
}

static void test_several(void **state)
{
	struct builder builder = {{0}, 0}, headers = {{0}, 0}, none = {{0}, 0};
	struct en_eventstream_message message;
	struct en_eventstream es;

	(void)state;
	add_string(&headers, ":event-type", "chunk");
	add_message(&builder, &headers, "one");
	add_message(&builder, &none, "");
	add_message(&builder, &headers, "three");
	add_bytes(&builder, "tail", 4);
	en_eventstream_init(&es, en_str(builder.bytes, builder.len));
	assert_true(en_eventstream_next(&es, &message));
	check_str(message.payload, "one");
	assert_true(en_eventstream_next(&es, &message));
	check_str(message.payload, "");
	assert_int_equal(message.headers.len, 0);
	assert_true(en_eventstream_next(&es, &message));
	check_str(message.payload, "three");
	assert_false(en_eventstream_next(&es, &message));
	check_str(es.rest, "tail");
}

static void test_header_types(void **state)
{
	static const size_t sizes[] = {0, 0, 1, 2, 4, 8, 0, 0, 8, 16};
	struct builder headers = {{0}, 0};
	struct errnorm_str name, value, s;
	size_t cursor = 0;

	(void)state;
	for (size_t type = 0; type <= 9; type++) {
		if (type == 7) {
			add_string(&headers, "s1", "first");
			continue;
		}
		add_name(&headers, "x", type);
		if (type == 6)
			add_number(&headers, 3, 2);
		add_bytes(&headers, "\0\7\1aaaaaaaaaaaaaaaa", type == 6 ? 3 : sizes[type]);
	}
	add_string(&headers, ":s2", "");
	s = exact(headers.bytes, headers.len);
	assert_true(en_eventstream_header(s, &cursor, &name, &value));
	check_str(name, "s1");
	check_str(value, "first");
	assert_true(en_eventstream_header(s, &cursor, &name, &value));
	check_str(name, ":s2");
	check_str(value, "");
	assert_false(en_eventstream_header(s, &cursor, &name, &value));
	assert_int_equal(cursor, s.len);
	/* Each type ends in time when it is cut off. */
	for (size_t len = 0; len < headers.len; len++) {
		struct errnorm_str cut = exact(headers.bytes, len);
		size_t found = 0;

		for (cursor = 0; en_eventstream_header(cut, &cursor, &name, &value);)
			found++;
		assert_true(found <= 1);
		assert_true(cursor <= len);
		exact_free(cut);
	}
	exact_free(s);
}

static void check_no_header(const char *bytes, size_t len)
{
	struct errnorm_str headers = exact(bytes, len), name, value;
	size_t cursor = 0;

	assert_false(en_eventstream_header(headers, &cursor, &name, &value));
	assert_int_equal(cursor, 0);
	exact_free(headers);
}

static void test_bad_headers(void **state)
{
	struct errnorm_str name, value;
	size_t cursor = 100;

	(void)state;
	check_no_header("", 0);
	check_no_header("\0\7\0\1x", 5);
	check_no_header("\1a\12", 3);
	check_no_header("\1a\377", 3);
	check_no_header("\377abc", 4);
	check_no_header("\1a\7\0", 4);
	check_no_header("\1a\7\377\377x", 6);
	check_no_header("\1a\11123456789012345", 18);
	assert_false(en_eventstream_header(EN_STR("\1a\7\0\0"), &cursor, &name, &value));
	cursor = 0;
	assert_false(en_eventstream_header(EN_STR_NULL, &cursor, &name, &value));
}

static void test_probe(void **state)
{
	struct builder headers = {{0}, 0}, builder = {{0}, 0};

	(void)state;
	assert_false(probe("", 0));
	assert_false(en_eventstream_probe(EN_STR_NULL));
	assert_false(probe("{\"error\":{\"message\":\"x\"}}", 25));
	assert_false(probe("<html><body>503</body></html>", 29));
	assert_false(probe("data: {\"a\":1}\n\n", 15));
	/* No headers, and headers without a pseudo name, may be anything. */
	add_message(&builder, &headers, "x");
	assert_false(probe(builder.bytes, builder.len));
	builder.len = 0;
	add_string(&headers, "name", "value");
	add_message(&builder, &headers, "x");
	assert_false(probe(builder.bytes, builder.len));
	builder.len = 0;
	add_string(&headers, ":name", "value");
	add_message(&builder, &headers, "x");
	assert_true(probe(builder.bytes, builder.len));
	/* Headers that are all there, but not to be read. */
	builder.len = 0;
	add_bytes(&headers, "\1a\12", 3);
	add_message(&builder, &headers, "x");
	assert_false(probe(builder.bytes, builder.len));
}

static void test_probe_cut(void **state)
{
	struct builder builder = {{0}, 0};
	/* The prelude and the first header: enough to know. */
	const size_t enough = 12 + 1 + strlen(":exception-type") + 1 + 2 + strlen("throttlingException");

	(void)state;
	build_exception(&builder);
	for (size_t len = 0; len <= builder.len; len++)
		assert_int_equal(probe(builder.bytes, len), len >= enough);
}

static void test_next_cut(void **state)
{
	struct builder builder = {{0}, 0};
	size_t headers_end, payload_end;

	(void)state;
	build_exception(&builder);
	payload_end = builder.len - 4;
	headers_end = payload_end - strlen(PAYLOAD);
	for (size_t len = 0; len < builder.len; len++) {
		struct errnorm_str text = exact(builder.bytes, len);
		struct en_eventstream_message message;
		struct en_eventstream es;

		en_eventstream_init(&es, text);
		assert_int_equal(en_eventstream_next(&es, &message), len >= 12);
		if (len >= 12) {
			size_t got = len < headers_end ? len : headers_end;

			assert_int_equal(message.headers.len, got - 12);
			got = len < payload_end ? len : payload_end;
			assert_int_equal(message.payload.len, got > headers_end ? got - headers_end : 0);
			assert_memory_equal(message.payload.ptr, PAYLOAD, message.payload.len);
			assert_false(en_eventstream_next(&es, &message));
		}
		exact_free(text);
	}
}

static void test_bad_lengths(void **state)
{
	static const struct {
		size_t total, headers;
		bool good;
	} cases[] = {
		{16, 0, true},
		{15, 0, false},
		{0, 0, false},
		{16, 1, false},
		{20, 4, true},
		{20, 5, false},
		{100, 0xFFFFFFFF, false},
		{0xFFFFFFFF, 0, false},
		{0xFFFFFFFF, 0xFFFFFFEF, false},
		{24 * 1024 * 1024, 0, true},
		{24 * 1024 * 1024 + 1, 0, false},
		{1024 * 1024, 128 * 1024, true},
		{1024 * 1024, 128 * 1024 + 1, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct builder builder = {{0}, 0};
		struct en_eventstream_message message;
		struct en_eventstream es;
		struct errnorm_str text;

		add_number(&builder, cases[i].total, 4);
		add_number(&builder, cases[i].headers, 4);
		add_number(&builder, 0, 4);
		add_bytes(&builder, "\1a\0\0", 4);
		text = exact(builder.bytes, builder.len);
		en_eventstream_init(&es, text);
		assert_int_equal(en_eventstream_next(&es, &message), cases[i].good);
		assert_false(en_eventstream_probe(text));
		exact_free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exception),    cmocka_unit_test(test_several),
		cmocka_unit_test(test_header_types), cmocka_unit_test(test_bad_headers),
		cmocka_unit_test(test_probe),        cmocka_unit_test(test_probe_cut),
		cmocka_unit_test(test_next_cut),     cmocka_unit_test(test_bad_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
