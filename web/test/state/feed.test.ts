import { beforeEach, describe, expect, it } from 'vitest';
import { type Append, Feed } from '../../src/state/feed.js';
import { decodeSpan, stretchBack } from '../../src/state/stretch.js';
import type { Fragment, Init } from '../../src/wire/binary.js';
import { seeded } from '../data/messages.js';

const VIDEO = 1;
const SMALL = 2;
const AUDIO = 3;
const TIMESCALE = 1_000_000;

let feed: Feed;

beforeEach(() => {
  feed = new Feed();
  feed.hello([
    { id: VIDEO, kind: 'video', name: '720p', bitrateBps: 1 },
    { id: SMALL, kind: 'video', name: '360p', bitrateBps: 1 },
    { id: AUDIO, kind: 'audio', name: 'audio', bitrateBps: 1 },
  ]);
  for (const track of [VIDEO, SMALL, AUDIO]) feed.init(init(track, 1));
});

function init(track: number, number: number, content = track): Init {
  const codec = track === AUDIO ? 'mp4a.40.2' : 'avc1.42e01f';
  return { track, number, timescale: TIMESCALE, width: 0, height: 0, codec, bytes: new Uint8Array([content, number]) };
}

function frame(track: number, sequence: number, more: Partial<Fragment> = {}): Fragment {
  const timeUs = sequence * 40_000;
  return {
    track,
    keyframe: track === AUDIO,
    discontinuity: false,
    init: 1,
    sequence,
    timeUs,
    captureUtcUs: 0,
    durationUs: 40_000,
    bytes: moof(timeUs, 40_000),
    ...more,
  };
}

function said(appends: Append[]): string[] {
  return appends.map((append) =>
    append.kind === 'init' ? `init ${append.media}` : `${append.media} ${append.timeUs / 40_000}`,
  );
}

/** A moof as our fragmenter writes it: one sample, its duration the default of its tfhd. */
function moof(time: number, duration: number, version = 1, samples = 1): Uint8Array<ArrayBuffer> {
  const box = (type: string, content: number[]) => {
    const size = content.length + 8;
    return [...u32(size), ...[...type].map((letter) => letter.charCodeAt(0)), ...content];
  };
  const tfhd = box('tfhd', [...u32(0x020028), ...u32(1), ...u32(duration), ...u32(0)]);
  const high = Math.floor(time / 2 ** 32);
  const tfdt = box('tfdt', version === 1 ? [...u32(1 << 24), ...u32(high), ...u32(time % 2 ** 32)] : [...u32(0), ...u32(time)]);
  const trun = box('trun', [...u32(0x01000201), ...u32(samples), ...u32(0), ...u32(4)]);
  const mfhd = box('mfhd', [...u32(0), ...u32(1)]);
  const traf = box('traf', [...tfhd, ...tfdt, ...trun]);
  return new Uint8Array([...box('moof', [...mfhd, ...traf]), ...box('mdat', [1, 2, 3, 4])]);
}

function u32(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

describe('the feed', () => {
  it('begins at a keyframe, each with its init', () => {
    expect(said(feed.fragments([frame(VIDEO, 5), frame(AUDIO, 5)]))).toEqual(['init audio', 'audio 5']);
    expect(said(feed.fragments([frame(VIDEO, 6, { keyframe: true })]))).toEqual(['init video', 'video 6']);
    expect(said(feed.fragments([frame(VIDEO, 7), frame(AUDIO, 6)]))).toEqual(['audio 6', 'video 7']);
    expect(feed.newest).toEqual({ video: 7, audio: 6 });
  });

  it('takes nothing twice, in a new connection neither', () => {
    feed.fragments([frame(VIDEO, 5, { keyframe: true }), frame(VIDEO, 6)]);
    feed.hello([{ id: VIDEO, kind: 'video', name: '720p', bitrateBps: 1 }]);
    feed.init(init(VIDEO, 1));
    const again = [frame(VIDEO, 5, { keyframe: true }), frame(VIDEO, 6), frame(VIDEO, 7)];
    expect(said(feed.fragments(again))).toEqual(['video 7']);
  });

  it('waits for a keyframe after a hole in the sequence', () => {
    feed.fragments([frame(VIDEO, 5, { keyframe: true }), frame(AUDIO, 5)]);
    expect(said(feed.fragments([frame(VIDEO, 7), frame(AUDIO, 7)]))).toEqual(['audio 7']);
    expect(said(feed.fragments([frame(VIDEO, 8)]))).toEqual([]);
    expect(said(feed.fragments([frame(VIDEO, 9, { keyframe: true })]))).toHaveLength(1);
  });

  it('changes the rendition with its init, and back again, though a keyframe came already', () => {
    feed.fragments([frame(VIDEO, 5, { keyframe: true })]);
    expect(said(feed.fragments([frame(SMALL, 6, { keyframe: true })]))).toEqual(['init video', 'video 6']);
    expect(said(feed.fragments([frame(VIDEO, 6)]))).toEqual([]);
    expect(said(feed.fragments([frame(VIDEO, 7, { keyframe: true })]))).toEqual(['init video', 'video 7']);
  });

  it('renews the init when parameters change, and only then', () => {
    feed.fragments([frame(VIDEO, 5, { keyframe: true })]);
    feed.init(init(VIDEO, 2, 99));
    expect(said(feed.fragments([frame(VIDEO, 6, { init: 2, keyframe: true })]))).toEqual(['init video', 'video 6']);
    feed.init(init(VIDEO, 3, 99));
    const same = { ...init(VIDEO, 3), bytes: new Uint8Array([99, 2]) };
    feed.init(same);
    expect(said(feed.fragments([frame(VIDEO, 7, { init: 3 })]))).toEqual(['video 7']);
  });

  it('drops what it cannot decode: a track unknown, an init that never came', () => {
    expect(feed.fragments([frame(9, 1, { keyframe: true }), frame(VIDEO, 1, { init: 8, keyframe: true })])).toEqual([]);
  });

  it('needs everything again after a reset', () => {
    feed.fragments([frame(VIDEO, 5, { keyframe: true })]);
    feed.reset();
    expect(said(feed.fragments([frame(VIDEO, 5, { keyframe: true })]))).toEqual(['init video', 'video 5']);
  });

  it('keeps few inits of a server that sends many', () => {
    for (let number = 2; number < 1_000; number++) feed.init(init(VIDEO, number));
    expect(feed.fragments([frame(VIDEO, 1, { init: 1, keyframe: true })])).toEqual([]);
    expect(feed.fragments([frame(VIDEO, 2, { init: 999, keyframe: true })])).toHaveLength(2);
  });
});

describe('a picture that was skipped forward', () => {
  const before = () => {
    feed.fragments([frame(VIDEO, 10, { keyframe: true }), frame(AUDIO, 10)]);
    feed.fragments([frame(VIDEO, 11), frame(AUDIO, 11)]);
  };

  it('shows the next keyframe from the beginning of its hole, while speech goes on', () => {
    before();
    for (let i = 12; i < 30; i++) feed.fragments([frame(AUDIO, i)]);
    const [append] = feed.fragments([frame(VIDEO, 30, { keyframe: true }), frame(AUDIO, 30)]).slice(-1);
    expect(append).toMatchObject({ timeUs: 12 * 40_000, durationUs: 19 * 40_000 });
    if (append?.kind !== 'media') throw new Error('no media');
    expect([...append.bytes]).toEqual([...moof(12 * 40_000, 19 * 40_000)]);
  });

  it('is so too when its sound comes in the same message, and after it', () => {
    before();
    const late = [frame(VIDEO, 30, { keyframe: true })];
    for (let i = 12; i <= 30; i++) late.push(frame(AUDIO, i));
    expect(feed.fragments(late).at(-1)).toMatchObject({ media: 'video', timeUs: 12 * 40_000 });
  });

  it('is left alone where the sound has the same hole', () => {
    before();
    const back = [frame(VIDEO, 30, { keyframe: true }), frame(AUDIO, 30)];
    expect(feed.fragments(back).at(-1)).toMatchObject({ timeUs: 30 * 40_000, durationUs: 40_000 });
  });
});

describe('a frame that its encoder left out', () => {
  it('is covered by the next one, keyframe or not, though its sound has not come yet', () => {
    feed.fragments([frame(VIDEO, 10, { keyframe: true }), frame(AUDIO, 7)]);
    const timeUs = 14 * 40_000;
    const [next] = feed.fragments([frame(VIDEO, 11, { timeUs, bytes: moof(timeUs, 40_000) })]);
    expect(next).toMatchObject({ timeUs: 11 * 40_000, durationUs: 4 * 40_000 });
    const after = 15 * 40_000;
    const [plain] = feed.fragments([frame(VIDEO, 12, { timeUs: after, bytes: moof(after, 40_000) })]);
    expect(plain).toMatchObject({ timeUs: after, durationUs: 40_000 });
  });

  it('is not seen where frames only come in another order than they are shown', () => {
    feed.fragments([frame(VIDEO, 10, { keyframe: true })]);
    // Shown 120 ms on, decoded next.
    const ahead = frame(VIDEO, 11, { timeUs: 14 * 40_000 });
    expect(feed.fragments([ahead])).toMatchObject([{ timeUs: 14 * 40_000, bytes: ahead.bytes }]);
  });
});

describe('stretching', () => {
  it('moves the time back and makes it longer, in both versions, beyond 32 bits', () => {
    expect([...(stretchBack(moof(500, 40), 100) ?? [])]).toEqual([...moof(400, 140)]);
    expect([...(stretchBack(moof(500, 40, 0), 100) ?? [])]).toEqual([...moof(400, 140, 0)]);
    expect([...(stretchBack(moof(2 ** 45, 40), 7) ?? [])]).toEqual([...moof(2 ** 45 - 7, 47)]);
  });

  it('leaves the original alone', () => {
    const original = moof(500, 40);
    stretchBack(original, 100);
    expect([...original]).toEqual([...moof(500, 40)]);
  });

  it('refuses what would begin before zero, and fragments of several frames', () => {
    expect(stretchBack(moof(50, 40), 100)).toBeNull();
    expect(stretchBack(moof(500, 40, 1, 2), 100)).toBeNull();
  });

  it('changes or refuses damaged fragments, and never throws', () => {
    const random = seeded(5);
    for (let i = 0; i < 20_000; i++) {
      const bytes = moof(500, 40).slice(0, Math.floor(random() * 140));
      for (let hits = 0; hits < 3 && bytes.length > 0; hits++) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      decodeSpan(bytes);
      const changed = stretchBack(bytes, 100);
      if (changed) expect(changed.length).toBe(bytes.length);
    }
  });
});
