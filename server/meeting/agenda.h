/* The agenda. An item is a numbered file that outlives its sitting: here is what this sitting does
 * with it. When it was discussed is kept in spans; there may be several. */
#ifndef MECLIS_MEETING_AGENDA_H
#define MECLIS_MEETING_AGENDA_H

#include "meeting/sitting.h"

enum item_kind {
    ITEM_ORDINARY = 1,
    ITEM_BUDGET,
    ITEM_FINAL_ACCOUNT,
    ITEM_TENDER,
    ITEM_REPORT,
    ITEM_ELECTION,
    ITEM_OFF_AGENDA,
    ITEM_MEMBERS_QUESTIONS,
};
extern const char *const item_kind_names[8];

enum item_state {
    ITEM_PROPOSED = 1, /* in the sitting; not on the agenda before it is admitted by vote */
    ITEM_WAITING,
    ITEM_OPEN,  /* is or was being discussed, nothing decided */
    ITEM_HEARD, /* left without a decision */
    ITEM_SUSPENDED,
    ITEM_REFERRED,
    ITEM_REPORTED, /* the commission's report is here: waits to be taken */
    ITEM_DECIDED,
    ITEM_WITHDRAWN,
    ITEM_CARRIED, /* over to another sitting */
};
extern const char *const item_state_names[10];

enum item_verdict { VERDICT_ADOPTED = 1, VERDICT_REJECTED, VERDICT_NOTED, VERDICT_RETURNED };
extern const char *const item_verdict_names[4];

/* Args of agenda.add and agenda.propose, and the bodies of agenda.added and agenda.proposed. */
struct agenda_add {
    char number[TEXT_CODE]; /* the file's public number, "2026/41"; one of its own in a sitting */
    char title[TEXT_TITLE];
    enum item_kind kind;
    char proposer[TEXT_NAME];
    uint64_t person; /* the proposer, where on the roster */
    char field[64];  /* whose representatives may speak on it */
    char note[TEXT_NOTE];
};
struct item { /* a pile's thing: "items" */
    struct pile_head head;
    struct agenda_add is;
    enum item_state state;
    int64_t place;     /* order on the agenda, from 1 */
    uint64_t admitted; /* the vote that put it on the agenda; 0: it was on it from the beginning */
    uint64_t joined;   /* taken together with this item, 0: with none, or it leads */
    enum item_verdict verdict;
    uint64_t vote;            /* that decided it */
    char decision[TEXT_CODE]; /* its number */
    char reason[TEXT_NOTE];   /* why suspended, withdrawn, carried; the decision's note */
    bool asking_closed;       /* questions of viewers to it are no longer taken */
};
/* "spans"; several of one event where items are taken together: told apart by the item. */
struct span {
    struct pile_head head;
    uint64_t item;
    int64_t from_media_us, to_media_us; /* to 0: now */
    bool over, corrected;
};
struct document { /* "documents" */
    struct pile_head head;
    uint64_t item;
    char title[TEXT_TITLE], address[TEXT_TITLE];
    bool is_report, removed;
};
struct referral { /* "referrals" */
    struct pile_head head;
    uint64_t item;
    char commission[TEXT_NAME];
    int64_t due_utc_us; /* 0: none */
    uint64_t report;    /* a document; 0: not yet */
};

struct agenda_admit {
    uint64_t item, vote;
};
struct agenda_edit {
    uint64_t item;
    struct agenda_add to;
};
struct agenda_move {
    uint64_t item;
    uint64_t before; /* 0: to the end */
};
struct agenda_reason { /* suspend, withdraw, carry */
    uint64_t item;
    char reason[TEXT_NOTE];
};
struct agenda_join {
    uint64_t item;
    uint64_t lead; /* 0: no longer together */
};
struct agenda_from { /* advance, leave: the current item as the sender knows it, 0: none */
    uint64_t from;
};
struct agenda_take { /* also the fact agenda.advanced; item 0: none is current */
    uint64_t from, item;
};
struct agenda_attach {
    uint64_t item;
    char title[TEXT_TITLE], address[TEXT_TITLE];
};
struct agenda_detach {
    uint64_t document;
};
struct agenda_refer {
    uint64_t item;
    char commission[TEXT_NAME];
    int64_t due_utc_us;
};
struct agenda_report {
    uint64_t referral;
    char title[TEXT_TITLE], address[TEXT_TITLE];
};
struct agenda_decide {
    uint64_t item;
    enum item_verdict verdict;
    uint64_t vote;            /* 0: without one */
    char decision[TEXT_CODE]; /* taken from the vote where it has one */
    char note[TEXT_NOTE];
};
/* A correction of a span; names the times it was made for, so that two never fight silently. */
struct agenda_retime {
    uint64_t span, item;
    int64_t was_from_media_us, was_to_media_us;
    int64_t from_media_us, to_media_us;
    char reason[TEXT_NOTE];
};

extern const struct shape agenda_add_shape, item_shape, span_shape, document_shape, referral_shape,
    agenda_admit_shape, agenda_edit_shape, agenda_move_shape, agenda_reason_shape,
    agenda_join_shape, agenda_from_shape, agenda_take_shape, agenda_advanced_shape,
    agenda_attach_shape, agenda_detach_shape, agenda_refer_shape, agenda_report_shape,
    agenda_decide_shape, agenda_retime_shape;

const struct item *agenda_item(const struct meeting *m, uint64_t item); /* or NULL */

/* The item that agenda.advance would take, or NULL at the end. */
const struct item *agenda_next(const struct meeting *m);

bool agenda_overdue(const struct referral *r, int64_t now_utc_us);

#endif
