/*
 * eventstream.h - messages of AWS's binary event-stream encoding
 * (application/vnd.amazon.eventstream).
 *
 * Layout: u32 total length, u32 headers length, u32 CRC of these; headers; payload; u32 CRC. Big
 * endian. CRCs are not checked: the transport below has done so, and a relay that recoded text must
 * not hide an error.
 */
#ifndef ERRNORM_TEXT_EVENTSTREAM_H
#define ERRNORM_TEXT_EVENTSTREAM_H

#include <stdbool.h>

#include <errnorm/types.h>

struct en_eventstream {
	struct errnorm_str rest;
};

struct en_eventstream_message {
	struct errnorm_str headers; /* encoded; walk with en_eventstream_header */
	struct errnorm_str payload;
};

/*
 * Is the text's first prelude plausible: lengths consistent, headers that parse and include a name
 * beginning with ':'? A cut-off last message is fine.
 */
bool en_eventstream_probe(struct errnorm_str text);
void en_eventstream_init(struct en_eventstream *es, struct errnorm_str text);
/* The next message, cut off or whole; false at the end or where lengths make no sense. */
bool en_eventstream_next(struct en_eventstream *es, struct en_eventstream_message *ret);
/*
 * The next string header (type 7) at *cursor (start with 0) of message->headers; others are
 * skipped; false at the end.
 */
bool en_eventstream_header(struct errnorm_str headers, size_t *cursor, struct errnorm_str *ret_name,
			   struct errnorm_str *ret_value);

#endif
