/*
 * work.h - the working memory of a translate: what the files of this room hand to each other.
 *
 * One block, laid out by work.c from the sizes of the tables; nothing in it is allocated or grows. A *layer* is one response: the one that
 * came, and each one that was unwrapped from inside it.
 *
 *   response -> read.c -> slots -> facts.c -> facts -> classify.c (cond.c) -> rule -> settle.c, wait.c, param.c -> verdict.c (redact.c)
 */
#ifndef ERRNORM_VERDICT_WORK_H
#define ERRNORM_VERDICT_WORK_H

#include <errnorm/render.h>

#include "json.h"
#include "model.h"
#include "regex.h"

enum {
	EN_BODY_MAX = 64 * 1024, /* bytes of a body that are read */
	EN_TEXT_MAX = 4096,      /* bytes of a fact that are looked at */
	EN_PAGE_TEXT_MAX = 2048, /* bytes of the visible text of a page that are looked at */
	EN_PARAM_TEXT_MAX =
		512, /* bytes of a message in which a parameter is looked for by patterns without a literal */
	EN_INNER_MAX = 16 * 1024, /* bytes of an inner response that are looked at */
	EN_LAYER_MAX = 5,         /* the outer response and four inner ones */
	EN_VALUE_MAX = 8,         /* values of one fact */
	EN_EXTRA_MAX = 64,        /* further values of a layer's slots */
	EN_DETAIL_MAX = 16,
	EN_MESSAGE_MAX = 2048, /* bytes of a verdict's message */
	EN_FIELD_MAX = 256,    /* bytes of its other strings */
	EN_TEXT_MEMORY = 96 * 1024,
	EN_OUT_MEMORY = EN_MESSAGE_MAX + (8 + 2 * EN_DETAIL_MAX) * EN_FIELD_MAX,
	EN_TEMPLATE_MAX = 512,
};

/* What was read into a slot. Valid if the slot's bit is set. */
struct en_slot_value {
	struct errnorm_str raw; /* of a string: what stands between its quotes */
	uint8_t kind;           /* enum en_json_kind */
	uint8_t escaped;
	uint16_t next; /* 1 + index of the next value among the layer's extras, 0: none */
};

/*
 * A fact's value in the three forms in which it is needed; the folded ones are made by en_fact_fold() when somebody asks.
 * Valid if the fact's bit is set.
 */
struct en_fact {
	struct errnorm_str text; /* as it came, decoded */
	struct errnorm_str norm; /* folded, case kept: expressions run on it */
	struct errnorm_str low;  /* the same in lower case, padded: phrases are compared with it; same offsets */
	uint32_t source;         /* slot, or EN_NONE */
	uint8_t truthy;
	uint8_t has_text;
	uint8_t folded;
	uint16_t next; /* 1 + index of the next value among the layer's further facts, 0: none */
};

/* The wait that the upstream stated. */
struct en_wait_result {
	bool known;      /* it was looked for */
	int64_t ms;      /* -1: none */
	bool day_bucket; /* from a used-up bucket of a day or longer */
	bool from_bucket;
	bool from_words; /* of the message */
	struct errnorm_str source;
};

struct en_capture {
	struct errnorm_str name, value;
};

struct en_layer {
	const struct en_chain *chain;
	struct errnorm_str body;
	uint32_t forms;      /* bits 1 << enum en_body */
	int32_t http_status; /* of the response */
	int32_t status;      /* the one that counts */
	bool has_status;     /* of an inner response: that is its own, not the outer one's */
	uint32_t transport;
	bool stream;
	size_t text_mark; /* where this layer's text begins in the text memory */

	uint64_t *slot_bits;
	struct en_slot_value *slots;
	struct en_slot_value extras[EN_EXTRA_MAX];
	size_t extra_count;

	uint64_t *fact_known; /* facts that were looked for */
	uint64_t *fact_bits;  /* those that have a value */
	struct en_fact *facts;
	struct en_fact further[EN_EXTRA_MAX];
	size_t further_count;

	struct en_literal_found found; /* phrases of the index that are in the message: see en_phrases() */
	bool searched;                 /* found is filled */
	uint64_t *candidates;          /* rules */

	struct en_capture captures[EN_DETAIL_MAX];
	size_t capture_count;
};

/* Who decided. */
struct en_decision {
	const struct en_rule *rule;
	struct en_layer *layer; /* in which it decided */
	bool fallback;
};

struct errnorm_scratch {
	const void *tables; /* the handle it was made for */
	const struct en_model *model;
	struct en_regex *const *regexes;
	const struct errnorm_response *response;
	struct en_regex_match *match;

	void (*trace)(void *user, const struct errnorm_trace *trace);
	void *trace_user;
	bool brute;     /* try every rule, not only the candidates */
	bool anonymous; /* do not recognise a provider by its marks */

	struct en_layer layers[EN_LAYER_MAX];
	size_t layer_count;
	uint32_t flags; /* enum errnorm_verdict_flags as they come up */
	struct en_wait_result wait;

	char *text; /* decoded and folded strings */
	size_t text_len;
	char *out; /* what the verdict points to */
	size_t out_len;
	struct errnorm_detail details[EN_DETAIL_MAX];
	size_t detail_count;

	/* What the memory belongs to, if errnorm_scratch_new() made it. */
	struct errnorm_alloc alloc;
	size_t alloc_size; /* 0: the caller's memory */
};

/* The bytes a scratch takes, and laying it out in mem of that size (aligned for any type). */
size_t en_work_size(const struct en_model *model);
struct errnorm_scratch *en_work_init(const struct en_model *model, void *mem);

/* len bytes of the text memory, with padding behind them; fewer (*ret_cap) when it runs out. NULL: none left. */
char *en_work_text(struct errnorm_scratch *work, size_t len, size_t *ret_cap);

/* Gives back what was taken behind the len bytes in use at the end of the last piece taken. */
void en_work_shrink(struct errnorm_scratch *work, char *piece, size_t len);

static inline bool en_bit(const uint64_t *bits, uint32_t n)
{
	return bits[n / 64] >> (n % 64) & 1;
}

static inline void en_bit_set(uint64_t *bits, uint32_t n)
{
	bits[n / 64] |= 1ull << (n % 64);
}

void en_trace(struct errnorm_scratch *work, enum errnorm_trace_event event, struct errnorm_str name,
	      struct errnorm_str value, struct errnorm_str where, uint32_t line);

/* ---- read.c ---- */

/*
 * Reads a response into a layer: headers, then the body by its form. Of a stream of events each is read in turn until one is an
 * error. Facts are resolved. Returns false if there is no error in it.
 */
bool en_read(struct errnorm_scratch *work, struct en_layer *layer, const struct errnorm_header *headers,
	     size_t header_count, bool body_cut);

/* Notes what stands in a slot; behind what already does. */
void en_slot_set(struct en_layer *layer, uint32_t slot, uint8_t kind, bool escaped, struct errnorm_str raw);

/* ---- read_json.c ---- */

/*
 * Reads a JSON text into slots; false if it is none at all. *ret_broken: it ends early or breaks the syntax. *ret_rest: what follows an object, for there
 * are streams of a JSON object a line.
 */
bool en_read_json(struct errnorm_scratch *work, struct en_layer *layer, struct errnorm_str text, bool *ret_broken,
		  struct errnorm_str *ret_rest);

/* ---- facts.c ---- */

/* Behind all slots: facts that none of them gives are known to have no value. */
void en_facts_prepare(struct errnorm_scratch *work, struct en_layer *layer);

/* The status that counts: the response's own, or the one that its body claims. */
void en_facts_status(struct errnorm_scratch *work, struct en_layer *layer);

/* Sets a fact to a text that came from no slot. */
void en_fact_set(struct en_layer *layer, uint32_t fact, struct errnorm_str text);

/* May a fact have a value? It is not looked for. EN_NONE: yes. */
static inline bool en_fact_possible(const struct en_layer *layer, uint32_t fact)
{
	return fact == EN_NONE || !en_bit(layer->fact_known, fact) || en_bit(layer->fact_bits, fact);
}

/* Makes the folded forms of a value, if they are not there yet. */
void en_fact_fold(struct errnorm_scratch *work, struct en_fact *value);

/* Looks for a fact that nobody has asked for yet. */
void en_fact_find(struct errnorm_scratch *work, struct en_layer *layer, uint32_t fact);

/*
 * A fact's first value, or NULL: from the first of its sources, in the order of the layer's chain, that has one. It is made from the slots
 * when it is first asked for; most facts of most responses nobody asks for.
 */
static inline struct en_fact *en_fact_get(struct errnorm_scratch *work, struct en_layer *layer, uint32_t fact)
{
	if (!en_bit(layer->fact_known, fact))
		en_fact_find(work, layer, fact);
	return en_bit(layer->fact_bits, fact) ? &layer->facts[fact] : NULL;
}

/* The next value of the same fact, or NULL. */
static inline struct en_fact *en_fact_next(struct en_layer *layer, const struct en_fact *value)
{
	return value->next ? &layer->further[value->next - 1] : NULL;
}

/* A slot's string, decoded. NULL view if it holds none. */
struct errnorm_str en_slot_text(struct errnorm_scratch *work, const struct en_slot_value *value);

/* ---- cond.c ---- */

/* Do the conditions hold? captures: where expressions leave what they captured. *reterr_cond: the one that failed. */
bool en_conds_hold(struct errnorm_scratch *work, struct en_layer *layer, struct en_range conds, bool captures,
		   uint32_t *reterr_cond);

/* Has the message one of the phrases (gates of the model) without which an expression cannot match? None at all: it has. */
bool en_gates_open(struct errnorm_scratch *work, struct en_layer *layer, struct en_range range);

/* Does the text hold one of the literals without which an expression cannot match? None at all: it may. */
bool en_literals_in(const struct en_model *model, struct en_range range, struct errnorm_str text);

/* Runs a pattern on a fact and adds its named groups to the layer's captures. */
void en_captures_add(struct errnorm_scratch *work, struct en_layer *layer, uint32_t regex, struct errnorm_str text);

/* A template with its names filled in; NULL view if one has no value. Lives in the text memory. */
struct errnorm_str en_template_fill(struct errnorm_scratch *work, struct en_layer *layer, struct errnorm_str template);

/* ---- classify.c ---- */

/* Which phrases of the index are in the message, as bits. It is searched when this is first asked. */
const uint64_t *en_phrases(struct errnorm_scratch *work, struct en_layer *layer);

/* The first rule that fits, through all that is to be unwrapped. Total: the tables were checked to be. */
struct en_decision en_classify(struct errnorm_scratch *work, struct en_layer *layer);

/* The chain for a provider's name or alias, or NULL; and the one for no provider. */
const struct en_chain *en_chain_named(const struct en_model *model, struct errnorm_str name);
const struct en_chain *en_chain_none(const struct en_model *model);

/* ---- wait.c ---- */

/* What the upstream says how long to wait, from the innermost response outwards: work->wait. Read once. */
void en_wait_read(struct errnorm_scratch *work);

/* Where nothing was said: what the rate-limit buckets say. */
void en_wait_read_buckets(struct errnorm_scratch *work);

/* ---- settle.c ---- */

/* The code after the rule of periods and waits. */
uint32_t en_settle(struct errnorm_scratch *work, const struct en_decision *decision);

/* ---- param.c ---- */

/* The parameter a decision is about, in the layer's text; NULL view if none is known. */
struct errnorm_str en_param_find(struct errnorm_scratch *work, const struct en_decision *decision, uint32_t type);

/* ---- redact.c ---- */

/*
 * The copy of text that may leave: at most cap bytes of it, secrets replaced, control characters gone, valid UTF-8. Lives in the
 * out memory. Sets REDACTED; returns a NULL view for a NULL view.
 */
struct errnorm_str en_redact(struct errnorm_scratch *work, struct errnorm_str text, size_t cap, bool *ret_cut);

/* ---- suspect.c ---- */

enum {
	EN_PATTERN_CHUNK = 64,
	EN_PATTERN_CHUNKS = EN_TEXT_MAX / EN_PATTERN_CHUNK + 2,
};

/* Places of a text, as bits. */
struct en_pattern_chunk {
	uint64_t starts; /* words that begin as a pattern does */
	uint64_t words;  /* a mark or the middle of a long word */
};

/* A text with where a pattern may match: read once, however many pieces of it must go. */
struct en_pattern_text {
	struct errnorm_str text; /* little more than EN_TEXT_MAX bytes at most */
	uint32_t marks;          /* en_redact_mark() of those in it */
	uint64_t gates;          /* those that they open: see en_redact */
	bool encoded;            /* it holds percent signs */
	bool fast, slow;         /* there is something for the patterns of either kind */
	struct en_pattern_chunk chunks[EN_PATTERN_CHUNKS];
};

void en_pattern_read(const struct en_model *model, struct errnorm_str text, struct en_pattern_text *ret);

/* The hashes of the beginning of a word, and in which of the filters they are. */
struct en_suspect_start {
	uint32_t four, three;
	unsigned is_four, is_three;
};

struct en_suspect_start en_suspect_start(const struct en_model *model, struct errnorm_str text, size_t at);

/* May the text hold what the pattern cannot match without? */
static inline bool en_suspect_open(const struct en_pattern_text *in, const struct en_redact *redact)
{
	return (redact->marks & in->marks) == redact->marks && (!redact->gate || (in->gates & redact->gate));
}

/* ---- pattern.c ---- */

/* A piece of a text from which something must go. */
struct en_hit {
	size_t at, len;
};

/* The first place at or behind from, and before to, where a pattern of secrets matches. */
bool en_pattern_next(struct errnorm_scratch *work, const struct en_pattern_text *in, size_t from, size_t to,
		     struct en_hit *ret);

/* ---- secret.c ---- */

/* Where, at or behind from, a disguised form of the secret (not the secret itself) stands, and its length; (size_t)-1: nowhere. */
size_t en_secret_form(struct errnorm_str text, struct errnorm_str secret, size_t from, size_t *ret_len);

/* ---- fingerprint.c ---- */

uint64_t en_fingerprint(struct errnorm_str low, int32_t status);

/* ---- verdict.c ---- */

/* What follows from a code alone, and the text for people. */
void en_verdict_code(const struct errnorm_scratch *work, uint32_t code, bool byok, struct errnorm_verdict *ret,
		     struct errnorm_str *ret_message);

/* The whole way, from a response to a filled verdict (its size is the caller's). */
void en_verdict(struct errnorm_scratch *work, const struct errnorm_response *response, struct errnorm_verdict *ret);

/* ---- raise.c ---- */

/* A verdict of the gateway's own. */
void en_raise(struct errnorm_scratch *work, uint32_t code, const struct errnorm_raise *raise,
	      struct errnorm_verdict *ret);

#endif
