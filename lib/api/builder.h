/*
 * builder.h - what is behind errnorm_builder.
 */
#ifndef ERRNORM_API_BUILDER_H
#define ERRNORM_API_BUILDER_H

#include <errnorm/load.h>

#include "draft.h"

struct en_builder_text {
	struct en_file file;
	bool user;
	const struct en_table *counted; /* its figures, if it was built in; or NULL */
};

struct errnorm_builder {
	struct errnorm_alloc alloc;
	struct en_arena arena;
	struct en_diags diags;
	struct en_draft draft;
	EN_VEC(struct en_builder_text) texts;
	bool builtin, lint, finished;
};

#endif
