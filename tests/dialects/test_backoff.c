/*
 * test_backoff.c - the waits that four pages of errors and two SDKs publish, attempt by attempt.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errnorm/load.h>
#include <errnorm/render.h>

#define STR(text) ((struct errnorm_str){text, sizeof(text) - 1})

static struct errnorm_tables *tables;

static int open_tables(void **state)
{
	(void)state;
	return errnorm_tables_builtin(NULL, &tables);
}

static int close_tables(void **state)
{
	(void)state;
	errnorm_tables_unref(tables);
	return 0;
}

static struct errnorm_verdict failure(int64_t retry_after_ms)
{
	return (struct errnorm_verdict){.size = sizeof(struct errnorm_verdict),
					.code = ERRNORM_CODE_PROVIDER_ERROR,
					.type = ERRNORM_TYPE_UPSTREAM,
					.http_status = 502,
					.flags = ERRNORM_VERDICT_RETRYABLE,
					.retry_after_ms = retry_after_ms};
}

static int64_t backoff(struct errnorm_str policy, uint32_t attempt, double random01)
{
	struct errnorm_verdict verdict = failure(-1);

	return errnorm_backoff_ms(tables, &verdict, policy, attempt, random01);
}

/* low and high: the bounds that the page gives for each attempt; half of the way between them lies the wait for 0.5. */
static void check_curve(struct errnorm_str policy, const double (*bounds)[2], uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(backoff(policy, i, 0), (int64_t)(bounds[i][0] + 0.5));
		assert_int_equal(backoff(policy, i, 1), (int64_t)(bounds[i][1] + 0.5));
		assert_int_equal(backoff(policy, i, 0.5), (int64_t)((bounds[i][0] + bounds[i][1]) / 2 + 0.5));
	}
	assert_int_equal(backoff(policy, count, 0), -1);
	assert_int_equal(backoff(policy, UINT32_MAX, 0), -1);
}

static void orux(void **state)
{
	static const double often[][2] = {{200, 400}, {500, 1000}, {1250, 2500}, {3125, 6250}, {7812.5, 15625}};
	static const double once[][2] = {{200, 400}};

	(void)state;
	check_curve(STR("orux"), often, 5);
	check_curve(STR("ORUX.once"), once, 1);
}

static void ofox(void **state)
{
	static const double limited[][2] = {{1000, 2000}, {2000, 3000}, {4000, 5000}, {8000, 9000}, {16000, 17000}};
	static const double server[][2] = {{1000, 1000}, {2000, 2000}, {4000, 4000}, {8000, 8000}, {16000, 16000}};

	(void)state;
	check_curve(STR("ofox"), limited, 5);
	check_curve(STR("ofox.server"), server, 5);
}

static void auriko(void **state)
{
	static const double bounds[][2] = {{500, 375}, {750, 562.5}};

	(void)state;
	check_curve(STR("auriko"), bounds, 2);
}

static void sdks(void **state)
{
	static const double bounds[][2] = {{500, 375}, {1000, 750}};

	(void)state;
	check_curve(STR("openai"), bounds, 2);
	check_curve(STR("openai_responses"), bounds, 2);
	check_curve(STR("anthropic"), bounds, 2);
}

/* A policy of our own that goes on long enough to come to its cap. */
static void cap(void **state)
{
	static const double bounds[][2] = {{100, 100}, {1000, 1000}, {2500, 2500}, {2500, 2500}};
	static const char text[] = "{\"errnorm\":1,\"dialect\":\"acme\",\"inherit\":\"problem\",\"retry\":{\"default\":"
				   "{\"max\":4,\"initial_ms\":100,\"factor\":10,\"cap_ms\":2500}}}";
	struct errnorm_tables *builtin = tables;
	struct errnorm_builder *builder;

	(void)state;
	assert_int_equal(errnorm_builder_new(NULL, &builder), ERRNORM_OK);
	errnorm_builder_add_builtin(builder);
	errnorm_builder_add_text(builder, STR("acme.json"), STR(text));
	assert_int_equal(errnorm_builder_finish(builder, &tables), ERRNORM_OK);
	errnorm_builder_free(builder);
	check_curve(STR("acme"), bounds, 4);
	errnorm_tables_unref(tables);
	tables = builtin;
}

static void stated_waits(void **state)
{
	struct errnorm_verdict verdict = failure(7000);

	(void)state;
	assert_int_equal(errnorm_backoff_ms(tables, &verdict, STR("orux"), 0, 1), 7000);
	assert_int_equal(errnorm_backoff_ms(tables, &verdict, STR("orux"), 4, 0.3), 7000);
	assert_int_equal(errnorm_backoff_ms(tables, &verdict, STR("orux"), 5, 0), -1);
	verdict.retry_after_ms = 10000;
	assert_int_equal(errnorm_backoff_ms(tables, &verdict, STR("orux"), 0, 0), 10000);
	verdict.retry_after_ms = 10001;
	assert_int_equal(errnorm_backoff_ms(tables, &verdict, STR("orux"), 0, 0), -1);
	/* OpenAI's SDKs wait up to a minute where they are told to, though their own waits end at 8 s. */
	assert_int_equal(errnorm_backoff_ms(tables, &verdict, STR("openai"), 0, 0), 10001);
	verdict.retry_after_ms = 60001;
	assert_int_equal(errnorm_backoff_ms(tables, &verdict, STR("openai"), 0, 0), -1);
	verdict.retry_after_ms = 0;
	assert_int_equal(errnorm_backoff_ms(tables, &verdict, STR("openai"), 0, 0), 0);
}

static void none(void **state)
{
	struct errnorm_verdict verdict = failure(-1);

	(void)state;
	assert_int_equal(backoff(STR("nobody"), 0, 0), -1);
	assert_int_equal(backoff(STR("orux.twice"), 0, 0), -1);
	assert_int_equal(backoff(STR("problem"), 0, 0), -1);
	assert_int_equal(backoff((struct errnorm_str){NULL, 0}, 0, 0), -1);
	assert_int_equal(errnorm_backoff_ms(NULL, &verdict, STR("orux"), 0, 0), -1);
	assert_int_equal(errnorm_backoff_ms(tables, NULL, STR("orux"), 0, 0), -1);
	verdict.flags = 0;
	assert_int_equal(errnorm_backoff_ms(tables, &verdict, STR("orux"), 0, 0), -1);
	verdict = failure(500);
	verdict.flags = 0;
	assert_int_equal(errnorm_backoff_ms(tables, &verdict, STR("orux"), 0, 0), -1);
	verdict = failure(-1);
	verdict.code = ERRNORM_CODE_NONE;
	assert_int_equal(errnorm_backoff_ms(tables, &verdict, STR("orux"), 0, 0), -1);
}

/* A random number that is none counts as the nearest that is one. */
static void bad_random(void **state)
{
	(void)state;
	assert_int_equal(backoff(STR("orux"), 0, -3), 200);
	assert_int_equal(backoff(STR("orux"), 0, 1e300), 400);
	assert_int_equal(backoff(STR("orux"), 0, NAN), 200);
	assert_int_equal(backoff(STR("orux"), 0, INFINITY), 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orux), cmocka_unit_test(ofox),       cmocka_unit_test(auriko),
		cmocka_unit_test(sdks), cmocka_unit_test(cap),        cmocka_unit_test(stated_waits),
		cmocka_unit_test(none), cmocka_unit_test(bad_random),
	};

	return cmocka_run_group_tests(tests, open_tables, close_tables);
}
