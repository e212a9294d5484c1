#include "player.h"

#include "../cmocka_all.h"
#include "front/ws_frame.h"

#include <endian.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static uint64_t read_be(const uint8_t *at, int size)
{
    uint64_t v = 0;
    for (int i = 0; i < size; i++)
        v = v << 8 | at[i];
    return v;
}

static int track_of(const char *rendition)
{
    return strcmp(rendition, "720p") == 0   ? FEED_HIGH
           : strcmp(rendition, "360p") == 0 ? FEED_LOW
                                            : 0;
}

static void take_text(struct player *p, const struct bytes *b)
{
    json_t *o = json_loadb((const char *)b->data, b->size, 0, NULL);
    assert_non_null(o);
    const char *type = json_string_value(json_object_get(o, "type"));
    assert_true(p->greeted || strcmp(type, "hello") == 0);
    if (strcmp(type, "hello") == 0) {
        p->greeted = true;
        p->live = json_is_true(json_object_get(o, "live"));
        p->changed = true;
        snprintf(p->rendition, sizeof p->rendition, "%s",
                 json_string_value(json_object_get(o, "rendition")));
    } else if (strcmp(type, "rendition") == 0) {
        snprintf(p->rendition, sizeof p->rendition, "%s",
                 json_string_value(json_object_get(o, "rendition")));
        p->switches++;
        p->changed = true;
    } else if (strcmp(type, "skip") == 0) {
        assert_true(json_integer_value(json_object_get(o, "to_us")) >
                    json_integer_value(json_object_get(o, "from_us")));
        p->skips++;
        p->jumped = true;
    } else {
        assert_string_equal(type, "state");
        p->live = json_is_true(json_object_get(o, "live"));
    }
    json_decref(o);
}

static void take_picture(struct player *p, int track, uint64_t seq, bool key)
{
    assert_int_equal(track, track_of(p->rendition));
    uint64_t newest =
        p->newest[FEED_HIGH] > p->newest[FEED_LOW] ? p->newest[FEED_HIGH] : p->newest[FEED_LOW];
    if (p->changed || p->jumped)
        assert_true(key);
    else
        assert_true(seq == newest + 1);
    if (p->pictures && seq > newest + 1) {
        assert_true(p->jumped);
        p->lost_pictures += (int)(seq - newest - 1);
    }
    p->pictures++;
    p->changed = p->jumped = false;
    p->ahead_us = (int64_t)(seq - 1000) * 40000;
}

static size_t take_fragment(struct player *p, const uint8_t *at, size_t size)
{
    assert_true(size >= 40);
    int track = at[0];
    uint64_t seq = read_be(at + 8, 8);
    size_t bytes = read_be(at + 36, 4);
    assert_true(track >= 1 && track <= 3 && p->init[track]);
    assert_int_equal(read_be(at + 4, 4), 1);
    assert_true((int64_t)read_be(at + 16, 8) == (int64_t)(seq - 1000) * 40000);
    assert_true((int64_t)read_be(at + 24, 8) == 1700000000000000 + (int64_t)(seq - 1000) * 40000);
    assert_int_equal(read_be(at + 32, 4), 40000);
    assert_true(size >= 40 + bytes);
    assert_true(feed_check(at + 40, bytes, track, seq));
    if (track != FEED_SOUND) {
        take_picture(p, track, seq, at[1] & 1);
    } else if (p->seen[track]) {
        assert_true(seq <= p->newest[track] + 1); /* no hole */
        p->repeated += seq <= p->newest[track];
    }
    if (!p->seen[track] || seq > p->newest[track])
        p->newest[track] = seq;
    p->seen[track] = true;
    return 40 + bytes;
}

static void take_binary(struct player *p, const struct bytes *b)
{
    assert_true(p->greeted && b->size >= 4);
    if (b->data[0] == 1) {
        char text[32];
        int track = b->data[1];
        snprintf(text, sizeof text, "init of %d", track);
        assert_memory_equal(b->data + 17 + b->data[16], text, strlen(text));
        p->init[track] = true;
        return;
    }
    assert_int_equal(b->data[0], 2);
    size_t at = 4;
    for (int i = 0; i < b->data[1]; i++)
        at += take_fragment(p, b->data + at, b->size - at);
    assert_int_equal(at, b->size);
}

bool player_take(struct player *p, int timeout_ms)
{
    struct bytes *b = NULL;
    int opcode = client_ws_read(&p->socket, timeout_ms, &b);
    if (opcode < 0)
        return false;
    if (opcode == WS_TEXT)
        take_text(p, b);
    else if (opcode == WS_BINARY)
        take_binary(p, b);
    else if (opcode == WS_CLOSE && b->size >= 2)
        p->closed = (int)read_be(b->data, 2);
    bytes_unref(b);
    return true;
}

void player_open(struct player *p, int port, const char *path)
{
    memset(p, 0, sizeof *p);
    client_ws_open(port, path, &p->socket);
}

void player_close(struct player *p)
{
    client_ws_close(&p->socket);
}

void player_start(struct fixture *x, int frames)
{
    fixture_init(x);
    x->config.threads = 1;
    fixture_start(x);
    fixture_publish(x, frames);
    fixture_sleep_us(50000);
}
