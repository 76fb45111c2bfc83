/*
 * locate.h - byte offset to line and column, for diagnostics.
 */
#ifndef ERRNORM_TEXT_LOCATE_H
#define ERRNORM_TEXT_LOCATE_H

#include <errnorm/types.h>

struct en_place {
	uint32_t line, column; /* from 1; columns count code points; CRLF, LF and CR each end a line */
};

struct en_place en_locate(struct errnorm_str text, size_t offset);

#endif
