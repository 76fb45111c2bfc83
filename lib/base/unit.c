/*
 * unit.c - the names that units of time have, in English, German, French, Spanish, Chinese, Japanese and Korean.
 */
#include "unit.h"

#include "str.h"

#define UNIT(name, ms)                                                                                                 \
	{                                                                                                              \
		{"" name, sizeof(name) - 1}, ms, 1                                                                     \
	}
#define TINY(name, per_ms)                                                                                             \
	{                                                                                                              \
		{"" name, sizeof(name) - 1}, 1, per_ms                                                                 \
	}
#define UNFIXED           0
#define ARRAY_SIZE(array) (sizeof(array) / sizeof(*(array)))

/* ASCII units: the whole run of letters must be one of these. A plural s is taken off before. */
static const struct en_unit words[] = {
	UNIT("s", EN_MS_SECOND),
	UNIT("sec", EN_MS_SECOND),
	UNIT("second", EN_MS_SECOND),
	UNIT("m", EN_MS_MINUTE),
	UNIT("min", EN_MS_MINUTE),
	UNIT("minute", EN_MS_MINUTE),
	UNIT("h", EN_MS_HOUR),
	UNIT("hr", EN_MS_HOUR),
	UNIT("hour", EN_MS_HOUR),
	UNIT("d", EN_MS_DAY),
	UNIT("day", EN_MS_DAY),
	UNIT("w", EN_MS_WEEK),
	UNIT("wk", EN_MS_WEEK),
	UNIT("week", EN_MS_WEEK),
	UNIT("ms", 1),
	UNIT("msec", 1),
	UNIT("milli", 1),
	UNIT("millisecond", 1),
	TINY("us", 1000),
	TINY("usec", 1000),
	TINY("micro", 1000),
	TINY("microsecond", 1000),
	TINY("ns", 1000000),
	TINY("nsec", 1000000),
	TINY("nano", 1000000),
	TINY("nanosecond", 1000000),
	UNIT("mo", UNFIXED),
	UNIT("month", UNFIXED),
	UNIT("y", UNFIXED),
	UNIT("yr", UNFIXED),
	UNIT("year", UNFIXED),
	UNIT("sekunde", EN_MS_SECOND),
	UNIT("sekunden", EN_MS_SECOND),
	UNIT("minuten", EN_MS_MINUTE),
	UNIT("stunde", EN_MS_HOUR),
	UNIT("stunden", EN_MS_HOUR),
	UNIT("seconde", EN_MS_SECOND),
	UNIT("heure", EN_MS_HOUR),
	UNIT("jour", EN_MS_DAY),
	UNIT("segundo", EN_MS_SECOND),
	UNIT("minuto", EN_MS_MINUTE),
	UNIT("hora", EN_MS_HOUR),
};

/*
 * Units that nothing need end: Chinese, Japanese and Korean write on. Longer before their
 * beginnings.
 */
static const struct en_unit signs[] = {
	TINY("\xC2\xB5s", 1000), /* micro sign */
	TINY("\xCE\xBCs", 1000), /* Greek mu, which Go reads too */
	UNIT("毫秒", 1),
	UNIT("ミリ秒", 1),
	UNIT("밀리초", 1),
	TINY("微秒", 1000),
	TINY("マイクロ秒", 1000),
	UNIT("秒", EN_MS_SECOND),
	UNIT("초", EN_MS_SECOND),
	UNIT("分", EN_MS_MINUTE),
	UNIT("분", EN_MS_MINUTE),
	UNIT("小时", EN_MS_HOUR),
	UNIT("小時", EN_MS_HOUR),
	UNIT("个小时", EN_MS_HOUR),
	UNIT("個小時", EN_MS_HOUR),
	UNIT("時間", EN_MS_HOUR),
	UNIT("시간", EN_MS_HOUR),
	UNIT("天", EN_MS_DAY),
	UNIT("日間", EN_MS_DAY),
	UNIT("일", EN_MS_DAY),
	UNIT("周", EN_MS_WEEK),
	UNIT("週間", EN_MS_WEEK),
	UNIT("주", EN_MS_WEEK),
	UNIT("个月", UNFIXED),
	UNIT("個月", UNFIXED),
	UNIT("か月", UNFIXED),
	UNIT("ヶ月", UNFIXED),
	UNIT("月", UNFIXED),
	UNIT("개월", UNFIXED),
	UNIT("年", UNFIXED),
	UNIT("년", UNFIXED),
};

/* 秒钟 and 分钟 mean 秒 and 分; 分間 and 秒間 too. */
static const struct errnorm_str sign_ends[] = {
	{"钟", sizeof("钟") - 1},
	{"鐘", sizeof("鐘") - 1},
	{"間", sizeof("間") - 1},
};

static size_t skip_blanks(struct errnorm_str s, size_t i)
{
	while (i < s.len && en_is_space((unsigned char)s.ptr[i]))
		i++;
	return i;
}

static size_t skip_letters(struct errnorm_str s, size_t i)
{
	while (i < s.len && en_is_alnum((unsigned char)s.ptr[i]) && !en_is_digit((unsigned char)s.ptr[i]))
		i++;
	return i;
}

static const struct en_unit *find_word(struct errnorm_str word)
{
	struct errnorm_str singular = en_str(word.ptr, word.len - 1);
	bool plural = word.len > 2 && en_lower((unsigned char)word.ptr[word.len - 1]) == 's';

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (en_str_case_eq(word, words[i].name) || (plural && en_str_case_eq(singular, words[i].name)))
			return &words[i];
	return NULL;
}

static const struct en_unit *find_sign(struct errnorm_str s)
{
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (en_str_case_starts(s, signs[i].name))
			return &signs[i];
	return NULL;
}

const struct en_unit *en_unit_read(struct errnorm_str s, size_t *at)
{
	const struct errnorm_str plural = EN_STR("(s)");
	size_t start = skip_blanks(s, *at), end = skip_letters(s, start);
	const struct en_unit *unit;

	if (end > start) {
		unit = find_word(en_str(s.ptr + start, end - start));
		if (!unit)
			return NULL;
		/* "20 second(s)" */
		if (en_str_case_starts(en_str_from(s, end), plural))
			end += plural.len;
		*at = end;
		return unit;
	}
	unit = find_sign(en_str_from(s, start));
	if (!unit)
		return NULL;
	end = start + unit->name.len;
	for (size_t i = 0; i < ARRAY_SIZE(sign_ends); i++)
		if (en_str_starts(en_str_from(s, end), sign_ends[i])) {
			end += sign_ends[i].len;
			break;
		}
	*at = end;
	return unit;
}

const struct en_unit *en_unit_read_one(struct errnorm_str s, size_t *at)
{
	size_t start = *at, end = skip_letters(s, start), unit_start, unit_end;
	struct errnorm_str word = en_str(s.ptr + start, end - start);
	const struct en_unit *unit;

	if (!en_str_case_eq(word, EN_STR("a")) && !en_str_case_eq(word, EN_STR("an")) &&
	    !en_str_case_eq(word, EN_STR("one")))
		return NULL;
	unit_start = skip_blanks(s, end);
	unit_end = skip_letters(s, unit_start);
	if (unit_start == end || unit_end - unit_start < 3 || en_lower((unsigned char)s.ptr[unit_end - 1]) == 's')
		return NULL;
	unit = find_word(en_str(s.ptr + unit_start, unit_end - unit_start));
	if (unit)
		*at = unit_end;
	return unit;
}
