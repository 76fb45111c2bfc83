/*
 * http.c - cuts a printed HTTP response into status, headers and body. Lengths in the headers do
 * not count: the text ends where it ends.
 */
#include "http.h"

#include "str.h"

/* Takes the next line, without its end, off *rest. False if nothing is left. */
static bool take_line(struct errnorm_str *rest, struct errnorm_str *ret)
{
	size_t end;

	if (!rest->len)
		return false;
	end = en_str_find(*rest, EN_STR("\n"), 0);
	if (end == (size_t)-1)
		end = rest->len;
	*ret = en_str(rest->ptr, end);
	*rest = en_str_from(*rest, end + 1);
	if (ret->len && ret->ptr[ret->len - 1] == '\r')
		ret->len--;
	return true;
}

static bool is_digit_at(struct errnorm_str s, size_t i)
{
	return i < s.len && en_is_digit((unsigned char)s.ptr[i]);
}

static bool is_blank_at(struct errnorm_str s, size_t i)
{
	return i < s.len && (s.ptr[i] == ' ' || s.ptr[i] == '\t');
}

/* "HTTP/" digit [ "." digit ] blanks 3digits [ blanks reason ] */
static bool read_status_line(struct errnorm_str line, int *ret_status, struct errnorm_str *ret_reason)
{
	size_t i = 5;
	int status = 0;

	if (!en_str_starts(line, EN_STR("HTTP/")) || !is_digit_at(line, i))
		return false;
	i++;
	if (i < line.len && line.ptr[i] == '.' && is_digit_at(line, i + 1))
		i += 2;
	if (!is_blank_at(line, i))
		return false;
	while (is_blank_at(line, i))
		i++;
	for (size_t digits = 0; digits < 3; digits++, i++) {
		if (!is_digit_at(line, i))
			return false;
		status = status * 10 + (line.ptr[i] - '0');
	}
	if (status < 100 || (i < line.len && !is_blank_at(line, i)))
		return false;
	*ret_status = status;
	*ret_reason = en_str_trim(en_str_from(line, i));
	return true;
}

static bool is_status_line(struct errnorm_str rest)
{
	struct errnorm_str line, reason;
	int status;

	return take_line(&rest, &line) && read_status_line(line, &status, &reason);
}

/* Joins a folded line to the value before it. The view grows over the line break. */
static void fold(struct en_http_header *header, struct errnorm_str line)
{
	line = en_str_trim(line);
	if (!line.len)
		return;
	if (!header->value.len)
		header->value = line;
	else
		header->value.len = (size_t)(line.ptr + line.len - header->value.ptr);
}

/* Reads header lines up to the blank line. Returns how many headers there are. */
static size_t read_headers(struct errnorm_str *rest, struct en_http_header *headers, size_t cap)
{
	struct en_http_header none, *last = NULL;
	struct errnorm_str line;
	size_t count = 0;

	while (take_line(rest, &line) && line.len) {
		size_t colon = en_str_find(line, EN_STR(":"), 0);
		struct errnorm_str name;

		if (is_blank_at(line, 0)) {
			if (last)
				fold(last, line);
			continue;
		}
		last = NULL;
		if (colon == (size_t)-1)
			continue;
		name = en_str_trim(en_str(line.ptr, colon));
		if (!name.len)
			continue;
		last = count < cap ? &headers[count] : &none;
		last->name = name;
		last->value = en_str_trim(en_str_from(line, colon + 1));
		count++;
	}
	return count;
}

/* Is this response only what came before the real one? */
static bool is_interim(int status, struct errnorm_str reason, struct errnorm_str rest)
{
	const struct errnorm_str proxy = EN_STR("connection established");

	if (status >= 200 && !(status == 200 && en_str_case_starts(reason, proxy)))
		return false;
	return is_status_line(rest);
}

bool en_http_read(struct errnorm_str text, struct en_http_header *headers, size_t header_cap, struct en_http *ret)
{
	struct errnorm_str rest = text, line, reason;
	struct en_http http;

	do {
		if (!take_line(&rest, &line) || !read_status_line(line, &http.status, &reason))
			return false;
		http.header_count = read_headers(&rest, headers, header_cap);
	} while (is_interim(http.status, reason, rest));
	http.body = rest;
	*ret = http;
	return true;
}
