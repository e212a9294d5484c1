#include "protocol/api.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

static const char *const meeting_states[] = {"", "idle", "live", "ended"};
static const char *const recorder_states[] = {"off", "off", "on", "full", "failed"};
static const char *const source_states[] = {"unknown", "waiting", "live",
                                            "refused", "failed",  "ended"};

const char *broadcast_phase_name(enum broadcast_phase state)
{
    return meeting_states[state];
}

const char *recorder_state_name(enum recorder_state state)
{
    return recorder_states[state];
}

const char *source_state_name(enum source_state state)
{
    return source_states[state];
}

/* Takes the JSON, NULL included. */
static struct bytes *finish(json_t *j)
{
    char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;
    json_decref(j);
    struct bytes *b = text ? bytes_copy(text, strlen(text)) : NULL;
    free(text);
    return b;
}

static json_t *print_tracks(const struct link_tracks *tracks)
{
    json_t *list = json_array();
    for (int i = 0; tracks && i < tracks->count; i++) {
        const struct track *t = &tracks->tracks[i];
        json_array_append_new(list, json_pack("{si ss ss sI}", "id", t->id, "kind",
                                              t->kind == TRACK_VIDEO ? "video" : "audio", "name",
                                              t->name, "bitrate_bps", (json_int_t)t->bitrate_bps));
    }
    return list;
}

static json_t *print_address(const char *format, const char *id)
{
    return json_sprintf(format, id);
}

static json_t *print_links(const char *id)
{
    return json_pack("{so so so so}", "page", print_address("/m/%s", id), "embed",
                     print_address("/embed/%s", id), "hls",
                     print_address("/hls/%s/master.m3u8", id), "media",
                     print_address("/ws/%s/media", id));
}

static json_t *print_late(const struct late *late)
{
    json_t *list = json_array();
    for (size_t i = 0; late && i < late->count; i++)
        json_array_append_new(list,
                              json_pack("{sI sI}", "from_us", (json_int_t)late->list[i].from_us,
                                        "delay_us", (json_int_t)late->list[i].delay_us));
    return list;
}

static json_t *print_meeting(const struct api_meeting *m)
{
    json_t *epoch = m->has_epoch ? json_integer(m->epoch_utc_us) : json_null();
    json_t *recording = json_pack(
        "{ss sb sI sI}", "state", recorder_state_name(m->recorder), "wanted", m->record_wanted,
        "bytes", (json_int_t)m->recorded_bytes, "until_us", (json_int_t)m->recorded_until_us);
    json_t *starts = m->starts_utc_us ? json_integer(m->starts_utc_us) : json_null();
    return json_pack("{ss ss ss ss so ss so sI so sI so so ss sI so}", "id", m->id, "title",
                     m->title, "language", m->language, "body", m->body, "starts_utc_us", starts,
                     "state", broadcast_phase_name(m->state), "epoch_utc_us", epoch,
                     "media_time_us", (json_int_t)m->media_time_us, "late", print_late(m->late),
                     "grid_us", (json_int_t)(m->tracks ? m->tracks->grid_us : 0), "tracks",
                     print_tracks(m->tracks), "recording", recording, "on_air", m->on_air,
                     "viewers", (json_int_t)m->viewers, "links", print_links(m->id));
}

struct bytes *api_print_meeting(const struct api_meeting *m)
{
    return finish(print_meeting(m));
}

struct bytes *api_print_meetings(const struct api_meeting *list, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, print_meeting(&list[i]));
    return finish(json_pack("{so}", "meetings", array));
}

struct bytes *api_print_rooms(const struct api_room *rooms, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array,
                              json_pack("{ss ss ss ss}", "id", rooms[i].id, "title", rooms[i].title,
                                        "encoder", rooms[i].encoder, "key", rooms[i].key));
    return finish(json_pack("{so}", "rooms", array));
}

struct bytes *api_print_agenda(const char *meeting, const struct api_item *items, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(
            array, json_pack("{si ss}", "number", items[i].number, "title", items[i].title));
    return finish(json_pack("{ss so}", "meeting", meeting, "items", array));
}

static json_t *print_source(const struct api_source *s, const char *on_air)
{
    static const struct link_source_status unknown = {0};
    const struct link_source_status *t = s->status ? s->status : &unknown;
    return json_pack("{ss ss si sI ss sb ss ss ss sI sf}", "id", s->id, "kind",
                     source_kind_name(s->kind), "priority", s->priority, "delay_ms",
                     (json_int_t)(s->delay_us / 1000), "state", source_state_name(t->state),
                     "on_air", strcmp(s->id, on_air) == 0, "reason", t->reason, "video", t->video,
                     "audio", t->audio, "bytes", (json_int_t)t->bytes, "drift_ppm", t->drift_ppm);
}

struct bytes *api_print_sources(const char *meeting, const char *on_air, const char *selected,
                                bool layouts, const struct api_source *sources, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, print_source(&sources[i], on_air));
    return finish(json_pack("{ss ss ss sb so}", "meeting", meeting, "on_air", on_air, "selected",
                            selected, "layouts", layouts, "sources", array));
}

struct api_log {
    json_t *object, *events; /* events is borrowed from object */
};

struct api_log *api_log_create(const char *meeting, uint64_t since)
{
    struct api_log *log = calloc(1, sizeof *log);
    if (!log)
        return NULL;
    log->events = json_array();
    log->object = json_pack("{ss sI so}", "meeting", meeting, "since", (json_int_t)since, "events",
                            log->events);
    if (!log->object) {
        free(log);
        return NULL;
    }
    return log;
}

int api_log_add(struct api_log *log, const struct api_event *e)
{
    static const char digits[] = "0123456789abcdef";
    char hash[65] = "";
    for (int i = 0; i < 32; i++) {
        hash[2 * i] = digits[e->hash[i] >> 4];
        hash[2 * i + 1] = digits[e->hash[i] & 15];
    }
    json_t *j = json_pack("{sI sI sI ss ss ss sI ss? ss}", "seq", (json_int_t)e->seq, "at_utc_us",
                          (json_int_t)e->at_utc_us, "media_us", (json_int_t)e->media_us, "actor",
                          e->actor, "type", e->type, "audience", e->audience, "version",
                          (json_int_t)e->version, "body", e->body, "hash", hash);
    return json_array_append_new(log->events, j) < 0 ? -ENOMEM : 0;
}

struct bytes *api_log_print(const struct api_log *log, bool more)
{
    json_object_set_new(log->object, "more", json_boolean(more));
    return finish(json_incref(log->object));
}

void api_log_destroy(struct api_log *log)
{
    if (!log)
        return;
    json_decref(log->object);
    free(log);
}

static bool take_text(const json_t *object, const char *name, char *ret, size_t size)
{
    const json_t *j = json_object_get(object, name);
    if (!j)
        return true;
    if (!json_is_string(j) || json_string_length(j) >= size ||
        strlen(json_string_value(j)) != json_string_length(j))
        return false;
    memcpy(ret, json_string_value(j), json_string_length(j) + 1);
    return true;
}

int api_read_broadcast(const struct bytes *body, struct api_broadcast *ret)
{
    if (!body)
        return -EINVAL;
    struct api_broadcast b = {0};
    json_t *j = json_loadb((const char *)body->data, body->size, JSON_REJECT_DUPLICATES, NULL);
    bool right = json_is_object(j) && take_text(j, "action", b.action, sizeof b.action) &&
                 take_text(j, "source", b.source, sizeof b.source) && b.action[0];
    const char *name;
    json_t *value;
    json_object_foreach(j, name, value)
    {
        right = right && (strcmp(name, "action") == 0 || strcmp(name, "source") == 0);
    }
    json_decref(j);
    if (!right)
        return -EINVAL;
    *ret = b;
    return 0;
}

struct bytes *api_print_health(const struct api_health *h)
{
    return finish(json_pack("{ss ss sI si si}", "status", "ok", "version", h->version, "uptime_us",
                            (json_int_t)h->uptime_us, "meetings", h->meetings, "live", h->live));
}

static json_t *person_links(const struct api_links *l, const char *role)
{
    json_t *list = json_array();
    for (size_t i = 0; i < l->people_count; i++) {
        const struct api_person_link *p = &l->people[i];
        if (role && strcmp(role, p->role) != 0)
            continue;
        json_array_append_new(list, role ? json_string(p->address)
                                         : json_pack("{ss ss ss}", "role", p->role, "name", p->name,
                                                     "address", p->address));
    }
    return list;
}

struct bytes *api_print_links(const struct api_links *l)
{
    return finish(json_pack("{ss ss ss ss ss so so s{ss ss}}", "home", l->home, "meeting",
                            l->meeting, "embed", l->embed, "hls", l->hls, "desk", l->desk,
                            "representatives", person_links(l, "representative"), "people",
                            person_links(l, NULL), "ingest", "srt", l->srt, "rtmp", l->rtmp));
}
