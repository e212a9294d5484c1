/* The JSON bodies of the link's frames, each with its struct. Every text is UTF-8 with a NUL. */
#ifndef MECLIS_LINK_MESSAGE_H
#define MECLIS_LINK_MESSAGE_H

#include "base/id.h"
#include "link/frame.h"
#include "link/spec.h"

struct link_hello {
    uint32_t version; /* LINK_VERSION */
    char role[16];    /* "server", "programme" */
    char meeting[ID_MAX];
    char instance[33]; /* random, new with each process */
    int64_t pid;
};

struct link_tracks {
    int count;
    struct track tracks[TRACK_MAX];
    int64_t grid_us; /* of the segments */
};

enum link_command_kind {
    LINK_STOP = 1,     /* close the recording and end */
    LINK_RECORD_START, /* refused with a reason when the disk is full */
    LINK_RECORD_STOP,
    LINK_SOURCES, /* the spec's sources or its slate's words changed: read it again */
    LINK_SELECT,  /* keep to `source`; empty: by priority again */
    /* A closed part begins: once this is answered nothing of any source goes out. The file of
     * link/gate.h was written before. */
    LINK_GATE_CLOSE,
    LINK_GATE_OPEN, /* it has ended: refused where the file does not say so */
    LINK_MUTE_ON,   /* silence in the programme, whatever is on air */
    LINK_MUTE_OFF,
    LINK_SLATE_ON, /* the slate and silence, whatever is on air */
    LINK_SLATE_OFF,
    LINK_LAYOUT, /* `source` is the layout's name; refused in `passthrough` */
};

struct link_command {
    uint32_t id;
    enum link_command_kind kind;
    char source[ID_MAX]; /* LINK_SELECT, LINK_LAYOUT */
};

struct link_reply {
    uint32_t id;
    int error;        /* 0 or a negative errno */
    char reason[256]; /* why not */
};

enum source_state {
    SOURCE_WAITING = 1, /* nobody there, or between two tries */
    SOURCE_LIVE,        /* delivers; on air if its priority is first */
    SOURCE_REFUSED,     /* delivers something that can't be used: reason */
    SOURCE_FAILED,      /* broke off or can't be reached: reason */
    SOURCE_ENDED,       /* a file played once */
};

struct link_source_status {
    char id[ID_MAX];
    enum source_state state;
    char reason[256];
    char video[64]; /* "H.264 1280×720 25/1", empty: none */
    char audio[64]; /* "AAC 48000 Hz 2", empty: none */
    int64_t bytes;  /* since the worker's start; 0 where the source can't tell */
    double drift_ppm;
};

enum recorder_state { RECORDER_OFF = 1, RECORDER_ON, RECORDER_FULL, RECORDER_FAILED };

enum programme_alarm { ALARM_SILENT = 1, ALARM_FROZEN = 2, ALARM_BLACK = 4 };

struct link_status {
    int64_t media_time_us;
    char on_air[ID_MAX]; /* a source's id; empty: the slate */
    char selected[ID_MAX];
    unsigned alarms; /* of enum programme_alarm */
    enum recorder_state recorder;
    int64_t recorded_bytes;
    int64_t recorded_until_us; /* media time */
    int64_t disk_free_bytes;
    int64_t fragments; /* made since start, all tracks */
    int64_t dropped;   /* fragments that the recorder's full queue refused */
    int64_t rss_bytes;
    int source_count;
    struct link_source_status sources[SPEC_MAX_SOURCES];
};

/* What belongs into the meeting's log. */
struct link_notice {
    char type[48]; /* "source.on_air", "source.beside", "source.refused", "source.lost",
                      "recording.started", "recording.stopped", "recording.gap", "alarm.raised",
                      "alarm.cleared" */
    int64_t media_time_us;
    int64_t utc_us;
    char source[ID_MAX];
    char detail[256]; /* the reason, the alarm's name, the gap's cause */
};

/* Each appends a whole frame. Returns 0 or a negative errno. */
int link_add_hello(struct buf *out, const struct link_hello *m);
int link_add_tracks(struct buf *out, const struct link_tracks *m);
int link_add_command(struct buf *out, const struct link_command *m);
int link_add_reply(struct buf *out, const struct link_reply *m);
int link_add_status(struct buf *out, const struct link_status *m);
int link_add_notice(struct buf *out, const struct link_notice *m);

/* Each reads a frame of its type. Returns 0, -EPROTO for a body that is not one, or -ENOMEM; texts
 * that are too long are cut at a whole character. */
int link_read_hello(const struct link_frame *frame, struct link_hello *ret);
int link_read_tracks(const struct link_frame *frame, struct link_tracks *ret);
int link_read_command(const struct link_frame *frame, struct link_command *ret);
int link_read_reply(const struct link_frame *frame, struct link_reply *ret);
int link_read_status(const struct link_frame *frame, struct link_status *ret);
int link_read_notice(const struct link_frame *frame, struct link_notice *ret);

#endif
