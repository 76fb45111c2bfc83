/*
 * wait.c - how long the upstream said to wait: from headers, the body, the words of the message, and last the rate-limit buckets.
 */
#include "work.h"

#include <string.h>

#include "date.h"
#include "num.h"

enum {
	WORDING_TRIES = 4, /* places of one wording in a message that are looked at */
	LOOK_BACK = 40,    /* bytes before the words in which a duration may stand */
};

/* Longer waits are not believed: no quota is counted over more than a month. */
static const int64_t WAIT_MAX_MS = 40ll * 24 * 3600 * 1000;

static int64_t sound(int64_t ms)
{
	return ms >= 0 && ms <= WAIT_MAX_MS ? ms : -1;
}

/* The caller's clock, or else the server's own. */
static int64_t now_of(const struct errnorm_response *response)
{
	int64_t ms;

	if (response->now_ms)
		return response->now_ms;
	for (size_t i = 0; i < response->header_count; i++)
		if (en_str_case_eq(response->headers[i].name, EN_STR("date")) && response->headers[i].value.ptr &&
		    en_date_read(en_str_trim(response->headers[i].value), &ms, NULL))
			return ms;
	return 0;
}

static int64_t until(const struct errnorm_scratch *work, int64_t date_ms)
{
	int64_t now = now_of(work->response);

	return now ? sound(date_ms - now) : -1;
}

/* A number of some unit. One that can only be a point in time is one, whatever the unit says. */
static int64_t from_number(const struct errnorm_scratch *work, int64_t milli, uint32_t unit)
{
	const int64_t year_2001 = 1000000000; /* in seconds; as a wait it would be 30 years */
	int64_t whole = milli / 1000;

	if (whole >= year_2001 * 1000)
		return until(work, whole);
	if (whole >= year_2001 && (unit != EN_UNIT_MS))
		return until(work, milli);
	if (unit == EN_UNIT_EPOCH)
		return -1;
	return sound(unit == EN_UNIT_MS ? (milli + 999) / 1000 : milli);
}

/* The value of a header or field: a number, a duration, a date. */
static int64_t from_text(const struct errnorm_scratch *work, struct errnorm_str text, uint32_t unit)
{
	int64_t ms;
	size_t used;

	text = en_str_trim(text);
	if (en_num_milli(text, &ms, &used) && used == text.len)
		return from_number(work, ms, unit);
	if (en_date_read(text, &ms, &used) && used == text.len)
		return until(work, ms);
	if (en_num_duration(text, 0, &ms, NULL))
		return sound(ms);
	return -1;
}

static bool suffix_follows(struct errnorm_str text, size_t at, struct errnorm_str suffix)
{
	if (!suffix.len)
		return true;
	while (at < text.len && text.ptr[at] == ' ')
		at++;
	return en_str_starts(en_str_from(text, at), suffix);
}

/* The wording at one place of the message. */
static int64_t wording_at(const struct errnorm_scratch *work, const struct en_wait *wait, struct errnorm_str low,
			  size_t at, struct errnorm_str suffix)
{
	struct errnorm_str rest = en_str_from(low, at);
	int64_t ms;
	size_t used = 0;

	while (rest.len && (rest.ptr[0] == ' ' || rest.ptr[0] == ':'))
		rest = en_str_from(rest, 1);
	at = low.len - rest.len;
	if (wait->kind == EN_WAIT_TIME)
		return en_date_read(rest, &ms, &used) && suffix_follows(low, at + used, suffix) ? until(work, ms) : -1;
	if (!en_num_duration(rest, 0, &ms, &used) || !suffix_follows(low, at + used, suffix)) {
		if (!en_num_duration(rest, 1000, &ms, &used) || !suffix_follows(low, at + used, suffix))
			return -1;
	}
	return sound(ms);
}

/* What stands right before a suffix: "请30秒后重试" with the suffix "后重试" or "秒后重试". The longest that is a duration. */
static int64_t wording_before(struct errnorm_str low, size_t at)
{
	for (size_t i = at > LOOK_BACK ? at - LOOK_BACK : 0; i < at; i++) {
		struct errnorm_str rest = {low.ptr + i, at - i};
		unsigned char c = (unsigned char)low.ptr[i];
		unsigned char before = i ? (unsigned char)low.ptr[i - 1] : ' ';
		int64_t ms;
		size_t used;
		if (c == ' ' || (c & 0xc0) == 0x80 ||
		    (en_is_alnum(c) && (en_is_alnum(before) || memchr(".,-", before, 3))))
			continue; /* inside of a word, or behind a minus */
		if (en_num_duration(rest, 1000, &ms, &used) && en_str_trim(en_str_from(rest, used)).len == 0)
			return sound(ms);
	}
	return -1;
}

static int64_t from_wording(struct errnorm_scratch *work, struct en_layer *layer, const struct en_wait *wait)
{
	struct en_fact *message = en_fact_get(work, layer, EN_FACT_MESSAGE);
	struct errnorm_str prefix = en_model_text(work->model, wait->prefix);
	struct errnorm_str suffix = en_model_text(work->model, wait->suffix);
	struct errnorm_str needle = prefix.len ? prefix : suffix;
	size_t at = 0;

	if (!message)
		return -1;
	en_fact_fold(work, message);
	for (size_t tries = 0; tries < WORDING_TRIES; tries++) {
		int64_t ms;
		at = en_str_find(message->low, needle, at);
		if (at == (size_t)-1)
			return -1;
		ms = prefix.len ? wording_at(work, wait, message->low, at + prefix.len, suffix)
				: wording_before(message->low, at);
		if (ms >= 0)
			return ms;
		at += needle.len;
	}
	return -1;
}

static int64_t from_slot(struct errnorm_scratch *work, struct en_layer *layer, uint32_t slot, uint32_t unit)
{
	const struct en_slot_value *value = &layer->slots[slot];

	for (; value; value = value->next ? &layer->extras[value->next - 1] : NULL) {
		struct errnorm_str text = en_slot_text(work, value);
		int64_t ms = text.len ? from_text(work, text, unit) : -1;
		if (ms >= 0)
			return ms;
	}
	return -1;
}

static bool read_layer(struct errnorm_scratch *work, struct en_layer *layer)
{
	const struct en_wait *waits = EN_AT(work->model, waits, struct en_wait);
	const struct en_wait_entry *entries =
		EN_AT(work->model, wait_entries, struct en_wait_entry) + layer->chain->waits.first;
	const uint64_t *found = en_phrases(work, layer);

	for (uint32_t i = 0; i < layer->chain->waits.count; i++) {
		const struct en_wait *wait = &waits[entries[i].wait];
		uint32_t key = entries[i].key;
		int64_t ms;
		/* What is not there is the common case. */
		if (!(key & EN_WAIT_WORDS) ? !en_bit(layer->slot_bits, key)
					   : key != EN_WAIT_WORDS && !en_bit(found, key ^ EN_WAIT_WORDS))
			continue;
		ms = wait->kind == EN_WAIT_SLOT ? from_slot(work, layer, wait->slot, wait->unit)
						: from_wording(work, layer, wait);
		if (ms < 0)
			continue;
		work->wait.ms = ms;
		work->wait.from_words = wait->kind != EN_WAIT_SLOT;
		work->wait.source = en_model_text(work->model, wait->source);
		return true;
	}
	return false;
}

void en_wait_read(struct errnorm_scratch *work)
{
	if (work->wait.known)
		return;
	work->wait = (struct en_wait_result){.known = true, .ms = -1};
	for (size_t i = work->layer_count; i-- > 0;)
		if (read_layer(work, &work->layers[i]))
			return;
}

/* ---- buckets ---- */

struct choice {
	int64_t empty, named, any; /* the longest at 0; the longest that is named; the shortest of all */
	bool day;                  /* the longest at 0 is counted over a day or more */
};

static void weigh(struct errnorm_scratch *work, struct en_layer *layer, const struct en_bucket *bucket,
		  struct choice *choice)
{
	struct en_fact *message = en_fact_get(work, layer, EN_FACT_MESSAGE);
	struct errnorm_str name = en_model_text(work->model, bucket->name);
	int64_t ms = from_slot(work, layer, bucket->reset, bucket->unit);
	int64_t left;
	size_t used;

	if (ms < 0)
		return;
	if (bucket->remaining != EN_NONE && en_bit(layer->slot_bits, bucket->remaining) &&
	    en_num_milli(en_str_trim(layer->slots[bucket->remaining].raw), &left, &used) && left <= 0 &&
	    ms > choice->empty) {
		choice->empty = ms;
		choice->day = bucket->period >= EN_PERIOD_DAY;
	}
	if (message && name.len && ms > choice->named) {
		en_fact_fold(work, message);
		if (en_literal_in(message->low, name))
			choice->named = ms;
	}
	if (choice->any < 0 || ms < choice->any)
		choice->any = ms;
}

void en_wait_read_buckets(struct errnorm_scratch *work)
{
	const struct en_bucket *buckets = EN_AT(work->model, buckets, struct en_bucket);

	en_wait_read(work);
	if (work->wait.ms >= 0)
		return;
	for (size_t n = work->layer_count; n-- > 0;) {
		struct en_layer *layer = &work->layers[n];
		struct en_range range = layer->chain->buckets;
		struct choice choice = {-1, -1, -1, false};
		for (uint32_t i = range.first; i < range.first + range.count; i++)
			if (en_bit(layer->slot_bits, buckets[i].reset))
				weigh(work, layer, &buckets[i], &choice);
		if (choice.any < 0)
			continue;
		work->wait.ms = choice.empty >= 0 ? choice.empty : choice.named >= 0 ? choice.named : choice.any;
		work->wait.from_bucket = true;
		work->wait.day_bucket = choice.empty >= 0 && choice.day;
		work->wait.source = EN_STR("buckets");
		return;
	}
}
