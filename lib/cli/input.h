/*
 * input.h - reading files and standard input: whole, or line by line.
 */
#ifndef ERRNORM_CLI_INPUT_H
#define ERRNORM_CLI_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include <errnorm/types.h>

/*
 * One response, and one line. The library looks at the first 64 KiB of a body; the rest is room for
 * headers and escapes.
 */
#define CLI_INPUT_MAX ((size_t)16 << 20)

struct cli_lines {
	int fd;
	const char *name; /* for complaints */
	char *buf;
	size_t cap, begin, end; /* what was read and not handed out yet is buf[begin, end) */
	bool ended;
	bool regular;    /* a file: reading does not wait */
	uint64_t number; /* of the line that was handed out last */
	uint64_t bytes;  /* read so far */
	void (*before_wait)(void *user);
	void *user;
};

enum cli_line {
	CLI_LINE,      /* here is one */
	CLI_LINE_LONG, /* it was over CLI_INPUT_MAX and has been passed over */
	CLI_LINE_END,  /* there are no more */
	CLI_LINE_FAIL  /* reading failed; errno says why */
};

/* Opens a file; NULL and "-" are standard input. -1 with errno set. */
int cli_input_open(const char *path);

/* CLI_OK, or CLI_WRONG after a complaint that says why a file or folder cannot be read. */
int cli_path_check(const char *command, const char *path);

/* The name of an input for people. */
const char *cli_input_name(const char *path);

/* Closes what cli_input_open() gave, but not standard input. */
void cli_input_close(int fd);

/*
 * Reads everything, up to CLI_INPUT_MAX bytes; *ret_cut: there was more. *ret is to be freed. False
 * with errno set.
 */
bool cli_input_read(int fd, char **ret, size_t *ret_len, bool *ret_cut);

/* before_wait is called with user before a read that would have to wait for its input; may be NULL. */
void cli_lines_init(struct cli_lines *lines, int fd, void (*before_wait)(void *user), void *user);
void cli_lines_done(struct cli_lines *lines);

/* The next line without its line break. It stays until the next call. */
enum cli_line cli_lines_next(struct cli_lines *lines, struct errnorm_str *ret);

#endif
