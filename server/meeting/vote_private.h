/* The votes' verbs and facts. */
#ifndef MECLIS_MEETING_VOTE_PRIVATE_H
#define MECLIS_MEETING_VOTE_PRIVATE_H

#include "meeting/vote_args.h"

verb_decide vote_decide_open, vote_decide_count, vote_decide_cast, vote_decide_hand_in,
    vote_decide_seal, vote_decide_close, vote_decide_repeat, vote_decide_lot, vote_decide_cancel,
    vote_decide_correct, vote_decide_dissent, vote_decide_numbering;

int vote_opened(struct meeting *m, const struct meeting_event *event);
int vote_counted(struct meeting *m, const struct meeting_event *event);
int vote_was_cast(struct meeting *m, const struct meeting_event *event);
int vote_handed_in(struct meeting *m, const struct meeting_event *event);
int vote_sealed(struct meeting *m, const struct meeting_event *event);
int vote_was_decided(struct meeting *m, const struct meeting_event *event);
int vote_was_corrected(struct meeting *m, const struct meeting_event *event);
int vote_cancelled(struct meeting *m, const struct meeting_event *event);
int vote_dissented(struct meeting *m, const struct meeting_event *event);
int vote_numbered(struct meeting *m, const struct meeting_event *event);

/* The index of the person's cast in this vote; the pile's count where there is none. */
size_t vote_cast_of(const struct meeting *m, uint64_t vote, uint64_t person);

/* What the casts of a vote add up to, with these entries instead of theirs (NULL: none). */
struct vote_counts vote_sum(const struct meeting *m, uint64_t vote,
                            const struct vote_entries *instead);

bool vote_excludes(const struct vote *v, uint64_t person);

/* How many may take part now: present with a vote and not excluded; where no attendance was taken,
 * 0 and *ret_known false. */
int64_t vote_participants(const struct meeting *m, const struct vote *v, int64_t now_utc_us,
                          bool *ret_known);

/* Computes the result by the rules: chair_side 0 where it is not known. Pure arithmetic. */
void vote_compute(const struct meeting *m, const struct vote *v, const struct vote_counts *counts,
                  enum vote_choice chair_side, int64_t now_utc_us, struct vote_result *ret);

/* The same for a correction: with the rules and the people of the day. */
void vote_recompute(const struct vote *v, const struct vote_counts *counts,
                    enum vote_choice chair_side, struct vote_result *ret);

#endif
