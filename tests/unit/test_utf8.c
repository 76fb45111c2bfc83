/*
 * test_utf8.c - UTF-8 against the Unicode standard's table 3-7, and the two copies against plain
 * versions of themselves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exact.h"
#include "str.h"
#include "utf8.h"

static void check_decode(const char *bytes, size_t len, uint32_t c, size_t used)
{
	struct errnorm_str s = exact(bytes, len);
	size_t got = 99;

	assert_int_equal(en_utf8_decode(s.ptr, s.ptr + s.len, &got), c);
	assert_int_equal(got, used);
	exact_free(s);
}

static void test_decode(void **state)
{
	(void)state;
	check_decode("A", 1, 'A', 1);
	check_decode("\0", 1, 0, 1);
	check_decode("\x7F", 1, 0x7F, 1);
	check_decode("\xC2\x80", 2, 0x80, 2);
	check_decode("\xDF\xBF", 2, 0x7FF, 2);
	check_decode("\xE0\xA0\x80", 3, 0x800, 3);
	check_decode("\xED\x9F\xBF", 3, 0xD7FF, 3);
	check_decode("\xEE\x80\x80", 3, 0xE000, 3);
	check_decode("\xEF\xBF\xBD", 3, 0xFFFD, 3);
	check_decode("\xEF\xBF\xBF", 3, 0xFFFF, 3);
	check_decode("\xF0\x90\x80\x80", 4, 0x10000, 4);
	check_decode("\xF4\x8F\xBF\xBF", 4, 0x10FFFF, 4);
}

static void test_decode_bad(void **state)
{
	static const char *const bad[] = {
		"\x80",         "\xBF",         "\xC0\x80",         "\xC1\xBF",         "\xC2",
		"\xC2 ",        "\xC2\xC2",     "\xE0\x9F\xBF",     "\xE0\xA0",         "\xE0\xA0 ",
		"\xED\xA0\x80", "\xED\xBF\xBF", "\xE2\x82",         "\xF0\x8F\xBF\xBF", "\xF0\x90\x80",
		"\xF0\x90",     "\xF0",         "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80",
		"\xFE",         "\xFF",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		check_decode(bad[i], strlen(bad[i]), 0xFFFD, 1);
}

static void test_encode(void **state)
{
	char out[4];

	(void)state;
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		size_t used, len;

		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		len = en_utf8_encode(c, out);
		if (en_utf8_decode(out, out + len, &used) != c || used != len ||
		    len != (size_t)(1 + (c > 0x7F) + (c > 0x7FF) + (c > 0xFFFF)))
			fail_msg("U+%04X", (unsigned)c);
	}
	for (size_t i = 0; i < 4; i++) {
		const uint32_t bad[] = {0xD800, 0xDFFF, 0x110000, UINT32_MAX};

		assert_int_equal(en_utf8_encode(bad[i], out), 3);
		assert_memory_equal(out, "\xEF\xBF\xBD", 3);
	}
}

static void check_floor(const char *bytes, size_t len, size_t want)
{
	struct errnorm_str s = exact(bytes, len);

	if (en_utf8_floor(s.ptr, s.len) != want)
		fail_msg("\"%s\" at %zu: %zu, want %zu", bytes, len, en_utf8_floor(s.ptr, s.len), want);
	exact_free(s);
}

static void test_floor(void **state)
{
	static const char text[] = "a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80z";
	static const size_t want[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11};

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++)
		check_floor(text, len, want[len]);
	/* Bytes that are in no sequence are never cut off. */
	check_floor("\x80", 1, 1);
	check_floor("\x80\x80\x80\x80\x80", 5, 5);
	check_floor("a\xFF", 2, 2);
	check_floor("a\xC0", 2, 2);
	check_floor("a\xC3\xA9\x80", 4, 4);
	check_floor("\xE0\x80", 2, 2);
	check_floor("\xED\xA0", 2, 2);
	check_floor("\xF4\x90\x80", 3, 3);
	check_floor("\xF0\x90\x80", 3, 0);
	check_floor("\xF5\x80", 2, 2);
	check_floor("\xE4\xB8\xE4", 3, 2);
}

/* Both copies at once, at every capacity: the same, and the same in lower case. */
static void check_both(struct errnorm_str s)
{
	for (size_t cap = 0; cap <= s.len; cap++) {
		char *both = malloc(2 * cap);
		struct errnorm_str alone = exact(s.ptr, cap);
		size_t len = en_utf8_fold(s, (char *)(uintptr_t)alone.ptr, cap);

		assert_int_equal(en_utf8_fold_both(s, both, both + cap, cap), len);
		for (size_t i = 0; i < len; i++) {
			assert_int_equal(both[i], alone.ptr[i]);
			assert_int_equal((unsigned char)both[cap + i], en_lower((unsigned char)alone.ptr[i]));
		}
		exact_free(alone);
		free(both);
	}
}

static void check_fold(const char *bytes, size_t len, const char *want)
{
	struct errnorm_str s = exact(bytes, len), out = exact(NULL, 0);
	size_t full;

	exact_free(out);
	out = exact(bytes, len);
	full = en_utf8_fold(s, (char *)(uintptr_t)out.ptr, out.len);
	check_str(en_str(out.ptr, full), want);
	exact_free(out);
	/* Every smaller capacity gives a beginning of the same, cut at a character. */
	for (size_t cap = 0; cap < full; cap++) {
		size_t got, floor = en_utf8_floor(want, cap);

		out = exact(want, cap);
		got = en_utf8_fold(s, (char *)(uintptr_t)out.ptr, cap);
		if (floor && want[floor - 1] == ' ')
			floor--;
		assert_int_equal(got, floor);
		if (got)
			assert_memory_equal(out.ptr, want, got);
		exact_free(out);
	}
	check_both(s);
	exact_free(s);
}

static void check_fold_text(const char *text, const char *want)
{
	check_fold(text, strlen(text), want);
}

static void test_fold(void **state)
{
	(void)state;
	check_fold_text("", "");
	check_fold_text(" ", "");
	check_fold_text(" \t\r\n ", "");
	check_fold_text("Rate Limit", "Rate Limit");
	/* Letters and characters that stay, and the same cut short or wrong. */
	check_fold_text("\xC3\x80\xC3\xA9\xC9\xBF\xCA\xBC", "\xC3\x80\xC3\xA9\xC9\xBF'");
	check_fold_text("a\xC3", "a");
	check_fold_text("\xC3 \xC3z", "z");
	check_fold_text("\xE4\xB8\x80\xE9\xBF\xBF\xE3\x80\x80\xE5\xA4\xA7", "\xE4\xB8\x80\xE9\xBF\xBF \xE5\xA4\xA7");
	check_fold_text("b\xE5\xA4", "b");
	check_fold_text("\xE5\xA4x\xE5y", "xy");
	check_fold_text("  a  b\t\r\nc \x01 d\x7F", "a b c d");
	check_fold("a\0b", 3, "a b");
	check_fold_text("model\xE2\x80\x99s \xE2\x80\x9Cname\xE2\x80\x9D", "model's \"name\"");
	check_fold_text("\xE2\x80\x98x\xE2\x80\x9A\xE2\x80\x9B\xE2\x80\x9E\xE2\x80\x9F", "'x''\"\"");
	check_fold_text("5\xE2\x80\xB2 6\xE2\x80\xB3", "5' 6\"");
	check_fold_text("\xC2\xABq\xC2\xBB \xE2\x80\xB9r\xE2\x80\xBA", "\"q\" 'r'");
	check_fold_text("1\xE2\x80\x90"
			"2\xE2\x80\x91"
			"3\xE2\x80\x92"
			"4\xE2\x80\x93"
			"5\xE2\x80\x94"
			"6\xE2\x80\x95"
			"7\xE2\x88\x92"
			"8",
			"1-2-3-4-5-6-7-8");
	check_fold_text("10\xC2\xA0"
			"000\xE2\x80\xAF"
			"tokens\xE2\x80\x89now\xE3\x80\x80.",
			"10 000 tokens now .");
	check_fold_text("\xC2\xA0 \xE3\x80\x80x\xE2\x80\xA8\xC2\x85y\xE2\x80\xA9", "x y");
	/* Full width: code 123 ! ~ */
	check_fold_text("\xEF\xBD\x83\xEF\xBD\x8F\xEF\xBD\x84\xEF\xBD\x85\xEF\xBC\x9A\xEF\xBC\x91"
			"\xEF\xBC\x92\xEF\xBC\x93\xEF\xBC\x81\xEF\xBD\x9E",
			"code:123!~");
	/* The ideographic comma and full stop stay, as does what is behind the full-width forms. */
	check_fold_text("\xE5\x87\xBA\xE9\x94\x99\xE3\x80\x81\xE3\x80\x82\xEF\xBD\x9F",
			"\xE5\x87\xBA\xE9\x94\x99\xE3\x80\x81\xE3\x80\x82\xEF\xBD\x9F");
	check_fold_text("r\xE2\x80\x8B"
			"a\xE2\x80\x8D"
			"t\xEF\xBB\xBF"
			"e\xC2\xAD"
			"s\xE2\x81\xA0\xE2\x80\x8E",
			"rates");
	check_fold_text("caf\xC3\xA9 na\xC3\xAFve \xF0\x9F\x98\x80", "caf\xC3\xA9 na\xC3\xAFve \xF0\x9F\x98\x80");
	/* Dropped characters do not part a run of white space. */
	check_fold_text("a \xE2\x80\x8B b", "a b");
	check_fold_text("a \xFF b", "a b");
}

static void test_fold_bad(void **state)
{
	(void)state;
	check_fold_text("a\xFF\xFE\x80z", "az");
	check_fold_text("\xC0\xAF\xE0\x80\x80", "");
	check_fold_text("x\xE4\xB8", "x");
	check_fold_text("\xED\xA0\x80y", "y");
	/* What a relay has already replaced stays. */
	check_fold_text("a\xEF\xBF\xBDz", "a\xEF\xBF\xBDz");
}

/*
 * Plain text of every length, with something to fold at every place of it: blocks and their seams.
 */
static void test_fold_blocks(void **state)
{
	static const char plain[] = "abcdefghij klmnopqrstuvwxyz ABCDEF 0123456789 ~!@#$%^&*()_+ ";
	static const char *const odd[] = {"  ", "\n", "\t ", "\xC2\xA0", "\xFF", "\x7F", "\xE2\x80\x99"};
	char text[128], want[128];

	(void)state;
	for (size_t len = 0; len < sizeof(plain); len++) {
		size_t kept = len && plain[len - 1] == ' ' ? len - 1 : len;

		memcpy(want, plain, kept);
		want[kept] = 0;
		check_fold(plain, len, want);
	}
	for (size_t at = 0; at < 50; at++)
		for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
			size_t n = 0;

			memset(text, 'x', 50);
			memcpy(text + at, odd[i], strlen(odd[i]));
			memset(text + at + strlen(odd[i]), 'y', 50 - at);
			for (size_t x = 0; x < at; x++)
				want[n++] = 'x';
			if (i == 6)
				want[n++] = '\'';
			else if (i != 4 && at)
				want[n++] = ' ';
			if (at == 50 && n && want[n - 1] == ' ')
				n--;
			for (size_t y = at; y < 50; y++)
				want[n++] = 'y';
			want[n] = 0;
			check_fold(text, 50 + strlen(odd[i]), want);
		}
}

/* Folding what is folded changes nothing; whatever comes in, what comes out is clean. */
static void test_fold_again(void **state)
{
	uint32_t seed = 1;
	char text[64], once[64], twice[64];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		static const char alphabet[] = "ab  \n\xC2\xA0\xE2\x80\x99\xE3\x80\x81\xEF\xBC\xFF\xF0\x9F";
		size_t len, n, m;

		seed = seed * 1103515245 + 12345;
		len = seed >> 16 & 63;
		for (size_t i = 0; i < len; i++) {
			seed = seed * 1103515245 + 12345;
			text[i] = alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
		}
		n = en_utf8_fold(en_str(text, len), once, sizeof(once));
		m = en_utf8_fold(en_str(once, n), twice, sizeof(twice));
		assert_true(n <= len);
		assert_int_equal(n, m);
		assert_memory_equal(once, twice, n);
		assert_int_equal(en_utf8_floor(once, n), n);
		for (size_t i = 0, used; i < n; i += used) {
			uint32_t c = en_utf8_decode(once + i, once + n, &used);

			assert_false(c == 0xFFFD && used == 1);
			assert_true(c >= ' ' && c != 0x7F);
			assert_false(c == ' ' && (i == 0 || i == n - 1 || once[i + 1] == ' '));
		}
	}
}

static void test_lower(void **state)
{
	char text[256], want[256];

	(void)state;
	for (int i = 0; i < 256; i++) {
		text[i] = (char)i;
		want[i] = (char)(i >= 'A' && i <= 'Z' ? i + 32 : i);
	}
	for (size_t len = 0; len <= 256; len++)
		for (size_t from = 0; from <= 256 - len; from += 13) {
			struct errnorm_str in = exact(text + from, len), out = exact(text, len);

			en_utf8_lower(in.ptr, len, (char *)(uintptr_t)out.ptr);
			if (len)
				assert_memory_equal(out.ptr, want + from, len);
			/* In place too. */
			en_utf8_lower(in.ptr, len, (char *)(uintptr_t)in.ptr);
			if (len)
				assert_memory_equal(in.ptr, want + from, len);
			exact_free(in);
			exact_free(out);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),      cmocka_unit_test(test_decode_bad), cmocka_unit_test(test_encode),
		cmocka_unit_test(test_floor),       cmocka_unit_test(test_fold),       cmocka_unit_test(test_fold_bad),
		cmocka_unit_test(test_fold_blocks), cmocka_unit_test(test_fold_again), cmocka_unit_test(test_lower),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
