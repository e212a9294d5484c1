#include "app/finder_rows.h"

#include "app/card.h"
#include "meeting/agenda.h"
#include "meeting/floor.h"
#include "meeting/motion.h"
#include "meeting/question.h"
#include "meeting/roster.h"
#include "meeting/vote.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NEVER (-1)

struct taking {
    struct finder_rows *to;
    const struct meeting *m;
    const struct late *late; /* what is found is seen in the recording so much later */
    struct actor public;
};

static const char *keep(struct finder_rows *f, const char *text)
{
    char *copy = text[0] ? strdup(text) : "";
    if (!copy)
        f->error = -ENOMEM;
    return copy;
}

static void release(const char *text)
{
    if (text && text[0])
        free((char *)text);
}

static void add(struct taking *t, const struct search_row *row)
{
    struct finder_rows *f = t->to;
    if (f->count == f->room) {
        size_t room = f->room ? 2 * f->room : 64;
        struct search_row *rows = reallocarray(f->rows, room, sizeof *rows);
        if (!rows) {
            f->error = -ENOMEM;
            return;
        }
        f->rows = rows;
        f->room = room;
    }
    f->rows[f->count++] = (struct search_row){
        .kind = row->kind,
        .seq = row->seq,
        .media_us = row->media_us < 0 ? NEVER : late_seen(t->late, row->media_us),
        .item = keep(f, row->item),
        .person = keep(f, row->person),
        .text = keep(f, row->text),
        .more = keep(f, row->more)};
}

void finder_rows_finish(struct finder_rows *f)
{
    for (size_t i = 0; i < f->count; i++) {
        release(f->rows[i].item);
        release(f->rows[i].person);
        release(f->rows[i].text);
        release(f->rows[i].more);
    }
    free(f->rows);
    release(f->meeting.id);
    release(f->meeting.title);
    release(f->meeting.body);
    release(f->meeting.language);
    *f = (struct finder_rows){0};
}

/* ---- what everybody may know ---- */

static const void *seen(const struct taking *t, enum pile pile, const void *thing)
{
    return thing && pile_sees(t->m, pile, thing, &t->public) ? thing : NULL;
}

static const void *at(const struct taking *t, enum pile pile, size_t i)
{
    return seen(t, pile, pile_at(t->m, pile, i));
}

static const char *number_of(const struct taking *t, uint64_t item)
{
    const struct item *i = item ? seen(t, PILE_ITEM, agenda_item(t->m, item)) : NULL;
    return i ? i->is.number : "";
}

static const char *name_of(const struct taking *t, uint64_t person)
{
    const struct person *p =
        person ? seen(t, PILE_PERSON, pile_find(t->m, PILE_PERSON, person)) : NULL;
    return p ? p->is.name : "";
}

/* Where the item was first taken up. */
static int64_t beginning_of(const struct taking *t, uint64_t item)
{
    int64_t first = NEVER;
    for (size_t i = 0; i < pile_count(t->m, PILE_SPAN); i++) {
        const struct span *s = at(t, PILE_SPAN, i);
        if (s && s->item == item && (first == NEVER || s->from_media_us < first))
            first = s->from_media_us;
    }
    return first;
}

/* Where it was decided: at the end of its vote, else where it was taken up. */
static int64_t decision_of(const struct taking *t, const struct item *item)
{
    const struct vote *v =
        item->vote ? seen(t, PILE_VOTE, pile_find(t->m, PILE_VOTE, item->vote)) : NULL;
    return v && v->to_media_us ? v->to_media_us : beginning_of(t, item->head.seq);
}

static void add_item(struct taking *t, size_t i)
{
    const struct item *item = at(t, PILE_ITEM, i);
    if (!item || item->state == ITEM_WITHDRAWN)
        return;
    struct search_row row = {.kind = "item",
                             .seq = item->head.seq,
                             .media_us = beginning_of(t, item->head.seq),
                             .item = item->is.number,
                             .person = item->is.proposer,
                             .text = item->is.title,
                             .more = item->is.note};
    add(t, &row);
    if (!item->decision[0] && !item->reason[0])
        return;
    char said[sizeof item->decision + sizeof item->reason + 4];
    snprintf(said, sizeof said, "%s%s%s", item->decision,
             item->decision[0] && item->reason[0] ? ": " : "", item->reason);
    row.kind = "decision";
    row.media_us = decision_of(t, item);
    row.more = said;
    add(t, &row);
}

static void add_document(struct taking *t, size_t i)
{
    const struct document *d = at(t, PILE_DOCUMENT, i);
    if (!d || d->removed)
        return;
    add(t, &(struct search_row){.kind = "document",
                                .seq = d->head.seq,
                                .media_us = beginning_of(t, d->item),
                                .item = number_of(t, d->item),
                                .person = "",
                                .text = d->title,
                                .more = ""});
}

static void add_question(struct taking *t, size_t i)
{
    const struct question *q = at(t, PILE_QUESTION, i);
    if (!q || q->into)
        return;
    add(t, &(struct search_row){.kind = "question",
                                .seq = q->head.seq,
                                .media_us = q->put_media_us ? q->put_media_us : NEVER,
                                .item = number_of(t, q->item),
                                .person = name_of(t, q->answered_by),
                                .text = q->text,
                                .more = q->note});
}

static void add_turn(struct taking *t, size_t i)
{
    const struct turn *turn = at(t, PILE_TURN, i);
    if (!turn || !turn->started)
        return;
    const struct item *item = turn->item ? seen(t, PILE_ITEM, agenda_item(t->m, turn->item)) : NULL;
    const struct person *p = seen(t, PILE_PERSON, pile_find(t->m, PILE_PERSON, turn->person));
    if (!p)
        return;
    add(t, &(struct search_row){.kind = "turn",
                                .seq = turn->head.seq,
                                .media_us = turn->from_media_us,
                                .item = item ? item->is.number : "",
                                .person = p->is.name,
                                .text = item ? item->is.title : "",
                                .more = p->is.organisation[0] ? p->is.organisation : p->is.group});
}

static void add_vote(struct taking *t, size_t i)
{
    const struct vote *v = at(t, PILE_VOTE, i);
    if (!v || v->state == VOTE_CANCELLED)
        return;
    add(t, &(struct search_row){.kind = "vote",
                                .seq = v->head.seq,
                                .media_us = v->from_media_us ? v->from_media_us : NEVER,
                                .item = number_of(t, v->is.item),
                                .person = "",
                                .text = v->is.subject,
                                .more = v->result.decision});
}

static void add_motion(struct taking *t, size_t i)
{
    const struct motion *m = at(t, PILE_MOTION, i);
    if (!m)
        return;
    add(t, &(struct search_row){.kind = "motion",
                                .seq = m->head.seq,
                                .media_us = beginning_of(t, m->is.item),
                                .item = number_of(t, m->is.item),
                                .person = "",
                                .text = m->is.title,
                                .more = m->is.text});
}

static int year_of(int64_t utc_us)
{
    time_t seconds = (time_t)(utc_us / 1000000);
    struct tm tm;
    return utc_us && localtime_r(&seconds, &tm) ? tm.tm_year + 1900 : 0;
}

void finder_rows_take(struct broadcast *b, struct finder_rows *ret)
{
    static const struct {
        enum pile pile;
        void (*add)(struct taking *t, size_t i);
    } kinds[] = {{PILE_ITEM, add_item},         {PILE_DOCUMENT, add_document},
                 {PILE_QUESTION, add_question}, {PILE_TURN, add_turn},
                 {PILE_VOTE, add_vote},         {PILE_MOTION, add_motion}};
    struct taking t = {.to = ret,
                       .m = hall_meeting(b->hall),
                       .late = &b->hall->late,
                       .public = hall_nobody(FRONT_PUBLIC)};
    struct card card;
    *ret = (struct finder_rows){0};
    card_of(b, &card);
    ret->meeting = (struct search_meeting){.id = keep(ret, card.id),
                                           .title = keep(ret, card.title),
                                           .body = keep(ret, card.body),
                                           .language = keep(ret, card.language),
                                           .at_utc_us = card.from_utc_us,
                                           .year = year_of(card.from_utc_us),
                                           .recorded = b->state.recorded,
                                           .seq = meeting_seq(t.m)};
    if (!card.known || b->hall->broken)
        return;
    add(&t, &(struct search_row){.kind = "meeting",
                                 .media_us = NEVER,
                                 .item = "",
                                 .person = "",
                                 .text = card.title,
                                 .more = card.place});
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t i = 0; i < pile_count(t.m, kinds[k].pile); i++)
            kinds[k].add(&t, i);
}
