/*
 * scratch.c - the working memory of a thread, and the one hot call.
 */
#include "handle.h"
#include "render.h"
#include "work.h"

#include <string.h>

size_t errnorm_scratch_size(const struct errnorm_tables *tables)
{
	return tables ? en_work_size(tables->model) : 0;
}

enum errnorm_rc errnorm_scratch_init(const struct errnorm_tables *tables, void *mem, size_t size,
				     struct errnorm_scratch **ret)
{
	/* The patterns are the one thing in the tables that comes to be after they were made. */
	struct errnorm_tables *handle = (struct errnorm_tables *)(uintptr_t)tables;
	struct errnorm_scratch *scratch;
	struct en_regex **regexes;

	if (!tables || !mem || !ret || (uintptr_t)mem % _Alignof(max_align_t))
		return ERRNORM_EARG;
	if (size < en_work_size(tables->model))
		return ERRNORM_ESPACE;
	regexes = en_tables_regexes(handle);
	if (!regexes)
		return ERRNORM_ENOMEM;
	scratch = en_work_init(tables->model, mem);
	if (!scratch)
		return ERRNORM_ESPACE;
	scratch->tables = tables;
	scratch->regexes = regexes;
	*ret = scratch;
	return ERRNORM_OK;
}

enum errnorm_rc errnorm_scratch_new(const struct errnorm_tables *tables, const struct errnorm_alloc *alloc,
				    struct errnorm_scratch **ret)
{
	size_t size = errnorm_scratch_size(tables);
	enum errnorm_rc rc;
	void *mem;

	alloc = en_alloc_of(alloc);
	if (!tables || !alloc || !ret)
		return ERRNORM_EARG;
	mem = alloc->alloc(alloc->user, size);
	if (!mem)
		return ERRNORM_ENOMEM;
	rc = errnorm_scratch_init(tables, mem, size, ret);
	if (rc != ERRNORM_OK) {
		alloc->free(alloc->user, mem, size);
		return rc;
	}
	(*ret)->alloc = *alloc;
	(*ret)->alloc_size = size;
	errnorm_tables_ref((struct errnorm_tables *)(uintptr_t)tables);
	return ERRNORM_OK;
}

struct errnorm_scratch *errnorm_scratch_free(struct errnorm_scratch *scratch)
{
	if (scratch && scratch->alloc_size) {
		struct errnorm_alloc alloc = scratch->alloc;
		struct errnorm_tables *tables = (struct errnorm_tables *)(uintptr_t)scratch->tables;
		alloc.free(alloc.user, scratch, scratch->alloc_size);
		errnorm_tables_unref(tables);
	}
	return NULL;
}

void errnorm_scratch_trace(struct errnorm_scratch *scratch, void (*fn)(void *user, const struct errnorm_trace *trace),
			   void *user)
{
	if (!scratch)
		return;
	scratch->trace = fn;
	scratch->trace_user = user;
	scratch->brute = fn != NULL;
}

void en_scratch_text(struct errnorm_scratch *scratch, struct errnorm_verdict *verdict)
{
	size_t left = EN_OUT_MEMORY - scratch->out_len;

	if (!(verdict->flags & ERRNORM_VERDICT_CATALOGUE) || !en_code_facts(scratch->model, verdict->code).template)
		return;
	verdict->message = en_catalogue_text(scratch->model, verdict, scratch->out + scratch->out_len,
					     left < EN_MESSAGE_MAX ? left : EN_MESSAGE_MAX);
	scratch->out_len += verdict->message.len;
}

enum errnorm_rc errnorm_translate(const struct errnorm_tables *tables, struct errnorm_scratch *scratch,
				  const struct errnorm_response *response, struct errnorm_verdict *ret)
{
	if (!tables || !scratch || !response || !ret)
		return ERRNORM_EARG;
	if (en_abi_check(response, response->size, sizeof *response, sizeof *response) != ERRNORM_OK ||
	    ret->size < sizeof *ret)
		return ERRNORM_EABI;
	if (scratch->tables != tables)
		return ERRNORM_ESCRATCH;
	if (response->http_status < 0 || response->http_status > 999 || response->transport > ERRNORM_TRANSPORT_MAX ||
	    (response->header_count && !response->headers) || (response->secret_count && !response->secrets) ||
	    (response->body.len && !response->body.ptr) || (response->provider.len && !response->provider.ptr))
		return ERRNORM_EARG;
	en_verdict(scratch, response, ret);
	en_scratch_text(scratch, ret);
	return ERRNORM_OK;
}
