#include "../cmocka_all.h"

#include "full_disk.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64], path[96];

static int set_up(void **state)
{
    snprintf(folder, sizeof folder, "/tmp/meclis-store-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/log.db", folder);
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"log.db", "log.db-wal", "log.db-shm", "log.db-journal"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char file[128];
        snprintf(file, sizeof file, "%s/%s", folder, names[i]);
        unlink(file);
    }
    return rmdir(folder);
}

static struct store *open_store(enum store_mode mode)
{
    struct store *s = NULL;
    char reason[256] = "";
    int r = store_open(path, mode, &s, reason);
    if (r < 0)
        fail_msg("%s", reason);
    return s;
}

static struct store_draft draft(const char *meeting, const char *type, const char *body)
{
    return (struct store_draft){.meeting = meeting,
                                .at_utc_us = 1000,
                                .media_us = 2000,
                                .actor = "a",
                                .type = type,
                                .body = body};
}

static uint64_t append(struct store *s, const char *meeting, const char *type)
{
    struct store_draft d = draft(meeting, type, "{}");
    assert_int_equal(store_append(s, &d, 1), 0);
    return d.seq;
}

static int count_event(void *ctx, const struct store_event *e)
{
    uint64_t *last = ctx;
    assert_int_equal(e->seq, *last + 1);
    *last = e->seq;
    return 0;
}

static uint64_t count(struct store *s, const char *meeting)
{
    uint64_t last = 0, wrong = 0;
    assert_int_equal(store_read(s, meeting, 0, SIZE_MAX, count_event, &last), 0);
    assert_int_equal(store_verify(s, meeting, &wrong), 0);
    return last;
}

static void numbers_rise_per_meeting(void **state)
{
    cleanup(store_close_p) struct store *s = open_store(STORE_WRITE);
    assert_int_equal(append(s, "a", "x"), 1);
    assert_int_equal(append(s, "b", "x"), 1);
    assert_int_equal(append(s, "a", "y"), 2);
    assert_int_equal(count(s, "a"), 2);
    assert_int_equal(count(s, "b"), 1);
    assert_int_equal(count(s, "none"), 0);
}

static void a_batch_is_one(void **state)
{
    cleanup(store_close_p) struct store *s = open_store(STORE_WRITE);
    struct store_draft drafts[] = {draft("a", "x", "{}"), draft("b", "x", "{}"),
                                   draft("a", "y", "{}")};
    assert_int_equal(store_append(s, drafts, 3), 0);
    assert_int_equal(drafts[0].seq, 1);
    assert_int_equal(drafts[1].seq, 1);
    assert_int_equal(drafts[2].seq, 2);
    struct store_draft bad[] = {draft("a", "z", "{}"), draft("NOT AN ID", "z", "{}")};
    assert_int_equal(store_append(s, bad, 2), -EINVAL);
    assert_int_equal(bad[0].seq, 0);
    assert_int_equal(count(s, "a"), 2);
}

static void limits_hold(void **state)
{
    cleanup(store_close_p) struct store *s = open_store(STORE_WRITE);
    char *body = calloc(1, STORE_MAX_BODY_BYTES + 2);
    memset(body, 'x', STORE_MAX_BODY_BYTES + 1);
    struct store_draft d = draft("a", "x", body);
    assert_int_equal(store_append(s, &d, 1), -EINVAL);
    body[STORE_MAX_BODY_BYTES] = 0;
    assert_int_equal(store_append(s, &d, 1), 0);
    char type[STORE_MAX_NAME_BYTES + 2] = "";
    memset(type, 't', STORE_MAX_NAME_BYTES + 1);
    struct store_draft e = draft("a", type, "{}");
    assert_int_equal(store_append(s, &e, 1), -EINVAL);
    assert_int_equal(store_append(s, NULL, 0), 0);
    free(body);
}

static int expect_event(void *ctx, const struct store_event *e)
{
    assert_int_equal(e->seq, 2);
    assert_int_equal(e->at_utc_us, 1000);
    assert_int_equal(e->media_us, 2000);
    assert_string_equal(e->actor, "a");
    assert_string_equal(e->type, "second");
    assert_string_equal(e->body, "{\"ad\":\"Örnek\"}");
    return 7;
}

static void what_was_written_is_read(void **state)
{
    struct store *s = open_store(STORE_WRITE);
    append(s, "a", "first");
    struct store_draft d = draft("a", "second", "{\"ad\":\"Örnek\"}");
    assert_int_equal(store_append(s, &d, 1), 0);
    append(s, "a", "third");
    store_close(s);
    s = open_store(STORE_WRITE);
    assert_int_equal(store_read(s, "a", 1, 1, expect_event, NULL), 7);
    assert_int_equal(append(s, "a", "fourth"), 4);
    uint64_t last = 2;
    assert_int_equal(store_read(s, "a", 2, 1, count_event, &last), 0);
    assert_int_equal(last, 3);
    assert_int_equal(store_read(s, "a", UINT64_MAX, 1, count_event, &last), 0);
    store_close(s);
}

static void a_reader_sees_commits(void **state)
{
    cleanup(store_close_p) struct store *w = open_store(STORE_WRITE);
    cleanup(store_close_p) struct store *r = open_store(STORE_READ);
    append(w, "a", "x");
    assert_int_equal(count(r, "a"), 1);
    append(w, "a", "x");
    assert_int_equal(count(r, "a"), 2);
}

/* The chain as the header describes it, with values computed by Python's hashlib.blake2b. */
static void hashes_are_as_described(void **state)
{
    uint8_t a[STORE_HASH_BYTES], b[STORE_HASH_BYTES];
    store_hash_first("demo", a);
    char hex[65] = "";
    for (int i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", a[i]);
    assert_string_equal(hex, "7afe8da41698f33d73c4b895f24c9ff1196790fbcdcae322465a919ae2177ff5");
    const struct store_event e = {
        .seq = 1, .at_utc_us = 1000, .media_us = -2, .actor = "a", .type = "x", .body = "{}"};
    store_hash_next(a, &e, b);
    for (int i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", b[i]);
    assert_string_equal(hex, "fcfd19fd5174d344de375d1e5545616f66d9032f69d7266c5039cbda4f86ac65");
}

static void change(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    char *error = NULL;
    int r = sqlite3_exec(db, sql, NULL, NULL, &error);
    if (r != SQLITE_OK)
        fail_msg("%s", error);
    sqlite3_close(db);
}

static void tampering_is_found(void **state)
{
    static const char *const changes[] = {
        "UPDATE event SET body = '{\"a\":1}' WHERE seq = 3",
        "UPDATE event SET actor = 'b', body = '{}' WHERE seq = 3",
        "UPDATE event SET at_utc_us = 1001, actor = 'a' WHERE seq = 3",
        "DELETE FROM event WHERE seq = 3",
    };
    struct store *s = open_store(STORE_WRITE);
    for (int i = 0; i < 5; i++)
        append(s, "a", "x");
    store_close(s);
    change("DROP TRIGGER event_stays; DROP TRIGGER event_remains");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        change(changes[i]);
        s = open_store(STORE_READ);
        uint64_t wrong = 0;
        assert_int_equal(store_verify(s, "a", &wrong), -EBADMSG);
        assert_int_equal(wrong, 3);
        store_close(s);
    }
}

static void the_log_refuses_changes(void **state)
{
    store_close(open_store(STORE_WRITE));
    struct store *s = open_store(STORE_WRITE);
    append(s, "a", "x");
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "UPDATE event SET body = '1'", NULL, NULL, NULL),
                         SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "DELETE FROM event", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(count(s, "a"), 1);
    store_close(s);
}

/* A child appends and tells what was accepted, until it is killed. */
static void child(int to_parent)
{
    struct store *s = open_store(STORE_WRITE);
    for (;;) {
        struct store_draft d = draft("a", "x", "{\"text\":\"0123456789012345678901234567890123\"}");
        if (store_append(s, &d, 1) < 0 || write(to_parent, &d.seq, sizeof d.seq) != sizeof d.seq)
            _exit(1);
    }
}

static void what_was_accepted_survives_kill(void **state)
{
    uint64_t accepted = 0;
    for (int round = 0; round < 5; round++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t pid = fork();
        if (pid == 0)
            child(ends[1]);
        close(ends[1]);
        uint64_t seq, until = accepted + 20 + (uint64_t)round * 7;
        while (accepted < until && read(ends[0], &seq, sizeof seq) == sizeof seq)
            accepted = seq;
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        while (read(ends[0], &seq, sizeof seq) == sizeof seq)
            accepted = seq;
        close(ends[0]);
        assert_true(accepted >= until);
        struct store *s = open_store(STORE_WRITE);
        uint64_t there = count(s, "a");
        assert_in_range(there, accepted, accepted + 1);
        store_close(s);
    }
}

static void a_full_disk_refuses_cleanly(void **state)
{
    full_disk_install();
    cleanup(store_close_p) struct store *s = open_store(STORE_WRITE);
    append(s, "a", "x");
    full_disk_set(true);
    struct store_draft drafts[] = {draft("a", "y", "{}"), draft("a", "z", "{}")};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(store_append(s, drafts, 2), -ENOSPC);
        assert_int_equal(drafts[0].seq, 0);
    }
    assert_int_equal(count(s, "a"), 1);
    full_disk_set(false);
    assert_int_equal(store_append(s, drafts, 2), 0);
    assert_int_equal(drafts[1].seq, 3);
    assert_int_equal(count(s, "a"), 3);
    full_disk_remove();
}

static void another_writer_makes_it_busy(void **state)
{
    cleanup(store_close_p) struct store *s = open_store(STORE_WRITE);
    append(s, "a", "x");
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    struct store_draft d = draft("a", "y", "{}");
    assert_int_equal(store_append(s, &d, 1), -EBUSY);
    assert_int_equal(count(s, "a"), 1);
    assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(store_append(s, &d, 1), 0);
}

static void other_files_are_refused(void **state)
{
    struct store *s = NULL;
    char reason[256] = "";
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    char text[8192];
    memset(text, 'x', sizeof text);
    assert_int_equal(write(fd, text, sizeof text), sizeof text);
    close(fd);
    assert_int_equal(store_open(path, STORE_WRITE, &s, reason), -EUCLEAN);
    assert_non_null(strstr(reason, path));
    assert_null(s);
    unlink(path);
    assert_true(store_open(path, STORE_READ, &s, reason) < 0);
    store_close(open_store(STORE_WRITE));
    change("INSERT INTO migration VALUES (1000, 0)");
    assert_int_equal(store_open(path, STORE_WRITE, &s, reason), -EPROTO);
    assert_non_null(strstr(reason, "newer"));
    assert_null(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(numbers_rise_per_meeting),
        TEST(a_batch_is_one),
        TEST(limits_hold),
        TEST(what_was_written_is_read),
        TEST(a_reader_sees_commits),
        TEST(hashes_are_as_described),
        TEST(tampering_is_found),
        TEST(the_log_refuses_changes),
        TEST(what_was_accepted_survives_kill),
        TEST(a_full_disk_refuses_cleanly),
        TEST(another_writer_makes_it_busy),
        TEST(other_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
