/*
 * tables.c - the tables' handle: references, what is in them, and the patterns that are made ready when the first scratch is made.
 */
#include "handle.h"

#include <string.h>

#include "arena.h"
#include "builtin.h"
#include "freeze.h"
#include "work.h"

enum {
	CODES_SEEN = 2 * ERRNORM_CODE_CUSTOM, /* codes that are told apart when they are counted */
};

const struct errnorm_alloc *en_alloc_of(const struct errnorm_alloc *alloc)
{
	if (!alloc)
		return &en_alloc_libc;
	return alloc->alloc && alloc->free ? alloc : NULL;
}

enum errnorm_rc en_abi_check(const void *given_struct, size_t given, size_t known, size_t least)
{
	const unsigned char *bytes = given_struct;

	if (given < least)
		return ERRNORM_EABI;
	for (size_t i = known; i < given; i++)
		if (bytes[i])
			return ERRNORM_EABI;
	return ERRNORM_OK;
}

static void free_regexes(const struct errnorm_alloc *alloc, struct en_regex **regexes, size_t count)
{
	if (!regexes)
		return;
	for (size_t i = 0; i < count; i++)
		en_regex_free(regexes[i]);
	alloc->free(alloc->user, regexes, (count + 1) * sizeof(struct en_regex *));
}

static size_t codes_size(const struct en_model *model)
{
	return (model->codes.count + 1) * sizeof(struct errnorm_code_info);
}

static void fill_codes(struct errnorm_tables *tables)
{
	const struct en_model *model = tables->model;
	const struct en_code *codes = EN_AT(model, codes, struct en_code);

	for (uint32_t i = 0; i < model->codes.count; i++)
		tables->codes[i] = (struct errnorm_code_info){
			.code = codes[i].code,
			.type = codes[i].type,
			.http_status = codes[i].http_status,
			.http_status_byok = codes[i].http_status_byok,
			.retryable = codes[i].retryable,
			.failover = codes[i].failover,
			.fault = codes[i].fault,
			.fault_byok = codes[i].fault_byok,
			.name = en_model_text(model, codes[i].name).ptr,
			.message = en_model_text(model, codes[i].message).ptr,
		};
}

struct errnorm_tables *en_tables_new(const struct errnorm_alloc *alloc, const struct en_model *model, bool owned,
				     struct en_regex **regexes)
{
	struct errnorm_tables *tables = alloc->alloc(alloc->user, sizeof *tables);

	if (!tables)
		return NULL;
	memset(tables, 0, sizeof *tables);
	tables->alloc = *alloc;
	tables->model = model;
	tables->owned = owned;
	tables->codes = alloc->alloc(alloc->user, codes_size(model));
	if (!tables->codes) {
		alloc->free(alloc->user, tables, sizeof *tables);
		return NULL;
	}
	fill_codes(tables);
	atomic_init(&tables->references, 1);
	atomic_init(&tables->regexes, NULL);
	atomic_init(&tables->drafted, regexes);
	return tables;
}

static struct en_regex **compile_regexes(const struct errnorm_tables *tables)
{
	const struct errnorm_alloc *alloc = &tables->alloc;
	const struct en_model *model = tables->model;
	const struct en_regex_info *infos = EN_AT(model, regexes, struct en_regex_info);
	size_t count = model->regexes.count;
	size_t size = (count + 1) * sizeof(struct en_regex *);
	struct en_regex **regexes = alloc->alloc(alloc->user, size);
	struct en_regex_error error;

	if (!regexes)
		return NULL;
	memset(regexes, 0, size);
	for (size_t i = 0; i < count; i++) {
		regexes[i] = en_regex_new(alloc, en_model_text(model, infos[i].pattern),
					  (enum en_regex_kind)infos[i].kind, &error);
		if (!regexes[i]) {
			free_regexes(alloc, regexes, count);
			return NULL;
		}
	}
	return regexes;
}

/*
 * What the load compiled is for the one that takes it first. Another thread that comes before that one is ready compiles its own; who is second
 * throws its work away.
 */
struct en_regex **en_tables_regexes(struct errnorm_tables *tables)
{
	struct en_regex **regexes = atomic_load_explicit(&tables->regexes, memory_order_acquire);
	struct en_regex **expected = NULL;

	if (regexes)
		return regexes;
	regexes = atomic_exchange(&tables->drafted, NULL);
	if (!regexes)
		regexes = compile_regexes(tables);
	for (size_t i = 0; regexes && i < tables->model->regexes.count; i++)
		en_regex_speed_up(regexes[i]);
	if (!regexes || atomic_compare_exchange_strong(&tables->regexes, &expected, regexes))
		return regexes;
	free_regexes(&tables->alloc, regexes, tables->model->regexes.count);
	return expected;
}

enum errnorm_rc errnorm_tables_builtin(const struct errnorm_alloc *alloc, struct errnorm_tables **ret)
{
	const struct en_model *model;

	alloc = en_alloc_of(alloc);
	if (!alloc || !ret)
		return ERRNORM_EARG;
	model = en_builtin_model();
	if (!model)
		return ERRNORM_ETABLE;
	struct errnorm_tables *tables = en_tables_new(alloc, model, false, NULL);
	if (!tables)
		return ERRNORM_ENOMEM;
	*ret = tables;
	return ERRNORM_OK;
}

struct errnorm_tables *errnorm_tables_ref(struct errnorm_tables *tables)
{
	if (tables)
		atomic_fetch_add_explicit(&tables->references, 1, memory_order_relaxed);
	return tables;
}

struct errnorm_tables *errnorm_tables_unref(struct errnorm_tables *tables)
{
	struct errnorm_alloc alloc;

	if (!tables || atomic_fetch_sub_explicit(&tables->references, 1, memory_order_acq_rel) != 1)
		return NULL;
	alloc = tables->alloc;
	free_regexes(&alloc, atomic_load(&tables->regexes), tables->model->regexes.count);
	free_regexes(&alloc, atomic_load(&tables->drafted), tables->model->regexes.count);
	alloc.free(alloc.user, tables->codes, codes_size(tables->model));
	if (tables->owned)
		alloc.free(alloc.user, (void *)(uintptr_t)tables->model, tables->model->size);
	alloc.free(alloc.user, tables, sizeof *tables);
	return NULL;
}

enum errnorm_rc errnorm_tables_info(const struct errnorm_tables *tables, struct errnorm_tables_info *ret)
{
	const struct en_model *model;
	size_t size;

	if (!tables || !ret)
		return ERRNORM_EARG;
	if (en_abi_check(ret, ret->size, sizeof *ret, sizeof *ret) != ERRNORM_OK)
		return ERRNORM_EABI;
	model = tables->model;
	size = ret->size;
	*ret = (struct errnorm_tables_info){
		.size = size,
		.table_count = model->tables.count,
		.provider_count = model->chains.count - 1,
		.rule_count = model->rules.count,
		.code_count = model->codes.count,
		.memory_bytes = model->size,
		.checksum = model->checksum,
	};
	return ERRNORM_OK;
}

/* The own names among the names, in their order, for the providers are sorted. */
static const struct en_provider *provider_at(const struct en_model *model, size_t index)
{
	const struct en_provider *providers = EN_AT(model, providers, struct en_provider);

	for (uint32_t i = 0; i < model->providers.count; i++)
		if (!providers[i].alias && index-- == 0)
			return &providers[i];
	return NULL;
}

static size_t count_bits(const uint64_t *bits, size_t words)
{
	size_t count = 0;

	for (size_t i = 0; i < words; i++)
		count += (size_t)__builtin_popcountll(bits[i]);
	return count;
}

static void add_codes(const struct en_model *model, struct en_range list, uint64_t *codes)
{
	const struct en_rule *rules = EN_AT(model, rules, struct en_rule);

	for (uint32_t i = list.first; i < list.first + list.count; i++) {
		uint32_t code = rules[i].code;
		if (code && code < CODES_SEEN)
			codes[code / 64] |= 1ull << (code % 64);
	}
}

/* What a provider's own tables and the families it inherits know. */
static void count_knowledge(const struct en_model *model, const struct en_chain *chain,
			    struct errnorm_provider_info *ret)
{
	static const struct errnorm_str forms[] = {{"", 0}, {"event", 5}, {"body", 4}, {"event body", 10}};
	const struct en_table *tables = EN_AT(model, tables, struct en_table);
	const uint32_t *members = EN_AT(model, members, uint32_t) + chain->members.first;
	uint64_t codes[CODES_SEEN / 64] = {0};
	uint32_t streams = 0;

	for (uint32_t i = 0; i < chain->own; i++) {
		const struct en_table *table = &tables[members[i]];
		if (table->kind == EN_TABLE_SHARED)
			continue;
		if (table->kind == EN_TABLE_PROVIDER)
			ret->rule_count += table->rules.count;
		ret->all_rule_count += table->rules.count;
		ret->wait_count += table->waits;
		ret->source_count += table->sources;
		streams |= table->streams;
		add_codes(model, table->rules, codes);
	}
	ret->code_count = count_bits(codes, CODES_SEEN / 64);
	ret->streams = forms[streams];
}

enum errnorm_rc errnorm_tables_provider(const struct errnorm_tables *tables, size_t index,
					struct errnorm_provider_info *ret)
{
	const struct en_provider *provider;
	const struct en_model *model;
	const struct en_table *list;
	const struct en_table *table;

	if (!tables || !ret)
		return ERRNORM_EARG;
	if (en_abi_check(ret, ret->size, sizeof *ret, sizeof *ret) != ERRNORM_OK)
		return ERRNORM_EABI;
	model = tables->model;
	provider = provider_at(model, index);
	if (!provider)
		return ERRNORM_EARG;
	list = EN_AT(model, tables, struct en_table);
	table = &list[EN_AT(model, chains, struct en_chain)[provider->chain].table];
	*ret = (struct errnorm_provider_info){
		.size = ret->size,
		.name = en_model_text(model, table->name),
		.title = en_model_text(model, table->title),
		.reviewed = en_model_text(model, table->reviewed),
		.docs = en_model_text(model, table->docs),
		.aliases = en_model_text(model, table->aliases),
	};
	count_knowledge(model, &EN_AT(model, chains, struct en_chain)[provider->chain], ret);
	return ERRNORM_OK;
}

struct errnorm_str errnorm_tables_provider_name(const struct errnorm_tables *tables, struct errnorm_str name)
{
	const struct en_chain *chain = tables ? en_chain_named(tables->model, name) : NULL;

	if (!chain)
		return EN_STR_NULL;
	return en_model_text(tables->model, EN_AT(tables->model, tables, struct en_table)[chain->table].name);
}

const struct errnorm_code_info *errnorm_tables_code(const struct errnorm_tables *tables, uint32_t code)
{
	if (code < ERRNORM_CODE_CUSTOM)
		return errnorm_code_info(code);
	code -= ERRNORM_CODE_CUSTOM;
	return tables && code < tables->model->codes.count ? &tables->codes[code] : NULL;
}

uint32_t errnorm_tables_code_from_name(const struct errnorm_tables *tables, struct errnorm_str name)
{
	uint32_t code = errnorm_code_from_name(name);

	for (uint32_t i = 0; !code && tables && i < tables->model->codes.count; i++)
		if (en_str_eq(name, en_str(tables->codes[i].name, strlen(tables->codes[i].name))))
			return tables->codes[i].code;
	return code;
}
