#include "recorder_private.h"

#include "base/clock.h"

#include <errno.h>
#include <stdio.h>

#define SECOND_US 1000000
/* After a write that failed, the next one is tried so much later. */
#define RETRY_US (5LL * SECOND_US)
/* So much more than the reserve must be free before recording goes on, so that it does not go on
 * and off: a sixteenth of the reserve, at most this. */
#define RESUME_MAX_BYTES (64LL << 20)
/* A gap of all tracks is told once: gaps that begin so close to each other are one. */
#define SAME_GAP_US (2LL * SECOND_US)

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

bool recording_is(const struct recorder *r, enum recorder_state state)
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

void recording_update_figures(struct recorder *r)
{
    int64_t bytes = 0;
    for (int i = 0; i < r->track_count; i++)
        bytes += (int64_t)r->tracks[i].data_bytes;
    atomic_store(&r->recorded_bytes, bytes);
    atomic_store(&r->recorded_until_us, recorded_until(r));
}

void recording_measure_room(struct recorder *r)
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

bool recording_has_room(const struct recorder *r, int64_t more)
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

void recording_switch_on(struct recorder *r)
{
    if (r->wanted)
        return;
    r->wanted = true;
    recording_measure_room(r);
    if (recording_has_room(r, 0))
        begin(r);
    else
        suspend(r, GAP_DISK_FULL);
}

void recording_sync(struct recorder *r)
{
    for (int i = 0; i < r->track_count; i++) {
        int e = recorder_track_sync(&r->tracks[i]);
        if (e < 0 && recording_is(r, RECORDER_ON))
            fail(r, e);
    }
}

void recording_switch_off(struct recorder *r)
{
    if (!r->wanted)
        return;
    r->wanted = false;
    for (int i = 0; i < r->track_count; i++)
        recorder_track_mark_end(&r->tracks[i], GAP_STOPPED);
    recording_sync(r);
    set_state(r, RECORDER_OFF);
    tell(r, "recording.stopped", media_now(r), "");
}

static void resume_where_possible(struct recorder *r)
{
    int64_t more =
        r->reserve_bytes / 16 < RESUME_MAX_BYTES ? r->reserve_bytes / 16 : RESUME_MAX_BYTES;
    bool suspended = recording_is(r, RECORDER_FULL) || recording_is(r, RECORDER_FAILED);
    if (!r->wanted || !suspended || !recording_has_room(r, more) || clock_boot_us() < r->retry_us)
        return;
    r->retry_us = 0;
    begin(r);
}

/* What is done each second. */
void recording_tick(struct recorder *r)
{
    int64_t now = clock_boot_us();
    if (now < r->next_tick_us)
        return;
    r->next_tick_us = now + SECOND_US;
    recording_measure_room(r);
    for (int i = 0; i < r->track_count; i++)
        recorder_track_store(&r->tracks[i]);
    recording_sync(r);
    if (recording_is(r, RECORDER_ON) && !recording_has_room(r, 0))
        suspend(r, GAP_DISK_FULL);
    resume_where_possible(r);
    recording_update_figures(r);
}

static struct recorder_track *find_track(struct recorder *r, uint8_t id)
{
    for (int i = 0; i < r->track_count; i++) {
        if (r->tracks[i].track.id == id)
            return &r->tracks[i];
    }
    return NULL;
}

void recording_take_fragment(struct recorder *r, const struct fragment *f)
{
    struct recorder_track *t = find_track(r, f->track);
    if (!t)
        return;
    if (!recording_is(r, RECORDER_ON)) {
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

void recording_take_init(struct recorder *r, const struct track_init *init)
{
    struct recorder_track *t = find_track(r, init->track);
    if (t)
        recorder_track_init(t, init);
}
