/*
 * schema_source.c - where things are read from: facts and their sources, waits, buckets, patterns for parameters and secrets.
 */
#include "schema.h"

#include <string.h>

/* A slot for the source text of a node; errors point into the string, skip bytes on. */
static uint32_t read_slot(struct en_schema *schema, const struct en_node *node, struct errnorm_str source, size_t skip)
{
	const char *error;
	size_t offset;
	uint32_t slot;
	struct errnorm_str text;

	if (source.len == 0) {
		en_schema_error(schema, EN_DIAG_SOURCE, en_document_string_offset(node, skip),
				"a source is missing here");
		return EN_NONE;
	}
	slot = en_draft_slot(schema->draft, source, &error, &offset);
	if (slot != EN_NONE || !error)
		return slot;
	text = en_str(error, strlen(error));
	en_diag_add(schema->draft->diags, EN_DIAG_SOURCE, schema->file, en_document_string_offset(node, skip + offset),
		    schema->rule, EN_STR_NULL, "%s", &text);
	return EN_NONE;
}

static void read_source(struct en_schema *schema, const struct en_node *node)
{
	struct en_source source = {EN_NONE, EN_SOURCE_SCALAR};
	struct errnorm_str text;
	size_t skip = 0;

	if (!en_schema_string(schema, node, "a source", &text))
		return;
	if (en_str_starts(text, EN_STR("raw:"))) {
		source.form = EN_SOURCE_RAW;
		skip = 4;
	} else if (en_str_starts(text, EN_STR("path:"))) {
		source.form = EN_SOURCE_PATH;
		skip = 5;
	}
	source.slot = read_slot(schema, node, en_str_from(text, skip), skip);
	if (source.slot != EN_NONE)
		EN_VEC_PUSH(schema->draft->arena, &schema->draft->sources, source);
}

static void add_fact(struct en_schema *schema, uint32_t fact, uint32_t first, size_t offset)
{
	struct en_draft *draft = schema->draft;
	struct en_draft_fact entry = {fact, {first, (uint32_t)draft->sources.count - first}, offset};

	EN_VEC_PUSH(draft->arena, &en_schema_table(schema)->facts, entry);
}

/* The fact of a name, which may be new; EN_NONE where there is no room for another one. */
static uint32_t take_fact(struct en_schema *schema, const struct en_node *node, struct errnorm_str name)
{
	struct en_draft *draft = schema->draft;

	if (draft->fact_names.count < EN_FACT_MAX || en_draft_find(draft, EN_INTERN_FACT, name) != EN_NONE)
		return en_draft_fact(draft, name);
	en_schema_error(schema, EN_DIAG_LIMIT, node->key_offset, "too many facts");
	return EN_NONE;
}

void en_schema_facts(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct en_draft *draft = schema->draft;

	(void)into;
	if (!en_schema_expect(schema, node, EN_JSON_OBJECT, "an object of facts"))
		return;
	for (const struct en_node *item = node->child; item; item = item->next) {
		uint32_t first = (uint32_t)draft->sources.count;
		uint32_t fact;
		if (en_schema_repeated(schema, node, item))
			continue;
		if (!en_schema_is_name(item->key, false)) {
			en_schema_error(schema, EN_DIAG_NAME, item->key_offset,
					"a fact's name is made of a-z, 0-9 and _");
			continue;
		}
		if (!en_schema_expect(schema, item, EN_JSON_ARRAY, "a list of sources"))
			continue;
		if (!item->child)
			en_schema_error(schema, EN_DIAG_EMPTY, item->offset, "a fact needs a source");
		fact = take_fact(schema, item, item->key);
		for (const struct en_node *source = item->child; source; source = source->next)
			read_source(schema, source);
		if (fact != EN_NONE)
			add_fact(schema, fact, first, item->key_offset);
	}
}

uint32_t en_schema_fact(struct en_schema *schema, const struct en_node *node, struct errnorm_str name)
{
	struct en_draft *draft = schema->draft;
	uint32_t fact;
	uint32_t first = (uint32_t)draft->sources.count;

	if (!en_str_starts(name, EN_STR("header:")))
		return take_fact(schema, node, name);
	name = en_draft_fold(draft, name);
	fact = take_fact(schema, node, name);
	if (fact == EN_NONE)
		return EN_NONE;
	for (size_t i = 0; i < en_schema_table(schema)->facts.count; i++)
		if (en_schema_table(schema)->facts.items[i].fact == fact)
			return fact;
	const char *error;
	size_t offset;
	struct en_source source = {en_draft_slot(draft, name, &error, &offset), EN_SOURCE_SCALAR};
	if (source.slot == EN_NONE) {
		if (error)
			en_schema_error(schema, EN_DIAG_SOURCE, node->key_offset,
					"a header's name is missing behind the colon");
		return EN_NONE;
	}
	EN_VEC_PUSH(draft->arena, &draft->sources, source);
	add_fact(schema, fact, first, node->key_offset);
	return fact;
}

uint32_t en_schema_regex(struct en_schema *schema, const struct en_node *node, enum en_regex_kind kind)
{
	struct en_regex_error error;
	struct errnorm_str pattern;
	struct errnorm_str text;
	uint32_t regex;

	if (!en_schema_string(schema, node, "a regular expression", &pattern))
		return EN_NONE;
	regex = en_draft_regex(schema->draft, pattern, kind, schema->number, node->offset, &error);
	if (regex == EN_NONE && !schema->draft->arena->failed) {
		text = en_str(error.text, strlen(error.text));
		en_diag_add(schema->draft->diags, EN_DIAG_REGEX, schema->file,
			    en_document_string_offset(node, error.offset), schema->rule, EN_STR_NULL, "%s", &text);
	}
	return regex;
}

/* " as ms", " as s" or " as epoch" at the end of a wait's source. */
static bool take_unit(struct errnorm_str *io_text, uint32_t *ret_unit)
{
	static const struct {
		struct errnorm_str suffix;
		enum en_wait_unit unit;
	} units[] = {{{" as ms", 6}, EN_UNIT_MS}, {{" as s", 5}, EN_UNIT_SECONDS}, {{" as epoch", 9}, EN_UNIT_EPOCH}};

	*ret_unit = EN_UNIT_SECONDS;
	for (size_t i = 0; i < 3; i++) {
		struct errnorm_str suffix = units[i].suffix;
		if (io_text->len > suffix.len && en_str_eq(en_str_from(*io_text, io_text->len - suffix.len), suffix)) {
			io_text->len -= suffix.len;
			*ret_unit = (uint32_t)units[i].unit;
			return true;
		}
	}
	return false;
}

static bool ends_with(struct errnorm_str text, struct errnorm_str suffix)
{
	return text.len >= suffix.len && en_str_case_eq(en_str_from(text, text.len - suffix.len), suffix);
}

/* message:prefix{duration}suffix */
static bool read_wording(struct en_schema *schema, const struct en_node *node, struct errnorm_str wording,
			 struct en_wait *wait)
{
	static const struct errnorm_str duration = {"{duration}", 10};
	static const struct errnorm_str time = {"{time}", 6};
	struct errnorm_str mark = duration;
	size_t at = en_str_find(wording, duration, 0);
	struct errnorm_str prefix;
	struct errnorm_str suffix;
	struct en_phrase phrase;

	wait->kind = EN_WAIT_PHRASE;
	if (at == (size_t)-1) {
		at = en_str_find(wording, time, 0);
		mark = time;
		wait->kind = EN_WAIT_TIME;
	}
	if (at == (size_t)-1) {
		en_schema_error(schema, EN_DIAG_SOURCE, en_document_string_offset(node, 8),
				"a wording needs {duration} or {time}");
		return false;
	}
	/* Folding takes the blank before the mark; it is skipped anyway where the duration is read. */
	prefix = en_draft_fold(schema->draft, en_str(wording.ptr, at));
	suffix = en_draft_fold(schema->draft, en_str_from(wording, at + mark.len));
	if (prefix.len + suffix.len < 4) {
		en_schema_error(schema, EN_DIAG_SOURCE, en_document_string_offset(node, 8),
				"the words around the mark are too short to find it by");
		return false;
	}
	if (prefix.len == 0 && wait->kind == EN_WAIT_TIME) {
		en_schema_error(schema, EN_DIAG_SOURCE, en_document_string_offset(node, 8),
				"words must stand before {time}");
		return false;
	}
	phrase = en_draft_phrase(schema->draft, prefix.len ? prefix : suffix, true);
	wait->literal = phrase.literal ? phrase.literal : EN_NONE;
	wait->prefix = en_draft_text(schema->draft, prefix);
	wait->suffix = en_draft_text(schema->draft, suffix);
	return true;
}

void en_schema_waits(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct en_draft *draft = schema->draft;
	uint32_t first = (uint32_t)draft->waits.count;

	(void)into;
	if (!en_schema_expect(schema, node, EN_JSON_ARRAY, "a list of sources"))
		return;
	for (const struct en_node *item = node->child; item; item = item->next) {
		struct en_wait wait = {.kind = EN_WAIT_SLOT, .slot = EN_NONE, .literal = EN_NONE};
		struct errnorm_str text;
		if (!en_schema_string(schema, item, "a source", &text))
			continue;
		wait.source = en_draft_text(draft, text);
		wait.prefix = wait.suffix = (struct en_text){0, EN_NONE};
		if (en_str_starts(text, EN_STR("message:"))) {
			if (!read_wording(schema, item, en_str_from(text, 8), &wait))
				continue;
		} else {
			if (!take_unit(&text, &wait.unit) && ends_with(text, EN_STR("-ms")))
				wait.unit = EN_UNIT_MS;
			wait.slot = read_slot(schema, item, text, 0);
			if (wait.slot == EN_NONE)
				continue;
		}
		EN_VEC_PUSH(draft->arena, &draft->waits, wait);
	}
	en_schema_table(schema)->waits = (struct en_range){first, (uint32_t)draft->waits.count - first};
}

uint32_t en_schema_period(struct en_schema *schema, const struct en_node *node)
{
	static const struct errnorm_str words[] = {{"second", 6}, {"minute", 6}, {"hour", 4}, {"day", 3},
						   {"week", 4},   {"month", 5},  {"plan", 4}};
	int word = en_schema_word(schema, node, words, 7);

	return word < 0 ? EN_PERIOD_NONE : (uint32_t)word + 1;
}

static void read_bucket_name(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct errnorm_str text;

	if (en_schema_string(schema, node, "a name", &text))
		((struct en_bucket *)into)->name = en_draft_text(schema->draft, en_draft_fold(schema->draft, text));
}

static void read_bucket_remaining(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct errnorm_str text;

	if (en_schema_string(schema, node, "a source", &text))
		((struct en_bucket *)into)->remaining = read_slot(schema, node, text, 0);
}

static void read_bucket_reset(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct en_bucket *bucket = into;
	struct errnorm_str text;

	if (!en_schema_string(schema, node, "a source", &text))
		return;
	if (!take_unit(&text, &bucket->unit) && ends_with(text, EN_STR("-ms")))
		bucket->unit = EN_UNIT_MS;
	bucket->reset = read_slot(schema, node, text, 0);
}

static void read_bucket_period(struct en_schema *schema, const struct en_node *node, void *into)
{
	((struct en_bucket *)into)->period = en_schema_period(schema, node);
}

void en_schema_buckets(struct en_schema *schema, const struct en_node *node, void *into)
{
	static const struct en_schema_key keys[] = {
		{"name", read_bucket_name},
		{"remaining", read_bucket_remaining},
		{"reset", read_bucket_reset},
		{"period", read_bucket_period},
	};
	struct en_draft *draft = schema->draft;
	uint32_t first = (uint32_t)draft->buckets.count;

	(void)into;
	if (!en_schema_expect(schema, node, EN_JSON_ARRAY, "a list of buckets"))
		return;
	for (const struct en_node *item = node->child; item; item = item->next) {
		struct en_bucket bucket = {.name = {0, EN_NONE}, .remaining = EN_NONE, .reset = EN_NONE};
		if (!en_schema_expect(schema, item, EN_JSON_OBJECT, "a bucket"))
			continue;
		en_schema_object(schema, item, keys, 4, &bucket);
		if (bucket.reset != EN_NONE)
			EN_VEC_PUSH(draft->arena, &draft->buckets, bucket);
		else if (en_schema_lacks(item, keys, 4, "reset"))
			en_schema_error(schema, EN_DIAG_MISSING_KEY, item->offset, "a bucket needs \"reset\"");
	}
	en_schema_table(schema)->buckets = (struct en_range){first, (uint32_t)draft->buckets.count - first};
}

/* The number of the group of a name; 0 if the pattern has none. */
static uint32_t group_named(const struct en_draft *draft, uint32_t regex, struct errnorm_str name)
{
	struct en_range names = draft->regexes.items[regex].names;

	for (uint32_t i = names.first; i < names.first + names.count; i++)
		if (en_str_eq(en_draft_view(draft, draft->regex_names.items[i].name), name))
			return draft->regex_names.items[i].group;
	return 0;
}

/* The literals of a pattern, one of which every match contains; none if one of them is a single character. */
static struct en_range add_literals(struct en_draft *draft, const struct en_regex_literals *literals)
{
	struct en_range range = {(uint32_t)draft->literals.count, 0};

	if (literals->shortest < 2)
		return range;
	for (size_t i = 0; i < literals->count; i++)
		EN_VEC_PUSH(draft->arena, &draft->literals,
			    en_draft_text(draft, en_str(literals->required[i].text, literals->required[i].len)));
	range.count = (uint32_t)literals->count;
	return range;
}

void en_schema_params(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct en_draft *draft = schema->draft;
	uint32_t first = (uint32_t)draft->params.count;

	(void)into;
	if (!en_schema_expect(schema, node, EN_JSON_ARRAY, "a list of regular expressions"))
		return;
	for (const struct en_node *item = node->child; item; item = item->next) {
		struct en_param param = {.regex = en_schema_regex(schema, item, EN_REGEX_SEARCH)};
		if (param.regex == EN_NONE)
			continue;
		param.group = group_named(draft, param.regex, EN_STR("param"));
		param.gates = en_draft_gates(draft, param.regex);
		if (!param.gates.count)
			param.literals = add_literals(draft, &draft->regex_objects.items[param.regex].literals);
		if (param.group)
			EN_VEC_PUSH(draft->arena, &draft->params, param);
		else
			en_schema_error(schema, EN_DIAG_REGEX, item->offset,
					"this pattern needs a group (?<param>...)");
	}
	en_schema_table(schema)->params = (struct en_range){first, (uint32_t)draft->params.count - first};
}

/* What the word must hold before a pattern of secrets is run. */
static void note_literals(struct en_draft *draft, struct en_redact *redact)
{
	const struct en_regex_literals *literals = &draft->regex_objects.items[redact->regex].literals;

	redact->prefix = (struct en_text){0, EN_NONE};
	for (unsigned char c = 0; c < 128; c++)
		if (literals->always[c / 64] >> (c % 64) & 1)
			redact->marks |= en_redact_mark(c);
	if (literals->count == 1 && literals->shortest == 1)
		redact->marks |= en_redact_mark((unsigned char)literals->required[0].text[0]);
	redact->literals = add_literals(draft, literals);
}

/* Tables repeat each other's patterns, and a long beginning may be cut to one that is known. */
static void push_redact(struct en_draft *draft, const struct en_redact *redact)
{
	for (size_t i = 0; i < draft->redacts.count; i++) {
		const struct en_redact *other = &draft->redacts.items[i];
		if (other->regex == redact->regex && other->skip == redact->skip &&
		    other->prefix.offset == redact->prefix.offset && other->prefix.len == redact->prefix.len)
			return;
	}
	EN_VEC_PUSH(draft->arena, &draft->redacts, *redact);
}

/* A pattern that can begin in some ways only is entered once for each, to be looked for by it. */
static void add_redact(struct en_draft *draft, struct en_redact redact, struct errnorm_str pattern)
{
	struct en_regex_literal prefixes[EN_REGEX_PREFIXES_MAX];
	struct errnorm_str words[EN_REGEX_PREFIXES_MAX];
	size_t count = en_regex_prefixes(pattern, prefixes);
	bool known = count > 0;

	for (size_t i = 0; i < count; i++) {
		words[i] = en_str(prefixes[i].text, prefixes[i].len);
		while (words[i].len && !en_is_alnum((unsigned char)words[i].ptr[0]))
			words[i] = en_str_from(words[i], 1);
		known &= words[i].len >= EN_REDACT_PREFIX;
	}
	if (!known)
		push_redact(draft, &redact);
	for (size_t i = 0; known && i < count; i++) {
		redact.prefix = en_draft_text(draft, words[i]);
		redact.skip = (uint32_t)(prefixes[i].len - words[i].len);
		push_redact(draft, &redact);
	}
}

void en_schema_redacts(struct en_schema *schema, const struct en_node *node, void *into)
{
	struct en_draft *draft = schema->draft;
	uint32_t first = (uint32_t)draft->redacts.count;

	(void)into;
	if (!en_schema_expect(schema, node, EN_JSON_ARRAY, "a list of regular expressions"))
		return;
	for (const struct en_node *item = node->child; item; item = item->next) {
		struct en_redact redact = {.regex = en_schema_regex(schema, item, EN_REGEX_HERE),
					   .table = schema->number};
		if (redact.regex == EN_NONE)
			continue;
		en_regex_start(draft->regex_objects.items[redact.regex].regex, redact.first, &redact.min_len);
		note_literals(draft, &redact);
		redact.secret_group = group_named(draft, redact.regex, EN_STR("secret"));
		if (redact.min_len < 3)
			en_schema_error(schema, EN_DIAG_REGEX, item->offset,
					"this pattern matches texts of less than 3 characters");
		else
			add_redact(draft, redact, item->text);
	}
	en_schema_table(schema)->redacts = (struct en_range){first, (uint32_t)draft->redacts.count - first};
}
