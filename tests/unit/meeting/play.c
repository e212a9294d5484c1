#include "play.h"

#include <string.h>

void play_init(struct play *p)
{
    memset(p, 0, sizeof *p);
    p->m = meeting_create();
    assert_non_null(p->m);
    p->actor = (struct actor){.roles = ROLES_ALL, .principal = "everyone", .in_hall = true};
    p->now = (struct now){.utc_us = INT64_C(1767607200000000), .media_us = 5000000};
}

void play_finish(struct play *p)
{
    meeting_destroy(p->m);
}

enum meeting_refusal play_try(struct play *p, const char *verb, const void *args)
{
    p->command.verb = verb_find(verb);
    assert_non_null(p->command.verb);
    memset(p->command.args, 0, sizeof p->command.args);
    if (args)
        memcpy(p->command.args, args, p->command.verb->args->size);
    uint64_t before = meeting_digest(p->m);
    enum meeting_refusal refusal =
        meeting_decide(p->m, &p->command, &p->actor, &p->now, &p->outcome);
    assert_true(meeting_digest(p->m) == before);
    for (size_t i = 0; !refusal && i < p->outcome.count; i++) {
        assert_int_equal(meeting_apply(p->m, &p->outcome.events[i]), 0);
        if (p->applied)
            p->applied(p, &p->outcome.events[i]);
    }
    return refusal;
}

uint64_t play_do(struct play *p, const char *verb, const void *args)
{
    enum meeting_refusal refusal = play_try(p, verb, args);
    if (refusal)
        fail_msg("%s: %s", verb, meeting_refusal_code(refusal));
    assert_true(p->outcome.count > 0);
    return p->outcome.events[0].seq;
}

void play_wait(struct play *p, int64_t seconds)
{
    p->now.utc_us += seconds * 1000000;
    p->now.media_us += seconds * 1000000;
}

uint64_t play_random(uint64_t *seed)
{
    /* splitmix64, by Sebastiano Vigna, public domain */
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t pick(uint64_t *seed, uint64_t count)
{
    return count ? play_random(seed) % count : 0;
}

static void fill_text(char *ret, size_t size, uint64_t *seed)
{
    static const char *const words[] = {"İmar", "bütçe", "a", "Örnek Üye 1", "2026/4", "ığüşöç"};
    shape_text_copy(ret, size, words[pick(seed, 6)]);
}

static int64_t number(const struct shape_field *f, uint64_t *seed)
{
    uint64_t span = (uint64_t)f->max - (uint64_t)f->min;
    uint64_t kind = pick(seed, 16);
    if (kind < 2)
        return kind ? f->min : f->max;
    uint64_t small = kind < 12 ? 4 : 40;
    return f->min + (int64_t)pick(seed, span < small ? span + 1 : small);
}

static enum pile pile_of(const char *name)
{
    static const struct {
        const char *name;
        enum pile pile;
    } names[] = {
        {"person", PILE_PERSON},     {"item", PILE_ITEM},         {"lead", PILE_ITEM},
        {"request", PILE_REQUEST},   {"turn", PILE_TURN},         {"question", PILE_QUESTION},
        {"into", PILE_QUESTION},     {"motion", PILE_MOTION},     {"vote", PILE_VOTE},
        {"first", PILE_VOTE},        {"poll", PILE_POLL},         {"notice", PILE_NOTICE},
        {"document", PILE_DOCUMENT}, {"referral", PILE_REFERRAL}, {"permission", PILE_PERMISSION},
        {"rollcall", PILE_ROLLCALL}, {"span", PILE_SPAN},         {"answered_by", PILE_PERSON},
        {"excluded", PILE_PERSON},   {"proposers", PILE_PERSON},  {"thing", PILE_QUESTION},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i].name, name) == 0)
            return names[i].pile;
    }
    return PILES;
}

static uint64_t ref(const char *name, const struct meeting *m, uint64_t *seed)
{
    uint64_t newest = m ? meeting_seq(m) : 20;
    enum pile pile = pile_of(name);
    if (m && strcmp(name, "from") == 0) {
        const struct turn *turn = floor_turn(m);
        const uint64_t now[] = {meeting_sitting(m)->item, turn ? turn->head.seq : 0, chair_now(m)};
        pile = PILES;
        if (pick(seed, 8))
            return now[pick(seed, 3)];
    }
    if (strcmp(name, "before") == 0)
        pile = pick(seed, 2) ? PILE_ITEM : PILE_REQUEST;
    size_t count = m && pile < PILES ? pile_count(m, pile) : 0;
    if (count && pick(seed, 12)) {
        size_t near = pile == PILE_PERSON ? count : count < 3 ? count : 3;
        const struct pile_head *head = pile_at(m, pile, count - 1 - pick(seed, near));
        return head->seq;
    }
    return 1 + pick(seed, newest + 2);
}

static void fill_list(const struct shape_field *f, char *at, const struct meeting *m,
                      uint64_t *seed)
{
    uint64_t most = f->max < 4 ? (uint64_t)f->max : 4;
    uint16_t count = (uint16_t)(f->optional ? pick(seed, most + 1) : 1 + pick(seed, most));
    memcpy(at, &count, sizeof count);
    for (size_t i = 0; i < count; i++) {
        if (f->kind == SHAPE_LIST)
            play_fill(f->of, at + f->at + i * f->of->size, m, seed);
        else
            ((uint64_t *)(at + f->at))[i] = ref(f->name, m, seed);
    }
}

void play_fill(const struct shape *shape, void *ret, const struct meeting *m, uint64_t *seed)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_field *f = &shape->fields[i];
        char *at = (char *)ret + f->offset;
        if (f->optional && f->kind != SHAPE_REFS && f->kind != SHAPE_LIST && pick(seed, 2))
            continue;
        switch (f->kind) {
        case SHAPE_TEXT:
        case SHAPE_SIDE_TEXT:
            fill_text(at, f->size, seed);
            break;
        case SHAPE_NUMBER:
            *(int64_t *)at = number(f, seed);
            break;
        case SHAPE_FLAG:
            *(bool *)at = pick(seed, 2);
            break;
        case SHAPE_ENUM:
            *(int32_t *)at = 1 + (int32_t)pick(seed, (uint64_t)f->max);
            break;
        case SHAPE_REF:
            *(uint64_t *)at = ref(f->name, m, seed);
            break;
        case SHAPE_STRUCT:
            play_fill(f->of, at, m, seed);
            break;
        case SHAPE_REFS:
        case SHAPE_LIST:
            fill_list(f, at, m, seed);
            break;
        }
    }
}

void play_council(struct play *p, size_t members, struct council *ret)
{
    struct rollcall_answer all = {0};
    ret->count = members;
    SAY(p, body, "body.describe", .kind = BODY_COUNCIL, .name = "Örnek Meclisi",
        .members = (int64_t)members + 1);
    SAY(p, sitting_describe, "sitting.describe", .kind = SITTING_ORDINARY, .title = "Birleşim");
    ret->chair = SAY(p, roster_add, "roster.add", .kind = PERSON_CHAIR, .name = "Örnek Başkan");
    for (size_t i = 0; i < members; i++) {
        struct roster_add who = {.kind = PERSON_MEMBER, .name = "Örnek Üye"};
        text_set(who.group, i % 2 ? "B" : "A");
        ret->members[i] = play_do(p, "roster.add", &who);
        all.entries.at[i] = (struct rollcall_entry){ret->members[i], ATTENDANCE_PRESENT};
    }
    ret->representative = SAY(p, roster_add, "roster.add", .kind = PERSON_REPRESENTATIVE,
                              .name = "Örnek Temsilci", .fields = {.count = 1, .at = {{"imar"}}});
    play_do(p, "sitting.announce", NULL);
    SAY(p, chair_hand, "chair.hand", .person = ret->chair);
    all.entries.at[members] = (struct rollcall_entry){ret->chair, ATTENDANCE_PRESENT};
    all.entries.count = (uint16_t)(members + 1);
    all.rollcall = SAY(p, rollcall_open, "rollcall.open", .purpose = ROLLCALL_OPENING);
    play_do(p, "rollcall.answer", &all);
    SAY(p, rollcall_close, "rollcall.close", .rollcall = all.rollcall);
    play_do(p, "sitting.open", NULL);
}
