/*
 * redact.c - the one way by which a string leaves: valid UTF-8, no control characters, no secrets.
 *
 * First a clean copy, then a walk over it from word to word. Patterns are tried at the start of a word only, and only those that can
 * begin with its first letter, whose literal beginning is there and for which enough is left of the word.
 */
#include "work.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "utf8.h"

enum {
	SECRET_MIN = 4,
};

static const struct errnorm_str mark = {"[redacted]", 10};

/* ---- the clean copy ---- */

/* Characters that show nothing, end lines, or turn the reading direction round. */
static bool is_hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* How many bytes at p are printable ASCII, 16 at a time. */
static size_t plain_run(const char *p, size_t len)
{
	size_t n = 0;

#ifdef __SSE2__
	const __m128i low = _mm_set1_epi8(0x1f);
	const __m128i high = _mm_set1_epi8(0x7f);

	for (; n + 16 <= len; n += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + n));
		/* Signed compares: bytes of 0x80 and up are negative and fail the first. */
		__m128i ok = _mm_and_si128(_mm_cmpgt_epi8(bytes, low), _mm_cmplt_epi8(bytes, high));
		if (_mm_movemask_epi8(ok) != 0xffff)
			break;
	}
#endif
	while (n < len && p[n] >= 0x20 && p[n] < 0x7f)
		n++;
	return n;
}

static struct errnorm_str clean(struct errnorm_scratch *work, struct errnorm_str text)
{
	const char *p = text.ptr;
	const char *end;
	size_t cap;
	size_t n = 0;
	char *out;

	if (text.len > EN_TEXT_MAX)
		text.len = en_utf8_floor(text.ptr, EN_TEXT_MAX);
	end = p + text.len;
	/* A bad byte becomes three. */
	out = en_work_text(work, text.len + 64, &cap);
	if (!out)
		return EN_STR("");
	while (p < end) {
		size_t run = plain_run(p, (size_t)(end - p));
		char utf8[4];
		size_t used;
		if (run > cap - n)
			run = cap - n;
		memcpy(out + n, p, run);
		n += run;
		p += run;
		if (p == end || n == cap)
			break;
		uint32_t c = en_utf8_decode(p, end, &used);
		p += used;
		size_t len = en_utf8_encode(is_hidden(c) ? ' ' : c, utf8);
		if (len > cap - n)
			break;
		memcpy(out + n, utf8, len);
		n += len;
	}
	en_work_shrink(work, out, n);
	return en_str_trim(en_str(out, n));
}

/* ---- secrets ---- */

/* The next place where one of the caller's secrets stands, from offset on. */
static size_t next_secret(const struct errnorm_response *response, struct errnorm_str text, size_t from,
			  size_t *ret_len)
{
	size_t best = (size_t)-1;

	for (size_t i = 0; i < response->secret_count; i++) {
		struct errnorm_str secret = response->secrets[i];
		size_t at;
		if (!secret.ptr || secret.len < SECRET_MIN)
			continue;
		at = en_str_find(text, secret, from);
		if (at < best || (at == best && at != (size_t)-1 && secret.len > *ret_len)) {
			best = at;
			*ret_len = secret.len;
		}
	}
	return best;
}

static bool in_chains(const struct errnorm_scratch *work, uint32_t redact)
{
	const uint32_t *list = EN_AT(work->model, chain_redacts, uint32_t);

	for (size_t n = 0; n < work->layer_count; n++) {
		struct en_range range = work->layers[n].chain->redacts;
		for (uint32_t i = range.first; i < range.first + range.count; i++)
			if (list[i] == redact)
				return true;
	}
	return false;
}

static size_t word_length(struct errnorm_str text, size_t at)
{
	size_t end = at;

	while (end < text.len && (unsigned char)text.ptr[end] > ' ')
		end++;
	return end - at;
}

/* What a pattern finds at text[at]: how much of it stays (from the front) and how much goes. */
static bool secret_at(struct errnorm_scratch *work, const struct en_redact *redact,
		      struct errnorm_str text, size_t at, size_t *ret_keep, size_t *ret_len)
{
	struct errnorm_str prefix = en_model_text(work->model, redact->prefix);
	struct errnorm_str hit;

	if (text.len - at < redact->min_len || !en_str_case_starts(en_str_from(text, at), prefix))
		return false;
	/* Without a literal beginning a pattern is about one long word. */
	if (prefix.len < 2 && word_length(text, at) < redact->min_len)
		return false;
	if (!in_chains(work, (uint32_t)(redact - EN_AT(work->model, redacts, struct en_redact))))
		return false;
	switch (en_regex_run(work->regexes[redact->regex], work->match, text, at)) {
	case EN_REGEX_NO:
		return false;
	case EN_REGEX_LIMIT:
		/* Rather too much than a secret: the word goes. */
		work->flags |= ERRNORM_VERDICT_LIMIT_HIT;
		*ret_keep = 0;
		*ret_len = word_length(text, at);
		return *ret_len > 0;
	case EN_REGEX_YES:
		break;
	}
	hit = en_regex_group(work->match, text, redact->secret_group);
	if (!hit.len || hit.ptr < text.ptr + at)
		return false;
	*ret_keep = (size_t)(hit.ptr - text.ptr) - at;
	*ret_len = hit.len;
	return true;
}

static bool pattern_at(struct errnorm_scratch *work, struct errnorm_str text, size_t at,
		       size_t *ret_keep, size_t *ret_len)
{
	const struct en_model *model = work->model;
	const uint32_t *first = EN_AT(model, redact_first, uint32_t);
	const uint32_t *order = EN_AT(model, redact_order, uint32_t);
	const struct en_redact *redacts = EN_AT(model, redacts, struct en_redact);
	unsigned char byte = (unsigned char)text.ptr[at];

	for (uint32_t i = first[byte]; i < first[byte + 1]; i++)
		if (secret_at(work, &redacts[order[i]], text, at, ret_keep, ret_len))
			return true;
	return false;
}

/* The next place at or behind from where something must go. */
static size_t next_pattern(struct errnorm_scratch *work, struct errnorm_str text, size_t from,
			   size_t to, size_t *ret_len)
{
	bool inside = from > 0 && en_is_alnum((unsigned char)text.ptr[from - 1]);

	for (size_t i = from; i < to; i++) {
		bool alnum = en_is_alnum((unsigned char)text.ptr[i]);
		size_t keep;
		if (alnum && !inside && pattern_at(work, text, i, &keep, ret_len))
			return i + keep;
		inside = alnum;
	}
	return (size_t)-1;
}

struct errnorm_str en_redact(struct errnorm_scratch *work, struct errnorm_str text, size_t cap,
			     bool *ret_cut)
{
	char *out = work->out + work->out_len;
	size_t left = EN_OUT_MEMORY - work->out_len;
	size_t n = 0;
	size_t at = 0;

	if (!text.ptr)
		return EN_STR_NULL;
	if (cap > left)
		cap = left;
	text = clean(work, text);
	while (at < text.len && n < cap) {
		size_t secret_len = 0;
		size_t pattern_len = 0;
		size_t secret = next_secret(work->response, text, at, &secret_len);
		size_t pattern = next_pattern(work, text, at, secret < text.len ? secret : text.len,
					      &pattern_len);
		size_t hit = pattern < secret ? pattern : secret;
		size_t len = pattern < secret ? pattern_len : secret_len;
		size_t run = (hit < text.len ? hit : text.len) - at;
		if (run > cap - n)
			run = en_utf8_floor(text.ptr + at, cap - n);
		memcpy(out + n, text.ptr + at, run);
		n += run;
		if (at + run < hit && at + run < text.len)
			break;
		at += run;
		if (hit >= text.len)
			break;
		work->flags |= ERRNORM_VERDICT_REDACTED;
		at += len;
		if (mark.len > cap - n)
			break;
		memcpy(out + n, mark.ptr, mark.len);
		n += mark.len;
	}
	if (ret_cut && at < text.len)
		*ret_cut = true;
	work->out_len += n;
	return en_str(out, n);
}
