/*
 * pool.c - many threads answer lines, and one writes the answers in the order in which the lines
 * came.
 *
 * The caller's thread reads and puts lines together into blocks; the blocks stand in a ring, so
 * there is a fixed number of them, and a block is free again when its answers are written:
 *
 *   reader (filled) -> workers (taken), each with a scratch of its own -> writer (written)
 *
 * Whoever waits for an answer before asking again gets it: a block that is not full is handed over
 * before the reader waits for input.
 */
#include "pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "input.h"
#include "output.h"

/* Uncommonly long lines wait for each other. */
enum { FLIGHT_BYTES = 32 << 20 };

struct pool {
	const struct cli_session *session;

	pthread_mutex_t lock; /* all that follows, but for blocks that somebody holds */
	pthread_cond_t filled_more, done_more, written_more;
	struct cli_block *ring;
	size_t ring_size;
	uint64_t filled, taken, written; /* blocks so far; the ring's index is modulo its size */
	size_t in_flight;                /* bytes of lines between reader and writer */
	bool ended;                      /* there will be no more blocks */
	bool stopped;                    /* there is no use in going on */
	enum errnorm_rc rc;              /* why, if it was not the output */
	int status;

	struct cli_block *open; /* the reader's, not handed over yet */
};

/* A thread that answers. */
struct worker {
	struct pool *pool;
	pthread_t thread;
	struct errnorm_scratch *scratch;
	struct cli_answerer answerer;
	struct cli_summary summary;
};

/* ---- the reader's side ---- */

/* The reader's block; NULL if there is no use in going on. Waits until one is free. */
static struct cli_block *open_block(struct pool *pool, uint64_t number)
{
	struct cli_block *block = NULL;

	if (pool->open)
		return pool->open;
	pthread_mutex_lock(&pool->lock);
	while (!pool->stopped && (pool->filled - pool->written == pool->ring_size || pool->in_flight > FLIGHT_BYTES))
		pthread_cond_wait(&pool->written_more, &pool->lock);
	if (!pool->stopped)
		block = &pool->ring[pool->filled % pool->ring_size];
	pthread_mutex_unlock(&pool->lock);
	if (block) {
		cli_block_begin(block, number);
	}
	pool->open = block;
	return block;
}

static void hand_over(struct pool *pool)
{
	if (!pool->open)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->in_flight += pool->open->len;
	pool->filled++;
	pthread_cond_signal(&pool->filled_more);
	pthread_mutex_unlock(&pool->lock);
	pool->open = NULL;
}

static void hand_over_before_wait(void *pool)
{
	hand_over(pool);
}

/* False if there is no use in going on. */
static bool add_line(struct pool *pool, const struct cli_line_text *line)
{
	struct cli_block *block = open_block(pool, line->number);

	if (block && !cli_block_has_room(block, line->text.len)) {
		hand_over(pool);
		block = open_block(pool, line->number);
	}
	if (!block)
		return false;
	if (!cli_block_append(block, line)) {
		pthread_mutex_lock(&pool->lock);
		pool->stopped = true;
		pool->rc = ERRNORM_ENOMEM;
		pthread_mutex_unlock(&pool->lock);
		return false;
	}
	if (!cli_block_has_room(block, 0))
		hand_over(pool);
	return true;
}

/* CLI_OK at the end of the input, or where there is no use in going on. */
static int read_lines(struct pool *pool, struct cli_lines *lines, const char *name, struct cli_progress *progress)
{
	for (;;) {
		struct cli_line_text line = {.text = {NULL, 0}};

		line.kind = cli_lines_next(lines, &line.text);
		line.number = lines->number;
		if (line.kind == CLI_LINE_LONG)
			line.text.len = 0;
		if (line.kind == CLI_LINE_END)
			return CLI_OK;
		if (line.kind == CLI_LINE_FAIL) {
			int error = errno;

			cli_progress_end(progress);
			return cli_fail(pool->session->settings->command, "cannot read %s: %s", name, strerror(error));
		}
		if (!add_line(pool, &line))
			return CLI_OK;
		cli_progress_step(progress, lines->number, lines->bytes);
	}
}

/* ---- the workers ---- */

static void *work(void *arg)
{
	struct worker *worker = arg;
	struct pool *pool = worker->pool;

	pthread_mutex_lock(&pool->lock);
	for (;;) {
		struct cli_block *block;
		enum errnorm_rc rc;

		while (pool->taken == pool->filled && !pool->ended && !pool->stopped)
			pthread_cond_wait(&pool->filled_more, &pool->lock);
		if (pool->taken == pool->filled || pool->stopped)
			break;
		block = &pool->ring[pool->taken++ % pool->ring_size];
		pthread_mutex_unlock(&pool->lock);

		rc = cli_block_answer(block, &worker->answerer);
		cli_answerer_trim(&worker->answerer);

		pthread_mutex_lock(&pool->lock);
		block->done = true;
		if (rc != ERRNORM_OK) {
			pool->stopped = true;
			pool->rc = rc;
			pthread_cond_broadcast(&pool->filled_more);
			pthread_cond_signal(&pool->written_more);
		}
		pthread_cond_signal(&pool->done_more);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

/* ---- the writer ---- */

/* Waits for the next block in order that is done; NULL behind the last. Holds the lock. */
static struct cli_block *next_done(struct pool *pool)
{
	for (;;) {
		struct cli_block *block = &pool->ring[pool->written % pool->ring_size];

		if (pool->stopped || (pool->ended && pool->written == pool->filled))
			return NULL;
		if (pool->written < pool->filled && block->done)
			return block;
		pthread_cond_wait(&pool->done_more, &pool->lock);
	}
}

static bool is_next_done(const struct pool *pool)
{
	return pool->written + 1 < pool->filled && pool->ring[(pool->written + 1) % pool->ring_size].done;
}

static void *write_all(void *arg)
{
	struct pool *pool = arg;
	struct cli_block *block;

	pthread_mutex_lock(&pool->lock);
	while ((block = next_done(pool)) != NULL) {
		/* Before waiting for more, what there is goes out: somebody may wait for it. */
		bool flush = !is_next_done(pool);
		bool sound;

		pthread_mutex_unlock(&pool->lock);
		sound = cli_block_write(block, flush);
		pthread_mutex_lock(&pool->lock);
		pool->written++;
		pool->in_flight -= block->len;
		if (block->status != CLI_OK)
			pool->status = block->status;
		if (!sound) {
			pool->stopped = true;
			pool->status = CLI_WRONG;
			pthread_cond_broadcast(&pool->filled_more);
		}
		pthread_cond_signal(&pool->written_more);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

/* ---- all of them ---- */

static enum errnorm_rc worker_init(struct worker *worker, struct pool *pool, bool first, bool summary)
{
	const struct cli_session *session = pool->session;
	struct errnorm_scratch *scratch = session->scratch;
	enum errnorm_rc rc;

	worker->pool = pool;
	if (!first) {
		rc = errnorm_scratch_new(session->tables, NULL, &worker->scratch);
		if (rc != ERRNORM_OK)
			return rc;
		scratch = worker->scratch;
	}
	if (summary && !cli_summary_init(&worker->summary, session->tables))
		return ERRNORM_ENOMEM;
	return cli_answerer_init(&worker->answerer, session, scratch, summary ? &worker->summary : NULL)
		       ? ERRNORM_OK
		       : ERRNORM_ENOMEM;
}

static void worker_done(struct worker *worker)
{
	errnorm_scratch_free(worker->scratch);
	cli_answerer_done(&worker->answerer);
	cli_summary_done(&worker->summary);
}

/* Starts as many as the system allows. How many that is. */
static size_t start_workers(struct worker *workers, size_t jobs)
{
	for (size_t i = 0; i < jobs; i++)
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
			return i;
	return jobs;
}

static void end_input(struct pool *pool)
{
	hand_over(pool);
	pthread_mutex_lock(&pool->lock);
	pool->ended = true;
	pthread_cond_broadcast(&pool->filled_more);
	pthread_cond_signal(&pool->done_more);
	pthread_mutex_unlock(&pool->lock);
}

/* Between the start of the threads and their end. */
static int run_threads(struct pool *pool, struct worker *workers, size_t jobs, int fd, const char *name,
		       struct cli_progress *progress)
{
	pthread_t writer;
	struct cli_lines lines;
	const char *command = pool->session->settings->command;
	int error = pthread_create(&writer, NULL, write_all, pool);
	size_t started;
	int status;

	if (error)
		return cli_fail(command, "cannot start a thread: %s", strerror(error));
	started = start_workers(workers, jobs);
	if (started) {
		cli_lines_init(&lines, fd, hand_over_before_wait, pool);
		status = read_lines(pool, &lines, name, progress);
		cli_lines_done(&lines);
	} else {
		status = cli_fail(command, "cannot start a thread; try without --jobs");
	}
	end_input(pool);
	for (size_t i = 0; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	pthread_join(writer, NULL);
	if (pool->rc != ERRNORM_OK) {
		cli_progress_end(progress);
		return cli_fail_rc(command, pool->rc);
	}
	return status != CLI_OK ? status : pool->status;
}

static int run(struct pool *pool, size_t jobs, int fd, const char *name, struct cli_progress *progress,
	       struct cli_summary *summary)
{
	struct worker *workers = calloc(jobs, sizeof(*workers));
	enum errnorm_rc rc = workers ? ERRNORM_OK : ERRNORM_ENOMEM;
	int status;

	for (size_t i = 0; i < jobs && rc == ERRNORM_OK; i++)
		rc = worker_init(&workers[i], pool, i == 0, summary != NULL);
	if (rc == ERRNORM_OK)
		status = run_threads(pool, workers, jobs, fd, name, progress);
	else
		status = cli_fail_rc(pool->session->settings->command, rc);
	for (size_t i = 0; workers && i < jobs; i++) {
		if (summary && rc == ERRNORM_OK)
			cli_summary_merge(summary, &workers[i].summary);
		worker_done(&workers[i]);
	}
	free(workers);
	return status;
}

int cli_pool_run(const struct cli_session *session, size_t jobs, int fd, const char *name,
		 struct cli_progress *progress, struct cli_summary *summary)
{
	struct pool pool = {.session = session, .ring_size = 2 * jobs + 2};
	int status;

	pool.ring = calloc(pool.ring_size, sizeof(*pool.ring));
	if (!pool.ring)
		return cli_fail_rc(session->settings->command, ERRNORM_ENOMEM);
	pthread_mutex_init(&pool.lock, NULL);
	pthread_cond_init(&pool.filled_more, NULL);
	pthread_cond_init(&pool.done_more, NULL);
	pthread_cond_init(&pool.written_more, NULL);
	status = run(&pool, jobs, fd, name, progress, summary);
	pthread_cond_destroy(&pool.filled_more);
	pthread_cond_destroy(&pool.done_more);
	pthread_cond_destroy(&pool.written_more);
	pthread_mutex_destroy(&pool.lock);
	for (size_t i = 0; i < pool.ring_size; i++)
		cli_block_done(&pool.ring[i]);
	free(pool.ring);
	return status;
}
