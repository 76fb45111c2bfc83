/*
 * entity.h - character references of HTML and XML: "&amp;", "&#39;", "&#x27;".
 */
#ifndef ERRNORM_TEXT_ENTITY_H
#define ERRNORM_TEXT_ENTITY_H

#include <errnorm/types.h>

/*
 * The code point of the reference at the start of s, which begins with '&', and in *ret_used how
 * many bytes it takes. Returns 0 (and leaves *ret_used) if none stands there: the '&' is only a
 * '&'. Named: amp lt gt quot apos nbsp copy reg hellip mdash ndash lsquo rsquo ldquo rdquo. The
 * semicolon may be missing after a number, and after the names that HTML allows it for. Numbers
 * that are no characters give U+FFFD; 128 to 159 give what Windows-1252 has there, as in every
 * browser.
 */
uint32_t en_entity_read(struct errnorm_str s, size_t *ret_used);

#endif
