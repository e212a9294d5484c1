/* What goes from the encoders into the recording, through the fragmenters: when sound is gathered,
 * and when it is let out. */
#include "../cmocka_all.h"
#include "base/clock.h"
#include "base/io.h"
#include "folder.h"
#include "output.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PICTURE = 1, SOUND = 2 };
/* pipelines/output.c: gathered sound whose next frame is so late goes out. */
#define LATE_US 100000
#define SOUND_NS (1024 * 1000000000LL / 48000)
#define PICTURE_NS 40000000LL

struct bench {
    struct folder *folder;
    char run[128];
    struct spec spec;
    struct output *output;
    int sounds, pictures; /* put in */
};

static void on_status(void *ctx, struct link_status *ret)
{
}
static void on_command(void *ctx, const struct link_command *command, uint64_t ticket)
{
}
static void on_orphaned(void *ctx)
{
}
static const struct publisher_ops ops = {on_status, on_command, on_orphaned};

static void start(struct bench *b, void **state)
{
    static const uint8_t avcc[] = {1,    0x64, 0,    0x1f, 0xff, 0xe1, 0,    4,   0x67,
                                   0x64, 0,    0x1f, 1,    0,    2,    0x68, 0xee};
    static const uint8_t asc[] = {0x11, 0x90}; /* LC, 48 kHz, stereo */
    memset(b, 0, sizeof *b);
    b->folder = *state;
    snprintf(b->run, sizeof b->run, "%s-run", b->folder->path);
    assert_int_equal(mkdir(b->run, 0700), 0);
    b->spec = (struct spec){.meeting = "demo",
                            .run_folder = b->run,
                            .recording_folder = b->folder->path,
                            .epoch_boot_us = clock_boot_us() - 1000000,
                            .mode = MODE_COMPOSED,
                            .grid_us = 2000000,
                            .rendition_count = 1,
                            .renditions = {{"720p", 1280, 720, 1500000}},
                            .audio_bitrate_bps = 48000,
                            .record = true};
    assert_int_equal(output_create(&b->spec, &ops, b, &b->output), 0);
    assert_int_equal(output_config(b->output, PICTURE, avcc, sizeof avcc, 1280, 720), 0);
    assert_int_equal(output_config(b->output, SOUND, asc, sizeof asc, 0, 0), 0);
}

/* Ends it and tells how many frames each recorded fragment of the sound has. Returns how many there
 * are. */
static int finish(struct bench *b, int ret_frames[64])
{
    char path[160];
    int count = 0;
    cleanup(bytes_unref_p) struct bytes *index = NULL;
    output_destroy(b->output);
    snprintf(path, sizeof path, "%s/audio.idx", b->folder->path);
    assert_int_equal(io_read_file(path, 1 << 20, &index), 0);
    for (size_t at = 0; at < index->size; at += INDEX_RECORD_BYTES) {
        struct index_record r;
        assert_int_equal(index_decode(index->data + at, &r), 0);
        if (r.kind != INDEX_GAP && count < 64)
            ret_frames[count++] = (int)(r.duration / 1024);
    }
    snprintf(path, sizeof path, "%s/programme.lock", b->run);
    unlink(path);
    assert_int_equal(rmdir(b->run), 0);
    return count;
}

static void put_sound(struct bench *b)
{
    uint8_t data[64] = {0};
    struct fragmenter_unit u = {.data = data,
                                .size = sizeof data,
                                .pts_ns = 1000000000 + b->sounds++ * SOUND_NS,
                                .capture_utc_us = clock_utc_us()};
    assert_int_equal(output_unit(b->output, SOUND, &u), 0);
}

static void put_picture(struct bench *b)
{
    uint8_t data[64] = {0};
    struct fragmenter_unit u = {.data = data,
                                .size = sizeof data,
                                .pts_ns = 1000000000 + b->pictures * PICTURE_NS,
                                .dts_ns = 1000000000 + b->pictures * PICTURE_NS,
                                .duration_ns = PICTURE_NS,
                                .capture_utc_us = clock_utc_us(),
                                .sync = b->pictures == 0};
    b->pictures++;
    assert_int_equal(output_unit(b->output, PICTURE, &u), 0);
}

static void sound_alone_is_gathered(void **state)
{
    struct bench b;
    int frames[64];
    start(&b, state);
    for (int i = 0; i < 6; i++)
        put_sound(&b);
    assert_int_equal(finish(&b, frames), 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(frames[i], 2);
}

/* As they come in life: the picture's message waits for no second frame. */
static void the_first_sound_after_a_picture_goes_at_once(void **state)
{
    struct bench b;
    int frames[64];
    start(&b, state);
    put_picture(&b);
    put_sound(&b); /* at once */
    put_sound(&b);
    put_picture(&b);
    put_picture(&b); /* another one waits with it */
    put_sound(&b);   /* with the one before */
    put_sound(&b);
    put_sound(&b); /* no picture waits: gathered */
    assert_int_equal(finish(&b, frames), 3);
    assert_int_equal(frames[0], 1);
    assert_int_equal(frames[1], 2);
    assert_int_equal(frames[2], 2);
}

/* An encoder that stops in the middle of a fragment: what it made is not kept back. */
static void sound_whose_next_frame_is_late_goes_out(void **state)
{
    struct bench b;
    int frames[64];
    start(&b, state);
    put_sound(&b);
    int64_t came_us = clock_boot_us();
    while (clock_boot_us() - came_us < LATE_US)
        usleep(2000);
    output_flush_late(b.output);
    put_sound(&b);
    put_sound(&b);
    assert_int_equal(finish(&b, frames), 2);
    assert_int_equal(frames[0], 1);
    assert_int_equal(frames[1], 2);
}

/* Nor cut to pieces where the next one is in time; where this machine itself took so long, either.
 */
static void sound_in_time_stays_together(void **state)
{
    enum { PAIRS = 30 };
    struct bench b;
    int frames[64], intact = 0, at = 0;
    bool in_time[PAIRS];
    start(&b, state);
    for (int i = 0; i < PAIRS; i++) {
        int64_t from_us = clock_boot_us();
        put_sound(&b);
        output_flush_late(b.output);
        in_time[i] = clock_boot_us() - from_us < LATE_US;
        put_sound(&b);
    }
    int count = finish(&b, frames);
    for (int i = 0; i < PAIRS && at < count; i++) {
        if (!in_time[i])
            break; /* what follows is gathered otherwise */
        assert_int_equal(frames[at++], 2);
        intact++;
    }
    assert_true(intact > 0);
}

static void nothing_is_lost_at_the_end(void **state)
{
    struct bench b;
    int frames[64];
    start(&b, state);
    for (int i = 0; i < 3; i++)
        put_sound(&b);
    assert_int_equal(finish(&b, frames), 2);
    assert_int_equal(frames[1], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sound_alone_is_gathered, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(the_first_sound_after_a_picture_goes_at_once, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(sound_whose_next_frame_is_late_goes_out, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(sound_in_time_stays_together, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(nothing_is_lost_at_the_end, folder_setup, folder_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
