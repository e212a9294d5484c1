/* The store's writing side: batches of commands. */
#include "base/id.h"
#include "base/utf8.h"
#include "store/ballot_key.h"
#include "store/chain.h"
#include "store/engine.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

/* Errors that concern one command, and leave the batch as it was. */
static bool is_refusal(int r)
{
    return r == -EINVAL || r == -EOPNOTSUPP || r == -ENOENT || r == -EALREADY || r == -EEXIST ||
           r == -ENOBUFS || r == -ENOKEY;
}

int store_doom(struct store *s, int r)
{
    if (r < 0 && !is_refusal(r))
        s->broken = r;
    return r;
}

int store_begin(struct store *s)
{
    if (s->in_batch)
        return -EINVAL;
    if (s->settle_due)
        store_tidy(s);
    int r = s->engine->begin(s->e);
    if (r < 0)
        return r;
    s->in_batch = true;
    s->in_command = s->erases = s->ballots_touched = false;
    s->broken = 0;
    return 0;
}

static bool text_valid(const char *text, size_t max)
{
    size_t size = text ? strnlen(text, max + 1) : SIZE_MAX;
    return size <= max && utf8_valid(text, size);
}

static bool key_valid(const struct store_key *key)
{
    return id_valid(key->meeting) && text_valid(key->principal, STORE_MAX_NAME_BYTES) &&
           text_valid(key->key, STORE_MAX_NAME_BYTES) && key->key[0];
}

int store_command_begin(struct store *s, const struct store_key *key,
                        struct store_outcome *ret_known)
{
    if (s->broken)
        return s->broken;
    if (!s->in_batch || s->in_command || (key && !key_valid(key)))
        return -EINVAL;
    if (key) {
        int r = s->engine->find_outcome(s->e, key, ret_known);
        if (r != -ENOENT)
            return r < 0 ? store_doom(s, r) : 1;
    }
    int r = store_doom(s, s->engine->save(s->e));
    if (r < 0)
        return r;
    s->in_command = true;
    s->key = key;
    s->first_seq = s->last_seq = 0;
    return 0;
}

static bool sides_valid(const struct store_draft *d)
{
    if (d->side_count > STORE_MAX_SIDES)
        return false;
    for (size_t i = 0; i < d->side_count; i++) {
        const struct store_side_draft *side = &d->sides[i];
        if (!text_valid(side->name, STORE_MAX_NAME_BYTES) || !side->name[0] ||
            !text_valid(side->text, STORE_MAX_SIDE_BYTES))
            return false;
        for (size_t j = 0; j < i; j++) {
            if (strcmp(d->sides[j].name, side->name) == 0)
                return false;
        }
    }
    return true;
}

static bool draft_valid(const struct store_draft *d)
{
    return id_valid(d->meeting) && text_valid(d->actor, STORE_MAX_NAME_BYTES) &&
           text_valid(d->type, STORE_MAX_NAME_BYTES) && audience_name(d->audience) &&
           d->version > 0 && text_valid(d->body, STORE_MAX_BODY_BYTES) && sides_valid(d);
}

/* Finds the log's head, and begins the log where there is none. */
static int find_head(struct store *s, const char *meeting, struct store_head *ret)
{
    struct store_head head = {0};
    int r = s->engine->head(s->e, meeting, &head);
    if (r < 0)
        return r;
    if (head.scheme == 0) {
        head.scheme = CHAIN_NEWEST_SCHEME;
        r = s->engine->put_log(s->e, meeting, head.scheme);
        if (r < 0)
            return r;
    }
    if (head.seq == 0)
        chain_hash_first(head.scheme, meeting, head.hash);
    *ret = head;
    return 0;
}

/* What an event's bytes are while it is written. */
struct sealed {
    uint8_t salts[1 + STORE_MAX_SIDES][STORE_SALT_BYTES];
    uint8_t commitments[1 + STORE_MAX_SIDES][STORE_HASH_BYTES];
    uint8_t hash[STORE_HASH_BYTES];
    struct store_side sides[STORE_MAX_SIDES];
};

static struct store_event seal(const struct store_head *head, const struct store_draft *d,
                               struct sealed *sealed)
{
    struct store_event e = {.seq = head->seq + 1,
                            .at_utc_us = d->at_utc_us,
                            .media_us = d->media_us,
                            .actor = d->actor,
                            .type = d->type,
                            .audience = d->audience,
                            .version = d->version,
                            .body = d->body,
                            .hash = sealed->hash,
                            .sides = sealed->sides,
                            .side_count = d->side_count};
    if (head->scheme > 1) {
        randombytes_buf(sealed->salts, (1 + d->side_count) * sizeof *sealed->salts);
        chain_commit(sealed->salts[0], d->body, sealed->commitments[0]);
        e.salt = sealed->salts[0];
        e.commitment = sealed->commitments[0];
    }
    for (size_t i = 0; i < d->side_count; i++) {
        chain_commit(sealed->salts[i + 1], d->sides[i].text, sealed->commitments[i + 1]);
        sealed->sides[i] = (struct store_side){.name = d->sides[i].name,
                                               .text = d->sides[i].text,
                                               .salt = sealed->salts[i + 1],
                                               .commitment = sealed->commitments[i + 1]};
    }
    chain_hash_next(head->scheme, head->hash, &e, sealed->hash);
    return e;
}

static void count_into_command(struct store *s, const char *meeting, uint64_t seq)
{
    if (!s->key || strcmp(meeting, s->key->meeting) != 0)
        return;
    s->first_seq = s->first_seq ? s->first_seq : seq;
    s->last_seq = seq;
}

int store_add(struct store *s, const struct store_draft *draft, uint64_t *ret_seq)
{
    struct store_head head;
    struct sealed sealed;
    if (s->broken)
        return s->broken;
    if (!s->in_command || !draft_valid(draft))
        return -EINVAL;
    int r = find_head(s, draft->meeting, &head);
    if (r < 0)
        return store_doom(s, r);
    if (head.scheme == 1 &&
        (draft->side_count || draft->audience != AUDIENCE_PUBLIC || draft->version != 1))
        return -EOPNOTSUPP;
    struct store_event e = seal(&head, draft, &sealed);
    r = store_doom(s, s->engine->put_event(s->e, draft->meeting, &e));
    if (r < 0)
        return r;
    count_into_command(s, draft->meeting, e.seq);
    *ret_seq = e.seq;
    return 0;
}

int store_erase(struct store *s, const char *meeting, uint64_t seq, const char *side,
                const struct store_draft *notice, uint64_t *ret_seq)
{
    if (s->broken)
        return s->broken;
    if (!s->in_command || seq > INT64_MAX || strcmp(notice->type, "side.erased") != 0 ||
        strcmp(notice->meeting, meeting) != 0)
        return -EINVAL;
    int r = store_doom(s, s->engine->erase(s->e, meeting, seq, side));
    if (r == 0)
        r = store_add(s, notice, ret_seq);
    s->erases = true;
    return r;
}

int store_command_end(struct store *s, const char *outcome)
{
    if (s->broken)
        return s->broken;
    if (!s->in_command || !text_valid(outcome, STORE_MAX_OUTCOME_BYTES))
        return -EINVAL;
    int r = 0;
    if (s->key) {
        struct store_outcome kept = {.first_seq = s->first_seq, .last_seq = s->last_seq};
        memcpy(kept.text, outcome, strlen(outcome) + 1);
        r = s->engine->put_outcome(s->e, s->key, &kept);
    }
    if (r == 0)
        r = s->engine->keep(s->e);
    s->in_command = false;
    return store_doom(s, r);
}

void store_command_undo(struct store *s)
{
    if (s->in_command && !s->broken)
        store_doom(s, s->engine->undo(s->e));
    s->in_command = false;
}

int store_commit(struct store *s)
{
    if (!s->in_batch || s->in_command)
        return -EINVAL;
    int r = s->broken;
    if (r == 0) {
        r = s->engine->commit(s->e);
        s->scrub_due = s->scrub_due || r < 0;
    }
    if (r < 0) {
        store_abandon(s);
        store_tidy(s); /* what a failed commit left on the disk must not be found by a restart */
        return r;
    }
    s->in_batch = false;
    s->scrub_due = s->scrub_due || s->erases;
    s->settle_due = s->settle_due || s->ballots_touched;
    store_tidy(s); /* what it can't do now it does later */
    return 0;
}

void store_abandon(struct store *s)
{
    if (s->in_batch) {
        s->engine->rollback(s->e);
        s->settle_due = s->settle_due || s->ballots_touched; /* a key may have been made */
    }
    s->in_batch = s->in_command = false;
    s->broken = 0;
}

int store_append(struct store *s, const struct store_draft *drafts, size_t count)
{
    uint64_t seq;
    if (count == 0)
        return 0;
    int r = store_begin(s);
    if (r < 0)
        return r;
    r = store_command_begin(s, NULL, NULL);
    for (size_t i = 0; i < count && r == 0; i++)
        r = store_add(s, &drafts[i], &seq);
    if (r == 0)
        r = store_command_end(s, "");
    if (r == 0)
        return store_commit(s);
    store_abandon(s);
    return r;
}

int store_tidy(struct store *s)
{
    if (s->in_batch)
        return 0;
    int settled = s->settle_due ? ballot_keys_settle(s) : 0;
    s->settle_due = settled < 0;
    int scrubbed = s->scrub_due ? s->engine->scrub(s->e) : 0;
    s->scrub_due = scrubbed < 0;
    return settled < 0 ? settled : scrubbed;
}
