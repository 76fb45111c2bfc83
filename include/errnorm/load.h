/*
 * errnorm/load.h - tables of your own: a builder collects texts, checks them all, and freezes them.
 *
 *   struct errnorm_builder *builder;
 *   errnorm_builder_new(NULL, &builder);
 *   errnorm_builder_add_builtin(builder);
 *   errnorm_builder_add_path(builder, "/etc/gateway/mappings");
 *   if (errnorm_builder_finish(builder, &tables) != ERRNORM_OK)
 *           for (i = 0; i < errnorm_builder_diag_count(builder); i++) ...
 *   errnorm_builder_free(builder);
 *
 * Tables that are added later are asked earlier. To reload: build new tables, make new scratches, unref the old tables; where finish
 * refuses, nothing has changed and the old ones go on.
 *
 * The format is specified in mappings/README.md. Clean under C99 -pedantic and C++11.
 */
#ifndef ERRNORM_LOAD_H
#define ERRNORM_LOAD_H

#include <errnorm/types.h>
#include <errnorm/errnorm.h>

#ifdef __cplusplus
extern "C" {
#endif

struct errnorm_builder;

enum errnorm_severity {
	ERRNORM_SEVERITY_ERROR = 1,  /* finish refuses */
	ERRNORM_SEVERITY_WARNING = 2 /* finish accepts; only with errnorm_builder_lint() */
};

/* One mistake. Strings belong to the builder. */
struct errnorm_diag {
	size_t size;       /* sizeof, set by the library */
	uint32_t id;       /* 21 prints as EN021; a number keeps its meaning for ever (mappings/README.md lists them) */
	uint32_t severity; /* enum errnorm_severity */
	uint32_t line, column; /* from 1; columns count characters */
	struct errnorm_str file;
	struct errnorm_str rule;    /* the id of the rule it is in; ptr NULL: outside of rules */
	struct errnorm_str message; /* one sentence without a full stop */
	struct errnorm_str hint;    /* "did you mean \"status\"?"; ptr NULL: none */
};

/* A builder; alloc NULL: malloc. It is also the allocator of the tables that finish makes. *ret is set only on ERRNORM_OK. */
ERRNORM_API enum errnorm_rc errnorm_builder_new(const struct errnorm_alloc *alloc, struct errnorm_builder **ret);

/* Frees the builder, not the tables it made. Returns NULL; NULL is fine. */
ERRNORM_API struct errnorm_builder *errnorm_builder_free(struct errnorm_builder *builder);

/* Adds the built-in tables. At most once, in any place: they are asked after all others of their kind. */
ERRNORM_API enum errnorm_rc errnorm_builder_add_builtin(struct errnorm_builder *builder);

/*
 * Adds one table from memory. name stands in diagnostics and verdicts in place of a file's; both are copied. Mistakes in the text are not
 * this call's failure: finish tells them.
 */
ERRNORM_API enum errnorm_rc errnorm_builder_add_text(struct errnorm_builder *builder, struct errnorm_str name,
						     struct errnorm_str text);

/*
 * Adds a file, or all files *.json of a folder and the folders in it, in the order of their paths (README.md and schema.json are
 * passed over by name). ERRNORM_EIO if it cannot be read, with a diagnostic; what was added before stays.
 */
ERRNORM_API enum errnorm_rc errnorm_builder_add_path(struct errnorm_builder *builder, const char *path);

/*
 * Makes finish look harder, as `errnorm check` does: warnings too (rules that can never win, patterns without a literal, phrases that are too short,
 * missing sources and examples), and every example is translated and compared. Without this only errors are told.
 */
ERRNORM_API enum errnorm_rc errnorm_builder_lint(struct errnorm_builder *builder);

/*
 * Checks everything and freezes it into tables with one reference. ERRNORM_ETABLE: there are errors, *ret is untouched, see the
 * diagnostics. A builder can be finished once; free it then.
 */
ERRNORM_API enum errnorm_rc errnorm_builder_finish(struct errnorm_builder *builder, struct errnorm_tables **ret);

/* The diagnostics, in the order of files and lines; valid until the builder is freed. NULL behind the last. */
ERRNORM_API size_t errnorm_builder_diag_count(const struct errnorm_builder *builder);
ERRNORM_API const struct errnorm_diag *errnorm_builder_diag(const struct errnorm_builder *builder, size_t index);

/*
 * A diagnostic as one line, "file:line:column: error: text; hint [EN021]", without a line break: snprintf's rule, the result is
 * the length that it has or would have.
 */
ERRNORM_API size_t errnorm_diag_format(const struct errnorm_diag *diag, char *buf, size_t cap);

#ifdef __cplusplus
}
#endif

#endif
