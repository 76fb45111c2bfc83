/*
 * handle.h - what is behind errnorm_tables, and the check for structs that grow.
 */
#ifndef ERRNORM_API_HANDLE_H
#define ERRNORM_API_HANDLE_H

#include <stdatomic.h>

#include <errnorm/errnorm.h>

#include "draft.h"
#include "model.h"
#include "regex.h"

struct errnorm_tables {
	atomic_size_t references;
	struct errnorm_alloc alloc;
	const struct en_model *model;
	bool owned;                          /* the block came from alloc; else it is a constant of the program */
	_Atomic(struct en_regex **) regexes; /* ready to run; NULL until the first scratch is made */
	_Atomic(struct en_regex **) drafted; /* those of the load, until somebody makes them ready */
	struct errnorm_code_info *codes;     /* custom ones */
};

/* A handle with one reference. regexes: compiled patterns that it takes over, or NULL. On failure nothing is taken over. */
struct errnorm_tables *en_tables_new(const struct errnorm_alloc *alloc, const struct en_model *model, bool owned,
				     struct en_regex **regexes);

/* The patterns as they are run, made now if they are not yet. NULL if memory ran out. */
struct en_regex **en_tables_regexes(struct errnorm_tables *tables);

/* Where the catalogue speaks in a verdict's message: its text, filled in with what the verdict holds. */
void en_scratch_text(struct errnorm_scratch *scratch, struct errnorm_verdict *verdict);

/*
 * A caller's struct of `given` bytes where this library's has `known`, of which the first `least` were there from the start: is
 * everything in it understood? ERRNORM_OK or ERRNORM_EABI.
 */
enum errnorm_rc en_abi_check(const void *given_struct, size_t given, size_t known, size_t least);

/* The library's allocator if the caller has none; NULL if the caller's is not complete. */
const struct errnorm_alloc *en_alloc_of(const struct errnorm_alloc *alloc);

#endif
