/*
 * schema.c - a table as a whole: which keys it has, what it is called, what it inherits.
 */
#include "schema.h"

#include <string.h>

struct en_draft_table *en_schema_table(struct en_schema *schema)
{
	return &schema->draft->tables.items[schema->number];
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
		{"facts", en_schema_facts},     {"codes", en_schema_codes},
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
