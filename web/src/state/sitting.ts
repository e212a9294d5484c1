/** What pages ask of a meeting's state. Pure. */

import type { FloorRequest, Item, MeetingState, Person, Question, Turn, Vote } from './meeting.js';

export function personOf(state: MeetingState, seq: number | undefined): Person | null {
  return (seq && state.people.find((person) => person.seq === seq)) || null;
}

export function itemOf(state: MeetingState, seq: number | undefined): Item | null {
  return (seq && state.items.find((item) => item.seq === seq)) || null;
}

/** In the order of the agenda; what is only proposed is not on it yet. */
export function agendaOf(state: MeetingState): Item[] {
  return state.items.filter((item) => item.state !== 'proposed').sort((a, b) => a.place - b.place || a.seq - b.seq);
}

/** At `mediaUs` by the spans, so that it holds for a recording too; null between items. */
export function itemAt(state: MeetingState, mediaUs: number): Item | null {
  const span = state.spans.find(
    (one) => one.from_media_us <= mediaUs && (!one.over || mediaUs < (one.to_media_us ?? Infinity)),
  );
  return itemOf(state, span?.item);
}

/** Where an item was first taken up, µs; null: not yet. */
export function beganAt(state: MeetingState, item: number): number | null {
  const times = state.spans.filter((span) => span.item === item).map((span) => span.from_media_us);
  return times.length > 0 ? Math.min(...times) : null;
}

/** Who has the floor now, whether the clock runs or is stopped. */
export function turnOf(state: MeetingState): Turn | null {
  return state.turns.find((turn) => !turn.over) ?? null;
}

/** At `mediaUs`, of the past too. */
export function turnAt(state: MeetingState, mediaUs: number): Turn | null {
  return (
    state.turns.find(
      (turn) =>
        turn.from_media_us !== undefined &&
        turn.from_media_us <= mediaUs &&
        (!turn.over || mediaUs < (turn.to_media_us ?? Infinity)),
    ) ?? null
  );
}

/** What is left of a turn at `mediaUs`, µs; below 0 where it is overrun; null where no time is set. */
export function leftOf(turn: Turn, mediaUs: number): number | null {
  if (turn.allotted_us === 0) return null;
  const running = turn.running && turn.since_media_us !== undefined ? Math.max(0, mediaUs - turn.since_media_us) : 0;
  return turn.allotted_us - turn.used_us - running;
}

/** Who waits for the floor, in the order of the server: the same on every screen. */
export function queueOf(state: MeetingState): FloorRequest[] {
  const waiting = new Map(state.requests.map((request) => [request.seq, request]));
  return state.queue.flatMap(({ request }) => waiting.get(request) ?? []);
}

export function openVote(state: MeetingState): Vote | null {
  return state.votes.find((vote) => vote.state === 'open' || vote.state === 'tied') ?? null;
}

export function questionsOn(state: MeetingState, item: number): Question[] {
  return state.questions.filter((question) => (question.item ?? 0) === item);
}

export function chairOf(state: MeetingState): Person | null {
  return personOf(state, state.chairs[state.chairs.length - 1]?.person);
}
