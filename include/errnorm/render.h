/*
 * errnorm/render.h - a verdict as the answer that a gateway's own client gets, errors of the gateway's own, and when to try again.
 *
 *   errnorm_translate() or errnorm_raise()  ->  verdict  ->  errnorm_render() in a *dialect*  ->  status, headers, body
 *
 * A dialect is a table (mappings/dialects, or the caller's own): which code, type and status a client of that API gets for each canonical
 * code, in which envelope. Everything here is pure and allocates nothing; tables may be used by any number of threads at the same time.
 *
 * Clean under C99 -pedantic and C++11.
 */
#ifndef ERRNORM_RENDER_H
#define ERRNORM_RENDER_H

#include <errnorm/types.h>
#include <errnorm/errnorm.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------- errors of the gateway's own */

/*
 * What the gateway knows of its own error. Zero and NULL everywhere mean "not known". Nothing here is kept or written to.
 */
struct errnorm_raise {
	size_t size;                          /* sizeof (struct errnorm_raise) */
	struct errnorm_str provider;          /* whom it is about, if anyone: a name or alias as in errnorm_response */
	struct errnorm_str param;             /* the offending request field */
	struct errnorm_str message;           /* for people; none: the catalogue's text */
	const struct errnorm_detail *details; /* more than 16 are dropped */
	size_t detail_count;
	int64_t retry_after_ms; /* how long to wait; 0 or less: not known */
	uint32_t flags;         /* ERRNORM_RESPONSE_BYOK or 0; other bits are passed over */
	uint32_t reserved;
	const struct errnorm_str *secrets; /* as in errnorm_response */
	size_t secret_count;
};

/*
 * Makes a verdict of an error that the gateway found by itself: no key, no credit, a full queue.
 *
 * tables, scratch, ret: as in errnorm_translate(), and the verdict's strings live as long as after it. code: of the vocabulary or custom,
 * else ERRNORM_EARG. raise may be NULL: nothing more is known. Message, details and param are cleaned and cut, and secrets taken out of
 * them, as an upstream's are. `rule` stays absent: by that such a verdict is told from a translated one.
 */
ERRNORM_API enum errnorm_rc errnorm_raise(const struct errnorm_tables *tables, struct errnorm_scratch *scratch,
					  uint32_t code, const struct errnorm_raise *raise,
					  struct errnorm_verdict *ret);

/* -------------------------------------------------------------------------------------------- the client's answer */

enum errnorm_render_form {
	ERRNORM_RENDER_ANSWER = 0, /* status, headers and body */
	ERRNORM_RENDER_STREAM = 1  /* a frame for a stream that has begun: body alone */
};

/* Whose words the client reads. A message that was given to errnorm_raise() is the gateway's own and hidden by CATALOGUE only. */
enum errnorm_message_policy {
	ERRNORM_MESSAGE_DIALECT = 0,   /* as the dialect says */
	ERRNORM_MESSAGE_CATALOGUE = 1, /* the fixed text of the code */
	ERRNORM_MESSAGE_PROVIDER = 2,  /* the provider's words, cleaned and without secrets */
	ERRNORM_MESSAGE_BOTH = 3       /* the fixed text, and the provider's words in parentheses */
};

struct errnorm_render {
	size_t size;                   /* sizeof (struct errnorm_render) */
	struct errnorm_str dialect;    /* a dialect's name, in any case */
	uint32_t form;                 /* enum errnorm_render_form */
	uint32_t message;              /* enum errnorm_message_policy */
	struct errnorm_str request_id; /* the gateway's own id of the request; only its printable ASCII goes out */
	int64_t sequence_number;       /* STREAM: of the frame, where the dialect numbers them (openai_responses) */
};

enum { ERRNORM_RENDERED_HEADER_MAX = 16 };

/* An answer. All views are into the buffer that was handed in. */
struct errnorm_rendered {
	size_t size;         /* sizeof (struct errnorm_rendered); set by the caller */
	int32_t http_status; /* to answer with; of a stream: the one it would have been. 0: nothing was rendered */
	uint32_t retryable;  /* 0 or 1: what the client is told (x-should-retry) */
	size_t header_count; /* of a stream: 0, its headers have gone */
	struct errnorm_header headers[ERRNORM_RENDERED_HEADER_MAX];
	struct errnorm_str body; /* JSON; of a stream: one or more whole frames of server-sent events */
};

/*
 * Writes the answer to a verdict in a dialect. tables: those that the verdict was made with.
 *
 * snprintf's rule: returns the bytes that the answer takes in buf without the NUL behind it. Where that is cap or more nothing was written but
 * http_status and retryable, and the call is to be made again with more room; cap 0 (buf may then be NULL) asks for the size. 16 KiB are
 * enough for every verdict of errnorm_translate() and errnorm_raise() in every built-in dialect.
 *
 * It cannot fail: every verdict has an answer, and whatever stands in its strings the body is valid JSON in valid UTF-8, and no header
 * holds a control character. 0 with http_status 0 is returned where there is nothing to render: for a dialect that the tables do not have,
 * a verdict of code 0, a NULL argument, or a struct whose size is too small or has bytes set that this library does not know.
 *
 * Headers: content-type; retry-after (seconds, rounded up) and retry-after-ms where a wait is known; x-should-retry; and what the dialect
 * adds, such as the request id. Nothing of the upstream's own is passed on.
 */
ERRNORM_API size_t errnorm_render(const struct errnorm_tables *tables, const struct errnorm_verdict *verdict,
				  const struct errnorm_render *how, struct errnorm_rendered *ret, char *buf,
				  size_t cap);

/*
 * The class that SDKs in OpenAI's style raise for the verdict's http_status: "RateLimitError" for 429, "APIError" where they have none of
 * its own. Where no answer ever came: "APIConnectionTimeoutError", "APIConnectionError". NULL for code 0 and for NULL. Static.
 */
ERRNORM_API const char *errnorm_sdk_class(const struct errnorm_verdict *verdict);

/* ---------------------------------------------------------------------------------------------------- trying again */

/*
 * How long to wait before the request is sent again, in milliseconds; -1: do not send it again.
 *
 * policy: "NAME" is the retry policy of the dialect NAME, "NAME.other" a further one that it has (`errnorm dialects` lists them). attempt: how
 * many times it has been sent *again* so far, 0 after the first failure. random01: a random number from 0 to 1, which spreads the waits.
 *
 * -1 for a verdict that is not retryable, when attempt has reached the policy's most, for a policy that the tables do not have, and for
 * NULL. A wait that the upstream stated is taken as it is in place of the curve; one that is longer than the policy bears is -1.
 */
ERRNORM_API int64_t errnorm_backoff_ms(const struct errnorm_tables *tables, const struct errnorm_verdict *verdict,
				       struct errnorm_str policy, uint32_t attempt, double random01);

/* ------------------------------------------------------------------------------------------------------- dialects */

/* One dialect that the tables know. Strings live as long as the tables. */
struct errnorm_dialect_info {
	size_t size;                                    /* sizeof; set by the caller */
	struct errnorm_str name, title, reviewed, docs; /* docs: the first of its links */
	struct errnorm_str provider; /* the provider whose table reads this dialect back; ptr NULL: none */
	struct errnorm_str policies; /* its retry policies as errnorm_backoff_ms() takes them, separated by one space */
	uint32_t closed;             /* 1: it emits the codes that its API publishes and no others */
	uint32_t message;            /* enum errnorm_message_policy */
};

/* The index-th dialect by name, from 0. ERRNORM_EARG behind the last. */
ERRNORM_API enum errnorm_rc errnorm_tables_dialect(const struct errnorm_tables *tables, size_t index,
						   struct errnorm_dialect_info *ret);

/* Where an error arose, which some dialects tell apart. */
enum errnorm_origin {
	ERRNORM_ORIGIN_GATEWAY = 1,  /* in the gateway: raised, or api_error */
	ERRNORM_ORIGIN_UPSTREAM = 2, /* an upstream's answer, or the lack of one */
	ERRNORM_ORIGIN_BYOK = 3      /* about an upstream, with a key that the caller brought */
};

/* What a dialect says for a canonical code. Strings live as long as the tables. */
struct errnorm_dialect_row {
	size_t size;                   /* sizeof; set by the caller */
	struct errnorm_str code, type; /* ptr NULL: it has none */
	int32_t http_status;
	uint32_t retryable;
};

/* The row for a code and an origin. ERRNORM_EARG for a dialect or code that the tables do not have, or an origin that is none. */
ERRNORM_API enum errnorm_rc errnorm_tables_dialect_row(const struct errnorm_tables *tables, struct errnorm_str dialect,
						       uint32_t code, uint32_t origin, struct errnorm_dialect_row *ret);

#ifdef __cplusplus
}
#endif

#endif
