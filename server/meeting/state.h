/* The meeting's state from inside: for this room's files only. */
#ifndef MECLIS_MEETING_STATE_H
#define MECLIS_MEETING_STATE_H

#include "meeting/agenda_private.h"
#include "meeting/attendance.h"
#include "meeting/body.h"
#include "meeting/broadcast.h"
#include "meeting/chair.h"
#include "meeting/floor_private.h"
#include "meeting/gate.h"
#include "meeting/marks.h"
#include "meeting/meeting.h"
#include "meeting/motion.h"
#include "meeting/notice.h"
#include "meeting/personal_link.h"
#include "meeting/pile.h"
#include "meeting/poll.h"
#include "meeting/question_private.h"
#include "meeting/redaction.h"
#include "meeting/roster.h"
#include "meeting/sitting.h"
#include "meeting/vote_private.h"

struct pile_store {
    void *at;
    uint32_t count, room;
};

/* What a closed part can change without anybody outside being told: as it was at the closing. */
struct outside {
    bool floor_closed, asking_closed;
    struct vote_numbering decisions;
};

struct meeting {
    uint64_t seq;
    int64_t utc_us; /* of event `seq` */
    struct sitting sitting;
    struct body body;
    struct broadcast broadcast;
    struct vote_numbering decisions; /* the next one's number; next 0: none is given */
    struct outside outside;          /* while a closed part is on */
    struct pile_store piles[PILES];
    struct marks_index marks; /* over the pile */
};

/* A zeroed thing at the pile's end, made by the event; NULL without memory or at the cap. Pointers
 * into this pile end. */
void *pile_add(struct meeting *m, enum pile pile, const struct meeting_event *event);

/* The thing of that seq, to be changed by the event; NULL where there is none. */
void *pile_edit(struct meeting *m, enum pile pile, uint64_t seq, const struct meeting_event *event);

/* The same by index. */
void *pile_edit_at(struct meeting *m, enum pile pile, size_t index,
                   const struct meeting_event *event);

/* The same without leaving a trace: for an order that the change of another brings about. */
void *pile_move_at(struct meeting *m, enum pile pile, size_t index);

void piles_finish(struct meeting *m);

/* Whether the event of this seq happened in a closed part. */
bool sitting_was_closed_at(const struct meeting *m, uint64_t seq);

/* A part of the sitting ends, another begins: 0 or -ENOMEM. */
void part_end(struct meeting *m, const struct meeting_event *event);
int part_begin(struct meeting *m, const struct meeting_event *event, bool closed);

/* Adds an event with a copy of this body. Returns 0 or REFUSED_FULL: too many events at once, or a
 * pile's cap. */
enum meeting_refusal outcome_add(const struct deciding *d, enum fact_id fact, const void *body);

/* The seq that the next added event will have. */
uint64_t outcome_next_seq(const struct deciding *d);

#endif
