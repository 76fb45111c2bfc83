/*
 * sse.h - frames of an event stream (WHATWG server-sent events): views into the text, no copies.
 */
#ifndef ERRNORM_TEXT_SSE_H
#define ERRNORM_TEXT_SSE_H

#include <stdbool.h>

#include <errnorm/types.h>

struct en_sse {
	struct errnorm_str rest; /* what has not been read yet */
};

struct en_sse_frame {
	struct errnorm_str event; /* NULL view if the frame names none; the last if several */
	/*
	 * The data line, or from the first to the last of them, with the line breaks and field
	 * names in between, if there are several: en_sse_join takes these out. NULL view if there
	 * is none.
	 */
	struct errnorm_str data;
	unsigned data_lines;
	/* The last comment line without the colon and a space behind it, e.g. "HTTP_STATUS/400". */
	struct errnorm_str comment;
};

/*
 * Does the text look like an event stream: after blank lines and a byte-order mark, does it begin
 * with "data:", "event:", "id:", "retry:", ":", or "error:" and an object?
 */
bool en_sse_probe(struct errnorm_str text);

void en_sse_init(struct en_sse *sse, struct errnorm_str text);

/*
 * The next frame that has data, an event name or a comment; false at the end. LF, CRLF and CR end
 * lines; a frame ends at a blank line or at the end of the text (a cut-off last frame is given
 * too); one space after the colon is dropped; comments and unknown fields are not part of the data.
 * Field lines may follow each other without a blank line where a new "event:" line begins a new
 * frame after data. "error:" with an object behind it, which older llama.cpp servers write (github.com/ggml-org/llama.cpp,
 * server_sent_event(sink, "error", ...)), is an event "error" with that as its data. A line that begins with an object is data, too: servers that fail while they stream write such. *ret
 * is left alone at the end.
 */
bool en_sse_next(struct en_sse *sse, struct en_sse_frame *ret);

/*
 * The data of a frame with several data lines joined by LF into out; returns the length (<= cap,
 * cut at a character). Never longer than frame->data.
 */
size_t en_sse_join(const struct en_sse_frame *frame, char *out, size_t cap);

#endif
