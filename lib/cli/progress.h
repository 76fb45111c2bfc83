/*
 * progress.h - how far a long run has come, told on standard error.
 */
#ifndef ERRNORM_CLI_PROGRESS_H
#define ERRNORM_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct cli_progress {
	bool on;
	bool terminal; /* the line is written over; else a line each time */
	uint64_t lines, bytes;
	int64_t begun_ms, told_ms;
};

/*
 * Switched on by forced; by itself where a person watches a long run: standard error is a terminal,
 * and neither the input nor standard output is one.
 */
void cli_progress_begin(struct cli_progress *progress, bool forced, int input);

/* So much has been read by now. Tells at most twice a second. */
void cli_progress_step(struct cli_progress *progress, uint64_t lines, uint64_t bytes);

/* Tells for the last time. What is printed afterwards stands on a line of its own. */
void cli_progress_end(struct cli_progress *progress);

#endif
