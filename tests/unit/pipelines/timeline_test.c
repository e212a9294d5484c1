#include "timeline.h"

#include "cmocka_all.h"

#include <math.h>
#include <stdlib.h>

#define SECOND 1000000000ll
#define MS 1000000ll

/* Frames at 25 a second and sound in bursts, as an MPEG-TS multiplexer sends it. */
struct sender {
    double ppm;
    int64_t jitter_ns, delay_ns;
    int64_t pts_jump; /* added to the stamps */
    int64_t video_delay_ns, audio_apart_ns;
    int burst; /* sounds of 21.3 ms that come together; 0: none */
    unsigned random;
};

struct seen {
    int held, gone, dropped, restarts;
    int64_t latest, earliest; /* arrival - media, of those that went */
    int late;                 /* beyond TIMELINE_LATE_NS */
    int64_t biggest_step;     /* of the offset, from one stamp to the next */
};

static void seen_init(struct seen *seen)
{
    *seen = (struct seen){.latest = INT64_MIN, .earliest = INT64_MAX};
}

static void give(struct timeline *t, struct seen *seen, enum timeline_track track, int64_t arrival,
                 int64_t pts)
{
    int64_t before = t->offset;
    bool was_running = t->running;
    switch (timeline_add(t, track, arrival, pts, arrival)) {
    case TIMELINE_HOLD:
        seen->held++;
        return;
    case TIMELINE_DROP:
        seen->dropped++;
        return;
    case TIMELINE_RESTART:
        seen->restarts++;
        return;
    case TIMELINE_GO:
        break;
    }
    seen->gone++;
    int64_t late = arrival - timeline_map(t, pts);
    seen->latest = late > seen->latest ? late : seen->latest;
    seen->earliest = late < seen->earliest ? late : seen->earliest;
    seen->late += late > TIMELINE_LATE_NS;
    if (was_running && llabs(t->offset - before) > seen->biggest_step)
        seen->biggest_step = llabs(t->offset - before);
}

static int64_t stamp(const struct sender *s, int64_t sent)
{
    return (int64_t)((double)sent * (1 + s->ppm * 1e-6)) + s->pts_jump;
}

static int64_t delay(struct sender *s)
{
    s->random = s->random * 1103515245u + 12345u;
    return s->delay_ns + (s->jitter_ns ? (int64_t)(s->random >> 8) % s->jitter_ns : 0);
}

static void run(struct sender *s, struct timeline *t, struct seen *seen, int64_t from,
                int64_t until)
{
    int64_t sound = 64 * SECOND / 3000;
    for (int64_t now = from; now < until; now += 40 * MS) {
        give(t, seen, TIMELINE_VIDEO, now + s->video_delay_ns + delay(s), stamp(s, now));
        for (int64_t i = now / sound; s->burst && i < (now + 40 * MS) / sound; i++) {
            if (i % s->burst)
                continue;
            for (int j = s->burst - 1; j >= 0; j--)
                give(t, seen, TIMELINE_AUDIO, now + delay(s),
                     stamp(s, (i - j) * sound) + s->audio_apart_ns);
        }
    }
}

static void test_begins_in_a_quarter_second(void **state)
{
    struct timeline t;
    struct sender s = {.delay_ns = 100 * MS, .jitter_ns = 10 * MS, .pts_jump = 5 * SECOND};
    struct seen seen;
    seen_init(&seen);
    timeline_init(&t);
    run(&s, &t, &seen, 0, 280 * MS);
    assert_int_equal(seen.gone, 0);
    run(&s, &t, &seen, 280 * MS, 20 * SECOND);
    assert_true(seen.gone > 480);
    assert_int_equal(seen.late, 0);
    /* And not later than needed. */
    assert_true(seen.latest > 5 * MS);
}

static void test_bursts_of_sound_are_on_time(void **state)
{
    struct timeline t;
    struct sender s = {.burst = 8, .delay_ns = 120 * MS, .jitter_ns = 5 * MS};
    struct seen seen;
    seen_init(&seen);
    timeline_init(&t);
    run(&s, &t, &seen, 0, 3 * SECOND);
    seen_init(&seen);
    run(&s, &t, &seen, 3 * SECOND, 60 * SECOND);
    assert_int_equal(seen.late, 0);
    assert_int_equal(seen.dropped + seen.restarts, 0);
    assert_true(seen.earliest > -220 * MS);
}

/* Two hours of a clock that is off: never late, never further away, and no step that is heard. */
static void drift_for_hours(double ppm)
{
    struct timeline t;
    struct sender s = {.ppm = ppm, .burst = 7, .delay_ns = 120 * MS, .jitter_ns = 15 * MS};
    struct seen seen;
    seen_init(&seen);
    timeline_init(&t);
    run(&s, &t, &seen, 0, 60 * SECOND);
    for (int64_t minute = 1; minute < 120; minute++) {
        seen_init(&seen);
        run(&s, &t, &seen, minute * 60 * SECOND, (minute + 1) * 60 * SECOND);
        assert_int_equal(seen.late, 0);
        assert_int_equal(seen.dropped + seen.restarts + seen.held, 0);
        assert_true(seen.latest > -40 * MS);
        assert_true(seen.biggest_step < 100000);
    }
    assert_true(fabs(drift_ppm(&t.drift) - ppm) < 25);
}

static void test_a_fast_clock_for_hours(void **state)
{
    drift_for_hours(200);
}

static void test_a_slow_clock_for_hours(void **state)
{
    drift_for_hours(-200);
}

static void test_a_true_clock_for_hours(void **state)
{
    drift_for_hours(0);
}

static void test_more_jitter_takes_more_delay(void **state)
{
    struct timeline t;
    struct sender s = {.delay_ns = 50 * MS, .jitter_ns = 5 * MS};
    struct seen seen;
    seen_init(&seen);
    timeline_init(&t);
    run(&s, &t, &seen, 0, 30 * SECOND);
    s.jitter_ns = 120 * MS;
    run(&s, &t, &seen, 30 * SECOND, 33 * SECOND);
    seen_init(&seen);
    run(&s, &t, &seen, 33 * SECOND, 60 * SECOND);
    assert_true(seen.late * 100 < seen.gone);
    /* And it goes again, slowly, when the line is good again. */
    s.jitter_ns = 5 * MS;
    run(&s, &t, &seen, 60 * SECOND, 600 * SECOND);
    seen_init(&seen);
    run(&s, &t, &seen, 600 * SECOND, 660 * SECOND);
    assert_true(seen.latest > -30 * MS);
    assert_int_equal(seen.late, 0);
}

static void test_a_jump_of_the_stamps_begins_anew(void **state)
{
    static const int64_t jumps[] = {3600 * SECOND, -3600 * SECOND, 2 * SECOND, -2 * SECOND};
    for (size_t i = 0; i < sizeof jumps / sizeof jumps[0]; i++) {
        struct timeline t;
        struct sender s = {.delay_ns = 50 * MS, .jitter_ns = 5 * MS, .pts_jump = 4000 * SECOND};
        struct seen seen;
        seen_init(&seen);
        timeline_init(&t);
        run(&s, &t, &seen, 0, 30 * SECOND);
        s.pts_jump += jumps[i];
        run(&s, &t, &seen, 30 * SECOND, 31 * SECOND);
        assert_int_equal(seen.restarts, 1);
        seen_init(&seen);
        run(&s, &t, &seen, 31 * SECOND, 40 * SECOND);
        assert_int_equal(seen.gone, 9 * 25);
        assert_int_equal(seen.late, 0);
    }
}

/* Sound of few bits fills a packet of the multiplexer only every 0.7 s. */
static void test_long_bursts(void **state)
{
    struct timeline t;
    struct sender s = {.burst = 34, .delay_ns = 120 * MS, .jitter_ns = 5 * MS};
    struct seen seen;
    seen_init(&seen);
    timeline_init(&t);
    run(&s, &t, &seen, 0, 4 * SECOND);
    seen_init(&seen);
    run(&s, &t, &seen, 4 * SECOND, 60 * SECOND);
    assert_int_equal(seen.late, 0);
    assert_int_equal(seen.dropped + seen.restarts, 0);
}

/* An encoder whose picture comes long after its sound. */
static void test_picture_and_sound_apart(void **state)
{
    struct timeline t;
    struct sender s = {.burst = 2, .delay_ns = 100 * MS, .video_delay_ns = 1500 * MS};
    struct seen seen;
    seen_init(&seen);
    timeline_init(&t);
    run(&s, &t, &seen, 0, 4 * SECOND);
    seen_init(&seen);
    run(&s, &t, &seen, 4 * SECOND, 60 * SECOND);
    assert_int_equal(seen.late, 0);
    assert_int_equal(seen.dropped + seen.restarts, 0);
    assert_true(seen.latest > 0);
}

/* Stamps of the sound that have nothing to do with the picture's: the picture goes on. */
static void test_unrelated_sound(void **state)
{
    static const int64_t apart[] = {1000 * SECOND, -1000 * SECOND, 4 * SECOND};
    for (size_t i = 0; i < sizeof apart / sizeof apart[0]; i++) {
        struct timeline t;
        struct sender s = {.burst = 2, .delay_ns = 2000 * SECOND, .audio_apart_ns = apart[i]};
        struct seen seen;
        seen_init(&seen);
        timeline_init(&t);
        run(&s, &t, &seen, 0, 4 * SECOND);
        seen_init(&seen);
        run(&s, &t, &seen, 4 * SECOND, 20 * SECOND);
        assert_int_equal(seen.restarts, 0);
        assert_int_equal(seen.gone, 16 * 25);
        assert_int_equal(seen.late, 0);
    }
}

static void test_strays_are_dropped(void **state)
{
    struct timeline t;
    struct sender s = {.delay_ns = 50 * MS};
    struct seen seen;
    seen_init(&seen);
    timeline_init(&t);
    run(&s, &t, &seen, 0, 10 * SECOND);
    assert_int_equal(timeline_add(&t, TIMELINE_VIDEO, 10 * SECOND, 500 * SECOND, 10 * SECOND),
                     TIMELINE_DROP);
    assert_int_equal(timeline_add(&t, TIMELINE_VIDEO, 10 * SECOND, -500 * SECOND, 10 * SECOND),
                     TIMELINE_DROP);
    run(&s, &t, &seen, 10 * SECOND, 20 * SECOND);
    assert_int_equal(seen.restarts, 0);
}

/* A sender was stopped for three seconds and then sends all that at once. */
static void test_a_backlog_does_not_become_delay(void **state)
{
    struct timeline t;
    struct sender s = {.delay_ns = 50 * MS, .jitter_ns = 5 * MS};
    struct seen seen;
    seen_init(&seen);
    timeline_init(&t);
    run(&s, &t, &seen, 0, 10 * SECOND);
    for (int64_t i = 0; i < 75; i++)
        give(&t, &seen, TIMELINE_VIDEO, 13 * SECOND + i * 5 * MS, 10 * SECOND + i * 40 * MS);
    run(&s, &t, &seen, 13 * SECOND + 400 * MS, 18 * SECOND);
    seen_init(&seen);
    run(&s, &t, &seen, 18 * SECOND, 30 * SECOND);
    assert_int_equal(seen.late, 0);
    assert_true(seen.latest > -60 * MS);
}

static void test_anything_goes(void **state)
{
    struct timeline t;
    timeline_init(&t);
    unsigned random = 1;
    int64_t arrival = 0;
    for (int i = 0; i < 200000; i++) {
        random = random * 1103515245u + 12345u;
        arrival += random % 50 * MS;
        int64_t pts = (int64_t)(random >> 4) % 20 == 0 ? (int64_t)random * 1000 * MS
                                                       : arrival + (int64_t)(random % 900) * MS;
        enum timeline_verdict v = timeline_add(&t, random >> 9 & 1, arrival, pts,
                                               arrival - (int64_t)(random >> 10 & 63) * MS);
        assert_true(v >= TIMELINE_HOLD && v <= TIMELINE_RESTART);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_begins_in_a_quarter_second),
        cmocka_unit_test(test_bursts_of_sound_are_on_time),
        cmocka_unit_test(test_a_fast_clock_for_hours),
        cmocka_unit_test(test_a_slow_clock_for_hours),
        cmocka_unit_test(test_a_true_clock_for_hours),
        cmocka_unit_test(test_more_jitter_takes_more_delay),
        cmocka_unit_test(test_a_jump_of_the_stamps_begins_anew),
        cmocka_unit_test(test_long_bursts),
        cmocka_unit_test(test_picture_and_sound_apart),
        cmocka_unit_test(test_unrelated_sound),
        cmocka_unit_test(test_strays_are_dropped),
        cmocka_unit_test(test_a_backlog_does_not_become_delay),
        cmocka_unit_test(test_anything_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
