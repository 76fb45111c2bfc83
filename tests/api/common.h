/*
 * common.h - tables, scratches and a set of responses for the tests of the public interface.
 */
#ifndef TESTS_API_COMMON_H
#define TESTS_API_COMMON_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errnorm/errnorm.h>
#include <errnorm/load.h>
#include <errnorm/render.h>
#include <errnorm/wire.h>

#define STR(literal) ((struct errnorm_str){literal, sizeof(literal) - 1})

struct sample {
	const char *provider;
	int status;
	const char *body;
	const char *code; /* NULL: no error */
};

/* Responses of every form, with the code that the contract wants. */
static const struct sample samples[] = {
	{"openai", 429,
	 "{\"error\":{\"message\":\"You exceeded your current quota, please check your plan and "
	 "billing "
	 "details.\",\"type\":\"insufficient_quota\",\"param\":null,\"code\":\"insufficient_"
	 "quota\"}}",
	 "provider_quota_exhausted"},
	{"openai", 400,
	 "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens. However, "
	 "your "
	 "messages resulted in 9001 "
	 "tokens.\",\"type\":\"invalid_request_error\",\"param\":\"messages\","
	 "\"code\":\"context_length_exceeded\"}}",
	 "context_too_long"},
	{"anthropic", 529,
	 "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}"
	 "}",
	 "provider_overloaded"},
	{"anthropic", 200,
	 "event: error\ndata: "
	 "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":"
	 "\"Overloaded\"}}\n\n",
	 "provider_overloaded"},
	{"gemini", 400,
	 "[{\"error\":{\"code\":400,\"message\":\"API key not valid. Please pass a valid API "
	 "key.\","
	 "\"status\":\"INVALID_ARGUMENT\"}}]",
	 "provider_auth_error"},
	{"openrouter", 400,
	 "{\"error\":{\"message\":\"Provider returned "
	 "error\",\"code\":400,\"metadata\":{\"raw\":\"{"
	 "\\\"error\\\":{\\\"message\\\":\\\"Unsupported parameter: 'temperature' is not supported "
	 "with "
	 "this "
	 "model.\\\",\\\"type\\\":\\\"invalid_request_error\\\",\\\"param\\\":\\\"temperature\\\","
	 "\\\"code\\\":\\\"unsupported_parameter\\\"}}\",\"provider_name\":\"OpenAI\"}}}",
	 "unsupported_parameter"},
	{NULL, 502,
	 "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1>"
	 "</center><hr><center>nginx</center></body></html>",
	 "provider_unavailable"},
	{NULL, 503, "no healthy upstream", "provider_unavailable"},
	{NULL, 418, "", "provider_rejected"},
	{"openai", 200,
	 "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,"
	 "\"message\":{"
	 "\"role\":\"assistant\",\"content\":\"hello\"},\"finish_reason\":\"stop\"}]}",
	 NULL},
	{"openai", 200,
	 "data: "
	 "{\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"delta\":{\"content\":"
	 "\"x\"}}]}\n\n",
	 NULL},
};

enum {
	SAMPLES = sizeof samples / sizeof samples[0],
};

static inline struct errnorm_response sample_response(const struct sample *sample)
{
	return (struct errnorm_response){
		.size = sizeof(struct errnorm_response),
		.provider = {sample->provider, sample->provider ? strlen(sample->provider) : 0},
		.http_status = sample->status,
		.body = {sample->body, strlen(sample->body)},
	};
}

/* The verdict of a sample as JSON, in memory of the caller's. */
static inline void sample_json(const struct errnorm_tables *tables, struct errnorm_scratch *scratch,
			       const struct sample *sample, char *buf, size_t cap)
{
	struct errnorm_response response = sample_response(sample);
	struct errnorm_verdict verdict = {.size = sizeof verdict};

	assert_int_equal(errnorm_translate(tables, scratch, &response, &verdict), ERRNORM_OK);
	assert_true(errnorm_verdict_json(tables, &verdict, buf, cap) < cap);
}

#endif
