/*
 * files.h - tables from files and folders: the only place of the library that opens one.
 */
#ifndef ERRNORM_API_FILES_H
#define ERRNORM_API_FILES_H

#include "builder.h"

/* Adds a file, or the files *.json of a folder and the folders below it, by path. */
enum errnorm_rc en_files_add(struct errnorm_builder *builder, const char *path);

#endif
