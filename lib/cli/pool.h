/*
 * pool.h - `translate --jsonl --jobs N`: lines answered by many threads, in the order in which they
 * came.
 */
#ifndef ERRNORM_CLI_POOL_H
#define ERRNORM_CLI_POOL_H

#include "progress.h"
#include "session.h"
#include "summary.h"

/*
 * Reads fd, called name, to its end. summary: may be NULL. Returns as a run on one thread would.
 */
int cli_pool_run(const struct cli_session *session, size_t jobs, int fd, const char *name,
		 struct cli_progress *progress, struct cli_summary *summary);

#endif
