/*
 * classify.c - the first rule that fits: candidates by what the response has, tried in the order of the chain, inner responses on the way.
 */
#include "work.h"

#include <string.h>

#include "key.h"

enum {
	SHORT_MESSAGE = 64, /* as in freeze_index.c */
};

/* ---- chains ---- */

const struct en_chain *en_chain_none(const struct en_model *model)
{
	return EN_AT(model, chains, struct en_chain);
}

/* The first of the names whose head is not below. */
static uint32_t first_name(const struct en_model *model, uint64_t head)
{
	const struct en_provider *providers = EN_AT(model, providers, struct en_provider);
	uint32_t low = 0;
	uint32_t high = model->providers.count;

	while (low < high) {
		uint32_t mid = (low + high) / 2;
		if (providers[mid].head < head)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct en_chain *en_chain_named(const struct en_model *model, struct errnorm_str name)
{
	const struct en_provider *providers = EN_AT(model, providers, struct en_provider);
	char key[EN_NAME_MAX];
	uint64_t head;

	name = en_str(key, en_name_key(name, key));
	if (name.len == 0)
		return NULL;
	head = en_name_head(key, name.len);
	for (uint32_t i = first_name(model, head); i < model->providers.count && providers[i].head == head; i++)
		if (en_str_eq(en_model_text(model, providers[i].name), name))
			return &EN_AT(model, chains, struct en_chain)[providers[i].chain];
	return NULL;
}

/* ---- candidates ---- */

static void add_rules(const struct en_model *model, struct en_layer *layer, struct en_range list)
{
	const uint32_t *rules = EN_AT(model, key_rules, uint32_t) + list.first;

	for (uint32_t n = 0; n < list.count; n++)
		en_bit_set(layer->candidates, rules[n]);
}

static void add_set(const struct en_model *model, struct en_layer *layer, uint32_t first)
{
	const uint64_t *set = EN_AT(model, key_sets, uint64_t) + first;

	for (uint32_t w = 0; w < (model->rules.count + 63) / 64; w++)
		layer->candidates[w] |= set[w];
}

static void add_key(struct errnorm_scratch *work, struct en_layer *layer, uint64_t hash)
{
	const struct en_model *model = work->model;
	const struct en_key *keys = EN_AT(model, keys, struct en_key);

	for (uint32_t i = (uint32_t)hash & model->key_mask; keys[i].rules.count; i = (i + 1) & model->key_mask) {
		if (keys[i].hash != hash)
			continue;
		if (keys[i].rules.count == EN_KEY_SET)
			add_set(model, layer, keys[i].rules.first);
		else
			add_rules(model, layer, keys[i].rules);
		return;
	}
}

static void add_fact_keys(struct errnorm_scratch *work, struct en_layer *layer, uint32_t fact)
{
	const uint64_t *keyed = EN_AT(work->model, keyed_facts, uint64_t);

	const uint64_t *present = EN_AT(work->model, present_facts, uint64_t);
	struct en_fact *value;

	if (!en_bit(keyed, fact) && !en_bit(present, fact))
		return;
	value = en_fact_get(work, layer, fact);
	if (value && en_bit(present, fact))
		add_key(work, layer, en_key_number(EN_KEY_PRESENT, fact));
	for (; value && en_bit(keyed, fact); value = en_fact_next(layer, value)) {
		if (!value->has_text)
			continue;
		en_fact_fold(work, value);
		if (fact != EN_FACT_MESSAGE || value->low.len <= SHORT_MESSAGE)
			add_key(work, layer, en_key_text(fact, value->low));
	}
}

/* The facts that have a value, and those that may turn out to. */
static void add_facts_keys(struct errnorm_scratch *work, struct en_layer *layer)
{
	for (uint32_t w = 0; w < (work->model->fact_names.count + 63) / 64; w++)
		for (uint64_t bits = layer->fact_bits[w] | ~layer->fact_known[w]; bits; bits &= bits - 1)
			add_fact_keys(work, layer, w * 64 + (uint32_t)__builtin_ctzll(bits));
}

static void add_word(const struct en_model *model, struct en_layer *layer, uint32_t w)
{
	const struct en_range *lists = EN_AT(model, phrase_lists, struct en_range);
	const uint32_t *rules = EN_AT(model, phrase_rules, uint32_t);

	for (uint64_t bits = layer->found.bits[w]; bits; bits &= bits - 1) {
		struct en_range list = lists[w * 64 + (uint32_t)__builtin_ctzll(bits)];
		for (uint32_t n = 0; n < list.count; n++)
			en_bit_set(layer->candidates, rules[list.first + n]);
	}
}

static void add_phrases(struct errnorm_scratch *work, struct en_layer *layer)
{
	uint32_t words = (work->model->phrase_table.count + 63) / 64;

	en_phrases(work, layer);
	for (uint32_t s = 0; s * 64 < words; s++)
		for (uint64_t set = layer->found.words[s]; set; set &= set - 1)
			add_word(work->model, layer, s * 64 + (uint32_t)__builtin_ctzll(set));
}

/* Only what was set is cleared. */
static void clear_found(const struct en_model *model, struct en_literal_found *found)
{
	uint32_t words = (model->phrase_table.count + 63) / 64;

	for (uint32_t s = 0; s * 64 < words; s++) {
		for (uint64_t set = found->words[s]; set; set &= set - 1)
			found->bits[s * 64 + (uint32_t)__builtin_ctzll(set)] = 0;
		found->words[s] = 0;
	}
}

const uint64_t *en_phrases(struct errnorm_scratch *work, struct en_layer *layer)
{
	struct en_literal_index index;

	if (layer->searched)
		return layer->found.bits;
	layer->searched = true;
	index = en_model_literals(work->model);
	clear_found(work->model, &layer->found);
	for (struct en_fact *value = en_fact_get(work, layer, EN_FACT_MESSAGE); value;
	     value = en_fact_next(layer, value)) {
		en_fact_fold(work, value);
		en_literal_search(&index, value->low, &layer->found);
	}
	return layer->found.bits;
}

static void collect(struct errnorm_scratch *work, struct en_layer *layer)
{
	size_t words = (work->model->rules.count + 63) / 64;

	memset(layer->candidates, work->brute ? 0xff : 0, words * 8);
	if (work->brute)
		return;
	add_facts_keys(work, layer);
	add_key(work, layer, en_key_number(EN_KEY_STATUS, (uint32_t)layer->status));
	add_key(work, layer, en_key_number(EN_KEY_STATUS_CLASS, (uint32_t)layer->status / 100));
	for (uint32_t form = 0; form < 8; form++)
		if (layer->forms >> form & 1)
			add_key(work, layer, en_key_number(EN_KEY_BODY, form));
	add_key(work, layer, en_key_number(EN_KEY_TRANSPORT, layer->transport));
	add_key(work, layer, en_key_number(EN_KEY_ALWAYS, 0));
	add_phrases(work, layer);
}

/* ---- the order ---- */

struct walk {
	struct errnorm_scratch *work;
	struct en_layer *layer;
	uint32_t member; /* position in the chain */
	uint32_t next;   /* rule to look at next */
	uint32_t end;    /* behind the rules of the member */
};

/* The next candidate of the chain, or NULL at its end. */
static const struct en_rule *next_candidate(struct walk *walk)
{
	const struct en_model *model = walk->work->model;
	const struct en_table *tables = EN_AT(model, tables, struct en_table);
	const uint32_t *members = EN_AT(model, members, uint32_t) + walk->layer->chain->members.first;

	for (;;) {
		while (walk->next < walk->end) {
			uint32_t n = walk->next;
			uint64_t bits = walk->layer->candidates[n / 64] >> (n % 64);
			if (!bits) {
				walk->next = (n / 64 + 1) * 64;
				continue;
			}
			n += (uint32_t)__builtin_ctzll(bits);
			walk->next = n + 1;
			if (n < walk->end)
				return &EN_AT(model, rules, struct en_rule)[n];
		}
		if (walk->member == walk->layer->chain->members.count)
			return NULL;
		const struct en_table *table = &tables[members[walk->member++]];
		walk->next = table->rules.first;
		walk->end = table->rules.first + table->rules.count;
		if (walk->work->trace)
			en_trace(walk->work, ERRNORM_TRACE_TABLE, en_model_text(model, table->name),
				 en_model_text(model, table->file), EN_STR_NULL, 0);
	}
}

/* ---- what a trace says of a condition ---- */

static struct errnorm_str cond_name(const struct errnorm_scratch *work, const struct en_cond *cond)
{
	static const struct errnorm_str names[] = {
		[EN_COND_BODY] = {"body", 4}, [EN_COND_STREAM] = {"stream", 6}, [EN_COND_TRANSPORT] = {"transport", 9},
		[EN_COND_WAIT] = {"wait", 4}, [EN_COND_NOT] = {"not", 3},       [EN_COND_STATUS] = {"status", 6}};

	if (cond->op < sizeof names / sizeof names[0] && names[cond->op].ptr)
		return names[cond->op];
	return en_model_text(work->model, EN_AT(work->model, fact_names, struct en_text)[cond->fact]);
}

/* How many conditions hold, the later ones too: the more, the nearer the rule was. */
static uint32_t count_held(struct errnorm_scratch *work, struct en_layer *layer, struct en_range conds)
{
	uint32_t held = 0;

	for (uint32_t i = 0; i < conds.count; i++)
		held += en_conds_hold(work, layer, (struct en_range){conds.first + i, 1}, false, NULL);
	return held;
}

static void trace_rule(struct errnorm_scratch *work, struct en_layer *layer, const struct en_rule *rule,
		       uint32_t failed)
{
	const struct en_model *model = work->model;
	struct errnorm_trace trace = {
		.event = ERRNORM_TRACE_RULE,
		.line = rule->line,
		.held = count_held(work, layer, rule->conds),
		.conditions = rule->conds.count,
		.name = en_model_text(model, rule->id),
		.value = cond_name(work, &EN_AT(model, conds, struct en_cond)[failed]),
		.where = en_model_text(model, EN_AT(model, tables, struct en_table)[rule->table].file),
	};

	work->trace(work->trace_user, &trace);
}

static void trace_facts(struct errnorm_scratch *work, struct en_layer *layer)
{
	const struct en_model *model = work->model;
	const struct en_text *names = EN_AT(model, fact_names, struct en_text);
	const struct en_slot_info *slots = EN_AT(model, slots, struct en_slot_info);

	for (uint32_t i = 0; i < model->fact_names.count; i++) {
		const struct en_fact *value = en_fact_get(work, layer, i);
		for (; value; value = en_fact_next(layer, value))
			en_trace(work, ERRNORM_TRACE_FACT, en_model_text(model, names[i]),
				 value->has_text ? value->text : EN_STR_NULL,
				 value->source == EN_NONE ? EN_STR_NULL
							  : en_model_text(model, slots[value->source].source),
				 0);
	}
}

/* ---- inner responses ---- */

/* A number at the start of a text, as a status. */
static int32_t read_status(struct errnorm_str text)
{
	int32_t status = 0;

	if (text.len < 3 || (text.len > 3 && en_is_digit((unsigned char)text.ptr[3])))
		return 0;
	for (size_t i = 0; i < 3; i++) {
		if (!en_is_digit((unsigned char)text.ptr[i]))
			return 0;
		status = status * 10 + (text.ptr[i] - '0');
	}
	return status >= 400 && status <= 599 ? status : 0;
}

/* Reads the inner response that a rule points to into the next layer; NULL if there is none. */
static struct en_layer *open_inner(struct errnorm_scratch *work, struct en_layer *outer, const struct en_rule *rule)
{
	const struct en_model *model = work->model;
	const struct en_unwrap *unwrap = &EN_AT(model, unwraps, struct en_unwrap)[rule->unwrap];
	struct errnorm_str body = en_template_fill(work, outer, en_model_text(model, unwrap->body));
	struct errnorm_str provider = en_template_fill(work, outer, en_model_text(model, unwrap->provider));
	struct errnorm_str status = en_template_fill(work, outer, en_model_text(model, unwrap->status));
	const struct en_chain *chain = en_chain_named(model, provider);
	struct en_layer *inner;

	body = en_str_trim(body);
	if (body.len == 0 || work->layer_count == EN_LAYER_MAX)
		return NULL;
	inner = &work->layers[work->layer_count++];
	inner->chain = chain ? chain : outer->chain;
	inner->body = body;
	inner->http_status = read_status(status);
	inner->transport = ERRNORM_TRANSPORT_NONE;
	inner->stream = outer->stream;
	work->wait.known = false;
	en_read(work, inner, NULL, 0, true);
	if (inner->status < 400)
		inner->status = inner->http_status;
	inner->has_status = inner->status >= 400;
	if (!inner->has_status)
		inner->status = outer->status;
	return inner;
}

/* The inner response had something to say, though no rule knew what: the outer rules go on with its words. */
static void adopt_message(struct errnorm_scratch *work, struct en_layer *outer, struct en_layer *inner)
{
	const struct en_fact *message = en_fact_get(work, inner, EN_FACT_MESSAGE);

	if (!message || !message->has_text)
		return;
	outer->facts[EN_FACT_MESSAGE] = *message;
	outer->facts[EN_FACT_MESSAGE].next = 0;
	en_bit_set(outer->fact_known, EN_FACT_MESSAGE);
	en_bit_set(outer->fact_bits, EN_FACT_MESSAGE);
	outer->searched = false;
	add_fact_keys(work, outer, EN_FACT_MESSAGE);
	add_phrases(work, outer);
}

static bool is_fallback(const struct en_model *model, const struct en_rule *rule)
{
	return rule->table == model->fallback_table;
}

static struct en_decision try_inner(struct errnorm_scratch *work, struct en_layer *outer, const struct en_rule *rule)
{
	struct en_decision decision = {NULL, NULL, true};
	struct en_layer *inner = open_inner(work, outer, rule);

	if (!inner)
		return decision;
	en_trace(work, ERRNORM_TRACE_UNWRAP, en_model_text(work->model, rule->id), inner->body, EN_STR_NULL,
		 rule->line);
	decision = en_classify(work, inner);
	if (decision.fallback)
		adopt_message(work, outer, decision.layer ? decision.layer : inner);
	return decision;
}

struct en_decision en_classify(struct errnorm_scratch *work, struct en_layer *layer)
{
	struct walk walk = {work, layer, 0, 0, 0};
	struct en_decision by_status = {NULL, layer, true}; /* of an inner response, by its own status alone */
	const struct en_rule *rule;
	uint32_t failed = 0;

	collect(work, layer);
	if (work->trace)
		trace_facts(work, layer);
	while ((rule = next_candidate(&walk))) {
		if (rule->replaced)
			continue;
		if (!en_conds_hold(work, layer, rule->conds, true, &failed)) {
			if (work->trace)
				trace_rule(work, layer, rule, failed);
			continue;
		}
		if (rule->unwrap == EN_NONE) {
			bool fallback = is_fallback(work->model, rule);
			return fallback && by_status.rule ? by_status : (struct en_decision){rule, layer, fallback};
		}
		struct en_decision inner = try_inner(work, layer, rule);
		if (inner.rule && !inner.fallback)
			return inner;
		if (inner.rule && inner.layer->has_status && !by_status.rule)
			by_status = inner;
	}
	return (struct en_decision){NULL, layer, true};
}
