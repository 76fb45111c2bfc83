/*
 * output.c - printing. Whatever comes from outside is made harmless here before a terminal sees it.
 */
#include "output.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

/* A complaint is one line that a person reads; a longer argument is cut. */
enum { COMPLAINT_MAX = 1000 };

struct errnorm_str cli_str(const char *text)
{
	return (struct errnorm_str){text, text ? strlen(text) : 0};
}

/*
 * The code point at p and its length; a byte that begins no valid sequence is returned as itself
 * with length 0.
 */
static uint32_t decode(const unsigned char *p, const unsigned char *end, size_t *ret_len)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;
	uint32_t c = *p;

	*ret_len = len;
	if (len == 1)
		return c;
	*ret_len = 0;
	if (len == 0 || (size_t)(end - p) < len)
		return c;
	c &= 0x7fu >> len;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return *p;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < smallest[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return *p;
	*ret_len = len;
	return c;
}

/*
 * What a terminal would obey instead of showing: controls, line separators, marks that reorder
 * text.
 */
static bool is_unsafe(uint32_t c)
{
	return c < ' ' || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

static void print_escape(FILE *file, uint32_t c)
{
	switch (c) {
	case '\n':
		fputs("\\n", file);
		break;
	case '\r':
		fputs("\\r", file);
		break;
	case '\t':
		fputs("\\t", file);
		break;
	default:
		fprintf(file, c < 0x80 ? "\\x%02x" : "\\u%04x", (unsigned)c);
		break;
	}
}

void cli_print_text(FILE *file, struct errnorm_str text)
{
	const unsigned char *p = (const unsigned char *)text.ptr;
	const unsigned char *end = p + text.len;

	while (p < end) {
		size_t len;
		uint32_t c = decode(p, end, &len);

		if (len == 0) {
			fprintf(file, "\\x%02x", (unsigned)c);
			len = 1;
		} else if (is_unsafe(c)) {
			print_escape(file, c);
		} else {
			fwrite(p, 1, len, file);
		}
		p += len;
	}
}

size_t cli_text_cut(struct errnorm_str text, size_t size)
{
	if (text.len <= size)
		return text.len;
	while (size && ((unsigned char)text.ptr[size] & 0xc0) == 0x80)
		size--;
	return size;
}

void cli_print_excerpt(FILE *file, struct errnorm_str text, size_t limit)
{
	struct errnorm_str head = {text.ptr, cli_text_cut(text, limit)};

	cli_print_text(file, head);
	if (head.len < text.len)
		fprintf(file, "... (%zu bytes)", text.len);
}

void cli_print_json(FILE *file, struct errnorm_str text)
{
	const unsigned char *p = (const unsigned char *)text.ptr;
	const unsigned char *end = p + text.len;

	if (!text.ptr) {
		fputs("null", file);
		return;
	}
	putc('"', file);
	while (p < end) {
		size_t len;
		uint32_t c = decode(p, end, &len);

		if (len == 0) {
			fputs("\xef\xbf\xbd", file);
			len = 1;
		} else if (c == '"' || c == '\\') {
			putc('\\', file);
			putc((int)c, file);
		} else if (is_unsafe(c)) {
			fprintf(file, "\\u%04x", (unsigned)c);
		} else {
			fwrite(p, 1, len, file);
		}
		p += len;
	}
	putc('"', file);
}

size_t cli_text_width(struct errnorm_str text)
{
	size_t width = 0;

	for (size_t i = 0; i < text.len; i++)
		width += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
	return width;
}

void cli_print_words_json(FILE *file, struct errnorm_str words)
{
	const char *p = words.ptr;
	const char *end = p + words.len;

	putc('[', file);
	while (p < end) {
		const char *blank = memchr(p, ' ', (size_t)(end - p));
		size_t len = (size_t)((blank ? blank : end) - p);

		if (p != words.ptr)
			putc(',', file);
		cli_print_json(file, (struct errnorm_str){p, len});
		p += len + 1;
	}
	putc(']', file);
}

void cli_print_column(FILE *file, struct errnorm_str text, size_t width)
{
	cli_print_text(file, text);
	for (size_t used = cli_text_width(text); used < width; used++)
		putc(' ', file);
}

void cli_print_cell(FILE *file, struct errnorm_str text, size_t width)
{
	cli_print_column(file, text.len ? text : cli_str("-"), width);
}

void cli_widen(size_t *width, struct errnorm_str text)
{
	size_t own = cli_text_width(text);

	if (own > *width)
		*width = own;
}

static void complain(const char *command, const char *help, const char *format, va_list args)
{
	char text[COMPLAINT_MAX];

	vsnprintf(text, sizeof(text), format, args);
	fputs("errnorm: ", stderr);
	if (command)
		fprintf(stderr, "%s: ", command);
	cli_print_text(stderr, cli_str(text));
	if (help)
		fprintf(stderr, "; see 'errnorm %s%s--help'", help, *help ? " " : "");
	putc('\n', stderr);
}

int cli_fail(const char *command, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(command, NULL, format, args);
	va_end(args);
	return CLI_WRONG;
}

int cli_fail_usage(const char *command, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(command, command ? command : "", format, args);
	va_end(args);
	return CLI_WRONG;
}

int cli_fail_rc(const char *command, enum errnorm_rc rc)
{
	if (rc == ERRNORM_ENOMEM)
		return cli_fail(command, "out of memory");
	return cli_fail(command, "the library refused a call with %d: please report this", (int)rc);
}

/* Why writing failed, kept from where it was noticed: errno does not last. 0: it did not. */
static int output_error;

bool cli_output_sound(void)
{
	if (ferror(stdout) && !output_error)
		output_error = errno ? errno : EIO;
	return !ferror(stdout);
}

void cli_output_flush(void)
{
	fflush(stdout);
	cli_output_sound();
}

int cli_output_finish(int status)
{
	cli_output_flush();
	if (!output_error)
		return status;
	if (output_error != EPIPE)
		cli_fail(NULL, "cannot write to standard output: %s", strerror(output_error));
	return CLI_WRONG;
}
