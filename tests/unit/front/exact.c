#include "exact.h"

#include "../cmocka_all.h"
#include "front/ws_frame.h"
#include "media/cmaf.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TICKS 3600 /* of a frame, at 90 kHz */
#define FRAME_US 40000
#define FIRST_SEQ 1000
#define CAPTURE_US 1700000000000000
#define SOUND_BYTES 300

/* ---- what is published ---- */

void exact_feed_open(struct exact_feed *d, struct front *f, int grid_frames)
{
    struct feed_options options = {.grid_ms = grid_frames * 40, .epoch_boot_us = 1};
    memset(d, 0, sizeof *d);
    d->grid_frames = grid_frames;
    feed_open(f, "demo", &options);
    for (uint8_t track = FEED_HIGH; track <= FEED_SOUND; track++) {
        char text[32];
        int size = snprintf(text, sizeof text, "init of %d", track);
        d->inits[track] = bytes_copy(text, (size_t)size);
    }
}

static struct bytes *make(uint8_t track, int frame, bool sync, size_t size)
{
    cleanup_free uint8_t *media = malloc(size);
    struct bytes *made = NULL;
    assert_non_null(media);
    feed_fill(media, size, track, (uint64_t)frame);
    struct cmaf_sample sample = {media, size};
    struct cmaf_fragment fragment = {.track = track,
                                     .seq = FIRST_SEQ + (uint64_t)frame,
                                     .dts = (int64_t)frame * TICKS,
                                     .sync = sync,
                                     .sample_duration = TICKS,
                                     .count = 1,
                                     .samples = &sample};
    assert_int_equal(cmaf_build_fragment(&fragment, &made), 0);
    return made;
}

void exact_feed_frame(struct exact_feed *d, struct front *f, size_t high_bytes, size_t low_bytes)
{
    static const uint8_t order[] = {FEED_HIGH, FEED_LOW, FEED_SOUND};
    const size_t sizes[] = {0, high_bytes, low_bytes, SOUND_BYTES};
    int frame = atomic_load(&d->frames);
    assert_true(frame < EXACT_MAX_FRAMES);
    for (int i = 0; i < 3; i++) {
        uint8_t track = order[i];
        bool sync = track == FEED_SOUND || frame % d->grid_frames == 0;
        d->made[track][frame] = make(track, frame, sync, sizes[track]);
    }
    atomic_store(&d->frames, frame + 1);
    for (int i = 0; i < 3; i++) {
        uint8_t track = order[i];
        bool sync = track == FEED_SOUND || frame % d->grid_frames == 0;
        struct fragment x = {.track = track,
                             .flags = sync ? FRAGMENT_SYNC : 0,
                             .init = 1,
                             .seq = FIRST_SEQ + (uint64_t)frame,
                             .dts = (int64_t)frame * TICKS,
                             .duration = TICKS,
                             .timescale = 90000,
                             .capture_utc_us = CAPTURE_US + (int64_t)frame * FRAME_US,
                             .bytes = d->made[track][frame]};
        front_channel_fragment(f, "demo", &x);
    }
}

void exact_feed_finish(struct exact_feed *d)
{
    for (int track = FEED_HIGH; track <= FEED_SOUND; track++) {
        bytes_unref(d->inits[track]);
        for (int i = 0; i < atomic_load(&d->frames); i++)
            bytes_unref(d->made[track][i]);
    }
}

/* ---- what comes ---- */

static uint64_t be(const uint8_t *at, int size)
{
    uint64_t v = 0;
    for (int i = 0; i < size; i++)
        v = v << 8 | at[i];
    return v;
}

/* The box of that name within, its header left off; each box's length must fit. */
static const uint8_t *box(const uint8_t *at, size_t size, const char *name, size_t *ret_size)
{
    const uint8_t *found = NULL;
    while (size) {
        assert_true(size >= 8);
        size_t length = be(at, 4);
        assert_true(length >= 8 && length <= size);
        if (memcmp(at + 4, name, 4) == 0) {
            assert_null(found);
            found = at + 8;
            *ret_size = length - 8;
        }
        at += length;
        size -= length;
    }
    assert_non_null(found);
    return found;
}

/* moof and mdat say the same as the header before them. */
static void check_boxes(const uint8_t *at, size_t size, int track, int frame)
{
    size_t moof_size, mdat_size, traf_size, n;
    const uint8_t *moof = box(at, size, "moof", &moof_size);
    box(at, size, "mdat", &mdat_size);
    assert_int_equal(moof_size + mdat_size + 16, size);
    const uint8_t *mfhd = box(moof, moof_size, "mfhd", &n);
    assert_int_equal(n, 8);
    assert_int_equal(be(mfhd + 4, 4), FIRST_SEQ + frame);
    const uint8_t *traf = box(moof, moof_size, "traf", &traf_size);
    assert_int_equal(be(box(traf, traf_size, "tfhd", &n) + 4, 4), track);
    const uint8_t *tfdt = box(traf, traf_size, "tfdt", &n);
    assert_int_equal(tfdt[0], 1);
    assert_int_equal(be(tfdt + 4, 8), (int64_t)frame * TICKS);
    const uint8_t *trun = box(traf, traf_size, "trun", &n);
    assert_int_equal(be(trun + 4, 4), 1);              /* samples */
    assert_int_equal(be(trun + 8, 4), moof_size + 16); /* where the first one lies */
    assert_int_equal(be(trun + 12, 4), mdat_size);     /* its size */
}

static int track_of(const char *rendition)
{
    return strcmp(rendition, "720p") == 0   ? FEED_HIGH
           : strcmp(rendition, "360p") == 0 ? FEED_LOW
                                            : 0;
}

/* In order; a gap only after `skip`, or after sound alone. */
static void take_picture(struct exact_player *p, int track, int frame, bool key)
{
    assert_int_equal(track, track_of(p->rendition));
    assert_int_equal(key, frame % p->feed->grid_frames == 0);
    if (p->changed || p->skipped || p->pictures == 0)
        assert_true(key);
    if (p->pictures && !p->skipped && !p->was_sound_alone)
        assert_int_equal(frame, p->newest_picture + 1);
    else if (p->pictures && p->skipped)
        assert_true(frame > p->newest_picture);
    p->newest_picture = frame;
    p->pictures++;
    p->changed = p->skipped = p->was_sound_alone = false;
}

/* Without a hole, whatever happens; again only where a picture begins before sound that was heard
 * alone, or, of an uneven feed, after a change. */
static void take_sound(struct exact_player *p, int frame)
{
    bool again = p->seen[FEED_SOUND] && frame <= p->newest[FEED_SOUND];
    if (!p->seen[FEED_SOUND])
        p->first_sound = frame;
    else
        assert_true(again || frame == p->newest[FEED_SOUND] + 1);
    if (again)
        assert_true(p->may_repeat);
    else
        p->may_repeat = false;
    p->repeats += again;
    p->sounds += !again;
}

static size_t take_fragment(struct exact_player *p, const uint8_t *at, size_t size)
{
    assert_true(size >= 40);
    int track = at[0], frame = (int)(be(at + 8, 8) - FIRST_SEQ);
    size_t bytes = be(at + 36, 4);
    assert_true(track >= FEED_HIGH && track <= FEED_SOUND && p->init[track]);
    assert_true(frame >= 0 && frame < atomic_load(&p->feed->frames));
    assert_int_equal(be(at + 2, 2), 0);
    assert_int_equal(be(at + 4, 4), 1);
    assert_int_equal(be(at + 16, 8), (int64_t)frame * FRAME_US);
    assert_int_equal(be(at + 24, 8), CAPTURE_US + (int64_t)frame * FRAME_US);
    assert_int_equal(be(at + 32, 4), FRAME_US);
    assert_true(bytes <= size - 40);
    const struct bytes *made = p->feed->made[track][frame];
    assert_int_equal(bytes, made->size);
    assert_memory_equal(at + 40, made->data, bytes);
    check_boxes(at + 40, bytes, track, frame);
    if (track == FEED_SOUND)
        take_sound(p, frame);
    else
        take_picture(p, track, frame, at[1] & 1);
    assert_int_equal(at[1] & ~1, 0); /* no gap in what was published */
    if (!p->seen[track] || frame > p->newest[track])
        p->newest[track] = frame;
    p->seen[track] = true;
    return 40 + bytes;
}

static void take_init(struct exact_player *p, const struct bytes *b)
{
    assert_true(b->size > 17);
    int track = b->data[1];
    assert_true(track >= FEED_HIGH && track <= FEED_SOUND && !p->init[track]);
    const struct bytes *made = p->feed->inits[track];
    size_t head = 17u + b->data[16];
    assert_int_equal(b->size, head + made->size);
    assert_memory_equal(b->data + head, made->data, made->size);
    p->init[track] = true;
}

static void take_binary(struct exact_player *p, const struct bytes *b)
{
    assert_true(p->greeted && b->size >= 4);
    if (b->data[0] == 1) {
        take_init(p, b);
        return;
    }
    assert_int_equal(b->data[0], 2);
    assert_true(b->data[1] > 0);
    assert_int_equal(be(b->data + 2, 2), 0);
    size_t at = 4;
    for (int i = 0; i < b->data[1]; i++)
        at += take_fragment(p, b->data + at, b->size - at);
    assert_int_equal(at, b->size);
    p->messages++;
}

static void take_rendition(struct exact_player *p, const json_t *o)
{
    const char *name = json_string_value(json_object_get(o, "rendition"));
    assert_non_null(name);
    if (p->rendition[0] == 0)
        p->was_sound_alone = p->may_repeat = true;
    snprintf(p->rendition, sizeof p->rendition, "%s", name);
    p->may_repeat = p->may_repeat || p->feed->uneven;
    p->changed = true;
}

static void take_text(struct exact_player *p, const struct bytes *b)
{
    json_t *o = json_loadb((const char *)b->data, b->size, 0, NULL);
    assert_non_null(o);
    const char *type = json_string_value(json_object_get(o, "type"));
    assert_non_null(type);
    if (!p->greeted) {
        assert_string_equal(type, "hello");
        p->greeted = true;
        take_rendition(p, o);
    } else if (strcmp(type, "rendition") == 0) {
        take_rendition(p, o);
        p->switches++;
    } else {
        assert_string_equal(type, "skip");
        int64_t from_us = json_integer_value(json_object_get(o, "from_us"));
        int64_t to_us = json_integer_value(json_object_get(o, "to_us"));
        assert_true(to_us > from_us && to_us % (p->feed->grid_frames * FRAME_US) == 0);
        p->skips++;
        p->skipped = true;
    }
    json_decref(o);
}

bool exact_take(struct exact_player *p, int timeout_ms)
{
    struct bytes *b = NULL;
    int opcode = client_ws_read(&p->socket, timeout_ms, &b);
    if (opcode < 0)
        return false;
    assert_non_null(b);
    if (opcode == WS_TEXT)
        take_text(p, b);
    else if (opcode == WS_BINARY)
        take_binary(p, b);
    else if (opcode == WS_CLOSE)
        p->closed = b->size >= 2 ? (int)be(b->data, 2) : 1;
    else if (opcode == WS_PING)
        client_ws_send(&p->socket, WS_PONG, b->data, b->size);
    else
        assert_int_equal(opcode, WS_PONG);
    bytes_unref(b);
    return true;
}

bool exact_is_done(const struct exact_player *p)
{
    int last = atomic_load(&p->feed->frames) - 1, picture = track_of(p->rendition);
    return p->seen[FEED_SOUND] && p->newest[FEED_SOUND] == last &&
           (!picture || (p->pictures && p->newest_picture == last));
}

void exact_open(struct exact_player *p, const struct exact_feed *d, int port, const char *path)
{
    memset(p, 0, sizeof *p);
    p->feed = d;
    client_ws_open(port, path, &p->socket);
}

void exact_close(struct exact_player *p, bool reset)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    if (reset)
        setsockopt(p->socket.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    client_ws_close(&p->socket);
}
