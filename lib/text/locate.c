/*
 * locate.c - counts lines and characters up to an offset. Only diagnostics ask, so there is no
 * cache.
 */
#include "locate.h"

#include "str.h"
#include "utf8.h"

static void increase(uint32_t *value)
{
	if (*value < UINT32_MAX)
		++*value;
}

struct en_place en_locate(struct errnorm_str text, size_t offset)
{
	const struct errnorm_str mark = EN_STR("\xEF\xBB\xBF");
	struct en_place place = {1, 1};
	size_t i = 0, len;

	/* No editor shows a byte-order mark. */
	if (en_str_starts(text, mark))
		i = mark.len;
	while (i < text.len && i < offset) {
		if (text.ptr[i] == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n') {
			/* The LF of a CRLF still belongs to the line that it ends. */
			len = 2;
		} else {
			en_utf8_decode(text.ptr + i, text.ptr + text.len, &len);
		}
		if (len > offset - i)
			break;
		if (text.ptr[i] == '\r' || text.ptr[i] == '\n') {
			increase(&place.line);
			place.column = 1;
		} else {
			increase(&place.column);
		}
		i += len;
	}
	return place;
}
