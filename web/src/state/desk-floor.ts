/** What a desk does with the floor's list. Pure. */

import type { FloorRequest, MeetingState, Person, Turn } from './meeting.js';

export type SpeechKind = FloorRequest['kind'];

/** Moving one place up or down, as the server wants it; null where there is nowhere to go. */
export function moved(queue: readonly FloorRequest[], request: number, by: -1 | 1): { before?: number } | null {
  const at = queue.findIndex((one) => one.seq === request);
  const to = at + by;
  const here = queue[at];
  const there = queue[to];
  // Kinds keep their precedence: nobody is moved past a point of order.
  if (!here || !there || here.precedence !== there.precedence) return null;
  if (by === -1) return { before: there.seq };
  const after = queue[to + 1];
  return after ? { before: after.seq } : {};
}

/** As what somebody of the roster speaks when the chair simply gives them the floor. */
export function kindOf(person: Person): SpeechKind | null {
  const kinds: Record<Person['is']['kind'], SpeechKind | null> = {
    chair: 'chair',
    member: 'member',
    representative: 'representative',
    observer: 'representative',
    staff: null,
  };
  return kinds[person.is.kind];
}

/** Everybody who may be given the floor, those of the roster in its order. */
export function speakers(state: MeetingState): Person[] {
  return state.people.filter((person) => !person.left && kindOf(person) !== null);
}

/** Until when nothing can be added: a turn without an end, or of half a day already. */
export function extendable(turn: Turn): boolean {
  return turn.allotted_us > 0 && turn.allotted_us <= 43_200e6;
}
