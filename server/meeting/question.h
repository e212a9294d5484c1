/* Viewers' questions, each to an item or to the meeting; what members ask the administration is an
 * agenda item's kind. Nobody but the author and staff sees one before it is approved. */
#ifndef MECLIS_MEETING_QUESTION_H
#define MECLIS_MEETING_QUESTION_H

#include "meeting/event.h"
#include "meeting/sitting.h"

enum question_state {
    QUESTION_PENDING = 1,
    QUESTION_APPROVED,
    QUESTION_MERGED, /* into another */
    QUESTION_DECLINED,
    QUESTION_WITHDRAWN,
    QUESTION_PUT, /* to the meeting */
    QUESTION_ANSWERED,
};
extern const char *const question_state_names[7];

enum decline_category {
    DECLINE_OFF_TOPIC = 1,
    DECLINE_INSULT,
    DECLINE_PERSONAL_DATA,
    DECLINE_DUPLICATE,
    DECLINE_UNCLEAR,
    DECLINE_OTHER,
};
extern const char *const decline_category_names[6];

struct question { /* a pile's thing: "questions" */
    struct pile_head head;
    uint64_t item; /* 0: to the meeting */
    char text[TEXT_LONG];
    char name[TEXT_NAME];         /* as the author gives it; "": none */
    char author[PRINCIPAL_BYTES]; /* hidden */
    enum question_state state;
    uint64_t into; /* merged */
    enum decline_category category;
    char reason[TEXT_NOTE]; /* while declined, which nobody but the author and staff sees */
    bool pinned;
    int64_t supports, reports; /* reports: hidden */
    int64_t put_utc_us, put_media_us;
    int64_t answered_utc_us, answered_media_us;
    uint64_t answered_by; /* a person; 0: not said */
    char note[TEXT_NOTE]; /* of the answer */
    bool corrected;
};

struct question_submit {
    uint64_t item;
    char text[TEXT_LONG];
    char name[TEXT_NAME];
};
struct question_only { /* approve, withdraw, put */
    uint64_t question;
};
struct question_approved { /* the fact: what the public now reads */
    uint64_t question, item;
    char text[TEXT_LONG];
    char name[TEXT_NAME];
};
struct question_merge {
    uint64_t question, into;
};
struct question_decline {
    uint64_t question;
    enum decline_category category;
    char reason[TEXT_NOTE];
};
struct question_declined { /* the public counts categories */
    uint64_t question;
    enum decline_category category;
};
struct question_explained { /* the author reads the reason */
    uint64_t question;
    char reason[TEXT_NOTE];
};
struct question_pin {
    uint64_t question;
    bool on;
};
struct question_answer {
    uint64_t question;
    uint64_t person;
    char note[TEXT_NOTE];
};
/* A correction of when it was put and answered; names the times it was made for. */
struct question_retime {
    uint64_t question;
    int64_t was_put_media_us, was_answered_media_us;
    int64_t put_media_us, answered_media_us;
    char reason[TEXT_NOTE];
};
struct question_support {
    uint64_t question;
    bool on; /* false takes it back */
};
struct question_report {
    uint64_t question;
    enum decline_category category;
};
struct question_asking { /* item 0: the meeting */
    uint64_t item;
    bool closed;
};
extern const struct shape question_shape, question_submit_shape, question_only_shape,
    question_approved_shape, question_merge_shape, question_decline_shape, question_declined_shape,
    question_explained_shape, question_pin_shape, question_answer_shape, question_support_shape,
    question_retime_shape, question_report_shape, question_asking_shape;

/* Whether everyone may read it. */
bool question_public(const struct question *q);

#endif
