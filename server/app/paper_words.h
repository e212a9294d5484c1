/* Words of the papers in both languages. Pure. */
#ifndef MECLIS_APP_PAPER_WORDS_H
#define MECLIS_APP_PAPER_WORDS_H

#include "meeting/agenda.h"
#include "meeting/attendance.h"
#include "meeting/motion.h"
#include "meeting/vote.h"

struct paper_words {
    const char *lang;
    const char *minutes, *decisions, *draft, *cancelled;
    const char *body, *sitting, *place, *opened, *ended, *chair;
    const char *attendance, *name, *group, *mark, *present_count;
    const char *agenda, *none, *closed_part;
    const char *proposer, *referred, *due, *report, *documents;
    const char *speakers, *spoke, *questions, *question, *answered, *motions, *votes, *subject;
    const char *in_favour, *against, *abstain, *invalid, *needed, *result, *decision, *chair_side,
        *unanimous, *lot, *dissent, *participants;
    const char *number, *item, *until_return, *until_send, *law;
    const char *off_agenda, *signatures, *sign_chair, *sign_clerk, *page, *of_page;
    const char *marks[4], *verdicts[4], *item_states[10], *motion_states[4], *outcomes[3],
        *methods[4];
};

extern const struct paper_words paper_turkish, paper_english;

#endif
