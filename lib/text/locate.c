/*
 * locate.c - counts lines and characters up to an offset.
 */
#include "locate.h"

#include "scan.h"
#include "str.h"
#include "utf8.h"

static void increase(uint32_t *value)
{
	if (*value < UINT32_MAX)
		++*value;
}

struct en_place en_locate_on(struct en_locator *at, struct errnorm_str text, size_t offset)
{
	const struct errnorm_str mark = EN_STR("\xEF\xBB\xBF");
	size_t len;

	if (at->place.line == 0 || offset < at->offset) {
		/* No editor shows a byte-order mark. */
		at->offset = en_str_starts(text, mark) ? mark.len : 0;
		at->place = (struct en_place){1, 1};
	}
	while (at->offset < text.len && at->offset < offset) {
		size_t i = at->offset;
		if (text.ptr[i] == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n') {
			/* The LF of a CRLF still belongs to the line that it ends. */
			len = 2;
		} else {
			en_utf8_decode(text.ptr + i, text.ptr + text.len, &len);
		}
		if (len > offset - i)
			break;
		if (text.ptr[i] == '\r' || text.ptr[i] == '\n') {
			increase(&at->place.line);
			at->place.column = 1;
		} else {
			increase(&at->place.column);
		}
		at->offset += len;
	}
	return at->place;
}

struct en_place en_locate(struct errnorm_str text, size_t offset)
{
	struct en_locator at = {0, {0, 0}};

	return en_locate_on(&at, text, offset);
}

uint32_t en_locate_line(struct en_line_counter *counter, struct errnorm_str text, size_t offset)
{
	const char *p;
	const char *end;

	if (offset > text.len)
		offset = text.len;
	if (offset < counter->offset)
		*counter = (struct en_line_counter){0, 0};
	p = text.ptr + counter->offset;
	end = text.ptr + offset;
	while ((p = en_scan_line(p, end)) < end) {
		increase(&counter->breaks);
		p += *p == '\r' && end - p > 1 && p[1] == '\n' ? 2 : 1;
	}
	counter->offset = offset;
	return counter->breaks < UINT32_MAX ? counter->breaks + 1 : UINT32_MAX;
}
