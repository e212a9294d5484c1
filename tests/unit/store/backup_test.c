#include "../cmocka_all.h"

#include "base/io.h"
#include "house.h"
#include "store/access.h"
#include "store/backup.h"
#include "store/ballot.h"

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char data[96], log_path[128], backup[128], again[128], reason[BACKUP_REASON];

static int set_up(void **state)
{
    house_set_up(state);
    snprintf(data, sizeof data, "%s/data", house_folder());
    snprintf(log_path, sizeof log_path, "%s/meclis.db", data);
    snprintf(backup, sizeof backup, "%s/backup", house_folder());
    snprintf(again, sizeof again, "%s/again", house_folder());
    return mkdir(data, 0700);
}

static struct store *open_at(const char *folder)
{
    char path[200], words[256] = "";
    struct store *s = NULL;
    snprintf(path, sizeof path, "%s/meclis.db", folder);
    if (store_open(path, STORE_WRITE, &s, words) < 0)
        fail_msg("%s", words);
    return s;
}

static void put_file(const char *folder, const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(io_replace_file(path, text, strlen(text), 0600), 0);
}

static void expect_file(const char *folder, const char *name, const char *text)
{
    char path[200];
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(io_read_file(path, 4096, &b), 0);
    assert_int_equal(b->size, strlen(text));
    assert_memory_equal(b->data, text, b->size);
}

static void what_was_backed_up_comes_back(void **state)
{
    struct store *s = open_at(data);
    for (int i = 0; i < 20; i++)
        house_append(s, i % 2 ? "a" : "b", "x");
    put_file(data, "log-key", "the key\n");
    put_file(data, "admin-token", "the token\n");
    assert_int_equal(backup_write(data, backup, reason), 0);
    assert_int_equal(backup_write(data, backup, reason), -EEXIST);
    house_append(s, "a", "later");
    assert_int_equal(backup_restore(backup, again, false, reason), 0);
    struct store *r = open_at(again);
    assert_int_equal(house_count(r, "a"), 10);
    assert_int_equal(house_count(r, "b"), 10);
    assert_int_equal(house_append(r, "a", "on"), 11);
    expect_file(again, "log-key", "the key\n");
    expect_file(again, "admin-token", "the token\n");
    store_close(r);
    store_close(s);
}

static int rows(const char *folder, const char *sql)
{
    char path[200];
    sqlite3 *db;
    sqlite3_stmt *q;
    snprintf(path, sizeof path, "%s/access.db", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    int n = sqlite3_column_int(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    return n;
}

static void accounts_come_back_and_sessions_do_not(void **state)
{
    char path[200], words[256];
    struct access *a = NULL;
    store_close(open_at(data));
    snprintf(path, sizeof path, "%s/access.db", data);
    assert_int_equal(access_open(path, &a, words), 0);
    house_change_at(path, "INSERT INTO account VALUES ('yazi-isleri', 'p1', 1, 'x', 0, NULL, 0);"
                          "INSERT INTO session (hash, account, meeting, principal, roles, person,"
                          " until_utc_us) VALUES (zeroblob(32), 'yazi-isleri', '', 'p1', 1, 0, 9)");
    assert_int_equal(rows(data, "SELECT count(*) FROM session"), 1);
    assert_int_equal(backup_write(data, backup, reason), 0);
    assert_int_equal(backup_restore(backup, again, false, reason), 0);
    assert_int_equal(rows(again, "SELECT count(*) FROM session"), 0);
    assert_int_equal(rows(again, "SELECT count(*) FROM account"), 1);
    access_close(a);
    snprintf(path, sizeof path, "%s/access.db", again);
    assert_int_equal(access_open(path, &a, words), 0);
    access_close(a);
}

static void what_is_there_is_not_overwritten(void **state)
{
    store_close(open_at(data));
    struct store *s = open_at(data);
    house_append(s, "a", "x");
    assert_int_equal(backup_write(data, backup, reason), 0);
    house_append(s, "a", "y");
    store_close(s);
    assert_int_equal(backup_restore(backup, data, false, reason), -ENOTEMPTY);
    s = open_at(data);
    assert_int_equal(house_count(s, "a"), 2);
    store_close(s);
    char lock[128];
    snprintf(lock, sizeof lock, "%s/lock", data);
    int fd = io_lock_file(lock);
    assert_int_equal(backup_restore(backup, data, true, reason), -EWOULDBLOCK);
    close(fd);
    assert_int_equal(backup_restore(backup, data, true, reason), 0);
    s = open_at(data);
    assert_int_equal(house_count(s, "a"), 1);
    store_close(s);
    char old[200], words[256];
    snprintf(old, sizeof old, "%s/meclis.db.before-restore", data);
    assert_int_equal(store_open(old, STORE_WRITE, &s, words), 0);
    assert_int_equal(house_count(s, "a"), 2);
    store_close(s);
}

static void what_is_no_backup_is_refused(void **state)
{
    assert_int_equal(backup_write(data, backup, reason), -ENOENT);
    struct store *s = open_at(data);
    house_append(s, "a", "x");
    store_close(s);
    assert_int_equal(backup_restore(log_path, again, false, reason), -EINVAL);
    assert_true(backup_restore("/nowhere", again, false, reason) < 0);
    put_file(house_folder(), "text",
             "no database at all, but longer than a header of one is, surely: "
             "a hundred and more bytes of words");
    snprintf(again, sizeof again, "%s/text", house_folder());
    assert_true(backup_restore(again, data, true, reason) < 0);
    s = open_at(data);
    assert_int_equal(house_count(s, "a"), 1);
    store_close(s);
}

/* A log that was tampered with is neither backed up in silence nor restored. */
static void a_wrong_chain_is_refused(void **state)
{
    struct store *s = open_at(data);
    for (int i = 0; i < 5; i++)
        house_append(s, "a", "x");
    assert_int_equal(backup_write(data, backup, reason), 0);
    store_close(s);
    house_change_at(backup, "DROP TRIGGER event_stays; UPDATE event SET body = '1' WHERE seq = 3");
    assert_int_equal(backup_restore(backup, again, false, reason), -EBADMSG);
    assert_non_null(strstr(reason, "event 3"));
    house_change_at(log_path,
                    "DROP TRIGGER event_stays; UPDATE event SET body = '1' WHERE seq = 4");
    unlink(backup);
    assert_int_equal(backup_write(data, backup, reason), -EBADMSG);
    assert_true(access(backup, F_OK) < 0);
}

static void child(int to_parent)
{
    struct store *s = open_at(data);
    struct store_head head;
    struct store_draft d = house_draft("a", "x", "{\"text\":\"0123456789012345678901234567890\"}");
    for (;;) {
        if (store_append(s, &d, 1) < 0 || store_head(s, "a", &head) < 0 ||
            write(to_parent, &head.seq, sizeof head.seq) != sizeof head.seq)
            _exit(1);
    }
}

/* While another process writes without a pause: what was accepted before is in the copy. */
static void a_backup_under_load_is_whole(void **state)
{
    int ends[2];
    store_close(open_at(data));
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0)
        child(ends[1]);
    close(ends[1]);
    uint64_t seq = 0, reached = 0;
    for (int i = 0; i < 5; i++) {
        for (reached += 200; seq < reached;)
            assert_int_equal(read(ends[0], &seq, sizeof seq), sizeof seq);
        unlink(backup);
        int r = backup_write(data, backup, reason);
        if (r < 0)
            fail_msg("%s", reason);
        char folder[128];
        snprintf(folder, sizeof folder, "%s/r%d", house_folder(), i);
        assert_int_equal(backup_restore(backup, folder, false, reason), 0);
        struct store *s = open_at(folder);
        assert_true(house_count(s, "a") >= reached);
        store_close(s);
    }
    /* and the writer was not stopped by it */
    for (reached += 50; seq < reached;)
        assert_int_equal(read(ends[0], &seq, sizeof seq), sizeof seq);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(ends[0]);
}

static void a_ballot_that_was_open_is_taken_again(void **state)
{
    struct store *s = open_at(data);
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, NULL, NULL), 0);
    assert_int_equal(ballot_open(s, "a", "v1"), 0);
    assert_int_equal(ballot_add(s, "a", "v1", "kabul"), 0);
    assert_int_equal(store_command_end(s, ""), 0);
    assert_int_equal(store_commit(s), 0);
    assert_int_equal(backup_write(data, backup, reason), 0);
    store_close(s);
    assert_int_equal(backup_restore(backup, again, false, reason), 0);
    s = open_at(again);
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, NULL, NULL), 0);
    assert_int_equal(ballot_close(s, "a", "v1"), -ENOKEY);
    assert_int_equal(ballot_discard(s, "a", "v1"), 0);
    store_close(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, house_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_backed_up_comes_back),
        TEST(accounts_come_back_and_sessions_do_not),
        TEST(what_is_there_is_not_overwritten),
        TEST(what_is_no_backup_is_refused),
        TEST(a_wrong_chain_is_refused),
        TEST(a_backup_under_load_is_whole),
        TEST(a_ballot_that_was_open_is_taken_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
