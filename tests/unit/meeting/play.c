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
    for (size_t i = 0; !refusal && i < p->outcome.count; i++)
        assert_int_equal(meeting_apply(p->m, &p->outcome.events[i]), 0);
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
    switch (pick(seed, 4)) {
    case 0:
        return f->min;
    case 1:
        return f->max;
    default: /* mostly small */
        return f->min + (int64_t)pick(seed, span < 40 ? span + 1 : 40);
    }
}

static uint64_t ref(uint64_t newest, uint64_t *seed)
{
    uint64_t near = newest < 12 ? newest : 12;
    if (near && pick(seed, 3))
        return newest - pick(seed, near);
    return 1 + pick(seed, newest + 2);
}

static void fill_list(const struct shape_field *f, char *at, uint64_t newest, uint64_t *seed)
{
    uint64_t most = f->max < 4 ? (uint64_t)f->max : 4;
    uint16_t count = (uint16_t)(f->optional ? pick(seed, most + 1) : 1 + pick(seed, most));
    memcpy(at, &count, sizeof count);
    for (size_t i = 0; i < count; i++) {
        if (f->kind == SHAPE_LIST)
            play_fill(f->of, at + f->at + i * f->of->size, newest, seed);
        else
            ((uint64_t *)(at + f->at))[i] = ref(newest, seed);
    }
}

void play_fill(const struct shape *shape, void *ret, uint64_t newest, uint64_t *seed)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_field *f = &shape->fields[i];
        char *at = (char *)ret + f->offset;
        if (f->optional && f->kind != SHAPE_REFS && f->kind != SHAPE_LIST && pick(seed, 2))
            continue;
        if (f->kind == SHAPE_TEXT || f->kind == SHAPE_SIDE_TEXT)
            fill_text(at, f->size, seed);
        else if (f->kind == SHAPE_NUMBER)
            *(int64_t *)at = number(f, seed);
        else if (f->kind == SHAPE_FLAG)
            *(bool *)at = pick(seed, 2);
        else if (f->kind == SHAPE_ENUM)
            *(int32_t *)at = 1 + (int32_t)pick(seed, (uint64_t)f->max);
        else if (f->kind == SHAPE_REF)
            *(uint64_t *)at = ref(newest, seed);
        else
            fill_list(f, at, newest, seed);
    }
}
