/* Apart from the rest of this room, whose struct broadcast is another one. */
#include "app/making_copy.h"

#include "meeting/agenda.h"
#include "meeting/body.h"
#include "meeting/broadcast.h"
#include "meeting/pile.h"
#include "meeting/roster.h"
#include "meeting/vote_args.h"

#include <stdlib.h>
#include <string.h>

#define MAX_ITEMS 500

/* What was done behind closed doors is not brought into the open by a new meeting. */
static const struct actor outsider = {.roles = ROLE_VIEWER, .principal = "server"};

static const void *seen(const struct meeting *from, enum pile pile, size_t i)
{
    const void *thing = pile_at(from, pile, i);
    return pile_sees(from, pile, thing, &outsider) ? thing : NULL;
}

static struct body_rule_args args_of(const struct rule *r)
{
    struct body_rule_args a = {.rule = r->rule,
                               .number = r->number,
                               .part = r->part,
                               .whole = r->whole,
                               .more_than = r->more_than,
                               .base = r->base,
                               .from_utc_us = r->from_utc_us};
    memcpy(a.source, r->source, sizeof a.source);
    return a;
}

void making_copy(const struct meeting *from,
                 void (*say)(void *ctx, const char *verb, const void *args), void *ctx)
{
    const struct body *body = meeting_body(from);
    const struct vote_numbering *numbering = meeting_single(from, SINGLE_DECISIONS);
    if (body->kind)
        say(ctx, "body.describe", body);
    for (size_t i = 0; i < pile_count(from, PILE_RULE); i++) {
        const struct rule *r = seen(from, PILE_RULE, i);
        if (r) {
            struct body_rule_args rule = args_of(r);
            say(ctx, "body.rule", &rule);
        }
    }
    for (size_t i = 0; i < pile_count(from, PILE_PERSON); i++) {
        const struct person *p = seen(from, PILE_PERSON, i);
        if (p && !p->left)
            say(ctx, "roster.add", &p->is);
    }
    if (numbering->next)
        say(ctx, "vote.number", numbering);
    for (size_t i = 0; i < pile_count(from, PILE_PERMISSION); i++) {
        const struct permission *p = seen(from, PILE_PERMISSION, i);
        if (p && !p->revoked)
            say(ctx, "broadcast.permit", &p->is);
    }
}

static bool is_left(const struct item *item)
{
    static const uint32_t left = 1u << ITEM_WAITING | 1u << ITEM_OPEN | 1u << ITEM_HEARD |
                                 1u << ITEM_SUSPENDED | 1u << ITEM_REPORTED | 1u << ITEM_CARRIED;
    return left >> item->state & 1;
}

static int by_place(const void *left, const void *right)
{
    const struct item *a = *(const struct item *const *)left,
                      *b = *(const struct item *const *)right;
    return (a->place > b->place) - (a->place < b->place);
}

void making_carry(const struct meeting *from,
                  void (*say)(void *ctx, const char *verb, const void *args), void *ctx)
{
    const struct item *items[MAX_ITEMS];
    size_t count = 0;
    for (size_t i = 0; i < pile_count(from, PILE_ITEM) && count < MAX_ITEMS; i++) {
        const struct item *item = seen(from, PILE_ITEM, i);
        if (item && is_left(item))
            items[count++] = item;
    }
    qsort(items, count, sizeof *items, by_place);
    for (size_t i = 0; i < count; i++) {
        struct agenda_add add = items[i]->is;
        add.person = 0; /* of the other roster; the name stays */
        say(ctx, "agenda.add", &add);
    }
}
