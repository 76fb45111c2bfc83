/*
 * test_arena.c - the arena: alignment, zeroes, growth, and memory that runs out at every possible
 * moment.
 */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arena.h"
#include "exact.h"

/* Counts what is out, checks that free is told the right size, and fails from the n-th call on. */
struct counter {
	size_t calls, live, bytes, fail_at;
};

static void *count_alloc(void *user, size_t size)
{
	struct counter *counter = user;
	size_t *mem;

	if (counter->calls++ >= counter->fail_at)
		return NULL;
	mem = malloc(size + alignof(max_align_t));
	assert_non_null(mem);
	/* Dirty on purpose: the arena promises zeroes, an allocator does not. */
	memset(mem, 0xA5, size + alignof(max_align_t));
	mem[0] = size;
	counter->live++;
	counter->bytes += size;
	return (char *)mem + alignof(max_align_t);
}

static void count_free(void *user, void *mem, size_t size)
{
	struct counter *counter = user;
	size_t *start = (size_t *)(void *)((char *)mem - alignof(max_align_t));

	assert_non_null(mem);
	assert_int_equal(*start, size);
	counter->live--;
	counter->bytes -= size;
	free(start);
}

static struct errnorm_alloc counting(struct counter *counter)
{
	return (struct errnorm_alloc){count_alloc, count_free, counter};
}

static void check_zero(const char *mem, size_t size)
{
	assert_int_equal((uintptr_t)mem % alignof(max_align_t), 0);
	for (size_t i = 0; i < size; i++)
		assert_int_equal(mem[i], 0);
}

static void test_take(void **state)
{
	struct counter counter = {0, 0, 0, SIZE_MAX};
	struct errnorm_alloc alloc = counting(&counter);
	struct en_arena arena;
	char *before = NULL;

	(void)state;
	en_arena_init(&arena, &alloc);
	assert_int_equal(counter.calls, 0);
	for (size_t size = 0; size < 3000; size += 7) {
		char *mem = en_arena_take(&arena, size);

		assert_non_null(mem);
		assert_ptr_not_equal(mem, before);
		check_zero(mem, size);
		memset(mem, 0xFF, size);
		before = mem;
	}
	assert_false(arena.failed);
	assert_in_range(counter.calls, 2, 16);
	en_arena_done(&arena);
	assert_int_equal(counter.live, 0);
	assert_int_equal(counter.bytes, 0);
	en_arena_done(&arena);
}

static void test_large(void **state)
{
	struct counter counter = {0, 0, 0, SIZE_MAX};
	struct errnorm_alloc alloc = counting(&counter);
	struct en_arena arena;
	char *small, *large, *next;

	(void)state;
	en_arena_init(&arena, &alloc);
	small = en_arena_take(&arena, 16);
	large = en_arena_take(&arena, (size_t)1 << 20);
	next = en_arena_take(&arena, 16);
	check_zero(large, (size_t)1 << 20);
	memset(large, 1, (size_t)1 << 20);
	check_zero(small, 16);
	check_zero(next, 16);
	/* The large piece has not cost the small block's rest. */
	assert_int_equal(counter.calls, 2);
	assert_int_equal(next - small, 16);
	en_arena_done(&arena);
	assert_int_equal(counter.live, 0);
}

static void test_first_is_large(void **state)
{
	struct counter counter = {0, 0, 0, SIZE_MAX};
	struct errnorm_alloc alloc = counting(&counter);
	struct en_arena arena;

	(void)state;
	en_arena_init(&arena, &alloc);
	check_zero(en_arena_take(&arena, 5000000), 5000000);
	check_zero(en_arena_take(&arena, 1), 1);
	check_zero(en_arena_take(&arena, 262144), 262144);
	en_arena_done(&arena);
	assert_int_equal(counter.live, 0);
}

static void test_overflow(void **state)
{
	const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 15, SIZE_MAX - 64, SIZE_MAX / 2 + 1};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct en_arena arena;

		en_arena_init(&arena, &en_alloc_libc);
		assert_null(en_arena_take(&arena, sizes[i]));
		assert_true(arena.failed);
		/* It stays failed. */
		assert_null(en_arena_take(&arena, 1));
		en_arena_done(&arena);
	}
}

static void test_array(void **state)
{
	struct en_arena arena;

	(void)state;
	en_arena_init(&arena, &en_alloc_libc);
	check_zero(en_arena_array(&arena, 10, 24), 240);
	assert_non_null(en_arena_array(&arena, 0, 24));
	assert_non_null(en_arena_array(&arena, SIZE_MAX, 0));
	assert_false(arena.failed);
	assert_null(en_arena_array(&arena, SIZE_MAX / 8, 16));
	assert_true(arena.failed);
	en_arena_done(&arena);

	en_arena_init(&arena, &en_alloc_libc);
	/* The product wraps to 16. */
	assert_null(en_arena_array(&arena, SIZE_MAX / 16 + 2, 16));
	assert_true(arena.failed);
	en_arena_done(&arena);
}

static void test_copy(void **state)
{
	struct errnorm_str source = exact("hello", 5), copy;
	struct en_arena arena;

	(void)state;
	en_arena_init(&arena, &en_alloc_libc);
	copy = en_arena_copy(&arena, source);
	exact_free(source);
	check_str(copy, "hello");
	assert_string_equal(copy.ptr, "hello");
	copy = en_arena_copy(&arena, EN_STR(""));
	assert_non_null(copy.ptr);
	assert_int_equal(copy.len, 0);
	assert_int_equal(copy.ptr[0], 0);
	copy = en_arena_copy(&arena, EN_STR_NULL);
	assert_null(copy.ptr);
	assert_int_equal(copy.len, 0);
	assert_false(arena.failed);
	copy = en_arena_copy(&arena, en_str("x", SIZE_MAX));
	assert_null(copy.ptr);
	assert_int_equal(copy.len, 0);
	assert_true(arena.failed);
	en_arena_done(&arena);
}

struct item {
	uint64_t number;
	const char *name;
};

static void test_grow(void **state)
{
	struct item *items = NULL;
	size_t count = 0, capacity = 0, grown = 0;
	struct en_arena arena;

	(void)state;
	en_arena_init(&arena, &en_alloc_libc);
	for (; count < 5000; count++) {
		struct item *before = items;

		assert_true(en_arena_grow(&arena, (void **)&items, count, &capacity, sizeof(*items)));
		assert_true(capacity > count);
		grown += items != before;
		check_zero((const char *)&items[count], sizeof(*items));
		items[count] = (struct item){count, "x"};
	}
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(items[i].number, i);
		assert_string_equal(items[i].name, "x");
	}
	/* By doubling. */
	assert_in_range(grown, 1, 12);
	assert_true(en_arena_grow(&arena, (void **)&items, 9999, &capacity, sizeof(*items)));
	assert_true(capacity >= 10000);
	assert_int_equal(items[4999].number, 4999);
	en_arena_done(&arena);
}

static void test_grow_overflow(void **state)
{
	struct item *items = NULL;
	size_t capacity = 0;
	struct en_arena arena;

	(void)state;
	en_arena_init(&arena, &en_alloc_libc);
	assert_false(en_arena_grow(&arena, (void **)&items, SIZE_MAX, &capacity, sizeof(*items)));
	assert_true(arena.failed);
	assert_null(items);
	assert_int_equal(capacity, 0);
	en_arena_done(&arena);
	en_arena_init(&arena, &en_alloc_libc);
	assert_false(en_arena_grow(&arena, (void **)&items, SIZE_MAX / 4, &capacity, sizeof(*items)));
	assert_true(arena.failed);
	assert_null(items);
	en_arena_done(&arena);
}

/* The same work with the n-th allocation failing, for every n. */
static bool run_load(struct errnorm_alloc *alloc)
{
	struct item *items = NULL;
	size_t capacity = 0;
	struct en_arena arena;
	bool good = true;

	en_arena_init(&arena, alloc);
	for (size_t i = 0; i < 2000 && good; i++) {
		struct errnorm_str copy = en_arena_copy(&arena, EN_STR("some text of a table"));

		good = copy.ptr && en_arena_grow(&arena, (void **)&items, i, &capacity, sizeof(*items));
	}
	assert_int_equal(good, !arena.failed);
	en_arena_done(&arena);
	return good;
}

static void test_fail_nth(void **state)
{
	struct counter counter = {0, 0, 0, SIZE_MAX};
	struct errnorm_alloc alloc = counting(&counter);
	size_t calls;

	(void)state;
	assert_true(run_load(&alloc));
	calls = counter.calls;
	assert_true(calls > 3);
	for (size_t n = 0; n < calls; n++) {
		counter = (struct counter){0, 0, 0, n};
		assert_false(run_load(&alloc));
		assert_int_equal(counter.live, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take),           cmocka_unit_test(test_large),
		cmocka_unit_test(test_first_is_large), cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_array),          cmocka_unit_test(test_copy),
		cmocka_unit_test(test_grow),           cmocka_unit_test(test_grow_overflow),
		cmocka_unit_test(test_fail_nth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
