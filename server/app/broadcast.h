/* One meeting's broadcast, on the core thread: its state from the log, its epoch, its worker. */
#ifndef MECLIS_APP_BROADCAST_H
#define MECLIS_APP_BROADCAST_H

#include "app/broadcast_state.h"
#include "app/core.h"
#include "app/gate.h"
#include "protocol/epoch.h"
#include "protocol/event.h"
#include "protocol/refusal.h"

struct hall;

struct broadcast {
    struct core *core;                   /* fixed */
    const struct config_meeting *config; /* fixed */
    struct config_meeting *own_config;   /* the same, of one made while the server ran; else NULL */
    /* Of the channel that is open; written before the worker's link opens, read by the media
     * thread. */
    int64_t channel_epoch_us;
    /* Whether the recording may still grow; set by the core thread, read by the pool. */
    atomic_bool growing;

    /* the core thread's */
    struct hall *hall;
    struct gate gate;
    struct broadcast_state state;
    int state_due; /* what was logged could not be read back: to be made anew, so many tries left */
    uint64_t found_seq; /* finder.c's: what the search index knows of it, */
    int found_ticks;    /* and when it is looked at again */
    bool links_ended;   /* session.c's: the meeting is over, its links are too */
    bool has_epoch;
    struct epoch epoch;
    struct worker *worker;
    bool worker_there; /* started, and `ended` has not come */
    bool has_status, has_tracks;
    struct link_status status;
    struct link_tracks tracks;
    int notice_credit;        /* worker notices that may be logged now */
    int64_t notices_dropped;  /* beyond the credit, or not written */
    int64_t alarms_raised[3]; /* silent, frozen, black: since the server's start */
};

/* Makes its folders too. */
int broadcast_create(struct core *core, const struct config_meeting *config,
                     struct broadcast **ret);
void broadcast_destroy(struct broadcast *b);

/* Reads the log and the epoch, and logs that the meeting exists. Blocks. Returns 0 or an errno. */
int broadcast_load(struct broadcast *b);

/* The meeting was held in outline only, and is now held whole: media time, which needs the whole
 * log after the machine was started anew, goes on. */
void broadcast_woke(struct broadcast *b);

/* Makes the worker be as the state wants it. */
void broadcast_reconcile(struct broadcast *b);

/* Tells the worker whether it is muted, whether the slate is shown, and the layout; one that is not
 * there hears it when it is. */
void broadcast_set_output(struct broadcast *b);

/* Each second. */
void broadcast_tick(struct broadcast *b);

/* Appends one event and applies it. Returns 0 once it is durable, or store_append()'s error. */
int broadcast_log(struct broadcast *b, const char *actor, const char *type,
                  const struct event_field *fields, size_t count);

/* Something committed could not be read back, so the state may not be what the log says. */
void broadcast_state_is_due(struct broadcast *b);

/* Makes it anew from the log where that is due. Returns whether it was: then everything that it
 * brings about is to be done again. */
bool broadcast_renew_state(struct broadcast *b);

/* Media time now; 0 without an epoch. */
int64_t broadcast_media_us(const struct broadcast *b);

/* Makes the epoch where there is none yet: media time 0 is now. Returns 0 or a negative errno. */
int broadcast_begin_epoch(struct broadcast *b);

/* Ends the worker, or forgets it. core_broadcast_ended() follows. */
void broadcast_end(struct broadcast *b, bool leave_worker);

/* Called by a broadcast whose worker is gone from this process. */
void core_broadcast_ended(struct core *c);

/* Media thread to core thread: the tracks that the worker makes. */
void broadcast_post_tracks(struct broadcast *b, const struct link_tracks *tracks);

DEFINE_CLEANUP(struct broadcast *, broadcast_destroy)

#endif
