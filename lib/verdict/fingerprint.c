/*
 * fingerprint.c - one number for failures of one kind: the words of the message without its numbers, ids and quoted parts.
 */
#include "work.h"

#include "hash.h"

enum {
	WORDS_MAX = 24, /* words that count: what is echoed between them does not push the rest out of sight */
	QUOTE_MAX = 96,
	LOOK_MAX = 1024, /* bytes in which they are looked for: names and numbers may go on for long */
};

/* What a byte is to a word. */
enum {
	LETTER = 1,
	DIGIT = 2,
	JOINT = 4, /* inside a word it makes a name of it: gpt-4, a.b, x_y, a/b */
	QUOTE = 8,
};

#define KIND(c)                                                                                                        \
	(((c) >= 'a' && (c) <= 'z') || (c) >= 0x80              ? LETTER                                               \
	 : (c) >= '0' && (c) <= '9'                             ? DIGIT                                                \
	 : (c) == '-' || (c) == '_' || (c) == '/' || (c) == '.' ? JOINT                                                \
	 : (c) == '\'' || (c) == '"' || (c) == '`'              ? QUOTE                                                \
								: 0)
#define KIND4(c)  KIND(c), KIND((c) + 1), KIND((c) + 2), KIND((c) + 3)
#define KIND16(c) KIND4(c), KIND4((c) + 4), KIND4((c) + 8), KIND4((c) + 12)
#define KIND64(c) KIND16(c), KIND16((c) + 16), KIND16((c) + 32), KIND16((c) + 48)
static const uint8_t kinds[256] = {KIND64(0), KIND64(64), KIND64(128), KIND64(192)};

static bool in_word(struct errnorm_str text, size_t i)
{
	return i < text.len && kinds[(unsigned char)text.ptr[i]] & (LETTER | DIGIT);
}

/* Behind the closing quote of what opens at i, or i + 1 if it does not close soon. Between two letters it is an apostrophe. */
static size_t skip_quoted(struct errnorm_str text, size_t i)
{
	for (size_t k = i + 1; k < text.len && k < i + QUOTE_MAX; k++)
		if (text.ptr[k] == text.ptr[i] && !in_word(text, k + 1))
			return k + 1;
	return i + 1;
}

/* A word with a digit or a joint in it is somebody's name and does not count. */
uint64_t en_fingerprint(struct errnorm_str low, int32_t status)
{
	uint64_t hash = (uint64_t)(uint32_t)status + 1;
	uint64_t word = 0;
	uint8_t seen = 0;
	unsigned words = 0;

	if (!low.len)
		return 0;
	if (low.len > LOOK_MAX)
		low.len = LOOK_MAX;
	for (size_t i = 0; i < low.len && words < WORDS_MAX;) {
		unsigned char c = (unsigned char)low.ptr[i];
		uint8_t kind = kinds[c];
		bool behind_word = false;
		while (kind & (LETTER | DIGIT)) {
			word = (word << 7 | word >> 57) ^ c;
			seen |= kind;
			behind_word = true;
			if (++i == low.len)
				break;
			c = (unsigned char)low.ptr[i];
			kind = kinds[c];
		}
		if (i == low.len)
			break;
		if (kind & JOINT && in_word(low, i + 1)) {
			seen |= seen ? JOINT : 0;
			i++;
			continue;
		}
		if (seen == LETTER) {
			hash = en_hash_step(hash, word);
			words++;
		}
		word = seen = 0;
		i = kind & QUOTE && !behind_word ? skip_quoted(low, i) : i + 1;
	}
	if (seen == LETTER)
		hash = en_hash_step(hash, word);
	hash = en_hash_mix(hash);
	return hash ? hash : 1;
}
