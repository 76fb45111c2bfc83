/*
 * phrase.h - the words that all messages of a kind have in common, without numbers, ids and quoted
 * parts.
 */
#ifndef ERRNORM_CLI_PHRASE_H
#define ERRNORM_CLI_PHRASE_H

#include <errnorm/types.h>

enum { CLI_PHRASE_RUNS = 8 };

/* Runs of words of a sample that stand in every message so far. They point into the sample by offset. */
struct cli_phrases {
	size_t count;
	struct cli_phrase_run {
		size_t at, len;
	} runs[CLI_PHRASE_RUNS];
};

/* Begins with the sample itself. */
void cli_phrases_begin(struct cli_phrases *phrases, struct errnorm_str sample);

/* Drops what another message does not have. */
void cli_phrases_keep(struct cli_phrases *phrases, struct errnorm_str sample, struct errnorm_str message);

/* The longest, shortened to a useful length; ptr NULL if nothing telling is left. */
struct errnorm_str cli_phrases_best(const struct cli_phrases *phrases, struct errnorm_str sample);

#endif
