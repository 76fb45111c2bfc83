/*
 * heavy.h - which of very many things come most often, counted in a table of fixed size.
 */
#ifndef ERRNORM_CLI_HEAVY_H
#define ERRNORM_CLI_HEAVY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A counter. What is known of the thing beside its key is the caller's, in an array of as many
 * elements as there are slots.
 */
struct cli_heavy_slot {
	uint64_t key;
	uint64_t count; /* 0: free */
	uint64_t over;  /* at most so many of count are another thing's, which stood here before */
};

struct cli_heavy {
	struct cli_heavy_slot *slots;
	size_t slot_count;
};

/* At least slot_count slots, all free. False without memory. */
bool cli_heavy_init(struct cli_heavy *heavy, size_t slot_count);
void cli_heavy_done(struct cli_heavy *heavy);

/*
 * Counts a thing, count times, of which over may be others'. Returns its slot; *ret_new: it was not
 * counted before, and whatever the caller keeps for the slot is another's or nothing.
 */
size_t cli_heavy_add(struct cli_heavy *heavy, uint64_t key, uint64_t count, uint64_t over, bool *ret_new);

/*
 * The limit slots with the highest counts, highest first; among equals the lower key. ret has room for
 * limit; how many there are is returned.
 */
size_t cli_heavy_top(const struct cli_heavy *heavy, size_t *ret, size_t limit);

#define CLI_HASH_START UINT64_C(0xcbf29ce484222325)

/* One hash more: of bytes, on top of those before. */
uint64_t cli_hash(uint64_t hash, const void *bytes, size_t len);

#endif
