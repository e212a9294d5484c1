/** What the archive asks of /api/v1/search. Pure but for the `Fetch` it is given. */

import { WireError } from './binary.js';
import type { ApiResult } from './api.js';
import type { Fetch } from './environment.js';
import { flag, list, number, object, text } from './json.js';

export const foundKinds = ['meeting', 'item', 'decision', 'document', 'question', 'turn', 'vote', 'motion'] as const;
export type FoundKind = (typeof foundKinds)[number];

export interface Found {
  meeting: string;
  title: string;
  body: string;
  language: string;
  /** When the meeting was, UTC, µs; null: not known. */
  atUtcUs: number | null;
  kind: FoundKind;
  /** Its second in the recording, µs; null: none. */
  mediaUs: number | null;
  item: string;
  person: string;
  /** Every other piece, from the second, is what was looked for. */
  text: string[];
  more: string[];
  address: string;
  clip: string;
}

export interface Wish {
  words: string;
  body: string;
  year: string;
  kind: string;
  person: string;
}

export interface FoundAll {
  hits: Found[];
  words: number;
  more: boolean;
}

const HITS_MAX = 1000;
const PIECES_MAX = 400;

export function addressOf(wish: Wish, after: number): string {
  const query = new URLSearchParams({ q: wish.words });
  for (const name of ['body', 'year', 'kind', 'person'] as const) if (wish[name] !== '') query.set(name, wish[name]);
  if (after > 0) query.set('after', String(after));
  return `/api/v1/search?${query.toString()}`;
}

export async function search(fetch: Fetch, wish: Wish, after = 0): Promise<ApiResult<FoundAll>> {
  let answer;
  try {
    answer = await fetch(addressOf(wish, after));
  } catch {
    return { ok: false, failure: 'unreachable' };
  }
  if (answer.status >= 500) return { ok: false, failure: 'unreachable' };
  if (answer.status !== 200) return { ok: false, failure: 'refused' };
  try {
    const body = object(answer.body, 'answer');
    return { ok: true, value: { hits: list(body['hits'], 'hits', HITS_MAX).map(readFound), words: number(body, 'words'), more: flag(body, 'more') } };
  } catch (error) {
    if (error instanceof WireError) return { ok: false, failure: 'broken' };
    throw error;
  }
}

function pieces(value: unknown): string[] {
  return list(value, 'pieces', PIECES_MAX).map((piece) => {
    if (typeof piece !== 'string') throw new WireError('a piece is no text');
    return piece;
  });
}

function readFound(value: unknown): Found {
  const json = object(value, 'hit');
  const kind = foundKinds.find((one) => one === json['kind']);
  if (!kind) throw new WireError('kind is not known');
  const address = text(json, 'address');
  const clip = text(json, 'clip');
  // What is opened is of this site.
  if (!address.startsWith('/m/') || (clip !== '' && !clip.startsWith('/api/'))) throw new WireError('an address leads elsewhere');
  const at = number(json, 'at_utc_us');
  return {
    meeting: text(json, 'meeting'),
    title: text(json, 'title'),
    body: text(json, 'body'),
    language: text(json, 'language'),
    atUtcUs: at === 0 ? null : at,
    kind,
    mediaUs: json['media_us'] === null ? null : number(json, 'media_us'),
    item: text(json, 'item'),
    person: text(json, 'person'),
    text: pieces(json['text']),
    more: pieces(json['more']),
    address,
    clip,
  };
}
