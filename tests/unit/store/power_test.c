/* The power fails before each write, truncation, sync and deletion of the log's files: all that was
 * accepted is there, and nothing half. */
#include "../cmocka_all.h"

#include "house.h"
#include "power.h"
#include "store/ballot.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define BATCHES 14
#define PER_BATCH 3

/* At how many operations each batch was accepted. */
static size_t accepted_at[BATCHES];
static size_t erased_at;

static int set_up(void **state)
{
    power_install();
    return house_set_up(state);
}

static int tear_down(void **state)
{
    power_remove();
    return house_tear_down(state);
}

/* One batch of three commands, with an event and a key each; the second has side data. */
static int batch(struct store *s, int i)
{
    int r = store_begin(s);
    for (int j = 0; j < PER_BATCH && r == 0; j++) {
        char key[32], body[64];
        uint64_t seq;
        struct store_outcome known;
        snprintf(key, sizeof key, "%d-%d", i, j);
        snprintf(body, sizeof body, "{\"batch\":%d,\"command\":%d}", i, j);
        const struct store_key k = {"a", "p", key};
        const struct store_side_draft side = {"name", "Örnek İzleyici"};
        struct store_draft d = house_draft("a", "x", body);
        d.sides = &side;
        d.side_count = j == 1;
        r = store_command_begin(s, &k, &known);
        if (r == 0)
            r = store_add(s, &d, &seq);
        if (r == 0)
            r = store_command_end(s, key);
    }
    return r < 0 ? r : store_commit(s);
}

static void erase_one(struct store *s)
{
    struct store_draft notice = house_draft("a", "side.erased", "{}");
    uint64_t seq;
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, NULL, NULL), 0);
    assert_int_equal(store_erase(s, "a", 2, "name", &notice, &seq), 0);
    assert_int_equal(store_command_end(s, ""), 0);
    assert_int_equal(store_commit(s), 0); /* with a checkpoint that cuts the journal */
}

static void checkpoint(void)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(house_log(), &db), SQLITE_OK);
    assert_int_equal(sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
}

static void record(void)
{
    power_record(true);
    struct store *s = house_open(STORE_WRITE);
    for (int i = 0; i < BATCHES; i++) {
        assert_int_equal(batch(s, i), 0);
        accepted_at[i] = power_count();
        if (i == 4)
            checkpoint(); /* the journal goes on after it; later it begins anew */
        if (i == 8) {
            erase_one(s);
            erased_at = power_count();
        }
        if (i == 11) {
            store_close(s);
            s = house_open(STORE_WRITE);
        }
    }
    store_close(s);
    power_record(false);
}

struct seen {
    uint64_t events, erasures;
};

static int see(void *ctx, const struct store_event *e)
{
    struct seen *seen = ctx;
    seen->erasures += strcmp(e->type, "side.erased") == 0;
    seen->events++;
    if (e->seq == 2)
        assert_true(e->side_count == 1);
    return 0;
}

/* Keys and events are of one piece: a batch has all of them or none. */
static void check_keys(struct store *s, int batches)
{
    for (int i = 0; i < BATCHES; i++) {
        for (int j = 0; j < PER_BATCH; j++) {
            char key[32];
            struct store_outcome outcome;
            snprintf(key, sizeof key, "%d-%d", i, j);
            const struct store_key k = {"a", "p", key};
            assert_int_equal(store_find_outcome(s, &k, &outcome), i < batches ? 0 : -ENOENT);
        }
    }
}

static void check(size_t at, enum power_loss loss, unsigned seed)
{
    struct store *s = NULL;
    struct seen seen = {0};
    char reason[256] = "";
    uint64_t wrong = 0;
    power_replay(house_folder(), at, loss, seed);
    int r = store_open(house_log(), STORE_WRITE, &s, reason);
    if (r < 0)
        fail_msg("before operation %zu, loss %d: %s", at, (int)loss, reason);
    int accepted = 0;
    while (accepted < BATCHES && accepted_at[accepted] <= at)
        accepted++;
    r = store_verify(s, "a", &wrong);
    assert_int_equal(store_read(s, "a", 0, SIZE_MAX, see, &seen), 0);
    uint64_t batches = (seen.events - seen.erasures) / PER_BATCH;
    if (r < 0 || batches < (uint64_t)accepted || batches > (uint64_t)accepted + 1 ||
        (seen.events - seen.erasures) % PER_BATCH != 0 || (at >= erased_at && !seen.erasures))
        fail_msg("before operation %zu, loss %d: %llu events of %d batches, verified %d at %llu",
                 at, (int)loss, (unsigned long long)seen.events, accepted, r,
                 (unsigned long long)wrong);
    check_keys(s, (int)batches);
    if (at % 7 == 0)
        assert_int_equal(batch(s, BATCHES), 0); /* and it goes on */
    store_close(s);
}

static void all_that_was_accepted_survives_power_loss(void **state)
{
    record();
    size_t operations = power_count();
    assert_true(operations > 150);
    power_skip_syncs(true);
    for (size_t at = 0; at <= operations; at++) {
        for (enum power_loss loss = POWER_DROPS_ALL; loss < POWER_LOSSES; loss++)
            check(at, loss, (unsigned)at);
    }
}

/* The replay does lose what was not synced: with a log that says "accepted" too early the test
 * would fail. */
static void a_log_that_does_not_sync_is_caught(void **state)
{
    struct store *s = house_open(STORE_WRITE);
    power_record(true);
    size_t before = power_count();
    assert_int_equal(batch(s, 0), 0);
    size_t after = power_count();
    assert_true(after > before + 1);
    store_close(s);
    power_record(false);
    house_tear_down(NULL);
    house_set_up(NULL);
    power_replay(house_folder(), after - 1, POWER_DROPS_ALL, 0);
    char wal[128];
    struct stat st;
    snprintf(wal, sizeof wal, "%s-wal", house_log());
    assert_true(stat(wal, &st) < 0 || st.st_size == 0); /* all of the batch, but its sync */
    power_replay(house_folder(), after, POWER_DROPS_ALL, 0);
    assert_int_equal(stat(wal, &st), 0);
    assert_true(st.st_size > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_that_was_accepted_survives_power_loss),
        TEST(a_log_that_does_not_sync_is_caught),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
