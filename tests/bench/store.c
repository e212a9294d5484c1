/* bench-store FOLDER: what the log does a second, beside what SQLite alone can do.
 *
 * Prints `name value` lines: commands per second of 200 waiting clients, one transaction for all
 * that wait, and of SQLite with one commit each, both with the same 5 ms added to each sync and in
 * turn; milliseconds for verifying 100,000 events, in the log and exported; for reading and
 * exporting the last 10,000. */
#include "store/store.h"
#include "app/log_check.h"
#include "app/log_page.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CLIENTS 200
#define ROUNDS 5
#define BATCHES 20 /* a round */
#define SINGLES 60 /* a round */
#define SYNC_MS 5
#define EVENTS 100000
#define LAST 10000
#define BODY                                                                                       \
    "{\"v\":1,\"item\":4,\"text\":\"Örnek bir olay, gövdesi yüz yirmi bayt kadar. "             \
    "0123456789012345678901234567890\"}"

static sqlite3_vfs vfs, *usual;
static const sqlite3_io_methods *usual_methods[2];
static sqlite3_io_methods methods[2];
static bool slow;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void check(bool right, const char *what)
{
    if (right)
        return;
    fprintf(stderr, "bench-store: %s failed\n", what);
    exit(1);
}

static int slow_sync(sqlite3_file *file, int flags)
{
    const struct timespec wait = {.tv_nsec = SYNC_MS * 1000000};
    if (slow)
        nanosleep(&wait, NULL);
    return usual_methods[file->pMethods - methods]->xSync(file, flags);
}

static int slow_open(sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags,
                     int *ret_flags)
{
    int r = usual->xOpen(usual, name, file, flags, ret_flags);
    if (r != SQLITE_OK || !file->pMethods)
        return r;
    int which = (flags & SQLITE_OPEN_MAIN_DB) != 0;
    usual_methods[which] = file->pMethods;
    methods[which] = *file->pMethods;
    methods[which].xSync = slow_sync;
    file->pMethods = &methods[which];
    return r;
}

static void install_slow_disk(void)
{
    usual = sqlite3_vfs_find(NULL);
    vfs = *usual;
    vfs.zName = "slow";
    vfs.pNext = NULL;
    vfs.xOpen = slow_open;
    sqlite3_vfs_register(&vfs, 1);
}

/* ---- commands a second ---- */

static struct store_draft sample(void)
{
    return (struct store_draft){.meeting = "a",
                                .at_utc_us = 1700000000000000,
                                .media_us = 1,
                                .actor = "p-0123456789abcdef",
                                .type = "question.submitted",
                                .audience = AUDIENCE_PUBLIC,
                                .version = 1,
                                .body = BODY};
}

static void one_batch(struct store *s, int count, const char *prefix, int number, bool keys)
{
    struct store_draft d = sample();
    check(store_begin(s) == 0, "begin");
    for (int i = 0; i < count; i++) {
        char key[64], principal[64];
        struct store_outcome known;
        uint64_t seq;
        snprintf(principal, sizeof principal, "client-%d", i);
        snprintf(key, sizeof key, "%s-%d", prefix, number);
        const struct store_key k = {"a", principal, key};
        check(store_command_begin(s, keys ? &k : NULL, &known) == 0, "command");
        check(store_add(s, &d, &seq) == 0, "event");
        check(store_command_end(s, "{\"ok\":true}") == 0, "end");
    }
    check(store_commit(s) == 0, "commit");
}

/* The same bytes in one table, without a chain, keys or projections: a commit each. */
static void singles(sqlite3 *db, int count)
{
    sqlite3_stmt *q;
    check(sqlite3_prepare_v2(db, "INSERT INTO event (body, hash) VALUES (?, zeroblob(32))", -1, &q,
                             NULL) == SQLITE_OK,
          "prepare");
    for (int i = 0; i < count; i++) {
        sqlite3_bind_text(q, 1, BODY, -1, SQLITE_STATIC);
        check(sqlite3_step(q) == SQLITE_DONE, "insert");
        sqlite3_reset(q);
    }
    sqlite3_finalize(q);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void measure_commands(struct store *s, const char *folder)
{
    char path[512];
    sqlite3 *db;
    double ours[ROUNDS], theirs[ROUNDS];
    snprintf(path, sizeof path, "%s/alone.db", folder);
    check(sqlite3_open(path, &db) == SQLITE_OK &&
              sqlite3_exec(db,
                           "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                           "CREATE TABLE event (seq INTEGER PRIMARY KEY, body TEXT, hash BLOB)",
                           NULL, NULL, NULL) == SQLITE_OK,
          "SQLite");
    slow = true;
    for (int round = 0; round < ROUNDS; round++) {
        char prefix[16];
        snprintf(prefix, sizeof prefix, "r%d", round);
        double began = now();
        singles(db, SINGLES);
        theirs[round] = SINGLES / (now() - began);
        began = now();
        for (int i = 0; i < BATCHES; i++)
            one_batch(s, CLIENTS, prefix, i, true);
        ours[round] = CLIENTS * BATCHES / (now() - began);
    }
    slow = false;
    sqlite3_close(db);
    qsort(ours, ROUNDS, sizeof *ours, by_size);
    qsort(theirs, ROUNDS, sizeof *theirs, by_size);
    printf("commands_per_second %.0f\nsqlite_commits_per_second %.0f\ncommands_ratio %.1f\n",
           ours[ROUNDS / 2], theirs[ROUNDS / 2], ours[ROUNDS / 2] / theirs[ROUNDS / 2]);
}

/* ---- verifying and catching up ---- */

/* Pages until the end. */
static void export_from(struct store *s, uint64_t since, struct buf *out)
{
    bool more = true;
    while (more)
        check(log_page_print(s, "a", since, true, out, &since, &more) == 0, "exporting");
}

static void measure_catching_up(struct store *s, uint64_t last)
{
    cleanup_buf struct buf out;
    buf_init(&out, 256 << 20);
    double began = now();
    export_from(s, last - LAST, &out);
    printf("catch_up_10000_ms %.1f\n", (now() - began) * 1e3);
}

static void measure_verifying(struct store *s)
{
    cleanup_buf struct buf out;
    cleanup(log_check_destroy_p) struct log_check *check_ = log_check_create();
    struct log_check_result result;
    uint64_t wrong;
    buf_init(&out, 256 << 20);
    double began = now();
    check(store_verify(s, "a", &wrong) == 0, "verifying");
    double took = now() - began;
    export_from(s, 0, &out);
    began = now();
    check(log_check_text(check_, (const char *)out.data, out.size) == 0, "verifying the export");
    printf("verify_100000_ms %.0f\nverify_export_100000_ms %.0f\n", took * 1e3,
           (now() - began) * 1e3);
    log_check_result(check_, &result);
    check(result.whole && result.events == EVENTS, "the export");
}

int main(int argc, char *argv[])
{
    char path[512], reason[256] = "";
    cleanup(store_close_p) struct store *s = NULL;
    struct store_head head;
    check(argc == 2, "FOLDER is missing:");
    install_slow_disk();
    snprintf(path, sizeof path, "%s/meclis.db", argv[1]);
    check(store_open(path, STORE_WRITE, &s, reason) == 0, reason);
    measure_commands(s, argv[1]);
    check(store_head(s, "a", &head) == 0, "head");
    while (head.seq < EVENTS) {
        int count = EVENTS - head.seq < 1000 ? (int)(EVENTS - head.seq) : 1000;
        one_batch(s, count, "", 0, false);
        head.seq += (uint64_t)count;
    }
    for (int i = 0; i < 3; i++) {
        measure_catching_up(s, EVENTS);
        measure_verifying(s);
    }
    return 0;
}
