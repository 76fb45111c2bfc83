/*
 * test_param.c - which field is to blame: who may say it, in which order, and what can be the name of
 * a field at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "tables.h"

static void open_param(struct bench *b, const char *rule, const char *params)
{
	char members[2048];

	snprintf(members, sizeof members,
		 "'facts':{'message':['m'],'param':['p'],'field':['f']},'params':[%s],'rules':["
		 "{'id':'acme-x','when':{},%s}]",
		 params, rule);
	bench_acme(b, members);
}

/* A field as the fact names it. */
static void check_fact(const char *said, const char *want)
{
	static char body[1024];
	struct bench b;

	open_param(&b, "'then':'invalid_param'", "");
	snprintf(body, sizeof body, "{'p':'%s'}", said);
	given(&b, 400, body);
	judge(&b);
	expect_param(&b, want);
	bench_close(&b);
}

static void test_paths(void **state)
{
	static const char *const paths[] = {
		"model",
		"max_tokens",
		"top-p",
		"messages.0.role",
		"messages[0].role",
		"messages[12].content[3].image_url.url",
		"messages.7.content.2.image.source.base64.data",
		"tools[2].function/parameters",
		"response_format/json_schema",
		"a",
		"A1_b-c",
		"generationConfig.maxOutputTokens",
		"none",
		"null_value",
	};

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		check_fact(paths[i], paths[i]);
	check_fact("  model ", "model");
}

static void test_no_paths(void **state)
{
	static const char *const others[] = {
		"",
		" ",
		"the model",
		"model is wrong",
		"a.b.",
		"a..b",
		".",
		"/",
		"a b",
		"a,b",
		"a=b",
		"a:b",
		"a[",
		"a[0",
		"a]",
		"[0]",
		"a[0]b",
		"a[0 1]",
		"{a}",
		"<a>",
		"a\\u0000b",
		"a\\nb",
		"a'b",
		"\xe5\xad\x97\xe6\xae\xb5",
		"caf\xc3\xa9",
		"https://x.example",
		"a@b",
		"a*b",
		"%s",
		"(a)",
		"None",
		"null",
		"undefined",
	};

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (!strchr(others[i], '\''))
			check_fact(others[i], NULL);
}

static void test_length(void **state)
{
	char path[200];

	(void)state;
	memset(path, 'a', sizeof path);
	path[128] = 0;
	check_fact(path, path);
	path[128] = 'a';
	path[129] = 0;
	check_fact(path, NULL);
	for (size_t i = 1; i < 190; i += 2)
		path[i] = '.';
	path[127] = 0;
	check_fact(path, path);
	path[127] = '.';
	path[129] = 0;
	check_fact(path, NULL);
	path[129] = '.';
	path[181] = 0;
	check_fact(path, NULL);
}

static void check_rule(const char *rule, const char *params, const char *body, const char *want)
{
	struct bench b;

	open_param(&b, rule, params);
	given(&b, 400, body);
	judge(&b);
	expect_rule(&b, "acme-x");
	expect_param(&b, want);
	bench_close(&b);
}

/* The rule, then the fact, then the wordings. */
static void test_order(void **state)
{
	static const char wording[] = "'field (?<param>[^ ]+) is'";

	(void)state;
	check_rule("'then':'invalid_param','param':'own'", wording, "{'p':'fact','m':'field words is'}", "own");
	check_rule("'then':'invalid_param'", wording, "{'p':'fact','m':'field words is'}", "fact");
	check_rule("'then':'invalid_param'", wording, "{'m':'field words is'}", "words");
	check_rule("'then':'invalid_param'", wording, "{'m':'something else'}", NULL);
	check_rule("'then':'invalid_param'", "", "{}", NULL);
	/* A template, of a fact; without a value it says nothing. */
	check_rule("'then':'invalid_param','param':'{field}'", wording, "{'f':'filled','p':'fact'}", "filled");
	check_rule("'then':'invalid_param','param':'a.{field}[0]'", "", "{'f':'b'}", "a.b[0]");
	check_rule("'then':'invalid_param','param':'a.{field}'", "", "{'p':'fact'}", "fact");
	/* What is no path is nothing, whoever says it. */
	check_rule("'then':'invalid_param','param':'{field}'", wording, "{'f':'no path','p':'fact'}", "fact");
	check_rule("'then':'invalid_param'", wording, "{'p':'no path','m':'field words is'}", "words");
	check_rule("'then':'invalid_param'", wording, "{'m':'field (none) is'}", NULL);
}

static void test_captured(void **state)
{
	struct bench b;

	(void)state;
	bench_acme(&b, "'facts':{'message':['m'],'param':['p']},'rules':[{'id':'acme-x','when':{'message':"
		       "{'regex':'bad (?<param>[^ ]+) at (?<_at>[0-9]+)(?: of (?<limit>[0-9]+))?'}},"
		       "'then':'invalid_param','details':{'where':'at {_at}'}}]");
	given(&b, 400, "{'m':'bad tools[0].name at 5 of 12','p':'fact'}");
	judge(&b);
	expect_param(&b, "tools[0].name");
	/* Neither the parameter nor names that begin with _ are details. */
	expect_detail(&b, "param", NULL);
	expect_detail(&b, "_at", NULL);
	expect_detail(&b, "where", "at 5");
	expect_detail(&b, "limit", "12");
	given(&b, 400, "{'m':'bad (thing) at 5','p':'fact'}");
	judge(&b);
	expect_param(&b, "fact");
	expect_detail(&b, "limit", NULL);
	bench_close(&b);
}

/* Wordings are tried where the verdict is about the request; in order; the first that gives a path. */
static void test_wordings(void **state)
{
	static const char two[] = "'first (?<param>[^ ]+)','second (?<param>[a-z]+)'";

	(void)state;
	check_rule("'then':'invalid_request'", two, "{'m':'second b first a'}", "a");
	check_rule("'then':'invalid_request'", two, "{'m':'second b first (x)'}", "b");
	check_rule("'then':'missing_required_parameter'", two, "{'m':'SECOND b'}", "b");
	check_rule("'then':'unsupported_capability'", two, "{'m':'first a'}", "a");
	check_rule("'then':'rate_limit_exceeded'", two, "{'m':'first a'}", NULL);
	check_rule("'then':'provider_error'", two, "{'m':'first a'}", NULL);
	check_rule("'then':'model_not_found'", two, "{'m':'first a'}", NULL);
	check_rule("'then':'provider_error','param':'own'", two, "{'m':'first a'}", "own");
}

/* One's own wordings, then those of what is inherited, then the shared ones. */
static void test_order_of_tables(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b,
		   "{'errnorm':1,'shared':'s','rank':1,'facts':{'message':['m']},'params':['c=(?<param>[a-z]+)'],"
		   "'rules':[{'id':'x','when':{},'then':'invalid_param'}]}",
		   "{'errnorm':1,'family':'fam','params':['b=(?<param>[a-z]+)']}",
		   "{'errnorm':1,'provider':'acme','inherit':['fam'],'params':['a=(?<param>[a-z]+)']}");
	given(&b, 400, "{'m':'c=three b=two a=one'}");
	judge(&b);
	expect_param(&b, "one");
	given(&b, 400, "{'m':'c=three b=two'}");
	judge(&b);
	expect_param(&b, "two");
	given(&b, 400, "{'m':'c=three'}");
	judge(&b);
	expect_param(&b, "three");
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),           cmocka_unit_test(test_no_paths),
		cmocka_unit_test(test_length),          cmocka_unit_test(test_order),
		cmocka_unit_test(test_captured),        cmocka_unit_test(test_wordings),
		cmocka_unit_test(test_order_of_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
