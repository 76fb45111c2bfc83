/*
 * wire_json.c - one response as a JSON object becomes a struct errnorm_response.
 *
 * The object's own syntax is checked, so that a line cut off by a broken pipe is not taken for an
 * answer; what stands in the body is a provider's affair and read with patience later.
 */
#include <errnorm/wire.h>

#include <stdbool.h>
#include <string.h>

#include "json.h"
#include "num.h"
#include "str.h"

struct reader {
	struct en_json json;
	char *out; /* where decoded strings go */
	size_t left;
	struct errnorm_header *headers;
	size_t header_cap;
	struct errnorm_str *secrets;
	size_t secret_cap;
	struct errnorm_response *response;
	enum errnorm_rc rc;
	const char *error; /* NULL as long as all is well */
};

static bool fail(struct reader *reader, const char *error)
{
	if (!reader->error) {
		reader->rc = ERRNORM_EFORMAT;
		reader->error = error;
	}
	return false;
}

static bool fail_space(struct reader *reader, const char *error)
{
	fail(reader, error);
	reader->rc = ERRNORM_ESPACE;
	return false;
}

/* What a JSON syntax error is called: `otherwise` if the text is sound so far. */
static bool fail_syntax(struct reader *reader, const char *otherwise)
{
	if (reader->json.bad)
		return fail(reader, "not valid JSON");
	if (reader->json.cut)
		return fail(reader, "the JSON ends early");
	return fail(reader, otherwise);
}

/*
 * The reader of bodies forgives missing and trailing commas. Here they are looked at first. Returns
 * false where the comma is wrong; the end of the object or array is en_json_key()'s and
 * en_json_element()'s to find.
 */
static bool check_comma(struct reader *reader, bool first)
{
	struct en_json *json = &reader->json;
	enum en_json_kind kind = en_json_peek(json);
	bool comma = json->p < json->end && *json->p == ',';
	bool close = json->p < json->end && (*json->p == '}' || *json->p == ']');

	if (comma) {
		const char *p = json->p++;
		en_json_peek(json);
		close = json->p < json->end && (*json->p == '}' || *json->p == ']');
		json->p = p;
		if (first || close)
			return fail(reader, "not valid JSON: a comma too many");
	} else if (!first && !close && kind != EN_JSON_NONE) {
		return fail(reader, "not valid JSON: a comma is missing");
	}
	return true;
}

static bool next_key(struct reader *reader, bool first, struct en_json_value *ret)
{
	return check_comma(reader, first) && en_json_key(&reader->json, ret);
}

static bool next_element(struct reader *reader, bool first)
{
	return check_comma(reader, first) && en_json_element(&reader->json);
}

/* Behind the loop over an object or array: whether that ended as it should. */
static bool ended_well(struct reader *reader)
{
	if (reader->error)
		return false;
	return reader->json.bad || reader->json.cut ? fail_syntax(reader, NULL) : true;
}

static bool read_value(struct reader *reader, struct en_json_value *ret)
{
	en_json_value(&reader->json, ret);
	if (ret->kind == EN_JSON_NONE || reader->json.bad || reader->json.cut)
		return fail_syntax(reader, "not valid JSON");
	return true;
}

/* The meaning of a string; a view into the line where nothing is escaped. */
static bool decode(struct reader *reader, const struct en_json_value *value, struct errnorm_str *ret)
{
	size_t len;

	if (!value->escaped) {
		*ret = value->raw;
		return true;
	}
	if (value->raw.len > reader->left)
		return fail_space(reader, "the buffer for decoded strings is too small");
	len = en_json_decode(value->raw, reader->out, value->raw.len);
	*ret = en_str(reader->out, len);
	reader->out += len;
	reader->left -= len;
	return true;
}

/* A string or null. */
static bool read_string(struct reader *reader, struct errnorm_str *ret, const char *error)
{
	struct en_json_value value;

	if (!read_value(reader, &value))
		return false;
	if (value.kind == EN_JSON_NULL)
		return true;
	if (value.kind != EN_JSON_STRING)
		return fail(reader, error);
	return decode(reader, &value, ret);
}

/*
 * A whole number from 0 to max, or null. Quoted numbers and a fraction (which is dropped) are
 * accepted: ClickHouse quotes 64-bit numbers, and languages whose only number is a double write
 * 429.0.
 */
static bool read_number(struct reader *reader, int64_t max, int64_t *ret, const char *error)
{
	struct en_json_value value;
	size_t digits = 0;
	size_t fraction;
	int64_t number;

	if (!read_value(reader, &value))
		return false;
	if (value.kind == EN_JSON_NULL)
		return true;
	if (value.kind != EN_JSON_NUMBER && value.kind != EN_JSON_STRING)
		return fail(reader, error);
	while (digits < value.raw.len && en_is_digit((unsigned char)value.raw.ptr[digits]))
		digits++;
	fraction = digits;
	if (fraction < value.raw.len && value.raw.ptr[fraction] == '.')
		fraction++;
	while (fraction < value.raw.len && en_is_digit((unsigned char)value.raw.ptr[fraction]))
		fraction++;
	if (digits == 0 || fraction != value.raw.len || !en_num_int(en_str(value.raw.ptr, digits), &number) ||
	    number > max)
		return fail(reader, error);
	*ret = number;
	return true;
}

/* true, false, 1, 0 or null. */
static bool read_flag(struct reader *reader, uint32_t flag, const char *error)
{
	struct en_json_value value;

	if (!read_value(reader, &value))
		return false;
	if (value.kind == EN_JSON_NULL)
		return true;
	if (value.kind == EN_JSON_TRUE || (value.kind == EN_JSON_NUMBER && en_str_eq(value.raw, EN_STR("1"))))
		reader->response->flags |= flag;
	else if (value.kind == EN_JSON_FALSE || (value.kind == EN_JSON_NUMBER && en_str_eq(value.raw, EN_STR("0"))))
		reader->response->flags &= ~flag;
	else
		return fail(reader, error);
	return true;
}

static bool read_body(struct reader *reader)
{
	struct en_json_value value;

	if (!read_value(reader, &value))
		return false;
	switch (value.kind) {
	case EN_JSON_NULL:
		return true;
	case EN_JSON_STRING:
		return decode(reader, &value, &reader->response->body);
	case EN_JSON_OBJECT:
	case EN_JSON_ARRAY:
		reader->response->body = value.raw;
		return true;
	default:
		return fail(reader, "\"body\" is neither a string nor an object nor a list");
	}
}

static bool read_transport(struct reader *reader)
{
	struct errnorm_str name = EN_STR_NULL;
	uint32_t transport;

	if (!read_string(reader, &name, "\"transport\" is not a string"))
		return false;
	if (!name.ptr)
		return true;
	transport = errnorm_transport_from_name(name);
	if (!transport && name.len && !en_str_case_eq(name, EN_STR("none")))
		return fail(reader, "\"transport\" is not a name that errnorm knows");
	reader->response->transport = transport;
	return true;
}

/* One value of a header; null: the header is not there. */
static bool add_header(struct reader *reader, struct errnorm_str name)
{
	static const char error[] = "a header's value is neither a string nor a number";
	struct errnorm_response *response = reader->response;
	struct errnorm_header header = {name, EN_STR_NULL};
	struct en_json_value value;

	if (!read_value(reader, &value))
		return false;
	switch (value.kind) {
	case EN_JSON_NULL:
		return true;
	case EN_JSON_STRING:
		if (!decode(reader, &value, &header.value))
			return false;
		break;
	case EN_JSON_NUMBER:
	case EN_JSON_TRUE:
	case EN_JSON_FALSE:
		header.value = value.raw;
		break;
	default:
		return fail(reader, error);
	}
	if (response->header_count < reader->header_cap)
		reader->headers[response->header_count++] = header;
	return true;
}

/* {"retry-after": "2", "set-cookie": ["a", "b"]} */
static bool read_header_object(struct reader *reader)
{
	struct en_json_value key;
	struct errnorm_str name;

	en_json_enter(&reader->json);
	for (bool first = true; next_key(reader, first, &key); first = false) {
		if (!decode(reader, &key, &name))
			return false;
		if (en_json_peek(&reader->json) != EN_JSON_ARRAY) {
			if (!add_header(reader, name))
				return false;
			continue;
		}
		en_json_enter(&reader->json);
		for (bool one = true; next_element(reader, one); one = false)
			if (!add_header(reader, name))
				return false;
		if (!ended_well(reader))
			return false;
	}
	return ended_well(reader);
}

/* [["retry-after", "2"], ["set-cookie", "a"]] */
static bool read_header_list(struct reader *reader)
{
	static const char error[] = "a header in the list is not a pair of name and value";

	en_json_enter(&reader->json);
	for (bool first = true; next_element(reader, first); first = false) {
		struct errnorm_str name = EN_STR_NULL;

		if (en_json_peek(&reader->json) != EN_JSON_ARRAY)
			return fail(reader, error);
		en_json_enter(&reader->json);
		if (!next_element(reader, true) || !read_string(reader, &name, error))
			return fail_syntax(reader, error);
		if (!name.ptr || !next_element(reader, false) || !add_header(reader, name))
			return fail_syntax(reader, error);
		if (next_element(reader, false) || !ended_well(reader))
			return fail(reader, error);
	}
	return ended_well(reader);
}

static bool read_headers(struct reader *reader)
{
	struct en_json_value value;

	switch (en_json_peek(&reader->json)) {
	case EN_JSON_OBJECT:
		reader->response->headers = reader->headers;
		reader->response->header_count = 0;
		return read_header_object(reader);
	case EN_JSON_ARRAY:
		reader->response->headers = reader->headers;
		reader->response->header_count = 0;
		return read_header_list(reader);
	default:
		if (!read_value(reader, &value))
			return false;
		return value.kind == EN_JSON_NULL ? true : fail(reader, "\"headers\" is neither an object nor a list");
	}
}

/* A secret that finds no room is an error: it must not get through because there were too many. */
static bool read_secrets(struct reader *reader)
{
	static const char error[] = "\"secrets\" is not a list of strings";
	struct errnorm_response *response = reader->response;
	struct en_json_value value;

	if (en_json_peek(&reader->json) != EN_JSON_ARRAY) {
		if (!read_value(reader, &value))
			return false;
		return value.kind == EN_JSON_NULL ? true : fail(reader, error);
	}
	response->secrets = reader->secrets;
	response->secret_count = 0;
	en_json_enter(&reader->json);
	for (bool first = true; next_element(reader, first); first = false) {
		struct errnorm_str secret = EN_STR_NULL;

		if (!read_string(reader, &secret, error))
			return false;
		if (!secret.ptr)
			continue;
		if (response->secret_count == reader->secret_cap)
			return fail_space(reader, "there are too many secrets");
		reader->secrets[response->secret_count++] = secret;
	}
	return ended_well(reader);
}

static bool read_status(struct reader *reader)
{
	int64_t status = reader->response->http_status;
	bool ok = read_number(reader, 999, &status, "\"status\" is not a whole number from 0 to 999");

	reader->response->http_status = (int32_t)status;
	return ok;
}

/* Longer keys are none of ours. */
enum { KEY_MAX = 10 };

static bool read_member(struct reader *reader, struct errnorm_str key)
{
	struct errnorm_response *response = reader->response;
	struct en_json_value skipped;

	if (en_str_eq(key, EN_STR("provider")))
		return read_string(reader, &response->provider, "\"provider\" is not a string");
	if (en_str_eq(key, EN_STR("status")))
		return read_status(reader);
	if (en_str_eq(key, EN_STR("headers")))
		return read_headers(reader);
	if (en_str_eq(key, EN_STR("body")))
		return read_body(reader);
	if (en_str_eq(key, EN_STR("stream")))
		return read_flag(reader, ERRNORM_RESPONSE_STREAM_BEGUN, "\"stream\" is neither true nor false");
	if (en_str_eq(key, EN_STR("transport")))
		return read_transport(reader);
	if (en_str_eq(key, EN_STR("byok")))
		return read_flag(reader, ERRNORM_RESPONSE_BYOK, "\"byok\" is neither true nor false");
	if (en_str_eq(key, EN_STR("body_cut")))
		return read_flag(reader, ERRNORM_RESPONSE_BODY_CUT, "\"body_cut\" is neither true nor false");
	if (en_str_eq(key, EN_STR("now_ms")))
		return read_number(reader, INT64_MAX, &response->now_ms,
				   "\"now_ms\" is not a whole number of milliseconds since 1970");
	if (en_str_eq(key, EN_STR("secrets")))
		return read_secrets(reader);
	return read_value(reader, &skipped);
}

static void read_object(struct reader *reader)
{
	struct en_json *json = &reader->json;
	struct en_json_value key;
	char decoded[KEY_MAX * 6];

	if (en_json_peek(json) == EN_JSON_NONE && json->p == json->end) {
		fail(reader, "empty");
		return;
	}
	if (en_json_peek(json) != EN_JSON_OBJECT) {
		fail(reader, "not a JSON object");
		return;
	}
	en_json_enter(json);
	for (bool first = true; next_key(reader, first, &key); first = false) {
		if (key.escaped && key.raw.len <= sizeof(decoded))
			key.raw = en_str(decoded, en_json_decode(key.raw, decoded, sizeof(decoded)));
		if (!read_member(reader, key.raw))
			return;
	}
	if (!ended_well(reader))
		return;
	en_json_peek(json);
	if (json->p != json->end)
		fail(reader, "something follows the JSON object");
}

enum errnorm_rc errnorm_read_json(struct errnorm_str line, struct errnorm_header *headers, size_t header_cap,
				  struct errnorm_str *secrets, size_t secret_cap, char *buf, size_t buf_cap,
				  struct errnorm_response *ret, const char **ret_error)
{
	struct errnorm_response response;
	struct reader reader = {
		.out = buf,
		.left = buf ? buf_cap : 0,
		.headers = headers,
		.header_cap = headers ? header_cap : 0,
		.secrets = secrets,
		.secret_cap = secrets ? secret_cap : 0,
		.response = &response,
	};

	if (!ret || (!line.ptr && line.len))
		return ERRNORM_EARG;
	if (ret->size < sizeof(*ret))
		return ERRNORM_EABI;
	response = *ret;
	en_json_init(&reader.json, line.ptr ? line : EN_STR(""));
	reader.json.exact = true;
	read_object(&reader);
	if (!reader.error) {
		*ret = response;
		return ERRNORM_OK;
	}
	if (ret_error)
		*ret_error = reader.error;
	return reader.rc;
}
