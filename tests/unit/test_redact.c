/*
 * test_redact.c - nothing secret leaves, in whatever string, and what leaves is clean text: keys by
 * pattern at the start of words, secrets that the caller names, both at the limits of what is read
 * and written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tables.h"

/* The message that leaves for one that came, with patterns of secrets. */
static void check_text(const char *patterns, const char *said, const char *want)
{
	struct bench b;
	char members[512] = "'redact':";
	char body[1024] = "{'error':{'message':'";

	strcat(members, patterns);
	strcat(strcat(body, said), "'}}");
	bench_acme(&b, members);
	given(&b, 400, body);
	judge(&b);
	expect_message(&b, want);
	assert_int_equal(has_flag(&b, ERRNORM_VERDICT_REDACTED), strstr(want, "[redacted]") != NULL);
	bench_close(&b);
}

static void test_word_start(void **state)
{
	static const char key[] = "['sk-[A-Za-z0-9]{8,}']";

	(void)state;
	check_text(key, "bad key sk-abcdefgh1 here", "bad key [redacted] here");
	check_text(key, "sk-abcdefgh1", "[redacted]");
	check_text(key, "(sk-abcdefgh1)", "([redacted])");
	check_text(key, "key=sk-abcdefgh1.", "key=[redacted].");
	check_text(key, "x:sk-abcdefgh1,sk-abcdefgh2", "x:[redacted],[redacted]");
	check_text(key, "_sk-abcdefgh1", "_[redacted]");
	check_text(key, "\xe5\xaf\x86\xe9\x92\xa5sk-abcdefgh1\xe3\x80\x82",
		   "\xe5\xaf\x86\xe9\x92\xa5[redacted]\xe3\x80\x82");
	/* Inside of a word, too short, in another case: not what the pattern says. */
	check_text(key, "task-abcdefgh1", "task-abcdefgh1");
	check_text(key, "9sk-abcdefgh1", "9sk-abcdefgh1");
	check_text(key, "sk-abcdefg", "sk-abcdefg");
	check_text(key, "SK-abcdefgh1", "SK-abcdefgh1");
	check_text(key, "nothing at all", "nothing at all");
}

/* A pattern is a pattern, however it begins: with a letter of either case, a class, a group. */
static void test_pattern_forms(void **state)
{
	(void)state;
	check_text("['[A-Z]{4}-[0-9]{8}']", "code ABCD-12345678 was refused", "code [redacted] was refused");
	check_text("['[Kk]ey [0-9]{6}']", "Key 123456 or key 654321", "[redacted] or [redacted]");
	check_text("['(?:tok|key)_[a-z0-9]{6}']", "tok_abc123 and key_abc123", "[redacted] and [redacted]");
	check_text("['(?i)bearer [a-z0-9]{6,}']", "Bearer abc123, bearer abc124, BEARER ABC125",
		   "[redacted], [redacted], [redacted]");
	check_text("['k[0-9]{6}']", "the key k123456", "the key [redacted]");
	check_text("['[0-9]{3}-[0-9]{3}']", "call 555-123 now", "call [redacted] now");
	check_text("['[a-f0-9]{32}']", "id 0123456789abcdef0123456789abcdef!", "id [redacted]!");
	check_text("['[a-f0-9]{32}(?![a-z0-9])']", "id 0123456789abcdef0123456789abcdef!", "id [redacted]!");
	check_text("['[a-z]+@[a-z]+\\\\.example']", "ask bob@corp.example today", "ask [redacted] today");
	check_text("['(?=[a-z]*[0-9])[a-z0-9]{10}']", "word abcde12345 wordwordwo", "word [redacted] wordwordwo");
	check_text("['__cf_bm=[^; ]+']", "cookie: __cf_bm=abc.def; path=/", "cookie: [redacted]; path=/");
}

/* Only the group goes where there is one. */
static void test_group(void **state)
{
	static const char bearer[] = "['Bearer (?<secret>[A-Za-z0-9]{6,})']";

	(void)state;
	check_text(bearer, "sent Bearer abcdef1 to us", "sent Bearer [redacted] to us");
	check_text(bearer, "Bearer abcdef1 Bearer abcdef2", "Bearer [redacted] Bearer [redacted]");
	check_text("['api_key=(?<secret>[^& ]{4,})(?:&|$)']", "?api_key=12345&x=1", "?api_key=[redacted]&x=1");
	check_text("['https://(?<secret>[^/@ ]+)@']", "at https://user:pass@host/x", "at https://[redacted]@host/x");
}

/* The longest of several, and one behind the other. */
static void test_several(void **state)
{
	static const char two[] = "['key-[a-z]{4}', 'key-[a-z]{4}-[0-9]{4}', 'tok-[0-9]{4}']";

	(void)state;
	check_text(two, "tok-1234 key-abcd tok-5678", "[redacted] [redacted] [redacted]");
	check_text(two, "key-abcd", "[redacted]");
	check_text(two, "key-abcd-1234", "[redacted]");
}

/* A word that only a mark inside tells from others is found wherever it stands, however the text is cut into pieces to be read. */
static void test_every_place(void **state)
{
	static const char *const secrets[] = {"alicealicealice@corp.internal", "/srv/models/llama.gguf",
					      "host.corp.net"};
	struct bench b;

	(void)state;
	bench_acme(&b, "'redact':['[a-z]+@[a-z]+[.](?:internal|example)',"
		       "'(?:/[a-z0-9]+)+/[a-z0-9]+[.]gguf', '[a-z]+[.]corp[.]net']");
	for (size_t i = 0; i < 3; i++)
		for (size_t lead = 1; lead < 140; lead++) {
			char words[160] = "";
			char body[256];
			char want[256];
			while (strlen(words) < lead)
				strcat(words, strlen(words) % 3 ? "a" : " ");
			words[0] = 'a';
			snprintf(body, sizeof body, "{'error':{'message':'%s %s end'}}", words, secrets[i]);
			snprintf(want, sizeof want, "%s [redacted] end", words);
			given(&b, 400, body);
			judge(&b);
			expect_message(&b, want);
		}
	bench_close(&b);
}

/* Beginnings of three bytes and of more, at the end of the text too. */
static void test_beginnings(void **state)
{
	static const char keys[] = "['abc[0-9]{2}', 'abcd[0-9]{2}', 'abcdefghijk[0-9]']";

	(void)state;
	check_text(keys, "abc12", "[redacted]");
	check_text(keys, "x abc12 abcd12", "x [redacted] [redacted]");
	check_text(keys, "abcdefghijk1 abcdefghij1", "[redacted] abcdefghij1");
	check_text(keys, "abc abc1", "abc abc1");
	check_text(keys, "ab", "ab");
}

/* Every string of a verdict goes through it. */
static void test_every_string(void **state)
{
	struct bench b;

	(void)state;
	bench_acme(&b, "'redact':['sk-[a-z]{8,}'],"
		       "'facts':{'message':['m'],'code':['c'],'type':['t'],'param':['p'],'request_id':['r']},"
		       "'rules':[{'id':'acme-x','when':{'message':{'regex':'about (?<model>[^ ]+)'}},"
		       "'then':'invalid_param','details':{'also':'{code} {type}'}}]");
	given(&b, 400,
	      "{'m':'about sk-abcdefgh','c':'c sk-abcdefgi','t':'sk-abcdefgj','p':'sk-abcdefgk','r':'r/sk-abcdefgl'}");
	judge(&b);
	expect_rule(&b, "acme-x");
	expect_message(&b, "about [redacted]");
	expect_text(b.verdict.provider_code, "c [redacted]");
	expect_text(b.verdict.provider_type, "[redacted]");
	expect_text(b.verdict.provider_request_id, "r/[redacted]");
	expect_detail(&b, "model", "[redacted]");
	expect_detail(&b, "also", "c [redacted] [redacted]");
	assert_true(!b.verdict.param.ptr || place_of(b.verdict.param, "sk-") < 0);
	given(&b, 400, "{'m':'x'}");
	given_provider(&b, "sk-abcdefghij");
	judge(&b);
	assert_true(!b.verdict.provider.ptr || place_of(b.verdict.provider, "sk-") < 0);
	bench_close(&b);
}

/* The patterns of all tables apply: relays pass on each other's keys. */
static void test_other_tables(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "{'errnorm':1,'provider':'acme','facts':{'message':['m']}}",
		   "{'errnorm':1,'provider':'other','redact':['oth-[a-z]{4,}']}",
		   "{'errnorm':1,'shared':'keys','rank':5,'redact':['shd-[a-z]{4,}']}");
	given(&b, 400, "{'m':'oth-abcd shd-abcd'}");
	judge(&b);
	expect_message(&b, "[redacted] [redacted]");
	bench_close(&b);
}

/* ---- secrets that the caller names ---- */

static void check_secret(const char *secret, const char *said, const char *want)
{
	struct bench b;
	char body[1024] = "{'error':{'message':'";

	strcat(strcat(body, said), "'}}");
	bench_acme(&b, "'rules':[]");
	given(&b, 400, body);
	given_secret(&b, secret);
	judge(&b);
	expect_message(&b, want);
	bench_close(&b);
}

static void test_secret(void **state)
{
	(void)state;
	check_secret("hunter2", "the key hunter2 is wrong", "the key [redacted] is wrong");
	check_secret("hunter2", "hunter2hunter2", "[redacted][redacted]");
	check_secret("hunter2", "xhunter2x", "x[redacted]x");
	check_secret("hunter2", "HUNTER2", "HUNTER2");
	check_secret("p@ss w0rd", "your p@ss w0rd!", "your [redacted]!");
	check_secret("\xc3\xa9t\xc3\xa9!", "x\xc3\xa9t\xc3\xa9!", "x[redacted]");
	/* Too short to be one. */
	check_secret("key", "the key is wrong", "the key is wrong");
	check_secret("", "the key is wrong", "the key is wrong");
	check_secret("keys", "the keys are wrong", "the [redacted] are wrong");
	/* Written with escapes, and with what is not shown. */
	check_secret("hunter2", "hun\\u0074er2", "[redacted]");
	check_secret("line one\nline two", "key line one\\nline two.", "key [redacted].");
}

static void test_secrets(void **state)
{
	struct bench b;

	(void)state;
	bench_acme(&b, "'redact':['sk-[a-z0-9]{4,}']");
	given(&b, 400, "{'error':{'message':'abcd abcdefgh sk-abcdefgh sk-1234'}}");
	given_secret(&b, "abcd");
	given_secret(&b, "abcdefgh");
	judge(&b);
	/* The longer of two that begin together; a pattern that begins before a secret. */
	expect_message(&b, "[redacted] [redacted] [redacted] [redacted]");
	bench_close(&b);
}

/* Secrets and what patterns find, in turn: each is looked for again once it is passed. */
static void test_secrets_and_patterns(void **state)
{
	struct bench b;

	(void)state;
	bench_acme(&b, "'redact':['[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+']");
	given(&b, 400,
	      "{'error':{'message':'10.0.0.1 hunter2 10.0.0.2 10.0.0.3 hunter2 swordfish 10.0.0.4 swordfish'}}");
	given_secret(&b, "hunter2");
	given_secret(&b, "swordfish");
	judge(&b);
	expect_message(&b, "[redacted] [redacted] [redacted] [redacted] [redacted] [redacted] [redacted] [redacted]");
	bench_close(&b);
}

/* What a pattern finds of a secret takes the rest of it along. */
static void test_secret_and_pattern(void **state)
{
	static const char *const patterns[] = {"sk-[a-z]{4,}", "key=(?<secret>[a-z-]+)", "[a-z]=sk-[a-z]+"};
	struct bench b;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char members[128] = "'redact':['";
		bench_acme(&b, strcat(strcat(members, patterns[i]), "']"));
		given(&b, 400, "{'error':{'message':'bad key=sk-abcd/efgh+1234 here'}}");
		given_secret(&b, "sk-abcd/efgh+1234");
		judge(&b);
		assert_true(place_of(b.verdict.message, "abcd") < 0);
		assert_true(place_of(b.verdict.message, "efgh") < 0);
		assert_true(place_of(b.verdict.message, "1234") < 0);
		assert_true(place_of(b.verdict.message, "bad ") == 0);
		assert_true(place_of(b.verdict.message, " here") > 0);
		bench_close(&b);
	}
}

/* ---- at the limits ---- */

/* A message of JSON: filler, then what is given. Returns where that begins. */
static size_t fill_body(char *body, size_t filler, const char *tail)
{
	size_t len = strlen(strcpy(body, "{\"error\":{\"message\":\""));

	for (size_t i = 0; i < filler; i++)
		body[len++] = i % 8 == 7 || i + 1 == filler ? ' ' : 'x';
	strcpy(body + len, tail);
	strcat(body, "\"}}");
	return len;
}

/* No piece of it that is worth anything is left, wherever the text is cut. */
static void check_gone(const struct bench *b, const char *secret)
{
	char piece[9] = "";

	for (size_t i = 0; i + 8 <= strlen(secret); i++) {
		memcpy(piece, secret + i, 8);
		if (place_of(b->verdict.message, piece) >= 0)
			fail_msg("\"%s\" is left at %ld of %zu", piece, place_of(b->verdict.message, piece),
				 b->verdict.message.len);
	}
}

static void test_output_limit(void **state)
{
	static const char secret[] = "k3yK3yq7Zr9w-0PqLm5tVb2NcXs";
	static char body[16384];
	struct bench b;

	(void)state;
	bench_acme(&b, "'redact':['k3yK3y[A-Za-z0-9-]{10,}']");
	for (int named = 0; named < 2; named++) {
		for (size_t filler = 2000; filler < 2080; filler++) {
			fill_body(body, filler, secret);
			given_bytes(&b, 400, body, strlen(body));
			if (named)
				given_secret(&b, secret);
			judge(&b);
			check_gone(&b, secret);
			assert_true(b.verdict.message.len <= 2048);
		}
	}
	bench_close(&b);
}

/* At most 4 KB of a text are looked at. What was found before makes room for more of it to be shown. */
static void test_input_limit(void **state)
{
	static const char secret[] = "k3yK3yq7Zr9w-0PqLm5tVb2NcXs";
	static char body[16384];
	static char tail[8192];
	static char first[3001];
	struct bench b;

	(void)state;
	memset(first, 'A', 3000);
	bench_acme(&b, "'redact':['k3yK3y[A-Za-z0-9-]{10,}']");
	for (int escaped = 0; escaped < 2; escaped++) {
		for (size_t filler = 1020; filler < 1105; filler++) {
			size_t len = 0;
			len += strlen(strcpy(tail + len, first));
			tail[len++] = ' ';
			for (size_t i = 0; i < filler; i++)
				tail[len++] = i % 8 == 7 ? ' ' : 'x';
			strcpy(tail + len, secret);
			strcat(tail, escaped ? "\\n and more" : " and more");
			fill_body(body, 0, tail);
			given_bytes(&b, 400, body, strlen(body));
			given_secret(&b, first);
			given_secret(&b, secret);
			judge(&b);
			check_gone(&b, secret);
		}
	}
	bench_close(&b);
}

/* A template has room for 512 bytes. */
static void test_template_limit(void **state)
{
	static const char secret[] = "k3yK3yq7Zr9w-0PqLm5tVb2NcXs";
	static char body[16384];
	struct bench b;

	(void)state;
	bench_acme(&b, "'rules':[{'id':'acme-x','when':{},'then':'provider_error','message':'It said: {message}'}]");
	for (size_t filler = 440; filler < 520; filler++) {
		fill_body(body, filler, secret);
		given_bytes(&b, 400, body, strlen(body));
		given_secret(&b, secret);
		judge(&b);
		check_gone(&b, secret);
	}
	bench_close(&b);
}

/* A body that ends in the middle of the secret. */
static void test_cut_body(void **state)
{
	static const char secret[] = "k3yK3yq7Zr9w-0PqLm5tVb2NcXs";
	static char body[1024];
	struct bench b;

	(void)state;
	bench_acme(&b, "'rules':[]");
	size_t at = fill_body(body, 40, secret);
	for (size_t len = at; len <= at + sizeof secret - 1; len++) {
		given_bytes(&b, 400, body, len);
		b.response.flags |= ERRNORM_RESPONSE_BODY_CUT;
		given_secret(&b, secret);
		judge(&b);
		check_gone(&b, secret);
	}
	bench_close(&b);
}

/* ---- clean text ---- */

static void check_clean(const char *said, const char *want)
{
	check_text("[]", said, want);
}

static void test_clean(void **state)
{
	(void)state;
	check_clean("a\\nb\\r\\nc\\td", "a b  c d");
	check_clean("\\u0000\\u001b[31mred\\u007f", "[31mred");
	check_clean("x\\u0085y\\u009bz", "x y z");
	check_clean("caf\\u00e9 \xe4\xbd\x99", "caf\xc3\xa9 \xe4\xbd\x99");
	check_clean("\\ud83d\\ude00!", "\xf0\x9f\x98\x80!");
	check_clean("bad \xff byte", "bad \xef\xbf\xbd byte");
	check_clean("\xc3", "\xef\xbf\xbd");
	check_clean("half \\ud83d pair", "half \xef\xbf\xbd pair");
	check_clean("line\\u2028end", "line end");
}

/* Bytes of all sorts; that what leaves is fit is checked for every verdict. */
static void test_any_bytes(void **state)
{
	struct bench b;
	uint32_t seed = 3;

	(void)state;
	bench_acme(&b, "'redact':['k[a-z]{3,}','[0-9]{6}'],'rules':[{'id':'acme-x','when':"
		       "{'message':{'regex':'(?<value>.+)'}},'then':'invalid_param'}]");
	for (int round = 0; round < 400; round++) {
		char body[512] = "{\"error\":{\"message\":\"";
		size_t len = strlen(body);
		for (size_t i = 0; i < 300; i++) {
			char c;
			seed = seed * 1664525 + 1013904223;
			c = (char)(seed >> 24);
			body[len++] = c == '"' ? 'q' : c;
		}
		memcpy(body + len, "\"}}", 3);
		given_bytes(&b, 400, body, len + 3);
		judge(&b);
	}
	bench_close(&b);
}

/* The table's own words are no exception. */
static void test_catalogue(void **state)
{
	struct bench b;

	(void)state;
	bench_acme(&b, "'codes':{'full_house':{'http_status':503,'type':'api_error','message':'two\\n"
		       "lines\\u0007'}},'rules':[{'id':'acme-x','when':{},'then':'full_house'}]");
	given(&b, 500, NULL);
	judge(&b);
	expect_message(&b, "two lines");
	assert_true(has_flag(&b, ERRNORM_VERDICT_CATALOGUE));
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_word_start),
		cmocka_unit_test(test_pattern_forms),
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_every_place),
		cmocka_unit_test(test_beginnings),
		cmocka_unit_test(test_every_string),
		cmocka_unit_test(test_other_tables),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_secrets_and_patterns),
		cmocka_unit_test(test_secret_and_pattern),
		cmocka_unit_test(test_output_limit),
		cmocka_unit_test(test_input_limit),
		cmocka_unit_test(test_template_limit),
		cmocka_unit_test(test_cut_body),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_catalogue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
