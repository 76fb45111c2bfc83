/*
 * regex_literal.c - the literals that a pattern cannot match without, read off its text.
 *
 * It understands just enough of the syntax to be sure: a run of plain characters at the top level, ended by whatever is not plain.
 * Where in doubt it finds nothing; a literal that is not found costs time, one that is not in every match would cost verdicts.
 */
#include "regex.h"

#include <string.h>

#include "str.h"

struct run {
	char text[64];
	size_t len;
	bool full; /* the rest of the run did not fit; what is there is still required */
};

static void add(struct run *run, char c)
{
	if (run->len < sizeof run->text && !run->full)
		run->text[run->len++] = (char)en_lower((unsigned char)c);
	else
		run->full = true;
}

/* The last character has turned out to be optional or repeated: it is no part of the run. */
static void drop_last(struct run *run)
{
	if (run->full)
		return;
	while (run->len && ((unsigned char)run->text[run->len - 1] & 0xc0) == 0x80)
		run->len--;
	if (run->len)
		run->len--;
}

static void end_run(struct run *run, bool first, struct en_regex_literals *ret)
{
	if (first) {
		memcpy(ret->prefix, run->text, run->len);
		ret->prefix_len = run->len;
	}
	if (run->len > ret->inner_len) {
		memcpy(ret->inner, run->text, run->len);
		ret->inner_len = run->len;
	}
	run->len = 0;
	run->full = false;
}

/* Past a character class; p stands behind its '['. */
static const char *skip_class(const char *p, const char *end)
{
	if (p < end && *p == '^')
		p++;
	if (p < end && *p == ']')
		p++;
	for (; p < end && *p != ']'; p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		else if (*p == '[' && p + 1 < end && p[1] == ':')
			while (p + 1 < end && !(p[0] == ':' && p[1] == ']' && p[-1] != '['))
				p++;
	}
	return p < end ? p + 1 : end;
}

/* Past a group; p stands behind its '('. */
static const char *skip_group(const char *p, const char *end)
{
	size_t depth = 1;

	while (p < end && depth) {
		char c = *p++;
		if (c == '\\' && p < end)
			p++;
		else if (c == '[')
			p = skip_class(p, end);
		else if (c == '(')
			depth++;
		else if (c == ')')
			depth--;
	}
	return p;
}

/* Is there an alternation outside of all groups? Then nothing at the top level is required. */
static bool has_alternation(struct errnorm_str pattern)
{
	const char *p = pattern.ptr;
	const char *end = p + pattern.len;

	while (p < end) {
		char c = *p++;
		if (c == '|')
			return true;
		if (c == '\\' && p < end)
			p++;
		else if (c == '[')
			p = skip_class(p, end);
		else if (c == '(')
			p = skip_group(p, end);
	}
	return false;
}

void en_regex_literals(struct errnorm_str pattern, struct en_regex_literals *ret)
{
	const char *p = pattern.ptr;
	const char *end = p + pattern.len;
	struct run run = {.len = 0};
	bool first = true;

	ret->inner_len = ret->prefix_len = 0;
	/* (?i), (?x) and verbs change what the rest means. */
	if (has_alternation(pattern) || (pattern.len > 1 && p[0] == '(' && (p[1] == '?' || p[1] == '*') &&
					 !(pattern.len > 2 && (p[2] == ':' || p[2] == '<'))))
		return;
	while (p < end) {
		char c = *p++;
		bool plain = !strchr("\\[](){}.*+?^$|", c) || c == 0 || c == ']' || c == '}';
		if (c == '\\' && p < end && !en_is_alnum((unsigned char)*p)) {
			c = *p++;
			plain = true;
		} else if (c == '\\' && p < end && *p == 'b') {
			p++;
			if (run.len == 0 && first)
				continue;
			end_run(&run, first, ret);
			first = false;
			continue;
		} else if (c == '\\' && p < end) {
			if (strchr("QEpPxogkuNcKGUL0123456789", *p)) /* more than one character */
				break;
			p++;
		}
		if (plain) {
			add(&run, c);
			continue;
		}
		if (c == '?' || c == '*' || c == '{')
			drop_last(&run);
		else if (c == '+' && run.len)
			drop_last(&run); /* required, but what follows it is not adjacent */
		end_run(&run, first, ret);
		first = false;
		if (c == '[')
			p = skip_class(p, end);
		else if (c == '(') {
			if (p < end && *p == '?' && p + 1 < end && !strchr(":<=!P", p[1]))
				return; /* an option setting or a conditional */
			p = skip_group(p, end);
		} else if (c == '{')
			while (p < end && *p++ != '}')
				;
	}
	end_run(&run, first, ret);
}
