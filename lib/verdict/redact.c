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

static size_t word_length(struct errnorm_str text, size_t at)
{
	size_t end = at;

	while (end < text.len && (unsigned char)text.ptr[end] > ' ')
		end++;
	return end - at;
}

/* A piece of the text from which something must go. */
struct hit {
	size_t at, len;
};

/* What a pattern finds at text[at]. */
static bool run_pattern(struct errnorm_scratch *work, const struct en_redact *redact,
			struct errnorm_str text, size_t at, struct hit *ret)
{
	struct errnorm_str found;

	switch (en_regex_run(work->regexes[redact->regex], work->match, text, at)) {
	case EN_REGEX_NO:
		return false;
	case EN_REGEX_LIMIT:
		/* Rather too much than a secret: the word goes. */
		work->flags |= ERRNORM_VERDICT_LIMIT_HIT;
		*ret = (struct hit){at, word_length(text, at)};
		return ret->len > 0;
	case EN_REGEX_YES:
		break;
	}
	found = en_regex_group(work->match, text, redact->secret_group);
	if (!found.len)
		return false;
	*ret = (struct hit){(size_t)(found.ptr - text.ptr), found.len};
	return true;
}

/* Patterns that are looked for by how they begin. */
static bool find_by_prefix(struct errnorm_scratch *work, struct errnorm_str text, size_t at,
			   struct hit *ret)
{
	const struct en_model *model = work->model;
	const uint64_t *filter = EN_AT(model, redact_filter, uint64_t);
	const uint32_t *first = EN_AT(model, redact_first, uint32_t);
	const uint32_t *order = EN_AT(model, redact_order, uint32_t);
	const struct en_redact *redacts = EN_AT(model, redacts, struct en_redact);
	unsigned char byte = (unsigned char)text.ptr[at];
	uint32_t hash;

	if (text.len - at < EN_REDACT_PREFIX)
		return false;
	hash = en_redact_hash(text.ptr + at);
	if (!(filter[hash / 64] >> (hash % 64) & 1))
		return false;
	for (uint32_t i = first[byte]; i < first[byte + 1]; i++) {
		const struct en_redact *redact = &redacts[order[i]];
		if (text.len - at >= redact->min_len &&
		    en_str_starts(en_str_from(text, at), en_model_text(model, redact->prefix)) &&
		    run_pattern(work, redact, text, at, ret))
			return true;
	}
	return false;
}

/* Patterns that are looked for by what the word holds, from any of its beginnings. */
static bool find_in_word(struct errnorm_scratch *work, struct errnorm_str text, struct errnorm_str word,
			 size_t from, uint32_t marks, struct hit *ret)
{
	const struct en_model *model = work->model;
	const uint32_t *loose = EN_AT(model, redact_loose, uint32_t);
	const struct en_redact *redacts = EN_AT(model, redacts, struct en_redact);
	size_t start = (size_t)(word.ptr - text.ptr);

	for (uint32_t i = 0; i < model->redact_loose.count; i++) {
		const struct en_redact *redact = &redacts[loose[i]];
		struct errnorm_str inner = en_model_text(model, redact->inner);
		if ((redact->marks & marks) != redact->marks || word.len < redact->min_len ||
		    (inner.len > 1 && en_str_find(word, inner, 0) == (size_t)-1))
			continue;
		for (size_t at = from; at + redact->min_len <= start + word.len; at++) {
			unsigned char c = (unsigned char)text.ptr[at];
			if (!en_is_alnum(c) ||
			    (at > start && en_is_alnum((unsigned char)text.ptr[at - 1])) ||
			    !(redact->first[c / 64] >> (c % 64) & 1))
				continue;
			if (run_pattern(work, redact, text, at, ret))
				return true;
		}
	}
	return false;
}

/* What a byte is to the walk: bits 0..3 are those of en_redact_mark(). */
enum {
	MARKS = 15,
	ALNUM = 16,
	BLANK = 32,
};

#define ROW(c) \
	((c) <= ' ' ? BLANK \
	 : ((c) >= '0' && (c) <= '9') || ((c) >= 'a' && (c) <= 'z') || ((c) >= 'A' && (c) <= 'Z') \
		 ? ALNUM \
		 : (c) == '.' ? 1 : (c) == '@' ? 2 : (c) == '*' ? 4 : (c) == ':' ? 8 : 0)
#define ROW4(c)  ROW(c), ROW((c) + 1), ROW((c) + 2), ROW((c) + 3)
#define ROW16(c) ROW4(c), ROW4((c) + 4), ROW4((c) + 8), ROW4((c) + 12)
#define ROW64(c) ROW16(c), ROW16((c) + 16), ROW16((c) + 32), ROW16((c) + 48)
static const uint8_t classes[256] = {ROW64(0), ROW64(64), ROW64(128), ROW64(192)};

enum {
	BARE_SECRET = 32, /* bytes of a word from which it may be one without a mark */
};

/* Where the word ends that begins at text[at], and what marks it has inside; punctuation that ends a sentence is none. */
static size_t word_end(struct errnorm_str text, size_t at, uint32_t *ret_marks)
{
	uint32_t marks = 0;
	uint32_t last = 0;

	for (; at < text.len; at++) {
		uint8_t class = classes[(unsigned char)text.ptr[at]];
		if (class & BLANK)
			break;
		marks |= last;
		last = class & MARKS;
	}
	*ret_marks = marks | (last & ~(uint32_t)9); /* but for a full stop or colon at the end */
	return at;
}

/* The next place at or behind from, and before to, where something must go. */
static bool next_pattern(struct errnorm_scratch *work, struct errnorm_str text, size_t from, size_t to,
			 struct hit *ret)
{
	size_t i = from;

	while (i < to) {
		struct hit loose = {(size_t)-1, 0};
		uint32_t marks;
		size_t end = word_end(text, i, &marks);
		bool inside = i > 0 && classes[(unsigned char)text.ptr[i - 1]] & ALNUM;
		if ((marks || end - i >= BARE_SECRET) &&
		    !find_in_word(work, text, en_str(text.ptr + i, end - i), i, marks, &loose))
			loose.at = (size_t)-1;
		for (; i < end && i < to && i <= loose.at; i++) {
			bool alnum = classes[(unsigned char)text.ptr[i]] & ALNUM;
			if (alnum && !inside && find_by_prefix(work, text, i, ret))
				return true;
			inside = alnum;
		}
		if (loose.at != (size_t)-1) {
			*ret = loose;
			return true;
		}
		while (i < to && classes[(unsigned char)text.ptr[i]] & BLANK)
			i++;
	}
	return false;
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
		struct hit hit = {0, 0};
		struct hit pattern;
		hit.at = next_secret(work->response, text, at, &hit.len);
		if (next_pattern(work, text, at, hit.at < text.len ? hit.at : text.len, &pattern) &&
		    pattern.at <= hit.at && pattern.at >= at)
			hit = pattern;
		size_t run = (hit.at < text.len ? hit.at : text.len) - at;
		if (run > cap - n)
			run = en_utf8_floor(text.ptr + at, cap - n);
		memcpy(out + n, text.ptr + at, run);
		n += run;
		if (at + run < hit.at && at + run < text.len)
			break;
		at += run;
		if (hit.at >= text.len)
			break;
		work->flags |= ERRNORM_VERDICT_REDACTED;
		at += hit.len;
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
