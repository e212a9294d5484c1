/** A vote's figures for those who look at them. Pure. */

import type { MeetingState, Vote } from './meeting.js';

export type Side = 'in_favour' | 'against' | 'abstain' | 'invalid';
export interface Row {
  side: Side;
  count: number;
  /** Of all that was counted, from 0 to 1. */
  share: number;
}

export const SIDES: readonly Side[] = ['in_favour', 'against', 'abstain', 'invalid'];

/** For, against and abstaining always; invalid only where there is any. Empty while nothing is counted. */
export function rowsOf(vote: Vote): Row[] {
  if (!vote.counted && vote.state !== 'decided') return [];
  const counts = vote.state === 'decided' || vote.state === 'tied' ? vote.result.counts : vote.counts;
  const all = SIDES.reduce((sum, side) => sum + (counts[side] ?? 0), 0);
  return SIDES.map((side) => ({ side, count: counts[side] ?? 0, share: all > 0 ? (counts[side] ?? 0) / all : 0 })).filter(
    ({ side, count }) => side !== 'invalid' || count > 0,
  );
}

export interface Cast {
  person: number;
  choice: 'for' | 'against' | 'abstain';
}

/** Who voted how, in the order of the roll; of a secret ballot nothing. */
export function castsOf(state: MeetingState, vote: Vote): Cast[] {
  return state.casts.flatMap(({ vote: of, person, choice }) => (of === vote.seq && choice !== undefined ? [{ person, choice }] : []));
}
