/*
 * test_wait.c - how long the upstream said to wait: every format, in headers, fields and words;
 * what is not believed; dates against the clock; and the rate-limit buckets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "tables.h"

enum {
	SECOND = 1000,
	MINUTE = 60 * SECOND,
	HOUR = 60 * MINUTE,
};

static const int64_t DAY = 24ll * HOUR;

/* 2026-01-31T12:00:00Z */
static const int64_t NOW = 1769860800000ll;

/* A limit whose wait is read from these sources. */
static void open_waits(struct bench *b, const char *sources)
{
	char members[1024];

	snprintf(members, sizeof members,
		 "'facts':{'message':['m']},'wait':[%s],"
		 "'rules':[{'id':'acme-limit','when':{},'then':'rate_limit_exceeded'}]",
		 sources);
	bench_acme(b, members);
}

static void check_header(const char *source, const char *name, const char *value, int64_t want)
{
	struct bench b;

	open_waits(&b, source);
	given(&b, 429, NULL);
	given_header(&b, name, value);
	b.response.now_ms = NOW;
	judge(&b);
	expect_wait(&b, want);
	bench_close(&b);
}

static void check_value(const char *value, int64_t want)
{
	check_header("'header:retry-after'", "Retry-After", value, want);
}

static void test_formats(void **state)
{
	(void)state;
	check_value("2", 2 * SECOND);
	check_value("0", 0);
	check_value(" 2 ", 2 * SECOND);
	check_value("2.5", 2500);
	check_value("0.0004", 1);
	check_value("2s", 2 * SECOND);
	check_value("250ms", 250);
	check_value("1m12.5s", 72500);
	check_value("6m0s", 6 * MINUTE);
	check_value("1h2m3s", HOUR + 2 * MINUTE + 3 * SECOND);
	check_value("2 hours 5 minutes", 2 * HOUR + 5 * MINUTE);
	check_value("20 seconds", 20 * SECOND);
	check_value("30\xe7\xa7\x92", 30 * SECOND);
	check_value("00:05:23", 5 * MINUTE + 23 * SECOND);
	check_value("PT1M30S", 90 * SECOND);
	/* Points in time. */
	check_value("Sat, 31 Jan 2026 12:00:30 GMT", 30 * SECOND);
	check_value("Saturday, 31-Jan-26 12:00:30 GMT", 30 * SECOND);
	check_value("Sat Jan 31 12:00:30 2026", 30 * SECOND);
	check_value("2026-01-31T12:00:30Z", 30 * SECOND);
	check_value("2026-01-31T12:00:30.25Z", 30250);
	check_value("2026-01-31T13:00:30+01:00", 30 * SECOND);
	check_value("1769860830", 30 * SECOND);
	check_value("1769860830.5", 30500);
	check_value("1769860830250", 30250);
}

static void test_not_believed(void **state)
{
	char value[32];

	(void)state;
	check_value("-1", -1);
	check_value("-1s", -1);
	check_value("", -1);
	check_value("soon", -1);
	check_value("NaN", -1);
	check_value("inf", -1);
	check_value("1e99", -1);
	check_value("99999999999999999999", -1);
	check_value("1,2,3", -1);
	check_value("120, 60", -1);
	/* Waits of over 40 days, and points in time that have passed. */
	snprintf(value, sizeof value, "%lld", (long long)(40 * DAY / SECOND));
	check_value(value, 40 * DAY);
	snprintf(value, sizeof value, "%lld", (long long)(40 * DAY / SECOND + 1));
	check_value(value, -1);
	check_value("41 days", -1);
	check_value("Sat, 31 Jan 2026 11:59:59 GMT", -1);
	check_value("2026-01-31T11:59:59Z", -1);
	check_value("1769860799", -1);
	check_value("2026-03-12T12:00:00Z", 40 * DAY);
	check_value("2026-03-12T12:00:01Z", -1);
	check_value("2030-01-01T00:00:00Z", -1);
}

/* What a bare number is: the source says it, or its name. */
static void test_units(void **state)
{
	(void)state;
	check_header("'header:retry-after-ms'", "retry-after-ms", "1500", 1500);
	check_header("'header:retry-after-ms'", "retry-after-ms", "1500.2", 1501);
	check_header("'header:x-wait as ms'", "x-wait", "1500", 1500);
	check_header("'header:x-wait as s'", "x-wait", "15", 15 * SECOND);
	check_header("'header:x-wait'", "x-wait", "15", 15 * SECOND);
	check_header("'header:x-reset as epoch'", "x-reset", "1769860830", 30 * SECOND);
	check_header("'header:x-reset as epoch'", "x-reset", "1769860830000", 30 * SECOND);
	check_header("'header:x-reset as epoch'", "x-reset", "30", -1);
	/* A number with a unit says it itself. */
	check_header("'header:retry-after-ms'", "retry-after-ms", "2s", 2 * SECOND);
	check_header("'header:x-wait as s'", "x-wait", "250ms", 250);
	/* One that can only be a point in time is one. */
	check_header("'header:x-wait as s'", "x-wait", "1769860830", 30 * SECOND);
	check_header("'header:x-wait as ms'", "x-wait", "1769860830000", 30 * SECOND);
}

/* The caller's clock; else the server's own; else dates say nothing. */
static void test_clock(void **state)
{
	struct bench b;

	(void)state;
	open_waits(&b, "'header:retry-after'");
	given(&b, 429, NULL);
	given_header(&b, "retry-after", "Sat, 31 Jan 2026 12:00:30 GMT");
	judge(&b);
	expect_wait(&b, -1);
	given_header(&b, "Date", "Sat, 31 Jan 2026 12:00:10 GMT");
	judge(&b);
	expect_wait(&b, 20 * SECOND);
	b.response.now_ms = NOW;
	judge(&b);
	expect_wait(&b, 30 * SECOND);
	given(&b, 429, NULL);
	given_header(&b, "date", "yesterday");
	given_header(&b, "retry-after", "2026-01-31T12:00:30Z");
	judge(&b);
	expect_wait(&b, -1);
	given(&b, 429, NULL);
	given_header(&b, "retry-after", "30");
	judge(&b);
	expect_wait(&b, 30 * SECOND);
	bench_close(&b);
}

static void check_field(const char *source, const char *body, int64_t want)
{
	struct bench b;

	open_waits(&b, source);
	given(&b, 429, body);
	judge(&b);
	expect_wait(&b, want);
	bench_close(&b);
}

static void test_fields(void **state)
{
	(void)state;
	check_field("'e.retry_after as s'", "{'e':{'retry_after':7}}", 7 * SECOND);
	check_field("'e.retry_after as s'", "{'e':{'retry_after':'7.5'}}", 7500);
	check_field("'e.after_ms as ms'", "{'e':{'after_ms':250}}", 250);
	check_field("'retryDelay'", "{'retryDelay':'34.074824224s'}", 34075);
	check_field("'d[*].retryDelay'", "{'d':[{'x':1},{'retryDelay':'3s'}]}", 3 * SECOND);
	check_field("'d[*].delay'", "{'d':[{'delay':'soon'},{'delay':'3s'}]}", 3 * SECOND);
	check_field("'w'", "{'w':null}", -1);
	check_field("'w'", "{'w':true}", -1);
	check_field("'w'", "{'w':{'x':1}}", -1);
	check_field("'w'", "{'w':-3}", -1);
	check_field("'w'", "{'w':1e3}", 1000 * SECOND);
}

/* The first that gives a sound value. */
static void test_first_sound(void **state)
{
	struct bench b;

	(void)state;
	open_waits(&b, "'header:a','header:b','w','message:wait {duration}'");
	given(&b, 429, "{'w':3,'m':'wait 4s'}");
	judge(&b);
	expect_wait(&b, 3 * SECOND);
	given_header(&b, "b", "2");
	judge(&b);
	expect_wait(&b, 2 * SECOND);
	given_header(&b, "a", "never");
	judge(&b);
	expect_wait(&b, 2 * SECOND);
	given_header(&b, "a", "1");
	judge(&b);
	expect_wait(&b, 1 * SECOND);
	given(&b, 429, "{'w':-3,'m':'wait 4s'}");
	judge(&b);
	expect_wait(&b, 4 * SECOND);
	bench_close(&b);
}

/* One's own table, then what it inherits, then the shared ones. */
static void test_order(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b,
		   "{'errnorm':1,'shared':'s','rank':1,'wait':['header:a'],'rules':["
		   "{'id':'x','when':{},'then':'rate_limit_exceeded'}]}",
		   "{'errnorm':1,'family':'fam','wait':['header:b']}",
		   "{'errnorm':1,'provider':'acme','inherit':['fam'],'wait':['header:c']}");
	given(&b, 429, NULL);
	given_header(&b, "a", "1");
	judge(&b);
	expect_wait(&b, 1 * SECOND);
	given_header(&b, "b", "2");
	judge(&b);
	expect_wait(&b, 2 * SECOND);
	given_header(&b, "c", "3");
	judge(&b);
	expect_wait(&b, 3 * SECOND);
	bench_close(&b);
}

/* ---- words ---- */

static void check_words(const char *wording, const char *message, int64_t want)
{
	char source[256];
	char body[512];
	struct bench b;

	snprintf(source, sizeof source, "'message:%s'", wording);
	snprintf(body, sizeof body, "{'m':'%s'}", message);
	open_waits(&b, source);
	given(&b, 429, body);
	b.response.now_ms = NOW;
	judge(&b);
	expect_wait(&b, want);
	bench_close(&b);
}

static void test_words(void **state)
{
	static const char in[] = "try again in {duration}";

	(void)state;
	check_words(in, "Please try again in 6m0s.", 6 * MINUTE);
	check_words(in, "Please TRY AGAIN IN 20 seconds, thanks", 20 * SECOND);
	check_words(in, "try again in 7.66s. Visit", 7660);
	check_words(in, "try again in 250ms", 250);
	check_words(in, "try again in 5", 5 * SECOND);
	check_words(in, "try again in 2 hours 5 minutes", 2 * HOUR + 5 * MINUTE);
	check_words(in, "try again in about 2 minutes", 2 * MINUTE);
	check_words(in, "try again in an hour", HOUR);
	check_words(in, "try  again\\nin: 5 seconds", 5 * SECOND);
	check_words(in, "try again in a moment", -1);
	check_words(in, "try again in 2 months", -1);
	check_words(in, "try again in 41 days", -1);
	check_words(in, "please retry in 5s", -1);
	check_words(in, "", -1);
	/* Not at the first place, but at the second. */
	check_words(in, "try again in a moment, or try again in 5s", 5 * SECOND);
	check_words("\xe8\xaf\xb7{duration}\xe5\x90\x8e\xe9\x87\x8d\xe8\xaf\x95",
		    "\xe8\xaf\xb7"
		    "30\xe7\xa7\x92\xe5\x90\x8e\xe9\x87\x8d\xe8\xaf\x95",
		    30 * SECOND);
	/* Words behind it. */
	check_words("slot in {duration} from now", "a slot in 5 seconds from now", 5 * SECOND);
	check_words("slot in {duration} from now", "a slot in 5 seconds", -1);
	check_words("slot in {duration} from now", "a slot in 5 from now", 5 * SECOND);
	/* Words only behind it: the duration has its unit there, too. */
	check_words("{duration} remaining", "cool-down: 2 minutes remaining", 2 * MINUTE);
	check_words("{duration} remaining", "cool-down: 1h5m remaining", HOUR + 5 * MINUTE);
	check_words("{duration} remaining", "1 hour 30 minutes remaining", 90 * MINUTE);
	check_words("{duration} remaining", "cool-down: 45 remaining", 45 * SECOND);
	check_words("{duration} remaining", "nothing remaining", -1);
	check_words("{duration} remaining", "-5 remaining", -1);
	check_words("{duration} remaining", "5 retries left, 30 seconds remaining", 30 * SECOND);
	check_words("{duration}\xe5\x90\x8e\xe9\x87\x8d\xe8\xaf\x95",
		    "\xe8\xaf\xb7"
		    "30\xe7\xa7\x92\xe5\x90\x8e\xe9\x87\x8d\xe8\xaf\x95",
		    30 * SECOND);
	check_words("{duration}\xe7\xa7\x92\xe5\x90\x8e",
		    "\xe8\xaf\xb7"
		    "30\xe7\xa7\x92\xe5\x90\x8e",
		    30 * SECOND);
	/* Points in time. */
	check_words("resets at {time}", "It resets at 2026-01-31T12:00:30Z.", 30 * SECOND);
	check_words("resets at {time}", "It resets at 2026-01-31 12:01:00 UTC", MINUTE);
	check_words("resets at {time}", "It resets at noon", -1);
	check_words("resets at {time} exactly", "resets at 2026-01-31T12:00:30Z exactly", 30 * SECOND);
	check_words("resets at {time} exactly", "resets at 2026-01-31T12:00:30Z", -1);
}

/* "Try again in 15 minutes" under a refused request is none; a header is one anywhere. */
static void test_words_under_others(void **state)
{
	static const struct {
		const char *code;
		bool words;
	} cases[] = {
		{"rate_limit_exceeded", true},      {"concurrency_exceeded", true},
		{"provider_quota_exhausted", true}, {"provider_error", true},
		{"provider_overloaded", true},      {"provider_unavailable", true},
		{"invalid_request", false},         {"provider_auth_error", false},
		{"model_not_found", false},         {"provider_permission_denied", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char members[512];
		struct bench b;
		snprintf(members, sizeof members,
			 "'facts':{'message':['m']},'wait':['header:retry-after','message:again in {duration}'],"
			 "'rules':[{'id':'acme-x','when':{},'then':'%s'}]",
			 cases[i].code);
		bench_acme(&b, members);
		given(&b, 400, "{'m':'try again in 5 seconds'}");
		judge(&b);
		expect_wait(&b, cases[i].words ? 5 * SECOND : -1);
		given_header(&b, "retry-after", "7");
		judge(&b);
		expect_wait(&b, 7 * SECOND);
		bench_close(&b);
	}
}

/* ---- buckets ---- */

static void open_buckets(struct bench *b, const char *code)
{
	char members[1024];

	snprintf(members, sizeof members,
		 "'facts':{'message':['m']},'wait':['header:retry-after'],'buckets':["
		 "{'name':'requests','period':'minute','remaining':'header:left-requests','reset':'"
		 "header:reset-requests'},{'name':'tokens','period':'minute','remaining':'header:left-tokens','reset':'"
		 "header:reset-tokens'},"
		 "{'name':'images','period':'day','remaining':'header:left-images','reset':'header:reset-images'}],"
		 "'rules':[{'id':'acme-x','when':{},'then':'%s'}]",
		 code);
	bench_acme(b, members);
}

/* Remaining and reset of requests, tokens and images, separated by blanks; - for none. */
static void check_buckets(const char *code, const char *values, const char *message, int64_t want,
			  const char *want_code)
{
	static const char *const names[] = {"left-requests", "reset-requests", "left-tokens",
					    "reset-tokens",  "left-images",    "reset-images"};
	char copy[128];
	char body[256];
	struct bench b;
	size_t i = 0;

	open_buckets(&b, code);
	snprintf(body, sizeof body, "{'m':'%s'}", message);
	given(&b, 429, body);
	for (char *word = strtok(strcpy(copy, values), " "); word; word = strtok(NULL, " "), i++)
		if (strcmp(word, "-") != 0)
			given_header(&b, names[i], word);
	assert_int_equal(i, 6);
	judge(&b);
	expect_wait(&b, want);
	expect_code(&b, want_code);
	bench_close(&b);
}

static void test_buckets(void **state)
{
	static const char limit[] = "rate_limit_exceeded";
	static const char quota[] = "provider_quota_exhausted";

	(void)state;
	/* The one whose remaining is 0; of several the longest. */
	check_buckets(limit, "0 10s 5 90s - -", "", 10 * SECOND, limit);
	check_buckets(limit, "5 10s 0 90s - -", "requests", 90 * SECOND, limit);
	check_buckets(limit, "0 10s 0 90s - -", "", 90 * SECOND, limit);
	check_buckets(limit, "0 90s 0 10s - -", "", 90 * SECOND, limit);
	check_buckets(limit, "0.0 10s 5 5s - -", "", 10 * SECOND, limit);
	/* If none says so, the longest that the message names, else the shortest. */
	check_buckets(limit, "1 10s 5 90s - -", "too many tokens", 90 * SECOND, limit);
	check_buckets(limit, "1 10s 5 90s - -", "too many requests", 10 * SECOND, limit);
	check_buckets(limit, "1 10s 5 90s - -", "too many requests or tokens", 90 * SECOND, limit);
	check_buckets(limit, "1 10s 5 90s - -", "too many", 10 * SECOND, limit);
	check_buckets(limit, "- 10s - 90s - -", "tokens", 90 * SECOND, limit);
	check_buckets(limit, "- - - 90s - -", "", 90 * SECOND, limit);
	/* Of no use without a reset. */
	check_buckets(limit, "0 - 5 90s - -", "", 90 * SECOND, limit);
	check_buckets(limit, "0 soon 5 90s - -", "", 90 * SECOND, limit);
	check_buckets(limit, "0 - 0 - - -", "", -1, limit);
	check_buckets(limit, "- - - - - -", "", -1, limit);
	/* A day or longer that is at 0: a quota, if it takes more than 15 minutes. */
	check_buckets(limit, "5 10s 5 10s 0 3h", "", 3 * HOUR, quota);
	check_buckets(limit, "5 10s 5 10s 0 15m", "", 15 * MINUTE, limit);
	check_buckets(limit, "5 10s 5 10s 0 901s", "", 901 * SECOND, quota);
	check_buckets(limit, "0 10s 5 10s 0 3h", "", 3 * HOUR, quota);
	check_buckets(limit, "5 10s 5 10s 7 3h", "", 10 * SECOND, limit);
	check_buckets(limit, "5 10s 5 10s 7 3h", "images", 3 * HOUR, limit);
	check_buckets(limit, "0 3h 5 10s - -", "", 3 * HOUR, limit);
}

/* Only where no source of `wait` spoke, and only for limits. */
static void test_buckets_last(void **state)
{
	struct bench b;

	(void)state;
	open_buckets(&b, "rate_limit_exceeded");
	given(&b, 429, NULL);
	given_header(&b, "left-images", "0");
	given_header(&b, "reset-images", "3h");
	given_header(&b, "retry-after", "2");
	judge(&b);
	expect_wait(&b, 2 * SECOND);
	expect_code(&b, "rate_limit_exceeded");
	bench_close(&b);
	check_buckets("invalid_request", "0 10s 0 10s 0 3h", "", -1, "invalid_request");
	check_buckets("provider_error", "0 10s 0 10s 0 3h", "", -1, "provider_error");
	check_buckets("provider_auth_error", "0 10s 0 10s 0 3h", "", -1, "provider_auth_error");
	/* Money has no reset. */
	check_buckets("provider_quota_exhausted", "0 10s 0 10s - -", "", -1, "provider_quota_exhausted");
}

/* Resets are read as waits are: durations, seconds, milliseconds, points in time. */
static void test_bucket_formats(void **state)
{
	struct bench b;

	(void)state;
	bench_acme(&b, "'buckets':[{'reset':'header:a-ms'},{'reset':'header:b as epoch'},{'reset':'c.d'}],"
		       "'rules':[{'id':'x','when':{},'then':'rate_limit_exceeded'}]");
	given(&b, 429, NULL);
	given_header(&b, "a-ms", "1500");
	judge(&b);
	expect_wait(&b, 1500);
	given(&b, 429, NULL);
	given_header(&b, "b", "1769860830");
	b.response.now_ms = NOW;
	judge(&b);
	expect_wait(&b, 30 * SECOND);
	given(&b, 429, "{'c':{'d':'2026-01-31T12:00:05Z'}}");
	b.response.now_ms = NOW;
	judge(&b);
	expect_wait(&b, 5 * SECOND);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_not_believed),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_first_sound),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_words_under_others),
		cmocka_unit_test(test_buckets),
		cmocka_unit_test(test_buckets_last),
		cmocka_unit_test(test_bucket_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
