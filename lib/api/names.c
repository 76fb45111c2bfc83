/*
 * names.c - the vocabulary's names and numbers, and the version.
 */
#include <errnorm/errnorm.h>

#include <string.h>

#include "str.h"

static const struct errnorm_code_info codes[] = {
#define XX(number, NAME, name, http, byok, TYPE, retry, FAILOVER, FAULT, BYOK_FAULT, text)                             \
	{number,                                                                                                       \
	 ERRNORM_TYPE_##TYPE,                                                                                          \
	 http,                                                                                                         \
	 byok,                                                                                                         \
	 retry,                                                                                                        \
	 ERRNORM_FAILOVER_##FAILOVER,                                                                                  \
	 ERRNORM_FAULT_##FAULT,                                                                                        \
	 ERRNORM_FAULT_##BYOK_FAULT,                                                                                   \
	 #name,                                                                                                        \
	 text},
	ERRNORM_CODE_LIST(XX)
#undef XX
};

enum {
	CODE_COUNT = sizeof codes / sizeof codes[0],
};

static bool is_name(struct errnorm_str name, const char *other)
{
	return name.ptr && other && en_str_eq(name, en_str(other, strlen(other)));
}

const struct errnorm_code_info *errnorm_code_at(size_t index)
{
	return index < CODE_COUNT ? &codes[index] : NULL;
}

const struct errnorm_code_info *errnorm_code_info(uint32_t code)
{
	for (size_t i = 0; i < CODE_COUNT; i++)
		if (codes[i].code == code)
			return &codes[i];
	return NULL;
}

const char *errnorm_code_name(uint32_t code)
{
	const struct errnorm_code_info *info = errnorm_code_info(code);

	return info ? info->name : NULL;
}

uint32_t errnorm_code_from_name(struct errnorm_str name)
{
	for (size_t i = 0; i < CODE_COUNT; i++)
		if (is_name(name, codes[i].name))
			return codes[i].code;
	return ERRNORM_CODE_NONE;
}

static const char *const types[] = {NULL,
#define XX(number, NAME, name) #name,
				    ERRNORM_TYPE_LIST(XX)
#undef XX
};

static const char *const failovers[] = {"none", "credential", "provider", "model"};
static const char *const faults[] = {NULL, "caller", "gateway", "provider"};

static uint32_t find(const char *const *names, uint32_t count, struct errnorm_str name, uint32_t none)
{
	for (uint32_t i = 0; i < count; i++)
		if (is_name(name, names[i]))
			return i;
	return none;
}

const char *errnorm_type_name(uint32_t type)
{
	return type <= ERRNORM_TYPE_MAX ? types[type] : NULL;
}

uint32_t errnorm_type_from_name(struct errnorm_str name)
{
	return find(types, ERRNORM_TYPE_MAX + 1, name, 0);
}

const char *errnorm_failover_name(uint32_t failover)
{
	return failover < 4 ? failovers[failover] : NULL;
}

uint32_t errnorm_failover_from_name(struct errnorm_str name)
{
	return find(failovers, 4, name, (uint32_t)-1);
}

const char *errnorm_fault_name(uint32_t fault)
{
	return fault < 4 ? faults[fault] : NULL;
}

uint32_t errnorm_fault_from_name(struct errnorm_str name)
{
	return find(faults, 4, name, 0);
}

uint32_t errnorm_version(void)
{
	return ERRNORM_VERSION;
}

const char *errnorm_version_string(void)
{
	return "0.1.0";
}
