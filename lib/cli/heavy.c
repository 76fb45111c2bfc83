/*
 * heavy.c - counting the most frequent of unboundedly many things (the space-saving algorithm of
 * Metwally and others, on sets of eight).
 *
 * A key's hash says which set it belongs to. In a full set the thing counted least makes room, and
 * the newcomer takes its count over: so a count is never too low, and too high by at most what was
 * taken over. Whatever is more than an eighth of its set is certain to be there.
 */
#include "heavy.h"

#include <stdlib.h>

enum { SET_SIZE = 8 };

bool cli_heavy_init(struct cli_heavy *heavy, size_t slot_count)
{
	size_t sets = (slot_count + SET_SIZE - 1) / SET_SIZE;

	heavy->slot_count = sets * SET_SIZE;
	heavy->slots = calloc(heavy->slot_count, sizeof(*heavy->slots));
	return heavy->slots != NULL;
}

void cli_heavy_done(struct cli_heavy *heavy)
{
	free(heavy->slots);
}

size_t cli_heavy_add(struct cli_heavy *heavy, uint64_t key, uint64_t count, uint64_t over, bool *ret_new)
{
	/* The low bits may be what the key was made of; the high ones are mixed best. */
	size_t set = (size_t)((key >> 32) % (heavy->slot_count / SET_SIZE)) * SET_SIZE;
	size_t least = set;
	struct cli_heavy_slot *slot;

	for (size_t i = set; i < set + SET_SIZE; i++) {
		slot = &heavy->slots[i];
		if (slot->count && slot->key == key) {
			slot->count += count;
			slot->over += over;
			*ret_new = false;
			return i;
		}
		if (slot->count < heavy->slots[least].count)
			least = i;
	}
	slot = &heavy->slots[least];
	slot->over = slot->count + over;
	slot->count += count;
	slot->key = key;
	*ret_new = true;
	return least;
}

static bool comes_before(const struct cli_heavy_slot *a, const struct cli_heavy_slot *b)
{
	return a->count > b->count || (a->count == b->count && a->key < b->key);
}

size_t cli_heavy_top(const struct cli_heavy *heavy, size_t *ret, size_t limit)
{
	size_t found = 0;

	for (size_t i = 0; i < heavy->slot_count; i++) {
		size_t at = found < limit ? found : limit;

		if (!heavy->slots[i].count)
			continue;
		while (at && comes_before(&heavy->slots[i], &heavy->slots[ret[at - 1]]))
			at--;
		if (at == limit)
			continue;
		found += found < limit;
		for (size_t k = found - 1; k > at; k--)
			ret[k] = ret[k - 1];
		ret[at] = i;
	}
	return found;
}

uint64_t cli_hash(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 29;
}
