#include "front/channel.h"

#include "base/clock.h"
#include "front/hls.h"
#include "front/viewer.h"
#include "media/playlist.h"

#include <errno.h>
#include <string.h>

struct channel *channel_find(struct net *n, const char *meeting)
{
    list_for_each (pos, &n->channels) {
        struct channel *ch = list_entry(pos, struct channel, node);
        if (strcmp(ch->info.meeting, meeting) == 0)
            return ch;
    }
    return NULL;
}

struct channel *channel_get(struct net *n, const char *meeting)
{
    struct channel *ch = channel_find(n, meeting);
    if (ch)
        return ch;
    ch = calloc(1, sizeof *ch);
    if (!ch)
        return NULL;
    ch->net = n;
    memcpy(ch->info.meeting, meeting, strlen(meeting) + 1);
    list_init(&ch->viewers);
    for (int id = 0; id <= TRACK_MAX; id++)
        list_init(&ch->tracks[id].waits);
    list_append(&n->channels, &ch->node);
    return ch;
}

static void finish_track(struct channel_track *t)
{
    ring_destroy(t->ring);
    window_destroy(t->window);
    bytes_unref(t->playlist);
    for (int i = 0; i < CHANNEL_INITS; i++) {
        bytes_unref(t->inits[i].init.bytes);
        bytes_unref(t->inits[i].message);
    }
    *t = (struct channel_track){.used = false};
    list_init(&t->waits);
}

/* Ends what only a live channel has. */
static void forget_media(struct channel *ch)
{
    for (int id = 0; id <= TRACK_MAX; id++) {
        hls_waits_end(&ch->tracks[id].waits);
        finish_track(&ch->tracks[id]);
    }
    ch->audio = 0;
    ch->current = false;
    ch->info.track_count = 0;
}

void channel_destroy(struct channel *ch)
{
    forget_media(ch);
    list_remove(&ch->node);
    free(ch);
}

void channel_release(struct channel *ch)
{
    if (!ch->live && list_empty(&ch->viewers))
        channel_destroy(ch);
}

static int open_track(struct channel *ch, const struct track *track)
{
    struct channel_track *t = &ch->tracks[track->id];
    bool same = t->used && t->track.kind == track->kind && strcmp(t->track.name, track->name) == 0;
    if (t->used && !same) {
        hls_waits_end(&t->waits);
        finish_track(t);
    }
    t->used = true;
    t->track = *track;
    if (track->kind == TRACK_AUDIO && ch->audio == 0)
        ch->audio = track->id;
    if (t->ring)
        return 0;
    int r = ring_create(CHANNEL_RING_MESSAGES, CHANNEL_RING_BYTES, CHANNEL_RING_US, &t->ring);
    if (r == 0)
        r = window_create(track->kind, ch->info.grid_us, PLAYLIST_SPAN_US + 5 * ch->info.grid_us,
                          &t->window);
    return r;
}

static bool same_tracks(const struct front_channel_info *a, const struct front_channel_info *b)
{
    bool same = a->track_count == b->track_count && a->epoch_boot_us == b->epoch_boot_us;
    for (int i = 0; i < a->track_count && same; i++)
        same = a->tracks[i].id == b->tracks[i].id && a->tracks[i].kind == b->tracks[i].kind &&
               a->tracks[i].bitrate_bps == b->tracks[i].bitrate_bps &&
               strcmp(a->tracks[i].name, b->tracks[i].name) == 0;
    return same;
}

int channel_open(struct net *n, const struct front_channel_info *info)
{
    struct channel *ch = channel_get(n, info->meeting);
    if (!ch)
        return -ENOMEM;
    if (ch->live && ch->info.grid_us != info->grid_us)
        forget_media(ch);
    bool was_live = ch->live, same = was_live && same_tracks(&ch->info, info);
    if (!ch->current)
        ch->opened_us = clock_boot_us();
    ch->live = true;
    ch->info = *info;
    ch->audio = 0;
    bool listed[TRACK_MAX + 1] = {false};
    for (int i = 0; i < info->track_count; i++) {
        int r = open_track(ch, &info->tracks[i]);
        if (r < 0)
            return r;
        listed[info->tracks[i].id] = true;
    }
    for (int id = 1; id <= TRACK_MAX; id++)
        if (ch->tracks[id].used && !listed[id]) {
            hls_waits_end(&ch->tracks[id].waits);
            finish_track(&ch->tracks[id]);
        }
    if (!same)
        viewers_reopened(ch, was_live);
    return 0;
}

void channel_close(struct net *n, const char *meeting)
{
    struct channel *ch = channel_find(n, meeting);
    if (!ch || !ch->live)
        return;
    ch->live = false;
    viewers_closed(ch);
    forget_media(ch);
    channel_release(ch);
}

int channel_add_init(struct channel *ch, const struct track_init *init, struct bytes *message)
{
    struct channel_track *t = &ch->tracks[init->track];
    struct channel_init *slot = &t->inits[init->number % CHANNEL_INITS];
    if (!t->used)
        return 0;
    bytes_unref(slot->init.bytes);
    bytes_unref(slot->message);
    slot->init = *init;
    bytes_ref(init->bytes);
    slot->message = bytes_ref(message);
    t->newest_init = init->number;
    return 0;
}

const struct channel_init *channel_init_of(const struct channel *ch, uint8_t track, uint32_t number)
{
    const struct channel_init *slot = &ch->tracks[track].inits[number % CHANNEL_INITS];
    return number && slot->init.number == number ? slot : NULL;
}

uint8_t channel_track_named(const struct channel *ch, const char *name)
{
    for (uint8_t id = 1; id <= TRACK_MAX; id++)
        if (ch->tracks[id].used && strcmp(ch->tracks[id].track.name, name) == 0)
            return id;
    return 0;
}

/* Playlists that waited for it are answered. */
static void become_current(struct channel *ch)
{
    ch->current = true;
    for (uint8_t id = 0; id <= TRACK_MAX; id++)
        hls_waits_wake(ch, id);
}

bool channel_is_current(struct channel *ch)
{
    if (!ch->current && clock_boot_us() - ch->opened_us > CHANNEL_REPLAY_US)
        become_current(ch);
    return ch->current;
}

void channel_add(struct channel *ch, const struct fragment *f,
                 const struct channel_message *messages, int count)
{
    bool rang[TRACK_MAX + 1] = {false};
    for (int i = 0; i < count; i++) {
        struct channel_track *t = &ch->tracks[messages[i].track];
        if (!t->ring)
            continue;
        ring_push(t->ring, &messages[i].message);
        rang[messages[i].track] = true;
    }
    for (uint8_t id = 1; id <= TRACK_MAX; id++)
        if (rang[id])
            viewers_due(ch, id);
    struct channel_track *t = f ? &ch->tracks[f->track] : NULL;
    if (!t || !t->window)
        return;
    if (window_add(t->window, f) > 0) {
        bytes_unref(t->playlist);
        t->playlist = NULL;
        hls_waits_wake(ch, f->track);
    }
    int64_t made_us = ch->info.epoch_boot_us + fragment_time_us(f);
    if (!channel_is_current(ch) && clock_boot_us() - made_us < CHANNEL_FRESH_US)
        become_current(ch);
}
