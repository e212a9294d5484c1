#include "../cmocka_all.h"

#include "archive/recording.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "written.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BASE_UTC_US 1700000000000000

static struct recording *open_it(const struct folder *f)
{
    struct recording *r = NULL;
    assert_int_equal(recording_open(f->path, &r), 0);
    return r;
}

static size_t list(const struct recording *r, uint64_t from, bool growing, struct segment *ret)
{
    cleanup_free struct segment *all = NULL;
    size_t count = 77;
    assert_int_equal(recording_segments(r, 1, from, 100, growing, &all, &count), 0);
    assert_true(count <= 100);
    if (count)
        memcpy(ret, all, count * sizeof *all);
    return count;
}

/* ---- tests ---- */

static void segments_lie_on_the_grid(void **state)
{
    const struct folder *f = *state;
    write_all(f);
    cleanup(recording_close_p) struct recording *r = open_it(f);
    struct segment s[100];
    assert_int_equal(list(r, 0, false, s), 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(s[i].number, i);
        assert_int_equal(s[i].start_us, i * 2000000);
        assert_int_equal(s[i].duration_us, i < 3 ? 2000000 : 1000000);
        assert_int_equal(s[i].utc_us, BASE_UTC_US + i * 2000000);
        assert_int_equal(s[i].init, 1);
        assert_false(s[i].gap || s[i].discontinuity);
    }
    assert_int_equal(list(r, 0, true, s), 3);
    assert_int_equal(list(r, 2, false, s), 2);
    assert_int_equal(s[0].number, 2);
    assert_int_equal(list(r, 99, false, s), 0);
    int64_t from, to, peak, mean;
    assert_int_equal(recording_span(r, &from, &to), 0);
    assert_int_equal(from, 0);
    assert_int_equal(to, 7000000);
    assert_int_equal(recording_bytes(r), size_of(f, "720p.m4s"));
    assert_int_equal(recording_rates(r, 1, &peak, &mean), 0);
    assert_in_range(mean, size_of(f, "720p.m4s") * 8 / 7 - 1, size_of(f, "720p.m4s") * 8 / 7);
    assert_true(peak >= mean && peak < mean * 11 / 10);
    assert_int_equal(recording_rates(r, 2, &peak, &mean), -ENOENT);
    assert_int_equal(recording_tracks(r)->count, 2);
    assert_int_equal(recording_track(r, "audio")->id, 2);
    assert_null(recording_track(r, "480p"));
}

static void segments_and_inits_are_read(void **state)
{
    const struct folder *f = *state;
    write_all(f);
    char path[128];
    path_of(f, "720p.m4s", path);
    cleanup(bytes_unref_p) struct bytes *file = NULL;
    assert_int_equal(io_read_file(path, 1 << 20, &file), 0);
    cleanup(recording_close_p) struct recording *r = open_it(f);
    size_t at = 0;
    for (uint64_t i = 0; i < 3; i++) {
        cleanup(bytes_unref_p) struct bytes *b = NULL;
        assert_int_equal(recording_read_segment(r, 1, i, &b), 0);
        assert_true(at + b->size <= file->size);
        assert_memory_equal(b->data, file->data + at, b->size);
        at += b->size;
    }
    struct bytes *none = NULL;
    assert_int_equal(recording_read_segment(r, 1, 4, &none), -ENOENT);
    assert_int_equal(recording_read_segment(r, 2, 0, &none), -ENOENT);
    assert_int_equal(recording_read_segment(r, 9, 0, &none), -ENOENT);
    struct track_init init;
    assert_int_equal(recording_read_init(r, 1, 0, &init), 0);
    assert_int_equal(init.number, 1);
    assert_int_equal(init.width, 1280);
    bytes_unref(init.bytes);
    assert_int_equal(recording_read_init(r, 1, 2, &init), -ENOENT);
    assert_int_equal(recording_read_init(r, 2, 0, &init), -ENOENT);
}

static void the_last_segment_waits_until_it_can_not_change(void **state)
{
    const struct folder *f = *state;
    write_all(f);
    cleanup(recording_close_p) struct recording *r = open_it(f);
    struct bytes *b = NULL;
    assert_int_equal(recording_read_segment(r, 1, 3, &b), -ENOENT);
    write_pictures(f, 1, 175, 180);
    assert_int_equal(recording_refresh(r), 0);
    struct segment s[100];
    assert_int_equal(list(r, 0, false, s), 4);
    assert_int_equal(s[3].duration_us, 1200000);
    write_gap(f, 7200000, 7200000); /* the recorder's mark of its end */
    assert_int_equal(recording_refresh(r), 0);
    assert_int_equal(recording_read_segment(r, 1, 3, &b), 0);
    bytes_unref(b);
}

static void a_gap_is_listed_cell_by_cell(void **state)
{
    const struct folder *f = *state;
    write_all(f); /* ends at 7 s, in cell 3 */
    write_gap(f, 7000000, 14000000);
    write_pictures(f, 1, 350, 400); /* 14 s: cell 7 */
    cleanup(recording_close_p) struct recording *r = open_it(f);
    struct segment s[100];
    assert_int_equal(list(r, 0, false, s), 8);
    int64_t at = 0;
    for (int i = 0; i < 8; i++) {
        assert_int_equal(s[i].number, i);
        assert_int_equal(s[i].gap, i >= 4 && i <= 6);
        assert_false(s[i].discontinuity);    /* media time goes on */
        assert_int_equal(s[i].start_us, at); /* nothing is missing between two */
        at += s[i].duration_us;
    }
    assert_int_equal(at, 16000000);
    assert_int_equal(s[4].duration_us, 3000000); /* with what is missing of cell 3 */
    assert_int_equal(s[5].utc_us, BASE_UTC_US + 10000000);
    assert_int_equal(list(r, 5, false, s), 3);
    assert_true(s[0].gap);
    assert_int_equal(s[0].number, 5);
    struct bytes *b = NULL;
    assert_int_equal(recording_read_segment(r, 1, 5, &b), -ENOENT);
}

static void another_init_begins_with_a_discontinuity(void **state)
{
    const struct folder *f = *state;
    write_list(f);
    write_init(f, 1, 1280);
    write_init(f, 2, 640);
    write_pictures(f, 1, 0, 130);
    write_pictures(f, 2, 130, 250); /* changes inside of cell 2 */
    cleanup(recording_close_p) struct recording *r = open_it(f);
    struct segment s[100];
    assert_int_equal(list(r, 0, false, s), 5);
    assert_int_equal(s[2].init, 1);
    assert_int_equal(s[2].duration_us, 1200000); /* what comes after is not decoded by its init */
    assert_int_equal(s[3].init, 2);
    assert_true(s[3].discontinuity);
    assert_false(s[4].discontinuity);
    struct track_init init;
    assert_int_equal(recording_read_init(r, 1, 2, &init), 0);
    assert_int_equal(init.width, 640);
    bytes_unref(init.bytes);
}

static void torn_tail_is_left_alone_until_it_is_whole(void **state)
{
    const struct folder *f = *state;
    write_all(f);
    struct fragment m = folder_fragment(1, TRACK_VIDEO, 1, 175, 7000, 300);
    struct index_record record = record_of(&m, (uint64_t)size_of(f, "720p.m4s"));
    append_to(f, "720p.m4s", m.bytes->data, m.bytes->size);
    bytes_unref(m.bytes);
    uint8_t bytes[INDEX_RECORD_BYTES], torn[INDEX_RECORD_BYTES] = {0};
    index_encode(&record, bytes);
    append_to(f, "720p.idx", torn, sizeof torn); /* its place is there, its bytes are not yet */
    cleanup(recording_close_p) struct recording *r = open_it(f);
    int64_t before = recording_bytes(r);
    char path[128];
    path_of(f, "720p.idx", path);
    cleanup_close int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, bytes, 64, size_of(f, "720p.idx") - 64), 64);
    append_to(f, "720p.idx", bytes, 30);
    assert_int_equal(recording_refresh(r), 0);
    assert_int_equal(recording_bytes(r), before + record.size);
}

static void bad_record_costs_one_fragment(void **state)
{
    const struct folder *f = *state;
    write_all(f);
    char path[128];
    path_of(f, "720p.idx", path);
    cleanup_close int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, "x", 1, 60 * INDEX_RECORD_BYTES + 20), 1);
    cleanup(recording_close_p) struct recording *r = open_it(f);
    struct segment s[100];
    assert_int_equal(list(r, 0, false, s), 4);
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    assert_int_equal(recording_read_segment(r, 1, 1, &b), 0);
    struct fragment m = folder_fragment(1, TRACK_VIDEO, 1, 60, 2400, 300 + 60 % 11);
    cleanup(bytes_unref_p) struct bytes *whole = NULL;
    assert_int_equal(recording_read_segment(r, 1, 0, &whole), 0);
    assert_null(memmem(b->data, b->size, m.bytes->data, m.bytes->size));
    bytes_unref(m.bytes);
}

static void lost_index_is_rebuilt_from_the_bytes(void **state)
{
    const struct folder *f = *state;
    write_all(f);
    write_pictures(f, 1, 350, 400);
    write_gap(f, 16000000, 16000000);
    struct segment with[100], without[100];
    cleanup(recording_close_p) struct recording *r = open_it(f);
    size_t count = list(r, 0, false, with);
    char path[128];
    path_of(f, "720p.idx", path);
    assert_int_equal(unlink(path), 0);
    cleanup(recording_close_p) struct recording *rebuilt = open_it(f);
    assert_int_equal(list(rebuilt, 0, false, without), count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(with[i].number, without[i].number);
        assert_int_equal(with[i].start_us, without[i].start_us);
        assert_int_equal(with[i].duration_us, without[i].duration_us);
        assert_int_equal(with[i].init, without[i].init);
        assert_int_equal(with[i].gap, without[i].gap);
        assert_int_equal(without[i].utc_us, 0); /* only the index knew */
    }
    cleanup(bytes_unref_p) struct bytes *a = NULL;
    cleanup(bytes_unref_p) struct bytes *b = NULL;
    assert_int_equal(recording_read_segment(r, 1, 2, &a), 0);
    assert_int_equal(recording_read_segment(rebuilt, 1, 2, &b), 0);
    assert_int_equal(a->size, b->size);
    assert_memory_equal(a->data, b->data, a->size);
}

static void mended_files_are_read_anew(void **state)
{
    const struct folder *f = *state;
    write_all(f);
    cleanup(recording_close_p) struct recording *r = open_it(f);
    char path[128];
    path_of(f, "720p.idx", path);
    assert_int_equal(truncate(path, 100 * INDEX_RECORD_BYTES), 0);
    assert_int_equal(recording_refresh(r), 0);
    struct segment s[100];
    assert_int_equal(list(r, 0, false, s), 2);
    assert_int_equal(recording_refresh(r), 0);
    assert_int_equal(list(r, 0, false, s), 2);
}

static void data_that_is_not_there_is_an_error(void **state)
{
    const struct folder *f = *state;
    write_all(f);
    char path[128];
    path_of(f, "720p.m4s", path);
    assert_int_equal(truncate(path, 1000), 0);
    cleanup(recording_close_p) struct recording *r = open_it(f);
    struct bytes *b = NULL;
    assert_int_equal(recording_read_segment(r, 1, 2, &b), -EBADMSG);
}

static void what_is_no_recording_is_refused(void **state)
{
    const struct folder *f = *state;
    struct recording *r;
    assert_int_equal(recording_open("/nonexistent/folder", &r), -ENOENT);
    assert_int_equal(recording_open(f->path, &r), -ENOENT);
    append_to(f, "tracks.json", "{\"tracks\":7", 11);
    assert_int_equal(recording_open(f->path, &r), -EBADMSG);
    char path[128];
    path_of(f, "tracks.json", path);
    assert_int_equal(unlink(path), 0);
    write_list(f);
    r = open_it(f);
    int64_t from, to;
    assert_int_equal(recording_span(r, &from, &to), -ENOENT);
    struct segment s[100];
    assert_int_equal(list(r, 0, true, s), 0);
    recording_close(r);
}

static void garbage_in_the_files_does_no_harm(void **state)
{
    const struct folder *f = *state;
    write_list(f);
    uint32_t x = 12345;
    uint8_t noise[6400];
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)((x = x * 1103515245 + 12345) >> 16);
    append_to(f, "720p.idx", noise, sizeof noise);
    append_to(f, "720p.m4s", noise, sizeof noise);
    append_to(f, "audio.m4s", noise, sizeof noise); /* no index at all */
    cleanup(recording_close_p) struct recording *r = open_it(f);
    struct segment s[100];
    assert_int_equal(list(r, 0, false, s), 0);
    assert_int_equal(recording_refresh(r), 0);
    assert_int_equal(recording_bytes(r), 0);
}

static void four_hours_are_read_once(void **state)
{
    const struct folder *f = *state;
    write_list(f);
    enum { COUNT = 4 * 3600 * 25 };
    cleanup_free uint8_t *index = malloc((size_t)COUNT * INDEX_RECORD_BYTES);
    struct index_record r = {.kind = INDEX_FRAGMENT, .track = 1, .init = 1, .size = 7000};
    r.timescale = 90000;
    r.duration = 3600;
    for (int i = 0; i < COUNT; i++) {
        r.seq = (uint64_t)i;
        r.dts = (int64_t)i * 3600;
        r.flags = i % 50 == 0 ? FRAGMENT_SYNC : 0;
        r.offset = (uint64_t)i * 7000;
        index_encode(&r, index + (size_t)i * INDEX_RECORD_BYTES);
    }
    append_to(f, "720p.m4s", "", 0);
    append_to(f, "720p.idx", index, (size_t)COUNT * INDEX_RECORD_BYTES);
    int64_t begin = clock_boot_us();
    cleanup(recording_close_p) struct recording *recording = open_it(f);
    int64_t opened = clock_boot_us() - begin;
    begin = clock_boot_us();
    for (int i = 0; i < 10; i++)
        assert_int_equal(recording_refresh(recording), 0);
    int64_t refreshed = (clock_boot_us() - begin) / 10;
    print_message("four hours: opened in %lld us, refreshed in %lld us\n", (long long)opened,
                  (long long)refreshed);
    assert_true(refreshed * 5 < opened);
    cleanup_free struct segment *all = NULL;
    size_t count;
    assert_int_equal(recording_segments(recording, 1, 0, 100000, false, &all, &count), 0);
    assert_int_equal(count, 7200);
}

#define test(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(segments_lie_on_the_grid),
        test(segments_and_inits_are_read),
        test(the_last_segment_waits_until_it_can_not_change),
        test(a_gap_is_listed_cell_by_cell),
        test(another_init_begins_with_a_discontinuity),
        test(torn_tail_is_left_alone_until_it_is_whole),
        test(bad_record_costs_one_fragment),
        test(lost_index_is_rebuilt_from_the_bytes),
        test(mended_files_are_read_anew),
        test(data_that_is_not_there_is_an_error),
        test(what_is_no_recording_is_refused),
        test(garbage_in_the_files_does_no_harm),
        test(four_hours_are_read_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
