/*
 * test_cond.c - when a rule's conditions hold: every key of `when` and every form of its value,
 * with what must and what must not pass. The order in which rules are asked, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "tables.h"

/* A table with one rule of these conditions, and facts to ask for. */
static void open_when(struct bench *b, const char *when)
{
	char members[2048];

	snprintf(members, sizeof members,
		 "'facts':{'message':['m'],'code':['c'],'type':['t'],'status':['s'],'x':['x'],'d':['d[*]']},"
		 "'errors':[{'x':'error'}],'rules':[{'id':'acme-yes','when':%s,'then':'conflict'}]",
		 when);
	bench_acme(b, members);
}

static void expect_holds(struct bench *b, bool holds)
{
	judge(b);
	expect_rule(b, holds ? "acme-yes" : "rest");
}

static void check_status(const char *when, int status, const char *body, bool holds)
{
	struct bench b;

	open_when(&b, when);
	given(&b, status, body);
	expect_holds(&b, holds);
	bench_close(&b);
}

static void check(const char *when, const char *body, bool holds)
{
	check_status(when, 400, body, holds);
}

/* A condition on the message, and the message. */
static void said(const char *test, const char *message, bool holds)
{
	char when[512];
	char body[1024];

	snprintf(when, sizeof when, "{'message':%s}", test);
	snprintf(body, sizeof body, "{'m':'%s'}", message);
	check(when, body, holds);
}

static void test_status(void **state)
{
	(void)state;
	check_status("{'status':429}", 429, "{}", true);
	check_status("{'status':429}", 428, "{}", false);
	check_status("{'status':429}", 430, "{}", false);
	check_status("{'status':'5xx'}", 500, "{}", true);
	check_status("{'status':'5xx'}", 599, "{}", true);
	check_status("{'status':'5xx'}", 499, "{}", false);
	check_status("{'status':'5xx'}", 600, "{}", false);
	check_status("{'status':'500-503'}", 500, "{}", true);
	check_status("{'status':'500-503'}", 503, "{}", true);
	check_status("{'status':'500-503'}", 504, "{}", false);
	check_status("{'status':'400-450'}", 450, "{}", true);
	check_status("{'status':'400-450'}", 451, "{}", false);
	check_status("{'status':'0-999'}", 777, "{}", true);
	check_status("{'status':[401,'500-503',529]}", 401, "{}", true);
	check_status("{'status':[401,'500-503',529]}", 502, "{}", true);
	check_status("{'status':[401,'500-503',529]}", 529, "{}", true);
	check_status("{'status':[401,'500-503',529]}", 402, "{}", false);
	check_status("{'status':999}", 999, "{}", true);
	/* That of the body, where HTTP's is below 400. */
	check_status("{'status':429}", 200, "{'s':429,'x':'error'}", true);
	check_status("{'status':200}", 200, "{'s':429,'x':'error'}", false);
	check_status("{'status':200}", 200, "{'x':'error'}", true);
	check_status("{'status':429}", 500, "{'s':429}", false);
}

static void test_phrase(void **state)
{
	(void)state;
	said("'rate limit'", "The Rate Limit was hit", true);
	said("'rate limit'", "rate limits", true);
	said("'rate limit'", "generate limit", false);
	said("'rate limit'", "rate-limit", false);
	said("'rate limit'", "rate  \\n\\tlimit", true);
	said("'RATE LIMIT'", "rate limit", true);
	said("'don\\u2019t'", "don\\u0027t", true);
	said("'don\\u0027t'", "don\\u2019t", true);
	said("'a\\u00a0b c'", "a b\\u3000c", true);
	said("'limit reached'", "\\uff2c\\uff49\\uff4d\\uff49\\uff54 reached", true);
	said("['one thing','another']", "it was another", true);
	said("['one thing','another']", "it was neither", false);
	said("{'has':'rate limit'}", "a rate limit", true);
	said("{'has':['nothing','rate limit']}", "a rate limit", true);
	/* Of all lengths: those the index takes and those it does not. */
	said("'a'", "was a hit", true);
	said("'a'", "was hit", false);
	said("'no'", "say no", true);
	said("'no'", "say yes", false);
	said("'nope'", "nope", true);
	said("'nope'", "nop", false);
	said("'nopes!'", "x nopes!x", true);
	said("'nopes!'", "nopes", false);
	said("'余额'", "您的余额不足", true);
	said("'余额'", "您的金额不足", false);
	said("'12'", "12 of 13", true);
	said("'12'", "312", false);
	check("{'message':12}", "{'m':'12 of 13'}", true);
	check("{'message':'x'}", "{}", false);
	check("{'message':'x'}", "{'m':{'x':1}}", false);
}

static void test_tests(void **state)
{
	(void)state;
	said("{'is':'rate limit'}", "Rate  limit", true);
	said("{'is':'rate limit'}", "rate limit!", false);
	said("{'is':['a','rate limit']}", "rate limit", true);
	said("{'all':['limit','reached']}", "reached the limit", true);
	said("{'all':['limit','reached']}", "the limit", false);
	said("{'all':['a longer phrase','b']}", "b, a longer phrase", true);
	said("{'starts':'rate'}", "Rate limit", true);
	said("{'starts':'rate limit'}", "the rate limit", false);
	said("{'starts':'rate lim'}", "rate limit", true);
	said("{'starts':['x','rate limit']}", "rate limit of", true);
	said("{'ends':'limit'}", "rate limit", true);
	said("{'ends':'limit reached'}", "limit reached. ", false);
	said("{'ends':'imit'}", "rate limit", true);
	said("{'ends':['x','limit']}", "rate limit", true);
	said("{'ends':'a rate limit'}", "rate limit", false);
	said("{'regex':'rate (limit|quota)'}", "RATE QUOTA", true);
	said("{'regex':'rate (limit|quota)'}", "rate of", false);
	said("{'regex':'^rate'}", "the rate", false);
	said("{'regex':'[0-9]+ of [0-9]+'}", "12 of 13", true);
	said("{'regex':'a b'}", "a\\n b", true);
	/* Several keys: all of them. */
	said("{'has':'limit','starts':'rate'}", "rate limit", true);
	said("{'has':'limit','starts':'rate'}", "the rate limit", false);
	said("{'has':'limit','regex':'[0-9]'}", "limit 5", true);
	said("{'has':'limit','regex':'[0-9]'}", "limit", false);
	said("{'has':['limit','quota'],'all':['a','b'],'ends':'z'}", "a b quota z", true);
}

/* Texts of more than the 64 bytes up to which messages are looked up whole. */
static void test_long_texts(void **state)
{
	static const char text[] = "'a message of more than sixty-four bytes, which is a rather long one, is it not'";
	char test[256];
	char message[256];

	(void)state;
	snprintf(test, sizeof test, "{'is':%s}", text);
	snprintf(message, sizeof message, "%.*s", (int)strlen(text) - 2, text + 1);
	said(test, message, true);
	snprintf(test, sizeof test, "{'is':['short',%s]}", text);
	said(test, message, true);
	said(test, "short", true);
	said(text, message, true);
	snprintf(test, sizeof test, "{'starts':%s}", text);
	said(test, message, true);
	snprintf(test, sizeof test, "{'ends':%s}", text);
	said(test, message, true);
	snprintf(test, sizeof test, "{'is':%s}", text);
	message[70]++;
	said(test, message, false);
}

/* For every fact but message and title a text is the whole. */
static void test_other_facts(void **state)
{
	(void)state;
	check("{'code':'rate_limit'}", "{'c':'RATE_LIMIT'}", true);
	check("{'code':'rate_limit'}", "{'c':'rate_limit_exceeded'}", false);
	check("{'code':1008}", "{'c':1008}", true);
	check("{'code':1008}", "{'c':'1008'}", true);
	check("{'code':1008}", "{'c':10080}", false);
	check("{'code':'1008'}", "{'c':1008}", true);
	check("{'code':['a',7]}", "{'c':7}", true);
	check("{'code':['a',7]}", "{'c':8}", false);
	check("{'code':{'has':'limit'}}", "{'c':'rate limit exceeded'}", true);
	check("{'code':{'has':'limit'}}", "{'c':'ratelimit'}", false);
	check("{'code':{'starts':'rate'}}", "{'c':'rate_limit'}", true);
	check("{'code':{'ends':'exceeded'}}", "{'c':'limit_exceeded'}", true);
	check("{'code':{'all':['a','b']}}", "{'c':'b a'}", true);
	check("{'code':{'regex':'^[0-9]{3}$'}}", "{'c':429}", true);
	check("{'code':{'regex':'^[0-9]{3}$'}}", "{'c':4290}", false);
	check("{'x':'a','code':'b'}", "{'x':'a','c':'b'}", true);
	check("{'x':'a','code':'b'}", "{'x':'a','c':'c'}", false);
	check("{'d':'b'}", "{'d':['a','b']}", true);
	check("{'d':{'all':['one','two']}}", "{'d':['one','two']}", false);
	check("{'d':{'all':['one','two']}}", "{'d':['x','two one']}", true);
}

/* `all` asks one value for all of its phrases, in the message as anywhere. */
static void test_all_in_one_value(void **state)
{
	struct bench b;

	(void)state;
	bench_acme(&b, "'facts':{'message':['d[*]']},'rules':[{'id':'acme-yes','when':{'message':"
		       "{'all':['the first phrase','the second phrase']}},'then':'conflict'}]");
	given(&b, 400, "{'d':['the first phrase','the second phrase']}");
	expect_holds(&b, false);
	given(&b, 400, "{'d':['x','the second phrase, the first phrase']}");
	expect_holds(&b, true);
	given(&b, 400, "{'d':['the second phrase, the first phrase','x']}");
	expect_holds(&b, true);
	bench_close(&b);
}

static void test_present(void **state)
{
	static const struct {
		const char *body;
		bool there;
	} cases[] = {
		{"{'x':'a'}", true}, {"{'x':1}", true},     {"{'x':true}", true},   {"{'x':{'a':1}}", true},
		{"{'x':[0]}", true}, {"{'x':null}", false}, {"{'x':false}", false}, {"{'x':''}", false},
		{"{'x':{}}", false}, {"{'x':[]}", false},   {"{}", false},          {"text", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		check("{'x':true}", cases[i].body, cases[i].there);
		check("{'x':false}", cases[i].body, !cases[i].there);
	}
	check("{'message':true}", "{'m':'x'}", true);
	check("{'message':false}", "{}", true);
}

static void test_header(void **state)
{
	struct bench b;

	(void)state;
	open_when(&b, "{'header:X-Kind':'soft'}");
	given(&b, 400, NULL);
	given_header(&b, "x-kind", "SOFT");
	expect_holds(&b, true);
	given(&b, 400, NULL);
	given_header(&b, "x-kind", "softer");
	expect_holds(&b, false);
	given(&b, 400, NULL);
	expect_holds(&b, false);
	bench_close(&b);
	open_when(&b, "{'header:x-kind':true,'header:x-other':false}");
	given(&b, 400, NULL);
	given_header(&b, "x-kind", "1");
	expect_holds(&b, true);
	given_header(&b, "X-Other", "1");
	expect_holds(&b, false);
	bench_close(&b);
	open_when(&b, "{'header:server':{'starts':'acme/'}}");
	given(&b, 400, NULL);
	given_header(&b, "Server", "Acme/1.2");
	expect_holds(&b, true);
	bench_close(&b);
}

static void test_event(void **state)
{
	(void)state;
	check_status("{'event':'error'}", 400, "event: error\ndata: {}\n\n", true);
	check_status("{'event':'error'}", 400, "event: ping\ndata: {'m':'x'}\n\n", false);
	check_status("{'event':'error'}", 400, "{'event':'error'}", false);
	check_status("{'event':{'starts':'err'}}", 400, "event: error\ndata: {}\n\n", true);
	check_status("{'event':true}", 400, "event: error\ndata: {}\n\n", true);
	check_status("{'event':false}", 400, "data: {'m':'x'}\n\n", true);
}

static void test_body(void **state)
{
	static const struct {
		const char *body, *form;
	} cases[] = {
		{"{'a':1}", "json"}, {"['a']", "json"},           {"", "empty"}, {" \n", "empty"}, {"oops", "text"},
		{"<html>x", "html"}, {"\x1f\x8b\x08", "encoded"},
	};
	static const char *const forms[] = {"json", "text", "html", "empty", "encoded"};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		for (size_t k = 0; k < 5; k++) {
			char when[64];
			snprintf(when, sizeof when, "{'body':'%s'}", forms[k]);
			check(when, cases[i].body, strcmp(forms[k], cases[i].form) == 0);
		}
		check("{'body':['json','text','html','empty','encoded']}", cases[i].body, true);
	}
	check("{'body':['html','text']}", "oops", true);
	check("{'body':['html','text']}", "{}", false);
}

static void test_stream(void **state)
{
	struct bench b;

	(void)state;
	check("{'stream':true}", "{'a':1}", false);
	check("{'stream':false}", "{'a':1}", true);
	check("{'stream':true}", "data: {'m':'x'}\n\n", true);
	open_when(&b, "{'stream':true}");
	given(&b, 400, "{'a':1}");
	b.response.flags |= ERRNORM_RESPONSE_STREAM_BEGUN;
	expect_holds(&b, true);
	bench_close(&b);
}

static void test_transport(void **state)
{
	struct bench b;

	(void)state;
	open_when(&b, "{'transport':['dns','reset']}");
	for (uint32_t t = 1; t <= ERRNORM_TRANSPORT_MAX; t++) {
		given(&b, 0, NULL);
		b.response.transport = t;
		expect_holds(&b, t == ERRNORM_TRANSPORT_DNS || t == ERRNORM_TRANSPORT_RESET);
	}
	given(&b, 500, NULL);
	expect_holds(&b, false);
	bench_close(&b);
	for (uint32_t t = 1; t <= ERRNORM_TRANSPORT_MAX; t++) {
		char when[64];
		snprintf(when, sizeof when, "{'transport':'%s'}", errnorm_transport_name(t));
		open_when(&b, when);
		given(&b, 0, NULL);
		b.response.transport = t;
		expect_holds(&b, true);
		b.response.transport = t == 1 ? 2 : t - 1;
		expect_holds(&b, false);
		bench_close(&b);
	}
}

static void check_wait(const char *test, const char *header, bool holds)
{
	char members[256];
	struct bench b;

	snprintf(members, sizeof members,
		 "'wait':['header:retry-after'],'rules':[{'id':'acme-yes','when':{'wait':'%s'},'then':'conflict'}]",
		 test);
	bench_acme(&b, members);
	given(&b, 400, NULL);
	if (header)
		given_header(&b, "retry-after", header);
	expect_holds(&b, holds);
	bench_close(&b);
}

static void test_wait(void **state)
{
	(void)state;
	check_wait("none", NULL, true);
	check_wait("none", "5", false);
	check_wait("none", "soon", true);
	check_wait("<=15m", "900", true);
	check_wait("<=15m", "900.1", false);
	check_wait("<=15m", "901", false);
	check_wait("<=15m", NULL, false);
	check_wait(">15m", "900", false);
	check_wait(">15m", "901", true);
	check_wait(">15m", NULL, false);
	check_wait("<=0s", "0", true);
	check_wait("<=500ms", "0.4", true);
	check_wait("<=500ms", "0.6", false);
	check_wait(">1.5s", "1.4", false);
	check_wait(">1.5s", "1.6", true);
	check_wait(">30d", "2592001", true);
}

static void test_not(void **state)
{
	(void)state;
	check("{'not':{'code':'a'}}", "{'c':'b'}", true);
	check("{'not':{'code':'a'}}", "{'c':'a'}", false);
	/* Vetoes only where all of it holds. */
	check("{'not':{'code':'a','x':'b'}}", "{'c':'a'}", true);
	check("{'not':{'code':'a','x':'b'}}", "{'c':'a','x':'b'}", false);
	check("{'code':'a','not':{'message':'but not this'}}", "{'c':'a','m':'this'}", true);
	check("{'code':'a','not':{'message':'but not this'}}", "{'c':'a','m':'but not this'}", false);
	check("{'not':{'not':{'code':'a'}}}", "{'c':'a'}", true);
	check("{'not':{'not':{'code':'a'}}}", "{'c':'b'}", false);
	/* A list: each is a veto. */
	check("{'not':[{'code':'a'},{'x':'b'}]}", "{'c':'z','x':'z'}", true);
	check("{'not':[{'code':'a'},{'x':'b'}]}", "{'c':'a','x':'z'}", false);
	check("{'not':[{'code':'a'},{'x':'b'}]}", "{'c':'z','x':'b'}", false);
}

static void test_always(void **state)
{
	(void)state;
	check("{}", "{}", true);
	check("{}", "", true);
	check_status("{}", 200, "{'x':'error'}", true);
}

/* From top to bottom, the first that fits; whatever its conditions are keyed on. */
static void test_order(void **state)
{
	struct bench b;

	(void)state;
	bench_acme(&b, "'rules':[{'id':'one','when':{'message':'first phrase','code':'a'},'then':'conflict'},"
		       "{'id':'two','when':{'code':'a'},'then':'conflict'},"
		       "{'id':'three','when':{'message':'first phrase'},'then':'conflict'},"
		       "{'id':'four','when':{'status':400},'then':'conflict'},"
		       "{'id':'five','when':{'body':'text'},'then':'conflict'},"
		       "{'id':'six','when':{'not':{'status':401}},'then':'conflict'}]");
	given(&b, 400, "{'error':{'message':'first phrase','code':'a'}}");
	judge(&b);
	expect_rule(&b, "one");
	given(&b, 400, "{'error':{'message':'x','code':'a'}}");
	judge(&b);
	expect_rule(&b, "two");
	given(&b, 400, "{'error':{'message':'first phrase','code':'b'}}");
	judge(&b);
	expect_rule(&b, "three");
	given(&b, 400, "{}");
	judge(&b);
	expect_rule(&b, "four");
	given(&b, 402, "text");
	judge(&b);
	expect_rule(&b, "five");
	given(&b, 402, "{}");
	judge(&b);
	expect_rule(&b, "six");
	given(&b, 401, "{}");
	judge(&b);
	expect_rule(&b, "rest");
	bench_close(&b);
}

/* One's own tables, the last first; the provider's; what it inherits, in order; the shared ones by rank. */
static void test_order_of_tables(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "{'errnorm':1,'shared':'late','rank':500,'rules':[{'id':'late','when':{},'then':'conflict'}]}",
		   "{'errnorm':1,'shared':'soon','rank':5,'rules':["
		   "{'id':'soon','when':{'status':[400,401,402]},'then':'conflict'}]}",
		   "{'errnorm':1,'provider':'acme','rules':[{'id':'own','when':{'status':400},'then':'conflict'}]}");
	given(&b, 400, NULL);
	judge(&b);
	expect_rule(&b, "own");
	given(&b, 401, NULL);
	judge(&b);
	expect_rule(&b, "soon");
	given(&b, 500, NULL);
	judge(&b);
	expect_rule(&b, "late");
	given(&b, 400, NULL);
	given_provider(&b, "nobody");
	judge(&b);
	expect_rule(&b, "soon");
	bench_close(&b);
	bench_open(&b,
		   "{'errnorm':1,'family':'one','inherit':['two'],'rules':["
		   "{'id':'one','when':{'status':[400,401]},'then':'conflict'}]}",
		   "{'errnorm':1,'family':'two','rules':[{'id':'two','when':{},'then':'conflict'}]}",
		   "{'errnorm':1,'provider':'acme','inherit':['one'],'rules':["
		   "{'id':'own','when':{'status':400},'then':'conflict'}]}");
	given(&b, 400, NULL);
	judge(&b);
	expect_rule(&b, "own");
	given(&b, 401, NULL);
	judge(&b);
	expect_rule(&b, "one");
	given(&b, 402, NULL);
	judge(&b);
	expect_rule(&b, "two");
	bench_close(&b);
}

static void test_replaces(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b,
		   "{'errnorm':1,'provider':'acme','rules':[{'id':'old','when':{'status':400},'then':'conflict'},"
		   "{'id':'next','when':{'status':[400,401]},'then':'conflict'}]}",
		   "{'errnorm':1,'provider':'acme','rules':["
		   "{'id':'new','when':{'status':401},'then':'conflict','replaces':'old'}]}",
		   NULL);
	given(&b, 400, NULL);
	judge(&b);
	expect_rule(&b, "next");
	given(&b, 401, NULL);
	judge(&b);
	expect_rule(&b, "new");
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_phrase),
		cmocka_unit_test(test_tests),
		cmocka_unit_test(test_long_texts),
		cmocka_unit_test(test_other_facts),
		cmocka_unit_test(test_all_in_one_value),
		cmocka_unit_test(test_present),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_body),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_transport),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_not),
		cmocka_unit_test(test_always),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_order_of_tables),
		cmocka_unit_test(test_replaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
