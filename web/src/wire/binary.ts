/**
 * The binary messages of the media socket (docs/protocol.md), read strictly: a message that is cut
 * off, has bytes to spare or numbers out of range is refused whole. Pure.
 */

/** One moof + mdat of one track. The bytes are a view of the message, not a copy. */
export interface Fragment {
  track: number;
  keyframe: boolean;
  discontinuity: boolean;
  init: number;
  sequence: number;
  /** Media time of its presentation, µs. */
  timeUs: number;
  /** UTC at which it was captured, µs. */
  captureUtcUs: number;
  durationUs: number;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface Init {
  track: number;
  number: number;
  timescale: number;
  width: number;
  height: number;
  codec: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export type BinaryMessage =
  | { kind: 'init'; init: Init }
  | { kind: 'fragments'; fragments: Fragment[] }
  /** A kind of a later version: to be ignored. */
  | { kind: 'unknown'; byte: number };

export class WireError extends Error {
  override name = 'WireError';
}

/** No track has an id above this; more is a damaged message. */
export const TRACK_MAX = 255;
/** One message at the most: a keyframe of 8 MiB with its sound. */
export const MESSAGE_MAX_BYTES = 16 << 20;
const INIT_MAX_BYTES = 1 << 20;

const KIND_INIT = 1;
const KIND_FRAGMENTS = 2;
const FLAG_KEYFRAME = 1;
const FLAG_DISCONTINUITY = 2;
const INIT_HEADER_BYTES = 17;
const FRAGMENT_HEADER_BYTES = 40;

export function parseBinary(data: ArrayBuffer): BinaryMessage {
  if (data.byteLength === 0) throw new WireError('empty message');
  if (data.byteLength > MESSAGE_MAX_BYTES) throw new WireError('message too long');
  const view = new DataView(data);
  const kind = view.getUint8(0);
  if (kind === KIND_INIT) return { kind: 'init', init: parseInit(data, view) };
  if (kind === KIND_FRAGMENTS) return { kind: 'fragments', fragments: parseFragments(data, view) };
  return { kind: 'unknown', byte: kind };
}

function parseInit(data: ArrayBuffer, view: DataView): Init {
  need(view, 0, INIT_HEADER_BYTES);
  const codecBytes = view.getUint8(16);
  need(view, INIT_HEADER_BYTES, codecBytes + 8);
  const rest = INIT_HEADER_BYTES + codecBytes;
  if (data.byteLength - rest > INIT_MAX_BYTES) throw new WireError('init too long');
  return {
    track: trackAt(view, 1),
    number: view.getUint32(4),
    timescale: nonZero(view.getUint32(8), 'timescale'),
    width: view.getUint16(12),
    height: view.getUint16(14),
    codec: codecAt(data, INIT_HEADER_BYTES, codecBytes),
    bytes: new Uint8Array(data, rest),
  };
}

function parseFragments(data: ArrayBuffer, view: DataView): Fragment[] {
  need(view, 0, 4);
  const count = nonZero(view.getUint8(1), 'count of fragments');
  const fragments: Fragment[] = [];
  let at = 4;
  for (let i = 0; i < count; i++) {
    need(view, at, FRAGMENT_HEADER_BYTES);
    const size = nonZero(view.getUint32(at + 36), 'size of a fragment');
    need(view, at + FRAGMENT_HEADER_BYTES, size);
    fragments.push(parseFragment(data, view, at, size));
    at += FRAGMENT_HEADER_BYTES + size;
  }
  if (at !== data.byteLength) throw new WireError('bytes after the last fragment');
  return fragments;
}

function parseFragment(data: ArrayBuffer, view: DataView, at: number, size: number): Fragment {
  const flags = view.getUint8(at + 1);
  return {
    track: trackAt(view, at),
    keyframe: (flags & FLAG_KEYFRAME) !== 0,
    discontinuity: (flags & FLAG_DISCONTINUITY) !== 0,
    init: view.getUint32(at + 4),
    sequence: safe(view.getUint32(at + 8), view.getUint32(at + 12)),
    timeUs: safe(view.getInt32(at + 16), view.getUint32(at + 20)),
    captureUtcUs: safe(view.getInt32(at + 24), view.getUint32(at + 28)),
    durationUs: view.getUint32(at + 32),
    bytes: new Uint8Array(data, at + FRAGMENT_HEADER_BYTES, size),
  };
}

function need(view: DataView, at: number, bytes: number): void {
  if (view.byteLength - at < bytes) throw new WireError('message cut off');
}

function nonZero(value: number, what: string): number {
  if (value === 0) throw new WireError(`no ${what}`);
  return value;
}

function trackAt(view: DataView, at: number): number {
  return nonZero(view.getUint8(at), 'track');
}

/** 64 bits as a number; µs stay exact for 285 years, what is beyond is no time of ours. */
function safe(high: number, low: number): number {
  const value = high * 2 ** 32 + low;
  if (!Number.isSafeInteger(value)) throw new WireError('number out of range');
  return value;
}

/** RFC 6381 is printable ASCII; a quote would break out of the MIME type it is put into. */
function codecAt(data: ArrayBuffer, at: number, bytes: number): string {
  const codec = String.fromCharCode(...new Uint8Array(data, at, bytes));
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(codec)) throw new WireError('codec is no codec');
  return codec;
}
