/* The votes' commands, and the bodies of their facts. */
#ifndef MECLIS_MEETING_VOTE_ARGS_H
#define MECLIS_MEETING_VOTE_ARGS_H

#include "meeting/vote.h"

struct vote_count_args {
    uint64_t vote;
    struct vote_counts counts;
};
struct vote_entry {
    uint64_t person;
    enum vote_choice choice;
};
struct vote_entries {
    uint16_t count;
    struct vote_entry at[64];
};
struct vote_cast {
    uint64_t vote;
    struct vote_entries entries;
};
struct vote_only { /* repeat */
    uint64_t vote;
};
struct vote_hand_in {
    uint64_t vote;
    enum vote_choice choice; /* for the box alone: no event tells it */
};
struct vote_handed_in {
    uint64_t vote, person;
};
struct vote_seal {
    uint64_t vote;
    struct vote_counts counts;
    char papers[TEXT_NAME];
};
struct vote_close {
    uint64_t vote;
    enum vote_choice chair_side; /* for an open vote's tie */
};
struct vote_decided { /* and vote.corrected */
    uint64_t vote;
    struct vote_result result;
};
struct vote_correct {
    uint64_t vote;
    struct vote_counts counts;   /* by show of hands, or by paper */
    struct vote_entries entries; /* by roll call: those that were wrong */
    enum vote_choice chair_side;
    char reason[TEXT_NOTE];
};
struct vote_corrected {
    uint64_t vote;
    struct vote_result result;
    struct vote_entries entries;
    char reason[TEXT_NOTE];
};
struct vote_lot {
    uint64_t vote;
    enum vote_choice drawn;
};
struct vote_cancel {
    uint64_t vote;
    char reason[TEXT_NOTE];
};
struct vote_dissent {
    uint64_t vote, person;
    char text[TEXT_LONG];
};
struct vote_numbering { /* numbers go on from here: "2026/" and 57 */
    char prefix[TEXT_CODE - 24];
    int64_t next;
};
extern const struct shape vote_result_shape, vote_shape, cast_shape, dissent_shape,
    vote_count_args_shape, vote_entry_shape, vote_cast_shape, vote_only_shape, vote_hand_in_shape,
    vote_handed_in_shape, vote_seal_shape, vote_close_shape, vote_decided_shape, vote_correct_shape,
    vote_corrected_shape, vote_lot_shape, vote_cancel_shape, vote_dissent_shape,
    vote_numbering_shape;

#endif
