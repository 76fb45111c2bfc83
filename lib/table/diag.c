/*
 * diag.c - collecting diagnostics, ordering them, and finding the word that was meant.
 */
#include "diag.h"

#include <stdarg.h>
#include <string.h>

#include "locate.h"
#include "str.h"
#include "utf8.h"

enum {
	WORD_MAX = 120, /* bytes of a word that a message repeats */
};

static uint32_t severity_of(enum en_diag_id id)
{
	switch (id) {
#define XX(number, NAME, severity)                                                                                     \
	case EN_DIAG_##NAME:                                                                                           \
		return ERRNORM_SEVERITY_##severity;
		EN_DIAG_LIST(XX)
#undef XX
	}
	return ERRNORM_SEVERITY_ERROR;
}

struct text {
	char *out;
	size_t len;
	size_t cap;
};

static void put(struct text *text, const char *p, size_t n)
{
	if (n > text->cap - text->len)
		n = text->cap - text->len;
	memcpy(text->out + text->len, p, n);
	text->len += n;
}

static void put_number(struct text *text, uint32_t number)
{
	char digits[10];
	size_t n = 0;

	do
		digits[n++] = (char)('0' + number % 10);
	while (number /= 10);
	while (n)
		put(text, &digits[--n], 1);
}

/* A word of the author's in a message: shortened, and without what would break a line. */
static void put_word(struct text *text, struct errnorm_str word)
{
	size_t len = word.len > WORD_MAX ? en_utf8_floor(word.ptr, WORD_MAX) : word.len;

	for (size_t i = 0; i < len; i++) {
		char c = (unsigned char)word.ptr[i] < 0x20 ? ' ' : word.ptr[i];
		put(text, &c, 1);
	}
	if (len < word.len)
		put(text, "...", 3);
}

static void put_format(struct text *text, const char *format, va_list args)
{
	for (; *format; format++) {
		if (*format != '%') {
			put(text, format, 1);
			continue;
		}
		switch (*++format) {
		case 's':
			put_word(text, *va_arg(args, const struct errnorm_str *));
			break;
		case 'u':
			put_number(text, va_arg(args, uint32_t));
			break;
		default:
			put(text, format, 1);
			break;
		}
	}
}

void en_diag_add(struct en_diags *diags, enum en_diag_id id, const struct en_file *file, size_t offset,
		 struct errnorm_str rule, struct errnorm_str hint, const char *format, ...)
{
	struct errnorm_diag diag = {.size = sizeof diag, .id = (uint32_t)id};
	struct text text = {en_arena_take(diags->arena, 512), 0, 511};
	va_list args;

	if (!text.out)
		return;
	va_start(args, format);
	put_format(&text, format, args);
	va_end(args);
	diag.severity = severity_of(id);
	diag.line = diag.column = 1;
	diag.file = file->name;
	diag.rule = rule;
	diag.hint = hint;
	diag.message = en_str(text.out, text.len);
	if (diag.severity == ERRNORM_SEVERITY_ERROR)
		diags->errors++;
	if (!en_arena_grow(diags->arena, (void **)(void *)&diags->list, diags->count, &diags->capacity,
			   sizeof *diags->list))
		return;
	diags->list[diags->count++] = (struct en_diag){diag, file->text, offset};
}

static bool is_behind(const struct en_diag *a, const struct en_diag *b)
{
	int order = en_str_order(a->told.file, b->told.file);

	return order ? order > 0 : a->offset > b->offset;
}

/* Merges [from, middle) and [middle, to), each in order; equals stay as they are. */
static void merge(const struct en_diag *list, size_t from, size_t middle, size_t to, struct en_diag *out)
{
	size_t a = from;
	size_t b = middle;

	for (size_t i = from; i < to; i++)
		out[i] = list[b == to || (a < middle && !is_behind(&list[a], &list[b])) ? a++ : b++];
}

static void locate(struct en_diags *diags)
{
	struct en_locator at = {0, {0, 0}};

	for (size_t i = 0; i < diags->count; i++) {
		struct en_diag *diag = &diags->list[i];
		struct en_place place;
		if (i && diag->text.ptr != diags->list[i - 1].text.ptr)
			at = (struct en_locator){0, {0, 0}};
		place = en_locate_on(&at, diag->text, diag->offset);
		diag->told.line = place.line;
		diag->told.column = place.column;
	}
}

void en_diag_sort(struct en_diags *diags)
{
	struct en_diag *other = en_arena_array(diags->arena, diags->capacity, sizeof *other);

	for (size_t run = 1; other && run < diags->count; run *= 2) {
		struct en_diag *list = diags->list;
		for (size_t i = 0; i < diags->count; i += 2 * run) {
			size_t middle = i + run < diags->count ? i + run : diags->count;
			size_t to = middle + run < diags->count ? middle + run : diags->count;
			merge(list, i, middle, to, other);
		}
		diags->list = other;
		other = list;
	}
	locate(diags);
}

/* How many letters must be changed, put in, left out or swapped to make b of a; words over 31 letters are far from all. */
static unsigned edit_distance(struct errnorm_str a, struct errnorm_str b)
{
	unsigned rows[3][33];

	if (a.len > 31 || b.len > 31)
		return 99;
	for (unsigned j = 0; j <= b.len; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= a.len; i++) {
		unsigned *row = rows[i % 3];
		unsigned *above = rows[(i + 2) % 3];
		unsigned *twice = rows[(i + 1) % 3];
		row[0] = i;
		for (unsigned j = 1; j <= b.len; j++) {
			unsigned best = above[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]);
			if (above[j] + 1 < best)
				best = above[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1] &&
			    twice[j - 2] + 1 < best)
				best = twice[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[a.len % 3][b.len];
}

size_t en_diag_nearest(struct errnorm_str word, const struct errnorm_str *names, size_t count)
{
	unsigned best = word.len < 4 ? 2 : word.len < 9 ? 3 : 4; /* below this is near */
	size_t found = count;

	for (size_t i = 0; i < count; i++) {
		unsigned distance = edit_distance(word, names[i]);
		if (distance < best) {
			best = distance;
			found = i;
		}
	}
	return found;
}

struct errnorm_str en_diag_suggest(struct en_diags *diags, struct errnorm_str word, const struct errnorm_str *names,
				   size_t count)
{
	size_t nearest = en_diag_nearest(word, names, count);
	struct errnorm_str found = nearest < count ? names[nearest] : EN_STR_NULL;
	struct text text;

	if (nearest == count)
		return EN_STR_NULL;
	text = (struct text){en_arena_take(diags->arena, found.len + 20), 0, found.len + 20};
	if (!text.out)
		return EN_STR_NULL;
	put(&text, "did you mean \"", 14);
	put(&text, found.ptr, found.len);
	put(&text, "\"?", 2);
	return en_str(text.out, text.len);
}
