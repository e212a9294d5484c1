/** What an embedded player and the page around it say to each other: docs/protocol.md, "The embedded player". Pure. */

import { number, object, text } from './json.js';

export const EMBED_PROTOCOL = 'meclis.embed.v1';

/** What the page around may say. */
export type EmbedCommand =
  | { type: 'hello' }
  | { type: 'play' }
  | { type: 'pause' }
  | { type: 'live' }
  /** To a second of media time. */
  | { type: 'seek'; toS: number }
  /** To where an item of the agenda begins. */
  | { type: 'item'; number: string };

export type EmbedRefusal = 'not_found' | 'bad_message' | 'too_fast' | 'unknown_type';

/** Longer than any broadcast. */
const MAX_S = 1e7;
const NUMBER_MAX = 127;

/** null: none of ours, to be left alone. Whoever speaks to us in vain is told so. */
export function readEmbedCommand(data: unknown): EmbedCommand | EmbedRefusal | null {
  if (typeof data !== 'object' || data === null) return null;
  const { protocol, type } = data as Record<string, unknown>;
  if (protocol !== EMBED_PROTOCOL) return null;
  if (type === 'hello' || type === 'play' || type === 'pause' || type === 'live') return { type };
  if (type !== 'seek' && type !== 'item') return 'unknown_type';
  try {
    const json = object(data, 'message');
    if (type === 'item') {
      const asked = text(json, 'number');
      return asked.length > 0 && asked.length <= NUMBER_MAX ? { type, number: asked } : 'bad_message';
    }
    const toS = number(json, 'media_time_s');
    return toS >= 0 && toS <= MAX_S ? { type, toS } : 'bad_message';
  } catch {
    return 'bad_message';
  }
}

/**
 * Whether a page of `origin` may frame us, by the list that Content-Security-Policy's frame-ancestors has too
 * (CSP 3, 6.7.2.8, without paths). What is not understood allows nobody.
 */
export function originAllowed(origin: string, ancestors: string, own: string): boolean {
  return ancestors.split(/\s+/).some((source) => source !== '' && matches(source, origin, own));
}

function matches(source: string, origin: string, own: string): boolean {
  if (source === '*') return true;
  if (source === "'self'") return origin === own;
  let from: URL;
  let home: URL;
  try {
    [from, home] = [new URL(origin), new URL(own)];
  } catch {
    return false; // "null": a sandboxed page, a file
  }
  if (/^[a-z][a-z0-9+.-]*:$/i.test(source)) return sameScheme(source.toLowerCase(), from.protocol);
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d+|\*))?\/?$/i.exec(source);
  if (!parts) return false;
  const [, scheme, host = '', port] = parts;
  return (
    sameScheme(scheme ? `${scheme.toLowerCase()}:` : home.protocol, from.protocol) &&
    sameHost(host.toLowerCase(), from.hostname) &&
    samePort(port, from)
  );
}

/** Plain HTTP's secure form is as good. */
function sameScheme(wanted: string, is: string): boolean {
  return wanted === is || (wanted === 'http:' && is === 'https:');
}

function sameHost(wanted: string, is: string): boolean {
  if (wanted === '*') return true;
  return wanted.startsWith('*.') ? is.endsWith(wanted.slice(1)) : wanted === is;
}

/** A URL has no port where it is its scheme's own. */
function samePort(wanted: string | undefined, from: URL): boolean {
  if (wanted === '*') return true;
  const own = from.protocol === 'https:' ? '443' : '80';
  const is = from.port || own;
  return wanted === undefined ? is === own : wanted === is || (wanted === '80' && is === '443');
}
