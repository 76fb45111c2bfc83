/*
 * output.h - what the program prints: text and JSON on standard output, one line of complaint on
 * standard error.
 */
#ifndef ERRNORM_CLI_OUTPUT_H
#define ERRNORM_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include <errnorm/types.h>

/* The program's exit status. */
enum cli_status {
	CLI_OK = 0,    /* every response got a verdict, every table is sound */
	CLI_FOUND = 1, /* a table has mistakes, or a JSON line was bad */
	CLI_WRONG = 2  /* a wrong command line, or something that could not be read or written */
};

#if defined(__GNUC__)
#define CLI_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define CLI_PRINTF(text, first)
#endif

/* A view of a C string; NULL gives the view that means "there is none". */
struct errnorm_str cli_str(const char *text);

/*
 * Text for a terminal: control characters, invalid UTF-8 and what changes the direction of writing
 * are escaped.
 */
void cli_print_text(FILE *file, struct errnorm_str text);

/* How many of a text's bytes fit into size, without cutting a character in two. */
size_t cli_text_cut(struct errnorm_str text, size_t size);

/* At most limit bytes of it, and how long it is where that was not all. */
void cli_print_excerpt(FILE *file, struct errnorm_str text, size_t limit);

/* A JSON string, or null for a text that is not there. */
void cli_print_json(FILE *file, struct errnorm_str text);

/* Words with a blank between them, as a JSON array of strings. */
void cli_print_words_json(FILE *file, struct errnorm_str words);

/* Text, and blanks up to a width in characters. */
void cli_print_column(FILE *file, struct errnorm_str text, size_t width);

/* The same for a list: what is not known is a dash, so that columns stay columns for awk too. */
void cli_print_cell(FILE *file, struct errnorm_str text, size_t width);

/* Makes a column as wide as the text. */
void cli_widen(size_t *width, struct errnorm_str text);

/* How many characters a text has; wide ones count once. */
size_t cli_text_width(struct errnorm_str text);

/*
 * "errnorm: COMMAND: ..." as one line on standard error, whatever the arguments hold. command NULL:
 * the program itself. Returns CLI_WRONG.
 */
CLI_PRINTF(2, 3) int cli_fail(const char *command, const char *format, ...);

/* The same for a wrong command line: the line ends by saying where help is. */
CLI_PRINTF(2, 3) int cli_fail_usage(const char *command, const char *format, ...);

/* For a call of the library that went wrong. */
int cli_fail_rc(const char *command, enum errnorm_rc rc);

/*
 * Whether all that was printed so far could be written. To be asked after each line where there may
 * be no end of them.
 */
bool cli_output_sound(void);

/* Flushes standard output, for a reader that waits. */
void cli_output_flush(void);

/*
 * Flushes standard output for the last time. Returns status, or CLI_WRONG if something could not be
 * written: with a complaint, but for a reader that went away, which is its right.
 */
int cli_output_finish(int status);

#endif
