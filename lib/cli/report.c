/*
 * report.c - printing diagnostics in the form that editors and compilers' readers know.
 */
#include "report.h"

#include <stdbool.h>
#include <stdlib.h>

#include "output.h"

/* Long enough for all but a diagnostic that quotes something enormous; that one is cut. */
enum { LINE_MAX_BYTES = 4096 };

struct cli_counts cli_diags_print(const struct errnorm_builder *builder)
{
	struct cli_counts counts = {0};
	size_t count = errnorm_builder_diag_count(builder);

	for (size_t i = 0; i < count; i++) {
		const struct errnorm_diag *diag = errnorm_builder_diag(builder, i);
		char line[LINE_MAX_BYTES];
		size_t len = errnorm_diag_format(diag, line, sizeof(line));

		if (len >= sizeof(line)) {
			char *whole = malloc(len + 1);

			if (whole)
				errnorm_diag_format(diag, whole, len + 1);
			cli_print_text(stderr, whole ? (struct errnorm_str){whole, len} : diag->message);
			free(whole);
		} else {
			cli_print_text(stderr, (struct errnorm_str){line, len});
		}
		putc('\n', stderr);
		if (diag->severity == ERRNORM_SEVERITY_ERROR)
			counts.errors++;
		else
			counts.warnings++;
	}
	return counts;
}
