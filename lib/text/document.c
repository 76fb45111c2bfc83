/*
 * document.c - the strict reader. It keeps its own stack of open containers, so deep nesting is a diagnostic and not a crash.
 */
#include "document.h"

#include <string.h>

#include "scan.h"
#include "str.h"
#include "utf8.h"

struct reader {
	struct en_arena *arena;
	const char *start, *p, *end;
	bool relaxed;
	struct en_document_error *error;
};

static bool fail(struct reader *reader, const char *at, const char *text)
{
	reader->error->offset = (size_t)(at - reader->start);
	reader->error->text = text;
	return false;
}

/* White space, and comments where they are allowed. */
static bool skip_blank(struct reader *reader)
{
	for (;;) {
		const char *p = reader->p;
		while (p < reader->end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
			p++;
		reader->p = p;
		if (!reader->relaxed || reader->end - p < 2 || *p != '/')
			return true;
		if (p[1] == '/') {
			while (p < reader->end && *p != '\n' && *p != '\r')
				p++;
		} else if (p[1] == '*') {
			const char *open = p;
			for (p += 2; reader->end - p >= 2 && !(p[0] == '*' && p[1] == '/'); p++)
				;
			if (reader->end - p < 2)
				return fail(reader, open, "this comment does not end");
			p += 2;
		} else {
			return true;
		}
		reader->p = p;
	}
}

static bool check_escape(struct reader *reader, const char *p)
{
	if (reader->end - p < 2 || !memchr("\"\\/bfnrtu", p[1], 9))
		return fail(reader, p, "unknown escape sequence in a string");
	if (p[1] == 'u') {
		for (int i = 2; i < 6; i++) {
			if (p + i >= reader->end ||
			    !(en_is_digit((unsigned char)p[i]) || ((unsigned char)((p[i] | 0x20) - 'a') < 6)))
				return fail(reader, p, "\\u takes four hexadecimal digits");
		}
	}
	return true;
}

/* Checks a string from its opening quote on, and decodes it. */
static bool read_string(struct reader *reader, struct errnorm_str *ret)
{
	const char *open = reader->p;
	const char *p = open + 1;
	bool escaped = false;

	for (;; p++) {
		size_t len;
		if (p == reader->end)
			return fail(reader, open, "this string does not end");
		if (*p == '"')
			break;
		if ((unsigned char)*p < 0x20)
			return fail(reader, p, "a control character in a string; write it as an escape");
		if (*p == '\\') {
			if (!check_escape(reader, p))
				return false;
			escaped = true;
			p++;
		} else if ((unsigned char)*p >= 0x80) {
			if (en_utf8_decode(p, reader->end, &len) == 0xfffd && len == 1)
				return fail(reader, p, "this is not valid UTF-8");
			p += len - 1;
		}
	}
	reader->p = p + 1;
	*ret = en_str(open + 1, (size_t)(p - open - 1));
	if (escaped) {
		char *out = en_arena_take(reader->arena, ret->len + 1);
		if (!out)
			return false;
		*ret = en_str(out, en_json_decode(*ret, out, ret->len));
	}
	return true;
}

static const char *skip_digits(const char *p, const char *end)
{
	while (p < end && en_is_digit((unsigned char)*p))
		p++;
	return p;
}

static bool read_number(struct reader *reader, struct errnorm_str *ret)
{
	const char *start = reader->p;
	const char *p = start + (*start == '-');
	const char *digits = p;

	p = skip_digits(p, reader->end);
	if (p == digits || (p - digits > 1 && *digits == '0'))
		return fail(reader, start, "this is not a number");
	if (p < reader->end && *p == '.') {
		digits = ++p;
		p = skip_digits(p, reader->end);
		if (p == digits)
			return fail(reader, start, "this is not a number");
	}
	if (p < reader->end && (*p | 0x20) == 'e') {
		p++;
		if (p < reader->end && (*p == '+' || *p == '-'))
			p++;
		digits = p;
		p = skip_digits(p, reader->end);
		if (p == digits)
			return fail(reader, start, "this is not a number");
	}
	reader->p = p;
	*ret = en_str(start, (size_t)(p - start));
	return true;
}

static bool read_word(struct reader *reader, struct errnorm_str word)
{
	if ((size_t)(reader->end - reader->p) < word.len || memcmp(reader->p, word.ptr, word.len) != 0)
		return fail(reader, reader->p, "expected a value");
	reader->p += word.len;
	return true;
}

/* A value that holds no others. */
static bool read_scalar(struct reader *reader, struct en_node *node)
{
	const char *start = reader->p;
	bool ok = false;

	switch (*start) {
	case '"':
		node->kind = EN_JSON_STRING;
		ok = read_string(reader, &node->text);
		break;
	case 't':
		node->kind = EN_JSON_TRUE;
		ok = read_word(reader, EN_STR("true"));
		break;
	case 'f':
		node->kind = EN_JSON_FALSE;
		ok = read_word(reader, EN_STR("false"));
		break;
	case 'n':
		node->kind = EN_JSON_NULL;
		ok = read_word(reader, EN_STR("null"));
		break;
	default:
		if (*start != '-' && !en_is_digit((unsigned char)*start))
			return fail(reader, start, "expected a value");
		node->kind = EN_JSON_NUMBER;
		ok = read_number(reader, &node->text);
		break;
	}
	node->raw = en_str(start, (size_t)(reader->p - start));
	return ok;
}

static bool read_key(struct reader *reader, struct en_node *node)
{
	if (reader->p == reader->end || *reader->p != '"')
		return fail(reader, reader->p, "expected a key in double quotes");
	node->key_offset = (size_t)(reader->p - reader->start);
	if (!read_string(reader, &node->key) || !skip_blank(reader))
		return false;
	if (reader->p == reader->end || *reader->p != ':')
		return fail(reader, reader->p, "expected a colon");
	reader->p++;
	return skip_blank(reader);
}

struct level {
	struct en_node *node;
	struct en_node **tail;
};

/* Behind a value: closes what ends here, and comes to stand before the next value. False when the root has ended, or at a mistake. */
static bool advance(struct reader *reader, struct level *levels, size_t *depth)
{
	while (*depth) {
		struct level *level = &levels[*depth - 1];
		char close = level->node->kind == EN_JSON_OBJECT ? '}' : ']';
		bool comma = false;
		if (!skip_blank(reader))
			return false;
		if (level->node->count && reader->p < reader->end && *reader->p == ',') {
			reader->p++;
			comma = true;
			if (!skip_blank(reader))
				return false;
		}
		if (reader->p == reader->end)
			return fail(reader, reader->start + level->node->offset,
				    close == '}' ? "this object does not end" : "this array does not end");
		if (*reader->p == close && (!comma || reader->relaxed)) {
			reader->p++;
			level->node->raw = en_str(reader->start + level->node->offset,
						  (size_t)(reader->p - reader->start) - level->node->offset);
			--*depth;
			continue;
		}
		if (*reader->p == close)
			return fail(reader, reader->p, "a comma before the end is not JSON");
		if (level->node->count && !comma)
			return fail(reader, reader->p, "expected a comma");
		return true;
	}
	return false;
}

static struct en_node *read_tree(struct reader *reader)
{
	struct level levels[EN_DOCUMENT_DEPTH_MAX];
	struct en_node *root = NULL;
	size_t depth = 0;

	do {
		struct en_node *node = en_arena_take(reader->arena, sizeof *node);
		if (!node)
			return NULL;
		if (depth) {
			struct level *level = &levels[depth - 1];
			if (level->node->kind == EN_JSON_OBJECT && !read_key(reader, node))
				return NULL;
			*level->tail = node;
			level->tail = &node->next;
			level->node->count++;
		} else {
			root = node;
		}
		if (reader->p == reader->end) {
			fail(reader, reader->p, "expected a value");
			return NULL;
		}
		node->offset = (size_t)(reader->p - reader->start);
		if (*reader->p != '{' && *reader->p != '[') {
			if (!read_scalar(reader, node))
				return NULL;
			continue;
		}
		if (depth == EN_DOCUMENT_DEPTH_MAX) {
			fail(reader, reader->p, "nested too deeply");
			return NULL;
		}
		node->kind = *reader->p++ == '{' ? EN_JSON_OBJECT : EN_JSON_ARRAY;
		levels[depth++] = (struct level){node, &node->child};
	} while (advance(reader, levels, &depth));
	return reader->error->text || reader->arena->failed ? NULL : root;
}

struct en_node *en_document_read(struct en_arena *arena, struct errnorm_str text, bool relaxed,
				 struct en_document_error *ret_error)
{
	struct reader reader = {arena, text.ptr, text.ptr, text.ptr + text.len, relaxed, ret_error};
	struct en_node *root;

	*ret_error = (struct en_document_error){0, NULL};
	if (text.len >= 3 && memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0)
		reader.p += 3;
	if (!skip_blank(&reader))
		return NULL;
	root = read_tree(&reader);
	if (!root || !skip_blank(&reader))
		return NULL;
	if (reader.p != reader.end) {
		fail(&reader, reader.p, "something follows the end of the table");
		return NULL;
	}
	return root;
}

const struct en_node *en_document_get(const struct en_node *object, struct errnorm_str key)
{
	for (const struct en_node *member = object->child; member; member = member->next)
		if (en_str_eq(member->key, key))
			return member;
	return NULL;
}

size_t en_document_string_offset(const struct en_node *node, size_t n)
{
	size_t i = 1; /* the quote */

	while (n && i + 1 < node->raw.len) {
		size_t len = 1;
		char decoded[4];
		if (node->raw.ptr[i] == '\\') {
			len = node->raw.ptr[i + 1] == 'u' ? 6 : 2;
			if (len == 6 && i + 12 < node->raw.len && node->raw.ptr[i + 6] == '\\' &&
			    en_json_decode(en_str(node->raw.ptr + i, 12), decoded, 4) == 4)
				len = 12;
		}
		size_t bytes = len == 1 ? 1 : en_json_decode(en_str(node->raw.ptr + i, len), decoded, 4);
		n -= bytes < n ? bytes : n;
		i += len;
	}
	return node->offset + i;
}
