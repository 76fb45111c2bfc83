/*
 * What errnorm does, in C: cc example.c $(pkg-config --cflags --libs errnorm)
 */
#include <errnorm/errnorm.h>
#include <errnorm/load.h>
#include <errnorm/render.h>
#include <stdio.h>
#include <string.h>

#define STR(text) ((struct errnorm_str){text, sizeof(text) - 1})
#define ACME(fact)                                                                                                     \
	STR("{\"errnorm\":1,\"provider\":\"acme\",\"inherit\":[\"openai_compatible\"],\"rules\":["                     \
	    "{\"id\":\"acme-no-room\",\"when\":{\"status\":503,\"" fact                                                \
	    "\":\"no room in the inn\"},\"then\":\"provider_overloaded\"}]}")

static struct errnorm_str header(const struct errnorm_rendered *answer, const char *name)
{
	size_t i;

	for (i = 0; i < answer->header_count; i++)
		if (answer->headers[i].name.len == strlen(name) &&
		    memcmp(answer->headers[i].name.ptr, name, strlen(name)) == 0)
			return answer->headers[i].value;
	return STR("");
}

/* The built-in tables and one more; NULL where that has a mistake, and every mistake is told. */
static struct errnorm_tables *load(struct errnorm_str text)
{
	struct errnorm_builder *builder;
	struct errnorm_tables *tables = NULL;
	char line[512];
	size_t i;

	if (errnorm_builder_new(NULL, &builder) != ERRNORM_OK)
		return NULL;
	if (errnorm_builder_add_builtin(builder) == ERRNORM_OK &&
	    errnorm_builder_add_text(builder, STR("acme.json"), text) == ERRNORM_OK &&
	    errnorm_builder_finish(builder, &tables) != ERRNORM_OK) {
		for (i = 0; i < errnorm_builder_diag_count(builder); i++) {
			errnorm_diag_format(errnorm_builder_diag(builder, i), line, sizeof line);
			puts(line);
		}
	}
	errnorm_builder_free(builder);
	return tables;
}

int main(void)
{
	struct errnorm_header headers[] = {{STR("retry-after"), STR("20")}};
	struct errnorm_response response = {
		.size = sizeof response,
		.provider = STR("anthropic"),
		.http_status = 529,
		.headers = headers,
		.header_count = 1,
		.body = STR("{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
			    "\"message\":\"Overloaded\"}}"),
	};
	struct errnorm_response full = {
		.size = sizeof full,
		.provider = STR("acme"),
		.http_status = 503,
		.body = STR("{\"error\":{\"message\":\"no room in the inn\"}}"),
	};
	struct errnorm_verdict verdict = {.size = sizeof verdict};
	struct errnorm_render how = {.size = sizeof how, .dialect = STR("openai")};
	struct errnorm_rendered answer = {.size = sizeof answer};
	struct errnorm_tables *tables;
	struct errnorm_scratch *scratch;
	struct errnorm_str kind, wait;
	char buf[16384];

	if (errnorm_tables_builtin(NULL, &tables) || errnorm_scratch_new(tables, NULL, &scratch) ||
	    errnorm_translate(tables, scratch, &response, &verdict))
		return 1;
	printf("%s: answer %d, %s after %lld ms, fail over to another %s\n", errnorm_code_name(verdict.code),
	       (int)verdict.http_status, verdict.flags & ERRNORM_VERDICT_RETRYABLE ? "try again" : "do not try again",
	       (long long)verdict.retry_after_ms, errnorm_failover_name(verdict.failover));
	errnorm_render(tables, &verdict, &how, &answer, buf, sizeof buf);
	kind = header(&answer, "content-type");
	wait = header(&answer, "retry-after");
	printf("%d %.*s, retry-after %.*s\n", (int)answer.http_status, (int)kind.len, kind.ptr, (int)wait.len,
	       wait.ptr);
	printf("%.*s\n", (int)answer.body.len, answer.body.ptr);
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(tables);

	tables = load(ACME("message"));
	if (!tables || errnorm_scratch_new(tables, NULL, &scratch) ||
	    errnorm_translate(tables, scratch, &full, &verdict))
		return 1;
	printf("%.*s: %s\n", (int)verdict.rule.len, verdict.rule.ptr, errnorm_code_name(verdict.code));
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(tables);

	errnorm_tables_unref(load(ACME("mesage")));
	return 0;
}
