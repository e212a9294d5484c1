#include "meeting/state.h"

#include <errno.h>
#include <string.h>

const char *const mark_kind_names[3] = {"support", "report", "answer"};

SHAPE(mark, F_HEAD(mark), F_ENUM(mark, kind, mark_kind_names), F_REF(mark, thing),
      F_NUMBER(mark, value, 0, 1000), F_HIDDEN_TEXT(mark, principal));

bool marks_sees(const struct meeting *m, const void *thing, const struct actor *actor)
{
    return strcmp(((const struct mark *)thing)->principal, actor->principal) == 0;
}

static bool is(const struct mark *mark, enum mark_kind kind, uint64_t thing, const char *principal)
{
    return mark->kind == kind && mark->thing == thing && strcmp(mark->principal, principal) == 0;
}

/* Principals are the server's own random ids, so nobody can aim at this hash. FNV-1a, mixed. */
static uint64_t hash(enum mark_kind kind, uint64_t thing, const char *principal)
{
    uint64_t h = (SHAPE_DIGEST_START ^ thing ^ (uint64_t)kind << 56) * 0x100000001b3u;
    for (const unsigned char *p = (const unsigned char *)principal; *p; p++)
        h = (h ^ *p) * 0x100000001b3u;
    h = (h ^ (h >> 32)) * 0xd6e8feb86659fd93u;
    return h ^ (h >> 32);
}

/* The slot where it is or would be; the index has room. */
static uint32_t *slot(const struct meeting *m, const struct marks_index *index, enum mark_kind kind,
                      uint64_t thing, const char *principal)
{
    uint32_t at = (uint32_t)hash(kind, thing, principal) & (index->room - 1);
    while (index->slots[at] &&
           !is(pile_at(m, PILE_MARK, index->slots[at] - 1), kind, thing, principal))
        at = (at + 1) & (index->room - 1);
    return &index->slots[at];
}

int64_t marks_get(const struct meeting *m, enum mark_kind kind, uint64_t thing,
                  const char *principal)
{
    if (!m->marks.room)
        return 0;
    uint32_t found = *slot(m, &m->marks, kind, thing, principal);
    return found ? ((const struct mark *)pile_at(m, PILE_MARK, found - 1))->value : 0;
}

static int grow(struct meeting *m)
{
    size_t count = pile_count(m, PILE_MARK);
    if ((count + 1) * 2 <= m->marks.room)
        return 0;
    struct marks_index larger = {.room = m->marks.room ? m->marks.room * 2 : 64};
    larger.slots = calloc(larger.room, sizeof *larger.slots);
    if (!larger.slots)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        const struct mark *mark = pile_at(m, PILE_MARK, i);
        *slot(m, &larger, mark->kind, mark->thing, mark->principal) = (uint32_t)i + 1;
    }
    free(m->marks.slots);
    m->marks = larger;
    return 0;
}

int marks_set(struct meeting *m, const struct meeting_event *event, enum mark_kind kind,
              uint64_t thing, const char *principal, int64_t value)
{
    if (grow(m) < 0)
        return -ENOMEM;
    uint32_t *at = slot(m, &m->marks, kind, thing, principal);
    struct mark *mark =
        *at ? pile_edit_at(m, PILE_MARK, *at - 1, event) : pile_add(m, PILE_MARK, event);
    if (!mark)
        return -ENOMEM;
    *at = *at ? *at : (uint32_t)pile_count(m, PILE_MARK);
    mark->kind = kind;
    mark->thing = thing;
    mark->value = value;
    text_set(mark->principal, principal);
    return 0;
}
