/*
 * files.c - reading tables from files and folders, in an order that does not depend on the file system.
 */
#include "files.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum {
	DEPTH_MAX = 8,               /* folders in folders */
	FILE_MAX = 64 * 1024 * 1024, /* bytes of one table */
};

typedef EN_VEC(struct errnorm_str) paths;

static enum errnorm_rc complain(struct errnorm_builder *builder, struct errnorm_str path, const char *what)
{
	struct en_file file = {en_arena_copy(&builder->arena, path), EN_STR("")};

	en_diag_add(&builder->diags, EN_DIAG_IO, &file, 0, EN_STR_NULL, EN_STR_NULL, what);
	return builder->arena.failed ? ERRNORM_ENOMEM : ERRNORM_EIO;
}

static enum errnorm_rc add_file(struct errnorm_builder *builder, struct errnorm_str path)
{
	struct en_builder_text entry = {.user = true};
	FILE *file = fopen(path.ptr, "rb");
	enum errnorm_rc rc = ERRNORM_OK;
	size_t capacity = 0;
	size_t len = 0;
	char *text = NULL;

	if (!file)
		return complain(builder, path, "this file cannot be read");
	for (;;) {
		size_t got;
		if (len == capacity) {
			size_t grown = capacity ? capacity * 2 : 32 * 1024;
			char *more = len > FILE_MAX ? NULL : en_arena_take(&builder->arena, grown);
			if (!more) {
				rc = len > FILE_MAX ? complain(builder, path, "this file is too large")
						    : ERRNORM_ENOMEM;
				break;
			}
			if (len)
				memcpy(more, text, len);
			text = more;
			capacity = grown;
		}
		got = fread(text + len, 1, capacity - len, file);
		len += got;
		if (got == 0)
			break;
	}
	if (rc == ERRNORM_OK && ferror(file))
		rc = complain(builder, path, "this file cannot be read");
	fclose(file);
	if (rc != ERRNORM_OK)
		return rc;
	entry.file = (struct en_file){en_arena_copy(&builder->arena, path), en_str(text, len)};
	EN_VEC_PUSH(&builder->arena, &builder->texts, entry);
	return builder->arena.failed ? ERRNORM_ENOMEM : ERRNORM_OK;
}

static bool is_table(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && strcmp(name + len - 5, ".json") == 0 && strcmp(name, "schema.json") != 0;
}

static struct errnorm_str join(struct errnorm_builder *builder, struct errnorm_str folder, const char *name)
{
	size_t len = strlen(name);
	char *path = en_arena_take(&builder->arena, folder.len + len + 2);

	if (!path)
		return EN_STR_NULL;
	memcpy(path, folder.ptr, folder.len);
	if (folder.len && path[folder.len - 1] != '/')
		path[folder.len++] = '/';
	memcpy(path + folder.len, name, len);
	return en_str(path, folder.len + len);
}

static void insert(struct errnorm_builder *builder, paths *list, struct errnorm_str path)
{
	size_t i;

	EN_VEC_PUSH(&builder->arena, list, path);
	if (builder->arena.failed)
		return;
	for (i = list->count - 1; i > 0 && strcmp(list->items[i - 1].ptr, path.ptr) > 0; i--)
		list->items[i] = list->items[i - 1];
	list->items[i] = path;
}

static enum errnorm_rc add_folder(struct errnorm_builder *builder, struct errnorm_str folder, unsigned depth);

static enum errnorm_rc add(struct errnorm_builder *builder, struct errnorm_str path, unsigned depth)
{
	struct stat info;

	if (stat(path.ptr, &info) == 0 && S_ISDIR(info.st_mode))
		return depth < DEPTH_MAX ? add_folder(builder, path, depth)
					 : complain(builder, path, "folders are nested too deeply");
	return add_file(builder, path);
}

static enum errnorm_rc add_folder(struct errnorm_builder *builder, struct errnorm_str folder, unsigned depth)
{
	DIR *dir = opendir(folder.ptr);
	enum errnorm_rc rc = ERRNORM_OK;
	struct dirent *entry;
	paths list = {NULL, 0, 0};

	if (!dir)
		return complain(builder, folder, "this folder cannot be read");
	while ((entry = readdir(dir))) {
		struct errnorm_str path;
		struct stat info;
		if (entry->d_name[0] == '.')
			continue;
		path = join(builder, folder, entry->d_name);
		if (path.ptr && stat(path.ptr, &info) == 0 && (S_ISDIR(info.st_mode) || is_table(entry->d_name)))
			insert(builder, &list, path);
	}
	closedir(dir);
	for (size_t i = 0; i < list.count && rc == ERRNORM_OK; i++)
		rc = add(builder, list.items[i], depth + 1);
	return builder->arena.failed ? ERRNORM_ENOMEM : rc;
}

enum errnorm_rc en_files_add(struct errnorm_builder *builder, const char *path)
{
	struct errnorm_str copy = en_arena_copy(&builder->arena, en_str(path, strlen(path)));

	return copy.ptr ? add(builder, copy, 0) : ERRNORM_ENOMEM;
}
