/** What the chamber's big screen shows: one thing large, the rest beside it. Pure. */

import type { MeetingState, Vote } from './meeting.js';

/** A result stays for so long after the vote was decided; then the floor is what matters again. */
export const RESULT_US = 60e6;

/** The vote that fills the screen: the open one, or one just decided. */
export function voteOn(state: MeetingState, mediaUs: number): Vote | null {
  const last = state.votes[state.votes.length - 1];
  if (!last || last.state === 'cancelled') return null;
  if (last.state === 'open' || last.state === 'tied') return last;
  const at = last.to_media_us;
  return at !== undefined && mediaUs - at < RESULT_US ? last : null;
}
