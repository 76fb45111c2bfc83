/*
 * test_document.c - the strict reader for tables: the tree, where each mistake is said to be, and
 * places inside of strings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "document.h"
#include "exact.h"

static const struct en_node *read_text(struct en_arena *arena, const char *text, bool relaxed)
{
	struct en_document_error error;
	const struct en_node *node;

	node = en_document_read(arena, en_str(text, strlen(text)), relaxed, &error);
	if (!node)
		fail_msg("%s: %s at %zu", text, error.text ? error.text : "no memory", error.offset);
	return node;
}

static void test_tree(void **state)
{
	static const char text[] = "{ \"a\": [1, \"x\\ty\", {}], \"b\\u00e9\" : null }";
	struct en_arena arena;
	const struct en_node *root;
	const struct en_node *a;
	const struct en_node *b;

	(void)state;
	en_arena_init(&arena, &en_alloc_libc);
	root = read_text(&arena, text, false);
	assert_int_equal(root->kind, EN_JSON_OBJECT);
	assert_int_equal(root->count, 2);
	assert_int_equal(root->offset, 0);
	check_str(root->raw, text);
	a = en_document_get(root, EN_STR("a"));
	assert_non_null(a);
	assert_int_equal(a->kind, EN_JSON_ARRAY);
	assert_int_equal(a->count, 3);
	assert_int_equal(a->key_offset, 2);
	assert_int_equal(a->offset, 7);
	check_str(a->raw, "[1, \"x\\ty\", {}]");
	assert_null(a->text.ptr);
	assert_int_equal(a->child->kind, EN_JSON_NUMBER);
	assert_null(a->child->key.ptr);
	check_str(a->child->text, "1");
	check_str(a->child->next->text, "x\ty");
	check_str(a->child->next->raw, "\"x\\ty\"");
	assert_int_equal(a->child->next->offset, 11);
	assert_int_equal(a->child->next->next->kind, EN_JSON_OBJECT);
	assert_null(a->child->next->next->child);
	assert_null(a->child->next->next->next);
	b = en_document_get(root, EN_STR("b\xc3\xa9"));
	assert_non_null(b);
	assert_int_equal(b->kind, EN_JSON_NULL);
	check_str(b->raw, "null");
	assert_null(en_document_get(root, EN_STR("b")));
	en_arena_done(&arena);
}

static void test_sound(void **state)
{
	static const char *const strict[] = {
		"0",
		"-0",
		"12",
		"-1.5e+10",
		"1E5",
		"0.0",
		"true",
		"false",
		"null",
		"\"\"",
		"[]",
		"{}",
		" [ ] ",
		"[[[]]]",
		"{\"a\":{\"a\":{}}}",
		"\"\\ud83d\\ude00\"",
		"\"\\u0000\"",
		"\"\x7f\"",
		"\xef\xbb\xbf{}",
		"\"\\/\\b\\f\\n\\r\\t\\\"\\\\\"",
	};
	static const char *const relaxed[] = {
		"[1,]",
		"{\"a\":1,}",
		"// x\n[]",
		"[] // x",
		"/* x */ [ /**/ 1 /* * / */ , // , ]\n]",
		"{ // a\r \"a\" /* k */ : /* v */ 1 , /* end */ }",
		"[\n1,\n]\n//",
		"/***/1",
	};
	struct en_arena arena;

	(void)state;
	en_arena_init(&arena, &en_alloc_libc);
	for (size_t i = 0; i < sizeof strict / sizeof strict[0]; i++) {
		read_text(&arena, strict[i], false);
		read_text(&arena, strict[i], true);
	}
	for (size_t i = 0; i < sizeof relaxed / sizeof relaxed[0]; i++)
		read_text(&arena, relaxed[i], true);
	en_arena_done(&arena);
}

/* Where the mistake is: the first byte that cannot be, or the beginning of what does not end. */
static void test_mistakes(void **state)
{
	static const struct {
		const char *text;
		size_t offset;
		const char *what; /* a piece of what is said */
		bool relaxed;
	} cases[] = {
		{"", 0, "expected a value", false},
		{"  ", 2, "expected a value", false},
		{"[1 2]", 3, "comma", false},
		{"{\"a\":1 \"b\":2}", 7, "comma", false},
		{"{\"a\" 1}", 5, "colon", false},
		{"{a:1}", 1, "key", false},
		{"{1:1}", 1, "key", false},
		{"{\"a\":}", 5, "expected a value", false},
		{"[,1]", 1, "expected a value", true},
		{"[1,,2]", 3, "expected a value", true},
		{"{,}", 1, "key", true},
		{"[1,]", 3, "comma", false},
		{"{\"a\":1,}", 7, "comma", false},
		{"[1] 2", 4, "follows", false},
		{"{} }", 3, "follows", false},
		{"[1}", 2, "comma", false},
		{"tru", 0, "expected a value", false},
		{"[nul]", 1, "expected a value", false},
		{"True", 0, "expected a value", false},
		{"01", 0, "number", false},
		{"[-]", 1, "number", false},
		{"1.", 0, "number", false},
		{".5", 0, "expected a value", false},
		{"+5", 0, "expected a value", false},
		{"1e", 0, "number", false},
		{"1e+", 0, "number", false},
		{"NaN", 0, "expected a value", false},
		{"\"a", 0, "does not end", false},
		{"[\"a, 1]", 1, "does not end", false},
		{"{\"a\": [1, 2}", 11, "comma", false},
		{"{\"a\": [1, 2", 6, "array does not end", false},
		{"[{\"a\": 1", 1, "object does not end", false},
		{"{\"a\":1,", 0, "does not end", false},
		{"\"a\nb\"", 2, "control", false},
		{"\"a\tb\"", 2, "control", false},
		{"\"\\x41\"", 1, "escape", false},
		{"\"ab\\'\"", 3, "escape", false},
		{"\"\\u12g4\"", 1, "hexadecimal", false},
		{"\"\\u12\"", 1, "hexadecimal", false},
		{"\"a\xff\"", 2, "UTF-8", false},
		{"\"\xc0\x80\"", 1, "UTF-8", false},
		{"\"\xed\xa0\x80\"", 1, "UTF-8", false},
		{"[1 /* x", 3, "comment", true},
		{"[1 /* x", 3, "comma", false},
		{"// x", 0, "expected a value", false},
		{"[] / x", 3, "follows", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct errnorm_str text = exact(cases[i].text, strlen(cases[i].text));
		struct en_document_error error;
		struct en_arena arena;
		en_arena_init(&arena, &en_alloc_libc);
		if (en_document_read(&arena, text, cases[i].relaxed, &error))
			fail_msg("%s was read", cases[i].text);
		assert_non_null(error.text);
		if (error.offset != cases[i].offset || !strstr(error.text, cases[i].what))
			fail_msg("%s: \"%s\" at %zu; want \"%s\" at %zu", cases[i].text, error.text, error.offset,
				 cases[i].what, cases[i].offset);
		en_arena_done(&arena);
		exact_free(text);
	}
}

/* No beginning of a table is one, and none is read past its end. */
static void test_cut_anywhere(void **state)
{
	static const char text[] = "{\"a\": [1.5e2, \"b\\u00e9\\n\xc3\xa9\", true, /* c */ null], // d\n"
				   "\"e\": {\"f\": {}, },}";

	(void)state;
	for (size_t n = 0; n < sizeof text - 1; n++) {
		struct errnorm_str part = exact(text, n);
		struct en_document_error error;
		struct en_arena arena;
		en_arena_init(&arena, &en_alloc_libc);
		assert_null(en_document_read(&arena, part, true, &error));
		assert_non_null(error.text);
		assert_true(error.offset <= n);
		en_arena_done(&arena);
		exact_free(part);
	}
}

static void test_depth(void **state)
{
	char text[4 * EN_DOCUMENT_DEPTH_MAX];
	struct en_document_error error;
	struct en_arena arena;

	(void)state;
	en_arena_init(&arena, &en_alloc_libc);
	for (size_t depth = EN_DOCUMENT_DEPTH_MAX; depth <= EN_DOCUMENT_DEPTH_MAX + 1; depth++) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		const struct en_node *root = en_document_read(&arena, en_str(text, 2 * depth), false, &error);
		if (depth == EN_DOCUMENT_DEPTH_MAX) {
			assert_non_null(root);
			continue;
		}
		assert_null(root);
		assert_non_null(strstr(error.text, "deep"));
		assert_int_equal(error.offset, EN_DOCUMENT_DEPTH_MAX);
	}
	en_arena_done(&arena);
}

/* From a byte of what a string means to the byte of the text that says it. */
static void test_string_offset(void **state)
{
	static const struct {
		const char *raw;
		size_t n, offset; /* in the decoded and in the raw text, whose quote is 0 */
	} cases[] = {
		{"\"abc\"", 0, 1},
		{"\"abc\"", 2, 3},
		{"\"abc\"", 3, 4},
		{"\"a\\nb\"", 1, 2},
		{"\"a\\nb\"", 2, 4},
		{"\"\\\\\\\\b\"", 1, 3},
		{"\"\\\\\\\\b\"", 2, 5},
		{"\"\\u0041b\"", 0, 1},
		{"\"\\u0041b\"", 1, 7},
		{"\"\\u00e9b\"", 2, 7},
		{"\"\\u4f59b\"", 3, 7},
		{"\"\\ud83d\\ude00b\"", 4, 13},
		{"\"\xc3\xa9"
		 "b\"",
		 2, 3},
		{"\"\\ud83dxb\"", 3, 7},
		{"\"\\ud83dxb\"", 4, 8},
		{"\"\"", 0, 1},
	};
	struct en_arena arena;

	(void)state;
	en_arena_init(&arena, &en_alloc_libc);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[64] = "[";
		strcat(text, cases[i].raw);
		strcat(text, "]");
		const struct en_node *node = read_text(&arena, text, false)->child;
		size_t offset = en_document_string_offset(node, cases[i].n);
		if (offset != cases[i].offset + 1)
			fail_msg("%s, byte %zu: got %zu, want %zu", cases[i].raw, cases[i].n, offset - 1,
				 cases[i].offset);
	}
	en_arena_done(&arena);
}

/* ---- memory ---- */

struct budget {
	size_t left;
};

static void *budget_alloc(void *user, size_t size)
{
	struct budget *budget = user;

	if (!budget->left)
		return NULL;
	budget->left--;
	return malloc(size);
}

static void budget_free(void *user, void *mem, size_t size)
{
	(void)user;
	(void)size;
	free(mem);
}

static void test_memory(void **state)
{
	struct budget budget;
	const struct errnorm_alloc alloc = {budget_alloc, budget_free, &budget};
	enum { COUNT = 2000 };
	char *text = malloc(8 * COUNT + 3);
	size_t len = 0;
	bool done = false;

	(void)state;
	text[len++] = '[';
	for (size_t i = 0; i < COUNT; i++) {
		memcpy(text + len, "\"a\\tb\",", 7);
		len += 7;
	}
	text[len - 1] = ']';
	for (size_t n = 0; !done; n++) {
		struct en_document_error error;
		struct en_arena arena;
		budget.left = n;
		en_arena_init(&arena, &alloc);
		done = en_document_read(&arena, en_str(text, len), false, &error) != NULL;
		if (!done)
			assert_null(error.text);
		en_arena_done(&arena);
		assert_true(n < 1000);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),         cmocka_unit_test(test_sound), cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_cut_anywhere), cmocka_unit_test(test_depth), cmocka_unit_test(test_string_offset),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
