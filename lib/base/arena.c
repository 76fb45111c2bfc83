/*
 * arena.c - the chain of blocks behind an arena, and the allocator over the process's malloc.
 */
#include "arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

struct en_arena_block {
	struct en_arena_block *next;
	size_t size; /* with this header: what free is told */
	size_t used; /* of the bytes behind the header */
};

/* A load takes hundreds of KB in small pieces: blocks double so that small tables stay small. */
#define BLOCK_FIRST ((size_t)4096)
#define BLOCK_LAST  ((size_t)256 * 1024)

/* The first growth of an array; most lists in a table are shorter. */
#define ARRAY_FIRST ((size_t)8)

static size_t align_up(size_t size)
{
	return (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

#define HEADER_SIZE align_up(sizeof(struct en_arena_block))

static char *block_data(struct en_arena_block *block)
{
	return (char *)block + HEADER_SIZE;
}

static void *fail(struct en_arena *arena)
{
	arena->failed = true;
	return NULL;
}

static struct en_arena_block *add_block(struct en_arena *arena, size_t need)
{
	struct en_arena_block *newest = arena->blocks, *block;
	size_t size = newest ? newest->size : BLOCK_FIRST / 2;

	size = size < BLOCK_LAST / 2 ? size * 2 : BLOCK_LAST;
	if (size < need + HEADER_SIZE)
		size = need + HEADER_SIZE;
	block = arena->alloc.alloc(arena->alloc.user, size);
	if (!block)
		return NULL;
	block->size = size;
	block->used = 0;
	if (newest && need + HEADER_SIZE >= BLOCK_LAST) {
		/*
		 * One large piece fills its block: what the newest block has left is still of use.
		 */
		block->next = newest->next;
		newest->next = block;
	} else {
		block->next = newest;
		arena->blocks = block;
	}
	return block;
}

void en_arena_init(struct en_arena *arena, const struct errnorm_alloc *alloc)
{
	arena->alloc = *alloc;
	arena->blocks = NULL;
	arena->failed = false;
}

void en_arena_done(struct en_arena *arena)
{
	struct en_arena_block *block = arena->blocks, *next;

	for (; block; block = next) {
		next = block->next;
		arena->alloc.free(arena->alloc.user, block, block->size);
	}
	arena->blocks = NULL;
}

void *en_arena_take(struct en_arena *arena, size_t size)
{
	struct en_arena_block *block = arena->blocks;
	void *mem;

	/* The rounding and the header must not wrap; nobody has half of the address space. */
	if (arena->failed || size > SIZE_MAX / 2)
		return fail(arena);
	size = align_up(size ? size : 1);
	if (!block || block->size - HEADER_SIZE - block->used < size) {
		block = add_block(arena, size);
		if (!block)
			return fail(arena);
	}
	mem = block_data(block) + block->used;
	block->used += size;
	return memset(mem, 0, size);
}

void *en_arena_array(struct en_arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		return fail(arena);
	return en_arena_take(arena, count * size);
}

struct errnorm_str en_arena_copy(struct en_arena *arena, struct errnorm_str s)
{
	struct errnorm_str copy = {NULL, 0};
	char *mem;

	if (!s.ptr)
		return copy;
	mem = s.len < SIZE_MAX ? en_arena_take(arena, s.len + 1) : fail(arena);
	if (!mem)
		return copy;
	memcpy(mem, s.ptr, s.len);
	copy.ptr = mem;
	copy.len = s.len;
	return copy;
}

bool en_arena_grow(struct en_arena *arena, void **items, size_t count, size_t *capacity, size_t item_size)
{
	size_t wanted = *capacity > SIZE_MAX / 2 ? SIZE_MAX : *capacity * 2;
	void *old, *mem;

	if (count < *capacity)
		return true;
	if (count == SIZE_MAX) {
		fail(arena);
		return false;
	}
	if (wanted < count + 1)
		wanted = count + 1;
	if (wanted < ARRAY_FIRST)
		wanted = ARRAY_FIRST;
	mem = en_arena_array(arena, wanted, item_size);
	if (!mem)
		return false;
	/*
	 * The caller's variable is a pointer of some other type: only as bytes may it be touched.
	 */
	memcpy(&old, items, sizeof(old));
	if (*capacity)
		memcpy(mem, old, *capacity * item_size);
	memcpy(items, &mem, sizeof(mem));
	*capacity = wanted;
	return true;
}

static void *libc_alloc(void *user, size_t size)
{
	(void)user;
	return malloc(size);
}

static void libc_free(void *user, void *mem, size_t size)
{
	(void)user;
	(void)size;
	free(mem);
}

const struct errnorm_alloc en_alloc_libc = {libc_alloc, libc_free, NULL};
