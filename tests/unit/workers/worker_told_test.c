/* What a worker is told: commands in order, and what has changed while it was left running. */
#include "worker_bench.h"

#include "base/io.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static void read_commands(char ret[256])
{
    char path[128];
    struct bytes *b = NULL;
    ret[0] = 0;
    snprintf(path, sizeof path, "%s/commands", bench.folder);
    if (io_read_file(path, 255, &b) < 0)
        return;
    memcpy(ret, b->data, b->size);
    ret[b->size] = 0;
    bytes_unref(b);
}

static void wait_for_commands(const char *expected)
{
    char commands[256] = "";
    for (int i = 0; i < 1000 && strcmp(commands, expected) != 0; i++) {
        usleep(5000);
        read_commands(commands);
    }
    assert_string_equal(commands, expected);
}

static void select_and_record(void)
{
    assert_true(worker_command(bench.worker, LINK_SELECT, "test") > 0);
    assert_true(worker_command(bench.worker, LINK_RECORD_START, "") > 0);
}

static void select_too_early(void)
{
    assert_int_equal(worker_command(bench.worker, LINK_SELECT, "test"), -ENOTCONN);
}

static void commands_arrive_in_order(void **state)
{
    bench_on_core(select_too_early);
    bench_on_core(bench_start);
    WAIT(ups, 1, 20000);
    bench_on_core(select_and_record);
    WAIT(replies, 2, 20000);
    char expected[64];
    snprintf(expected, sizeof expected, "%d:test\n%d:\n", LINK_SELECT, LINK_RECORD_START);
    wait_for_commands(expected);
    bench_end();
}

static void change_priority(void)
{
    bench.spec.sources[0].priority = 3;
}

static void change_title(void)
{
    snprintf(bench.spec.title, sizeof bench.spec.title, "Örnek Birleşim, ikinci oturum");
}

/* Starts it, leaves it, and finds it again with another spec: it hears of that. */
static void hears_of(void (*change)(void))
{
    bench_on_core(bench_start);
    WAIT(ups, 1, 20000);
    bench_on_core(bench_release);
    WAIT(ended, 1, 20000);
    bench_on_core(bench_renew);
    change();
    bench_on_core(bench_start);
    WAIT(found, 1, 20000);
    char expected[64];
    snprintf(expected, sizeof expected, "%d:\n", LINK_SOURCES);
    wait_for_commands(expected);
    bench_end();
}

static void a_found_one_hears_of_other_sources(void **state)
{
    hears_of(change_priority);
}

static void a_found_one_hears_of_another_title(void **state)
{
    hears_of(change_title);
}

static char waiting[SPEC_SETTINGS_TEXT];

static void take_waiting(void)
{
    worker_waiting(bench.worker, waiting);
}

/* Leaves it and finds it again with the bench's spec as it is by now. */
static void find_again(void)
{
    int ended = atomic_load(&bench.ended), found = atomic_load(&bench.found);
    bench_on_core(bench_release);
    WAIT(ended, ended + 1, 20000);
    bench_on_core(bench_renew);
    bench_on_core(bench_start);
    WAIT(found, found + 1, 20000);
    bench_on_core(take_waiting);
}

/* Until it was started anew, however often the server was. */
static void a_found_one_keeps_its_settings(void **state)
{
    bench_on_core(bench_start);
    WAIT(ups, 1, 20000);
    find_again();
    assert_string_equal(waiting, "");
    bench.spec.renditions[0].bitrate_bps = 900000;
    bench.spec.orphan_seconds = 70;
    for (int i = 0; i < 2; i++) {
        find_again();
        assert_string_equal(waiting, "renditions, orphan_seconds");
    }
    int ups = atomic_load(&bench.ups);
    kill(bench_pid(), SIGKILL);
    WAIT(ups, ups + 1, 20000);
    bench_on_core(take_waiting);
    assert_string_equal(waiting, "");
    bench_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(commands_arrive_in_order),
        TEST(a_found_one_hears_of_other_sources),
        TEST(a_found_one_hears_of_another_title),
        TEST(a_found_one_keeps_its_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
