/* What is SQLite's own: its files, its locks, its errors. */
#include "../cmocka_all.h"

#include "base/io.h"
#include "full_disk.h"
#include "house.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void a_reader_sees_commits(void **state)
{
    cleanup(store_close_p) struct store *w = house_open(STORE_WRITE);
    cleanup(store_close_p) struct store *r = house_open(STORE_READ);
    house_append(w, "a", "x");
    assert_int_equal(house_count(r, "a"), 1);
    house_append(w, "a", "x");
    assert_int_equal(house_count(r, "a"), 2);
}

static void tampering_is_found(void **state)
{
    static const char *const changes[] = {
        "UPDATE event SET body = '{\"a\":1}' WHERE seq = 3",
        "UPDATE event SET actor = 'b', body = '{}' WHERE seq = 3",
        "UPDATE event SET at_utc_us = 1001, actor = 'a' WHERE seq = 3",
        "UPDATE event SET at_utc_us = 1000, audience = 2 WHERE seq = 3",
        "UPDATE event SET audience = 1, salt = zeroblob(16) WHERE seq = 3",
        "DELETE FROM event WHERE seq = 3",
    };
    struct store *s = house_open(STORE_WRITE);
    for (int i = 0; i < 5; i++)
        house_append(s, "a", "x");
    store_close(s);
    house_change("DROP TRIGGER event_stays; DROP TRIGGER event_remains");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        house_change(changes[i]);
        s = house_open(STORE_READ);
        uint64_t wrong = 0;
        assert_int_equal(store_verify(s, "a", &wrong), -EBADMSG);
        assert_int_equal(wrong, 3);
        store_close(s);
    }
}

static void the_log_refuses_changes(void **state)
{
    store_close(house_open(STORE_WRITE));
    struct store *s = house_open(STORE_WRITE);
    house_append(s, "a", "x");
    sqlite3 *db;
    assert_int_equal(sqlite3_open(house_log(), &db), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "UPDATE event SET body = '1'", NULL, NULL, NULL),
                         SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "DELETE FROM event", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(house_count(s, "a"), 1);
    store_close(s);
}

static void a_full_disk_refuses_cleanly(void **state)
{
    full_disk_install();
    cleanup(store_close_p) struct store *s = house_open(STORE_WRITE);
    house_append(s, "a", "x");
    full_disk_set(true);
    struct store_draft drafts[] = {house_draft("a", "y", "{}"), house_draft("a", "z", "{}")};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(store_append(s, drafts, 2), -ENOSPC);
    }
    assert_int_equal(house_count(s, "a"), 1);
    full_disk_set(false);
    assert_int_equal(store_append(s, drafts, 2), 0);
    assert_int_equal(house_count(s, "a"), 3);
    full_disk_remove();
}

static void another_writer_makes_it_busy(void **state)
{
    cleanup(store_close_p) struct store *s = house_open(STORE_WRITE);
    house_append(s, "a", "x");
    sqlite3 *db;
    assert_int_equal(sqlite3_open(house_log(), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    struct store_draft d = house_draft("a", "y", "{}");
    assert_int_equal(store_append(s, &d, 1), -EBUSY);
    assert_int_equal(house_count(s, "a"), 1);
    assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(store_append(s, &d, 1), 0);
}

static void other_files_are_refused(void **state)
{
    struct store *s = NULL;
    char reason[256] = "";
    int fd = open(house_log(), O_WRONLY | O_CREAT, 0600);
    char text[8192];
    memset(text, 'x', sizeof text);
    assert_int_equal(write(fd, text, sizeof text), sizeof text);
    close(fd);
    assert_int_equal(store_open(house_log(), STORE_WRITE, &s, reason), -EUCLEAN);
    assert_non_null(strstr(reason, house_log()));
    assert_null(s);
    unlink(house_log());
    assert_true(store_open(house_log(), STORE_READ, &s, reason) < 0);
    store_close(house_open(STORE_WRITE));
    house_change("INSERT INTO migration VALUES (1000, 0)");
    assert_int_equal(store_open(house_log(), STORE_WRITE, &s, reason), -EPROTO);
    assert_non_null(strstr(reason, "newer"));
    assert_null(s);
}

/* ---- a log that version 1 of the tables began ---- */

static int every_hash_is_of_scheme_1(void *ctx, const struct store_event *e)
{
    assert_null(e->salt);
    assert_int_equal(e->audience, AUDIENCE_PUBLIC);
    assert_int_equal(e->version, 1);
    return 0;
}

static void a_log_of_version_1_goes_on(void **state)
{
    cleanup(bytes_unref_p) struct bytes *sql = NULL;
    assert_int_equal(io_read_file(LOG_1, 65536, &sql), 0);
    cleanup_free char *text = strndup((const char *)sql->data, sql->size);
    house_change(text);
    cleanup(store_close_p) struct store *s = house_open(STORE_WRITE);
    struct store_head head;
    assert_int_equal(house_count(s, "demo"), 3);
    assert_int_equal(house_count(s, "eski"), 1);
    assert_int_equal(house_append(s, "demo", "x"), 4);
    assert_int_equal(house_count(s, "demo"), 4);
    assert_int_equal(store_read(s, "demo", 0, 9, every_hash_is_of_scheme_1, NULL), 0);
    assert_int_equal(store_head(s, "demo", &head), 0);
    assert_int_equal(head.scheme, 1);
    assert_int_equal(house_append(s, "yeni", "x"), 1);
    assert_int_equal(store_head(s, "yeni", &head), 0);
    assert_int_equal(head.scheme, 2);
    const struct store_side_draft side = {"name", "Örnek İzleyici 1"};
    struct store_draft bad[] = {house_draft("demo", "x", "{}"), house_draft("demo", "x", "{}"),
                                house_draft("demo", "x", "{}")};
    bad[0].audience = AUDIENCE_STAFF;
    bad[1].version = 2;
    bad[2].sides = &side, bad[2].side_count = 1;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(store_append(s, &bad[i], 1), -EOPNOTSUPP);
    assert_int_equal(house_count(s, "demo"), 4);
}

/* ---- what is erased ---- */

static bool found_in_files(const char *text)
{
    static const char *const ends[] = {"", "-wal", "-journal"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char file[128];
        cleanup(bytes_unref_p) struct bytes *b = NULL;
        snprintf(file, sizeof file, "%s%s", house_log(), ends[i]);
        if (io_read_file(file, 64 << 20, &b) == 0 && memmem(b->data, b->size, text, strlen(text)))
            return true;
    }
    return false;
}

static int hold_on(void *ctx, const struct store_event *e)
{
    struct store *w = ctx;
    assert_int_equal(store_tidy(w), -EBUSY); /* this reader still needs what was before */
    return 0;
}

static void erase_name(struct store *s)
{
    struct store_draft notice = house_draft("a", "side.erased", "{}");
    uint64_t seq;
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, NULL, NULL), 0);
    assert_int_equal(store_erase(s, "a", 1, "name", &notice, &seq), 0);
    assert_int_equal(store_command_end(s, ""), 0);
    assert_int_equal(store_commit(s), 0);
}

static int erase_meanwhile(void *ctx, const struct store_event *e)
{
    erase_name(ctx);
    return hold_on(ctx, e);
}

static void nothing_of_what_is_erased_stays_in_the_files(void **state)
{
    cleanup(store_close_p) struct store *w = house_open(STORE_WRITE);
    cleanup(store_close_p) struct store *r = house_open(STORE_READ);
    const struct store_side_draft side = {"name", "Silinecek Örnek İzleyici"};
    struct store_draft d = house_draft("a", "question", "{}");
    d.sides = &side, d.side_count = 1;
    assert_int_equal(store_append(w, &d, 1), 0);
    for (int i = 0; i < 50; i++)
        house_append(w, "a", "x");
    assert_true(found_in_files(side.text));
    assert_int_equal(store_read(r, "a", 0, 1, erase_meanwhile, w), 0);
    assert_true(found_in_files(side.text)); /* in the journal, for the reader's sake */
    assert_int_equal(store_tidy(w), 0);
    assert_false(found_in_files(side.text));
    assert_int_equal(house_count(w, "a"), 52);
}

static void side_data_refuses_changes(void **state)
{
    cleanup(store_close_p) struct store *s = house_open(STORE_WRITE);
    const struct store_side_draft side = {"name", "x"};
    struct store_draft d = house_draft("a", "question", "{}");
    d.sides = &side, d.side_count = 1;
    assert_int_equal(store_append(s, &d, 1), 0);
    static const char *const changes[] = {"UPDATE side SET text = 'y'",
                                          "UPDATE side SET name = 'y'",
                                          "UPDATE side SET salt = NULL", "DELETE FROM side"};
    sqlite3 *db;
    assert_int_equal(sqlite3_open(house_log(), &db), SQLITE_OK);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        assert_int_not_equal(sqlite3_exec(db, changes[i], NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(house_count(s, "a"), 1);
}

static void other_engines_are_not_known(void **state)
{
    struct store *s = NULL;
    char reason[256] = "";
    assert_int_equal(store_open("postgresql:x", STORE_WRITE, &s, reason), -EPROTONOSUPPORT);
    assert_non_null(strstr(reason, "postgresql"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_reader_sees_commits),        TEST(tampering_is_found),
        TEST(the_log_refuses_changes),      TEST(a_full_disk_refuses_cleanly),
        TEST(another_writer_makes_it_busy), TEST(other_files_are_refused),
        TEST(a_log_of_version_1_goes_on),   TEST(nothing_of_what_is_erased_stays_in_the_files),
        TEST(side_data_refuses_changes),    TEST(other_engines_are_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
