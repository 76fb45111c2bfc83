/*
 * load.c - the builder: texts in, frozen tables or a list of mistakes out.
 */
#include <errnorm/load.h>

#include <string.h>

#include "builder.h"
#include "builtin.h"
#include "check.h"
#include "examples.h"
#include "files.h"
#include "freeze.h"
#include "handle.h"
#include "schema.h"

enum errnorm_rc errnorm_builder_new(const struct errnorm_alloc *alloc, struct errnorm_builder **ret)
{
	struct errnorm_builder *builder;

	alloc = en_alloc_of(alloc);
	if (!alloc || !ret)
		return ERRNORM_EARG;
	builder = alloc->alloc(alloc->user, sizeof *builder);
	if (!builder)
		return ERRNORM_ENOMEM;
	memset(builder, 0, sizeof *builder);
	builder->alloc = *alloc;
	en_arena_init(&builder->arena, &builder->alloc);
	builder->diags.arena = &builder->arena;
	*ret = builder;
	return ERRNORM_OK;
}

struct errnorm_builder *errnorm_builder_free(struct errnorm_builder *builder)
{
	if (builder) {
		struct errnorm_alloc alloc = builder->alloc;
		en_draft_done(&builder->draft);
		en_arena_done(&builder->arena);
		alloc.free(alloc.user, builder, sizeof *builder);
	}
	return NULL;
}

static enum errnorm_rc state(const struct errnorm_builder *builder)
{
	return builder->arena.failed ? ERRNORM_ENOMEM : ERRNORM_OK;
}

enum errnorm_rc errnorm_builder_add_builtin(struct errnorm_builder *builder)
{
	const struct en_model *model = en_builtin_model();

	if (!builder || builder->finished || builder->builtin)
		return ERRNORM_EARG;
	for (size_t i = 0; i < en_builtin_file_count; i++) {
		const struct en_table *counted = model ? EN_AT(model, tables, struct en_table) + i : NULL;
		struct en_builder_text entry = {en_builtin_files[i], false, counted};
		EN_VEC_PUSH(&builder->arena, &builder->texts, entry);
	}
	builder->builtin = true;
	return state(builder);
}

enum errnorm_rc errnorm_builder_add_text(struct errnorm_builder *builder, struct errnorm_str name,
					 struct errnorm_str text)
{
	struct en_builder_text entry = {.user = true};

	if (!builder || builder->finished || !name.ptr || !text.ptr)
		return ERRNORM_EARG;
	entry.file.name = en_arena_copy(&builder->arena, name);
	entry.file.text = en_arena_copy(&builder->arena, text);
	EN_VEC_PUSH(&builder->arena, &builder->texts, entry);
	return state(builder);
}

enum errnorm_rc errnorm_builder_add_path(struct errnorm_builder *builder, const char *path)
{
	if (!builder || builder->finished || !path)
		return ERRNORM_EARG;
	return en_files_add(builder, path);
}

enum errnorm_rc errnorm_builder_lint(struct errnorm_builder *builder)
{
	if (!builder || builder->finished)
		return ERRNORM_EARG;
	builder->lint = true;
	return ERRNORM_OK;
}

/* The compiled patterns go from the draft to the tables. */
static struct en_regex **take_regexes(struct errnorm_builder *builder)
{
	size_t count = builder->draft.regex_objects.count;
	struct en_regex **regexes = builder->alloc.alloc(builder->alloc.user, (count + 1) * sizeof(struct en_regex *));

	if (!regexes)
		return NULL;
	for (size_t i = 0; i < count; i++)
		regexes[i] = builder->draft.regex_objects.items[i].regex;
	regexes[count] = NULL;
	return regexes;
}

static enum errnorm_rc make_tables(struct errnorm_builder *builder, struct errnorm_tables **ret)
{
	const struct errnorm_alloc *alloc = &builder->alloc;
	struct en_model *model = en_freeze(&builder->draft, alloc);
	struct en_regex **regexes = model ? take_regexes(builder) : NULL;
	size_t count = builder->draft.regex_objects.count;
	struct errnorm_tables *tables = regexes ? en_tables_new(alloc, model, true, regexes) : NULL;

	if (tables) {
		builder->draft.regex_objects.count = 0;
		*ret = tables;
		return ERRNORM_OK;
	}
	if (regexes)
		alloc->free(alloc->user, regexes, (count + 1) * sizeof(struct en_regex *));
	if (model)
		alloc->free(alloc->user, model, model->size);
	return ERRNORM_ENOMEM;
}

static void read_all(struct errnorm_builder *builder)
{
	en_draft_init(&builder->draft, &builder->arena, &builder->diags, &builder->alloc);
	for (size_t i = 0; i < builder->texts.count && !builder->arena.failed; i++) {
		const struct en_builder_text *text = &builder->texts.items[i];
		size_t before = builder->draft.tables.count;
		en_schema_read(&builder->draft, text->file, text->user, true);
		if (builder->draft.tables.count > before)
			builder->draft.tables.items[before].counted = text->counted;
	}
	if (!builder->arena.failed)
		en_check(&builder->draft);
	if (builder->lint && !builder->arena.failed)
		en_lint(&builder->draft);
}

enum errnorm_rc errnorm_builder_finish(struct errnorm_builder *builder, struct errnorm_tables **ret)
{
	struct errnorm_tables *tables;
	enum errnorm_rc rc;

	if (!builder || !ret || builder->finished)
		return ERRNORM_EARG;
	if (builder->arena.failed)
		return ERRNORM_ENOMEM;
	builder->finished = true;
	read_all(builder);
	en_diag_sort(&builder->diags);
	if (builder->arena.failed)
		return ERRNORM_ENOMEM;
	if (builder->diags.errors)
		return ERRNORM_ETABLE;
	rc = make_tables(builder, &tables);
	if (rc != ERRNORM_OK)
		return rc;
	if (builder->lint) {
		rc = en_examples_run(builder, tables);
		en_diag_sort(&builder->diags);
	}
	if (rc != ERRNORM_OK) {
		errnorm_tables_unref(tables);
		return rc;
	}
	*ret = tables;
	return ERRNORM_OK;
}

size_t errnorm_builder_diag_count(const struct errnorm_builder *builder)
{
	return builder ? builder->diags.count : 0;
}

const struct errnorm_diag *errnorm_builder_diag(const struct errnorm_builder *builder, size_t index)
{
	return builder && index < builder->diags.count ? &builder->diags.list[index].told : NULL;
}

struct line {
	char *buf;
	size_t cap, len;
};

static void put(struct line *line, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++, line->len++)
		if (line->len + 1 < line->cap)
			line->buf[line->len] = text[i];
}

static void put_number(struct line *line, uint32_t number, unsigned width)
{
	char digits[10];
	unsigned n = 0;

	do
		digits[n++] = (char)('0' + number % 10);
	while (number /= 10);
	for (unsigned i = n; i < width; i++)
		put(line, "0", 1);
	while (n)
		put(line, &digits[--n], 1);
}

size_t errnorm_diag_format(const struct errnorm_diag *diag, char *buf, size_t cap)
{
	struct line line = {buf, cap, 0};
	bool error;

	if (!diag)
		return 0;
	error = diag->severity == ERRNORM_SEVERITY_ERROR;
	put(&line, diag->file.ptr, diag->file.len);
	put(&line, ":", 1);
	put_number(&line, diag->line, 1);
	put(&line, ":", 1);
	put_number(&line, diag->column, 1);
	put(&line, error ? ": error: " : ": warning: ", error ? 9 : 11);
	put(&line, diag->message.ptr, diag->message.len);
	if (diag->hint.ptr) {
		put(&line, "; ", 2);
		put(&line, diag->hint.ptr, diag->hint.len);
	}
	put(&line, " [EN", 4);
	put_number(&line, diag->id, 3);
	put(&line, "]", 1);
	if (cap)
		buf[line.len < cap ? line.len : cap - 1] = 0;
	return line.len;
}
