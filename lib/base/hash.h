/*
 * hash.h - one 64-bit hash for the frozen tables and the fingerprint. Its values are part of the frozen form: the same bytes always give
 * the same number, on every machine of the same byte order.
 */
#ifndef ERRNORM_BASE_HASH_H
#define ERRNORM_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define EN_HASH_MULTIPLIER 0x9fb21c651e98df25ull

static inline uint64_t en_hash_mix(uint64_t h)
{
	h ^= h >> 32;
	h *= EN_HASH_MULTIPLIER;
	h ^= h >> 29;
	return h;
}

static inline uint64_t en_hash_step(uint64_t h, uint64_t word)
{
	h ^= word;
	h *= EN_HASH_MULTIPLIER;
	return h ^ (h >> 35);
}

static inline uint64_t en_hash_bytes(uint64_t seed, const char *p, size_t n)
{
	uint64_t h = seed * 31 + n;
	uint64_t word;

	while (n >= 8) {
		memcpy(&word, p, 8);
		h = en_hash_step(h, word);
		p += 8;
		n -= 8;
	}
	word = 0;
	if (n)
		memcpy(&word, p, n);
	return en_hash_mix(en_hash_step(h, word));
}

#endif
