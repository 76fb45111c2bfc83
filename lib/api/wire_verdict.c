/*
 * wire_verdict.c - a verdict as one line of JSON.
 *
 * Written by hand: printf would take longer than the translation that the line reports. Every
 * function that puts something writes at buf + at and returns where to go on; with buf NULL nothing
 * is written, so that the same code tells the length. errnorm_verdict_json() sees to it that there
 * is room, which spares all others the question.
 */
#include <errnorm/render.h>
#include <errnorm/wire.h>

#include <stdbool.h>
#include <string.h>

#include "str.h"
#include "utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static inline size_t put(char *buf, size_t at, const char *ptr, size_t len)
{
	if (buf)
		memcpy(buf + at, ptr, len);
	return at + len;
}

#define PUT(buf, at, literal) put(buf, at, "" literal, sizeof(literal) - 1)

/* What is copied as it is without a second look. DEL counts as a control character. */
static inline bool is_plain(unsigned char c)
{
	static const uint64_t plain[4] = {~(((1ull << ' ') - 1) | 1ull << '"'),
					  ~(1ull << ('\\' - 64) | 1ull << (0x7f - 64))};

	return plain[c >> 6] >> (c & 63) & 1;
}

#ifdef __SSE2__
/* A bit for each of the 16 bytes that is not plain. */
static inline unsigned find_special(__m128i bytes)
{
	const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
	const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
	const __m128i delete = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f));
	/* Signed, so that bytes from 0x80 are below the space too. */
	const __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(low, delete), _mm_or_si128(quote, backslash)));
}
#endif

/*
 * Copies from *p on what is plain and stops at the first byte that is not, or at end. Whole blocks
 * are stored before they are judged: whatever a byte turns into is at least as long, so they end
 * inside the output.
 */
static inline size_t put_plain(char *buf, size_t at, const char **p, const char *end)
{
	const char *from = *p;

#ifdef __SSE2__
	for (; end - from >= 16; from += 16, at += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)from);
		unsigned special = find_special(bytes);

		if (buf)
			_mm_storeu_si128((__m128i *)(void *)(buf + at), bytes);
		if (special) {
			*p = from + __builtin_ctz(special);
			return at + (size_t)__builtin_ctz(special);
		}
	}
	if (end - from >= 8) {
		__m128i bytes = _mm_loadl_epi64((const __m128i *)(const void *)from);
		unsigned special = find_special(bytes) & 0xff;
		int plain = special ? __builtin_ctz(special) : 8;

		if (buf)
			_mm_storel_epi64((__m128i *)(void *)(buf + at), bytes);
		from += plain;
		at += (size_t)plain;
	}
#endif
	for (; from < end && is_plain((unsigned char)*from); from++, at++)
		if (buf)
			buf[at] = *from;
	*p = from;
	return at;
}

static size_t put_escape(char *buf, size_t at, uint32_t c)
{
	static const char hex[] = "0123456789abcdef";
	const char unicode[6] = {'\\', 'u', hex[c >> 12 & 15], hex[c >> 8 & 15], hex[c >> 4 & 15], hex[c & 15]};

	switch (c) {
	case '"':
		return PUT(buf, at, "\\\"");
	case '\\':
		return PUT(buf, at, "\\\\");
	case '\n':
		return PUT(buf, at, "\\n");
	case '\r':
		return PUT(buf, at, "\\r");
	case '\t':
		return PUT(buf, at, "\\t");
	default:
		return put(buf, at, unicode, sizeof(unicode));
	}
}

/*
 * Beside what JSON asks for: the C1 controls, which terminals obey, and the two line separators,
 * which end a line for JavaScript and for some readers of JSON lines.
 */
static bool wants_escape(uint32_t c)
{
	return c < 0xa0 || c == 0x2028 || c == 0x2029;
}

static size_t put_special(char *buf, size_t at, const char **p, const char *end)
{
	size_t len = 1;
	uint32_t c = (unsigned char)**p;
	const char *from = *p;

	if (c >= 0x80)
		c = en_utf8_decode(from, end, &len);
	*p = from + len;
	if (c == 0xfffd && len == 1)
		return PUT(buf, at, "\xef\xbf\xbd");
	return wants_escape(c) ? put_escape(buf, at, c) : put(buf, at, from, len);
}

static size_t put_string(char *buf, size_t at, struct errnorm_str text)
{
	const char *p = text.ptr;
	const char *end;

	if (!text.ptr)
		return PUT(buf, at, "null");
	end = text.ptr + text.len;
	at = PUT(buf, at, "\"");
	for (;;) {
		at = put_plain(buf, at, &p, end);
		if (p == end)
			break;
		at = put_special(buf, at, &p, end);
	}
	return PUT(buf, at, "\"");
}

#define QUOTED(name) EN_STR("\"" #name "\"")

static struct errnorm_str quote_code(uint32_t code)
{
	switch (code) {
#define XX(number, NAME, name, http, byok, TYPE, retry, FAILOVER, FAULT, BYOK_FAULT, text)                             \
	case number:                                                                                                   \
		return QUOTED(name);
		ERRNORM_CODE_LIST(XX)
#undef XX
	default:
		return EN_STR_NULL;
	}
}

static struct errnorm_str quote_type(uint32_t type)
{
	switch (type) {
#define XX(number, NAME, name)                                                                                         \
	case number:                                                                                                   \
		return QUOTED(name);
		ERRNORM_TYPE_LIST(XX)
#undef XX
	default:
		return EN_STR("null");
	}
}

static struct errnorm_str quote_failover(uint32_t failover)
{
	switch (failover) {
	case ERRNORM_FAILOVER_NONE:
		return QUOTED(none);
	case ERRNORM_FAILOVER_CREDENTIAL:
		return QUOTED(credential);
	case ERRNORM_FAILOVER_PROVIDER:
		return QUOTED(provider);
	case ERRNORM_FAILOVER_MODEL:
		return QUOTED(model);
	default:
		return EN_STR("null");
	}
}

static struct errnorm_str quote_fault(uint32_t fault)
{
	switch (fault) {
	case ERRNORM_FAULT_CALLER:
		return QUOTED(caller);
	case ERRNORM_FAULT_GATEWAY:
		return QUOTED(gateway);
	case ERRNORM_FAULT_PROVIDER:
		return QUOTED(provider);
	default:
		return EN_STR("null");
	}
}

/* A name of the vocabulary, quotes included: nothing to measure, nothing to escape. */
static size_t put_quoted(char *buf, size_t at, struct errnorm_str name)
{
	return put(buf, at, name.ptr, name.len);
}

/*
 * Digits go where they belong at once: copying what was just stored byte by byte makes the
 * processor wait.
 */
static size_t put_number(char *buf, size_t at, int64_t number)
{
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	size_t len = number < 0 ? 2 : 1;

	for (uint64_t power = rest; power >= 10; power /= 10)
		len++;
	if (!buf)
		return at + len;
	if (number < 0)
		buf[at] = '-';
	for (char *p = buf + at + len;; rest /= 10) {
		*--p = (char)('0' + rest % 10);
		if (rest < 10)
			break;
	}
	return at + len;
}

/* A number of which `none` means that there is none. */
static size_t put_number_or_null(char *buf, size_t at, int64_t number, int64_t none)
{
	return number == none ? PUT(buf, at, "null") : put_number(buf, at, number);
}

/*
 * A code that the tables do not have, which only a caller's mistake can bring, goes out as its
 * number: null would say that all is well.
 */
static size_t put_code(char *buf, size_t at, const struct errnorm_tables *tables, uint32_t code)
{
	struct errnorm_str quoted = quote_code(code);
	const struct errnorm_code_info *info;

	if (quoted.ptr)
		return put_quoted(buf, at, quoted);
	info = tables ? errnorm_tables_code(tables, code) : NULL;
	if (info)
		return put_string(buf, at, en_str(info->name, strlen(info->name)));
	at = PUT(buf, at, "\"");
	at = put_number(buf, at, code);
	return PUT(buf, at, "\"");
}

static size_t put_details(char *buf, size_t at, const struct errnorm_verdict *verdict)
{
	at = PUT(buf, at, "{");
	for (size_t i = 0; i < verdict->detail_count; i++) {
		if (i)
			at = PUT(buf, at, ",");
		at = put_string(buf, at, verdict->details[i].name);
		at = PUT(buf, at, ":");
		at = put_string(buf, at, verdict->details[i].value);
	}
	return PUT(buf, at, "}");
}

static size_t put_flags(char *buf, size_t at, uint32_t flags)
{
	static const struct {
		uint32_t flag;
		struct errnorm_str quoted;
	} names[] = {
		{ERRNORM_VERDICT_REDACTED, {"\"redacted\"", 10}},
		{ERRNORM_VERDICT_MESSAGE_CUT, {"\"message_cut\"", 13}},
		{ERRNORM_VERDICT_LIMIT_HIT, {"\"limit_hit\"", 11}},
		{ERRNORM_VERDICT_FALLBACK, {"\"fallback\"", 10}},
		{ERRNORM_VERDICT_BODY_ENCODED, {"\"body_encoded\"", 14}},
		{ERRNORM_VERDICT_CATALOGUE, {"\"catalogue\"", 11}},
		{ERRNORM_VERDICT_RECOGNISED, {"\"recognised\"", 12}},
	};
	bool first = true;

	at = PUT(buf, at, "[");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(flags & names[i].flag))
			continue;
		if (!first)
			at = PUT(buf, at, ",");
		at = put_quoted(buf, at, names[i].quoted);
		first = false;
	}
	return PUT(buf, at, "]");
}

static size_t put_fingerprint(char *buf, size_t at, uint64_t fingerprint)
{
	if (!fingerprint)
		return PUT(buf, at, "null");
	at = PUT(buf, at, "\"");
	if (buf)
		for (int i = 0; i < 16; i++)
			buf[at + (size_t)i] = "0123456789abcdef"[fingerprint >> (60 - 4 * i) & 15];
	return PUT(buf, at + 16, "\"");
}

/* Letters alone. */
static size_t put_class(char *buf, size_t at, const char *name)
{
	at = PUT(buf, at, "\"");
	at = put(buf, at, name, strlen(name));
	return PUT(buf, at, "\"");
}

static size_t put_what(char *buf, size_t at, const struct errnorm_tables *tables, const struct errnorm_verdict *verdict)
{
	at = PUT(buf, at, "{\"code\":");
	at = put_code(buf, at, tables, verdict->code);
	at = PUT(buf, at, ",\"type\":");
	at = put_quoted(buf, at, quote_type(verdict->type));
	at = PUT(buf, at, ",\"http_status\":");
	at = put_number_or_null(buf, at, verdict->http_status, 0);
	if (verdict->flags & ERRNORM_VERDICT_RETRYABLE)
		at = PUT(buf, at, ",\"retryable\":true,\"failover\":");
	else
		at = PUT(buf, at, ",\"retryable\":false,\"failover\":");
	at = put_quoted(buf, at, quote_failover(verdict->failover));
	at = PUT(buf, at, ",\"fault\":");
	at = put_quoted(buf, at, quote_fault(verdict->fault));
	at = PUT(buf, at, ",\"retry_after_ms\":");
	at = put_number_or_null(buf, at, verdict->retry_after_ms, -1);
	at = PUT(buf, at, ",\"param\":");
	at = put_string(buf, at, verdict->param);
	at = PUT(buf, at, ",\"message\":");
	return put_string(buf, at, verdict->message);
}

static size_t put_origin(char *buf, size_t at, const struct errnorm_verdict *verdict)
{
	at = PUT(buf, at, ",\"provider\":");
	at = put_string(buf, at, verdict->provider);
	at = PUT(buf, at, ",\"provider_status\":");
	at = put_number_or_null(buf, at, verdict->provider_status, 0);
	at = PUT(buf, at, ",\"provider_code\":");
	at = put_string(buf, at, verdict->provider_code);
	at = PUT(buf, at, ",\"provider_type\":");
	at = put_string(buf, at, verdict->provider_type);
	at = PUT(buf, at, ",\"provider_request_id\":");
	at = put_string(buf, at, verdict->provider_request_id);
	at = PUT(buf, at, ",\"details\":");
	at = put_details(buf, at, verdict);
	at = PUT(buf, at, ",\"rule\":");
	at = put_string(buf, at, verdict->rule);
	at = PUT(buf, at, ",\"flags\":");
	at = put_flags(buf, at, verdict->flags);
	at = PUT(buf, at, ",\"fingerprint\":");
	at = put_fingerprint(buf, at, verdict->fingerprint);
	at = PUT(buf, at, ",\"sdk_class\":");
	at = put_class(buf, at, errnorm_sdk_class(verdict));
	return PUT(buf, at, "}");
}

static size_t put_verdict(char *buf, const struct errnorm_tables *tables, const struct errnorm_verdict *verdict)
{
	if (verdict->code == ERRNORM_CODE_NONE)
		return PUT(buf, 0,
			   "{\"code\":null,\"type\":null,\"http_status\":null,\"retryable\":null,"
			   "\"failover\":null,\"fault\":null,\"retry_after_ms\":null,"
			   "\"param\":null,\"message\":null,\"provider\":null,"
			   "\"provider_status\":null,\"provider_code\":null,"
			   "\"provider_type\":null,\"provider_request_id\":null,"
			   "\"details\":{},\"rule\":null,\"flags\":[],\"fingerprint\":null,\"sdk_class\":null}");
	return put_origin(buf, put_what(buf, 0, tables, verdict), verdict);
}

enum {
	/* Keys, numbers, all flags and the longest names of the built-in vocabulary. */
	FIXED_MAX = 850,
	/* A byte of text becomes at most \u00XX. */
	GROWTH_MAX = 6,
	/* Quotes, colon and comma of a detail. */
	DETAIL_MAX = 6
};

/*
 * No verdict of a built-in code is longer than this. It costs a few additions, where the exact
 * length costs as much as the writing.
 */
static size_t length_bound(const struct errnorm_verdict *verdict)
{
	size_t text = verdict->param.len + verdict->message.len + verdict->provider.len + verdict->provider_code.len +
		      verdict->provider_type.len + verdict->provider_request_id.len + verdict->rule.len;

	for (size_t i = 0; i < verdict->detail_count; i++)
		text += verdict->details[i].name.len + verdict->details[i].value.len + DETAIL_MAX;
	return FIXED_MAX + text * GROWTH_MAX;
}

size_t errnorm_verdict_json(const struct errnorm_tables *tables, const struct errnorm_verdict *verdict, char *buf,
			    size_t cap)
{
	bool roomy;
	size_t len;

	if (!buf)
		return put_verdict(NULL, tables, verdict);
	roomy = verdict->code < ERRNORM_CODE_CUSTOM && cap > length_bound(verdict);
	len = put_verdict(roomy ? buf : NULL, tables, verdict);
	if (!roomy && len < cap)
		put_verdict(buf, tables, verdict);
	if (cap)
		buf[len < cap ? len : 0] = '\0';
	return len;
}
