/*
 * progress.c - lines, lines a second and bytes, at most twice a second.
 */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { PERIOD_MS = 500 };

static int64_t now_ms(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void cli_progress_begin(struct cli_progress *progress, bool forced, int input)
{
	bool terminal = isatty(STDERR_FILENO);

	*progress = (struct cli_progress){.terminal = terminal};
	progress->on = forced || (terminal && !isatty(input) && !isatty(STDOUT_FILENO));
	if (progress->on)
		progress->begun_ms = progress->told_ms = now_ms();
}

static void tell(const struct cli_progress *progress, int64_t now)
{
	int64_t elapsed = now - progress->begun_ms;
	double rate = elapsed > 0 ? (double)progress->lines * 1000.0 / (double)elapsed : 0.0;

	/* A terminal's line may hold a longer text from before: it is cleared to its end. */
	fprintf(stderr, "%s%" PRIu64 " lines, %.0f lines/s, %.1f MB%s", progress->terminal ? "\r" : "", progress->lines,
		rate, (double)progress->bytes / 1e6, progress->terminal ? "\033[K" : "\n");
	fflush(stderr);
}

void cli_progress_step(struct cli_progress *progress, uint64_t lines, uint64_t bytes)
{
	int64_t now;

	if (!progress->on)
		return;
	progress->lines = lines;
	progress->bytes = bytes;
	now = now_ms();
	if (now - progress->told_ms < PERIOD_MS)
		return;
	progress->told_ms = now;
	tell(progress, now);
}

void cli_progress_end(struct cli_progress *progress)
{
	if (!progress->on)
		return;
	tell(progress, now_ms());
	if (progress->terminal)
		fputc('\n', stderr);
	progress->on = false;
}
