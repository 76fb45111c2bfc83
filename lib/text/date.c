/*
 * date.c - points in time: the three forms of HTTP-date, RFC 3339 with what people make of it,
 * epochs. The calendar is the Gregorian one throughout; nothing asks the clock or the time zone.
 */
#include "date.h"

#include "str.h"

#define MS_PER_SECOND INT64_C(1000)
#define MS_PER_MINUTE (60 * MS_PER_SECOND)
#define MS_PER_DAY    (24 * 60 * MS_PER_MINUTE)

/* Two-digit years up to here are 20xx: POSIX's rule, since RFC 9110's would need a clock. */
#define CENTURY_PIVOT 68

#define DIGITS_EPOCH_SECONDS 10
#define DIGITS_EPOCH_MS      13

struct cursor {
	struct errnorm_str s;
	size_t at;
};

struct when {
	int year, month, day; /* month and day from 1 */
	int hour, minute, second, ms;
	int offset; /* minutes east of UTC */
};

static bool is_char_at(const struct cursor *cursor, size_t ahead, char c)
{
	return cursor->at + ahead < cursor->s.len && cursor->s.ptr[cursor->at + ahead] == c;
}

static bool is_digit_at(const struct cursor *cursor, size_t ahead)
{
	return cursor->at + ahead < cursor->s.len && en_is_digit((unsigned char)cursor->s.ptr[cursor->at + ahead]);
}

static bool is_sign_at(const struct cursor *cursor, size_t ahead)
{
	return is_char_at(cursor, ahead, '+') || is_char_at(cursor, ahead, '-');
}

static bool take_char(struct cursor *cursor, char c)
{
	if (!is_char_at(cursor, 0, c))
		return false;
	cursor->at++;
	return true;
}

static bool take_word(struct cursor *cursor, struct errnorm_str word)
{
	if (!en_str_case_starts(en_str_from(cursor->s, cursor->at), word))
		return false;
	cursor->at += word.len;
	return true;
}

/* A number of exactly this many digits, however many more follow. */
static bool take_number(struct cursor *cursor, size_t digits, int *ret)
{
	int value = 0;

	for (size_t i = 0; i < digits; i++) {
		if (!is_digit_at(cursor, i))
			return false;
		value = value * 10 + (cursor->s.ptr[cursor->at + i] - '0');
	}
	cursor->at += digits;
	*ret = value;
	return true;
}

static size_t count_digits(const struct cursor *cursor)
{
	size_t n = 0;

	while (is_digit_at(cursor, n))
		n++;
	return n;
}

/* ".123456" if it is there; what is finer than a millisecond is dropped. */
static int take_fraction(struct cursor *cursor)
{
	int ms = 0, unit = 100;

	if (!is_char_at(cursor, 0, '.') || !is_digit_at(cursor, 1))
		return 0;
	for (cursor->at++; is_digit_at(cursor, 0); cursor->at++) {
		ms += unit * (cursor->s.ptr[cursor->at] - '0');
		unit /= 10;
	}
	return ms;
}

static bool take_month(struct cursor *cursor, int *ret)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int i = 0; i < 12; i++)
		if (take_word(cursor, en_str(names + (ptrdiff_t)3 * i, 3))) {
			*ret = i + 1;
			return true;
		}
	return false;
}

/* "Sun" or "Sunday" */
static bool take_day_name(struct cursor *cursor)
{
	static const struct errnorm_str names[] = {
		{"sunday", 6},   {"monday", 6}, {"tuesday", 7},  {"wednesday", 9},
		{"thursday", 8}, {"friday", 6}, {"saturday", 8},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (take_word(cursor, names[i]) || take_word(cursor, en_str(names[i].ptr, 3)))
			return true;
	return false;
}

/* hh:mm[:ss[.fraction]] */
static bool take_clock(struct cursor *cursor, bool with_seconds, struct when *when)
{
	if (!take_number(cursor, 2, &when->hour) || !take_char(cursor, ':') || !take_number(cursor, 2, &when->minute))
		return false;
	if (!is_char_at(cursor, 0, ':') || !is_digit_at(cursor, 1))
		return !with_seconds;
	cursor->at++;
	if (!take_number(cursor, 2, &when->second))
		return false;
	when->ms = take_fraction(cursor);
	return true;
}

/* +hh:mm, +hhmm or +hh */
static bool take_offset(struct cursor *cursor, struct when *when)
{
	bool negative = is_char_at(cursor, 0, '-');
	int hours, minutes = 0;

	cursor->at++;
	if (!take_number(cursor, 2, &hours))
		return false;
	if (take_char(cursor, ':') || is_digit_at(cursor, 0))
		if (!take_number(cursor, 2, &minutes))
			return false;
	if (hours > 23 || minutes > 59)
		return false;
	when->offset = (hours * 60 + minutes) * (negative ? -1 : 1);
	return true;
}

static bool take_utc(struct cursor *cursor)
{
	return take_word(cursor, EN_STR("UTC")) || take_word(cursor, EN_STR("GMT")) || take_word(cursor, EN_STR("Z"));
}

/* The zone behind a time, with a blank before it or none. Without one the time is UTC's. */
static bool take_zone(struct cursor *cursor, struct when *when)
{
	struct cursor behind = *cursor;
	bool blank = take_char(&behind, ' ');

	if (is_sign_at(&behind, 0) && (!blank || (is_digit_at(&behind, 1) && is_digit_at(&behind, 2)))) {
		if (!take_offset(&behind, when))
			return false;
		*cursor = behind;
		/* Go prints "+0000 UTC". */
		if (!take_char(&behind, ' '))
			return true;
	}
	if (take_utc(&behind) && !(behind.at < behind.s.len && en_is_alnum((unsigned char)behind.s.ptr[behind.at])))
		*cursor = behind;
	return true;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool is_possible(const struct when *when)
{
	static const char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int length;

	if (when->month < 1 || when->month > 12)
		return false;
	length = lengths[when->month - 1] + (when->month == 2 && is_leap(when->year));
	return when->day >= 1 && when->day <= length && when->hour <= 23 && when->minute <= 59 && when->second <= 60;
}

/* Days from 1970-01-01. Years begin in March here, so that the leap day comes last. */
static int64_t count_days(int year, int month, int day)
{
	int64_t march_year = (int64_t)year - (month <= 2) + 400;
	int64_t march_month = month > 2 ? month - 3 : month + 9;
	int64_t days = march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400;

	/*
	 * 153 days are five months from March on; 719468 days lie before 1970, 146097 are 400
	 * years.
	 */
	return days + (153 * march_month + 2) / 5 + day - 1 - 719468 - 146097;
}

static int64_t to_ms(const struct when *when)
{
	int second = when->second > 59 ? 59 : when->second;
	int64_t days = count_days(when->year, when->month, when->day);
	int64_t minutes = when->hour * 60 + when->minute - when->offset;

	return days * MS_PER_DAY + minutes * MS_PER_MINUTE + second * MS_PER_SECOND + when->ms;
}

/* "06 Nov 1994" or "06-Nov-94", then the time and the zone. */
static bool read_fixdate(struct cursor *cursor, struct when *when)
{
	char joint;
	size_t zone;

	if (!take_number(cursor, is_digit_at(cursor, 1) ? 2 : 1, &when->day))
		return false;
	joint = is_char_at(cursor, 0, '-') ? '-' : ' ';
	if (!take_char(cursor, joint) || !take_month(cursor, &when->month) || !take_char(cursor, joint))
		return false;
	if (count_digits(cursor) == 2) {
		if (!take_number(cursor, 2, &when->year))
			return false;
		when->year += when->year > CENTURY_PIVOT ? 1900 : 2000;
	} else if (!take_number(cursor, 4, &when->year)) {
		return false;
	}
	if (!take_char(cursor, ' ') || !take_clock(cursor, true, when))
		return false;
	/* Here a time without a zone that we know is not UTC's: the form demands one. */
	zone = cursor->at;
	return take_zone(cursor, when) && cursor->at > zone;
}

/* "Nov  6 08:49:37 1994" */
static bool read_asctime(struct cursor *cursor, struct when *when)
{
	if (!take_month(cursor, &when->month) || !take_char(cursor, ' '))
		return false;
	take_char(cursor, ' ');
	return take_number(cursor, is_digit_at(cursor, 1) ? 2 : 1, &when->day) && take_char(cursor, ' ') &&
	       take_clock(cursor, true, when) && take_char(cursor, ' ') && take_number(cursor, 4, &when->year);
}

/*
 * All forms that begin with the name of a day. It is not compared with the date, as others do not
 * either.
 */
static bool read_http(struct cursor *cursor, struct when *when)
{
	if (!take_day_name(cursor))
		return false;
	if (take_char(cursor, ','))
		return take_char(cursor, ' ') && read_fixdate(cursor, when);
	return take_char(cursor, ' ') && read_asctime(cursor, when);
}

/* yyyy-mm-dd, alone or with a time behind "T", " " or " at " */
static bool read_iso(struct cursor *cursor, struct when *when)
{
	struct cursor behind;

	if (!take_number(cursor, 4, &when->year) || !take_char(cursor, '-') || !take_number(cursor, 2, &when->month) ||
	    !take_char(cursor, '-') || !take_number(cursor, 2, &when->day))
		return false;
	behind = *cursor;
	if (!take_word(&behind, EN_STR("t"))) {
		if (!take_word(&behind, EN_STR(" at ")) && !take_char(&behind, ' '))
			return true;
		/* Other words may follow a date; only what begins like a time must be one. */
		if (!is_digit_at(&behind, 0) || !is_digit_at(&behind, 1) || !is_char_at(&behind, 2, ':'))
			return true;
	}
	*cursor = behind;
	return take_clock(cursor, false, when) && take_zone(cursor, when);
}

static int64_t read_epoch(struct cursor *cursor, size_t digits)
{
	int64_t value = 0;
	int fraction;

	for (size_t i = 0; i < digits; i++, cursor->at++)
		value = value * 10 + (cursor->s.ptr[cursor->at] - '0');
	fraction = take_fraction(cursor);
	return digits == DIGITS_EPOCH_MS ? value : value * MS_PER_SECOND + fraction;
}

bool en_date_read(struct errnorm_str s, int64_t *ret_ms, size_t *ret_used)
{
	struct cursor cursor = {s, 0};
	struct when when = {0, 0, 0, 0, 0, 0, 0, 0};
	size_t digits = count_digits(&cursor);
	int64_t ms;

	if (!s.len)
		return false;
	if (digits == DIGITS_EPOCH_SECONDS || digits == DIGITS_EPOCH_MS) {
		ms = read_epoch(&cursor, digits);
	} else {
		if (!(digits ? read_iso(&cursor, &when) : read_http(&cursor, &when)) || !is_possible(&when))
			return false;
		ms = to_ms(&when);
	}
	/* A piece of a longer word or number is no date. */
	if (cursor.at < s.len && en_is_alnum((unsigned char)s.ptr[cursor.at]))
		return false;
	*ret_ms = ms;
	if (ret_used)
		*ret_used = cursor.at;
	return true;
}
