/*
 * unit.h - units of time by name, for durations.
 */
#ifndef ERRNORM_BASE_UNIT_H
#define ERRNORM_BASE_UNIT_H

#include <errnorm/types.h>

#define EN_MS_SECOND 1000
#define EN_MS_MINUTE 60000
#define EN_MS_HOUR   3600000
#define EN_MS_DAY    86400000
#define EN_MS_WEEK   604800000

/* A unit is ms / per_ms milliseconds. ms 0: one without a fixed length, as months and years. */
struct en_unit {
	struct errnorm_str name;
	uint32_t ms, per_ms;
};

/*
 * The unit at s[*at], blanks before it skipped; *at is moved behind it. NULL if there is none, or
 * if letters follow that make it another word ("5 stars"). Letter case does not matter.
 */
const struct en_unit *en_unit_read(struct errnorm_str s, size_t *at);

/* The same for "a minute", "an hour", "one day": one of the unit. */
const struct en_unit *en_unit_read_one(struct errnorm_str s, size_t *at);

#endif
