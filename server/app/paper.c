#include "app/paper.h"

#include "app/card.h"
#include "app/hall.h"
#include "app/markup.h"
#include "app/paper_words.h"
#include "meeting/body.h"
#include "meeting/chair.h"
#include "meeting/floor.h"
#include "meeting/question.h"
#include "meeting/roster.h"
#include "meeting/sitting.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY_US INT64_C(86400000000)

struct printing {
    struct buf *out;
    const struct paper *paper;
    const struct meeting *m;
    const struct paper_words *w;
    struct actor public;
};

const char paper_style[] =
    "@page{size:A4;margin:22mm 18mm 20mm}"
    "@media print{@page{@bottom-right{content:counter(page) ' / ' counter(pages);font-size:9pt}}}"
    "body{font:11pt/1.4 'DejaVu Serif',serif;color:#000;background:#fff;max-width:46rem;"
    "margin:2rem auto;padding:0 1rem}"
    "h1{font-size:15pt;margin:0 0 .3em}h2{font-size:13pt;margin:1.4em 0 .4em}"
    "h3{font-size:11.5pt;margin:1.2em 0 .3em;break-after:avoid}"
    "table{border-collapse:collapse;width:100%;margin:.4em 0}thead{display:table-header-group}"
    ".of{break-after:avoid}tr{break-inside:avoid}th,td{border:1px solid #666;padding:.25em "
    ".5em;text-align:left;"
    "vertical-align:top}p{margin:.35em 0}.draft{border:2px solid #000;padding:.4em .6em;"
    "font-weight:bold}.sign td{height:5em;border:0;text-align:center;width:33%}";

/* ---- pieces ---- */

static const void *seen(const struct printing *p, enum pile pile, const void *thing)
{
    return thing && pile_sees(p->m, pile, thing, &p->public) ? thing : NULL;
}

static const void *at(const struct printing *p, enum pile pile, size_t i)
{
    return seen(p, pile, pile_at(p->m, pile, i));
}

static const struct person *person(const struct printing *p, uint64_t seq)
{
    return seq ? seen(p, PILE_PERSON, pile_find(p->m, PILE_PERSON, seq)) : NULL;
}

static void raw(struct printing *p, const char *html)
{
    buf_add_str(p->out, html);
}

static void text(struct printing *p, const char *words)
{
    markup_add(p->out, words);
}

static void element(struct printing *p, const char *tag, const char *words)
{
    buf_addf(p->out, "<%s>", tag);
    text(p, words);
    buf_addf(p->out, "</%s>\n", tag);
}

static void cell(struct printing *p, const char *words)
{
    element(p, "td", words);
}

static void cell_number(struct printing *p, int64_t number)
{
    buf_addf(p->out, "<td>%" PRId64 "</td>\n", number);
}

/* "<p>Öneren: Başkanlık</p>"; nothing where there is nothing to say. */
static void said(struct printing *p, const char *what, const char *words)
{
    if (!words[0])
        return;
    raw(p, "<p>");
    text(p, what);
    raw(p, ": ");
    text(p, words);
    raw(p, "</p>\n");
}

static void heads(struct printing *p, const char *const *names, size_t count)
{
    raw(p, "<table><thead><tr>");
    for (size_t i = 0; i < count; i++) {
        raw(p, "<th scope=\"col\">");
        text(p, names[i]);
        raw(p, "</th>");
    }
    raw(p, "</tr></thead><tbody>\n");
}

static void heads_end(struct printing *p)
{
    raw(p, "</tbody></table>\n");
}

static void row_head(struct printing *p, const char *what, const char *words)
{
    if (!words[0])
        return;
    raw(p, "<tr><th scope=\"row\">");
    text(p, what);
    raw(p, "</th>");
    cell(p, words);
    raw(p, "</tr>\n");
}

static void row_time(struct printing *p, const char *what, int64_t utc_us)
{
    char when[CARD_TIME] = "";
    if (utc_us)
        card_time(utc_us, p->paper->language, when);
    row_head(p, what, when);
}

/* ---- the sitting ---- */

static void print_sitting(struct printing *p)
{
    const struct sitting *s = meeting_sitting(p->m);
    size_t chairs = pile_count(p->m, PILE_CHAIR);
    raw(p, "<table><tbody>\n");
    row_head(p, p->w->body, meeting_body(p->m)->name);
    row_head(p, p->w->sitting, s->number);
    row_head(p, p->w->place, s->place);
    row_time(p, p->w->opened, s->opened_utc_us ? s->opened_utc_us : s->starts_utc_us);
    row_time(p, p->w->ended, s->ended_utc_us);
    for (size_t i = 0; i < chairs; i++) {
        const struct chair *c = at(p, PILE_CHAIR, i);
        const struct person *who = c ? person(p, c->person) : NULL;
        if (who)
            row_head(p, p->w->chair, who->is.name);
    }
    raw(p, "</tbody></table>\n");
    if (s->cancelled)
        said(p, p->w->cancelled, s->reason[0] ? s->reason : "–");
    else if (s->state != MEETING_ENDED)
        buf_addf(p->out, "<p class=\"draft\">%s</p>\n", p->w->draft);
}

static void print_attendance(struct printing *p)
{
    const char *names[] = {p->w->name, p->w->group, p->w->mark};
    int64_t present = 0, all = 0;
    element(p, "h2", p->w->attendance);
    heads(p, names, 3);
    for (size_t i = 0; i < pile_count(p->m, PILE_PERSON); i++) {
        const struct person *who = at(p, PILE_PERSON, i);
        if (!who || who->left || who->is.kind == PERSON_STAFF)
            continue;
        enum attendance_mark mark = attendance_of(p->m, who->head.seq);
        raw(p, "<tr>");
        cell(p, who->is.name);
        cell(p, who->is.group[0] ? who->is.group : who->is.organisation);
        cell(p, mark ? p->w->marks[mark - 1] : "–");
        raw(p, "</tr>\n");
        all++;
        present += mark == ATTENDANCE_PRESENT || mark == ATTENDANCE_REMOTE;
    }
    heads_end(p);
    buf_addf(p->out, "<p>%s: %" PRId64 " / %" PRId64 "</p>\n", p->w->present_count, present, all);
}

/* ---- one item ---- */

struct spoken {
    uint64_t person;
    int64_t us;
};

static size_t gather_speakers(const struct printing *p, uint64_t item, struct spoken *list,
                              size_t room)
{
    size_t count = 0;
    for (size_t i = 0; i < pile_count(p->m, PILE_TURN); i++) {
        const struct turn *t = at(p, PILE_TURN, i);
        if (!t || !t->started || t->item != item)
            continue;
        size_t k = 0;
        while (k < count && list[k].person != t->person)
            k++;
        if (k == room)
            continue;
        if (k == count)
            list[count++] = (struct spoken){.person = t->person};
        list[k].us += t->used_us;
    }
    return count;
}

static void print_speakers(struct printing *p, uint64_t item)
{
    const char *names[] = {p->w->name, p->w->group, p->w->spoke};
    struct spoken list[512];
    size_t count = gather_speakers(p, item, list, sizeof list / sizeof *list);
    if (count == 0)
        return;
    raw(p, "<p class=\"of\">");
    text(p, p->w->speakers);
    raw(p, "</p>\n");
    heads(p, names, 3);
    for (size_t i = 0; i < count; i++) {
        const struct person *who = person(p, list[i].person);
        int64_t seconds = list[i].us / 1000000;
        raw(p, "<tr>");
        cell(p, who ? who->is.name : "–");
        cell(p, !who ? "" : who->is.group[0] ? who->is.group : who->is.organisation);
        buf_addf(p->out, "<td>%" PRId64 ":%02" PRId64 "</td></tr>\n", seconds / 60, seconds % 60);
    }
    heads_end(p);
}

static void print_questions(struct printing *p, uint64_t item)
{
    bool any = false;
    for (size_t i = 0; i < pile_count(p->m, PILE_QUESTION); i++) {
        const struct question *q = at(p, PILE_QUESTION, i);
        if (!q || !q->put_media_us || q->item != item)
            continue;
        if (!any)
            element(p, "p", p->w->questions);
        raw(p, any ? "<li>" : "<ul><li>");
        any = true;
        text(p, q->text);
        const struct person *who = person(p, q->answered_by);
        if (who)
            said(p, p->w->answered, who->is.name);
        if (q->note[0])
            element(p, "p", q->note);
        raw(p, "</li>\n");
    }
    raw(p, any ? "</ul>\n" : "");
}

static void print_motions(struct printing *p, uint64_t item)
{
    for (size_t i = 0; i < pile_count(p->m, PILE_MOTION); i++) {
        const struct motion *m = at(p, PILE_MOTION, i);
        if (!m || m->is.item != item)
            continue;
        raw(p, "<p>");
        text(p, p->w->motions);
        raw(p, ": ");
        text(p, m->is.title);
        raw(p, " – ");
        text(p, p->w->motion_states[m->state - 1]);
        raw(p, "</p>\n");
    }
}

static void print_result(struct printing *p, const struct vote *v)
{
    const struct vote_result *r = &v->result;
    if (v->state != VOTE_DECIDED && v->state != VOTE_TIED) {
        raw(p, "<td>–</td>\n");
        return;
    }
    raw(p, "<td>");
    text(p, p->w->outcomes[(v->state == VOTE_TIED ? VOTE_TIE : r->outcome) - 1]);
    const char *how = r->unanimous                     ? p->w->unanimous
                      : r->ground == GROUND_CHAIR_SIDE ? p->w->chair_side
                      : r->ground == GROUND_LOT        ? p->w->lot
                                                       : "";
    if (how[0] && v->state == VOTE_DECIDED) {
        raw(p, " (");
        text(p, how);
        raw(p, ")");
    }
    if (r->decision[0]) {
        raw(p, ", ");
        text(p, r->decision);
    }
    raw(p, "</td>\n");
}

static void print_dissents(struct printing *p, uint64_t vote)
{
    for (size_t i = 0; i < pile_count(p->m, PILE_DISSENT); i++) {
        const struct dissent *d = at(p, PILE_DISSENT, i);
        const struct person *who = d && d->vote == vote ? person(p, d->person) : NULL;
        if (!who)
            continue;
        raw(p, "<p>");
        text(p, p->w->dissent);
        raw(p, " (");
        text(p, who->is.name);
        raw(p, "): ");
        text(p, d->text);
        raw(p, "</p>\n");
    }
}

static void print_vote(struct printing *p, const struct vote *v)
{
    const char *names[] = {p->w->subject, p->w->participants, p->w->in_favour, p->w->against,
                           p->w->abstain, p->w->invalid,      p->w->needed,    p->w->result};
    const struct vote_counts *c = v->result.members ? &v->result.counts : &v->counts;
    heads(p, names, 8);
    raw(p, "<tr><td>");
    text(p, v->is.subject);
    raw(p, " (");
    text(p, p->w->methods[v->is.method - 1]);
    raw(p, ")</td>");
    cell_number(p, v->result.participants);
    cell_number(p, c->in_favour);
    cell_number(p, c->against);
    cell_number(p, c->abstain);
    cell_number(p, c->invalid);
    cell_number(p, v->result.needed);
    print_result(p, v);
    raw(p, "</tr>\n");
    heads_end(p);
    print_dissents(p, v->head.seq);
}

static void print_votes(struct printing *p, uint64_t item)
{
    for (size_t i = 0; i < pile_count(p->m, PILE_VOTE); i++) {
        const struct vote *v = at(p, PILE_VOTE, i);
        if (v && v->is.item == item && v->state != VOTE_OPEN && v->state != VOTE_CANCELLED)
            print_vote(p, v);
    }
}

static void print_referrals(struct printing *p, uint64_t item)
{
    for (size_t i = 0; i < pile_count(p->m, PILE_REFERRAL); i++) {
        const struct referral *r = at(p, PILE_REFERRAL, i);
        char when[CARD_TIME] = "";
        if (!r || r->item != item)
            continue;
        if (r->due_utc_us)
            card_time(r->due_utc_us, p->paper->language, when);
        raw(p, "<p>");
        text(p, p->w->referred);
        raw(p, ": ");
        text(p, r->commission);
        if (when[0])
            buf_addf(p->out, " (%s: %s)", p->w->due, when);
        buf_addf(p->out, "%s%s</p>\n", r->report ? "; " : "", r->report ? p->w->report : "");
    }
}

static void print_item(struct printing *p, const struct item *item)
{
    raw(p, "<h3>");
    text(p, item->is.number);
    raw(p, item->is.number[0] ? ". " : "");
    text(p, item->is.title);
    raw(p, "</h3>\n");
    said(p, p->w->proposer, item->is.proposer);
    print_speakers(p, item->head.seq);
    print_questions(p, item->head.seq);
    print_motions(p, item->head.seq);
    print_votes(p, item->head.seq);
    print_referrals(p, item->head.seq);
    raw(p, "<p><strong>");
    text(p, item->verdict ? p->w->verdicts[item->verdict - 1] : p->w->item_states[item->state - 1]);
    raw(p, "</strong>");
    if (item->decision[0]) {
        raw(p, ", ");
        text(p, item->decision);
    }
    if (item->reason[0]) {
        raw(p, ". ");
        text(p, item->reason);
    }
    raw(p, "</p>\n");
}

static int by_place(const void *left, const void *right)
{
    const struct item *const *a = left, *const *b = right;
    return ((*a)->place > (*b)->place) - ((*a)->place < (*b)->place);
}

/* Those of the agenda in its order; owned (free), NULL where there are none or without memory. */
static const struct item **items_of(const struct printing *p, size_t *ret_count)
{
    size_t all = pile_count(p->m, PILE_ITEM), count = 0;
    const struct item **list = all ? calloc(all, sizeof *list) : NULL;
    for (size_t i = 0; list && i < all; i++) {
        const struct item *item = at(p, PILE_ITEM, i);
        if (item && item->state != ITEM_PROPOSED)
            list[count++] = item;
    }
    if (count)
        qsort(list, count, sizeof *list, by_place);
    *ret_count = count;
    return list;
}

/* That there was one; of what was said in it nothing. */
static void print_closed_parts(struct printing *p)
{
    for (size_t i = 0; i < pile_count(p->m, PILE_PART); i++) {
        const struct part *part = at(p, PILE_PART, i);
        if (part && part->closed)
            said(p, p->w->closed_part, part->reason[0] ? part->reason : "–");
    }
}

static void print_signatures(struct printing *p)
{
    element(p, "h2", p->w->signatures);
    raw(p, "<table class=\"sign\"><tbody><tr>");
    cell(p, p->w->sign_chair);
    cell(p, p->w->sign_clerk);
    cell(p, p->w->sign_clerk);
    raw(p, "</tr></tbody></table>\n");
}

static void print_minutes(struct printing *p)
{
    size_t count;
    const struct item **items = items_of(p, &count);
    print_attendance(p);
    element(p, "h2", p->w->agenda);
    if (count == 0)
        element(p, "p", p->w->none);
    for (size_t i = 0; i < count; i++)
        print_item(p, items[i]);
    free(items);
    print_closed_parts(p);
    struct spoken one;
    if (gather_speakers(p, 0, &one, 1)) {
        element(p, "h3", p->w->off_agenda);
        print_speakers(p, 0);
    }
}

/* ---- decisions ---- */

static void cell_day(struct printing *p, int64_t utc_us)
{
    time_t seconds = (time_t)(utc_us / 1000000);
    struct tm t;
    if (utc_us && localtime_r(&seconds, &t))
        buf_addf(p->out, "<td>%02d.%02d.%d</td>\n", t.tm_mday, t.tm_mon + 1, t.tm_year + 1900);
    else
        raw(p, "<td>–</td>\n");
}

static void print_decision(struct printing *p, const struct item *item, bool days)
{
    const struct sitting *s = meeting_sitting(p->m);
    int64_t taken = s->ended_utc_us ? s->ended_utc_us : s->opened_utc_us;
    raw(p, "<tr>");
    cell(p, item->decision);
    cell(p, item->is.title);
    raw(p, "<td>");
    text(p, item->verdict ? p->w->verdicts[item->verdict - 1] : p->w->item_states[item->state - 1]);
    raw(p, item->reason[0] ? ". " : "");
    text(p, item->reason);
    raw(p, "</td>\n");
    if (days) {
        cell_day(p, taken ? taken + p->paper->return_days * DAY_US : 0);
        cell_day(p, taken ? taken + (p->paper->return_days + p->paper->send_days) * DAY_US : 0);
    }
    raw(p, "</tr>\n");
}

static void print_decisions(struct printing *p)
{
    const char *names[] = {p->w->number, p->w->item, p->w->result, p->w->until_return,
                           p->w->until_send};
    bool days = meeting_body(p->m)->kind == BODY_COUNCIL && p->paper->send_days > 0;
    size_t count, decided = 0;
    const struct item **items = items_of(p, &count);
    for (size_t i = 0; i < count; i++)
        decided += items[i]->state == ITEM_DECIDED;
    if (decided == 0) {
        element(p, "p", p->w->none);
        free(items);
        return;
    }
    heads(p, names, days ? 5 : 3);
    for (size_t i = 0; i < count; i++)
        if (items[i]->state == ITEM_DECIDED)
            print_decision(p, items[i], days);
    heads_end(p);
    free(items);
    if (days)
        element(p, "p", p->w->law);
}

void paper_print(struct buf *out, const struct paper *paper)
{
    const struct paper_words *w =
        paper->language == LANGUAGE_ENGLISH ? &paper_english : &paper_turkish;
    struct printing p = {
        .out = out, .paper = paper, .m = paper->m, .w = w, .public = hall_nobody(FRONT_PUBLIC)};
    const char *heading = paper->kind == PAPER_MINUTES ? w->minutes : w->decisions;
    buf_addf(out, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>",
             w->lang);
    text(&p, paper->title);
    raw(&p, " – ");
    text(&p, heading);
    if (paper->style_inside)
        buf_addf(out, "</title><style>%s</style></head><body>\n", paper_style);
    else
        raw(&p, "</title><link rel=\"stylesheet\" href=\"/api/v1/paper.css\"></head><body>\n");
    element(&p, "h1", paper->title);
    element(&p, "h2", heading);
    print_sitting(&p);
    if (paper->kind == PAPER_MINUTES)
        print_minutes(&p);
    else
        print_decisions(&p);
    print_signatures(&p);
    raw(&p, "</body></html>\n");
}
