/*
 * out.h - the buffer that an answer is written into: what does not fit is only counted, and no text gets through that could end what it stands in.
 */
#ifndef ERRNORM_RENDER_OUT_H
#define ERRNORM_RENDER_OUT_H

#include <stdbool.h>

#include "str.h"

/* Where a text is to stand. */
enum en_out_mode {
	EN_OUT_JSON,   /* in a JSON string: escaped, valid UTF-8 */
	EN_OUT_HEADER, /* in a header or an event's name: printable ASCII alone */
	EN_OUT_PLAIN,  /* in a verdict: valid UTF-8 without control characters */
};

struct en_out {
	char *buf;
	size_t cap;
	size_t len; /* what it would take */
	enum en_out_mode mode;
};

/* Bytes as they are. */
void en_out_bytes(struct en_out *out, const char *ptr, size_t len);

#define EN_OUT(out, literal) en_out_bytes(out, "" literal, sizeof(literal) - 1)

/* A text as the mode wants it. */
void en_out_text(struct en_out *out, struct errnorm_str text);

void en_out_number(struct en_out *out, int64_t number);

/* A JSON string with its quotes, whatever the mode. */
void en_out_string(struct en_out *out, struct errnorm_str text);

#endif
