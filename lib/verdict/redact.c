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

#include "mask.h"
#include "utf8.h"

enum {
	SECRET_MIN = 4,
	PIECE_MIN = 8,       /* bytes of a secret that are worth something */
	CUT_WORD_MAX = 256,  /* bytes of a word that is cut off, and so is not shown */
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

/* Where a text is cut at len its last word may be a key of which too little is left to know it by. */
static size_t drop_cut_word(struct errnorm_str text, size_t len)
{
	for (size_t n = len; n && n + CUT_WORD_MAX > len; n--)
		if (en_is_space((unsigned char)text.ptr[n - 1]))
			return n;
	return len;
}

static struct errnorm_str clean(struct errnorm_scratch *work, struct errnorm_str text, bool *ret_cut)
{
	const char *p = text.ptr;
	const char *end;
	size_t cap;
	size_t n = 0;
	char *out;

	if (text.len > EN_TEXT_MAX) {
		text.len = drop_cut_word(text, en_utf8_floor(text.ptr, EN_TEXT_MAX));
		*ret_cut = true;
	}
	if (plain_run(p, text.len) == text.len)
		return en_str_trim(text); /* as most are */
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

/* Is it there, where what is not shown has become a space? */
static bool stands_at(struct errnorm_str text, size_t at, struct errnorm_str secret)
{
	for (size_t i = 0; i < secret.len; i++) {
		unsigned char c = (unsigned char)secret.ptr[i];
		if ((unsigned char)text.ptr[at + i] != (c < 0x20 || c == 0x7f ? ' ' : c))
			return false;
	}
	return true;
}

static size_t find_secret(struct errnorm_str text, struct errnorm_str secret, size_t from)
{
	if (plain_run(secret.ptr, secret.len) == secret.len)
		return en_str_find(text, secret, from);
	for (size_t at = from; at + secret.len <= text.len; at++)
		if (stands_at(text, at, secret))
			return at;
	return (size_t)-1;
}

/* The beginning of it with which the text ends: whatever cut the text may have cut the secret. */
static size_t find_piece(struct errnorm_str text, struct errnorm_str secret, size_t from, size_t *ret_len)
{
	size_t most = text.len - from < secret.len - 1 ? text.len - from : secret.len - 1;

	for (size_t len = most; len >= PIECE_MIN; len--)
		if (text.ptr[text.len - len] == secret.ptr[0] &&
		    stands_at(text, text.len - len, en_str(secret.ptr, len))) {
			*ret_len = len;
			return text.len - len;
		}
	return (size_t)-1;
}

/* The next place where one of the caller's secrets stands, from offset on. */
static size_t next_secret(const struct errnorm_response *response, struct errnorm_str text, size_t from,
			  size_t *ret_len)
{
	size_t best = (size_t)-1;

	for (size_t i = 0; i < response->secret_count; i++) {
		struct errnorm_str secret = en_str_trim(response->secrets[i]);
		size_t len = secret.len;
		size_t at;
		if (!secret.ptr || secret.len < SECRET_MIN)
			continue;
		at = find_secret(text, secret, from);
		if (at == (size_t)-1)
			at = find_piece(text, secret, from, &len);
		if (at < best || (at == best && at != (size_t)-1 && len > *ret_len)) {
			best = at;
			*ret_len = len;
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

/* Of two hits the earlier counts, of those at one place the longer. Returns true: there is one. */
static bool keep_better(bool found, struct hit hit, struct hit *io_best)
{
	if (!found || hit.at < io_best->at || (hit.at == io_best->at && hit.len > io_best->len))
		*io_best = hit;
	return true;
}

/* Patterns that are looked for by how they begin. */
static bool find_by_prefix(struct errnorm_scratch *work, struct errnorm_str text, size_t from, size_t at,
			   struct hit *ret)
{
	const struct en_model *model = work->model;
	const uint64_t *filter = EN_AT(model, redact_filter, uint64_t);
	const uint32_t *first = EN_AT(model, redact_first, uint32_t);
	const uint32_t *order = EN_AT(model, redact_order, uint32_t);
	const struct en_redact *redacts = EN_AT(model, redacts, struct en_redact);
	unsigned char byte = (unsigned char)text.ptr[at];
	bool found = false;
	uint32_t hash;

	if (text.len - at < EN_REDACT_PREFIX)
		return false;
	hash = en_redact_hash(text.ptr + at);
	if (!(filter[hash / 64] >> (hash % 64) & 1))
		return false;
	for (uint32_t i = first[byte]; i < first[byte + 1]; i++) {
		const struct en_redact *redact = &redacts[order[i]];
		struct hit hit;
		if (at - from >= redact->skip && text.len - at + redact->skip >= redact->min_len &&
		    en_str_starts(en_str_from(text, at), en_model_text(model, redact->prefix)) &&
		    run_pattern(work, redact, text, at - redact->skip, &hit))
			found = keep_better(found, hit, ret);
	}
	return found;
}

/* Does the pattern's only first byte stand nowhere? Most texts are done with so. */
static size_t skip_to_first(const struct en_redact *redact, struct errnorm_str text, size_t from)
{
	const char *hit;
	unsigned byte = 0;

	for (unsigned w = 0; w < 4; w++) {
		if (redact->first[w] & (redact->first[w] - 1) || (redact->first[w] && byte))
			return from;
		if (redact->first[w])
			byte = w * 64 + (unsigned)__builtin_ctzll(redact->first[w]);
	}
	hit = byte ? memchr(text.ptr + from, (int)byte, text.len - from) : NULL;
	return hit ? (size_t)(hit - text.ptr) : text.len;
}

/* A pattern that is tried at every word. */
static bool find_slow(struct errnorm_scratch *work, const struct en_redact *redact, struct errnorm_str text,
		      size_t from, size_t to, struct hit *ret)
{
	struct errnorm_str inner = en_model_text(work->model, redact->inner);

	if (inner.len > 1 && en_str_find(text, inner, from) == (size_t)-1)
		return false;
	for (size_t at = skip_to_first(redact, text, from); at < to && text.len - at >= redact->min_len;
	     at++) {
		unsigned char c = (unsigned char)text.ptr[at];
		bool inside = at > 0 && en_is_alnum(c) && en_is_alnum((unsigned char)text.ptr[at - 1]);
		if (redact->first[c / 64] >> (c % 64) & 1 && !inside && (c & 0xc0) != 0x80 &&
		    run_pattern(work, redact, text, at, ret) && ret->at >= from)
			return true;
	}
	return false;
}

/* Patterns that are looked for by what the word holds, from any of its beginnings. */
static bool find_in_word(struct errnorm_scratch *work, struct errnorm_str text, size_t start, size_t end,
			 struct hit *ret)
{
	const struct en_model *model = work->model;
	const uint32_t *loose = EN_AT(model, redact_loose, uint32_t);
	const struct en_redact *redacts = EN_AT(model, redacts, struct en_redact);
	struct errnorm_str word = {text.ptr + start, end - start};
	uint32_t marks = 0;

	for (size_t i = start; i < end; i++)
		marks |= en_redact_mark((unsigned char)text.ptr[i]);
	for (uint32_t i = 0; i < model->redact_loose.count; i++) {
		const struct en_redact *redact = &redacts[loose[i]];
		struct errnorm_str inner = en_model_text(model, redact->inner);
		if ((redact->marks & marks) != redact->marks || word.len < redact->min_len ||
		    (inner.len > 1 && en_str_find(word, inner, 0) == (size_t)-1))
			continue;
		for (size_t at = start; at + redact->min_len <= end; at++) {
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

enum {
	CHUNK = 64,
};

/* The word around text[at] that does not begin before from. */
static void word_around(struct errnorm_str text, size_t from, size_t at, size_t *ret_start, size_t *ret_end)
{
	size_t start = at;
	size_t end = at;

	while (start > from && (unsigned char)text.ptr[start - 1] > ' ')
		start--;
	while (end < text.len && (unsigned char)text.ptr[end] > ' ')
		end++;
	*ret_start = start;
	*ret_end = end;
}

/*
 * Places of a chunk at which a word may hold a secret: a mark that does not end the word, or the middle of a run so long that some of a
 * long word must fall on it.
 */
static uint64_t suspects(const struct en_mask *mask, bool more)
{
	uint64_t next_blank = mask->blank >> 1 | (more ? 0 : 1ull << 63);
	uint64_t run = ~mask->blank;

	run &= run >> 1;
	run &= run >> 2;
	run &= run >> 4;
	run &= run >> 8; /* bit i: 16 bytes from i on without a blank: two such make a long word */
	return (mask->mark & ~next_blank) | (run & 0x0001000100010001ull);
}

static bool is_mark(char c)
{
	return en_redact_mark((unsigned char)c) != 0;
}

static bool find_by_word(struct errnorm_scratch *work, struct errnorm_str text, size_t from, size_t at,
			 size_t *io_seen, struct hit *ret)
{
	size_t start;
	size_t end;

	if (at < *io_seen)
		return false;
	word_around(text, from, at, &start, &end);
	*io_seen = end;
	if (end - start < EN_REDACT_BARE && !is_mark(text.ptr[at]))
		return false;
	return find_in_word(work, text, start, end, ret);
}

/* The first place at or behind from, and before to, where something must go. */
static bool next_pattern(struct errnorm_scratch *work, struct errnorm_str text, size_t from, size_t to,
			 struct hit *ret)
{
	bool inside = from > 0 && en_is_alnum((unsigned char)text.ptr[from - 1]);
	struct hit word_hit = {(size_t)-1, 0};
	size_t seen = from;

	for (size_t base = from; base < to; base += CHUNK) {
		size_t len = text.len - base < CHUNK ? text.len - base : CHUNK;
		struct en_mask mask = en_mask_read(text.ptr + base, len);
		uint64_t starts = mask.alnum & ~(mask.alnum << 1 | (inside ? 1 : 0));
		uint64_t words = suspects(&mask, base + len < text.len);
		inside = mask.alnum >> 63;
		for (; words && word_hit.at == (size_t)-1; words &= words - 1) {
			struct hit hit;
			if (find_by_word(work, text, from,
					 base + (size_t)__builtin_ctzll(words), &seen, &hit))
				word_hit = hit;
		}
		for (; starts; starts &= starts - 1) {
			size_t at = base + (size_t)__builtin_ctzll(starts);
			if (at >= to || at > word_hit.at)
				break;
			if (find_by_prefix(work, text, from, at, ret))
				return true;
		}
		if (word_hit.at != (size_t)-1 && word_hit.at < base + CHUNK)
			break;
	}
	*ret = word_hit;
	return word_hit.at != (size_t)-1;
}

/* The next piece that must go, at or behind from: secret, pattern, or both where one reaches into the other. at (size_t)-1: none. */
static struct hit next_hit(struct errnorm_scratch *work, struct errnorm_str text, size_t from)
{
	struct hit secret = {0, 0};
	struct hit hit;
	struct hit slow;
	const uint32_t *list = EN_AT(work->model, redact_slow, uint32_t);
	size_t to;
	bool found;

	secret.at = next_secret(work->response, text, from, &secret.len);
	to = secret.at < text.len ? secret.at + 1 : text.len;
	found = next_pattern(work, text, from, to, &hit) && hit.at >= from;
	for (uint32_t i = 0; i < work->model->redact_slow.count; i++) {
		const struct en_redact *redact = &EN_AT(work->model, redacts, struct en_redact)[list[i]];
		if (find_slow(work, redact, text, from, to, &slow))
			found = keep_better(found, slow, &hit);
	}
	if (!found || hit.at > secret.at)
		return secret;
	if (secret.at < text.len && hit.at + hit.len > secret.at &&
	    hit.at + hit.len < secret.at + secret.len)
		hit.len = secret.at + secret.len - hit.at;
	return hit;
}

struct errnorm_str en_redact(struct errnorm_scratch *work, struct errnorm_str text, size_t cap,
			     bool *ret_cut)
{
	char *out = work->out + work->out_len;
	size_t left = EN_OUT_MEMORY - work->out_len;
	size_t n = 0;
	size_t at = 0;
	bool cut = false;

	if (!text.ptr)
		return EN_STR_NULL;
	if (cap > left)
		cap = left;
	text = clean(work, text, &cut);
	while (at < text.len && n < cap) {
		struct hit hit = next_hit(work, text, at);
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
	if (ret_cut && (cut || at < text.len))
		*ret_cut = true;
	work->out_len += n;
	return en_str(out, n);
}
