/*
 * http.h - a raw HTTP response as `curl -i` prints it: status line, header lines, body.
 */
#ifndef ERRNORM_TEXT_HTTP_H
#define ERRNORM_TEXT_HTTP_H

#include <stdbool.h>

#include <errnorm/types.h>

struct en_http {
	int status;
	struct errnorm_str body;
	size_t header_count; /* headers found; those over the capacity handed in are dropped */
};

struct en_http_header {
	struct errnorm_str name, value;
};

/*
 * Reads text: HTTP/1.0, 1.1, 2 or 3 status line with or without a reason, CRLF or bare LF, interim
 * responses in front (1xx, and a proxy's "200 Connection established" that is followed by another
 * status line) skipped; header names trimmed, values trimmed, obsolete folded lines joined to the
 * value as a view (the line break stays inside); "Transfer-Encoding: chunked" bodies are left as
 * they are. Views point into text. Lines without a name and a colon are no headers. False
 * (and *ret left alone) if it does not begin with "HTTP/", a version and a status of three digits.
 * Interim headers may have been written to headers.
 */
bool en_http_read(struct errnorm_str text, struct en_http_header *headers, size_t header_cap, struct en_http *ret);

#endif
