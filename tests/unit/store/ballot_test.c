/* That nothing in DATA joins a paper with who voted: the log's files, their journals and the keys
 * are searched as somebody would who has all of them. */
#include "../cmocka_all.h"

#include "base/io.h"
#include "house.h"
#include "store/ballot.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define VOTES 10 /* more would not lie in one piece on a page */

static void begin(struct store *s)
{
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, NULL, NULL), 0);
}

static void commit(struct store *s)
{
    assert_int_equal(store_command_end(s, ""), 0);
    assert_int_equal(store_commit(s), 0);
}

static void vote(struct store *s, int who)
{
    char actor[32], choice[32];
    uint64_t seq;
    snprintf(actor, sizeof actor, "uye-%d", who);
    snprintf(choice, sizeof choice, "tercih-%d", who);
    struct store_draft d = house_draft("a", "vote.cast", "{}");
    d.actor = actor;
    begin(s);
    assert_int_equal(store_add(s, &d, &seq), 0);
    assert_int_equal(ballot_add(s, "a", "v1", choice), 0);
    commit(s);
}

static struct bytes *file(const char *end)
{
    char path[128];
    struct bytes *b = NULL;
    snprintf(path, sizeof path, "%s%s", house_log(), end);
    return io_read_file(path, 64 << 20, &b) == 0 ? b : bytes_new(0);
}

/* The box's id, and the only key that is kept. */
struct secret {
    uint8_t id[16], key[32];
};

static int find_secret(struct secret *ret)
{
    char folder[128], path[600];
    int found = 0;
    snprintf(folder, sizeof folder, "%s/ballots", house_folder());
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));) {
        cleanup(bytes_unref_p) struct bytes *b = NULL;
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        assert_int_equal(io_read_file(path, 40, &b), 0);
        assert_int_equal(b->size, 40);
        memcpy(ret->key, b->data + 8, 32);
        assert_int_equal(sodium_hex2bin(ret->id, 16, e->d_name, 32, NULL, NULL, NULL), 0);
        found++;
    }
    closedir(d);
    return found;
}

/* Looks at each place where the box's id stands: a state of the box follows it there, behind its
 * generation. Returns how many states there are, and how many the key opens. */
static size_t states(const struct bytes *b, const struct secret *secret, bool *opens)
{
    size_t found = 0;
    for (size_t at = 0; at + 16 < b->size; at++) {
        if (memcmp(b->data + at, secret->id, 16) != 0)
            continue;
        found++;
        for (size_t papers = 0; papers <= VOTES; papers++) {
            size_t size = papers * 80 + crypto_secretbox_MACBYTES;
            uint8_t open[80 * VOTES + 1];
            for (size_t skip = 16; skip <= 24; skip++) {
                const uint8_t *nonce = b->data + at + skip;
                if (at + skip + 24 + size <= b->size &&
                    crypto_secretbox_open_easy(open, nonce + 24, size, nonce, secret->key) == 0)
                    opens[papers] = true;
            }
        }
    }
    return found;
}

static void only_the_newest_state_can_be_opened(void **state)
{
    cleanup(store_close_p) struct store *s = house_open(STORE_WRITE);
    begin(s);
    assert_int_equal(ballot_open(s, "a", "v1"), 0);
    commit(s);
    for (int i = 0; i < VOTES; i++)
        vote(s, i);
    struct secret secret;
    bool opens[VOTES + 1] = {false};
    assert_int_equal(find_secret(&secret), 1);
    cleanup(bytes_unref_p) struct bytes *db = file(""), *wal = file("-wal");
    /* The journal does hold the older states: the test would see it if they could be opened. */
    assert_true(states(db, &secret, opens) + states(wal, &secret, opens) > VOTES);
    for (int i = 0; i < VOTES; i++)
        assert_false(opens[i]);
    assert_true(opens[VOTES]);
    assert_null(memmem(wal->data, wal->size, "tercih-", 7));
    assert_null(memmem(db->data, db->size, "tercih-", 7));
}

static int paper_rises(void *ctx, const struct ballot_paper *paper)
{
    size_t *count = ctx;
    ++*count;
    return 0;
}

/* After the close the papers are there to be read, in the order of their keys wherever they stand;
 * no state of the box can be opened, and no key is left. */
static void a_closed_vote_has_no_key_left(void **state)
{
    cleanup(store_close_p) struct store *s = house_open(STORE_WRITE);
    struct secret secret, none;
    bool opens[VOTES + 1] = {false};
    size_t count = 0;
    begin(s);
    assert_int_equal(ballot_open(s, "a", "v1"), 0);
    commit(s);
    for (int i = 0; i < VOTES; i++)
        vote(s, i);
    assert_int_equal(find_secret(&secret), 1);
    begin(s);
    assert_int_equal(ballot_close(s, "a", "v1"), 0);
    commit(s);
    assert_int_equal(find_secret(&none), 0);
    assert_int_equal(ballot_read(s, "a", "v1", paper_rises, &count), 0);
    assert_int_equal(count, VOTES);
    cleanup(bytes_unref_p) struct bytes *db = file(""), *wal = file("-wal");
    sodium_memzero(secret.key, sizeof secret.key); /* only the id is known by now */
    states(db, &secret, opens);
    states(wal, &secret, opens);
    for (int i = 0; i <= VOTES; i++)
        assert_false(opens[i]);
}

/* A crash between a commit and the replacement of the key leaves the older key: the next start
 * replaces it. The file of before the paper is put back to play that. */
static void the_next_start_replaces_an_older_key(void **state)
{
    struct store *s = house_open(STORE_WRITE);
    struct secret before, after, restarted;
    begin(s);
    assert_int_equal(ballot_open(s, "a", "v1"), 0);
    commit(s);
    vote(s, 0);
    assert_int_equal(find_secret(&before), 1);
    char path[256], hex[33];
    cleanup(bytes_unref_p) struct bytes *old = NULL;
    snprintf(path, sizeof path, "%s/ballots/%s", house_folder(),
             sodium_bin2hex(hex, sizeof hex, before.id, 16));
    assert_int_equal(io_read_file(path, 40, &old), 0);
    vote(s, 1);
    assert_int_equal(find_secret(&after), 1);
    assert_memory_not_equal(before.key, after.key, 32);
    assert_int_equal(io_replace_file(path, old->data, old->size, 0600), 0);
    char stale[300];
    snprintf(stale, sizeof stale, "%s.tmp17", path);
    assert_int_equal(io_replace_file(stale, old->data, old->size, 0600), 0);
    store_close(s);
    s = house_open(STORE_WRITE);
    assert_int_equal(find_secret(&restarted), 1);
    assert_memory_equal(restarted.key, after.key, 32);
    begin(s);
    size_t count;
    assert_int_equal(ballot_count(s, "a", "v1", &count), 0);
    assert_int_equal(count, 2);
    store_abandon(s);
    store_close(s);
}

static void a_lost_key_is_told(void **state)
{
    cleanup(store_close_p) struct store *s = house_open(STORE_WRITE);
    struct secret secret;
    char path[256], hex[33];
    begin(s);
    assert_int_equal(ballot_open(s, "a", "v1"), 0);
    commit(s);
    assert_int_equal(find_secret(&secret), 1);
    snprintf(path, sizeof path, "%s/ballots/%s", house_folder(),
             sodium_bin2hex(hex, sizeof hex, secret.id, 16));
    unlink(path);
    begin(s);
    assert_int_equal(ballot_add(s, "a", "v1", "x"), -ENOKEY);
    assert_int_equal(ballot_close(s, "a", "v1"), -ENOKEY);
    assert_int_equal(ballot_discard(s, "a", "v1"), 0);
    assert_int_equal(ballot_open(s, "a", "v2"), 0);
    commit(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_the_newest_state_can_be_opened),
        TEST(a_closed_vote_has_no_key_left),
        TEST(the_next_start_replaces_an_older_key),
        TEST(a_lost_key_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
