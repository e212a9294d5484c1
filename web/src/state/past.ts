/**
 * What a state says of a moment long before it was told: of a recording, and of what a viewer rewinds to
 * who came later. Only what has a time of its own is known of then; the queue, notices and what was muted are not. Pure.
 */

import type { Item, MeetingState, Question, Thing, Turn, Vote } from './meeting.js';

/** A clock that was stopped in between did not run evenly: then nobody can say what was left when. */
const EVEN_US = 2_000_000;

export class Past {
  #state: MeetingState;
  #times: number[];
  #seen: { index: number; state: MeetingState } | null = null;

  constructor(state: MeetingState) {
    this.#state = state;
    this.#times = timesOf(state);
  }

  /** When the state was last something else; 0: never, as far as it says. */
  get newestUs(): number {
    return this.#times[this.#times.length - 1] ?? 0;
  }

  /** The same object between two times at which something changed. */
  at(mediaUs: number): MeetingState {
    let index = 0;
    while (index < this.#times.length && (this.#times[index] ?? 0) <= mediaUs) index++;
    if (this.#seen?.index !== index) this.#seen = { index, state: asOf(this.#state, mediaUs) };
    return this.#seen.state;
  }
}

function timesOf(state: MeetingState): number[] {
  const times = [...state.spans, ...state.turns, ...state.parts, ...state.votes].flatMap((one) => [one.from_media_us, one.to_media_us]);
  times.push(...state.questions.flatMap((one) => [one.put_media_us, one.answered_media_us]));
  times.push(...state.chairs.map((one) => one.from_media_us));
  return [...new Set(times.filter((time): time is number => time !== undefined))].sort((a, b) => a - b);
}

export function asOf(state: MeetingState, mediaUs: number): MeetingState {
  const begun = (one: { from_media_us?: number }) => one.from_media_us !== undefined && one.from_media_us <= mediaUs;
  const later = firstAfter(state, mediaUs);
  const there = (one: { seq: number }) => one.seq < later;
  const spans = state.spans.filter(begun).map((span) => (isOver(span, mediaUs) ? span : stillOn(span)));
  const votes = state.votes.filter((vote) => (vote.from_media_us === undefined ? there(vote) : begun(vote))).map((vote) => voteThen(vote, mediaUs));
  const taken = new Set(votes.filter((vote) => vote.state === 'open').map((vote) => vote.seq));
  return {
    ...state,
    sitting: sittingThen(state, mediaUs),
    queue: [],
    notices: [],
    on_air: [],
    broadcast: { ...state.broadcast, muted: false, slate: false },
    spans,
    votes,
    casts: state.casts.filter((cast) => !taken.has(cast.vote)),
    items: state.items.map((item) => itemThen(item, spans)),
    turns: state.turns.filter(begun).map((turn) => turnThen(turn, mediaUs)),
    chairs: state.chairs.filter(begun),
    parts: state.parts.filter(begun),
    polls: state.polls.filter(there),
    questions: state.questions.filter((one) => there(one) || isOwnStill(one)).map((one) => questionThen(one, mediaUs)),
  } as MeetingState;
}

/** The first event that is known to have come after: what has its number or a greater one was not there yet. */
function firstAfter(state: MeetingState, mediaUs: number): number {
  const made = [...state.parts, ...state.chairs, ...state.spans.filter((span) => !span.corrected)];
  return Math.min(Infinity, ...made.filter((one) => one.from_media_us > mediaUs).map((one) => one.seq));
}

function isOver(one: { to_media_us?: number; over?: boolean }, mediaUs: number): boolean {
  return one.over !== false && one.to_media_us !== undefined && one.to_media_us <= mediaUs;
}

function stillOn(span: Thing<'spans'>): Thing<'spans'> {
  const { to_media_us: _to, ...rest } = span;
  return { ...rest, over: false };
}

/** Of what waits or was turned down only its author is told, who wants to know it whatever is watched. */
function isOwnStill(question: Question): boolean {
  return question.state === 'pending' || question.state === 'declined' || question.state === 'merged';
}

function sittingThen(state: MeetingState, mediaUs: number): MeetingState['sitting'] {
  const { resumes_utc_us: _at, reason: _reason, closed_reason: _why, item: _item, ...sitting } = state.sitting;
  const parts = [...state.parts].sort((a, b) => a.from_media_us - b.from_media_us);
  const on = parts.filter((part) => part.from_media_us <= mediaUs).pop();
  const next = parts.find((part) => part.from_media_us > mediaUs);
  if (!on) return parts.length === 0 ? state.sitting : { ...sitting, state: 'announced', closed: false };
  const over = on.to_media_us !== undefined && on.to_media_us <= mediaUs;
  if (over && !next) return state.sitting;
  // A closed part lasts through the break that follows it.
  const part = { ...sitting, closed: on.closed, ...(on.closed && on.reason !== undefined && { closed_reason: on.reason }) };
  if (over) return { ...part, state: 'break', ...(next && { resumes_utc_us: next.from_utc_us }) };
  const item = state.spans.find((span) => span.from_media_us <= mediaUs && !isOver(span, mediaUs))?.item;
  return { ...part, state: on.closed ? 'closed' : 'live', ...(item !== undefined && { item }) };
}

/** What was decided is decided once it has been heard. */
function itemThen(item: Item, spans: readonly Thing<'spans'>[]): Item {
  const own = spans.filter((span) => span.item === item.seq);
  if (own.length > 0 && own.every((span) => span.over)) return item;
  const { verdict: _verdict, decision: _decision, vote: _vote, reason: _reason, ...rest } = item;
  return { ...rest, state: own.length > 0 ? 'open' : 'waiting' };
}

function turnThen(turn: Turn, mediaUs: number): Turn {
  const { from_media_us: from = 0, to_media_us: to } = turn;
  if (!turn.over || to === undefined || to <= mediaUs) return turn;
  const even = Math.abs(to - from - turn.used_us) < EVEN_US;
  const { to_media_us: _to, ...rest } = turn;
  return { ...rest, over: false, started: true, running: true, used_us: 0, since_media_us: from, allotted_us: even ? turn.allotted_us : 0 };
}

function voteThen(vote: Vote, mediaUs: number): Vote {
  if (vote.to_media_us === undefined || vote.to_media_us <= mediaUs) return vote;
  return { ...vote, state: 'open', counted: false, counts: {}, result: { counts: {} } };
}

function questionThen(question: Question, mediaUs: number): Question {
  const { put_media_us: put, answered_media_us: answered, answered_by: _by, note: _note, ...rest } = question;
  if (question.state === 'answered' && answered !== undefined && answered <= mediaUs) return question;
  if (question.state !== 'answered' && question.state !== 'put') return question;
  if (put !== undefined && put <= mediaUs) return { ...rest, state: 'put', put_media_us: put };
  return { ...rest, state: 'approved' };
}
