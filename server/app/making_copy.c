/* Apart from the rest of this room, whose struct broadcast is another one. */
#include "app/making_copy.h"

#include "meeting/body.h"
#include "meeting/broadcast.h"
#include "meeting/pile.h"
#include "meeting/roster.h"
#include "meeting/vote_args.h"

#include <string.h>

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
        struct body_rule_args rule = args_of(pile_at(from, PILE_RULE, i));
        say(ctx, "body.rule", &rule);
    }
    for (size_t i = 0; i < pile_count(from, PILE_PERSON); i++) {
        const struct person *p = pile_at(from, PILE_PERSON, i);
        if (!p->left)
            say(ctx, "roster.add", &p->is);
    }
    if (numbering->next)
        say(ctx, "vote.number", numbering);
    for (size_t i = 0; i < pile_count(from, PILE_PERMISSION); i++) {
        const struct permission *p = pile_at(from, PILE_PERMISSION, i);
        if (!p->revoked)
            say(ctx, "broadcast.permit", &p->is);
    }
}
