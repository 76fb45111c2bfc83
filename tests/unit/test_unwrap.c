/*
 * test_unwrap.c - errors inside of errors: the inner cause decides, by the inner provider's tables,
 * and where nothing is known of it the outer rules go on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tables.h"

/* A relay that hands on what it got in `raw`, and a host that it may have got it from. */
static const char relay[] = "{'errnorm':1,'provider':'acme','facts':{'message':['error.message'],'code':['error.code'],"
			    "'raw':['raw:error.raw'],'from':['error.from'],'inner_status':['error.status'],"
			    "'request_id':['header:x-id']},"
			    "'rules':[{'id':'acme-wrapped','when':{'raw':true},'unwrap':{'body':'{raw}','provider':'{"
			    "from}','status':'{inner_status}'}},"
			    "{'id':'acme-words','when':{'message':'outer words'},'then':'provider_timeout'},"
			    "{'id':'acme-is','when':{'message':{'is':'inner text'}},'then':'provider_overloaded'},"
			    "{'id':'acme-short','when':{'message':'zz'},'then':'provider_unavailable'},"
			    "{'id':'acme-pattern','when':{'message':{'regex':'[0-9]+ of "
			    "[0-9]+'}},'then':'quota_exceeded'},"
			    "{'id':'acme-code','when':{'code':'full'},'then':'provider_overloaded'}]}";
static const char host[] = "{'errnorm':1,'provider':'host','aliases':['the-host','host_eu'],"
			   "'facts':{'message':['msg'],'code':['err']},'rules':["
			   "{'id':'host-limit','when':{'code':'too_fast'},'then':'rate_limit_exceeded'},"
			   "{'id':'host-401','when':{'status':401},'then':'provider_auth_error'},"
			   "{'id':'host-context','when':{'message':{'regex':'only (?<limit>[0-9]+) tokens'}},"
			   "'then':'context_too_long'}]}";

static void open_relay(struct bench *b)
{
	bench_open(b, relay, host, NULL);
}

static void test_inner_decides(void **state)
{
	struct bench b;

	(void)state;
	open_relay(&b);
	given(&b, 502,
	      "{'error':{'code':'outer','message':'outer words','from':'host',"
	      "'raw':{'err':'too_fast','msg':'slow down'}}}");
	given_header(&b, "x-id", "r1");
	judge(&b);
	expect_rule(&b, "host-limit");
	expect_code(&b, "rate_limit_exceeded");
	expect_message(&b, "slow down");
	expect_text(b.verdict.provider, "host");
	expect_text(b.verdict.provider_code, "too_fast");
	expect_text(b.verdict.provider_request_id, "r1");
	expect_detail(&b, "via", "acme");
	assert_false(has_flag(&b, ERRNORM_VERDICT_FALLBACK));
	bench_close(&b);
}

/* JSON in a string, plain text, and any name of the provider. */
static void test_forms(void **state)
{
	static const char in_string[] =
		"{\"error\":{\"from\":\"The-Host\",\"raw\":\"{\\\"err\\\":\\\"too_fast\\\"}\"}}";
	struct bench b;

	(void)state;
	open_relay(&b);
	given_bytes(&b, 500, in_string, sizeof in_string - 1);
	judge(&b);
	expect_rule(&b, "host-limit");
	expect_text(b.verdict.provider, "host");
	given(&b, 500, "{'error':{'from':'HOST_EU','raw':'the model has only 8192 tokens'}}");
	judge(&b);
	expect_rule(&b, "host-context");
	expect_detail(&b, "limit", "8192");
	expect_message(&b, "the model has only 8192 tokens");
	given(&b, 500, "{'error':{'from':'host','raw':[{'err':'too_fast'}]}}");
	judge(&b);
	expect_rule(&b, "host-limit");
	bench_close(&b);
}

/* Absent, or known to no table: the same provider's tables are asked. */
static void test_same_provider(void **state)
{
	struct bench b;

	(void)state;
	open_relay(&b);
	given(&b, 500, "{'error':{'raw':{'error':{'code':'full'}}}}");
	judge(&b);
	expect_rule(&b, "acme-code");
	expect_text(b.verdict.provider, "acme");
	expect_detail(&b, "via", NULL);
	given(&b, 500, "{'error':{'from':'nobody','raw':{'error':{'code':'full'}}}}");
	judge(&b);
	expect_rule(&b, "acme-code");
	expect_text(b.verdict.provider, "acme");
	bench_close(&b);
}

/* The template's; else that which the inner body claims; else the outer one. */
static void test_status(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b,
		   "{'errnorm':1,'provider':'acme','facts':{'raw':['raw:raw'],'st':['st'],'status':['s']},"
		   "'rules':[{'id':'acme-wrapped','when':{'raw':true},'unwrap':{'body':'{raw}','status':'{st}'}},"
		   "{'id':'acme-429','when':{'status':429},'then':'conflict'}]}",
		   NULL, NULL);
	given(&b, 500, "{'st':429,'raw':{'s':503}}");
	judge(&b);
	expect_rule(&b, "acme-429");
	expect_number(b.verdict.provider_status, 429);
	given(&b, 500, "{'raw':{'s':429}}");
	judge(&b);
	expect_rule(&b, "acme-429");
	given(&b, 429, "{'raw':{'a':1}}");
	judge(&b);
	expect_rule(&b, "acme-429");
	given(&b, 500, "{'st':'no status','raw':{'a':1}}");
	judge(&b);
	expect_rule(&b, "rest");
	bench_close(&b);
}

/* If only the last shared table knows the inner response, the outer rules go on with its words. */
static void test_fallback(void **state)
{
	struct bench b;

	(void)state;
	open_relay(&b);
	given(&b, 500, "{'error':{'message':'outer words','from':'host','raw':{'err':'x'}}}");
	judge(&b);
	expect_rule(&b, "acme-words");
	expect_code(&b, "provider_timeout");
	given(&b, 500, "{'error':{'from':'host','raw':{'msg':'these are outer words too'}}}");
	judge(&b);
	expect_rule(&b, "acme-words");
	expect_message(&b, "these are outer words too");
	/* However the rule is keyed: by the whole text, by a phrase too short for the index, by a pattern. */
	given(&b, 500, "{'error':{'from':'host','raw':{'msg':'inner text'}}}");
	judge(&b);
	expect_rule(&b, "acme-is");
	given(&b, 500, "{'error':{'from':'host','raw':{'msg':'so zz'}}}");
	judge(&b);
	expect_rule(&b, "acme-short");
	given(&b, 500, "{'error':{'from':'host','raw':{'msg':'3 of 4'}}}");
	judge(&b);
	expect_rule(&b, "acme-pattern");
	/* Nothing anywhere. */
	given(&b, 500, "{'error':{'from':'host','raw':{'msg':'nothing known'}}}");
	judge(&b);
	expect_rule(&b, "rest");
	assert_true(has_flag(&b, ERRNORM_VERDICT_FALLBACK));
	expect_message(&b, "nothing known");
	expect_number(b.verdict.provider_status, 500);
	bench_close(&b);
}

/* Where nobody knows more than a status, the inner one, if it has one of its own, says more than that of the relay. */
static void test_fallback_status(void **state)
{
	struct bench b;

	(void)state;
	open_relay(&b);
	given(&b, 500, "{'error':{'from':'host','status':429,'raw':{'msg':'nothing known'}}}");
	judge(&b);
	expect_rule(&b, "rest");
	assert_true(has_flag(&b, ERRNORM_VERDICT_FALLBACK));
	expect_number(b.verdict.provider_status, 429);
	expect_text(b.verdict.provider, "host");
	expect_message(&b, "nothing known");
	expect_detail(&b, "via", "acme");
	/* But words that the outer rules know say more than any status. */
	given(&b, 500, "{'error':{'from':'host','status':429,'raw':{'msg':'these are outer words too'}}}");
	judge(&b);
	expect_rule(&b, "acme-words");
	bench_close(&b);
}

static void test_nothing_inside(void **state)
{
	struct bench b;

	(void)state;
	open_relay(&b);
	given(&b, 500, "{'error':{'message':'outer words','raw':'  '}}");
	judge(&b);
	expect_rule(&b, "acme-words");
	given(&b, 500, "{'error':{'message':'outer words','raw':{}}}");
	judge(&b);
	expect_rule(&b, "acme-words");
	given(&b, 500, "{'error':{'message':'outer words','raw':null}}");
	judge(&b);
	expect_rule(&b, "acme-words");
	bench_close(&b);
}

/* At most four layers are unwrapped. */
static void test_depth(void **state)
{
	static char body[8192];
	struct bench b;

	(void)state;
	bench_open(&b,
		   "{'errnorm':1,'provider':'acme','facts':{'raw':['raw:raw'],'code':['c']},"
		   "'rules':[{'id':'acme-full','when':{'code':'full'},'then':'provider_overloaded'},"
		   "{'id':'acme-wrapped','when':{'raw':true},'unwrap':{'body':'{raw}'}},"
		   "{'id':'acme-stuck','when':{'raw':true},'then':'internal_error'}]}",
		   NULL, NULL);
	for (int depth = 0; depth <= 40; depth++) {
		body[0] = 0;
		for (int i = 0; i < depth; i++)
			strcat(body, "{'raw':");
		strcat(body, "{'c':'full'}");
		for (int i = 0; i < depth; i++)
			strcat(body, "}");
		given(&b, 500, body);
		judge(&b);
		expect_rule(&b, depth <= 4 ? "acme-full" : "acme-stuck");
	}
	bench_close(&b);
}

/* A rule that unwraps itself, for ever. */
static void test_loop(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b,
		   "{'errnorm':1,'provider':'acme','facts':{'all':['raw:$'],'code':['c']},"
		   "'rules':[{'id':'acme-again','when':{'code':'x'},'unwrap':{'body':'{all}'}},"
		   "{'id':'acme-also','when':{'code':'x'},'unwrap':{'body':'{all}'}}]}",
		   NULL, NULL);
	given(&b, 500, "{'c':'x'}");
	judge(&b);
	expect_rule(&b, "rest");
	bench_close(&b);
}

/* Wait and should_retry: the innermost wait first; the outermost word on whether to try again. */
static void test_wait(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b,
		   "{'errnorm':1,'provider':'acme','facts':{'raw':['raw:raw'],'code':['c'],"
		   "'should_retry':['header:x-should-retry','again']},'wait':['header:retry-after','after as s'],"
		   "'rules':[{'id':'acme-wrapped','when':{'raw':true},'unwrap':{'body':'{raw}'}},"
		   "{'id':'acme-limit','when':{'code':'limit'},'then':'rate_limit_exceeded'},"
		   "{'id':'acme-bad','when':{'code':'bad'},'then':'conflict'}]}",
		   NULL, NULL);
	given(&b, 500, "{'after':30,'raw':{'c':'limit','after':7}}");
	given_header(&b, "retry-after", "60");
	judge(&b);
	expect_rule(&b, "acme-limit");
	expect_wait(&b, 7000);
	given(&b, 500, "{'after':30,'raw':{'c':'limit'}}");
	judge(&b);
	expect_wait(&b, 30000);
	given(&b, 500, "{'raw':{'c':'limit'}}");
	given_header(&b, "retry-after", "60");
	judge(&b);
	expect_wait(&b, 60000);
	given(&b, 500, "{'again':false,'raw':{'c':'limit','again':true}}");
	judge(&b);
	assert_false(has_flag(&b, ERRNORM_VERDICT_RETRYABLE));
	given(&b, 500, "{'raw':{'c':'bad','again':true}}");
	judge(&b);
	assert_true(has_flag(&b, ERRNORM_VERDICT_RETRYABLE));
	bench_close(&b);
}

/* An inner body cut off anywhere, alone and inside of its string. */
static void test_cut(void **state)
{
	static const char body[] = "{\"error\":{\"from\":\"host\",\"raw\":\"{\\\"msg\\\":\\\"only "
				   "8192 tokens here\\\"}\"}}";
	struct bench b;

	(void)state;
	open_relay(&b);
	for (size_t len = 0; len < sizeof body; len++) {
		given_bytes(&b, 500, body, len);
		judge(&b);
		if (len >= strlen(body) - 11)
			expect_rule(&b, "host-context");
	}
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inner_decides),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_same_provider),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_fallback),
		cmocka_unit_test(test_fallback_status),
		cmocka_unit_test(test_nothing_inside),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_loop),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
