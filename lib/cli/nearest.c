/*
 * nearest.c - the edit distance behind "did you mean": letters added, dropped, changed, or two
 * swapped.
 */
#include "nearest.h"

#include <string.h>

/* Longer words are not looked at: no name of ours is that long. */
enum { WORD_MAX = 48 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The optimal string alignment distance; both at most WORD_MAX long. */
static size_t distance(struct errnorm_str a, struct errnorm_str b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0];
	size_t *above = rows[1];
	size_t *row = rows[2];

	for (size_t j = 0; j <= b.len; j++)
		above[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *spare = before;

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t changed = above[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]);

			row[j] = least(changed, least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		before = above;
		above = row;
		row = spare;
	}
	return above[b.len];
}

void cli_nearest_offer(struct cli_nearest *nearest, struct errnorm_str name)
{
	struct errnorm_str word = nearest->word;
	size_t allowed = word.len < 3 ? 0 : word.len < 6 ? 1 : 2;
	size_t found;

	if (word.len > WORD_MAX || name.len > WORD_MAX)
		return;
	/* A beginning counts as a slip of one. */
	if (word.len >= 2 && word.len < name.len && memcmp(word.ptr, name.ptr, word.len) == 0)
		found = 1;
	else
		found = distance(word, name);
	if (found > allowed && !(found == 1 && word.len >= 2))
		return;
	if (!nearest->best.ptr || found < nearest->distance) {
		nearest->best = name;
		nearest->distance = found;
	}
}
