/*
 * test_locate.c - offsets to lines and columns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exact.h"
#include "locate.h"

static void check_place(const char *bytes, size_t offset, uint32_t line, uint32_t column)
{
	struct errnorm_str text = exact(bytes, strlen(bytes));
	struct en_place place = en_locate(text, offset);

	if (place.line != line || place.column != column)
		fail_msg("\"%s\" at %zu: %u:%u", bytes, offset, place.line, place.column);
	exact_free(text);
}

static void test_lines(void **state)
{
	static const char text[] = "ab\ncd\r\ne\rf\n\ng";
	/*
	 * Of every offset, the end and one over it included; the LF of a CRLF is on its CR's place.
	 */
	static const struct en_place want[] = {
		{1, 1}, {1, 2}, {1, 3}, {2, 1}, {2, 2}, {2, 3}, {2, 3}, {3, 1},
		{3, 2}, {4, 1}, {4, 2}, {5, 1}, {6, 1}, {6, 2}, {6, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++)
		check_place(text, i, want[i].line, want[i].column);
	check_place(text, SIZE_MAX, 6, 2);
}

static void test_columns(void **state)
{
	(void)state;
	/* a, e with acute, ideograph, face, b */
	static const char text[] = "a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80"
				   "b";
	static const uint32_t want[] = {1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 6};

	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++)
		check_place(text, i, 1, want[i]);
	/* Each bad byte is a character. */
	check_place("\xFF\x80\xC3z", 3, 1, 4);
	check_place("x\xE4\xB8", 3, 1, 4);
	check_place("\t\tx", 2, 1, 3);
}

static void test_mark(void **state)
{
	(void)state;
	check_place("\xEF\xBB\xBF{", 3, 1, 1);
	check_place("\xEF\xBB\xBF{", 4, 1, 2);
	check_place("\xEF\xBB\xBF{", 0, 1, 1);
	check_place("\xEF\xBB\xBF{", 2, 1, 1);
	check_place("x\xEF\xBB\xBF{", 4, 1, 3);
}

static void test_ends(void **state)
{
	struct en_place place = en_locate(EN_STR_NULL, 5);

	(void)state;
	assert_int_equal(place.line, 1);
	assert_int_equal(place.column, 1);
	check_place("", 0, 1, 1);
	check_place("\n", 1, 2, 1);
	check_place("\r", 1, 2, 1);
	check_place("\r\n", 2, 2, 1);
	check_place("\r\n", 1, 1, 1);
	check_place("\n\r", 2, 3, 1);
	check_place("\r\r\n\n", 4, 4, 1);
}

/* The one that goes on gives at each offset what the one that starts anew gives, also when it is sent back. */
static void test_going_on(void **state)
{
	static const char bytes[] = "\xEF\xBB\xBF"
				    "ab\ncd\r\n\xE4\xB8\xAD"
				    "e\rf\n\n\xFFg";
	struct errnorm_str text = exact(bytes, sizeof bytes - 1);

	(void)state;
	for (size_t step = 1; step < 5; step++) {
		struct en_locator at = {0, {0, 0}};
		for (size_t i = 0; i < 2 * sizeof bytes; i += step) {
			size_t offset = i % (sizeof bytes + 1);
			struct en_place got = en_locate_on(&at, text, offset);
			struct en_place want = en_locate(text, offset);
			assert_int_equal(got.line, want.line);
			assert_int_equal(got.column, want.column);
		}
	}
	exact_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines), cmocka_unit_test(test_columns),  cmocka_unit_test(test_mark),
		cmocka_unit_test(test_ends),  cmocka_unit_test(test_going_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
