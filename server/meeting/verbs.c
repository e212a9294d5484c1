/* Every command, by name: who may say it, when, and what decides it. The whole permission table;
 * tests/unit/meeting/roles.txt writes it out cell by cell. */
#include "meeting/state.h"

/* clang-format off */
#define DESK           ROLES_DESK
#define ADMINISTRATOR  ROLE_ADMINISTRATOR
#define CHAIR          ROLE_CHAIR
#define CLERK          ROLE_CLERK
#define MEMBER         ROLE_MEMBER
#define MODERATOR      ROLE_MODERATOR
#define PRODUCER       ROLE_PRODUCER
#define SERVER         ROLE_SERVER
#define STAFF          ROLES_STAFF
#define SPEAKERS       (ROLE_REPRESENTATIVE | ROLE_MEMBER | ROLE_OBSERVER | ROLE_CHAIR)
#define AUDIENCE       (ROLE_VIEWER | ROLE_REPRESENTATIVE | ROLE_OBSERVER)

#define DRAFT     IN(MEETING_DRAFT)
#define ANNOUNCED IN(MEETING_ANNOUNCED)
#define LIVE      IN(MEETING_LIVE)
#define CLOSED    IN(MEETING_CLOSED)
#define BREAK     IN(MEETING_BREAK)
#define ENDED     IN(MEETING_ENDED)
#define PLAN      IN_PLAN
#define SESSION   IN_SESSION
#define SITTING   IN_SITTING
#define ANY       IN_ANY

#define INSIDE  false /* in a closed part only by those who sit in it */
#define OUTSIDE true

const struct verb meeting_verbs[] = {
    {"agenda.add", &agenda_add_shape, DESK | ADMINISTRATOR, PLAN, INSIDE, agenda_decide_add},
    {"agenda.admit", &agenda_admit_shape, DESK, LIVE, INSIDE, agenda_decide_admit},
    {"agenda.advance", &agenda_from_shape, DESK, LIVE, INSIDE, agenda_decide_advance},
    {"agenda.attach", &agenda_attach_shape, DESK | ADMINISTRATOR, PLAN | LIVE | BREAK | ENDED, INSIDE, agenda_decide_attach},
    {"agenda.carry", &agenda_reason_shape, DESK, PLAN | LIVE | BREAK, INSIDE, agenda_decide_carry},
    {"agenda.decide", &agenda_decide_shape, DESK, LIVE, INSIDE, agenda_decide_decide},
    {"agenda.detach", &agenda_detach_shape, DESK | ADMINISTRATOR, PLAN | LIVE | BREAK | ENDED, INSIDE, agenda_decide_detach},
    {"agenda.edit", &agenda_edit_shape, DESK | ADMINISTRATOR, PLAN | LIVE | BREAK, INSIDE, agenda_decide_edit},
    {"agenda.join", &agenda_join_shape, DESK, PLAN | LIVE | BREAK, INSIDE, agenda_decide_join},
    {"agenda.leave", &agenda_from_shape, DESK, LIVE, INSIDE, agenda_decide_leave},
    {"agenda.move", &agenda_move_shape, DESK | ADMINISTRATOR, PLAN | LIVE | BREAK, INSIDE, agenda_decide_move},
    {"agenda.propose", &agenda_add_shape, MEMBER | DESK, LIVE, INSIDE, agenda_decide_propose},
    {"agenda.refer", &agenda_refer_shape, DESK, LIVE, INSIDE, agenda_decide_refer},
    {"agenda.report", &agenda_report_shape, DESK, LIVE | BREAK | ENDED, INSIDE, agenda_decide_report},
    {"agenda.retime", &agenda_retime_shape, DESK, LIVE | BREAK | ENDED, INSIDE, agenda_decide_retime},
    {"agenda.suspend", &agenda_reason_shape, DESK, LIVE, INSIDE, agenda_decide_suspend},
    {"agenda.take", &agenda_take_shape, DESK, LIVE, INSIDE, agenda_decide_take},
    {"agenda.withdraw", &agenda_reason_shape, DESK, PLAN | LIVE | BREAK, INSIDE, agenda_decide_withdraw},
    {"air.put", &floor_air_shape, DESK | PRODUCER, ANNOUNCED | LIVE | BREAK, INSIDE, floor_decide_put},
    {"air.take", &floor_air_shape, DESK | PRODUCER, ANNOUNCED | SITTING, INSIDE, floor_decide_take},
    {"attendance.mark", &attendance_mark_args_shape, DESK, ANNOUNCED | SITTING, INSIDE, attendance_decide_mark},
    {"body.describe", &body_describe_shape, DESK | ADMINISTRATOR, PLAN, INSIDE, body_decide_describe},
    {"body.rule", &body_rule_args_shape, DESK | ADMINISTRATOR, PLAN | LIVE | BREAK, INSIDE, body_decide_rule},
    {"broadcast.permit", &broadcast_permit_shape, DESK | ADMINISTRATOR, ANY, OUTSIDE, broadcast_decide_permit},
    {"broadcast.revoke", &broadcast_revoke_shape, DESK | ADMINISTRATOR, ANY, OUTSIDE, broadcast_decide_revoke},
    {"broadcast.start", &broadcast_start_shape, DESK | PRODUCER | ADMINISTRATOR, ANNOUNCED | SITTING, OUTSIDE, broadcast_decide_start},
    {"broadcast.stop", &empty_shape, DESK | PRODUCER | ADMINISTRATOR, ANY, OUTSIDE, broadcast_decide_stop},
    {"chair.hand", &chair_hand_shape, DESK, ANNOUNCED | SITTING, INSIDE, chair_decide_hand},
    {"floor.budget", &floor_budget_shape, DESK, PLAN | LIVE | BREAK, INSIDE, floor_decide_budget},
    {"floor.close", &floor_close_shape, DESK, SESSION, INSIDE, floor_decide_close},
    {"floor.decline", &floor_decline_shape, DESK, SITTING, INSIDE, floor_decide_decline},
    {"floor.end", &floor_turn_only_shape, DESK, SITTING, INSIDE, floor_decide_end},
    {"floor.enter", &floor_enter_shape, DESK, SITTING, INSIDE, floor_decide_enter},
    {"floor.extend", &floor_extend_shape, DESK, SESSION, INSIDE, floor_decide_extend},
    {"floor.give", &floor_give_shape, DESK, SESSION, INSIDE, floor_decide_give},
    {"floor.grant", &floor_grant_shape, DESK, SESSION, INSIDE, floor_decide_grant},
    {"floor.invite", &floor_invite_shape, DESK, PLAN | LIVE | BREAK, INSIDE, floor_decide_invite},
    {"floor.pause", &floor_turn_only_shape, DESK, SESSION, INSIDE, floor_decide_pause},
    {"floor.reopen", &empty_shape, DESK, SESSION, INSIDE, floor_decide_reopen},
    {"floor.reorder", &floor_reorder_shape, DESK, SITTING, INSIDE, floor_decide_reorder},
    {"floor.request", &floor_request_shape, SPEAKERS, SITTING, INSIDE, floor_decide_request},
    {"floor.retime", &floor_retime_shape, DESK, SITTING | ENDED, INSIDE, floor_decide_retime},
    {"floor.start", &floor_turn_only_shape, DESK, SESSION, INSIDE, floor_decide_start},
    {"floor.warn", &floor_warn_shape, DESK, SESSION, INSIDE, floor_decide_warn},
    {"floor.withdraw", &floor_request_only_shape, SPEAKERS | CLERK, SITTING, INSIDE, floor_decide_withdraw},
    {"link.make", &link_of_shape, SERVER, ANY, OUTSIDE, link_decide_make},
    {"link.open", &link_open_shape, SERVER, ANY, OUTSIDE, link_decide_open},
    {"link.read_out", &link_of_shape, SERVER, ANY, OUTSIDE, link_decide_read_out},
    {"link.revoke", &link_of_shape, SERVER, ANY, OUTSIDE, link_decide_revoke},
    {"motion.submit", &motion_submit_shape, MEMBER | DESK, SESSION, INSIDE, motion_decide_submit},
    {"motion.withdraw", &motion_only_shape, MEMBER | DESK, SESSION, INSIDE, motion_decide_withdraw},
    {"notice.clear", &notice_clear_shape, STAFF, ANY, OUTSIDE, notice_decide_clear},
    {"notice.post", &notice_post_shape, STAFF, ANY, OUTSIDE, notice_decide_post},
    {"part.close", &part_close_shape, DESK, LIVE, INSIDE, gate_decide_close},
    {"part.open", &empty_shape, DESK, CLOSED, INSIDE, gate_decide_open},
    {"poll.answer", &poll_answer_shape, AUDIENCE, ANNOUNCED | LIVE | BREAK, INSIDE, poll_decide_answer},
    {"poll.close", &poll_only_shape, DESK | MODERATOR, ANNOUNCED | LIVE | BREAK | ENDED, INSIDE, poll_decide_close},
    {"poll.open", &poll_open_shape, DESK | MODERATOR, ANNOUNCED | LIVE | BREAK, INSIDE, poll_decide_open},
    {"programme.layout", &broadcast_layout_shape, DESK | PRODUCER | ADMINISTRATOR, ANY, OUTSIDE, broadcast_decide_layout},
    {"programme.mute", &broadcast_switch_shape, DESK | PRODUCER | ADMINISTRATOR, ANY, OUTSIDE, broadcast_decide_mute},
    {"programme.slate", &broadcast_switch_shape, DESK | PRODUCER | ADMINISTRATOR, ANY, OUTSIDE, broadcast_decide_slate},
    {"question.answer", &question_answer_shape, DESK | MODERATOR, LIVE | BREAK | ENDED, INSIDE, question_decide_answer},
    {"question.approve", &question_only_shape, DESK | MODERATOR, ANNOUNCED | LIVE | BREAK | ENDED, INSIDE, question_decide_approve},
    {"question.asking", &question_asking_shape, DESK | MODERATOR, PLAN | LIVE | BREAK, INSIDE, question_decide_asking},
    {"question.decline", &question_decline_shape, DESK | MODERATOR, ANNOUNCED | LIVE | BREAK | ENDED, INSIDE, question_decide_decline},
    {"question.merge", &question_merge_shape, DESK | MODERATOR, ANNOUNCED | LIVE | BREAK | ENDED, INSIDE, question_decide_merge},
    {"question.pin", &question_pin_shape, DESK | MODERATOR, ANNOUNCED | LIVE | BREAK, INSIDE, question_decide_pin},
    {"question.put", &question_only_shape, DESK | MODERATOR, LIVE, INSIDE, question_decide_put},
    {"question.report", &question_report_shape, AUDIENCE | MEMBER, ANNOUNCED | LIVE | BREAK, INSIDE, question_decide_report},
    {"question.retime", &question_retime_shape, DESK | MODERATOR, LIVE | BREAK | ENDED, INSIDE, question_decide_retime},
    {"question.submit", &question_submit_shape, AUDIENCE, ANNOUNCED | LIVE | BREAK, INSIDE, question_decide_submit},
    {"question.support", &question_support_shape, AUDIENCE, ANNOUNCED | LIVE | BREAK, INSIDE, question_decide_support},
    {"question.withdraw", &question_only_shape, AUDIENCE, ANNOUNCED | LIVE | BREAK, INSIDE, question_decide_withdraw},
    {"record.redact", &record_redact_shape, ADMINISTRATOR | CLERK, SITTING | ENDED, OUTSIDE, redaction_decide_redact},
    {"recording.request", &broadcast_switch_shape, DESK | PRODUCER | ADMINISTRATOR, ANY, OUTSIDE, broadcast_decide_record},
    {"rollcall.answer", &rollcall_answer_shape, DESK, ANNOUNCED | SESSION, INSIDE, attendance_decide_answer},
    {"rollcall.close", &rollcall_close_shape, DESK, ANNOUNCED | SESSION, INSIDE, attendance_decide_close},
    {"rollcall.open", &rollcall_open_shape, DESK, ANNOUNCED | SESSION, INSIDE, attendance_decide_open},
    {"roster.add", &roster_add_shape, DESK | ADMINISTRATOR, PLAN | LIVE | BREAK, INSIDE, roster_decide_add},
    {"roster.consent", &roster_consent_shape, DESK | ADMINISTRATOR, PLAN | LIVE | BREAK, INSIDE, roster_decide_consent},
    {"roster.edit", &roster_edit_shape, DESK | ADMINISTRATOR, PLAN | LIVE | BREAK, INSIDE, roster_decide_edit},
    {"roster.leave", &roster_leave_shape, DESK | ADMINISTRATOR, PLAN | LIVE | BREAK, INSIDE, roster_decide_leave},
    {"sitting.announce", &empty_shape, DESK | ADMINISTRATOR, DRAFT, INSIDE, sitting_decide_announce},
    {"sitting.cancel", &sitting_cancel_shape, DESK | ADMINISTRATOR, PLAN, INSIDE, sitting_decide_cancel},
    {"sitting.describe", &sitting_describe_shape, DESK | ADMINISTRATOR, PLAN, INSIDE, sitting_decide_describe},
    {"sitting.end", &empty_shape, DESK, LIVE | BREAK, INSIDE, sitting_decide_end},
    {"sitting.open", &empty_shape, DESK, ANNOUNCED, INSIDE, sitting_decide_open},
    {"sitting.pause", &sitting_pause_shape, DESK, SITTING, INSIDE, sitting_decide_pause},
    {"sitting.resume", &empty_shape, DESK, BREAK, INSIDE, sitting_decide_resume},
    {"source.select", &broadcast_select_shape, DESK | PRODUCER | ADMINISTRATOR, ANY, OUTSIDE, broadcast_decide_select},
    {"vote.cancel", &vote_cancel_shape, DESK, SESSION, INSIDE, vote_decide_cancel},
    {"vote.cast", &vote_cast_shape, DESK, SESSION, INSIDE, vote_decide_cast},
    {"vote.close", &vote_close_shape, DESK, SESSION, INSIDE, vote_decide_close},
    {"vote.correct", &vote_correct_shape, DESK, SITTING | ENDED, INSIDE, vote_decide_correct},
    {"vote.count", &vote_count_args_shape, DESK, SESSION, INSIDE, vote_decide_count},
    {"vote.dissent", &vote_dissent_shape, MEMBER | DESK, SITTING | ENDED, INSIDE, vote_decide_dissent},
    {"vote.hand_in", &vote_hand_in_shape, MEMBER | CHAIR, SESSION, INSIDE, vote_decide_hand_in},
    {"vote.lot", &vote_lot_shape, DESK, SESSION, INSIDE, vote_decide_lot},
    {"vote.number", &vote_numbering_shape, DESK | ADMINISTRATOR, PLAN | LIVE | BREAK, INSIDE, vote_decide_numbering},
    {"vote.open", &vote_begin_shape, DESK, SESSION, INSIDE, vote_decide_open},
    {"vote.repeat", &vote_only_shape, DESK, SESSION, INSIDE, vote_decide_repeat},
    {"vote.seal", &vote_seal_shape, SERVER, SESSION, INSIDE, vote_decide_seal},
};
/* clang-format on */

const size_t meeting_verbs_count = sizeof meeting_verbs / sizeof *meeting_verbs;
