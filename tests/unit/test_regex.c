/*
 * test_regex.c - regular expressions: what they find, what they tell about themselves, and that no
 * pattern and no text can make them run long or take memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "arena.h"
#include "exact.h"
#include "regex.h"

/* ---- a malloc that counts: PCRE2 must not come here during a match ---- */

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(SANITIZED)
#define COUNTS_MALLOC 1
static size_t mallocs;
void *__libc_malloc(size_t size);
void *malloc(size_t size)
{
	mallocs++;
	return __libc_malloc(size);
}
#else
#define COUNTS_MALLOC 0
static const size_t mallocs;
#endif

/* ---- helpers ---- */

/* Everything holds for the interpreter and for machine code. */
static bool fast;

static struct en_regex *compile(const char *pattern, enum en_regex_kind kind)
{
	struct en_regex_error error;
	struct en_regex *regex = en_regex_new(&en_alloc_libc, en_str(pattern, strlen(pattern)), kind, &error);

	if (!regex)
		fail_msg("%s: %s at %zu", pattern, error.text, error.offset);
	if (fast)
		en_regex_speed_up(regex);
	return regex;
}

static _Alignas(max_align_t) char memory[EN_REGEX_MATCH_MEMORY];

static struct en_regex_match *new_match(void)
{
	struct en_regex_match *match = en_regex_match_init(memory, sizeof memory);

	assert_non_null(match);
	return match;
}

static enum en_regex_result run(const char *pattern, enum en_regex_kind kind, const char *text, size_t start)
{
	struct en_regex *regex = compile(pattern, kind);
	struct errnorm_str copy = exact(text, strlen(text));
	enum en_regex_result result = en_regex_run(regex, new_match(), copy, start);

	exact_free(copy);
	en_regex_free(regex);
	return result;
}

/* ---- finding ---- */

static void test_search(void **state)
{
	(void)state;
	assert_int_equal(run("limit", EN_REGEX_SEARCH, "the limit", 0), EN_REGEX_YES);
	assert_int_equal(run("LIMIT", EN_REGEX_SEARCH, "the limit", 0), EN_REGEX_YES);
	assert_int_equal(run("limit", EN_REGEX_SEARCH, "the LiMiT", 0), EN_REGEX_YES);
	assert_int_equal(run("limit", EN_REGEX_SEARCH, "the lim", 0), EN_REGEX_NO);
	assert_int_equal(run("limit", EN_REGEX_SEARCH, "limit", 1), EN_REGEX_NO);
	assert_int_equal(run("^limit", EN_REGEX_SEARCH, "the limit", 0), EN_REGEX_NO);
	assert_int_equal(run("x*", EN_REGEX_SEARCH, "", 0), EN_REGEX_YES);
	assert_int_equal(run("\xc3\x89t\xc3\xa9", EN_REGEX_SEARCH, "\xc3\xa9T\xc3\x89", 0), EN_REGEX_YES);
	/* One character, not one byte. */
	assert_int_equal(run("^.$", EN_REGEX_SEARCH, "\xe4\xbd\x99", 0), EN_REGEX_YES);
	/* Digits and words are those of ASCII. */
	assert_int_equal(run("^\\d$", EN_REGEX_SEARCH, "\xd9\xa3", 0), EN_REGEX_NO);
	assert_int_equal(run("^\\w$", EN_REGEX_SEARCH, "\xc3\xa9", 0), EN_REGEX_NO);
}

static void test_here(void **state)
{
	(void)state;
	assert_int_equal(run("sk-[a-z]+", EN_REGEX_HERE, "key sk-abc", 4), EN_REGEX_YES);
	assert_int_equal(run("sk-[a-z]+", EN_REGEX_HERE, "key sk-abc", 0), EN_REGEX_NO);
	assert_int_equal(run("sk-[a-z]+", EN_REGEX_HERE, "key sk-abc", 5), EN_REGEX_NO);
	assert_int_equal(run("sk-[a-z]+", EN_REGEX_HERE, "SK-abc", 0), EN_REGEX_NO);
	assert_int_equal(run("a|bc", EN_REGEX_HERE, "xbc", 1), EN_REGEX_YES);
	assert_int_equal(run("(?i)sk-[a-z]+", EN_REGEX_HERE, "SK-ABC", 0), EN_REGEX_YES);
	assert_int_equal(run("(?<=key )sk", EN_REGEX_HERE, "key sk", 4), EN_REGEX_YES);
}

static void test_groups(void **state)
{
	struct en_regex *regex = compile("(?<n>[0-9]+)( of)?(?<e>x?) (?<m>\\w+)", EN_REGEX_SEARCH);
	struct errnorm_str text = exact("used 12 of 400 tokens", 21);
	struct en_regex_match *match = new_match();

	(void)state;
	assert_int_equal(en_regex_run(regex, match, text, 0), EN_REGEX_YES);
	check_str(en_regex_group(match, text, 0), "12 of 400");
	check_str(en_regex_group(match, text, 1), "12");
	check_str(en_regex_group(match, text, 2), " of");
	check_str(en_regex_group(match, text, 3), "");
	assert_non_null(en_regex_group(match, text, 3).ptr);
	check_str(en_regex_group(match, text, 4), "400");
	assert_int_equal(en_regex_run(regex, match, text, 11), EN_REGEX_YES);
	check_str(en_regex_group(match, text, 0), "400 tokens");
	assert_null(en_regex_group(match, text, 2).ptr);
	assert_null(en_regex_group(match, text, EN_REGEX_GROUPS_MAX).ptr);
	assert_null(en_regex_group(match, text, 10000).ptr);
	assert_int_equal(en_regex_group_count(regex), 4);
	exact_free(text);
	en_regex_free(regex);
}

/* One match state serves patterns with few and many groups in turn. */
static void test_groups_of_others(void **state)
{
	struct en_regex *many = compile("(a)(b)(c)(d)", EN_REGEX_SEARCH);
	struct en_regex *few = compile("x", EN_REGEX_SEARCH);
	struct en_regex_match *match = new_match();
	struct errnorm_str text = EN_STR("abcd x");

	(void)state;
	assert_int_equal(en_regex_run(many, match, text, 0), EN_REGEX_YES);
	assert_int_equal(en_regex_run(few, match, text, 0), EN_REGEX_YES);
	check_str(en_regex_group(match, text, 0), "x");
	for (unsigned n = 1; n < EN_REGEX_GROUPS_MAX; n++)
		assert_null(en_regex_group(match, text, n).ptr);
	en_regex_free(many);
	en_regex_free(few);
}

static void test_names(void **state)
{
	struct en_regex *regex = compile("(?<limit>a)(b)(?P<used>c)(?:d)(?'model'e)", EN_REGEX_SEARCH);
	static const struct {
		const char *name;
		unsigned group;
	} want[] = {{"limit", 1}, {"model", 4}, {"used", 3}};
	const char *name;
	unsigned group;
	size_t found = 0;

	(void)state;
	for (size_t i = 0; en_regex_name(regex, i, &name, &group); i++) {
		for (size_t k = 0; k < 3; k++)
			if (strcmp(want[k].name, name) == 0) {
				assert_int_equal(group, want[k].group);
				found++;
			}
		assert_true(i < 3);
	}
	assert_int_equal(found, 3);
	assert_false(en_regex_name(regex, 3, &name, &group));
	assert_false(en_regex_name(regex, (size_t)-1, &name, &group));
	en_regex_free(regex);
	regex = compile("(a)", EN_REGEX_SEARCH);
	assert_false(en_regex_name(regex, 0, &name, &group));
	en_regex_free(regex);
}

/* Of everything that matches, the first byte is among those told and the length not below. */
static void test_start(void **state)
{
	static const struct {
		const char *pattern;
		enum en_regex_kind kind;
		const char *samples[8];
	} cases[] = {
		{"sk-[a-z]{3,}", EN_REGEX_HERE, {"sk-abc", "sk-abcdef"}},
		{"[a-f0-9]{4}", EN_REGEX_HERE, {"0123", "f000", "9aaa"}},
		{"(?i)bearer [a-z]{2}", EN_REGEX_HERE, {"bearer ab", "Bearer ab", "BEARER AB"}},
		{"(?:Bearer|token) x+", EN_REGEX_HERE, {"Bearer x", "token xx"}},
		{"(?=[a-z]*[0-9])[a-z0-9]{3}", EN_REGEX_HERE, {"ab1", "1ab", "z9z"}},
		{"(?:a|)bcd", EN_REGEX_HERE, {"abcd", "bcd"}},
		{".{3}", EN_REGEX_HERE, {"abc", "\xe4\xbd\x99\xe4\xbd\x99\xe4\xbd\x99", "  \xc3\xa9"}},
		{"\xe5\xaf\x86\xe9\x92\xa5[0-9]",
		 EN_REGEX_HERE,
		 {"\xe5\xaf\x86\xe9\x92\xa5"
		  "1"}},
		{"x?y?z?abc", EN_REGEX_HERE, {"xyzabc", "yabc", "zabc", "abc"}},
		{"[^a]bc",
		 EN_REGEX_HERE,
		 {"xbc",
		  "\xc3\xa9"
		  "bc",
		  "\nbc"}},
		{"a*", EN_REGEX_HERE, {"", "a", "aa"}},
		{"limit", EN_REGEX_SEARCH, {"limit", "Limit", "LIMIT"}},
		{"^limit", EN_REGEX_SEARCH, {"limit", "Limit"}},
		{"\\blimit|quota\\b", EN_REGEX_SEARCH, {"limit", "QUOTA", "Quota"}},
		{"[a-c]x", EN_REGEX_SEARCH, {"ax", "BX", "cX"}},
		{"\xc3\xa9t", EN_REGEX_SEARCH, {"\xc3\xa9t", "\xc3\x89T"}},
		{"\xd1\x8e.", EN_REGEX_SEARCH, {"\xd1\x8e.", "\xd0\xae."}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct en_regex *regex = compile(cases[i].pattern, cases[i].kind);
		uint64_t first[4];
		uint32_t min_len;
		en_regex_start(regex, first, &min_len);
		for (size_t k = 0; k < 8 && cases[i].samples[k]; k++) {
			struct errnorm_str text = exact(cases[i].samples[k], strlen(cases[i].samples[k]));
			struct en_regex_match *match = new_match();
			assert_int_equal(en_regex_run(regex, match, text, 0), EN_REGEX_YES);
			struct errnorm_str whole = en_regex_group(match, text, 0);
			unsigned char b = whole.len ? (unsigned char)whole.ptr[0] : 0;
			if (whole.len && !(first[b / 64] >> (b % 64) & 1))
				fail_msg("%s: may begin with %c", cases[i].pattern, b);
			if (whole.len < min_len)
				fail_msg("%s: least length %u, but \"%s\"", cases[i].pattern, min_len,
					 cases[i].samples[k]);
			exact_free(text);
		}
		en_regex_free(regex);
	}
}

static void test_start_tells_something(void **state)
{
	struct en_regex *regex = compile("sk-[a-z]{3,}", EN_REGEX_HERE);
	uint64_t first[4];
	uint32_t min_len;

	(void)state;
	en_regex_start(regex, first, &min_len);
	assert_true(first[0] == 0 && first[2] == 0 && first[3] == 0);
	assert_true((first[1] & ~(1ull << ('s' % 64) | 1ull << ('S' % 64))) == 0);
	assert_int_equal(min_len, 6);
	en_regex_free(regex);
}

/* ---- refusals ---- */

static void check_refused(const char *pattern, size_t len, size_t offset)
{
	struct en_regex_error error;
	struct en_regex *regex = en_regex_new(&en_alloc_libc, en_str(pattern, len), EN_REGEX_SEARCH, &error);

	if (regex)
		fail_msg("%s was compiled", pattern);
	if (error.offset != offset)
		fail_msg("%s: refused at %zu, want %zu", pattern, error.offset, offset);
	assert_true(strlen(error.text) > 0);
	assert_true(strlen(error.text) < sizeof error.text);
}

static void repeat(char *out, const char *piece, size_t count)
{
	*out = 0;
	while (count--)
		strcat(out, piece);
}

static void test_refused(void **state)
{
	char text[2 * EN_REGEX_PATTERN_MAX];
	struct en_regex_error error;
	struct en_regex *regex;

	(void)state;
	check_refused("a(b", 3, 3);
	check_refused("[a", 2, 2);
	check_refused("*a", 2, 0);
	check_refused("ab)c", 4, 2);
	check_refused("(?<1a>x)", 8, 3);
	check_refused("a\\", 2, 2);
	check_refused("a\\Cb", 4, 3);
	check_refused("\xff", 1, 0);
	repeat(text, "(a)", EN_REGEX_GROUPS_MAX);
	check_refused(text, strlen(text), 0);
	repeat(text, "(a)", EN_REGEX_GROUPS_MAX - 1);
	en_regex_free(compile(text, EN_REGEX_SEARCH));
	memset(text, 'a', sizeof text);
	regex = en_regex_new(&en_alloc_libc, en_str(text, EN_REGEX_PATTERN_MAX), EN_REGEX_SEARCH, &error);
	assert_non_null(regex);
	en_regex_free(regex);
	regex = en_regex_new(&en_alloc_libc, en_str(text, EN_REGEX_PATTERN_MAX + 1), EN_REGEX_SEARCH, &error);
	assert_null(regex);
	assert_true(error.offset <= EN_REGEX_PATTERN_MAX + 1);
	repeat(text, "(?:", 1000);
	assert_null(en_regex_new(&en_alloc_libc, en_str(text, 3000), EN_REGEX_SEARCH, &error));
	assert_true(error.offset <= 3000);
	en_regex_free(NULL);
}

/* ---- bounds ---- */

/* Patterns that take for ever where nothing stops them, and a text that makes each do so. */
static const struct {
	const char *pattern, *piece, *end;
} catastrophes[] = {
	{"^(a+)+$", "a", "!"},
	{"^(a|a)*b?$", "a", "!"},
	{"(a*)*\\d\\D$", "a", "1"},
	{"(x+x+)+y\\b1", "x", " y1 y"},
	{"^(\\w+\\s?)*$", "word ", "!"},
	{"^(([a-z])+.)+[A-Z]([a-z])+!$", "a", "?!"},
	{"(.*)(.*)(.*)(.*)(.*)(.*)[0-9]x\\b", "ab", "1 x"},
	{"^(?:(?:a?){30}){30}b!$", "a", "?!"},
	{"^(a(?1)?a|a)*!!$", "a", "?!!?"},
};

static double seconds_since(clock_t start)
{
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void test_catastrophes(void **state)
{
	enum { TEXT = 4096 };
	char *text = malloc(TEXT + 16);

	(void)state;
	for (size_t i = 0; i < sizeof catastrophes / sizeof catastrophes[0]; i++) {
		struct en_regex *regex = compile(catastrophes[i].pattern, EN_REGEX_SEARCH);
		size_t step = strlen(catastrophes[i].piece);
		size_t len = 0;
		while (len + step <= TEXT) {
			memcpy(text + len, catastrophes[i].piece, step);
			len += step;
		}
		strcpy(text + len, catastrophes[i].end);
		len += strlen(catastrophes[i].end);
		struct errnorm_str copy = exact(text, len);
		struct en_regex_match *match = new_match();
		size_t before = mallocs;
		clock_t start = clock();
		enum en_regex_result result = en_regex_run(regex, match, copy, 0);
		double took = seconds_since(start);
		if (COUNTS_MALLOC)
			assert_int_equal(mallocs, before);
		if (result != EN_REGEX_LIMIT)
			fail_msg("%s: got %d, want the limit", catastrophes[i].pattern, result);
		/* A few milliseconds; the rest is for slow machines and sanitizers. */
		if (took > 0.5)
			fail_msg("%s: took %.3f s", catastrophes[i].pattern, took);
		/* The state is fit for use afterwards. */
		struct en_regex *plain = compile("limit", EN_REGEX_SEARCH);
		assert_int_equal(en_regex_run(plain, match, EN_STR("a limit"), 0), EN_REGEX_YES);
		en_regex_free(plain);
		exact_free(copy);
		en_regex_free(regex);
	}
	free(text);
}

/* The limits leave room for honest patterns on the longest texts. */
static void test_room(void **state)
{
	static const struct {
		const char *pattern;
		enum en_regex_result want;
	} cases[] = {
		{"maximum context length is (?<limit>[0-9,]+) tokens", EN_REGEX_YES},
		{"requested (?<requested>[0-9]+) tokens \\((?<a>[0-9]+) in the messages", EN_REGEX_NO},
		{"(?:limit|maximum|at most)[^0-9]{0,40}(?<limit>[0-9]+)", EN_REGEX_YES},
		{"^[^~]+$", EN_REGEX_YES},
		{"\\bnever\\b.*\\bseen\\b", EN_REGEX_NO},
		{"[a-z]+ [a-z]+ [a-z]+ [0-9]+", EN_REGEX_YES},
	};
	static const char tail[] = "the maximum context length is 8,192 tokens";
	char text[4096];

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = "some words of a long message, "[i % 30];
	memcpy(text + sizeof text - (sizeof tail - 1), tail, sizeof tail - 1);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct en_regex *regex = compile(cases[i].pattern, EN_REGEX_SEARCH);
		struct en_regex_match *match = new_match();
		size_t before = mallocs;
		enum en_regex_result got = en_regex_run(regex, match, en_str(text, sizeof text), 0);
		if (COUNTS_MALLOC)
			assert_int_equal(mallocs, before);
		if (got != cases[i].want)
			fail_msg("%s: got %d, want %d", cases[i].pattern, got, cases[i].want);
		en_regex_free(regex);
	}
}

static void test_match_memory(void **state)
{
	char *mem = malloc(EN_REGEX_MATCH_MEMORY);

	(void)state;
	assert_null(en_regex_match_init(mem, EN_REGEX_MATCH_MEMORY - 1));
	assert_non_null(en_regex_match_init(mem, EN_REGEX_MATCH_MEMORY));
	free(mem);
}

/* ---- memory of a compile ---- */

struct budget {
	size_t left;
	size_t bytes; /* taken and not given back */
};

static void *budget_alloc(void *user, size_t size)
{
	struct budget *budget = user;

	if (!budget->left)
		return NULL;
	budget->left--;
	budget->bytes += size;
	return malloc(size);
}

static void budget_free(void *user, void *mem, size_t size)
{
	struct budget *budget = user;

	assert_non_null(mem);
	budget->bytes -= size;
	free(mem);
}

static void test_compile_memory(void **state)
{
	struct budget budget = {0, 0};
	const struct errnorm_alloc alloc = {budget_alloc, budget_free, &budget};
	struct en_regex *regex = NULL;

	(void)state;
	for (size_t n = 0; !regex; n++) {
		struct en_regex_error error;
		budget.left = n;
		regex = en_regex_new(&alloc, EN_STR("(?<limit>[0-9]+) (?:tokens|requests)"), EN_REGEX_SEARCH, &error);
		if (!regex) {
			assert_int_equal(error.offset, (size_t)-1);
			assert_int_equal(budget.bytes, 0);
		}
		assert_true(n < 100);
	}
	/* Too little memory for machine code is no failure. */
	budget.left = 0;
	en_regex_speed_up(regex);
	assert_true(budget.bytes > 0);
	en_regex_free(regex);
	assert_int_equal(budget.bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_here),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_groups_of_others),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_start_tells_something),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_catastrophes),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_match_memory),
		cmocka_unit_test(test_compile_memory),
	};

	int failed = cmocka_run_group_tests_name("interpreted", tests, NULL, NULL);

	fast = true;
	return failed + cmocka_run_group_tests_name("machine code", tests, NULL, NULL);
}
