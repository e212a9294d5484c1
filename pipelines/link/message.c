#include "link/message.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

static void json_drop_p(json_t **j)
{
    json_decref(*j);
}

/* How many bytes the UTF-8 character at `at` has, 0 where there is none. */
static size_t character_size(const unsigned char *at, size_t left)
{
    size_t n = at[0] < 0x80 ? 1 : at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : at[0] >= 0xc2 ? 2 : 0;
    json_t *j = n && n <= left ? json_stringn((const char *)at, n) : NULL; /* it checks */
    json_decref(j);
    return j ? n : 0;
}

/* Returns an owned JSON text. A reason that was cut in the middle of a character, or a file's name
 * in another encoding, must not cost the whole message: what is no UTF-8 becomes "?". */
static json_t *text_of(const char *text)
{
    json_t *j = json_string(text);
    if (j)
        return j;
    cleanup_free char *copy = strdup(text);
    size_t size = copy ? strlen(copy) : 0;
    for (size_t at = 0, n; at < size; at += n ? n : 1) {
        n = character_size((unsigned char *)copy + at, size - at);
        if (!n)
            copy[at] = '?';
    }
    return copy ? json_string(copy) : NULL;
}

/* Takes the JSON (NULL: it could not be built). */
static int add_json(struct buf *out, enum link_type type, json_t *taken)
{
    cleanup(json_drop_p) json_t *j = taken;
    cleanup_free char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;
    if (!text)
        return -ENOMEM;
    return link_add_frame(out, type, text, strlen(text));
}

/* Returns an owned object, or NULL. */
static json_t *read_json(const struct link_frame *frame, enum link_type type)
{
    if (frame->type != type)
        return NULL;
    json_t *j = json_loadb((const char *)frame->body, frame->size, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(j))
        return j;
    json_decref(j);
    return NULL;
}

/* Copies a text member, cut at a whole character where it is too long; "" where it is missing. */
static void take_text(const json_t *j, const char *key, char *field, size_t size)
{
    const char *text = json_string_value(json_object_get(j, key));
    size_t n = text ? strlen(text) : 0;
    if (n >= size) {
        n = size - 1;
        while (n && ((unsigned char)text[n] & 0xc0) == 0x80)
            n--;
    }
    if (n)
        memcpy(field, text, n);
    field[n] = 0;
}

static int64_t number(const json_t *j, const char *key)
{
    return json_integer_value(json_object_get(j, key));
}

int link_add_hello(struct buf *out, const struct link_hello *m)
{
    return add_json(out, LINK_HELLO,
                    json_pack("{sI so so so sI}", "version", (json_int_t)m->version, "role",
                              text_of(m->role), "meeting", text_of(m->meeting), "instance",
                              text_of(m->instance), "pid", (json_int_t)m->pid));
}

int link_read_hello(const struct link_frame *frame, struct link_hello *ret)
{
    cleanup(json_drop_p) json_t *j = read_json(frame, LINK_HELLO);
    int64_t version = number(j, "version");
    if (version < 1 || version > UINT32_MAX)
        return -EPROTO;
    ret->version = (uint32_t)version;
    ret->pid = number(j, "pid");
    take_text(j, "role", ret->role, sizeof ret->role);
    take_text(j, "meeting", ret->meeting, sizeof ret->meeting);
    take_text(j, "instance", ret->instance, sizeof ret->instance);
    return 0;
}

int link_add_tracks(struct buf *out, const struct link_tracks *m)
{
    json_t *tracks = json_array();
    for (int i = 0; i < m->count; i++) {
        const struct track *t = &m->tracks[i];
        json_array_append_new(tracks, json_pack("{si si so sI}", "id", t->id, "kind", (int)t->kind,
                                                "name", text_of(t->name), "bitrate_bps",
                                                (json_int_t)t->bitrate_bps));
    }
    return add_json(out, LINK_TRACKS,
                    json_pack("{sI so}", "grid_us", (json_int_t)m->grid_us, "tracks", tracks));
}

static bool read_track(const json_t *j, struct track *t)
{
    int64_t id = number(j, "id"), kind = number(j, "kind"), rate = number(j, "bitrate_bps");
    if (id < 1 || id > TRACK_MAX || (kind != TRACK_VIDEO && kind != TRACK_AUDIO) || rate < 0 ||
        rate > UINT32_MAX)
        return false;
    *t = (struct track){.id = (uint8_t)id, .kind = (enum track_kind)kind};
    t->bitrate_bps = (uint32_t)rate;
    take_text(j, "name", t->name, sizeof t->name);
    return id_valid(t->name);
}

int link_read_tracks(const struct link_frame *frame, struct link_tracks *ret)
{
    cleanup(json_drop_p) json_t *j = read_json(frame, LINK_TRACKS);
    const json_t *tracks = json_object_get(j, "tracks");
    size_t count = json_array_size(tracks);
    struct link_tracks m = {.count = (int)count, .grid_us = number(j, "grid_us")};
    if (!j || count < 1 || count > TRACK_MAX || m.grid_us <= 0)
        return -EPROTO;
    for (size_t i = 0; i < count; i++) {
        if (!read_track(json_array_get(tracks, i), &m.tracks[i]))
            return -EPROTO;
        for (size_t k = 0; k < i; k++) {
            if (m.tracks[k].id == m.tracks[i].id)
                return -EPROTO;
        }
    }
    *ret = m;
    return 0;
}

int link_add_command(struct buf *out, const struct link_command *m)
{
    return add_json(out, LINK_COMMAND,
                    json_pack("{sI si so}", "id", (json_int_t)m->id, "kind", (int)m->kind, "source",
                              text_of(m->source)));
}

int link_read_command(const struct link_frame *frame, struct link_command *ret)
{
    cleanup(json_drop_p) json_t *j = read_json(frame, LINK_COMMAND);
    int64_t id = number(j, "id"), kind = number(j, "kind");
    if (id < 0 || id > UINT32_MAX || kind < LINK_STOP || kind > LINK_LAYOUT)
        return -EPROTO;
    ret->id = (uint32_t)id;
    ret->kind = (enum link_command_kind)kind;
    take_text(j, "source", ret->source, sizeof ret->source);
    return 0;
}

int link_add_reply(struct buf *out, const struct link_reply *m)
{
    return add_json(out, LINK_REPLY,
                    json_pack("{sI si so}", "id", (json_int_t)m->id, "error", m->error, "reason",
                              text_of(m->reason)));
}

int link_read_reply(const struct link_frame *frame, struct link_reply *ret)
{
    cleanup(json_drop_p) json_t *j = read_json(frame, LINK_REPLY);
    int64_t id = number(j, "id"), error = number(j, "error");
    if (!j || id < 0 || id > UINT32_MAX || error > 0 || error < -4095)
        return -EPROTO;
    ret->id = (uint32_t)id;
    ret->error = (int)error;
    take_text(j, "reason", ret->reason, sizeof ret->reason);
    return 0;
}

static json_t *print_source(const struct link_source_status *s)
{
    return json_pack("{so si so so so sI sf}", "id", text_of(s->id), "state", (int)s->state,
                     "reason", text_of(s->reason), "video", text_of(s->video), "audio",
                     text_of(s->audio), "bytes", (json_int_t)s->bytes, "drift_ppm",
                     isfinite(s->drift_ppm) ? s->drift_ppm : 0.0);
}

int link_add_status(struct buf *out, const struct link_status *m)
{
    json_t *sources = json_array();
    for (int i = 0; i < m->source_count; i++)
        json_array_append_new(sources, print_source(&m->sources[i]));
    return add_json(out, LINK_STATUS,
                    json_pack("{sI so so si si sI sI sI sI sI sI so}", "media_time_us",
                              (json_int_t)m->media_time_us, "on_air", text_of(m->on_air),
                              "selected", text_of(m->selected), "alarms", (int)m->alarms,
                              "recorder", (int)m->recorder, "recorded_bytes",
                              (json_int_t)m->recorded_bytes, "recorded_until_us",
                              (json_int_t)m->recorded_until_us, "disk_free_bytes",
                              (json_int_t)m->disk_free_bytes, "fragments", (json_int_t)m->fragments,
                              "dropped", (json_int_t)m->dropped, "rss_bytes",
                              (json_int_t)m->rss_bytes, "sources", sources));
}

static void read_source(const json_t *j, struct link_source_status *s)
{
    *s = (struct link_source_status){.state = (enum source_state)number(j, "state")};
    if (s->state < SOURCE_WAITING || s->state > SOURCE_ENDED)
        s->state = SOURCE_WAITING;
    s->bytes = number(j, "bytes");
    s->drift_ppm = json_number_value(json_object_get(j, "drift_ppm"));
    take_text(j, "id", s->id, sizeof s->id);
    take_text(j, "reason", s->reason, sizeof s->reason);
    take_text(j, "video", s->video, sizeof s->video);
    take_text(j, "audio", s->audio, sizeof s->audio);
}

int link_read_status(const struct link_frame *frame, struct link_status *ret)
{
    cleanup(json_drop_p) json_t *j = read_json(frame, LINK_STATUS);
    const json_t *sources = json_object_get(j, "sources");
    int64_t recorder = number(j, "recorder");
    if (!j || json_array_size(sources) > SPEC_MAX_SOURCES || recorder < RECORDER_OFF ||
        recorder > RECORDER_FAILED)
        return -EPROTO;
    *ret = (struct link_status){
        .media_time_us = number(j, "media_time_us"),
        .alarms = (unsigned)number(j, "alarms"),
        .recorder = (enum recorder_state)recorder,
        .recorded_bytes = number(j, "recorded_bytes"),
        .recorded_until_us = number(j, "recorded_until_us"),
        .disk_free_bytes = number(j, "disk_free_bytes"),
        .fragments = number(j, "fragments"),
        .dropped = number(j, "dropped"),
        .rss_bytes = number(j, "rss_bytes"),
        .source_count = (int)json_array_size(sources),
    };
    take_text(j, "on_air", ret->on_air, sizeof ret->on_air);
    take_text(j, "selected", ret->selected, sizeof ret->selected);
    for (int i = 0; i < ret->source_count; i++)
        read_source(json_array_get(sources, (size_t)i), &ret->sources[i]);
    return 0;
}

int link_add_notice(struct buf *out, const struct link_notice *m)
{
    return add_json(out, LINK_NOTICE,
                    json_pack("{so sI sI so so}", "type", text_of(m->type), "media_time_us",
                              (json_int_t)m->media_time_us, "utc_us", (json_int_t)m->utc_us,
                              "source", text_of(m->source), "detail", text_of(m->detail)));
}

int link_read_notice(const struct link_frame *frame, struct link_notice *ret)
{
    cleanup(json_drop_p) json_t *j = read_json(frame, LINK_NOTICE);
    if (!j)
        return -EPROTO;
    ret->media_time_us = number(j, "media_time_us");
    ret->utc_us = number(j, "utc_us");
    take_text(j, "type", ret->type, sizeof ret->type);
    take_text(j, "source", ret->source, sizeof ret->source);
    take_text(j, "detail", ret->detail, sizeof ret->detail);
    return 0;
}
