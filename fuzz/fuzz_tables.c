/*
 * fuzz_tables.c - bytes as a table: refused with diagnostics that have a place, or loaded, and then asked.
 */
#include "fuzz.h"

#include <errnorm/load.h>

static const char total[] = "{\"errnorm\":1,\"shared\":\"last\",\"rank\":90,\"facts\":{\"message\":[\"error.message\"]}"
			    ",\"rules\":[{\"id\":\"last\",\"when\":{},\"then\":\"provider_error\"}]}";

static void ask(const struct errnorm_tables *tables)
{
	static const char body[] = "{\"error\":{\"message\":\"the request failed: try again in 3s\",\"code\":\"x\","
				   "\"details\":[{\"reason\":\"y\"}]}}";
	struct errnorm_response response = {
		.size = sizeof response, .provider = {"acme", 4}, .http_status = 429, .body = {body, sizeof body - 1}};
	struct errnorm_verdict verdict = {.size = sizeof verdict};
	struct errnorm_scratch *scratch;

	if (errnorm_scratch_new(tables, NULL, &scratch) != ERRNORM_OK)
		return;
	FUZZ_CHECK(errnorm_translate(tables, scratch, &response, &verdict) == ERRNORM_OK);
	FUZZ_CHECK(verdict.code != 0);
	errnorm_scratch_free(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct errnorm_builder *builder;
	struct errnorm_tables *tables = NULL;
	enum errnorm_rc rc;
	char line[2048];

	if (errnorm_builder_new(NULL, &builder) != ERRNORM_OK)
		return 0;
	errnorm_builder_add_text(builder, (struct errnorm_str){"total", 5},
				 (struct errnorm_str){total, sizeof total - 1});
	errnorm_builder_add_text(builder, (struct errnorm_str){"fuzz", 4},
				 (struct errnorm_str){(const char *)data, size});
	if (size && data[size - 1] & 1)
		errnorm_builder_lint(builder);
	rc = errnorm_builder_finish(builder, &tables);
	FUZZ_CHECK(rc == ERRNORM_OK || (rc == ERRNORM_ETABLE && errnorm_builder_diag_count(builder)));
	for (size_t i = 0; i < errnorm_builder_diag_count(builder); i++) {
		const struct errnorm_diag *diag = errnorm_builder_diag(builder, i);
		FUZZ_CHECK(diag->line >= 1 && diag->column >= 1 && diag->message.len);
		errnorm_diag_format(diag, line, sizeof line);
	}
	if (rc == ERRNORM_OK)
		ask(tables);
	errnorm_tables_unref(tables);
	errnorm_builder_free(builder);
	return 0;
}
