/*
 * answer.c - the piece of C in README's "Answering your client", in a program around it that sees what it sends.
 */
#include <errnorm/errnorm.h>
#include <errnorm/render.h>
#include <stdio.h>
#include <string.h>

#define STR(text) ((struct errnorm_str){text, sizeof(text) - 1})

static int32_t sent_status;
static char sent_body[1024];

static void send(int32_t status, const struct errnorm_header *headers, size_t header_count, struct errnorm_str body)
{
	sent_status = status;
	snprintf(sent_body, sizeof sent_body, "%.*s", (int)body.len, body.ptr);
	for (size_t i = 0; i < header_count; i++)
		printf("%.*s: %.*s\n", (int)headers[i].name.len, headers[i].name.ptr, (int)headers[i].value.len,
		       headers[i].value.ptr);
}

int main(void)
{
	struct errnorm_tables *tables;
	struct errnorm_scratch *scratch;
	struct errnorm_verdict verdict = {.size = sizeof verdict};
	unsigned attempt = 0;
	double random01 = 0.5;
	int64_t wait_ms;

	if (errnorm_tables_builtin(NULL, &tables) || errnorm_scratch_new(tables, NULL, &scratch))
		return 1;
#include "answer.inc"
	printf("%d %s %lld\n", (int)sent_status, sent_body, (long long)wait_ms);
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(tables);
	return sent_status == 402 && strstr(sent_body, "billing_error") && strstr(sent_body, "req_7") && wait_ms == -1
		       ? 0
		       : 1;
}
