#include "worker_run.h"

#include "../unit/cmocka_all.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int worker_run_set_up(void **state)
{
    *state = worker_run_new();
    return 0;
}

int worker_run_tear_down(void **state)
{
    worker_run_destroy(*state);
    return 0;
}

void worker_run_begin(struct worker_run *r)
{
    worker_run_write_spec(r);
    worker_run_start(r);
    worker_run_connect(r);
}

bool worker_run_a_on_air(struct worker_run *r)
{
    return worker_run_noticed(r, "source.on_air", "a") > 0;
}

bool worker_run_b_on_air(struct worker_run *r)
{
    return worker_run_noticed(r, "source.on_air", "b") > 0;
}

bool worker_run_slate_on_air(struct worker_run *r)
{
    return worker_run_noticed(r, "source.on_air", "") > 0;
}

/* A machine with more to do than it can loses frames before the encoder; whole ones, and only then.
 */
bool worker_run_is_starved(void)
{
    double load = 0;
    return getloadavg(&load, 1) == 1 && load > 2.0 * (double)sysconf(_SC_NPROCESSORS_ONLN);
}

static bool is_whole_frames(const struct worker_run *r, int64_t ticks)
{
    return ticks > 0 && ticks * r->spec.frame_rate_num % (90000 * r->spec.frame_rate_den) == 0;
}

/* Every track's time line is unbroken: each fragment begins where the one before it ended. */
void worker_run_check_continuous(const struct worker_run *r)
{
    int64_t next[TRACK_MAX + 1] = {0};
    uint64_t seq[TRACK_MAX + 1] = {0};
    int counts[TRACK_MAX + 1] = {0};
    for (int i = 0; i < r->fragment_count; i++) {
        const struct fragment *f = &r->fragments[i];
        if (counts[f->track]++) {
            assert_int_equal(f->seq, seq[f->track] + 1);
            bool lost = f->track < 3 && is_whole_frames(r, f->dts - next[f->track]);
            if (!(lost && worker_run_is_starved())) {
                assert_int_equal(f->dts, next[f->track]);
                assert_false(f->flags & FRAGMENT_DISCONTINUITY);
            }
        }
        next[f->track] = f->dts + f->duration;
        seq[f->track] = f->seq;
    }
    for (int track = 1; track <= 3; track++)
        assert_true(counts[track] > 20);
}

/* The first frame of each cell of the grid is a keyframe, in all renditions, and no other is, but
 * the very first. */
void worker_run_check_keyframes(const struct worker_run *r)
{
    uint64_t cell[TRACK_MAX + 1] = {0};
    for (int i = 0; i < r->fragment_count; i++) {
        const struct fragment *f = &r->fragments[i];
        if (f->track > (unsigned)r->spec.rendition_count)
            continue;
        uint64_t now = segment_number(fragment_time_us(f), r->spec.grid_us);
        bool first = now != cell[f->track];
        assert_int_equal(!!(f->flags & FRAGMENT_SYNC), first);
        cell[f->track] = now;
    }
}

/* Frames lie on whole frames since media time 0, and what is made is of now. */
void worker_run_check_times(const struct worker_run *r)
{
    const struct fragment *last = NULL;
    for (int i = 0; i < r->fragment_count; i++)
        if (r->fragments[i].track == 1)
            last = &r->fragments[i];
    assert_non_null(last);
    assert_int_equal(last->dts % 3600, 0);
    int64_t now_us = clock_boot_us() - r->spec.epoch_boot_us;
    int64_t age_us = now_us - fragment_time_us(last);
    assert_in_range(age_us + 100000, 0, 1000000);
    int64_t utc_age_us = clock_utc_us() - last->capture_utc_us;
    assert_in_range(llabs(utc_age_us - age_us), 0, 50000);
}
