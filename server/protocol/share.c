#include "protocol/share.h"

#include "base/buf.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES (64u << 10)

/* Takes the JSON, NULL included. Outside of strings JSON has none of these characters. */
static struct bytes *finish(json_t *j)
{
    char *text = j ? json_dumps(j, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    json_decref(j);
    if (!text)
        return NULL;
    cleanup_buf struct buf out;
    buf_init(&out, MAX_BYTES);
    for (const char *at = text; *at; at++) {
        if (strchr("<>&", *at))
            buf_addf(&out, "\\u%04x", (unsigned)*at);
        else
            buf_add(&out, at, 1);
    }
    free(text);
    return buf_to_bytes(&out);
}

static void set(json_t *j, const char *name, const char *text)
{
    if (text[0])
        json_object_set_new(j, name, json_string(text));
}

static json_t *typed(const char *type, const char *name)
{
    json_t *j = json_pack("{ss}", "@type", type);
    set(j, "name", name);
    return j;
}

static void set_times(json_t *j, const struct share_meeting *m)
{
    json_object_set_new(j, "isLiveBroadcast", json_true());
    set(j, "startDate", m->begins);
    set(j, "endDate", m->ends);
}

static void set_duration(json_t *j, int64_t us)
{
    char text[32];
    int64_t s = us / 1000000;
    snprintf(text, sizeof text, "PT%" PRId64 "H%" PRId64 "M%" PRId64 "S", s / 3600, s / 60 % 60,
             s % 60);
    set(j, "duration", text);
}

static void set_video(json_t *j, const struct share_meeting *m)
{
    set(j, "thumbnailUrl", m->image);
    set(j, "uploadDate", m->ends[0] ? m->ends : m->begins);
    if (m->duration_us > 0)
        set_duration(j, m->duration_us);
    set(j, "embedUrl", m->embed);
    set(j, "contentUrl", m->stream);
    json_t *broadcast = typed("BroadcastEvent", m->title);
    set_times(broadcast, m);
    json_object_set_new(j, "publication", broadcast);
}

static void set_event(json_t *j, const struct share_meeting *m)
{
    set_times(j, m);
    set(j, "image", m->image);
    set(j, "eventStatus",
        m->cancelled ? "https://schema.org/EventCancelled" : "https://schema.org/EventScheduled");
    json_t *places = json_pack("[{ssss}]", "@type", "VirtualLocation", "url", m->page);
    if (m->place[0])
        json_array_append_new(places, typed("Place", m->place));
    json_object_set_new(j, "location", places);
}

struct bytes *share_print_linked_data(const struct share_meeting *m)
{
    json_t *j = json_pack("{ss}", "@context", "https://schema.org");
    set(j, "@type", m->recorded ? "VideoObject" : "BroadcastEvent");
    set(j, "name", m->title);
    set(j, "description", m->description);
    set(j, "url", m->page);
    set(j, "inLanguage", m->language);
    set(j, "license", m->recorded ? m->licence : "");
    json_object_set_new(j, "isAccessibleForFree", json_true());
    if (m->recorded)
        set_video(j, m);
    else
        set_event(j, m);
    if (m->body[0])
        json_object_set_new(j, m->recorded ? "author" : "organizer",
                            typed("Organization", m->body));
    return finish(j);
}

struct bytes *share_print_oembed(const struct share_oembed *o)
{
    json_t *j = json_pack("{ss ss ss si si si}", "version", "1.0", "type", "video", "html", o->html,
                          "width", o->width_px, "height", o->height_px, "cache_age", o->cache_s);
    set(j, "title", o->title);
    set(j, "author_name", o->author);
    set(j, "provider_name", o->site);
    set(j, "provider_url", o->site_address);
    set(j, "thumbnail_url", o->image);
    json_object_set_new(j, "thumbnail_width", json_integer(o->image_width_px));
    json_object_set_new(j, "thumbnail_height", json_integer(o->image_height_px));
    return finish(j);
}
