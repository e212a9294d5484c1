import { describe, expect, it } from 'vitest';
import { type BinaryMessage, MESSAGE_MAX_BYTES, parseBinary, WireError } from '../../src/wire/binary.js';
import { fragmentsMessage, initMessage, seeded } from '../data/messages.js';

describe('init', () => {
  it('gives every member', () => {
    const message = parseBinary(
      initMessage({ track: 3, number: 7, timescale: 48_000, width: 0, height: 0, codec: 'mp4a.40.2' }),
    );
    expect(message).toMatchObject({
      kind: 'init',
      init: { track: 3, number: 7, timescale: 48_000, width: 0, height: 0, codec: 'mp4a.40.2' },
    });
    if (message.kind === 'init') expect([...message.init.bytes]).toEqual([0, 0, 0, 8, 0x66, 0x74, 0x79, 0x70]);
  });

  it.each(['', 'avc1"; evil', 'a b', 'é', 'avc1\n'])('refuses the codec %j', (codec) => {
    expect(() => parseBinary(initMessage({ codec }))).toThrow(WireError);
  });

  it('refuses a timescale of zero, a track of zero and one without a segment', () => {
    expect(() => parseBinary(initMessage({ timescale: 0 }))).toThrow(WireError);
    expect(() => parseBinary(initMessage({ track: 0 }))).toThrow(WireError);
    expect(() => parseBinary(initMessage({ bytes: [1, 2, 3] }))).toThrow(WireError);
  });
});

describe('fragments', () => {
  it('gives every member of each, times and sequences beyond 32 bits exactly', () => {
    const message = parseBinary(
      fragmentsMessage([
        {
          track: 1,
          flags: 3,
          init: 2,
          sequence: 9_007_199_254_740_991n,
          timeUs: 3_155_760_000_000_123n,
          captureUtcUs: 1_790_000_000_000_001n,
          durationUs: 33_367,
          bytes: [1, 2, 3],
        },
        { track: 2, flags: 0, timeUs: -5n, bytes: [4] },
      ]),
    );
    if (message.kind !== 'fragments') throw new Error('not fragments');
    const [first, second] = message.fragments;
    expect(first).toMatchObject({
      track: 1,
      keyframe: true,
      discontinuity: true,
      init: 2,
      sequence: 9_007_199_254_740_991,
      timeUs: 3_155_760_000_000_123,
      captureUtcUs: 1_790_000_000_000_001,
      durationUs: 33_367,
    });
    expect([...(first?.bytes ?? [])]).toEqual([1, 2, 3]);
    expect(second).toMatchObject({ track: 2, keyframe: false, discontinuity: false, timeUs: -5 });
    expect([...(second?.bytes ?? [])]).toEqual([4]);
  });

  it('refuses numbers that a double would round', () => {
    expect(() => parseBinary(fragmentsMessage([{ sequence: 2n ** 53n }]))).toThrow(WireError);
    expect(() => parseBinary(fragmentsMessage([{ timeUs: 2n ** 62n }]))).toThrow(WireError);
  });

  it('refuses no fragments, an empty one, and bytes to spare', () => {
    expect(() => parseBinary(fragmentsMessage([]))).toThrow(WireError);
    expect(() => parseBinary(fragmentsMessage([{ bytes: [] }]))).toThrow(WireError);
    const longer = new Uint8Array(fragmentsMessage([{}]).byteLength + 1);
    longer.set(new Uint8Array(fragmentsMessage([{}])));
    expect(() => parseBinary(longer.buffer)).toThrow(/after the last/);
  });

  it('refuses a size that reaches past the end', () => {
    const data = fragmentsMessage([{}]);
    new DataView(data).setUint32(4 + 36, 0xffff_ffff);
    expect(() => parseBinary(data)).toThrow(/cut off/);
  });
});

describe('any bytes', () => {
  const whole = [
    initMessage(),
    fragmentsMessage([{ flags: 1, sequence: 5n }, { track: 2, bytes: [1, 2, 3, 4, 5] }]),
  ];

  it('refuses every message cut off anywhere', () => {
    for (const data of whole) {
      for (let length = 0; length < data.byteLength; length++) {
        if (data === whole[0] && length >= 17 + 11 + 8) continue; // an init ends where the message ends
        expect(() => parseBinary(data.slice(0, length)), `at ${length}`).toThrow(WireError);
      }
    }
  });

  it('ignores kinds of later versions', () => {
    expect(parseBinary(new Uint8Array([9, 1, 2]).buffer)).toEqual({ kind: 'unknown', byte: 9 });
  });

  it('refuses what is empty or too long', () => {
    expect(() => parseBinary(new ArrayBuffer(0))).toThrow(WireError);
    expect(() => parseBinary(new ArrayBuffer(MESSAGE_MAX_BYTES + 1))).toThrow(WireError);
  });

  it('reads or refuses 20,000 damaged messages, never reaching outside of one', () => {
    const random = seeded(20_261);
    for (let i = 0; i < 20_000; i++) {
      const source = whole[i % 2] as ArrayBuffer;
      const bytes = new Uint8Array(source.slice(0, Math.ceil(random() * source.byteLength)));
      for (let hits = Math.floor(random() * 4); hits > 0; hits--) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      let message: BinaryMessage;
      try {
        message = parseBinary(bytes.buffer);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
        continue;
      }
      if (message.kind !== 'fragments') continue;
      const sum = message.fragments.reduce((all, fragment) => all + 40 + fragment.bytes.byteLength, 4);
      expect(sum).toBe(bytes.byteLength);
    }
  });
});
