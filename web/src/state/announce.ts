/** What of a meeting's course is said to ears, and what is not. Pure. */

import type { Item, MeetingState, Person, Vote } from './meeting.js';
import { itemAt, openVote, personOf, turnAt } from './sitting.js';

export interface Course {
  item: Item | null;
  speaker: Person | null;
  open: Vote | null;
  /** The newest that was decided. */
  decided: Vote | null;
}

export type News = { what: 'item'; item: Item } | { what: 'speaker'; speaker: Person } | { what: 'vote' | 'result'; vote: Vote };

export function courseOf(state: MeetingState, mediaUs: number): Course {
  return {
    item: itemAt(state, mediaUs),
    speaker: personOf(state, turnAt(state, mediaUs)?.person),
    open: openVote(state),
    decided: [...state.votes].reverse().find((vote) => vote.state === 'decided') ?? null,
  };
}

/** The weightiest of what is new, one thing at a time: a screen reader must not talk over the meeting. */
export function newsOf(before: Course, after: Course): News | null {
  const { item, speaker, open, decided } = after;
  if (decided && before.open?.seq === decided.seq) return { what: 'result', vote: decided };
  if (open && before.open?.seq !== open.seq) return { what: 'vote', vote: open };
  if (item && before.item?.seq !== item.seq) return { what: 'item', item };
  if (speaker && before.speaker?.seq !== speaker.seq) return { what: 'speaker', speaker };
  return null;
}
