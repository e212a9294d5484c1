/* Apart from the rest of this room, whose struct broadcast is another one. */
#include "app/demo_people.h"

#include "base/clock.h"
#include "meeting/agenda.h"
#include "meeting/attendance.h"
#include "meeting/body.h"
#include "meeting/broadcast.h"
#include "meeting/chair.h"
#include "meeting/floor_args.h"
#include "meeting/roster.h"
#include "meeting/vote_args.h"

#include <stdio.h>
#include <string.h>

#define MEMBERS 6

struct saying {
    uint64_t (*say)(void *ctx, const char *verb, const void *args);
    void *ctx;
};

#define SAY(s, tag, verb, ...) (s)->say((s)->ctx, (verb), &(struct tag){__VA_ARGS__})

static void describe(const struct saying *s, const struct config_meeting *config)
{
    struct sitting_describe d = {
        .kind = SITTING_ORDINARY, .number = "örnek 1", .starts_utc_us = clock_utc_us()};
    struct body b = {
        .kind = BODY_COUNCIL, .name = "Örnek Belediye Meclisi", .members = MEMBERS + 1};
    text_set(d.title, config->title);
    s->say(s->ctx, "sitting.describe", &d);
    s->say(s->ctx, "body.describe", &b);
    SAY(s, broadcast_permit, "broadcast.permit", .number = "örnek 2026/1",
        .document = "Örnek karar: birleşimlerin canlı yayımlanması");
    SAY(s, body_rule_args, "body.rule", .rule = RULE_ELECTRONIC_SECRET, .number = 1,
        .source = "Örnek karar: gizli oylamanın elektronik yapılabilmesi");
    SAY(s, vote_numbering, "vote.number", .prefix = "örnek 2026/", .next = 2);
}

static uint64_t add(const struct saying *s, enum person_kind kind, const char *name,
                    const char *group, const char *organisation)
{
    struct roster_add a = {.kind = kind};
    text_set(a.name, name);
    text_set(a.group, group);
    text_set(a.organisation, organisation);
    if (organisation[0]) {
        a.fields.count = 1;
        text_set(a.fields.at[0].name, "ulaşım");
    }
    return s->say(s->ctx, "roster.add", &a);
}

static void roll_call(const struct saying *s, const uint64_t people[], int count)
{
    struct rollcall_answer answer = {
        .rollcall = SAY(s, rollcall_open, "rollcall.open", .purpose = ROLLCALL_OPENING)};
    for (int i = 0; i < count; i++) {
        answer.entries.at[answer.entries.count++] = (struct rollcall_entry){
            .person = people[i], .mark = i == count - 1 ? ATTENDANCE_EXCUSED : ATTENDANCE_PRESENT};
    }
    s->say(s->ctx, "rollcall.answer", &answer);
    SAY(s, rollcall_close, "rollcall.close", .rollcall = answer.rollcall);
}

void demo_people_come(const struct config_meeting *config,
                      uint64_t (*say)(void *ctx, const char *verb, const void *args), void *ctx)
{
    const struct saying s = {say, ctx};
    uint64_t people[MEMBERS + 1];
    char name[TEXT_NAME];
    describe(&s, config);
    people[0] = add(&s, PERSON_CHAIR, "Örnek Başkan", "", "");
    for (int i = 1; i <= MEMBERS; i++) {
        snprintf(name, sizeof name, "Örnek Üye %d", i);
        people[i] = add(&s, PERSON_MEMBER, name, i % 2 ? "Örnek Grup A" : "Örnek Grup B", "");
    }
    uint64_t guest =
        add(&s, PERSON_REPRESENTATIVE, "Örnek Temsilci 1", "", "Örnek Muhtarlar Derneği");
    SAY(&s, floor_invite, "floor.invite", .person = guest, .note = "Örnek davet");
    for (size_t i = 0; i < config->item_count; i++) {
        struct agenda_add item = {.kind = ITEM_ORDINARY};
        snprintf(item.number, sizeof item.number, "%d", (int)config->items[i].number);
        text_set(item.title, config->items[i].title);
        say(ctx, "agenda.add", &item);
    }
    say(ctx, "sitting.announce", NULL);
    SAY(&s, chair_hand, "chair.hand", .person = people[0]);
    roll_call(&s, people, MEMBERS + 1);
    say(ctx, "sitting.open", NULL);
    SAY(&s, agenda_from, "agenda.advance", .from = 0);
}
