#include "folder.h"

#include "../cmocka_all.h"
#include "base/io.h"
#include "media/cmaf.h"
#include "media/cmaf_read.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int folder_setup(void **state)
{
    struct folder *f = malloc(sizeof *f);
    snprintf(f->path, sizeof f->path, "/tmp/meclis-recording-XXXXXX");
    *state = f;
    return mkdtemp(f->path) ? 0 : -1;
}

int folder_teardown(void **state)
{
    struct folder *f = *state;
    DIR *dir = opendir(f->path);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        if (e->d_name[0] != '.')
            unlinkat(dirfd(dir), e->d_name, 0);
    }
    if (dir)
        closedir(dir);
    int r = rmdir(f->path);
    free(f);
    return r;
}

struct fragment folder_fragment(uint8_t track, enum track_kind kind, uint32_t init, uint64_t seq,
                                int64_t time_ms, size_t size)
{
    bool video = kind == TRACK_VIDEO;
    struct fragment f = {.track = track, .init = init, .seq = seq};
    f.timescale = video ? 90000 : 48000;
    f.dts = time_ms * f.timescale / 1000;
    f.duration = f.timescale / 25;
    f.flags = !video || seq % 50 == 0 ? FRAGMENT_SYNC : 0;
    f.capture_utc_us = 1700000000000000 + time_ms * 1000;
    cleanup_free uint8_t *media = malloc(size);
    assert_non_null(media);
    memset(media, (int)seq & 0xff, size);
    struct cmaf_sample sample = {media, size};
    struct cmaf_fragment c = {
        .track = track,
        .seq = seq,
        .dts = f.dts,
        .sync = f.flags & FRAGMENT_SYNC,
        .sample_duration = f.duration,
        .count = 1,
        .samples = &sample,
    };
    assert_int_equal(cmaf_build_fragment(&c, &f.bytes), 0);
    return f;
}

struct track_init folder_init(uint8_t track, enum track_kind kind, uint32_t number, int width)
{
    static const uint8_t avcc[] = {1,    0x64, 0,    0x1f, 0xff, 0xe1, 0,    4,   0x67,
                                   0x64, 0,    0x1f, 1,    0,    2,    0x68, 0xee};
    static const uint8_t asc[] = {0x11, 0x90};
    struct track_init init;
    if (kind == TRACK_VIDEO)
        assert_int_equal(cmaf_video_init(track, 90000, avcc, sizeof avcc, width, 720, &init), 0);
    else
        assert_int_equal(cmaf_audio_init(track, asc, sizeof asc, &init), 0);
    init.number = number;
    return init;
}

static void check_fragment(const struct index_record *r, const struct bytes *data, uint64_t offset)
{
    struct cmaf_head head;
    assert_int_equal(r->offset, offset);
    assert_true(offset + r->size <= data->size);
    assert_int_equal(cmaf_read_fragment(data->data + offset, data->size - offset, &head), 0);
    assert_int_equal(head.size, r->size);
    assert_int_equal(head.dts, r->dts);
    assert_int_equal(head.seq, r->seq);
    assert_int_equal(head.flags, r->flags & FRAGMENT_SYNC);
    assert_int_equal(data->data[offset + r->size - 1], r->seq & 0xff);
}

void folder_check(const char *folder, const char *name, struct folder_track *ret)
{
    char path[128];
    cleanup(bytes_unref_p) struct bytes *data = NULL;
    cleanup(bytes_unref_p) struct bytes *index = NULL;
    snprintf(path, sizeof path, "%s/%s.m4s", folder, name);
    assert_int_equal(io_read_file(path, 1 << 30, &data), 0);
    snprintf(path, sizeof path, "%s/%s.idx", folder, name);
    assert_int_equal(io_read_file(path, 1 << 30, &index), 0);
    assert_int_equal(index->size % INDEX_RECORD_BYTES, 0);
    struct folder_track t = {0};
    uint64_t offset = 0;
    for (size_t at = 0; at < index->size; at += INDEX_RECORD_BYTES) {
        struct index_record r;
        assert_int_equal(index_decode(index->data + at, &r), 0);
        if (r.kind == INDEX_GAP) {
            if (r.to_us > r.from_us && t.gaps < 32)
                t.gap[t.gaps] = r;
            t.gaps += r.to_us > r.from_us;
            continue;
        }
        check_fragment(&r, data, offset);
        assert_true(t.fragments == 0 || r.dts > t.last.dts);
        offset += r.size;
        if (t.fragments++ == 0)
            t.first = r;
        t.last = r;
    }
    assert_int_equal(offset, data->size);
    *ret = t;
}
