/*
 * literal.h - many phrases looked for in one pass over a text, at a cost that does not grow with their number.
 *
 * The text is cut into steps of 4 bytes. Of each phrase four neighbouring windows are entered into a hash table, so whatever
 * the phrase's position, one of its windows begins at a step:
 *
 *     text    |....|....|....|....|....          one look per step
 *     phrase      [ r a t e   l i m i t ]
 *     windows       [8 bytes]                    at offsets o, o+1, o+2, o+3
 *                    [8 bytes]
 *
 * Phrases of 11 bytes and more use windows of 8 bytes, those of 7 to 10 bytes windows of 4. For those of 4 to 6 bytes every position is looked
 * at, through a filter of one bit for each hash. Shorter ones are not taken. A window that is found only says where to compare the whole phrase. The windows' offset is chosen where they are rarest among all phrases, so
 * that rules which share words do not slow each other down.
 *
 * The index is one block of offsets-only data; it may stand in read-only memory.
 */
#ifndef ERRNORM_MATCH_LITERAL_H
#define ERRNORM_MATCH_LITERAL_H

#include <stdbool.h>

#include <errnorm/types.h>

enum {
	EN_LITERAL_MIN = 4,     /* bytes of the shortest phrase that can be indexed */
	EN_LITERAL_FILTER = 4096, /* bits */
	EN_LITERAL_PADDING = 16, /* readable bytes that must follow the text */
};

enum {
	EN_LITERAL_PHRASES_MAX = 1 << 24, /* phrases of one index */
	EN_LITERAL_OFFSET_MAX = 255,      /* of a window in its phrase */
};

/* An entry of a window table; 0: an empty slot, so phrases are numbered from 1. */
struct en_literal_entry {
	uint32_t tag;   /* hash of the window */
	uint32_t place; /* phrase << 8 | offset of the window in the phrase */
};

/* Where a phrase's bytes stand in the pool. */
struct en_literal_phrase {
	uint32_t offset, len;
	uint32_t loose; /* it may stand inside of a word: a piece of a pattern */
};

/* An index as it lies in memory: pointers are made from offsets when it is used. */
struct en_literal_index {
	const struct en_literal_entry *wide, *narrow, *brief; /* tables of windows by the phrases' length; NULL: none */
	uint32_t wide_mask, narrow_mask, brief_mask;          /* size - 1 */
	const uint64_t *brief_filter;                         /* EN_LITERAL_FILTER bits */
	const struct en_literal_phrase *phrases;      /* [0] is unused */
	const char *pool;
};

/* The three kinds of phrases, by their length. */
enum en_literal_kind {
	EN_LITERAL_BRIEF,
	EN_LITERAL_NARROW,
	EN_LITERAL_WIDE,
	EN_LITERAL_NONE, /* too short */
};

enum en_literal_kind en_literal_kind(uint32_t len);

/* The size (a power of two) that a table for count phrases of one kind takes. 0 for none. */
uint32_t en_literal_table_size(uint32_t count);

/* The tables that en_literal_build fills: zeroed, of the sizes that en_literal_table_size gives for the phrases of each kind. */
struct en_literal_tables {
	struct en_literal_entry *tables[EN_LITERAL_NONE];
	uint32_t sizes[EN_LITERAL_NONE];
	uint64_t *filter; /* EN_LITERAL_FILTER bits, zeroed */
};

/* Enters the phrases 1..count; those that are too short are passed over. frequency: 65536 counters of working memory. */
void en_literal_build(const struct en_literal_phrase *phrases, uint32_t count, const char *pool,
		      struct en_literal_tables *tables, uint16_t *frequency);

/*
 * Sets bit n of found[] for every phrase n that occurs in text (see en_literal_at; loose ones anywhere). text must be lower
 * case and followed by EN_LITERAL_PADDING readable bytes.
 */
void en_literal_search(const struct en_literal_index *index, struct errnorm_str text,
		       uint64_t *found);

/*
 * Is the phrase at text[pos]? One that begins with a letter or digit must not follow one: "rate limit" is not in "generate limit".
 */
bool en_literal_at(struct errnorm_str text, size_t pos, struct errnorm_str phrase);

/* The same anywhere in text, one phrase at a time, for phrases that are not in an index. */
bool en_literal_in(struct errnorm_str text, struct errnorm_str phrase);

#endif
