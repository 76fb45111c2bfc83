/*
 * backoff.c - retry policies: how long to wait before the next attempt.
 */
#include "render.h"

static const struct en_policy *find_policy(const struct en_model *model, struct errnorm_str name)
{
	const struct en_policy *policies = EN_AT(model, policies, struct en_policy);
	const struct en_dialect *dialects = EN_AT(model, dialects, struct en_dialect);

	for (uint32_t d = 0; d < model->dialects.count; d++)
		for (uint32_t i = 0; i < dialects[d].policies.count; i++) {
			const struct en_policy *policy = &policies[dialects[d].policies.first + i];
			if (en_str_case_eq(en_model_text(model, policy->name), name))
				return policy;
		}
	return NULL;
}

/* What the curve says for an attempt, before it is spread. */
static double curve(const struct en_policy *policy, uint32_t attempt)
{
	double wait = policy->initial_ms;
	double cap = policy->cap_ms;

	for (uint32_t i = 0; i < attempt && wait < cap; i++)
		wait = wait * policy->factor_milli / 1000;
	return wait < cap ? wait : cap;
}

int64_t en_backoff_ms(const struct en_model *model, const struct errnorm_verdict *verdict, struct errnorm_str name,
		      uint32_t attempt, double random01)
{
	const struct en_policy *policy = find_policy(model, name);
	double from, to, wait;

	if (!policy || verdict->code == ERRNORM_CODE_NONE || !(verdict->flags & ERRNORM_VERDICT_RETRYABLE) ||
	    attempt >= policy->max)
		return -1;
	if (verdict->retry_after_ms >= 0)
		return verdict->retry_after_ms <= policy->wait_cap_ms ? verdict->retry_after_ms : -1;
	/* Written so that a NaN counts as 0. */
	random01 = random01 > 0 ? random01 < 1 ? random01 : 1 : 0;
	from = policy->jitter_from_milli;
	to = policy->jitter_to_milli;
	wait = curve(policy, attempt) * (from + (to - from) * random01) / 1000;
	return (int64_t)(wait + policy->jitter_ms * random01 + 0.5);
}
