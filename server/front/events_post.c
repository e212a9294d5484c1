/* What other threads ask of the events socket, posted to the net threads. */
#include "front/events_private.h"

#include <errno.h>
#include <string.h>

static struct net *net_of(const struct front *f, uint64_t peer)
{
    unsigned thread = events_thread_of(peer);
    return thread < (unsigned)f->thread_count ? f->nets[thread] : NULL;
}

/* Something for the thread's peers is lost: they are all closed, and come again for it. */
static void give_up(struct net *n)
{
    if (!n)
        return;
    atomic_store(&n->events_lost, true);
    loop_wake(n->loop);
}

/* Takes the letter, NULL where there was no memory for it. */
static void post(struct net *n, struct letter *letter)
{
    int r = letter && n ? mailbox_post(n->events_box, letter) : -ENOMEM;
    if (r == 0)
        return;
    if (letter)
        letter->discard(letter);
    if (r != -EPIPE) /* the thread has not ended */
        give_up(n);
}

static void open_text(struct letter *letter, void *owner)
{
    struct events_text *t = (struct events_text *)letter;
    struct net *n = owner;
    struct peer *p = events_hub_find(n->events, t->peer);
    if (!p) {
        events_text_free(t);
        return;
    }
    events_queue(p, t);
    if (!p->blocked)
        events_pump(p);
}

static void discard_text(struct letter *letter)
{
    events_text_free((struct events_text *)letter);
}

static void post_text(struct front *f, uint64_t peer, struct events_text *t)
{
    if (t) {
        t->peer = peer;
        t->letter = (struct letter){.open = open_text, .discard = discard_text};
    }
    post(net_of(f, peer), t ? &t->letter : NULL);
}

void front_events_send(struct front *f, uint64_t peer, struct bytes *text)
{
    post_text(f, peer, text ? events_text_new(WS_TEXT, text) : NULL);
}

void front_events_close(struct front *f, uint64_t peer, int code, const char *reason)
{
    struct bytes *payload = events_close_payload(code, reason);
    post_text(f, peer, payload ? events_text_new(WS_CLOSE, payload) : NULL);
}

struct join_letter {
    struct letter letter;
    uint64_t peer, after_seq;
    enum front_class class;
    char meeting[ID_MAX];
};

static void open_join(struct letter *letter, void *owner)
{
    struct join_letter *l = (struct join_letter *)letter;
    struct net *n = owner;
    struct peer *p = events_hub_find(n->events, l->peer);
    if (p) {
        struct events_audience *a = events_hub_audience(n->events, l->meeting);
        if (a)
            events_join(p, &a->classes[l->class], l->after_seq);
        else
            conn_doom(p->conn);
    }
    free(l);
}

static void discard_plain(struct letter *letter)
{
    free(letter);
}

void front_events_join(struct front *f, uint64_t peer, const char *meeting, enum front_class class,
                       uint64_t after_seq)
{
    struct join_letter *l = calloc(1, sizeof *l);
    if (l) {
        l->letter = (struct letter){.open = open_join, .discard = discard_plain};
        l->peer = peer;
        l->after_seq = after_seq;
        l->class = class;
        memcpy(l->meeting, meeting, strnlen(meeting, ID_MAX - 1));
    }
    post(net_of(f, peer), l ? &l->letter : NULL);
}

struct publish_letter {
    struct letter letter;
    char meeting[ID_MAX];
    uint64_t first_seq, last_seq;
    bool told[FRONT_CLASSES];
    struct bytes *frames[FRONT_CLASSES]; /* references; NULL though told: without memory */
};

static void discard_publish(struct letter *letter)
{
    struct publish_letter *l = (struct publish_letter *)letter;
    for (int i = 0; i < FRONT_CLASSES; i++)
        bytes_unref(l->frames[i]);
    free(l);
}

static void open_publish(struct letter *letter, void *owner)
{
    struct publish_letter *l = (struct publish_letter *)letter;
    struct net *n = owner;
    struct events_audience *a = events_hub_audience(n->events, l->meeting);
    if (!a)
        atomic_store(&n->events_lost, true);
    for (int i = 0; a && i < FRONT_CLASSES; i++) {
        if (!l->told[i])
            continue;
        events_ring_push(&a->classes[i].ring, take_ptr(l->frames[i]), l->first_seq, l->last_seq);
        events_wake(&a->classes[i]);
    }
    discard_publish(letter);
}

static struct bytes *framed(const struct bytes *text)
{
    uint8_t header[WS_HEADER_MAX];
    size_t n = ws_header_write(WS_TEXT, text->size, header);
    struct bytes *b = bytes_new(n + text->size);
    if (!b)
        return NULL;
    memcpy(b->data, header, n);
    memcpy(b->data + n, text->data, text->size);
    return b;
}

static struct publish_letter *publish_letter(const char *meeting, uint64_t first_seq,
                                             uint64_t last_seq)
{
    struct publish_letter *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->letter = (struct letter){.open = open_publish, .discard = discard_publish};
    l->first_seq = first_seq;
    l->last_seq = last_seq;
    memcpy(l->meeting, meeting, strnlen(meeting, ID_MAX - 1));
    return l;
}

void front_events_publish(struct front *f, const char *meeting, uint64_t first_seq,
                          uint64_t last_seq, struct bytes *const texts[FRONT_CLASSES])
{
    struct bytes *frames[FRONT_CLASSES] = {NULL};
    for (int i = 0; i < FRONT_CLASSES; i++) {
        for (int k = 0; k < i && !frames[i]; k++)
            if (texts[i] && texts[k] == texts[i])
                frames[i] = frames[k] ? bytes_ref(frames[k]) : NULL;
        if (texts[i] && !frames[i])
            frames[i] = framed(texts[i]);
    }
    for (int t = 0; t < f->thread_count; t++) {
        struct publish_letter *l = publish_letter(meeting, first_seq, last_seq);
        for (int i = 0; l && i < FRONT_CLASSES; i++) {
            l->told[i] = texts[i];
            l->frames[i] = frames[i] ? bytes_ref(frames[i]) : NULL;
        }
        post(f->nets[t], l ? &l->letter : NULL);
    }
    for (int i = 0; i < FRONT_CLASSES; i++)
        bytes_unref(frames[i]);
}
