#include "../cmocka_all.h"

#include "media/cmaf.h"
#include "media/cmaf_read.h"

#include <errno.h>
#include <string.h>

static const uint8_t avcc[] = {1,    0x64, 0,    0x1f, 0xff, 0xe1, 0,    4,   0x67,
                               0x64, 0,    0x1f, 1,    0,    2,    0x68, 0xee};

static void video_init_reads_back(void **state)
{
    struct track_init made, read;
    assert_int_equal(cmaf_video_init(3, 90000, avcc, sizeof avcc, 1920, 1080, &made), 0);
    assert_string_equal(made.codec, "avc1.64001f");
    assert_int_equal(cmaf_read_init(made.bytes->data, made.bytes->size, &read), 0);
    assert_int_equal(read.track, 3);
    assert_int_equal(read.timescale, 90000);
    assert_int_equal(read.width, 1920);
    assert_int_equal(read.height, 1080);
    assert_string_equal(read.codec, "avc1.64001f");
    assert_null(read.bytes);
    assert_non_null(memmem(made.bytes->data, made.bytes->size, avcc, sizeof avcc));
    bytes_unref(made.bytes);
}

static void the_same_configuration_is_the_same_bytes(void **state)
{
    struct track_init a, b;
    assert_int_equal(cmaf_video_init(1, 90000, avcc, sizeof avcc, 640, 360, &a), 0);
    assert_int_equal(cmaf_video_init(1, 90000, avcc, sizeof avcc, 640, 360, &b), 0);
    assert_int_equal(a.bytes->size, b.bytes->size);
    assert_memory_equal(a.bytes->data, b.bytes->data, a.bytes->size);
    bytes_unref(a.bytes);
    bytes_unref(b.bytes);
}

static void audio_init_reads_back(void **state)
{
    static const struct {
        uint8_t asc[5];
        size_t size;
        int rate, channels, samples;
        const char *codec;
    } cases[] = {
        {{0x11, 0x90}, 2, 48000, 2, 1024, "mp4a.40.2"},
        {{0x12, 0x08}, 2, 44100, 1, 1024, "mp4a.40.2"},
        {{0x11, 0x94}, 2, 48000, 2, 960, "mp4a.40.2"},
        {{0x2b, 0x8a, 0x08, 0x00}, 4, 22050, 1, 1024, "mp4a.40.5"}, /* HE-AAC, its core's rate */
        {{0x17, 0x80, 0x5d, 0xc0, 0x10}, 5, 48000, 2, 1024, "mp4a.40.2"}, /* the rate in figures */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cmaf_audio audio;
        assert_int_equal(cmaf_read_asc(cases[i].asc, cases[i].size, &audio), 0);
        assert_int_equal(audio.rate, cases[i].rate);
        assert_int_equal(audio.channels, cases[i].channels);
        assert_int_equal(audio.frame_samples, cases[i].samples);
        struct track_init made, read;
        assert_int_equal(cmaf_audio_init(2, cases[i].asc, cases[i].size, &made), 0);
        assert_int_equal(cmaf_read_init(made.bytes->data, made.bytes->size, &read), 0);
        assert_int_equal(read.timescale, cases[i].rate);
        assert_int_equal(read.width, 0);
        assert_string_equal(read.codec, cases[i].codec);
        bytes_unref(made.bytes);
    }
}

static void bad_configurations_are_refused(void **state)
{
    struct track_init t;
    uint8_t copy[sizeof avcc];
    for (size_t size = 0; size < sizeof avcc; size++) /* cut off anywhere */
        assert_int_equal(cmaf_video_init(1, 90000, avcc, size, 640, 360, &t), -EINVAL);
    memcpy(copy, avcc, sizeof copy);
    copy[0] = 2; /* another version */
    assert_int_equal(cmaf_video_init(1, 90000, copy, sizeof copy, 640, 360, &t), -EINVAL);
    memcpy(copy, avcc, sizeof copy);
    copy[5] = 0xe0; /* no SPS */
    assert_int_equal(cmaf_video_init(1, 90000, copy, sizeof copy, 640, 360, &t), -EINVAL);
    memcpy(copy, avcc, sizeof copy);
    copy[6] = 0xff; /* an SPS that goes on behind the end */
    assert_int_equal(cmaf_video_init(1, 90000, copy, sizeof copy, 640, 360, &t), -EINVAL);
    assert_int_equal(cmaf_video_init(0, 90000, avcc, sizeof avcc, 640, 360, &t), -EINVAL);
    assert_int_equal(cmaf_video_init(9, 90000, avcc, sizeof avcc, 640, 360, &t), -EINVAL);
    assert_int_equal(cmaf_video_init(1, 90000, avcc, sizeof avcc, 640, 70000, &t), -EINVAL);
    struct cmaf_audio audio;
    assert_int_equal(cmaf_read_asc("\x11", 1, &audio), -EINVAL);
    assert_int_equal(cmaf_read_asc("\x16\x90", 2, &audio), -EINVAL); /* a reserved rate */
    assert_int_equal(cmaf_read_asc("\x11\x80", 2, &audio), -EINVAL); /* no channels said */
    assert_int_equal(cmaf_read_asc("\x01\x90", 2, &audio), -EINVAL); /* no object type */
    assert_int_equal(cmaf_read_asc("\x17\x80", 2, &audio), -EINVAL); /* the rate is cut off */
}

static struct bytes *build(int64_t dts, int32_t cts, bool sync, int count)
{
    static const uint8_t media[] = "some bytes of media";
    struct cmaf_sample samples[CMAF_MAX_SAMPLES + 1];
    for (int i = 0; i < count; i++)
        samples[i] = (struct cmaf_sample){media, (size_t)i + 3};
    struct cmaf_fragment f = {.track = 2, .seq = 0x1234567890, .dts = dts, .cts = cts};
    f.sync = sync;
    f.sample_duration = 1024;
    f.count = count;
    f.samples = samples;
    struct bytes *b = NULL;
    return cmaf_build_fragment(&f, &b) == 0 ? b : NULL;
}

static void fragment_reads_back(void **state)
{
    static const int64_t times[] = {0, 90000, (1LL << 32) + 5, 1LL << 50};
    static const int32_t offsets[] = {0, 7200, -3600, INT32_MIN};
    for (int i = 0; i < 4; i++) {
        struct bytes *b = build(times[i], offsets[i], i % 2, 1);
        struct cmaf_head head;
        assert_non_null(b);
        assert_int_equal(cmaf_read_fragment(b->data, b->size, &head), 0);
        assert_int_equal(head.dts, times[i]);
        assert_int_equal(head.cts, offsets[i]);
        assert_int_equal(head.flags, i % 2 ? FRAGMENT_SYNC : 0);
        assert_int_equal(head.size, b->size);
        assert_int_equal(head.seq, 0x34567890);
        assert_int_equal(head.track, 2);
        assert_int_equal(head.duration, 1024);
        bytes_unref(b);
    }
    struct bytes *b = build(48000, 0, true, CMAF_MAX_SAMPLES);
    struct cmaf_head head;
    assert_int_equal(
        cmaf_read_fragment(b->data, CMAF_HEAD_BYTES < b->size ? CMAF_HEAD_BYTES : b->size, &head),
        0);
    assert_int_equal(head.duration, 1024 * CMAF_MAX_SAMPLES);
    bytes_unref(b);
}

static void impossible_fragments_are_refused(void **state)
{
    assert_null(build(-1, 0, true, 1));
    assert_null(build(0, 0, true, 0));
    assert_null(build(0, 0, true, CMAF_MAX_SAMPLES + 1));
    assert_null(build(0, 5, true, 2)); /* reordering is for pictures, one a fragment */
    struct cmaf_sample huge = {avcc, FRAGMENT_MAX_BYTES};
    struct cmaf_fragment f = {.track = 1, .count = 1, .samples = &huge};
    struct bytes *b;
    assert_int_equal(cmaf_build_fragment(&f, &b), -EMSGSIZE);
}

static void cut_off_heads_ask_for_more_and_others_are_refused(void **state)
{
    struct bytes *b = build(90000, 7200, true, 1);
    struct cmaf_head head;
    size_t media = 3, front = b->size - media;
    for (size_t size = 0; size < front; size++)
        assert_int_equal(cmaf_read_fragment(b->data, size, &head), -ENODATA);
    assert_int_equal(cmaf_read_fragment(b->data, front, &head), 0);
    for (size_t at = 0; at < front; at++) { /* each byte wrong, one after another */
        uint8_t was = b->data[at];
        b->data[at] ^= 0x80;
        int r = cmaf_read_fragment(b->data, b->size, &head);
        assert_true(r == 0 || r == -EBADMSG || r == -ENODATA);
        b->data[at] = was;
    }
    b->data[4] = 'x';
    assert_int_equal(cmaf_read_fragment(b->data, b->size, &head), -EBADMSG);
    bytes_unref(b);
}

static void cut_off_or_altered_inits_do_no_harm(void **state)
{
    struct track_init made, read;
    assert_int_equal(cmaf_video_init(3, 90000, avcc, sizeof avcc, 1920, 1080, &made), 0);
    for (size_t size = 0; size < made.bytes->size; size++) {
        cleanup_free uint8_t *exact = malloc(size + 1); /* so that reading beyond is seen */
        memcpy(exact, made.bytes->data, size);
        assert_int_equal(cmaf_read_init(exact, size, &read), -EBADMSG);
    }
    for (size_t at = 0; at < made.bytes->size; at++) {
        made.bytes->data[at] ^= 0xff;
        int r = cmaf_read_init(made.bytes->data, made.bytes->size, &read);
        assert_true(r == 0 || r == -EBADMSG);
        made.bytes->data[at] ^= 0xff;
    }
    bytes_unref(made.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(video_init_reads_back),
        cmocka_unit_test(the_same_configuration_is_the_same_bytes),
        cmocka_unit_test(audio_init_reads_back),
        cmocka_unit_test(bad_configurations_are_refused),
        cmocka_unit_test(fragment_reads_back),
        cmocka_unit_test(impossible_fragments_are_refused),
        cmocka_unit_test(cut_off_heads_ask_for_more_and_others_are_refused),
        cmocka_unit_test(cut_off_or_altered_inits_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
