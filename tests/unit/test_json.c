/*
 * test_json.c - the pull reader for bodies: what it reads of sound JSON, of JSON that ends early at
 * any byte, and of what is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exact.h"
#include "json.h"
#include "utf8.h"

/* ---- a body as a line of text: {key=value ...} [value ...] 'string' ---- */

struct dump {
	char text[4096];
	size_t len;
};

static void put(struct dump *dump, const char *p, size_t n)
{
	assert_true(dump->len + n < sizeof dump->text);
	memcpy(dump->text + dump->len, p, n);
	dump->len += n;
	dump->text[dump->len] = 0;
}

static void put_value(struct dump *dump, struct en_json *json)
{
	enum en_json_kind kind = en_json_peek(json);
	struct en_json_value value;
	bool first = true;

	if (kind == EN_JSON_OBJECT) {
		struct en_json_value key;
		assert_true(en_json_enter(json));
		put(dump, "{", 1);
		while (en_json_key(json, &key)) {
			put(dump, " ", first ? 0 : 1);
			put(dump, key.raw.ptr, key.raw.len);
			put(dump, "=", 1);
			put_value(dump, json);
			first = false;
		}
		put(dump, "}", 1);
		return;
	}
	if (kind == EN_JSON_ARRAY) {
		assert_true(en_json_enter(json));
		put(dump, "[", 1);
		while (en_json_element(json)) {
			put(dump, " ", first ? 0 : 1);
			put_value(dump, json);
			first = false;
		}
		put(dump, "]", 1);
		return;
	}
	assert_false(en_json_enter(json));
	en_json_value(json, &value);
	if (value.kind != EN_JSON_NONE)
		assert_int_equal(value.kind, kind);
	put(dump, "'", value.kind == EN_JSON_STRING);
	put(dump, value.raw.ptr, value.kind == EN_JSON_NONE ? 0 : value.raw.len);
	put(dump, "'", value.kind == EN_JSON_STRING);
}

static struct en_json read_all(const char *bytes, size_t len, struct dump *dump)
{
	struct errnorm_str text = exact(bytes, len);
	struct en_json json;

	dump->len = 0;
	dump->text[0] = 0;
	en_json_init(&json, text);
	put_value(dump, &json);
	exact_free(text);
	return json;
}

static void check(const char *text, const char *want, bool cut, bool bad)
{
	struct dump dump;
	struct en_json json = read_all(text, strlen(text), &dump);

	if (strcmp(dump.text, want) != 0)
		fail_msg("%s: got %s, want %s", text, dump.text, want);
	/* Behind what is no JSON nothing is read: whether that counts as cut does not matter. */
	if ((json.cut != cut && !bad) || json.bad != bad)
		fail_msg("%s: cut %d, bad %d; want %d, %d", text, json.cut, json.bad, cut, bad);
}

static void test_sound(void **state)
{
	(void)state;
	check("{}", "{}", false, false);
	check("[]", "[]", false, false);
	check(" \r\n\t[ ] ", "[]", false, false);
	check("{\"a\":1}", "{a=1}", false, false);
	check("{ \"a\" : 1 , \"b\" : [ true , false , null , -0.5e+3 , \"x\" ] }",
	      "{a=1 b=[true false null -0.5e+3 'x']}", false, false);
	check("[[1,2],{\"k\":{}},\"\"]", "[[1 2] {k={}} '']", false, false);
	check("\"only\"", "'only'", false, false);
	check("{\"\":\"\"}", "{=''}", false, false);
	check("{\"a\":\"}]\\\"{[\"}", "{a='}]\\\"{['}", false, false);
	check("{\"a\":1,\"a\":2}", "{a=1 a=2}", false, false);
	check("\xef\xbb\xbf {\"a\":0}", "{a=0}", false, false);
	check("{\"\xc3\xa9\":\"\xe4\xbd\x99\"}", "{\xc3\xa9='\xe4\xbd\x99'}", false, false);
}

/* What Python prints of a dict or list: relays send it. Only where the first string says so. */
static void test_python(void **state)
{
	(void)state;
	check("{'a': None, 'b': True, 'c': False}", "{a=None b=True c=False}", false, false);
	check("[{'a': \"it's\", 'b': 'say \"x\"'}]", "[{a='it's' b='say \"x\"'}]", false, false);
	check("{'a': 'it\\'s', 'b': {'c': [1, '}']}}", "{a='it\\'s' b={c=[1 '}']}}", false, false);
	check("['body', 'messages', 0, None]", "['body' 'messages' 0 None]", false, false);
	check("[['a'], 'it\\'s']", "[['a'] 'it\\'s']", false, false);
	check("{'a': 'cut o", "{a='cut o'}", true, false);
	check("{'a': Tr", "{a=}", true, false);
	check("{'a': Nil}", "{a=}", false, true);
	check("{\"a\": 'x'}", "{a=}", false, true);
	check("{\"a\": None}", "{a=}", false, true);
	check("'x'", "", false, true);
	/* Tuples. */
	check("{'loc': ('body', 0), 'x': 1}", "{loc=['body' 0] x=1}", false, false);
	check("{'loc': ('body',), 'x': ((), 'a)')}", "{loc=['body'] x=[[] 'a)']}", false, false);
	check("('body', 'messages')", "['body' 'messages']", false, false);
	check("{'loc': ('bo", "{loc=['bo']}", true, false);
	check("{\"a\": (1)}", "{a=}", false, true);
}

/* Quotes that nobody escaped: the string ends at the quote behind which it may. */
static void test_inner_quotes(void **state)
{
	struct en_json_value value;
	struct en_json json;

	(void)state;
	check("{\"m\":\"the model \"x-1\" is busy\",\"t\":\"e\"}", "{m='the model \"x-1\" is busy' t='e'}", false,
	      false);
	check("{\"m\":\"say \"x\" \\n\"y\".\"}", "{m='say \"x\" \\n\"y\".'}", false, false);
	check("[\"a\" b\" , \"c\"]", "['a\" b' 'c']", false, false);
	check("{'m': 'can't', 'n': 1}", "{m='can't' n=1}", false, false);
	/* None that may end it: the first one does. */
	check("{\"m\":\"a\" b", "{m='a'}", false, true);
	/* Nor is it looked for without end. */
	check("[\"a\"x\"x\"x\"x\"x\"x\"x\"x\"x\"x\"x\"x\"x\"x\"x\"x\"x\"x\"x\"x\"x\"x\"x\"]", "['a']", false, true);
	/* Of what is stepped over it is the same. */
	en_json_init(&json, EN_STR("{\"s\":{\"m\":\"a \"x\" b}\"},\"t\":1}"));
	assert_true(en_json_enter(&json));
	assert_true(en_json_key(&json, &value));
	en_json_value(&json, &value);
	assert_true(en_json_key(&json, &value));
	check_str(value.raw, "t");
}

/* A value that is stepped over ends where its own brackets end, whatever stands in its strings. */
static void test_python_skipped(void **state)
{
	struct errnorm_str text = exact("{'a': {'b': '}', 'c': \"}'\"}, 'd': 7}", 36);
	struct en_json_value value;
	struct en_json json;

	(void)state;
	en_json_init(&json, text);
	assert_true(en_json_enter(&json));
	assert_true(en_json_key(&json, &value));
	en_json_value(&json, &value);
	check_str(value.raw, "{'b': '}', 'c': \"}'\"}");
	assert_true(en_json_key(&json, &value));
	check_str(value.raw, "d");
	exact_free(text);
}

/* Every beginning of a sound text reads as far as it goes, is marked as cut, and never as bad. */
static void test_cut_anywhere(void **state)
{
	static const char *const texts[] = {
		"{\"error\":{\"message\":\"a \\\"b\\\" \\u00e9\",\"code\":-12.5e3,\"t\":[true,false,null,{}]}}",
		"[ { \"a\" : [ [ ] , [ 1 ] ] } , \"x\" , null ]",
		"{\"long\":\"0123456789abcdef0123456789abcdef\\\\\\\\0123456789abcdef\",\"z\":1}",
	};

	(void)state;
	for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
		size_t len = strlen(texts[t]);
		struct dump whole;
		struct dump dump;
		struct en_json json = read_all(texts[t], len, &whole);
		assert_false(json.cut);
		assert_false(json.bad);
		for (size_t n = 0; n < len; n++) {
			size_t same = 0;
			json = read_all(texts[t], n, &dump);
			if (!json.cut || json.bad)
				fail_msg("%.*s: cut %d, bad %d", (int)n, texts[t], json.cut, json.bad);
			/* What was read is what the whole text begins with, up to the closing. */
			while (same < dump.len && dump.text[same] == whole.text[same])
				same++;
			for (size_t i = same; i < dump.len; i++)
				assert_non_null(strchr("}]'= ", dump.text[i]));
		}
	}
}

static void test_not_json(void **state)
{
	(void)state;
	check("{a:1}", "{}", false, true);
	check("{a:1}", "{}", false, true);
	check("{\"a\" 1}", "{}", false, true);
	check("{\"a\":}", "{a=}", false, true);
	check("{\"a\":1,x}", "{a=1}", false, true);
	check("{\"a\":truth}", "{a=}", false, true);
	check("{\"a\":nul}", "{a=}", false, true);
	check("{\"a\":TRUE}", "{a=}", false, true);
	check("[1,<]", "[1]", false, true);
	check("[}", "[]", false, true);
	check("<html>", "", false, true);
	check("Internal Server Error", "", false, true);
	check("", "", true, false);
	check("   ", "", true, false);
}

static void test_kinds(void **state)
{
	static const struct {
		const char *text;
		enum en_json_kind kind;
	} cases[] = {
		{"{", EN_JSON_OBJECT},  {"[", EN_JSON_ARRAY},     {"\"", EN_JSON_STRING},
		{"true", EN_JSON_TRUE}, {"false", EN_JSON_FALSE}, {"null", EN_JSON_NULL},
		{"0", EN_JSON_NUMBER},  {"9", EN_JSON_NUMBER},    {"-1", EN_JSON_NUMBER},
		{"+1", EN_JSON_NONE},   {".5", EN_JSON_NONE},     {"", EN_JSON_NONE},
		{"}", EN_JSON_NONE},    {"]", EN_JSON_NONE},      {"\xef\xbb\xbf", EN_JSON_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct errnorm_str text = exact(cases[i].text, strlen(cases[i].text));
		struct en_json json;
		en_json_init(&json, text);
		assert_int_equal(en_json_peek(&json), cases[i].kind);
		assert_int_equal(en_json_peek(&json), cases[i].kind);
		exact_free(text);
	}
}

/* A value is handed out whole, with what its text is. */
static void test_values(void **state)
{
	static const char text[] = "{\"a\":{\"b\":[1,\"]\"]},\"c\":\"d\\n\",\"e\":12 ,\"f\":\"cut";
	struct errnorm_str body = exact(text, sizeof text - 1);
	struct en_json_value key;
	struct en_json_value value;
	struct en_json json;

	(void)state;
	en_json_init(&json, body);
	assert_true(en_json_enter(&json));
	assert_true(en_json_key(&json, &key));
	check_str(key.raw, "a");
	en_json_value(&json, &value);
	assert_int_equal(value.kind, EN_JSON_OBJECT);
	check_str(value.raw, "{\"b\":[1,\"]\"]}");
	assert_true(en_json_key(&json, &key));
	en_json_value(&json, &value);
	assert_int_equal(value.kind, EN_JSON_STRING);
	assert_true(value.escaped);
	assert_false(value.cut);
	check_str(value.raw, "d\\n");
	assert_true(en_json_key(&json, &key));
	assert_false(key.escaped);
	en_json_value(&json, &value);
	assert_int_equal(value.kind, EN_JSON_NUMBER);
	assert_false(value.cut);
	check_str(value.raw, "12");
	assert_true(en_json_key(&json, &key));
	en_json_value(&json, &value);
	assert_int_equal(value.kind, EN_JSON_STRING);
	assert_true(value.cut);
	assert_false(value.escaped);
	check_str(value.raw, "cut");
	assert_false(en_json_key(&json, &key));
	assert_true(json.cut);
	exact_free(body);
}

/* Skipping needs no stack, whatever is sent. */
static void test_deep(void **state)
{
	enum { DEPTH = 2000000 };
	char *text = malloc(DEPTH);
	struct en_json_value value;
	struct en_json json;

	(void)state;
	assert_non_null(text);
	for (int close = 0; close < 2; close++) {
		memset(text, '[', DEPTH);
		if (close)
			memset(text + DEPTH / 2, ']', DEPTH / 2);
		en_json_init(&json, en_str(text, DEPTH));
		en_json_value(&json, &value);
		assert_int_equal(value.raw.len, DEPTH);
		assert_int_equal(value.cut, !close);
		assert_int_equal(json.cut, !close);
		assert_false(json.bad);
	}
	free(text);
}

/* ---- strings ---- */

static void check_decode(const char *raw, const char *want)
{
	struct errnorm_str text = exact(raw, strlen(raw));
	size_t len = strlen(want);

	for (size_t cap = 0; cap <= text.len + 1; cap++) {
		char *out = malloc(cap);
		size_t n = en_json_decode(text, out, cap);
		size_t full = cap < len ? en_utf8_floor(want, cap) : len;
		if (n != full || (n && memcmp(out, want, n) != 0))
			fail_msg("%s in %zu bytes: got \"%.*s\" (%zu), want \"%.*s\"", raw, cap, (int)n, out, n,
				 (int)full, want);
		free(out);
	}
	exact_free(text);
}

static void test_decode(void **state)
{
	(void)state;
	check_decode("", "");
	check_decode("plain", "plain");
	check_decode("a\\\"b\\\\c\\/d", "a\"b\\c/d");
	check_decode("\\b\\f\\n\\r\\t", "\b\f\n\r\t");
	check_decode("\\u0041\\u00e9\\u4f59", "A\xc3\xa9\xe4\xbd\x99");
	check_decode("\\u00E9\\u00e9", "\xc3\xa9\xc3\xa9");
	check_decode("x\\ud83d\\ude00y", "x\xf0\x9f\x98\x80y");
	check_decode("\\uD83D\\uDE00", "\xf0\x9f\x98\x80");
	check_decode("caf\xc3\xa9 \xe4\xbd\x99", "caf\xc3\xa9 \xe4\xbd\x99");
	/* Halves of a pair alone. */
	check_decode("\\ud83d", "\xef\xbf\xbd");
	check_decode("\\ude00", "\xef\xbf\xbd");
	check_decode("\\ud83dx", "\xef\xbf\xbdx");
	check_decode("\\ud83d\\n", "\xef\xbf\xbd\n");
	check_decode("\\ud83d\\u0041", "\xef\xbf\xbd"
				       "A");
	check_decode("\\ud83d\\ud83d\\ude00", "\xef\xbf\xbd\xf0\x9f\x98\x80");
	/* What is no escape stands as it is, and so does one that is cut off. */
	check_decode("\\x41", "\\x41");
	check_decode("\\", "\\");
	check_decode("a\\", "a\\");
	check_decode("\\u", "\\u");
	check_decode("\\u00", "\\u00");
	check_decode("\\u00zz", "\\u00zz");
	check_decode("\\u+123", "\\u+123");
	check_decode("\\ud83d\\u", "\xef\xbf\xbd\\u");
	check_decode("\\ud83d\\ude0", "\xef\xbf\xbd\\ude0");
}

/* Never longer than what it came from, and nothing is read or written beside it. */
static void test_decode_anything(void **state)
{
	static const char pieces[][8] = {"\\", "u",        "d83d", "de00", "0041", "\"",
					 "a",  "\xc3\xa9", "\xff", "\\u",  "n",    "\\\\"};
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char raw[128];
		size_t len = 0;
		while (len < 100) {
			const char *piece;
			seed = seed * 1664525 + 1013904223;
			piece = pieces[(seed >> 16) % (sizeof pieces / sizeof pieces[0])];
			memcpy(raw + len, piece, strlen(piece));
			len += strlen(piece);
			if ((seed >> 24) < 16)
				break;
		}
		struct errnorm_str text = exact(raw, len);
		char *out = malloc(len);
		assert_true(en_json_decode(text, out, len) <= len);
		free(out);
		exact_free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),           cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_not_json),        cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_values),          cmocka_unit_test(test_deep),
		cmocka_unit_test(test_python),          cmocka_unit_test(test_python_skipped),
		cmocka_unit_test(test_inner_quotes),    cmocka_unit_test(test_decode),
		cmocka_unit_test(test_decode_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
