/*
 * test_diag.c - diagnostics: their order and places, their one-line form, the word that was meant.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "diag.h"
#include "exact.h"

static struct en_arena arena;
static struct en_diags diags;

static int setup(void **state)
{
	(void)state;
	en_arena_init(&arena, &en_alloc_libc);
	diags = (struct en_diags){.arena = &arena};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	en_arena_done(&arena);
	return 0;
}

static struct en_file file_of(const char *name, const char *text)
{
	return (struct en_file){en_str(name, strlen(name)), en_str(text, strlen(text))};
}

static void add(const struct en_file *file, size_t offset, const char *text)
{
	en_diag_add(&diags, EN_DIAG_TYPE, file, offset, EN_STR_NULL, EN_STR_NULL, text);
}

static void check_next(size_t i, const char *file, uint32_t line, uint32_t column, const char *text)
{
	const struct errnorm_diag *diag = &diags.list[i].told;

	check_str(diag->file, file);
	check_str(diag->message, text);
	assert_int_equal(diag->line, line);
	assert_int_equal(diag->column, column);
}

static void test_order(void **state)
{
	struct en_file a = file_of("a.json", "one\ntwo \xC3\xA9 three\r\nfour");
	struct en_file ab = file_of("a.json.json", "x");
	struct en_file b = file_of("b.json", "1\n2\n3");

	(void)state;
	add(&b, 4, "b last");
	add(&a, 7, "behind the accent");
	add(&ab, 0, "longer name");
	add(&b, 0, "b first");
	add(&a, 4, "second line");
	add(&a, 4, "second line, said later");
	add(&a, 0, "first line");
	add(&a, 999, "the end");
	add(&a, 10, "behind the character");
	en_diag_sort(&diags);
	assert_int_equal(diags.count, 9);
	assert_int_equal(diags.errors, 9);
	check_next(0, "a.json", 1, 1, "first line");
	check_next(1, "a.json", 2, 1, "second line");
	check_next(2, "a.json", 2, 1, "second line, said later");
	check_next(3, "a.json", 2, 4, "behind the accent");
	check_next(4, "a.json", 2, 6, "behind the character");
	check_next(5, "a.json", 3, 5, "the end");
	check_next(6, "a.json.json", 1, 1, "longer name");
	check_next(7, "b.json", 1, 1, "b first");
	check_next(8, "b.json", 3, 1, "b last");
	/* Again, with one more: nothing but that one moves. */
	add(&a, 1, "late");
	en_diag_sort(&diags);
	check_next(0, "a.json", 1, 1, "first line");
	check_next(1, "a.json", 1, 2, "late");
	check_next(9, "b.json", 3, 1, "b last");
}

/* Two texts of one name, as two calls may add them. */
static void test_same_name(void **state)
{
	struct en_file a = file_of("a", "1\n2\n3");
	struct en_file b = file_of("a", "123456");

	(void)state;
	add(&b, 5, "b");
	add(&a, 4, "a");
	add(&b, 3, "b");
	en_diag_sort(&diags);
	check_next(0, "a", 1, 4, "b");
	check_next(1, "a", 3, 1, "a");
	check_next(2, "a", 1, 6, "b");
}

/* Looking at the whole text for each would take minutes: the runner stops that. */
static void test_many(void **state)
{
	enum { MANY = 100000, LINE = 40 };
	char *text = malloc(MANY * LINE);
	struct en_file file = {EN_STR("big.json"), {text, MANY * LINE}};

	(void)state;
	memset(text, 'x', MANY * LINE);
	for (size_t i = 1; i <= MANY; i++)
		text[i * LINE - 1] = '\n';
	/* Backwards and forwards by turns: no order to rely on. */
	for (size_t i = 0; i < MANY / 2; i++) {
		add(&file, (MANY - 1 - i) * LINE + 2, "late");
		add(&file, i * LINE + 1, "early");
	}
	en_diag_sort(&diags);
	for (uint32_t i = 0; i < MANY; i++)
		check_next(i, "big.json", i + 1, i < MANY / 2 ? 2 : 3, i < MANY / 2 ? "early" : "late");
	free(text);
}

static void test_words(void **state)
{
	struct en_file file = file_of("a", "");
	struct errnorm_str word = EN_STR("tab\there");
	char big[200];
	struct errnorm_str long_word = {big, sizeof big};
	uint32_t number = 4000000000u;

	(void)state;
	memset(big, 'a', sizeof big);
	en_diag_add(&diags, EN_DIAG_NO_SOURCE, &file, 0, EN_STR("r"), EN_STR("hint"), "%s %u%%", &word, number);
	check_str(diags.list[0].told.message, "tab here 4000000000%");
	check_str(diags.list[0].told.rule, "r");
	check_str(diags.list[0].told.hint, "hint");
	assert_int_equal(diags.list[0].told.severity, ERRNORM_SEVERITY_WARNING);
	assert_int_equal(diags.list[0].told.id, 62);
	assert_int_equal(diags.errors, 0);
	/* A word is shortened, and never inside of a character. */
	memcpy(big + 119, "\xC3\xA9", 2);
	en_diag_add(&diags, EN_DIAG_VALUE, &file, 0, EN_STR_NULL, EN_STR_NULL, "%s", &long_word);
	assert_int_equal(diags.list[1].told.message.len, 119 + 3);
	check_str(en_str_from(diags.list[1].told.message, 117), "aa...");
	assert_int_equal(diags.errors, 1);
}

static void check_format(const struct errnorm_diag *diag, const char *want)
{
	size_t len = strlen(want);

	assert_int_equal(errnorm_diag_format(diag, NULL, 0), len);
	for (size_t cap = 1; cap <= len + 2; cap++) {
		size_t kept = cap - 1 < len ? cap - 1 : len;
		char *buf = malloc(cap);
		memset(buf, '#', cap);
		assert_int_equal(errnorm_diag_format(diag, buf, cap), len);
		assert_memory_equal(buf, want, kept);
		assert_int_equal(buf[kept], 0);
		free(buf);
	}
}

static void test_format(void **state)
{
	struct errnorm_diag diag = {
		.size = sizeof diag,
		.id = 10,
		.severity = ERRNORM_SEVERITY_ERROR,
		.line = 12,
		.column = 3,
		.file = EN_STR("acme.json"),
		.message = EN_STR("unknown key \"titel\""),
		.hint = EN_STR("did you mean \"title\"?"),
	};

	(void)state;
	check_format(&diag, "acme.json:12:3: error: unknown key \"titel\"; did you mean \"title\"? [EN010]");
	diag.hint = EN_STR_NULL;
	diag.severity = ERRNORM_SEVERITY_WARNING;
	diag.id = 1234;
	diag.line = UINT32_MAX;
	check_format(&diag, "acme.json:4294967295:3: warning: unknown key \"titel\" [EN1234]");
	assert_int_equal(errnorm_diag_format(NULL, NULL, 0), 0);
}

static void check_suggestion(const char *word, const char *want)
{
	static const struct errnorm_str names[] = {
		{"status", 6}, {"title", 5}, {"then", 4}, {"is", 2}, {"rate_limit_exceeded", 19}, {"has", 3}};
	struct errnorm_str got = en_diag_suggest(&diags, en_str(word, strlen(word)), names, 6);
	char text[64];

	if (!want) {
		assert_null(got.ptr);
		return;
	}
	snprintf(text, sizeof text, "did you mean \"%s\"?", want);
	check_str(got, text);
}

static void test_suggestions(void **state)
{
	(void)state;
	check_suggestion("stauts", "status"); /* swapped */
	check_suggestion("statu", "status");
	check_suggestion("statuss", "status");
	check_suggestion("titel", "title");
	check_suggestion("thn", "then");
	check_suggestion("si", "is");
	check_suggestion("rate_limit_exeeded", "rate_limit_exceeded");
	check_suggestion("status", "status");
	check_suggestion("colour", NULL);
	check_suggestion("", NULL);
	check_suggestion("xyz", NULL);
	check_suggestion("a_word_of_more_than_thirty_one_letters", NULL);
}

static void test_registry(void **state)
{
	struct en_file file = file_of("a", "");
	const struct errnorm_diag *diag;

	(void)state;
#define XX(number, NAME, grade)                                                                                        \
	en_diag_add(&diags, EN_DIAG_##NAME, &file, 0, EN_STR_NULL, EN_STR_NULL, #NAME);                                \
	diag = &diags.list[diags.count - 1].told;                                                                      \
	assert_int_equal(diag->id, number);                                                                            \
	assert_int_equal(diag->severity, (number) < 60 ? ERRNORM_SEVERITY_ERROR : ERRNORM_SEVERITY_WARNING);
	EN_DIAG_LIST(XX)
#undef XX
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_same_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_words, setup, teardown),
		cmocka_unit_test_setup_teardown(test_format, setup, teardown),
		cmocka_unit_test_setup_teardown(test_suggestions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_registry, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
