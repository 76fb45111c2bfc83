/*
 * vec.h - a growable array in an arena. One that could not grow keeps what it has; the arena remembers the failure.
 */
#ifndef ERRNORM_BASE_VEC_H
#define ERRNORM_BASE_VEC_H

#include "arena.h"

#define EN_VEC(type)                                                                                                   \
	struct {                                                                                                       \
		type *items;                                                                                           \
		size_t count, capacity;                                                                                \
	}

/* Appends a value; evaluates to its index. Where memory ran out the value is lost and the index is not to be used. */
#define EN_VEC_PUSH(arena, vec, ...)                                                                                   \
	(((vec)->count < (vec)->capacity || EN_VEC_GROW((arena), (vec), (vec)->count))                                 \
		 ? ((vec)->items[(vec)->count] = (__VA_ARGS__), (vec)->count++)                                        \
		 : (vec)->count)

/* Makes room for more than count items. False when memory ran out. */
#define EN_VEC_GROW(arena, vec, count)                                                                                 \
	en_arena_grow((arena), (void **)(void *)&(vec)->items, (count), &(vec)->capacity, sizeof *(vec)->items)

#endif
