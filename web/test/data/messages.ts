/** Builds binary messages of the media socket from their members, as docs/protocol.md lays them out. */

export interface FragmentParts {
  track?: number;
  flags?: number;
  init?: number;
  sequence?: bigint;
  timeUs?: bigint;
  captureUtcUs?: bigint;
  durationUs?: number;
  bytes?: number[];
}

export interface InitParts {
  track?: number;
  number?: number;
  timescale?: number;
  width?: number;
  height?: number;
  codec?: string;
  bytes?: number[];
}

export function initMessage(parts: InitParts = {}): ArrayBuffer {
  const codec = [...(parts.codec ?? 'avc1.42e01f')].map((letter) => letter.charCodeAt(0));
  const bytes = parts.bytes ?? [0, 0, 0, 8, 0x66, 0x74, 0x79, 0x70];
  const data = new ArrayBuffer(17 + codec.length + bytes.length);
  const view = new DataView(data);
  view.setUint8(0, 1);
  view.setUint8(1, parts.track ?? 1);
  view.setUint32(4, parts.number ?? 1);
  view.setUint32(8, parts.timescale ?? 90_000);
  view.setUint16(12, parts.width ?? 1280);
  view.setUint16(14, parts.height ?? 720);
  view.setUint8(16, codec.length);
  new Uint8Array(data).set([...codec, ...bytes], 17);
  return data;
}

export function fragmentsMessage(parts: FragmentParts[]): ArrayBuffer {
  const sizes = parts.map((part) => 40 + (part.bytes?.length ?? 8));
  const data = new ArrayBuffer(4 + sizes.reduce((sum, size) => sum + size, 0));
  const view = new DataView(data);
  view.setUint8(0, 2);
  view.setUint8(1, parts.length);
  let at = 4;
  for (const part of parts) {
    const bytes = part.bytes ?? [0, 0, 0, 8, 0x6d, 0x6f, 0x6f, 0x66];
    view.setUint8(at, part.track ?? 1);
    view.setUint8(at + 1, part.flags ?? 0);
    view.setUint32(at + 4, part.init ?? 1);
    view.setBigUint64(at + 8, part.sequence ?? 1n);
    view.setBigInt64(at + 16, part.timeUs ?? 0n);
    view.setBigInt64(at + 24, part.captureUtcUs ?? 0n);
    view.setUint32(at + 32, part.durationUs ?? 40_000);
    view.setUint32(at + 36, bytes.length);
    new Uint8Array(data).set(bytes, at + 40);
    at += 40 + bytes.length;
  }
  return data;
}

/** A generator of numbers in [0, 1) that begins the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
