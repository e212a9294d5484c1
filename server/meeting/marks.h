/* What a principal did to a thing, once each: supported or reported a question, answered a poll. */
#ifndef MECLIS_MEETING_MARKS_H
#define MECLIS_MEETING_MARKS_H

#include "meeting/event.h"
#include "meeting/pile.h"

enum mark_kind { MARK_SUPPORT = 1, MARK_REPORT, MARK_ANSWER };
extern const char *const mark_kind_names[3];

struct mark { /* a pile's thing: "marks"; everyone sees their own */
    struct pile_head head;
    enum mark_kind kind;
    uint64_t thing;
    int64_t value;                   /* 1, a category, a choice; 0: taken back */
    char principal[PRINCIPAL_BYTES]; /* hidden */
};
extern const struct shape mark_shape;

/* An index over the pile: open addressing, at most half full. */
struct marks_index {
    uint32_t *slots; /* the pile's index + 1; 0: free */
    uint32_t room;   /* a power of two, or 0 */
};

/* The value, or 0. */
int64_t marks_get(const struct meeting *m, enum mark_kind kind, uint64_t thing,
                  const char *principal);

/* Returns 0 or -ENOMEM. */
int marks_set(struct meeting *m, const struct meeting_event *event, enum mark_kind kind,
              uint64_t thing, const char *principal, int64_t value);

bool marks_sees(const struct meeting *m, const void *thing, const struct actor *actor);

#endif
