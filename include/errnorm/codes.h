/*
 * errnorm/codes.h - the canonical vocabulary: what a verdict can say.
 *
 * Names and numbers are API and ABI: a code is never renamed, renumbered or removed; new ones are appended. A custom table
 * may add codes of its own; those are numbered from ERRNORM_CODE_CUSTOM at load.
 *
 * Clean under C99 -pedantic and C++11.
 */
#ifndef ERRNORM_CODES_H
#define ERRNORM_CODES_H

#include <errnorm/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The group a code belongs to; the name is what the JSON field `type` holds.
 */
/* clang-format off */
#define ERRNORM_TYPE_LIST(XX) \
	XX(1, AUTHENTICATION, authentication_error) \
	XX(2, PERMISSION, permission_error) \
	XX(3, BILLING, billing_error) \
	XX(4, RATE_LIMIT, rate_limit_error) \
	XX(5, INVALID_REQUEST, invalid_request_error) \
	XX(6, NOT_FOUND, not_found_error) \
	XX(7, UPSTREAM, upstream_error) \
	XX(8, API, api_error)
/* clang-format on */

enum errnorm_type {
	ERRNORM_TYPE_NONE = 0,
#define XX(number, NAME, name) ERRNORM_TYPE_##NAME = (number),
	ERRNORM_TYPE_LIST(XX)
#undef XX
		ERRNORM_TYPE_MAX = 8
};

/*
 * The smallest change of route that could make the request succeed: none; another credential or deployment of the same
 * provider; another provider of the same model; another model.
 */
enum errnorm_failover {
	ERRNORM_FAILOVER_NONE = 0,
	ERRNORM_FAILOVER_CREDENTIAL = 1,
	ERRNORM_FAILOVER_PROVIDER = 2,
	ERRNORM_FAILOVER_MODEL = 3
};

/* Who has to act. A circuit breaker should count only PROVIDER. */
enum errnorm_fault {
	ERRNORM_FAULT_NONE = 0,
	ERRNORM_FAULT_CALLER = 1,
	ERRNORM_FAULT_GATEWAY = 2,
	ERRNORM_FAULT_PROVIDER = 3
};

/*
 * The codes: XX(number, NAME, name, http_status, http_status if the caller owns the provider's key (BYOK), TYPE, retryable,
 * FAILOVER, FAULT, FAULT under BYOK, the catalogue's text for people).
 */
/* clang-format off */
#define ERRNORM_CODE_LIST(XX) \
	/* Caller and gateway: identity (raised by the gateway itself) */ \
	XX(101, AUTHENTICATION_REQUIRED, authentication_required, 401, 401, AUTHENTICATION, 0, NONE, CALLER, CALLER, \
	   "No credential was sent with the request.") \
	XX(102, INVALID_API_KEY, invalid_api_key, 401, 401, AUTHENTICATION, 0, NONE, CALLER, CALLER, \
	   "The API key is not known here or is malformed.") \
	XX(103, API_KEY_DISABLED, api_key_disabled, 401, 401, AUTHENTICATION, 0, NONE, CALLER, CALLER, \
	   "The API key has been switched off.") \
	XX(104, API_KEY_EXPIRED, api_key_expired, 401, 401, AUTHENTICATION, 0, NONE, CALLER, CALLER, \
	   "The API key has expired.") \
	XX(105, ADMIN_TOKEN_REQUIRED, admin_token_required, 401, 401, AUTHENTICATION, 0, NONE, CALLER, CALLER, \
	   "This route needs an administrator's token.") \
	XX(106, IP_NOT_ALLOWED, ip_not_allowed, 403, 403, PERMISSION, 0, NONE, CALLER, CALLER, \
	   "Requests from this address are not allowed for this key.") \
	XX(107, INSUFFICIENT_SCOPE, insufficient_scope, 403, 403, PERMISSION, 0, NONE, CALLER, CALLER, \
	   "The API key does not have the permission that this request needs.") \
	XX(108, WRONG_PROJECT, wrong_project, 403, 403, PERMISSION, 0, NONE, CALLER, CALLER, \
	   "The API key belongs to another project.") \
	XX(109, WORKSPACE_DISABLED, workspace_disabled, 403, 403, PERMISSION, 0, NONE, CALLER, CALLER, \
	   "The account or workspace is suspended.") \
	/* Caller and gateway: money and limits */ \
	XX(201, INSUFFICIENT_CREDITS, insufficient_credits, 402, 402, BILLING, 0, NONE, CALLER, CALLER, \
	   "The balance of the account is used up.") \
	XX(202, BUDGET_EXCEEDED, budget_exceeded, 402, 402, BILLING, 0, NONE, CALLER, CALLER, \
	   "A spending limit has been reached.") \
	XX(203, QUOTA_EXCEEDED, quota_exceeded, 429, 429, RATE_LIMIT, 0, NONE, CALLER, CALLER, \
	   "The quota for the current period is used up.") \
	XX(204, RATE_LIMIT_EXCEEDED, rate_limit_exceeded, 429, 429, RATE_LIMIT, 1, CREDENTIAL, CALLER, CALLER, \
	   "Too many requests or tokens in a short time. Wait and send the request again.") \
	XX(205, CONCURRENCY_EXCEEDED, concurrency_exceeded, 429, 429, RATE_LIMIT, 1, CREDENTIAL, CALLER, CALLER, \
	   "Too many requests are in flight at once. Wait for some to finish and send the request again.") \
	XX(206, QUEUE_FULL, queue_full, 429, 429, RATE_LIMIT, 1, PROVIDER, GATEWAY, GATEWAY, \
	   "All channels are busy and the queue is full. Send the request again later.") \
	/* The request itself (raised by the gateway or by the provider) */ \
	XX(301, INVALID_REQUEST, invalid_request, 400, 400, INVALID_REQUEST, 0, NONE, CALLER, CALLER, \
	   "The request is not valid.") \
	XX(302, INVALID_REQUEST_BODY, invalid_request_body, 400, 400, INVALID_REQUEST, 0, NONE, CALLER, CALLER, \
	   "The request body is not valid JSON or does not have the expected shape.") \
	XX(303, INVALID_PARAM, invalid_param, 400, 400, INVALID_REQUEST, 0, NONE, CALLER, CALLER, \
	   "A field of the request has a value that is not accepted.") \
	XX(304, MISSING_REQUIRED_PARAMETER, missing_required_parameter, 400, 400, INVALID_REQUEST, 0, NONE, CALLER, CALLER, \
	   "A required field is missing from the request.") \
	XX(305, UNSUPPORTED_PARAMETER, unsupported_parameter, 400, 400, INVALID_REQUEST, 0, MODEL, CALLER, CALLER, \
	   "A field of the request is not supported by this model or provider.") \
	XX(306, UNSUPPORTED_CAPABILITY, unsupported_capability, 400, 400, INVALID_REQUEST, 0, MODEL, CALLER, CALLER, \
	   "The model does not support what the request asks for.") \
	XX(307, UNSUPPORTED_ENGINE, unsupported_engine, 400, 400, INVALID_REQUEST, 0, NONE, CALLER, CALLER, \
	   "The model names an engine or provider that is not supported.") \
	XX(308, INVALID_MEDIA, invalid_media, 400, 400, INVALID_REQUEST, 0, NONE, CALLER, CALLER, \
	   "An image, audio, video or document in the request could not be read or is not accepted.") \
	XX(309, CONTEXT_TOO_LONG, context_too_long, 400, 400, INVALID_REQUEST, 0, MODEL, CALLER, CALLER, \
	   "The request is longer than the model's context window. Shorten it or choose a model with a larger one.") \
	XX(310, REQUEST_TOO_LARGE, request_too_large, 413, 413, INVALID_REQUEST, 0, NONE, CALLER, CALLER, \
	   "The request is too large.") \
	XX(311, CONTENT_FILTER, content_filter, 400, 400, INVALID_REQUEST, 0, MODEL, CALLER, CALLER, \
	   "The request or the answer was blocked by a safety policy.") \
	XX(312, VARIANT_NOT_RESOLVED, variant_not_resolved, 422, 422, INVALID_REQUEST, 0, NONE, CALLER, CALLER, \
	   "No variant of the deployment matches the request's context.") \
	XX(313, MODEL_CONFIGURATION_MISSING, model_configuration_missing, 422, 422, INVALID_REQUEST, 0, NONE, GATEWAY, GATEWAY, \
	   "The configuration of the deployment's model could not be loaded.") \
	XX(314, WEBHOOK_REPLAY, webhook_replay, 400, 400, INVALID_REQUEST, 0, NONE, CALLER, CALLER, \
	   "The signed event is too old.") \
	XX(315, METHOD_NOT_ALLOWED, method_not_allowed, 405, 405, INVALID_REQUEST, 0, NONE, CALLER, CALLER, \
	   "The route does not accept this HTTP method.") \
	XX(316, CONFLICT, conflict, 409, 409, INVALID_REQUEST, 0, NONE, CALLER, CALLER, \
	   "The state of the resource does not allow this request.") \
	XX(317, REQUEST_CANCELLED, request_cancelled, 499, 499, INVALID_REQUEST, 0, NONE, CALLER, CALLER, \
	   "The request was cancelled by its sender.") \
	/* Not found */ \
	XX(401, MODEL_NOT_FOUND, model_not_found, 404, 404, NOT_FOUND, 0, PROVIDER, CALLER, CALLER, \
	   "The model does not exist or is not available to this account.") \
	XX(402, MODEL_RETIRED, model_retired, 404, 404, NOT_FOUND, 0, MODEL, CALLER, CALLER, \
	   "The model has been taken out of service.") \
	XX(403, DEPLOYMENT_NOT_FOUND, deployment_not_found, 404, 404, NOT_FOUND, 0, CREDENTIAL, CALLER, CALLER, \
	   "The deployment does not exist.") \
	XX(404, INTEGRATION_NOT_FOUND, integration_not_found, 404, 404, NOT_FOUND, 0, NONE, CALLER, CALLER, \
	   "The integration does not exist.") \
	XX(405, PROMPT_SNIPPET_NOT_FOUND, prompt_snippet_not_found, 404, 404, NOT_FOUND, 0, NONE, CALLER, CALLER, \
	   "The prompt snippet does not exist.") \
	XX(406, TASK_NOT_FOUND, task_not_found, 404, 404, NOT_FOUND, 0, NONE, CALLER, CALLER, \
	   "The task, batch or job does not exist or has expired.") \
	XX(407, RESOURCE_NOT_FOUND, resource_not_found, 404, 404, NOT_FOUND, 0, NONE, CALLER, CALLER, \
	   "The resource does not exist.") \
	XX(408, ENDPOINT_NOT_FOUND, endpoint_not_found, 404, 404, NOT_FOUND, 0, PROVIDER, GATEWAY, GATEWAY, \
	   "The provider does not have this endpoint.") \
	/* Provider account (always about the credential or account used upstream) */ \
	XX(501, PROVIDER_AUTH_ERROR, provider_auth_error, 502, 401, AUTHENTICATION, 0, CREDENTIAL, GATEWAY, CALLER, \
	   "The provider rejected the credential.") \
	XX(502, PROVIDER_PERMISSION_DENIED, provider_permission_denied, 502, 403, PERMISSION, 0, CREDENTIAL, GATEWAY, CALLER, \
	   "The provider account may not do this.") \
	XX(503, PROVIDER_QUOTA_EXHAUSTED, provider_quota_exhausted, 503, 402, BILLING, 0, CREDENTIAL, GATEWAY, CALLER, \
	   "The quota or credit of the provider account is used up.") \
	XX(504, PROVIDER_CREDENTIAL_INVALID, provider_credential_invalid, 422, 422, AUTHENTICATION, 0, CREDENTIAL, GATEWAY, CALLER, \
	   "The stored credential for the provider cannot be used.") \
	XX(505, REGION_NOT_SUPPORTED, region_not_supported, 502, 403, PERMISSION, 0, PROVIDER, GATEWAY, CALLER, \
	   "The provider does not serve this country or region.") \
	/* The provider */ \
	XX(601, PROVIDER_ERROR, provider_error, 502, 502, UPSTREAM, 1, PROVIDER, PROVIDER, PROVIDER, \
	   "The provider failed to process the request. Send it again or use another provider.") \
	XX(602, PROVIDER_REJECTED, provider_rejected, 502, 502, UPSTREAM, 0, PROVIDER, PROVIDER, PROVIDER, \
	   "The provider refused the request.") \
	XX(603, PROVIDER_TIMEOUT, provider_timeout, 504, 504, UPSTREAM, 1, PROVIDER, PROVIDER, PROVIDER, \
	   "The provider did not answer in time. Send the request again or use another provider.") \
	XX(604, PROVIDER_OVERLOADED, provider_overloaded, 503, 503, UPSTREAM, 1, PROVIDER, PROVIDER, PROVIDER, \
	   "The provider is overloaded. Wait and send the request again, or use another provider.") \
	XX(605, PROVIDER_UNAVAILABLE, provider_unavailable, 503, 503, UPSTREAM, 1, PROVIDER, PROVIDER, PROVIDER, \
	   "The provider cannot be reached or is not ready. Send the request again later or use another provider.") \
	XX(606, PROVIDER_INVALID_RESPONSE, provider_invalid_response, 502, 502, UPSTREAM, 1, PROVIDER, PROVIDER, PROVIDER, \
	   "The provider's answer could not be understood.") \
	XX(607, PROVIDER_STREAM_INTERRUPTED, provider_stream_interrupted, 502, 502, UPSTREAM, 1, PROVIDER, PROVIDER, PROVIDER, \
	   "The provider's stream broke off before it was complete.") \
	/* The gateway */ \
	XX(701, CHANNEL_OUTAGE, channel_outage, 503, 503, API, 1, NONE, GATEWAY, GATEWAY, \
	   "Every channel for this model is out of service at the moment.") \
	XX(702, NO_PROVIDERS_AVAILABLE, no_providers_available, 503, 503, API, 1, NONE, GATEWAY, GATEWAY, \
	   "No provider can serve this model for this request at the moment.") \
	XX(703, INTERNAL_ERROR, internal_error, 500, 500, API, 1, NONE, GATEWAY, GATEWAY, \
	   "The gateway failed to process the request.") \
	XX(704, NOT_IMPLEMENTED, not_implemented, 501, 501, API, 0, NONE, GATEWAY, GATEWAY, \
	   "The gateway does not offer this feature.") \
	XX(705, SERVICE_UNAVAILABLE, service_unavailable, 503, 503, API, 1, NONE, GATEWAY, GATEWAY, \
	   "A part of the gateway is out of service. Send the request again later.") \
	XX(706, REQUEST_TIMEOUT, request_timeout, 408, 408, API, 1, NONE, GATEWAY, GATEWAY, \
	   "The request took longer than the gateway allows.")
/* clang-format on */

enum errnorm_code {
	ERRNORM_CODE_NONE = 0, /* not an error; its name is NULL, its JSON null */
#define XX(number, NAME, name, http, byok, TYPE, retry, FAILOVER, FAULT, BYOK_FAULT, text)                             \
	ERRNORM_CODE_##NAME = (number),
	ERRNORM_CODE_LIST(XX)
#undef XX
		ERRNORM_CODE_CUSTOM = 1000 /* codes that a table defines are numbered from here, in order of loading */
};

/* What is known of a code. Strings are static, or live as long as the tables that define a custom code. */
struct errnorm_code_info {
	uint32_t code;
	uint32_t type; /* enum errnorm_type */
	int32_t http_status;
	int32_t http_status_byok; /* the same when the caller owns the provider's key */
	uint32_t retryable;       /* 0 or 1 */
	uint32_t failover;        /* enum errnorm_failover */
	uint32_t fault;           /* enum errnorm_fault */
	uint32_t fault_byok;
	const char *name;
	const char *message; /* the catalogue's text for people */
};

/*
 * How a connection failed, for a response that never came or never ended: XX(number, NAME, name, meaning). Append only.
 */
/* clang-format off */
#define ERRNORM_TRANSPORT_LIST(XX) \
	XX(1, NOT_SENT, not_sent, "nothing was sent: a bad URL or option of the gateway's own") \
	XX(2, CREDENTIAL, credential, "nothing was sent: the stored credential could not be read") \
	XX(3, DNS, dns, "the host's name could not be resolved") \
	XX(4, REFUSED, refused, "the connection was refused") \
	XX(5, UNREACHABLE, unreachable, "no route to the host or network") \
	XX(6, CONNECT_TIMEOUT, connect_timeout, "connecting took too long") \
	XX(7, TLS, tls, "the TLS handshake failed") \
	XX(8, TLS_CERT, tls_cert, "the server's certificate was not accepted") \
	XX(9, CLIENT_CERT, client_cert, "the server did not accept, or wants, a client certificate") \
	XX(10, RESET, reset, "the connection was reset while sending or receiving") \
	XX(11, EOF, eof, "the connection was closed without an answer, or before its end") \
	XX(12, READ_TIMEOUT, read_timeout, "the answer, or its next part, took too long") \
	XX(13, WRITE_TIMEOUT, write_timeout, "sending the request took too long") \
	XX(14, CANCELLED, cancelled, "the caller went away") \
	XX(15, DEADLINE, deadline, "the gateway's own limit for the whole request was passed") \
	XX(16, PROXY, proxy, "the gateway's own outgoing proxy failed") \
	XX(17, LOCAL, local, "the gateway's own descriptors, ports, memory or interface") \
	XX(18, PROTOCOL, protocol, "what came is not HTTP, or breaks its framing") \
	XX(19, TOO_LARGE, too_large, "the answer was over the gateway's own cap") \
	XX(20, INTERNAL, internal, "the gateway's HTTP client failed by itself")
/* clang-format on */

enum errnorm_transport {
	ERRNORM_TRANSPORT_NONE = 0, /* an answer came, whole */
#define XX(number, NAME, name, meaning) ERRNORM_TRANSPORT_##NAME = (number),
	ERRNORM_TRANSPORT_LIST(XX)
#undef XX
		ERRNORM_TRANSPORT_MAX = 20
};

/*
 * Names and numbers, both ways. A name is NULL for a number that has none (0 included, but for failover: "none"); a number is
 * 0 for a name that is not known, and (uint32_t)-1 for failover. All are pure and may be called from any thread.
 */
ERRNORM_API const char *errnorm_code_name(uint32_t code);
ERRNORM_API uint32_t errnorm_code_from_name(struct errnorm_str name);
ERRNORM_API const char *errnorm_type_name(uint32_t type);
ERRNORM_API uint32_t errnorm_type_from_name(struct errnorm_str name);
ERRNORM_API const char *errnorm_failover_name(uint32_t failover);
ERRNORM_API uint32_t errnorm_failover_from_name(struct errnorm_str name);
ERRNORM_API const char *errnorm_fault_name(uint32_t fault);
ERRNORM_API uint32_t errnorm_fault_from_name(struct errnorm_str name);
ERRNORM_API const char *errnorm_transport_name(uint32_t transport);

/*
 * A transport failure by any of its names: errnorm's own ("read_timeout"), libcurl's ("CURLE_OPERATION_TIMEDOUT", "curl:28"), the C
 * library's ("ECONNREFUSED", "EAI_NONAME"), and what HTTP clients of Node, Python and Java call it ("ENOTFOUND", "UND_ERR_SOCKET",
 * "ConnectTimeout", "UnknownHostException"). 0 if the name is not known.
 */
ERRNORM_API uint32_t errnorm_transport_from_name(struct errnorm_str name);

/* A transport failure by libcurl's CURLcode. INTERNAL for a code that cannot happen with HTTP; NONE for CURLE_OK. */
ERRNORM_API uint32_t errnorm_transport_from_curl(int curl_code);

/* A transport failure by this system's errno. INTERNAL for one that says nothing about a connection; NONE for 0. */
ERRNORM_API uint32_t errnorm_transport_from_errno(int errnum);

/*
 * What is known of the index-th code of the built-in vocabulary, from 0, in the order of the list; NULL behind the last.
 */
ERRNORM_API const struct errnorm_code_info *errnorm_code_at(size_t index);

/* What is known of a built-in code, or NULL. Custom codes: errnorm_tables_code() in errnorm.h. */
ERRNORM_API const struct errnorm_code_info *errnorm_code_info(uint32_t code);

#ifdef __cplusplus
}
#endif

#endif
