/* Polls of viewers: advisory, plainly not votes. */
#ifndef MECLIS_MEETING_POLL_H
#define MECLIS_MEETING_POLL_H

#include "meeting/sitting.h"

#define POLL_MAX_CHOICES 8
struct poll_choice {
    char text[TEXT_NAME];
};
struct poll_choices {
    uint16_t count;
    struct poll_choice at[POLL_MAX_CHOICES];
};
struct poll_count {
    int64_t answers;
};
struct poll_counts {
    uint16_t count;
    struct poll_count at[POLL_MAX_CHOICES];
};
struct poll_open {
    char question[TEXT_TITLE];
    uint64_t item;
    struct poll_choices choices;
};
struct poll { /* a pile's thing: "polls" */
    struct pile_head head;
    struct poll_open is;
    bool open;
    struct poll_counts counts; /* as many as choices */
};
struct poll_answer {
    uint64_t poll;
    int64_t choice; /* from 1 */
};
struct poll_only {
    uint64_t poll;
};
struct poll_closed {
    uint64_t poll;
    struct poll_counts counts;
};

extern const struct shape poll_choice_shape, poll_count_shape, poll_open_shape, poll_shape,
    poll_answer_shape, poll_only_shape, poll_closed_shape;

verb_decide poll_decide_open, poll_decide_answer, poll_decide_close;
int poll_opened(struct meeting *m, const struct meeting_event *event);
int poll_answered(struct meeting *m, const struct meeting_event *event);
int poll_was_closed(struct meeting *m, const struct meeting_event *event);

#endif
