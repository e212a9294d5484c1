/** The agenda as a desk goes through it. Pure. */

import type { Item, MeetingState } from './meeting.js';
import { agendaOf, itemOf } from './sitting.js';

/** What "next" goes to, as the server chooses it; null at the end. */
export function nextItem(state: MeetingState): Item | null {
  const after = itemOf(state, state.sitting.item)?.place ?? 0;
  const waits = (item: Item) => item.state === 'waiting' || item.state === 'reported';
  return agendaOf(state).find((item) => waits(item) && !item.joined && item.place > after) ?? null;
}

export function takeable(item: Item): boolean {
  return ['waiting', 'open', 'heard', 'suspended', 'reported'].includes(item.state) && !item.joined;
}

/** Settled for this sitting. */
export function isOver(item: Item): boolean {
  return item.state === 'decided' || item.state === 'withdrawn' || item.state === 'carried';
}
