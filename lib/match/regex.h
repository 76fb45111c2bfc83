/*
 * regex.h - regular expressions. regex.c is the only file that includes pcre2.h.
 *
 * Two kinds: patterns of rules search the folded text without regard to case; patterns of redaction are matched at one
 * place, with regard to case. Every run is bounded; one that hits a bound counts as not matched and says so.
 */
#ifndef ERRNORM_MATCH_REGEX_H
#define ERRNORM_MATCH_REGEX_H

#include <stdbool.h>

#include <errnorm/types.h>

struct en_regex;

enum en_regex_kind {
	EN_REGEX_SEARCH = 0, /* anywhere, caseless */
	EN_REGEX_HERE = 1,   /* at the given place only, with case */
};

enum {
	EN_REGEX_GROUPS_MAX = 32,          /* pairs of a match, the whole one included */
	EN_REGEX_PATTERN_MAX = 4096,       /* bytes */
	EN_REGEX_MATCH_MEMORY = 48 * 1024, /* bytes that en_regex_match_init takes */
};

struct en_regex_error {
	size_t offset; /* in the pattern */
	char text[160];
};

/* Compiles; NULL with *ret_error filled, or with offset (size_t)-1 if memory ran out. */
struct en_regex *en_regex_new(const struct errnorm_alloc *alloc, struct errnorm_str pattern, enum en_regex_kind kind,
			      struct en_regex_error *ret_error);
void en_regex_free(struct en_regex *regex);

/*
 * Makes machine code of it, which takes several times as long as compiling it: for patterns that will be run on responses. Where the system
 * refuses executable memory the interpreter does the same, slower. No other thread may use it meanwhile.
 */
void en_regex_speed_up(struct en_regex *regex);

/* The named groups: name (NUL-terminated, lives as long as the regex) and number of the i-th; false behind the last. */
bool en_regex_name(const struct en_regex *regex, size_t i, const char **ret_name, unsigned *ret_group);
size_t en_regex_group_count(const struct en_regex *regex);

/* What a match must begin with: bit b of first[] is set if it may begin with byte b. And its least length. */
void en_regex_start(const struct en_regex *regex, uint64_t first[4], uint32_t *ret_min_len);

/* The state of a match: lives in mem (aligned, EN_REGEX_MATCH_MEMORY bytes), needs no freeing. NULL if mem is too small. */
struct en_regex_match;
struct en_regex_match *en_regex_match_init(void *mem, size_t size);

enum en_regex_result {
	EN_REGEX_NO = 0,
	EN_REGEX_YES = 1,
	EN_REGEX_LIMIT = 2, /* gave up */
};

/* text must be valid UTF-8. start: where to begin (SEARCH) or to match (HERE). Does not allocate. */
enum en_regex_result en_regex_run(const struct en_regex *regex, struct en_regex_match *match, struct errnorm_str text,
				  size_t start);

/* The same from the beginning of a text that goes on behind its end: a $ does not match there. */
enum en_regex_result en_regex_run_cut(const struct en_regex *regex, struct en_regex_match *match,
				      struct errnorm_str text);

/* What group n of the last successful run matched: a view into its text; ptr NULL if it took no part. */
struct errnorm_str en_regex_group(const struct en_regex_match *match, struct errnorm_str text, unsigned n);

/*
 * What a pattern cannot match without, read off its text (regex_literal.c).
 *
 * required: a set of literals, one of which every match contains; the set whose shortest member is longest. Empty if none can be told.
 * prefix: what every match begins with. always: ASCII characters that every match contains, as bits. Literals are folded to
 * lower case where the pattern's kind is SEARCH.
 */
enum {
	EN_REGEX_LITERALS_MAX = 24,
	EN_REGEX_LITERAL_MAX = 48, /* bytes kept of each */
};

struct en_regex_literal {
	char text[EN_REGEX_LITERAL_MAX];
	size_t len;
};

struct en_regex_literals {
	struct en_regex_literal required[EN_REGEX_LITERALS_MAX];
	size_t count;
	size_t shortest; /* of the required ones; 0 if there are none */
	struct en_regex_literal prefix;
	bool blank; /* a match may hold a blank: it is not about one word */
	uint64_t always[2];
};

void en_regex_literals(struct errnorm_str pattern, enum en_regex_kind kind, struct en_regex_literals *ret);

/*
 * The literals with one of which every match of a pattern of kind HERE begins, none of them empty, into ret[EN_REGEX_PREFIXES_MAX]
 * (regex_prefix.c). Returns how many; 0: they cannot be told.
 */
enum {
	EN_REGEX_PREFIXES_MAX = 32,
};
size_t en_regex_prefixes(struct errnorm_str pattern, struct en_regex_literal *ret);

/* Between the files that read patterns: past a class of which p stands behind the '['; and whether something far changes what is near. */
const char *en_regex_skip_class(const char *p, const char *end);
bool en_regex_is_odd(struct errnorm_str pattern);

#endif
