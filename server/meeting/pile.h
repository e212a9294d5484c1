/* Piles: the things that a meeting has, one pile a kind, in the order they came in; nothing is ever
 * taken off, only changed. Each has a shape, so a snapshot is printed, compared and bounded by one
 * table (pile.c). Reading is for everyone above; changing is state.h's. */
#ifndef MECLIS_MEETING_PILE_H
#define MECLIS_MEETING_PILE_H

#include "meeting/roles.h"
#include "meeting/shape.h"

struct meeting;

/* What each thing of a pile begins with. */
struct pile_head {
    uint64_t seq;  /* of the event that made it: how it is known; shared where one made several */
    uint64_t last; /* of the last event that changed it */
};
#define F_HEAD(tag)                                                                                \
    {.name = "seq", .kind = SHAPE_REF, .offset = offsetof(struct tag, head.seq), .size = 8},       \
    {                                                                                              \
        .name = "last", .kind = SHAPE_REF, .offset = offsetof(struct tag, head.last), .size = 8    \
    }

enum pile {
    PILE_RULE,
    PILE_PERSON,
    PILE_CONSENT,
    PILE_ATTENDANCE,
    PILE_ROLLCALL,
    PILE_CHAIR,
    PILE_PART,
    PILE_PERMISSION,
    PILE_ITEM,
    PILE_SPAN,
    PILE_DOCUMENT,
    PILE_REFERRAL,
    PILE_REQUEST,
    PILE_TURN,
    PILE_INVITATION,
    PILE_BUDGET,
    PILE_ON_AIR,
    PILE_QUESTION,
    PILE_MARK,
    PILE_MOTION,
    PILE_VOTE,
    PILE_CAST,
    PILE_DISSENT,
    PILE_POLL,
    PILE_NOTICE,
    PILE_LINK,
    PILE_REDACTION,
    PILES,
};
#define PILE_BIT(pile) (UINT64_C(1) << (pile))

struct pile_kind {
    const char *name;          /* "parts": the member's name in a snapshot */
    const struct shape *shape; /* begins with F_HEAD: "seq" and "last" */
    uint32_t cap;              /* a command that would go beyond is refused: REFUSED_FULL */
    bool own;    /* each is its maker's alone: others are not told that there is one */
    bool always; /* seen in closed parts too: what the public must know */
    /* Who may see one; NULL: everyone. Asked after the closed part's own rule. */
    bool (*sees)(const struct meeting *m, const void *thing, const struct actor *actor);
};
extern const struct pile_kind pile_kinds[PILES];

/* What there is one of: the rest of the state. */
enum single { SINGLE_SITTING, SINGLE_BODY, SINGLE_BROADCAST, SINGLE_DECISIONS, SINGLES };
#define SINGLE_MAX_BYTES 4096
struct single_kind {
    const char *name; /* "sitting" */
    const struct shape *shape;
};
extern const struct single_kind single_kinds[SINGLES];
const void *meeting_single(const struct meeting *m, enum single single); /* borrowed */

/* The same as the actor may have it: what a closed part changes in it is for those alone who sit
 * there, others have it as it was. Borrowed from the meeting or from `room`. */
union single_room {
    _Alignas(8) unsigned char bytes[SINGLE_MAX_BYTES];
};
const void *meeting_single_seen(const struct meeting *m, enum single single,
                                const struct actor *actor, union single_room *room);

size_t pile_count(const struct meeting *m, enum pile pile);
const void *pile_at(const struct meeting *m, enum pile pile, size_t index); /* borrowed */

/* The thing that the event of this seq made, or NULL; the first of several. Borrowed until the next
 * event is applied. */
const void *pile_find(const struct meeting *m, enum pile pile, uint64_t seq);

/* Whether the actor may have it in a snapshot: what was made or changed in a closed part is for
 * those alone who sit in it. */
bool pile_sees(const struct meeting *m, enum pile pile, const void *thing,
               const struct actor *actor);

#endif
