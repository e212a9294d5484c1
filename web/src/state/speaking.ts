/** What one who may have the floor sees of it: one thing at a time. Pure. */

import type { FloorRequest, MeetingState, Person, Turn } from './meeting.js';
import { leftOf, personOf, queueOf, turnOf } from './sitting.js';

export type Standing =
  /** The sitting has not begun, rests, is over, or goes on behind closed doors. */
  | { is: 'not-begun' | 'break' | 'closed' | 'ended' }
  /** One may ask for the floor; `listClosed`: not now. */
  | { is: 'free'; listClosed: boolean }
  /** `ahead`: how many come before; `waitUs`: roughly, null where nobody can say. */
  | { is: 'waiting'; request: FloorRequest; ahead: number; waitUs: number | null }
  /** The floor is one's own, the clock does not run yet. */
  | { is: 'called'; turn: Turn }
  | { is: 'speaking'; turn: Turn; leftUs: number | null };

/** `person`: who one is on the roster; `inHall`: whether one sits there. `mediaUs`: now. */
export function standingOf(state: MeetingState, person: number, inHall: boolean, mediaUs: number): Standing {
  const { sitting } = state;
  const turn = turnOf(state);
  if (sitting.state === 'ended' || sitting.cancelled) return { is: 'ended' };
  if (sitting.state === 'draft' || sitting.state === 'announced') return { is: 'not-begun' };
  if (turn?.person === person) {
    return turn.started ? { is: 'speaking', turn, leftUs: leftOf(turn, mediaUs) } : { is: 'called', turn };
  }
  const queue = queueOf(state);
  const place = queue.findIndex((request) => request.person === person);
  const request = queue[place];
  if (request) return { is: 'waiting', request, ahead: place, waitUs: waitOf(state, queue.slice(0, place), turn, mediaUs) };
  if (sitting.state === 'break') return { is: 'break' };
  if (sitting.closed && !inHall) return { is: 'closed' };
  return { is: 'free', listClosed: sitting.floor_closed };
}

/** What the speaker has left and what those ahead are given by the rules; null where a rule gives no end. */
function waitOf(state: MeetingState, ahead: FloorRequest[], turn: Turn | null, mediaUs: number): number | null {
  let wait = 0;
  if (turn) {
    const left = leftOf(turn, mediaUs);
    if (left === null) return null;
    wait += Math.max(0, left);
  }
  const times = new Map(state.queue.map(({ request, timeUs }) => [request, timeUs]));
  for (const request of ahead) {
    const timeUs = times.get(request.seq);
    if (!timeUs) return null;
    wait += timeUs;
  }
  return wait;
}

/** What a person asks for when asking to speak to the matter. */
export function kindOf(person: Person): FloorRequest['kind'] {
  if (person.is.kind === 'chair') return 'chair';
  return person.is.kind === 'member' ? 'member' : 'representative';
}

/** The newest word on one's requests that one should hear: why it was declined. */
export function declined(state: MeetingState, person: number): FloorRequest | null {
  const mine = state.requests.filter((request) => request.person === person);
  const last = mine[mine.length - 1];
  return last?.state === 'declined' ? last : null;
}

export function nameOf(state: MeetingState, person: number): string {
  return personOf(state, person)?.is.name ?? '';
}
