/*
 * tables.h - tables from texts that stand in a test, and verdicts from them.
 *
 * In all texts that are handed in ' stands for ". A last shared table that answers everything with
 * provider_rejected ("rest") is always there, so a test gives only what it is about.
 *
 * Every response is translated twice, with the index and with all rules tried in order; the two
 * must agree, and whatever is in the verdict must be fit to leave.
 */
#ifndef ERRNORM_TESTS_TABLES_H
#define ERRNORM_TESTS_TABLES_H

#include <stdbool.h>

#include <errnorm/load.h>

#include "exact.h"

enum {
	BENCH_MAX = 64, /* texts, headers, secrets of a test */
};

struct bench {
	struct errnorm_tables *tables;
	struct errnorm_scratch *scratch;
	struct errnorm_response response;
	struct errnorm_header headers[BENCH_MAX];
	struct errnorm_str secrets[BENCH_MAX];
	struct errnorm_verdict verdict;
	struct errnorm_str kept[8 * BENCH_MAX]; /* blocks of exactly their size */
	size_t kept_count;
};

/* Tables from up to three texts (NULL: none), which are added in this order. */
void bench_open(struct bench *bench, const char *a, const char *b, const char *c);
void bench_close(struct bench *bench);

/* The tables of a provider "acme" with facts message and code and the given further members. */
void bench_acme(struct bench *bench, const char *members);

/* A new response, for the provider acme, in place of what was there. */
void given(struct bench *bench, int status, const char *body);
void given_bytes(struct bench *bench, int status, const void *body, size_t len);
void given_header(struct bench *bench, const char *name, const char *value);
void given_secret(struct bench *bench, const char *secret);
void given_provider(struct bench *bench, const char *provider);

/* Translates what was given. */
const struct errnorm_verdict *judge(struct bench *bench);

/* What a detail of the verdict holds; NULL view: it has none of that name. */
struct errnorm_str detail_of(const struct bench *bench, const char *name);

bool has_flag(const struct bench *bench, uint32_t flag);

/* A text's place in another, or -1. */
long place_of(struct errnorm_str text, const char *piece);

/* want NULL: absent, or no error. All print both sides. */
#define expect_code(bench, want)         expect_code_at(bench, want, __FILE__, __LINE__)
#define expect_rule(bench, want)         expect_text_at("rule", (bench)->verdict.rule, want, __FILE__, __LINE__)
#define expect_param(bench, want)        expect_text_at("param", (bench)->verdict.param, want, __FILE__, __LINE__)
#define expect_message(bench, want)      expect_text_at("message", (bench)->verdict.message, want, __FILE__, __LINE__)
#define expect_detail(bench, name, want) expect_text_at(name, detail_of(bench, name), want, __FILE__, __LINE__)
#define expect_text(got, want)           expect_text_at(#got, got, want, __FILE__, __LINE__)
#define expect_number(got, want)         expect_number_at(#got, got, want, __FILE__, __LINE__)
#define expect_wait(bench, want)                                                                                       \
	expect_number_at("retry_after_ms", (bench)->verdict.retry_after_ms, want, __FILE__, __LINE__)

void expect_code_at(const struct bench *bench, const char *want, const char *file, int line);
void expect_text_at(const char *what, struct errnorm_str got, const char *want, const char *file, int line);
void expect_number_at(const char *what, int64_t got, int64_t want, const char *file, int line);

#endif
