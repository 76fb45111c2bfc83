/*
 * sample.h - random texts that a regular expression probably matches.
 *
 * The generator understands literals, classes, groups, alternations, quantifiers and the common
 * escapes, and guesses at the rest: whoever asks must let PCRE2 judge what comes out.
 */
#ifndef ERRNORM_TESTS_SAMPLE_H
#define ERRNORM_TESTS_SAMPLE_H

#include <stdbool.h>

#include <errnorm/types.h>

/* 0 .. sides - 1, the same in every run. */
unsigned sample_dice(unsigned sides);

/* Writes a text to out, in any case of its letters if caseless; returns its length. */
size_t sample_match(struct errnorm_str pattern, bool caseless, char *out, size_t cap);

#endif
