/** An electronic secret ballot as one who votes in it sees it. Pure. */

import { participants, voteRows } from './desk-vote.js';
import type { MeetingState, Vote } from './meeting.js';

export interface Ballot {
  vote: Vote;
  /** Whether this person has a vote in it. */
  may: boolean;
  /** Whether their paper is in the box; what it says nobody knows, this page neither. */
  handedIn: boolean;
  voted: number;
  /** How many may vote; null where no attendance was taken. */
  all: number | null;
}

/** The ballot that is open; null where there is none. `person`: 0 for who is nobody of the roster. */
export function ballotOf(state: MeetingState, person: number): Ballot | null {
  const vote = state.votes.at(-1);
  if (!vote || vote.state !== 'open' || vote.is.method !== 'secret_electronic') return null;
  const casts = state.casts.filter((one) => one.vote === vote.seq);
  return {
    vote,
    may: voteRows(state, vote).some((row) => row.person.seq === person),
    handedIn: casts.some((one) => one.person === person),
    voted: casts.length,
    all: participants(state, vote),
  };
}
