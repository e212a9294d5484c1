#include "store/ballot.h"
#include "base/id.h"
#include "base/utf8.h"
#include "store/ballot_key.h"
#include "store/engine.h"

#include <endian.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>

/* A paper in the box: one size, so that the box's size tells their number alone. */
struct paper {
    uint8_t key[BALLOT_KEY_BYTES];
    char choice[BALLOT_MAX_CHOICE_BYTES + 1];
};

#define OVERHEAD (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)
#define MAX_SEALED_BYTES (OVERHEAD + BALLOT_MAX_PAPERS * sizeof(struct paper))

/* An opened box. */
struct box {
    struct engine_box row;
    struct ballot_key key; /* of the row's generation */
    struct paper *papers;  /* owned */
    size_t count;
};

static void box_finish(struct box *b)
{
    if (b->papers)
        sodium_memzero(b->papers, b->count * sizeof *b->papers);
    sodium_memzero(&b->key, sizeof b->key);
    free(b->papers);
    bytes_unref(b->row.sealed);
}

static int unseal(struct box *b)
{
    const struct bytes *sealed = b->row.sealed;
    if (sealed->size < OVERHEAD || sealed->size > MAX_SEALED_BYTES ||
        (sealed->size - OVERHEAD) % sizeof *b->papers != 0)
        return -EUCLEAN;
    size_t count = (sealed->size - OVERHEAD) / sizeof *b->papers;
    b->papers = calloc(count + 1, sizeof *b->papers); /* room for one more */
    if (!b->papers)
        return -ENOMEM;
    b->count = count;
    return crypto_secretbox_open_easy(
               (uint8_t *)b->papers, sealed->data + crypto_secretbox_NONCEBYTES,
               sealed->size - crypto_secretbox_NONCEBYTES, sealed->data, b->key.key) < 0
               ? -ENOKEY
               : 0;
}

/* Reads and opens the box. What was filled is to be finished also on failure. */
static int box_open(struct store *s, const char *meeting, const char *vote, struct box *b)
{
    int r = s->engine->get_box(s->e, meeting, vote, &b->row);
    if (r == 0)
        r = ballot_key_read(s, b->row.id, b->row.generation, &b->key);
    return r < 0 ? r : unseal(b);
}

/* Each state is sealed with a key that was never used: also not by a state that was undone. */
static int next_generation(struct store *s, const struct box *b, uint64_t *ret)
{
    struct ballot_top *free_top = NULL;
    for (size_t i = 0; i < BALLOT_MAX_OPEN; i++) {
        struct ballot_top *top = &s->ballot_tops[i];
        if (top->generation && memcmp(top->id, b->row.id, sizeof top->id) == 0) {
            *ret = ++top->generation;
            return 0;
        }
        if (!top->generation && !free_top)
            free_top = top;
    }
    if (!free_top)
        return -ENOBUFS;
    memcpy(free_top->id, b->row.id, sizeof free_top->id);
    *ret = free_top->generation = b->row.generation + 1;
    return 0;
}

static int box_put(struct store *s, const char *meeting, const char *vote, struct box *b)
{
    uint64_t generation;
    int r = next_generation(s, b, &generation);
    if (r < 0)
        return r;
    ballot_key_advance(&b->key, generation);
    size_t size = b->count * sizeof *b->papers;
    cleanup(bytes_unref_p) struct bytes *sealed = bytes_new(OVERHEAD + size);
    if (!sealed)
        return -ENOMEM;
    randombytes_buf(sealed->data, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(sealed->data + crypto_secretbox_NONCEBYTES, (const uint8_t *)b->papers,
                          size, sealed->data, b->key.key);
    struct engine_box row = {.generation = generation, .sealed = sealed};
    memcpy(row.id, b->row.id, sizeof row.id);
    return s->engine->put_box(s->e, meeting, vote, &row);
}

static int check(struct store *s, const char *meeting, const char *vote)
{
    if (s->broken)
        return s->broken;
    return s->in_command && id_valid(meeting) && id_valid(vote) ? 0 : -EINVAL;
}

int ballot_open(struct store *s, const char *meeting, const char *vote)
{
    size_t known = 0;
    int r = check(s, meeting, vote);
    if (r == 0)
        r = s->engine->find_vote(s->e, meeting, vote, &known);
    if (r < 0)
        return store_doom(s, r);
    if (known)
        return -EEXIST;
    struct box b = {0};
    randombytes_buf(b.row.id, sizeof b.row.id);
    r = ballot_key_create(s, b.row.id, &b.key); /* before the commit: a box needs its key */
    if (r == 0)
        r = box_put(s, meeting, vote, &b);
    box_finish(&b);
    s->ballots_touched = true;
    return store_doom(s, r);
}

/* In the order of the keys, which says nothing of when they came. */
static void insert(struct box *b, const char *choice)
{
    struct paper p = {0};
    size_t at = 0;
    randombytes_buf(p.key, sizeof p.key);
    memcpy(p.choice, choice, strlen(choice));
    while (at < b->count && memcmp(b->papers[at].key, p.key, sizeof p.key) < 0)
        at++;
    memmove(&b->papers[at + 1], &b->papers[at], (b->count - at) * sizeof p);
    b->papers[at] = p;
    b->count++;
}

int ballot_add(struct store *s, const char *meeting, const char *vote, const char *choice)
{
    int r = check(s, meeting, vote);
    size_t size = strnlen(choice, BALLOT_MAX_CHOICE_BYTES + 1);
    if (r == 0 && (size > BALLOT_MAX_CHOICE_BYTES || !utf8_valid(choice, size)))
        r = -EINVAL;
    if (r == 0 && s->settle_due && !s->ballots_touched)
        r = -EAGAIN; /* an older key could not be replaced yet: store_tidy() first */
    if (r < 0)
        return r;
    struct box b = {0};
    r = box_open(s, meeting, vote, &b);
    if (r == 0 && b.count == BALLOT_MAX_PAPERS)
        r = -ENOBUFS;
    if (r == 0) {
        insert(&b, choice);
        r = box_put(s, meeting, vote, &b);
    }
    box_finish(&b);
    s->ballots_touched = true;
    return store_doom(s, r);
}

int ballot_count(struct store *s, const char *meeting, const char *vote, size_t *ret_count)
{
    int r = check(s, meeting, vote);
    if (r < 0)
        return r;
    struct box b = {0};
    r = box_open(s, meeting, vote, &b);
    if (r == 0)
        *ret_count = b.count;
    box_finish(&b);
    return store_doom(s, r);
}

int ballot_close(struct store *s, const char *meeting, const char *vote)
{
    int r = check(s, meeting, vote);
    if (r < 0)
        return r;
    struct box b = {0};
    r = box_open(s, meeting, vote, &b);
    for (size_t i = 0; i < b.count && r == 0; i++) {
        const struct ballot_paper paper = {.key = b.papers[i].key, .choice = b.papers[i].choice};
        r = s->engine->put_paper(s->e, meeting, vote, &paper);
    }
    if (r == 0)
        r = s->engine->close_box(s->e, meeting, vote);
    box_finish(&b);
    s->ballots_touched = true;
    return store_doom(s, r);
}

int ballot_discard(struct store *s, const char *meeting, const char *vote)
{
    int r = check(s, meeting, vote);
    if (r < 0)
        return r;
    struct box b = {0};
    r = s->engine->get_box(s->e, meeting, vote, &b.row);
    if (r == 0)
        r = s->engine->close_box(s->e, meeting, vote);
    box_finish(&b);
    s->ballots_touched = true;
    return store_doom(s, r);
}

int ballot_read(struct store *s, const char *meeting, const char *vote,
                int (*each)(void *ctx, const struct ballot_paper *paper), void *ctx)
{
    return s->engine->read_papers(s->e, meeting, vote, each, ctx);
}

static int add_line(void *ctx, const struct ballot_paper *paper)
{
    struct buf *out = ctx;
    char key[2 * BALLOT_KEY_BYTES + 1];
    sodium_bin2hex(key, sizeof key, paper->key, BALLOT_KEY_BYTES);
    return buf_addf(out, "%s %s\n", key, paper->choice);
}

int ballot_publish(struct store *s, const char *meeting, const char *vote, struct buf *out,
                   char ret_digest[BALLOT_DIGEST_BYTES])
{
    uint8_t digest[(BALLOT_DIGEST_BYTES - 1) / 2];
    size_t before = out->size;
    int r = ballot_read(s, meeting, vote, add_line, out);
    if (r < 0)
        return r;
    crypto_generichash(digest, sizeof digest, out->size ? out->data + before : NULL,
                       out->size - before, NULL, 0);
    sodium_bin2hex(ret_digest, BALLOT_DIGEST_BYTES, digest, sizeof digest);
    return 0;
}
