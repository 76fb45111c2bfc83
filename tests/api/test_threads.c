/*
 * test_threads.c - one handle of tables, many threads, each with its own scratch: the same verdicts as alone. Under ThreadSanitizer in CI.
 */
#include "common.h"

#include <pthread.h>

enum {
	THREADS = 8,
	ROUNDS = 200,
};

static struct errnorm_tables *tables;
static char expected[SAMPLES][4096];

/* The first scratch compiles the patterns: all threads race for that. */
static void *work(void *arg)
{
	size_t *wrong = arg;
	struct errnorm_scratch *scratch = NULL;
	char json[4096];

	errnorm_tables_ref(tables);
	if (errnorm_scratch_new(tables, NULL, &scratch) != ERRNORM_OK) {
		*wrong = 1;
		return NULL;
	}
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < SAMPLES; i++) {
			struct errnorm_response response = sample_response(&samples[i]);
			struct errnorm_verdict verdict = {.size = sizeof verdict};
			errnorm_translate(tables, scratch, &response, &verdict);
			errnorm_verdict_json(tables, &verdict, json, sizeof json);
			*wrong += expected[i][0] && strcmp(json, expected[i]) != 0;
		}
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(tables);
	return NULL;
}

static void threads_share_tables(void **state)
{
	pthread_t threads[THREADS];
	size_t wrong[THREADS] = {0};
	struct errnorm_tables *alone;
	struct errnorm_scratch *scratch;

	(void)state;
	assert_int_equal(errnorm_tables_builtin(NULL, &alone), ERRNORM_OK);
	assert_int_equal(errnorm_scratch_new(alone, NULL, &scratch), ERRNORM_OK);
	for (size_t i = 0; i < SAMPLES; i++)
		sample_json(alone, scratch, &samples[i], expected[i], sizeof expected[i]);
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(alone);
	assert_int_equal(errnorm_tables_builtin(NULL, &tables), ERRNORM_OK);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, &wrong[i]), 0);
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(wrong[i], 0);
	}
	errnorm_tables_unref(tables);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(threads_share_tables)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
