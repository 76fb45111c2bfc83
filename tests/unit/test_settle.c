/*
 * test_settle.c - a limit that clears within minutes or one that needs the next day: hard call 1 of
 * the vocabulary, for every period and wait.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "tables.h"

static const char rate[] = "rate_limit_exceeded";
static const char quota[] = "provider_quota_exhausted";

/* A rule with these members besides id and when. */
static void open_rule(struct bench *b, const char *members)
{
	char text[1024];

	snprintf(text, sizeof text,
		 "'facts':{'message':['m']},'wait':['header:retry-after','message:again in {duration}'],'rules':["
		 "{'id':'acme-x','when':{},%s}]",
		 members);
	bench_acme(b, text);
}

/* wait NULL: none was stated. */
static void check(const char *members, const char *wait, const char *want)
{
	struct bench b;

	open_rule(&b, members);
	given(&b, 429, NULL);
	if (wait)
		given_header(&b, "retry-after", wait);
	judge(&b);
	expect_rule(&b, "acme-x");
	expect_code(&b, want);
	/* Reported either way. */
	expect_number(b.verdict.retry_after_ms < 0, wait == NULL);
	bench_close(&b);
}

static const struct {
	const char *period;
	bool is_long;
} periods[] = {
	{"second", false}, {"minute", false}, {"hour", false}, {"day", true},
	{"week", true},    {"month", true},   {"plan", true},
};

static void test_periods(void **state)
{
	static const char *const codes[] = {rate, quota};

	(void)state;
	for (size_t i = 0; i < sizeof periods / sizeof periods[0]; i++) {
		for (size_t c = 0; c < 2; c++) {
			char members[256];
			snprintf(members, sizeof members, "'then':'%s','period':'%s'", codes[c], periods[i].period);
			check(members, NULL, periods[i].is_long ? quota : rate);
			check(members, "0", rate);
			check(members, "900", rate);
			check(members, "900.001", quota);
			check(members, "901", quota);
			check(members, "86400", quota);
			/* The stated wait is meaningless: the period alone. */
			snprintf(members, sizeof members, "'then':'%s','period':'%s','ignore_wait':true", codes[c],
				 periods[i].period);
			check(members, "5", periods[i].is_long ? quota : rate);
			check(members, "86400", periods[i].is_long ? quota : rate);
		}
	}
}

static void test_no_period(void **state)
{
	char members[128];

	(void)state;
	snprintf(members, sizeof members, "'then':'%s'", rate);
	check(members, NULL, rate);
	check(members, "900", rate);
	check(members, "901", quota);
	snprintf(members, sizeof members, "'then':'%s','ignore_wait':true", rate);
	check(members, "901", rate);
	/* Money: no wait changes it. */
	snprintf(members, sizeof members, "'then':'%s'", quota);
	check(members, NULL, quota);
	check(members, "5", quota);
	check(members, "86400", quota);
}

/* Other codes stay what they are. */
static void test_other_codes(void **state)
{
	static const char *const codes[] = {
		"concurrency_exceeded", "provider_overloaded", "quota_exceeded",
		"queue_full",           "provider_error",      "request_too_large",
	};

	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		char members[128];
		snprintf(members, sizeof members, "'then':'%s'", codes[i]);
		check(members, NULL, codes[i]);
		check(members, "5", codes[i]);
		check(members, "86400", codes[i]);
	}
}

/* The expression captures the period, as the provider wrote it. */
static void test_captured(void **state)
{
	static const struct {
		const char *said, *want;
	} cases[] = {
		{"per second", rate}, {"per sec", rate},    {"per minute", rate},  {"per min", rate},
		{"per hour", rate},   {"per hr", rate},     {"per day", quota},    {"per DAY", quota},
		{"per week", quota},  {"per month", quota}, {"per minutes", rate}, {"per hours", rate},
		{"per days", quota},  {"on TPM", rate},     {"on RPM", rate},      {"on TPD", quota},
		{"on RPD", quota},    {"a daily", quota},   {"a weekly", quota},   {"a monthly", quota},
		{"a hourly", rate},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		for (int money = 0; money < 2; money++) {
			char members[256];
			char body[128];
			struct bench b;
			snprintf(members, sizeof members, "'then':'%s'", money ? quota : rate);
			snprintf(body, sizeof body, "{'m':'limit reached %s!'}", cases[i].said);
			snprintf(members, sizeof members,
				 "'facts':{'message':['m']},'rules':[{'id':'acme-x','when':{'message':"
				 "{'regex':'limit reached (?:per|on|a) (?<period>[a-z]+)'}},'then':'%s'}]",
				 money ? quota : rate);
			bench_acme(&b, members);
			given(&b, 429, body);
			judge(&b);
			expect_rule(&b, "acme-x");
			expect_code(&b, cases[i].want);
			assert_non_null(detail_of(&b, "period").ptr);
			bench_close(&b);
		}
	}
}

/* The rule's own word on the period beats what it captured. */
static void test_said_and_captured(void **state)
{
	struct bench b;

	(void)state;
	bench_acme(&b, "'facts':{'message':['m']},'rules':[{'id':'acme-x','period':'day','when':{'message':"
		       "{'regex':'limit per (?<period>[a-z]+)'}},'then':'rate_limit_exceeded'}]");
	given(&b, 429, "{'m':'limit per minute'}");
	judge(&b);
	expect_code(&b, quota);
	bench_close(&b);
}

/* What reads like a wait is none: it is not reported, and settles nothing. */
static void test_no_wait(void **state)
{
	static const struct {
		const char *members, *want;
	} cases[] = {
		{"'then':'rate_limit_exceeded','no_wait':true", rate},
		{"'then':'rate_limit_exceeded','no_wait':true,'period':'day'", quota},
		{"'then':'provider_quota_exhausted','no_wait':true,'period':'minute'", rate},
		{"'then':'provider_quota_exhausted','no_wait':true", quota},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct bench b;
		open_rule(&b, cases[i].members);
		given(&b, 429, "{'m':'try again in 3 hours'}");
		judge(&b);
		expect_code(&b, cases[i].want);
		expect_wait(&b, -1);
		given(&b, 429, NULL);
		given_header(&b, "retry-after", "5");
		judge(&b);
		expect_code(&b, cases[i].want);
		expect_wait(&b, -1);
		bench_close(&b);
	}
}

/* All that follows from the code follows from the settled one; what the rule overrules stays. */
static void test_attributes(void **state)
{
	struct bench b;

	(void)state;
	open_rule(&b, "'then':'rate_limit_exceeded','period':'minute'");
	given(&b, 429, NULL);
	judge(&b);
	expect_number(b.verdict.http_status, 429);
	expect_number(b.verdict.type, ERRNORM_TYPE_RATE_LIMIT);
	expect_number(b.verdict.failover, ERRNORM_FAILOVER_CREDENTIAL);
	assert_true(has_flag(&b, ERRNORM_VERDICT_RETRYABLE));
	given_header(&b, "retry-after", "7200");
	judge(&b);
	expect_code(&b, quota);
	expect_number(b.verdict.http_status, 503);
	expect_number(b.verdict.type, ERRNORM_TYPE_BILLING);
	expect_number(b.verdict.fault, ERRNORM_FAULT_GATEWAY);
	assert_false(has_flag(&b, ERRNORM_VERDICT_RETRYABLE));
	b.response.flags |= ERRNORM_RESPONSE_BYOK;
	judge(&b);
	expect_number(b.verdict.http_status, 402);
	expect_number(b.verdict.fault, ERRNORM_FAULT_CALLER);
	bench_close(&b);
	open_rule(&b, "'then':'rate_limit_exceeded','period':'day','retryable':true,'failover':'model',"
		      "'fault':'provider','http_status':420,'message':'No more today.','details':{'a':'b'}");
	given(&b, 429, NULL);
	judge(&b);
	expect_code(&b, quota);
	expect_number(b.verdict.http_status, 420);
	expect_number(b.verdict.failover, ERRNORM_FAILOVER_MODEL);
	expect_number(b.verdict.fault, ERRNORM_FAULT_PROVIDER);
	assert_true(has_flag(&b, ERRNORM_VERDICT_RETRYABLE));
	expect_message(&b, "No more today.");
	expect_detail(&b, "a", "b");
	bench_close(&b);
}

/* x-should-retry overrules both code and rule. */
static void test_should_retry(void **state)
{
	static const struct {
		const char *rule, *header;
		bool want;
	} cases[] = {
		{"'then':'conflict'", NULL, false},
		{"'then':'conflict'", "true", true},
		{"'then':'provider_error'", "false", false},
		{"'then':'provider_error'", "maybe", true},
		{"'then':'conflict','retryable':true", NULL, true},
		{"'then':'conflict','retryable':true", "false", false},
		{"'then':'provider_error','retryable':false", "true", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char members[256];
		struct bench b;
		snprintf(members, sizeof members,
			 "'facts':{'should_retry':['header:x-should-retry']},'rules':[{'id':'acme-x','when':{},%s}]",
			 cases[i].rule);
		bench_acme(&b, members);
		given(&b, 409, NULL);
		if (cases[i].header)
			given_header(&b, "X-Should-Retry", cases[i].header);
		judge(&b);
		expect_number(has_flag(&b, ERRNORM_VERDICT_RETRYABLE), cases[i].want);
		bench_close(&b);
	}
}

/* A code of one's own. */
static void test_own_code(void **state)
{
	struct bench b;

	(void)state;
	bench_acme(&b, "'codes':{'tenant_suspended':{'http_status':403,'type':'permission_error',"
		       "'retryable':false,'failover':'provider','fault':'caller','message':'Ask your admin.'},"
		       "'second':{'http_status':429,'type':'rate_limit_error','retryable':true,"
		       "'failover':'none','fault':'gateway'}},'rules':["
		       "{'id':'one','when':{'status':403},'then':'tenant_suspended'},"
		       "{'id':'two','when':{'status':429},'then':'second'}]");
	given(&b, 403, NULL);
	judge(&b);
	expect_code(&b, "tenant_suspended");
	expect_number(b.verdict.http_status, 403);
	expect_number(b.verdict.type, ERRNORM_TYPE_PERMISSION);
	expect_number(b.verdict.failover, ERRNORM_FAILOVER_PROVIDER);
	expect_number(b.verdict.fault, ERRNORM_FAULT_CALLER);
	expect_message(&b, "Ask your admin.");
	assert_true(b.verdict.code >= ERRNORM_CODE_CUSTOM);
	given(&b, 429, NULL);
	judge(&b);
	expect_code(&b, "second");
	assert_true(has_flag(&b, ERRNORM_VERDICT_RETRYABLE));
	expect_number(b.verdict.fault, ERRNORM_FAULT_GATEWAY);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_periods),           cmocka_unit_test(test_no_period),
		cmocka_unit_test(test_other_codes),       cmocka_unit_test(test_captured),
		cmocka_unit_test(test_said_and_captured), cmocka_unit_test(test_no_wait),
		cmocka_unit_test(test_attributes),        cmocka_unit_test(test_should_retry),
		cmocka_unit_test(test_own_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
