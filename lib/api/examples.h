/*
 * examples.h - running the examples that stand in tables.
 */
#ifndef ERRNORM_API_EXAMPLES_H
#define ERRNORM_API_EXAMPLES_H

#include "builder.h"

/* Translates every example and adds a warning for each that another rule wins or that differs from what it expects. */
enum errnorm_rc en_examples_run(struct errnorm_builder *builder, struct errnorm_tables *tables);

#endif
