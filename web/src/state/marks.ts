/** Places on the time line: where items were taken up, who began to speak, what was answered. Pure. */

import type { MeetingState } from './meeting.js';
import { itemOf, personOf } from './sitting.js';

export type MarkKind = 'item' | 'speaker' | 'question';

export interface Mark {
  kind: MarkKind;
  /** Media time, s. */
  at: number;
  /** Where it ends, s; Infinity: it goes on, or nobody said. */
  until: number;
  /** What begins there. */
  title: string;
}

/** Whom "previous" takes to the beginning of what is on, not to what was before it, is so far into it. */
const WELL_INTO_S = 3;
/** A seek may arrive a frame early: what begins so soon is what is on. */
const ARRIVED_S = 0.25;

/** In the order of time. */
export function marksOf(state: MeetingState): Mark[] {
  const marks: Mark[] = [];
  for (const span of state.spans) {
    const item = itemOf(state, span.item);
    if (item) marks.push({ kind: 'item', at: span.from_media_us / 1e6, until: seconds(span.over, span.to_media_us), title: `${item.is.number ?? ''} ${item.is.title}`.trim() });
  }
  for (const turn of state.turns) {
    const person = personOf(state, turn.person);
    if (!person || turn.from_media_us === undefined) continue;
    marks.push({ kind: 'speaker', at: turn.from_media_us / 1e6, until: seconds(turn.over, turn.to_media_us), title: person.is.name });
  }
  for (const { put_media_us: at, answered_media_us: until, text } of state.questions) {
    if (at) marks.push({ kind: 'question', at: at / 1e6, until: seconds(Boolean(until), until), title: text });
  }
  return marks.sort((a, b) => a.at - b.at);
}

function seconds(over: boolean, us: number | undefined): number {
  return over && us !== undefined ? us / 1e6 : Infinity;
}

/** What of this kind is on at that time; null where nothing is. */
export function markAt(marks: readonly Mark[], kind: MarkKind, at: number): Mark | null {
  const soon = at + ARRIVED_S;
  return marks.filter((mark) => mark.kind === kind && mark.at <= soon && soon < mark.until).at(-1) ?? null;
}

/** Where "next" and "previous" lead from that time; null where there is nothing that way. */
export function neighbour(marks: readonly Mark[], kind: MarkKind, at: number, way: 1 | -1): Mark | null {
  const those = marks.filter((mark) => mark.kind === kind);
  if (way > 0) return those.find((mark) => mark.at > at + ARRIVED_S) ?? null;
  return those.filter((mark) => mark.at < at - WELL_INTO_S).at(-1) ?? (those[0] && those[0].at < at - ARRIVED_S ? those[0] : null);
}
