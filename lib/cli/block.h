/*
 * block.h - some lines and their answers, which go from thread to thread together.
 */
#ifndef ERRNORM_CLI_BLOCK_H
#define ERRNORM_CLI_BLOCK_H

#include "line.h"

enum {
	CLI_BLOCK_BYTES = 128 << 10, /* enough for the hand-over to cost nothing */
	CLI_BLOCK_LINES = 512,       /* bounds the answers, which may be longer than the lines */
};

struct cli_block {
	char *text; /* the lines one behind the other */
	size_t len, cap;
	struct {
		size_t len;
		enum cli_line kind;
	} lines[CLI_BLOCK_LINES];
	size_t count;
	uint64_t first; /* the number of the first line */

	char *answers;
	size_t answers_len;
	int status; /* CLI_FOUND: some lines were bad */
	bool done;  /* all are answered */
};

/* Empties it. Zero is a block that has never been used. */
void cli_block_begin(struct cli_block *block, uint64_t first);
void cli_block_done(struct cli_block *block);

/* Whether there is room for a line of len bytes more. Any line has room in an empty block. */
bool cli_block_has_room(const struct cli_block *block, size_t len);

/* Puts a copy of a line behind the others. False without memory. */
bool cli_block_append(struct cli_block *block, const struct cli_line_text *line);

/* Answers all lines. Other than ERRNORM_OK: one has no answer. */
enum errnorm_rc cli_block_answer(struct cli_block *block, struct cli_answerer *answerer);

/* Writes the answers, and gives back what uncommonly long lines took. False if it could not be written. */
bool cli_block_write(struct cli_block *block, bool flush);

#endif
