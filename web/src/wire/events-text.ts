/** The texts of the events socket: what is read is checked where the pages lean on it. Pure. */

import { WireError } from './binary.js';
import { flag, list, number, object, text, type Json } from './json.js';
import type { CommandArgs, Singles, Things, You } from './meeting-types.js';

export const EVENTS_PROTOCOL = 'meclis.events.v1';

export type CommandName = keyof CommandArgs;
export type ThingName = keyof Things;
export type Gone = { seq: number; gone: true };

export interface EventsHello {
  type: 'hello';
  meeting: string;
  seq: number;
  serverUtcUs: number;
  mediaTimeUs: number;
  /** UTC at media time 0; null before the meeting was first on air. */
  epochUtcUs: number | null;
  you: You;
  /** What one's roles may ever say. */
  commands: ReadonlySet<string>;
}

export interface MeetingEvent {
  seq: number;
  atUtcUs: number;
  mediaUs: number;
  actor: string;
  type: string;
  /** Absent where the reader may not see it. */
  body?: Json;
}

/** A request for the floor that waits, and the time that the rules give it (0: without end). */
export interface Waiting {
  request: number;
  timeUs: number;
}

/** What has changed, to be put in the place of what one has of the same `seq`. */
export type Changes = Partial<Singles> & { [Name in ThingName]?: Array<Things[Name] | Gone> } & {
  /** The waiting requests in the floor's one order. */
  queue?: Waiting[];
};

export type Answer =
  | { accepted: true; firstSeq: number; lastSeq: number }
  | { accepted: false; code: string; message: string; member: string };

export type EventsMessage =
  | EventsHello
  | { type: 'snapshot'; seq: number; state: Changes }
  | { type: 'changes'; seq: number; state: Changes }
  | { type: 'own'; seq: number; state: Changes }
  | { type: 'events'; events: MeetingEvent[]; changes: Changes | null }
  | { type: 'answer'; id: string; answer: Answer }
  | { type: 'pong'; id: string; serverUtcUs: number; mediaTimeUs: number };

const EVENTS_MAX = 10_000;
const THINGS_MAX = 200_000;
const SINGLES = new Set(['sitting', 'body', 'broadcast', 'decisions']);

/** null for a type of a later version. Throws WireError for what can't be read. */
export function parseEventsText(source: string): EventsMessage | null {
  const json = parse(source);
  switch (text(json, 'type')) {
    case 'hello':
      return readHello(json);
    case 'snapshot':
      return { type: 'snapshot', seq: number(json, 'seq'), state: readChanges(json) };
    case 'changes':
      return { type: 'changes', seq: number(json, 'seq'), state: readChanges(json) };
    case 'own':
      return { type: 'own', seq: number(json, 'seq'), state: readChanges(json) };
    case 'events':
      return readEvents(json);
    case 'accepted':
      return {
        type: 'answer',
        id: text(json, 'id'),
        answer: { accepted: true, firstSeq: number(json, 'first_seq'), lastSeq: number(json, 'last_seq') },
      };
    case 'refused':
      return { type: 'answer', id: text(json, 'id', ''), answer: readRefusal(json) };
    case 'pong':
      return {
        type: 'pong',
        id: text(json, 'id', ''),
        serverUtcUs: number(json, 'server_utc_us'),
        mediaTimeUs: number(json, 'media_time_us'),
      };
    default:
      return null;
  }
}

/** `inHall`: staff's own word that it sits in the hall; nobody else's counts. */
export function helloMessage(since: number | null, language: string, inHall = false): string {
  return JSON.stringify({ type: 'hello', v: 1, ...(since !== null && { since }), language, ...(inHall && { in_hall: true }) });
}

export function commandMessage(id: string, name: string, args: object): string {
  return JSON.stringify({ type: 'command', id, name, args });
}

export function pingMessage(id: string): string {
  return JSON.stringify({ type: 'ping', id });
}

function parse(source: string): Json {
  try {
    return object(JSON.parse(source), 'message');
  } catch (error) {
    if (error instanceof WireError) throw error;
    throw new WireError('no JSON');
  }
}

function readHello(json: Json): EventsHello {
  const you = object(json['you'], 'you');
  const epoch = json['epoch_utc_us'];
  if (text(json, 'protocol') !== EVENTS_PROTOCOL) throw new WireError('another protocol');
  text(you, 'principal');
  flag(you, 'in_hall');
  list(you['roles'], 'roles', 32);
  return {
    type: 'hello',
    meeting: text(json, 'meeting'),
    seq: number(json, 'seq'),
    serverUtcUs: number(json, 'server_utc_us'),
    mediaTimeUs: number(json, 'media_time_us'),
    epochUtcUs: typeof epoch === 'number' ? epoch : null,
    you: you as unknown as You,
    commands: new Set(list(json['commands'], 'commands', 1_000).map(String)),
  };
}

function readEvents(json: Json): EventsMessage {
  const events = list(json['events'], 'events', EVENTS_MAX).map((value) => {
    const event = object(value, 'event');
    const body = event['body'];
    return {
      seq: number(event, 'seq'),
      atUtcUs: number(event, 'at_utc_us'),
      mediaUs: number(event, 'media_us'),
      actor: text(event, 'actor'),
      type: text(event, 'type'),
      ...(body !== undefined && { body: object(body, 'body') }),
    };
  });
  if (events.length === 0) throw new WireError('no events');
  const changes = json['changes'];
  return { type: 'events', events, changes: changes === undefined ? null : readChanges(object(changes, 'changes')) };
}

/** Each list's things have their number; their members are as the schema says, which the server keeps. */
function readChanges(json: Json): Changes {
  const state: Json = {};
  for (const [name, value] of Object.entries(json)) {
    if (name === 'type' || name === 'seq') continue;
    if (SINGLES.has(name)) state[name] = object(value, name);
    else if (name === 'queue') state[name] = list(value, name, THINGS_MAX).map(readWaiting);
    else if (Array.isArray(value)) state[name] = readThings(value, name);
  }
  return state as Changes;
}

function readWaiting(value: unknown): Waiting {
  const waiting = object(value, 'queue');
  return { request: number(waiting, 'request'), timeUs: number(waiting, 'time_us', 0) };
}

function readThings(value: unknown, name: string): Json[] {
  return list(value, name, THINGS_MAX).map((one) => {
    const thing = object(one, name);
    number(thing, 'seq');
    return thing;
  });
}

function readRefusal(json: Json): Answer {
  return { accepted: false, code: text(json, 'code'), message: text(json, 'message'), member: text(json, 'member', '') };
}
