/*
 * bodies.h - what the benchmark translates: realistic responses, and mutations of them that a branch predictor has not learnt.
 */
#ifndef BENCH_BODIES_H
#define BENCH_BODIES_H

#include <errnorm/errnorm.h>

struct bench_body {
	const char *name, *provider;
	int status;
	const struct errnorm_header *headers;
	size_t header_count;
	char *text; /* owned */
	size_t len;
};

struct bench_body *bench_bodies(size_t *ret_count);
void bench_free(struct bench_body *bodies, size_t count);

/* count bodies made from the small JSON ones: other numbers, longer and shorter words, other white space. */
struct bench_body *bench_varied(const struct bench_body *bodies, size_t count);
void bench_free_varied(struct bench_body *bodies, size_t count);

#endif
