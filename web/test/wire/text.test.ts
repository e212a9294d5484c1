import { describe, expect, it } from 'vitest';
import { parseText, reportMessage, selectMessage } from '../../src/wire/text.js';
import { WireError } from '../../src/wire/binary.js';

const hello = {
  type: 'hello',
  protocol: 'meclis.media.v1',
  meeting: 'demo',
  live: true,
  server_utc_us: 1_790_000_000_000_000,
  media_time_us: 12_345_678,
  tracks: [
    { id: 1, kind: 'video', name: '720p', bitrate_bps: 1_500_000 },
    { id: 3, kind: 'audio', name: 'audio', bitrate_bps: 48_000 },
    { id: 4, kind: 'captions', name: 'tr' },
  ],
  rendition: '720p',
};

describe('text messages', () => {
  it('reads hello, leaving out tracks of kinds unknown', () => {
    expect(parseText(JSON.stringify(hello))).toEqual({
      type: 'hello',
      meeting: 'demo',
      live: true,
      serverUtcUs: 1_790_000_000_000_000,
      mediaTimeUs: 12_345_678,
      tracks: [
        { id: 1, kind: 'video', name: '720p', bitrateBps: 1_500_000 },
        { id: 3, kind: 'audio', name: 'audio', bitrateBps: 48_000 },
      ],
      rendition: '720p',
    });
  });

  it.each([
    ['{"type":"rendition","rendition":"360p","reason":"slow"}', { type: 'rendition', rendition: '360p', reason: 'slow' }],
    ['{"type":"skip","from_us":1,"to_us":2}', { type: 'skip', fromUs: 1, toUs: 2 }],
    ['{"type":"state","live":false}', { type: 'state', live: false }],
    ['{"type":"of-tomorrow"}', null],
    ['{}', null],
  ])('reads %s', (source, message) => {
    expect(parseText(source)).toEqual(message);
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '"hello"',
    '{"type":"state"}',
    '{"type":"state","live":1}',
    '{"type":"skip","from_us":"1","to_us":2}',
    '{"type":"hello"}',
    JSON.stringify({ ...hello, tracks: {} }),
    JSON.stringify({ ...hello, tracks: [{ kind: 'video' }] }),
    JSON.stringify({ ...hello, tracks: Array.from({ length: 65 }, () => hello.tracks[0]) }),
  ])('refuses %s', (source) => {
    expect(() => parseText(source)).toThrow(WireError);
  });

  it('writes reports and wishes', () => {
    expect(JSON.parse(reportMessage({ videoSequence: 5, audioSequence: 6, bufferedUs: -3.2 }))).toEqual({
      type: 'report',
      video_sequence: 5,
      audio_sequence: 6,
      buffered_us: 0,
    });
    expect(JSON.parse(selectMessage('360p', true))).toEqual({ type: 'select', rendition: '360p', video: true });
  });
});
