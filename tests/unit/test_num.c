/*
 * test_num.c - integers and decimals, to the last digit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exact.h"
#include "num.h"

static void check_int(const char *text, bool good, int64_t want)
{
	struct errnorm_str s = exact(text, strlen(text));
	int64_t got = 4711;

	if (en_num_int(s, &got) != good || got != (good ? want : 4711))
		fail_msg("\"%s\": %lld", text, (long long)got);
	exact_free(s);
}

static void test_int(void **state)
{
	static const char *const bad[] = {
		"",
		"-",
		"+",
		" 1",
		"1 ",
		"1.0",
		"1e3",
		"0x10",
		"--1",
		"+-1",
		"1,000",
		"9223372036854775808",
		"-9223372036854775809",
		"18446744073709551616",
		"99999999999999999999999999",
		"\xEF\xBC\x91",
		"1-",
		"abc",
	};

	(void)state;
	check_int("0", true, 0);
	check_int("-0", true, 0);
	check_int("+7", true, 7);
	check_int("-7", true, -7);
	check_int("0000000000000000000000000000012", true, 12);
	check_int("9223372036854775807", true, INT64_MAX);
	check_int("-9223372036854775808", true, INT64_MIN);
	check_int("-9223372036854775807", true, -INT64_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		check_int(bad[i], false, 0);
	assert_false(en_num_int(EN_STR_NULL, &(int64_t){0}));
}

/* used SIZE_MAX: all of it */
static void check_milli(const char *text, int64_t want, size_t used)
{
	struct errnorm_str s = exact(text, strlen(text));
	size_t got_used = 0;
	int64_t got = -1;

	if (!en_num_milli(s, &got, &got_used) || got != want || got_used != (used == SIZE_MAX ? s.len : used))
		fail_msg("\"%s\": %lld, %zu bytes", text, (long long)got, got_used);
	got = -1;
	assert_true(en_num_milli(s, &got, NULL));
	assert_int_equal(got, want);
	exact_free(s);
}

static void refuse_milli(const char *text)
{
	struct errnorm_str s = exact(text, strlen(text));
	size_t used = 99;
	int64_t got = 4711;

	if (en_num_milli(s, &got, &used) || got != 4711 || used != 99)
		fail_msg("\"%s\": %lld", text, (long long)got);
	exact_free(s);
}

static void test_milli(void **state)
{
	(void)state;
	check_milli("0", 0, SIZE_MAX);
	check_milli("20", 20000, SIZE_MAX);
	check_milli("0.5", 500, SIZE_MAX);
	check_milli(".5", 500, SIZE_MAX);
	check_milli("1.", 1000, 1);
	check_milli("1.5.7", 1500, 3);
	check_milli("7.66s", 7660, 4);
	check_milli("20 seconds", 20000, 2);
	check_milli("007", 7000, SIZE_MAX);
	/* Rounded up. */
	check_milli("0.0001", 1, SIZE_MAX);
	check_milli("1.0000", 1000, SIZE_MAX);
	check_milli("1.0001", 1001, SIZE_MAX);
	check_milli("58.821668433", 58822, SIZE_MAX);
	check_milli("0.00000000000000000000000000000000000001", 1, SIZE_MAX);
	check_milli("0.00000000000000000000000000000000000000", 0, SIZE_MAX);
	check_milli("1.00000000000000000000000000000000000000", 1000, SIZE_MAX);
	check_milli("1.00000000000000000000000000000000000001", 1001, SIZE_MAX);
	check_milli("0.1234567890123456789012345678901234567890", 124, SIZE_MAX);
	/* Exponents. */
	check_milli("1e3", 1000000, SIZE_MAX);
	check_milli("1E+3", 1000000, SIZE_MAX);
	check_milli("1.5e-3", 2, SIZE_MAX);
	check_milli("1.5e-2", 15, SIZE_MAX);
	check_milli("15e-1000", 1, SIZE_MAX);
	check_milli("0e999999999999999999999999", 0, SIZE_MAX);
	check_milli("1e-99999999999999999999999999999", 1, SIZE_MAX);
	check_milli("5e", 5000, 1);
	check_milli("5e+", 5000, 1);
	check_milli("5 e3", 5000, 1);
	check_milli("1000000000000000000000000e-22", 100000, SIZE_MAX);
	check_milli("0.000000000000000000000000001e27", 1000, SIZE_MAX);
	/* Grouping commas. */
	check_milli("10,000", 10000000, SIZE_MAX);
	check_milli("1,234,567.5", INT64_C(1234567500), SIZE_MAX);
	check_milli("1,2", 1000, 1);
	check_milli("1,2345", 1000, 1);
	check_milli("1,", 1000, 1);
	check_milli("1, 000", 1000, 1);
	check_milli("1234,567", 1234000, 4);
	check_milli("0,500", 0, 1);
	check_milli("1,000,00", 1000000, 5);
	/* The limit. */
	check_milli("9007199254740992", INT64_C(9007199254740992000), SIZE_MAX);
	check_milli("9007199254740991.9999", INT64_C(9007199254740992000), SIZE_MAX);
	check_milli("9.007199254740992e15", INT64_C(9007199254740992000), SIZE_MAX);
}

static void test_milli_bad(void **state)
{
	static const char *const bad[] = {
		"",
		"-",
		"-5",
		"+5",
		".",
		"..5",
		"e5",
		",5",
		" 5",
		"x",
		"9007199254740993",
		"9007199254740992.0001",
		"9007199254740992.00000000000000000001",
		"18446744073709551616",
		"1e16",
		"1e400",
		"1e99999999999999999999",
		"100000000000000000000000000000000",
		"NaN",
		"inf",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refuse_milli(bad[i]);
	assert_false(en_num_milli(EN_STR_NULL, &(int64_t){0}, NULL));
}

/* Every beginning of these is read or refused without a byte past its end. */
static void test_cut(void **state)
{
	static const char text[] = "1,234,567.890e-12x";

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		struct errnorm_str s = exact(text, len);
		size_t used = 0;
		int64_t got;

		assert_int_equal(en_num_milli(s, &got, &used), len > 0);
		if (len)
			assert_in_range(used, 1, len);
		assert_int_equal(en_num_int(s, &got), len == 1);
		exact_free(s);
	}
}

/* Long inputs end in time. */
static void test_long(void **state)
{
	static const char *const pieces[] = {"1", "0", "1,000", "9.", "1e"};
	const size_t size = (size_t)1 << 20;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		size_t len = strlen(pieces[i]);
		int64_t got;

		for (size_t at = 0; at < size; at++)
			text[at] = pieces[i][at % len];
		en_num_milli(en_str(text, size), &got, NULL);
		en_num_int(en_str(text, size), &got);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_int), cmocka_unit_test(test_milli), cmocka_unit_test(test_milli_bad),
		cmocka_unit_test(test_cut), cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
