/*
 * driver.c - replays files and folders of inputs through a target, each in memory of exactly its size: what fuzzers found stays found.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data;
	long size;

	if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0 || fseek(file, 0, SEEK_SET)) {
		fprintf(stderr, "cannot read %s\n", path);
		return 1;
	}
	data = malloc(size ? (size_t)size : 1);
	if (!data || fread(data, 1, (size_t)size, file) != (size_t)size)
		return 1;
	fclose(file);
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return 0;
}

static int run_path(const char *path, unsigned *count)
{
	struct dirent *entry;
	struct stat info;
	int failed = 0;
	DIR *dir;

	if (stat(path, &info) == 0 && !S_ISDIR(info.st_mode)) {
		++*count;
		return run_file(path);
	}
	dir = opendir(path);
	if (!dir)
		return 0; /* an empty folder is not kept by version control */
	while ((entry = readdir(dir))) {
		char name[4096];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		++*count;
		failed |= run_file(name);
	}
	closedir(dir);
	return failed;
}

int main(int argc, char **argv)
{
	unsigned count = 0;
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed |= run_path(argv[i], &count);
	printf("%u inputs\n", count);
	return failed || count == 0;
}
