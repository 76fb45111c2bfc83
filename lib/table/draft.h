/*
 * draft.h - tables on their way from text to the frozen block: the same records as in model.h, in arrays that still grow, and what each
 * table declared. schema*.c fill it, check.c and lint.c look at it as a whole, freeze*.c turn it into the block.
 */
#ifndef ERRNORM_TABLE_DRAFT_H
#define ERRNORM_TABLE_DRAFT_H

#include "diag.h"
#include "document.h"
#include "model.h"
#include "regex.h"
#include "vec.h"

/* A fact as one table declares it. */
struct en_draft_fact {
	uint32_t fact;
	struct en_range sources;
	size_t offset; /* of its key in the file */
};

/* An example, for whoever runs it: the node of the object. */
struct en_draft_example {
	const struct en_node *node;
	uint32_t table, rule;
};

struct en_draft_table {
	struct en_file file;
	const struct en_node *root;
	struct errnorm_str name;
	enum en_table_kind kind;
	bool user, broken;
	int32_t rank;
	uint32_t order;                /* in which it was added */
	const struct en_node *inherit; /* the list, or NULL */
	EN_VEC(uint32_t) parents;      /* tables it inherits, in order */
	EN_VEC(struct en_draft_fact) facts;
	struct en_range waits, buckets, params, redacts;
	EN_VEC(struct en_range) errors, marks; /* groups of conditions */
	EN_VEC(struct errnorm_str) aliases;
	struct errnorm_str title, reviewed, docs;
	struct en_range rules;
	const struct en_table
		*counted; /* figures of its whole text, if this is what is left of one (image.c); or NULL */
};

/* An answer as a row or a published entry of a dialect writes it. */
struct en_draft_answer {
	const struct en_node *node;
	struct errnorm_str code, type; /* NULL views: not said */
	struct en_answer said;         /* the rest; its code and type are not set yet */
};

/* A row by the name of its code. answers: one, or those that are said of gateway, upstream, byok. */
struct en_draft_row {
	const struct en_node *node;
	uint32_t code; /* once it is resolved */
	bool split, said[3];
	struct en_draft_answer answers[3];
};

struct en_draft_status {
	struct en_range ranges; /* of draft->statuses */
	struct en_draft_answer answer;
};

/* A dialect as its table declares it; what it leaves to the one it inherits is EN_NONE, NULL or empty. */
struct en_draft_dialect {
	uint32_t table, parent; /* parent: a dialect, or EN_NONE */
	const struct en_node *inherit, *provider, *stream, *headers;
	struct en_dialect said;
	struct en_text doc_url;
	EN_VEC(struct en_draft_answer) published;
	EN_VEC(struct en_draft_row) rows;
	EN_VEC(struct en_draft_status) statuses;
};

/* A text of the catalogue. */
struct en_draft_code_text {
	const struct en_node *node;
	uint32_t table;
	struct en_text text;
};

/* A rule's places in its file, for diagnostics; parallel to rules. */
struct en_draft_rule {
	size_t offset, then_offset;
	const struct en_node *node, *replaces;
};

struct en_draft_regex {
	struct en_regex *regex;
	struct en_regex_literals literals;
	uint32_t table; /* where it was first used */
	size_t offset;
};

/* One slot of the map from strings to their place in the pool, or from keys to numbers. */
struct en_draft_intern {
	uint64_t hash;
	uint32_t kind, number;
	struct errnorm_str text;
};

struct en_draft {
	struct en_arena *arena;
	struct en_diags *diags;
	const struct errnorm_alloc *alloc;

	EN_VEC(char) strings;
	struct en_draft_intern *intern; /* open addressing; capacity a power of two */
	size_t intern_count, intern_capacity;

	EN_VEC(struct en_draft_table) tables;
	EN_VEC(struct en_draft_rule) rule_places;
	EN_VEC(struct en_draft_example) examples;
	EN_VEC(struct en_draft_regex) regex_objects;

	EN_VEC(struct errnorm_str) fact_names;
	EN_VEC(struct en_rule) rules;
	EN_VEC(struct en_cond) conds;
	EN_VEC(struct en_phrase) phrases;
	EN_VEC(uint32_t) gates;
	EN_VEC(struct en_literal_phrase) phrase_table; /* [0] unused */
	EN_VEC(struct en_status_range) statuses;
	EN_VEC(struct en_detail) details;
	EN_VEC(struct en_unwrap) unwraps;
	EN_VEC(struct en_source) sources;
	EN_VEC(struct en_wait) waits;
	EN_VEC(struct en_bucket) buckets;
	EN_VEC(struct en_param) params;
	EN_VEC(struct en_redact) redacts;
	EN_VEC(struct en_text) literals;
	EN_VEC(struct en_path_node) path_nodes;
	EN_VEC(struct en_path_edge) path_edges; /* not yet a hash table */
	EN_VEC(struct en_slot_info) slots;
	EN_VEC(struct en_regex_info) regexes;
	EN_VEC(struct en_group) regex_names;
	EN_VEC(struct en_code) codes;

	EN_VEC(struct en_draft_dialect) dialects;
	EN_VEC(struct en_draft_code_text) texts;
	EN_VEC(struct en_form) forms;
	EN_VEC(struct en_header_form) dialect_headers;
	EN_VEC(struct en_policy) policies;
	/* Filled by en_check_dialects(). */
	EN_VEC(struct en_dialect) dialect_records;
	EN_VEC(struct en_answer) answers;
	EN_VEC(struct en_row) dialect_rows;
	EN_VEC(struct en_status_row) status_rows;
	EN_VEC(struct en_code_text) code_texts;
};

/* What an interned string or pair stands for. */
enum en_intern_kind {
	EN_INTERN_STRING, /* number: offset in the pool */
	EN_INTERN_FACT,
	EN_INTERN_PHRASE, /* number in phrase_table */
	EN_INTERN_LOOSE,  /* the same for one that may stand inside of a word */
	EN_INTERN_SLOT,   /* by source text */
	EN_INTERN_REGEX_SEARCH,
	EN_INTERN_REGEX_HERE,
	EN_INTERN_RULE, /* by id */
	EN_INTERN_PROVIDER,
	EN_INTERN_FAMILY,
	EN_INTERN_SHARED,
	EN_INTERN_DIALECT, /* the one of its name that was added last */
	EN_INTERN_CODE,
	EN_INTERN_SOURCES, /* the records of a list; number: of the first */
};

void en_draft_init(struct en_draft *draft, struct en_arena *arena, struct en_diags *diags,
		   const struct errnorm_alloc *alloc);

/* Frees the compiled patterns that nobody has taken over. */
void en_draft_done(struct en_draft *draft);

/* The number that stands for (kind, text), or EN_NONE. */
uint32_t en_draft_find(const struct en_draft *draft, enum en_intern_kind kind, struct errnorm_str text);

/* Lets number stand for it. text must stay. */
void en_draft_bind(struct en_draft *draft, enum en_intern_kind kind, struct errnorm_str text, uint32_t number);

/* The pool's copy of text. A NULL view gives {0, EN_NONE}. */
struct en_text en_draft_text(struct en_draft *draft, struct errnorm_str text);

/* The string a pool text stands for; valid until the pool grows. */
struct errnorm_str en_draft_view(const struct en_draft *draft, struct en_text text);

/* text folded and in lower case, in the arena: the form in which everything is compared. */
struct errnorm_str en_draft_fold(struct en_draft *draft, struct errnorm_str text);

/* The number of a fact's name, made if it is new. */
uint32_t en_draft_fact(struct en_draft *draft, struct errnorm_str name);

/* A phrase to compare with; it is entered into the index if index and it is long enough. */
struct en_phrase en_draft_phrase(struct en_draft *draft, struct errnorm_str folded, bool index);

/* The phrases without one of which a pattern cannot match, entered into the index: a range of gates, empty if there are none. */
struct en_range en_draft_gates(struct en_draft *draft, uint32_t regex);

/* The slot for a source; NULL text in *ret_error or what is wrong with it, at *ret_offset of source. */
uint32_t en_draft_slot(struct en_draft *draft, struct errnorm_str source, const char **ret_error, size_t *ret_offset);

/* The regex for a pattern, compiled; EN_NONE with *ret_error filled if it is refused. */
uint32_t en_draft_regex(struct en_draft *draft, struct errnorm_str pattern, enum en_regex_kind kind, uint32_t table,
			size_t offset, struct en_regex_error *ret_error);

#endif
