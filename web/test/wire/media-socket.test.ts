import { beforeEach, describe, expect, it } from 'vitest';
import { retryDelayMs } from '../../src/wire/backoff.js';
import { MediaSocket } from '../../src/wire/media-socket.js';
import { fragmentsMessage, initMessage, seeded } from '../data/messages.js';
import { helloText, TestClock, TestNet } from '../data/world.js';

let clock: TestClock;
let net: TestNet;
let heard: string[];
let socket: MediaSocket;

beforeEach(() => {
  clock = new TestClock();
  net = new TestNet();
  heard = [];
  socket = new MediaSocket({
    url: 'wss://here/ws/demo/media',
    clock,
    open: net.open,
    report: () => ({ videoSequence: 1, audioSequence: 2, bufferedUs: 3 }),
    events: {
      hello: (hello) => void heard.push(`hello ${hello.live}`),
      message: (message) => void heard.push(message.type),
      init: (init) => void heard.push(`init ${init.track}`),
      fragments: (fragments) => void heard.push(`fragments ${fragments.length}`),
      lost: (greeted) => void heard.push(`lost ${greeted}`),
    },
  });
});

function greet(live = true): void {
  net.last.events.open();
  net.last.events.text(helloText(live));
}

describe('a connection', () => {
  it('passes on what comes, and reports each second', () => {
    socket.open();
    expect(net.last).toMatchObject({ url: 'wss://here/ws/demo/media', protocol: 'meclis.media.v1' });
    greet();
    net.last.events.binary(initMessage());
    net.last.events.binary(fragmentsMessage([{}, {}]));
    net.last.events.text('{"type":"skip","from_us":1,"to_us":2}');
    net.last.events.binary(new Uint8Array([77]).buffer);
    expect(heard).toEqual(['hello true', 'init 1', 'fragments 2', 'skip']);
    clock.turn(2_500);
    expect(net.last.sent).toHaveLength(2);
  });

  it('carries a wish to the next connection', () => {
    socket.open();
    greet();
    socket.select('360p', false);
    expect(JSON.parse(net.last.sent[0] ?? '')).toEqual({ type: 'select', rendition: '360p', video: false });
    socket.restart();
    expect(net.last.url).toBe('wss://here/ws/demo/media?rendition=360p&video=0');
  });

  it.each([
    ['a message that is no JSON', () => net.last.events.text('{')],
    ['a cut-off message', () => net.last.events.binary(fragmentsMessage([{}]).slice(0, 20))],
    ['a second hello', () => net.last.events.text(helloText())],
  ])('is given up after %s', (_, damage) => {
    socket.open();
    greet();
    damage();
    expect(heard).toContain('lost true');
    expect(net.sockets[0]?.closed).toBe(true);
  });

  it('is given up when media comes before hello', () => {
    socket.open();
    net.last.events.binary(initMessage());
    expect(heard).toEqual(['lost false']);
  });

  it('leaves nothing behind when closed', () => {
    socket.open();
    greet();
    socket.close();
    net.last.events.text('{"type":"state","live":false}');
    net.last.events.closed(1006, '');
    expect(heard).toEqual(['hello true']);
    expect(clock.pending).toBe(0);
  });
});

describe('a lost connection', () => {
  it('is tried again within a second', () => {
    socket.open();
    greet();
    net.last.events.closed(1006, '');
    expect(heard.at(-1)).toBe('lost true');
    clock.turn(1_000);
    expect(net.sockets).toHaveLength(2);
  });

  it('is noticed when media stays away for 3 s', () => {
    socket.open();
    greet();
    net.last.events.binary(initMessage());
    clock.turn(2_900);
    expect(heard).not.toContain('lost true');
    clock.turn(1_200);
    expect(heard).toContain('lost true');
  });

  it('is not suspected while nothing is broadcast', () => {
    socket.open();
    greet(false);
    clock.turn(600_000);
    expect(net.sockets).toHaveLength(1);
  });

  it('is noticed at once after a sleep', () => {
    socket.open();
    greet();
    clock.sleep(3_600_000);
    socket.wake();
    expect(heard).toContain('lost true');
    socket.wake();
    expect(net.sockets).toHaveLength(2);
  });

  it('is tried again at once when the network is back', () => {
    socket.open();
    for (let i = 0; i < 12; i++) {
      net.last.events.closed(1006, '');
      clock.turn(11_000);
    }
    net.last.events.closed(1006, '');
    const tried = net.sockets.length;
    socket.wake();
    expect(net.sockets).toHaveLength(tried + 1);
  });

  it('is not hammered by a server that greets and then sends garbage', () => {
    socket.open();
    for (let i = 0; i < 60_000; i += 100) {
      if (!net.last.closed) {
        greet();
        net.last.events.text('garbage');
      }
      clock.turn(100);
    }
    expect(net.sockets.length).toBeLessThan(80);
  });

  it('is back within 3 s of a server that was stopped, not closed, for 30 s', () => {
    clock.random = seeded(7);
    socket.open();
    greet();
    clock.turn(33_000);
    let waited = 0;
    while (!socket.connected && waited < 10_000) {
      // A stopped server's kernel accepts; its hello comes when it goes on.
      if (!net.last.closed) greet();
      clock.turn(100);
      waited += 100;
    }
    expect(waited).toBeLessThanOrEqual(3_000);
  });
});

describe('back-off', () => {
  it('begins within a second, stays under 2 s for a minute, then under 10 s', () => {
    const random = seeded(3);
    for (let i = 0; i < 2_000; i++) {
      expect(retryDelayMs(0, 0, random())).toBeLessThan(1_000);
      expect(retryDelayMs(1 + (i % 50), 59_000, random())).toBeLessThanOrEqual(2_000);
      const late = retryDelayMs(1 + (i % 2_000), 61_000, random());
      expect(late).toBeLessThanOrEqual(10_000);
      expect(late).toBeGreaterThanOrEqual(50);
    }
  });

  it('spreads over its whole bound', () => {
    const delays = Array.from({ length: 500 }, (_, i) => retryDelayMs(9, 61_000, i / 500));
    expect(Math.min(...delays)).toBeLessThan(200);
    expect(Math.max(...delays)).toBeGreaterThan(9_800);
  });
});
