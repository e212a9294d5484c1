#include "base/clock.h"
#include "front/http.h"
#include "front/response.h"
#include "front/viewer_private.h"
#include "front/ws_upgrade.h"

#include <errno.h>
#include <string.h>

/* A client's messages in one second; a player sends one. */
#define MAX_A_SECOND 50

/* A player that goes on moves by this much between some reports; one that is paused does not. */
#define PLAYED_US 300000

static void select_rendition(struct viewer *v, const struct media_client_message *m)
{
    struct channel *ch = v->channel;
    uint8_t track = 0;
    if (!ch->live)
        return;
    if (!m->video) {
        track = ch->audio;
    } else if (m->rendition[0] && strcmp(m->rendition, "auto") != 0) {
        track = channel_track_named(ch, m->rendition);
        if (track == 0 || ch->tracks[track].track.kind != TRACK_VIDEO)
            return; /* a name of before a change of tracks */
        v->pinned = true;
    } else {
        if (m->rendition[0])
            v->pinned = false;
        if (v->cursor.track == ch->audio)
            track = viewer_best_track(ch);
    }
    v->reason = MEDIA_ASKED;
    v->cursor.wanted = track == v->cursor.track ? 0 : track;
    pace_settle(&v->pace, clock_boot_us());
}

/* Where its picture is, by its own word: what it has received, less what lies before it. */
static void take_position(struct viewer *v, int64_t played_us, int64_t now_us)
{
    int64_t moved_us = v->played_us == INT64_MIN ? PLAYED_US : played_us - v->played_us;
    if (moved_us < PLAYED_US && moved_us > -PLAYED_US)
        return; /* it stands: a buffer's edge is not exact */
    v->played_us = played_us;
    v->played_at_us = now_us;
}

static void take_report(struct viewer *v, const struct media_client_message *m)
{
    const struct channel *ch = v->channel;
    const struct ring *sound = ch->audio ? ch->tracks[ch->audio].ring : NULL;
    const struct ring *picture = ch->tracks[v->cursor.track].ring;
    int64_t time_us = INT64_MIN, newest_us = INT64_MIN;
    if (sound && m->has_audio_sequence) { /* its numbers are the same in all renditions */
        time_us = ring_time_of_audio(sound, m->audio_sequence);
        newest_us = ring_newest_us(sound);
    } else if (picture && m->has_video_sequence) {
        time_us = ring_time_of_video(picture, m->video_sequence);
        newest_us = ring_newest_us(picture);
    }
    if (newest_us == INT64_MIN)
        return;
    int64_t now_us = clock_boot_us();
    if (time_us != INT64_MIN)
        take_position(v, time_us - (m->buffered_us > 0 ? m->buffered_us : 0), now_us);
    pace_report(&v->pace, now_us, time_us == INT64_MIN ? CHANNEL_RING_US : newest_us - time_us);
}

static void take_message(struct viewer *v, const uint8_t *data, size_t size)
{
    struct media_client_message m;
    int64_t now_us = clock_boot_us();
    if (now_us - v->second_us > 1000000) {
        v->second_us = now_us;
        v->received = 0;
    }
    if (++v->received > MAX_A_SECOND || media_client_read(data, size, &m) < 0)
        viewer_close(v, WS_STATUS_POLICY);
    else if (m.kind == MEDIA_SELECT)
        select_rendition(v, &m);
    else
        take_report(v, &m);
}

static void take_data(struct viewer *v, const struct ws_frame *f)
{
    if ((f->opcode == WS_CONTINUATION) != v->fragmented) {
        viewer_close(v, WS_STATUS_PROTOCOL);
        return;
    }
    if (f->opcode == WS_BINARY) {
        viewer_close(v, WS_STATUS_KIND);
        return;
    }
    if (f->final && !v->fragmented) {
        take_message(v, f->payload, f->payload_size);
        return;
    }
    v->fragmented = !f->final;
    if (buf_add(&v->message, f->payload, f->payload_size) < 0) {
        viewer_close(v, WS_STATUS_TOO_BIG);
        return;
    }
    if (f->final) {
        take_message(v, v->message.data, v->message.size);
        buf_clear(&v->message);
    }
}

static void take_control(struct viewer *v, const struct ws_frame *f)
{
    if (f->opcode == WS_CLOSE) {
        int status = f->payload_size >= 2 ? f->payload[0] << 8 | f->payload[1] : WS_STATUS_NORMAL;
        bool right = f->payload_size != 1 && ws_status_sendable(status);
        viewer_close(v, right ? status : WS_STATUS_PROTOCOL);
    } else if (f->opcode == WS_PING && v->queued < VIEWER_MAX_QUEUED / 2) {
        /* of many, only some are answered (RFC 6455, 5.5.3) */
        viewer_queue(v, viewer_frame(WS_PONG, f->payload, f->payload_size));
    }
}

void viewer_received(struct viewer *v)
{
    struct buf *in = &v->conn->in;
    size_t used = 0;
    v->heard_us = clock_boot_us();
    while (!v->closing && v->conn->state == CONN_MEDIA) {
        struct ws_frame f;
        int r = ws_frame_read(in->data + used, in->size - used, MEDIA_CLIENT_MAX_BYTES, &f);
        if (r == -EAGAIN)
            break;
        if (r != 0) {
            viewer_close(v, r);
            break;
        }
        used += f.size;
        if (f.opcode & 8)
            take_control(v, &f);
        else
            take_data(v, &f);
    }
    buf_drop(in, v->closing ? in->size : used);
    if (in->size == 0)
        buf_finish(in);
    if (v->conn->state == CONN_MEDIA && !v->blocked)
        viewer_pump_alone(v);
}

static void choose(struct viewer *v, struct http_text query)
{
    struct channel *ch = v->channel;
    char value[16];
    if (http_query_value(query.at, query.size, "rendition", value, sizeof value) > 0) {
        uint8_t track = channel_track_named(ch, value);
        if (track && ch->tracks[track].track.kind == TRACK_VIDEO)
            v->cursor.track = track;
    }
    if (http_query_value(query.at, query.size, "video", value, sizeof value) == 1 &&
        value[0] == '0' && ch->audio)
        v->cursor.track = ch->audio;
}

static struct viewer *viewer_create(struct conn *c, struct channel *ch)
{
    struct viewer *v = calloc(1, sizeof *v);
    if (!v)
        return NULL;
    v->conn = c;
    v->channel = ch;
    buf_init(&v->message, MEDIA_CLIENT_MAX_BYTES);
    v->heard_us = v->progress_us = clock_boot_us();
    viewer_begin(v);
    list_append(&ch->viewers, &v->node);
    ch->watching[0]++;
    v->played_us = INT64_MIN;
    v->media_us = INT64_MIN / 2;
    net_count_up(&c->net->figures.media_sockets, 1);
    return v;
}

void viewer_upgrade(struct conn *c, const char *meeting)
{
    if (!ws_upgrade_allowed(c, MEDIA_PROTOCOL))
        return;
    struct channel *ch = channel_get(c->net, meeting);
    struct viewer *v = ch ? viewer_create(c, ch) : NULL;
    if (!v) {
        if (ch)
            channel_release(ch);
        http_error(c, 503);
        return;
    }
    choose(v, c->head.query);
    viewer_queue(v, ws_upgrade_answer(c, MEDIA_PROTOCOL));
    c->viewer = v;
    ws_upgrade_finish(c, CONN_MEDIA);
    viewer_greet(v);
}
