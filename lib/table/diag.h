/*
 * diag.h - diagnostics: the registry of numbers, and the list that a load collects.
 *
 * A number means the same for ever; one that is no longer used stays listed. mappings/README.md explains them one by one.
 */
#ifndef ERRNORM_TABLE_DIAG_H
#define ERRNORM_TABLE_DIAG_H

#include <errnorm/load.h>

#include "arena.h"

/* XX(number, NAME, severity) */
/* clang-format off */
#define EN_DIAG_LIST(XX) \
	XX(1, IO, ERROR) /* a file or folder cannot be read */ \
	XX(2, SYNTAX, ERROR) /* not JSON */ \
	XX(3, ROOT, ERROR) /* the table is not an object */ \
	XX(4, VERSION, ERROR) /* "errnorm" is missing or not 1 */ \
	XX(5, IDENTITY, ERROR) /* not exactly one of provider, family, shared */ \
	XX(6, NAME, ERROR) /* a name that is not [a-z0-9_]+, or an id that is not well formed */ \
	XX(7, LIMIT, ERROR) /* too many of something */ \
	XX(10, UNKNOWN_KEY, ERROR) /* a key the format does not have */ \
	XX(11, REPEATED_KEY, ERROR) /* the same key twice */ \
	XX(12, TYPE, ERROR) /* a value of the wrong kind */ \
	XX(13, MISSING_KEY, ERROR) /* a required key is missing */ \
	XX(14, EMPTY, ERROR) /* an empty text, list or object where it means nothing */ \
	XX(15, VALUE, ERROR) /* a value outside of the allowed ones */ \
	XX(16, DUPLICATE_ID, ERROR) /* a rule's id, a provider's name or alias is used twice */ \
	XX(17, UNKNOWN_CODE, ERROR) /* "then" names no code */ \
	XX(18, UNKNOWN_FAMILY, ERROR) /* "inherit" names no family */ \
	XX(19, INHERIT_LOOP, ERROR) /* families inherit each other in a circle */ \
	XX(20, UNKNOWN_RULE, ERROR) /* "replaces" names no rule */ \
	XX(21, UNKNOWN_FACT, ERROR) /* a condition or template names a fact that no table in sight declares */ \
	XX(22, SOURCE, ERROR) /* a source that cannot be read */ \
	XX(23, REGEX, ERROR) /* a pattern that PCRE2 refuses */ \
	XX(24, TEMPLATE, ERROR) /* a template with an unknown or unclosed name */ \
	XX(25, STATUS, ERROR) /* a status that is none */ \
	XX(26, THEN, ERROR) /* not exactly one of then and unwrap */ \
	XX(27, CODE_REDEFINED, ERROR) /* a code of one's own that exists already */ \
	XX(28, UNKNOWN_DIALECT, ERROR) /* "inherit" names no dialect */ \
	XX(29, UNKNOWN_PROVIDER, ERROR) /* a dialect's "provider" names none */ \
	XX(40, NOT_TOTAL, ERROR) /* the tables do not cover every status */ \
	XX(41, ROWS_MISSING, ERROR) /* a dialect has no answer to some codes */ \
	XX(42, NOT_PUBLISHED, ERROR) /* a row emits what the dialect does not publish */ \
	XX(43, NOT_REACHED, ERROR) /* a published code that no row emits */ \
	XX(60, EXAMPLE_LOST, WARNING) /* an example is decided by another rule */ \
	XX(61, EXAMPLE_WRONG, WARNING) /* an example's verdict differs from what it expects */ \
	XX(62, NO_SOURCE, WARNING) /* a rule without source */ \
	XX(63, NO_EXAMPLE, WARNING) /* a rule without example */ \
	XX(64, PHRASE_NUMBER, WARNING) /* a phrase that is a bare number */ \
	XX(65, PHRASE_SHORT, WARNING) /* a phrase too short to say anything */ \
	XX(66, REGEX_LITERAL, WARNING) /* a pattern without a literal that gates it */ \
	XX(67, REGEX_SLOW, WARNING) /* a pattern that backtracks without bound */ \
	XX(68, SHADOWED, WARNING) /* a rule that can never win: an earlier one holds whenever it does */ \
	XX(69, UNUSED_FACT, WARNING) /* a fact that nothing uses */
/* clang-format on */

enum en_diag_id {
#define XX(number, NAME, severity) EN_DIAG_##NAME = (number),
	EN_DIAG_LIST(XX)
#undef XX
};

/* A text that diagnostics point into. */
struct en_file {
	struct errnorm_str name, text;
};

/* What is told, and where it points: line and column are only known when the list is in order. */
struct en_diag {
	struct errnorm_diag told;
	struct errnorm_str text;
	size_t offset;
};

struct en_diags {
	struct en_arena *arena;
	struct en_diag *list;
	size_t count, capacity;
	size_t errors;
};

/* Adds one that points at an offset of file. format knows %s (struct errnorm_str *) and %u (uint32_t) and %%; hint may be NULL. */
void en_diag_add(struct en_diags *diags, enum en_diag_id id, const struct en_file *file, size_t offset,
		 struct errnorm_str rule, struct errnorm_str hint, const char *format, ...);

/* By file, line, column; the order in which they were added among equals. Finds all lines and columns. */
void en_diag_sort(struct en_diags *diags);

/* Which of the names is nearest to a word that is none of them; count if none is near. */
size_t en_diag_nearest(struct errnorm_str word, const struct errnorm_str *names, size_t count);

/* "did you mean "x"?" for the nearest of the names, or a NULL view if none is near. */
struct errnorm_str en_diag_suggest(struct en_diags *diags, struct errnorm_str word, const struct errnorm_str *names,
				   size_t count);

#endif
