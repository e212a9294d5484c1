/* Notices: lines from the desk to everyone. */
#ifndef MECLIS_MEETING_NOTICE_H
#define MECLIS_MEETING_NOTICE_H

#include "meeting/sitting.h"

struct notice_post {
    char text[TEXT_NOTE];
};
struct notice_clear {
    uint64_t notice;
};
struct notice { /* a pile's thing: "notices" */
    struct pile_head head;
    char text[TEXT_NOTE];
    bool cleared;
};
extern const struct shape notice_post_shape, notice_clear_shape, notice_shape;

verb_decide notice_decide_post, notice_decide_clear;
int notice_posted(struct meeting *m, const struct meeting_event *event);
int notice_cleared(struct meeting *m, const struct meeting_event *event);

#endif
