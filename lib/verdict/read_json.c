/*
 * read_json.c - one pass over a JSON body, down the tree of the places that any table names.
 */
#include "work.h"

#include <string.h>

#include "key.h"

struct walk {
	const struct en_model *model;
	const struct en_path_node *nodes;
	const struct en_path_edge *edges;
	struct en_layer *layer;
	struct en_json json;
};

static uint32_t find_child(const struct walk *walk, uint32_t node, struct errnorm_str key)
{
	uint32_t mask = walk->model->edge_mask;
	uint32_t i = en_edge_hash(node, key.ptr, key.len) & mask;

	for (; walk->edges[i].child != EN_NONE; i = (i + 1) & mask)
		if (walk->edges[i].node == node && en_str_eq(en_model_text(walk->model, walk->edges[i].key), key))
			return walk->edges[i].child;
	return EN_NONE;
}

static uint32_t find_element(const struct walk *walk, uint32_t node, size_t index)
{
	char key[4] = "#";
	size_t len = 2;

	if (!walk->nodes[node].children || index > 99)
		return EN_NONE;
	if (index > 9)
		key[1] = (char)('0' + index / 10), len = 3;
	key[len - 1] = (char)('0' + index % 10);
	return find_child(walk, node, en_str(key, len));
}

static void walk_value(struct walk *walk, uint32_t node);

static void skip_value(struct walk *walk)
{
	struct en_json_value value;

	en_json_value(&walk->json, &value);
}

static void walk_object(struct walk *walk, uint32_t node)
{
	struct en_json_value key;
	char decoded[EN_FIELD_MAX];

	while (en_json_key(&walk->json, &key)) {
		struct errnorm_str name = key.raw;
		if (key.escaped)
			name = en_str(decoded, en_json_decode(key.raw, decoded, sizeof decoded));
		uint32_t child = walk->nodes[node].children ? find_child(walk, node, name) : EN_NONE;
		if (child != EN_NONE)
			walk_value(walk, child);
		else
			skip_value(walk);
	}
}

static void walk_array(struct walk *walk, uint32_t node)
{
	uint32_t any = walk->nodes[node].any;

	for (size_t i = 0; en_json_element(&walk->json); i++) {
		uint32_t child = find_element(walk, node, i);
		struct en_json here = walk->json;
		if (any != EN_NONE)
			walk_value(walk, any);
		if (child != EN_NONE) {
			walk->json = here;
			walk_value(walk, child);
		} else if (any == EN_NONE) {
			skip_value(walk);
		}
	}
}

/* Goes only as deep as the tables have paths; everything else is skipped. */
static void walk_value(struct walk *walk, uint32_t node)
{
	const struct en_path_node *info = &walk->nodes[node];
	enum en_json_kind kind = en_json_peek(&walk->json);
	struct en_json_value value;

	if ((kind == EN_JSON_OBJECT && info->children) ||
	    (kind == EN_JSON_ARRAY && (info->children || info->any != EN_NONE))) {
		value = (struct en_json_value){.kind = kind, .raw = {walk->json.p, 0}};
		en_json_enter(&walk->json);
		if (kind == EN_JSON_OBJECT)
			walk_object(walk, node);
		else
			walk_array(walk, node);
		value.raw.len = (size_t)(walk->json.p - value.raw.ptr);
	} else {
		en_json_value(&walk->json, &value);
	}
	/* Of a number that is cut off nobody knows the rest; the beginning of a text still says something. */
	if (info->slot != EN_NONE && value.kind != EN_JSON_NONE && value.kind != EN_JSON_NULL &&
	    !(value.kind == EN_JSON_NUMBER && value.cut))
		en_slot_set(walk->layer, info->slot, (uint8_t)value.kind, value.escaped, value.raw);
}

/* "model" is required; [429] too many requests: what begins like a JSON string or a list of scalars, and goes on as a sentence. */
static bool is_sentence(struct en_json json)
{
	struct en_json inner = json;
	struct en_json_value value;
	enum en_json_kind kind = en_json_peek(&json);

	if (kind == EN_JSON_ARRAY) {
		en_json_enter(&inner);
		if (!en_json_element(&inner))
			return false;
		kind = en_json_peek(&inner);
	}
	if (kind == EN_JSON_OBJECT || kind == EN_JSON_ARRAY)
		return false;
	en_json_value(&json, &value);
	return !value.cut && en_str_trim(en_str(json.p, (size_t)(json.end - json.p))).len > 0;
}

bool en_read_json(struct errnorm_scratch *work, struct en_layer *layer, struct errnorm_str text, bool *ret_broken,
		  struct errnorm_str *ret_rest)
{
	struct walk walk = {work->model,
			    EN_AT(work->model, path_nodes, struct en_path_node),
			    EN_AT(work->model, path_edges, struct en_path_edge),
			    layer,
			    {0}};
	bool any = true;
	bool object;

	*ret_rest = EN_STR("");
	en_json_init(&walk.json, text);
	if (is_sentence(walk.json))
		return false;
	/* An array is a wrapping of what it holds: its first element is the body. */
	if (en_json_peek(&walk.json) == EN_JSON_ARRAY) {
		en_json_enter(&walk.json);
		any = en_json_element(&walk.json);
	}
	object = en_json_peek(&walk.json) == EN_JSON_OBJECT && walk.json.p[0] == text.ptr[0];
	if (any)
		walk_value(&walk, 0);
	if (object)
		*ret_rest = en_str_trim(en_str(walk.json.p, (size_t)(walk.json.end - walk.json.p)));
	*ret_broken = walk.json.cut || walk.json.bad;
	if (!walk.json.bad)
		return true;
	for (size_t i = 0; i < (work->model->slots.count + 63) / 64; i++)
		if (layer->slot_bits[i])
			return true; /* broken, but something was read */
	return false;
}
