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

enum {
	EN_NAME_MAX = 80, /* letters and digits of a provider's name that count */
};

/*
 * A provider's name as it is looked up: letters and digits only, in lower case, so that "Google AI Studio", "google-ai-studio" and
 * "google_ai_studio" are one. Returns the length.
 */
static inline size_t en_name_key(struct errnorm_str name, char key[EN_NAME_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < name.len && n < EN_NAME_MAX; i++) {
		unsigned char c = (unsigned char)name.ptr[i];
		if (en_is_alnum(c) || c >= 0x80)
			key[n++] = (char)en_lower(c);
	}
	return n;
}

/* A header's name in lower case. */
static inline uint64_t en_key_header(struct errnorm_str name)
{
	return en_hash_bytes(1, name.ptr, name.len);
}

#endif
