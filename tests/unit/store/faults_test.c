/* Every call of SQLite to its files, every allocation of SQLite's and every one of ours fails in
 * turn: what is refused is refused cleanly, and nothing is damaged. */
#include "../cmocka_all.h"
#include "../failing.h"

#include "base/io.h"
#include "house.h"
#include "power.h"
#include "store/ballot.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the disk holds after a crash of the machine is power_test.c's matter. */
int __wrap_fsync(int fd);

int __wrap_fsync(int fd)
{
    return 0;
}

/* Nothing fails any more. Returns whether anything did. */
static bool end_faults(void)
{
    bool came = power_failed();
    power_fail(0, 0, false);
    return failing_end() || came;
}

/* ---- what is done ---- */

/* What a run said of its two batches. */
struct told {
    bool opened;
    int first, second;
};

static int command(struct store *s, const char *key, bool with_side)
{
    const struct store_key k = {"a", "p", key};
    const struct store_side_draft side = {"name", "Örnek İzleyici"};
    struct store_outcome known;
    struct store_draft d = house_draft("a", "x", "{\"text\":\"Örnek\"}");
    uint64_t seq;
    d.sides = &side;
    d.side_count = with_side;
    int r = store_command_begin(s, &k, &known);
    if (r == 0)
        r = store_add(s, &d, &seq);
    if (r == 0)
        r = store_command_end(s, key);
    return r;
}

static int first_batch(struct store *s)
{
    int r = store_begin(s);
    if (r == 0)
        r = command(s, "1", false);
    if (r == 0)
        r = command(s, "2", true);
    if (r == 0)
        r = store_commit(s);
    store_abandon(s);
    return r;
}

/* An erasure, and a paper with who gave it. */
static int second_batch(struct store *s)
{
    struct store_draft notice = house_draft("a", "side.erased", "{}");
    uint64_t seq;
    int r = store_begin(s);
    if (r == 0)
        r = store_command_begin(s, NULL, NULL);
    if (r == 0)
        r = store_erase(s, "a", 1, "name", &notice, &seq);
    if (r == 0)
        r = ballot_add(s, "a", "v1", "kabul");
    if (r == 0)
        r = store_command_end(s, "");
    if (r == 0)
        r = store_commit(s);
    store_abandon(s);
    return r;
}

static int count_event(void *ctx, const struct store_event *e)
{
    size_t *n = ctx;
    ++*n;
    return 0;
}

/* How a fault is set, and when. */
struct fault {
    const char *what;
    void (*set)(size_t call);
    bool opening; /* from the opening on, otherwise from the first batch on */
    size_t step;  /* each so many calls; all of them in a long run */
};

/* Opens the log that is there, and does both. */
static void run(const struct fault *fault, size_t call, struct told *told, struct store **ret)
{
    char reason[256] = "";
    size_t n = 0;
    *told = (struct told){0};
    *ret = NULL;
    if (fault->opening)
        fault->set(call);
    int r = store_open(house_log(), STORE_WRITE, ret, reason);
    told->opened = r == 0;
    if (r < 0) {
        assert_null(*ret);
        assert_true(reason[0] != 0);
        return;
    }
    if (!fault->opening)
        fault->set(call);
    told->first = first_batch(*ret);
    told->second = second_batch(*ret);
    r = store_read(*ret, "a", 0, SIZE_MAX, count_event, &n);
    assert_true(r <= 0);
}

/* A log with one event that has a name to erase, and an open ballot. */
static void prepare(void)
{
    struct store *s = house_open(STORE_WRITE);
    const struct store_side_draft side = {"name", "Silinecek Örnek"};
    struct store_draft d = house_draft("a", "question", "{}");
    d.sides = &side, d.side_count = 1;
    assert_int_equal(store_append(s, &d, 1), 0);
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, NULL, NULL), 0);
    assert_int_equal(ballot_open(s, "a", "v1"), 0);
    assert_int_equal(store_command_end(s, ""), 0);
    assert_int_equal(store_commit(s), 0);
    store_close(s);
}

static bool is_told(int r)
{
    static const int known[] = {0, -ENOSPC, -EBUSY, -EIO, -ENOMEM, -EROFS, -EUCLEAN, -EALREADY};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (r == known[i])
            return true;
    }
    return false;
}

/* What is there is what was told, nothing more and nothing less, now and after the next start. */
static void check(struct store *s, const struct told *told, const char *what, size_t call)
{
    struct store_outcome outcome;
    const struct store_key keys[] = {{"a", "p", "1"}, {"a", "p", "2"}};
    uint64_t expected = 1 + (told->first == 0 && told->opened ? 2 : 0) +
                        (told->second == 0 && told->opened ? 1 : 0);
    uint64_t there = house_count(s, "a");
    size_t papers = 9;
    if (!is_told(told->first) || !is_told(told->second) || there != expected)
        fail_msg("%s %zu: %d %d, %llu events", what, call, told->first, told->second,
                 (unsigned long long)there);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(store_find_outcome(s, &keys[i], &outcome),
                         told->opened && told->first == 0 ? 0 : -ENOENT);
    assert_int_equal(store_begin(s), 0);
    assert_int_equal(store_command_begin(s, NULL, NULL), 0);
    assert_int_equal(ballot_count(s, "a", "v1", &papers), 0);
    assert_int_equal(papers, told->opened && told->second == 0 ? 1 : 0);
    store_abandon(s);
}

static void check_twice(struct store *s, const struct told *told, const char *what, size_t call)
{
    if (s) {
        check(s, told, what, call);
        assert_int_equal(store_tidy(s), 0);
        store_close(s);
    }
    s = house_open(STORE_WRITE);
    check(s, told, what, call);
    struct told again = {.opened = true, .first = told->first, .second = told->second};
    /* Both go through now that nothing fails; the keys of the first still count once. */
    if (!told->opened || told->first < 0)
        again.first = first_batch(s);
    if (!told->opened || told->second < 0)
        again.second = second_batch(s);
    check(s, &again, what, call);
    store_close(s);
}

/* Runs with fault number 1, 2, 3 … until the run ends before it is come to. */
static void each(const struct fault *fault)
{
    const char *what = fault->what, *long_run = getenv("MECLIS_TEST_LONG");
    size_t call = 1, step = long_run && *long_run ? 1 : fault->step;
    for (bool came = true; came; call += step) {
        struct told told;
        struct store *s;
        house_set_up(NULL);
        prepare();
        run(fault, call, &told, &s);
        came = end_faults();
        if (!came && (!told.opened || told.first || told.second))
            fail_msg("%s: fails although nothing was made to", what);
        check_twice(s, &told, what, call);
        house_tear_down(NULL);
    }
    assert_true(call > 5);
}

static void set_sqlite(size_t call)
{
    failing_sqlite(call, false);
}

static void set_own(size_t call)
{
    failing_own(call, false);
}

static void set_io_error(size_t call)
{
    power_fail(call, SQLITE_IOERR, false);
}

static void set_full_once(size_t call)
{
    power_fail(call, SQLITE_FULL, false);
}

static void set_full_for_good(size_t call)
{
    power_fail(call, SQLITE_FULL, true);
}

static void each_allocation_of_sqlite(void **state)
{
    each(&(struct fault){"allocation", set_sqlite, false, 1});
    each(&(struct fault){"allocation while opening", set_sqlite, true, 23});
}

static void each_allocation_of_ours(void **state)
{
    each(&(struct fault){"our allocation", set_own, true, 1});
}

static void each_call_to_the_disk(void **state)
{
    each(&(struct fault){"I/O error", set_io_error, true, 1});
}

static void a_full_disk_at_each_call(void **state)
{
    each(&(struct fault){"full once", set_full_once, false, 1});
    each(&(struct fault){"full for good", set_full_for_good, false, 1});
}

static void copy_file(const char *end)
{
    char from[128], to[128];
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    snprintf(from, sizeof from, "%s%s", house_log(), end);
    snprintf(to, sizeof to, "%s/copy.db%s", house_folder(), end);
    assert_int_equal(io_read_file(from, 4 << 20, &b), 0);
    assert_int_equal(io_replace_file(to, b->data, b->size, 0600), 0);
}

/* Returns whether the batch was refused; the machine crashes right afterwards. */
static bool refuse_and_crash(size_t call)
{
    struct store *copy = NULL;
    char path[128], reason[256] = "";
    house_set_up(NULL);
    prepare();
    struct store *s = house_open(STORE_WRITE);
    power_fail(call, SQLITE_IOERR_FSYNC, false);
    int r = first_batch(s);
    end_faults();
    assert_int_equal(store_tidy(s), 0);
    copy_file("");
    copy_file("-wal");
    snprintf(path, sizeof path, "%s/copy.db", house_folder());
    assert_int_equal(store_open(path, STORE_WRITE, &copy, reason), 0);
    assert_int_equal(house_count(copy, "a"), r < 0 ? 1 : 3);
    store_close(copy);
    store_close(s);
    house_tear_down(NULL);
    return r < 0;
}

/* A commit whose sync fails has written all that a restart would find: what was refused must not
 * come back by it. */
static void what_was_refused_does_not_come_back(void **state)
{
    size_t call = 1;
    while (refuse_and_crash(call))
        call++;
    assert_true(call > 3);
}

static int install(void **state)
{
    power_install();
    power_skip_syncs(true);
    return 0;
}

static int uninstall(void **state)
{
    power_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_of_sqlite),
        cmocka_unit_test(each_allocation_of_ours),
        cmocka_unit_test(each_call_to_the_disk),
        cmocka_unit_test(a_full_disk_at_each_call),
        cmocka_unit_test(what_was_refused_does_not_come_back),
    };
    failing_sqlite_install();
    return cmocka_run_group_tests(tests, install, uninstall);
}
