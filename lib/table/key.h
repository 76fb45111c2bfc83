/*
 * key.h - how what a rule asks for and what a response has become the same number: the hashes of keys.
 */
#ifndef ERRNORM_TABLE_KEY_H
#define ERRNORM_TABLE_KEY_H

#include "hash.h"
#include "model.h"

/* A fact's value, folded and in lower case. */
static inline uint64_t en_key_text(uint32_t fact, struct errnorm_str text)
{
	return en_hash_bytes(fact + 1, text.ptr, text.len);
}

/* A number of a kind from enum en_key_kind. */
static inline uint64_t en_key_number(uint32_t kind, uint32_t value)
{
	return en_hash_mix(((uint64_t)(kind + 1) << 32 | value) * EN_HASH_MULTIPLIER);
}

/* A header's name in lower case. */
static inline uint64_t en_key_header(struct errnorm_str name)
{
	return en_hash_bytes(1, name.ptr, name.len);
}

#endif
