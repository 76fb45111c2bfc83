/*
 * fingerprint.c - one number for failures of one kind: the words of the message without its numbers, ids and quoted parts.
 */
#include "work.h"

#include "hash.h"

enum {
	LOOK_MAX = 256, /* bytes of the message that count */
	QUOTE_MAX = 160,
};

static bool is_letter(unsigned char c)
{
	return (unsigned char)(c - 'a') < 26 || c >= 0x80;
}

static bool is_quote(unsigned char c)
{
	return c == '\'' || c == '"' || c == '`';
}

/* Behind the closing quote of what opens at i, or i if it does not close soon: then it is an apostrophe. */
static size_t skip_quoted(struct errnorm_str text, size_t i)
{
	for (size_t k = i + 1; k < text.len && k < i + QUOTE_MAX; k++)
		if (text.ptr[k] == text.ptr[i])
			return k + 1;
	return i;
}

uint64_t en_fingerprint(struct errnorm_str low, int32_t status)
{
	uint64_t hash = (uint64_t)(uint32_t)status + 1;
	size_t i = 0;

	if (low.len > LOOK_MAX)
		low.len = LOOK_MAX;
	while (i < low.len) {
		unsigned char c = (unsigned char)low.ptr[i];
		size_t start = i;
		bool id = false;
		if (is_quote(c)) {
			size_t end = skip_quoted(low, i);
			i = end > i ? end : i + 1;
			continue;
		}
		if (!is_letter(c) && !en_is_digit(c)) {
			i++;
			continue;
		}
		/* A word with a digit in it, or with - _ . / inside, is somebody's name. */
		for (; i < low.len; i++) {
			c = (unsigned char)low.ptr[i];
			if (en_is_digit(c))
				id = true;
			else if (!is_letter(c) && !((c == '-' || c == '_' || c == '/' || c == '.') &&
						    i + 1 < low.len &&
						    (is_letter((unsigned char)low.ptr[i + 1]) ||
						     en_is_digit((unsigned char)low.ptr[i + 1]))))
				break;
			else if (!is_letter(c) && c != '-')
				id = true;
		}
		if (!id)
			hash = en_hash_bytes(hash, low.ptr + start, i - start);
	}
	return hash ? hash : 1;
}
