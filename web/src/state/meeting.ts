/**
 * The meeting as one may see it, and what a message makes of it. A state is never changed once it exists:
 * a next one shares what is the same, so that many may be kept (see follow.ts) and a page sees by a list's
 * identity whether it has to be drawn. Pure.
 */

import type { Changes, Gone, ThingName, Waiting } from '../wire/events-text.js';
import type { Singles, Things } from '../wire/meeting-types.js';

export type Thing<Name extends ThingName> = Things[Name];
export type Person = Thing<'people'>;
export type Item = Thing<'items'>;
export type FloorRequest = Thing<'requests'>;
export type Turn = Thing<'turns'>;
export type Question = Thing<'questions'>;
export type Vote = Thing<'votes'>;

export type MeetingState = Readonly<Singles> & { readonly [Name in ThingName]: readonly Things[Name][] } & {
  /** The newest event that is in it. */
  readonly seq: number;
  /** Who waits for the floor, in the one order of every screen. */
  readonly queue: readonly Waiting[];
};

const THINGS: { readonly [Name in ThingName]: true } = {
  rules: true,
  people: true,
  consents: true,
  attendance: true,
  rollcalls: true,
  chairs: true,
  parts: true,
  permissions: true,
  items: true,
  spans: true,
  documents: true,
  referrals: true,
  requests: true,
  turns: true,
  invitations: true,
  budgets: true,
  on_air: true,
  questions: true,
  marks: true,
  motions: true,
  votes: true,
  casts: true,
  dissents: true,
  polls: true,
  notices: true,
  links: true,
  redactions: true,
};
const NAMES = Object.keys(THINGS) as ThingName[];

const NOTHING: MeetingState = {
  seq: 0,
  queue: [],
  sitting: { state: 'draft', closed: false, cancelled: false, floor_closed: false, asking_closed: false },
  body: {},
  broadcast: { on_air: false, record: false, muted: false, slate: false },
  decisions: {},
  ...(Object.fromEntries(NAMES.map((name) => [name, []])) as unknown as { [Name in ThingName]: [] }),
};

/** A meeting of which nothing is known but what `state` says. */
export function begin(seq: number, state: Changes): MeetingState {
  return change(NOTHING, seq, state);
}

/** The state after event `seq`, of which `changes` tells. */
export function change(before: MeetingState, seq: number, changes: Changes): MeetingState {
  const next: Record<string, unknown> = { ...before, seq };
  for (const [name, value] of Object.entries(changes)) {
    if (!(name in NOTHING) || name === 'seq' || value === undefined) continue; // of a later version
    next[name] = name in THINGS ? replaced(before[name as ThingName] as readonly Numbered[], value as Array<Numbered | Gone>) : value;
  }
  return next as MeetingState;
}

interface Numbered {
  seq: number;
}

/** What one event made comes whole: all that has the number of something told is put in its place. */
function replaced(before: readonly Numbered[], told: ReadonlyArray<Numbered | Gone>): readonly Numbered[] {
  const numbers = new Set(told.map((thing) => thing.seq));
  const here = told.filter((thing) => !('gone' in thing));
  const newest = before[before.length - 1]?.seq ?? 0;
  // What is new comes last: the usual case needs no sorting.
  if (told.every((thing) => thing.seq > newest)) return [...before, ...here.sort(bySeq)];
  return [...before.filter((thing) => !numbers.has(thing.seq)), ...here].sort(bySeq);
}

function bySeq(a: Numbered, b: Numbered): number {
  return a.seq - b.seq;
}

/** What everybody like one sees, and what is one's own beside it (a question of mine that waits). */
export function withOwn(all: MeetingState, own: Changes): MeetingState {
  let merged = all;
  for (const name of NAMES) {
    const mine = own[name] as Array<{ seq: number; last: number } | Gone> | undefined;
    if (!mine || mine.length === 0) continue;
    const known = new Map(all[name].map((thing) => [thing.seq, thing.last]));
    const newer = mine.filter((thing) => !('gone' in thing) && thing.last > (known.get(thing.seq) ?? -1));
    if (newer.length > 0) merged = change(merged, merged.seq, { [name]: newer } as Changes);
  }
  return merged;
}
