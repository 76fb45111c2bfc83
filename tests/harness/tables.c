/*
 * tables.c - see tables.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tables.h"

#include "utf8.h"

/* ---- texts ---- */

static struct errnorm_str keep(struct bench *bench, const void *bytes, size_t len)
{
	assert_true(bench->kept_count < sizeof bench->kept / sizeof bench->kept[0]);
	return bench->kept[bench->kept_count++] = exact(bytes, len);
}

static struct errnorm_str keep_quoted(struct bench *bench, const char *text)
{
	struct errnorm_str copy = keep(bench, text, strlen(text));

	for (size_t i = 0; i < copy.len; i++)
		if (copy.ptr[i] == '\'')
			((char *)(uintptr_t)copy.ptr)[i] = '"';
	return copy;
}

/* ---- tables ---- */

static void add(struct bench *bench, struct errnorm_builder *builder, const char *name, const char *text)
{
	if (text)
		assert_int_equal(
			errnorm_builder_add_text(builder, en_str(name, strlen(name)), keep_quoted(bench, text)),
			ERRNORM_OK);
}

static void print_mistakes(const struct errnorm_builder *builder)
{
	char line[512];

	for (size_t i = 0; i < errnorm_builder_diag_count(builder); i++) {
		errnorm_diag_format(errnorm_builder_diag(builder, i), line, sizeof line);
		print_error("%s\n", line);
	}
}

void bench_open(struct bench *bench, const char *a, const char *b, const char *c)
{
	static const char rest[] = "{'errnorm':1,'shared':'rest','rank':1000,'rules':["
				   "{'id':'rest','when':{},'then':'provider_rejected'}]}";
	struct errnorm_builder *builder;
	enum errnorm_rc rc;

	memset(bench, 0, sizeof *bench);
	assert_int_equal(errnorm_builder_new(NULL, &builder), ERRNORM_OK);
	add(bench, builder, "rest", rest);
	add(bench, builder, "a", a);
	add(bench, builder, "b", b);
	add(bench, builder, "c", c);
	rc = errnorm_builder_finish(builder, &bench->tables);
	if (rc != ERRNORM_OK)
		print_mistakes(builder);
	errnorm_builder_free(builder);
	assert_int_equal(rc, ERRNORM_OK);
	assert_int_equal(errnorm_scratch_new(bench->tables, NULL, &bench->scratch), ERRNORM_OK);
	given(bench, 0, NULL);
}

void bench_close(struct bench *bench)
{
	errnorm_scratch_free(bench->scratch);
	errnorm_tables_unref(bench->tables);
	while (bench->kept_count)
		exact_free(bench->kept[--bench->kept_count]);
}

void bench_acme(struct bench *bench, const char *members)
{
	static const char head[] = "{'errnorm':1,'provider':'acme',";
	static const char facts[] = "'facts':{'message':['error.message'],'code':['error.code']},";
	bool own_facts = strstr(members, "'facts'") != NULL;
	size_t size = sizeof head + sizeof facts + strlen(members) + 2;
	char *text = malloc(size);

	assert_non_null(text);
	strcpy(text, head);
	if (!own_facts)
		strcat(text, facts);
	strcat(text, members);
	strcat(text, "}");
	bench_open(bench, text, NULL, NULL);
	free(text);
}

/* ---- responses ---- */

static void start(struct bench *bench, int status)
{
	bench->response = (struct errnorm_response){
		.size = sizeof bench->response,
		.provider = {"acme", 4},
		.http_status = status,
		.headers = bench->headers,
		.secrets = bench->secrets,
	};
	bench->verdict = (struct errnorm_verdict){.size = sizeof bench->verdict};
}

void given(struct bench *bench, int status, const char *body)
{
	start(bench, status);
	if (body)
		bench->response.body = keep_quoted(bench, body);
}

void given_bytes(struct bench *bench, int status, const void *body, size_t len)
{
	start(bench, status);
	bench->response.body = keep(bench, body, len);
}

void given_header(struct bench *bench, const char *name, const char *value)
{
	assert_true(bench->response.header_count < BENCH_MAX);
	bench->headers[bench->response.header_count++] =
		(struct errnorm_header){keep(bench, name, strlen(name)), keep(bench, value, strlen(value))};
}

void given_secret(struct bench *bench, const char *secret)
{
	assert_true(bench->response.secret_count < BENCH_MAX);
	bench->secrets[bench->response.secret_count++] = keep(bench, secret, strlen(secret));
}

void given_provider(struct bench *bench, const char *provider)
{
	bench->response.provider = provider ? en_str(provider, strlen(provider)) : EN_STR_NULL;
}

/* ---- what must hold for every verdict ---- */

static void check_fit(const char *what, struct errnorm_str text)
{
	const char *p = text.ptr;
	const char *end = p + text.len;

	assert_true(text.ptr || !text.len);
	while (p < end) {
		size_t len;
		uint32_t c = en_utf8_decode(p, end, &len);
		if (c < 0x20 || (c >= 0x7f && c < 0xa0))
			fail_msg("%s holds the control character U+%04X: \"%.*s\"", what, c, (int)text.len, text.ptr);
		if (c == 0xfffd && len == 1)
			fail_msg("%s is not UTF-8: \"%.*s\"", what, (int)text.len, text.ptr);
		p += len;
	}
}

static void check_verdict(const struct errnorm_verdict *v)
{
	check_fit("rule", v->rule);
	check_fit("rule_file", v->rule_file);
	check_fit("param", v->param);
	check_fit("message", v->message);
	check_fit("provider", v->provider);
	check_fit("provider_code", v->provider_code);
	check_fit("provider_type", v->provider_type);
	check_fit("provider_request_id", v->provider_request_id);
	for (size_t i = 0; i < v->detail_count; i++) {
		check_fit("the name of a detail", v->details[i].name);
		check_fit("a detail", v->details[i].value);
	}
	if (v->code) {
		assert_non_null(v->message.ptr);
		assert_true(v->message.len > 0);
		assert_non_null(v->rule.ptr);
	} else {
		assert_null(v->rule.ptr);
		assert_null(v->message.ptr);
		assert_int_equal(v->retry_after_ms, -1);
	}
}

static void ignore_trace(void *user, const struct errnorm_trace *trace)
{
	(void)user;
	(void)trace;
}

static const struct bench *current; /* the one that judged last */

const struct errnorm_verdict *judge(struct bench *bench)
{
	struct errnorm_verdict *v = &bench->verdict;
	struct errnorm_str in_order;
	uint32_t code;

	current = bench;
	errnorm_scratch_trace(bench->scratch, ignore_trace, NULL);
	assert_int_equal(errnorm_translate(bench->tables, bench->scratch, &bench->response, v), ERRNORM_OK);
	in_order = v->rule;
	code = v->code;
	errnorm_scratch_trace(bench->scratch, NULL, NULL);
	assert_int_equal(errnorm_translate(bench->tables, bench->scratch, &bench->response, v), ERRNORM_OK);
	check_verdict(v);
	if (!en_str_eq(v->rule, in_order) || v->code != code)
		fail_msg("the index finds \"%.*s\", the order of the rules says \"%.*s\"", (int)v->rule.len,
			 v->rule.ptr ? v->rule.ptr : "", (int)in_order.len, in_order.ptr ? in_order.ptr : "");
	return v;
}

/* ---- looking at a verdict ---- */

/* What a failure is about. */
static void print_response(void)
{
	const struct errnorm_response *r = &current->response;

	print_error("  of the response %d \"%.*s\"\n", r->http_status, (int)r->body.len,
		    r->body.ptr ? r->body.ptr : "");
	for (size_t i = 0; i < r->header_count; i++)
		print_error("  %.*s: %.*s\n", (int)r->headers[i].name.len, r->headers[i].name.ptr,
			    (int)r->headers[i].value.len, r->headers[i].value.ptr);
}

struct errnorm_str detail_of(const struct bench *bench, const char *name)
{
	const struct errnorm_verdict *v = &bench->verdict;

	for (size_t i = 0; i < v->detail_count; i++)
		if (en_str_eq(v->details[i].name, en_str(name, strlen(name))))
			return v->details[i].value;
	return EN_STR_NULL;
}

bool has_flag(const struct bench *bench, uint32_t flag)
{
	return (bench->verdict.flags & flag) != 0;
}

long place_of(struct errnorm_str text, const char *piece)
{
	return (long)en_str_find(text, en_str(piece, strlen(piece)), 0);
}

void expect_code_at(const struct bench *bench, const char *want, const char *file, int line)
{
	const struct errnorm_code_info *info = errnorm_tables_code(bench->tables, bench->verdict.code);
	const char *got = info ? info->name : NULL;
	struct errnorm_str rule = bench->verdict.rule;

	if (got && want ? !strcmp(got, want) : !got && !want)
		return;
	print_error("code: got %s (rule %.*s), want %s\n", got ? got : "none", (int)rule.len, rule.ptr ? rule.ptr : "",
		    want ? want : "none");
	print_response();
	_fail(file, line);
}

void expect_text_at(const char *what, struct errnorm_str got, const char *want, const char *file, int line)
{
	if (want ? got.ptr && en_str_eq(got, en_str(want, strlen(want))) : !got.ptr)
		return;
	print_error("%s: got %s%.*s%s, want %s%s%s\n", what, got.ptr ? "\"" : "none", (int)got.len,
		    got.ptr ? got.ptr : "", got.ptr ? "\"" : "", want ? "\"" : "none", want ? want : "",
		    want ? "\"" : "");
	print_response();
	_fail(file, line);
}

void expect_number_at(const char *what, int64_t got, int64_t want, const char *file, int line)
{
	if (got == want)
		return;
	print_error("%s: got %lld, want %lld\n", what, (long long)got, (long long)want);
	print_response();
	_fail(file, line);
}
