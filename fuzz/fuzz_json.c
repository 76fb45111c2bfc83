/*
 * fuzz_json.c - bytes through both readers: what the strict one accepts the tolerant one must read in the same way, and a cut-off text never
 * reads past its end.
 */
#include "fuzz.h"

#include <string.h>

#include "arena.h"
#include "document.h"
#include "json.h"
#include "str.h"

/* The members of the root, as the tolerant reader sees them, against the tree. */
static void compare(struct errnorm_str text, const struct en_node *root)
{
	const struct en_node *member = root->child;
	struct en_json json;
	struct en_json_value key;
	struct en_json_value value;

	en_json_init(&json, text);
	FUZZ_CHECK(en_json_peek(&json) == root->kind);
	if (!en_json_enter(&json))
		return;
	while (root->kind == EN_JSON_OBJECT ? en_json_key(&json, &key) : en_json_element(&json)) {
		FUZZ_CHECK(member);
		en_json_value(&json, &value);
		FUZZ_CHECK(value.kind == member->kind);
		if (value.kind == EN_JSON_STRING) {
			char *out = __builtin_malloc(value.raw.len + 1);
			size_t len = en_json_decode(value.raw, out, value.raw.len);
			FUZZ_CHECK(len == member->text.len && (len == 0 || memcmp(out, member->text.ptr, len) == 0));
			__builtin_free(out);
		} else {
			FUZZ_CHECK(en_str_eq(value.raw, member->raw));
		}
		member = member->next;
	}
	FUZZ_CHECK(!member && !json.bad && !json.cut);
}

static void read_tolerantly(struct errnorm_str text)
{
	struct en_json json;
	struct en_json_value value;
	char out[64];

	en_json_init(&json, text);
	while (en_json_enter(&json))
		if (!en_json_element(&json))
			break;
	en_json_value(&json, &value);
	FUZZ_CHECK(value.raw.len <= text.len);
	en_json_decode(text, out, sizeof out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct errnorm_str text = {(const char *)data, size};
	struct en_document_error error;
	struct en_arena arena;
	struct en_node *root;

	en_arena_init(&arena, &en_alloc_libc);
	root = en_document_read(&arena, text, false, &error);
	FUZZ_CHECK(root || (error.text && error.offset <= size));
	if (root && (root->kind == EN_JSON_OBJECT || root->kind == EN_JSON_ARRAY))
		compare(text, root);
	read_tolerantly(text);
	en_document_read(&arena, text, true, &error);
	en_arena_done(&arena);
	return 0;
}
