/** Viewers' questions in the order in which a desk deals with them. Pure. */

import type { MeetingState, Question } from './meeting.js';

/** First come, first read. */
export function pendingQuestions(state: MeetingState): Question[] {
  return state.questions.filter((question) => question.state === 'pending');
}

/** What was put to the meeting first, then what is pinned, then the current item's, then what most support. */
export function approvedQuestions(state: MeetingState): Question[] {
  const { item } = state.sitting;
  const weight = (question: Question) =>
    (question.state === 'put' ? 4 : 0) + (question.pinned ? 2 : 0) + (item !== undefined && question.item === item ? 1 : 0);
  return state.questions
    .filter((question) => question.state === 'approved' || question.state === 'put')
    .sort((a, b) => weight(b) - weight(a) || b.supports - a.supports || a.seq - b.seq);
}
