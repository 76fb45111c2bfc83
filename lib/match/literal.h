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
 * Phrases of 11 bytes and more use windows of 8 bytes, those of 7 to 10 bytes windows of 4. Those of 4 to 6 bytes are looked for
 * at every position. Shorter ones are not taken. A window that is found only says where to compare the whole phrase. Which four
 * windows a phrase is entered by is chosen so that they are rare among all phrases: rules that share words do not slow each other
 * down.
 *
 * Each of the three kinds has a table of its own: a block of 32-bit words, which may stand in read-only memory.
 *
 *     buckets | filter | where each bucket begins, and the end | entries, bucket by bucket
 *
 * A filter keeps nearly all windows of a text away from the buckets: for those of 8 bytes it has 16 bits a bucket; those of 4 share one that
 * has a byte for each hash, and says which kinds have it.
 */
#ifndef ERRNORM_MATCH_LITERAL_H
#define ERRNORM_MATCH_LITERAL_H

#include <stdbool.h>

#include <errnorm/types.h>

enum {
	EN_LITERAL_MIN = 4,               /* bytes of the shortest phrase that can be indexed */
	EN_LITERAL_PADDING = 16,          /* readable bytes that must follow the text */
	EN_LITERAL_PHRASES_MAX = 1 << 24, /* phrases of one index */
	EN_LITERAL_OFFSET_MAX = 255,      /* of a window in its phrase */
	EN_LITERAL_FILTER = 1 << 14,      /* bytes of the filter for windows of 4 bytes */
};

/* Where a phrase's bytes stand in the pool. */
struct en_literal_phrase {
	uint32_t offset, len;
	uint32_t loose; /* it may stand inside of a word: a piece of a pattern */
};

/* The three kinds of phrases, by their length. */
enum en_literal_kind {
	EN_LITERAL_BRIEF,
	EN_LITERAL_NARROW,
	EN_LITERAL_WIDE,
	EN_LITERAL_NONE, /* too short */
};

enum en_literal_kind en_literal_kind(uint32_t len);

/* An index as it lies in memory: pointers are made from offsets when it is used. */
struct en_literal_index {
	const uint32_t *tables[EN_LITERAL_NONE]; /* NULL: there are no phrases of the kind */
	const uint8_t *filter;                   /* of brief and narrow windows */
	const struct en_literal_phrase *phrases; /* [0] is unused */
	const char *pool;
};

/* What a search found. */
struct en_literal_found {
	uint64_t *bits;  /* bit n: phrase n */
	uint64_t *words; /* bit w: bits[w] is not 0 */
};

/* The 32-bit words that the table for count phrases of a kind takes. 0 for none. */
size_t en_literal_table_size(enum en_literal_kind kind, uint32_t count);

/*
 * Enters the phrases 1..count of a kind, of which there are kind_count, into its table: zeroed, of en_literal_table_size() words. filter: of
 * EN_LITERAL_FILTER bytes, the same for all kinds. frequency: 65536 counters of working memory.
 */
void en_literal_build(const struct en_literal_phrase *phrases, uint32_t count, const char *pool,
		      enum en_literal_kind kind, uint32_t kind_count, uint32_t *table, uint8_t *filter,
		      uint16_t *frequency);

/*
 * Sets the bits of every phrase that occurs in text (see en_literal_at; loose ones anywhere). text must be lower case and followed by
 * EN_LITERAL_PADDING readable bytes.
 */
void en_literal_search(const struct en_literal_index *index, struct errnorm_str text,
		       const struct en_literal_found *found);

/*
 * Is the phrase at text[pos]? One that begins with a letter or digit must not follow one: "rate limit" is not in "generate limit".
 */
bool en_literal_at(struct errnorm_str text, size_t pos, struct errnorm_str phrase);

/* The same anywhere in text, one phrase at a time, for phrases that are not in an index. */
bool en_literal_in(struct errnorm_str text, struct errnorm_str phrase);

#endif
