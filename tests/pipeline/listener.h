/* What the tests of sources listen with, and feed them with: ffmpeg as a process. */
#ifndef MECLIS_PIPELINE_LISTENER_H
#define MECLIS_PIPELINE_LISTENER_H

#include "source.h"

#include <pthread.h>
#include <sys/types.h>

/* Everything a source says, counted. Read it with listener_get(). */
struct heard {
    int frames, sounds;   /* buffers */
    int64_t sound_frames; /* samples */
    int video_discont, audio_discont;
    int wrong;                      /* buffers that break the contract */
    char wrong_text[200];           /* the first of them */
    int64_t video_pts, audio_end;   /* ns, the newest */
    int64_t latest_ns, earliest_ns; /* arrival - PTS, the extremes */
    int64_t last_us;                /* boot clock of the newest buffer */
    enum source_state state;
    char reason[256];
    int64_t state_us; /* boot clock of the newest state */
    int64_t lost_us;  /* boot clock at which SOURCE_LIVE was last taken back */
    int states;
    double luma;  /* mean of the newest frame's middle */
    double power; /* of the newest sound */
    double left, right;
    /* `passthrough` */
    int pictures, keys, sound_units; /* access units */
    int unmatched;                   /* decoded frames whose PTS no unit had */
    int64_t unit_dts, sound_unit_pts;
    int64_t unit_late_ns; /* the latest, arrival - DTS */
    char video_caps[400], audio_caps[400];
};

struct listener {
    pthread_mutex_t lock;
    struct format format;
    struct heard heard;
    bool sound_began;
    int64_t unit_pts[256]; /* of the newest pictures */
    int unit_count;
};

extern const struct source_events listener_events;

void listener_init(struct listener *l, int width, int height);
void listener_finish(struct listener *l);
void listener_get(struct listener *l, struct heard *ret);
/* Forgets the counts and extremes. */
void listener_clear(struct listener *l);

/* Waits until `done` says so. Returns whether it did within the time. */
bool listener_wait(struct listener *l, int timeout_ms,
                   bool (*done)(const struct heard *heard, int64_t n), int64_t n);

/* Some that wait: at least n frames; sounds; both; a state. */
bool heard_frames(const struct heard *h, int64_t n);
bool heard_sounds(const struct heard *h, int64_t n);
bool heard_both(const struct heard *h, int64_t n);
bool heard_state(const struct heard *h, int64_t state);

/* Starts a program without a shell: the line is cut at spaces. Its output goes to /dev/null. */
pid_t start_program(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends it and waits for it; 0 is fine. */
void end_program(pid_t pid, int signal);

/* Waits for it to end by itself. Returns its exit status, or -1 after the time. */
int await_program(pid_t pid, int timeout_ms);

/* A port of the loopback that nobody has at the moment. */
int free_port(bool udp);

#endif
