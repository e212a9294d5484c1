#include "archive/fsck.h"

#include "archive/leftover.h"
#include "archive/recording.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/io.h"
#include "media/init_file.h"
#include "media/rescan.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Gaps that lie between two fragments: there is one, rarely two. */
#define PENDING_MAX 8
/* A gap's end and its fragment's begin may differ by rounding. */
#define ROUNDING_US 1000

struct job {
    const char *folder;
    const struct track *track;
    int index_fd, fresh_fd; /* -1: there is none; only looked at */
    struct rescan scan;     /* the data, and how far it is accounted for */
    uint64_t data_size;
    struct index_record gaps[PENDING_MAX];
    int gap_count;
    uint32_t init_known; /* the newest that was found to be there */
    struct fsck_found found;
};

bool fsck_is_wrong(const struct fsck_found *f)
{
    return f->rebuilt || f->bad || f->lost || f->torn || f->half || f->strange || f->init_from;
}

static int path_of(const struct job *j, const char *suffix, char ret[PATH_MAX])
{
    int n = snprintf(ret, PATH_MAX, "%s/%s%s", j->folder, j->track->name, suffix);
    return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* Returns a descriptor or a negative errno. */
static int open_file(const struct job *j, const char *suffix, int flags)
{
    char path[PATH_MAX];
    struct stat st;
    int r = path_of(j, suffix, path);
    if (r < 0)
        return r;
    cleanup_close int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
    if (fd < 0 || fstat(fd, &st) < 0)
        return -errno;
    return S_ISREG(st.st_mode) ? take_fd(fd) : -EBADMSG;
}

static int put(struct job *j, const uint8_t bytes[INDEX_RECORD_BYTES])
{
    return j->fresh_fd < 0 ? 0 : io_write_all(j->fresh_fd, bytes, INDEX_RECORD_BYTES);
}

static int put_record(struct job *j, const struct index_record *r)
{
    uint8_t bytes[INDEX_RECORD_BYTES];
    index_encode(r, bytes);
    return put(j, bytes);
}

/* Those that end before that media time. */
static int put_gaps(struct job *j, int64_t until_us)
{
    int kept = 0, r = 0;
    for (int i = 0; i < j->gap_count; i++) {
        if (r == 0 && j->gaps[i].to_us <= until_us)
            r = put_record(j, &j->gaps[i]);
        else
            j->gaps[kept++] = j->gaps[i];
    }
    j->gap_count = kept;
    return r;
}

static void look_for_init(struct job *j, uint32_t number)
{
    struct track_init init = {0};
    if (number <= j->init_known || j->found.init_from)
        return;
    if (init_file_read(j->folder, j->track->name, number, &init) == 0)
        j->init_known = number;
    else
        j->found.init_from = number;
    bytes_unref(init.bytes);
}

static int put_fragment(struct job *j, const struct index_record *r)
{
    struct fragment f = index_fragment(r);
    look_for_init(j, r->init);
    int e = put_gaps(j, fragment_time_us(&f) + ROUNDING_US);
    return e < 0 ? e : put_record(j, r);
}

/* Records for the whole fragments up to that place in the data. */
static int fill_up_to(struct job *j, uint64_t offset)
{
    struct index_record r;
    int e;
    j->scan.end = offset;
    while ((e = rescan_next(&j->scan, &r)) > 0) {
        j->found.rebuilt++;
        e = put_fragment(j, &r);
        if (e < 0)
            return e;
    }
    return e;
}

static int take_fragment(struct job *j, const struct index_record *r)
{
    if (r->offset < j->scan.offset) {
        j->found.bad++;
        return 0;
    }
    if (!rescan_holds(j->scan.fd, j->data_size, r)) {
        j->found.lost++;
        return 0;
    }
    int e = fill_up_to(j, r->offset);
    if (e < 0)
        return e;
    j->found.strange += r->offset - j->scan.offset;
    j->scan.offset = r->offset + r->size;
    j->scan.before = *r;
    j->found.kept++;
    return put_fragment(j, r);
}

static int take_gap(struct job *j, const struct index_record *r)
{
    int e = j->gap_count == PENDING_MAX ? put_gaps(j, INT64_MAX) : 0;
    j->gaps[j->gap_count++] = *r;
    j->found.kept++;
    return e;
}

static int take(struct job *j, const uint8_t bytes[INDEX_RECORD_BYTES])
{
    struct index_record r;
    int e = index_decode(bytes, &r);
    if (e == -EPROTONOSUPPORT) { /* a later version's: whole, and not ours to judge */
        j->found.kept++;
        return put(j, bytes);
    }
    if (e < 0) {
        j->found.bad++;
        return 0;
    }
    return r.kind == INDEX_GAP ? take_gap(j, &r) : take_fragment(j, &r);
}

static int read_index(struct job *j)
{
    uint8_t bytes[INDEX_RECORD_BYTES];
    for (uint64_t at = 0; j->index_fd >= 0; at += sizeof bytes) {
        ssize_t n = file_read(j->index_fd, bytes, sizeof bytes, at);
        if (n < 0)
            return (int)n;
        if (n < (ssize_t)sizeof bytes) {
            j->found.torn = (uint64_t)n;
            break;
        }
        int e = take(j, bytes);
        if (e < 0)
            return e;
    }
    return 0;
}

/* Through all of the index, then what lies behind it. */
static int go_through(struct job *j)
{
    int e = read_index(j);
    if (e == 0)
        e = fill_up_to(j, j->data_size);
    if (e == 0)
        e = put_gaps(j, INT64_MAX);
    j->found.half = j->data_size - j->scan.offset;
    return e;
}

/* The old index stays beside the new one, which takes its place at once. */
static int replace_index(struct job *j)
{
    char old[PATH_MAX], fresh[PATH_MAX], kept[PATH_MAX];
    int r = path_of(j, ".idx", old);
    if (r == 0)
        r = path_of(j, ".idx.fsck", fresh);
    if (r == 0)
        r = path_of(j, ".idx.before-fsck", kept);
    if (r < 0)
        return r;
    if (fsync(j->fresh_fd) < 0 || (unlink(kept) < 0 && errno != ENOENT) ||
        (j->index_fd >= 0 && link(old, kept) < 0) || rename(fresh, old) < 0)
        return -errno;
    return 0;
}

static int mend(struct job *j)
{
    if (j->found.half &&
        (ftruncate(j->scan.fd, (off_t)j->scan.offset) < 0 || fsync(j->scan.fd) < 0))
        return -errno;
    bool index_is_wrong = j->found.rebuilt || j->found.bad || j->found.lost || j->found.torn;
    return index_is_wrong ? replace_index(j) : 0;
}

static int run(struct job *j, bool mends)
{
    struct stat st;
    j->scan.fd = open_file(j, ".m4s", mends ? O_RDWR : O_RDONLY);
    if (j->scan.fd < 0)
        return j->scan.fd;
    j->index_fd = open_file(j, ".idx", O_RDONLY);
    if (j->index_fd < 0 && j->index_fd != -ENOENT)
        return j->index_fd;
    if (fstat(j->scan.fd, &st) < 0)
        return -errno;
    j->data_size = (uint64_t)st.st_size;
    rescan_begin(j->folder, j->track, &j->scan.before);
    if (mends)
        j->fresh_fd = open_file(j, ".idx.fsck", O_WRONLY | O_CREAT | O_TRUNC);
    if (mends && j->fresh_fd < 0)
        return j->fresh_fd;
    int r = go_through(j);
    return r == 0 && mends ? mend(j) : r;
}

int fsck_track(const char *folder, const struct track *track, bool mends, struct fsck_found *ret)
{
    struct job j = {.folder = folder, .track = track, .index_fd = -1, .fresh_fd = -1};
    char fresh[PATH_MAX];
    j.scan.fd = -1;
    int r = run(&j, mends);
    if (j.fresh_fd >= 0 && path_of(&j, ".idx.fsck", fresh) == 0)
        unlink(fresh); /* gone already where it took the old one's place */
    const int fds[] = {j.scan.fd, j.index_fd, j.fresh_fd};
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    if (r == 0)
        *ret = j.found;
    return r;
}

/* Held while it is looked at; a folder that never had the file is nobody's. Returns a descriptor,
 * -ENOENT or -EBUSY. */
static int hold(const char *folder)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/recorder.lock", folder) >= (int)sizeof path)
        return -ENAMETOOLONG;
    if (access(path, F_OK) < 0)
        return -ENOENT;
    int fd = io_lock_file(path);
    return fd == -EWOULDBLOCK ? -EBUSY : fd;
}

int fsck_recording(const char *folder, bool mends, const struct fsck_teller *teller)
{
    struct link_tracks list;
    cleanup_close int lock = hold(folder);
    if (lock < 0 && lock != -ENOENT)
        return lock;
    int r = leftover_each(folder, mends, teller->leftover, teller->ctx);
    if (r == 0)
        r = recording_read_list(folder, &list);
    if (r < 0)
        return r;
    for (int i = 0; i < list.count; i++) {
        struct fsck_found found = {0};
        int e = fsck_track(folder, &list.tracks[i], mends, &found);
        if (e == -ENOENT)
            continue;
        teller->track(teller->ctx, &list.tracks[i], e, &found);
        r = r == 0 ? e : r;
    }
    return r;
}
