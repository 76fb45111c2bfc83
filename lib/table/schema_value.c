/*
 * schema_value.c - values and members of objects as all of the schema reads them: the right kind, within its bounds, no key unknown or twice.
 */
#include "schema.h"

#include <string.h>

#include "num.h"

void en_schema_error(struct en_schema *schema, enum en_diag_id id, size_t offset, const char *text)
{
	en_diag_add(schema->draft->diags, id, schema->file, offset, schema->rule, EN_STR_NULL, text);
}

bool en_schema_expect(struct en_schema *schema, const struct en_node *node, enum en_json_kind kind, const char *what)
{
	struct errnorm_str expected = {what, strlen(what)};

	if (node->kind == kind)
		return true;
	en_diag_add(schema->draft->diags, EN_DIAG_TYPE, schema->file, node->offset, schema->rule, EN_STR_NULL,
		    "expected %s", &expected);
	return false;
}

bool en_schema_string(struct en_schema *schema, const struct en_node *node, const char *what, struct errnorm_str *ret)
{
	if (!en_schema_expect(schema, node, EN_JSON_STRING, what))
		return false;
	*ret = node->text;
	if (node->text.len)
		return true;
	en_schema_error(schema, EN_DIAG_EMPTY, node->offset, "this text is empty");
	return false;
}

bool en_schema_bool(struct en_schema *schema, const struct en_node *node, bool *ret)
{
	*ret = node->kind == EN_JSON_TRUE;
	return *ret || en_schema_expect(schema, node, EN_JSON_FALSE, "true or false");
}

bool en_schema_int(struct en_schema *schema, const struct en_node *node, int64_t min, int64_t max, int64_t *ret)
{
	uint32_t low = (uint32_t)min;
	uint32_t high = (uint32_t)max;

	if (!en_schema_expect(schema, node, EN_JSON_NUMBER, "a number"))
		return false;
	if (en_num_int(node->text, ret) && *ret >= min && *ret <= max)
		return true;
	en_diag_add(schema->draft->diags, EN_DIAG_VALUE, schema->file, node->offset, schema->rule, EN_STR_NULL,
		    "expected a whole number from %u to %u", low, high);
	return false;
}

int en_schema_word(struct en_schema *schema, const struct en_node *node, const struct errnorm_str *words, size_t count)
{
	if (!en_schema_expect(schema, node, EN_JSON_STRING, "a string"))
		return -1;
	for (size_t i = 0; i < count; i++)
		if (en_str_eq(node->text, words[i]))
			return (int)i;
	en_diag_add(schema->draft->diags, EN_DIAG_VALUE, schema->file, node->offset, schema->rule,
		    en_diag_suggest(schema->draft->diags, node->text, words, count),
		    "\"%s\" is not one of the words that may stand here", &node->text);
	return -1;
}

int en_schema_failover(struct en_schema *schema, const struct en_node *node)
{
	static const struct errnorm_str words[] = {{"none", 4}, {"credential", 10}, {"provider", 8}, {"model", 5}};

	return en_schema_word(schema, node, words, sizeof words / sizeof words[0]);
}

int en_schema_fault(struct en_schema *schema, const struct en_node *node)
{
	static const struct errnorm_str words[] = {{"caller", 6}, {"gateway", 7}, {"provider", 8}};
	int word = en_schema_word(schema, node, words, sizeof words / sizeof words[0]);

	return word < 0 ? -1 : word + ERRNORM_FAULT_CALLER;
}

bool en_schema_is_name(struct errnorm_str name, bool dash)
{
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];
		bool ok = en_is_digit(c) || (c >= 'a' && c <= 'z') || c == '_' || (dash && (c == '-' || c == '.'));
		if (!ok)
			return false;
	}
	return name.len > 0 && name.len <= 80;
}

static void complain_repeated(struct en_schema *schema, const struct en_node *member)
{
	en_diag_add(schema->draft->diags, EN_DIAG_REPEATED_KEY, schema->file, member->key_offset, schema->rule,
		    EN_STR_NULL, "the key \"%s\" stands here a second time", &member->key);
}

bool en_schema_repeated(struct en_schema *schema, const struct en_node *object, const struct en_node *member)
{
	for (const struct en_node *other = object->child; other != member; other = other->next) {
		if (!en_str_eq(other->key, member->key))
			continue;
		complain_repeated(schema, member);
		return true;
	}
	return false;
}

void en_schema_object(struct en_schema *schema, const struct en_node *node, const struct en_schema_key *keys,
		      size_t count, void *into)
{
	uint64_t seen = 0;
	struct errnorm_str names[64];

	for (size_t i = 0; i < count; i++)
		names[i] = en_str(keys[i].name, strlen(keys[i].name));
	for (const struct en_node *member = node->child; member; member = member->next) {
		size_t i = 0;
		while (i < count && !en_str_eq(member->key, names[i]))
			i++;
		if (i == count) {
			en_diag_add(schema->draft->diags, EN_DIAG_UNKNOWN_KEY, schema->file, member->key_offset,
				    schema->rule, en_diag_suggest(schema->draft->diags, member->key, names, count),
				    "unknown key \"%s\"", &member->key);
		} else if (seen >> i & 1) {
			complain_repeated(schema, member);
		} else {
			seen |= 1ull << i;
			keys[i].read(schema, member, into);
		}
	}
}

bool en_schema_lacks(const struct en_node *node, const struct en_schema_key *keys, size_t count, const char *name)
{
	struct errnorm_str names[64];

	if (en_document_get(node, en_str(name, strlen(name))))
		return false;
	for (size_t i = 0; i < count; i++)
		names[i] = en_str(keys[i].name, strlen(keys[i].name));
	for (const struct en_node *member = node->child; member; member = member->next) {
		size_t nearest = en_diag_nearest(member->key, names, count); /* a key is nearest to itself */
		if (nearest < count && strcmp(keys[nearest].name, name) == 0)
			return false;
	}
	return true;
}
