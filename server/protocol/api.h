/* The bodies of the HTTP API, from structs to JSON and back; see docs/protocol.md. */
#ifndef MECLIS_PROTOCOL_API_H
#define MECLIS_PROTOCOL_API_H

#include "base/bytes.h"
#include "base/id.h"
#include "link/message.h"
#include "media/late.h"

#include <stdbool.h>

enum broadcast_phase { BROADCAST_IDLE = 1, BROADCAST_LIVE, BROADCAST_ENDED };

/* Texts are borrowed. */
struct api_meeting {
    const char *id, *title, *language;
    const char *body;      /* whose meeting; "": not said */
    int64_t starts_utc_us; /* as announced; 0: not said */
    enum broadcast_phase state;
    bool has_epoch;
    int64_t epoch_utc_us;             /* UTC at media time 0, by today's offset */
    int64_t media_time_us;            /* now */
    const struct late *late;          /* how late its picture was; NULL: not said */
    const struct link_tracks *tracks; /* NULL: not known */
    const char *on_air;               /* a source; "": the slate or nothing */
    enum recorder_state recorder;
    bool record_wanted;
    int64_t recorded_bytes, recorded_until_us;
    int64_t viewers;
};

struct api_source {
    const char *id;
    enum source_kind kind;
    int priority;
    int64_t delay_us;
    const struct link_source_status *status; /* NULL: not heard of */
};

struct api_room {
    const char *id, *title;
    const char *encoder; /* where its encoder sends; "" where it has none, or not for the asker */
    const char *key;     /* and its stream key */
};

struct api_item {
    int number;
    const char *title;
};

struct api_event {
    uint64_t seq;
    int64_t at_utc_us, media_us;
    const char *actor, *type, *audience;
    uint32_t version;
    const char *body;    /* NULL: not for who reads it */
    const uint8_t *hash; /* 32 bytes */
};

/* Each returns owned JSON text, or NULL without memory. */
struct bytes *api_print_meeting(const struct api_meeting *m);
struct bytes *api_print_meetings(const struct api_meeting *list, size_t count);
struct bytes *api_print_rooms(const struct api_room *rooms, size_t count);
struct bytes *api_print_agenda(const char *meeting, const struct api_item *items, size_t count);
/* `layouts`: two of them can stand in the picture. */
struct bytes *api_print_sources(const char *meeting, const char *on_air, const char *selected,
                                bool layouts, const struct api_source *sources, size_t count);

/* The log is written event by event. */
struct api_log;
struct api_log *api_log_create(const char *meeting, uint64_t since);
int api_log_add(struct api_log *log, const struct api_event *event); /* 0 or -ENOMEM */
/* `more`: there are later events than these. */
struct bytes *api_log_print(const struct api_log *log, bool more);
void api_log_destroy(struct api_log *log);

struct api_broadcast {
    char action[32];
    char source[ID_MAX]; /* "" where not given */
};

/* Returns 0 or -EINVAL. */
int api_read_broadcast(const struct bytes *body, struct api_broadcast *ret);

struct api_health {
    const char *version;
    int64_t uptime_us;
    int meetings, live;
};

struct bytes *api_print_health(const struct api_health *h);

/* The demo's links for programs (DATA/demo.json). */
struct api_person_link {
    const char *role, *name; /* name "": nobody in particular */
    char address[256];
};

struct api_links {
    const char *home, *meeting, *embed, *hls, *desk, *srt, *rtmp;
    size_t people_count;
    const struct api_person_link *people;
};

struct bytes *api_print_links(const struct api_links *l);

const char *broadcast_phase_name(enum broadcast_phase state);
const char *recorder_state_name(enum recorder_state state);
const char *source_state_name(enum source_state state);

DEFINE_CLEANUP(struct api_log *, api_log_destroy)

#endif
