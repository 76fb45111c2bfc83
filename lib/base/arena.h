/*
 * arena.h - memory that is given back all at once: what a table load needs until its tables are
 * frozen.
 *
 * Blocks come from the caller's allocator. Every allocation is aligned for any type and zeroed.
 * Once an allocation has failed the arena stays failed: callers may check once, at the end.
 */
#ifndef ERRNORM_BASE_ARENA_H
#define ERRNORM_BASE_ARENA_H

#include <stdbool.h>

#include <errnorm/types.h>

struct en_arena_block;

struct en_arena {
	struct errnorm_alloc alloc;
	struct en_arena_block *blocks; /* newest first */
	bool failed;
};

void en_arena_init(struct en_arena *arena, const struct errnorm_alloc *alloc);
void en_arena_done(struct en_arena *arena);

/* size bytes of zeroed memory, or NULL (and arena->failed). Size 0 gives a valid pointer. */
void *en_arena_take(struct en_arena *arena, size_t size);

/* count * size bytes with an overflow check. */
void *en_arena_array(struct en_arena *arena, size_t count, size_t size);

/*
 * A copy of s, with a NUL behind it that does not count. A NULL view stays one and costs nothing.
 */
struct errnorm_str en_arena_copy(struct en_arena *arena, struct errnorm_str s);

/*
 * A growable array kept in an arena: *items (of item_size bytes each, *capacity of them) is made to
 * hold at least count + 1. The old memory stays in the arena until the end. Returns false when
 * memory ran out.
 */
bool en_arena_grow(struct en_arena *arena, void **items, size_t count, size_t *capacity, size_t item_size);

/* The process's malloc and free. */
extern const struct errnorm_alloc en_alloc_libc;

#endif
