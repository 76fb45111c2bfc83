/*
 * sample.c - see sample.h. A walk over the pattern's text that rolls dice wherever there is a choice.
 */
#include "sample.h"

#include <string.h>

#include "str.h"

enum {
	DEPTH_MAX = 24,
};

struct walk {
	const char *p, *end;
	char *out;
	size_t len, cap;
	bool caseless;
	unsigned depth;
};

unsigned sample_dice(unsigned sides)
{
	static uint32_t seed = 7;

	seed = seed * 1664525 + 1013904223;
	return (seed >> 10) % sides;
}

static void emit(struct walk *walk, char c)
{
	bool letter = en_is_alnum((unsigned char)c) && !en_is_digit((unsigned char)c);

	if (walk->len == walk->cap)
		return;
	if (walk->caseless && letter && sample_dice(4) == 0)
		c ^= 0x20;
	walk->out[walk->len++] = c;
}

static char one_of(const char *set)
{
	return set[sample_dice((unsigned)strlen(set))];
}

/* A character for an escape, or 0 for one that stands for none. */
static char escaped(char c)
{
	switch (c) {
	case 'd':
		return one_of("0123456789");
	case 'w':
		return one_of("abcxyzABC019_");
	case 's':
	case 'h':
		return ' ';
	case 'S':
	case 'D':
		return one_of("abcXYZ-.");
	case 'W':
		return one_of(" .-");
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return en_is_alnum((unsigned char)c) ? 0 : c;
	}
}

/* Steps over a class and gives a member, of those that can be told. Stands behind the '['. */
static char class_member(struct walk *walk)
{
	char members[512];
	size_t count = 0;
	bool negated = walk->p < walk->end && *walk->p == '^';
	bool first = true;

	walk->p += negated;
	for (; walk->p < walk->end && (*walk->p != ']' || first); walk->p++, first = false) {
		char c = *walk->p;
		if (c == '[' && walk->p + 1 < walk->end && walk->p[1] == ':') {
			while (walk->p < walk->end && *walk->p != ']')
				walk->p++;
			c = '5';
		} else if (c == '\\' && walk->p + 1 < walk->end) {
			c = escaped(*++walk->p);
		} else if (walk->p + 2 < walk->end && walk->p[1] == '-' && walk->p[2] != ']' &&
			   (unsigned char)walk->p[2] < 0x80) {
			char last = walk->p[2];
			for (char m = c; m <= last && count < 256 && m > 0; m++)
				members[count++] = m;
			walk->p += 2;
			continue;
		}
		if (c && (unsigned char)c < 0x80 && count < sizeof members)
			members[count++] = c;
	}
	walk->p += walk->p < walk->end;
	if (!negated)
		return count ? members[sample_dice((unsigned)count)] : 'a';
	for (int tries = 0; tries < 40; tries++) {
		char c = one_of("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789 .,:;-_/'\"(");
		if (!memchr(members, c, count))
			return c;
	}
	return '~';
}

/* How often what stands before a quantifier is to come; steps over it. */
static unsigned times(struct walk *walk)
{
	unsigned count = 1;
	char c = walk->p < walk->end ? *walk->p : 0;
	const char *p = walk->p + 1;

	if (c == '?') {
		count = sample_dice(2);
	} else if (c == '*') {
		count = sample_dice(4);
	} else if (c == '+') {
		count = 1 + sample_dice(3);
	} else if (c == '{' && p < walk->end && en_is_digit((unsigned char)*p)) {
		unsigned low = 0;
		unsigned high = 0;
		while (p < walk->end && en_is_digit((unsigned char)*p) && low < 1000)
			low = low * 10 + (unsigned)(*p++ - '0');
		high = low;
		if (p < walk->end && *p == ',') {
			high = 0;
			for (p++; p < walk->end && en_is_digit((unsigned char)*p) && high < 1000; p++)
				high = high * 10 + (unsigned)(*p - '0');
			high = high < low ? low + 2 : high < low + 4 ? high : low + 4;
		}
		if (p >= walk->end || *p != '}')
			return 1;
		p++;
		count = low + sample_dice(high - low + 1);
	} else {
		return 1;
	}
	if (p < walk->end && (*p == '?' || *p == '+'))
		p++;
	walk->p = p;
	return count * times(walk);
}

static const char *group_end(const char *p, const char *end)
{
	unsigned depth = 1;

	for (; p < end; p++) {
		if (*p == '\\') {
			p++;
		} else if (*p == '[') {
			p += p + 1 < end && p[1] == '^';
			p += p + 1 < end && p[1] == ']';
			for (p++; p < end && *p != ']'; p++)
				p += *p == '\\';
		} else if (*p == '(') {
			depth++;
		} else if (*p == ')' && --depth == 0) {
			return p;
		}
	}
	return end;
}

static void alternatives(struct walk *walk);

static void group(struct walk *walk)
{
	const char *end = group_end(walk->p, walk->end);
	const char *inside = walk->p;
	const char *behind;
	bool silent = false;

	if (end - inside > 1 && inside[0] == '?') {
		if (inside[1] == ':' || inside[1] == '>' || inside[1] == '|') {
			inside += 2;
		} else if (inside[1] == '=' || inside[1] == '!' ||
			   (inside[1] == '<' && end - inside > 2 && (inside[2] == '=' || inside[2] == '!'))) {
			silent = true;
		} else {
			while (inside < end && *inside != '>' && *inside != ':')
				inside++;
			inside += inside < end;
		}
	}
	walk->p = end < walk->end ? end + 1 : end;
	for (unsigned n = times(walk); n && !silent && walk->depth < DEPTH_MAX && n < 200; n--) {
		struct walk inner = *walk;
		inner.p = inside;
		inner.end = end;
		inner.depth++;
		alternatives(&inner);
		walk->len = inner.len;
	}
	behind = walk->p;
	walk->p = behind;
}

/* One alternative, or what is left of it. */
static void sequence(struct walk *walk)
{
	while (walk->p < walk->end && *walk->p != '|') {
		const char *start = walk->p;
		char c = *walk->p++;
		unsigned n;
		if (c == '(') {
			group(walk);
			continue;
		}
		if ((unsigned char)c >= 0xc0) {
			while (walk->p < walk->end && ((unsigned char)*walk->p & 0xc0) == 0x80)
				walk->p++;
			const char *behind = walk->p;
			for (n = times(walk); n; n--)
				for (const char *p = start; p < behind; p++)
					emit(walk, *p);
			continue;
		}
		if (c == '[') {
			const char *inside = walk->p;
			class_member(walk);
			n = times(walk);
			const char *behind = walk->p;
			for (; n && n < 300; n--) {
				walk->p = inside;
				emit(walk, class_member(walk));
			}
			walk->p = behind;
			continue;
		}
		if (c == '\\' && walk->p < walk->end) {
			char name = *walk->p++;
			for (n = times(walk); n && n < 300; n--) {
				char made = escaped(name);
				if (made)
					emit(walk, made);
			}
			continue;
		}
		if (c == '^' || c == '$')
			continue;
		for (n = times(walk); n && n < 300; n--)
			emit(walk, c == '.' ? one_of("ab. 1x") : c);
	}
}

/* Takes one of the alternatives. */
static void alternatives(struct walk *walk)
{
	const char *starts[64];
	unsigned count = 0;

	starts[count++] = walk->p;
	for (const char *p = walk->p; p < walk->end; p++) {
		if (*p == '\\') {
			p++;
		} else if (*p == '(') {
			p = group_end(p + 1, walk->end);
		} else if (*p == '[') {
			p += p + 1 < walk->end && p[1] == '^';
			p += p + 1 < walk->end && p[1] == ']';
			for (p++; p < walk->end && *p != ']'; p++)
				p += *p == '\\';
		} else if (*p == '|' && count < 64) {
			starts[count++] = p + 1;
		}
	}
	walk->p = starts[sample_dice(count)];
	sequence(walk);
}

size_t sample_match(struct errnorm_str pattern, bool caseless, char *out, size_t cap)
{
	struct walk walk = {pattern.ptr, pattern.ptr + pattern.len, out, 0, cap, caseless, 0};

	alternatives(&walk);
	return walk.len;
}
