/*
 * out.c - writing texts so that they stay what they are: one JSON string, one header value.
 */
#include "out.h"

#include "utf8.h"

void en_out_bytes(struct en_out *out, const char *ptr, size_t len)
{
	size_t left = out->len < out->cap ? out->cap - out->len : 0;

	if (len && left)
		memcpy(out->buf + out->len, ptr, len < left ? len : left);
	out->len += len;
}

/*
 * Beside what JSON asks for: DEL and the C1 controls, which terminals obey, and the two line separators, which end a line for JavaScript and for
 * some readers of event streams.
 */
static bool wants_escape(uint32_t c)
{
	return c < 0x20 || c == '"' || c == '\\' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

static void escape(struct en_out *out, uint32_t c)
{
	static const char hex[] = "0123456789abcdef";
	const char unicode[6] = {'\\', 'u', hex[c >> 12 & 15], hex[c >> 8 & 15], hex[c >> 4 & 15], hex[c & 15]};
	const char plain[2] = {'\\', (char)c};

	if (c == '"' || c == '\\')
		en_out_bytes(out, plain, 2);
	else if (c == '\n')
		EN_OUT(out, "\\n");
	else if (c == '\r')
		EN_OUT(out, "\\r");
	else if (c == '\t')
		EN_OUT(out, "\\t");
	else
		en_out_bytes(out, unicode, 6);
}

/* How many bytes at p go through in every mode. */
static size_t plain_run(const char *p, const char *end)
{
	const char *from = p;

	while (p < end && *p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\')
		p++;
	return (size_t)(p - from);
}

static void put_code_point(struct en_out *out, uint32_t c)
{
	char utf8[4];
	bool control = c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;

	if (out->mode == EN_OUT_JSON && c == 0)
		c = 0xfffd; /* valid, but many a reader and database refuses it */
	if (out->mode == EN_OUT_JSON && wants_escape(c)) {
		escape(out, c);
		return;
	}
	if (out->mode == EN_OUT_HEADER && (control || c >= 0x80))
		return;
	if (control)
		c = ' ';
	en_out_bytes(out, utf8, en_utf8_encode(c, utf8));
}

void en_out_text(struct en_out *out, struct errnorm_str text)
{
	const char *p = text.ptr;
	const char *end;

	if (!text.len)
		return; /* there may be no pointer to add to */
	end = p + text.len;
	while (p < end) {
		size_t run = plain_run(p, end);
		en_out_bytes(out, p, run);
		p += run;
		if (p < end) {
			uint32_t c = en_utf8_decode(p, end, &run);
			put_code_point(out, c);
			p += run;
		}
	}
}

void en_out_number(struct en_out *out, int64_t number)
{
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	char digits[20];
	size_t n = sizeof digits;

	do
		digits[--n] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (number < 0)
		EN_OUT(out, "-");
	en_out_bytes(out, digits + n, sizeof digits - n);
}

void en_out_string(struct en_out *out, struct errnorm_str text)
{
	enum en_out_mode mode = out->mode;

	out->mode = EN_OUT_JSON;
	EN_OUT(out, "\"");
	en_out_text(out, text);
	EN_OUT(out, "\"");
	out->mode = mode;
}
