/*
 * num.h - numbers and durations as providers write them.
 */
#ifndef ERRNORM_BASE_NUM_H
#define ERRNORM_BASE_NUM_H

#include <stdbool.h>

#include <errnorm/types.h>

/*
 * The decimal integer that s is, wholly (optional sign, no spaces). False if it is not one or does
 * not fit.
 */
bool en_num_int(struct errnorm_str s, int64_t *ret);

/* A decimal number: whole + nano / 10^9, and a bit more than that if digits were left over. */
struct en_decimal {
	uint64_t whole;
	uint32_t nano;
	bool more;
};

/*
 * A decimal number at the start of s: digits with optional fraction and exponent (as JSON and HTTP
 * headers have them), ".5" too, and optional grouping commas between digits ("10,000"; groups of
 * three, not behind a leading zero). False without a number, if negative, or if the whole part does
 * not fit. *ret_used (may be NULL): bytes read.
 */
bool en_num_decimal(struct errnorm_str s, struct en_decimal *ret, size_t *ret_used);

/*
 * Such a number times 1000, rounded up to the next whole number. Also false if the number is over
 * 2^53.
 */
bool en_num_milli(struct errnorm_str s, int64_t *ret_milli, size_t *ret_used);

/*
 * A duration at the start of s, in milliseconds, rounded up. Leading blanks, "about", "~", 约 and 大约
 * are skipped. Defined in duration.c; the units' names are in unit.c.
 *  - Go: 1h2m3.5s, 250ms, 6m0s, 17.9µs (rounded up to 1 ms), 1d2h
 *  - words: "20 seconds", "20 second(s)", "2 hours 30 minutes", "1 minute and 5 seconds", "1.5s",
 *    "3 mins", "2 days", "1 week", "500 milliseconds", "a minute", "an hour", "one day"
 *  - .NET and clock spans: 00:05:23, 1.02:03:04, 05:23 (mm:ss)
 *  - ISO 8601: PT1M30S, P1DT2H
 *  - Chinese and Japanese: 30秒, 1分钟, 5分, 2小时, 1時間, 3天, 500毫秒; Korean 30초, 1분, 2시간
 *  - a bare number counts bare_unit_ms each (pass 0 to refuse bare numbers), unless it is a piece
 *    of something else: an address, a date, a range, a percentage
 * Letter case does not matter. Months and years are refused, since nobody knows how long they are.
 * Fractions count to nine digits. False when there is none; *ret_used (may be NULL) is the number
 * of bytes read. The result is at most INT64_MAX / 2; larger ones are refused.
 */
bool en_num_duration(struct errnorm_str s, int64_t bare_unit_ms, int64_t *ret_ms, size_t *ret_used);

#endif
