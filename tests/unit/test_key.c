/*
 * test_key.c - which names are one: providers' names, headers in any case, a fact's values.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exact.h"
#include "key.h"

static void check_name(const char *name, const char *want)
{
	struct errnorm_str given = exact(name, strlen(name));
	char key[EN_NAME_MAX];

	check_str(en_str(key, en_name_key(given, key)), want);
	exact_free(given);
}

static void test_names(void **state)
{
	char longer[EN_NAME_MAX + 20];

	(void)state;
	check_name("Google AI Studio", "googleaistudio");
	check_name("google-ai-studio", "googleaistudio");
	check_name("google_ai.studio/", "googleaistudio");
	check_name("01.AI", "01ai");
	check_name("\xE6\x99\xBA\xE8\xB0\xB1 AI", "\xE6\x99\xBA\xE8\xB0\xB1"
						  "ai");
	check_name("", "");
	check_name(" -_/ ", "");
	memset(longer, 'A', sizeof longer);
	longer[sizeof longer - 1] = 0;
	{
		char want[EN_NAME_MAX + 1];
		memset(want, 'a', EN_NAME_MAX);
		want[EN_NAME_MAX] = 0;
		check_name(longer, want);
	}
}

/* Names of every length: around eight bytes the way of reading changes. */
static void test_headers(void **state)
{
	static const char pattern[] = "x-ratelimit-remaining-tokens-minute";

	(void)state;
	for (size_t len = 0; len < sizeof pattern; len++) {
		struct errnorm_str low = exact(pattern, len);
		struct errnorm_str high = exact(pattern, len);
		for (size_t i = 0; i < len; i++)
			if (pattern[i] >= 'a')
				((char *)(uintptr_t)high.ptr)[i] ^= 0x20;
		assert_int_equal(en_key_header(low), en_key_header(high));
		assert_true(en_key_header_eq(low.ptr, high.ptr, len));
		/* One letter of difference anywhere is another name; the hash need not tell it. */
		for (size_t i = 0; i < len; i++) {
			char *byte = (char *)(uintptr_t)high.ptr + i;
			char kept = *byte;
			*byte = *byte == 'q' ? 'z' : 'q';
			assert_false(en_key_header_eq(low.ptr, high.ptr, len));
			*byte = kept;
		}
		if (len) /* a shorter one is another, too */
			assert_true(en_key_header(low) != en_key_header(en_str(low.ptr, len - 1)));
		exact_free(low);
		exact_free(high);
	}
}

static void test_values(void **state)
{
	struct errnorm_str a = EN_STR("insufficient_quota");
	struct errnorm_str b = EN_STR("insufficient_quotb");

	(void)state;
	assert_true(en_key_text(1, a) == en_key_text(1, a));
	assert_true(en_key_text(1, a) != en_key_text(2, a));
	assert_true(en_key_text(1, a) != en_key_text(1, b));
	assert_true(en_key_text(1, a) != en_key_text(1, en_str(a.ptr, a.len - 1)));
	assert_true(en_key_text(1, EN_STR("")) != en_key_text(2, EN_STR("")));
	for (uint32_t kind = EN_FACT_MAX; kind < EN_FACT_MAX + 4; kind++)
		for (uint32_t value = 0; value < 600; value++) {
			assert_true(en_key_number(kind, value) != en_key_number(kind, value + 1));
			assert_true(en_key_number(kind, value) != en_key_number(kind + 1, value));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
