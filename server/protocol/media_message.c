#include "protocol/media_message.h"

#include <endian.h>
#include <errno.h>
#include <jansson.h>
#include <string.h>

enum { MESSAGE_INIT = 1, MESSAGE_FRAGMENTS = 2 };

#define INIT_HEAD 17
#define FRAGMENTS_HEAD 4
#define FRAGMENT_HEAD 40

static uint8_t *put8(uint8_t *at, uint8_t v)
{
    *at = v;
    return at + 1;
}

static uint8_t *put16(uint8_t *at, uint16_t v)
{
    v = htobe16(v);
    memcpy(at, &v, sizeof v);
    return at + sizeof v;
}

static uint8_t *put32(uint8_t *at, uint32_t v)
{
    v = htobe32(v);
    memcpy(at, &v, sizeof v);
    return at + sizeof v;
}

static uint8_t *put64(uint8_t *at, uint64_t v)
{
    v = htobe64(v);
    memcpy(at, &v, sizeof v);
    return at + sizeof v;
}

static uint8_t *put(uint8_t *at, const void *data, size_t size)
{
    memcpy(at, data, size);
    return at + size;
}

size_t media_init_size(const struct track_init *init)
{
    return INIT_HEAD + strlen(init->codec) + init->bytes->size;
}

void media_init_write(const struct track_init *init, uint8_t *at)
{
    size_t codec = strlen(init->codec);
    at = put8(at, MESSAGE_INIT);
    at = put8(at, init->track);
    at = put16(at, 0);
    at = put32(at, init->number);
    at = put32(at, init->timescale);
    at = put16(at, init->width);
    at = put16(at, init->height);
    at = put8(at, (uint8_t)codec);
    at = put(at, init->codec, codec);
    put(at, init->bytes->data, init->bytes->size);
}

size_t media_fragments_size(const struct fragment *const *fragments, int count)
{
    size_t size = FRAGMENTS_HEAD;
    for (int i = 0; i < count; i++)
        size += FRAGMENT_HEAD + fragments[i]->bytes->size;
    return size;
}

static uint8_t *put_fragment(uint8_t *at, const struct fragment *f)
{
    at = put8(at, f->track);
    at = put8(at, f->flags);
    at = put16(at, 0);
    at = put32(at, f->init);
    at = put64(at, f->seq);
    at = put64(at, (uint64_t)fragment_time_us(f));
    at = put64(at, (uint64_t)f->capture_utc_us);
    at = put32(at, (uint32_t)ticks_to_us(f->duration, f->timescale));
    at = put32(at, (uint32_t)f->bytes->size);
    return put(at, f->bytes->data, f->bytes->size);
}

void media_fragments_write(const struct fragment *const *fragments, int count, uint8_t *at)
{
    at = put8(at, MESSAGE_FRAGMENTS);
    at = put8(at, (uint8_t)count);
    at = put16(at, 0);
    for (int i = 0; i < count; i++)
        at = put_fragment(at, fragments[i]);
}

/* Takes the value, which may be NULL. */
static struct bytes *text(json_t *value)
{
    char *printed = value ? json_dumps(value, JSON_COMPACT) : NULL;
    json_decref(value);
    struct bytes *b = printed ? bytes_copy(printed, strlen(printed)) : NULL;
    free(printed);
    return b;
}

static json_t *track_json(const struct track *t)
{
    return json_pack("{s:i,s:s,s:s,s:I}", "id", t->id, "kind",
                     t->kind == TRACK_VIDEO ? "video" : "audio", "name", t->name, "bitrate_bps",
                     (json_int_t)t->bitrate_bps);
}

struct bytes *media_hello_text(const struct media_hello *hello)
{
    json_t *tracks = json_array();
    for (int i = 0; i < hello->track_count; i++)
        if (json_array_append_new(tracks, track_json(&hello->tracks[i])) != 0) {
            json_decref(tracks);
            return NULL;
        }
    return text(json_pack("{s:s,s:s,s:s,s:b,s:I,s:I,s:o,s:s}", "type", "hello", "protocol",
                          MEDIA_PROTOCOL, "meeting", hello->meeting, "live", (int)hello->live,
                          "server_utc_us", (json_int_t)hello->server_utc_us, "media_time_us",
                          (json_int_t)hello->media_time_us, "tracks", tracks, "rendition",
                          hello->rendition));
}

struct bytes *media_rendition_text(const char *rendition, enum media_reason reason)
{
    static const char *const names[] = {
        [MEDIA_ASKED] = "asked", [MEDIA_SLOW] = "slow", [MEDIA_RECOVERED] = "recovered"};
    return text(json_pack("{s:s,s:s,s:s}", "type", "rendition", "rendition", rendition, "reason",
                          names[reason]));
}

struct bytes *media_skip_text(int64_t from_us, int64_t to_us)
{
    return text(json_pack("{s:s,s:I,s:I}", "type", "skip", "from_us", (json_int_t)from_us, "to_us",
                          (json_int_t)to_us));
}

struct bytes *media_state_text(bool live)
{
    return text(json_pack("{s:s,s:b}", "type", "state", "live", (int)live));
}

static int read_select(const json_t *o, struct media_client_message *m)
{
    const json_t *rendition = json_object_get(o, "rendition");
    const json_t *video = json_object_get(o, "video");
    if (rendition) {
        const char *name = json_string_value(rendition);
        if (!name || json_string_length(rendition) >= sizeof m->rendition ||
            strlen(name) != json_string_length(rendition))
            return -EPROTO;
        memcpy(m->rendition, name, strlen(name) + 1);
    }
    if (video && !json_is_boolean(video))
        return -EPROTO;
    m->kind = MEDIA_SELECT;
    m->video = !json_is_false(video);
    return 0;
}

/* A count that may be left out, or null. */
static int read_count(const json_t *o, const char *name, bool *ret_has, uint64_t *ret)
{
    const json_t *value = json_object_get(o, name);
    if (!value || json_is_null(value))
        return 0;
    double number = json_number_value(value); /* a script's number may come with a fraction */
    if (!json_is_number(value) || number < 0 || number > 9e15)
        return -EPROTO;
    *ret_has = true;
    *ret = (uint64_t)number;
    return 0;
}

static int read_report(const json_t *o, struct media_client_message *m)
{
    bool has_buffered = false;
    uint64_t buffered = 0;
    if (read_count(o, "video_sequence", &m->has_video_sequence, &m->video_sequence) < 0 ||
        read_count(o, "audio_sequence", &m->has_audio_sequence, &m->audio_sequence) < 0 ||
        read_count(o, "buffered_us", &has_buffered, &buffered) < 0)
        return -EPROTO;
    m->kind = MEDIA_REPORT;
    m->buffered_us = has_buffered ? (int64_t)buffered : -1;
    return 0;
}

int media_client_read(const void *json, size_t size, struct media_client_message *ret)
{
    json_t *o = json_loadb(json, size, JSON_REJECT_DUPLICATES, NULL);
    if (!o)
        return -EPROTO;
    struct media_client_message m = {.buffered_us = -1};
    const char *type = json_string_value(json_object_get(o, "type"));
    int r = -EPROTO;
    if (type && strcmp(type, "select") == 0)
        r = read_select(o, &m);
    else if (type && strcmp(type, "report") == 0)
        r = read_report(o, &m);
    json_decref(o);
    if (r == 0)
        *ret = m;
    return r;
}
