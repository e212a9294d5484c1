#include "../cmocka_all.h"
#include "media/ring.h"

#include <errno.h>

static struct ring *ring_of(uint32_t capacity, size_t max_bytes, int64_t max_us)
{
    struct ring *r;
    assert_int_equal(ring_create(capacity, max_bytes, max_us, &r), 0);
    return r;
}

/* A message of a picture at n * 40 ms, each fifth a keyframe, with the sound of sequence n. */
static void push(struct ring *r, int n, size_t size)
{
    struct bytes *b = bytes_new(size);
    struct ring_message m = {.bytes = b,
                             .time_us = n * 40000,
                             .video_seq = (uint64_t)n,
                             .video_init = 1,
                             .audio_init = 1,
                             .audio_from = (uint64_t)n,
                             .audio_next = (uint64_t)n + 1,
                             .keyframe = n % 5 == 0};
    ring_push(r, &m);
    bytes_unref(b);
}

static void refuses_a_capacity_that_is_no_power_of_two(void **state)
{
    struct ring *r = NULL;
    assert_int_equal(ring_create(0, 1, 1, &r), -EINVAL);
    assert_int_equal(ring_create(12, 1, 1, &r), -EINVAL);
    assert_null(r);
}

static void is_empty_at_first(void **state)
{
    struct ring *r = ring_of(8, 1000, 1000000);
    uint64_t p;
    assert_null(ring_at(r, 0));
    assert_false(ring_newest_keyframe(r, &p));
    assert_false(ring_keyframe_from(r, 0, &p));
    assert_false(ring_audio_from(r, 0, &p));
    assert_true(ring_newest_us(r) == INT64_MIN);
    assert_true(ring_time_of_video(r, 5) == INT64_MIN);
    ring_destroy(r);
    ring_destroy(NULL);
}

static void drops_the_oldest_at_each_limit(void **state)
{
    struct ring *by_count = ring_of(8, 1 << 20, 1000000000);
    struct ring *by_bytes = ring_of(64, 1000, 1000000000);
    struct ring *by_time = ring_of(64, 1 << 20, 200000);
    for (int n = 0; n < 40; n++) {
        push(by_count, n, 100);
        push(by_bytes, n, 100);
        push(by_time, n, 100);
    }
    assert_int_equal(ring_end(by_count), 40);
    assert_int_equal(ring_first(by_count), 32);
    assert_int_equal(ring_first(by_bytes), 30);
    assert_int_equal(ring_first(by_time), 34);
    assert_null(ring_at(by_count, 31));
    assert_int_equal(ring_at(by_count, 32)->video_seq, 32);
    ring_destroy(by_count);
    ring_destroy(by_bytes);
    ring_destroy(by_time);
}

static void keeps_the_newest_however_large(void **state)
{
    struct ring *r = ring_of(8, 10, 1000000);
    push(r, 0, 5000);
    push(r, 1, 5000);
    assert_int_equal(ring_first(r), 1);
    assert_int_equal(ring_end(r), 2);
    ring_destroy(r);
}

static void finds_keyframes(void **state)
{
    struct ring *r = ring_of(16, 1 << 20, 1000000000);
    uint64_t p;
    for (int n = 0; n < 23; n++)
        push(r, n, 10);
    assert_true(ring_newest_keyframe(r, &p));
    assert_int_equal(p, 20);
    assert_true(ring_keyframe_from(r, 11 * 40000, &p));
    assert_int_equal(p, 15);
    assert_true(ring_keyframe_from(r, 15 * 40000, &p));
    assert_int_equal(p, 15);
    assert_true(ring_keyframe_from(r, 0, &p)); /* 0 and 5 have left: the ring begins at 7 */
    assert_int_equal(p, 10);
    assert_false(ring_keyframe_from(r, 20 * 40000 + 1, &p));
    ring_destroy(r);
}

static void a_keyframe_that_left_is_none(void **state)
{
    struct ring *r = ring_of(4, 1 << 20, 1000000000);
    uint64_t p;
    for (int n = 0; n < 10; n++)
        push(r, n % 5 == 0 && n ? n + 1 : n, 10); /* only the first is one */
    assert_false(ring_newest_keyframe(r, &p));
    ring_destroy(r);
}

static void finds_sound_and_times(void **state)
{
    struct ring *r = ring_of(16, 1 << 20, 1000000000);
    uint64_t p;
    for (int n = 0; n < 30; n++)
        push(r, n, 10);
    for (uint64_t seq = 0; seq < 30; seq++) {
        assert_true(ring_audio_from(r, seq, &p));
        assert_int_equal(p, seq < 14 ? 14 : seq);
    }
    assert_false(ring_audio_from(r, 30, &p));
    assert_int_equal(ring_time_of_video(r, 20), 20 * 40000);
    assert_int_equal(ring_time_of_audio(r, 1000), 29 * 40000);
    assert_true(ring_time_of_audio(r, 3) == INT64_MIN);
    ring_destroy(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_a_capacity_that_is_no_power_of_two),
        cmocka_unit_test(is_empty_at_first),
        cmocka_unit_test(drops_the_oldest_at_each_limit),
        cmocka_unit_test(keeps_the_newest_however_large),
        cmocka_unit_test(finds_keyframes),
        cmocka_unit_test(a_keyframe_that_left_is_none),
        cmocka_unit_test(finds_sound_and_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
