/*
 * redact.c - the one way by which a string leaves: valid UTF-8, no control characters, no secrets.
 *
 * First a clean copy, then a walk over it from one piece that must go to the next: the caller's secrets, and what the tables' patterns find
 * (pattern.c).
 */
#include "work.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "utf8.h"

enum {
	SECRET_MIN = 4,
	SECRET_FORM_MIN = 8, /* shorter ones in disguise are not told from chance */
	PIECE_MIN = 8,       /* bytes of a secret that are worth something */
	CUT_WORD_MAX = 256,  /* bytes of a word that is cut off, and so is not shown */
};

static const struct errnorm_str mark = {"[redacted]", 10};

/* ---- the clean copy ---- */

/* Characters that show nothing, end lines, or turn the reading direction round. */
static bool is_hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

#ifdef __SSE2__
/* Of 16 bytes those that are not printable ASCII, as bits. */
static unsigned odd_bytes(__m128i bytes)
{
	/* Signed compares: bytes of 0x80 and up are negative and fail the first. */
	__m128i ok =
		_mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(0x1f)), _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x7f)));

	return (unsigned)_mm_movemask_epi8(ok) ^ 0xffff;
}
#endif

static bool is_plain(char c)
{
	return c >= 0x20 && c < 0x7f;
}

/* How many bytes at p are printable ASCII. */
static size_t plain_run(const char *p, size_t len)
{
	size_t n = 0;

#ifdef __SSE2__
	for (; n + 16 <= len; n += 16) {
		unsigned odd = odd_bytes(_mm_loadu_si128((const __m128i *)(const void *)(p + n)));
		if (odd)
			return n + (size_t)__builtin_ctz(odd);
	}
	if (n < len && len >= 16) {
		/* The last 16 bytes once more, for a part of them. */
		unsigned odd = odd_bytes(_mm_loadu_si128((const __m128i *)(const void *)(p + len - 16)));
		return odd ? len - 16 + (size_t)__builtin_ctz(odd) : len;
	}
#endif
	while (n < len && is_plain(p[n]))
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

/* A copy of text, into room for as much as it takes or less. Returns the length. */
static size_t copy_clean(struct errnorm_str text, char *out, size_t cap)
{
	const char *p = text.ptr;
	const char *end = p + text.len;
	size_t n = 0;

	while (p < end) {
		char utf8[4];
		size_t used;
		size_t len;
		uint32_t c;
#ifdef __SSE2__
		while (end - p >= 16 && cap - n >= 16) {
			__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
			unsigned odd = odd_bytes(bytes);
			size_t run = odd ? (size_t)__builtin_ctz(odd) : 16;
			_mm_storeu_si128((__m128i *)(void *)(out + n), bytes);
			p += run;
			n += run;
			if (odd)
				break;
		}
#endif
		while (p < end && n < cap && is_plain(*p))
			out[n++] = *p++;
		if (p == end || n == cap)
			break;
		if ((unsigned char)*p < 0x80) {
			out[n++] = ' ';
			p++;
			continue;
		}
		c = en_utf8_decode(p, end, &used);
		p += used;
		len = en_utf8_encode(is_hidden(c) ? ' ' : c, utf8);
		if (len > cap - n)
			break;
		for (size_t i = 0; i < len; i++)
			out[n++] = utf8[i];
	}
	return n;
}

static struct errnorm_str clean(struct errnorm_scratch *work, struct errnorm_str text, bool *ret_cut)
{
	size_t cap;
	size_t n;
	char *out;

	if (text.len > EN_TEXT_MAX) {
		text.len = drop_cut_word(text, en_utf8_floor(text.ptr, EN_TEXT_MAX));
		*ret_cut = true;
	}
	if (plain_run(text.ptr, text.len) == text.len)
		return en_str_trim(text); /* as most are */
	/* A bad byte becomes three. */
	out = en_work_text(work, text.len + 64, &cap);
	if (!out)
		return EN_STR("");
	n = copy_clean(text, out, cap);
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
		if (secret.len >= SECRET_FORM_MIN) {
			size_t form_len = 0;
			size_t form = en_secret_form(text, secret, from, &form_len);
			if (form < at || (form == at && form != (size_t)-1 && form_len > len)) {
				at = form;
				len = form_len;
			}
		}
		if (at < best || (at == best && at != (size_t)-1 && len > *ret_len)) {
			best = at;
			*ret_len = len;
		}
	}
	return best;
}

/*
 * The next piece that must go, at or behind from: secret, pattern, or both where one reaches into the other. at (size_t)-1: none.
 * io_secret: where the next secret stands, which is looked for only once the last one is passed.
 */
static struct en_hit next_hit(struct errnorm_scratch *work, const struct en_pattern_text *in, size_t from,
			      struct en_hit *io_secret)
{
	struct errnorm_str text = in->text;
	struct en_hit secret = *io_secret;
	struct en_hit hit;
	size_t to;

	if (from == 0 || secret.at < from) {
		secret.len = 0;
		secret.at = next_secret(work->response, text, from, &secret.len);
		*io_secret = secret;
	}
	to = secret.at < text.len ? secret.at + 1 : text.len;
	if (!en_pattern_next(work, in, from, to, &hit) || hit.at > secret.at)
		return secret;
	if (secret.at < text.len && hit.at + hit.len > secret.at && hit.at + hit.len < secret.at + secret.len)
		hit.len = secret.at + secret.len - hit.at;
	return hit;
}

struct errnorm_str en_redact(struct errnorm_scratch *work, struct errnorm_str text, size_t cap, bool *ret_cut)
{
	char *out = work->out + work->out_len;
	size_t left = EN_OUT_MEMORY - work->out_len;
	size_t n = 0;
	size_t at = 0;
	bool cut = false;
	struct en_hit secret = {0, 0};
	struct en_pattern_text in;

	if (!text.ptr)
		return EN_STR_NULL;
	if (cap > left)
		cap = left;
	text = clean(work, text, &cut);
	en_pattern_read(work->model, text, &in);
	while (at < text.len && n < cap) {
		struct en_hit hit = next_hit(work, &in, at, &secret);
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
