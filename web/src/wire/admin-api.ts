/** What the administration asks of /api/v1. Pure but for the `Fetch` or `Send` it is given. */

import type { Fetch } from './environment.js';
import { list, object, text } from './json.js';
import { type Failure, type Me, post, readMe, type Send } from './session.js';

export const bodyKinds = ['council', 'commission', 'city_assembly', 'neighbourhood', 'women', 'youth', 'children', 'disabled', 'seniors'] as const;
export type BodyKind = (typeof bodyKinds)[number];

export interface Room {
  id: string;
  title: string;
  /** Where its encoder sends, and the key; '' where it has none, or not for the asker. */
  encoder: string;
  key: string;
}

export interface Wanted {
  id: string;
  title: string;
  room: string;
  like: string;
  carry: boolean;
  startsUtcUs: number;
}

const at = (meeting: string) => `/api/v1/meetings/${encodeURIComponent(meeting)}`;

export const setUp = (send: Send, key: string, account: string, password: string) => post(send, '/api/v1/setup', { key, account, password });

/** null: nobody is signed in by an account, or the server can't be reached. */
export async function whoAmI(fetch: Fetch): Promise<Me | null> {
  try {
    const { status, body } = await fetch('/api/v1/me');
    return status === 200 ? readMe(body) : null;
  } catch {
    return null;
  }
}

/** null where the asker may not make meetings, too. */
export async function rooms(fetch: Fetch): Promise<Room[] | null> {
  try {
    const { status, body } = await fetch('/api/v1/rooms');
    if (status !== 200) return null;
    return list(object(body, 'answer')['rooms'], 'rooms', 1024).map((value) => {
      const json = object(value, 'room');
      return { id: text(json, 'id'), title: text(json, 'title', ''), encoder: text(json, 'encoder', ''), key: text(json, 'key', '') };
    });
  } catch {
    return null;
  }
}

export function makeMeeting(send: Send, wanted: Wanted): Promise<{ ok: true; body: unknown } | Failure> {
  return post(send, '/api/v1/meetings', {
    id: wanted.id,
    title: wanted.title,
    ...(wanted.room !== '' && { room: wanted.room }),
    ...(wanted.like !== '' && { like: wanted.like, carry: wanted.carry }),
    ...(wanted.startsUtcUs > 0 && { starts_utc_us: wanted.startsUtcUs }),
  });
}

export function command(send: Send, meeting: string, id: string, name: string, args?: object): Promise<{ ok: true; body: unknown } | Failure> {
  return post(send, `${at(meeting)}/commands`, { id, name, ...(args && { args }) });
}

export function importAgenda(send: Send, meeting: string, id: string, items: readonly { number: string; title: string }[]): Promise<{ ok: true; body: unknown } | Failure> {
  return post(send, `${at(meeting)}/agenda?id=${encodeURIComponent(id)}`, { items: items.map(({ number, title }) => ({ number, title, kind: 'ordinary' })) });
}

/** The address that the link's owner opens, of this site; '' where the answer holds none. */
export async function makeLink(send: Send, meeting: string, role: 'chair' | 'clerk'): Promise<{ ok: true; address: string } | Failure> {
  const result = await post(send, `${at(meeting)}/links`, { role });
  if (!result.ok) return result;
  try {
    return { ok: true, address: `/desk/${meeting}#${text(object(result.body, 'link'), 'link')}` };
  } catch {
    return { ok: false, code: 'broken', message: '', retryAfterS: null };
  }
}

/** Of the meeting as everybody may see it: the agenda's numbers, and whether it was announced. */
export async function prepared(fetch: Fetch, meeting: string): Promise<{ numbers: string[]; announced: boolean } | null> {
  try {
    const { status, body } = await fetch(`${at(meeting)}/state`);
    if (status !== 200) return null;
    const answer = object(body, 'answer');
    const state = answer['state'] === undefined ? answer : object(answer['state'], 'state');
    const numbers = list(state['items'] ?? [], 'items', 10_000).map((item) => text(object(item, 'item'), 'number', ''));
    return { numbers, announced: text(object(state['sitting'], 'sitting'), 'state', 'draft') !== 'draft' };
  } catch {
    return null;
  }
}
