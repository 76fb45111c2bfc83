/*
 * model_dialect.h - the records of model.h that say how a verdict is told to a client: read by lib/render, made by freeze.c.
 */
#ifndef ERRNORM_TABLE_MODEL_DIALECT_H
#define ERRNORM_TABLE_MODEL_DIALECT_H

#include "record.h"

/* What a template may name; the rest of "details.limit" is the detail's own. */
#define EN_VARIABLE_LIST(XX)                                                                                           \
	XX(CODE, "code")                                                                                               \
	XX(TYPE, "type")                                                                                               \
	XX(STATUS, "status")                                                                                           \
	XX(MESSAGE, "message")                                                                                         \
	XX(TITLE, "title")                                                                                             \
	XX(RETRYABLE, "retryable")                                                                                     \
	XX(DOC_URL, "doc_url")                                                                                         \
	XX(PARAM, "param")                                                                                             \
	XX(RETRY_AFTER, "retry_after")                                                                                 \
	XX(RETRY_AFTER_MS, "retry_after_ms")                                                                           \
	XX(REQUEST_ID, "request_id")                                                                                   \
	XX(SEQUENCE_NUMBER, "sequence_number")                                                                         \
	XX(PROVIDER, "provider")                                                                                       \
	XX(PROVIDER_STATUS, "provider_status")                                                                         \
	XX(PROVIDER_CODE, "provider_code")                                                                             \
	XX(PROVIDER_TYPE, "provider_type")                                                                             \
	XX(PROVIDER_REQUEST_ID, "provider_request_id")                                                                 \
	XX(RAW, "raw")                                                                                                 \
	XX(CANONICAL, "canonical")                                                                                     \
	XX(CANONICAL_TYPE, "canonical_type")                                                                           \
	XX(DETAILS, "details")                                                                                         \
	XX(DETAIL, "details.")

enum en_variable {
#define XX(NAME, name) EN_VARIABLE_##NAME,
	EN_VARIABLE_LIST(XX)
#undef XX
		EN_VARIABLE_MAX
};

/* A value that is still to be looked up: of EN_VARIABLE_DETAIL with the detail's name. variable EN_NONE: none. */
struct en_value {
	uint32_t variable;
	struct en_text detail;
};

enum en_form_kind {
	EN_FORM_LITERAL, /* text: JSON as it stands */
	EN_FORM_VALUE,   /* a value with its own type */
	EN_FORM_STRING,  /* text: a template */
	EN_FORM_OBJECT,  /* value: it is left out where that is absent */
	EN_FORM_ARRAY,
};

/* The template of a JSON value. What an object or array holds follows it; next is the form behind all of that. */
struct en_form {
	uint32_t kind;
	uint32_t optional; /* a member: it is left out where it has no value */
	uint32_t next;
	struct en_value value;
	struct en_text key; /* of a member */
	struct en_text text;
};

/* What a client is told. A value that is not set is the verdict's own. */
struct en_answer {
	struct en_text code, type, doc_url; /* doc_url: a template */
	int32_t http_status;                /* 0: unset */
	uint32_t retryable;                 /* 0, 1 or EN_UNSET */
	uint32_t details;                   /* en_form, or EN_NONE: unset */
};

/* The answers to a code, by where it arose; gateway and upstream are always there. */
struct en_row {
	uint32_t code;
	uint32_t gateway, upstream, byok; /* en_answer; byok: or EN_NONE */
};

/* The answer to whatever came from an upstream with one of these statuses, before any row. */
struct en_status_row {
	uint32_t low, high;
	uint32_t answer;
};

/* A response header: its value is a template. */
struct en_header_form {
	struct en_text name, value;
};

struct en_policy {
	struct en_text name; /* "orux", "orux.once" */
	uint32_t max;
	uint32_t initial_ms, factor_milli, cap_ms;
	uint32_t wait_cap_ms;                        /* the longest stated wait that is borne */
	uint32_t jitter_from_milli, jitter_to_milli; /* what a wait is multiplied with at random01 0 and 1 */
	uint32_t jitter_ms;                          /* and what is added at 1 */
};

struct en_dialect {
	struct en_text name, title, reviewed, docs, provider, policy_names;
	uint32_t closed;
	uint32_t message; /* enum errnorm_message_policy */
	uint32_t envelope;
	uint32_t frame;                         /* en_form: the data of a stream's frame */
	struct en_text frame_event, frame_done; /* or EN_NONE */
	struct en_range headers, policies, rows, statuses;
};

/* The catalogue's text of a code: a template, in which what stands in brackets is left out where a name in it has no value. */
struct en_code_text {
	uint32_t code;
	struct en_text text;
};

#endif
