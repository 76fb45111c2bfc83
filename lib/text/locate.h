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

/* The same for one who asks again and again with growing offsets of one text: each byte is looked at once. Starts zeroed. */
struct en_locator {
	size_t offset;
	struct en_place place; /* line 0: nothing has been looked at */
};

struct en_place en_locate_on(struct en_locator *at, struct errnorm_str text, size_t offset);

/* How many lines end before an offset, for one who asks again and again with growing offsets: each byte is looked at once. */
struct en_line_counter {
	size_t offset;   /* up to here */
	uint32_t breaks; /* line ends were counted */
};

/* The line of an offset that is not inside of a CRLF; over the end means the end. */
uint32_t en_locate_line(struct en_line_counter *counter, struct errnorm_str text, size_t offset);

#endif
