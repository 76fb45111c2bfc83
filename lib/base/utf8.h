/*
 * utf8.h - UTF-8: decoding, encoding, and the two copies that text goes through.
 *
 * Bytes that are not UTF-8 never stop anything: each bad byte counts as U+FFFD.
 */
#ifndef ERRNORM_BASE_UTF8_H
#define ERRNORM_BASE_UTF8_H

#include <errnorm/types.h>

/*
 * The code point at p (p < end) and its length in *ret_len (1..4). A byte that begins no valid
 * sequence is U+FFFD, length 1.
 */
uint32_t en_utf8_decode(const char *p, const char *end, size_t *ret_len);

/* Writes c (surrogates and values over U+10FFFF as U+FFFD) to out[4]; returns 1..4. */
size_t en_utf8_encode(uint32_t c, char out[4]);

/* The largest n <= len for which s[0..n) does not end inside a sequence. */
size_t en_utf8_floor(const char *s, size_t len);

/*
 * The folded copy that rules are compared with: out (capacity cap) gets s with curly quotes, primes
 * and angle quotes as ' and ", dashes as -, no-break, thin and ideographic spaces as a space,
 * full-width ASCII (U+FF01..U+FF5E) as ASCII, the ideographic full stop and comma as they are,
 * zero-width characters dropped, invalid bytes dropped, every run of white space and control
 * characters as one space, none at either end. Letter case is kept. Returns the bytes written (<=
 * cap, cut at a character), never more than s has. out must not overlap s, and what lies in it
 * behind the returned length may have been written to. Plain ASCII text takes a fast path: this
 * runs on every translate.
 */
size_t en_utf8_fold(struct errnorm_str s, char *out, size_t cap);

/* The same, and into low, of the same capacity and behind out in the same block, what it gives in ASCII lower case. */
size_t en_utf8_fold_both(struct errnorm_str s, char *out, char *low, size_t cap);

/* out[i] = ASCII lower case of s[i]; n bytes. out may be s. */
void en_utf8_lower(const char *s, size_t n, char *out);

#endif
