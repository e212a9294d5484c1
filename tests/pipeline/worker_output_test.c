/* The worker muted and on its slate: the sources go on, and nothing of them is heard or seen. What
 * each frame shows is looked at by tests/system. */
#include "worker_run.h"

#include "../unit/cmocka_all.h"

#include "base/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* From a command until everything that is made shows it: what is mixed and encoded just then. */
#define SETTLES_US 800000
#define SPAN_US 800000
/* A fragment of silence has less, one of sound more; the same of a picture that stands still and of
 * the moving one in the lower rendition, keyframes apart. */
#define SILENCE_BYTES 180
#define STILL_BYTES 260

struct seen {
    int sounds, silences, moving, still;
};

static bool is_picture(const struct worker_run *r, const struct fragment *f)
{
    return f->track <= r->spec.rendition_count;
}

static struct seen look(const struct worker_run *r, int64_t from_us, int64_t until_us)
{
    struct seen s = {0};
    for (int i = 0; i < r->fragment_count; i++) {
        const struct fragment *f = &r->fragments[i];
        if (fragment_time_us(f) < from_us || fragment_time_us(f) >= until_us)
            continue;
        if (!is_picture(r, f))
            (*(r->sizes[i] > SILENCE_BYTES ? &s.sounds : &s.silences))++;
        else if (f->track == r->spec.rendition_count && !(f->flags & FRAGMENT_SYNC))
            (*(r->sizes[i] > STILL_BYTES ? &s.moving : &s.still))++;
    }
    return s;
}

static int64_t now_us(const struct worker_run *r)
{
    return clock_boot_us() - r->spec.epoch_boot_us;
}

static int64_t awaited_us;

/* All tracks have come so far. */
static bool has_come(struct worker_run *r)
{
    bool come[TRACK_MAX + 1] = {false};
    for (int i = r->fragment_count - 1; i >= 0; i--)
        come[r->fragments[i].track] |= fragment_time_us(&r->fragments[i]) >= awaited_us;
    bool all = r->tracks.count > 0;
    for (int i = 0; i < r->tracks.count; i++)
        all &= come[r->tracks.tracks[i].id];
    return all;
}

/* What is made from when the commands so far show. */
static struct seen watch(struct worker_run *r)
{
    int64_t from_us = now_us(r) + SETTLES_US;
    awaited_us = from_us + SPAN_US;
    assert_true(worker_run_read(r, 30000, has_come));
    return look(r, from_us, awaited_us);
}

static void expect(struct worker_run *r, bool sound, bool picture)
{
    struct seen s = watch(r);
    print_message("sounds %d, silences %d, moving %d, still %d\n", s.sounds, s.silences, s.moving,
                  s.still);
    assert_true(s.sounds + s.silences > 12);
    if (sound)
        assert_true(s.sounds > s.silences);
    else
        assert_int_equal(s.sounds, 0);
    assert_true(s.moving + s.still > 10);
    assert_true(picture ? s.moving > s.still : s.still > s.moving);
}

static void order(struct worker_run *r, enum link_command_kind kind)
{
    assert_int_equal(worker_run_command(r, kind, ""), 0);
}

static void switch_all(struct worker_run *r)
{
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    worker_run_begin(r);
    assert_true(worker_run_read(r, 20000, worker_run_a_on_air));
    expect(r, true, true);
    order(r, LINK_MUTE_ON);
    order(r, LINK_MUTE_ON); /* said twice */
    expect(r, false, true);
    assert_string_equal(r->status.on_air, "a");
    order(r, LINK_SLATE_ON);
    expect(r, false, false);
    assert_string_equal(r->status.on_air, "");
    assert_int_equal(r->status.sources[0].state, SOURCE_LIVE); /* it goes on */
    order(r, LINK_MUTE_OFF);
    expect(r, false, false); /* the slate is silent */
    order(r, LINK_SLATE_OFF);
    expect(r, true, true);
    assert_string_equal(r->status.on_air, "a");
    assert_int_equal(worker_run_command(r, LINK_LAYOUT, "cube"), -ENOTSUP);
    assert_int_equal(worker_run_command(r, LINK_LAYOUT, "side_by_side"),
                     r->spec.mode == MODE_PASSTHROUGH ? -ENOTSUP : 0);
    assert_int_equal(worker_run_command(r, LINK_LAYOUT, ""), 0);
    worker_run_check_times(r);
}

static void switches_what_is_composed(void **state)
{
    switch_all(*state);
}

static void switches_what_passes(void **state)
{
    struct worker_run *r = *state;
    r->spec.mode = MODE_PASSTHROUGH;
    switch_all(r);
}

static bool a_is_live(struct worker_run *r)
{
    return r->status_count > 0 && r->status.sources[0].state == SOURCE_LIVE;
}

/* One that takes the place of a dead one begins as that was. */
static void begins_as_the_spec_says(void **state)
{
    struct worker_run *r = *state;
    r->spec.muted = true;
    worker_run_add_source(r, SOURCE_TEST, "a", "");
    worker_run_begin(r);
    assert_true(worker_run_read(r, 20000, worker_run_a_on_air));
    expect(r, false, true);
    kill(r->pid, SIGKILL);
    worker_run_wait(r);
    worker_run_disconnect(r);
    r->fragment_count = r->notice_count = r->status_count = 0;
    r->spec.slate = true;
    worker_run_begin(r);
    assert_true(worker_run_read(r, 20000, a_is_live));
    expect(r, false, false);
    assert_string_equal(r->status.on_air, "");
    assert_int_equal(worker_run_noticed(r, "source.on_air", "a"), 0);
    order(r, LINK_SLATE_OFF);
    expect(r, false, true);
}

#define with_worker(test)                                                                          \
    cmocka_unit_test_setup_teardown(test, worker_run_set_up, worker_run_tear_down)

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        with_worker(switches_what_is_composed),
        with_worker(switches_what_passes),
        with_worker(begins_as_the_spec_says),
    };
    cmocka_set_test_filter(getenv("MECLIS_TEST_ONLY"));
    return cmocka_run_group_tests_name("worker_output", tests, NULL, NULL);
}
