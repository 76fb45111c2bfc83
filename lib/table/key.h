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

/* The first 8 bytes of such a name, zeroes behind a shorter one, as a number that orders as the names do. */
static inline uint64_t en_name_head(const char *key, size_t len)
{
	uint64_t head = 0;

	for (size_t i = 0; i < 8; i++)
		head = head << 8 | (i < len ? (unsigned char)key[i] : 0);
	return head;
}

/* Bytes of a header's name with the bit set that makes letters small ones. What else differs in it alone, no two names do. */
static inline uint64_t en_key_fold8(const char *p)
{
	uint64_t word;

	memcpy(&word, p, 8);
	return word | 0x2020202020202020ull;
}

static inline uint64_t en_key_fold_short(const char *p, size_t n)
{
	uint64_t word = 0;

	for (size_t i = 0; i < n; i++)
		word = word << 8 | (unsigned char)p[i] | 0x20;
	return word;
}

/* A header's name, in whatever case: its length, beginning, middle and end. Names that have these in common share a bucket. */
static inline uint32_t en_key_header(struct errnorm_str name)
{
	uint64_t h = name.len;

	if (name.len < 8)
		h ^= en_key_fold_short(name.ptr, name.len) * EN_HASH_MULTIPLIER;
	else
		h = (h ^ en_key_fold8(name.ptr) ^ (en_key_fold8(name.ptr + name.len - 8) << 1)) * EN_HASH_MULTIPLIER ^
		    en_key_fold8(name.ptr + name.len / 2 - 4);
	return (uint32_t)((h * EN_HASH_MULTIPLIER) >> 32);
}

/* Are two names of one length the same, but for case? */
static inline bool en_key_header_eq(const char *a, const char *b, size_t len)
{
	uint64_t differ = 0;

	if (len < 8)
		return en_key_fold_short(a, len) == en_key_fold_short(b, len);
	for (size_t i = 0; i + 8 < len; i += 8)
		differ |= en_key_fold8(a + i) ^ en_key_fold8(b + i);
	return (differ | (en_key_fold8(a + len - 8) ^ en_key_fold8(b + len - 8))) == 0;
}

#endif
