/*
 * fuzz_translate.c - bytes as a response: the first four choose provider, status, transport and flags, a line of headers follows, then the body.
 * Checked: a verdict with a known code, strings that are valid and bounded, no secret in them, the same answer by brute force.
 */
#include "fuzz.h"

#include <string.h>

#include <errnorm/errnorm.h>
#include <errnorm/wire.h>

static const char secret[] = "s3cr3t-key-value";
static const char *const providers[] = {"openai",  "anthropic", "gemini",        "bedrock", "openrouter", "azure",
					"mistral", "cohere",    "litellm_proxy", "ollama",  "dashscope",  NULL};
static const int statuses[] = {0, 200, 400, 401, 403, 404, 408, 413, 422, 429, 498, 500, 502, 503, 504, 529};

static void check_string(struct errnorm_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		FUZZ_CHECK(c >= 0x20 && c != 0x7f);
		FUZZ_CHECK(i + sizeof secret - 1 > s.len || memcmp(s.ptr + i, secret, sizeof secret - 1) != 0);
	}
}

/* "name: value" lines up to an empty one. */
static size_t read_headers(struct errnorm_str *io_rest, struct errnorm_header *headers, size_t cap)
{
	size_t count = 0;

	while (io_rest->len && count < cap) {
		const char *end = memchr(io_rest->ptr, '\n', io_rest->len);
		size_t len = end ? (size_t)(end - io_rest->ptr) : io_rest->len;
		const char *colon = memchr(io_rest->ptr, ':', len);
		if (!colon)
			break;
		headers[count].name = (struct errnorm_str){io_rest->ptr, (size_t)(colon - io_rest->ptr)};
		headers[count].value = (struct errnorm_str){colon + 1, len - (size_t)(colon - io_rest->ptr) - 1};
		count++;
		io_rest->ptr += len + (end != NULL);
		io_rest->len -= len + (end != NULL);
	}
	return count;
}

static void ignore(void *user, const struct errnorm_trace *trace)
{
	(void)user;
	(void)trace;
}

static void check(const struct errnorm_tables *tables, struct errnorm_scratch *scratch,
		  const struct errnorm_response *response)
{
	struct errnorm_verdict verdict = {.size = sizeof verdict};
	struct errnorm_str rule;
	static char json[65536];
	size_t len;

	errnorm_scratch_trace(scratch, ignore, NULL);
	FUZZ_CHECK(errnorm_translate(tables, scratch, response, &verdict) == ERRNORM_OK);
	rule = verdict.rule;
	errnorm_scratch_trace(scratch, NULL, NULL);
	FUZZ_CHECK(errnorm_translate(tables, scratch, response, &verdict) == ERRNORM_OK);
	FUZZ_CHECK(rule.len == verdict.rule.len && (!rule.len || rule.ptr == verdict.rule.ptr));
	FUZZ_CHECK(response->http_status < 400 || verdict.code);
	FUZZ_CHECK(!verdict.code || (errnorm_code_name(verdict.code) && verdict.message.len));
	FUZZ_CHECK(verdict.retry_after_ms >= -1);
	check_string(verdict.message);
	check_string(verdict.param);
	check_string(verdict.provider_code);
	check_string(verdict.provider_type);
	check_string(verdict.provider_request_id);
	for (size_t i = 0; i < verdict.detail_count; i++)
		check_string(verdict.details[i].value);
	len = errnorm_verdict_json(tables, &verdict, json, sizeof json);
	FUZZ_CHECK(len < sizeof json && json[0] == '{' && json[len - 1] == '}');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct errnorm_tables *tables;
	static struct errnorm_scratch *scratch;
	struct errnorm_header headers[16];
	struct errnorm_str secrets[] = {{secret, sizeof secret - 1}};
	struct errnorm_response response = {.size = sizeof response, .secrets = secrets, .secret_count = 1};
	struct errnorm_str rest;
	const char *provider;

	if (!tables && (errnorm_tables_builtin(NULL, &tables) || errnorm_scratch_new(tables, NULL, &scratch)))
		return 0;
	if (size < 4)
		return 0;
	provider = providers[data[0] % (sizeof providers / sizeof providers[0])];
	response.provider = (struct errnorm_str){provider, provider ? strlen(provider) : 0};
	response.http_status = statuses[data[1] % (sizeof statuses / sizeof statuses[0])];
	response.transport = data[2] < 0x80 ? 0 : data[2] % (ERRNORM_TRANSPORT_MAX + 1);
	response.flags = data[3] & 7u;
	response.now_ms = data[3] & 8 ? 1763460000000 : 0;
	rest = (struct errnorm_str){(const char *)data + 4, size - 4};
	response.header_count = data[3] & 16 ? read_headers(&rest, headers, 16) : 0;
	response.headers = headers;
	response.body = rest;
	check(tables, scratch, &response);
	return 0;
}
