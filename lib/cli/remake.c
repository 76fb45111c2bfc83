/*
 * remake.c - writing the JSON body in which given paths hold given texts.
 */
#include "remake.h"

#include <string.h>

#include "output.h"

enum { LEAVES_MAX = 3 }; /* code, type, message */

/* A text and the rest of the way to it. */
struct leaf {
	const char *path, *end;
	struct errnorm_str value;
};

static bool is_index(const struct leaf *leaf)
{
	return leaf->path < leaf->end && *leaf->path == '[';
}

/* The length of the key that the path begins with; a dot in it is escaped. */
static size_t key_len(const struct leaf *leaf)
{
	size_t len = 0;
	size_t left = (size_t)(leaf->end - leaf->path);

	while (len < left && leaf->path[len] != '.' && leaf->path[len] != '[')
		len += leaf->path[len] == '\\' && len + 1 < left ? 2 : 1;
	return len;
}

static void pass(struct leaf *leaf, size_t len)
{
	leaf->path += len;
	if (leaf->path < leaf->end && *leaf->path == '.')
		leaf->path++;
}

static void put_key(FILE *out, const char *key, size_t len)
{
	char plain[CLI_WORD_MAX];
	size_t at = 0;

	for (size_t i = 0; i < len && at < sizeof(plain); i++)
		if (key[i] != '\\' || i + 1 == len)
			plain[at++] = key[i];
	cli_print_json(out, (struct errnorm_str){plain, at});
	fputs(": ", out);
}

static void put_value(FILE *out, const struct leaf *leaves, size_t count);

/* One element stands for whichever it was. */
static void put_array(FILE *out, const struct leaf *leaves, size_t count)
{
	struct leaf inner[LEAVES_MAX];
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		const char *close = NULL;

		if (is_index(&leaves[i]))
			close = memchr(leaves[i].path, ']', (size_t)(leaves[i].end - leaves[i].path));
		if (!close)
			continue;
		inner[found] = leaves[i];
		pass(&inner[found++], (size_t)(close + 1 - leaves[i].path));
	}
	putc('[', out);
	if (found)
		put_value(out, inner, found);
	putc(']', out);
}

static void put_object(FILE *out, const struct leaf *leaves, size_t count)
{
	bool done[LEAVES_MAX] = {false};
	const char *separator = "{";

	for (size_t i = 0; i < count; i++) {
		struct leaf inner[LEAVES_MAX];
		size_t found = 0;
		size_t len = key_len(&leaves[i]);

		if (done[i] || is_index(&leaves[i]))
			continue;
		for (size_t k = i; k < count; k++) {
			if (key_len(&leaves[k]) != len || memcmp(leaves[k].path, leaves[i].path, len) != 0)
				continue;
			done[k] = true;
			inner[found] = leaves[k];
			pass(&inner[found++], len);
		}
		fputs(separator, out);
		separator = ", ";
		put_key(out, leaves[i].path, len);
		put_value(out, inner, found);
	}
	putc('}', out);
}

/* Paths that one body cannot have together do not come from one; then the first goes before. */
static void put_value(FILE *out, const struct leaf *leaves, size_t count)
{
	if (leaves[0].path == leaves[0].end)
		cli_print_json(out, leaves[0].value);
	else if (is_index(&leaves[0]))
		put_array(out, leaves, count);
	else
		put_object(out, leaves, count);
}

/* What stands in front of the colon of a source that is no place in the body. */
static const char *skip_prefix(const struct cli_word *place, const char *prefix)
{
	size_t len = strlen(prefix);

	return place->len > len && memcmp(place->text, prefix, len) == 0 ? place->text + len : NULL;
}

static void add_leaf(struct leaf *leaves, size_t *count, const struct cli_word *place, struct errnorm_str value)
{
	if (place->len && value.len && !memchr(place->text, ':', place->len))
		leaves[(*count)++] = (struct leaf){place->text, place->text + place->len, value};
}

/* The message that is the whole body is the text of an object too that has no message. */
static void add_message(struct leaf *leaves, size_t *count, const struct cli_word *place, struct errnorm_str message)
{
	bool whole = place->len == 1 && *place->text == '$';

	if (whole && *count)
		return;
	add_leaf(leaves, count, place, message);
	if (whole && *count)
		leaves[0].path = leaves[0].end;
}

static void put_header(FILE *out, const struct cli_word *place, struct errnorm_str value, size_t *headers)
{
	const char *name = skip_prefix(place, "header:");

	if (!name || !value.len)
		return;
	fputs((*headers)++ ? ", " : ", \"headers\": { ", out);
	cli_print_json(out, (struct errnorm_str){name, (size_t)(place->text + place->len - name)});
	fputs(": ", out);
	cli_print_json(out, value);
}

void cli_remake_print(FILE *out, const struct cli_group *group)
{
	const struct cli_places *places = &group->places;
	struct errnorm_str message = {group->sample, group->sample_len};
	struct errnorm_str code = {group->code.text, group->code.len};
	struct errnorm_str type = {group->type.text, group->type.len};
	struct leaf leaves[LEAVES_MAX];
	size_t headers = 0;
	size_t count = 0;

	fprintf(out, "{ \"status\": %d", (int)group->status);
	put_header(out, &places->code, code, &headers);
	put_header(out, &places->type, type, &headers);
	put_header(out, &places->message, message, &headers);
	if (headers)
		fputs(" }", out);
	add_leaf(leaves, &count, &places->code, code);
	add_leaf(leaves, &count, &places->type, type);
	add_message(leaves, &count, &places->message, message);
	if (count) {
		fputs(", \"body\": ", out);
		put_value(out, leaves, count);
	} else if (places->plain && message.len) {
		fputs(", \"body\": ", out);
		cli_print_json(out, message);
	}
	fputs(" }", out);
}
