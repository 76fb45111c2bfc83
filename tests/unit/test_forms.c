/*
 * test_forms.c - what a body can be: nothing, JSON whole or broken, text, a page, compressed bytes,
 * server-sent events, AWS event-stream messages; and when an answer under a good status is an error.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tables.h"

static void open_forms(struct bench *b)
{
	bench_open(b,
		   "{'errnorm':1,'shared':'signs','rank':30,'errors':[{'error':true},{'event':'error'},"
		   "{'exception':true}]}",
		   "{'errnorm':1,'provider':'acme','facts':{'message':['error.message','message'],"
		   "'code':['error.code'],'error':['error'],'exception':['header::exception-type'],"
		   "'hint':['comment:HINT '],'request_id':['header:x-id']},'rules':["
		   "{'id':'hint','when':{'hint':'stop'},'then':'provider_overloaded'},"
		   "{'id':'exception','when':{'exception':{'starts':'throttl'}},'then':'rate_limit_exceeded'},"
		   "{'id':'words','when':{'message':'the known words'},'then':'conflict'},"
		   "{'id':'title','when':{'title':'down for repair'},'then':'provider_unavailable'},"
		   "{'id':'code','when':{'code':'known'},'then':'conflict'},"
		   "{'id':'broken','when':{'body':'broken'},'then':'provider_invalid_response'},"
		   "{'id':'encoded','when':{'body':'encoded'},'then':'provider_error'},"
		   "{'id':'empty','when':{'body':'empty'},'then':'provider_error'},"
		   "{'id':'page','when':{'body':'html'},'then':'provider_error'},"
		   "{'id':'text','when':{'body':'text'},'then':'provider_error'},"
		   "{'id':'json','when':{'body':'json'},'then':'provider_error'}]}",
		   NULL);
}

static void check_at(int status, const void *body, size_t len, const char *rule)
{
	struct bench b;

	open_forms(&b);
	given_bytes(&b, status, body, len);
	judge(&b);
	if (rule)
		expect_rule(&b, rule);
	else
		expect_code(&b, NULL);
	bench_close(&b);
}

static void check(int status, const char *body, const char *rule)
{
	char copy[2048];
	size_t len = strlen(body);

	for (size_t i = 0; i <= len; i++)
		copy[i] = body[i] == '\'' ? '"' : body[i];
	check_at(status, copy, len, rule);
}

static void test_empty(void **state)
{
	struct bench b;

	(void)state;
	check(500, "", "empty");
	check(500, " \r\n\t ", "empty");
	check(500, "\xef\xbb\xbf", "empty");
	check(200, "", NULL);
	open_forms(&b);
	given(&b, 500, NULL);
	judge(&b);
	expect_rule(&b, "empty");
	assert_true(has_flag(&b, ERRNORM_VERDICT_CATALOGUE));
	bench_close(&b);
}

static void test_json(void **state)
{
	(void)state;
	check(500, "{'error':{'message':'the known words'}}", "words");
	check(500, "\xef\xbb\xbf \n{'error':{'message':'the known words'}}", "words");
	check(500, "[{'error':{'message':'the known words'}}]", "words");
	check(500, "{'a':1}", "json");
	check(500, "[]", "json");
	check(500, "'a string'", "json");
	/* Phrases are not looked for in the raw body. */
	check(500, "{'prompt':'the known words'}", "json");
	check(500, "{'error':{'message':'x','prompt':'the known words'}}", "json");
}

static void test_broken(void **state)
{
	struct bench b;

	(void)state;
	check(500, "{'a':1", "broken");
	check(500, "{'error':{'message':'the known wor", "broken");
	check(500, "{'error':{'message':'the known words', ", "words");
	check(500, "{'error':{'message':'the known words'}, oops}", "words");
	check(500, "{'error':{'message':'x'} oops}", "broken");
	check(500, "{oops}", "text");
	open_forms(&b);
	given(&b, 500, "{'a':1");
	b.response.flags |= ERRNORM_RESPONSE_BODY_CUT;
	judge(&b);
	expect_rule(&b, "json"); /* the caller cut it: the provider is not to blame */
	bench_close(&b);
}

/* Cut off at any byte it is JSON, and says what came. Numbers that are cut are not believed. */
static void test_cut_json(void **state)
{
	static const char body[] = "{\"a\":[1,{\"b\":2}],\"error\":{\"message\":\"the known words\"},\"s\":503}";
	struct bench b;

	(void)state;
	for (size_t len = 1; len < sizeof body - 1; len++)
		check_at(500, body, len, strstr(body, "words\"") + 5 - body <= (long)len ? "words" : "broken");
	bench_acme(&b, "'facts':{'code':['n']},'wait':['w'],'rules':[{'id':'x','when':{},"
		       "'then':'rate_limit_exceeded'}]");
	given(&b, 429, "{'n':1024,'w':12");
	judge(&b);
	expect_text(b.verdict.provider_code, "1024");
	expect_wait(&b, -1);
	given(&b, 429, "{'w':12,'n':10");
	judge(&b);
	expect_text(b.verdict.provider_code, NULL);
	expect_wait(&b, 12000);
	bench_close(&b);
}

static void test_text(void **state)
{
	struct bench b;

	(void)state;
	check(500, "these are the known words", "words");
	check(500, "upstream connect error", "text");
	check(500, "[ERROR] the known words", "words");
	check(500, "[429] the known words", "words");
	check(500, "'model': the known words", "words");
	check(500, "<3 the known words", "words");
	open_forms(&b);
	given(&b, 500, "  Some text\nof two lines ");
	judge(&b);
	expect_message(&b, "Some text of two lines");
	bench_close(&b);
}

static void test_page(void **state)
{
	struct bench b;

	(void)state;
	check(500, "<html><body>the known <b>words</b></body></html>", "words");
	check(500, "<!DOCTYPE html><title>Down for Repair</title><p>x", "title");
	check(500, "<html><body><!-- the known words -->x</body></html>", "page");
	check(500, "<html><script>the known words</script></html>", "page");
	check(500, "<html><body a='the known words'>x", "page");
	open_forms(&b);
	given(&b, 502, "<html><head><title>502</title></head><body>secret host</body></html>");
	judge(&b);
	expect_rule(&b, "page");
	/* A page is not shown to callers. */
	assert_true(has_flag(&b, ERRNORM_VERDICT_CATALOGUE));
	assert_true(place_of(b.verdict.message, "secret") < 0);
	given(&b, 502, "{'error':{'message':'<html><body>secret host</body></html>'}}");
	judge(&b);
	assert_true(place_of(b.verdict.message, "secret") < 0);
	bench_close(&b);
}

static void test_encoded(void **state)
{
	static const unsigned char brotli[] = {0x1b, 0x2a, 0x00, 0x00, 0x44, 0x9c, 0x36, 0xe5, 0x03};
	struct bench b;

	(void)state;
	check_at(500, "\x1f\x8b\x08\0\0\0\0\0", 8, "encoded");
	check_at(500, "\x28\xb5\x2f\xfd\x04\x00", 6, "encoded");
	open_forms(&b);
	given_bytes(&b, 500, brotli, sizeof brotli);
	given_header(&b, "Content-Encoding", "br");
	judge(&b);
	expect_rule(&b, "encoded");
	assert_true(has_flag(&b, ERRNORM_VERDICT_BODY_ENCODED));
	assert_true(has_flag(&b, ERRNORM_VERDICT_CATALOGUE));
	/* Many clients decode the body and leave the header. */
	given(&b, 500, "{'error':{'message':'the known words'}}");
	given_header(&b, "content-encoding", "gzip");
	judge(&b);
	expect_rule(&b, "words");
	assert_false(has_flag(&b, ERRNORM_VERDICT_BODY_ENCODED));
	bench_close(&b);
}

/* ---- is it an error? ---- */

static void test_good_status(void **state)
{
	(void)state;
	check(200, "{'choices':[]}", NULL);
	check(200, "{'error':null}", NULL);
	check(200, "{'error':{}}", NULL);
	check(200, "{'error':false,'message':'the known words'}", NULL);
	check(200, "{'error':{'message':'the known words'}}", "words");
	check(200, "{'error':'oops'}", "json");
	check(200, "the known words", NULL);
	check(200, "<html>the known words", NULL);
	check(204, "", NULL);
	check(302, "", NULL);
	check(399, "{'choices':[]}", NULL);
	check(400, "{'choices':[]}", "json");
	check(999, "{'choices':[]}", "json");
}

static void test_no_error(void **state)
{
	struct bench b;

	(void)state;
	open_forms(&b);
	given(&b, 200, "{'choices':[{'message':{'content':'the known words'}}]}");
	given_header(&b, "x-id", "r1");
	judge(&b);
	expect_number(b.verdict.code, 0);
	expect_number(b.verdict.type, 0);
	expect_number(b.verdict.http_status, 0);
	expect_number(b.verdict.flags, 0);
	expect_number((int64_t)b.verdict.detail_count, 0);
	expect_number((int64_t)b.verdict.fingerprint, 0);
	expect_text(b.verdict.provider, NULL);
	expect_text(b.verdict.provider_request_id, NULL);
	bench_close(&b);
}

static void test_transport(void **state)
{
	struct bench b;

	(void)state;
	open_forms(&b);
	for (uint32_t t = 1; t <= ERRNORM_TRANSPORT_MAX; t++) {
		given(&b, 0, NULL);
		b.response.transport = t;
		judge(&b);
		expect_rule(&b, "empty");
		given(&b, 200, "{'choices':[");
		b.response.transport = t;
		judge(&b);
		expect_rule(&b, "broken");
	}
	bench_close(&b);
}

/* ---- server-sent events ---- */

static void test_events(void **state)
{
	(void)state;
	check(200, "data: {'choices':[]}\n\ndata: [DONE]\n\n", NULL);
	check(200, "data: {'choices':[]}\n\ndata: {'error':{'message':'the known words'}}\n\n", "words");
	check(200, "data: {'error':{'message':'the known words'}}\n\ndata: {'error':{'code':'known'}}\n\n", "words");
	check(200, "event: error\ndata: {'message':'the known words'}\n\n", "words");
	check(200, "event: ping\ndata: {'message':'the known words'}\n\n", NULL);
	check(200, "event: error\r\ndata: {'message':'the known words'}\r\n\r\n", "words");
	check(200, ": keep-alive\n\ndata: {'error':{'code':'known'}}\n\n", "code");
	check(200, "event: error\ndata: {'message':\ndata: 'the known words'}\n\n", "words");
	check(200, "event: error\ndata: the known words\n\n", "words");
	check(200, "event: error\n\n", "text");
	check(200,
	      "\xef\xbb\xbf"
	      "data: {'error':{'code':'known'}}\n\n",
	      "code");
	check(200, "data:{'error':{'code':'known'}}", "code");
	check(200, "id: 1\nretry: 5\ndata: {'error':{'code':'known'}}\n\n", "code");
	/* Under an error status the first that says anything. */
	check(500, "data: {'error':{'message':'the known words'}}\n\n", "words");
	check(500, ": x\n\ndata: {'error':{'message':'the known words'}}\n\n", "words");
	check(500, "event: ping\ndata: {}\n\ndata: {'error':{'message':'the known words'}}\n\n", "words");
	check(200, ": HINT stop\ndata: {'error':{'code':'x'}}\n\n", "hint");
	check(200, ": hint stop\ndata: {'error':{'code':'x'}}\n\n", "json");
}

/* What was read of one event is forgotten with the next; headers stay. */
static void test_events_apart(void **state)
{
	struct bench b;

	(void)state;
	open_forms(&b);
	given(&b, 200, "data: {'message':'the known words','choices':[]}\n\ndata: {'error':{'code':'x'}}\n\n");
	given_header(&b, "x-id", "r9");
	judge(&b);
	expect_rule(&b, "json");
	expect_text(b.verdict.provider_request_id, "r9");
	assert_true(has_flag(&b, ERRNORM_VERDICT_CATALOGUE));
	given(&b, 200, "event: error\ndata: {'message':'x'}\n\nevent: ping\ndata: {'message':'the known words'}\n\n");
	judge(&b);
	expect_rule(&b, "json");
	bench_close(&b);
}

/* The connection broke, but not before the stream had said why. */
static void test_events_and_transport(void **state)
{
	struct bench b;

	(void)state;
	open_forms(&b);
	given(&b, 200, "data: {'choices':[]}\n\ndata: {'error':{'message':'the known words'}}\n\n");
	b.response.transport = ERRNORM_TRANSPORT_RESET;
	judge(&b);
	expect_rule(&b, "words");
	bench_close(&b);
}

/* Cut anywhere: nothing but what has come counts, and what has come whole does. */
static void test_cut_events(void **state)
{
	static const char body[] = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\n\r\nevent: error\r\n"
				   "data: {\"error\":{\"message\":\"the known words\",\"code\":\"x\"}}\r\n\r\n"
				   "data: [DONE]\r\n\r\n";
	const char *whole = strstr(body, "words") + 5;
	const char *before = strstr(body, "event: error");
	struct bench b;

	(void)state;
	open_forms(&b);
	for (size_t len = 0; len < sizeof body; len++) {
		given_bytes(&b, 200, body, len);
		judge(&b);
		if (body + len >= whole)
			expect_rule(&b, "words");
		else if (body + len <= before)
			expect_code(&b, NULL);
	}
	bench_close(&b);
}

/* ---- AWS event streams ---- */

static size_t put_u32(unsigned char *p, size_t value)
{
	p[0] = (unsigned char)(value >> 24);
	p[1] = (unsigned char)(value >> 16);
	p[2] = (unsigned char)(value >> 8);
	p[3] = (unsigned char)value;
	return 4;
}

static size_t put_header(unsigned char *p, const char *name, const char *value)
{
	size_t name_len = strlen(name);
	size_t value_len = strlen(value);

	p[0] = (unsigned char)name_len;
	memcpy(p + 1, name, name_len);
	p[1 + name_len] = 7;
	p[2 + name_len] = (unsigned char)(value_len >> 8);
	p[3 + name_len] = (unsigned char)value_len;
	memcpy(p + 4 + name_len, value, value_len);
	return 4 + name_len + value_len;
}

/* A message with one header and a payload; the check sums are whatever they are. */
static size_t put_message(unsigned char *p, const char *name, const char *value, const char *payload)
{
	size_t headers = put_header(p + 12, ":message-type", "event");

	headers += put_header(p + 12 + headers, name, value);
	memcpy(p + 12 + headers, payload, strlen(payload));
	put_u32(p, 16 + headers + strlen(payload));
	put_u32(p + 4, headers);
	put_u32(p + 8, 0x1234);
	put_u32(p + 12 + headers + strlen(payload), 0x5678);
	return 16 + headers + strlen(payload);
}

static void test_eventstream(void **state)
{
	unsigned char body[1024];
	size_t first = put_message(body, ":event-type", "chunk", "{\"bytes\":\"aGk=\"}");
	size_t len = first +
		     put_message(body + first, ":exception-type", "throttlingException", "{\"message\":\"slow down\"}");
	size_t named = first + 12;
	struct bench b;

	(void)state;
	open_forms(&b);
	given_bytes(&b, 200, body, first);
	judge(&b);
	expect_code(&b, NULL);
	while (memcmp(body + named, "throttl", 7) != 0)
		named++;
	for (size_t cut = 0; cut <= len; cut++) {
		given_bytes(&b, 200, body, cut);
		judge(&b);
		if (cut >= len - 4) {
			expect_rule(&b, "exception");
			expect_message(&b, "slow down");
		}
		if (cut <= first)
			expect_code(&b, NULL);
	}
	given_bytes(&b, 200, body, len);
	b.response.flags |= ERRNORM_RESPONSE_STREAM_BEGUN;
	judge(&b);
	expect_rule(&b, "exception");
	bench_close(&b);
}

/* ---- recognising ---- */

static void test_recognise(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b,
		   "{'errnorm':1,'provider':'acme','recognise':[{'header:x-acme':true},{'kind':'acme'}],"
		   "'facts':{'kind':['kind'],'message':['m']},'wait':['w as s'],"
		   "'rules':[{'id':'acme-x','when':{},'then':'rate_limit_exceeded'}]}",
		   "{'errnorm':1,'provider':'other','rules':[{'id':'other-x','when':{},'then':'conflict'}]}",
		   "{'errnorm':1,'shared':'s','rank':10,'facts':{'kind':['kind']},'errors':[{'wait'"
		   ":'<=1h'},{'kind':'e'}]}");
	given(&b, 500, "{'m':'x','w':7}");
	given_provider(&b, NULL);
	given_header(&b, "X-Acme", "1");
	judge(&b);
	expect_rule(&b, "acme-x");
	expect_text(b.verdict.provider, "acme");
	expect_wait(&b, 7000);
	assert_true(has_flag(&b, ERRNORM_VERDICT_RECOGNISED));
	/* What the tables of nobody made of it is forgotten. */
	given(&b, 200, "{'kind':'e','w':7}");
	given_provider(&b, NULL);
	given_header(&b, "X-Acme", "1");
	judge(&b);
	expect_rule(&b, "acme-x");
	expect_wait(&b, 7000);
	given_provider(&b, "unheard of");
	judge(&b);
	expect_rule(&b, "acme-x");
	given_provider(&b, "other");
	judge(&b);
	expect_rule(&b, "other-x");
	assert_false(has_flag(&b, ERRNORM_VERDICT_RECOGNISED));
	given(&b, 500, "{'kind':'ACME'}");
	given_provider(&b, NULL);
	judge(&b);
	expect_rule(&b, "acme-x");
	given(&b, 500, "{'kind':'other'}");
	given_provider(&b, NULL);
	judge(&b);
	expect_rule(&b, "rest");
	expect_text(b.verdict.provider, NULL);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_cut_json),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_encoded),
		cmocka_unit_test(test_good_status),
		cmocka_unit_test(test_no_error),
		cmocka_unit_test(test_transport),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_events_apart),
		cmocka_unit_test(test_events_and_transport),
		cmocka_unit_test(test_cut_events),
		cmocka_unit_test(test_eventstream),
		cmocka_unit_test(test_recognise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
