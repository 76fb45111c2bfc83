/*
 * document.h - the strict reader for tables: a whole JSON text as a tree of nodes that know where they stand.
 *
 * Strict JSON (RFC 8259) plus, where asked for, comments and trailing commas. Nodes live in an arena; decoded strings too. The text itself is
 * referred to (raw) and must stay. Nesting is bounded.
 */
#ifndef ERRNORM_TEXT_DOCUMENT_H
#define ERRNORM_TEXT_DOCUMENT_H

#include <stdbool.h>

#include "arena.h"
#include "json.h"

enum {
	EN_DOCUMENT_DEPTH_MAX = 64,
};

struct en_node {
	enum en_json_kind kind;
	uint32_t count;          /* members or elements */
	size_t offset;           /* where the value begins in the text */
	size_t key_offset;       /* where its key begins (the quote), if it is a member */
	struct errnorm_str key;  /* decoded; NULL view if it is no member */
	struct errnorm_str text; /* a string, decoded; a number as it is written; NULL view otherwise */
	struct errnorm_str raw;  /* the value's text; of a string with its quotes */
	struct en_node *child;   /* first member or element */
	struct en_node *next;    /* sibling */
};

struct en_document_error {
	size_t offset;
	const char *text; /* static; NULL: memory ran out */
};

/*
 * Reads text. NULL with *ret_error filled at the first mistake (what follows a syntax mistake means nothing). relaxed: comments and
 * trailing commas are fine.
 */
struct en_node *en_document_read(struct en_arena *arena, struct errnorm_str text, bool relaxed,
				 struct en_document_error *ret_error);

/* The member of an object, or NULL. */
const struct en_node *en_document_get(const struct en_node *object, struct errnorm_str key);

/*
 * The offset in the text of byte n of a string node's decoded text: exact through escapes, for errors that point into a string.
 */
size_t en_document_string_offset(const struct en_node *node, size_t n);

#endif
