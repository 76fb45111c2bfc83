/*
 * model_redact.h - the records of model.h by which patterns of secrets are found: read by lib/verdict/suspect.c and pattern.c, made by
 * freeze_redact.c.
 */
#ifndef ERRNORM_TABLE_MODEL_REDACT_H
#define ERRNORM_TABLE_MODEL_REDACT_H

#include "record.h"

/*
 * A pattern of secrets. One that begins with a literal of 3 bytes or more is looked for by it; of the others the word in which they
 * stand must hold a literal, a character that words seldom have, and be long enough. What is left is tried at every word.
 */
struct en_redact {
	uint32_t regex;
	uint32_t table;
	uint32_t min_len;
	uint32_t secret_group; /* 0: all of it */
	uint32_t marks;        /* en_redact_mark() of what must be there */
	uint32_t skip; /* bytes of the pattern's beginning before prefix: those of "__token=" that begin no word */
	struct en_text prefix;    /* EN_NONE: it has none to be looked for by */
	struct en_range literals; /* literals, one of which the word must hold; none: any word will do */
	uint64_t first[4];        /* bytes with which a match may begin, as bits */
	uint64_t gate;            /* its bit in redact_gates; 0: no literal of it can be told by a mark */
};

enum {
	EN_REDACT_PREFIX = 3,         /* bytes of the shortest literal beginning that is taken */
	EN_REDACT_BARE = 32,          /* bytes of a word from which it may be a secret without a mark */
	EN_REDACT_BUCKETS = 1024,     /* of the table of literal beginnings */
	EN_REDACT_FILTER_BITS = 8192, /* of each of its two filters: for beginnings of 4 bytes and more, and of 3 */
	EN_REDACT_GATES = 256,
	EN_REDACT_MARK_WORD = 15, /* of the marks, those that words seldom have inside */
};

/* A literal beginning by which a pattern is found: its first eight bytes are compared at once. */
struct en_redact_start {
	uint64_t head, mask; /* those bytes, as they lie in memory; which of them count */
	uint32_t redact;
	uint32_t pad;
};

/* Marks, as bits: letters and digits have none. */
static inline uint32_t en_redact_mark(unsigned char c)
{
	return c == '.'    ? 1
	       : c == '@'  ? 2
	       : c == '*'  ? 4
	       : c == ':'  ? 8
	       : c == '/'  ? EN_REDACT_MARK_WORD + 1
	       : c == '\\' ? 2 * (EN_REDACT_MARK_WORD + 1)
			   : 0;
}

/* Of four bytes as they lie in memory those that count of a beginning of three. */
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define EN_REDACT_THREE 0xffffff00u
#else
#define EN_REDACT_THREE 0x00ffffffu
#endif

/* The bit of a literal beginning in its filter: of 4 bytes, or of 3 with a zero behind them, as they lie in memory. */
static inline uint32_t en_redact_hash(uint32_t bytes)
{
	return bytes * 0x9e3779b1u >> 19;
}

/*
 * Literals without which a pattern cannot match mostly hold a mark: "/models", ".gguf". Three bytes from a mark on say which patterns' literals
 * may stand there: an index into redact_gates.
 */
static inline uint32_t en_redact_gate_hash(const char *p)
{
	uint32_t bytes = (uint32_t)(unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8 |
			 (uint32_t)(unsigned char)p[2] << 16;

	return bytes * 0x9e3779b1u >> 24;
}

#endif
