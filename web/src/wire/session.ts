/** Who one is towards the server. Pure but for the `Send` it is given. */

import { WireError } from './binary.js';
import { list, number, object, text } from './json.js';

/** A POST of JSON with the site's own cookies; `body` is undefined where the answer is no JSON. */
export type Send = (path: string, body: object) => Promise<{ status: number; body: unknown; retryAfterS: number | null }>;

export type Entry =
  | { link: string }
  | { meeting: string; code: string }
  | { account: string; password: string; code?: string };

/** `message` is the server's sentence, in the reader's language; empty where it could not be reached. */
export type Failure = { ok: false; code: string; message: string; retryAfterS: number | null };

export type SessionResult = { ok: true } | Failure;

/** `others`: the sessions that this browser still has: of an account, and one for each other meeting entered by a link. */
export type LeaveResult = { ok: true; others: number } | Failure;

export interface Me {
  principal: string;
  roles: string[];
  /** Of the roster, or 0. */
  person: number;
}

export function enter(send: Send, entry: Entry): Promise<SessionResult> {
  return post(send, '/api/v1/session', entry);
}

/** Ends the session that counts in the meeting, or all of this browser's (null). */
export async function leave(send: Send, meeting: string | null): Promise<LeaveResult> {
  const query = meeting === null ? '' : `?meeting=${encodeURIComponent(meeting)}`;
  const result = await post(send, `/api/v1/sign-out${query}`, {});
  return result.ok ? { ok: true, others: left(result.body) } : result;
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

function left(body: unknown): number {
  return typeof body === 'object' && body !== null && 'sessions' in body && typeof body.sessions === 'number' ? body.sessions : 0;
}

/** Says something to the server; a refusal comes with its sentence. */
export async function post(send: Send, path: string, body: object): Promise<{ ok: true; body: unknown } | Failure> {
  let answer;
  try {
    answer = await send(path, body);
  } catch {
    return { ok: false, code: 'unreachable', message: '', retryAfterS: null };
  }
  if (answer.status >= 200 && answer.status < 300) return { ok: true, body: answer.body };
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
