/*
 * fuzz_render.c - bytes as a verdict that no table ever made, answered in every dialect: the first eight choose code, status, policy and room, the rest
 * is cut into its strings. Checked: the body is whole JSON with nothing in it that could end it, no header breaks out, the length is the one that was
 * promised.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <errnorm/render.h>

/* One string of up to 64 bytes, or what is left. */
static struct errnorm_str take(const uint8_t **data, size_t *size)
{
	struct errnorm_str text = {NULL, 0};

	if (!*size)
		return text;
	text.len = **data & 63u;
	++*data;
	--*size;
	if (text.len > *size)
		text.len = *size;
	text.ptr = (const char *)*data;
	*data += text.len;
	*size -= text.len;
	return text;
}

/* Quotes in pairs, brackets in balance, no control character: enough to know that no string was left early. */
static void check_json(struct errnorm_str json)
{
	size_t depth = 0;
	int quoted = 0;

	FUZZ_CHECK(json.len >= 2 && json.ptr[0] == '{' && json.ptr[json.len - 1] == '}');
	for (size_t i = 0; i < json.len; i++) {
		unsigned char c = (unsigned char)json.ptr[i];
		FUZZ_CHECK(c >= 0x20 && c != 0x7f);
		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '{' || c == '['))
			depth++;
		else if (!quoted && (c == '}' || c == ']'))
			FUZZ_CHECK(depth-- > 0 && (depth > 0 || i + 1 == json.len));
	}
	FUZZ_CHECK(!quoted && depth == 0);
}

static void check_answer(const struct errnorm_rendered *rendered)
{
	check_json(rendered->body);
	for (size_t i = 0; i < rendered->header_count; i++) {
		FUZZ_CHECK(rendered->headers[i].value.len);
		for (size_t k = 0; k < rendered->headers[i].value.len; k++)
			FUZZ_CHECK(rendered->headers[i].value.ptr[k] >= ' ' &&
				   rendered->headers[i].value.ptr[k] < 0x7f);
	}
}

static void check_frame(struct errnorm_str frame)
{
	const char *data = memmem(frame.ptr, frame.len, "data: ", 6);
	const char *end;

	FUZZ_CHECK(data);
	data += 6;
	end = memchr(data, '\n', frame.len - (size_t)(data - frame.ptr));
	FUZZ_CHECK(end && end[1] == '\n');
	check_json((struct errnorm_str){data, (size_t)(end - data)});
}

static void check(const struct errnorm_tables *tables, const struct errnorm_verdict *verdict,
		  const struct errnorm_render *how, size_t cap)
{
	struct errnorm_rendered rendered = {.size = sizeof rendered};
	size_t len = errnorm_render(tables, verdict, how, &rendered, NULL, 0);
	char *buf = malloc(len + 1);
	char *small = malloc(cap);

	FUZZ_CHECK(buf && (small || !cap));
	FUZZ_CHECK(errnorm_render(tables, verdict, how, &rendered, small, cap) == len);
	FUZZ_CHECK(cap > len || !rendered.body.ptr);
	FUZZ_CHECK(errnorm_render(tables, verdict, how, &rendered, buf, len + 1) == len);
	FUZZ_CHECK(len ? rendered.http_status >= 400 && rendered.http_status < 600
		       : !verdict->code && !rendered.http_status);
	if (len && how->form == ERRNORM_RENDER_STREAM)
		check_frame(rendered.body);
	else if (len)
		check_answer(&rendered);
	free(small);
	free(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct errnorm_tables *tables;
	struct errnorm_dialect_info info = {.size = sizeof info};
	struct errnorm_render how = {.size = sizeof how};
	struct errnorm_verdict verdict = {.size = sizeof verdict};
	struct errnorm_detail details[4];
	size_t cap;

	if (!tables && errnorm_tables_builtin(NULL, &tables))
		return 0;
	if (size < 8)
		return 0;
	verdict.code =
		data[0] < 200 && errnorm_code_at(data[0] % 58u) ? errnorm_code_at(data[0] % 58u)->code : data[0] - 200u;
	verdict.type = data[1] % 10u;
	verdict.flags = data[2];
	verdict.provider_status = data[3] * 4;
	verdict.http_status = data[4] * 4;
	verdict.retry_after_ms = data[5] < 128 ? -1 : (int64_t)data[5] << (data[5] & 31u);
	how.form = data[6] & 1u;
	how.message = data[6] >> 1 & 3u;
	cap = data[7] * 4u;
	data += 8;
	size -= 8;
	verdict.message = take(&data, &size);
	verdict.rule = take(&data, &size);
	verdict.param = take(&data, &size);
	verdict.provider = take(&data, &size);
	verdict.provider_code = take(&data, &size);
	how.request_id = take(&data, &size);
	for (verdict.detail_count = 0; verdict.detail_count < 4 && size; verdict.detail_count++) {
		details[verdict.detail_count].name = take(&data, &size);
		details[verdict.detail_count].value = take(&data, &size);
	}
	verdict.details = details;
	for (size_t i = 0; errnorm_tables_dialect(tables, i, &info) == ERRNORM_OK; i++) {
		how.dialect = info.name;
		check(tables, &verdict, &how, cap);
	}
	errnorm_backoff_ms(tables, &verdict, info.policies, verdict.flags, verdict.type / 9.0);
	FUZZ_CHECK(!errnorm_sdk_class(&verdict) == !verdict.code);
	return 0;
}
