/*
 * num.c - decimal numbers, exactly: no floating point comes near a wait.
 */
#include "num.h"

#include "str.h"

/* 2^53: what every JSON writer keeps exact. Times 1000 it still fits into an int64_t. */
#define NUMBER_MAX ((uint64_t)1 << 53)

/* Digits that surely fit into a uint64_t. */
#define DIGITS_MAX 19

/* Far over any exponent that matters; keeps the sums below from overflowing. */
#define EXPONENT_MAX ((int64_t)1 << 60)

static const uint64_t power_of_ten[DIGITS_MAX + 1] = {
	UINT64_C(1),
	UINT64_C(10),
	UINT64_C(100),
	UINT64_C(1000),
	UINT64_C(10000),
	UINT64_C(100000),
	UINT64_C(1000000),
	UINT64_C(10000000),
	UINT64_C(100000000),
	UINT64_C(1000000000),
	UINT64_C(10000000000),
	UINT64_C(100000000000),
	UINT64_C(1000000000000),
	UINT64_C(10000000000000),
	UINT64_C(100000000000000),
	UINT64_C(1000000000000000),
	UINT64_C(10000000000000000),
	UINT64_C(100000000000000000),
	UINT64_C(1000000000000000000),
	UINT64_C(10000000000000000000),
};

static bool is_digit_at(struct errnorm_str s, size_t i)
{
	return i < s.len && en_is_digit((unsigned char)s.ptr[i]);
}

static unsigned digit_at(struct errnorm_str s, size_t i)
{
	return (unsigned)(s.ptr[i] - '0');
}

bool en_num_int(struct errnorm_str s, int64_t *ret)
{
	bool negative = s.len && s.ptr[0] == '-';
	uint64_t limit = (uint64_t)INT64_MAX + negative, value = 0;
	size_t i = s.len && (negative || s.ptr[0] == '+');

	if (i == s.len)
		return false;
	for (; i < s.len; i++) {
		if (!is_digit_at(s, i))
			return false;
		if (value > (limit - digit_at(s, i)) / 10)
			return false;
		value = value * 10 + digit_at(s, i);
	}
	if (negative)
		*ret = value ? -(int64_t)(value - 1) - 1 : 0;
	else
		*ret = (int64_t)value;
	return true;
}

/* What the digits say: mantissa * 10^exponent, and a bit more than that if digits were dropped. */
struct digits {
	uint64_t mantissa;
	unsigned count; /* of digits in mantissa, leading zeros not counted */
	int64_t exponent;
	bool more;
};

static void add_digit(struct digits *digits, unsigned digit, bool fraction)
{
	if (digits->count == DIGITS_MAX) {
		digits->more |= digit != 0;
		digits->exponent += !fraction;
		return;
	}
	digits->mantissa = digits->mantissa * 10 + digit;
	digits->count += digits->mantissa != 0;
	digits->exponent -= fraction;
}

/* Is there a comma at i with a group of exactly three digits behind it? */
static bool is_group(struct errnorm_str s, size_t i)
{
	return i < s.len && s.ptr[i] == ',' && is_digit_at(s, i + 1) && is_digit_at(s, i + 2) &&
	       is_digit_at(s, i + 3) && !is_digit_at(s, i + 4);
}

static size_t read_whole(struct errnorm_str s, struct digits *digits)
{
	size_t i = 0;
	bool groups;

	for (; is_digit_at(s, i); i++)
		add_digit(digits, digit_at(s, i), false);
	/* "0,500" is no grouped number: somebody's decimal comma, most likely. */
	groups = i >= 1 && i <= 3 && s.ptr[0] != '0';
	while (groups && is_group(s, i))
		for (size_t end = i++ + 4; i < end; i++)
			add_digit(digits, digit_at(s, i), false);
	return i;
}

/* The exponent at i, if one stands there. Returns where it ends. */
static size_t read_exponent(struct errnorm_str s, size_t i, struct digits *digits)
{
	size_t at = i + 1;
	int64_t value = 0;
	bool negative;

	if (i >= s.len || en_lower((unsigned char)s.ptr[i]) != 'e')
		return i;
	negative = at < s.len && s.ptr[at] == '-';
	if (at < s.len && (negative || s.ptr[at] == '+'))
		at++;
	if (!is_digit_at(s, at))
		return i;
	for (; is_digit_at(s, at); at++)
		if (value < EXPONENT_MAX / 100)
			value = value * 10 + (int64_t)digit_at(s, at);
	digits->exponent += negative ? -value : value;
	return at;
}

/* Moves the decimal point to where it belongs. False if the whole part does not fit. */
static bool place_point(const struct digits *digits, struct en_decimal *ret)
{
	uint64_t mantissa = digits->mantissa, rest, unit;
	int64_t places = -digits->exponent;

	*ret = (struct en_decimal){0, 0, digits->more};
	if (mantissa == 0)
		return true;
	if (places <= 0) {
		if (places < -DIGITS_MAX || mantissa > UINT64_MAX / power_of_ten[-places])
			return false;
		ret->whole = mantissa * power_of_ten[-places];
		return true;
	}
	if (places <= DIGITS_MAX) {
		ret->whole = mantissa / power_of_ten[places];
		rest = mantissa % power_of_ten[places];
	} else {
		rest = mantissa;
	}
	if (places <= 9) {
		ret->nano = (uint32_t)(rest * power_of_ten[9 - places]);
		return true;
	}
	if (places - 9 > DIGITS_MAX) {
		ret->more = true;
		return true;
	}
	unit = power_of_ten[places - 9];
	ret->nano = (uint32_t)(rest / unit);
	ret->more |= rest % unit != 0;
	return true;
}

bool en_num_decimal(struct errnorm_str s, struct en_decimal *ret, size_t *ret_used)
{
	struct digits digits = {0, 0, 0, false};
	struct en_decimal decimal;
	size_t i = read_whole(s, &digits);

	if (i < s.len && s.ptr[i] == '.' && is_digit_at(s, i + 1))
		for (i++; is_digit_at(s, i); i++)
			add_digit(&digits, digit_at(s, i), true);
	if (i == 0)
		return false;
	i = read_exponent(s, i, &digits);
	if (!place_point(&digits, &decimal))
		return false;
	*ret = decimal;
	if (ret_used)
		*ret_used = i;
	return true;
}

bool en_num_milli(struct errnorm_str s, int64_t *ret_milli, size_t *ret_used)
{
	const uint32_t nano_per_milli = 1000000;
	struct en_decimal decimal;
	size_t used;
	bool rest;

	if (!en_num_decimal(s, &decimal, &used) || decimal.whole > NUMBER_MAX)
		return false;
	rest = decimal.nano || decimal.more;
	if (decimal.whole == NUMBER_MAX && rest)
		return false;
	rest = decimal.nano % nano_per_milli || decimal.more;
	*ret_milli = (int64_t)(decimal.whole * 1000 + decimal.nano / nano_per_milli + rest);
	if (ret_used)
		*ret_used = used;
	return true;
}
