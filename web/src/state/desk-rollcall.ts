/** Roll calls as a desk sees them. Pure. */

import type { MeetingState, Person, Thing } from './meeting.js';

export type Mark = Thing<'attendance'>['mark'];
export type RollCall = Thing<'rollcalls'>;

/** The server takes so many answers at once. */
export const ANSWERS_MAX = 64;

export interface Row {
  person: Person;
  /** What holds now; null: nothing known. */
  mark: Mark | null;
  /** In the roll call that is open: said in it. Without one: known at all. */
  answered: boolean;
}

export function openRollCall(state: MeetingState): RollCall | null {
  const last = state.rollcalls[state.rollcalls.length - 1];
  return last?.open ? last : null;
}

/** Those whose names are read out: with a vote, still of the body. */
export function voters(state: MeetingState): Person[] {
  return state.people.filter((one) => !one.left && (one.is.kind === 'chair' || one.is.kind === 'member'));
}

export function rollRows(state: MeetingState, call: RollCall | null): Row[] {
  const now = new Map<number, Thing<'attendance'>>();
  for (const span of state.attendance) now.set(span.person, span);
  return voters(state).map((person) => {
    const span = now.get(person.seq);
    const holds = span && !span.to_utc_us ? span : null;
    return { person, mark: holds?.mark ?? null, answered: holds !== null && (call === null || holds.last > call.seq) };
  });
}

/** Who has not answered yet, in answers of a size that the server takes. */
export function allAs(rows: readonly Row[], mark: Mark): Array<Array<{ person: number; mark: Mark }>> {
  const entries = rows.filter((row) => !row.answered).map((row) => ({ person: row.person.seq, mark }));
  const parts = [];
  for (let at = 0; at < entries.length; at += ANSWERS_MAX) parts.push(entries.slice(at, at + ANSWERS_MAX));
  return parts;
}

export function tally(rows: readonly Row[]): Record<Mark, number> & { waiting: number } {
  const sum = { present: 0, remote: 0, excused: 0, absent: 0, waiting: 0 };
  for (const row of rows) sum[row.answered && row.mark ? row.mark : 'waiting']++;
  return sum;
}
