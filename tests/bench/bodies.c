/*
 * bodies.c - the benchmark's responses. Written for it, after the shapes that the providers document.
 */
#include "bodies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define H(name, value)                                                                                                 \
	{                                                                                                              \
		{name, sizeof name - 1},                                                                               \
		{                                                                                                      \
			value, sizeof value - 1                                                                        \
		}                                                                                                      \
	}

/* What a CDN and a provider put around an error between them. */
static const struct errnorm_header headers[] = {
	H("date", "Tue, 18 Nov 2025 10:12:02 GMT"),
	H("content-type", "application/json; charset=utf-8"),
	H("content-length", "337"),
	H("connection", "keep-alive"),
	H("vary", "Origin"),
	H("x-request-id", "req_4e9fbe10d2dc27300aa0000000000004"),
	H("openai-organization", "acme-labs-7f3k2q"),
	H("openai-processing-ms", "12"),
	H("openai-version", "2020-10-01"),
	H("x-ratelimit-limit-requests", "10000"),
	H("x-ratelimit-limit-tokens", "30000"),
	H("x-ratelimit-remaining-requests", "9999"),
	H("x-ratelimit-remaining-tokens", "0"),
	H("x-ratelimit-reset-requests", "6ms"),
	H("x-ratelimit-reset-tokens", "1.2s"),
	H("strict-transport-security", "max-age=31536000; includeSubDomains; preload"),
	H("cf-cache-status", "DYNAMIC"),
	H("x-content-type-options", "nosniff"),
	H("server", "cloudflare"),
	H("cf-ray", "9a06b1c7de014f2b-FRA"),
	H("alt-svc", "h3=\":443\"; ma=86400"),
	H("access-control-expose-headers", "X-Request-ID"),
	H("set-cookie", "__cf_bm=abcdefghijklmnop; path=/; HttpOnly; Secure"),
};

struct source {
	const char *name, *provider;
	int status;
	size_t header_count;
	const char *text;
};

static const struct source sources[] = {
	{"json-300 (rate limit)", "openai", 429, 23,
	 "{\n  \"error\": {\n    \"message\": \"Rate limit reached for gpt-4o in organization "
	 "org-Zk3lQ9v0xYt7aBcDe on tokens per min (TPM): Limit 30000, Used 29413, Requested 1022. "
	 "Please try again in 870ms. Visit the rate limits page to learn more.\",\n    \"type\": "
	 "\"tokens\",\n    \"param\": null,\n    \"code\": \"rate_limit_exceeded\"\n  }\n}\n"},
	{"invalid key", "openai", 401, 12,
	 "{\"error\":{\"message\":\"Incorrect API key provided: sk-proj-************q7Xa. You can "
	 "find your API key in the dashboard.\",\"type\":\"invalid_request_error\",\"param\":null,"
	 "\"code\":\"invalid_api_key\"}}"},
	{"context length", "azure_openai", 400, 10,
	 "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens. However, "
	 "your messages resulted in 9123 tokens. Please reduce the length of the messages.\","
	 "\"type\":\"invalid_request_error\",\"param\":\"messages\",\"code\":\"context_length_exceeded\"}}"},
	{"overloaded", "anthropic", 529, 14,
	 "{\"type\":\"error\",\"error\":{\"details\":null,\"type\":\"overloaded_error\",\"message\":"
	 "\"Overloaded\"},\"request_id\":\"req_011CXKmJsXLyKCAJCQBNzbJZ\"}"},
	{"pointed parameter", "anthropic", 400, 14,
	 "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":"
	 "\"messages.3.content.1.image.source.base64.data: the image could not be read\"},"
	 "\"request_id\":\"req_011CXKmJsXLyKCAJCQBNzbJZ\"}"},
	{"quota with details", "gemini", 429, 8,
	 "{\n  \"error\": {\n    \"code\": 429,\n    \"message\": \"You exceeded your current "
	 "quota, please check your plan and billing details.\\n* Quota exceeded for metric: "
	 "generate_content_free_tier_requests, limit: 20\\nPlease retry in 34.07s.\",\n    "
	 "\"status\": \"RESOURCE_EXHAUSTED\",\n    \"details\": [\n      {\n        \"@type\": "
	 "\"type.googleapis.com/google.rpc.QuotaFailure\",\n        \"violations\": [\n          {\n"
	 "            \"quotaMetric\": \"generate_content_free_tier_requests\",\n            "
	 "\"quotaId\": \"GenerateRequestsPerMinutePerProjectPerModel-FreeTier\"\n          }\n        "
	 "]\n      },\n      {\n        \"@type\": \"type.googleapis.com/google.rpc.RetryInfo\",\n"
	 "        \"retryDelay\": \"34s\"\n      }\n    ]\n  }\n}\n"},
	{"throttled", "bedrock", 429, 6, "{\"message\":\"Too many tokens, please wait before trying again.\"}"},
	{"wrapped", "openrouter", 400, 10,
	 "{\"error\":{\"message\":\"Provider returned error\",\"code\":400,\"metadata\":{\"raw\":"
	 "\"{\\n  \\\"error\\\": {\\n    \\\"message\\\": \\\"Unsupported parameter: 'temperature' is "
	 "not supported with this model.\\\",\\n    \\\"type\\\": \\\"invalid_request_error\\\",\\n    "
	 "\\\"param\\\": \\\"temperature\\\",\\n    \\\"code\\\": \\\"unsupported_parameter\\\"\\n  }\\n}\","
	 "\"provider_name\":\"OpenAI\"}},\"user_id\":\"user_2abcdefghijklmnopqrstuv\"}"},
	{"nothing known", "openai", 400, 12,
	 "{\"error\":{\"message\":\"Something went sideways while the frobnicator was warming up; the "
	 "operators have been told and are looking at it with some concern. Nobody knows more than "
	 "that at this hour of the day.\",\"type\":null,\"param\":null,\"code\":null}}"},
	{"stream chunk, no error", "openai", 200, 4,
	 "data: {\"id\":\"chatcmpl-9abc\",\"object\":\"chat.completion.chunk\",\"created\":1763460000,"
	 "\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" and then\"},"
	 "\"finish_reason\":null}]}\n\n"},
};

enum {
	SOURCES = sizeof sources / sizeof sources[0],
	GENERATED = 4,
	SMALL_JSON = 9, /* of the sources, those that are mutated */
};

static struct bench_body make(const char *name, const char *provider, int status, size_t header_count, char *text,
			      size_t len)
{
	return (struct bench_body){name, provider, status, headers, header_count, text, len};
}

/* A message of many escapes, with the error's words at its end. */
static char *escapes(size_t *ret_len)
{
	char *text = malloc(8192);
	size_t n = (size_t)sprintf(text, "{\"error\":{\"message\":\"");

	while (n < 4000)
		n += (size_t)sprintf(text + n, "\\n \\\"field\\\": \\\"v\\u00e9\\\",\\t");
	n += (size_t)sprintf(text + n, "\",\"type\":\"invalid_request_error\",\"code\":null}}");
	*ret_len = n;
	return text;
}

/* A long echo first, the fields that matter last. */
static char *echo(size_t size, size_t *ret_len)
{
	char *text = malloc(size + 1024);
	size_t n = (size_t)sprintf(text, "{\"input\":[");

	while (n < size - 700)
		n += (size_t)sprintf(text + n, "{\"role\":\"user\",\"content\":\"%0400d lorem ipsum dolor\"},", 7);
	n += (size_t)sprintf(text + n, "{}],\"error\":{\"message\":\"The server had an error while "
				       "processing your request\",\"type\":\"server_error\"}}");
	*ret_len = n;
	return text;
}

static char *page(size_t size, size_t *ret_len)
{
	char *text = malloc(size + 1024);
	size_t n = (size_t)sprintf(text, "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title>"
					 "<style>body{margin:0}</style></head><body><h1>Bad gateway</h1>");

	while (n < size)
		n += (size_t)sprintf(text + n, "<p class=\"filler\">The web server reported a bad "
					       "gateway error.</p>\n");
	*ret_len = n;
	return text;
}

struct bench_body *bench_bodies(size_t *ret_count)
{
	struct bench_body *bodies = calloc(SOURCES + GENERATED, sizeof *bodies);
	size_t len;
	char *text;

	for (size_t i = 0; i < SOURCES; i++)
		bodies[i] = make(sources[i].name, sources[i].provider, sources[i].status, sources[i].header_count,
				 strdup(sources[i].text), strlen(sources[i].text));
	text = escapes(&len);
	bodies[SOURCES] = make("4 KB JSON, escapes", "openai", 400, 12, text, len);
	text = echo(64 * 1024, &len);
	bodies[SOURCES + 1] = make("64 KB JSON, fields last", "openai", 500, 12, text, len);
	text = page(64 * 1024, &len);
	bodies[SOURCES + 2] = make("64 KB HTML", "openai", 502, 12, text, len);
	text = page(1024 * 1024, &len);
	bodies[SOURCES + 3] = make("1 MB HTML", "openai", 502, 12, text, len);
	*ret_count = SOURCES + GENERATED;
	return bodies;
}

void bench_free(struct bench_body *bodies, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(bodies[i].text);
	free(bodies);
}

static uint32_t random_next(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* Digits become other digits; after commas and braces white space comes and goes; a sentence is put before the end of some. */
static char *mutate(const char *from, size_t len, uint32_t *state, size_t *ret_len)
{
	char *text = malloc(len * 3 + 64);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = from[i];
		if (c >= '0' && c <= '9')
			c = (char)('0' + random_next(state) % 10);
		text[n++] = c;
		if ((c == ',' || c == '{') && i + 1 < len && from[i + 1] == '"')
			for (uint32_t k = random_next(state) % 4; k > 0; k--)
				text[n++] = ' ';
		if (c == '.' && i + 1 < len && from[i + 1] == ' ')
			for (uint32_t k = random_next(state) % 12; k > 0; k--)
				text[n++] = (char)('a' + random_next(state) % 26);
	}
	*ret_len = n;
	return text;
}

struct bench_body *bench_varied(const struct bench_body *bodies, size_t count)
{
	struct bench_body *varied = calloc(count, sizeof *varied);
	uint32_t state = 1;

	for (size_t i = 0; i < count; i++) {
		const struct bench_body *body = &bodies[random_next(&state) % SMALL_JSON];
		varied[i] = *body;
		varied[i].text = mutate(body->text, body->len, &state, &varied[i].len);
	}
	return varied;
}

void bench_free_varied(struct bench_body *bodies, size_t count)
{
	bench_free(bodies, count);
}
