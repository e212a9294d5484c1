/** Votes as a desk takes them. Pure. */

import type { CommandArgs } from '../wire/meeting-types.js';
import { rollRows, voters } from './desk-rollcall.js';
import type { MeetingState, Person, Thing, Vote } from './meeting.js';

export type Choice = NonNullable<Thing<'casts'>['choice']>;
export type Counts = CommandArgs['vote.count']['counts'];

export interface VoteRow {
  person: Person;
  choice: Choice | null;
}

/** Who may say yes or no in a vote by names: there, and not left out of this one. */
export function voteRows(state: MeetingState, vote: Vote): VoteRow[] {
  const excluded = new Set(vote.is.excluded ?? []);
  const known = state.attendance.length > 0;
  const there = new Set(
    rollRows(state, null)
      .filter((row) => row.mark === 'present' || row.mark === 'remote')
      .map((row) => row.person.seq),
  );
  const said = new Map(state.casts.filter((one) => one.vote === vote.seq).map((one) => [one.person, one.choice]));
  return voters(state)
    .filter((person) => !excluded.has(person.seq) && (!known || there.has(person.seq)))
    .map((person) => ({ person, choice: said.get(person.seq) ?? null }));
}

/** What a field of counts says; null for what is no count. Empty is none. */
export function count(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '') return 0;
  return /^\d{1,4}$/.test(trimmed) ? Number(trimmed) : null;
}

export function sum(counts: Counts): number {
  return (counts.in_favour ?? 0) + (counts.against ?? 0) + (counts.abstain ?? 0) + (counts.invalid ?? 0);
}

/** How many may take part, as far as attendance is known; else null. */
export function participants(state: MeetingState, vote: Vote): number | null {
  return state.attendance.length > 0 ? voteRows(state, vote).length : null;
}

/** What is to be done next with a vote. */
export type VoteStep = 'count' | 'cast' | 'ballots' | 'close' | 'repeat' | 'lot' | 'done';

export function stepOf(state: MeetingState, vote: Vote): VoteStep {
  if (vote.state === 'open') {
    if (vote.is.method === 'roll_call') return 'cast';
    return vote.is.method === 'secret_electronic' ? 'ballots' : 'count';
  }
  if (vote.state !== 'tied') return 'done';
  if (vote.round >= 2) return 'lot';
  const again = state.votes.some((other) => other.first === vote.seq && other.state !== 'cancelled');
  return again ? 'done' : 'repeat';
}

/** Whether closing it now would need the chair's side: an open vote whose sides are as many. */
export function isTie(vote: Vote, counts: Counts): boolean {
  const weighed = vote.is.majority === 'ordinary' || vote.is.majority === 'relative';
  const open = vote.is.method === 'hands' || vote.is.method === 'roll_call';
  const [yes, no] = [counts.in_favour ?? 0, counts.against ?? 0];
  return weighed && open && yes === no && yes > 0;
}

/** The newest vote of an item or of a motion about it, that an outcome may rest on. */
export function decidingVote(state: MeetingState, item: number): Vote | null {
  const motions = new Set(state.motions.filter((motion) => motion.is.item === item).map((motion) => motion.seq));
  const own = state.votes.filter(
    (vote) => vote.state === 'decided' && (vote.is.item === item || motions.has(vote.is.motion ?? 0)),
  );
  return own[own.length - 1] ?? null;
}

/** The vote that shows now: the one being taken, else the last. */
export function currentVote(state: MeetingState): Vote | null {
  const open = state.votes.find((vote) => vote.state === 'open');
  return open ?? state.votes[state.votes.length - 1] ?? null;
}

/** Votes that decided to sit in closed part and closed none yet. */
export function closingVotes(state: MeetingState): Vote[] {
  const used = new Set(state.parts.map((part) => part.vote));
  const motions = new Set(state.motions.filter((one) => one.is.kind === 'close_part').map((one) => one.seq));
  return state.votes.filter(
    (vote) =>
      vote.state === 'decided' &&
      vote.result.outcome === 'adopted' &&
      motions.has(vote.is.motion ?? 0) &&
      !used.has(vote.seq),
  );
}
