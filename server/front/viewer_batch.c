/* All viewers of a track at once: one batch for the thread, of what the usual viewer lacks. */
#include "base/clock.h"
#include "front/net.h"
#include "front/send_batch.h"
#include "front/tls.h"
#include "front/viewer_private.h"

/* While messages go in pairs: the first waits so long for the second, of tracks whose messages are
 * no farther apart. */
#define HELD_US 45000
#define QUICK_US 50000

/* Whether nothing has to be said before it. */
static bool goes_along(const struct viewer *v, const struct ring_message *m)
{
    return v->told_track == v->cursor.track && !v->cursor.jumped &&
           (m->video_init == 0 || v->init_sent[v->cursor.track] == m->video_init) &&
           (m->audio_init == 0 || v->init_sent[v->channel->audio] == m->audio_init);
}

/* Its records stay in the thread's room until the batch is run. */
static void add_sealed(struct viewer *v, const struct iovec *parts, int count)
{
    struct net *n = v->conn->net;
    size_t size = 0;
    for (int i = 0; i < count; i++)
        size += parts[i].iov_len;
    if (sizeof n->sealed->bytes - n->sealed->used < TLS_SEALED_MAX(size)) {
        send_batch_run(n->batch);
        n->sealed->used = 0;
    }
    uint8_t *at = n->sealed->bytes + n->sealed->used;
    ssize_t r = tls_seal(v->conn->tls, parts, count, at);
    if (r < 0) {
        v->batched = v->batched_next = NULL;
        conn_doom(v->conn);
        return;
    }
    n->sealed->used += (size_t)r;
    v->sealed = (struct iovec){at, (size_t)r};
    send_batch_add(n->batch, v->conn->fd, &v->sealed, 1, v);
}

/* What became of it: as many of the messages' bytes as count as sent, or a negative errno. */
static long sealed_done(struct viewer *v, long sent)
{
    struct conn *c = v->conn;
    long plain = (long)(v->batched->size + (v->batched_next ? v->batched_next->size : 0));
    int r = tls_took(c->tls, v->sealed.iov_base, v->sealed.iov_len, sent);
    if (r == 0)
        conn_want_writable(c);
    return r < 0 ? r : plain;
}

/* Whether it can be sealed in the thread's room. */
static bool seals(const struct conn *c, size_t size)
{
    return c->net->sealed && !tls_waits(c->tls) && size <= TLS_SEAL_BYTES;
}

/* The usual case, a viewer that has all but the newest message, or the two newest: it is added to
 * the batch. Their bytes stay in the ring meanwhile. */
static bool add_to_batch(struct viewer *v, const struct cursor_rings *rings)
{
    struct conn *c = v->conn;
    if (v->half || v->queued || v->closing)
        return false;
    const struct ring_message *m = cursor_peek(&v->cursor, rings);
    if (!m || viewer_announce(v, m) || (c->tls && !seals(c, m->bytes->size)))
        return false;
    struct iovec parts[SEND_BATCH_PARTS] = {{m->bytes->data, m->bytes->size}};
    cursor_advance(&v->cursor, m);
    v->batched = m->bytes;
    const struct ring_message *next = cursor_peek(&v->cursor, rings);
    bool both =
        next && goes_along(v, next) && (!c->tls || seals(c, m->bytes->size + next->bytes->size));
    v->batched_next = both ? next->bytes : NULL;
    v->more = next || v->told_track != v->cursor.track;
    if (v->batched_next)
        parts[1] = (struct iovec){next->bytes->data, next->bytes->size};
    if (c->tls)
        add_sealed(v, parts, both ? 2 : 1);
    else
        send_batch_add(c->net->batch, c->fd, parts, both ? 2 : 1, v);
    return true;
}

void viewer_batch_done(void *tag, long sent)
{
    struct viewer *v = tag;
    struct net *n = v->conn->net;
    struct bytes *b = v->batched, *next = v->batched_next;
    if (v->conn->tls)
        sent = sealed_done(v, sent);
    bool both = next && sent > (long)b->size;
    v->batched = v->batched_next = NULL;
    net_count_up(&n->figures.messages_sent, both ? 2 : 1);
    net_count_up(&n->figures.bytes_sent, sent > 0 ? sent : 0);
    if (both) { /* the second one is on its way too, or at least begun */
        cursor_advance(&v->cursor, cursor_peek(&v->cursor, n->pumping));
        sent -= (long)b->size;
        b = next;
    }
    if (viewer_was_sent(v, b, 0, sent, n->pumped_us) && v->conn->state == CONN_MEDIA && v->more)
        viewer_pump(v, n->pumping);
}

/* Whether its messages come so fast that the next one is worth waiting for. */
static bool is_quick(const struct ring *ring)
{
    const struct ring_message *last = ring_at(ring, ring_end(ring) - 1);
    const struct ring_message *before = ring_at(ring, ring_end(ring) - 2);
    return last && before && last->time_us - before->time_us <= QUICK_US;
}

void viewers_due(struct channel *ch, uint8_t track)
{
    struct channel_track *t = &ch->tracks[track];
    if (ch->net->pairs && t->held_us == 0 && is_quick(t->ring)) {
        t->held_us = clock_boot_us();
        return;
    }
    t->held_us = 0;
    viewers_pump(ch, track);
}

void viewers_release(struct net *n, int64_t now_us)
{
    list_for_each (pos, &n->channels) {
        struct channel *ch = list_entry(pos, struct channel, node);
        for (uint8_t id = 1; id <= TRACK_MAX; id++) {
            struct channel_track *t = &ch->tracks[id];
            if (t->held_us == 0 || (n->pairs && now_us - t->held_us < HELD_US))
                continue;
            t->held_us = 0;
            viewers_pump(ch, id);
        }
    }
}

void viewers_pump(struct channel *ch, uint8_t track)
{
    struct cursor_rings rings = viewer_rings(ch);
    struct net *n = ch->net;
    n->pumping = &rings;
    n->pumped_us = clock_boot_us();
    list_for_each (pos, &ch->viewers) {
        struct viewer *v = list_entry(pos, struct viewer, node);
        bool follows = v->cursor.track == track || v->cursor.wanted == track;
        if (follows && !v->blocked && v->conn->state == CONN_MEDIA && !add_to_batch(v, &rings))
            viewer_pump(v, &rings);
    }
    send_batch_run(n->batch);
    if (n->sealed)
        n->sealed->used = 0;
    n->pumping = NULL;
}
