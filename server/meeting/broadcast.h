/* Broadcasting: the recorded decisions that allow it, and what the operator does to the programme.
 * Where the body requires a decision, going on air without one is refused (recording a council's
 * sittings rests on its decision: Belediye Kanunu 5393, md. 20). */
#ifndef MECLIS_MEETING_BROADCAST_H
#define MECLIS_MEETING_BROADCAST_H

#include "meeting/sitting.h"

/* The body's decision, of an earlier meeting too; it holds until revoked. */
struct broadcast_permit {
    char number[TEXT_CODE];    /* "2026/17" */
    char document[TEXT_TITLE]; /* where it is recorded */
    char scope[TEXT_NOTE];     /* what may be broadcast */
    char decided_on[TEXT_CODE];
};
struct broadcast_revoke {
    uint64_t permission;
    char reason[TEXT_NOTE];
};
struct permission { /* a pile's thing: "permissions" */
    struct pile_head head;
    struct broadcast_permit is;
    bool revoked;
};

struct broadcast_start {
    bool record;
};
struct broadcast_started {
    bool record;
    int64_t epoch_utc_us; /* UTC at media time 0 */
};
struct broadcast_switch { /* recording.request, programme.mute, programme.slate */
    bool on;
};
struct broadcast_select { /* "": by priority again */
    char source[TEXT_CODE + 24];
};
struct broadcast_layout {
    char layout[TEXT_CODE];
};

/* A snapshot's "broadcast". */
struct broadcast {
    bool on_air, record, muted, slate;
    char source[TEXT_CODE + 24];
    char layout[TEXT_CODE];
};
extern const struct shape broadcast_permit_shape, broadcast_revoke_shape, permission_shape,
    broadcast_start_shape, broadcast_started_shape, broadcast_switch_shape, broadcast_select_shape,
    broadcast_layout_shape, broadcast_shape;

const struct broadcast *meeting_broadcast(const struct meeting *m);

/* 0, or why the meeting may not go on air now: for whoever starts a worker by another way too. */
enum meeting_refusal broadcast_allowed(const struct meeting *m, const struct now *now);

verb_decide broadcast_decide_permit, broadcast_decide_revoke, broadcast_decide_start,
    broadcast_decide_stop, broadcast_decide_record, broadcast_decide_select, broadcast_decide_mute,
    broadcast_decide_slate, broadcast_decide_layout;
int broadcast_was_permitted(struct meeting *m, const struct meeting_event *event);
int broadcast_was_revoked(struct meeting *m, const struct meeting_event *event);
int broadcast_was_started(struct meeting *m, const struct meeting_event *event);
int broadcast_was_stopped(struct meeting *m, const struct meeting_event *event);
int broadcast_was_recorded(struct meeting *m, const struct meeting_event *event);
int broadcast_was_selected(struct meeting *m, const struct meeting_event *event);
int broadcast_was_muted(struct meeting *m, const struct meeting_event *event);
int broadcast_was_slated(struct meeting *m, const struct meeting_event *event);
int broadcast_was_laid_out(struct meeting *m, const struct meeting_event *event);

#endif
