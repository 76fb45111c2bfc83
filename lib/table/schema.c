/*
 * schema.c - a table as a whole: which keys it has, what it is called, what it inherits; and the helpers that all of the schema uses.
 */
#include "schema.h"

#include <string.h>

#include "check.h"
#include "num.h"

void en_schema_error(struct en_schema *schema, enum en_diag_id id, size_t offset, const char *text)
{
	en_diag_add(schema->draft->diags, id, schema->file, offset, schema->rule, EN_STR_NULL, text);
}

struct en_draft_table *en_schema_table(struct en_schema *schema)
{
	return &schema->draft->tables.items[schema->number];
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

void en_schema_ignore(struct en_schema *schema, const struct en_node *node, void *into)
{
	(void)schema;
	(void)node;
	(void)into;
}

void en_schema_version(struct en_schema *schema, const struct en_node *node, void *into)
{
	(void)into;
	if (node->kind != EN_JSON_NUMBER || !en_str_eq(node->text, EN_STR("1")))
		en_schema_error(schema, EN_DIAG_VERSION, node->offset, "this library reads format version 1 only");
}

void en_schema_title(struct en_schema *schema, const struct en_node *node, void *into)
{
	(void)into;
	en_schema_string(schema, node, "a string", &en_schema_table(schema)->title);
}

void en_schema_note(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct errnorm_str note;

	(void)into;
	en_schema_string(schema, node, "a string", &note);
}

void en_schema_reviewed(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct errnorm_str text;
	bool ok;

	(void)into;
	if (!en_schema_string(schema, node, "a string", &text))
		return;
	ok = text.len == 7 && text.ptr[4] == '-';
	for (size_t i = 0; ok && i < 7; i++)
		ok = i == 4 || en_is_digit((unsigned char)text.ptr[i]);
	if (ok)
		en_schema_table(schema)->reviewed = text;
	else
		en_schema_error(schema, EN_DIAG_VALUE, node->offset, "expected a month as YYYY-MM");
}

void en_schema_docs(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct errnorm_str url;

	(void)into;
	if (!en_schema_expect(schema, node, EN_JSON_ARRAY, "a list of links"))
		return;
	for (const struct en_node *item = node->child; item; item = item->next)
		if (en_schema_string(schema, item, "a link", &url) && !en_schema_table(schema)->docs.ptr)
			en_schema_table(schema)->docs = url;
}

static void read_aliases(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct en_draft *draft = schema->draft;

	(void)into;
	if (en_schema_table(schema)->kind != EN_TABLE_PROVIDER) {
		en_schema_error(schema, EN_DIAG_VALUE, node->key_offset, "only a provider has aliases");
		return;
	}
	if (!en_schema_expect(schema, node, EN_JSON_ARRAY, "a list of names"))
		return;
	for (const struct en_node *item = node->child; item; item = item->next) {
		struct errnorm_str alias;
		if (!en_schema_string(schema, item, "a name", &alias))
			continue;
		if (memchr(alias.ptr, ' ', alias.len)) {
			en_schema_error(schema, EN_DIAG_NAME, item->offset,
					"a name has no spaces: as with other punctuation, it is found without them");
			continue;
		}
		alias = en_draft_fold(draft, alias);
		uint32_t owner = en_draft_find(draft, EN_INTERN_PROVIDER, alias);
		if (owner != EN_NONE && !en_str_eq(draft->tables.items[owner].name, en_schema_table(schema)->name)) {
			en_diag_add(draft->diags, EN_DIAG_DUPLICATE_ID, schema->file, item->offset, schema->rule,
				    EN_STR_NULL, "\"%s\" is already a name of the provider \"%s\"", &alias,
				    &draft->tables.items[owner].name);
			continue;
		}
		en_draft_bind(draft, EN_INTERN_PROVIDER, alias, schema->number);
		EN_VEC_PUSH(draft->arena, &en_schema_table(schema)->aliases, alias);
	}
}

static void read_inherit(struct en_schema *schema, const struct en_node *node, void *into)
{
	(void)into;
	if (en_schema_expect(schema, node, EN_JSON_ARRAY, "a list of families"))
		en_schema_table(schema)->inherit = node;
}

static void read_rank(struct en_schema *schema, const struct en_node *node, void *into)
{
	int64_t rank;

	(void)into;
	if (en_schema_table(schema)->kind != EN_TABLE_SHARED)
		en_schema_error(schema, EN_DIAG_VALUE, node->key_offset, "only a shared table has a rank");
	else if (en_schema_int(schema, node, 0, 1000, &rank))
		en_schema_table(schema)->rank = (int32_t)rank;
}

/* A list of `when` objects. */
static bool read_groups(struct en_schema *schema, const struct en_node *node, bool marks)
{
	if (!en_schema_expect(schema, node, EN_JSON_ARRAY, "a list of conditions"))
		return false;
	for (const struct en_node *item = node->child; item; item = item->next) {
		struct en_range group = en_schema_conds(schema, item);
		if (item->kind == EN_JSON_OBJECT && !item->child)
			en_schema_error(schema, EN_DIAG_EMPTY, item->offset,
					"these conditions are empty: they would always hold");
		else if (marks)
			EN_VEC_PUSH(schema->draft->arena, &en_schema_table(schema)->marks, group);
		else
			EN_VEC_PUSH(schema->draft->arena, &en_schema_table(schema)->errors, group);
	}
	return true;
}

static void read_errors(struct en_schema *schema, const struct en_node *node, void *into)
{
	(void)into;
	read_groups(schema, node, false);
}

static void read_recognise(struct en_schema *schema, const struct en_node *node, void *into)
{
	(void)into;
	if (en_schema_table(schema)->kind != EN_TABLE_PROVIDER)
		en_schema_error(schema, EN_DIAG_VALUE, node->key_offset, "only a provider can be recognised");
	else
		read_groups(schema, node, true);
}

static void read_code_status(struct en_schema *schema, const struct en_node *node, void *into)
{
	int64_t status;

	if (en_schema_int(schema, node, 400, 599, &status))
		((struct en_code *)into)->http_status = (int32_t)status;
}

static void read_code_type(struct en_schema *schema, const struct en_node *node, void *into)
{
#define XX(number, NAME, name) [(number)-1] = {#name, sizeof #name - 1},
	static const struct errnorm_str words[] = {ERRNORM_TYPE_LIST(XX)};
#undef XX
	int word = en_schema_word(schema, node, words, ERRNORM_TYPE_MAX);

	if (word >= 0)
		((struct en_code *)into)->type = (uint32_t)word + 1;
}

static void read_code_retryable(struct en_schema *schema, const struct en_node *node, void *into)
{
	bool value;

	if (en_schema_bool(schema, node, &value))
		((struct en_code *)into)->retryable = value;
}

static const struct errnorm_str failover_words[] = {{"none", 4}, {"credential", 10}, {"provider", 8}, {"model", 5}};
static const struct errnorm_str fault_words[] = {{"caller", 6}, {"gateway", 7}, {"provider", 8}};

static void read_code_failover(struct en_schema *schema, const struct en_node *node, void *into)
{
	int word = en_schema_word(schema, node, failover_words, 4);

	if (word >= 0)
		((struct en_code *)into)->failover = (uint32_t)word;
}

static void read_code_fault(struct en_schema *schema, const struct en_node *node, void *into)
{
	int word = en_schema_word(schema, node, fault_words, 3);

	if (word >= 0)
		((struct en_code *)into)->fault = (uint32_t)word + 1;
}

static void read_code_message(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct errnorm_str text;

	if (en_schema_string(schema, node, "a string", &text))
		((struct en_code *)into)->message = en_draft_text(schema->draft, text);
}

/* One with mistakes is a code all the same: the rules that name it are right. */
static void read_code(struct en_schema *schema, const struct en_node *node)
{
	static const struct en_schema_key keys[] = {
		{"http_status", read_code_status}, {"type", read_code_type},   {"retryable", read_code_retryable},
		{"failover", read_code_failover},  {"fault", read_code_fault}, {"message", read_code_message},
		{"note", en_schema_note},
	};
	struct en_draft *draft = schema->draft;
	struct en_code code = {.fault = ERRNORM_FAULT_CALLER};
	const size_t count = sizeof keys / sizeof keys[0];

	code.name = code.message = en_draft_text(draft, node->key);
	if (en_schema_expect(schema, node, EN_JSON_OBJECT, "an object")) {
		en_schema_object(schema, node, keys, count, &code);
		if (en_schema_lacks(node, keys, count, "http_status") || en_schema_lacks(node, keys, count, "type"))
			en_schema_error(schema, EN_DIAG_MISSING_KEY, node->offset,
					"a code needs \"http_status\" and \"type\"");
	}
	code.http_status_byok = code.http_status;
	code.fault_byok = code.fault;
	code.code = ERRNORM_CODE_CUSTOM + (uint32_t)draft->codes.count;
	en_draft_bind(draft, EN_INTERN_CODE, node->key, code.code);
	EN_VEC_PUSH(draft->arena, &draft->codes, code);
}

static void read_codes(struct en_schema *schema, const struct en_node *node, void *into)
{
	(void)into;
	if (!en_schema_expect(schema, node, EN_JSON_OBJECT, "an object of codes"))
		return;
	for (const struct en_node *item = node->child; item; item = item->next) {
		if (!en_schema_is_name(item->key, false))
			en_schema_error(schema, EN_DIAG_NAME, item->key_offset,
					"a code's name is made of a-z, 0-9 and _");
		if (en_check_builtin_code(item->key) ||
		    en_draft_find(schema->draft, EN_INTERN_CODE, item->key) != EN_NONE)
			en_diag_add(schema->draft->diags, EN_DIAG_CODE_REDEFINED, schema->file, item->key_offset,
				    schema->rule, EN_STR_NULL, "there is a code \"%s\" already", &item->key);
		else
			read_code(schema, item);
	}
}

/* provider, family, shared or dialect: exactly one. It must be known before the rest is read. */
static bool read_identity(struct en_schema *schema, const struct en_node *root)
{
	static const struct errnorm_str kinds[] = {{"provider", 8}, {"family", 6}, {"shared", 6}, {"dialect", 7}};
	struct en_draft_table *table = en_schema_table(schema);
	const struct en_node *dialect = en_document_get(root, kinds[EN_TABLE_DIALECT]);
	const struct en_node *found = NULL;

	for (size_t i = 0; i < 4; i++) {
		const struct en_node *node = en_document_get(root, kinds[i]);
		if (dialect && i == EN_TABLE_PROVIDER)
			continue; /* there it says who reads the dialect back */
		if (node && found) {
			en_schema_error(schema, EN_DIAG_IDENTITY, node->key_offset,
					"a table is one of \"provider\", \"family\", \"shared\" and "
					"\"dialect\", not several");
			return false;
		}
		if (node) {
			found = node;
			table->kind = (enum en_table_kind)i;
		}
	}
	if (!found) {
		en_schema_error(schema, EN_DIAG_IDENTITY, root->offset,
				"one of \"provider\", \"family\", \"shared\" and \"dialect\" must "
				"say what this table is");
		return false;
	}
	if (!en_schema_string(schema, found, "a name", &table->name))
		return false;
	if (!en_schema_is_name(table->name, false)) {
		en_schema_error(schema, EN_DIAG_NAME, found->offset, "a table's name is made of a-z, 0-9 and _");
		return false;
	}
	return true;
}

/* Lets the table's name stand for it. A user's table of a built-in name does not take its place: it is asked before it. */
static void bind_identity(struct en_schema *schema)
{
	static const enum en_intern_kind interns[] = {EN_INTERN_PROVIDER, EN_INTERN_FAMILY, EN_INTERN_SHARED,
						      EN_INTERN_DIALECT};
	struct en_draft_table *table = en_schema_table(schema);
	enum en_intern_kind intern = interns[table->kind];
	uint32_t other = en_draft_find(schema->draft, intern, table->name);

	if (other != EN_NONE && en_str_eq(schema->draft->tables.items[other].name, table->name)) {
		if (!table->user && !schema->draft->tables.items[other].user)
			en_schema_error(schema, EN_DIAG_DUPLICATE_ID, 0, "there is a table of this name already");
		/* But of dialects the last one is the dialect. */
		if (!table->user || table->kind != EN_TABLE_DIALECT)
			return;
	}
	en_draft_bind(schema->draft, intern, table->name, schema->number);
}

static void read_root(struct en_schema *schema, const struct en_node *root)
{
	static const struct en_schema_key keys[] = {
		{"errnorm", en_schema_version}, {"$schema", en_schema_note}, /* what editors find schema.json by */
		{"provider", en_schema_ignore}, {"family", en_schema_ignore},
		{"shared", en_schema_ignore},   {"title", en_schema_title},
		{"note", en_schema_note},       {"reviewed", en_schema_reviewed},
		{"docs", en_schema_docs},       {"aliases", read_aliases},
		{"inherit", read_inherit},      {"rank", read_rank},
		{"facts", en_schema_facts},     {"codes", read_codes},
		{"errors", read_errors},        {"recognise", read_recognise},
		{"wait", en_schema_waits},      {"buckets", en_schema_buckets},
		{"params", en_schema_params},   {"redact", en_schema_redacts},
		{"rules", en_schema_rules},     {"texts", en_schema_texts},
	};

	if (root->kind != EN_JSON_OBJECT) {
		en_schema_error(schema, EN_DIAG_ROOT, root->offset, "a table is a JSON object");
		return;
	}
	if (!en_document_get(root, EN_STR("errnorm")))
		en_schema_error(schema, EN_DIAG_VERSION, root->offset, "a table begins with \"errnorm\": 1");
	en_schema_table(schema)->broken = !read_identity(schema, root);
	if (!en_schema_table(schema)->broken)
		bind_identity(schema);
	if (en_schema_table(schema)->kind == EN_TABLE_DIALECT) {
		en_schema_dialect(schema, root);
		return;
	}
	/* Even of a table that is nameless everything is read: all mistakes in one run. */
	en_schema_object(schema, root, keys, sizeof keys / sizeof keys[0], NULL);
}

void en_schema_read(struct en_draft *draft, struct en_file file, bool user, bool relaxed)
{
	struct en_schema schema = {.draft = draft, .number = (uint32_t)draft->tables.count};
	struct en_draft_table table = {.file = file, .user = user, .rank = 50, .broken = true};
	struct en_document_error error;

	table.order = schema.number;
	table.rules.first = (uint32_t)draft->rules.count;
	if (draft->tables.count >= EN_TABLE_MAX) {
		en_diag_add(draft->diags, EN_DIAG_LIMIT, &file, 0, EN_STR_NULL, EN_STR_NULL, "more than %u tables",
			    (uint32_t)EN_TABLE_MAX);
		return;
	}
	EN_VEC_PUSH(draft->arena, &draft->tables, table);
	if (draft->arena->failed)
		return;
	schema.file = &file;
	const struct en_node *root = en_document_read(draft->arena, file.text, relaxed, &error);
	if (root) {
		en_schema_table(&schema)->root = root;
		read_root(&schema, root);
	} else if (error.text) {
		struct errnorm_str text = {error.text, strlen(error.text)};
		en_diag_add(draft->diags, EN_DIAG_SYNTAX, &file, error.offset, EN_STR_NULL, EN_STR_NULL, "%s", &text);
	}
	if (!draft->arena->failed)
		en_schema_table(&schema)->rules.count =
			(uint32_t)draft->rules.count - en_schema_table(&schema)->rules.first;
}
