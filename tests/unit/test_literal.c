/*
 * test_literal.c - many phrases in one pass, against looking for each of them byte by byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exact.h"
#include "literal.h"

/* ---- an index over phrases ---- */

struct phrases {
	struct en_literal_phrase *table; /* [0] is unused */
	char *pool;
	size_t pool_len;
	uint32_t count;
	uint32_t *built[EN_LITERAL_NONE];
	uint8_t *filter;
	struct en_literal_index index;
};

static void phrases_init(struct phrases *phrases, size_t max, size_t bytes)
{
	*phrases = (struct phrases){.table = calloc(max + 1, sizeof *phrases->table), .pool = malloc(bytes + 1)};
	assert_non_null(phrases->table);
	assert_non_null(phrases->pool);
}

static uint32_t phrases_add(struct phrases *phrases, const char *text, size_t len, bool loose)
{
	memcpy(phrases->pool + phrases->pool_len, text, len);
	phrases->table[++phrases->count] =
		(struct en_literal_phrase){(uint32_t)phrases->pool_len, (uint32_t)len, loose};
	phrases->pool_len += len;
	return phrases->count;
}

static void phrases_build(struct phrases *phrases)
{
	struct en_literal_index *index = &phrases->index;
	uint16_t *frequency = malloc(65536 * sizeof *frequency);
	uint32_t counts[EN_LITERAL_NONE + 1] = {0};

	for (uint32_t n = 1; n <= phrases->count; n++)
		counts[en_literal_kind(phrases->table[n].len)]++;
	phrases->filter = calloc(EN_LITERAL_FILTER, 1);
	*index = (struct en_literal_index){.filter = phrases->filter, .phrases = phrases->table, .pool = phrases->pool};
	for (int kind = 0; kind < EN_LITERAL_NONE; kind++) {
		size_t size = en_literal_table_size((enum en_literal_kind)kind, counts[kind]);
		phrases->built[kind] = calloc(size, sizeof *phrases->built[kind]);
		memset(frequency, 0xa5, 65536 * sizeof *frequency);
		if (!counts[kind])
			continue;
		en_literal_build(phrases->table, phrases->count, phrases->pool, (enum en_literal_kind)kind,
				 counts[kind], phrases->built[kind], phrases->filter, frequency);
		index->tables[kind] = phrases->built[kind];
	}
	free(frequency);
}

static void phrases_done(struct phrases *phrases)
{
	for (int kind = 0; kind < EN_LITERAL_NONE; kind++)
		free(phrases->built[kind]);
	free(phrases->filter);
	free(phrases->table);
	free(phrases->pool);
}

#define BLANKS "                "

/* ---- what should be found ---- */

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool naive_at(const char *text, size_t len, size_t pos, const char *phrase, size_t phrase_len, bool loose)
{
	if (pos + phrase_len > len)
		return false;
	for (size_t i = 0; i < phrase_len; i++)
		if (text[pos + i] != phrase[i])
			return false;
	return loose || !is_word(phrase[0]) || pos == 0 || !is_word(text[pos - 1]);
}

static bool naive_in(const char *text, size_t len, const char *phrase, size_t phrase_len, bool loose)
{
	for (size_t pos = 0; pos < len; pos++)
		if (naive_at(text, len, pos, phrase, phrase_len, loose))
			return true;
	return false;
}

/* The text stands in a block that ends with its padding; what the padding holds must not matter. */
static void check_search(const struct phrases *phrases, const char *text, size_t len, const char *padding)
{
	size_t words = phrases->count / 64 + 1;
	uint64_t *found = calloc(words, sizeof *found);
	char *block = malloc(len + EN_LITERAL_PADDING);

	memcpy(block, text, len);
	memcpy(block + len, padding, EN_LITERAL_PADDING);
	uint64_t summary[8] = {0};
	struct en_literal_found into = {found, summary};
	en_literal_search(&phrases->index, en_str(block, len), &into);
	for (size_t w = 0; w < words; w++)
		assert_int_equal(summary[w / 64] >> (w % 64) & 1, found[w] != 0);
	assert_false(found[0] & 1);
	for (uint32_t n = 1; n <= phrases->count; n++) {
		const struct en_literal_phrase *p = &phrases->table[n];
		bool got = found[n / 64] >> (n % 64) & 1;
		bool want =
			p->len >= EN_LITERAL_MIN && naive_in(text, len, phrases->pool + p->offset, p->len, p->loose);
		if (got != want)
			fail_msg("\"%.*s\" in \"%.*s\": got %d, want %d", (int)p->len, phrases->pool + p->offset,
				 (int)len, text, got, want);
	}
	free(block);
	free(found);
}

/* ---- tests ---- */

static uint32_t seed = 1;

static uint32_t dice(uint32_t sides)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 12) % sides;
}

/* Few letters, so that phrases overlap, repeat and nest. */
static void random_text(char *out, size_t len, const char *letters)
{
	for (size_t i = 0; i < len; i++)
		out[i] = letters[dice((uint32_t)strlen(letters))];
}

static void test_property(void **state)
{
	static const char *const alphabets[] = {"ab", "ab ", "aab1 -", "a\xe4\xbd\x99 ", "abcdefgh .,"};

	(void)state;
	for (int round = 0; round < 3000; round++) {
		const char *letters = alphabets[dice(5)];
		struct phrases phrases;
		char text[160];
		uint32_t count = 1 + dice(12);
		phrases_init(&phrases, count, (size_t)count * 24);
		for (uint32_t n = 0; n < count; n++) {
			char phrase[24];
			size_t len = 1 + dice(20);
			random_text(phrase, len, letters);
			phrases_add(&phrases, phrase, len, dice(2));
		}
		phrases_build(&phrases);
		for (int t = 0; t < 12; t++) {
			size_t len = dice(100);
			size_t at = len ? dice((uint32_t)len) : 0;
			const struct en_literal_phrase *p = &phrases.table[1 + dice(count)];
			char padding[EN_LITERAL_PADDING + 1];
			random_text(text, len, letters);
			/* One that is surely there; and the next goes on in the padding. */
			if (at + p->len <= len)
				memcpy(text + at, phrases.pool + p->offset, p->len);
			p = &phrases.table[1 + dice(count)];
			random_text(padding, EN_LITERAL_PADDING, letters);
			size_t in = p->len / 2;
			if (in <= len && p->len - in <= EN_LITERAL_PADDING) {
				memcpy(text + len - in, phrases.pool + p->offset, in);
				memcpy(padding, phrases.pool + p->offset + in, p->len - in);
			}
			check_search(&phrases, text, len, padding);
		}
		phrases_done(&phrases);
	}
}

static void test_word_start(void **state)
{
	static const struct {
		const char *text, *phrase;
		bool strict, loose;
	} cases[] = {
		{"the rate limit was hit", "rate limit", true, true},
		{"rate limits", "rate limit", true, true},
		{"generate limit", "rate limit", false, true},
		{"generate limit, rate limit", "rate limit", true, true},
		{"x-rate limit", "rate limit", true, true},
		{"_rate limit", "rate limit", true, true},
		{"1rate limit", "rate limit", false, true},
		{"\xe9\x99\x90rate limit", "rate limit", true, true},
		{"v100 tokens", "100 tokens", false, true},
		{"of 100 tokens", "100 tokens", true, true},
		{"word: not found", ": not found", true, true},
		{"word\xe8\xaf\xb7\xe7\xa8\x8d\xe5\x90\x8e", "\xe8\xaf\xb7\xe7\xa8\x8d\xe5\x90\x8e", true, true},
		{"rate limi", "rate limit", false, false},
		{"Rate limit", "rate limit", false, false},
		{"", "rate limit", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct errnorm_str phrase = exact(cases[i].phrase, strlen(cases[i].phrase));
		struct errnorm_str text = exact(cases[i].text, strlen(cases[i].text));
		bool at = false;
		struct phrases phrases;
		assert_int_equal(en_literal_in(text, phrase), cases[i].strict);
		for (size_t pos = 0; pos <= text.len + 2; pos++)
			at |= en_literal_at(text, pos, phrase);
		assert_int_equal(at, cases[i].strict);
		phrases_init(&phrases, 2, 64);
		phrases_add(&phrases, phrase.ptr, phrase.len, false);
		phrases_add(&phrases, phrase.ptr, phrase.len, true);
		phrases_build(&phrases);
		check_search(&phrases, text.ptr, text.len, "t tokens limit t");
		assert_int_equal(naive_in(text.ptr, text.len, phrase.ptr, phrase.len, true), cases[i].loose);
		phrases_done(&phrases);
		exact_free(phrase);
		exact_free(text);
	}
}

/* A phrase whose rarest part is far behind its beginning. */
static void test_long(void **state)
{
	struct phrases phrases;
	char text[2000];

	(void)state;
	phrases_init(&phrases, 40, 40000);
	memset(text, 'a', sizeof text);
	for (size_t n = 0; n < 40; n++) {
		text[200 + 20 * n] = 'b';
		phrases_add(&phrases, text, 250 + 15 * n, n & 1);
		text[200 + 20 * n] = 'a';
	}
	phrases_build(&phrases);
	for (size_t n = 0; n < 40; n++) {
		text[200 + 20 * n] = 'b';
		check_search(&phrases, text, 1000, BLANKS);
		check_search(&phrases, text + 1, 1000, BLANKS);
		text[200 + 20 * n] = 'a';
	}
	phrases_done(&phrases);
}

static void test_at(void **state)
{
	struct errnorm_str text = exact("ab ab", 5);

	(void)state;
	assert_true(en_literal_at(text, 0, EN_STR("ab")));
	assert_false(en_literal_at(text, 1, EN_STR("b")));
	assert_false(en_literal_at(text, 2, EN_STR("ab")));
	assert_true(en_literal_at(text, 3, EN_STR("ab")));
	assert_false(en_literal_at(text, 4, EN_STR("b")));
	assert_false(en_literal_at(text, 4, EN_STR("bc")));
	assert_false(en_literal_at(text, 5, EN_STR("a")));
	assert_false(en_literal_at(text, 6, EN_STR("a")));
	assert_false(en_literal_at(text, (size_t)-1, EN_STR("a")));
	exact_free(text);
}

static void test_sizes(void **state)
{
	(void)state;
	for (int kind = 0; kind < EN_LITERAL_NONE; kind++) {
		size_t windows = kind == EN_LITERAL_BRIEF ? 1 : 4;
		assert_int_equal(en_literal_table_size((enum en_literal_kind)kind, 0), 0);
		for (uint32_t count = 1; count < 100000; count = count * 3 / 2 + 1)
			assert_true(en_literal_table_size((enum en_literal_kind)kind, count) > count * windows * 2);
	}
}

/* Only of one kind, or of none at all. */
static void test_one_kind(void **state)
{
	static const char *const sets[][2] = {{"seven b", "ten bytes!"},
					      {"eleven byte", "a longer phrase still"},
					      {"short", "six by"},
					      {"by", "x b"}};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct phrases phrases;
		phrases_init(&phrases, 2, 64);
		phrases_add(&phrases, sets[i][0], strlen(sets[i][0]), false);
		phrases_add(&phrases, sets[i][1], strlen(sets[i][1]), false);
		phrases_build(&phrases);
		check_search(&phrases, "seven b eleven byte short", 25, BLANKS);
		check_search(&phrases, "six by a longer phrase still, ten bytes!", 40, BLANKS);
		check_search(&phrases, "", 0, "seven b six by ! ");
		phrases_done(&phrases);
	}
}

/* As many phrases as tables will ever have, many of which share their words. */
static void test_many(void **state)
{
	enum { COUNT = 10000, TEXT = 4096 };
	static const char *const words[] = {"rate",
					    "limit",
					    "exceeded",
					    "tokens",
					    "per",
					    "minute",
					    "model",
					    "not",
					    "found",
					    "request",
					    "too",
					    "large",
					    "\xe9\x99\x90\xe6\xb5\x81",
					    "quota",
					    "for",
					    "your"};
	struct phrases phrases;
	char *text = malloc(TEXT);

	(void)state;
	phrases_init(&phrases, COUNT, COUNT * 64);
	for (int n = 0; n < COUNT; n++) {
		char phrase[64] = "";
		size_t want = 4 + dice(37);
		while (strlen(phrase) < want) {
			if (strlen(phrase))
				strcat(phrase, " ");
			strcat(phrase, words[dice(16)]);
		}
		phrases_add(&phrases, phrase, strlen(phrase), dice(4) == 0);
	}
	phrases_build(&phrases);
	for (int round = 0; round < 20; round++) {
		size_t len = 0;
		while (len + 64 < TEXT) {
			const char *word = words[dice(16)];
			if (dice(3) == 0) {
				const struct en_literal_phrase *p = &phrases.table[1 + dice(COUNT)];
				memcpy(text + len, phrases.pool + p->offset, p->len);
				len += p->len;
			} else {
				memcpy(text + len, word, strlen(word));
				len += strlen(word);
			}
			if (dice(8))
				text[len++] = ' ';
		}
		len = round ? len / (size_t)round : len;
		check_search(&phrases, text, len, " minute tokens  ");
	}
	phrases_done(&phrases);
	free(text);
}

/* What was found before stays: a fact with several texts is searched one after the other. */
static void test_adds_up(void **state)
{
	struct phrases phrases;
	uint64_t found[1] = {0};
	uint64_t words[1] = {0};
	struct en_literal_found into = {found, words};
	char text[] = "first phrase" BLANKS;
	char more[] = "second phrase" BLANKS;

	(void)state;
	phrases_init(&phrases, 2, 64);
	phrases_add(&phrases, "first phrase", 12, false);
	phrases_add(&phrases, "second phrase", 13, false);
	phrases_build(&phrases);
	en_literal_search(&phrases.index, en_str(text, 12), &into);
	assert_int_equal(found[0], 2);
	en_literal_search(&phrases.index, en_str(more, 13), &into);
	assert_int_equal(found[0], 6);
	phrases_done(&phrases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_property), cmocka_unit_test(test_word_start), cmocka_unit_test(test_at),
		cmocka_unit_test(test_sizes),    cmocka_unit_test(test_one_kind),   cmocka_unit_test(test_many),
		cmocka_unit_test(test_adds_up),  cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
