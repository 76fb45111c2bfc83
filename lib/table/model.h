/*
 * model.h - the frozen form of the tables: one block, offsets instead of pointers, read by lib/verdict and made by freeze.c.
 *
 *   +--------+---------+-----------------------------------------------+---------+
 *   | header | arrays of fixed-size records (offsets in the header)    | strings |
 *   +--------+---------+-----------------------------------------------+---------+
 *
 * A *chain* is the order in which tables are asked for one provider. A *slot* is one thing that can be read from a response: a place
 * in the JSON body, a header, an event's name. A *fact* has, in each chain, a list of slots, the first filled of which gives its
 * value. A rule's conditions stand in one array, its texts in the string pool, folded and in lower case.
 *
 * Rules are found by *keys*: each rule is entered under every alternative of its most selective condition. What a response has is looked
 * up; the rules that come out are candidates, and only they are tried, in the order of the chain.
 */
#ifndef ERRNORM_TABLE_MODEL_H
#define ERRNORM_TABLE_MODEL_H

#include <stdbool.h>

#include <errnorm/codes.h>

#include "literal.h"
#include "model_dialect.h"
#include "model_redact.h"
#include "str.h"

enum {
	EN_MODEL_MAGIC = 0x314e4e45, /* "ENN1" */
	EN_FACT_MAX = 512,           /* distinct names of facts */
	EN_TABLE_MAX = 1024,
	EN_PATH_DEPTH_MAX = 12,
};

/* Facts with a meaning to the library. Names a table declares follow. */
enum en_fact_id {
	EN_FACT_MESSAGE,
	EN_FACT_CODE,
	EN_FACT_TYPE,
	EN_FACT_PARAM,
	EN_FACT_STATUS,
	EN_FACT_REQUEST_ID,
	EN_FACT_SHOULD_RETRY,
	EN_FACT_TITLE,
	EN_FACT_EVENT,
	EN_FACT_RESERVED
};

enum en_table_kind {
	EN_TABLE_PROVIDER,
	EN_TABLE_FAMILY,
	EN_TABLE_SHARED,
	EN_TABLE_DIALECT,
};

/* Where a table's examples show errors without an error status. */
enum {
	EN_STREAM_EVENT = 1, /* in an event of a stream */
	EN_STREAM_BODY = 2,  /* in the body of a good response */
};

struct en_table {
	struct en_text name, file, title, reviewed, docs, aliases;
	uint32_t kind;
	uint32_t user; /* not built in */
	struct en_range rules;
	uint32_t waits;   /* places where a wait is read */
	uint32_t sources; /* different links of its rules */
	uint32_t streams; /* bits */
};

/* How a slot's value becomes a fact's. */
enum en_source_form {
	EN_SOURCE_SCALAR, /* a string, number or boolean */
	EN_SOURCE_RAW,    /* the JSON text */
	EN_SOURCE_PATH,   /* an array joined to a parameter's path */
};

struct en_source {
	uint32_t slot;
	uint32_t form;
};

struct en_fact_list {
	uint32_t fact;
	struct en_range sources;
};

enum en_wait_kind {
	EN_WAIT_SLOT,   /* a slot's value */
	EN_WAIT_PHRASE, /* prefix, duration, suffix in the message */
	EN_WAIT_TIME,   /* prefix, date, suffix in the message */
};

enum en_wait_unit {
	EN_UNIT_SECONDS,
	EN_UNIT_MS,
	EN_UNIT_EPOCH,
};

struct en_wait {
	uint32_t kind, unit;
	uint32_t slot;
	uint32_t literal; /* index of prefix or suffix among the phrases, or EN_NONE */
	struct en_text prefix, suffix, source;
};

/*
 * One of a chain's waits, in order. key: what must be there for it to be looked at, a slot or, with EN_WAIT_WORDS, a phrase of the index (0:
 * nothing need be).
 */
struct en_wait_entry {
	uint32_t key;
	uint32_t wait;
};

#define EN_WAIT_WORDS 0x80000000u

struct en_bucket {
	struct en_text name;
	uint32_t remaining, reset; /* slots */
	uint32_t period;           /* enum en_period */
	uint32_t unit;
};

/* A pattern that finds a parameter in a message. */
struct en_param {
	uint32_t regex;
	uint32_t group;
	struct en_range gates; /* u32 phrases, one of which must occur in the message */
	struct en_range
		literals; /* where it has none: literals too short for phrases, of which the same holds; none: it is always run */
};

/* All that differs between providers. */
struct en_chain {
	uint32_t table;          /* the provider's own, or EN_NONE for the chain without a provider */
	struct en_range members; /* u32 tables, in the order in which they are asked */
	uint32_t own;            /* of those, how many stand in front of the ranked shared tables */
	struct en_range facts;   /* en_fact_list */
	uint32_t fact_index;     /* first of as many u32 as there are facts: the list of each, or EN_NONE */
	struct en_range waits;   /* en_wait_entry */
	struct en_range buckets;
	struct en_range params; /* param_lists: u32 en_param */
	struct en_range errors; /* groups: en_error_group */
};

/* If the conditions hold, a response below 400 is an error. fact: one without which they cannot, or EN_NONE. */
struct en_error_group {
	struct en_range conds;
	uint32_t fact;
};

/* A name or alias of a provider. */
struct en_provider {
	uint64_t head;       /* en_name_head() of the name */
	struct en_text name; /* lower case */
	uint32_t chain;
	uint32_t alias; /* 0: it is the name itself */
};

/* A provider's marks: if the conditions hold, it is this chain. */
struct en_mark {
	struct en_range conds;
	uint32_t chain;
	uint32_t fact; /* as in en_error_group */
};

/* The places in JSON bodies as a tree; node 0 is the root. */
struct en_path_node {
	uint32_t slot;     /* or EN_NONE */
	uint32_t any;      /* the child for any element, or EN_NONE */
	uint32_t children; /* has it members or numbered elements */
};

/* An entry of the open-addressed table (node, key) -> child; child EN_NONE: empty. Numbered elements have keys "#0", "#1". */
struct en_path_edge {
	uint32_t node, child;
	struct en_text key;
};

enum en_slot_kind {
	EN_SLOT_PATH,
	EN_SLOT_HEADER,
	EN_SLOT_EVENT,
	EN_SLOT_COMMENT,
};

struct en_slot_info {
	uint32_t kind;
	struct en_text source; /* as the table writes it, without raw: and path: */
	struct en_text name;   /* HEADER: lower case; COMMENT: the prefix */
};

/* An entry of the open-addressed table of header names; slot EN_NONE: empty. */
struct en_header_entry {
	struct en_text name; /* lower case */
	uint32_t slot;
	uint32_t hash; /* en_key_header() of the name */
};

enum en_cond_op {
	EN_COND_STATUS, /* values: pairs low, high */
	EN_COND_IS,     /* values: texts */
	EN_COND_HAS,    /* values: en_phrase */
	EN_COND_ALL,    /* values: en_phrase */
	EN_COND_STARTS, /* values: en_phrase */
	EN_COND_ENDS,   /* values: en_phrase */
	EN_COND_REGEX,  /* extra: regex; values: gates */
	EN_COND_PRESENT,
	EN_COND_ABSENT,
	EN_COND_BODY,      /* extra: bits 1 << enum en_body */
	EN_COND_STREAM,    /* extra: 0 or 1 */
	EN_COND_TRANSPORT, /* extra: bits 1 << enum errnorm_transport */
	EN_COND_WAIT,      /* extra: enum en_wait_test; values.first: milliseconds */
	EN_COND_NOT,       /* values: range of conditions */
};

enum en_wait_test {
	EN_WAIT_NONE,
	EN_WAIT_AT_MOST,
	EN_WAIT_OVER,
};

enum en_body {
	EN_BODY_EMPTY,
	EN_BODY_JSON,
	EN_BODY_TEXT,
	EN_BODY_HTML,
	EN_BODY_ENCODED,
	EN_BODY_BROKEN, /* besides JSON: it ends early or breaks the syntax */
};

struct en_cond {
	uint8_t op;
	uint8_t pad;
	uint16_t fact;
	uint32_t extra;
	struct en_range
		values; /* EN_COND_REGEX: u32 phrases, one of which must occur in the message; none: it is always run */
};

/* A text to compare with, and its number in the phrase index (0: it is not in it). */
struct en_phrase {
	struct en_text text;
	uint32_t literal;
};

struct en_status_range {
	uint32_t low, high;
};

enum en_period {
	EN_PERIOD_NONE,
	EN_PERIOD_SECOND,
	EN_PERIOD_MINUTE,
	EN_PERIOD_HOUR,
	EN_PERIOD_DAY,
	EN_PERIOD_WEEK,
	EN_PERIOD_MONTH,
	EN_PERIOD_PLAN,
};

struct en_detail {
	struct en_text name, value; /* value: a template */
};

struct en_unwrap {
	struct en_text body, provider, status; /* templates */
};

/* What a stated wait means to a rule. */
enum en_rule_wait {
	EN_RULE_WAIT_COUNTS,
	EN_RULE_WAIT_UNSETTLED, /* it is reported, but does not tell a short limit from a long one */
	EN_RULE_WAIT_NONE,      /* it is no wait: "try again in 15 minutes" once somebody has filled in a form */
};

/* What a rule may leave to its code. */
enum { EN_UNSET = 0xff };

struct en_rule {
	struct en_text id;
	uint32_t line;
	uint16_t table;
	uint8_t period;
	uint8_t wait;        /* enum en_rule_wait */
	uint32_t code;       /* 0: unwraps */
	int32_t http_status; /* 0: unset */
	uint8_t retryable, failover, fault, replaced;
	uint32_t unwrap; /* en_unwrap, or EN_NONE */
	struct en_range conds;
	struct en_range details;
	struct en_text param, message; /* templates */
};

struct en_regex_info {
	struct en_text pattern;
	uint32_t kind; /* enum en_regex_kind */
	uint32_t groups;
	struct en_range names; /* en_group */
};

struct en_group {
	struct en_text name;
	uint32_t group;
};

/* Kinds of keys beside facts; a fact's key has the fact's number. */
enum en_key_kind {
	EN_KEY_STATUS = EN_FACT_MAX, /* value: the status */
	EN_KEY_STATUS_CLASS,         /* value: status / 100 */
	EN_KEY_PRESENT,              /* value: the fact */
	EN_KEY_BODY,                 /* value: enum en_body */
	EN_KEY_TRANSPORT,            /* value: enum errnorm_transport */
	EN_KEY_ALWAYS,               /* value: 0 */
};

/*
 * An entry of the open-addressed table of keys; rules.count 0: empty. A long list is a set: a bit for each rule, from key_sets[rules.first] on.
 */
struct en_key {
	uint64_t hash;
	struct en_range rules; /* key_rules: u32 rule numbers; or EN_KEY_SET as the count */
};

#define EN_KEY_SET 0xffffffffu

struct en_code {
	struct en_text name, message;
	uint32_t code, type;
	int32_t http_status, http_status_byok;
	uint32_t retryable, failover, fault, fault_byok;
};

struct en_model {
	uint32_t magic;
	uint32_t layout; /* sizeof of this and of the records, folded: a block made by another build is refused */
	uint64_t checksum;
	uint32_t size;
	uint32_t fallback_table; /* the last shared table: what it decides is flagged FALLBACK */
	uint32_t edge_mask, key_mask, header_mask;
	uint32_t event_slot; /* the slot of an event's name, or EN_NONE */
	uint32_t root_slot;  /* the slot of the whole body, or EN_NONE */
	struct en_array tables, chains, members, fact_names, fact_lists, sources;
	struct en_array waits, wait_entries, buckets, params, param_lists, redacts, groups;
	struct en_array keyed_facts;            /* u64, one bit for each fact whose value is a key */
	struct en_array present_facts;          /* the same for those whose presence is one */
	struct en_array fact_index;             /* u32; see en_chain */
	struct en_array slot_lists, slot_facts; /* en_range for each slot: the facts it may give, u32 */
	struct en_array providers, marks;
	struct en_array path_nodes, path_edges, slots, headers;
	struct en_array rules, conds, phrases, statuses, details, unwraps;
	struct en_array regexes, regex_names, keys, key_rules;
	struct en_array key_sets; /* u64 */
	struct en_array phrase_table, phrase_rules, phrase_lists;
	struct en_array wide, narrow, brief; /* u32; see literal.h */
	struct en_array literal_filter;      /* u8 */
	struct en_array codes;
	struct en_array redact_buckets; /* u32: where each bucket begins in redact_starts, and the end */
	struct en_array literals;       /* en_text */
	struct en_array redact_starts;  /* en_redact_start, bucket by bucket */
	struct en_array redact_loose;   /* u32 en_redact, the others */
	struct en_array redact_slow;    /* u32 en_redact, those that are tried at every word */
	struct en_array redact_filter;  /* u64, the bits of the two filters of literal beginnings */
	struct en_array redact_gates;   /* u64, the gates of the patterns that a mark may belong to */
	struct en_array gates;          /* u32 phrases */
	struct en_array forms, answers;
	struct en_array dialects, dialect_rows, status_rows, dialect_headers, policies;
	struct en_array code_texts;
	struct en_array strings;
};

/* Records and strings of a block. */
#define EN_AT(model, array, type) ((const type *)(const void *)((const char *)(model) + (model)->array.offset))

static inline struct errnorm_str en_model_text(const struct en_model *model, struct en_text text)
{
	if (text.len == EN_NONE)
		return (struct errnorm_str){NULL, 0};
	return (struct errnorm_str){EN_AT(model, strings, char) + text.offset, text.len};
}

static inline struct en_literal_index en_model_literals(const struct en_model *model)
{
	return (struct en_literal_index){
		{[EN_LITERAL_BRIEF] = model->brief.count ? EN_AT(model, brief, uint32_t) : NULL,
		 [EN_LITERAL_NARROW] = model->narrow.count ? EN_AT(model, narrow, uint32_t) : NULL,
		 [EN_LITERAL_WIDE] = model->wide.count ? EN_AT(model, wide, uint32_t) : NULL},
		EN_AT(model, literal_filter, uint8_t),
		EN_AT(model, phrase_table, struct en_literal_phrase),
		EN_AT(model, strings, char),
	};
}

static inline uint32_t en_edge_hash(uint32_t node, const char *key, size_t len)
{
	uint64_t word = 0;
	uint64_t end = 0;

	if (len >= 8) {
		memcpy(&word, key, 8);
		memcpy(&end, key + len - 8, 8);
	} else if (len >= 4) {
		uint32_t half;
		memcpy(&half, key, 4);
		word = half;
		memcpy(&half, key + len - 4, 4);
		end = half;
	} else {
		for (size_t i = 0; i < len; i++)
			word = word << 8 | (unsigned char)key[i];
	}
	word = (word ^ (end << 5)) * 0x9fb21c651e98df25ull + (((uint64_t)node << 8) + len);
	return (uint32_t)((word * 0x9fb21c651e98df25ull) >> 32);
}

#endif
