import { describe, expect, it } from 'vitest';
import { EMBED_PROTOCOL, originAllowed, readEmbedCommand } from '../../src/wire/embed-message.js';

const say = (message: object) => readEmbedCommand({ protocol: EMBED_PROTOCOL, ...message });

describe('a message of the page around', () => {
  it.each(['hello', 'play', 'pause', 'live'])('%s', (type) => {
    expect(say({ type })).toEqual({ type });
  });

  it('names a moment or an item', () => {
    expect(say({ type: 'seek', media_time_s: 61.5 })).toEqual({ type: 'seek', toS: 61.5 });
    expect(say({ type: 'item', number: '2026/41' })).toEqual({ type: 'item', number: '2026/41' });
  });

  it.each([
    { type: 'seek' },
    { type: 'seek', media_time_s: '61' },
    { type: 'seek', media_time_s: -1 },
    { type: 'seek', media_time_s: Number.NaN },
    { type: 'seek', media_time_s: Infinity },
    { type: 'seek', media_time_s: 1e300 },
    { type: 'item' },
    { type: 'item', number: 4 },
    { type: 'item', number: '' },
    { type: 'item', number: 'x'.repeat(128) },
  ])('that is wrong is refused: %o', (message) => {
    expect(say(message)).toBe('bad_message');
  });

  it.each([{}, { type: 'stop' }, { type: 5 }, { type: '__proto__' }])('that is of another kind is refused: %o', (message) => {
    expect(say(message)).toBe('unknown_type');
  });

  it.each([null, undefined, 5, 'play', [], { type: 'play' }, { protocol: 'meclis.embed.v2', type: 'play' }])(
    'that is not for us is left alone: %o',
    (data) => {
      expect(readEmbedCommand(data)).toBeNull();
    },
  );
});

describe('who may frame us may speak to us', () => {
  const own = 'https://meclis.example';
  it.each([
    ['https://gazete.example', '*'],
    ['null', '*'],
    [own, "'self'"],
    ['https://gazete.example', 'https://gazete.example'],
    ['https://gazete.example', 'HTTPS://Gazete.Example'],
    ['https://gazete.example', 'gazete.example'],
    ['https://gazete.example', 'https://gazete.example/'],
    ['https://gazete.example', 'http://gazete.example'],
    ['https://gazete.example', "'self' https://gazete.example"],
    ['https://a.gazete.example', 'https://*.gazete.example'],
    ['https://a.b.gazete.example', '*.gazete.example'],
    ['https://gazete.example:8443', 'https://gazete.example:8443'],
    ['https://gazete.example:8443', 'https://gazete.example:*'],
    ['https://gazete.example', 'https://gazete.example:443'],
    ['https://gazete.example', 'https:'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('%s by %s', (origin, ancestors) => {
    expect(originAllowed(origin, ancestors, own)).toBe(true);
  });

  it.each([
    ['https://gazete.example', ''],
    ['https://gazete.example', "'none'"],
    ['https://gazete.example', "'self'"],
    ['https://gazete.example', 'https://*.gazete.example'],
    ['https://kotugazete.example', '*.gazete.example'],
    ['https://gazete.example.kotu.example', 'https://gazete.example'],
    ['http://gazete.example', 'https://gazete.example'],
    ['http://gazete.example', 'gazete.example'],
    ['http://gazete.example', 'https:'],
    ['https://gazete.example:8443', 'https://gazete.example'],
    ['https://gazete.example', 'https://gazete.example:8443'],
    ['null', 'https://gazete.example'],
    ['null', "'self'"],
    ['null', 'https:'],
    ['https://gazete.example', 'https://gazete.example/yol'],
    ['https://gazete.example', 'https://gaz*te.example'],
    ['https://gazete.example', '::'],
  ])('not %s by %s', (origin, ancestors) => {
    expect(originAllowed(origin, ancestors, own)).toBe(false);
  });
});
