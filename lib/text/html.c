/*
 * html.c - one pass over a page that keeps what a reader would see. Not a parser: there is no tree,
 * and nothing depends on tags being closed.
 */
#include "html.h"

#include "entity.h"
#include "str.h"
#include "utf8.h"

/* Error pages say what they are in their first screen; the rest is styles and scripts. */
#define PAGE_MAX ((size_t)16 * 1024)

#define NBSP 0xA0u

/* Text on its way out: white space waits until something follows it. */
struct sink {
	char *out;
	size_t cap, len;
	bool space, full;
};

struct page {
	struct errnorm_str s;
	size_t at;
	struct sink title, text;
	bool has_title;
	bool no_title_end; /* there is none from here on: it must not be looked for again */
};

static void put(struct sink *sink, const char *bytes, size_t n)
{
	bool space = sink->space && sink->len;

	/*
	 * After the first byte that does not fit nothing may follow, or a hole would be in the
	 * text.
	 */
	if (sink->full || n + space > sink->cap - sink->len) {
		sink->full = true;
		return;
	}
	if (space)
		sink->out[sink->len++] = ' ';
	sink->space = false;
	for (size_t i = 0; i < n; i++)
		sink->out[sink->len++] = bytes[i];
}

/* How many bytes at the start of s are letters, digits and marks that stand for themselves. */
static size_t plain_run(struct errnorm_str s)
{
	size_t n = 0;

	while (n < s.len && s.ptr[n] > ' ' && s.ptr[n] < 0x7F && s.ptr[n] != '<' && s.ptr[n] != '&')
		n++;
	return n;
}

static void put_character(struct sink *sink, uint32_t c)
{
	char bytes[4];

	if (c <= ' ' || c == 0x7F || c == NBSP)
		sink->space = true;
	else
		put(sink, bytes, en_utf8_encode(c, bytes));
}

/*
 * A word of the source, or one character, or one reference if they are decoded here. Returns the bytes
 * read.
 */
static size_t put_source(struct sink *sink, struct errnorm_str s, bool references)
{
	size_t used = plain_run(s);
	uint32_t c;

	/* Where a whole word does not fit its beginning may. */
	if (used && used < sink->cap - sink->len) {
		put(sink, s.ptr, used);
		return used;
	}
	used = 1;
	if (references && s.ptr[0] == '&') {
		c = en_entity_read(s, &used);
		put_character(sink, c ? c : '&');
		return used;
	}
	c = en_utf8_decode(s.ptr, s.ptr + s.len, &used);
	/*
	 * A byte that is not UTF-8 goes through as it is: to judge it is not this file's business.
	 */
	if (used == 1 && c > 0x7F)
		put(sink, s.ptr, 1);
	else
		put_character(sink, c);
	return used;
}

static struct errnorm_str rest_of(const struct page *page)
{
	return en_str_from(page->s, page->at);
}

static bool is_letter_at(const struct page *page, size_t i)
{
	return i < page->s.len && en_is_alnum((unsigned char)page->s.ptr[i]) &&
	       !en_is_digit((unsigned char)page->s.ptr[i]);
}

static bool is_char_at(const struct page *page, size_t i, char c)
{
	return i < page->s.len && page->s.ptr[i] == c;
}

/* Moves behind the next occurrence of end, or to the page's end. */
static void skip_behind(struct page *page, struct errnorm_str end)
{
	size_t hit = en_str_find(page->s, end, page->at);

	page->at = hit == (size_t)-1 ? page->s.len : hit + end.len;
}

/* Where "</name" stands, from the current place on; the page's end without one. */
static size_t find_end_tag(const struct page *page, struct errnorm_str name)
{
	size_t hit = page->at;

	while ((hit = en_str_find(page->s, EN_STR("</"), hit)) != (size_t)-1) {
		hit += 2;
		if (en_str_case_starts(en_str_from(page->s, hit), name) &&
		    !(hit + name.len < page->s.len && en_is_alnum((unsigned char)page->s.ptr[hit + name.len])))
			return hit - 2;
	}
	return page->s.len;
}

/*
 * Moves behind the '>' of a tag whose name has been read. A '>' in a quoted value does not end it.
 */
static void skip_attributes(struct page *page)
{
	bool value = false; /* is the next thing an attribute's value? */

	while (page->at < page->s.len) {
		char c = page->s.ptr[page->at++];

		if (c == '>')
			return;
		if (value && (c == '"' || c == '\''))
			skip_behind(page, en_str(&c, 1));
		value = c == '=' || (value && en_is_space((unsigned char)c));
	}
}

/* Comments, doctypes, CDATA sections, processing instructions: "<!" or "<?" stands here. */
static void skip_declaration(struct page *page)
{
	struct errnorm_str rest = rest_of(page);

	if (en_str_starts(rest, EN_STR("<![CDATA["))) {
		struct sink *sink = &page->text;
		size_t end;

		page->at += 9;
		end = en_str_find(page->s, EN_STR("]]>"), page->at);
		if (end == (size_t)-1)
			end = page->s.len;
		while (page->at < end)
			page->at += put_source(sink, en_str(page->s.ptr + page->at, end - page->at), false);
		page->at = page->at + 3 < page->s.len ? page->at + 3 : page->s.len;
	} else if (en_str_starts(rest, EN_STR("<!-->")) || en_str_starts(rest, EN_STR("<!--->"))) {
		skip_behind(page, EN_STR(">"));
	} else if (en_str_starts(rest, EN_STR("<!--"))) {
		page->at += 4;
		skip_behind(page, EN_STR("-->"));
	} else {
		skip_behind(page, EN_STR(">"));
	}
}

/* Tags that do not part words. All others, those of XML too, stand for a space. */
static bool is_inline(struct errnorm_str name)
{
	static const struct errnorm_str names[] = {
		{"a", 1},    {"abbr", 4}, {"acronym", 7}, {"b", 1},     {"bdi", 3},    {"bdo", 3},    {"big", 3},
		{"cite", 4}, {"code", 4}, {"data", 4},    {"del", 3},   {"dfn", 3},    {"em", 2},     {"font", 4},
		{"i", 1},    {"ins", 3},  {"kbd", 3},     {"label", 5}, {"mark", 4},   {"nobr", 4},   {"q", 1},
		{"s", 1},    {"samp", 4}, {"small", 5},   {"span", 4},  {"strike", 6}, {"strong", 6}, {"sub", 3},
		{"sup", 3},  {"time", 4}, {"tt", 2},      {"u", 1},     {"var", 3},    {"wbr", 3},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (en_str_case_eq(name, names[i]))
			return true;
	return false;
}

/* The name of the tag at i: letters and what may follow them up to white space, '/' or '>'. */
static struct errnorm_str tag_name(const struct page *page, size_t i)
{
	size_t end = i;

	while (end < page->s.len && !en_is_space((unsigned char)page->s.ptr[end]) && page->s.ptr[end] != '/' &&
	       page->s.ptr[end] != '>')
		end++;
	return en_str(page->s.ptr + i, end - i);
}

/* Behind <title>: its text up to the end tag; without one up to the next tag of any kind. */
static void read_title(struct page *page)
{
	struct sink *sink = &page->title, nowhere = {NULL, 0, 0, false, true};
	size_t end = page->no_title_end ? page->s.len : find_end_tag(page, EN_STR("title"));

	if (end == page->s.len) {
		page->no_title_end = true;
		end = en_str_find(page->s, EN_STR("<"), page->at);
		if (end == (size_t)-1)
			end = page->s.len;
	}
	/* A second title is that of a drawing: shown nowhere. */
	if (page->has_title)
		sink = &nowhere;
	page->has_title = true;
	while (page->at < end)
		page->at += put_source(sink, en_str(page->s.ptr + page->at, end - page->at), true);
}

/* A tag stands here; steps behind it, and behind what belongs to it and is not visible text. */
static void read_tag(struct page *page)
{
	bool closing = is_char_at(page, page->at + 1, '/');
	struct errnorm_str name = tag_name(page, page->at + 1 + closing);

	if (!is_inline(name))
		page->text.space = true;
	page->at += 1 + (size_t)closing + name.len;
	skip_attributes(page);
	if (closing)
		return;
	if (en_str_case_eq(name, EN_STR("title")))
		read_title(page);
	else if (en_str_case_eq(name, EN_STR("script")) || en_str_case_eq(name, EN_STR("style")))
		page->at = find_end_tag(page, name);
}

static struct errnorm_str skip_lead(struct errnorm_str text)
{
	const struct errnorm_str mark = EN_STR("\xEF\xBB\xBF");
	size_t i = 0;

	while (i < text.len && en_is_space((unsigned char)text.ptr[i]))
		i++;
	text = i ? en_str_from(text, i) : text;
	if (!en_str_starts(text, mark))
		return text;
	for (i = mark.len; i < text.len && en_is_space((unsigned char)text.ptr[i]);)
		i++;
	return en_str_from(text, i);
}

static bool is_attribute(char c)
{
	return en_is_alnum((unsigned char)c) || c == '-' || c == '_' || c == ':';
}

/*
 * Python prints an object as "<Response [500]>", "<AioRpcError of RPC that ...": a name in front, but what follows
 * is no attribute.
 */
static bool is_object(struct errnorm_str text)
{
	size_t i = 1;
	size_t name;

	while (i < text.len && en_is_alnum((unsigned char)text.ptr[i]))
		i++;
	if (i == text.len || !en_is_space((unsigned char)text.ptr[i]))
		return false;
	while (i < text.len && en_is_space((unsigned char)text.ptr[i]))
		i++;
	for (name = i; i < text.len && is_attribute(text.ptr[i]);)
		i++;
	if (i == name)
		return i < text.len && text.ptr[i] != '>' && text.ptr[i] != '/';
	while (i < text.len && en_is_space((unsigned char)text.ptr[i]))
		i++;
	return i < text.len && is_attribute(text.ptr[i]) && !en_str_case_starts(text, EN_STR("<html"));
}

bool en_html_probe(struct errnorm_str text)
{
	text = skip_lead(text);
	if (text.len < 2 || text.ptr[0] != '<')
		return false;
	return (en_is_alnum((unsigned char)text.ptr[1]) && !en_is_digit((unsigned char)text.ptr[1]) &&
		!is_object(text)) ||
	       en_str_case_starts(text, EN_STR("<!doctype")) || en_str_starts(text, EN_STR("<!--")) ||
	       en_str_case_starts(text, EN_STR("<?xml"));
}

void en_html_read(struct errnorm_str text, char *title_out, size_t title_cap, size_t *ret_title_len, char *text_out,
		  size_t text_cap, size_t *ret_text_len)
{
	struct page page = {skip_lead(text), 0, {NULL, 0, 0, false, false}, {NULL, 0, 0, false, false}, false, false};

	page.title.out = title_out;
	page.title.cap = title_cap;
	page.text.out = text_out;
	page.text.cap = text_cap;
	if (page.s.len > PAGE_MAX)
		page.s.len = en_utf8_floor(page.s.ptr, PAGE_MAX);
	while (page.at < page.s.len && !page.text.full) {
		size_t at = page.at;

		if (!is_char_at(&page, at, '<')) {
			page.at += put_source(&page.text, rest_of(&page), true);
		} else if (is_letter_at(&page, at + 1) ||
			   (is_char_at(&page, at + 1, '/') && is_letter_at(&page, at + 2))) {
			read_tag(&page);
		} else if (is_char_at(&page, at + 1, '!') || is_char_at(&page, at + 1, '?')) {
			skip_declaration(&page);
		} else if (is_char_at(&page, at + 1, '/')) {
			/* "</>" and "</ >": what a browser takes for a comment. */
			skip_behind(&page, EN_STR(">"));
		} else {
			put_source(&page.text, rest_of(&page), false);
			page.at++;
		}
	}
	*ret_title_len = page.title.len;
	*ret_text_len = page.text.len;
}
