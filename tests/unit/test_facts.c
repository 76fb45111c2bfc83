/*
 * test_facts.c - where a fact comes from: every kind of source, which of several counts, and what
 * counts as a value at all. Facts are seen through the details of a verdict.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "tables.h"

/* A table of which the fact x has the sources; a rule shows it as the detail x, or says that it is absent. */
static void open_fact(struct bench *b, const char *sources)
{
	char members[1024];

	snprintf(members, sizeof members,
		 "'facts':{'message':['nowhere'],'x':[%s]},'errors':[{'x':true}],'rules':["
		 "{'id':'acme-text','when':{'x':{'regex':'(?s)^.*$'}},'then':'conflict','details':{'x':'{x}'}},"
		 "{'id':'acme-there','when':{'x':true},'then':'internal_error'},"
		 "{'id':'acme-absent','when':{'x':false},'then':'not_implemented'}]",
		 sources);
	bench_acme(b, members);
}

/* want: the text; "(there)": it is there without a text; NULL: it is not. */
static void check_given(struct bench *b, const char *want)
{
	judge(b);
	if (!want) {
		expect_rule(b, "acme-absent");
	} else if (strcmp(want, "(there)") == 0) {
		expect_rule(b, "acme-there");
	} else {
		expect_rule(b, "acme-text");
		expect_detail(b, "x", want);
	}
}

static void check_fact(const char *sources, const char *body, const char *want)
{
	struct bench b;

	open_fact(&b, sources);
	given(&b, 400, body);
	check_given(&b, want);
	bench_close(&b);
}

static void test_path(void **state)
{
	(void)state;
	check_fact("'error.message'", "{'error':{'message':'said'}}", "said");
	check_fact("'error.message'", "{'error':{'code':1,'message':'said','z':[]},'message':'no'}", "said");
	check_fact("'a.b.c.d.e.f.g.h.i.j.k.l'",
		   "{'a':{'b':{'c':{'d':{'e':{'f':{'g':{'h':{'i':{'j':{'k':{'l':'deep'}}}}}}}}}}}}", "deep");
	check_fact("'error.message'", "{'error':'text'}", NULL);
	check_fact("'error.message'", "{'error':[{'message':'x'}]}", NULL);
	check_fact("'error.message'", "{'Error':{'Message':'x'}}", NULL);
	check_fact("'error.message'", "{'a':{'error':{'message':'x'}}}", NULL);
	check_fact("'error'", "{'a':{'error':'x'}}", NULL);
	/* Numbers and booleans are texts. */
	check_fact("'n'", "{'n':429}", "429");
	check_fact("'n'", "{'n':-1.5e3}", "-1.5e3");
	check_fact("'n'", "{'n':true}", "true");
	/* What a string means, not how it is written. */
	check_fact("'s'", "{'s':'a\\u00e9\\/b\\\\'}", "a\xc3\xa9/b\\");
	check_fact("'s'", "{'\\u0073':'key written otherwise'}", "key written otherwise");
	check_fact("'a.s'", "{'\\u0061':{'s':'key written otherwise'}}", "key written otherwise");
	check_fact("'\xe9\x94\x99\xe8\xaf\xaf'", "{'\xe9\x94\x99\xe8\xaf\xaf':'x'}", "x");
	check_fact("'error.odd\\\\.key'", "{'error':{'odd.key':'x','odd':{'key':'no'}}}", "x");
	check_fact("'a\\\\[0\\\\]'", "{'a[0]':'x','a':['no']}", "x");
}

/* A place that holds an object or array gives no string, but counts as present. */
static void test_present(void **state)
{
	(void)state;
	check_fact("'e'", "{'e':{'a':1}}", "(there)");
	check_fact("'e'", "{'e':[1]}", "(there)");
	check_fact("'e'", "{'e':[[]]}", "(there)");
	check_fact("'e'", "{'e':{}}", NULL);
	check_fact("'e'", "{'e':[]}", NULL);
	check_fact("'e'", "{'e':{ }}", NULL);
	check_fact("'e'", "{'e':null}", NULL);
	check_fact("'e'", "{'e':''}", NULL);
	check_fact("'e'", "{}", NULL);
	/* Also where something inside of it is a source of its own. */
	check_fact("'e','e.a.b'", "{'e':{'a':{'c':1}}}", "(there)");
	check_fact("'e','e.a.b'", "{'e':{'a':{'b':'inner'}}}", "inner");
	check_fact("'e','e[0]'", "{'e':['first']}", "first");
}

static void test_false(void **state)
{
	struct bench b;

	(void)state;
	bench_acme(&b, "'facts':{'x':['x']},'rules':[{'id':'acme-is','when':{'x':'false'},'then':'conflict'}]");
	given(&b, 400, "{'x':false}");
	judge(&b);
	expect_rule(&b, "acme-is");
	bench_close(&b);
	bench_acme(&b, "'facts':{'x':['x']},'rules':[{'id':'acme-there','when':{'x':true},'then':'conflict'},"
		       "{'id':'acme-not','when':{'x':false},'then':'conflict'}]");
	given(&b, 400, "{'x':false}");
	judge(&b);
	expect_rule(&b, "acme-not");
	given(&b, 400, "{'x':true}");
	judge(&b);
	expect_rule(&b, "acme-there");
	bench_close(&b);
}

static void test_first_wins(void **state)
{
	static const char abc[] = "'a','b','c'";

	(void)state;
	check_fact(abc, "{'a':'1','b':'2','c':'3'}", "1");
	check_fact(abc, "{'c':'3','b':'2','a':'1'}", "1");
	check_fact(abc, "{'b':'2','c':'3'}", "2");
	/* Empty is as good as not there. */
	check_fact(abc, "{'a':'','b':'2'}", "2");
	check_fact(abc, "{'a':null,'b':'2'}", "2");
	check_fact(abc, "{'a':{},'b':[],'c':'3'}", "3");
	check_fact(abc, "{'a':{'z':1},'b':'2'}", "2");
	check_fact(abc, "{'a':{'z':1}}", "(there)");
	check_fact(abc, "{'a':'','b':'','c':''}", NULL);
}

static void test_index(void **state)
{
	(void)state;
	check_fact("'e[0].m'", "{'e':[{'m':'first'},{'m':'second'}]}", "first");
	check_fact("'e[1].m'", "{'e':[{'m':'first'},{'m':'second'}]}", "second");
	check_fact("'e[12]'", "{'e':[0,1,2,3,4,5,6,7,8,9,10,11,'twelfth']}", "twelfth");
	check_fact("'e[2]'", "{'e':['a','b']}", NULL);
	check_fact("'e[0]'", "{'e':{'0':'x'}}", NULL);
	check_fact("'e.0'", "{'e':{'0':'x'}}", "x");
	check_fact("'e[0][1]'", "{'e':[['a','b']]}", "b");
	check_fact("'e[0]'", "{'e':['a','b']}", "a");
}

static void check_values(const char *body, const char *rule)
{
	struct bench b;

	bench_acme(&b, "'facts':{'message':['m'],'r':['d[*].r'],'t':['d[*].t[*]','z']},'rules':["
		       "{'id':'acme-both','when':{'r':['quota','rate']},'then':'conflict'},"
		       "{'id':'acme-inner','when':{'t':'deep'},'then':'conflict'},"
		       "{'id':'acme-first','when':{'r':true},'then':'conflict','details':{'r':'{r}'}}]");
	given(&b, 400, body);
	judge(&b);
	expect_rule(&b, rule);
	bench_close(&b);
}

/* Any element: the condition holds if it holds for one of them. */
static void test_any(void **state)
{
	(void)state;
	check_values("{'d':[{'r':'x'},{'r':'rate'}]}", "acme-both");
	check_values("{'d':[{'r':'rate'},{'r':'x'}]}", "acme-both");
	check_values("{'d':[{'q':'x'},7,'text',[],{'r':'quota'}]}", "acme-both");
	check_values("{'d':[{'r':'x'},{'r':'y'}]}", "acme-first");
	check_values("{'d':[]}", "rest");
	check_values("{'d':{'r':'rate'}}", "rest");
	check_values("{'d':[{'t':['a','b']},{'t':['c','deep']}]}", "acme-inner");
	/* Eight values are kept. */
	check_values("{'d':[{'r':'1'},{'r':'2'},{'r':'3'},{'r':'4'},{'r':'5'},{'r':'6'},{'r':'7'},{'r':'rate'}]}",
		     "acme-both");
	check_values("{'d':[{'r':'1'},{'r':'2'},{'r':'3'},{'r':'4'},{'r':'5'},{'r':'6'},{'r':'7'},{'r':'8'},"
		     "{'r':'rate'}]}",
		     "acme-first");
}

/* An element by its number and any element, of the same array. */
static void test_any_and_index(void **state)
{
	struct bench b;

	(void)state;
	bench_acme(&b, "'facts':{'any':['d[*].r'],'one':['d[1].r'],'all':['d']},'rules':["
		       "{'id':'acme-x','when':{'any':'c','one':'b','all':true},'then':'conflict'}]");
	given(&b, 400, "{'d':[{'r':'a'},{'r':'b'},{'r':'c'}]}");
	judge(&b);
	expect_rule(&b, "acme-x");
	bench_close(&b);
}

static void test_whole_body(void **state)
{
	(void)state;
	check_fact("'$'", "'all of it'", "all of it");
	check_fact("'$'", "  'all of it'\\n", NULL);
	check_fact("'$'", "{'a':'x'}", NULL);
	check_fact("'a','$'", "'text'", "text");
	check_fact("'raw:$'", "{'a':1}", "{\"a\":1}");
	/* Something behind the string: the body is no JSON string but a text. */
	check_fact("'$'", "'model' is required", NULL);
}

/* Of the first element, if the body is an array. */
static void test_array_body(void **state)
{
	(void)state;
	check_fact("'e.m'", "[{'e':{'m':'x'}}]", "x");
	check_fact("'e.m'", "[{'e':{'m':'x'}},{'e':{'m':'y'}}]", "x");
	check_fact("'e.m'", "[{},{'e':{'m':'y'}}]", NULL);
	check_fact("'e.m'", "[]", NULL);
	check_fact("'$'", "['x','y']", "x");
}

static void test_raw(void **state)
{
	(void)state;
	check_fact("'raw:e'", "{'e':{'a':[1, 2]}}", "{\"a\":[1, 2]}");
	check_fact("'raw:e'", "{'e':[ 1 ]}", "[ 1 ]");
	check_fact("'raw:e'", "{'e':12}", "12");
	check_fact("'raw:e'", "{'e':null}", NULL);
	check_fact("'raw:e.f'", "{'e':{'f':'plain'}}", "plain");
}

static void test_raw_string(void **state)
{
	static const char body[] = "{\"e\":\"{\\\"a\\\":\\\"b\\\\nc\\\"}\"}";
	struct bench b;

	(void)state;
	open_fact(&b, "'raw:e'");
	given_bytes(&b, 400, body, sizeof body - 1);
	check_given(&b, "{\"a\":\"b\\nc\"}");
	bench_close(&b);
}

static void test_joined_path(void **state)
{
	static const char loc[] = "'path:d[0].loc'";

	(void)state;
	check_fact(loc, "{'d':[{'loc':['body','messages',0,'role']}]}", "messages.0.role");
	check_fact(loc, "{'d':[{'loc':['query','limit']}]}", "limit");
	check_fact(loc, "{'d':[{'loc':['path','id']}]}", "id");
	check_fact(loc, "{'d':[{'loc':['header','x']}]}", "header.x");
	check_fact(loc, "{'d':[{'loc':['model']}]}", "model");
	check_fact(loc, "{'d':[{'loc':['tools','body',1]}]}", "tools.body.1");
	check_fact(loc, "{'d':[{'loc':['body']}]}", NULL);
	check_fact(loc, "{'d':[{'loc':[]}]}", NULL);
	check_fact(loc, "{'d':[{'loc':'body.model'}]}", "body.model");
}

/* Half a path would blame another field. */
static void test_long_joined_path(void **state)
{
	static char body[2048];
	struct bench b;

	(void)state;
	strcpy(body, "{\"d\":[{\"loc\":[\"body\",\"messages\",0,\"");
	for (int i = 0; i < 300; i++)
		strcat(body, "x");
	strcat(body, "\"]}]}");
	bench_acme(&b, "'facts':{'param':['path:d[0].loc']},"
		       "'rules':[{'id':'acme-x','when':{},'then':'invalid_request'}]");
	given_bytes(&b, 400, body, strlen(body));
	judge(&b);
	expect_param(&b, NULL);
	/* Cut off anywhere. */
	strcpy(body, "{\"d\":[{\"loc\":[\"body\",\"messages\",10,\"role\"]}]}");
	for (size_t len = strlen(body) - 4; len > 0; len--) {
		given_bytes(&b, 400, body, len);
		judge(&b);
		expect_param(&b, NULL);
	}
	given_bytes(&b, 400, body, strlen(body) - 3);
	judge(&b);
	expect_param(&b, "messages.10.role");
	bench_close(&b);
}

static void test_header(void **state)
{
	struct bench b;

	(void)state;
	open_fact(&b, "'header:X-Acme-Id','header::exception-type'");
	given(&b, 400, "{}");
	given_header(&b, "x-acme-id", " 7 \t");
	check_given(&b, "7");
	given(&b, 400, NULL);
	given_header(&b, "X-ACME-ID", "8");
	check_given(&b, "8");
	given(&b, 400, NULL);
	given_header(&b, "x-acme-ids", "8");
	given_header(&b, "x-acme", "8");
	check_given(&b, NULL);
	given(&b, 400, NULL);
	given_header(&b, "x-acme-id", "  ");
	check_given(&b, NULL);
	given(&b, 400, NULL);
	given_header(&b, "", "8");
	given_header(&b, "x-acme-id", "first");
	given_header(&b, "x-acme-id", "second");
	check_given(&b, "first");
	bench_close(&b);
}

/* The names that mean something to the library. */
static void test_reserved(void **state)
{
	struct bench b;

	(void)state;
	bench_acme(&b, "'facts':{'message':['m'],'code':['c'],'type':['t'],'param':['p'],'status':['s'],"
		       "'request_id':['header:x-id'],'should_retry':['header:x-retry']},"
		       "'rules':[{'id':'acme-x','when':{},'then':'invalid_request'}]");
	given(&b, 200, "{'m':'said','c':'c0','t':'t0','p':'a.b','s':503}");
	given_header(&b, "x-id", "r-1");
	judge(&b);
	expect_code(&b, NULL);
	given(&b, 418, "{'m':'said','c':12,'t':'t0','p':'a.b','s':503}");
	given_header(&b, "x-id", "r-1");
	judge(&b);
	expect_message(&b, "said");
	expect_text(b.verdict.provider_code, "12");
	expect_text(b.verdict.provider_type, "t0");
	expect_text(b.verdict.provider_request_id, "r-1");
	expect_param(&b, "a.b");
	expect_number(b.verdict.provider_status, 418);
	assert_false(has_flag(&b, ERRNORM_VERDICT_RETRYABLE));
	given_header(&b, "x-retry", "TRUE");
	judge(&b);
	assert_true(has_flag(&b, ERRNORM_VERDICT_RETRYABLE));
	bench_close(&b);
}

/* The status that the body claims counts where the HTTP status is below 400. */
static void test_status(void **state)
{
	static const struct {
		int http;
		const char *body;
		int want;
	} cases[] = {
		{200, "{'s':503}", 503},         {200, "{'s':'429'}", 429}, {0, "{'s':429}", 429},
		{500, "{'s':429}", 500},         {399, "{'s':429}", 429},   {400, "{'s':429}", 400},
		{200, "{'s':200}", 200},         {200, "{'s':'x'}", 200},   {200, "{'s':4290}", 200},
		{200, "{'s':200,'t':503}", 503},
	};
	struct bench b;

	(void)state;
	bench_acme(&b, "'facts':{'status':['s','t'],'any':['s']},'errors':[{'any':true}]");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		given(&b, cases[i].http, cases[i].body);
		judge(&b);
		expect_number(b.verdict.provider_status, cases[i].want);
	}
	bench_close(&b);
}

/* One's own sources first, then those of what is inherited, then the shared ones. */
static void test_order(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "{'errnorm':1,'shared':'base','rank':1,'facts':{'code':['shared','c']}}",
		   "{'errnorm':1,'family':'fam','facts':{'code':['family']}}",
		   "{'errnorm':1,'provider':'acme','inherit':['fam'],'facts':{'code':['own']}}");
	given(&b, 400, "{'shared':'s','family':'f','own':'o'}");
	judge(&b);
	expect_text(b.verdict.provider_code, "o");
	given(&b, 400, "{'shared':'s','family':'f'}");
	judge(&b);
	expect_text(b.verdict.provider_code, "f");
	given(&b, 400, "{'shared':'s'}");
	judge(&b);
	expect_text(b.verdict.provider_code, "s");
	given(&b, 400, "{'shared':'s','family':'f','own':'o'}");
	given_provider(&b, NULL);
	judge(&b);
	expect_text(b.verdict.provider_code, "s");
	bench_close(&b);
}

/* 4 KB of a text are looked at. */
static void test_long(void **state)
{
	static char body[20000];
	struct bench b;

	(void)state;
	bench_acme(&b, "'rules':[{'id':'acme-x','when':{'message':'here it is'},'then':'conflict'}]");
	for (int late = 0; late < 2; late++) {
		strcpy(body, "{\"error\":{\"message\":\"");
		size_t len = strlen(body);
		memset(body + len, 'x', 10000);
		memcpy(body + len + (late ? 4090 : 4080), " here it is ", 12);
		strcpy(body + len + 10000, "\"}}");
		given_bytes(&b, 400, body, strlen(body));
		judge(&b);
		expect_rule(&b, late ? "rest" : "acme-x");
		assert_true(has_flag(&b, ERRNORM_VERDICT_MESSAGE_CUT));
	}
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_present),
		cmocka_unit_test(test_false),
		cmocka_unit_test(test_first_wins),
		cmocka_unit_test(test_index),
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_any_and_index),
		cmocka_unit_test(test_whole_body),
		cmocka_unit_test(test_array_body),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_raw_string),
		cmocka_unit_test(test_joined_path),
		cmocka_unit_test(test_long_joined_path),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_reserved),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
