/* Attendance: who is there, from when to when, and roll call (yoklama), which establishes it. */
#ifndef MECLIS_MEETING_ATTENDANCE_H
#define MECLIS_MEETING_ATTENDANCE_H

#include "meeting/roster.h"

enum attendance_mark {
    ATTENDANCE_PRESENT = 1, /* in the hall */
    ATTENDANCE_REMOTE,      /* counts only where the body's rules say so; never in a council */
    ATTENDANCE_EXCUSED,
    ATTENDANCE_ABSENT,
};
extern const char *const attendance_mark_names[4];

/* A pile's thing, "attendance": one person's time under one mark. */
struct attendance {
    struct pile_head head;
    uint64_t person;
    enum attendance_mark mark;
    int64_t from_utc_us, to_utc_us; /* to 0: now */
    char note[TEXT_NAME];
};

enum rollcall_purpose { ROLLCALL_OPENING = 1, ROLLCALL_QUORUM };
extern const char *const rollcall_purpose_names[2];

/* How a roll call came out; in the fact rollcall.closed, and kept with it. */
struct rollcall_result {
    uint64_t rollcall;
    int64_t present, remote, excused, absent;
    int64_t counted; /* of those, towards the quorum */
    int64_t members, needed;
    bool met;
};
struct rollcall { /* a pile's thing: "rollcalls" */
    struct pile_head head;
    enum rollcall_purpose purpose;
    bool open;
    struct rollcall_result result; /* once closed */
};

struct attendance_mark_args {
    uint64_t person;
    enum attendance_mark mark;
    char note[TEXT_NAME];
};
struct rollcall_open {
    enum rollcall_purpose purpose;
};
struct rollcall_entry {
    uint64_t person;
    enum attendance_mark mark;
};
struct rollcall_answer {
    uint64_t rollcall;
    struct {
        uint16_t count;
        struct rollcall_entry at[64];
    } entries;
};
struct rollcall_close {
    uint64_t rollcall;
};
extern const struct shape attendance_shape, attendance_mark_args_shape, rollcall_shape,
    rollcall_open_shape, rollcall_entry_shape, rollcall_answer_shape, rollcall_close_shape,
    rollcall_result_shape;

/* The mark the person is under now; 0 before the first. */
enum attendance_mark attendance_of(const struct meeting *m, uint64_t person);

/* How many with a vote count as present now. */
int64_t attendance_voters(const struct meeting *m, int64_t now_utc_us);

/* Whether this person does. */
bool attendance_counts(const struct meeting *m, uint64_t person, int64_t now_utc_us);

/* Whether the last roll call found the quorum to meet; true where the rules ask for none. */
bool attendance_quorum(const struct meeting *m, int64_t now_utc_us);

/* Ends the span that the person is in, who leaves the roster. */
void attendance_end(struct meeting *m, const struct meeting_event *event, uint64_t person);

verb_decide attendance_decide_mark, attendance_decide_open, attendance_decide_answer,
    attendance_decide_close;
int attendance_marked(struct meeting *m, const struct meeting_event *event);
int attendance_opened(struct meeting *m, const struct meeting_event *event);
int attendance_answered(struct meeting *m, const struct meeting_event *event);
int attendance_closed(struct meeting *m, const struct meeting_event *event);

#endif
