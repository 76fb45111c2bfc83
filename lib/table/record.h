/*
 * record.h - what the records of the frozen block (model.h) are made of: offsets, ranges and texts instead of pointers.
 */
#ifndef ERRNORM_TABLE_RECORD_H
#define ERRNORM_TABLE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EN_NONE 0xffffffffu

/* An array of records in the block. */
struct en_array {
	uint32_t offset, count;
};

/* A part of such an array. */
struct en_range {
	uint32_t first, count;
};

/* A string in the pool; len EN_NONE: there is none. */
struct en_text {
	uint32_t offset, len;
};

#endif
