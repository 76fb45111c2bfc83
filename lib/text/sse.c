/*
 * sse.c - takes an event stream apart into lines and frames. All state is the text that is left.
 */
#include "sse.h"

#include "scan.h"
#include "str.h"
#include "utf8.h"

struct field {
	struct errnorm_str name, value;
	bool comment;
};

/* Takes the next line, without its end, off *rest. False if nothing is left. */
static bool take_line(struct errnorm_str *rest, struct errnorm_str *ret)
{
	size_t i, next;

	if (!rest->len)
		return false;
	i = (size_t)(en_scan_line(rest->ptr, rest->ptr + rest->len) - rest->ptr);
	next = i + 1;
	if (i < rest->len && rest->ptr[i] == '\r' && next < rest->len && rest->ptr[next] == '\n')
		next++;
	*ret = en_str(rest->ptr, i);
	*rest = en_str_from(*rest, next);
	return true;
}

static struct field split_line(struct errnorm_str line)
{
	size_t colon = en_str_find(line, EN_STR(":"), 0);
	struct field field = {line, en_str_from(line, line.len), colon == 0};

	/* A line without a colon is a field without a value. */
	if (colon == (size_t)-1)
		return field;
	field.name.len = colon;
	field.value = en_str_from(line, colon + 1);
	if (field.value.len && field.value.ptr[0] == ' ')
		field.value = en_str_from(field.value, 1);
	return field;
}

static bool is_data(const struct field *field)
{
	return !field->comment && en_str_eq(field->name, EN_STR("data"));
}

static bool is_event(const struct field *field)
{
	return !field->comment && en_str_eq(field->name, EN_STR("event"));
}

/* A field that the specification does not have: an error where the name of the event should stand. */
static bool is_error(const struct field *field)
{
	return !field->comment && en_str_eq(field->name, EN_STR("error")) && en_str_starts(field->value, EN_STR("{"));
}

/* A line that is no field at all: what failed behind the stream wrote its error into it as it would have answered without one. */
static bool is_bare(struct errnorm_str line)
{
	return en_str_starts(line, EN_STR("{"));
}

static struct errnorm_str skip_mark(struct errnorm_str text)
{
	const struct errnorm_str mark = EN_STR("\xEF\xBB\xBF");

	return en_str_starts(text, mark) ? en_str_from(text, mark.len) : text;
}

static struct errnorm_str skip_breaks(struct errnorm_str text)
{
	size_t i = 0;

	while (i < text.len && (text.ptr[i] == '\n' || text.ptr[i] == '\r'))
		i++;
	return i ? en_str_from(text, i) : text;
}

/* A relay may have put blank lines on either side of the mark. */
static struct errnorm_str skip_lead(struct errnorm_str text)
{
	return skip_breaks(skip_mark(skip_breaks(text)));
}

bool en_sse_probe(struct errnorm_str text)
{
	static const struct errnorm_str starts[] = {
		{"data:", 5}, {"event:", 6}, {":", 1}, {"id:", 3}, {"retry:", 6}, {"error: {", 8}, {"error:{", 7},
	};

	text = skip_lead(text);
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (en_str_starts(text, starts[i]))
			return true;
	return false;
}

void en_sse_init(struct en_sse *sse, struct errnorm_str text)
{
	sse->rest = skip_lead(text);
}

static void add_data(struct en_sse_frame *frame, struct errnorm_str value)
{
	if (frame->data_lines++ == 0)
		frame->data = value;
	else
		frame->data.len = (size_t)(value.ptr + value.len - frame->data.ptr);
}

bool en_sse_next(struct en_sse *sse, struct en_sse_frame *ret)
{
	struct en_sse_frame frame = {EN_STR_NULL, EN_STR_NULL, 0, EN_STR_NULL};
	struct errnorm_str rest = sse->rest, line;
	bool any = false;

	while (take_line(&rest, &line)) {
		struct field field = split_line(line);

		if (!line.len && any)
			break;
		/* A new event after data: the blank line between them was lost. */
		if ((is_event(&field) || is_error(&field) || is_bare(line)) && frame.data_lines) {
			rest = sse->rest;
			break;
		}
		if (is_bare(line))
			add_data(&frame, line);
		else if (is_data(&field) || is_error(&field))
			add_data(&frame, field.value);
		if (is_event(&field))
			frame.event = field.value;
		else if (is_error(&field))
			frame.event = field.name;
		else if (field.comment)
			frame.comment = field.value;
		any = any || frame.data_lines || frame.event.ptr || frame.comment.ptr;
		sse->rest = rest;
	}
	sse->rest = rest;
	if (any)
		*ret = frame;
	return any;
}

size_t en_sse_join(const struct en_sse_frame *frame, char *out, size_t cap)
{
	struct errnorm_str rest = frame->data, line;
	struct field field = {EN_STR_NULL, EN_STR_NULL, false};
	size_t len = 0;

	if (!cap)
		return 0;
	/* The first line is a bare value; what follows are whole lines, not all of them data. */
	for (bool first = true; take_line(&rest, &line); first = false) {
		field = split_line(line);
		if (!first && !is_data(&field))
			continue;
		if (first)
			field.value = line;
		else if (len < cap)
			out[len++] = '\n';
		else
			return en_utf8_floor(out, len);
		if (field.value.len > cap - len) {
			memcpy(out + len, field.value.ptr, cap - len);
			return en_utf8_floor(out, cap);
		}
		if (field.value.len)
			memcpy(out + len, field.value.ptr, field.value.len);
		len += field.value.len;
	}
	return len;
}
