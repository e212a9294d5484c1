#include "recorder.h"

#include "base/clock.h"
#include "base/io.h"
#include "recorder_private.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/statvfs.h>

/* Places in the mailbox for what is not a fragment. */
#define OTHER_LETTERS 256

/* ---- letters ---- */

enum letter_kind { LETTER_INIT = 1, LETTER_FRAGMENT, LETTER_ON, LETTER_OFF };

struct posted {
    struct letter letter;
    enum letter_kind kind;
    struct recorder *recorder;
    union {
        struct track_init init;
        struct fragment fragment;
    };
};

static void discard_posted(struct letter *letter)
{
    struct posted *m = (struct posted *)letter;
    if (m->kind == LETTER_FRAGMENT) {
        atomic_fetch_sub(&m->recorder->queued_count, 1);
        atomic_fetch_sub(&m->recorder->queued_bytes, m->fragment.bytes->size);
        bytes_unref(m->fragment.bytes);
    } else if (m->kind == LETTER_INIT) {
        bytes_unref(m->init.bytes);
    }
    free(m);
}

static void open_posted(struct letter *letter, void *owner)
{
    struct recorder *r = owner;
    struct posted *m = (struct posted *)letter;
    switch (m->kind) {
    case LETTER_INIT:
        recording_take_init(r, &m->init);
        break;
    case LETTER_FRAGMENT:
        recording_take_fragment(r, &m->fragment);
        break;
    case LETTER_ON:
        recording_switch_on(r);
        break;
    case LETTER_OFF:
        recording_switch_off(r);
        break;
    }
    discard_posted(letter);
    recording_tick(r); /* also while a slow disk lets the queue grow */
}

static struct posted *new_posted(struct recorder *r, enum letter_kind kind)
{
    struct posted *m = malloc(sizeof *m);
    if (!m)
        return NULL;
    m->letter = (struct letter){.open = open_posted, .discard = discard_posted};
    m->kind = kind;
    m->recorder = r;
    return m;
}

static void post(struct recorder *r, struct posted *m)
{
    if (m && mailbox_post(r->mailbox, &m->letter) < 0)
        discard_posted(&m->letter);
}

void recorder_add_init(struct recorder *r, const struct track_init *init)
{
    struct posted *m = new_posted(r, LETTER_INIT);
    if (!m)
        return;
    m->init = *init;
    bytes_ref(init->bytes);
    post(r, m);
}

/* Beyond the cap the fragment is dropped; the thread sees the gap by its sequence. */
void recorder_add_fragment(struct recorder *r, const struct fragment *fragment)
{
    size_t size = fragment->bytes->size;
    bool full = atomic_load(&r->queued_count) >= r->max_count ||
                atomic_load(&r->queued_bytes) + size > r->max_bytes;
    struct posted *m = full ? NULL : new_posted(r, LETTER_FRAGMENT);
    if (!m) {
        atomic_fetch_add(&r->dropped, 1);
        return;
    }
    m->fragment = *fragment;
    bytes_ref(fragment->bytes);
    atomic_fetch_add(&r->queued_count, 1);
    atomic_fetch_add(&r->queued_bytes, size);
    post(r, m);
}

int recorder_start(struct recorder *r)
{
    if (recording_is(r, RECORDER_FULL) ||
        (recording_is(r, RECORDER_OFF) && !recording_has_room(r, 0)))
        return -ENOSPC;
    struct posted *m = new_posted(r, LETTER_ON);
    if (!m)
        return -ENOMEM;
    post(r, m);
    return 0;
}

void recorder_stop(struct recorder *r)
{
    post(r, new_posted(r, LETTER_OFF));
}

void recorder_get_status(struct recorder *r, struct link_status *ret)
{
    ret->recorder = (enum recorder_state)atomic_load(&r->state);
    if (ret->recorder == RECORDER_ON && atomic_load(&r->refusing))
        ret->recorder = RECORDER_FAILED;
    ret->recorded_bytes = atomic_load(&r->recorded_bytes);
    ret->recorded_until_us = atomic_load(&r->recorded_until_us);
    ret->disk_free_bytes = atomic_load(&r->free_bytes);
    ret->dropped = atomic_load(&r->dropped);
}

/* ---- the thread ---- */

static void wake(void *ctx)
{
    struct recorder *r = ctx;
    uint64_t one = 1;
    if (write(r->wake_fd, &one, sizeof one) < 0)
        return; /* it is awake already */
}

static void *run(void *ctx)
{
    struct recorder *r = ctx;
    recording_tick(r);
    if (r->record)
        recording_switch_on(r);
    while (!atomic_load(&r->ending)) {
        struct pollfd p = {.fd = r->wake_fd, .events = POLLIN};
        int64_t wait_ms = (r->next_tick_us - clock_boot_us()) / 1000 + 1;
        poll(&p, 1, wait_ms < 0 ? 0 : wait_ms > 1000 ? 1000 : (int)wait_ms);
        uint64_t ignored;
        if ((p.revents & POLLIN) && read(r->wake_fd, &ignored, sizeof ignored) > 0)
            mailbox_open_all(r->mailbox, r);
        recording_tick(r);
    }
    mailbox_open_all(r->mailbox, r);
    recording_switch_off(r);
    recording_sync(r);
    return NULL;
}

/* ---- create and destroy ---- */

static ssize_t system_write(void *ctx, int fd, const void *data, size_t size)
{
    return write(fd, data, size);
}

static int system_sync(void *ctx, int fd)
{
    return fdatasync(fd);
}

static int64_t system_free_bytes(void *ctx, const char *folder)
{
    struct statvfs s;
    if (statvfs(folder, &s) < 0)
        return -errno;
    return (int64_t)(s.f_bavail * s.f_frsize);
}

static const struct recorder_io system_io = {
    .write = system_write, .sync = system_sync, .free_bytes = system_free_bytes};

static bool names_track(const struct link_tracks *tracks, const struct track *other)
{
    for (int i = 0; i < tracks->count; i++) {
        if (tracks->tracks[i].id == other->id || strcmp(tracks->tracks[i].name, other->name) == 0)
            return true;
    }
    return false;
}

/* Writes tracks.json: the body of the link's own message. Tracks of an earlier worker that this one
 * does not have stay listed. */
static int write_tracks(struct recorder *r, const struct link_tracks *tracks)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/tracks.json", r->folder) >= (int)sizeof path)
        return -ENAMETOOLONG;
    struct link_tracks all = *tracks, before;
    cleanup(bytes_unref_p) struct bytes *there = NULL;
    if (io_read_file(path, LINK_MAX_JSON_BYTES, &there) == 0) {
        struct link_frame frame = {.type = LINK_TRACKS, .body = there->data, .size = there->size};
        if (link_read_tracks(&frame, &before) < 0)
            before.count = 0;
        for (int i = 0; i < before.count && all.count < TRACK_MAX; i++) {
            if (!names_track(&all, &before.tracks[i]))
                all.tracks[all.count++] = before.tracks[i];
        }
    }
    cleanup_buf struct buf out;
    buf_init(&out, LINK_MAX_JSON_BYTES);
    int e = link_add_tracks(&out, &all);
    if (e < 0)
        return e;
    size_t size = out.size - LINK_FRAME_HEADER_BYTES;
    const uint8_t *body = out.data + LINK_FRAME_HEADER_BYTES;
    if (there && there->size == size && memcmp(there->data, body, size) == 0)
        return 0; /* also when the disk is full */
    return io_replace_file(path, body, size, 0644);
}

static int open_all(struct recorder *r, const struct recorder_config *config)
{
    char path[PATH_MAX];
    r->folder = strdup(config->folder);
    if (!r->folder)
        return -ENOMEM;
    if (snprintf(path, sizeof path, "%s/recorder.lock", r->folder) >= (int)sizeof path)
        return -ENAMETOOLONG;
    int e = io_make_folders(r->folder, 0755);
    if (e < 0)
        return e;
    r->lock_fd = io_lock_file(path);
    if (r->lock_fd < 0)
        return r->lock_fd;
    r->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (r->wake_fd < 0)
        return -errno;
    e = write_tracks(r, &config->tracks);
    for (int i = 0; e == 0 && i < config->tracks.count; i++) {
        e = recorder_track_open(&r->tracks[i], &config->tracks.tracks[i], r->folder, &r->io);
        r->track_count += e == 0;
    }
    return e == 0 ? mailbox_create(r->max_count + OTHER_LETTERS, wake, r, &r->mailbox) : e;
}

static void finish(struct recorder *r)
{
    mailbox_destroy(r->mailbox);
    for (int i = 0; i < r->track_count; i++)
        recorder_track_close(&r->tracks[i]);
    if (r->wake_fd >= 0)
        close(r->wake_fd);
    if (r->lock_fd >= 0)
        close(r->lock_fd);
    free(r->folder);
    free(r);
}

int recorder_create(const struct recorder_config *config, const struct recorder_ops *ops, void *ctx,
                    struct recorder **ret)
{
    struct recorder *r = calloc(1, sizeof *r);
    if (!r)
        return -ENOMEM;
    r->lock_fd = r->wake_fd = -1;
    r->ops = ops;
    r->ctx = ctx;
    r->io = config->io ? *config->io : system_io;
    r->epoch_boot_us = config->epoch_boot_us;
    r->reserve_bytes = config->reserve_bytes;
    r->max_count = config->queue_max_count ? config->queue_max_count : 2048;
    r->max_bytes = config->queue_max_bytes ? config->queue_max_bytes : 64u << 20;
    r->record = config->record;
    atomic_store(&r->state, RECORDER_OFF);
    int e = open_all(r, config);
    if (e == 0) {
        recording_measure_room(r);
        recording_update_figures(r);
        e = -pthread_create(&r->thread, NULL, run, r);
    }
    if (e < 0) {
        finish(r);
        return e;
    }
    *ret = r;
    return 0;
}

void recorder_destroy(struct recorder *r)
{
    if (!r)
        return;
    atomic_store(&r->ending, true);
    wake(r);
    pthread_join(r->thread, NULL);
    finish(r);
}
