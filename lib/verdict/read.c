/*
 * read.c - from a response to slots: headers, what form the body has, and which event of a stream is the error.
 */
#include "work.h"

#include <string.h>

#include "eventstream.h"
#include "html.h"
#include "key.h"
#include "sse.h"
#include "utf8.h"

/* ---- slots ---- */

void en_slot_set(struct en_layer *layer, uint32_t slot, uint8_t kind, bool escaped, struct errnorm_str raw)
{
	struct en_slot_value *value = &layer->slots[slot];

	if (en_bit(layer->slot_bits, slot)) {
		if (layer->extra_count == EN_EXTRA_MAX)
			return;
		while (value->next)
			value = &layer->extras[value->next - 1];
		value->next = (uint16_t)(layer->extra_count + 1);
		value = &layer->extras[layer->extra_count++];
	}
	en_bit_set(layer->slot_bits, slot);
	*value = (struct en_slot_value){raw, kind, escaped, 0};
}

static void clear(struct errnorm_scratch *work, struct en_layer *layer)
{
	memset(layer->slot_bits, 0, (work->model->slots.count + 63) / 64 * 8);
	memset(layer->fact_known, 0, (work->model->fact_names.count + 63) / 64 * 8);
	memset(layer->fact_bits, 0, (work->model->fact_names.count + 63) / 64 * 8);
	layer->searched = false;
	layer->extra_count = layer->further_count = layer->capture_count = 0;
	work->wait.known = false;
}

/* Sets the slots of comments whose prefix fits. */
static void read_comment(struct errnorm_scratch *work, struct en_layer *layer, struct errnorm_str text)
{
	const struct en_slot_info *slots = EN_AT(work->model, slots, struct en_slot_info);

	for (uint32_t i = 0; i < work->model->slots.count; i++) {
		struct errnorm_str prefix = en_model_text(work->model, slots[i].name);
		if (slots[i].kind == EN_SLOT_COMMENT && en_str_starts(text, prefix))
			en_slot_set(layer, i, EN_JSON_STRING, false, en_str_trim(en_str_from(text, prefix.len)));
	}
}

/* ---- headers ---- */

/* What the tables know of a header's name, or NULL: most headers say nothing to them. */
static inline const struct en_header_entry *find_header(const struct en_model *model, struct errnorm_str name)
{
	const struct en_header_entry *entries = EN_AT(model, headers, struct en_header_entry);
	uint32_t hash = en_key_header(name);

	for (uint32_t i = hash & model->header_mask; entries[i].slot != EN_NONE; i = (i + 1) & model->header_mask) {
		if (entries[i].hash == hash && entries[i].name.len == name.len &&
		    en_key_header_eq(en_model_text(model, entries[i].name).ptr, name.ptr, name.len))
			return &entries[i];
	}
	return NULL;
}

static void read_headers(struct errnorm_scratch *work, struct en_layer *layer, const struct errnorm_header *headers,
			 size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct en_header_entry *entry;
		if (!headers[i].name.ptr || !headers[i].value.ptr)
			continue;
		entry = find_header(work->model, headers[i].name);
		if (entry)
			en_slot_set(layer, entry->slot, EN_JSON_STRING, false, en_str_trim(headers[i].value));
	}
}

/* ---- forms ---- */

static bool is_encoded(struct errnorm_str body, const struct errnorm_header *headers, size_t count)
{
	if (body.len >= 2 && (unsigned char)body.ptr[0] == 0x1f && (unsigned char)body.ptr[1] == 0x8b)
		return true;
	if (body.len >= 4 && memcmp(body.ptr, "\x28\xb5\x2f\xfd", 4) == 0)
		return true;
	for (size_t i = 0; i < count; i++) {
		if (!en_str_case_eq(headers[i].name, EN_STR("content-encoding")))
			continue;
		if (en_str_case_eq(en_str_trim(headers[i].value), EN_STR("identity")))
			continue;
		/* Many clients decode the body and leave the header: bytes that read as text are text. */
		size_t look = body.len < 64 ? body.len : 64;
		for (size_t k = 0; k < look; k++)
			if ((unsigned char)body.ptr[k] < 9)
				return true;
		return !en_is_space((unsigned char)body.ptr[0]) && (unsigned char)body.ptr[0] >= 0x80;
	}
	return false;
}

static void read_html(struct errnorm_scratch *work, struct en_layer *layer)
{
	size_t title_cap;
	size_t text_cap;
	size_t title_len = 0;
	size_t text_len = 0;
	char *text = en_work_text(work, EN_PAGE_TEXT_MAX, &text_cap);
	char title[EN_FIELD_MAX];

	layer->forms = 1u << EN_BODY_HTML;
	if (!text)
		return;
	title_cap = sizeof title < text_cap ? sizeof title : text_cap;
	en_html_read(layer->body, title, title_cap, &title_len, text, text_cap, &text_len);
	en_work_shrink(work, text, text_len);
	en_fact_set(layer, EN_FACT_MESSAGE, en_str(text, text_len));
	text = en_work_text(work, title_len, &title_cap);
	if (!text)
		return;
	title_len = title_cap;
	memcpy(text, title, title_len);
	en_work_shrink(work, text, title_len);
	en_fact_set(layer, EN_FACT_TITLE, en_str(text, title_len));
}

static void read_text(struct en_layer *layer, struct errnorm_str text)
{
	layer->forms = 1u << EN_BODY_TEXT;
	if (text.len > EN_TEXT_MAX)
		text.len = en_utf8_floor(text.ptr, EN_TEXT_MAX);
	en_fact_set(layer, EN_FACT_MESSAGE, text);
}

/* ---- is it an error? ---- */

static bool is_error(struct errnorm_scratch *work, struct en_layer *layer)
{
	const struct en_error_group *groups = EN_AT(work->model, groups, struct en_error_group);
	struct en_range errors = layer->chain->errors;

	if (layer->http_status >= 400 || layer->transport)
		return true;
	/* Without a status a text is what a client library said of a connection. */
	if (layer->http_status == 0 && layer->forms & 1u << EN_BODY_TEXT && !layer->stream)
		return true;
	for (uint32_t i = errors.first; i < errors.first + errors.count; i++)
		if (en_fact_possible(layer, groups[i].fact) && en_conds_hold(work, layer, groups[i].conds, false, NULL))
			return true;
	return false;
}

static bool finish(struct errnorm_scratch *work, struct en_layer *layer)
{
	en_facts_prepare(work, layer);
	en_facts_status(work, layer);
	return is_error(work, layer);
}

/* ---- streams ---- */

/* Slots and facts of one event, on top of the headers. */
static bool read_event(struct errnorm_scratch *work, struct en_layer *layer, struct errnorm_str event,
		       struct errnorm_str comment, struct errnorm_str data)
{
	struct errnorm_str rest;
	bool broken;

	layer->forms = 1u << EN_BODY_JSON;
	if (event.len) {
		en_fact_set(layer, EN_FACT_EVENT, event);
		if (work->model->event_slot != EN_NONE)
			en_slot_set(layer, work->model->event_slot, EN_JSON_STRING, false, event);
	}
	if (comment.len)
		read_comment(work, layer, comment);
	data = en_str_trim(data);
	if (data.len == 0 || (data.ptr[0] != '{' && data.ptr[0] != '[' && data.ptr[0] != '"') ||
	    !en_read_json(work, layer, data, &broken, &rest)) {
		layer->forms = 1u << EN_BODY_TEXT;
		if (data.len && !en_str_eq(data, EN_STR("[DONE]")))
			en_fact_set(layer, EN_FACT_MESSAGE, data);
	}
	return finish(work, layer);
}

static void reset_event(struct errnorm_scratch *work, struct en_layer *layer, const struct errnorm_header *headers,
			size_t count)
{
	clear(work, layer);
	work->text_len = layer->text_mark;
	read_headers(work, layer, headers, count);
}

/* The first event that is an error; under an error status or a failed connection the first that says anything. */
static bool read_sse(struct errnorm_scratch *work, struct en_layer *layer, const struct errnorm_header *headers,
		     size_t count)
{
	struct en_sse sse;
	struct en_sse_frame frame;
	bool first = true;

	layer->stream = true;
	en_sse_init(&sse, layer->body);
	while (en_sse_next(&sse, &frame)) {
		struct errnorm_str data = frame.data;
		char joined[EN_TEXT_MAX];
		if (!first)
			reset_event(work, layer, headers, count);
		first = false;
		if (frame.data_lines > 1) {
			size_t cap;
			size_t len = en_sse_join(&frame, joined, sizeof joined);
			char *copy = en_work_text(work, len, &cap);
			if (copy) {
				memcpy(copy, joined, cap);
				en_work_shrink(work, copy, cap);
				data = en_str(copy, cap);
			}
		}
		if (read_event(work, layer, frame.event, frame.comment, data) &&
		    ((layer->http_status < 400 && !layer->transport) || en_fact_get(work, layer, EN_FACT_MESSAGE) ||
		     en_fact_get(work, layer, EN_FACT_CODE)))
			return true;
	}
	return layer->http_status >= 400 || layer->transport;
}

static bool read_eventstream(struct errnorm_scratch *work, struct en_layer *layer, const struct errnorm_header *headers,
			     size_t count)
{
	struct en_eventstream stream;
	struct en_eventstream_message message;
	struct errnorm_str name;
	struct errnorm_str value;
	bool first = true;

	layer->stream = true;
	en_eventstream_init(&stream, layer->body);
	while (en_eventstream_next(&stream, &message)) {
		size_t cursor = 0;
		if (!first)
			reset_event(work, layer, headers, count);
		first = false;
		while (en_eventstream_header(message.headers, &cursor, &name, &value)) {
			struct errnorm_header header = {name, value};
			read_headers(work, layer, &header, 1);
		}
		if (read_event(work, layer, EN_STR_NULL, EN_STR_NULL, message.payload))
			return true;
	}
	return layer->http_status >= 400 || layer->transport;
}

/* A stream of a JSON object a line (Ollama's): each is read until one is an error. */
static bool read_lines(struct errnorm_scratch *work, struct en_layer *layer, const struct errnorm_header *headers,
		       size_t count, struct errnorm_str rest)
{
	bool broken;

	while (rest.len && rest.ptr[0] == '{') {
		layer->stream = true;
		reset_event(work, layer, headers, count);
		layer->forms = 1u << EN_BODY_JSON;
		if (!en_read_json(work, layer, rest, &broken, &rest))
			return false;
		if (finish(work, layer))
			return true;
	}
	return false;
}

bool en_read(struct errnorm_scratch *work, struct en_layer *layer, const struct errnorm_header *headers,
	     size_t header_count, bool body_cut)
{
	struct errnorm_str body = layer->body;
	struct errnorm_str trimmed;
	struct errnorm_str rest;
	bool broken = false;

	layer->text_mark = work->text_len;
	clear(work, layer);
	read_headers(work, layer, headers, header_count);
	if (body.len > EN_BODY_MAX) {
		body.len = EN_BODY_MAX;
		body_cut = true;
	}
	layer->body = body;
	trimmed = body.ptr ? en_str_trim(body) : EN_STR("");
	if (en_str_starts(trimmed, EN_STR("\xef\xbb\xbf")))
		trimmed = en_str_trim(en_str_from(trimmed, 3));
	layer->forms = 1u << EN_BODY_EMPTY;
	if (trimmed.len == 0)
		return finish(work, layer);
	if (is_encoded(body, headers, header_count)) {
		layer->forms = 1u << EN_BODY_ENCODED;
		work->flags |= ERRNORM_VERDICT_BODY_ENCODED;
		return finish(work, layer);
	}
	if (trimmed.ptr[0] == '{' || trimmed.ptr[0] == '[' || trimmed.ptr[0] == '"') {
		layer->forms = 1u << EN_BODY_JSON;
		if (en_read_json(work, layer, trimmed, &broken, &rest)) {
			if (broken && !body_cut)
				layer->forms |= 1u << EN_BODY_BROKEN;
			return finish(work, layer) || read_lines(work, layer, headers, header_count, rest);
		}
		clear(work, layer);
		read_headers(work, layer, headers, header_count);
	}
	if (body.ptr[0] == 0 && en_eventstream_probe(body))
		return read_eventstream(work, layer, headers, header_count);
	if (en_sse_probe(body))
		return read_sse(work, layer, headers, header_count);
	if (en_html_probe(trimmed))
		read_html(work, layer);
	else
		read_text(layer, trimmed);
	return finish(work, layer);
}
