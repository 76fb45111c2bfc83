/*
 * test_regex_literal.c - what is read off a pattern as required must be in everything that PCRE2
 * matches with it: for patterns that were made to mislead, for random ones, and for all built-in
 * ones, on texts that are generated from the pattern itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arena.h"
#include "builtin.h"
#include "exact.h"
#include "regex.h"
#include "sample.h"

static struct en_regex_literals read_off(const char *pattern, enum en_regex_kind kind)
{
	struct errnorm_str text = exact(pattern, strlen(pattern));
	struct en_regex_literals literals;

	memset(&literals, 0xa5, sizeof literals);
	en_regex_literals(text, kind, &literals);
	exact_free(text);
	return literals;
}

/* ---- the property ---- */

struct probe {
	struct errnorm_str pattern;
	enum en_regex_kind kind;
	struct en_regex *regex;
	struct en_regex_literals literals;
	struct en_regex_literal prefixes[EN_REGEX_PREFIXES_MAX];
	size_t prefix_count;
	size_t matched;
};

static bool contains(struct errnorm_str text, const struct en_regex_literal *literal)
{
	return en_str_find(text, en_str(literal->text, literal->len), 0) != (size_t)-1;
}

static void probe_open(struct probe *probe, struct errnorm_str pattern, enum en_regex_kind kind)
{
	struct en_regex_error error;
	struct en_regex_literals *l = &probe->literals;

	*probe = (struct probe){.pattern = pattern, .kind = kind};
	probe->regex = en_regex_new(&en_alloc_libc, pattern, kind, &error);
	en_regex_literals(pattern, kind, l);
	assert_true(l->count <= EN_REGEX_LITERALS_MAX);
	probe->prefix_count = en_regex_prefixes(pattern, probe->prefixes);
	assert_true(probe->prefix_count <= EN_REGEX_PREFIXES_MAX);
	for (size_t i = 0; i < l->count; i++) {
		assert_true(l->required[i].len > 0);
		assert_true(l->required[i].len <= EN_REGEX_LITERAL_MAX);
		assert_true(l->shortest <= l->required[i].len);
	}
	assert_true((l->count == 0) == (l->shortest == 0));
}

static void check_prefixes(const struct probe *probe, struct errnorm_str text)
{
	bool found = probe->prefix_count == 0 || probe->kind == EN_REGEX_SEARCH;

	for (size_t i = 0; i < probe->prefix_count; i++)
		found |= en_str_starts(text, en_str(probe->prefixes[i].text, probe->prefixes[i].len));
	if (!found)
		fail_msg("%.*s matches \"%.*s\", which does not begin with \"%.*s\" nor its like",
			 (int)probe->pattern.len, probe->pattern.ptr, (int)text.len, text.ptr,
			 (int)probe->prefixes[0].len, probe->prefixes[0].text);
}

static void probe_try(struct probe *probe, const char *bytes, size_t len)
{
	static _Alignas(max_align_t) char memory[EN_REGEX_MATCH_MEMORY];
	struct en_regex_match *match = en_regex_match_init(memory, sizeof memory);
	const struct en_regex_literals *l = &probe->literals;
	struct errnorm_str text = {bytes, len};
	char low[4096];
	bool found = l->count == 0;

	if (en_regex_run(probe->regex, match, text, 0) != EN_REGEX_YES)
		return;
	probe->matched++;
	text = en_regex_group(match, text, 0);
	assert_true(text.len <= sizeof low);
	if (probe->kind == EN_REGEX_SEARCH) {
		for (size_t i = 0; i < text.len; i++)
			low[i] = (char)en_lower((unsigned char)text.ptr[i]);
		text.ptr = low;
	}
	for (size_t i = 0; i < l->count; i++)
		found |= contains(text, &l->required[i]);
	if (!found)
		fail_msg("%.*s matches \"%.*s\", which has no \"%.*s\"", (int)probe->pattern.len, probe->pattern.ptr,
			 (int)text.len, text.ptr, (int)l->required[0].len, l->required[0].text);
	if (!en_str_starts(text, en_str(l->prefix.text, l->prefix.len)))
		fail_msg("%.*s matches \"%.*s\", which does not begin with \"%.*s\"", (int)probe->pattern.len,
			 probe->pattern.ptr, (int)text.len, text.ptr, (int)l->prefix.len, l->prefix.text);
	for (size_t i = 0; !l->blank && i < text.len; i++)
		if ((unsigned char)text.ptr[i] <= ' ')
			fail_msg("%.*s matches \"%.*s\", which has a blank", (int)probe->pattern.len,
				 probe->pattern.ptr, (int)text.len, text.ptr);
	check_prefixes(probe, text);
	for (unsigned c = 0; c < 128; c++)
		if (l->always[c / 64] >> (c % 64) & 1 && (!text.len || !memchr(text.ptr, (int)c, text.len)))
			fail_msg("%.*s matches \"%.*s\", which has no %c", (int)probe->pattern.len, probe->pattern.ptr,
				 (int)text.len, text.ptr, (int)c);
}

static void probe_close(struct probe *probe)
{
	en_regex_free(probe->regex);
}

/* Returns how many of the samples matched. */
static size_t check_pattern(struct errnorm_str pattern, enum en_regex_kind kind, int rounds)
{
	struct probe probe;
	char text[4096];

	probe_open(&probe, pattern, kind);
	for (int i = 0; i < rounds && probe.regex; i++)
		probe_try(&probe, text, sample_match(pattern, kind == EN_REGEX_SEARCH, text, sizeof text));
	probe_close(&probe);
	return probe.matched;
}

/* ---- the property on patterns of all sorts ---- */

/* samples: what a pattern matches and the generator would hardly find. */
static const struct {
	const char *pattern;
	const char *samples[4];
} patterns[] = {
	{"maximum context length", {NULL}},
	{"maximum context length is (?<limit>[0-9,]+) tokens", {NULL}},
	{"rate limit|too many requests", {NULL}},
	{"(?:rate limit|too many requests) reached", {NULL}},
	{"(?:rate limit|) reached", {" reached"}},
	{"abc?defghi", {"abdefghi"}},
	{"abcdef?ghi", {"abcdeghi"}},
	{"abc*defghij", {"abdefghij", "abccccdefghij"}},
	{"abc+defghij", {"abccdefghij"}},
	{"abc{0}defghij", {"abdefghij"}},
	{"abc{0,2}defghij", {"abdefghij"}},
	{"abc{2}defghij", {"abccdefghij"}},
	{"abc{,2}defghij", {"abc{,2}defghij", "abdefghij"}},
	{"abc{2}{3}defghij", {"abccccccdefghij"}},
	{"abc+*defghij", {"abdefghij"}},
	{"abc+?defghij", {"abccdefghij"}},
	{"abc++defghij", {"abccdefghij"}},
	{"abcdefgh{2|x", {"x", "abcdefgh{2"}},
	{"abcdefgh{1|x}", {"x}", "abcdefgh{1"}},
	{"abc{x}defghij", {"abc{x}defghij"}},
	{"abcdefgh{", {NULL}},
	{"(abcdefgh)?xy", {"xy"}},
	{"(abcdefgh)*xy", {"xy"}},
	{"(abcdefgh){0,1}xy", {"xy"}},
	{"(abcdefgh)+xy", {NULL}},
	{"(?:abcdefgh|(?:ijklmno|p)+)xy", {"pxy"}},
	{"(?=abcdefgh)abcd", {"abcdefgh"}},
	{"(?!abcdefgh)ab", {"ab"}},
	{"(?<=abcdefgh)xy", {"abcdefghxy"}},
	{"(?<!abcdefgh)xy", {"xy"}},
	{"(?>abcdefgh)xy", {NULL}},
	{"(?<name>abcdefgh)xy", {NULL}},
	{"(?P<limitnumber>[0-9]+) of (?P>limitnumber)", {"1 of 2"}},
	{"(?<limitnumber>[0-9]+) of (?&limitnumber)", {"1 of 2"}},
	{"(?P<limitnumber>[0-9]+) of (?P=limitnumber)", {"12 of 12"}},
	{"(?'limitnumber'[0-9]+) of x", {"1 of x"}},
	{"(?|abcdefgh|x)yz", {"xyz"}},
	{"(a)?(?(1)bcdefghi|x)y", {"xy", "abcdefghiy"}},
	{"(?i)abcdefgh", {NULL}},
	{"(?-i)ABCDEFGH", {"ABCDEFGH"}},
	{"ab(?-i)CDEFGHIJ", {"abCDEFGHIJ"}},
	{"ab(?x) c d e f g h i j", {"abcdefghij"}},
	{"(?x:a b c d e f g h)i", {"abcdefghi"}},
	{"ab(?# |comment)cdefghij", {"abcdefghij"}},
	{"abcdefgh(?#[)x|yyyyyyyyy", {"yyyyyyyyy"}},
	{"ab(*ACCEPT)cdefghijk", {"ab"}},
	{"(?:x(*ACCEPT)|y)?cdefghijk", {"x", "ycdefghijk", "cdefghijk"}},
	{"(*UCP)abcdefgh", {NULL}},
	{"\\Qa|b.c(d\\Eefghij", {"a|b.c(defghij"}},
	{"abcdefgh\\Q[\\E|zzz", {"zzz"}},
	{"abcdefgh[[:]x|y", {"y", "abcdefgh:x"}},
	{"[[:alpha:]]bcdefghi|x", {"x"}},
	{"[]abc]defghijk|x", {"x", "]defghijk"}},
	{"[^]abc]defghijk|x", {"x"}},
	{"[\\]abc]defghijk|x", {"x"}},
	{"[a[b]cdefghij", {"[cdefghij", "bcdefghij"}},
	{"a\\.b\\*c\\(defg\\)", {NULL}},
	{"abc\\.?defghij", {"abcdefghij"}},
	{"abc\\{2\\}defg", {NULL}},
	{"\\babcdefgh\\b", {NULL}},
	{"\\b?abcdefgh", {NULL}},
	{"\\Aabcdefgh\\z", {NULL}},
	{"^abcdefgh$", {NULL}},
	{"^|abcdefgh", {"x"}},
	{"abc\\x64efghij", {"abcdefghij"}},
	{"abc\\144efghij", {"abcdefghij"}},
	{"abc\\tdefghij", {"abc\tdefghij"}},
	{"(abc)\\1defghij", {"abcabcdefghij"}},
	{"(abc)\\g{1}defghij", {"abcabcdefghij"}},
	{"abcdefgh\\Kxy", {"abcdefghxy"}},
	{"abc\\p{Lu}defghij", {"abcXdefghij"}},
	{"\xe9\x99\x90\xe6\xb5\x81?\xe9\x94\x99\xe8\xaf\xaf", {"\xe9\x99\x90\xe9\x94\x99\xe8\xaf\xaf"}},
	{"\xc3\xa9tat d\xc3\xa9gradation", {"\xc3\x89TAT D\xc3\x89GRADATION"}},
	{"d\xc3\xa9?gradation", {"dgradation"}},
	{"abc\\\xc3\xa9?defghij", {"abcdefghij"}},
	{"abcdefgh|", {""}},
	{"|abcdefgh", {""}},
	{"abcdefgh||x", {""}},
	{"((((((((((abcdefgh))))))))))?x", {"x"}},
	{"((((((((((abcdefgh)|y)))))))))x", {"yx"}},
	{"", {""}},
	{"a(b(c(d(e|f)g)?h)*i)+jklmnop", {"aijklmnop"}},
	{"0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnop?qrst", {NULL}},
	{"(?:a1|b2|c3|d4|e5|f6|g7|h8|i9|j1|k2|l3|m4|n5|o6|p7|q8|r9|s1|t2|u3|v4|w5|x6|y7|z8)", {"z8"}},
};

static void test_property(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
		struct errnorm_str pattern = en_str(patterns[i].pattern, strlen(patterns[i].pattern));
		for (int kind = EN_REGEX_SEARCH; kind <= EN_REGEX_HERE; kind++) {
			struct probe probe;
			size_t matched = check_pattern(pattern, (enum en_regex_kind)kind, 200);
			probe_open(&probe, pattern, (enum en_regex_kind)kind);
			for (size_t k = 0; k < 4 && patterns[i].samples[k] && probe.regex; k++)
				probe_try(&probe, patterns[i].samples[k], strlen(patterns[i].samples[k]));
			if (probe.regex && matched + probe.matched == 0 && kind == EN_REGEX_SEARCH)
				fail_msg("nothing matches %s", patterns[i].pattern);
			probe_close(&probe);
		}
	}
}

/* Patterns that nobody would write. */
static void test_random(void **state)
{
	static const char *const pieces[] = {
		"abc",  "de",   "f",           "(",    ")",     "(?:", "|", "?", "*",   "+",    "{2}", "{0,1}",
		"[ab]", "[^a]", ".",           "\\b",  "\\d",   "\\.", "^", "$", "(?=", "(?!",  "{",   "}",
		"]",    "[]a]", "[[:digit:]]", "\\w+", "(?<n>", "{1,", ",", "-", "(?>", "ghijk"};
	size_t compiled = 0;
	size_t matched = 0;

	(void)state;
	for (int round = 0; round < 60000; round++) {
		char pattern[128];
		size_t len = 0;
		unsigned count = 1 + sample_dice(12);
		struct en_regex_error error;
		while (count--) {
			const char *piece = pieces[sample_dice(sizeof pieces / sizeof pieces[0])];
			memcpy(pattern + len, piece, strlen(piece));
			len += strlen(piece);
		}
		struct en_regex *regex = en_regex_new(&en_alloc_libc, en_str(pattern, len), EN_REGEX_SEARCH, &error);
		if (!regex)
			continue;
		en_regex_free(regex);
		compiled++;
		matched += check_pattern(en_str(pattern, len), EN_REGEX_SEARCH, 12) > 0;
		check_pattern(en_str(pattern, len), EN_REGEX_HERE, 12);
	}
	assert_true(compiled > 2000);
	assert_true(matched > compiled / 2);
}

/* Every pattern that is built in. */
static void test_builtin(void **state)
{
	const struct en_model *model = en_builtin_model();
	const struct en_regex_info *infos = EN_AT(model, regexes, struct en_regex_info);
	uint32_t silent = 0;

	(void)state;
	for (uint32_t i = 0; i < model->regexes.count; i++)
		silent += check_pattern(en_model_text(model, infos[i].pattern), (enum en_regex_kind)infos[i].kind,
					100) == 0;
	/* The generator knows nearly all of the syntax that tables use. */
	if (silent * 20 > model->regexes.count)
		fail_msg("nothing was found for %u of %u patterns", silent, model->regexes.count);
}

/* ---- what should be found ---- */

static bool requires(const char *pattern, enum en_regex_kind kind, const char *a, const char *b)
{
	struct en_regex_literals l = read_off(pattern, kind);
	size_t count = a && b ? 2 : a || b;
	bool same = l.count == count;

	for (size_t i = 0; i < count && same; i++) {
		const char *want = i ? b : a;
		same = en_str_eq(en_str(l.required[i].text, l.required[i].len), en_str(want, strlen(want)));
	}
	return same;
}

static void test_found(void **state)
{
	(void)state;
	assert_true(requires("Maximum Context", EN_REGEX_SEARCH, "maximum context", NULL));
	assert_true(requires("sk-Proj-[a-z]+", EN_REGEX_HERE, "sk-Proj-", NULL));
	assert_true(requires("[0-9]+ tokens per minute", EN_REGEX_SEARCH, " tokens per minute", NULL));
	assert_true(requires("short [a-z]+ and the longer part", EN_REGEX_SEARCH, " and the longer part", NULL));
	assert_true(requires("rate limit|quota was hit", EN_REGEX_SEARCH, "rate limit", "quota was hit"));
	assert_true(requires("x(?:rate limit|quota was hit)?y", EN_REGEX_SEARCH, "x", NULL));
	assert_true(requires("(?:rate limit|quota was hit)", EN_REGEX_SEARCH, "rate limit", "quota was hit"));
	assert_true(requires("a[0-9]|[a-z]", EN_REGEX_SEARCH, NULL, NULL));
	assert_true(requires("[a-z]+", EN_REGEX_SEARCH, NULL, NULL));
	assert_true(requires("", EN_REGEX_SEARCH, NULL, NULL));
	assert_true(requires("\xe9\x99\x90\xe6\xb5\x81\xe4\xba\x86", EN_REGEX_SEARCH,
			     "\xe9\x99\x90\xe6\xb5\x81\xe4\xba\x86", NULL));
}

static void test_prefix(void **state)
{
	static const struct {
		const char *pattern, *prefix;
	} cases[] = {
		{"sk-[a-z]+", "sk-"}, {"AKIA[A-Z0-9]{16}", "AKIA"}, {"[a-z]+", ""},
		{"(a|b)c", ""},       {"eyJ[a-z]+\\.x", "eyJ"},     {"ab?c", "a"},
		{"a|bc", ""},         {"api\\.key=.", "api.key="},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct en_regex_literals l = read_off(cases[i].pattern, EN_REGEX_HERE);
		check_str(en_str(l.prefix.text, l.prefix.len), cases[i].prefix);
	}
}

/* The ways in which a match may begin, in their order; separated by blanks. */
static void test_prefixes(void **state)
{
	static const struct {
		const char *pattern, *want;
	} cases[] = {
		{"(?:AKIA|ASIA)[A-Z0-9]{16}", "AKIA ASIA"},
		{"[Bb]earer x", "Bearer x bearer x"},
		{"gh[po]_[a-z]+", "ghp_ gho_"},
		{"(?<a>key|[Tt]oken)=(?<secret>.+)", "key= Token= token="},
		{"ab|c[de]f|g", "ab cdf cef g"},
		{"abc(?:de)?f", "abc"},
		{"abc+d", "abc"},
		{"abc+*d", "ab"},
		{"abc?d", "ab"},
		{"(?:a|b[0-9])c", "ac b"},
		{"api\\.key", "api.key"},
		{"a_very_long_beginning", "a_very_long_begi"},
		{"[a-z]key", ""},
		{"x|", ""},
		{"(?:|x)key", "key xkey"},
		{"\\bkey", ""},
		{"^key", ""},
		{"(?i)key", ""},
		{"key(*ACCEPT)s", ""},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct en_regex_literal found[EN_REGEX_PREFIXES_MAX];
		struct errnorm_str pattern = exact(cases[i].pattern, strlen(cases[i].pattern));
		size_t count = en_regex_prefixes(pattern, found);
		char text[512] = "";
		for (size_t k = 0; k < count; k++) {
			strcat(text, k ? " " : "");
			strncat(text, found[k].text, found[k].len);
		}
		if (strcmp(text, cases[i].want) != 0)
			fail_msg("%s: got \"%s\", want \"%s\"", cases[i].pattern, text, cases[i].want);
		exact_free(pattern);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_property), cmocka_unit_test(test_random), cmocka_unit_test(test_builtin),
		cmocka_unit_test(test_found),    cmocka_unit_test(test_prefix), cmocka_unit_test(test_prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
