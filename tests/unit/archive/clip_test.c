/* Clips out of a recording's folder: which bytes, and what comes of files that lie. */
#include "../cmocka_all.h"

#include "archive/clip.h"
#include "base/io.h"
#include "written.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int make(const struct folder *f, int64_t from_us, int64_t to_us, struct clip *ret)
{
    cleanup(recording_close_p) struct recording *r = NULL;
    int e = recording_open(f->path, &r);
    const struct clip_wish wish = {.from_us = from_us, .to_us = to_us};
    return e < 0 ? e : clip_make(r, &wish, ret);
}

/* Every piece lies in its file; returns the bytes of the media. */
static uint64_t check(const struct folder *f, const struct clip *c)
{
    uint64_t media = 0, end = (uint64_t)size_of(f, "720p.m4s");
    assert_true(c->count >= 2);
    assert_non_null(c->pieces[0].bytes);
    for (uint32_t i = 1; i < c->count; i++) {
        const struct piece *p = &c->pieces[i];
        assert_non_null(p->file);
        assert_true(p->size > 0 && p->offset <= end && p->size <= end - p->offset);
        media += p->size;
    }
    assert_int_equal(c->bytes, media + c->pieces[0].bytes->size);
    return media;
}

/* Where the picture of that number begins in the file. */
static uint64_t place_of(const struct folder *f, uint64_t number)
{
    char path[128];
    uint8_t record[INDEX_RECORD_BYTES];
    struct index_record r;
    path_of(f, "720p.idx", path);
    int fd = open(path, O_RDONLY);
    assert_int_equal(pread(fd, record, sizeof record, (off_t)(number * sizeof record)),
                     sizeof record);
    close(fd);
    assert_int_equal(index_decode(record, &r), 0);
    return r.offset;
}

static void it_begins_with_the_keyframe_before(void **state)
{
    const struct folder *f = *state;
    struct clip c, again;
    write_all(f);
    assert_int_equal(make(f, 2500000, 3500000, &c), 0);
    uint64_t media = check(f, &c);
    assert_int_equal(c.pieces[1].offset, place_of(f, 50));
    assert_int_equal(media, place_of(f, 88) - place_of(f, 50)); /* what is shown before 3.5 s */
    assert_int_equal(make(f, 2500000, 3500000, &again), 0);
    assert_string_equal(c.etag, again.etag);
    pieces_free(again.pieces, again.count);
    assert_int_equal(make(f, 2500000, 3540000, &again), 0);
    assert_true(strcmp(c.etag, again.etag) != 0);
    pieces_free(again.pieces, again.count);
    pieces_free(c.pieces, c.count);
}

static void it_ends_with_the_recording(void **state)
{
    const struct folder *f = *state;
    struct clip c;
    write_all(f);
    assert_int_equal(make(f, 0, INT64_MAX, &c), 0);
    assert_int_equal(check(f, &c), size_of(f, "720p.m4s"));
    pieces_free(c.pieces, c.count);
    assert_int_equal(make(f, 7000000, 9000000, &c), -ENOENT);
    assert_int_equal(make(f, 3000000, 3000000, &c), -ERANGE);
    assert_int_equal(make(f, 3000000, 2000000, &c), -ERANGE);
}

static void across_a_gap_and_another_init(void **state)
{
    const struct folder *f = *state;
    struct clip c;
    write_all(f);
    write_gap(f, 7000000, 20000000);
    write_init(f, 2, 640);
    write_pictures(f, 2, 500, 600);
    assert_int_equal(make(f, 6000000, 22000000, &c), 0);
    check(f, &c);
    pieces_free(c.pieces, c.count);
}

static void nothing_is_there(void **state)
{
    const struct folder *f = *state;
    struct clip c;
    assert_int_equal(make(f, 0, 1000000, &c), -ENOENT);
    write_list(f);
    assert_int_equal(make(f, 0, 1000000, &c), -ENOENT);
}

static void files_that_end_too_early(void **state)
{
    const struct folder *f = *state;
    struct clip c;
    char path[128];
    write_all(f);
    path_of(f, "720p.m4s", path);
    assert_int_equal(truncate(path, (off_t)place_of(f, 60) + 100), 0);
    assert_int_equal(make(f, 2500000, 3500000, &c), -EBADMSG);
    assert_int_equal(make(f, 0, 1500000, &c), 0); /* what is whole can be had */
    pieces_free(c.pieces, c.count);
    path_of(f, "720p.init-1.mp4", path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(make(f, 0, 1500000, &c), -EBADMSG);
}

/* Noise anywhere: an error, or a clip that lies in its files. */
static void noise_does_no_harm(void **state)
{
    static const char *const names[] = {"720p.idx", "720p.m4s", "720p.init-1.mp4", "tracks.json"};
    const struct folder *f = *state;
    uint32_t seed = 7;
    write_all(f);
    for (int i = 0; i < 400; i++) {
        char path[128];
        const char *name = names[i % 4];
        seed = seed * 1664525u + 1013904223u;
        off_t at = (off_t)(seed >> 8) % size_of(f, name);
        uint8_t noise = (uint8_t)(seed >> 3), was;
        path_of(f, name, path);
        int fd = open(path, O_RDWR);
        assert_int_equal(pread(fd, &was, 1, at), 1);
        assert_int_equal(pwrite(fd, &noise, 1, at), 1);
        struct clip c;
        if (make(f, 1000000, 6000000, &c) == 0) {
            check(f, &c);
            pieces_free(c.pieces, c.count);
        }
        if (i % 3) /* and some of it stays */
            assert_int_equal(pwrite(fd, &was, 1, at), 1);
        close(fd);
    }
}

#define test(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(it_begins_with_the_keyframe_before), test(it_ends_with_the_recording),
        test(across_a_gap_and_another_init),      test(nothing_is_there),
        test(files_that_end_too_early),           test(noise_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
