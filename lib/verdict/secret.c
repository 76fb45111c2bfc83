/*
 * secret.c - the forms in which a caller's secret comes back: percent-encoded, in base64, or shortened to its two ends.
 *
 * The secret itself is found by redact.c. Nothing is decoded into memory: each form is compared as it stands.
 */
#include "work.h"

enum {
	END_MIN = 3,                   /* characters of each end that a shortened form shows at least */
	DOTS_MIN = 2,                  /* dots, asterisks or crosses between them */
	BASE64_MIN = 8,                /* characters of base64 that are certain */
	FORM_MIN = END_MIN + DOTS_MIN, /* bytes of the shortest form */
};

static int hex_digit(char c)
{
	if (en_is_digit((unsigned char)c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "a%2Bb" for "a+b". The length of the form at text[at], or 0; it must have one escape at least. */
static size_t percent_at(struct errnorm_str text, size_t at, struct errnorm_str secret)
{
	size_t start = at;
	bool escaped = false;

	for (size_t i = 0; i < secret.len; i++) {
		if (at >= text.len)
			return 0;
		if (text.ptr[at] == '%' && text.len - at >= 3 && hex_digit(text.ptr[at + 1]) >= 0 &&
		    hex_digit(text.ptr[at + 2]) >= 0) {
			if ((char)(hex_digit(text.ptr[at + 1]) * 16 + hex_digit(text.ptr[at + 2])) != secret.ptr[i])
				return 0;
			escaped = true;
			at += 3;
		} else if (text.ptr[at] == secret.ptr[i]) {
			at++;
		} else {
			return 0;
		}
	}
	return escaped ? at - start : 0;
}

/* Six bits of the secret's bit stream from bit `from`, an even one, on. */
static unsigned six_bits(struct errnorm_str secret, size_t from)
{
	size_t i = from / 8;
	unsigned two = (unsigned)(unsigned char)secret.ptr[i] << 8;

	if (i + 1 < secret.len)
		two |= (unsigned char)secret.ptr[i + 1];
	return two >> (10 - from % 8) & 63;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static bool is_base64(char c, unsigned value)
{
	return c == alphabet[value] || (value == 62 && c == '-') || (value == 63 && c == '_');
}

/*
 * Base64 of a text in which the secret stands: by where it begins there are three, and of each the characters that belong to the secret alone are
 * certain. Returns the length with what surrounds them.
 */
static size_t base64_at(struct errnorm_str text, size_t at, struct errnorm_str secret)
{
	for (size_t skip = 0; skip < 6; skip += 2) {
		size_t count = (secret.len * 8 - skip) / 6;
		size_t n = 0;
		if (count < BASE64_MIN || count > text.len - at)
			continue;
		while (n < count && is_base64(text.ptr[at + n], six_bits(secret, skip + 6 * n)))
			n++;
		if (n < count)
			continue;
		while (at + n < text.len && (en_is_alnum((unsigned char)text.ptr[at + n]) || text.ptr[at + n] == '=' ||
					     text.ptr[at + n] == '+' || text.ptr[at + n] == '/'))
			n++;
		return n;
	}
	return 0;
}

static size_t dot_length(struct errnorm_str text, size_t at)
{
	static const struct errnorm_str dots[] = {{".", 1},           {"*", 1}, {"x", 1}, {"X", 1}, {"\xe2\x80\xa6", 3},
						  {"\xe2\x80\xa2", 3}};

	for (size_t i = 0; i < sizeof dots / sizeof dots[0]; i++)
		if (en_str_starts(en_str_from(text, at), dots[i]))
			return dots[i].len;
	return 0;
}

/* "sk-ab...yz": the secret's beginning, something in its place, its end. */
static size_t shortened_at(struct errnorm_str text, size_t at, struct errnorm_str secret)
{
	size_t head = 0;
	size_t i;
	size_t dots = 0;
	size_t len;

	while (at + head < text.len && head < secret.len / 2 && text.ptr[at + head] == secret.ptr[head])
		head++;
	if (head < END_MIN)
		return 0;
	for (i = at + head; (len = dot_length(text, i)); i += len)
		dots += len == 3 ? DOTS_MIN : 1; /* an ellipsis is many */
	if (dots < DOTS_MIN)
		return 0;
	for (len = secret.len / 2; len >= 2; len--)
		if (en_str_starts(en_str_from(text, i), en_str_from(secret, secret.len - len)))
			return i + len - at;
	return i - at; /* the end is not shown */
}

static void add_byte(uint64_t bits[4], char c)
{
	bits[(unsigned char)c / 64] |= 1ull << ((unsigned char)c % 64);
}

/* The bytes with which a form of it may begin, as bits. */
static void first_bytes(struct errnorm_str secret, uint64_t ret[4])
{
	ret[0] = ret[1] = ret[2] = ret[3] = 0;
	add_byte(ret, secret.ptr[0]);
	add_byte(ret, '%');
	for (size_t skip = 0; skip < 6; skip += 2) {
		unsigned value = six_bits(secret, skip);
		add_byte(ret, alphabet[value]);
		if (value >= 62)
			add_byte(ret, value == 62 ? '-' : '_');
	}
}

size_t en_secret_form(struct errnorm_str text, struct errnorm_str secret, size_t from, size_t *ret_len)
{
	uint64_t first[4];

	if (text.len < from + FORM_MIN)
		return (size_t)-1;
	first_bytes(secret, first);
	for (size_t at = from; at < text.len; at++) {
		unsigned char c = (unsigned char)text.ptr[at];
		size_t len = 0;
		if (!(first[c / 64] >> (c % 64) & 1))
			continue; /* most bytes */
		if (c == (unsigned char)secret.ptr[0] || c == '%') {
			len = percent_at(text, at, secret);
			if (!len)
				len = shortened_at(text, at, secret);
		}
		if (!len)
			len = base64_at(text, at, secret);
		if (len) {
			*ret_len = len;
			return at;
		}
	}
	return (size_t)-1;
}
