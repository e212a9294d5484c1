/** What the pages ask of /api/v1, and how its answers are read. Pure but for the `Fetch` it is given. */

import { WireError } from './binary.js';
import type { Fetch } from './environment.js';
import { list, number, object, text } from './json.js';

export type MeetingState = 'idle' | 'live' | 'ended';

export interface Meeting {
  id: string;
  title: string;
  /** BCP 47; of the meeting, not of the reader. */
  language: string;
  state: MeetingState;
  /** Whose meeting; '' where nobody said. */
  body: string;
  /** As announced, UTC, µs; null where nobody said. */
  startsUtcUs: number | null;
  /** UTC at media time 0, µs; null where the server doesn't say. */
  epochUtcUs: number | null;
  /** Of the segments' numbers, µs; 0 where the server doesn't say. */
  gridUs: number;
  /** How late its picture was; empty where nobody said. */
  late: Lateness[];
  /** The track for listening alone: the last of its sounds. */
  soundAlone: string;
}

/** From there on, µs of media time, the picture is known to be so late. */
export interface Lateness {
  fromUs: number;
  delayUs: number;
}

export interface AgendaItem {
  number: string;
  title: string;
  kind: string;
}

/** Why something could not be had; each has its words in the language files. */
export type ApiFailure = 'unreachable' | 'unknown' | 'refused' | 'broken';

export type ApiResult<T> = { ok: true; value: T } | { ok: false; failure: ApiFailure };

const LIST_MAX = 10_000;
/** As the server checks them. */
const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The meeting's ID in a page's path: /m/ID, /embed/ID, /desk/ID and so on. */
export function meetingInPath(path: string): string | null {
  const id = /^\/(?:m|embed|speak|desk|hall|press)\/([^/]+)\/?$/.exec(path)?.[1];
  return id !== undefined && ID.test(id) ? id : null;
}

/** With `drafts` those too that are not announced yet: for staff. */
export function meetings(fetch: Fetch, drafts = false): Promise<ApiResult<Meeting[]>> {
  return get(fetch, `/api/v1/meetings${drafts ? '?drafts=1' : ''}`, (body) =>
    list(object(body, 'answer')['meetings'], 'meetings', LIST_MAX).map(readMeeting),
  );
}

export function meeting(fetch: Fetch, id: string): Promise<ApiResult<Meeting>> {
  return get(fetch, `/api/v1/meetings/${encodeURIComponent(id)}`, readMeeting);
}

export function agenda(fetch: Fetch, id: string): Promise<ApiResult<AgendaItem[]>> {
  return get(fetch, `/api/v1/meetings/${encodeURIComponent(id)}/agenda`, (body) =>
    list(object(body, 'answer')['items'], 'items', LIST_MAX).map(readItem),
  );
}

async function get<T>(fetch: Fetch, path: string, read: (body: unknown) => T): Promise<ApiResult<T>> {
  let answer;
  try {
    answer = await fetch(path);
  } catch {
    return { ok: false, failure: 'unreachable' };
  }
  if (answer.status === 404) return { ok: false, failure: 'unknown' };
  if (answer.status >= 500) return { ok: false, failure: 'unreachable' };
  if (answer.status !== 200) return { ok: false, failure: 'refused' };
  try {
    return { ok: true, value: read(answer.body) };
  } catch (error) {
    if (error instanceof WireError) return { ok: false, failure: 'broken' };
    throw error;
  }
}

function readSoundAlone(value: unknown): string {
  const sounds = (Array.isArray(value) ? value : [])
    .map((track) => object(track, 'track'))
    .filter((track) => track['kind'] === 'audio')
    .map((track) => text(track, 'name', ''))
    .filter((name) => ID.test(name));
  return sounds.at(-1) ?? 'audio';
}

function readLate(value: unknown): Lateness[] {
  return (Array.isArray(value) ? value : []).map((one) => {
    const json = object(one, 'lateness');
    return { fromUs: number(json, 'from_us'), delayUs: number(json, 'delay_us') };
  });
}

function readMeeting(value: unknown): Meeting {
  const json = object(value, 'meeting');
  const id = text(json, 'id');
  if (!ID.test(id)) throw new WireError('id is no id');
  const state = text(json, 'state');
  const epoch = number(json, 'epoch_utc_us', Number.NaN);
  const starts = number(json, 'starts_utc_us', Number.NaN);
  return {
    id,
    title: text(json, 'title', '').trim() || id,
    language: text(json, 'language', 'tr'),
    // A state of a later version is shown as not begun rather than as a broken page.
    state: state === 'live' || state === 'ended' ? state : 'idle',
    body: text(json, 'body', '').trim(),
    startsUtcUs: Number.isNaN(starts) ? null : starts,
    epochUtcUs: Number.isNaN(epoch) ? null : epoch,
    gridUs: Math.max(0, number(json, 'grid_us', 0)),
    late: readLate(json['late']),
    soundAlone: readSoundAlone(json['tracks']),
  };
}

function readItem(value: unknown): AgendaItem {
  const json = object(value, 'item');
  const given = json['number'];
  return {
    number: typeof given === 'number' ? String(given) : text(json, 'number', ''),
    title: text(json, 'title'),
    kind: text(json, 'kind', ''),
  };
}
