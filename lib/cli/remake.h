/*
 * remake.h - a response put together again from what is known of it, to stand as an example in a
 * table.
 */
#ifndef ERRNORM_CLI_REMAKE_H
#define ERRNORM_CLI_REMAKE_H

#include <stdio.h>

#include "group.h"

/*
 * Prints a group's response as a member of `examples`: message, code and type at the places where
 * they stood, clean of secrets; nothing else of it is kept.
 */
void cli_remake_print(FILE *out, const struct cli_group *group);

#endif
