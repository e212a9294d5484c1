#include "front/viewer.h"

#include "base/clock.h"
#include "front/cursor.h"
#include "front/pace.h"
#include "front/viewer_private.h"
#include "front/ws_frame.h"
#include "protocol/media_message.h"

#include <errno.h>
#include <string.h>

/* Messages sent in one turn before others have theirs. */
#define TURN_MESSAGES 128

/* Without a sign of life, it is gone. */
#define SILENT_US 90000000

/* Without media, or without having played any, for so long it does not watch. */
#define WATCHING_US 10000000

struct cursor_rings viewer_rings(const struct channel *ch)
{
    struct cursor_rings r = {.audio = ch->audio};
    for (int id = 1; id <= TRACK_MAX; id++)
        r.by_track[id] = ch->tracks[id].ring;
    return r;
}

struct bytes *viewer_frame(enum ws_opcode opcode, const void *payload, size_t size)
{
    uint8_t header[WS_HEADER_MAX];
    size_t n = ws_header_write(opcode, size, header);
    struct bytes *b = bytes_new(n + size);
    if (!b)
        return NULL;
    memcpy(b->data, header, n);
    if (size)
        memcpy(b->data + n, payload, size);
    return b;
}

void viewer_queue(struct viewer *v, struct bytes *message)
{
    if (!message || v->queued == VIEWER_MAX_QUEUED) {
        bytes_unref(message);
        conn_doom(v->conn); /* it takes not even this */
        return;
    }
    v->queue[v->queued++] = message;
}

/* Takes the JSON, which may be NULL. */
static void queue_text(struct viewer *v, struct bytes *json)
{
    if (!v->closing) /* nothing comes after a close frame */
        viewer_queue(v, json ? viewer_frame(WS_TEXT, json->data, json->size) : NULL);
    bytes_unref(json);
}

static const char *rendition_name(const struct viewer *v, uint8_t track)
{
    const struct channel_track *t = &v->channel->tracks[track];
    return t->used && t->track.kind == TRACK_VIDEO ? t->track.name : "";
}

static void queue_hello(struct viewer *v)
{
    const struct front_channel_info *info = &v->channel->info;
    struct media_hello hello = {
        .meeting = info->meeting,
        .live = v->channel->live,
        .server_utc_us = clock_utc_us(),
        .media_time_us = v->channel->live ? clock_boot_us() - info->epoch_boot_us : 0,
        .track_count = info->track_count,
        .tracks = info->tracks,
        .rendition = rendition_name(v, v->cursor.track),
    };
    queue_text(v, media_hello_text(&hello));
    v->told_track = v->cursor.track;
}

bool viewer_announce(struct viewer *v, const struct ring_message *m)
{
    if (v->told_track != v->cursor.track) {
        v->told_track = v->cursor.track;
        net_count_up(&v->conn->net->figures.rendition_switches, 1);
        queue_text(v, media_rendition_text(rendition_name(v, v->cursor.track), v->reason));
        return true;
    }
    if (v->cursor.jumped) {
        v->cursor.jumped = false;
        net_count_up(&v->conn->net->figures.skips, 1);
        queue_text(v, media_skip_text(v->cursor.jump_from_us, v->cursor.jump_to_us));
        return true;
    }
    if (!m)
        return false;
    const struct {
        uint8_t track;
        uint32_t number;
    } needs[] = {{v->cursor.track, m->video_init}, {v->channel->audio, m->audio_init}};
    for (int i = 0; i < 2; i++) {
        if (needs[i].number == 0 || v->init_sent[needs[i].track] == needs[i].number)
            continue;
        v->init_sent[needs[i].track] = needs[i].number;
        const struct channel_init *init =
            channel_init_of(v->channel, needs[i].track, needs[i].number);
        if (init) {
            viewer_queue(v, bytes_ref(init->message));
            return true;
        }
    }
    return false;
}

bool viewer_was_sent(struct viewer *v, struct bytes *b, size_t offset, ssize_t sent, int64_t now_us)
{
    if (sent < 0) {
        conn_doom(v->conn);
        return false;
    }
    if (sent > 0) {
        v->progress_us = now_us;
        if (b->data[0] == (0x80 | WS_BINARY)) /* not a text or a pong */
            v->media_us = now_us;
    }
    if (offset + (size_t)sent == b->size)
        return true;
    if (b != v->half)
        v->half = bytes_ref(b);
    v->half_sent = offset + (size_t)sent;
    v->blocked = true;
    conn_want_writable(v->conn);
    return false;
}

static bool send_from(struct viewer *v, struct bytes *b, size_t offset)
{
    struct iovec part = {b->data + offset, b->size - offset};
    return viewer_was_sent(v, b, offset, conn_send(v->conn, &part, 1), clock_boot_us());
}

/* Finishes the message that was sent in part. Returns false while it is not. */
static bool send_half(struct viewer *v)
{
    if (!v->half)
        return true;
    if (!send_from(v, v->half, v->half_sent))
        return false;
    bytes_unref(v->half);
    v->half = NULL;
    return true;
}

static bool send_queued(struct viewer *v)
{
    while (v->queued && v->conn->state == CONN_MEDIA) {
        struct bytes *b = v->queue[0];
        memmove(v->queue, v->queue + 1, (size_t)--v->queued * sizeof v->queue[0]);
        bool all = send_from(v, b, 0);
        bytes_unref(b);
        if (!all)
            return false;
    }
    return v->conn->state == CONN_MEDIA;
}

/* Sends what there is until the socket takes no more. The order is the client's: a message half
 * sent, then texts and answers to pings, then media. */
void viewer_pump(struct viewer *v, const struct cursor_rings *rings)
{
    for (int turn = 0; turn < TURN_MESSAGES; turn++) {
        if (v->blocked || !send_half(v) || !send_queued(v))
            return;
        if (v->closing) {
            conn_linger(v->conn);
            return;
        }
        const struct ring_message *m = cursor_peek(&v->cursor, rings);
        if (viewer_announce(v, m))
            continue;
        if (!m)
            return;
        cursor_advance(&v->cursor, m); /* sent, or kept as half */
        net_count_up(&v->conn->net->figures.messages_sent, 1);
        if (!send_from(v, m->bytes, 0))
            return;
    }
    v->blocked = true;
    conn_want_writable(v->conn);
}

void viewer_pump_alone(struct viewer *v)
{
    struct cursor_rings rings = viewer_rings(v->channel);
    viewer_pump(v, &rings);
}

void viewer_writable(struct viewer *v)
{
    v->blocked = false;
    viewer_pump_alone(v);
}

uint8_t viewer_best_track(const struct channel *ch)
{
    for (int i = 0; i < ch->info.track_count; i++)
        if (ch->info.tracks[i].kind == TRACK_VIDEO)
            return ch->info.tracks[i].id;
    return ch->audio;
}

/* The rendition after (step 1) or before (-1) the track in the order of the channel; 0: none. */
static uint8_t neighbour(const struct channel *ch, uint8_t track, int step)
{
    for (int i = 0; i < ch->info.track_count; i++)
        if (ch->info.tracks[i].id == track) {
            i += step;
            bool there = i >= 0 && i < ch->info.track_count;
            return there && ch->info.tracks[i].kind == TRACK_VIDEO ? ch->info.tracks[i].id : 0;
        }
    return 0;
}

void viewer_begin(struct viewer *v)
{
    pace_init(&v->pace, clock_boot_us());
    cursor_init(&v->cursor, viewer_best_track(v->channel));
    memset(v->init_sent, 0, sizeof v->init_sent);
    v->pinned = false;
}

void viewers_reopened(struct channel *ch, bool was_live)
{
    list_for_each (pos, &ch->viewers) {
        struct viewer *v = list_entry(pos, struct viewer, node);
        if (v->conn->state != CONN_MEDIA)
            continue;
        if (!was_live)
            queue_text(v, media_state_text(true));
        if (!was_live || !ch->tracks[v->cursor.track].used)
            viewer_begin(v);
        queue_hello(v);
        viewer_pump_alone(v);
    }
}

void viewers_closed(struct channel *ch)
{
    for (uint8_t id = 1; id <= TRACK_MAX; id++)
        if (ch->tracks[id].held_us) /* its last message, too */
            viewers_pump(ch, id);
    list_for_each (pos, &ch->viewers) {
        struct viewer *v = list_entry(pos, struct viewer, node);
        if (v->conn->state != CONN_MEDIA)
            continue;
        queue_text(v, media_state_text(false));
        cursor_init(&v->cursor, 0);
        v->told_track = 0;
        viewer_pump_alone(v);
    }
}

static void judge(struct viewer *v, int64_t now_us)
{
    const struct channel *ch = v->channel;
    struct cursor_rings rings = viewer_rings(ch);
    struct cursor *c = &v->cursor;
    int64_t behind_us = cursor_behind_us(c, &rings);
    bool picture = c->track && ch->tracks[c->track].track.kind == TRACK_VIDEO;
    uint8_t down = picture && !v->pinned ? neighbour(ch, c->track, 1) : 0;
    uint8_t up = picture && !v->pinned ? neighbour(ch, c->track, -1) : 0;
    int64_t all_us = pace_behind_us(&v->pace, now_us, behind_us);
    if (all_us > v->conn->net->behind_us)
        v->conn->net->behind_us = all_us;
    bool did, changing = c->wanted != 0;
    switch (pace_judge(&v->pace, now_us, behind_us, down != 0, up != 0, changing)) {
    case PACE_DOWN:
        c->wanted = down;
        v->reason = MEDIA_SLOW;
        break;
    case PACE_UP:
        c->wanted = up;
        v->reason = MEDIA_RECOVERED;
        break;
    case PACE_JUMP:
        did = cursor_jump(c, &rings);
        /* the keyframe that it waits for may be long in coming */
        if ((did || !changing) && !pace_jumped(&v->pace, now_us, did, all_us))
            viewer_close(v, WS_STATUS_LATER);
        break;
    case PACE_STAY:
        break;
    }
    if (!v->blocked)
        viewer_pump(v, &rings);
}

/* Counts it where it belongs: under what it is sent, if it watches. */
static void recount(struct viewer *v, int64_t now_us)
{
    bool watches = v->channel->live && now_us - v->media_us <= WATCHING_US &&
                   (v->played_us == INT64_MIN || now_us - v->played_at_us <= WATCHING_US);
    uint8_t under = watches ? v->cursor.track : 0;
    v->channel->watching[v->watching]--;
    v->channel->watching[under]++;
    v->watching = under;
}

void viewer_tick(struct viewer *v, int64_t now_us)
{
    recount(v, now_us);
    int64_t gone_us = v->conn->net->front->gone_us, ping_us = v->conn->net->front->ping_us;
    bool stalled = v->blocked && now_us - v->progress_us > gone_us;
    if (stalled || now_us - v->heard_us > SILENT_US ||
        (v->closing && now_us - v->closing_us > gone_us / 2)) {
        conn_abort(v->conn);
        return;
    }
    if (now_us - v->heard_us > ping_us && now_us - v->pinged_us > ping_us) {
        v->pinged_us = now_us;
        viewer_queue(v, viewer_frame(WS_PING, NULL, 0));
    }
    if (v->conn->state == CONN_MEDIA && v->channel->live)
        judge(v, now_us);
    else if (v->conn->state == CONN_MEDIA && !v->blocked)
        viewer_pump_alone(v);
}

void viewer_close(struct viewer *v, int status)
{
    uint8_t payload[2] = {(uint8_t)(status >> 8), (uint8_t)status};
    if (v->closing || v->conn->state != CONN_MEDIA)
        return;
    v->closing = true;
    v->closing_us = clock_boot_us();
    viewer_queue(v, viewer_frame(WS_CLOSE, payload, sizeof payload));
}

void viewers_say_goodbye(struct channel *ch)
{
    list_for_each (pos, &ch->viewers) {
        struct viewer *v = list_entry(pos, struct viewer, node);
        viewer_close(v, WS_STATUS_AWAY);
        viewer_pump_alone(v);
    }
}

void viewer_greet(struct viewer *v)
{
    queue_hello(v);
    viewer_pump_alone(v);
}

void viewer_destroy(struct viewer *v)
{
    if (!v)
        return;
    list_remove(&v->node);
    v->channel->watching[v->watching]--;
    net_count_up(&v->conn->net->figures.media_sockets, -1);
    channel_release(v->channel);
    for (int i = 0; i < v->queued; i++)
        bytes_unref(v->queue[i]);
    bytes_unref(v->half);
    buf_finish(&v->message);
    free(v);
}
