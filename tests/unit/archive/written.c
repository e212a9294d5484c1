#include "written.h"

#include "../cmocka_all.h"
#include "base/buf.h"
#include "base/io.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

void path_of(const struct folder *f, const char *name, char ret[128])
{
    snprintf(ret, 128, "%s/%s", f->path, name);
}

void append_to(const struct folder *f, const char *name, const void *data, size_t size)
{
    char path[128];
    path_of(f, name, path);
    cleanup_close int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(io_write_all(fd, data, size), 0);
}

off_t size_of(const struct folder *f, const char *name)
{
    char path[128];
    struct stat st;
    path_of(f, name, path);
    return stat(path, &st) < 0 ? 0 : st.st_size;
}

void write_list(const struct folder *f)
{
    struct link_tracks tracks = {.count = 2, .grid_us = 2000000};
    tracks.tracks[0] = (struct track){1, TRACK_VIDEO, "720p", 1500000};
    tracks.tracks[1] = (struct track){2, TRACK_AUDIO, "audio", 48000};
    cleanup_buf struct buf b;
    buf_init(&b, 65536);
    assert_int_equal(link_add_tracks(&b, &tracks), 0);
    append_to(f, "tracks.json", b.data + LINK_FRAME_HEADER_BYTES, b.size - LINK_FRAME_HEADER_BYTES);
}

void write_init(const struct folder *f, uint32_t number, int width)
{
    struct track_init init = folder_init(1, TRACK_VIDEO, number, width);
    char name[64];
    snprintf(name, sizeof name, "720p.init-%u.mp4", number);
    append_to(f, name, init.bytes->data, init.bytes->size);
    bytes_unref(init.bytes);
}

void write_record(const struct folder *f, const struct index_record *r)
{
    uint8_t bytes[INDEX_RECORD_BYTES];
    index_encode(r, bytes);
    append_to(f, "720p.idx", bytes, sizeof bytes);
}

struct index_record record_of(const struct fragment *m, uint64_t offset)
{
    return (struct index_record){
        .kind = INDEX_FRAGMENT,
        .track = m->track,
        .flags = m->flags,
        .init = m->init,
        .seq = m->seq,
        .dts = m->dts,
        .cts = m->cts,
        .duration = m->duration,
        .timescale = m->timescale,
        .size = (uint32_t)m->bytes->size,
        .offset = offset,
        .capture_utc_us = m->capture_utc_us,
    };
}

/* Pictures number from..to-1 of 40 ms, with a keyframe every 50. */
void write_pictures(const struct folder *f, uint32_t init, uint64_t from, uint64_t to)
{
    for (uint64_t i = from; i < to; i++) {
        struct fragment m = folder_fragment(1, TRACK_VIDEO, init, i, (int64_t)i * 40, 300 + i % 11);
        struct index_record r = record_of(&m, (uint64_t)size_of(f, "720p.m4s"));
        append_to(f, "720p.m4s", m.bytes->data, m.bytes->size);
        write_record(f, &r);
        bytes_unref(m.bytes);
    }
}

void write_gap(const struct folder *f, int64_t from_us, int64_t to_us)
{
    struct index_record r = {
        .kind = INDEX_GAP, .track = 1, .cause = GAP_WORKER, .from_us = from_us, .to_us = to_us};
    write_record(f, &r);
}

void write_all(const struct folder *f)
{
    write_list(f);
    write_init(f, 1, 1280);
    write_pictures(f, 1, 0, 175);
}
