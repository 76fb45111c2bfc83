/*
 * group.c - collecting kinds of failure in bounded memory: a kind is provider, status, machine code,
 * type and fingerprint, and the most frequent ones stay (heavy.h).
 */
#include "group.h"

#include <stdlib.h>
#include <string.h>

#include "output.h"

enum {
	SLOTS = 1024,
	KNOWN_BITS = 1 << 17,
};

bool cli_groups_init(struct cli_groups *groups)
{
	memset(groups, 0, sizeof(*groups));
	if (!cli_heavy_init(&groups->heavy, SLOTS))
		return false;
	groups->items = calloc(groups->heavy.slot_count, sizeof(*groups->items));
	groups->known = calloc(KNOWN_BITS / 64, sizeof(*groups->known));
	return groups->items && groups->known;
}

void cli_groups_done(struct cli_groups *groups)
{
	for (size_t i = 0; groups->items && i < groups->heavy.slot_count; i++)
		free(groups->items[i].line);
	free(groups->items);
	free(groups->known);
	cli_heavy_done(&groups->heavy);
}

/* One that is too long is no machine's word. */
void cli_word_set(struct cli_word *word, struct errnorm_str text)
{
	word->len = text.len <= sizeof(word->text) ? text.len : 0;
	if (word->len)
		memcpy(word->text, text.ptr, word->len);
}

void cli_table_name(struct errnorm_str provider, char *ret)
{
	size_t len = 0;

	for (size_t i = 0; i < provider.len && len < CLI_NAME_MAX - 1; i++) {
		char c = provider.ptr[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + ('a' - 'A'));
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			ret[len++] = c;
		else if (len && ret[len - 1] != '_')
			ret[len++] = '_';
	}
	while (len && ret[len - 1] == '_')
		len--;
	ret[len] = '\0';
}

static uint64_t code_key(const char *provider, int32_t status, struct errnorm_str code)
{
	uint64_t key = cli_hash(CLI_HASH_START, provider, strlen(provider));

	key = cli_hash(key, &status, sizeof(status));
	return cli_hash(key, code.ptr, code.len);
}

static bool is_known(const struct cli_groups *groups, uint64_t key)
{
	uint64_t a = key % KNOWN_BITS;
	uint64_t b = (key >> 32) % KNOWN_BITS;

	return groups->known[a / 64] >> a % 64 & 1 && groups->known[b / 64] >> b % 64 & 1;
}

void cli_groups_know(struct cli_groups *groups, const struct errnorm_verdict *verdict)
{
	char provider[CLI_NAME_MAX];
	uint64_t key;

	groups->errors++;
	if (!verdict->provider_code.len)
		return;
	cli_table_name(verdict->provider, provider);
	key = code_key(provider, verdict->provider_status, verdict->provider_code);
	groups->known[key % KNOWN_BITS / 64] |= UINT64_C(1) << key % KNOWN_BITS % 64;
	key >>= 32;
	groups->known[key % KNOWN_BITS / 64] |= UINT64_C(1) << key % KNOWN_BITS % 64;
}

static void fill(struct cli_group *group, const char *provider, const struct errnorm_verdict *verdict)
{
	struct errnorm_str sample = {group->sample, 0};

	free(group->line);
	memset(group, 0, sizeof(*group));
	memcpy(group->provider, provider, strlen(provider));
	group->guess = verdict->code;
	group->status = verdict->provider_status;
	group->fingerprint = verdict->fingerprint;
	cli_word_set(&group->code, verdict->provider_code);
	cli_word_set(&group->type, verdict->provider_type);
	if (!(verdict->flags & ERRNORM_VERDICT_CATALOGUE))
		sample.len = cli_text_cut(verdict->message, sizeof(group->sample));
	if (sample.len)
		memcpy(group->sample, verdict->message.ptr, sample.len);
	group->sample_len = sample.len;
	cli_phrases_begin(&group->phrases, sample);
}

struct cli_group *cli_groups_add(struct cli_groups *groups, const struct errnorm_verdict *verdict)
{
	char provider[CLI_NAME_MAX];
	struct cli_group *group;
	uint64_t key;
	bool fresh;
	size_t slot;

	groups->errors++;
	groups->unknown++;
	cli_table_name(verdict->provider, provider);
	key = code_key(provider, verdict->provider_status, verdict->provider_code);
	key = cli_hash(key, verdict->provider_type.ptr, verdict->provider_type.len);
	key = cli_hash(key, &verdict->fingerprint, sizeof(verdict->fingerprint));
	slot = cli_heavy_add(&groups->heavy, key, 1, 0, &fresh);
	group = &groups->items[slot];
	if (fresh) {
		fill(group, provider, verdict);
		return group;
	}
	cli_phrases_keep(&group->phrases, (struct errnorm_str){group->sample, group->sample_len}, verdict->message);
	return NULL;
}

/* A number that repeats the status says nothing more, and what was redacted differs each time. */
static bool is_telling(const struct cli_group *group)
{
	static const char mark[] = "[redacted]";
	struct errnorm_str code = {group->code.text, group->code.len};
	char status[16];
	int len = snprintf(status, sizeof(status), "%d", (int)group->status);

	if (!code.len || ((size_t)len == code.len && memcmp(status, code.ptr, code.len) == 0))
		return false;
	for (size_t i = 0; i + sizeof(mark) - 1 <= code.len; i++)
		if (memcmp(code.ptr + i, mark, sizeof(mark) - 1) == 0)
			return false;
	return true;
}

void cli_groups_settle(struct cli_groups *groups)
{
	for (size_t i = 0; i < groups->heavy.slot_count; i++) {
		struct cli_group *group = &groups->items[i];
		struct errnorm_str code = {group->code.text, group->code.len};

		if (!groups->heavy.slots[i].count)
			continue;
		if (!is_telling(group))
			group->code.len = 0;
		/* A code that also stands on failures of another kind would draw those to itself. */
		group->decisive = group->code.len && !is_known(groups, code_key(group->provider, group->status, code));
	}
}
