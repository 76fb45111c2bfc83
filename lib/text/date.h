/*
 * date.h - points in time as headers and bodies write them.
 */
#ifndef ERRNORM_TEXT_DATE_H
#define ERRNORM_TEXT_DATE_H

#include <stdbool.h>

#include <errnorm/types.h>

/*
 * Reads a point in time at the start of s as milliseconds since 1970 UTC:
 *  - HTTP-date, all three forms of RFC 9110 (IMF-fixdate, RFC 850, asctime)
 *  - RFC 3339 with fraction and offset, also with a space for the T, without seconds, without an
 *    offset (UTC), with " UTC" or " at " as in "2026-01-31 at 00:00 UTC", and a date alone
 *    (midnight UTC)
 *  - epoch seconds (10 digits, optional fraction) and epoch milliseconds (13 digits)
 * Impossible dates (Feb 30, hour 25) are refused; a leap second counts as :59. What is finer than a
 * millisecond is dropped. Two-digit years up to 68 are 20xx. The name of the day need not fit the
 * date. An HTTP-date must name its zone: GMT, UTC or an offset (asctime has none). Nothing is read
 * that a letter or digit follows at once. *ret_used (may be NULL): bytes read.
 */
bool en_date_read(struct errnorm_str s, int64_t *ret_ms, size_t *ret_used);

#endif
