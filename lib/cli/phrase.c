/*
 * phrase.c - finding a message's stable core.
 *
 * A word with anything but letters in it is somebody's name or number, as for the fingerprint, and
 * so is what stands in quotes. What lies between them are runs; each message more may shorten them.
 */
#include "phrase.h"

#include <stdbool.h>
#include <string.h>

enum {
	QUOTE_MAX = 96, /* a quote that does not close so soon is an apostrophe */
	PHRASE_MAX = 72,
	PHRASE_MIN = 8,
	WORD_MAX = 24, /* no word is longer; a key made of letters alone may be */
	WORDS_MAX = 64,
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_word(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9');
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* The quotes a provider may use, opening and closing. */
static const struct {
	const char *open, *close;
} quotes[] = {
	{"'", "'"},
	{"\"", "\""},
	{"`", "`"},
	{"\xe2\x80\x98", "\xe2\x80\x99"},
	{"\xe2\x80\x9c", "\xe2\x80\x9d"},
	{"\xc2\xab", "\xc2\xbb"},
	{"\xe3\x80\x8c", "\xe3\x80\x8d"},
	{"\xe3\x80\x8e", "\xe3\x80\x8f"},
};

static bool stands_at(struct errnorm_str text, size_t i, const char *word)
{
	size_t len = strlen(word);

	return text.len - i >= len && memcmp(text.ptr + i, word, len) == 0;
}

/* Behind the closing quote of what opens at i; i itself if nothing does. */
static size_t skip_quoted(struct errnorm_str text, size_t i)
{
	for (size_t q = 0; q < sizeof(quotes) / sizeof(quotes[0]); q++) {
		if (!stands_at(text, i, quotes[q].open))
			continue;
		for (size_t k = i + strlen(quotes[q].open); k < text.len && k < i + QUOTE_MAX; k++)
			if (stands_at(text, k, quotes[q].close))
				return k + strlen(quotes[q].close);
	}
	return i;
}

/* The end of the blank-separated token at i; *ret_quoted: a part of it stands in quotes. */
static size_t skip_token(struct errnorm_str text, size_t i, bool *ret_quoted)
{
	*ret_quoted = false;
	while (i < text.len && text.ptr[i] != ' ') {
		/* Between two letters it is an apostrophe: "don't". */
		bool inside = i && is_letter(text.ptr[i - 1]) && text.ptr[i] == '\'';
		size_t behind = inside ? i : skip_quoted(text, i);

		if (behind > i)
			*ret_quoted = true;
		i = behind > i ? behind : i + 1;
	}
	return i;
}

/* Letters, and marks behind them. Writing without blanks makes long words, of other than ASCII. */
static bool is_plain(struct errnorm_str token)
{
	size_t i = 0;
	size_t ascii = 0;

	while (i < token.len && (is_letter(token.ptr[i]) || (i && token.ptr[i] == '\'')))
		ascii += (unsigned char)token.ptr[i++] < 0x80;
	if (i == 0 || ascii > WORD_MAX)
		return false;
	while (i < token.len && strchr(".,:;!?", token.ptr[i]))
		i++;
	return i == token.len;
}

/* Without the marks and blanks at its end. */
static size_t trimmed(const char *text, size_t len)
{
	while (len && !is_word(text[len - 1]))
		len--;
	return len;
}

static void add_run(struct cli_phrases *phrases, struct errnorm_str sample, size_t at, size_t end)
{
	size_t len = end > at ? trimmed(sample.ptr + at, end - at) : 0;

	if (len && phrases->count < CLI_PHRASE_RUNS)
		phrases->runs[phrases->count++] = (struct cli_phrase_run){at, len};
}

void cli_phrases_begin(struct cli_phrases *phrases, struct errnorm_str sample)
{
	size_t begin = 0;
	size_t end = 0; /* of the run that began at begin; 0: none has begun */

	phrases->count = 0;
	for (size_t i = 0; i < sample.len;) {
		bool quoted;
		size_t behind;

		if (sample.ptr[i] == ' ') {
			i++;
			continue;
		}
		behind = skip_token(sample, i, &quoted);
		if (!quoted && is_plain((struct errnorm_str){sample.ptr + i, behind - i})) {
			begin = end ? begin : i;
			end = behind;
		} else {
			add_run(phrases, sample, begin, end);
			end = 0;
		}
		i = behind;
	}
	add_run(phrases, sample, begin, end);
}

/* Whether a run of words stands in a text as words. */
static bool has_words(struct errnorm_str text, const char *words, size_t len)
{
	for (size_t i = 0; i + len <= text.len; i++) {
		size_t k = 0;

		if (i && is_word(text.ptr[i - 1]))
			continue;
		while (k < len && lower(text.ptr[i + k]) == lower(words[k]))
			k++;
		if (k == len && (i + len == text.len || !is_word(text.ptr[i + len])))
			return true;
	}
	return false;
}

/* Where the words of a run begin, and how many there are; words[count] is the run's end. */
static size_t split(struct errnorm_str run, size_t *words)
{
	size_t count = 0;

	for (size_t i = 0; i < run.len && count < WORDS_MAX; i++)
		if (run.ptr[i] != ' ' && (i == 0 || run.ptr[i - 1] == ' '))
			words[count++] = i;
	words[count] = run.len;
	return count;
}

/* The longest part of a run that a message has; len 0: none. */
static struct cli_phrase_run common(struct errnorm_str sample, struct cli_phrase_run run, struct errnorm_str message)
{
	size_t words[WORDS_MAX + 1];
	const char *text = sample.ptr + run.at;
	size_t count = split((struct errnorm_str){text, run.len}, words);

	for (size_t size = count; size > 0; size--) {
		for (size_t i = 0; i + size <= count; i++) {
			size_t len = trimmed(text + words[i], words[i + size] - words[i]);

			if (len && has_words(message, text + words[i], len))
				return (struct cli_phrase_run){run.at + words[i], len};
		}
	}
	return (struct cli_phrase_run){0, 0};
}

void cli_phrases_keep(struct cli_phrases *phrases, struct errnorm_str sample, struct errnorm_str message)
{
	size_t kept = 0;

	for (size_t i = 0; i < phrases->count; i++) {
		struct cli_phrase_run run = common(sample, phrases->runs[i], message);

		if (run.len)
			phrases->runs[kept++] = run;
	}
	phrases->count = kept;
}

struct errnorm_str cli_phrases_best(const struct cli_phrases *phrases, struct errnorm_str sample)
{
	struct cli_phrase_run best = {0, 0};

	for (size_t i = 0; i < phrases->count; i++)
		if (phrases->runs[i].len > best.len)
			best = phrases->runs[i];
	if (best.len < PHRASE_MIN)
		return (struct errnorm_str){NULL, 0};
	if (best.len > PHRASE_MAX) {
		size_t end = PHRASE_MAX;

		while (end > PHRASE_MIN && sample.ptr[best.at + end] != ' ')
			end--;
		/* Writing without blanks has no words to end at. */
		best.len = end > PHRASE_MIN ? end : PHRASE_MAX;
		while (((unsigned char)sample.ptr[best.at + best.len] & 0xc0) == 0x80)
			best.len--;
		best.len = trimmed(sample.ptr + best.at, best.len);
	}
	return (struct errnorm_str){sample.ptr + best.at, best.len};
}
