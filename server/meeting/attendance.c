#include "meeting/attendance.h"

#include "meeting/state.h"

#include <errno.h>

const char *const attendance_mark_names[4] = {"present", "remote", "excused", "absent"};
const char *const rollcall_purpose_names[2] = {"opening", "quorum"};

SHAPE(attendance, F_HEAD(attendance), F_REF(attendance, person),
      F_ENUM(attendance, mark, attendance_mark_names),
      F_NUMBER(attendance, from_utc_us, 0, TIME_MAX),
      F_OPT_NUMBER(attendance, to_utc_us, 0, TIME_MAX), F_OPT_TEXT(attendance, note));
SHAPE(attendance_mark_args, F_REF(attendance_mark_args, person),
      F_ENUM(attendance_mark_args, mark, attendance_mark_names),
      F_OPT_TEXT(attendance_mark_args, note));

#define COUNT(tag, m) F_NUMBER(tag, m, 0, 1000000)
SHAPE(rollcall_result, F_OPT_REF(rollcall_result, rollcall), COUNT(rollcall_result, present),
      COUNT(rollcall_result, remote), COUNT(rollcall_result, excused),
      COUNT(rollcall_result, absent), COUNT(rollcall_result, counted),
      COUNT(rollcall_result, members), COUNT(rollcall_result, needed),
      F_FLAG(rollcall_result, met));
SHAPE(rollcall, F_HEAD(rollcall), F_ENUM(rollcall, purpose, rollcall_purpose_names),
      F_FLAG(rollcall, open), F_STRUCT(rollcall, result, rollcall_result));
SHAPE(rollcall_open, F_ENUM(rollcall_open, purpose, rollcall_purpose_names));
SHAPE(rollcall_entry, F_REF(rollcall_entry, person),
      F_ENUM(rollcall_entry, mark, attendance_mark_names));
SHAPE(rollcall_answer, F_REF(rollcall_answer, rollcall),
      F_LIST(rollcall_answer, entries, rollcall_entry));
SHAPE(rollcall_close, F_REF(rollcall_close, rollcall));

/* The span the person is in, as an index; the pile's count where there is none. */
static size_t span_of(const struct meeting *m, uint64_t person)
{
    size_t count = pile_count(m, PILE_ATTENDANCE);
    for (size_t i = count; i-- > 0;) {
        const struct attendance *a = pile_at(m, PILE_ATTENDANCE, i);
        if (a->person == person)
            return a->to_utc_us ? count : i;
    }
    return count;
}

enum attendance_mark attendance_of(const struct meeting *m, uint64_t person)
{
    size_t i = span_of(m, person);
    if (i == pile_count(m, PILE_ATTENDANCE))
        return 0;
    return ((const struct attendance *)pile_at(m, PILE_ATTENDANCE, i))->mark;
}

static bool mark_counts(const struct meeting *m, enum attendance_mark mark, int64_t now_utc_us)
{
    return mark == ATTENDANCE_PRESENT ||
           (mark == ATTENDANCE_REMOTE && m->body.kind != BODY_COUNCIL &&
            body_number(m, RULE_REMOTE_COUNTS, now_utc_us));
}

bool attendance_counts(const struct meeting *m, uint64_t person, int64_t now_utc_us)
{
    const struct person *p = roster_person(m, person);
    return p && roster_votes(p) && mark_counts(m, attendance_of(m, person), now_utc_us);
}

int64_t attendance_voters(const struct meeting *m, int64_t now_utc_us)
{
    int64_t count = 0;
    for (size_t i = 0; i < pile_count(m, PILE_ATTENDANCE); i++) {
        const struct attendance *a = pile_at(m, PILE_ATTENDANCE, i);
        const struct person *p = a->to_utc_us ? NULL : roster_person(m, a->person);
        count += p && roster_votes(p) && mark_counts(m, a->mark, now_utc_us);
    }
    return count;
}

bool attendance_quorum(const struct meeting *m, int64_t now_utc_us)
{
    if (body_share(body_rule(m, RULE_QUORUM_TO_MEET, now_utc_us), roster_members(m)) == 0)
        return true;
    for (size_t i = pile_count(m, PILE_ROLLCALL); i-- > 0;) {
        const struct rollcall *r = pile_at(m, PILE_ROLLCALL, i);
        if (!r->open)
            return r->result.met;
    }
    return false;
}

void attendance_end(struct meeting *m, const struct meeting_event *event, uint64_t person)
{
    size_t i = span_of(m, person);
    if (i < pile_count(m, PILE_ATTENDANCE))
        ((struct attendance *)pile_edit_at(m, PILE_ATTENDANCE, i, event))->to_utc_us =
            event->at_utc_us;
}

static int mark(struct meeting *m, const struct meeting_event *event, uint64_t person,
                enum attendance_mark as, const char *note)
{
    size_t i = span_of(m, person);
    if (i < pile_count(m, PILE_ATTENDANCE)) {
        const struct attendance *now = pile_at(m, PILE_ATTENDANCE, i);
        bool same = now->mark == as && !*note;
        struct attendance *ends = pile_edit_at(m, PILE_ATTENDANCE, i, event);
        if (same)
            return 0; /* answered: its `last` says so */
        ends->to_utc_us = event->at_utc_us;
    }
    struct attendance *a = pile_add(m, PILE_ATTENDANCE, event);
    if (!a)
        return -ENOMEM;
    a->person = person;
    a->mark = as;
    a->from_utc_us = event->at_utc_us;
    text_set(a->note, note);
    return 0;
}

enum meeting_refusal attendance_decide_mark(const struct deciding *d, const void *args)
{
    const struct attendance_mark_args *a = args;
    if (!roster_person(d->m, a->person))
        return REFUSED_NOT_FOUND;
    if (attendance_of(d->m, a->person) == a->mark && !*a->note)
        return REFUSED_ALREADY;
    return outcome_add(d, FACT_ATTENDANCE_MARKED, a);
}

int attendance_marked(struct meeting *m, const struct meeting_event *event)
{
    const struct attendance_mark_args *a = event->body;
    if (!roster_person(m, a->person))
        return -EBADMSG;
    return mark(m, event, a->person, a->mark, a->note);
}

static const struct rollcall *open_rollcall(const struct meeting *m)
{
    size_t count = pile_count(m, PILE_ROLLCALL);
    const struct rollcall *last = count ? pile_at(m, PILE_ROLLCALL, count - 1) : NULL;
    return last && last->open ? last : NULL;
}

enum meeting_refusal attendance_decide_open(const struct deciding *d, const void *args)
{
    if (open_rollcall(d->m))
        return REFUSED_ALREADY;
    return outcome_add(d, FACT_ROLLCALL_OPENED, args);
}

int attendance_opened(struct meeting *m, const struct meeting_event *event)
{
    const struct rollcall_open *a = event->body;
    struct rollcall *r = pile_add(m, PILE_ROLLCALL, event);
    if (!r)
        return -ENOMEM;
    r->purpose = a->purpose;
    r->open = true;
    return 0;
}

/* Refuses the whole answer where one entry is wrong: a clerk sees at once what was not taken. */
static enum meeting_refusal check_answer(const struct meeting *m, const struct rollcall_answer *a)
{
    const struct rollcall *r = open_rollcall(m);
    if (!r || r->head.seq != a->rollcall)
        return REFUSED_STALE;
    for (size_t i = 0; i < a->entries.count; i++) {
        const struct person *p = roster_person(m, a->entries.at[i].person);
        if (!p)
            return REFUSED_NOT_FOUND;
        if (!roster_votes(p))
            return REFUSED_MAY_NOT_VOTE;
        for (size_t k = 0; k < i; k++) {
            if (a->entries.at[k].person == a->entries.at[i].person)
                return REFUSED_BAD_ARGS;
        }
    }
    return 0;
}

enum meeting_refusal attendance_decide_answer(const struct deciding *d, const void *args)
{
    enum meeting_refusal refusal = check_answer(d->m, args);
    return refusal ? refusal : outcome_add(d, FACT_ROLLCALL_ANSWERED, args);
}

int attendance_answered(struct meeting *m, const struct meeting_event *event)
{
    const struct rollcall_answer *a = event->body;
    if (check_answer(m, a))
        return -EBADMSG;
    int r = 0;
    for (size_t i = 0; i < a->entries.count && r == 0; i++)
        r = mark(m, event, a->entries.at[i].person, a->entries.at[i].mark, "");
    return r;
}

/* The mark that the roll call leaves a person with: who did not answer is absent, unless excused.
 */
static enum attendance_mark left_with(const struct meeting *m, const struct rollcall *r,
                                      uint64_t person)
{
    size_t i = span_of(m, person);
    if (i == pile_count(m, PILE_ATTENDANCE))
        return ATTENDANCE_ABSENT;
    const struct attendance *a = pile_at(m, PILE_ATTENDANCE, i);
    bool stands = a->head.last > r->head.seq || a->mark == ATTENDANCE_EXCUSED;
    return stands ? a->mark : ATTENDANCE_ABSENT;
}

enum meeting_refusal attendance_decide_close(const struct deciding *d, const void *args)
{
    const struct meeting *m = d->m;
    const struct rollcall_close *a = args;
    const struct rollcall *r = open_rollcall(m);
    if (!r || r->head.seq != a->rollcall)
        return REFUSED_STALE;
    struct rollcall_result result = {.rollcall = a->rollcall, .members = roster_members(m)};
    for (size_t i = 0; i < pile_count(m, PILE_PERSON); i++) {
        const struct person *p = pile_at(m, PILE_PERSON, i);
        if (p->left || !roster_votes(p))
            continue;
        enum attendance_mark as = left_with(m, r, p->head.seq);
        result.present += as == ATTENDANCE_PRESENT;
        result.remote += as == ATTENDANCE_REMOTE;
        result.excused += as == ATTENDANCE_EXCUSED;
        result.absent += as == ATTENDANCE_ABSENT;
        result.counted += mark_counts(m, as, d->now->utc_us);
    }
    result.needed = body_share(body_rule(m, RULE_QUORUM_TO_MEET, d->now->utc_us), result.members);
    result.met = result.counted >= result.needed;
    return outcome_add(d, FACT_ROLLCALL_CLOSED, &result);
}

int attendance_closed(struct meeting *m, const struct meeting_event *event)
{
    const struct rollcall_result *a = event->body;
    const struct rollcall *open = open_rollcall(m);
    if (!open || open->head.seq != a->rollcall)
        return -EBADMSG;
    int r = 0; /* the pile of roll calls does not move meanwhile */
    for (size_t i = 0; i < pile_count(m, PILE_PERSON) && r == 0; i++) {
        const struct person *p = pile_at(m, PILE_PERSON, i);
        if (!p->left && roster_votes(p))
            r = mark(m, event, p->head.seq, left_with(m, open, p->head.seq), "");
    }
    if (r < 0)
        return r;
    struct rollcall *rollcall = pile_edit(m, PILE_ROLLCALL, a->rollcall, event);
    rollcall->open = false;
    rollcall->result = *a;
    return 0;
}
