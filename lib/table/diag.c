/*
 * diag.c - collecting diagnostics, ordering them, and finding the word that was meant.
 */
#include "diag.h"

#include <stdarg.h>
#include <string.h>

#include "locate.h"
#include "str.h"
#include "vec.h"

static uint32_t severity_of(enum en_diag_id id)
{
	switch (id) {
#define XX(number, NAME, severity)                                                                 \
	case EN_DIAG_##NAME:                                                                       \
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
	for (size_t i = 0; i < word.len && i < 120; i++) {
		char c = (unsigned char)word.ptr[i] < 0x20 ? ' ' : word.ptr[i];
		put(text, &c, 1);
	}
	if (word.len > 120)
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

void en_diag_add(struct en_diags *diags, enum en_diag_id id, const struct en_file *file,
		 size_t offset, struct errnorm_str rule, struct errnorm_str hint,
		 const char *format, ...)
{
	struct errnorm_diag diag = {.size = sizeof diag, .id = (uint32_t)id};
	struct text text = {en_arena_take(diags->arena, 512), 0, 511};
	struct en_place place = en_locate(file->text, offset);
	va_list args;

	if (!text.out)
		return;
	va_start(args, format);
	put_format(&text, format, args);
	va_end(args);
	diag.severity = severity_of(id);
	diag.line = place.line;
	diag.column = place.column;
	diag.file = file->name;
	diag.rule = rule;
	diag.hint = hint;
	diag.message = en_str(text.out, text.len);
	if (diag.severity == ERRNORM_SEVERITY_ERROR)
		diags->errors++;
	if (!en_arena_grow(diags->arena, (void **)(void *)&diags->list, diags->count,
			   &diags->capacity, sizeof *diags->list))
		return;
	diags->list[diags->count++] = diag;
}

static int compare_places(const struct errnorm_diag *a, const struct errnorm_diag *b)
{
	size_t min = a->file.len < b->file.len ? a->file.len : b->file.len;
	int order = min ? memcmp(a->file.ptr, b->file.ptr, min) : 0;

	if (order)
		return order;
	if (a->file.len != b->file.len)
		return a->file.len < b->file.len ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return 0;
}

/* Insertion sort: stable, and the list is short or nearly in order. */
void en_diag_sort(struct en_diags *diags)
{
	for (size_t i = 1; i < diags->count; i++) {
		struct errnorm_diag diag = diags->list[i];
		size_t k = i;
		for (; k > 0 && compare_places(&diags->list[k - 1], &diag) > 0; k--)
			diags->list[k] = diags->list[k - 1];
		diags->list[k] = diag;
	}
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
			if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] &&
			    a.ptr[i - 2] == b.ptr[j - 1] && twice[j - 2] + 1 < best)
				best = twice[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[a.len % 3][b.len];
}

struct errnorm_str en_diag_suggest(struct en_diags *diags, struct errnorm_str word,
				   const struct errnorm_str *names, size_t count)
{
	unsigned best = word.len < 4 ? 2 : word.len < 9 ? 3 : 4; /* below this is near */
	struct errnorm_str found = EN_STR_NULL;
	struct text text;

	for (size_t i = 0; i < count; i++) {
		unsigned distance = edit_distance(word, names[i]);
		if (distance < best) {
			best = distance;
			found = names[i];
		}
	}
	if (!found.ptr)
		return EN_STR_NULL;
	text = (struct text){en_arena_take(diags->arena, found.len + 20), 0, found.len + 20};
	if (!text.out)
		return EN_STR_NULL;
	put(&text, "did you mean \"", 14);
	put(&text, found.ptr, found.len);
	put(&text, "\"?", 2);
	return en_str(text.out, text.len);
}
