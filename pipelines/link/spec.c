#include "link/spec.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char *const kind_names[] = {
    [SOURCE_TEST] = "test",           [SOURCE_FILE] = "file", [SOURCE_SRT_LISTEN] = "srt-listen",
    [SOURCE_SRT_CALL] = "srt-call",   [SOURCE_RTMP] = "rtmp", [SOURCE_RTSP] = "rtsp",
    [SOURCE_GSTREAMER] = "gstreamer",
};

const char *source_kind_name(enum source_kind kind)
{
    return kind >= SOURCE_TEST && kind <= SOURCE_GSTREAMER ? kind_names[kind] : NULL;
}

enum source_kind source_kind_from_name(const char *name)
{
    for (int kind = SOURCE_TEST; kind <= SOURCE_GSTREAMER; kind++) {
        if (strcmp(kind_names[kind], name) == 0)
            return kind;
    }
    return 0;
}

static const char *const layout_names[] = {
    [LAYOUT_FULL] = "",
    [LAYOUT_SIDE_BY_SIDE] = "side_by_side",
    [LAYOUT_PICTURE_IN_PICTURE] = "picture_in_picture",
};

const char *layout_name(enum layout layout)
{
    bool known = layout >= LAYOUT_FULL && layout <= LAYOUT_PICTURE_IN_PICTURE;
    return layout_names[known ? layout : LAYOUT_FULL];
}

enum layout layout_from_name(const char *name)
{
    for (int layout = LAYOUT_FULL; layout <= LAYOUT_PICTURE_IN_PICTURE; layout++) {
        if (strcmp(layout_names[layout], name) == 0)
            return layout;
    }
    return 0;
}

void spec_destroy(struct spec *s)
{
    if (!s)
        return;
    free(s->run_folder);
    free(s->recording_folder);
    free(s);
}

static void json_drop_p(json_t **j)
{
    json_decref(*j);
}

/* Copies a text member into a field of fixed size. Returns false where it is no text or too long.
 */
static bool take_text(const json_t *object, const char *key, char *field, size_t size)
{
    const char *text = json_string_value(json_object_get(object, key));
    if (!text || strlen(text) >= size)
        return false;
    strcpy(field, text);
    return true;
}

static bool take_number(const json_t *object, const char *key, int64_t min, int64_t max,
                        int64_t *ret)
{
    const json_t *j = json_object_get(object, key);
    if (!json_is_integer(j) || json_integer_value(j) < min || json_integer_value(j) > max)
        return false;
    *ret = json_integer_value(j);
    return true;
}

static bool take_int(const json_t *object, const char *key, int min, int max, int *ret)
{
    int64_t v;
    if (!take_number(object, key, min, max, &v))
        return false;
    *ret = (int)v;
    return true;
}

static bool take_path(const json_t *object, const char *key, char **ret)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text && text[0] == '/' && (*ret = strdup(text));
}

/* Each returns NULL or the name of the member that is wrong. */
static const char *parse_source(const json_t *j, struct spec_source *s)
{
    char kind[16];
    if (!take_text(j, "id", s->id, sizeof s->id) || !id_valid(s->id))
        return "source.id";
    if (!take_text(j, "kind", kind, sizeof kind) || !(s->kind = source_kind_from_name(kind)))
        return "source.kind";
    if (!take_int(j, "priority", 0, 1000, &s->priority))
        return "source.priority";
    if (!take_number(j, "delay_us", -60000000, 60000000, &s->delay_us))
        return "source.delay_us";
    if (!take_text(j, "url", s->url, sizeof s->url))
        return "source.url";
    if (!take_text(j, "passphrase", s->passphrase, sizeof s->passphrase))
        return "source.passphrase";
    if (!take_text(j, "stream_id", s->stream_id, sizeof s->stream_id))
        return "source.stream_id";
    s->loop = json_is_true(json_object_get(j, "loop"));
    return NULL;
}

static const char *parse_rendition(const json_t *j, struct spec_rendition *r)
{
    if (!take_text(j, "name", r->name, sizeof r->name) || !id_valid(r->name))
        return "rendition.name";
    if (!take_int(j, "width", 64, 7680, &r->width) || r->width % 2)
        return "rendition.width";
    if (!take_int(j, "height", 64, 4320, &r->height) || r->height % 2)
        return "rendition.height";
    if (!take_int(j, "bitrate_bps", 50000, 100000000, &r->bitrate_bps))
        return "rendition.bitrate_bps";
    return NULL;
}

/* A source and a rendition are each found by their name, so no two may share one. */
static const char *find_twins(const struct spec *s)
{
    for (int i = 0; i < s->source_count; i++) {
        for (int j = 0; j < i; j++) {
            if (strcmp(s->sources[i].id, s->sources[j].id) == 0)
                return "source.id";
        }
    }
    for (int i = 0; i < s->rendition_count; i++) {
        for (int j = 0; j < i; j++) {
            if (strcmp(s->renditions[i].name, s->renditions[j].name) == 0)
                return "rendition.name";
        }
    }
    return NULL;
}

static const char *parse_lists(const json_t *j, struct spec *s)
{
    const json_t *sources = json_object_get(j, "sources");
    const json_t *renditions = json_object_get(j, "renditions");
    size_t n = json_array_size(sources), m = json_array_size(renditions);
    if (!json_is_array(sources) || n > SPEC_MAX_SOURCES)
        return "sources";
    if (!json_is_array(renditions) || m < 1 || m > SPEC_MAX_RENDITIONS)
        return "renditions";
    const char *wrong = NULL;
    for (size_t i = 0; i < n && !wrong; i++)
        wrong = parse_source(json_array_get(sources, i), &s->sources[i]);
    for (size_t i = 0; i < m && !wrong; i++)
        wrong = parse_rendition(json_array_get(renditions, i), &s->renditions[i]);
    s->source_count = (int)n;
    s->rendition_count = (int)m;
    return wrong ? wrong : find_twins(s);
}

/* Full where nothing is said. */
static bool take_layout(const json_t *j, struct spec *s)
{
    char name[ID_MAX] = "";
    if (json_object_get(j, "layout") && !take_text(j, "layout", name, sizeof name))
        return false;
    s->layout = layout_from_name(name);
    return s->layout == LAYOUT_FULL || (s->layout && s->mode == MODE_COMPOSED);
}

static const char *parse_members(const json_t *j, struct spec *s)
{
    char mode[16];
    if (!take_text(j, "meeting", s->meeting, sizeof s->meeting) || !id_valid(s->meeting))
        return "meeting";
    if (!take_text(j, "title", s->title, sizeof s->title))
        return "title";
    if (!take_text(j, "language", s->language, sizeof s->language))
        return "language";
    if (!take_path(j, "run_folder", &s->run_folder))
        return "run_folder";
    if (!take_path(j, "recording_folder", &s->recording_folder))
        return "recording_folder";
    if (!take_number(j, "epoch_boot_us", INT64_MIN, INT64_MAX, &s->epoch_boot_us))
        return "epoch_boot_us";
    if (!take_text(j, "mode", mode, sizeof mode))
        return "mode";
    s->mode = strcmp(mode, "composed") == 0      ? MODE_COMPOSED
              : strcmp(mode, "passthrough") == 0 ? MODE_PASSTHROUGH
                                                 : 0;
    if (!s->mode)
        return "mode";
    if (!take_int(j, "frame_rate_num", 1, 120000, &s->frame_rate_num))
        return "frame_rate_num";
    if (!take_int(j, "frame_rate_den", 1, 1001, &s->frame_rate_den))
        return "frame_rate_den";
    if (!take_number(j, "grid_us", 500000, 10000000, &s->grid_us))
        return "grid_us";
    if (!take_int(j, "audio_bitrate_bps", 16000, 512000, &s->audio_bitrate_bps))
        return "audio_bitrate_bps";
    if (!take_number(j, "reserve_bytes", 0, INT64_MAX, &s->reserve_bytes))
        return "reserve_bytes";
    if (!take_int(j, "orphan_seconds", 1, 86400, &s->orphan_seconds))
        return "orphan_seconds";
    s->record = json_is_true(json_object_get(j, "record"));
    s->muted = json_is_true(json_object_get(j, "muted"));
    s->slate = json_is_true(json_object_get(j, "slate"));
    if (!take_layout(j, s))
        return "layout";
    return parse_lists(j, s);
}

int spec_parse(const void *json, size_t size, struct spec **ret, char ret_reason[256])
{
    json_error_t error;
    cleanup(json_drop_p) json_t *j = json_loadb(json, size, JSON_REJECT_DUPLICATES, &error);
    if (!j) {
        snprintf(ret_reason, 256, "line %d: %s", error.line, error.text);
        return -EINVAL;
    }
    cleanup(spec_destroy_p) struct spec *s = calloc(1, sizeof *s);
    if (!s)
        return -ENOMEM;
    const char *wrong = parse_members(j, s);
    if (wrong) {
        snprintf(ret_reason, 256, "%s is missing or not allowed", wrong);
        return -EINVAL;
    }
    *ret = take_ptr(s);
    return 0;
}

static json_t *print_source(const struct spec_source *s)
{
    return json_pack("{ss ss si sI sb ss ss ss}", "id", s->id, "kind", source_kind_name(s->kind),
                     "priority", s->priority, "delay_us", (json_int_t)s->delay_us, "loop", s->loop,
                     "url", s->url, "passphrase", s->passphrase, "stream_id", s->stream_id);
}

static json_t *print_lists(const struct spec *s)
{
    json_t *sources = json_array(), *renditions = json_array();
    for (int i = 0; i < s->source_count; i++)
        json_array_append_new(sources, print_source(&s->sources[i]));
    for (int i = 0; i < s->rendition_count; i++) {
        const struct spec_rendition *r = &s->renditions[i];
        json_array_append_new(renditions,
                              json_pack("{ss si si si}", "name", r->name, "width", r->width,
                                        "height", r->height, "bitrate_bps", r->bitrate_bps));
    }
    return json_pack("{so so}", "sources", sources, "renditions", renditions);
}

struct bytes *spec_print(const struct spec *s)
{
    cleanup(json_drop_p) json_t *j = json_pack(
        "{ss ss ss ss ss sI ss si si sI si sI si sb sb sb ss}", "meeting", s->meeting, "title",
        s->title, "language", s->language, "run_folder", s->run_folder, "recording_folder",
        s->recording_folder, "epoch_boot_us", (json_int_t)s->epoch_boot_us, "mode",
        s->mode == MODE_PASSTHROUGH ? "passthrough" : "composed", "frame_rate_num",
        s->frame_rate_num, "frame_rate_den", s->frame_rate_den, "grid_us", (json_int_t)s->grid_us,
        "audio_bitrate_bps", s->audio_bitrate_bps, "reserve_bytes", (json_int_t)s->reserve_bytes,
        "orphan_seconds", s->orphan_seconds, "record", s->record, "muted", s->muted, "slate",
        s->slate, "layout", layout_name(s->layout));
    cleanup(json_drop_p) json_t *lists = print_lists(s);
    if (!j || !lists || json_object_update(j, lists) < 0)
        return NULL;
    cleanup_free char *text = json_dumps(j, JSON_INDENT(2));
    return text ? bytes_copy(text, strlen(text)) : NULL;
}

static bool renditions_differ(const struct spec *a, const struct spec *b)
{
    bool differ = a->rendition_count != b->rendition_count;
    for (int i = 0; i < a->rendition_count && !differ; i++) {
        const struct spec_rendition *x = &a->renditions[i], *y = &b->renditions[i];
        differ = strcmp(x->name, y->name) != 0 || x->width != y->width || x->height != y->height ||
                 x->bitrate_bps != y->bitrate_bps;
    }
    return differ;
}

void spec_settings_changed(const struct spec *a, const struct spec *b,
                           char ret_names[SPEC_SETTINGS_TEXT])
{
    const struct {
        const char *name;
        bool differs;
    } settings[] = {
        {"mode", a->mode != b->mode},
        {"frame_rate",
         a->frame_rate_num != b->frame_rate_num || a->frame_rate_den != b->frame_rate_den},
        {"segment_ms", a->grid_us != b->grid_us},
        {"renditions", renditions_differ(a, b)},
        {"audio_bitrate_kbps", a->audio_bitrate_bps != b->audio_bitrate_bps},
        {"reserve_mib", a->reserve_bytes != b->reserve_bytes},
        {"orphan_seconds", a->orphan_seconds != b->orphan_seconds},
    };
    size_t at = 0;
    ret_names[0] = '\0';
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (settings[i].differs)
            at += (size_t)snprintf(ret_names + at, SPEC_SETTINGS_TEXT - at, "%s%s", at ? ", " : "",
                                   settings[i].name);
}
