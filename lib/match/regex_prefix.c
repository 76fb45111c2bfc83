/*
 * regex_prefix.c - the literals with one of which every match of a pattern begins: "[Kk]ey|(?:to|pa)ken" gives Key, key, token, paken.
 *
 * As in regex_literal.c: only what is plain is understood, and where in doubt nothing is found.
 */
#include "regex.h"

#include <string.h>

#include "str.h"

enum {
	BEGINNINGS_MAX = EN_REGEX_PREFIXES_MAX,
	LENGTH_MAX = 16, /* bytes of one that are of use */
	GROUPS_MAX = 4,  /* groups in groups */
	MEMBERS_MAX = 8, /* of a class */
};

/* How a match may begin, as far as it has been read. */
struct beginnings {
	struct beginning {
		char text[LENGTH_MAX];
		uint8_t len;
		bool closed; /* nothing that follows may be added to it */
	} items[BEGINNINGS_MAX];
	size_t count;
	bool failed; /* there are too many */
};

static void push(struct beginnings *set, const struct beginning *item)
{
	if (set->count == BEGINNINGS_MAX)
		set->failed = true;
	else
		set->items[set->count++] = *item;
}

static void close_all(struct beginnings *set)
{
	for (size_t i = 0; i < set->count; i++)
		set->items[i].closed = true;
}

static bool all_closed(const struct beginnings *set)
{
	for (size_t i = 0; i < set->count; i++)
		if (!set->items[i].closed)
			return false;
	return true;
}

static void extend(struct beginning *item, const char *text, size_t len)
{
	if (item->len + len > LENGTH_MAX) {
		len = LENGTH_MAX - item->len;
		item->closed = true;
	}
	memcpy(item->text + item->len, text, len);
	item->len = (uint8_t)(item->len + len);
}

/* Every open one, followed by each of others. */
static void multiply(struct beginnings *set, const struct beginnings *others)
{
	struct beginnings product = {.failed = set->failed || others->failed};

	for (size_t i = 0; i < set->count; i++) {
		if (set->items[i].closed) {
			push(&product, &set->items[i]);
			continue;
		}
		for (size_t k = 0; k < others->count; k++) {
			struct beginning item = set->items[i];
			extend(&item, others->items[k].text, others->items[k].len);
			item.closed |= others->items[k].closed;
			push(&product, &item);
		}
	}
	*set = product;
}

static void multiply_char(struct beginnings *set, char c)
{
	struct beginnings one = {.items = {{.text = {c}, .len = 1}}, .count = 1};

	multiply(set, &one);
}

struct parser {
	const char *p, *end;
	unsigned depth;
};

/* Is what was just read certain to be there once, and only once? A quantifier says otherwise. */
enum count {
	ONCE,
	OFTEN,
	PERHAPS,
};

static enum count read_count(const struct parser *parser)
{
	char c = parser->p < parser->end ? *parser->p : 0;

	if (c == '+')
		return parser->end - parser->p > 1 && strchr("?*{", parser->p[1]) ? PERHAPS : OFTEN;
	return c == '?' || c == '*' || c == '{' ? PERHAPS : ONCE;
}

/* A class of a few plain characters. The parser stands behind its '['. */
static bool read_class(struct parser *parser, struct beginnings *ret)
{
	*ret = (struct beginnings){.count = 0};
	while (parser->p < parser->end && *parser->p != ']') {
		struct beginning item = {.len = 1};
		char c = *parser->p++;
		if (c == '\\' && parser->p < parser->end && !en_is_alnum((unsigned char)*parser->p))
			c = *parser->p++;
		else if (strchr("^\\[-", c) || (unsigned char)c >= 0x80)
			return false;
		if (parser->p + 1 < parser->end && parser->p[0] == '-' && parser->p[1] != ']')
			return false;
		if ((unsigned char)c >= 0x80 || ret->count == MEMBERS_MAX)
			return false;
		item.text[0] = c;
		push(ret, &item);
	}
	if (parser->p == parser->end || ret->count == 0)
		return false;
	parser->p++;
	return true;
}

static struct beginnings alternation(struct parser *parser);

/* A group of which the parser stands behind the '('; false if it is not one that can be read. */
static bool read_group(struct parser *parser, struct beginnings *ret)
{
	const char *p = parser->p;

	if (parser->depth == GROUPS_MAX || p == parser->end || *p == '*')
		return false;
	if (*p == '?') {
		if (++p == parser->end)
			return false;
		if (*p == '<' && parser->end - p > 1 && p[1] != '=' && p[1] != '!') {
			while (p < parser->end && *p != '>')
				p++;
		} else if (*p != ':') {
			return false;
		}
		p += p < parser->end;
	}
	parser->p = p;
	parser->depth++;
	*ret = alternation(parser);
	parser->depth--;
	if (parser->p == parser->end || *parser->p != ')')
		return false;
	parser->p++;
	return true;
}

/* Past the rest of an alternative that is of no more use: to its '|' or ')'. */
static void skip_rest(struct parser *parser)
{
	unsigned depth = 0;

	while (parser->p < parser->end) {
		char c = *parser->p;
		if (depth == 0 && (c == '|' || c == ')'))
			return;
		parser->p++;
		if (c == '\\')
			parser->p += parser->p < parser->end;
		else if (c == '[')
			parser->p = en_regex_skip_class(parser->p, parser->end);
		else if (c == '(')
			depth++;
		else if (c == ')')
			depth--;
	}
}

/* One element: false if nothing can be said of it. */
static bool read_element(struct parser *parser, struct beginnings *ret)
{
	char c = *parser->p++;

	*ret = (struct beginnings){.items = {{.len = 0}}, .count = 1};
	if (c == '[')
		return read_class(parser, ret);
	if (c == '(')
		return read_group(parser, ret);
	if (c == '\\') {
		if (parser->p == parser->end || en_is_alnum((unsigned char)*parser->p) ||
		    (unsigned char)*parser->p >= 0x80)
			return false;
		c = *parser->p++;
	} else if (strchr(".^$?*+{", c) || (unsigned char)c >= 0x80) {
		return false;
	}
	multiply_char(ret, c);
	return true;
}

static struct beginnings sequence(struct parser *parser)
{
	struct beginnings set = {.items = {{.len = 0}}, .count = 1};

	while (parser->p < parser->end && *parser->p != '|' && *parser->p != ')' && !set.failed) {
		struct parser before = *parser;
		struct beginnings next;
		enum count count = PERHAPS;
		if (all_closed(&set) || !read_element(parser, &next))
			*parser = before;
		else
			count = read_count(parser);
		if (count != PERHAPS)
			multiply(&set, &next);
		if (count == ONCE)
			continue;
		close_all(&set);
		skip_rest(parser);
	}
	return set;
}

static struct beginnings alternation(struct parser *parser)
{
	struct beginnings all = sequence(parser);

	while (parser->p < parser->end && *parser->p == '|' && !all.failed) {
		struct beginnings other;
		parser->p++;
		other = sequence(parser);
		all.failed |= other.failed;
		for (size_t i = 0; i < other.count; i++)
			push(&all, &other.items[i]);
	}
	return all;
}

size_t en_regex_prefixes(struct errnorm_str pattern, struct en_regex_literal *ret)
{
	struct parser parser = {pattern.ptr, pattern.ptr + pattern.len, 0};
	struct beginnings set = {.failed = true};

	if (!en_regex_is_odd(pattern))
		set = alternation(&parser);
	if (set.failed || parser.p != parser.end)
		return 0;
	for (size_t i = 0; i < set.count; i++) {
		if (set.items[i].len == 0)
			return 0;
		memcpy(ret[i].text, set.items[i].text, set.items[i].len);
		ret[i].len = set.items[i].len;
	}
	return set.count;
}
