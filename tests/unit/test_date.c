/*
 * test_date.c - points in time: RFC 9110's and RFC 3339's own examples, what providers send, and
 * the calendar against a day-by-day count.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "date.h"
#include "exact.h"

static void check_part(const char *text, size_t used, int64_t want)
{
	struct errnorm_str s = exact(text, strlen(text));
	size_t got_used = 0;
	int64_t got = 4711;

	if (!en_date_read(s, &got, &got_used))
		fail_msg("\"%s\" is refused", text);
	if (got != want || got_used != used)
		fail_msg("\"%s\": %lld, %zu bytes", text, (long long)got, got_used);
	assert_true(en_date_read(s, &got, NULL));
	exact_free(s);
}

static void check_date(const char *text, int64_t want)
{
	check_part(text, strlen(text), want);
}

static void refuse(const char *text)
{
	struct errnorm_str s = exact(text, strlen(text));
	size_t used = 99;
	int64_t got = 4711;

	if (en_date_read(s, &got, &used) || got != 4711 || used != 99)
		fail_msg("\"%s\": %lld, %zu bytes", text, (long long)got, used);
	exact_free(s);
}

static void test_http(void **state)
{
	/* RFC 9110, 5.6.7 */
	const int64_t want = INT64_C(784111777000);

	(void)state;
	check_date("Sun, 06 Nov 1994 08:49:37 GMT", want);
	check_date("Sunday, 06-Nov-94 08:49:37 GMT", want);
	check_date("Sun Nov  6 08:49:37 1994", want);
	check_date("sun, 06 nov 1994 08:49:37 gmt", want);
	check_date("Sun, 6 Nov 1994 08:49:37 GMT", want);
	check_date("Sun, 06-Nov-1994 08:49:37 GMT", want);
	check_date("Sun, 06 Nov 1994 08:49:37 UTC", want);
	check_date("Sun, 06 Nov 1994 09:49:37 +0100", want);
	check_date("Sun, 06 Nov 1994 00:49:37 -0800", want);
	check_date("Sun Nov 16 08:49:37 1994", want + INT64_C(864000000));
	check_date("Thu, 01 Jan 1970 00:00:00 GMT", 0);
	check_date("Thu, 01 Jan 1970 00:00:01 GMT", 1000);
	check_date("Wed, 31 Dec 1969 23:59:59 GMT", -1000);
	check_date("Tue, 04 Mar 2025 10:40:12 GMT", INT64_C(1741084812000));
	check_date("Thursday, 29-Feb-24 00:00:00 GMT", INT64_C(1709164800000));
	check_date("Monday, 01-Jan-68 00:00:00 GMT", INT64_C(3092601600000));
	check_date("Wednesday, 01-Jan-69 00:00:00 GMT", INT64_C(-31536000000));
	check_date("Saturday, 31-Dec-16 23:59:60 GMT", INT64_C(1483228799000));
	check_part("Sun, 06 Nov 1994 08:49:37 GMT, or", 29, want);
	check_part("Sun Nov  6 08:49:37 1994 and", 24, want);
}

static void test_http_names(void **state)
{
	static const char *const days[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
					   "Friday", "Saturday", "Sunday"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	char text[64];

	(void)state;
	for (int month = 0; month < 12; month++)
		for (int day = 0; day < 7; day++) {
			int64_t want = (before[month] + 4) * INT64_C(86400000);

			snprintf(text, sizeof(text), "%.3s, 05 %s 1970 00:00:00 GMT", days[day], months[month]);
			check_date(text, want);
			snprintf(text, sizeof(text), "%s, 05-%s-70 00:00:00 GMT", days[day], months[month]);
			check_date(text, want);
			snprintf(text, sizeof(text), "%.3s %s  5 00:00:00 1970", days[day], months[month]);
			check_date(text, want);
		}
}

static void test_iso(void **state)
{
	(void)state;
	/* RFC 3339, 5.8 */
	check_date("1985-04-12T23:20:50.52Z", INT64_C(482196050520));
	check_date("1996-12-19T16:39:57-08:00", INT64_C(851042397000));
	check_date("1990-12-31T23:59:60Z", INT64_C(662687999000));
	check_date("1990-12-31T15:59:60-08:00", INT64_C(662687999000));
	check_date("1937-01-01T12:00:27.87+00:20", INT64_C(-1041337172130));
	check_date("2026-01-13T11:57:50.124Z", INT64_C(1768305470124));
	check_date("2026-01-13T11:57:50.1249999Z", INT64_C(1768305470124));
	check_date("2026-01-13T11:57:50.1Z", INT64_C(1768305470100));
	check_date("2026-01-13t11:57:50z", INT64_C(1768305470000));
	check_date("2026-01-13T11:57:50", INT64_C(1768305470000));
	check_date("2026-01-13 11:57:50", INT64_C(1768305470000));
	check_date("2026-01-13 11:57:50Z", INT64_C(1768305470000));
	check_date("2026-01-13 11:57:50 UTC", INT64_C(1768305470000));
	check_date("2026-01-13 11:57:50 GMT", INT64_C(1768305470000));
	check_date("2026-01-13 11:57:50UTC", INT64_C(1768305470000));
	check_date("2026-01-13 11:57:50 +0000 UTC", INT64_C(1768305470000));
	check_date("2026-01-13 11:57:50+00:00", INT64_C(1768305470000));
	check_date("2026-01-13T12:57:50+0100", INT64_C(1768305470000));
	check_date("2026-01-13T12:57:50+01", INT64_C(1768305470000));
	check_date("2026-01-13T17:27:50+05:30", INT64_C(1768305470000));
	check_date("2026-01-13T11:57:50-00:00", INT64_C(1768305470000));
	check_date("2026-01-13T11:57Z", INT64_C(1768305420000));
	check_date("2026-01-13T11:57", INT64_C(1768305420000));
	check_date("2026-01-31 at 00:00 UTC", INT64_C(1769817600000));
	check_date("2026-01-31 at 00:00", INT64_C(1769817600000));
	check_date("2026-01-31", INT64_C(1769817600000));
	check_date("0001-01-01T00:00:00Z", INT64_C(-62135596800000));
	check_date("0000-01-01T00:00:00Z", INT64_C(-62167219200000));
	check_date("9999-12-31T23:59:59.999Z", INT64_C(253402300799999));
	check_date("1970-01-01T00:00:00+23:59", INT64_C(-86340000));
}

static void test_iso_part(void **state)
{
	(void)state;
	check_part("2026-01-31.", 10, INT64_C(1769817600000));
	check_part("2026-01-31 or later", 10, INT64_C(1769817600000));
	check_part("2026-01-31 at noon", 10, INT64_C(1769817600000));
	check_part("2026-01-31 5 times", 10, INT64_C(1769817600000));
	check_part("2026-01-31 12 times", 10, INT64_C(1769817600000));
	check_part("2026-01-31 at 00:00 UTC.", 23, INT64_C(1769817600000));
	check_part("2026-01-31 at 00:00.", 19, INT64_C(1769817600000));
	check_part("2026-01-31 00:00:00 Zurich", 19, INT64_C(1769817600000));
	check_part("2026-01-31 00:00:00 - see", 19, INT64_C(1769817600000));
	check_part("2026-01-31 00:00: see", 16, INT64_C(1769817600000));
	check_part("2026-08-25 07:41:44 \xE9\x87\x8D\xE7\xBD\xAE", 19, INT64_C(1787643704000));
	check_part("2026-05-14T00:00:00Z and is", 20, INT64_C(1778716800000));
}

static void test_epoch(void **state)
{
	(void)state;
	check_date("1768305470", INT64_C(1768305470000));
	check_date("1768305470.5", INT64_C(1768305470500));
	check_date("1768305470.1239", INT64_C(1768305470123));
	check_date("1768305470123", INT64_C(1768305470123));
	check_date("1768305470123.75", INT64_C(1768305470123));
	check_date("9999999999", INT64_C(9999999999000));
	check_date("9999999999999", INT64_C(9999999999999));
	check_date("0000000000", 0);
	check_date("0000000000001", 1);
	check_part("1768305470.", 10, INT64_C(1768305470000));
	check_part("1768305470, 5", 10, INT64_C(1768305470000));
	refuse("176830547");
	refuse("17683054701");
	refuse("176830547012");
	refuse("17683054701234");
	refuse("1768305470123456");
	refuse("1768305470123456789");
	refuse("1768305470a");
	refuse("1768305470.5e3");
	refuse("-1768305470");
	refuse("+1768305470");
}

static void test_bad(void **state)
{
	static const char *const bad[] = {
		"",
		" ",
		"now",
		"2026",
		"2026-",
		"2026-1-31",
		"26-01-31",
		"2026/01/31",
		" 2026-01-31",
		"2026-02-30",
		"2026-02-29",
		"2100-02-29",
		"2026-00-10",
		"2026-13-10",
		"2026-04-31",
		"2026-01-00",
		"2026-01-32",
		"2026-01-311",
		"2026-01-31x",
		"2026-01-31T",
		"2026-01-31Tnoon",
		"2026-01-31T24:00:00Z",
		"2026-01-31T25:00:00Z",
		"2026-01-31 25:00",
		"2026-01-31 at 25:00",
		"2026-01-31T12:60:00Z",
		"2026-01-31T12:00:61Z",
		"2026-01-31T12:00:00ZZ",
		"2026-01-31T12:00:00+24:00",
		"2026-01-31T12:00:00+01:60",
		"2026-01-31T12:00:00+1",
		"2026-01-31T12:00:00+01:",
		"2026-01-31T12:00:00+010",
		"2026-01-31T1:00:00Z",
		"2026-01-31T12",
		"2026-01-31T12:0",
		"2026-01-31T12:00:000",
		"Sun",
		"Sun,",
		"Sun, ",
		"Sun, 06 Nov 1994",
		"Sun, 06 Nov 1994 08:49 GMT",
		"Sun, 06 Nov 1994 08:49:37",
		"Sun, 06 Nov 1994 08:49:37 PST",
		"Sun, 06 Nov 1994 08:49:37 GMTX",
		"Sun, 06 Nov 199 08:49:37 GMT",
		"Sun, 06 Nov 19940 08:49:37 GMT",
		"Sun, 06-Nov 1994 08:49:37 GMT",
		"Sun, 30 Feb 1994 08:49:37 GMT",
		"Sun, 006 Nov 1994 08:49:37 GMT",
		"Sun, 06 Now 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:49:37 GMT",
		"Sunnesday, 06-Nov-94 08:49:37 GMT",
		"Son, 06 Nov 1994 08:49:37 GMT",
		"06 Nov 1994 08:49:37 GMT",
		"Sun Nov 6 08:49:37",
		"Sun Nov 31 08:49:37 1994",
		"Sun Nov  6 08:49:37 19941",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refuse(bad[i]);
	assert_false(en_date_read(EN_STR_NULL, &(int64_t){0}, NULL));
}

/* Every day from 1600 to 2400, counted. */
static void test_calendar(void **state)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t day = -135140; /* 1600-01-01 */
	char text[32];

	(void)state;
	for (int year = 1600; year <= 2400; year++)
		for (int month = 1; month <= 12; month++) {
			bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
			int length = lengths[month - 1] + (month == 2 && leap);

			for (int i = 1; i <= length + 1; i++) {
				int64_t got;
				int n = snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, i);
				bool good = en_date_read(en_str(text, (size_t)n), &got, NULL);

				assert_int_equal(good, i <= length);
				if (good)
					assert_true(got == day++ * INT64_C(86400000));
			}
		}
}

static void test_cut(void **state)
{
	static const char *const texts[] = {
		"Sun, 06 Nov 1994 08:49:37 GMT",
		"Wednesday, 06-Nov-94 08:49:37 GMT",
		"Sun Nov  6 08:49:37 1994",
		"2026-01-13T11:57:50.124+01:00",
		"2026-01-31 at 00:00 +0000 UTC",
		"1768305470.5",
		"1768305470123",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		for (size_t len = 0; len <= strlen(texts[i]); len++) {
			struct errnorm_str s = exact(texts[i], len);
			size_t used = 0;
			int64_t ms;

			if (en_date_read(s, &ms, &used))
				assert_in_range(used, 10, len);
			else
				assert_true(len < strlen(texts[i]));
			exact_free(s);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_http),     cmocka_unit_test(test_http_names), cmocka_unit_test(test_iso),
		cmocka_unit_test(test_iso_part), cmocka_unit_test(test_epoch),      cmocka_unit_test(test_bad),
		cmocka_unit_test(test_calendar), cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
