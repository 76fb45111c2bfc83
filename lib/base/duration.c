/*
 * duration.c - durations as people and programs write them: "1m30s", "2 hours 30 minutes",
 * 00:05:23, PT1M30S, 5分钟. Sums are kept in picoseconds so that only the total is rounded.
 */
#include "num.h"

#include "str.h"
#include "unit.h"

#define DURATION_MAX (INT64_MAX / 2)
#define PS_PER_MS    ((uint64_t)1000000000)

#define ARRAY_SIZE(array) (sizeof(array) / sizeof(*(array)))

/* What may stand in front. */
static const struct errnorm_str vague[] = {
	{"about ", 6},
	{"~", 1},
	{"约", sizeof("约") - 1},
	{"約", sizeof("約") - 1},
	{"大约", sizeof("大约") - 1},
	{"大約", sizeof("大約") - 1},
};

struct total {
	uint64_t ms, ps;
	bool more;
};

static bool add(struct total *total, struct en_decimal value, uint64_t ms, uint32_t per_ms)
{
	uint64_t whole, part;

	if (value.whole > UINT64_MAX / ms || value.nano > DURATION_MAX / ms)
		return false;
	whole = value.whole * ms;
	part = value.nano * ms;
	if (whole / per_ms > DURATION_MAX)
		return false;
	total->ms += whole / per_ms;
	total->ps += whole % per_ms * (PS_PER_MS / per_ms) + part / per_ms;
	total->more |= value.more || part % per_ms != 0;
	total->ms += total->ps / PS_PER_MS;
	total->ps %= PS_PER_MS;
	return total->ms <= DURATION_MAX;
}

static bool finish(const struct total *total, int64_t *ret_ms)
{
	uint64_t ms = total->ms + (total->ps || total->more);

	if (ms > DURATION_MAX)
		return false;
	*ret_ms = (int64_t)ms;
	return true;
}

static bool is_digit_at(struct errnorm_str s, size_t i)
{
	return i < s.len && en_is_digit((unsigned char)s.ptr[i]);
}

static bool is_alnum_at(struct errnorm_str s, size_t i)
{
	return i < s.len && en_is_alnum((unsigned char)s.ptr[i]);
}

static size_t skip_blanks(struct errnorm_str s, size_t i)
{
	while (i < s.len && en_is_space((unsigned char)s.ptr[i]))
		i++;
	return i;
}

struct part {
	struct en_decimal value;
	const struct en_unit *unit; /* NULL: a number by itself */
	size_t end;
};

/* A number and its unit at s[at]. False if there is not even a number. */
static bool read_part(struct errnorm_str s, size_t at, struct part *ret)
{
	size_t used;

	ret->unit = en_unit_read_one(s, &at);
	if (ret->unit) {
		ret->value = (struct en_decimal){1, 0, false};
		ret->end = at;
		return true;
	}
	if (!en_num_decimal(en_str_from(s, at), &ret->value, &used))
		return false;
	ret->end = at + used;
	ret->unit = en_unit_read(s, &ret->end);
	return true;
}

/* Where the next part would begin behind " ", ", ", " and " or nothing. */
static size_t skip_joint(struct errnorm_str s, size_t at)
{
	const struct errnorm_str word = EN_STR("and");
	size_t i = skip_blanks(s, at), behind;

	if (i < s.len && s.ptr[i] == ',')
		i = skip_blanks(s, i + 1);
	behind = i + word.len;
	if (i > at && en_str_case_starts(en_str_from(s, i), word) && behind < s.len &&
	    en_is_space((unsigned char)s.ptr[behind]))
		i = skip_blanks(s, behind);
	return i;
}

/* May a number that nothing names stand here? Not if it is a piece of something else. */
static bool stands_alone(struct errnorm_str s, size_t end)
{
	unsigned char c;

	if (end == s.len)
		return true;
	c = (unsigned char)s.ptr[end];
	if (en_is_alnum(c) || c >= 0x80 || c == ':' || c == '%' || c == '/' || c == '_')
		return false;
	return !((c == '.' || c == ',' || c == '-') && is_digit_at(s, end + 1));
}

static bool read_parts(struct errnorm_str s, size_t at, int64_t bare_unit_ms, int64_t *ret_ms, size_t *ret_end)
{
	struct total total = {0, 0, false};
	struct part part;
	const struct en_unit *before;

	if (!read_part(s, at, &part))
		return false;
	if (!part.unit) {
		if (bare_unit_ms <= 0 || !stands_alone(s, part.end) ||
		    !add(&total, part.value, (uint64_t)bare_unit_ms, 1))
			return false;
		*ret_end = part.end;
		return finish(&total, ret_ms);
	}
	for (;;) {
		size_t end = part.end, next;

		if (!part.unit->ms || !add(&total, part.value, part.unit->ms, part.unit->per_ms))
			return false;
		*ret_end = end;
		before = part.unit;
		next = skip_joint(s, end);
		if (!read_part(s, next, &part) || !part.unit) {
			/* "1h30" is not an hour; but a Chinese unit may be followed by a count. */
			if (is_digit_at(s, end) && is_alnum_at(s, end - 1))
				return false;
			break;
		}
		/* "1m1h" is Go's to say; "5 s, 2 min" are two durations. */
		if (next > end && (uint64_t)part.unit->ms * before->per_ms >= (uint64_t)before->ms * part.unit->per_ms)
			break;
	}
	return finish(&total, ret_ms);
}

/* Digits at *at, not more than fit; *at is moved behind them. Returns how many. */
static size_t read_digits(struct errnorm_str s, size_t *at, struct en_decimal *ret)
{
	size_t start = *at;

	*ret = (struct en_decimal){0, 0, false};
	for (; is_digit_at(s, *at) && *at - start < 9; ++*at)
		ret->whole = ret->whole * 10 + (uint64_t)(s.ptr[*at] - '0');
	return *at - start;
}

/* ":" and two digits below 60. */
static bool read_sixtieth(struct errnorm_str s, size_t *at, struct en_decimal *ret)
{
	if (*at == s.len || s.ptr[*at] != ':')
		return false;
	++*at;
	return read_digits(s, at, ret) == 2 && ret->whole < 60;
}

/*
 * [d.]hh:mm:ss[.fraction] or mm:ss. False in *ret_clock when there is no colon where one must be:
 * then the text may still be something else.
 */
static bool read_clock(struct errnorm_str s, size_t at, bool *ret_clock, int64_t *ret_ms, size_t *ret_end)
{
	struct en_decimal days = {0, 0, false}, first, second, third;
	struct total total = {0, 0, false};
	size_t digits = read_digits(s, &at, &first), used;
	bool has_days = false;

	*ret_clock = false;
	if (digits && at < s.len && s.ptr[at] == '.') {
		has_days = true;
		days = first;
		at++;
		digits = read_digits(s, &at, &first);
	}
	if (!digits || at == s.len || s.ptr[at] != ':' || !is_digit_at(s, at + 1))
		return false;
	*ret_clock = true;
	if (!read_sixtieth(s, &at, &second))
		return false;
	if (at == s.len || s.ptr[at] != ':') {
		*ret_end = at;
		return !has_days && !is_alnum_at(s, at) && add(&total, first, EN_MS_MINUTE, 1) &&
		       add(&total, second, EN_MS_SECOND, 1) && finish(&total, ret_ms);
	}
	if ((has_days && (digits != 2 || first.whole > 23)) || !read_sixtieth(s, &at, &third))
		return false;
	if (at < s.len && s.ptr[at] == '.' && is_digit_at(s, at + 1)) {
		/* From the two digits on: the number "ss.fraction". */
		if (!en_num_decimal(en_str_from(s, at - 2), &third, &used) || third.whole > 59)
			return false;
		at += used - 2;
	}
	*ret_end = at;
	return !is_alnum_at(s, at) && !(at < s.len && s.ptr[at] == ':') && add(&total, days, EN_MS_DAY, 1) &&
	       add(&total, first, EN_MS_HOUR, 1) && add(&total, second, EN_MS_MINUTE, 1) &&
	       add(&total, third, EN_MS_SECOND, 1) && finish(&total, ret_ms);
}

/* ISO 8601 without years and months, whose length nobody knows. s[at] is the P. */
static bool read_iso(struct errnorm_str s, size_t at, int64_t *ret_ms, size_t *ret_end)
{
	static const struct {
		char letter;
		bool time;
		uint32_t ms;
	} designators[] = {
		{'w', false, EN_MS_WEEK},  {'d', false, EN_MS_DAY},   {'h', true, EN_MS_HOUR},
		{'m', true, EN_MS_MINUTE}, {'s', true, EN_MS_SECOND},
	};
	struct total total = {0, 0, false};
	bool time = false, any = false;
	size_t used, next = 0;

	for (at++; at < s.len; at++) {
		struct en_decimal value;

		if (!time && en_lower((unsigned char)s.ptr[at]) == 't') {
			time = true;
			any = false;
			continue;
		}
		if (!en_num_decimal(en_str_from(s, at), &value, &used))
			break;
		at += used;
		if (at == s.len)
			return false;
		while (next < ARRAY_SIZE(designators) &&
		       (designators[next].time != time ||
			designators[next].letter != en_lower((unsigned char)s.ptr[at])))
			next++;
		if (next == ARRAY_SIZE(designators) || !add(&total, value, designators[next].ms, 1))
			return false;
		next++;
		any = true;
	}
	*ret_end = at;
	return any && !is_alnum_at(s, at) && finish(&total, ret_ms);
}

static size_t skip_vague(struct errnorm_str s)
{
	size_t at = skip_blanks(s, 0);

	for (size_t i = 0; i < ARRAY_SIZE(vague); i++)
		if (en_str_case_starts(en_str_from(s, at), vague[i]))
			return skip_blanks(s, at + vague[i].len);
	return at;
}

bool en_num_duration(struct errnorm_str s, int64_t bare_unit_ms, int64_t *ret_ms, size_t *ret_used)
{
	int64_t ms;
	size_t at, end;
	bool clock;

	if (!s.len)
		return false;
	at = skip_vague(s);
	if (at == s.len)
		return false;
	if (en_lower((unsigned char)s.ptr[at]) == 'p') {
		if (!read_iso(s, at, &ms, &end))
			return false;
	} else if (!read_clock(s, at, &clock, &ms, &end)) {
		if (clock || !read_parts(s, at, bare_unit_ms, &ms, &end))
			return false;
	}
	*ret_ms = ms;
	if (ret_used)
		*ret_used = end;
	return true;
}
