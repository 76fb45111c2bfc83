/*
 * regex_literal.c - the literals that a pattern cannot match without, read off its text.
 *
 * It understands just enough of the syntax to be sure: runs of plain characters, groups, alternations, quantifiers. Where in doubt
 * it finds nothing: a literal that is not found costs time, one that is not in every match would cost verdicts.
 */
#include "regex.h"

#include <string.h>

#include "str.h"

enum {
	DEPTH_MAX = 8, /* groups in groups that are looked into */
};

/* A set of literals, one of which must occur, and characters all of which must, as bits. */
struct set {
	struct en_regex_literal items[EN_REGEX_LITERALS_MAX];
	size_t count, shortest;
	uint64_t always[2];
};

struct parser {
	const char *p, *end;
	enum en_regex_kind kind;
	bool lost; /* something was met that is not understood: nothing may be concluded */
};

/* Both sets are of parts of the same sequence. */
static void keep_better(struct set *best, const struct set *other)
{
	best->always[0] |= other->always[0];
	best->always[1] |= other->always[1];
	if (other->shortest <= best->shortest)
		return;
	memcpy(best->items, other->items, other->count * sizeof other->items[0]);
	best->count = other->count;
	best->shortest = other->shortest;
}

/* ---- runs of plain characters ---- */

struct run {
	struct en_regex_literal text;
	bool full; /* the rest did not fit; what is there is still required */
};

static void add(struct run *run, char c, enum en_regex_kind kind)
{
	if (run->full || run->text.len == EN_REGEX_LITERAL_MAX)
		run->full = true;
	else
		run->text.text[run->text.len++] = kind == EN_REGEX_SEARCH ? (char)en_lower((unsigned char)c) : c;
}

/*
 * Does a character beyond ASCII with this first byte have another case, perhaps? The text is searched for literals with only ASCII folded.
 * What has none: Chinese, Japanese and Korean.
 */
static bool may_have_case(unsigned char lead)
{
	return lead >= 0xc0 && (lead < 0xe3 || lead == 0xea || lead >= 0xef);
}

/* The last character has turned out to be optional or repeated: it is no part of the run. */
static void drop_last(struct run *run)
{
	if (run->full)
		return;
	while (run->text.len && ((unsigned char)run->text.text[run->text.len - 1] & 0xc0) == 0x80)
		run->text.len--;
	if (run->text.len)
		run->text.len--;
}

static void end_run(struct run *run, struct set *best)
{
	struct set set = {.count = 1, .shortest = run->text.len};

	for (size_t i = 0; i < run->text.len; i++) {
		unsigned char c = (unsigned char)run->text.text[i];
		if (c < 128)
			set.always[c / 64] |= 1ull << (c % 64);
	}
	set.items[0] = run->text;
	if (run->text.len)
		keep_better(best, &set);
	*run = (struct run){.full = false};
}

/* ---- the syntax ---- */

/* Past a "[:name:]"; p stands on its '['. Without an end it is a bracket and no more. */
static const char *skip_named_class(const char *p, const char *end)
{
	const char *close = p + 2;

	while (close < end && (*close == '^' || en_is_alnum((unsigned char)*close)))
		close++;
	return end - close >= 2 && close[0] == ':' && close[1] == ']' ? close + 2 : p + 1;
}

/* Past a character class; p stands behind its '['. */
const char *en_regex_skip_class(const char *p, const char *end)
{
	if (p < end && *p == '^')
		p++;
	if (p < end && *p == ']')
		p++;
	while (p < end && *p != ']') {
		if (*p == '\\' && p + 1 < end) {
			p += 2;
		} else if (*p == '[' && p + 1 < end && p[1] == ':') {
			p = skip_named_class(p, end);
		} else {
			p++;
		}
	}
	return p < end ? p + 1 : end;
}

/* Where the group ends whose inside begins at p: at its ')'. */
static const char *group_end(const char *p, const char *end)
{
	size_t depth = 1;

	while (p < end) {
		char c = *p++;
		if (c == '\\' && p < end)
			p++;
		else if (c == '[')
			p = en_regex_skip_class(p, end);
		else if (c == '(')
			depth++;
		else if (c == ')' && --depth == 0)
			return p - 1;
	}
	return end;
}

/* Past "{3}", "{3,}" or "{3,5}"; NULL if p stands before a mere brace. "{,5}" is the one or the other by PCRE2's version. */
static const char *skip_counts(const char *p, const char *end)
{
	const char *digits = ++p;

	while (p < end && en_is_digit((unsigned char)*p))
		p++;
	if (p == digits && !(p < end && *p == ','))
		return NULL;
	if (p < end && *p == ',')
		p++;
	while (p < end && en_is_digit((unsigned char)*p))
		p++;
	return p < end && *p == '}' && p[-1] != '{' ? p + 1 : NULL;
}

/* One quantifier at the parser's place, with what makes it lazy or possessive: steps over it. *ret_optional: it allows none. */
static bool take_one_quantifier(struct parser *parser, bool *ret_optional)
{
	const char *p = parser->p;
	char c = p < parser->end ? *p : 0;

	*ret_optional = c == '?' || c == '*';
	if (c == '{') {
		const char *behind = skip_counts(p, parser->end);
		if (!behind)
			return false;
		*ret_optional = p[1] == '0' || p[1] == ',';
		p = behind;
	} else if (*ret_optional || c == '+') {
		p++;
	} else {
		return false;
	}
	if (p < parser->end && (*p == '?' || *p == '+'))
		p++;
	parser->p = p;
	return true;
}

/* All that stand there: "a{2}{3}" is allowed. */
static bool take_quantifier(struct parser *parser, bool *ret_optional)
{
	bool any = false;
	bool optional;

	*ret_optional = false;
	while (take_one_quantifier(parser, &optional)) {
		any = true;
		*ret_optional |= optional;
	}
	return any;
}

/* What begins a group behind its '(': is its inside something that a match contains? Steps over it. */
static bool open_group(struct parser *parser, bool *ret_contained)
{
	const char *p = parser->p;

	*ret_contained = true;
	if (p < parser->end && *p == '*')
		return false;
	if (p >= parser->end || *p != '?')
		return true;
	p++;
	if (p + 1 < parser->end && p[0] == 'P' && p[1] == '<')
		p++;
	if (p >= parser->end)
		return false;
	if (*p == ':' || *p == '>') {
		p++;
	} else if (*p == '=' || *p == '!') {
		*ret_contained = false;
		p++;
	} else if (*p == '<' && p + 1 < parser->end && (p[1] == '=' || p[1] == '!')) {
		*ret_contained = false;
		p += 2;
	} else if (*p == '<') {
		while (p < parser->end && *p != '>')
			p++;
		p += p < parser->end;
	} else {
		return false; /* an option setting, a conditional, a comment */
	}
	parser->p = p;
	return true;
}

static struct set alternation(struct parser *parser, unsigned depth, struct run *ret_prefix);

/* A group at the parser's place, which stands behind its '('. */
static void take_group(struct parser *parser, unsigned depth, struct set *best)
{
	struct parser inner = *parser;
	struct run unused = {.full = false};
	struct set set = {.count = 0};
	bool contained;
	bool optional = false;

	if (!open_group(&inner, &contained)) {
		parser->lost = true;
		return;
	}
	inner.end = group_end(inner.p, parser->end);
	parser->p = inner.end < parser->end ? inner.end + 1 : parser->end;
	take_quantifier(parser, &optional);
	if (!contained || optional || depth == DEPTH_MAX)
		return;
	set = alternation(&inner, depth + 1, &unused);
	parser->lost |= inner.lost;
	keep_better(best, &set);
}

/* An escape at the parser's place, behind the backslash: a plain character, a class, an assertion, or something else. */
static void take_escape(struct parser *parser, struct run *run, struct set *best)
{
	char c = parser->p < parser->end ? *parser->p++ : 0;
	bool optional;

	if ((unsigned char)c >= 0x80)
		parser->lost = true;
	if (c && !en_is_alnum((unsigned char)c)) {
		add(run, c, parser->kind);
		if (take_quantifier(parser, &optional)) {
			if (optional)
				drop_last(run);
			end_run(run, best);
		}
		return;
	}
	if (!c || !strchr("bBAzZdDsSwWhHvVRntrfae", c))
		parser->lost = true;
	if (c != 'A' || run->text.len)
		end_run(run, best);
	take_quantifier(parser, &optional);
}

/* One alternative: best of all that it must contain. */
static struct set sequence(struct parser *parser, unsigned depth, struct run *ret_prefix)
{
	struct set best = {.count = 0};
	struct run run = {.full = false};
	bool first = true;
	bool optional;

	while (parser->p < parser->end && *parser->p != '|' && !parser->lost) {
		char c = *parser->p++;
		bool cased = parser->kind == EN_REGEX_SEARCH && may_have_case((unsigned char)c);
		bool plain = !cased && (!strchr("\\[(.^$", c) || c == 0);
		size_t len = run.text.len;
		if (plain) {
			add(&run, c, parser->kind);
			if (!take_quantifier(parser, &optional))
				continue;
			if (optional)
				drop_last(&run);
		} else if (c == '\\' && parser->p < parser->end && !en_is_alnum((unsigned char)*parser->p)) {
			struct run before = run;
			take_escape(parser, &run, &best);
			if (run.text.len > len || run.full)
				continue;
			if (first)
				*ret_prefix = before;
			first = false;
			continue;
		}
		if (first)
			*ret_prefix = run;
		first = first && c == '^' && run.text.len == 0;
		end_run(&run, &best);
		if (c == '[')
			parser->p = en_regex_skip_class(parser->p, parser->end);
		while (cased && parser->p < parser->end && ((unsigned char)*parser->p & 0xc0) == 0x80)
			parser->p++;
		if (c == '(')
			take_group(parser, depth, &best);
		else if (c == '\\' && parser->p[-1] == '\\')
			take_escape(parser, &run, &best);
		else if (!plain)
			take_quantifier(parser, &optional);
	}
	if (first)
		*ret_prefix = run;
	end_run(&run, &best);
	return best;
}

/* Alternatives: a match is one of them, so it contains one literal of the union. */
static struct set alternation(struct parser *parser, unsigned depth, struct run *ret_prefix)
{
	struct set all = sequence(parser, depth, ret_prefix);

	while (parser->p < parser->end && *parser->p == '|' && !parser->lost) {
		struct run unused = {.full = false};
		struct set other;
		parser->p++;
		*ret_prefix = (struct run){.full = false};
		other = sequence(parser, depth, &unused);
		all.always[0] &= other.always[0];
		all.always[1] &= other.always[1];
		if (!all.count || !other.count || all.count + other.count > EN_REGEX_LITERALS_MAX) {
			all.count = all.shortest = 0;
			continue;
		}
		memcpy(all.items + all.count, other.items, other.count * sizeof other.items[0]);
		all.count += other.count;
		if (other.shortest < all.shortest)
			all.shortest = other.shortest;
	}
	return all;
}

/* Verbs, quoting, comments, and what moves a match's beginning. */
bool en_regex_is_odd(struct errnorm_str pattern)
{
	return en_str_find(pattern, EN_STR("(*"), 0) != (size_t)-1 ||
	       en_str_find(pattern, EN_STR("(?#"), 0) != (size_t)-1 ||
	       en_str_find(pattern, EN_STR("\\Q"), 0) != (size_t)-1 ||
	       en_str_find(pattern, EN_STR("\\K"), 0) != (size_t)-1;
}

/* ---- blanks ---- */

/* May a class hold a blank? *io_p stands behind its '[' and comes to stand behind its end. */
static bool class_has_blank(const char **io_p, const char *end)
{
	const char *p = *io_p;
	const char *close = en_regex_skip_class(p, end);
	bool negated = p < end && *p == '^';
	bool blank = false;
	bool unclear = false;

	for (; p < close; p++) {
		if (*p == '\\' && p + 1 < close)
			p++, blank |= *p == 's' || *p == 'h',
				unclear |= !strchr("shwd", *p) && en_is_alnum((unsigned char)*p);
		else
			blank |= *p == ' ', unclear |= (unsigned char)*p < ' ' || (*p == '[' && p[1] == ':');
	}
	*io_p = close;
	return negated ? !blank : blank || unclear;
}

/* May anything that a pattern matches hold a blank? Where in doubt it may. */
static bool may_hold_blank(struct errnorm_str pattern)
{
	const char *p = pattern.ptr;
	const char *end = p + pattern.len;

	while (p < end) {
		char c = *p++;
		if (c == '[') {
			if (class_has_blank(&p, end))
				return true;
		} else if (c == '\\' && p < end) {
			c = *p++;
			if (en_is_alnum((unsigned char)c) ? !strchr("wdSbBAzZ", c) : c == ' ')
				return true;
		} else if (c == '.' || (unsigned char)c <= ' ') {
			return true;
		}
	}
	return false;
}

void en_regex_literals(struct errnorm_str pattern, enum en_regex_kind kind, struct en_regex_literals *ret)
{
	struct parser parser = {.p = pattern.ptr, .end = pattern.ptr + pattern.len, .kind = kind};
	struct run prefix = {.full = false};
	struct set set = alternation(&parser, 0, &prefix);

	memset(ret, 0, sizeof *ret);
	ret->blank = may_hold_blank(pattern);
	if (parser.lost || en_regex_is_odd(pattern))
		return;
	memcpy(ret->required, set.items, set.count * sizeof set.items[0]);
	ret->count = set.count;
	ret->shortest = set.shortest;
	ret->prefix = prefix.text;
	memcpy(ret->always, set.always, sizeof ret->always);
}
