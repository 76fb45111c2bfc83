/*
 * answer.c - errors of the gateway's own, answers for clients, and when to try again: the arguments are looked at here, the work is done in the
 * rooms below.
 */
#include <errnorm/render.h>

#include "handle.h"
#include "render.h"
#include "work.h"

static bool is_whole(struct errnorm_str text)
{
	return text.ptr || !text.len;
}

enum errnorm_rc errnorm_raise(const struct errnorm_tables *tables, struct errnorm_scratch *scratch, uint32_t code,
			      const struct errnorm_raise *raise, struct errnorm_verdict *ret)
{
	static const struct errnorm_raise nothing = {.size = sizeof nothing};

	if (!tables || !scratch || !ret || !errnorm_tables_code(tables, code))
		return ERRNORM_EARG;
	if (!raise)
		raise = &nothing;
	if (en_abi_check(raise, raise->size, sizeof *raise, sizeof *raise) != ERRNORM_OK || ret->size < sizeof *ret)
		return ERRNORM_EABI;
	if (scratch->tables != tables)
		return ERRNORM_ESCRATCH;
	if ((raise->detail_count && !raise->details) || (raise->secret_count && !raise->secrets) ||
	    !is_whole(raise->provider) || !is_whole(raise->param) || !is_whole(raise->message))
		return ERRNORM_EARG;
	en_raise(scratch, code, raise, ret);
	en_scratch_text(scratch, ret);
	return ERRNORM_OK;
}

size_t errnorm_render(const struct errnorm_tables *tables, const struct errnorm_verdict *verdict,
		      const struct errnorm_render *how, struct errnorm_rendered *ret, char *buf, size_t cap)
{
	const struct en_dialect *dialect;
	size_t size;

	if (!ret || ret->size < sizeof *ret)
		return 0;
	size = ret->size;
	*ret = (struct errnorm_rendered){.size = size};
	if (cap && buf)
		buf[0] = 0;
	if (!tables || !verdict || !how || verdict->size < sizeof *verdict || verdict->code == ERRNORM_CODE_NONE ||
	    !is_whole(how->dialect) || !is_whole(how->request_id) ||
	    en_abi_check(how, how->size, sizeof *how, sizeof *how) != ERRNORM_OK)
		return 0;
	dialect = en_dialect_named(tables->model, how->dialect);
	return dialect ? en_render(tables->model, verdict, dialect, how, ret, buf, buf ? cap : 0) : 0;
}

int64_t errnorm_backoff_ms(const struct errnorm_tables *tables, const struct errnorm_verdict *verdict,
			   struct errnorm_str policy, uint32_t attempt, double random01)
{
	if (!tables || !verdict || !is_whole(policy))
		return -1;
	return en_backoff_ms(tables->model, verdict, policy, attempt, random01);
}

/* No answer ever came: what SDKs raise then has no status. */
static const char *connection_class(const struct errnorm_verdict *verdict)
{
	if (verdict->provider_status)
		return NULL;
	switch (verdict->code) {
	case ERRNORM_CODE_PROVIDER_TIMEOUT:
		return "APIConnectionTimeoutError";
	case ERRNORM_CODE_PROVIDER_UNAVAILABLE:
	case ERRNORM_CODE_PROVIDER_STREAM_INTERRUPTED:
		return "APIConnectionError";
	default:
		return NULL;
	}
}

const char *errnorm_sdk_class(const struct errnorm_verdict *verdict)
{
	const char *connection;

	if (!verdict || verdict->code == ERRNORM_CODE_NONE)
		return NULL;
	connection = connection_class(verdict);
	if (connection)
		return connection;
	switch (verdict->http_status) {
	case 400:
		return "BadRequestError";
	case 401:
		return "AuthenticationError";
	case 403:
		return "PermissionDeniedError";
	case 404:
		return "NotFoundError";
	case 409:
		return "ConflictError";
	case 422:
		return "UnprocessableEntityError";
	case 429:
		return "RateLimitError";
	default:
		return verdict->http_status >= 500 ? "InternalServerError" : "APIError";
	}
}

enum errnorm_rc errnorm_tables_dialect(const struct errnorm_tables *tables, size_t index,
				       struct errnorm_dialect_info *ret)
{
	const struct en_model *model;
	const struct en_dialect *dialect;

	if (!tables || !ret || index >= tables->model->dialects.count)
		return ERRNORM_EARG;
	if (en_abi_check(ret, ret->size, sizeof *ret, sizeof *ret) != ERRNORM_OK)
		return ERRNORM_EABI;
	model = tables->model;
	dialect = &EN_AT(model, dialects, struct en_dialect)[index];
	*ret = (struct errnorm_dialect_info){
		.size = ret->size,
		.name = en_model_text(model, dialect->name),
		.title = en_model_text(model, dialect->title),
		.reviewed = en_model_text(model, dialect->reviewed),
		.docs = en_model_text(model, dialect->docs),
		.provider = en_model_text(model, dialect->provider),
		.policies = en_model_text(model, dialect->policy_names),
		.closed = dialect->closed,
		.message = dialect->message,
	};
	return ERRNORM_OK;
}

enum errnorm_rc errnorm_tables_dialect_row(const struct errnorm_tables *tables, struct errnorm_str dialect,
					   uint32_t code, uint32_t origin, struct errnorm_dialect_row *ret)
{
	const struct en_dialect *found;
	const struct en_answer *answer;
	const struct en_model *model;
	struct en_code_facts facts;

	if (!tables || !ret || !is_whole(dialect) || origin < ERRNORM_ORIGIN_GATEWAY || origin > ERRNORM_ORIGIN_BYOK ||
	    !errnorm_tables_code(tables, code))
		return ERRNORM_EARG;
	if (en_abi_check(ret, ret->size, sizeof *ret, sizeof *ret) != ERRNORM_OK)
		return ERRNORM_EABI;
	model = tables->model;
	found = en_dialect_named(model, dialect);
	if (!found)
		return ERRNORM_EARG;
	answer = en_answer_row(model, found, code, (enum errnorm_origin)origin, origin == ERRNORM_ORIGIN_BYOK);
	facts = en_code_facts(model, code);
	*ret = (struct errnorm_dialect_row){
		.size = ret->size,
		.code = en_model_text(model, answer->code),
		.type = en_model_text(model, answer->type),
		.http_status = answer->http_status             ? answer->http_status
			       : origin == ERRNORM_ORIGIN_BYOK ? facts.http_status_byok
							       : facts.http_status,
		.retryable = answer->retryable == EN_UNSET ? facts.retryable : answer->retryable,
	};
	return ERRNORM_OK;
}
