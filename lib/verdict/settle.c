/*
 * settle.c - a limit that clears within minutes is a rate limit, one that needs the next day or month is a quota (hard calls 1 and 10 of the
 * vocabulary). The tables say what is counted and over which period; the stated wait has the last word.
 */
#include "work.h"

static const int64_t SHORT_WAIT_MS = 15 * 60 * 1000;

/* A period as providers write it: "min", "minutes", "TPM", "RPD", "daily", "86400s". */
static uint32_t period_named(struct errnorm_str word)
{
	static const struct {
		struct errnorm_str start;
		enum en_period period;
	} starts[] = {
		{{"min", 3}, EN_PERIOD_MINUTE}, {{"sec", 3}, EN_PERIOD_SECOND}, {{"mon", 3}, EN_PERIOD_MONTH},
		{{"hour", 4}, EN_PERIOD_HOUR},  {{"day", 3}, EN_PERIOD_DAY},    {{"dai", 3}, EN_PERIOD_DAY},
		{{"week", 4}, EN_PERIOD_WEEK},  {{"plan", 4}, EN_PERIOD_PLAN},  {{"tpm", 3}, EN_PERIOD_MINUTE},
		{{"rpm", 3}, EN_PERIOD_MINUTE}, {{"tpd", 3}, EN_PERIOD_DAY},    {{"rpd", 3}, EN_PERIOD_DAY},
		{{"rps", 3}, EN_PERIOD_SECOND}, {{"rph", 3}, EN_PERIOD_HOUR},   {{"hr", 2}, EN_PERIOD_HOUR},
	};

	for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
		if (en_str_case_starts(word, starts[i].start))
			return starts[i].period;
	return EN_PERIOD_NONE;
}

static uint32_t period_of(const struct en_decision *decision)
{
	if (decision->rule->period)
		return decision->rule->period;
	for (size_t i = 0; i < decision->layer->capture_count; i++)
		if (en_str_eq(decision->layer->captures[i].name, EN_STR("period")))
			return period_named(decision->layer->captures[i].value);
	return EN_PERIOD_NONE;
}

static uint32_t settled(const struct errnorm_scratch *work, const struct en_rule *rule, uint32_t period)
{
	int64_t wait = rule->wait != EN_RULE_WAIT_COUNTS ? -1 : work->wait.ms;
	bool quota = rule->code == ERRNORM_CODE_PROVIDER_QUOTA_EXHAUSTED;

	/* A bucket that is not used up says when it will be full, not that one must wait for it. */
	if (work->wait.from_bucket && !work->wait.day_bucket)
		wait = -1;
	if (period == EN_PERIOD_NONE)
		return !quota && wait > SHORT_WAIT_MS ? (uint32_t)ERRNORM_CODE_PROVIDER_QUOTA_EXHAUSTED : rule->code;
	if (wait >= 0)
		return wait > SHORT_WAIT_MS ? ERRNORM_CODE_PROVIDER_QUOTA_EXHAUSTED : ERRNORM_CODE_RATE_LIMIT_EXCEEDED;
	return period >= EN_PERIOD_DAY ? ERRNORM_CODE_PROVIDER_QUOTA_EXHAUSTED : ERRNORM_CODE_RATE_LIMIT_EXCEEDED;
}

uint32_t en_settle(struct errnorm_scratch *work, const struct en_decision *decision)
{
	const struct en_rule *rule = decision->rule;
	uint32_t period;
	uint32_t code;

	en_wait_read(work);
	if (rule->code != ERRNORM_CODE_RATE_LIMIT_EXCEEDED && rule->code != ERRNORM_CODE_PROVIDER_QUOTA_EXHAUSTED &&
	    rule->code != ERRNORM_CODE_CONCURRENCY_EXCEEDED && rule->code != ERRNORM_CODE_PROVIDER_OVERLOADED)
		return rule->code;
	period = period_of(decision);
	/* Buckets are about limits over time: money has no reset. */
	if (rule->code != ERRNORM_CODE_PROVIDER_QUOTA_EXHAUSTED || period)
		en_wait_read_buckets(work);
	if (rule->code != ERRNORM_CODE_RATE_LIMIT_EXCEEDED && rule->code != ERRNORM_CODE_PROVIDER_QUOTA_EXHAUSTED)
		return rule->code;
	code = settled(work, rule, period);
	if (code != rule->code)
		en_trace(work, ERRNORM_TRACE_SETTLE,
			 code == ERRNORM_CODE_RATE_LIMIT_EXCEEDED ? EN_STR("rate_limit_exceeded")
								  : EN_STR("provider_quota_exhausted"),
			 work->wait.ms >= 0 ? EN_STR("the stated wait") : EN_STR("the period"), EN_STR_NULL,
			 rule->line);
	return code;
}
