/*
 * regex.c - PCRE2 behind five functions. A match runs in memory that was set aside for it: nothing is allocated, nothing grows.
 */
#include "regex.h"

#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "str.h"

enum {
	MATCH_LIMIT = 20000, /* internal calls of match(): a run-away pattern ends within a few hundred microseconds */
	DEPTH_LIMIT = 2000,
	HEAP_LIMIT_KIB = 20, /* what PCRE2 takes at first, and never more */
};

struct en_regex {
	pcre2_code *code;
	struct errnorm_alloc alloc;
	enum en_regex_kind kind;
	bool jit; /* it is machine code, which is run without pcre2_match's preparations */
};

/* PCRE2's free function does not tell the size; the caller's wants it. So it stands in front of each block. */
struct sized {
	size_t size;
	size_t pad; /* keeps what follows aligned for any type */
};

static void *sized_alloc(PCRE2_SIZE size, void *user)
{
	const struct errnorm_alloc *alloc = user;
	struct sized *mem;

	if (size > SIZE_MAX - sizeof *mem)
		return NULL;
	mem = alloc->alloc(alloc->user, size + sizeof *mem);
	if (!mem)
		return NULL;
	mem->size = size + sizeof *mem;
	return mem + 1;
}

static void sized_free(void *ptr, void *user)
{
	const struct errnorm_alloc *alloc = user;

	if (ptr) {
		struct sized *mem = (struct sized *)ptr - 1;
		alloc->free(alloc->user, mem, mem->size);
	}
}

static uint32_t compile_options(enum en_regex_kind kind)
{
	uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UCP;

	return kind == EN_REGEX_SEARCH ? options | PCRE2_CASELESS : options | PCRE2_ANCHORED;
}

struct en_regex *en_regex_new(const struct errnorm_alloc *alloc, struct errnorm_str pattern, enum en_regex_kind kind,
			      struct en_regex_error *ret_error)
{
	pcre2_general_context *general = NULL;
	pcre2_compile_context *context = NULL;
	struct en_regex *regex = alloc->alloc(alloc->user, sizeof *regex);
	int error = 0;
	PCRE2_SIZE offset = 0;

	ret_error->offset = (size_t)-1;
	ret_error->text[0] = 0;
	if (!regex)
		return NULL;
	*regex = (struct en_regex){NULL, *alloc, kind, false};
	general = pcre2_general_context_create(sized_alloc, sized_free, &regex->alloc);
	if (general)
		context = pcre2_compile_context_create(general);
	if (context) {
		pcre2_set_max_pattern_length(context, EN_REGEX_PATTERN_MAX);
		pcre2_set_parens_nest_limit(context, 32);
		regex->code = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len, compile_options(kind), &error,
					    &offset, context);
		if (!regex->code && error != PCRE2_ERROR_NOMEMORY && error != 121) {
			ret_error->offset = offset < pattern.len ? offset : pattern.len;
			pcre2_get_error_message(error, (PCRE2_UCHAR *)ret_error->text, sizeof ret_error->text);
		}
	}
	pcre2_compile_context_free(context);
	pcre2_general_context_free(general);
	if (regex->code && en_regex_group_count(regex) >= EN_REGEX_GROUPS_MAX) {
		ret_error->offset = 0;
		strcpy(ret_error->text, "too many groups");
		pcre2_code_free(regex->code);
		regex->code = NULL;
	}
	if (!regex->code) {
		alloc->free(alloc->user, regex, sizeof *regex);
		return NULL;
	}
	return regex;
}

void en_regex_speed_up(struct en_regex *regex)
{
	regex->jit = pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE) == 0;
}

void en_regex_free(struct en_regex *regex)
{
	struct errnorm_alloc alloc;

	if (!regex)
		return;
	alloc = regex->alloc;
	pcre2_code_free(regex->code);
	alloc.free(alloc.user, regex, sizeof *regex);
}

size_t en_regex_group_count(const struct en_regex *regex)
{
	uint32_t count = 0;

	pcre2_pattern_info(regex->code, PCRE2_INFO_CAPTURECOUNT, &count);
	return count;
}

bool en_regex_name(const struct en_regex *regex, size_t i, const char **ret_name, unsigned *ret_group)
{
	uint32_t count = 0;
	uint32_t entry_size = 0;
	PCRE2_SPTR table = NULL;

	pcre2_pattern_info(regex->code, PCRE2_INFO_NAMECOUNT, &count);
	if (i >= count)
		return false;
	pcre2_pattern_info(regex->code, PCRE2_INFO_NAMEENTRYSIZE, &entry_size);
	pcre2_pattern_info(regex->code, PCRE2_INFO_NAMETABLE, &table);
	table += i * entry_size;
	*ret_group = (unsigned)table[0] << 8 | table[1];
	*ret_name = (const char *)table + 2;
	return true;
}

static void set_first(uint64_t first[4], unsigned char byte)
{
	first[byte / 64] |= 1ull << (byte % 64);
}

void en_regex_start(const struct en_regex *regex, uint64_t first[4], uint32_t *ret_min_len)
{
	uint32_t type = 0;
	uint32_t unit = 0;
	const uint8_t *bitmap = NULL;

	memset(first, 0, 4 * sizeof *first);
	*ret_min_len = 0;
	pcre2_pattern_info(regex->code, PCRE2_INFO_MINLENGTH, ret_min_len);
	pcre2_pattern_info(regex->code, PCRE2_INFO_FIRSTCODETYPE, &type);
	if (type == 1) {
		pcre2_pattern_info(regex->code, PCRE2_INFO_FIRSTCODEUNIT, &unit);
		set_first(first, (unsigned char)unit);
		/* Whether the case of a letter matters, as it does not behind (?i), cannot be asked. */
		if (en_is_alnum((unsigned char)unit) && !en_is_digit((unsigned char)unit))
			set_first(first, (unsigned char)(unit ^ 0x20));
		return;
	}
	pcre2_pattern_info(regex->code, PCRE2_INFO_FIRSTBITMAP, &bitmap);
	for (unsigned b = 0; b < 256; b++)
		if (!bitmap || (bitmap[b / 8] >> (b % 8) & 1))
			set_first(first, (unsigned char)b);
}

/* A piece of memory from which PCRE2 takes what it wants, from the front. */
struct region {
	char *next, *end;
};

struct en_regex_match {
	struct region region;
	pcre2_match_data *data;
	pcre2_match_context *context;
	size_t groups; /* that the last successful run filled, the whole match included */
};

static void *region_alloc(PCRE2_SIZE size, void *user)
{
	struct region *region = user;
	void *mem = region->next;

	size = (size + 15) & ~(PCRE2_SIZE)15;
	if (size > (size_t)(region->end - region->next))
		return NULL;
	region->next += size;
	return mem;
}

static void region_free(void *ptr, void *user)
{
	(void)ptr;
	(void)user;
}

struct en_regex_match *en_regex_match_init(void *mem, size_t size)
{
	struct en_regex_match *match = mem;
	pcre2_general_context *general;

	if (size < EN_REGEX_MATCH_MEMORY)
		return NULL;
	*match = (struct en_regex_match){{(char *)mem + 64, (char *)mem + size}, NULL, NULL, 0};
	general = pcre2_general_context_create(region_alloc, region_free, &match->region);
	if (!general)
		return NULL;
	match->data = pcre2_match_data_create(EN_REGEX_GROUPS_MAX, general);
	match->context = pcre2_match_context_create(general);
	if (!match->data || !match->context)
		return NULL;
	pcre2_set_match_limit(match->context, MATCH_LIMIT);
	pcre2_set_depth_limit(match->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(match->context, HEAP_LIMIT_KIB);
	return match;
}

static enum en_regex_result run(const struct en_regex *regex, struct en_regex_match *match, struct errnorm_str text,
				size_t start, uint32_t options)
{
	PCRE2_SPTR subject = (PCRE2_SPTR)text.ptr;
	int rc = regex->jit
			 ? pcre2_jit_match(regex->code, subject, text.len, start, options, match->data, match->context)
			 : pcre2_match(regex->code, subject, text.len, start, options | PCRE2_NO_UTF_CHECK, match->data,
				       match->context);

	if (rc > 0) {
		match->groups = (size_t)rc;
		return EN_REGEX_YES;
	}
	return rc == PCRE2_ERROR_NOMATCH ? EN_REGEX_NO : EN_REGEX_LIMIT;
}

enum en_regex_result en_regex_run(const struct en_regex *regex, struct en_regex_match *match, struct errnorm_str text,
				  size_t start)
{
	return run(regex, match, text, start, 0);
}

enum en_regex_result en_regex_run_cut(const struct en_regex *regex, struct en_regex_match *match,
				      struct errnorm_str text)
{
	return run(regex, match, text, 0, PCRE2_NOTEOL);
}

struct errnorm_str en_regex_group(const struct en_regex_match *match, struct errnorm_str text, unsigned n)
{
	const PCRE2_SIZE *pairs = pcre2_get_ovector_pointer(match->data);

	if (n >= match->groups || pairs[2 * n] == PCRE2_UNSET || pairs[2 * n] > pairs[2 * n + 1])
		return EN_STR_NULL;
	return en_str(text.ptr + pairs[2 * n], pairs[2 * n + 1] - pairs[2 * n]);
}
