/*
 * test_alloc.c - memory: none is taken by a translate, and running out of it anywhere while loading is a return code and no leak.
 */
#include "common.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>

static const char custom[] = "{ \"errnorm\": 1, \"provider\": \"acme\", \"inherit\": [\"openai_compatible\"],"
			     "  \"codes\": { \"tenant_gone\": { \"http_status\": 403, \"type\": \"permission_error\" } "
			     "},"
			     "  \"facts\": { \"tier\": [\"error.details[*].tier\"] }, \"redact\": [\"acme-[a-z]{8,}\"],"
			     "  \"rules\": [ { \"id\": \"acme-gone\", \"when\": { \"tier\": \"gone\", \"message\":"
			     "    { \"regex\": \"tenant (?<tenant>[a-z]+) is gone\" } }, \"then\": \"tenant_gone\" } ] "
			     "}";

struct counter {
	size_t calls, live;
	size_t fail_at; /* the call that fails; 0: none */
};

static void *counted_alloc(void *user, size_t size)
{
	struct counter *counter = user;
	void *mem;

	if (++counter->calls == counter->fail_at)
		return NULL;
	mem = malloc(size);
	counter->live += mem != NULL;
	return mem;
}

static void counted_free(void *user, void *mem, size_t size)
{
	struct counter *counter = user;

	/* The size must be the one that was asked for. */
	assert_true(malloc_usable_size(mem) >= size);
	memset(mem, 0xdd, size);
	counter->live--;
	free(mem);
}

/* The process's own malloc, counted, for calls that go past the allocator. */
static size_t process_calls;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	process_calls++;
	return __real_malloc(size);
}

/* Enough for every status, and a use of most of the language. */
static const char total_table[] = "{ \"errnorm\": 1, \"shared\": \"last\", \"rank\": 90, \"facts\": { \"message\": "
				  "[\"error.message\"] },"
				  "  \"errors\": [ { \"message\": true } ], \"wait\": [ \"header:retry-after\", "
				  "\"message:wait {duration}\" ],"
				  "  \"buckets\": [ { \"name\": \"tokens\", \"reset\": \"header:x-reset\" } ],"
				  "  \"params\": [ \"field '(?<param>[a-z]+)' is wrong\" ],"
				  "  \"rules\": [ { \"id\": \"last\", \"when\": {}, \"then\": \"provider_error\" } ] }";
static const char family_table[] = "{ \"errnorm\": 1, \"family\": \"openai_compatible\", "
				   "\"rules\": [ { \"id\": \"family-inner\","
				   "  \"when\": { \"status\": [429, \"5xx\"], \"not\": { \"code\": "
				   "\"x\" } }, \"unwrap\": { \"body\":  \"{message}\" } } ] }";

static enum errnorm_rc add_small(struct errnorm_builder *builder)
{
	enum errnorm_rc rc = errnorm_builder_add_text(builder, STR("total.json"),
						      (struct errnorm_str){total_table, strlen(total_table)});

	if (rc == ERRNORM_OK)
		rc = errnorm_builder_add_text(builder, STR("family.json"),
					      (struct errnorm_str){family_table, strlen(family_table)});
	return rc;
}

static enum errnorm_rc load(const struct errnorm_alloc *alloc, bool small, struct errnorm_tables **ret,
			    struct errnorm_scratch **ret_scratch)
{
	struct errnorm_builder *builder = NULL;
	enum errnorm_rc rc = errnorm_builder_new(alloc, &builder);

	if (rc == ERRNORM_OK)
		rc = errnorm_builder_add_text(builder, STR("custom.json"),
					      (struct errnorm_str){custom, strlen(custom)});
	if (rc == ERRNORM_OK)
		rc = small ? add_small(builder) : errnorm_builder_add_builtin(builder);
	if (rc == ERRNORM_OK)
		rc = errnorm_builder_finish(builder, ret);
	errnorm_builder_free(builder);
	if (rc == ERRNORM_OK)
		rc = errnorm_scratch_new(*ret, alloc, ret_scratch);
	return rc;
}

static void a_translate_takes_no_memory(void **state)
{
	struct counter counter = {0, 0, 0};
	struct errnorm_alloc alloc = {counted_alloc, counted_free, &counter};
	struct errnorm_tables *tables = NULL;
	struct errnorm_scratch *scratch = NULL;
	struct mallinfo2 before;
	struct mallinfo2 after;
	char json[4096];
	size_t calls;

	(void)state;
	assert_int_equal(load(&alloc, false, &tables, &scratch), ERRNORM_OK);
	calls = counter.calls;
	before = mallinfo2();
	process_calls = 0;
	for (int round = 0; round < 100; round++)
		for (size_t i = 0; i < SAMPLES; i++)
			sample_json(tables, scratch, &samples[i], json, sizeof json);
	assert_int_equal(process_calls, 0);
	after = mallinfo2();
	assert_int_equal(before.uordblks, after.uordblks);
	assert_int_equal(counter.calls, calls);
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(tables);
	assert_int_equal(counter.live, 0);
}

static void an_answer_takes_no_memory(void **state)
{
	struct errnorm_dialect_info info = {.size = sizeof info};
	struct errnorm_raise raise = {.size = sizeof raise, .retry_after_ms = 1500};
	struct errnorm_verdict verdict = {.size = sizeof verdict};
	struct errnorm_rendered rendered = {.size = sizeof rendered};
	struct errnorm_tables *tables = NULL;
	struct errnorm_scratch *scratch = NULL;
	static char buf[16384];

	(void)state;
	assert_int_equal(load(NULL, false, &tables, &scratch), ERRNORM_OK);
	process_calls = 0;
	for (size_t i = 0; errnorm_code_at(i); i++) {
		errnorm_raise(tables, scratch, errnorm_code_at(i)->code, &raise, &verdict);
		for (size_t d = 0; errnorm_tables_dialect(tables, d, &info) == ERRNORM_OK; d++) {
			struct errnorm_render how = {.size = sizeof how, .dialect = info.name};
			size_t len = errnorm_render(tables, &verdict, &how, &rendered, buf, sizeof buf);
			assert_in_range(len, 1, sizeof buf - 1);
			errnorm_backoff_ms(tables, &verdict, info.name, 0, 0.5);
		}
	}
	assert_int_equal(process_calls, 0);
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(tables);
}

/* The tables that came of it all the same must know what they know: only a pattern's machine code may be missing. */
static void check_whole(const struct errnorm_tables *tables, struct errnorm_scratch *scratch)
{
	for (size_t i = 0; i < SAMPLES; i++) {
		struct errnorm_response response = sample_response(&samples[i]);
		struct errnorm_verdict verdict = {.size = sizeof verdict};
		assert_int_equal(errnorm_translate(tables, scratch, &response, &verdict), ERRNORM_OK);
		if (samples[i].code)
			assert_string_equal(errnorm_code_name(verdict.code), samples[i].code);
		else
			assert_int_equal(verdict.code, 0);
	}
}

static void fail_at(size_t n, bool small, size_t *io_refused)
{
	struct counter counter = {0, 0, n};
	struct errnorm_alloc alloc = {counted_alloc, counted_free, &counter};
	struct errnorm_tables *tables = NULL;
	struct errnorm_scratch *scratch = NULL;
	enum errnorm_rc rc = load(&alloc, small, &tables, &scratch);

	if (rc == ERRNORM_OK) {
		if (!small)
			check_whole(tables, scratch);
	} else {
		assert_int_equal(rc, ERRNORM_ENOMEM);
		assert_null(scratch);
		++*io_refused;
	}
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(tables);
	assert_int_equal(counter.live, 0);
}

static size_t count_calls(bool small)
{
	struct counter counter = {0, 0, 0};
	struct errnorm_alloc alloc = {counted_alloc, counted_free, &counter};
	struct errnorm_tables *tables = NULL;
	struct errnorm_scratch *scratch = NULL;

	assert_int_equal(load(&alloc, small, &tables, &scratch), ERRNORM_OK);
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(tables);
	assert_int_equal(counter.live, 0);
	return counter.calls;
}

static void the_nth_allocation_fails_for_every_n(void **state)
{
	size_t total = count_calls(true);
	size_t refused = 0;

	(void)state;
	assert_true(total > 20);
	for (size_t n = 1; n <= total; n++)
		fail_at(n, true, &refused);
	assert_true(refused > total / 2);
}

/* The built-in tables take thousands of allocations: the first hundred, the last, and steps between them. */
static void an_allocation_fails_under_the_builtin_tables(void **state)
{
	size_t total = count_calls(false);
	size_t refused = 0;

	(void)state;
	for (size_t n = 1; n <= total; n += n < 100 || n + 20 > total ? 1 : total / 40 + 1)
		fail_at(n, false, &refused);
	assert_true(refused >= 20);
}

/* As `errnorm check` does it: files of a folder, every warning, every example; the table has mistakes that must be told. */
static enum errnorm_rc check_folder(const struct errnorm_alloc *alloc, const char *folder, size_t *ret_diags)
{
	struct errnorm_builder *builder = NULL;
	struct errnorm_tables *tables = NULL;
	enum errnorm_rc rc = errnorm_builder_new(alloc, &builder);

	if (rc == ERRNORM_OK)
		rc = errnorm_builder_lint(builder);
	if (rc == ERRNORM_OK)
		rc = errnorm_builder_add_path(builder, folder);
	if (rc == ERRNORM_OK)
		rc = errnorm_builder_finish(builder, &tables);
	*ret_diags = builder ? errnorm_builder_diag_count(builder) : 0;
	errnorm_builder_free(builder);
	errnorm_tables_unref(tables);
	return rc;
}

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void remove_file(const char *folder, const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_int_equal(remove(path), 0);
}

static void check_every_n(const char *table, enum errnorm_rc want, size_t want_diags)
{
	char folder[] = "/tmp/errnorm-alloc-XXXXXX";
	size_t refused = 0;
	size_t total = 0;
	size_t diags;

	assert_non_null(mkdtemp(folder));
	write_file(folder, "a.json", table);
	write_file(folder, "total.json", total_table);
	for (size_t n = 0; n == 0 || n <= total; n++) {
		struct counter counter = {0, 0, n};
		struct errnorm_alloc alloc = {counted_alloc, counted_free, &counter};
		enum errnorm_rc rc = check_folder(&alloc, folder, &diags);
		assert_int_equal(counter.live, 0);
		if (n == 0) {
			total = counter.calls;
			assert_int_equal(rc, want);
			assert_int_equal(diags, want_diags);
		}
		assert_true(rc == ERRNORM_ENOMEM || (rc == want && diags == want_diags));
		refused += rc == ERRNORM_ENOMEM;
	}
	assert_true(refused > total / 3);
	remove_file(folder, "a.json");
	remove_file(folder, "total.json");
	assert_int_equal(remove(folder), 0);
}

static void an_allocation_fails_while_checking_files(void **state)
{
	(void)state;
	/* Three warnings (source, example, phrase), and two of the table that answers everything. */
	check_every_n("{ \"errnorm\": 1, \"provider\": \"acme\", \"rules\": [ { \"id\": \"a\","
		      "\"when\": { \"message\": \"no\" }, \"then\": \"conflict\" },"
		      "{ \"id\": \"b\", \"when\": { \"message\": { \"regex\": \"gone (?<model>[a-z]+)\" } },"
		      "\"then\": \"conflict\", \"source\": \"x\", \"examples\": [ { \"status\": 400,"
		      "\"headers\": { \"a\": \"b\" }, \"body\": { \"error\": { \"message\": \"gone x\" } },"
		      "\"expect\": { \"http_status\": 409, \"details\": { \"model\": \"x\" } } } ] } ] }",
		      ERRNORM_OK, 5);
	/* Three mistakes, with suggestions; of both tables that source and example are missing. */
	check_every_n("{ \"errnorm\": 1, \"provider\": \"acme\", \"rulez\": [], \"rules\": [ { \"id\":"
		      "\"a\", \"when\": { \"mesage\": \"x\" }, \"then\": \"conflct\" } ] }",
		      ERRNORM_ETABLE, 7);
}

static void custom_tables_work(void **state)
{
	struct errnorm_tables *tables = NULL;
	struct errnorm_scratch *scratch = NULL;
	struct errnorm_response response = {
		.size = sizeof response,
		.provider = STR("acme"),
		.http_status = 400,
		.body = STR("{\"error\":{\"message\":\"Tenant blue is gone\",\"details\":[{\"tier\":\"x\"},"
			    "{\"tier\":\"gone\"}]}}"),
	};
	struct errnorm_verdict verdict = {.size = sizeof verdict};

	(void)state;
	assert_int_equal(load(NULL, false, &tables, &scratch), ERRNORM_OK);
	assert_int_equal(errnorm_translate(tables, scratch, &response, &verdict), ERRNORM_OK);
	assert_int_equal(verdict.code, ERRNORM_CODE_CUSTOM);
	assert_string_equal(errnorm_tables_code(tables, verdict.code)->name, "tenant_gone");
	assert_int_equal(errnorm_tables_code_from_name(tables, STR("tenant_gone")), verdict.code);
	assert_int_equal(verdict.http_status, 403);
	assert_int_equal(verdict.detail_count, 1);
	assert_memory_equal(verdict.details[0].value.ptr, "blue", 4);
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(tables);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_translate_takes_no_memory),
		cmocka_unit_test(an_answer_takes_no_memory),
		cmocka_unit_test(the_nth_allocation_fails_for_every_n),
		cmocka_unit_test(an_allocation_fails_under_the_builtin_tables),
		cmocka_unit_test(an_allocation_fails_while_checking_files),
		cmocka_unit_test(custom_tables_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
