#include "recorder.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/mailbox.h"
#include "recorder_track.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/statvfs.h>

#define SECOND_US 1000000
/* After a write that failed, the next one is tried so much later. */
#define RETRY_US (5LL * SECOND_US)
/* So much more than the reserve must be free before recording goes on, so that it does not go on
 * and off: a sixteenth of the reserve, at most this. */
#define RESUME_MAX_BYTES (64LL << 20)
/* Places in the mailbox for what is not a fragment. */
#define OTHER_LETTERS 256
/* A gap of all tracks is told once: gaps that begin so close to each other are one. */
#define SAME_GAP_US (2LL * SECOND_US)

struct recorder {
    char *folder;
    int lock_fd, wake_fd;
    struct recorder_io io;
    const struct recorder_ops *ops;
    void *ctx;
    int64_t epoch_boot_us, reserve_bytes;
    size_t max_count, max_bytes;
    pthread_t thread;
    struct mailbox *mailbox;
    atomic_bool ending;

    /* what is queued, and what the status says */
    atomic_size_t queued_count, queued_bytes;
    atomic_int state;     /* enum recorder_state */
    atomic_uint refusing; /* a bit a track: what comes can't be recorded, whatever the disk says */
    atomic_llong recorded_bytes, recorded_until_us, free_bytes, dropped;

    /* the thread's own */
    int track_count;
    struct recorder_track tracks[TRACK_MAX];
    bool record; /* switch it on at the start */
    bool wanted; /* it is switched on */
    int64_t next_tick_us;
    int64_t retry_us; /* boot clock; 0: nothing failed */
    bool told_gap;
    enum gap_cause told_cause;
    int64_t told_from_us;
};

/* ---- notices ---- */

static void tell(struct recorder *r, const char *type, int64_t media_time_us, const char *detail)
{
    struct link_notice n = {.media_time_us = media_time_us, .utc_us = clock_utc_us()};
    snprintf(n.type, sizeof n.type, "%s", type);
    snprintf(n.detail, sizeof n.detail, "%s", detail);
    r->ops->notice(r->ctx, &n);
}

static int64_t media_now(const struct recorder *r)
{
    return clock_boot_us() - r->epoch_boot_us;
}

static void tell_gap(struct recorder *r, enum gap_cause cause, int64_t from_us)
{
    int64_t apart = from_us - r->told_from_us;
    if (r->told_gap && cause == r->told_cause && apart < SAME_GAP_US && apart > -SAME_GAP_US)
        return;
    r->told_gap = true;
    r->told_cause = cause;
    r->told_from_us = from_us;
    tell(r, "recording.gap", from_us, gap_cause_name(cause));
}

/* ---- states: all on the thread ---- */

static void set_state(struct recorder *r, enum recorder_state state)
{
    atomic_store(&r->state, state);
}

static bool is_state(const struct recorder *r, enum recorder_state state)
{
    return atomic_load(&r->state) == (int)state;
}

static int64_t recorded_until(const struct recorder *r)
{
    int64_t until = 0;
    for (int i = 0; i < r->track_count; i++) {
        const struct recorder_track *t = &r->tracks[i];
        int64_t end = t->any ? index_end_us(&t->last) : 0;
        until = end > until ? end : until;
    }
    return until;
}

static void update_figures(struct recorder *r)
{
    int64_t bytes = 0;
    for (int i = 0; i < r->track_count; i++)
        bytes += (int64_t)r->tracks[i].data_bytes;
    atomic_store(&r->recorded_bytes, bytes);
    atomic_store(&r->recorded_until_us, recorded_until(r));
}

static void measure_room(struct recorder *r)
{
    int64_t n = r->io.free_bytes(r->io.ctx, r->folder);
    atomic_store(&r->free_bytes, n < 0 ? 0 : n);
}

/* Nothing more is written from here on, for this cause. */
static void suspend(struct recorder *r, enum gap_cause cause)
{
    for (int i = 0; i < r->track_count; i++)
        recorder_track_mark_end(&r->tracks[i], cause); /* where that fails, we still know */
    set_state(r, cause == GAP_DISK_FULL ? RECORDER_FULL : RECORDER_FAILED);
    tell_gap(r, cause, media_now(r));
}

static void fail(struct recorder *r, int error)
{
    r->retry_us = clock_boot_us() + RETRY_US;
    suspend(r, error == -ENOSPC || error == -EDQUOT || error == -EFBIG ? GAP_DISK_FULL
                                                                       : GAP_DISK_ERROR);
}

static bool has_room(const struct recorder *r, int64_t more)
{
    return atomic_load(&r->free_bytes) >= r->reserve_bytes + more;
}

static void begin(struct recorder *r)
{
    for (int i = 0; i < r->track_count; i++)
        r->tracks[i].waits_for_sync = true;
    r->told_gap = false;
    set_state(r, RECORDER_ON);
    tell(r, "recording.started", media_now(r), "");
}

static void switch_on(struct recorder *r)
{
    if (r->wanted)
        return;
    r->wanted = true;
    measure_room(r);
    if (has_room(r, 0))
        begin(r);
    else
        suspend(r, GAP_DISK_FULL);
}

static void sync_all(struct recorder *r)
{
    for (int i = 0; i < r->track_count; i++) {
        int e = recorder_track_sync(&r->tracks[i]);
        if (e < 0 && is_state(r, RECORDER_ON))
            fail(r, e);
    }
}

static void switch_off(struct recorder *r)
{
    if (!r->wanted)
        return;
    r->wanted = false;
    for (int i = 0; i < r->track_count; i++)
        recorder_track_mark_end(&r->tracks[i], GAP_STOPPED);
    sync_all(r);
    set_state(r, RECORDER_OFF);
    tell(r, "recording.stopped", media_now(r), "");
}

static void resume_where_possible(struct recorder *r)
{
    int64_t more =
        r->reserve_bytes / 16 < RESUME_MAX_BYTES ? r->reserve_bytes / 16 : RESUME_MAX_BYTES;
    bool suspended = is_state(r, RECORDER_FULL) || is_state(r, RECORDER_FAILED);
    if (!r->wanted || !suspended || !has_room(r, more) || clock_boot_us() < r->retry_us)
        return;
    r->retry_us = 0;
    begin(r);
}

/* What is done each second. */
static void tick_when_due(struct recorder *r)
{
    int64_t now = clock_boot_us();
    if (now < r->next_tick_us)
        return;
    r->next_tick_us = now + SECOND_US;
    measure_room(r);
    for (int i = 0; i < r->track_count; i++)
        recorder_track_store(&r->tracks[i]);
    sync_all(r);
    if (is_state(r, RECORDER_ON) && !has_room(r, 0))
        suspend(r, GAP_DISK_FULL);
    resume_where_possible(r);
    update_figures(r);
}

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

static struct recorder_track *find_track(struct recorder *r, uint8_t id)
{
    for (int i = 0; i < r->track_count; i++) {
        if (r->tracks[i].track.id == id)
            return &r->tracks[i];
    }
    return NULL;
}

static void take_fragment(struct recorder *r, const struct fragment *f)
{
    struct recorder_track *t = find_track(r, f->track);
    if (!t)
        return;
    if (!is_state(r, RECORDER_ON)) {
        t->next_seq = f->seq + 1;
        return;
    }
    struct index_record gap;
    unsigned bit = 1u << f->track, before = atomic_load(&r->refusing);
    int outcome = recorder_track_append(t, f, &gap);
    if (outcome == APPEND_REFUSED)
        atomic_fetch_or(&r->refusing, bit);
    else
        atomic_fetch_and(&r->refusing, ~bit);
    if (outcome < 0)
        fail(r, outcome);
    else if (outcome == APPEND_AFTER_GAP)
        tell_gap(r, gap.cause, gap.from_us);
    else if (outcome == APPEND_REFUSED && !(before & bit))
        tell_gap(r, gap.cause, recorded_until(r));
}

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
    struct recorder_track *t;
    switch (m->kind) {
    case LETTER_INIT:
        t = find_track(r, m->init.track);
        if (t)
            recorder_track_init(t, &m->init);
        break;
    case LETTER_FRAGMENT:
        take_fragment(r, &m->fragment);
        break;
    case LETTER_ON:
        switch_on(r);
        break;
    case LETTER_OFF:
        switch_off(r);
        break;
    }
    discard_posted(letter);
    tick_when_due(r); /* also while a slow disk lets the queue grow */
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
    if (is_state(r, RECORDER_FULL) || (is_state(r, RECORDER_OFF) && !has_room(r, 0)))
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
    tick_when_due(r);
    if (r->record)
        switch_on(r);
    while (!atomic_load(&r->ending)) {
        struct pollfd p = {.fd = r->wake_fd, .events = POLLIN};
        int64_t wait_ms = (r->next_tick_us - clock_boot_us()) / 1000 + 1;
        poll(&p, 1, wait_ms < 0 ? 0 : wait_ms > 1000 ? 1000 : (int)wait_ms);
        uint64_t ignored;
        if ((p.revents & POLLIN) && read(r->wake_fd, &ignored, sizeof ignored) > 0)
            mailbox_open_all(r->mailbox, r);
        tick_when_due(r);
    }
    mailbox_open_all(r->mailbox, r);
    switch_off(r);
    sync_all(r);
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
    set_state(r, RECORDER_OFF);
    int e = open_all(r, config);
    if (e == 0) {
        measure_room(r);
        update_figures(r);
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
