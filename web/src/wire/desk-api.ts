/** What a desk asks of /api/v1: how the broadcast and its sources do, a code to read out. Pure but for the `Fetch` or `Send` it is given. */

import { WireError } from './binary.js';
import type { Fetch } from './environment.js';
import { flag, list, number, object, text } from './json.js';
import { type Failure, post, type Send } from './session.js';

export interface Health {
  live: boolean;
  /** A source's id; empty: the slate, or nothing. */
  onAir: string;
  viewers: number;
  recording: 'off' | 'on' | 'full' | 'failed';
  recordingWanted: boolean;
}

export interface Source {
  id: string;
  kind: string;
  state: string;
  onAir: boolean;
  /** A sentence in the meeting's language; empty where all is well. */
  reason: string;
}

export interface Sources {
  sources: Source[];
  /** Two of them can stand in the picture. */
  layouts: boolean;
}

const SOURCES_MAX = 64;
const RECORDING: ReadonlyArray<Health['recording']> = ['off', 'on', 'full', 'failed'];

export function health(fetch: Fetch, meeting: string): Promise<Health | null> {
  return get(fetch, `/api/v1/meetings/${encodeURIComponent(meeting)}`, (body) => {
    const json = object(body, 'meeting');
    const recording = object(json['recording'], 'recording');
    const state = text(recording, 'state', 'off');
    return {
      live: text(json, 'state') === 'live',
      onAir: text(json, 'on_air', ''),
      viewers: number(json, 'viewers', 0),
      recording: RECORDING.find((known) => known === state) ?? 'off',
      recordingWanted: flag(recording, 'wanted'),
    };
  });
}

/** null where the asker may not read them, too. */
export function sources(fetch: Fetch, meeting: string): Promise<Sources | null> {
  return get(fetch, `/api/v1/meetings/${encodeURIComponent(meeting)}/sources`, (body) => {
    const answer = object(body, 'answer');
    return {
      layouts: flag(answer, 'layouts'),
      sources: list(answer['sources'], 'sources', SOURCES_MAX).map((value) => {
        const json = object(value, 'source');
        return {
          id: text(json, 'id'),
          kind: text(json, 'kind', ''),
          state: text(json, 'state', 'unknown'),
          onAir: flag(json, 'on_air'),
          reason: text(json, 'reason', ''),
        };
      }),
    };
  });
}

/** Six digits to read out to whose link it is: good once, until then. */
export type CodeResult = { ok: true; code: string; untilUtcUs: number } | Failure;

export async function readOutCode(send: Send, meeting: string, principal: string): Promise<CodeResult> {
  const path = `/api/v1/meetings/${encodeURIComponent(meeting)}/links/${encodeURIComponent(principal)}/code`;
  const result = await post(send, path, {});
  if (!result.ok) return result;
  try {
    const json = object(result.body, 'code');
    return { ok: true, code: text(json, 'code'), untilUtcUs: number(json, 'until_utc_us') };
  } catch (error) {
    if (error instanceof WireError) return { ok: false, code: 'broken', message: '', retryAfterS: null };
    throw error;
  }
}

async function get<T>(fetch: Fetch, path: string, read: (body: unknown) => T): Promise<T | null> {
  let answer;
  try {
    answer = await fetch(path);
  } catch {
    return null;
  }
  if (answer.status !== 200) return null;
  try {
    return read(answer.body);
  } catch (error) {
    if (error instanceof WireError) return null;
    throw error;
  }
}
