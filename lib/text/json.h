/*
 * json.h - a pull reader for bodies: no tree, no copies, no recursion, and it reads what broken or cut-off JSON offers up to the break.
 *
 *   en_json_init(&json, text);
 *   if (en_json_peek(&json) == EN_JSON_OBJECT && en_json_enter(&json))
 *           while (en_json_key(&json, &key))
 *                   en_json_value(&json, &value);
 *
 * Tolerance: nothing is refused. Where the text ends early `cut` is set, where it is not JSON `bad`; both make the reader stop
 * as if every open object and array had been closed there. An object as Python prints it ({'error': None, 'loc': ('body', 0)}) is read as well:
 * relays send such. A quote that nothing which may follow a string follows is a part of the string: some senders do not escape them. Tables are
 * read by document.h, which is strict.
 */
#ifndef ERRNORM_TEXT_JSON_H
#define ERRNORM_TEXT_JSON_H

#include <stdbool.h>

#include <errnorm/types.h>

enum en_json_kind {
	EN_JSON_NONE, /* nothing there: the end, or not JSON */
	EN_JSON_NULL,
	EN_JSON_FALSE,
	EN_JSON_TRUE,
	EN_JSON_NUMBER,
	EN_JSON_STRING,
	EN_JSON_ARRAY,
	EN_JSON_OBJECT
};

struct en_json {
	const char *p, *end;
	bool python; /* strings may stand between single quotes */
	bool exact;  /* set by the caller after en_json_init(): a string ends at its first quote, whatever follows */
	bool cut;    /* the text ended before the value did */
	bool bad;    /* something that JSON does not have */
};

struct en_json_value {
	enum en_json_kind kind;
	bool escaped;           /* a string with backslashes: decode it */
	bool cut;               /* it ended early */
	struct errnorm_str raw; /* a string: what stands between the quotes; else the value's whole text */
};

/* Starts at the first byte that is neither white space nor a byte-order mark. */
void en_json_init(struct en_json *json, struct errnorm_str text);

/* What the next value is, by its first byte. Does not move. */
enum en_json_kind en_json_peek(struct en_json *json);

/* Steps into the object or array that is next. False if neither is. */
bool en_json_enter(struct en_json *json);

/* In an object: reads the next key and stands before its value. False behind the last one, and out of the object. */
bool en_json_key(struct en_json *json, struct en_json_value *ret_key);

/* In an array: stands before the next element. False behind the last one, and out of the array. */
bool en_json_element(struct en_json *json);

/* Reads the next value whole; of an object or array that is everything up to its end. */
void en_json_value(struct en_json *json, struct en_json_value *ret);

/*
 * What a string's raw text means, into out: escapes resolved, surrogate pairs joined, lone ones U+FFFD, an escape that is cut off or unknown
 * as it stands. Other bytes are copied unchecked. Never longer than raw. Returns the length; cut at a character if over cap. out must not
 * overlap raw; what lies in it behind the returned length may have been written to.
 */
size_t en_json_decode(struct errnorm_str raw, char *out, size_t cap);

#endif
