/*
 * locate.h - byte offset to line and column, for diagnostics.
 */
#ifndef ERRNORM_TEXT_LOCATE_H
#define ERRNORM_TEXT_LOCATE_H

#include <errnorm/types.h>

struct en_place {
	uint32_t line, column; /* from 1 */
};

/*
 * Columns count code points; CRLF, LF and CR each end a line. A byte-order mark in front is not
 * counted. An offset over the end means the end; one inside a character or a CRLF, its beginning.
 */
struct en_place en_locate(struct errnorm_str text, size_t offset);

#endif
