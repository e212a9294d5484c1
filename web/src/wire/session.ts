/** Who one is towards the server. Pure but for the `Send` it is given. */

import { WireError } from './binary.js';
import { list, number, object, text } from './json.js';

/** A POST of JSON with the site's own cookies; `body` is undefined where the answer is no JSON. */
export type Send = (path: string, body: object) => Promise<{ status: number; body: unknown; retryAfterS: number | null }>;

export type Entry =
  | { link: string }
  | { meeting: string; code: string }
  | { account: string; password: string; code?: string };

export type SessionResult =
  | { ok: true }
  /** `message` is the server's sentence, in the reader's language; empty where it could not be reached. */
  | { ok: false; code: string; message: string; retryAfterS: number | null };

export interface Me {
  principal: string;
  roles: string[];
  /** Of the roster, or 0. */
  person: number;
}

export function enter(send: Send, entry: Entry): Promise<SessionResult> {
  return post(send, '/api/v1/session', entry);
}

export function leave(send: Send): Promise<SessionResult> {
  return post(send, '/api/v1/sign-out', {});
}

/** Gives this browser its cookie as a viewer, where it has none: once before the events socket. */
export function beViewer(send: Send): Promise<SessionResult> {
  return post(send, '/api/v1/viewer', {});
}

/** From the answer of GET /api/v1/me. Throws WireError. */
export function readMe(body: unknown): Me {
  const json = object(body, 'me');
  return {
    principal: text(json, 'principal'),
    roles: list(json['roles'], 'roles', 32).map(String),
    person: number(json, 'person', 0),
  };
}

/** The link's secret in `#…`; null where there is none. */
export function secretIn(hash: string): string | null {
  const secret = hash.replace(/^#/, '');
  return /^[A-Za-z0-9_-]{20,200}$/.test(secret) ? secret : null;
}

async function post(send: Send, path: string, body: object): Promise<SessionResult> {
  let answer;
  try {
    answer = await send(path, body);
  } catch {
    return { ok: false, code: 'unreachable', message: '', retryAfterS: null };
  }
  if (answer.status >= 200 && answer.status < 300) return { ok: true };
  return { ok: false, ...refusal(answer.body), retryAfterS: answer.retryAfterS };
}

function refusal(body: unknown): { code: string; message: string } {
  try {
    const answer = object(body, 'answer');
    const error = answer['error'] === undefined ? answer : object(answer['error'], 'error');
    return { code: text(error, 'code'), message: text(error, 'message', '') };
  } catch (error) {
    if (error instanceof WireError) return { code: 'broken', message: '' };
    throw error;
  }
}
