#include "recorder_track.h"

#include "base/io.h"
#include "media/init_file.h"
#include "media/rescan.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A hole of the time line that is longer than this is a gap, whatever its cause. */
#define HOLE_US 250000

/* ---- inits ---- */

int recorder_last_init(const char *folder, const struct track *track, struct track_init *ret)
{
    uint32_t number;
    int r = init_file_newest(folder, track->name, &number);
    if (r == 0)
        r = init_file_read(folder, track->name, number, ret);
    /* One that can't be read still has its number, which must not be given again. */
    return r == -EBADMSG ? 0 : r;
}

int recorder_track_store(struct recorder_track *t)
{
    const struct track_init *init = &t->unstored;
    if (!init->bytes)
        return 0;
    char path[PATH_MAX];
    int r = init_file_path(t->folder, t->track.name, init->number, path, sizeof path);
    cleanup(bytes_unref_p) struct bytes *there = NULL;
    if (r == 0 && io_read_file(path, INIT_FILE_MAX_BYTES, &there) == 0 && there->size > 0) {
        bool same = there->size == init->bytes->size &&
                    memcmp(there->data, init->bytes->data, there->size) == 0;
        if (!same)
            t->refused_init = init->number; /* what is recorded needs the one that is there */
    } else if (r == 0) {
        r = io_replace_file(path, init->bytes->data, init->bytes->size, 0644);
    }
    if (r < 0)
        return r;
    if (init->number > t->stored_init)
        t->stored_init = init->number;
    bytes_unref(init->bytes);
    t->unstored = (struct track_init){0};
    return 0;
}

void recorder_track_init(struct recorder_track *t, const struct track_init *init)
{
    bytes_unref(t->unstored.bytes); /* nothing was recorded with it */
    t->unstored = *init;
    bytes_ref(init->bytes);
    recorder_track_store(t);
}

/* ---- mending ---- */

static int read_record(const struct recorder_track *t, uint64_t at, struct index_record *ret)
{
    uint8_t bytes[INDEX_RECORD_BYTES];
    if (pread(t->index_fd, bytes, sizeof bytes, (off_t)at) != sizeof bytes)
        return -EBADMSG;
    return index_decode(bytes, ret);
}

/* Finds the last fragment that is whole in both files, and how much of the index is to be kept:
 * the marks of gaps behind it too. */
static void find_end(struct recorder_track *t, uint64_t index_size, uint64_t data_size)
{
    uint64_t at = index_size / INDEX_RECORD_BYTES * INDEX_RECORD_BYTES;
    uint64_t keep = 0;
    struct index_record r;
    for (uint64_t from = at; from >= INDEX_RECORD_BYTES; from -= INDEX_RECORD_BYTES) {
        if (read_record(t, from - INDEX_RECORD_BYTES, &r) == 0 && r.kind == INDEX_FRAGMENT &&
            rescan_holds(t->data_fd, data_size, &r)) {
            t->any = true;
            t->last = r;
            keep = from;
            break;
        }
    }
    t->pending = t->any ? GAP_WORKER : 0;
    for (; keep < at && t->any; keep += INDEX_RECORD_BYTES) {
        int e = read_record(t, keep, &r);
        if (e == -EBADMSG || (e == 0 && r.kind == INDEX_FRAGMENT))
            break;
        if (e == 0 && r.to_us == r.from_us)
            t->pending = r.cause;
    }
    t->index_bytes = keep;
    t->data_bytes = t->any ? t->last.offset + t->last.size : 0;
}

/* Writes records for whole fragments that have none: the index was lost, or its last second was. */
static int give_records(struct recorder_track *t, uint64_t data_size)
{
    struct rescan scan = {.fd = t->data_fd, .offset = t->data_bytes, .end = data_size};
    scan.before = t->last;
    if (!t->any)
        rescan_begin(t->folder, &t->track, &scan.before);
    struct index_record r;
    int e;
    while ((e = rescan_next(&scan, &r)) > 0) {
        uint8_t bytes[INDEX_RECORD_BYTES];
        index_encode(&r, bytes);
        e = io_write_all(t->index_fd, bytes, sizeof bytes);
        if (e < 0)
            return e;
        t->any = true;
        t->last = r;
        t->pending = GAP_WORKER;
        t->index_bytes += sizeof bytes;
        t->data_bytes = r.offset + r.size;
        t->dirty = true;
    }
    return e;
}

static int cut(struct recorder_track *t)
{
    if (ftruncate(t->data_fd, (off_t)t->data_bytes) < 0 ||
        ftruncate(t->index_fd, (off_t)t->index_bytes) < 0)
        return -errno;
    t->torn = false;
    return 0;
}

static int mend(struct recorder_track *t)
{
    struct stat data, index;
    if (fstat(t->data_fd, &data) < 0 || fstat(t->index_fd, &index) < 0)
        return -errno;
    find_end(t, (uint64_t)index.st_size, (uint64_t)data.st_size);
    if (ftruncate(t->index_fd, (off_t)t->index_bytes) < 0)
        return -errno;
    int r = give_records(t, (uint64_t)data.st_size);
    return r == 0 ? cut(t) : r;
}

static int open_file(const struct recorder_track *t, const char *suffix)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s%s", t->folder, t->track.name, suffix) >=
        (int)sizeof path)
        return -ENAMETOOLONG;
    int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    return fd < 0 ? -errno : fd;
}

int recorder_track_open(struct recorder_track *t, const struct track *track, const char *folder,
                        const struct recorder_io *io)
{
    *t = (struct recorder_track){.track = *track, .folder = folder, .io = io};
    t->index_fd = -1;
    t->waits_for_sync = true;
    t->data_fd = open_file(t, ".m4s");
    if (t->data_fd >= 0)
        t->index_fd = open_file(t, ".idx");
    int r = t->data_fd < 0 ? t->data_fd : t->index_fd < 0 ? t->index_fd : mend(t);
    if (r == 0) {
        r = init_file_newest(folder, track->name, &t->stored_init);
        r = r == -ENOENT ? 0 : r;
    }
    if (r < 0)
        recorder_track_close(t);
    return r;
}

void recorder_track_close(struct recorder_track *t)
{
    if (t->data_fd >= 0)
        close(t->data_fd);
    if (t->index_fd >= 0)
        close(t->index_fd);
    t->data_fd = t->index_fd = -1;
    bytes_unref(t->unstored.bytes);
    t->unstored.bytes = NULL;
}

/* ---- writing ---- */

static int write_all(struct recorder_track *t, int fd, const void *data, size_t size)
{
    const uint8_t *at = data;
    while (size) {
        ssize_t n = t->io->write(t->io->ctx, fd, at, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -EIO;
        at += n;
        size -= (size_t)n;
    }
    t->dirty = true;
    return 0;
}

static int write_record(struct recorder_track *t, const struct index_record *r)
{
    uint8_t bytes[INDEX_RECORD_BYTES];
    index_encode(r, bytes);
    return write_all(t, t->index_fd, bytes, sizeof bytes);
}

/* Undoes a write that failed. */
static int back_out(struct recorder_track *t, int error)
{
    t->torn = true;
    cut(t);
    return error;
}

void recorder_track_miss(struct recorder_track *t, enum gap_cause cause)
{
    if (t->any && !t->pending)
        t->pending = cause;
    t->waits_for_sync = true;
}

/* Why the fragment can't be recorded; 0: it can. */
static enum gap_cause refusal(const struct recorder_track *t, const struct fragment *f)
{
    if (f->init > t->stored_init || f->init == t->refused_init || f->bytes->size == 0)
        return GAP_DISK_ERROR;
    bool back =
        t->any && ticks_to_us(f->dts, f->timescale) <= ticks_to_us(t->last.dts, t->last.timescale);
    return back ? GAP_CLOCK : 0;
}

/* Whether it is the fragment's turn: those that the queue dropped show in the sequence. */
static enum append_outcome examine(struct recorder_track *t, const struct fragment *f,
                                   enum gap_cause *ret_cause)
{
    if (t->next_seq && f->seq != t->next_seq)
        recorder_track_miss(t, GAP_QUEUE_FULL);
    t->next_seq = f->seq + 1;
    enum gap_cause cause = refusal(t, f);
    if (cause) {
        recorder_track_miss(t, cause);
        *ret_cause = cause;
        return APPEND_REFUSED;
    }
    return t->waits_for_sync && !(f->flags & FRAGMENT_SYNC) ? APPEND_WAITS : APPEND_DONE;
}

/* Fills in the gap before a fragment. Returns whether there is one. */
static bool gap_before(const struct recorder_track *t, const struct fragment *f,
                       struct index_record *ret)
{
    if (!t->any)
        return false;
    int64_t from = ticks_to_us(t->last.dts + t->last.duration, t->last.timescale);
    int64_t to = ticks_to_us(f->dts, f->timescale);
    bool hole = to - from > HOLE_US;
    if (!hole && !(t->pending && to > from))
        return false;
    *ret = (struct index_record){
        .kind = INDEX_GAP,
        .track = t->track.id,
        .cause = t->pending ? t->pending : GAP_SOURCE,
        .from_us = from,
        .to_us = to,
    };
    return true;
}

static struct index_record record_of(const struct recorder_track *t, const struct fragment *f)
{
    return (struct index_record){
        .kind = INDEX_FRAGMENT,
        .track = f->track,
        .flags = f->flags | (t->pending ? FRAGMENT_DISCONTINUITY : 0),
        .init = f->init,
        .seq = f->seq,
        .dts = f->dts,
        .cts = f->cts,
        .duration = f->duration,
        .timescale = f->timescale,
        .size = (uint32_t)f->bytes->size,
        .offset = t->data_bytes,
        .capture_utc_us = f->capture_utc_us,
    };
}

int recorder_track_append(struct recorder_track *t, const struct fragment *f,
                          struct index_record *ret_gap)
{
    enum append_outcome outcome = examine(t, f, &ret_gap->cause);
    if (outcome != APPEND_DONE)
        return outcome;
    int r = t->torn ? cut(t) : 0;
    if (r < 0)
        return r;
    struct index_record gap, record = record_of(t, f);
    bool after_gap = gap_before(t, f, &gap);
    r = write_all(t, t->data_fd, f->bytes->data, f->bytes->size);
    if (r == 0 && after_gap)
        r = write_record(t, &gap);
    if (r == 0)
        r = write_record(t, &record);
    if (r < 0)
        return back_out(t, r);
    t->data_bytes += f->bytes->size;
    t->index_bytes += (after_gap ? 2 : 1) * INDEX_RECORD_BYTES;
    t->any = true;
    t->last = record;
    t->pending = 0;
    t->waits_for_sync = false;
    if (after_gap)
        *ret_gap = gap;
    return after_gap ? APPEND_AFTER_GAP : APPEND_DONE;
}

int recorder_track_mark_end(struct recorder_track *t, enum gap_cause cause)
{
    bool marked = t->pending;
    recorder_track_miss(t, cause);
    if (!t->any || marked)
        return 0;
    int r = t->torn ? cut(t) : 0;
    if (r < 0)
        return r;
    int64_t end = ticks_to_us(t->last.dts + t->last.duration, t->last.timescale);
    struct index_record mark = {
        .kind = INDEX_GAP, .track = t->track.id, .cause = cause, .from_us = end, .to_us = end};
    r = write_record(t, &mark);
    if (r < 0)
        return back_out(t, r);
    t->index_bytes += INDEX_RECORD_BYTES;
    return 0;
}

int recorder_track_sync(struct recorder_track *t)
{
    if (!t->dirty)
        return 0;
    if (t->io->sync(t->io->ctx, t->data_fd) < 0 || t->io->sync(t->io->ctx, t->index_fd) < 0)
        return -errno;
    t->dirty = false;
    return 0;
}
