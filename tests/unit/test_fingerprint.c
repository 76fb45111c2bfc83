/*
 * test_fingerprint.c - one number for failures of one kind: numbers, ids and quoted parts do not
 * change it, words and the status do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "tables.h"

static struct bench bench;

static int open_bench(void **state)
{
	(void)state;
	bench_acme(&bench, "'facts':{'message':['m']}");
	return 0;
}

static int close_bench(void **state)
{
	(void)state;
	bench_close(&bench);
	return 0;
}

static uint64_t of(int status, const char *message)
{
	static char body[8192];

	while (bench.kept_count > 8) /* what was given before is of no use any more */
		exact_free(bench.kept[--bench.kept_count]);
	snprintf(body, sizeof body, "{'m':'%s'}", message ? message : "");
	given(&bench, status, message ? body : NULL);
	return judge(&bench)->fingerprint;
}

static void check_same(const char *a, const char *b)
{
	if (of(400, a) != of(400, b))
		fail_msg("two kinds: \"%s\" and \"%s\"", a, b);
}

static void check_apart(const char *a, const char *b)
{
	if (of(400, a) == of(400, b))
		fail_msg("one kind: \"%s\" and \"%s\"", a, b);
}

static void test_same(void **state)
{
	(void)state;
	check_same("limit of 30000 reached", "limit of 6 reached");
	check_same("limit of 30,000 reached", "limit of 6 reached");
	check_same("used 12.5 of 13", "used 99 of 1000.25");
	check_same("request req_abc123 failed", "request req_zzz999xyz failed");
	check_same("request 0f8fad5b-d9cb-469f-a165-70867728950e failed",
		   "request 7c9e6679-7425-40de-944b-e07fc1f90ae7 failed");
	check_same("model gpt-4o-2024-08-06 not found", "model claude-3-5-sonnet not found");
	check_same("model `alpha` not found", "model `beta` not found");
	check_same("model \\u0027alpha\\u0027 not found", "model \\u0027beta\\u0027 not found");
	check_same("model \\\"alpha beta\\\" not found", "model \\\"gamma\\\" not found");
	check_same("Limit  Reached", "limit reached");
	check_same("see https://a.example/x/y for more", "see https://b.example/z for more");
	check_same("host a.b.example down", "host c.d.example down");
	check_same("\\u201calpha\\u201d was refused", "\\u201cbeta\\u201d was refused");
	/* An apostrophe is no quote. */
	check_same("can\\u0027t find \\u0027alpha\\u0027 here", "can\\u0027t find \\u0027beta\\u0027 here");
	check_same("the user\\u0027s key k1 isn\\u0027t valid", "the user\\u0027s key k2 isn\\u0027t valid");
}

static void test_apart(void **state)
{
	(void)state;
	check_apart("limit reached", "limit exceeded");
	check_apart("limit reached", "reached limit");
	check_apart("limit reached", "limit");
	check_apart("\xe4\xbd\x99\xe9\xa2\x9d\xe4\xb8\x8d\xe8\xb6\xb3", "\xe9\x99\x90\xe6\xb5\x81");
	check_apart("model 5 not found", "model 5 not loaded");
	check_apart("the user\\u0027s key isn\\u0027t valid", "the user\\u0027s name isn\\u0027t valid");
	assert_true(of(400, "limit reached") != of(429, "limit reached"));
}

/* What is echoed does not push the rest out of sight. */
static void test_long(void **state)
{
	char a[4096];
	char b[4096];

	(void)state;
	for (int late = 0; late < 600; late += 7) {
		snprintf(a, sizeof a, "the model m1 has a limit of 5 tokens, %0*d; it was passed here and there",
			 late + 1, 1);
		snprintf(b, sizeof b, "the model m1 has a limit of 5 tokens, 1; it was passed here and there");
		check_same(a, b);
	}
}

static void test_nothing(void **state)
{
	(void)state;
	assert_true(of(500, "limit reached") != 0);
	assert_true(of(500, NULL) == 0);
	assert_true(of(500, "") == 0);
	given(&bench, 0, NULL);
	bench.response.transport = ERRNORM_TRANSPORT_RESET;
	judge(&bench);
	assert_true(bench.verdict.code != 0);
	assert_true(bench.verdict.fingerprint == 0);
}

/* Stable: the same in every run, with every table. */
static void test_stable(void **state)
{
	struct bench other;
	uint64_t first = of(429, "limit of 5 reached");

	(void)state;
	bench_acme(&other, "'facts':{'message':['x','m']},'rules':[{'id':'acme-x','when':{},'then':'conflict'}]");
	given(&other, 429, "{'m':'limit of 77 reached'}");
	assert_true(judge(&other)->fingerprint == first);
	bench_close(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),    cmocka_unit_test(test_apart),  cmocka_unit_test(test_long),
		cmocka_unit_test(test_nothing), cmocka_unit_test(test_stable),
	};

	return cmocka_run_group_tests(tests, open_bench, close_bench);
}
