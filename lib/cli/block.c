/*
 * block.c - collecting lines, answering them into memory, writing that out.
 */
#include "block.h"

#include <stdlib.h>
#include <string.h>

#include "output.h"

void cli_block_begin(struct cli_block *block, uint64_t first)
{
	block->len = block->count = 0;
	block->first = first;
	block->done = false;
}

void cli_block_done(struct cli_block *block)
{
	free(block->text);
	free(block->answers);
}

bool cli_block_has_room(const struct cli_block *block, size_t len)
{
	if (!block->count)
		return true;
	return block->count < CLI_BLOCK_LINES && block->len < CLI_BLOCK_BYTES && len <= CLI_BLOCK_BYTES - block->len;
}

bool cli_block_append(struct cli_block *block, const struct cli_line_text *line)
{
	if (!block->text || block->cap - block->len < line->text.len) {
		size_t cap = block->len + line->text.len;
		char *larger;

		if (cap < CLI_BLOCK_BYTES)
			cap = CLI_BLOCK_BYTES;
		larger = realloc(block->text, cap);
		if (!larger)
			return false;
		block->text = larger;
		block->cap = cap;
	}
	if (line->text.len)
		memcpy(block->text + block->len, line->text.ptr, line->text.len);
	block->len += line->text.len;
	block->lines[block->count].len = line->text.len;
	block->lines[block->count].kind = line->kind;
	block->count++;
	return true;
}

enum errnorm_rc cli_block_answer(struct cli_block *block, struct cli_answerer *answerer)
{
	FILE *out = open_memstream(&block->answers, &block->answers_len);
	const char *text = block->text;

	block->status = CLI_OK;
	if (!out)
		return ERRNORM_ENOMEM;
	for (size_t i = 0; i < block->count; i++) {
		struct cli_line_text line = {
			.text = {text, block->lines[i].len},
			.number = block->first + i,
			.kind = block->lines[i].kind,
		};
		int one = cli_answer(answerer, &line, out);

		if (one == CLI_WRONG) {
			fclose(out);
			return answerer->rc;
		}
		if (one != CLI_OK)
			block->status = one;
		text += line.text.len;
	}
	return fclose(out) == 0 ? ERRNORM_OK : ERRNORM_ENOMEM;
}

bool cli_block_write(struct cli_block *block, bool flush)
{
	fwrite(block->answers, 1, block->answers_len, stdout);
	if (flush)
		cli_output_flush();
	free(block->answers);
	block->answers = NULL;
	if (block->cap > CLI_BLOCK_BYTES) {
		free(block->text);
		block->text = NULL;
		block->cap = 0;
	}
	return cli_output_sound();
}
