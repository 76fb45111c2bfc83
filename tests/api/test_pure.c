/*
 * test_pure.c - the same response gives the same bytes: again, in another locale, in another time zone, on another scratch.
 */
#include "common.h"

#include <locale.h>
#include <time.h>

static void verdicts(char out[SAMPLES][4096])
{
	struct errnorm_tables *tables;
	struct errnorm_scratch *scratch;

	assert_int_equal(errnorm_tables_builtin(NULL, &tables), ERRNORM_OK);
	assert_int_equal(errnorm_scratch_new(tables, NULL, &scratch), ERRNORM_OK);
	for (size_t i = 0; i < SAMPLES; i++)
		sample_json(tables, scratch, &samples[i], out[i], sizeof out[i]);
	/* Backwards on the same scratch: nothing may be left over from one to the next. */
	for (size_t i = SAMPLES; i-- > 0;) {
		char again[4096];
		sample_json(tables, scratch, &samples[i], again, sizeof again);
		assert_string_equal(again, out[i]);
	}
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(tables);
}

static void locale_and_time_zone_do_not_matter(void **state)
{
	static char here[SAMPLES][4096];
	static char there[SAMPLES][4096];
	static const char *const locales[] = {"tr_TR.UTF-8", "fr_FR.UTF-8", "C.UTF-8"};
	size_t set = 0;

	(void)state;
	verdicts(here);
	for (size_t i = 0; i < 3; i++) {
		set += setlocale(LC_ALL, locales[i]) != NULL;
		setenv("TZ", i % 2 ? "Asia/Kathmandu" : "America/St_Johns", 1);
		tzset();
		verdicts(there);
		for (size_t k = 0; k < SAMPLES; k++)
			assert_string_equal(here[k], there[k]);
	}
	setlocale(LC_ALL, "C");
	assert_true(set >= 1);
}

static void waits_are_measured_against_the_callers_clock(void **state)
{
	struct errnorm_header headers[] = {
		{STR("Retry-After"), STR("Tue, 18 Nov 2025 10:12:30 GMT")},
		{STR("Date"), STR("Tue, 18 Nov 2025 10:12:10 GMT")},
	};
	struct errnorm_response response = {
		.size = sizeof response, .http_status = 429, .headers = headers, .header_count = 1};
	struct errnorm_verdict verdict = {.size = sizeof verdict};
	struct errnorm_tables *tables;
	struct errnorm_scratch *scratch;

	(void)state;
	assert_int_equal(errnorm_tables_builtin(NULL, &tables), ERRNORM_OK);
	assert_int_equal(errnorm_scratch_new(tables, NULL, &scratch), ERRNORM_OK);
	errnorm_translate(tables, scratch, &response, &verdict);
	assert_int_equal(verdict.retry_after_ms, -1);
	response.now_ms = 1763460720000; /* 10:12:00 */
	errnorm_translate(tables, scratch, &response, &verdict);
	assert_int_equal(verdict.retry_after_ms, 30000);
	response.now_ms = 0;
	response.header_count = 2;
	errnorm_translate(tables, scratch, &response, &verdict);
	assert_int_equal(verdict.retry_after_ms, 20000);
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(tables);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(locale_and_time_zone_do_not_matter),
		cmocka_unit_test(waits_are_measured_against_the_callers_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
