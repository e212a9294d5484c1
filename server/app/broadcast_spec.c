#include "app/broadcast_spec.h"

#include <stdio.h>
#include <string.h>

int64_t broadcast_source_delay_us(const struct config_source *s)
{
    bool srt = s->kind == SOURCE_SRT_LISTEN || s->kind == SOURCE_SRT_CALL;
    return (s->delay_ms + (srt ? SPEC_SRT_LATENCY_MS : 0)) * 1000;
}

static void fill_source(const struct core *c, const struct config_source *from,
                        struct spec_source *to)
{
    memcpy(to->id, from->id, sizeof to->id);
    to->kind = (enum source_kind)from->kind;
    to->priority = (int)from->priority;
    to->delay_us = broadcast_source_delay_us(from);
    to->loop = from->loop;
    memcpy(to->passphrase, from->passphrase, sizeof to->passphrase);
    memcpy(to->stream_id, from->stream_id, sizeof to->stream_id);
    if (to->kind == SOURCE_RTMP)
        snprintf(to->url, sizeof to->url, "rtmp://127.0.0.1:%d/live/%.64s?token=%s",
                 (int)c->config->rtmp_port, from->url, c->ingest_secret.text);
    else
        memcpy(to->url, from->url, sizeof to->url);
}

static void fill_renditions(const struct config *c, struct spec *s)
{
    s->rendition_count = (int)c->rendition_count;
    for (int i = 0; i < s->rendition_count; i++) {
        const struct config_rendition *from = &c->renditions[i];
        struct spec_rendition *to = &s->renditions[i];
        memcpy(to->name, from->name, sizeof to->name);
        to->width = (int)from->width;
        to->height = (int)from->height;
        to->bitrate_bps = (int)from->bitrate_kbps * 1000;
    }
}

struct spec *broadcast_spec(const struct broadcast *b)
{
    const struct config *c = b->core->config;
    cleanup(spec_destroy_p) struct spec *s = calloc(1, sizeof *s);
    if (!s || asprintf(&s->run_folder, "%s/run/%s", b->core->data, b->config->id) < 0 ||
        asprintf(&s->recording_folder, "%s/recordings/%s", b->core->data, b->config->id) < 0)
        return NULL;
    memcpy(s->meeting, b->config->id, sizeof s->meeting);
    memcpy(s->title, b->config->title, sizeof s->title);
    memcpy(s->language, b->config->language, sizeof s->language);
    s->epoch_boot_us = b->epoch.boot_us;
    s->mode = (enum programme_mode)c->mode;
    s->frame_rate_num = c->frame_rate_num;
    s->frame_rate_den = c->frame_rate_den;
    s->grid_us = c->segment_ms * 1000;
    s->audio_bitrate_bps = (int)c->audio_bitrate_kbps * 1000;
    s->record = b->state.record;
    s->muted = b->state.muted;
    s->slate = b->state.slate;
    bool composed = s->mode == MODE_COMPOSED; /* the mode may have changed since it was said */
    s->layout = composed ? b->state.layout : LAYOUT_FULL;
    s->reserve_bytes = c->reserve_mib << 20;
    s->orphan_seconds = (int)c->orphan_seconds;
    fill_renditions(c, s);
    s->source_count = (int)b->config->source_count;
    for (int i = 0; i < s->source_count; i++)
        fill_source(b->core, &b->config->sources[i], &s->sources[i]);
    return take_ptr(s);
}
