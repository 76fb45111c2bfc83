/*
 * draft.c - the draft's arrays, and the one map through which its strings, facts, phrases, slots and patterns are made once.
 */
#include "draft.h"

#include <string.h>

#include "hash.h"
#include "utf8.h"

static const char *const reserved_facts[EN_FACT_RESERVED] = {
	[EN_FACT_MESSAGE] = "message",
	[EN_FACT_CODE] = "code",
	[EN_FACT_TYPE] = "type",
	[EN_FACT_PARAM] = "param",
	[EN_FACT_STATUS] = "status",
	[EN_FACT_REQUEST_ID] = "request_id",
	[EN_FACT_SHOULD_RETRY] = "should_retry",
	[EN_FACT_TITLE] = "title",
	[EN_FACT_EVENT] = "event",
};

void en_draft_init(struct en_draft *draft, struct en_arena *arena, struct en_diags *diags,
		   const struct errnorm_alloc *alloc)
{
	memset(draft, 0, sizeof *draft);
	draft->arena = arena;
	draft->diags = diags;
	draft->alloc = alloc;
	EN_VEC_PUSH(arena, &draft->phrase_table, (struct en_literal_phrase){0, 0, 0});
	EN_VEC_PUSH(arena, &draft->path_nodes, (struct en_path_node){EN_NONE, EN_NONE, 0});
	for (size_t i = 0; i < EN_FACT_RESERVED; i++)
		en_draft_fact(draft, en_str(reserved_facts[i], strlen(reserved_facts[i])));
}

void en_draft_done(struct en_draft *draft)
{
	for (size_t i = 0; i < draft->regex_objects.count; i++)
		en_regex_free(draft->regex_objects.items[i].regex);
	draft->regex_objects.count = 0;
}

static uint64_t intern_hash(enum en_intern_kind kind, struct errnorm_str text)
{
	return en_hash_bytes((uint64_t)kind + 1, text.ptr, text.len);
}

static struct en_draft_intern *intern_slot(const struct en_draft *draft, uint64_t hash, enum en_intern_kind kind,
					   struct errnorm_str text)
{
	size_t mask = draft->intern_capacity - 1;
	size_t i = (size_t)hash & mask;

	for (;; i = (i + 1) & mask) {
		struct en_draft_intern *slot = &draft->intern[i];
		if (!slot->text.ptr ||
		    (slot->hash == hash && slot->kind == (uint32_t)kind && en_str_eq(slot->text, text)))
			return slot;
	}
}

uint32_t en_draft_find(const struct en_draft *draft, enum en_intern_kind kind, struct errnorm_str text)
{
	const struct en_draft_intern *slot;

	if (!draft->intern_capacity)
		return EN_NONE;
	slot = intern_slot(draft, intern_hash(kind, text), kind, text);
	return slot->text.ptr ? slot->number : EN_NONE;
}

static bool grow_intern(struct en_draft *draft)
{
	size_t capacity = draft->intern_capacity ? draft->intern_capacity * 2 : 1024;
	struct en_draft_intern *old = draft->intern;
	size_t old_capacity = draft->intern_capacity;
	struct en_draft_intern *grown = en_arena_array(draft->arena, capacity, sizeof *grown);

	if (!grown)
		return false;
	draft->intern = grown;
	draft->intern_capacity = capacity;
	for (size_t i = 0; i < old_capacity; i++)
		if (old[i].text.ptr)
			*intern_slot(draft, old[i].hash, (enum en_intern_kind)old[i].kind, old[i].text) = old[i];
	return true;
}

void en_draft_bind(struct en_draft *draft, enum en_intern_kind kind, struct errnorm_str text, uint32_t number)
{
	uint64_t hash = intern_hash(kind, text);

	if (draft->intern_count * 2 >= draft->intern_capacity && !grow_intern(draft))
		return;
	struct en_draft_intern *slot = intern_slot(draft, hash, kind, text);
	if (!slot->text.ptr)
		draft->intern_count++;
	*slot = (struct en_draft_intern){hash, (uint32_t)kind, number, text};
}

struct en_text en_draft_text(struct en_draft *draft, struct errnorm_str text)
{
	uint32_t offset;

	if (!text.ptr)
		return (struct en_text){0, EN_NONE};
	offset = en_draft_find(draft, EN_INTERN_STRING, text);
	if (offset == EN_NONE) {
		struct errnorm_str copy = en_arena_copy(draft->arena, text);
		offset = (uint32_t)draft->strings.count;
		if (!copy.ptr)
			return (struct en_text){0, EN_NONE};
		if (!EN_VEC_GROW(draft->arena, &draft->strings, draft->strings.count + text.len))
			return (struct en_text){0, EN_NONE};
		memcpy(draft->strings.items + draft->strings.count, copy.ptr, text.len);
		draft->strings.count += text.len;
		draft->strings.items[draft->strings.count++] = 0;
		en_draft_bind(draft, EN_INTERN_STRING, copy, offset);
	}
	return (struct en_text){offset, (uint32_t)text.len};
}

struct errnorm_str en_draft_view(const struct en_draft *draft, struct en_text text)
{
	if (text.len == EN_NONE || draft->arena->failed)
		return EN_STR_NULL;
	return en_str(draft->strings.items + text.offset, text.len);
}

struct errnorm_str en_draft_fold(struct en_draft *draft, struct errnorm_str text)
{
	char *out = en_arena_take(draft->arena, text.len + 1);
	size_t len;

	if (!out)
		return EN_STR("");
	len = en_utf8_fold(text, out, text.len);
	en_utf8_lower(out, len, out);
	return en_str(out, len);
}

uint32_t en_draft_fact(struct en_draft *draft, struct errnorm_str name)
{
	uint32_t number = en_draft_find(draft, EN_INTERN_FACT, name);

	if (number == EN_NONE) {
		number = (uint32_t)draft->fact_names.count;
		EN_VEC_PUSH(draft->arena, &draft->fact_names, name);
		en_draft_bind(draft, EN_INTERN_FACT, name, number);
	}
	return number;
}

static uint32_t index_phrase(struct en_draft *draft, struct errnorm_str folded, bool loose)
{
	enum en_intern_kind intern = loose ? EN_INTERN_LOOSE : EN_INTERN_PHRASE;
	uint32_t number = en_draft_find(draft, intern, folded);

	if (number == EN_NONE) {
		struct en_text text = en_draft_text(draft, folded);
		number = (uint32_t)draft->phrase_table.count;
		EN_VEC_PUSH(draft->arena, &draft->phrase_table,
			    (struct en_literal_phrase){text.offset, text.len, loose});
		en_draft_bind(draft, intern, en_arena_copy(draft->arena, folded), number);
	}
	return number;
}

struct en_phrase en_draft_phrase(struct en_draft *draft, struct errnorm_str folded, bool index)
{
	struct en_phrase phrase = {en_draft_text(draft, folded), 0};

	if (index && folded.len >= EN_LITERAL_MIN)
		phrase.literal = index_phrase(draft, folded, false);
	return phrase;
}

struct en_range en_draft_gates(struct en_draft *draft, uint32_t regex)
{
	const struct en_regex_literals *literals = &draft->regex_objects.items[regex].literals;
	struct errnorm_str folded[EN_REGEX_LITERALS_MAX];
	struct en_range gates = {(uint32_t)draft->gates.count, 0};

	for (size_t i = 0; i < literals->count; i++) {
		folded[i] = en_draft_fold(draft, en_str(literals->required[i].text, literals->required[i].len));
		if (folded[i].len < EN_LITERAL_MIN)
			return gates;
	}
	for (size_t i = 0; i < literals->count; i++)
		EN_VEC_PUSH(draft->arena, &draft->gates, index_phrase(draft, folded[i], true));
	gates.count = (uint32_t)literals->count;
	return gates;
}

/* The child of a node for a key, made if it is new. */
static uint32_t path_child(struct en_draft *draft, uint32_t node, struct errnorm_str key)
{
	struct en_text text = en_draft_text(draft, key);
	uint32_t child = (uint32_t)draft->path_nodes.count;

	for (size_t i = 0; i < draft->path_edges.count; i++) {
		const struct en_path_edge *edge = &draft->path_edges.items[i];
		if (edge->node == node && edge->key.offset == text.offset)
			return edge->child;
	}
	EN_VEC_PUSH(draft->arena, &draft->path_nodes, (struct en_path_node){EN_NONE, EN_NONE, 0});
	EN_VEC_PUSH(draft->arena, &draft->path_edges, (struct en_path_edge){node, child, text});
	if (!draft->arena->failed)
		draft->path_nodes.items[node].children = 1;
	return child;
}

static uint32_t path_any(struct en_draft *draft, uint32_t node)
{
	uint32_t child = draft->path_nodes.items[node].any;

	if (child == EN_NONE) {
		child = (uint32_t)draft->path_nodes.count;
		EN_VEC_PUSH(draft->arena, &draft->path_nodes, (struct en_path_node){EN_NONE, EN_NONE, 0});
		if (draft->arena->failed)
			return 0;
		draft->path_nodes.items[node].any = child;
	}
	return child;
}

/* One key of a path: up to a dot or bracket, with backslashes taken out. Returns where it ends. */
static size_t read_key(struct errnorm_str path, size_t i, char key[256], size_t *ret_len)
{
	size_t n = 0;

	while (i < path.len && path.ptr[i] != '.' && path.ptr[i] != '[') {
		if (path.ptr[i] == '\\' && i + 1 < path.len)
			i++;
		if (n < 255)
			key[n++] = path.ptr[i];
		i++;
	}
	*ret_len = n;
	return i;
}

/* "[12]" or "[*]" at path[i]: the child it leads to; 0 if it is neither. *io_i comes to stand behind it. */
static uint32_t read_index(struct en_draft *draft, uint32_t node, struct errnorm_str path, size_t *io_i)
{
	size_t i = *io_i + 1;
	char key[16] = "#";
	size_t n = 1;

	if (i + 1 < path.len && path.ptr[i] == '*' && path.ptr[i + 1] == ']') {
		*io_i = i + 2;
		return path_any(draft, node);
	}
	while (i < path.len && n < 6 && en_is_digit((unsigned char)path.ptr[i]))
		key[n++] = path.ptr[i++];
	if (n == 1 || i >= path.len || path.ptr[i] != ']')
		return 0;
	*io_i = i + 1;
	return path_child(draft, node, en_str(key, n));
}

/* The node of a path such as error.details[*].reason, made as far as it is new; EN_NONE with *ret_error if it is none. */
static uint32_t path_node(struct en_draft *draft, struct errnorm_str path, const char **ret_error, size_t *ret_offset)
{
	uint32_t node = 0;
	size_t depth = 0;
	size_t i = 0;

	if (en_str_eq(path, EN_STR("$")))
		return 0;
	while (i < path.len) {
		char key[256];
		size_t len;
		*ret_offset = i;
		if (++depth > EN_PATH_DEPTH_MAX) {
			*ret_error = "a path this deep is not supported";
			return EN_NONE;
		}
		if (path.ptr[i] == '[') {
			node = read_index(draft, node, path, &i);
			if (node == 0) {
				*ret_error = "expected [*] or a number in brackets";
				return EN_NONE;
			}
		} else {
			i = read_key(path, i, key, &len);
			if (len == 0) {
				*ret_error = "an empty key in a path";
				return EN_NONE;
			}
			node = path_child(draft, node, en_str(key, len));
		}
		if (draft->arena->failed)
			return EN_NONE;
		if (i < path.len && path.ptr[i] == '.' && ++i == path.len) {
			*ret_offset = i;
			*ret_error = "an empty key in a path";
			return EN_NONE;
		}
	}
	return node;
}

uint32_t en_draft_slot(struct en_draft *draft, struct errnorm_str source, const char **ret_error, size_t *ret_offset)
{
	struct en_slot_info info = {EN_SLOT_PATH, {0, EN_NONE}, {0, EN_NONE}};
	uint32_t slot = en_draft_find(draft, EN_INTERN_SLOT, source);
	uint32_t node = EN_NONE;

	*ret_error = NULL;
	*ret_offset = 0;
	if (slot != EN_NONE)
		return slot;
	if (en_str_starts(source, EN_STR("header:"))) {
		info.kind = EN_SLOT_HEADER;
		info.name = en_draft_text(draft, en_draft_fold(draft, en_str_from(source, 7)));
		*ret_offset = 7;
	} else if (en_str_starts(source, EN_STR("comment:"))) {
		info.kind = EN_SLOT_COMMENT;
		info.name = en_draft_text(draft, en_str_from(source, 8));
		*ret_offset = 8;
	} else if (en_str_eq(source, EN_STR("event"))) {
		info.kind = EN_SLOT_EVENT;
	} else {
		node = path_node(draft, source, ret_error, ret_offset);
		if (node == EN_NONE)
			return EN_NONE;
		if (draft->path_nodes.items[node].slot != EN_NONE)
			return draft->path_nodes.items[node].slot;
	}
	if (info.kind != EN_SLOT_PATH && info.kind != EN_SLOT_EVENT && info.name.len == 0) {
		*ret_error = "a name is missing behind the colon";
		return EN_NONE;
	}
	info.source = en_draft_text(draft, source);
	slot = (uint32_t)draft->slots.count;
	EN_VEC_PUSH(draft->arena, &draft->slots, info);
	if (node != EN_NONE && !draft->arena->failed)
		draft->path_nodes.items[node].slot = slot;
	en_draft_bind(draft, EN_INTERN_SLOT, source, slot);
	return slot;
}

static void add_group_names(struct en_draft *draft, const struct en_regex *regex, struct en_regex_info *info)
{
	const char *name;
	unsigned group;

	info->names.first = (uint32_t)draft->regex_names.count;
	for (size_t i = 0; en_regex_name(regex, i, &name, &group); i++) {
		struct en_group entry = {en_draft_text(draft, en_str(name, strlen(name))), group};
		EN_VEC_PUSH(draft->arena, &draft->regex_names, entry);
	}
	info->names.count = (uint32_t)draft->regex_names.count - info->names.first;
}

uint32_t en_draft_regex(struct en_draft *draft, struct errnorm_str pattern, enum en_regex_kind kind, uint32_t table,
			size_t offset, struct en_regex_error *ret_error)
{
	enum en_intern_kind intern = kind == EN_REGEX_SEARCH ? EN_INTERN_REGEX_SEARCH : EN_INTERN_REGEX_HERE;
	uint32_t number = en_draft_find(draft, intern, pattern);
	struct en_draft_regex object = {.table = table, .offset = offset};
	struct en_regex_info info = {.kind = (uint32_t)kind};

	if (number != EN_NONE)
		return number;
	object.regex = en_regex_new(draft->alloc, pattern, kind, ret_error);
	if (!object.regex) {
		if (ret_error->offset == (size_t)-1)
			draft->arena->failed = true;
		return EN_NONE;
	}
	en_regex_literals(pattern, kind, &object.literals);
	info.pattern = en_draft_text(draft, pattern);
	info.groups = (uint32_t)en_regex_group_count(object.regex);
	add_group_names(draft, object.regex, &info);
	number = (uint32_t)draft->regexes.count;
	EN_VEC_PUSH(draft->arena, &draft->regex_objects, object);
	if (draft->regex_objects.count != number + 1)
		en_regex_free(object.regex);
	EN_VEC_PUSH(draft->arena, &draft->regexes, info);
	en_draft_bind(draft, intern, pattern, number);
	return draft->arena->failed ? EN_NONE : number;
}
