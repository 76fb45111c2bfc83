/*
 * bench.c - what a translate costs, side by side with a parse of the same body by jansson and a memchr over it, in one run.
 *
 *   bench [--rounds N]
 *
 * Every figure is the median over the rounds; a ratio is formed inside each round, so that what else the machine does falls on
 * both sides. Nanoseconds are true of this machine only; the ratios travel.
 */
#include <errnorm/errnorm.h>
#include <errnorm/load.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bodies.h"

enum {
	VARIED = 4096,
	ROUNDS_MAX = 201,
};

static int rounds = 21;

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *values, int count)
{
	qsort(values, (size_t)count, sizeof *values, compare);
	return values[count / 2];
}

struct engine {
	struct errnorm_tables *tables;
	struct errnorm_scratch *scratch;
};

/* Something every timed call adds to, so that none can be left out. */
static volatile uint64_t sink;

static void translate(const struct engine *engine, const struct bench_body *body)
{
	struct errnorm_response response = {
		.size = sizeof response,
		.provider = {body->provider, strlen(body->provider)},
		.http_status = body->status,
		.headers = body->headers,
		.header_count = body->header_count,
		.body = {body->text, body->len},
		.now_ms = 1763460000000,
	};
	struct errnorm_verdict verdict = {.size = sizeof verdict};

	errnorm_translate(engine->tables, engine->scratch, &response, &verdict);
	sink += verdict.code;
}

static void parse(const struct bench_body *body)
{
	json_error_t error;
	json_t *root = json_loadb(body->text, body->len, 0, &error);

	sink += root != NULL;
	json_decref(root);
}

static void scan(const struct bench_body *body)
{
	sink += memchr(body->text, 1, body->len) != NULL;
}

struct sample {
	double translate, parse, scan;
};

/* One body (or a set of them, gone through in turn) timed `times` times by each contender. */
static struct sample measure(const struct engine *engine, const struct bench_body *bodies, size_t count, size_t times)
{
	struct sample sample;
	double start = now_ns();

	for (size_t i = 0; i < times; i++)
		translate(engine, &bodies[i % count]);
	sample.translate = (now_ns() - start) / (double)times;
	start = now_ns();
	for (size_t i = 0; i < times / 8 + 1; i++)
		parse(&bodies[i % count]);
	sample.parse = (now_ns() - start) / (double)(times / 8 + 1);
	start = now_ns();
	for (size_t i = 0; i < times; i++)
		scan(&bodies[i % count]);
	sample.scan = (now_ns() - start) / (double)times;
	return sample;
}

static struct sample run(const struct engine *engine, const struct bench_body *bodies, size_t count, double *ret_ratio)
{
	double a[ROUNDS_MAX];
	double b[ROUNDS_MAX];
	double c[ROUNDS_MAX];
	double ratio[ROUNDS_MAX];
	size_t times = 64;

	/* Calibrated to two milliseconds a round. */
	for (;;) {
		double start = now_ns();
		for (size_t i = 0; i < times; i++)
			translate(engine, &bodies[i % count]);
		if (now_ns() - start > 2e6 && times >= count)
			break;
		times *= 2;
	}
	for (int i = 0; i < rounds; i++) {
		struct sample sample = measure(engine, bodies, count, times);
		a[i] = sample.translate;
		b[i] = sample.parse;
		c[i] = sample.scan;
		ratio[i] = sample.translate / sample.parse;
	}
	*ret_ratio = median(ratio, rounds);
	return (struct sample){median(a, rounds), median(b, rounds), median(c, rounds)};
}

static void report(const char *name, const struct engine *engine, const struct bench_body *bodies, size_t count)
{
	double ratio;
	struct sample sample = run(engine, bodies, count, &ratio);

	printf("%-26s %9.0f ns  %8.3f x jansson  %8.2f x memchr\n", name, sample.translate, ratio,
	       sample.translate / sample.scan);
}

/* ---- growth ---- */

static struct engine generate(size_t rules)
{
	size_t cap = rules * 400 + 1000;
	char *text = malloc(cap);
	struct errnorm_builder *builder = NULL;
	struct engine engine = {NULL, NULL};
	size_t n = 0;

	n += (size_t)snprintf(text + n, cap - n, "{\"errnorm\":1,\"provider\":\"openai\",\"rules\":[");
	for (size_t i = 0; i < rules; i++)
		n += (size_t)snprintf(text + n, cap - n,
				      "%s{\"id\":\"gen-%zu\",\"when\":{%s\"generated failure %zu of the %zu kind\"},"
				      "\"then\":\"provider_error\"}",
				      i ? "," : "", i, i % 3 ? "\"message\":" : "\"code\":", i, i * 7919 % 10007);
	n += (size_t)snprintf(text + n, cap - n, "]}");
	if (errnorm_builder_new(NULL, &builder) || errnorm_builder_add_builtin(builder) ||
	    errnorm_builder_add_text(builder, (struct errnorm_str){"generated", 9}, (struct errnorm_str){text, n}) ||
	    errnorm_builder_finish(builder, &engine.tables) ||
	    errnorm_scratch_new(engine.tables, NULL, &engine.scratch)) {
		fprintf(stderr, "bench: the generated tables were refused\n");
		exit(1);
	}
	errnorm_builder_free(builder);
	free(text);
	return engine;
}

static void growth(const struct bench_body *varied)
{
	static const size_t sizes[] = {100, 500, 2000, 10000};
	struct engine engines[4];
	double times[4][ROUNDS_MAX];
	double first = 0;

	for (size_t i = 0; i < 4; i++)
		engines[i] = generate(sizes[i]);
	for (int r = 0; r < rounds; r++)
		for (size_t i = 0; i < 4; i++) {
			double start = now_ns();
			for (size_t k = 0; k < VARIED; k++)
				translate(&engines[i], &varied[k]);
			times[i][r] = (now_ns() - start) / VARIED;
		}
	for (size_t i = 0; i < 4; i++) {
		double ns = median(times[i], rounds);
		if (i == 0)
			first = ns;
		printf("built-in + %5zu rules     %9.0f ns  %8.3f x that of 100\n", sizes[i], ns, ns / first);
		errnorm_scratch_free(engines[i].scratch);
		errnorm_tables_unref(engines[i].tables);
	}
}

/* ---- bait ---- */

/* 1 MB of one word over and over that looks like something, with secrets to hide: the dearest of all such words is told. */
static void hostile(const struct engine *engine)
{
	static const char *const words[] = {
		"sk-",
		"eyJhbGciOi",
		"Bearer ",
		"a.b.c.",
		"https://",
		"key=",
		"org-",
		"user@",
		"/models/",
		"\\u00e9",
		"\\\"",
		"[",
		"{\"a\":",
		"AKIA",
		"proj_",
		"-",
		"a",
		"%41",
		"x@y.z ",
		"1.2.3.4 ",
		"\xe4\xb8\xad",
		"'",
		"api_key:",
		"\\n",
		"<",
		"&#65;",
		"***",
		"rate limit ",
		" ",
		"maximum context length is ",
		"try again in ",
	};
	enum { SIZE = 1024 * 1024 };
	char *text = malloc(SIZE);
	struct errnorm_str secrets[] = {{"sk-abcdefghijklmnop0123456789", 29}, {"a1.b2.c3.d4.e5.f6", 17}};
	const char *worst = "";
	double most = 0;

	for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
		struct errnorm_response response = {
			.size = sizeof response, .http_status = 400, .secrets = secrets, .secret_count = 2};
		struct errnorm_verdict verdict = {.size = sizeof verdict};
		double times[ROUNDS_MAX];
		size_t n = (size_t)sprintf(text, "{\"error\":{\"message\":\"");
		for (size_t len = strlen(words[w]); n + len < SIZE; n += len)
			memcpy(text + n, words[w], len);
		response.body = (struct errnorm_str){text, n};
		for (int i = 0; i < rounds; i++) {
			double start = now_ns();
			errnorm_translate(engine->tables, engine->scratch, &response, &verdict);
			times[i] = now_ns() - start;
		}
		if (median(times, rounds) > most) {
			most = median(times, rounds);
			worst = words[w];
		}
	}
	printf("1 MB of bait, the dearest %10.1f us  (%s)\n", most / 1e3, worst);
	free(text);
}

/* ---- opening and loading ---- */

static void opening(void)
{
	double open[ROUNDS_MAX];
	double first[ROUNDS_MAX];
	double load[ROUNDS_MAX];

	for (int i = 0; i < rounds; i++) {
		struct engine engine = {NULL, NULL};
		struct errnorm_builder *builder = NULL;
		double start = now_ns();
		errnorm_tables_builtin(NULL, &engine.tables);
		open[i] = now_ns() - start;
		start = now_ns();
		errnorm_scratch_new(engine.tables, NULL, &engine.scratch);
		first[i] = now_ns() - start;
		errnorm_scratch_free(engine.scratch);
		errnorm_tables_unref(engine.tables);
		start = now_ns();
		errnorm_builder_new(NULL, &builder);
		errnorm_builder_add_builtin(builder);
		if (errnorm_builder_finish(builder, &engine.tables))
			exit(1);
		errnorm_builder_free(builder);
		load[i] = now_ns() - start;
		errnorm_tables_unref(engine.tables);
	}
	printf("opening the built-in tables %8.1f us\n", median(open, rounds) / 1e3);
	printf("the first scratch           %8.1f us  (compiles all patterns)\n", median(first, rounds) / 1e3);
	printf("building them from text     %8.1f us\n", median(load, rounds) / 1e3);
}

int main(int argc, char **argv)
{
	struct engine engine = {NULL, NULL};
	struct bench_body *bodies;
	struct bench_body *varied;
	struct errnorm_tables_info info = {.size = sizeof info};
	size_t count;

	if (argc == 3 && strcmp(argv[1], "--rounds") == 0)
		rounds = atoi(argv[2]);
	if (rounds < 1 || rounds > ROUNDS_MAX)
		rounds = 21;
	if (errnorm_tables_builtin(NULL, &engine.tables) || errnorm_scratch_new(engine.tables, NULL, &engine.scratch))
		return 1;
	errnorm_tables_info(engine.tables, &info);
	printf("%zu rules, %zu KB; medians of %d rounds\n", info.rule_count, info.memory_bytes / 1024, rounds);
	bodies = bench_bodies(&count);
	for (size_t i = 0; i < count; i++)
		report(bodies[i].name, &engine, &bodies[i], 1);
	varied = bench_varied(bodies, VARIED);
	report("varied (4096 mutations)", &engine, varied, VARIED);
	growth(varied);
	hostile(&engine);
	opening();
	bench_free_varied(varied, VARIED);
	bench_free(bodies, count);
	errnorm_scratch_free(engine.scratch);
	errnorm_tables_unref(engine.tables);
	return 0;
}
