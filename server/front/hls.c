#include "front/hls.h"

#include "base/clock.h"
#include "front/audience.h"
#include "front/hls_answer.h"
#include "front/http.h"
#include "front/request.h"
#include "front/response.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Waiting requests of a track answered in one turn of a net thread: about 4 ms. */
#define WAKE_TURN 256

/* A blocked request waits so long at the most (RFC 8216bis: three target durations). */
#define WAIT_GRIDS 3

struct hls_wait {
    struct list node; /* channel_track.waits */
    struct conn *conn;
    struct channel *channel;
    struct hls_path address;
    struct hls_query query; /* of a playlist; of media: what must be there */
    char path[];
};

/* The player is sent media of that track. */
static void seen(struct channel *ch, const struct conn *c, uint8_t track)
{
    struct front *f = ch->net->front;
    struct address client = conn_client(c);
    const struct track *t = &ch->tracks[track].track;
    uint64_t meeting = front_meeting_hash(f, ch->info.meeting);
    uint64_t who = address_limit_hash(&client, f->hash_key) ^ meeting;
    for (size_t i = 0; i < c->head.user_agent.size; i++)
        who = (who ^ (uint8_t)c->head.user_agent.at[i]) * 0x100000001b3u;
    int64_t long_us = 2 * ch->info.grid_us;
    audience_see(f->audience, &(struct audience_seen){
                                  .who = who,
                                  .meeting = meeting,
                                  .rendition = t->name,
                                  .picture = t->kind == TRACK_VIDEO,
                                  .now_us = clock_boot_us(),
                                  .for_us = long_us > AUDIENCE_US ? long_us : AUDIENCE_US,
                              });
}

void hls_wait_cancel(struct hls_wait *w)
{
    if (!w)
        return;
    list_remove(&w->node);
    w->channel->net->waits--;
    free(w);
}

/* The request waits no longer: its connection, to be answered. Frees nothing. */
static struct conn *take_off(struct hls_wait *w)
{
    struct conn *c = w->conn;
    list_remove(&w->node);
    c->net->waits--;
    c->wait = NULL;
    return c;
}

static void wait_for(struct conn *c, struct channel *ch, const char *path,
                     const struct hls_path *address, const struct hls_query *query)
{
    struct net *n = c->net;
    struct hls_wait *w =
        n->waits < n->front->max_waits ? calloc(1, sizeof *w + strlen(path) + 1) : NULL;
    if (!w) {
        http_error(c, 503); /* with Retry-After */
        return;
    }
    w->conn = c;
    w->channel = ch;
    w->address = *address;
    w->query = *query;
    memcpy(w->path, path, strlen(path) + 1);
    n->waits++;
    c->wait = w;
    c->state = CONN_WAITING;
    c->deadline_us = clock_boot_us() + WAIT_GRIDS * ch->info.grid_us;
    list_append(&ch->tracks[channel_track_named(ch, address->track)].waits, &w->node);
}

/* Answers, if that can be done without the past or the future. Returns whether it did. */
static bool answer_playlist(struct conn *c, struct channel *ch, uint8_t track,
                            const struct hls_query *q)
{
    int reached = 1;
    if (q->blocks)
        reached = window_reached(ch->tracks[track].window, q->msn, q->part);
    else if (window_count(ch->tracks[track].window) == 0)
        reached = 0;
    if (reached < 0)
        http_error(c, 400);
    else if (reached)
        hls_answer_playlist(c, ch, track, q->blocks);
    return reached != 0;
}

/* Whether the part, or segment, will come next. */
static bool is_hinted(const struct window *w, const struct hls_path *a)
{
    uint64_t msn;
    uint32_t part;
    return a->kind == HLS_PART && window_next_part(w, &msn, &part) && a->number == msn &&
           a->part == part;
}

static void answer_media(struct conn *c, struct channel *ch, uint8_t track, const char *path,
                         const struct hls_path *a)
{
    const struct window *w = ch->tracks[track].window;
    const struct window_segment *s = window_find(w, a->number);
    bool there =
        s && !s->segment.gap && (a->kind == HLS_PART ? a->part < s->part_count : s->complete);
    if (there) {
        if (c->head.method == HTTP_GET)
            seen(ch, c, track);
        hls_answer_media(c, ch, s, a);
    } else if (is_hinted(w, a)) {
        struct hls_query next = {.blocks = true, .msn = a->number, .part = a->part};
        wait_for(c, ch, path, a, &next);
    } else if (!ch->current) {
        wait_for(c, ch, path, a, &(struct hls_query){0});
    } else if (a->kind == HLS_SEGMENT && (!s || s->segment.gap) &&
               (window_count(w) == 0 ||
                a->number < window_at(w, window_count(w) - 1)->segment.number)) {
        request_hand_over(c, path); /* it has left the window: the recording may have it */
    } else {
        http_error(c, 404);
    }
}

static bool is_due(const struct channel *ch, uint8_t track, const struct hls_wait *w)
{
    const struct window *window = ch->tracks[track].window;
    if (!ch->current)
        return false;
    if (w->address.kind == HLS_MASTER)
        return true;
    return window_reached(window, w->query.msn, w->query.part) != 0 ||
           (!w->query.blocks && window_count(window) > 0);
}

static void answer_late(struct conn *c, struct channel *ch, uint8_t track, const struct hls_wait *w)
{
    if (w->address.kind == HLS_MASTER)
        hls_answer_master(c, ch);
    else if (w->address.kind != HLS_PLAYLIST)
        answer_media(c, ch, track, w->path, &w->address);
    else if (!answer_playlist(c, ch, track, &w->query))
        http_error(c, 503);
}

/* The track's waiting requests answered, each once, in the order they came: one body, written once.
 * More than one turn's share are answered in the next turns, others between them. */
void hls_waits_wake(struct channel *ch, uint8_t track)
{
    struct list due;
    int count = 0;
    list_init(&due);
    list_for_each_safe (pos, &ch->tracks[track].waits) {
        if (!is_due(ch, track, list_entry(pos, struct hls_wait, node)))
            continue;
        if (count++ == WAKE_TURN) {
            ch->net->waits_due = true;
            loop_wake(ch->net->loop);
            break;
        }
        list_remove(pos);
        list_append(&due, pos);
    }
    while (!list_empty(&due)) {
        struct hls_wait *w = list_entry(due.next, struct hls_wait, node);
        struct conn *c = take_off(w);
        answer_late(c, ch, track, w);
        free(w);
    }
}

void hls_waits_end(struct list *waits)
{
    while (!list_empty(waits)) {
        struct hls_wait *w = list_entry(waits->next, struct hls_wait, node);
        struct conn *c = take_off(w);
        request_hand_over(c, w->path);
        free(w);
    }
}

void hls_waits_turn(struct net *n)
{
    if (!n->waits_due)
        return;
    n->waits_due = false;
    list_for_each (pos, &n->channels) {
        struct channel *ch = list_entry(pos, struct channel, node);
        for (uint8_t id = 0; ch->live && id <= TRACK_MAX; id++)
            hls_waits_wake(ch, id);
    }
}

void hls_answer(struct conn *c, const char *path, const struct hls_path *a)
{
    struct hls_query q;
    struct channel *ch = channel_find(c->net, a->meeting);
    if (hls_query_parse(c->head.query.at, c->head.query.size, &q) < 0) {
        http_error(c, 400);
        return;
    }
    if (!ch || !ch->live || (q.dvr && a->kind <= HLS_PLAYLIST)) {
        request_hand_over(c, path);
        return;
    }
    if (a->kind == HLS_MASTER) {
        if (channel_is_current(ch))
            hls_answer_master(c, ch);
        else
            wait_for(c, ch, path, a, &q);
        return;
    }
    uint8_t track = channel_track_named(ch, a->track);
    if (track == 0) {
        request_hand_over(c, path);
    } else if (a->kind == HLS_PLAYLIST) {
        if (!channel_is_current(ch) || !answer_playlist(c, ch, track, &q))
            wait_for(c, ch, path, a, &q);
    } else if (a->kind == HLS_INIT) {
        const struct channel_init *init = channel_init_of(ch, track, (uint32_t)a->number);
        if (init)
            hls_answer_init(c, ch, init, a);
        else
            request_hand_over(c, path);
    } else {
        answer_media(c, ch, track, path, a);
    }
}
