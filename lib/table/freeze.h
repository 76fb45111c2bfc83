/*
 * freeze.h - from the draft to the frozen block.
 *
 * freeze.c: chains and the copy. freeze_table.c: tables. freeze_index.c: keys, phrases, paths, headers. freeze_redact.c: patterns of secrets.
 */
#ifndef ERRNORM_TABLE_FREEZE_H
#define ERRNORM_TABLE_FREEZE_H

#include "draft.h"

/* Records that exist only in the frozen form. */
struct en_freeze {
	struct en_draft *draft;
	EN_VEC(struct en_table) tables;
	EN_VEC(struct en_chain) chains;
	EN_VEC(uint32_t) members;
	EN_VEC(struct en_text) fact_names;
	EN_VEC(struct en_fact_list) fact_lists;
	EN_VEC(struct en_source) sources;
	EN_VEC(struct en_wait_entry) wait_entries;
	EN_VEC(struct en_bucket) buckets;
	EN_VEC(uint32_t) param_lists;
	EN_VEC(struct en_error_group) groups;
	EN_VEC(struct en_provider) providers;
	EN_VEC(struct en_mark) marks;
	EN_VEC(struct en_path_edge) edges;
	EN_VEC(struct en_header_entry) headers;
	EN_VEC(struct en_key) keys;
	EN_VEC(uint32_t) key_rules;
	EN_VEC(uint64_t) key_sets;
	EN_VEC(struct en_range) phrase_lists;
	EN_VEC(uint32_t) phrase_rules;
	EN_VEC(uint32_t) literals[EN_LITERAL_NONE];
	EN_VEC(uint64_t) keyed_facts, present_facts;
	EN_VEC(uint32_t) fact_index, slot_facts;
	EN_VEC(struct en_range) slot_lists;
	EN_VEC(uint32_t) redact_buckets, redact_loose, redact_slow;
	EN_VEC(struct en_redact_start) redact_starts;
	EN_VEC(uint64_t) redact_filter, redact_gates;
	EN_VEC(uint8_t) literal_filter;
	uint32_t fallback;
};

/* Adds the record of a table of the draft. */
void en_freeze_table(struct en_freeze *freeze, uint32_t number);

/* Fills keys, phrases, edges and headers from the draft. */
void en_freeze_index(struct en_freeze *freeze);

/* Fills the tables by which patterns of secrets are found. */
void en_freeze_redacts(struct en_freeze *freeze);

/*
 * The block: one allocation of (*ret)->size bytes from alloc. NULL if memory ran out or the block would be over 256 MB.
 */
struct en_model *en_freeze(struct en_draft *draft, const struct errnorm_alloc *alloc);

/* Is it a whole block of this build's layout? With checksum: and are its bytes those that were written? */
bool en_model_valid(const struct en_model *model, size_t size, bool checksum);

#endif
