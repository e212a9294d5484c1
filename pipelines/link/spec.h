/* What a worker is to do: written by the server to RUN/spec.json, read by the worker at its start
 * and again when the command LINK_SOURCES says that its sources or its words changed. */
#ifndef MECLIS_LINK_SPEC_H
#define MECLIS_LINK_SPEC_H

#include "base/bytes.h"
#include "base/id.h"

#include <stdbool.h>
#include <stdint.h>

#define SPEC_MAX_SOURCES 16
#define SPEC_MAX_RENDITIONS 4
#define SPEC_MAX_BYTES (256u << 10)

enum source_kind {
    SOURCE_TEST = 1,   /* moving picture, burned-in UTC clock, sound */
    SOURCE_FILE,       /* url: a path */
    SOURCE_SRT_LISTEN, /* url: srt://ADDR:PORT that we listen at */
    SOURCE_SRT_CALL,   /* url: srt://HOST:PORT that we call */
    SOURCE_RTMP,       /* url: rtmp://127.0.0.1:PORT/live/KEY at our own nginx */
    SOURCE_RTSP,       /* url: rtsp://…, over TCP */
    SOURCE_GSTREAMER,  /* url: a GStreamer description whose ends are named video and audio */
};

/* What SRT waits for a lost packet to be sent again; the sender may ask for more. */
#define SPEC_SRT_LATENCY_MS 120

/* How two sources stand in the picture; where there is no second one it is full. */
enum layout { LAYOUT_FULL = 1, LAYOUT_SIDE_BY_SIDE, LAYOUT_PICTURE_IN_PICTURE };

enum programme_mode { MODE_COMPOSED = 1, MODE_PASSTHROUGH };

struct spec_source {
    char id[ID_MAX];
    enum source_kind kind;
    int priority;     /* the lowest number that has a picture or sound is on air */
    int64_t delay_us; /* how long before its arrival it was captured */
    bool loop;        /* a file begins again at its end */
    char url[2048];
    char passphrase[80]; /* SRT; empty: none */
    char stream_id[512]; /* SRT; a caller to our listener must name it; empty: any */
};

struct spec_rendition {
    char name[16];
    int width, height;
    int bitrate_bps;
};

struct spec {
    char meeting[ID_MAX];
    char title[256];        /* on the slate, UTF-8 */
    char language[8];       /* "tr", "en": of the slate's words and of sources' reasons */
    char *run_folder;       /* owned; holds spec.json and programme.sock */
    char *recording_folder; /* owned */
    int64_t epoch_boot_us;  /* the boot clock at media time 0; may be negative */
    enum programme_mode mode;
    int frame_rate_num, frame_rate_den;
    int64_t grid_us; /* keyframes in `composed`, segments in both */
    int rendition_count;
    struct spec_rendition renditions[SPEC_MAX_RENDITIONS]; /* best first */
    int audio_bitrate_bps;
    bool record;           /* from the start on; likewise the next three */
    bool muted;            /* LINK_MUTE_ON */
    bool slate;            /* LINK_SLATE_ON */
    enum layout layout;    /* LINK_LAYOUT; full in `passthrough` */
    int64_t reserve_bytes; /* recording ends when the disk has less free */
    int orphan_seconds;    /* without a server for so long: close the recording and end */
    int source_count;
    struct spec_source sources[SPEC_MAX_SOURCES];
};

/* Returns 0 and an owned spec, -EINVAL with a sentence for people in ret_reason, or -ENOMEM. */
int spec_parse(const void *json, size_t size, struct spec **ret, char ret_reason[256]);

/* Returns owned JSON text, or NULL without memory. */
struct bytes *spec_print(const struct spec *s);

/* The settings that a worker takes up only when it starts, and in which the two differ: their names
 * in the configuration, "renditions, frame_rate"; "" for none. */
#define SPEC_SETTINGS_TEXT 128
void spec_settings_changed(const struct spec *a, const struct spec *b,
                           char ret_names[SPEC_SETTINGS_TEXT]);

void spec_destroy(struct spec *s);

/* "srt-listen" and so on, as in the configuration; NULL for a number that is none. */
const char *source_kind_name(enum source_kind kind);

/* Returns 0 for a name that is none. */
enum source_kind source_kind_from_name(const char *name);

/* "" (full, and for a number that is none), "side_by_side", "picture_in_picture"; from a name that
 * is none 0. */
const char *layout_name(enum layout layout);
enum layout layout_from_name(const char *name);

DEFINE_CLEANUP(struct spec *, spec_destroy)

#endif
