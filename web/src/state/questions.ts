/** Which questions are shown, in which order. Pure. */

import type { MeetingState, Question } from './meeting.js';

/**
 * Own ones first, that their author finds them; then what the desk put forward, what is asked now, and by
 * support. `item`: of that one alone, or null; own ones stay. What was withdrawn is gone.
 */
export function shown(state: MeetingState, own: ReadonlySet<number>, item: number | null): Question[] {
  return state.questions
    .filter((question) => (own.has(question.seq) && question.state !== 'withdrawn') || isPublic(question))
    .filter((question) => item === null || own.has(question.seq) || (question.item ?? 0) === item)
    .sort((a, b) => rank(b, own) - rank(a, own) || b.supports - a.supports || b.seq - a.seq);
}

export function isPublic(question: Question): boolean {
  return question.state === 'approved' || question.state === 'put' || question.state === 'answered';
}

/** Whether it can be supported or reported. */
export function isOpen(question: Question): boolean {
  return question.state === 'approved' || question.state === 'put';
}

/** The numbers of those that one supports, or has reported. */
export function marked(state: MeetingState, kind: 'support' | 'report'): ReadonlySet<number> {
  return new Set(state.marks.filter((mark) => mark.kind === kind && mark.value > 0).map((mark) => mark.thing));
}

/** Those of one's own that still wait or were turned down are seen by their author alone. */
export function isPrivate(question: Question): boolean {
  return !isPublic(question) && question.state !== 'merged';
}

function rank(question: Question, own: ReadonlySet<number>): number {
  return (own.has(question.seq) && isPrivate(question) ? 4 : 0) + (question.state === 'put' ? 2 : 0) + (question.pinned ? 1 : 0);
}
