/*
 * image.c - a program of the build: reads the tables of mappings/, checks them as any load does, and writes them as C: the frozen
 * block, and the texts without what only people and tests need.
 *
 *   errnorm-image OUT.c ROOT FILE...      FILE: relative to ROOT, and the name that stands in verdicts
 *
 * What it writes depends on the tables alone: no path, no time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "freeze.h"
#include "schema.h"

struct image {
	struct en_arena arena;
	struct en_diags diags;
	struct en_draft draft;
	const char *root;
	FILE *out;
};

static struct errnorm_str read_file(struct image *image, const char *name)
{
	char path[4096];
	FILE *file;
	long size;
	char *text;

	snprintf(path, sizeof path, "%s/%s", image->root, name);
	file = fopen(path, "rb");
	if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0 || fseek(file, 0, SEEK_SET)) {
		fprintf(stderr, "errnorm-image: cannot read %s\n", path);
		exit(1);
	}
	text = en_arena_take(&image->arena, (size_t)size + 1);
	if (!text || fread(text, 1, (size_t)size, file) != (size_t)size) {
		fprintf(stderr, "errnorm-image: cannot read %s\n", path);
		exit(1);
	}
	fclose(file);
	return en_str(text, (size_t)size);
}

static void print_diags(const struct image *image)
{
	for (size_t i = 0; i < image->diags.count; i++) {
		const struct errnorm_diag *diag = &image->diags.list[i].told;
		fprintf(stderr, "mappings/%.*s:%u:%u: error: %.*s [EN%03u]\n", (int)diag->file.len, diag->file.ptr,
			diag->line, diag->column, (int)diag->message.len, diag->message.ptr, diag->id);
	}
}

static void write_model(struct image *image, const struct en_model *model)
{
	const unsigned char *bytes = (const unsigned char *)model;

	fprintf(image->out, "static const uint64_t block[] = {\n");
	for (size_t i = 0; i < model->size; i += 8) {
		uint64_t word;
		memcpy(&word, bytes + i, 8);
		fprintf(image->out, "0x%llx,%s", (unsigned long long)word, i % 64 == 56 ? "\n" : "");
	}
	fprintf(image->out, "};\n\n");
}

/* Takes a member out of the text, but for its line breaks; a comma that is left over is allowed where this is read. */
static void blank(char *text, const struct en_node *node, size_t len)
{
	size_t end = node->offset + node->raw.len;

	while (end < len && (text[end] == ' ' || text[end] == '\n' || text[end] == '\r'))
		end++;
	if (end == len || text[end] != ',')
		end = node->offset + node->raw.len;
	else
		end++;
	for (size_t i = node->key_offset; i < end; i++)
		if (text[i] != '\n')
			text[i] = 0;
}

static void blank_members(char *text, const struct en_node *object, size_t len)
{
	static const struct errnorm_str names[] = {{"examples", 8}, {"source", 6}, {"note", 4}};

	for (size_t i = 0; i < 3; i++) {
		const struct en_node *member = en_document_get(object, names[i]);
		if (member)
			blank(text, member, len);
	}
}

/* The bytes that are left, as a C string; blanks at the beginning of lines are left out, too, as no place in a verdict has a column. */
static void write_text(struct image *image, size_t number, const char *text, size_t len)
{
	bool line_start = true;

	fprintf(image->out, "static const char text%zu[] = {\n", number);
	for (size_t i = 0, column = 0; i < len; i++) {
		if (text[i] == 0 || (line_start && text[i] == ' '))
			continue;
		line_start = text[i] == '\n';
		column += (size_t)fprintf(image->out, "%d,", (signed char)text[i]);
		if (column > 90) {
			fputc('\n', image->out);
			column = 0;
		}
	}
	fprintf(image->out, "};\n\n");
}

static void write_texts(struct image *image)
{
	for (size_t i = 0; i < image->draft.tables.count; i++) {
		const struct en_draft_table *table = &image->draft.tables.items[i];
		const struct en_node *rules = en_document_get(table->root, EN_STR("rules"));
		struct errnorm_str copy = en_arena_copy(&image->arena, table->file.text);
		char *text = (char *)(uintptr_t)copy.ptr;
		blank_members(text, table->root, copy.len);
		for (const struct en_node *rule = rules ? rules->child : NULL; rule; rule = rule->next)
			blank_members(text, rule, copy.len);
		write_text(image, i, text, copy.len);
	}
	fprintf(image->out, "const struct en_file en_builtin_files[] = {\n");
	for (size_t i = 0; i < image->draft.tables.count; i++)
		fprintf(image->out, "\t{{\"%.*s\", %zu}, {text%zu, sizeof text%zu}},\n",
			(int)image->draft.tables.items[i].file.name.len, image->draft.tables.items[i].file.name.ptr,
			image->draft.tables.items[i].file.name.len, i, i);
	fprintf(image->out, "};\n\nconst size_t en_builtin_file_count = %zu;\n\n", image->draft.tables.count);
}

int main(int argc, char **argv)
{
	struct image image = {.root = argc > 2 ? argv[2] : NULL};
	struct en_model *model;

	if (argc < 4) {
		fprintf(stderr, "usage: errnorm-image OUT.c ROOT FILE...\n");
		return 2;
	}
	en_arena_init(&image.arena, &en_alloc_libc);
	image.diags.arena = &image.arena;
	en_draft_init(&image.draft, &image.arena, &image.diags, &en_alloc_libc);
	for (int i = 3; i < argc; i++) {
		struct en_file file = {{argv[i], strlen(argv[i])}, read_file(&image, argv[i])};
		en_schema_read(&image.draft, file, false, false);
	}
	if (!image.arena.failed)
		en_check(&image.draft);
	en_diag_sort(&image.diags);
	print_diags(&image);
	if (image.arena.failed || image.diags.errors)
		return 1;
	model = en_freeze(&image.draft, &en_alloc_libc);
	image.out = model ? fopen(argv[1], "wb") : NULL;
	if (!image.out) {
		fprintf(stderr, "errnorm-image: cannot write %s\n", argv[1]);
		return 1;
	}
	fprintf(image.out, "/* Written by image.c from mappings/. */\n#include \"builtin.h\"\n\n"
			   "#include \"freeze.h\"\n\n");
	write_model(&image, model);
	write_texts(&image);
	fprintf(image.out, "const struct en_model *en_builtin_model(void)\n{\n"
			   "\tconst struct en_model *model = (const void *)block;\n\n"
			   "\treturn en_model_valid(model, model->size, false) ? model : NULL;\n}\n");
	free(model);
	en_draft_done(&image.draft);
	en_arena_done(&image.arena);
	return fclose(image.out) == 0 ? 0 : 1;
}
