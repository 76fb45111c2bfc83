/*
 * errnorm/errnorm.h - a raw upstream response in, one verdict out.
 *
 * Three objects:
 *
 *   errnorm_tables    what is known of providers. Immutable and counted; any number of threads may use one at the same time.
 *   errnorm_scratch   the working memory of one thread. Made once, used for any number of responses, never by two threads at a time.
 *   errnorm_verdict   the answer. The caller's own struct; its strings are borrowed.
 *
 * errnorm_translate() is pure: no allocation, no clock, no locale, no file, no global state, no logging. The same arguments
 * give the same verdict. Every response gets a verdict; a return code other than 0 says that the call itself was wrong.
 *
 * Threads: tables - any number; ref and unref are atomic. scratch, builder - one at a time. There are no global variables.
 * Growing structs: those the caller allocates begin with `size`; set it to sizeof and everything you do not use to zero.
 * A newer program's struct is accepted by an older library as long as the bytes that it does not know are zero (else ERRNORM_EABI).
 *
 * Clean under C99 -pedantic and C++11.
 */
#ifndef ERRNORM_ERRNORM_H
#define ERRNORM_ERRNORM_H

#include <errnorm/types.h>
#include <errnorm/codes.h>

#ifdef __cplusplus
extern "C" {
#endif

struct errnorm_tables;
struct errnorm_scratch;

/* -------------------------------------------------------------------------------------------------- the response */

/* A response header. Names are compared without regard to case; values are taken as they are. */
struct errnorm_header {
	struct errnorm_str name, value;
};

/* errnorm_response.flags */
enum errnorm_response_flags {
	/* the caller brought the provider's key: account failures are the caller's */
	ERRNORM_RESPONSE_BYOK = 1u << 0,
	/* part of a stream that had begun: bytes have already gone to the caller */
	ERRNORM_RESPONSE_STREAM_BEGUN = 1u << 1,
	/* body is only the beginning of what came */
	ERRNORM_RESPONSE_BODY_CUT = 1u << 2
};

/*
 * What an upstream answered. Zero and NULL everywhere mean "not known"; the smallest useful one has a status and a body.
 *
 * A piece of a stream goes in the same way: http_status 200 (or 0), the bytes of one or more server-sent events (or AWS
 * event-stream messages, or the JSON of one event) as the body. It costs next to nothing if there is no error in it.
 *
 * Nothing here is kept or written to. The memory must stay until the verdict has been used.
 */
struct errnorm_response {
	size_t size; /* sizeof (struct errnorm_response) */

	/*
	 * The provider's name or one of its aliases ("openai", "azure", "bedrock_converse"), in any case. None, or one that no table
	 * has: the provider is recognised by its marks where they are certain, else the shared tables decide.
	 */
	struct errnorm_str provider;

	int32_t http_status; /* 0: none came */
	uint32_t transport;  /* enum errnorm_transport; NONE if the answer came whole */
	uint32_t flags;      /* enum errnorm_response_flags */
	uint32_t reserved;

	const struct errnorm_header *headers;
	size_t header_count;

	/*
	 * The body's bytes as they came: JSON, text, HTML, server-sent events, an AWS event stream; whole or cut off anywhere.
	 * At most the first 64 KiB are read. With http_status 0 and a transport failure: the client library's own words, if any.
	 */
	struct errnorm_str body;

	/*
	 * The caller's clock in milliseconds since 1970 UTC, for waits that are given as a date. 0: not known; such waits are
	 * then measured against the response's own Date header, and without one are not reported.
	 */
	int64_t now_ms;

	/*
	 * Strings that must not survive in any output, such as the key that was sent. Those shorter than 4 bytes are ignored; those of 8 and more
	 * are found percent-encoded, in base64 and shortened ("sk-ab...yz"), too.
	 */
	const struct errnorm_str *secrets;
	size_t secret_count;
};

/* --------------------------------------------------------------------------------------------------- the verdict */

/* Something that the deciding rule captured, such as limit = "8192". Names are documented in mappings/README.md. */
struct errnorm_detail {
	struct errnorm_str name, value;
};

/* errnorm_verdict.flags. Their names in JSON are these in lower case. */
enum errnorm_verdict_flags {
	/* the field `retryable`; not listed among the flags in JSON */
	ERRNORM_VERDICT_RETRYABLE = 1u << 0,
	/* something secret was taken out of a string */
	ERRNORM_VERDICT_REDACTED = 1u << 1,
	/* the provider's message was longer than a verdict holds */
	ERRNORM_VERDICT_MESSAGE_CUT = 1u << 2,
	/* a pattern ran into its limits and counted as not matched */
	ERRNORM_VERDICT_LIMIT_HIT = 1u << 3,
	/* only the status decided: worth a rule (see fingerprint) */
	ERRNORM_VERDICT_FALLBACK = 1u << 4,
	/* the body is still compressed; status and headers decided */
	ERRNORM_VERDICT_BODY_ENCODED = 1u << 5,
	/* message is the catalogue's text: the provider said nothing fit to show */
	ERRNORM_VERDICT_CATALOGUE = 1u << 6,
	/* the provider was recognised by its marks, not named by the caller */
	ERRNORM_VERDICT_RECOGNISED = 1u << 7,
	/* the response was flagged as BYOK; not listed in JSON */
	ERRNORM_VERDICT_BYOK = 1u << 8
};

/*
 * What happened. Strings in a verdict live until the next translate on the same scratch, or until the response's memory or the
 * tables go, whichever is first; copy what you keep. They are valid UTF-8 without control characters. An absent string has
 * ptr NULL. code 0 (ERRNORM_CODE_NONE) means: this is not an error; all other fields are then empty or zero.
 */
struct errnorm_verdict {
	size_t size; /* sizeof (struct errnorm_verdict); set by the caller */

	uint32_t code;          /* enum errnorm_code, or a custom one from ERRNORM_CODE_CUSTOM */
	uint32_t type;          /* enum errnorm_type */
	int32_t http_status;    /* what the gateway should answer its caller with */
	uint32_t failover;      /* enum errnorm_failover */
	uint32_t fault;         /* enum errnorm_fault */
	uint32_t flags;         /* enum errnorm_verdict_flags */
	int64_t retry_after_ms; /* what the upstream said, from now on; -1: it did not say */
	int32_t provider_status; /* the status that decided: HTTP's, or the body's where HTTP had none of 400 and up; 0: none */
	uint32_t rule_line; /* where the deciding rule stands: its line in rule_file */
	struct errnorm_str rule, rule_file;

	struct errnorm_str param;   /* the offending request field, as the caller named it */
	struct errnorm_str message; /* safe to show to the caller; never absent if code is not 0 */
	struct errnorm_str provider, provider_code, provider_type, provider_request_id;

	const struct errnorm_detail *details;
	size_t detail_count;

	/*
	 * A stable hash of the message without its numbers, ids and quoted parts, and of the status: equal for failures of one kind.
	 * For collecting those that no rule knows yet. 0 if there was nothing to hash.
	 */
	uint64_t fingerprint;
};

/*
 * Translates a response into a verdict.
 *
 * tables, scratch, response, ret: required; scratch must have been made for these tables (else ERRNORM_ESCRATCH). ret->size must be
 * set. Returns ERRNORM_OK, and then *ret is filled; with any other value *ret is untouched.
 * Bounded: time and memory depend on the tables and on at most 64 KiB of the body, never on what stands in it.
 */
ERRNORM_API enum errnorm_rc errnorm_translate(const struct errnorm_tables *tables, struct errnorm_scratch *scratch,
					      const struct errnorm_response *response, struct errnorm_verdict *ret);

/* --------------------------------------------------------------------------------------------------- the scratch */

/*
 * How many bytes a scratch for these tables takes; constant for given tables. For errnorm_scratch_init().
 */
ERRNORM_API size_t errnorm_scratch_size(const struct errnorm_tables *tables);

/*
 * Makes a scratch in the caller's memory: mem, aligned for any type, of at least errnorm_scratch_size() bytes (else ERRNORM_ESPACE).
 * Nothing is to be freed afterwards but mem itself, and that only after its last use. The scratch holds a reference on the
 * tables only if it came from errnorm_scratch_new(): here the caller keeps them alive.
 * The first scratch made for tables compiles their patterns, which takes memory from the tables' allocator: ERRNORM_ENOMEM.
 */
ERRNORM_API enum errnorm_rc errnorm_scratch_init(const struct errnorm_tables *tables, void *mem, size_t size,
						 struct errnorm_scratch **ret);

/*
 * The same with memory from alloc (NULL: malloc), and a reference on the tables.
 */
ERRNORM_API enum errnorm_rc errnorm_scratch_new(const struct errnorm_tables *tables, const struct errnorm_alloc *alloc,
						struct errnorm_scratch **ret);

/* Frees a scratch of errnorm_scratch_new(); one of errnorm_scratch_init() and NULL are left alone. Returns NULL. */
ERRNORM_API struct errnorm_scratch *errnorm_scratch_free(struct errnorm_scratch *scratch);

/*
 * What a trace tells, in the order in which it happens (for `errnorm explain`).
 */
enum errnorm_trace_event {
	ERRNORM_TRACE_TABLE = 1, /* name: a table that is asked, value: its file */
	ERRNORM_TRACE_FACT = 2,  /* name: a fact, value: what was read, where: its source */
	/* name: a rule that was tried and failed, value: the condition that did not hold */
	ERRNORM_TRACE_RULE = 3,
	ERRNORM_TRACE_WIN = 4,    /* name: the rule that decided */
	ERRNORM_TRACE_UNWRAP = 5, /* name: the rule that unwrapped, value: the inner response */
	ERRNORM_TRACE_WAIT = 6,   /* value: the wait in milliseconds, where: its source */
	ERRNORM_TRACE_PARAM = 7,  /* value: the parameter, where: its source */
	ERRNORM_TRACE_SETTLE = 8  /* name: the code it became, value: why */
};

struct errnorm_trace {
	uint32_t event;      /* enum errnorm_trace_event */
	uint32_t line;       /* of the rule in its file, or 0 */
	uint32_t held;       /* RULE: how many of its conditions hold; value names the first that does not */
	uint32_t conditions; /* RULE: how many it has */
	struct errnorm_str name, value, where;
};

/*
 * Has fn called for every step of later translates on this scratch; NULL switches it off. The strings live during the call only
 * and are raw: NOT redacted. fn must not call into errnorm with the same scratch. With a trace every rule of the provider's
 * tables is tried and told, so a translate is slower; the verdict is the same.
 */
ERRNORM_API void errnorm_scratch_trace(struct errnorm_scratch *scratch,
				       void (*fn)(void *user, const struct errnorm_trace *trace), void *user);

/* ---------------------------------------------------------------------------------------------------- the tables */

/*
 * The built-in tables alone: opened, not parsed. alloc NULL: malloc. *ret holds one reference. For tables of your own see load.h.
 */
ERRNORM_API enum errnorm_rc errnorm_tables_builtin(const struct errnorm_alloc *alloc, struct errnorm_tables **ret);

/* One reference more; returns its argument. NULL is fine. */
ERRNORM_API struct errnorm_tables *errnorm_tables_ref(struct errnorm_tables *tables);

/* One reference less; the last one frees. Returns NULL. NULL is fine. */
ERRNORM_API struct errnorm_tables *errnorm_tables_unref(struct errnorm_tables *tables);

struct errnorm_tables_info {
	size_t size;                                                /* sizeof; set by the caller */
	size_t table_count, provider_count, rule_count, code_count; /* code_count: custom codes */
	size_t memory_bytes;                                        /* of the frozen block */
	uint64_t checksum; /* of the frozen block: the same tables, the same number */
};

ERRNORM_API enum errnorm_rc errnorm_tables_info(const struct errnorm_tables *tables, struct errnorm_tables_info *ret);

/* One provider that the tables know. Strings live as long as the tables. */
struct errnorm_provider_info {
	size_t size;                                    /* sizeof; set by the caller */
	struct errnorm_str name, title, reviewed, docs; /* docs: the first of its links */
	struct errnorm_str aliases;                     /* separated by one space */
	size_t rule_count;                              /* in the provider's own tables, without those it inherits */
	/* What is known in all: own tables and inherited families, but not the shared tables, which are asked for every provider. */
	size_t all_rule_count;
	size_t code_count;   /* different codes that those rules lead to */
	size_t wait_count;   /* places where a wait is read */
	size_t source_count; /* links that the rules rest on; one that several tables have counts in each */
	/*
	 * How errors come without an error status, as far as examples show it, separated by one space: "event" (in a stream), "body" (of a
	 * good response).
	 */
	struct errnorm_str streams;
};

/* The index-th provider by name, from 0. ERRNORM_EARG behind the last. */
ERRNORM_API enum errnorm_rc errnorm_tables_provider(const struct errnorm_tables *tables, size_t index,
						    struct errnorm_provider_info *ret);

/* The provider's own name for a name or alias in any case; ptr NULL if no table has it. */
ERRNORM_API struct errnorm_str errnorm_tables_provider_name(const struct errnorm_tables *tables,
							    struct errnorm_str name);

/* What is known of a code, built-in or custom; NULL for a number that has no code. Lives as long as the tables. */
ERRNORM_API const struct errnorm_code_info *errnorm_tables_code(const struct errnorm_tables *tables, uint32_t code);

/* A code's number by its name, built-in or custom; 0 if there is none. */
ERRNORM_API uint32_t errnorm_tables_code_from_name(const struct errnorm_tables *tables, struct errnorm_str name);

/* -------------------------------------------------------------------------------------------------------- version */

#define ERRNORM_VERSION 100 /* 0.1.0: major * 10000 + minor * 100 + patch */

/* The version of the library that is linked, as ERRNORM_VERSION is made; and as text, "0.1.0". */
ERRNORM_API uint32_t errnorm_version(void);
ERRNORM_API const char *errnorm_version_string(void);

#ifdef __cplusplus
}
#endif

#endif
