#include "front/publish.h"

#include "base/clock.h"
#include "front/channel.h"
#include "front/ws_frame.h"
#include "protocol/media_message.h"

#include <string.h>

/* When the last picture is so long ago, sound goes alone as it comes: none waits for a picture
 * longer than until the next sound, about 40 ms. */
#define SOUND_ALONE_US 50000

/* A picture leaves with the next sound, so that none waits for the picture after: what runs dry
 * first at a viewer is the sound. It waits for at most one frame of it (21 ms), and not at all once
 * no sound has come for so long; the next picture sends it on its way in any case. */
#define SOUND_AWAITED_US 100000

/* Sound that waits for a picture, at most. */
#define MAX_PENDING 16

/* Messages that one fragment can make ready: in each ring sound of an old init, and of the new. */
#define MAX_MESSAGES (2 * TRACK_MAX)

struct rendition {
    int pending_count;
    struct fragment pending[MAX_PENDING]; /* sound, references owned */
    struct fragment picture;              /* waits for sound, reference owned; bytes NULL: none */
    int64_t picture_us;                   /* boot clock, when the last picture came */
    uint64_t audio_next;                  /* after the last sound put in a message */
};

struct feed {
    struct list node; /* publisher->feeds */
    struct front_channel_info info;
    const struct track *tracks[TRACK_MAX + 1]; /* by id, into info */
    bool known[TRACK_MAX + 1];                 /* newest_seq is one */
    uint64_t newest_seq[TRACK_MAX + 1];
    uint8_t sound;    /* of all pictures: the first track of sound; 0: none */
    int64_t sound_us; /* boot clock, when the last of it came */
    struct rendition renditions[TRACK_MAX + 1];
};

struct publisher {
    struct front *front;
    struct list feeds;
};

struct publisher *publisher_create(struct front *f)
{
    struct publisher *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->front = f;
    list_init(&p->feeds);
    return p;
}

static void forget_pending(struct rendition *r)
{
    for (int i = 0; i < r->pending_count; i++)
        bytes_unref(r->pending[i].bytes);
    r->pending_count = 0;
}

static void forget(struct rendition *r)
{
    forget_pending(r);
    bytes_unref(r->picture.bytes);
    r->picture.bytes = NULL;
}

static void feed_destroy(struct feed *d)
{
    for (int id = 0; id <= TRACK_MAX; id++)
        forget(&d->renditions[id]);
    list_remove(&d->node);
    free(d);
}

void publisher_destroy(struct publisher *p)
{
    if (!p)
        return;
    while (!list_empty(&p->feeds))
        feed_destroy(list_entry(p->feeds.next, struct feed, node));
    free(p);
}

static struct feed *find(struct front *f, const char *meeting)
{
    list_for_each (pos, &f->publisher->feeds) {
        struct feed *d = list_entry(pos, struct feed, node);
        if (strcmp(d->info.meeting, meeting) == 0)
            return d;
    }
    return NULL;
}

/* ---- letters: one per net thread, each with references of its own ---- */

struct open_letter {
    struct letter letter;
    struct front_channel_info info;
};

static void open_channel(struct letter *l, void *owner)
{
    struct open_letter *o = (struct open_letter *)l;
    channel_open(owner, &o->info);
    free(o);
}

static void discard_plain(struct letter *l)
{
    free(l);
}

struct init_letter {
    struct letter letter;
    char meeting[ID_MAX];
    struct track_init init;
    struct bytes *message;
};

static void discard_init(struct letter *l)
{
    struct init_letter *o = (struct init_letter *)l;
    bytes_unref(o->init.bytes);
    bytes_unref(o->message);
    free(o);
}

static void open_init(struct letter *l, void *owner)
{
    struct init_letter *o = (struct init_letter *)l;
    struct channel *ch = channel_find(owner, o->meeting);
    if (ch && ch->live)
        channel_add_init(ch, &o->init, o->message);
    discard_init(l);
}

struct media_letter {
    struct letter letter;
    char meeting[ID_MAX];
    struct fragment fragment; /* bytes NULL: none, messages alone */
    int count;
    struct channel_message messages[MAX_MESSAGES];
};

static void discard_media(struct letter *l)
{
    struct media_letter *o = (struct media_letter *)l;
    bytes_unref(o->fragment.bytes);
    for (int i = 0; i < o->count; i++)
        bytes_unref(o->messages[i].message.bytes);
    free(o);
}

static void open_media(struct letter *l, void *owner)
{
    struct media_letter *o = (struct media_letter *)l;
    struct channel *ch = channel_find(owner, o->meeting);
    if (ch && ch->live)
        channel_add(ch, o->fragment.bytes ? &o->fragment : NULL, o->messages, o->count);
    discard_media(l);
}

struct close_letter {
    struct letter letter;
    char meeting[ID_MAX];
};

static void open_close(struct letter *l, void *owner)
{
    struct close_letter *o = (struct close_letter *)l;
    channel_close(owner, o->meeting);
    free(o);
}

static void post(struct net *n, struct letter *l)
{
    if (mailbox_post(n->mailbox, l) < 0)
        l->discard(l);
}

/* ---- messages ---- */

/* Returns an owned message, its WebSocket header before it, or NULL. */
static struct bytes *frame_fragments(const struct fragment *const *fragments, int count)
{
    uint8_t header[WS_HEADER_MAX];
    size_t size = media_fragments_size(fragments, count);
    size_t n = ws_header_write(WS_BINARY, size, header);
    struct bytes *b = bytes_new(n + size);
    if (!b)
        return NULL;
    memcpy(b->data, header, n);
    media_fragments_write(fragments, count, b->data + n);
    return b;
}

static struct ring_message describe(const struct rendition *r)
{
    struct ring_message m = {.audio_from = r->audio_next, .audio_next = r->audio_next};
    if (r->pending_count) {
        const struct fragment *last = &r->pending[r->pending_count - 1];
        m.audio_from = r->pending[0].seq;
        m.audio_next = last->seq + 1;
        m.audio_init = last->init;
        m.time_us = fragment_time_us(last);
    }
    if (r->picture.bytes) {
        m.time_us = fragment_time_us(&r->picture);
        m.video_seq = r->picture.seq;
        m.video_init = r->picture.init;
        m.keyframe = r->picture.flags & FRAGMENT_SYNC;
    }
    return m;
}

/* A message of what the rendition has waiting, if anything. */
static void make_message(struct rendition *r, uint8_t track, struct media_letter *out)
{
    const struct fragment *fragments[MAX_PENDING + 1];
    int count = 0;
    if (r->picture.bytes)
        fragments[count++] = &r->picture;
    for (int i = 0; i < r->pending_count; i++)
        fragments[count++] = &r->pending[i];
    if (count == 0 || out->count == MAX_MESSAGES)
        return;
    struct ring_message m = describe(r);
    m.bytes = frame_fragments(fragments, count);
    r->audio_next = m.audio_next;
    forget(r);
    if (m.bytes)
        out->messages[out->count++] = (struct channel_message){track, m};
}

static void add_pending(struct rendition *r, const struct fragment *f)
{
    r->pending[r->pending_count++] = *f; /* it is flushed when full */
    bytes_ref(f->bytes);
}

static bool cannot_wait(const struct rendition *r)
{
    return r->picture.bytes || r->pending_count == MAX_PENDING ||
           clock_boot_us() - r->picture_us >= SOUND_ALONE_US;
}

static bool sound_comes(const struct feed *d)
{
    return d->sound && clock_boot_us() - d->sound_us < SOUND_AWAITED_US;
}

static void take_sound(struct feed *d, const struct fragment *f, struct media_letter *out)
{
    if (f->track == d->sound)
        d->sound_us = clock_boot_us();
    for (uint8_t id = 1; id <= TRACK_MAX; id++) {
        if (!d->tracks[id])
            continue;
        struct rendition *r = &d->renditions[id];
        bool alone = d->tracks[id]->kind == TRACK_AUDIO;
        if (f->track != (alone ? id : d->sound))
            continue;
        if (r->pending_count && r->pending[r->pending_count - 1].init != f->init)
            make_message(r, id, out); /* one init a message */
        add_pending(r, f);
        if (alone || cannot_wait(r))
            make_message(r, id, out);
    }
}

static void take_picture(struct feed *d, const struct fragment *f, struct media_letter *out)
{
    struct rendition *r = &d->renditions[f->track];
    r->picture_us = clock_boot_us();
    /* Who goes over at a keyframe has a whole message's sound, or none of it. */
    if (r->picture.bytes || (f->flags & FRAGMENT_SYNC))
        make_message(r, f->track, out);
    r->picture = *f;
    bytes_ref(f->bytes);
    if (!sound_comes(d))
        make_message(r, f->track, out);
}

/* A copy of the letter for another thread. */
static void post_copy(struct net *n, const struct media_letter *from)
{
    struct media_letter *o = malloc(sizeof *o);
    if (!o)
        return;
    *o = *from;
    if (o->fragment.bytes)
        bytes_ref(o->fragment.bytes);
    for (int i = 0; i < o->count; i++)
        bytes_ref(o->messages[i].message.bytes);
    post(n, &o->letter);
}

/* Notes it. After a jump in the sequence, which no worker can know of that was started in the place
 * of another, it says that there is a gap before it. */
static bool is_new(struct feed *d, struct fragment *f)
{
    if (f->track == 0 || f->track > TRACK_MAX || !d->tracks[f->track] || f->timescale == 0 ||
        (d->known[f->track] && f->seq <= d->newest_seq[f->track]))
        return false;
    if (d->known[f->track] && f->seq != d->newest_seq[f->track] + 1)
        f->flags |= FRAGMENT_DISCONTINUITY;
    d->known[f->track] = true;
    d->newest_seq[f->track] = f->seq;
    return true;
}

/* To every net thread; the messages' references end here. */
static void post_all(struct front *f, const struct feed *d, struct media_letter *out)
{
    memcpy(out->meeting, d->info.meeting, sizeof out->meeting);
    for (int i = 0; i < f->thread_count; i++)
        post_copy(f->nets[i], out);
    for (int i = 0; i < out->count; i++)
        bytes_unref(out->messages[i].message.bytes);
}

void front_channel_fragment(struct front *f, const char *meeting, const struct fragment *fragment)
{
    struct feed *d = find(f, meeting);
    struct media_letter out = {.letter = {.open = open_media, .discard = discard_media},
                               .fragment = *fragment};
    if (!d || !is_new(d, &out.fragment))
        return;
    if (d->tracks[fragment->track]->kind == TRACK_AUDIO)
        take_sound(d, &out.fragment, &out);
    else
        take_picture(d, &out.fragment, &out);
    post_all(f, d, &out);
}

void front_channels_due(struct front *f)
{
    list_for_each (pos, &f->publisher->feeds) {
        struct feed *d = list_entry(pos, struct feed, node);
        struct media_letter out = {.letter = {.open = open_media, .discard = discard_media}};
        for (uint8_t id = 1; id <= TRACK_MAX; id++)
            if (d->renditions[id].picture.bytes && !sound_comes(d))
                make_message(&d->renditions[id], id, &out);
        if (out.count)
            post_all(f, d, &out);
    }
}

/* Keeps what is pending of tracks that stay as they were. */
static void take_tracks(struct feed *d, const struct front_channel_info *info)
{
    for (uint8_t id = 1; id <= TRACK_MAX; id++) {
        const struct track *before = d->tracks[id], *now = NULL;
        for (int i = 0; i < info->track_count; i++)
            if (info->tracks[i].id == id)
                now = &info->tracks[i];
        if (!before || !now || before->kind != now->kind || strcmp(before->name, now->name) != 0) {
            forget(&d->renditions[id]);
            d->known[id] = false;
        }
    }
    d->info = *info;
    memset(d->tracks, 0, sizeof d->tracks);
    d->sound = 0;
    for (int i = 0; i < info->track_count; i++) {
        const struct track *track = &d->info.tracks[i];
        d->tracks[track->id] = track;
        if (track->kind == TRACK_AUDIO && d->sound == 0)
            d->sound = track->id;
    }
}

static bool is_valid(const struct front_channel_info *info)
{
    if (!id_valid(info->meeting) || info->grid_us < 100000 || info->grid_us > 60000000 ||
        info->track_count < 0 || info->track_count > TRACK_MAX)
        return false;
    for (int i = 0; i < info->track_count; i++)
        if (info->tracks[i].id == 0 || info->tracks[i].id > TRACK_MAX)
            return false;
    return true;
}

void front_channel_open(struct front *f, const struct front_channel_info *info)
{
    struct feed *d = find(f, info->meeting);
    if (!is_valid(info))
        return;
    if (!d) {
        d = calloc(1, sizeof *d);
        if (!d)
            return;
        list_append(&f->publisher->feeds, &d->node);
    }
    take_tracks(d, info);
    for (int i = 0; i < f->thread_count; i++) {
        struct open_letter *o = calloc(1, sizeof *o);
        if (!o)
            continue;
        o->letter = (struct letter){.open = open_channel, .discard = discard_plain};
        o->info = *info;
        post(f->nets[i], &o->letter);
    }
}

void front_channel_init(struct front *f, const char *meeting, const struct track_init *init)
{
    struct feed *d = find(f, meeting);
    if (!d || init->track == 0 || init->track > TRACK_MAX || !d->tracks[init->track] ||
        init->number == 0)
        return;
    uint8_t header[WS_HEADER_MAX];
    size_t size = media_init_size(init), n = ws_header_write(WS_BINARY, size, header);
    struct bytes *message = bytes_new(n + size);
    if (!message)
        return;
    memcpy(message->data, header, n);
    media_init_write(init, message->data + n);
    for (int i = 0; i < f->thread_count; i++) {
        struct init_letter *o = calloc(1, sizeof *o);
        if (!o)
            continue;
        o->letter = (struct letter){.open = open_init, .discard = discard_init};
        memcpy(o->meeting, d->info.meeting, sizeof o->meeting);
        o->init = *init;
        bytes_ref(init->bytes);
        o->message = bytes_ref(message);
        post(f->nets[i], &o->letter);
    }
    bytes_unref(message);
}

void front_channel_close(struct front *f, const char *meeting)
{
    struct feed *d = find(f, meeting);
    if (!d)
        return;
    for (int i = 0; i < f->thread_count; i++) {
        struct close_letter *o = calloc(1, sizeof *o);
        if (!o)
            continue;
        o->letter = (struct letter){.open = open_close, .discard = discard_plain};
        memcpy(o->meeting, d->info.meeting, sizeof o->meeting);
        post(f->nets[i], &o->letter);
    }
    feed_destroy(d);
}
