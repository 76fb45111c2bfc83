/*
 * builtin.h - the tables of mappings/, as the build froze them: builtin.c is written by image.c from their texts.
 */
#ifndef ERRNORM_TABLE_BUILTIN_H
#define ERRNORM_TABLE_BUILTIN_H

#include "diag.h"
#include "model.h"

/* The frozen block. NULL if it was made for another layout, which a sound build does not do. */
const struct en_model *en_builtin_model(void);

/* Their texts without examples, sources and notes, but with every line where it was: for tables to be built upon them. In the order of the
 * model's tables. */
extern const struct en_file en_builtin_files[];
extern const size_t en_builtin_file_count;

#endif
