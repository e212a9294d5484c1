/* A movie's head: its tables say when each sample is shown and where it lies. */
#include "../cmocka_all.h"
#include "media/cmaf.h"
#include "media/movie.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

static const uint8_t avcc[] = {1,    0x42, 0xc0, 0x1f, 0xff, 0xe1, 0,    4,   0x67,
                               0x42, 0xc0, 0x1f, 1,    0,    2,    0x68, 0xce};
static const uint8_t asc[] = {0x11, 0x90};

static uint32_t get32(const uint8_t *at)
{
    uint32_t be;
    memcpy(&be, at, 4);
    return be32toh(be);
}

static uint64_t get64(const uint8_t *at)
{
    return (uint64_t)get32(at) << 32 | get32(at + 4);
}

/* The nth box of that type, wherever it is; its contents behind version and flags. */
static const uint8_t *box(const struct buf *b, const char *type, int nth)
{
    for (size_t i = 4; i + 8 < b->size; i++) {
        if (memcmp(b->data + i, type, 4) == 0 && nth-- == 0)
            return b->data + i + 8;
    }
    return NULL;
}

static struct movie_track *video_track(void)
{
    struct track_init init;
    assert_int_equal(cmaf_video_init(1, 90000, avcc, sizeof avcc, 320, 180, &init), 0);
    struct movie_track *t = movie_track_create(90000);
    assert_int_equal(movie_track_use(t, 1, init.bytes->data, init.bytes->size), 0);
    bytes_unref(init.bytes);
    return t;
}

static struct movie_track *audio_track(void)
{
    struct track_init init;
    assert_int_equal(cmaf_audio_init(2, asc, sizeof asc, &init), 0);
    struct movie_track *t = movie_track_create(init.timescale);
    assert_int_equal(movie_track_use(t, 1, init.bytes->data, init.bytes->size), 0);
    bytes_unref(init.bytes);
    return t;
}

static int add(struct movie_track *t, int64_t dts, int32_t cts, uint32_t duration, bool sync,
               uint64_t offset, int count)
{
    static const uint32_t sizes[MOVIE_MAX_SAMPLES] = {100, 101, 102, 103};
    const struct movie_chunk chunk = {.offset = offset,
                                      .dts = dts,
                                      .cts = cts,
                                      .duration = duration,
                                      .sync = sync,
                                      .count = count,
                                      .sizes = sizes};
    return movie_track_add(t, &chunk);
}

static void print(struct buf *out, struct movie_track *const *tracks, int count, int64_t from_us,
                  int64_t to_us)
{
    buf_init(out, 1 << 20);
    const struct movie m = {.tracks = tracks,
                            .track_count = count,
                            .from_us = from_us,
                            .to_us = to_us,
                            .media_bytes = 5000};
    assert_int_equal(movie_print(out, &m), 0);
}

static void times_places_and_a_gap(void **state)
{
    cleanup(movie_track_destroy_p) struct movie_track *t = video_track();
    /* from 10 s: three pictures of 40 ms, a gap of a second, two more */
    for (int i = 0; i < 3; i++)
        assert_int_equal(add(t, 900000 + i * 3600, 0, 3600, i == 0, (uint64_t)i * 1000, 1), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(add(t, 1000800 + i * 3600, 0, 3600, i == 0, 3000 + (uint64_t)i * 1000, 1),
                         0);
    cleanup_buf struct buf out;
    print(&out, &t, 1, 10040000, 11160000);
    const uint8_t *stts = box(&out, "stts", 0);
    assert_int_equal(get32(stts), 3);
    assert_int_equal(get32(stts + 4), 2);
    assert_int_equal(get32(stts + 8), 3600);
    assert_int_equal(get32(stts + 12), 1);
    assert_int_equal(get32(stts + 16), 1000800 - 900000 - 2 * 3600); /* it stays until the next */
    assert_int_equal(get32(stts + 20), 2);
    assert_null(box(&out, "ctts", 0));
    const uint8_t *stss = box(&out, "stss", 0);
    assert_int_equal(get32(stss), 2);
    assert_int_equal(get32(stss + 4), 1);
    assert_int_equal(get32(stss + 8), 4);
    const uint8_t *co64 = box(&out, "co64", 0);
    assert_int_equal(get32(co64), 5);
    assert_int_equal(get64(co64 + 4), out.size);
    assert_int_equal(get64(co64 + 4 + 8 * 4), out.size + 4000);
    const uint8_t *elst = box(&out, "elst", 0);
    assert_int_equal(get32(elst), 1);
    assert_int_equal(get64(elst + 4), 1120);  /* ms */
    assert_int_equal(get64(elst + 12), 3600); /* the first picture is not shown */
    assert_int_equal(get64(out.data + out.size - 8), 5000 + 16);
}

static void sound_in_chunks_that_begins_late(void **state)
{
    cleanup(movie_track_destroy_p) struct movie_track *t = audio_track();
    assert_int_equal(add(t, 48000, 0, 2048, true, 0, 2), 0);
    assert_int_equal(add(t, 50048, 0, 2048, true, 300, 2), 0);
    assert_int_equal(add(t, 52096, 0, 1024, true, 600, 1), 0);
    cleanup_buf struct buf out;
    print(&out, &t, 1, 500000, 1100000);
    assert_int_equal(movie_track_samples(t), 5);
    const uint8_t *stsc = box(&out, "stsc", 0);
    assert_int_equal(get32(stsc), 2);
    assert_int_equal(get32(stsc + 4), 1);
    assert_int_equal(get32(stsc + 8), 2);
    assert_int_equal(get32(stsc + 16), 3);
    assert_int_equal(get32(stsc + 20), 1);
    const uint8_t *stts = box(&out, "stts", 0);
    assert_int_equal(get32(stts), 1);
    assert_int_equal(get32(stts + 4), 5);
    assert_int_equal(get32(stts + 8), 1024);
    const uint8_t *elst = box(&out, "elst", 0);
    assert_int_equal(get32(elst), 2);
    assert_int_equal(get64(elst + 4), 500); /* nothing for half a second */
    assert_true(get64(elst + 12) == UINT64_MAX);
    assert_null(box(&out, "stss", 0));
}

static void pictures_that_are_shown_later_than_decoded(void **state)
{
    cleanup(movie_track_destroy_p) struct movie_track *t = video_track();
    add(t, 0, 3600, 3600, true, 0, 1);
    add(t, 3600, 7200, 3600, false, 100, 1);
    cleanup_buf struct buf out;
    print(&out, &t, 1, 0, 80000);
    const uint8_t *ctts = box(&out, "ctts", 0);
    assert_non_null(ctts);
    assert_int_equal(get32(ctts), 2);
    assert_int_equal(get32(ctts + 8), 3600);
    assert_int_equal(get32(ctts + 16), 7200);
}

static void another_init_is_another_description(void **state)
{
    struct track_init wide, other_clock, sound;
    cleanup(movie_track_destroy_p) struct movie_track *t = video_track();
    assert_int_equal(cmaf_video_init(1, 90000, avcc, sizeof avcc, 640, 360, &wide), 0);
    assert_int_equal(cmaf_video_init(1, 1000, avcc, sizeof avcc, 640, 360, &other_clock), 0);
    assert_int_equal(cmaf_audio_init(1, asc, sizeof asc, &sound), 0);
    add(t, 0, 0, 3600, true, 0, 1);
    assert_int_equal(movie_track_use(t, 2, wide.bytes->data, wide.bytes->size), 0);
    add(t, 3600, 0, 3600, true, 100, 1);
    assert_int_equal(movie_track_use(t, 1, NULL, 0), 0); /* known */
    add(t, 7200, 0, 3600, true, 200, 1);
    assert_int_equal(movie_track_use(t, 3, other_clock.bytes->data, other_clock.bytes->size),
                     -EOPNOTSUPP);
    assert_int_equal(movie_track_use(t, 4, sound.bytes->data, sound.bytes->size), -EOPNOTSUPP);
    assert_int_equal(movie_track_use(t, 5, "nothing", 7), -EBADMSG);
    for (size_t cut = 0; cut < wide.bytes->size; cut++) /* torn anywhere, it is no init */
        assert_true(movie_track_use(t, 6, wide.bytes->data, cut) < 0);
    cleanup_buf struct buf out;
    print(&out, &t, 1, 0, 120000);
    assert_int_equal(get32(box(&out, "stsd", 0)), 2);
    const uint8_t *stsc = box(&out, "stsc", 0);
    assert_int_equal(get32(stsc), 3);
    assert_int_equal(get32(stsc + 12), 1);
    assert_int_equal(get32(stsc + 24), 2);
    assert_int_equal(get32(stsc + 36), 1);
    bytes_unref(wide.bytes);
    bytes_unref(other_clock.bytes);
    bytes_unref(sound.bytes);
}

static void what_can_not_be_is_refused(void **state)
{
    cleanup(movie_track_destroy_p) struct movie_track *t = video_track();
    assert_int_equal(add(t, -1, 0, 3600, true, 0, 1), -EINVAL);
    assert_int_equal(add(t, 0, 0, 3600, true, 0, 0), -EINVAL);
    assert_int_equal(add(t, 0, 0, 3600, true, 0, MOVIE_MAX_SAMPLES + 1), -EINVAL);
    assert_int_equal(add(t, 90000, 0, 3600, true, 0, 1), 0);
    assert_int_equal(add(t, 89999, 0, 3600, true, 0, 1), -EINVAL);            /* steps back */
    assert_int_equal(add(t, INT64_C(1) << 40, 0, 3600, true, 0, 1), -EINVAL); /* beyond a table */
    struct movie_track *empty = movie_track_create(90000);
    assert_int_equal(add(empty, 0, 0, 3600, true, 0, 1), -EINVAL); /* nothing decodes it */
    movie_track_destroy(empty);
}

static void chapters_are_cut_between_letters(void **state)
{
    char title[600];
    for (size_t i = 0; i + 2 < sizeof title; i += 2)
        memcpy(title + i, "ş", 3);
    cleanup(movie_track_destroy_p) struct movie_track *t = video_track();
    add(t, 0, 0, 3600, true, 0, 1);
    const struct movie_chapter chapters[] = {{0, "Örnek"}, {1500000, title}};
    const struct movie m = {
        .tracks = &t, .track_count = 1, .to_us = 40000, .chapters = chapters, .chapter_count = 2};
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 16);
    assert_int_equal(movie_print(&out, &m), 0);
    const uint8_t *chpl = box(&out, "chpl", 0);
    assert_int_equal(chpl[4], 2);
    assert_int_equal(chpl[13], 6);
    const uint8_t *second = chpl + 14 + 6;
    assert_int_equal(get64(second), 15000000); /* 100 ns */
    assert_int_equal(second[8], 254);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_places_and_a_gap),
        cmocka_unit_test(sound_in_chunks_that_begins_late),
        cmocka_unit_test(pictures_that_are_shown_later_than_decoded),
        cmocka_unit_test(another_init_is_another_description),
        cmocka_unit_test(what_can_not_be_is_refused),
        cmocka_unit_test(chapters_are_cut_between_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
