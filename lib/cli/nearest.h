/*
 * nearest.h - which of some names a misspelt word may have meant.
 */
#ifndef ERRNORM_CLI_NEAREST_H
#define ERRNORM_CLI_NEAREST_H

#include <errnorm/types.h>

/* Collects the best name so far; begin with {word}. */
struct cli_nearest {
	struct errnorm_str word;
	struct errnorm_str best; /* ptr NULL: none is near */
	size_t distance;
};

/* Looks at one name more, which must stay as long as best is used. */
void cli_nearest_offer(struct cli_nearest *nearest, struct errnorm_str name);

#endif
