#include "protocol/spans_text.h"

#include "meeting/agenda.h"
#include "meeting/floor.h"
#include "meeting/question.h"
#include "meeting/roster.h"
#include "meeting/vote.h"
#include "protocol/shape_json.h"

#include <inttypes.h>
#include <string.h>

#define MAX_SUMS 1024

struct printing {
    struct buf *out;
    const struct meeting *m;
    const struct actor *actor;
    const struct late *late; /* NULL where no times are printed */
    const char *comma;
};

static const void *seen(const struct printing *p, enum pile pile, const void *thing)
{
    return thing && pile_sees(p->m, pile, thing, p->actor) ? thing : NULL;
}

static const void *at(const struct printing *p, enum pile pile, size_t i)
{
    return seen(p, pile, pile_at(p->m, pile, i));
}

static void add_text(struct buf *out, const char *before, const char *text)
{
    buf_add_str(out, before);
    json_print_text(out, text);
}

static void add_times(struct printing *p, int64_t from_us, int64_t to_us)
{
    buf_addf(p->out, "\"from_us\":%" PRId64 ",\"to_us\":", late_seen(p->late, from_us));
    if (to_us)
        buf_addf(p->out, "%" PRId64, late_seen(p->late, to_us));
    else
        buf_add_str(p->out, "null");
}

/* Begins the next element. */
static void begin(struct printing *p)
{
    buf_addf(p->out, "%s{", p->comma);
    p->comma = ",";
}

static void add_item(struct printing *p, size_t i)
{
    const struct span *s = at(p, PILE_SPAN, i);
    const struct item *item = s ? seen(p, PILE_ITEM, agenda_item(p->m, s->item)) : NULL;
    if (!item)
        return;
    begin(p);
    add_times(p, s->from_media_us, s->over ? s->to_media_us : 0);
    add_text(p->out, ",\"number\":", item->is.number);
    add_text(p->out, ",\"title\":", item->is.title);
    buf_addf(p->out, ",\"item\":%" PRIu64 ",\"corrected\":%s}", s->item,
             s->corrected ? "true" : "false");
}

static void add_person(struct printing *p, uint64_t person)
{
    const struct person *who = seen(p, PILE_PERSON, pile_find(p->m, PILE_PERSON, person));
    buf_addf(p->out, ",\"person\":%" PRIu64, person);
    add_text(p->out, ",\"name\":", who ? who->is.name : "");
    add_text(p->out, ",\"group\":", who ? who->is.group : "");
    add_text(p->out, ",\"organisation\":", who ? who->is.organisation : "");
}

static void add_turn(struct printing *p, size_t i)
{
    const struct turn *t = at(p, PILE_TURN, i);
    if (!t || !t->started)
        return;
    begin(p);
    add_times(p, t->from_media_us, t->over ? t->to_media_us : 0);
    buf_addf(p->out, ",\"turn\":%" PRIu64, t->head.seq);
    add_person(p, t->person);
    add_text(p->out, ",\"kind\":", speech_kind_names[t->kind - 1]);
    buf_addf(p->out, ",\"item\":%" PRIu64 ",\"used_us\":%" PRId64 ",\"corrected\":%s}", t->item,
             t->used_us, t->corrected ? "true" : "false");
}

static void add_question(struct printing *p, size_t i)
{
    const struct question *q = at(p, PILE_QUESTION, i);
    if (!q || !q->put_media_us)
        return;
    begin(p);
    add_times(p, q->put_media_us, q->answered_media_us);
    buf_addf(p->out, ",\"question\":%" PRIu64, q->head.seq);
    add_text(p->out, ",\"text\":", q->text);
    buf_addf(p->out, ",\"item\":%" PRIu64 ",\"answered_by\":%" PRIu64 "}", q->item, q->answered_by);
}

static void add_vote(struct printing *p, size_t i)
{
    const struct vote *v = at(p, PILE_VOTE, i);
    if (!v)
        return;
    begin(p);
    add_times(p, v->from_media_us, v->to_media_us);
    buf_addf(p->out, ",\"vote\":%" PRIu64, v->head.seq);
    add_text(p->out, ",\"subject\":", v->is.subject);
    add_text(p->out, ",\"state\":", vote_state_names[v->state - 1]);
    add_text(p->out,
             ",\"outcome\":", v->result.outcome ? vote_outcome_names[v->result.outcome - 1] : "");
    add_text(p->out, ",\"decision\":", v->result.decision);
    buf_addf(p->out, ",\"item\":%" PRIu64 "}", v->is.item);
}

static void add_part(struct printing *p, size_t i)
{
    const struct part *part = at(p, PILE_PART, i);
    if (!part)
        return;
    begin(p);
    add_times(p, part->from_media_us, part->to_seq ? part->to_media_us : 0);
    buf_addf(p->out, ",\"closed\":%s", part->closed ? "true" : "false");
    add_text(p->out, ",\"reason\":", part->reason);
    buf_add_str(p->out, "}");
}

static void add_list(struct printing *p, const char *name, enum pile pile,
                     void (*add)(struct printing *p, size_t i))
{
    buf_addf(p->out, ",\"%s\":[", name);
    p->comma = "";
    for (size_t i = 0; i < pile_count(p->m, pile); i++)
        add(p, i);
    buf_add_str(p->out, "]");
}

void spans_print(struct buf *out, const char *meeting, const struct meeting *m,
                 const struct actor *actor, const struct late *late, int64_t utc_minus_media_us)
{
    struct printing p = {.out = out, .m = m, .actor = actor, .late = late};
    add_text(out, "{\"meeting\":", meeting);
    buf_addf(out, ",\"utc_minus_media_us\":%" PRId64, utc_minus_media_us);
    add_list(&p, "items", PILE_SPAN, add_item);
    add_list(&p, "turns", PILE_TURN, add_turn);
    add_list(&p, "questions", PILE_QUESTION, add_question);
    add_list(&p, "votes", PILE_VOTE, add_vote);
    add_list(&p, "parts", PILE_PART, add_part);
    buf_add_str(out, ",\"gaps\":[");
}

void spans_print_gaps(struct buf *out, const struct spans_gap *gaps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_addf(out, "%s{\"from_us\":%" PRId64 ",\"to_us\":%" PRId64 ",\"cause\":", i ? "," : "",
                 gaps[i].from_us, gaps[i].to_us);
        json_print_text(out, gaps[i].cause);
        buf_add_str(out, "}");
    }
    buf_add_str(out, "]}");
}

/* ---- statistics ---- */

struct sum {
    uint64_t person;  /* of people */
    const char *name; /* of groups and kinds; borrowed */
    int64_t used_us, turns;
};

struct sums {
    struct sum list[MAX_SUMS];
    size_t count;
};

/* Beyond MAX_SUMS, more than a roster has, nothing is counted. */
static void count_in(struct sums *s, uint64_t person, const char *name, int64_t used_us)
{
    size_t i = 0;
    while (i < s->count &&
           (s->list[i].person != person || (name && strcmp(s->list[i].name, name) != 0)))
        i++;
    if (i == MAX_SUMS)
        return;
    if (i == s->count)
        s->list[s->count++] = (struct sum){.person = person, .name = name};
    s->list[i].used_us += used_us;
    s->list[i].turns++;
}

static void gather(const struct printing *p, int what, int64_t media_us, struct sums *ret)
{
    ret->count = 0;
    for (size_t i = 0; i < pile_count(p->m, PILE_TURN); i++) {
        const struct turn *t = at(p, PILE_TURN, i);
        if (!t || !t->started)
            continue;
        int64_t used = floor_used_us(t, media_us);
        const struct person *who = seen(p, PILE_PERSON, pile_find(p->m, PILE_PERSON, t->person));
        if (what == 0)
            count_in(ret, t->person, NULL, used);
        else if (what == 1)
            count_in(ret, 0, who ? who->is.group : "", used);
        else
            count_in(ret, 0, speech_kind_names[t->kind - 1], used);
    }
}

static void add_sums(struct printing *p, const char *name, const char *member, struct sums *sums)
{
    buf_addf(p->out, ",\"%s\":[", name);
    for (size_t i = 0; i < sums->count; i++) {
        const struct sum *s = &sums->list[i];
        buf_addf(p->out, "%s{\"turns\":%" PRId64 ",\"used_us\":%" PRId64, i ? "," : "", s->turns,
                 s->used_us);
        if (s->person) {
            add_person(p, s->person);
        } else {
            buf_addf(p->out, ",\"%s\":", member);
            json_print_text(p->out, s->name);
        }
        buf_add_str(p->out, "}");
    }
    buf_add_str(p->out, "]");
}

void spans_print_statistics(struct buf *out, const char *meeting, const struct meeting *m,
                            const struct actor *actor, int64_t media_us)
{
    struct printing p = {.out = out, .m = m, .actor = actor};
    struct sums sums;
    add_text(out, "{\"meeting\":", meeting);
    gather(&p, 0, media_us, &sums);
    add_sums(&p, "people", "", &sums);
    gather(&p, 1, media_us, &sums);
    add_sums(&p, "groups", "group", &sums);
    gather(&p, 2, media_us, &sums);
    add_sums(&p, "kinds", "kind", &sums);
    buf_add_str(out, "}");
}
