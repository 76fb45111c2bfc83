/*
 * test_abi.c - wrong calls: each gives its return code and leaves what it was given alone.
 */
#include "common.h"

static struct errnorm_tables *tables;
static struct errnorm_scratch *scratch;

static int setup(void **state)
{
	(void)state;
	return errnorm_tables_builtin(NULL, &tables) || errnorm_scratch_new(tables, NULL, &scratch);
}

static int teardown(void **state)
{
	(void)state;
	errnorm_scratch_free(scratch);
	errnorm_tables_unref(tables);
	return 0;
}

static void samples_get_their_codes(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct errnorm_response response = sample_response(&samples[i]);
		struct errnorm_verdict verdict = {.size = sizeof verdict};
		const char *name;
		assert_int_equal(errnorm_translate(tables, scratch, &response, &verdict), ERRNORM_OK);
		name = errnorm_code_name(verdict.code);
		if (samples[i].code)
			assert_string_equal(name, samples[i].code);
		else
			assert_null(name);
	}
}

static void null_arguments_are_refused(void **state)
{
	struct errnorm_response response = sample_response(&samples[0]);
	struct errnorm_verdict verdict = {.size = sizeof verdict};

	(void)state;
	assert_int_equal(errnorm_translate(NULL, scratch, &response, &verdict), ERRNORM_EARG);
	assert_int_equal(errnorm_translate(tables, NULL, &response, &verdict), ERRNORM_EARG);
	assert_int_equal(errnorm_translate(tables, scratch, NULL, &verdict), ERRNORM_EARG);
	assert_int_equal(errnorm_translate(tables, scratch, &response, NULL), ERRNORM_EARG);
	assert_int_equal(errnorm_scratch_new(NULL, NULL, &scratch), ERRNORM_EARG);
	assert_int_equal(errnorm_scratch_new(tables, NULL, NULL), ERRNORM_EARG);
	assert_int_equal(errnorm_tables_builtin(NULL, NULL), ERRNORM_EARG);
	assert_int_equal(errnorm_builder_new(NULL, NULL), ERRNORM_EARG);
	assert_null(errnorm_tables_ref(NULL));
	assert_null(errnorm_tables_unref(NULL));
	assert_null(errnorm_scratch_free(NULL));
	assert_null(errnorm_builder_free(NULL));
	assert_int_equal(errnorm_scratch_size(NULL), 0);
	assert_int_equal(errnorm_builder_diag_count(NULL), 0);
	assert_null(errnorm_builder_diag(NULL, 0));
}

static void an_older_and_a_newer_struct(void **state)
{
	struct {
		struct errnorm_response response;
		unsigned char more[16];
	} newer = {.response = sample_response(&samples[0])};
	struct errnorm_verdict verdict = {.size = sizeof verdict};

	(void)state;
	newer.response.size = sizeof newer;
	assert_int_equal(errnorm_translate(tables, scratch, &newer.response, &verdict), ERRNORM_OK);
	newer.more[15] = 1;
	assert_int_equal(errnorm_translate(tables, scratch, &newer.response, &verdict), ERRNORM_EABI);
	newer.response.size = sizeof newer.response;
	assert_int_equal(errnorm_translate(tables, scratch, &newer.response, &verdict), ERRNORM_OK);
	newer.response.size = sizeof newer.response - 1;
	assert_int_equal(errnorm_translate(tables, scratch, &newer.response, &verdict), ERRNORM_EABI);
	newer.response.size = 0;
	assert_int_equal(errnorm_translate(tables, scratch, &newer.response, &verdict), ERRNORM_EABI);
	newer.response.size = sizeof newer.response;
	verdict.size = 8;
	assert_int_equal(errnorm_translate(tables, scratch, &newer.response, &verdict), ERRNORM_EABI);
}

static void values_out_of_range(void **state)
{
	struct errnorm_response response = sample_response(&samples[0]);
	struct errnorm_verdict verdict = {.size = sizeof verdict, .code = 77};

	(void)state;
	response.http_status = -1;
	assert_int_equal(errnorm_translate(tables, scratch, &response, &verdict), ERRNORM_EARG);
	response.http_status = 1000;
	assert_int_equal(errnorm_translate(tables, scratch, &response, &verdict), ERRNORM_EARG);
	response.http_status = 500;
	response.transport = ERRNORM_TRANSPORT_MAX + 1;
	assert_int_equal(errnorm_translate(tables, scratch, &response, &verdict), ERRNORM_EARG);
	response.transport = 0;
	response.header_count = 1;
	assert_int_equal(errnorm_translate(tables, scratch, &response, &verdict), ERRNORM_EARG);
	response.header_count = 0;
	response.body = (struct errnorm_str){NULL, 3};
	assert_int_equal(errnorm_translate(tables, scratch, &response, &verdict), ERRNORM_EARG);
	assert_int_equal(verdict.code, 77);
}

static void a_scratch_belongs_to_its_tables(void **state)
{
	struct errnorm_response response = sample_response(&samples[0]);
	struct errnorm_verdict verdict = {.size = sizeof verdict};
	struct errnorm_tables *other;

	(void)state;
	assert_int_equal(errnorm_tables_builtin(NULL, &other), ERRNORM_OK);
	assert_int_equal(errnorm_translate(other, scratch, &response, &verdict), ERRNORM_ESCRATCH);
	errnorm_tables_unref(other);
}

static void a_scratch_in_the_callers_memory(void **state)
{
	size_t size = errnorm_scratch_size(tables);
	void *mem = malloc(size);
	struct errnorm_scratch *mine = NULL;
	char here[4096];
	char there[4096];

	(void)state;
	assert_int_equal(errnorm_scratch_init(tables, mem, size - 1, &mine), ERRNORM_ESPACE);
	assert_int_equal(errnorm_scratch_init(tables, (char *)mem + 1, size, &mine), ERRNORM_EARG);
	assert_int_equal(errnorm_scratch_init(tables, mem, size, &mine), ERRNORM_OK);
	for (size_t i = 0; i < SAMPLES; i++) {
		sample_json(tables, mine, &samples[i], here, sizeof here);
		sample_json(tables, scratch, &samples[i], there, sizeof there);
		assert_string_equal(here, there);
	}
	assert_null(errnorm_scratch_free(mine));
	free(mem);
}

static void names_go_both_ways(void **state)
{
	const struct errnorm_code_info *info;

	(void)state;
	for (size_t i = 0; (info = errnorm_code_at(i)); i++) {
		struct errnorm_str name = {info->name, strlen(info->name)};
		assert_int_equal(errnorm_code_from_name(name), info->code);
		assert_ptr_equal(errnorm_code_info(info->code), info);
		assert_non_null(errnorm_type_name(info->type));
		assert_true(info->http_status >= 400 && info->http_status < 600);
		assert_true(strlen(info->message) > 20);
	}
	assert_null(errnorm_code_name(0));
	assert_null(errnorm_code_name(999));
	assert_int_equal(errnorm_code_from_name(STR("nonsense")), 0);
	for (uint32_t i = 1; i <= ERRNORM_TRANSPORT_MAX; i++) {
		const char *name = errnorm_transport_name(i);
		assert_int_equal(errnorm_transport_from_name((struct errnorm_str){name, strlen(name)}), i);
	}
	assert_int_equal(errnorm_transport_from_name(STR("CURLE_OPERATION_TIMEDOUT")), ERRNORM_TRANSPORT_READ_TIMEOUT);
	assert_int_equal(errnorm_transport_from_name(STR("curl:7")), ERRNORM_TRANSPORT_REFUSED);
	assert_int_equal(errnorm_transport_from_name(STR("ECONNRESET")), ERRNORM_TRANSPORT_RESET);
	assert_int_equal(errnorm_transport_from_name(STR("EAI_AGAIN")), ERRNORM_TRANSPORT_DNS);
	assert_int_equal(errnorm_transport_from_name(STR("ENOTFOUND")), ERRNORM_TRANSPORT_DNS);
	assert_int_equal(errnorm_transport_from_name(STR("UND_ERR_BODY_TIMEOUT")), ERRNORM_TRANSPORT_READ_TIMEOUT);
	assert_int_equal(errnorm_transport_from_name(STR("PoolTimeout")), ERRNORM_TRANSPORT_LOCAL);
	assert_int_equal(errnorm_transport_from_name(STR("SSLHandshakeException")), ERRNORM_TRANSPORT_TLS);
	assert_int_equal(errnorm_transport_from_name(STR("ConnectionError")), ERRNORM_TRANSPORT_NONE);
	assert_int_equal(errnorm_transport_from_curl(0), ERRNORM_TRANSPORT_NONE);
	assert_int_equal(errnorm_transport_from_curl(60), ERRNORM_TRANSPORT_TLS_CERT);
	assert_int_equal(errnorm_failover_from_name(STR("model")), ERRNORM_FAILOVER_MODEL);
	assert_int_equal(errnorm_failover_from_name(STR("x")), (uint32_t)-1);
	assert_int_equal(errnorm_fault_from_name(STR("gateway")), ERRNORM_FAULT_GATEWAY);
}

static void aliases_lead_to_providers(void **state)
{
	struct errnorm_provider_info info = {.size = sizeof info};
	size_t count = 0;

	(void)state;
	assert_memory_equal(errnorm_tables_provider_name(tables, STR("Azure")).ptr, "azure_openai", 12);
	assert_null(errnorm_tables_provider_name(tables, STR("nobody")).ptr);
	while (errnorm_tables_provider(tables, count, &info) == ERRNORM_OK) {
		assert_true(info.name.len > 0 && info.title.len > 0 && info.docs.len > 0);
		assert_memory_equal(errnorm_tables_provider_name(tables, info.name).ptr, info.name.ptr, info.name.len);
		count++;
	}
	assert_true(count >= 12);
}

static void every_status_has_an_answer(void **state)
{
	(void)state;
	for (int status = 0; status <= 999; status++) {
		struct errnorm_response response = {.size = sizeof response, .http_status = status};
		struct errnorm_verdict verdict = {.size = sizeof verdict};
		assert_int_equal(errnorm_translate(tables, scratch, &response, &verdict), ERRNORM_OK);
		if (status >= 400)
			assert_true(verdict.code && verdict.message.len && verdict.rule.len);
	}
	for (uint32_t transport = 1; transport <= ERRNORM_TRANSPORT_MAX; transport++) {
		struct errnorm_response response = {.size = sizeof response, .transport = transport};
		struct errnorm_verdict verdict = {.size = sizeof verdict};
		assert_int_equal(errnorm_translate(tables, scratch, &response, &verdict), ERRNORM_OK);
		assert_true(verdict.code && verdict.message.len);
		assert_int_equal(verdict.retry_after_ms, -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_get_their_codes),
		cmocka_unit_test(null_arguments_are_refused),
		cmocka_unit_test(an_older_and_a_newer_struct),
		cmocka_unit_test(values_out_of_range),
		cmocka_unit_test(a_scratch_belongs_to_its_tables),
		cmocka_unit_test(a_scratch_in_the_callers_memory),
		cmocka_unit_test(names_go_both_ways),
		cmocka_unit_test(aliases_lead_to_providers),
		cmocka_unit_test(every_status_has_an_answer),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
