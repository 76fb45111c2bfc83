/*
 * html.h - what a person would read on an error page: its title and its visible text.
 */
#ifndef ERRNORM_TEXT_HTML_H
#define ERRNORM_TEXT_HTML_H

#include <stdbool.h>

#include <errnorm/types.h>

/*
 * Does it look like HTML (or XML): after white space and a byte-order mark, "<!doctype", "<html",
 * "<head", "<body", "<!--", "<?xml", "<h1", "<title", "<center" or any "<" + letter that begins
 * a tag, and no object as Python prints it?
 */
bool en_html_probe(struct errnorm_str text);

/*
 * Reads at most the first 16 KB, and no further when text_out is full. The title's text goes to title_out, the visible text (no tags,
 * scripts, styles, comments; conditional comments too are comments) to text_out; both with the
 * usual named entities (amp lt gt quot apos nbsp copy reg hellip mdash ndash lsquo rsquo ldquo
 * rdquo) and numeric entities decoded, white space collapsed, a space where a block tag or br
 * stood. Cut-off pages and unclosed tags are read as far as they go. Linear time; no recursion.
 * Returns nothing: an absent title is length 0. The title is not repeated in the text, and a second
 * one (of a drawing) is in neither. Without an end tag the title ends at the next tag. A no-break
 * space is white space, a CDATA section is text, <noscript> is visible. Outputs are cut at a
 * character; bytes that are not UTF-8 go through.
 */
void en_html_read(struct errnorm_str text, char *title_out, size_t title_cap, size_t *ret_title_len, char *text_out,
		  size_t text_cap, size_t *ret_text_len);

#endif
