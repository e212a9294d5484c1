/**
 * What somebody else did between what a desk saw and what it said: the answer to "why was I refused?" when
 * two desks work at once. Pure.
 */

import type { MeetingEvent } from '../wire/events-text.js';

export const RECENT_MAX = 200;

/** The newest events, oldest first. */
export function recent(before: readonly MeetingEvent[], told: readonly MeetingEvent[]): readonly MeetingEvent[] {
  return [...before, ...told].slice(-RECENT_MAX);
}

/** Refusals that another's act explains. */
const OVERTAKEN = new Set(['stale', 'already', 'not_found', 'not_now', 'wrong_state', 'list_closed', 'closed_part']);

/** What goes with what: an agenda's change ends a turn, a sitting's ends both. */
const RELATED: Record<string, readonly string[]> = {
  agenda: ['agenda', 'vote', 'sitting', 'part'],
  floor: ['floor', 'agenda', 'sitting', 'part'],
  question: ['question'],
  vote: ['vote', 'sitting', 'part'],
  rollcall: ['rollcall'],
  sitting: ['sitting', 'part', 'vote'],
  part: ['part', 'sitting', 'vote'],
  broadcast: ['broadcast', 'part', 'sitting'],
  notice: ['notice'],
  poll: ['poll'],
};

/** The event that explains the refusal of `command`, said when event `madeFor` was the newest; or null. */
export function explains(
  events: readonly MeetingEvent[],
  { command, code, madeFor, self }: { command: string; code: string; madeFor: number; self: string },
): MeetingEvent | null {
  if (!OVERTAKEN.has(code)) return null;
  const room = command.split('.')[0] ?? '';
  const rooms = RELATED[room] ?? [room];
  const others = events.filter(
    (event) => event.seq > madeFor && event.actor !== self && rooms.includes(event.type.split('.')[0] ?? ''),
  );
  // Of the same room first: "söz verildi" tells more than "madde değişti".
  return others.filter((event) => event.type.startsWith(`${room}.`)).at(-1) ?? others.at(-1) ?? null;
}
