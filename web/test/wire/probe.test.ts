import { beforeEach, describe, expect, it } from 'vitest';
import { probe } from '../../src/wire/probe.js';
import { fragmentsMessage } from '../data/messages.js';
import { helloText, TestClock, TestNet } from '../data/world.js';

let clock: TestClock;
let net: TestNet;
let answers: boolean[];
let end: () => void;

beforeEach(() => {
  clock = new TestClock();
  net = new TestNet();
  answers = [];
  const options = { url: 'wss://here/ws/demo/media', clock, open: net.open };
  end = probe(options, (works) => void answers.push(works));
});

/** Sound, 25 times a second. */
function hear(ms: number): void {
  for (let at = 0; at < ms; at += 40) {
    clock.turn(40);
    net.last.events.binary(fragmentsMessage([{}]));
  }
}

describe('a probe', () => {
  it('takes the sound alone, and says that it comes', () => {
    expect(net.last).toMatchObject({ url: 'wss://here/ws/demo/media?video=0', protocol: 'meclis.media.v1' });
    net.last.events.text(helloText());
    hear(2_000);
    expect(answers).toEqual([]);
    hear(1_100);
    expect(answers).toEqual([true]);
    expect(net.last.closed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['a connection that is refused', () => net.last.events.closed(1006, '')],
    ['silence', () => clock.turn(10_100)],
    ['a greeting and then silence', () => (net.last.events.text(helloText()), clock.turn(10_100))],
    ['a trickle', () => (net.last.events.text(helloText()), hear(400), clock.turn(10_100))],
    ['a way that breaks off', () => (net.last.events.text(helloText()), hear(1_000), net.last.events.closed(1006, ''))],
    ['a broadcast that is over', () => net.last.events.text(helloText(false))],
    ['what is no message', () => net.last.events.text('{')],
    ['a cut-off message', () => (net.last.events.text(helloText()), net.last.events.binary(fragmentsMessage([{}]).slice(0, 9)))],
  ])('does not take %s for a way', (_, happen) => {
    happen();
    expect(answers).toEqual([false]);
    expect(clock.pending).toBe(0);
  });

  it('answers once, and not at all when it is ended', () => {
    net.last.events.closed(1006, '');
    net.last.events.closed(1006, '');
    expect(answers).toEqual([false]);
    end();
    const { length } = net.sockets;
    const ended = probe({ url: 'wss://here/ws/demo/media', clock, open: net.open }, (works) => void answers.push(works));
    ended();
    net.last.events.text(helloText());
    hear(4_000);
    clock.turn(20_000);
    expect(answers).toEqual([false]);
    expect(net.sockets).toHaveLength(length + 1);
    expect(clock.pending).toBe(0);
  });
});
