/*
 * render.h - from a verdict to an answer: what the files of this room hand to each other, and what the api asks of it.
 *
 *   verdict, dialect -> render.c (which answer, headers, frames) -> form.c (templates) -> out.c
 *                                                        catalogue.c (whose words) ^
 */
#ifndef ERRNORM_RENDER_RENDER_H
#define ERRNORM_RENDER_RENDER_H

#include <errnorm/render.h>

#include "model.h"
#include "out.h"

/* One rendering. dialect and answer are NULL where the catalogue's text alone is wanted. */
struct en_render {
	struct en_out out;
	const struct en_model *model;
	const struct errnorm_verdict *verdict;
	const struct en_dialect *dialect;
	const struct en_answer *answer;
	const struct errnorm_render *how;
	int32_t status;
	bool retryable;
};

/* ---- render.c ---- */

/* The dialect of that name in any case, or NULL. */
const struct en_dialect *en_dialect_named(const struct en_model *model, struct errnorm_str name);

/* The answer of a dialect to a code by its rows. A code that it does not know is answered as internal_error. */
const struct en_answer *en_answer_row(const struct en_model *model, const struct en_dialect *dialect, uint32_t code,
				      enum errnorm_origin origin, bool byok);

/* The whole answer: errnorm_render() with sound arguments. */
size_t en_render(const struct en_model *model, const struct errnorm_verdict *verdict, const struct en_dialect *dialect,
		 const struct errnorm_render *how, struct errnorm_rendered *ret, char *buf, size_t cap);

/* ---- form.c ---- */

/* Writes a form as JSON. False if it has no value: null, or an object or array without members, was written. */
bool en_form_put(struct en_render *render, uint32_t form);

/* Writes a template's text; brackets: what stands in them is left out where a name in it has no value. */
void en_template_put(struct en_render *render, struct errnorm_str template, bool brackets);

/* Have all names in it a value? */
bool en_template_ready(const struct en_render *render, struct errnorm_str template);

/* ---- catalogue.c ---- */

/* What is known of a code, built-in or custom. name NULL: it is none. */
struct en_code_facts {
	struct errnorm_str name, text;
	bool template; /* text is the tables' template, not a plain text */
	int32_t http_status, http_status_byok;
	bool retryable;
};
struct en_code_facts en_code_facts(const struct en_model *model, uint32_t code);

/* A type's name; NULL for a number that has none. */
const char *en_type_name(uint32_t type);

/* Writes the catalogue's text: filled in, or bare of all that differs from one failure to the next. */
void en_catalogue_put(struct en_render *render, bool bare);

/* Writes the message that the client reads. */
void en_message_put(struct en_render *render);

/* The provider's own words, or a NULL view. */
struct errnorm_str en_provider_words(const struct errnorm_verdict *verdict);

/* The catalogue's text for a verdict, filled in, at buf[cap]; cut at a character. */
struct errnorm_str en_catalogue_text(const struct en_model *model, const struct errnorm_verdict *verdict, char *buf,
				     size_t cap);

/* ---- backoff.c ---- */

int64_t en_backoff_ms(const struct en_model *model, const struct errnorm_verdict *verdict, struct errnorm_str policy,
		      uint32_t attempt, double random01);

#endif
