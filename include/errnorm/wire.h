/*
 * errnorm/wire.h - responses and verdicts as text: for programs, logs, and languages that would rather hand over JSON.
 *
 * The functions that read give views into the text that was handed in, or into buf where something had to be decoded; both
 * must stay as long as the response is used. Nothing allocates. Clean under C99 -pedantic and C++11.
 */
#ifndef ERRNORM_WIRE_H
#define ERRNORM_WIRE_H

#include <errnorm/types.h>
#include <errnorm/errnorm.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Reads a raw HTTP response as `curl -i` prints it: HTTP/1.0, 1.1, 2 or 3 status line with or without a reason, interim responses in
 * front, CRLF or bare LF. Fills http_status, headers, header_count and body of *ret and leaves the rest alone, so provider,
 * flags, now_ms and secrets may be set before or after. headers: the caller's array of cap; headers beyond it are dropped.
 * A chunked body is joined in place of buf (which may be NULL: it then stays as it is); buf as large as text is always enough.
 * ERRNORM_EFORMAT if text does not begin with a status line; ERRNORM_EABI if ret->size is not set.
 */
ERRNORM_API enum errnorm_rc errnorm_read_http(struct errnorm_str text, struct errnorm_header *headers, size_t cap,
					      char *buf, size_t buf_cap, struct errnorm_response *ret);

/*
 * Reads one response from a JSON object:
 *   {"provider":"openai","status":429,"headers":{"retry-after":"2"},"body":"...","stream":false,"transport":"read_timeout",
 *    "byok":false,"body_cut":false,"now_ms":1763460000000,"secrets":["sk-..."]}
 * Every key may be absent or null; unknown keys are passed over. What the object does not say stays in *ret as it was: so *ret may
 * hold defaults, and is to be zero but for its size where there are none.
 * A header's value may be a string, a number, true or false, or a list of these; "headers" may also be a list of [name, value] pairs.
 * "body" may be a JSON object or array: its text is then the body. "transport" is any name that errnorm_transport_from_name() knows,
 * or "none". Numbers may stand in quotes and have a fraction, which is dropped; 1 and 0 do for true and false.
 * Strings are decoded into buf: as large as line is always enough (ERRNORM_ESPACE otherwise). headers and secrets: the caller's
 * arrays. Headers beyond header_cap are dropped; secrets beyond secret_cap are ERRNORM_ESPACE, since none may be missed.
 * ERRNORM_EFORMAT if it is not such an object, or not one object alone. With both, *ret_error (may be NULL) says what is wrong, in a
 * static text that reads on after "line 3: "; *ret is then untouched.
 */
ERRNORM_API enum errnorm_rc errnorm_read_json(struct errnorm_str line, struct errnorm_header *headers,
					      size_t header_cap, struct errnorm_str *secrets, size_t secret_cap,
					      char *buf, size_t buf_cap, struct errnorm_response *ret,
					      const char **ret_error);

/*
 * Writes a verdict as one JSON object on one line, without a line break. Keys and their order never change: code, type, http_status, retryable,
 * failover, fault, retry_after_ms, param, message, provider, provider_status, provider_code, provider_type,
 * provider_request_id, details, rule, flags, fingerprint, sdk_class; absent values are null, details is an object, flags an array of
 * names, fingerprint 16 hex digits. A verdict of code 0 has code null and every other value null, but details {} and flags [].
 *
 * snprintf's rule: returns the length that it has or would have; buf holds it, with a NUL, only if that is below cap.
 * tables: for the names of custom codes; NULL if there are none. A code that has no name is written as its number, in quotes.
 */
ERRNORM_API size_t errnorm_verdict_json(const struct errnorm_tables *tables, const struct errnorm_verdict *verdict,
					char *buf, size_t cap);

#ifdef __cplusplus
}
#endif

#endif
