/*
 * input.c - reading. Lines are handed out where they were read; the buffer grows only for a line
 * that is longer than it.
 */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

/* What a read asks for: a pipe's capacity. */
enum { READ_SIZE = 64 << 10 };

int cli_input_open(const char *path)
{
	if (!path || strcmp(path, "-") == 0)
		return STDIN_FILENO;
	return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

int cli_path_check(const char *command, const char *path)
{
	if (access(path, R_OK) == 0)
		return CLI_OK;
	return cli_fail(command, "cannot read %s: %s", path, strerror(errno));
}

const char *cli_input_name(const char *path)
{
	return !path || strcmp(path, "-") == 0 ? "standard input" : path;
}

void cli_input_close(int fd)
{
	if (fd > STDIN_FILENO)
		close(fd);
}

static ssize_t read_some(int fd, char *buf, size_t size)
{
	ssize_t got;

	do
		got = read(fd, buf, size);
	while (got < 0 && errno == EINTR);
	return got;
}

/* Doubles a buffer, up to limit. */
static bool grow(char **buf, size_t *cap, size_t limit)
{
	size_t larger = *cap ? *cap * 2 : READ_SIZE;
	char *mem;

	if (larger > limit)
		larger = limit;
	mem = realloc(*buf, larger);
	if (!mem)
		return false;
	*buf = mem;
	*cap = larger;
	return true;
}

bool cli_input_read(int fd, char **ret, size_t *ret_len, bool *ret_cut)
{
	char *buf = NULL;
	size_t cap = 0;
	size_t len = 0;
	ssize_t got = 1;

	/* One byte more than the limit tells whether there is more. */
	while (got > 0 && len <= CLI_INPUT_MAX) {
		if (len == cap && !grow(&buf, &cap, CLI_INPUT_MAX + 1)) {
			got = -1;
			break;
		}
		got = read_some(fd, buf + len, cap - len);
		if (got > 0)
			len += (size_t)got;
	}
	if (got < 0) {
		free(buf);
		return false;
	}
	*ret_cut = len > CLI_INPUT_MAX;
	*ret_len = *ret_cut ? CLI_INPUT_MAX : len;
	*ret = buf;
	return true;
}

void cli_lines_init(struct cli_lines *lines, int fd, void (*before_wait)(void *user), void *user)
{
	struct stat info;

	*lines = (struct cli_lines){.fd = fd, .before_wait = before_wait, .user = user};
	lines->regular = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
}

void cli_lines_done(struct cli_lines *lines)
{
	free(lines->buf);
}

/*
 * Reads more behind what is there; there must be room. Whoever waits for our answer before asking
 * again must have it before we wait for the question.
 */
static bool fill(struct cli_lines *lines)
{
	struct pollfd ready = {.fd = lines->fd, .events = POLLIN};
	ssize_t got;

	if (lines->before_wait && !lines->regular && poll(&ready, 1, 0) == 0)
		lines->before_wait(lines->user);
	got = read_some(lines->fd, lines->buf + lines->end, lines->cap - lines->end);
	if (got < 0)
		return false;
	lines->ended = got == 0;
	lines->end += (size_t)got;
	lines->bytes += (uint64_t)got;
	return true;
}

/*
 * Makes room behind what is there: by moving it to the front, else by growing. False without
 * memory.
 */
static bool make_room(struct cli_lines *lines)
{
	if (lines->begin) {
		memmove(lines->buf, lines->buf + lines->begin, lines->end - lines->begin);
		lines->end -= lines->begin;
		lines->begin = 0;
	}
	/* One byte more than a line may have: its line break. */
	return lines->end < lines->cap || grow(&lines->buf, &lines->cap, CLI_INPUT_MAX + 1);
}

/* Drops everything up to the end of the line. */
static enum cli_line skip_line(struct cli_lines *lines)
{
	for (;;) {
		char *line_end = memchr(lines->buf, '\n', lines->end);

		if (line_end) {
			lines->begin = (size_t)(line_end - lines->buf) + 1;
			return CLI_LINE_LONG;
		}
		lines->begin = lines->end = 0;
		if (lines->ended)
			return CLI_LINE_LONG;
		if (!fill(lines))
			return CLI_LINE_FAIL;
	}
}

enum cli_line cli_lines_next(struct cli_lines *lines, struct errnorm_str *ret)
{
	size_t seen = 0; /* of what is there, already searched for a line break */

	lines->number++;
	for (;;) {
		char *start = lines->buf ? lines->buf + lines->begin : NULL;
		size_t have = lines->end - lines->begin;
		char *line_end = have > seen ? memchr(start + seen, '\n', have - seen) : NULL;

		if (line_end) {
			*ret = (struct errnorm_str){start, (size_t)(line_end - start)};
			lines->begin += ret->len + 1;
			return CLI_LINE;
		}
		if (lines->ended) {
			*ret = (struct errnorm_str){start, have};
			lines->begin = lines->end;
			return have ? CLI_LINE : CLI_LINE_END;
		}
		seen = have;
		if (have > CLI_INPUT_MAX) {
			lines->begin = 0;
			return skip_line(lines);
		}
		if (!make_room(lines) || !fill(lines))
			return CLI_LINE_FAIL;
	}
}
