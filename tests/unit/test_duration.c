/*
 * test_duration.c - durations in every way that providers write them, to the last millisecond.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "exact.h"
#include "num.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define WEEK   (7 * DAY)

static void check_bare(const char *text, int64_t bare, int64_t want, size_t used)
{
	struct errnorm_str s = exact(text, strlen(text));
	size_t got_used = 0;
	int64_t got = -1;

	if (!en_num_duration(s, bare, &got, &got_used))
		fail_msg("\"%s\" is refused", text);
	if (got != want || got_used != (used == SIZE_MAX ? s.len : used))
		fail_msg("\"%s\": %lld, %zu bytes", text, (long long)got, got_used);
	got = -1;
	assert_true(en_num_duration(s, bare, &got, NULL));
	assert_int_equal(got, want);
	exact_free(s);
}

static void check_duration(const char *text, int64_t want)
{
	check_bare(text, 0, want, SIZE_MAX);
}

static void check_part(const char *text, size_t used, int64_t want)
{
	check_bare(text, 0, want, used);
}

static void refuse_bare(const char *text, int64_t bare)
{
	struct errnorm_str s = exact(text, strlen(text));
	size_t used = 99;
	int64_t got = 4711;

	if (en_num_duration(s, bare, &got, &used) || got != 4711 || used != 99)
		fail_msg("\"%s\": %lld, %zu bytes", text, (long long)got, used);
	exact_free(s);
}

static void refuse(const char *text)
{
	refuse_bare(text, 0);
}

static void test_go(void **state)
{
	(void)state;
	check_duration("1h2m3.5s", HOUR + 2 * MINUTE + 3500);
	check_duration("250ms", 250);
	check_duration("6m0s", 6 * MINUTE);
	check_duration("0s", 0);
	check_duration("1d2h", DAY + 2 * HOUR);
	check_duration("9m38.016s", 9 * MINUTE + 38016);
	check_duration("58.821668433s", 58822);
	check_duration("17.9\xC2\xB5s", 1);
	check_duration("17.9\xCE\xBCs", 1);
	check_duration("17.9us", 1);
	check_duration("1000us", 1);
	check_duration("1001us", 2);
	check_duration("1ns", 1);
	check_duration("1000000ns", 1);
	check_duration("1000000.1ns", 2);
	check_duration("0ns", 0);
	/* Rounded once: the total, not each part. */
	check_duration("500us500us", 1);
	check_duration("1ms500us499us1000ns", 2);
	check_duration("0.4ms0.4ms", 1);
	/* Any order, and repeated, as Go's grammar has it. */
	check_duration("1s1m1s", MINUTE + 2 * SECOND);
	check_duration(".5s", 500);
	check_duration("1h.5m", HOUR + 30 * SECOND);
	check_duration("1H2M3S", HOUR + 2 * MINUTE + 3 * SECOND);
	check_duration("2562047h47m16.854775807s", INT64_C(9223372036855));
	check_duration("1m0.000000001s", MINUTE + 1);
	check_duration("0.0000000001s", 1);
	check_part("1h2m3s.", 6, HOUR + 2 * MINUTE + 3 * SECOND);
	check_part("7.66s, or", 5, 7660);
	check_part("20s and more", 3, 20 * SECOND);
	check_part("5s\xE5\x90\x8E\xE9\x87\x8D\xE8\xAF\x95", 2, 5 * SECOND);
}

static void test_words(void **state)
{
	(void)state;
	check_duration("20 seconds", 20 * SECOND);
	check_duration("1 second", SECOND);
	check_duration("20 second(s)", 20 * SECOND);
	check_duration("20 SECONDS", 20 * SECOND);
	check_duration("3 mins", 3 * MINUTE);
	check_duration("1.5 hours", 90 * MINUTE);
	check_duration("2 hrs", 2 * HOUR);
	check_duration("2 days", 2 * DAY);
	check_duration("1 week", WEEK);
	check_duration("2 wks", 2 * WEEK);
	check_duration("500 milliseconds", 500);
	check_duration("500 msec", 500);
	check_duration("10 secs", 10 * SECOND);
	check_duration("7 microseconds", 1);
	check_duration("10,000 ms", 10 * SECOND);
	check_duration("2 hours 30 minutes", 2 * HOUR + 30 * MINUTE);
	check_duration("1 minute and 5 seconds", MINUTE + 5 * SECOND);
	check_duration("1 hour, 2 minutes, and 3 seconds", HOUR + 2 * MINUTE + 3 * SECOND);
	check_duration("1 day, 2 hours", DAY + 2 * HOUR);
	check_duration("1h 2m 3s", HOUR + 2 * MINUTE + 3 * SECOND);
	check_duration("20 Sekunden", 20 * SECOND);
	check_duration("2 Stunden 5 Minuten", 2 * HOUR + 5 * MINUTE);
	check_duration("1 heure", HOUR);
	check_duration("30 secondes", 30 * SECOND);
	check_duration("45 segundos", 45 * SECOND);
	check_duration("a minute", MINUTE);
	check_duration("an hour", HOUR);
	check_duration("A Minute", MINUTE);
	check_duration("one day", DAY);
	check_duration("an hour and 5 minutes", HOUR + 5 * MINUTE);
	check_duration("  \t20s", 20 * SECOND);
	check_duration("about 20 seconds", 20 * SECOND);
	check_duration("About  an hour", HOUR);
	check_duration("~20s", 20 * SECOND);
	check_duration(" ~ 20s", 20 * SECOND);
	/* What is read ends with the unit. */
	check_part("20 seconds.", 10, 20 * SECOND);
	check_part("20 seconds 5", 10, 20 * SECOND);
	check_part("20 seconds and then", 10, 20 * SECOND);
	check_part("2 hours, 3 times", 7, 2 * HOUR);
	check_part("2 hours andy 3 minutes", 7, 2 * HOUR);
	/* From the larger to the smaller, else two durations stand side by side. */
	check_part("5 seconds, 2 minutes", 9, 5 * SECOND);
	check_part("5 seconds 5 seconds", 9, 5 * SECOND);
	check_part("a minute or so", 8, MINUTE);
}

static void test_clock(void **state)
{
	(void)state;
	check_duration("00:05:23", 5 * MINUTE + 23 * SECOND);
	check_duration("1.02:03:04", DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND);
	check_duration("05:23", 5 * MINUTE + 23 * SECOND);
	check_duration("0:07", 7 * SECOND);
	check_duration("00:00:05.1234567", 5124);
	check_duration("00:00:00", 0);
	check_duration("36:00:00", 36 * HOUR);
	check_duration("90:00", 90 * MINUTE);
	check_duration("10675199.02:48:05.4775807", INT64_C(922337203685478));
	check_part("00:05:23.", 8, 5 * MINUTE + 23 * SECOND);
	check_part("00:05:23 later", 8, 5 * MINUTE + 23 * SECOND);
	refuse("00:60:00");
	refuse("00:00:60");
	refuse("00:60");
	refuse("05:2");
	refuse("05:234");
	refuse("00:05:2");
	refuse("00:05:234");
	refuse("00:05:23:11");
	refuse("1.02:03");
	refuse("1.24:00:00");
	refuse("1.2:03:04");
	refuse("05:23x");
	refuse("05:");
	refuse_bare("05:", SECOND);
	refuse_bare("05:2", SECOND);
	refuse_bare("05:99", SECOND);
	refuse("-00:00:05");
	refuse("00:00:00.5e5");
	refuse("1234567890:00");
}

static void test_iso(void **state)
{
	(void)state;
	check_duration("PT1M30S", 90 * SECOND);
	check_duration("P1DT2H", DAY + 2 * HOUR);
	check_duration("pt0.5s", 500);
	check_duration("P2W", 2 * WEEK);
	check_duration("P1D", DAY);
	check_duration("PT36H", 36 * HOUR);
	check_duration("PT0S", 0);
	check_duration("P1W2DT3H4M5.0001S", WEEK + 2 * DAY + 3 * HOUR + 4 * MINUTE + 5001);
	check_part("PT1M.", 4, MINUTE);
	check_part("PT5S later", 4, 5 * SECOND);
	refuse("P");
	refuse("PT");
	refuse("P1");
	refuse("PT1");
	refuse("P1DT");
	refuse("P1Y");
	refuse("P1M");
	refuse("P1H");
	refuse("PT1D");
	refuse("PT1S1M");
	refuse("PT1M1M");
	refuse("PT1M30");
	refuse("PT1M30Sx");
	refuse("PTT1S");
	refuse("Please");
	refuse("P-1D");
}

static void test_east(void **state)
{
	(void)state;
	check_duration("30秒", 30 * SECOND);
	check_duration("30 秒", 30 * SECOND);
	check_duration("30秒钟", 30 * SECOND);
	check_duration("1分钟", MINUTE);
	check_duration("5分", 5 * MINUTE);
	check_duration("5分間", 5 * MINUTE);
	check_duration("2小时", 2 * HOUR);
	check_duration("5个小时", 5 * HOUR);
	check_duration("1時間", HOUR);
	check_duration("1時間30分", 90 * MINUTE);
	check_duration("1小时 30分钟", 90 * MINUTE);
	check_duration("3天", 3 * DAY);
	check_duration("500毫秒", 500);
	check_duration("1.5秒", 1500);
	check_duration("30초", 30 * SECOND);
	check_duration("1분", MINUTE);
	check_duration("2시간", 2 * HOUR);
	check_duration("1시간 30분", 90 * MINUTE);
	check_duration("约30秒", 30 * SECOND);
	check_duration("大约 5 分钟", 5 * MINUTE);
	check_part("30秒后重试", sizeof("30秒") - 1, 30 * SECOND);
	check_part("30秒2次", sizeof("30秒") - 1, 30 * SECOND);
	check_part("1分30秒後に", sizeof("1分30秒") - 1, 90 * SECOND);
	refuse("30次");
	refuse("3个月");
	refuse("1年");
	refuse_bare("3个月", SECOND);
	refuse_bare("30次", SECOND);
}

static void test_bare(void **state)
{
	(void)state;
	check_bare("30", SECOND, 30 * SECOND, SIZE_MAX);
	check_bare("30", 1, 30, SIZE_MAX);
	check_bare("0", SECOND, 0, SIZE_MAX);
	check_bare("1.5", SECOND, 1500, SIZE_MAX);
	check_bare("0.0001", SECOND, 1, SIZE_MAX);
	check_bare("1e2", SECOND, 100 * SECOND, SIZE_MAX);
	check_bare(" 30", SECOND, 30 * SECOND, SIZE_MAX);
	check_bare("30.", SECOND, 30 * SECOND, 2);
	check_bare("30, then", SECOND, 30 * SECOND, 2);
	check_bare("30 Please", SECOND, 30 * SECOND, 2);
	check_bare("30)", SECOND, 30 * SECOND, 2);
	check_bare("1, 2", SECOND, SECOND, 1);
	/* A unit wins over the bare one. */
	check_bare("250ms", SECOND, 250, SIZE_MAX);
	check_bare("2 min", SECOND, 2 * MINUTE, SIZE_MAX);
	check_bare("1", 24 * HOUR, DAY, SIZE_MAX);
	check_bare("1", INT64_MAX / 2, INT64_MAX / 2, SIZE_MAX);
	refuse_bare("1.5", INT64_MAX / 2);
	refuse_bare("2", INT64_MAX / 2);
	refuse_bare("1", INT64_MAX);
	refuse_bare("1", -5);
	refuse("30");
	refuse("30 apples");
	refuse_bare("30apples", SECOND);
	refuse_bare("30%", SECOND);
	refuse_bare("30-60", SECOND);
	refuse_bare("1/2", SECOND);
	refuse_bare("1.2.3.4", SECOND);
	refuse_bare("2026-01-31", SECOND);
	refuse_bare("0,5", SECOND);
	refuse_bare("-5", SECOND);
	refuse_bare("3 months", SECOND);
	refuse_bare("1 year", SECOND);
}

static void test_bad(void **state)
{
	/* Between bars; the first is empty. */
	static const char bad[] = "| |s|ms|seconds|about|about |~|-5s|+5s|5|5 stars|5sx|5mb|5 messages|1h30|"
				  "1m3x|a few minutes|a|an|a s|a seconds|aminute|month|1 month|2 months|1mo|1y|"
				  "a month|a year|1 day 2 months|5\xC2\xB5|5\xC2|now|never|NaN|inf|soon|e5s|"
				  "1..5s|P1.S|:05|";
	char text[32];

	(void)state;
	for (const char *p = bad; *p; p = strchr(p, '|') + 1) {
		snprintf(text, sizeof(text), "%.*s", (int)strcspn(p, "|"), p);
		refuse(text);
	}
	assert_false(en_num_duration(EN_STR_NULL, SECOND, &(int64_t){0}, NULL));
}

static void test_overflow(void **state)
{
	(void)state;
	check_duration("4611686018427387903ms", INT64_MAX / 2);
	check_duration("4611686018427387902.5ms", INT64_MAX / 2);
	check_duration("4611686018427387902ms999us1ns", INT64_MAX / 2);
	refuse("4611686018427387903.1ms");
	refuse("4611686018427387903ms1ns");
	refuse("4611686018427387904ms");
	refuse("9223372036854775807ms");
	refuse("9223372036854775807s");
	refuse("18446744073709551615ms");
	refuse("18446744073709551616ms");
	refuse("18446744073709551615w");
	refuse("99999999999999999999999999999999999s");
	refuse("1e300s");
	refuse("4611686018427387903ms4611686018427387903ms");
	refuse("P99999999999999999W");
	refuse_bare("4611686018427387904", 1);
	check_bare("4611686018427387903", 1, INT64_MAX / 2, SIZE_MAX);
	check_duration("9223372036854775807ns", INT64_C(9223372036855));
	refuse_bare("10000000000000000000", SECOND);
}

/* Every beginning of these is read or refused without a byte past its end. */
static void test_cut(void **state)
{
	static const char *const texts[] = {"about 1 hour, 2 minutes and 3.5 second(s)",
					    "1d2h3m4.5s6ms7\xC2\xB5s8ns",
					    "10675199.02:48:05.4775807",
					    "P1W2DT3H4M5.0001S",
					    "大约 1小时30分钟20秒",
					    "1,234,567.890e-12 milliseconds",
					    "an hour and a minute"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		for (size_t len = 0; len <= strlen(texts[i]); len++) {
			struct errnorm_str s = exact(texts[i], len);
			int64_t ms = -1;
			size_t used = 0;

			if (en_num_duration(s, 1000, &ms, &used)) {
				assert_true(ms >= 0);
				assert_in_range(used, 1, len);
			}
			exact_free(s);
		}
}

/* Long inputs end in time. */
static void test_long(void **state)
{
	static const char *const pieces[] = {"1", "1h", "1,000", "1 s ", "a ", " ", "1.", "0", "x", "00:"};
	const size_t size = (size_t)1 << 20;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		size_t len = strlen(pieces[i]);
		int64_t got;

		for (size_t at = 0; at < size; at++)
			text[at] = pieces[i][at % len];
		en_num_duration(en_str(text, size), 1000, &got, NULL);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_go),   cmocka_unit_test(test_words),    cmocka_unit_test(test_clock),
		cmocka_unit_test(test_iso),  cmocka_unit_test(test_east),     cmocka_unit_test(test_bare),
		cmocka_unit_test(test_bad),  cmocka_unit_test(test_overflow), cmocka_unit_test(test_cut),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
