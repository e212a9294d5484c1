import { beforeEach, describe, expect, it } from 'vitest';
import { EventsSocket } from '../../src/wire/events-socket.js';
import { TestClock, TestNet } from '../data/world.js';

let clock: TestClock;
let net: TestNet;
let heard: string[];
let socket: EventsSocket;

beforeEach(() => {
  clock = new TestClock();
  net = new TestNet();
  heard = [];
  socket = new EventsSocket({
    url: 'wss://here/ws/demo/events',
    language: 'tr',
    clock,
    open: net.open,
    events: {
      hello: (hello) => void heard.push(`hello ${hello.seq}`),
      snapshot: (seq) => void heard.push(`snapshot ${seq}`),
      events: (events, changes) => void heard.push(`events ${events.map((e) => e.seq).join()} ${changes !== null}`),
      own: (seq) => void heard.push(`own ${seq}`),
      lost: (revoked) => void heard.push(`lost ${revoked}`),
      unknownMeeting: () => void heard.push('unknown'),
    },
  });
});

function say(message: object): void {
  net.last.events.text(JSON.stringify(message));
}

function greet(seq = 4): void {
  net.last.events.open();
  say({
    type: 'hello',
    protocol: 'meclis.events.v1',
    v: 1,
    meeting: 'demo',
    seq,
    server_utc_us: 5_000_000,
    media_time_us: 1_000_000,
    epoch_utc_us: null,
    you: { principal: 'viewer:x', roles: ['viewer'], in_hall: false },
    commands: ['question.submit'],
  });
}

function snapshot(seq = 4): void {
  say({ type: 'snapshot', seq, sitting: { state: 'live' }, body: {}, broadcast: {}, decisions: {} });
}

const event = (seq: number) => ({ seq, at_utc_us: 1, media_us: 1, actor: 'a', type: 'notice.posted', commitment: '00' });
const sent = (at = -1) => net.last.sent.map((text) => JSON.parse(text) as Record<string, unknown>).at(at);

describe('the events socket', () => {
  it('greets, is told the state, then what happens', () => {
    socket.open();
    greet();
    snapshot();
    say({ type: 'events', events: [event(5), event(6)], changes: { sitting: { state: 'break' } } });
    expect(net.last.protocol).toBe('meclis.events.v1');
    expect(JSON.parse(net.last.sent[0] ?? '')).toEqual({ type: 'hello', v: 1, language: 'tr' });
    expect(heard).toEqual(['hello 4', 'snapshot 4', 'events 5,6 true']);
  });

  it('comes back with what it has', () => {
    socket.open();
    greet();
    snapshot();
    say({ type: 'events', events: [event(5)], changes: {} });
    net.last.events.closed(1006, '');
    clock.turn(1_000);
    expect(net.sockets).toHaveLength(2);
    net.last.events.open();
    expect(sent(0)).toMatchObject({ since: 5 });
  });

  it('says again what was not answered, by the same name, and answers once', async () => {
    socket.open();
    greet();
    const answer = socket.say('question.submit', { text: 'Örnek soru' }, 'k1');
    const twice = socket.say('question.submit', { text: 'Örnek soru' }, 'k1');
    net.last.events.closed(1013, 'lost');
    clock.turn(1_000);
    greet();
    const again = net.last.sent.map((text) => JSON.parse(text) as { id?: string; type: string }).filter((m) => m.type === 'command');
    expect(again).toMatchObject([{ id: 'k1' }]);
    say({ type: 'accepted', id: 'k1', first_seq: 9, last_seq: 9 });
    expect(await answer).toEqual({ accepted: true, firstSeq: 9, lastSeq: 9 });
    expect(await twice).toEqual(await answer);
  });

  it('keeps what is said while there is no line, up to a bound', async () => {
    socket.open();
    for (let i = 0; i < 64; i++) void socket.say('sitting.resume', {}, `k${i}`);
    expect(await socket.say('sitting.resume', {}, 'k64')).toMatchObject({ accepted: false, code: 'busy' });
    greet();
    expect(net.last.sent.filter((text) => text.includes('command'))).toHaveLength(64);
  });

  it.each([
    ['a gap', () => say({ type: 'events', events: [event(9)] })],
    ['no JSON', () => net.last.events.text('{')],
    ['a second hello', () => greet()],
    ['a binary message', () => net.last.events.binary(new ArrayBuffer(1))],
  ])('begins anew after %s', (_, harm) => {
    socket.open();
    greet();
    snapshot();
    harm();
    expect(heard.at(-1)).toBe('lost false');
    clock.turn(1_000);
    expect(net.sockets).toHaveLength(2);
  });

  it('notices a line that is dead without a word', () => {
    socket.open();
    greet();
    clock.turn(30_000);
    expect(heard).toContain('lost false');
  });

  it('comes back as somebody else once it is revoked, and not at all to no meeting', () => {
    socket.open();
    greet();
    snapshot();
    net.last.events.closed(1008, 'revoked');
    expect(heard.at(-1)).toBe('lost true');
    clock.turn(1_000);
    net.last.events.open();
    expect(sent(0)).not.toHaveProperty('since');
    net.last.events.closed(1008, 'not_found');
    clock.turn(60_000);
    expect(heard.at(-1)).toBe('unknown');
    expect(net.sockets).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it('knows the server’s clocks by the answer that came soonest', () => {
    socket.open();
    greet();
    clock.turn(20);
    say({ type: 'pong', id: '1', server_utc_us: 6_000_000, media_time_us: 2_000_000 });
    expect(socket.time.mediaUs(clock.now())).toBeGreaterThan(1_000_000);
    clock.turn(15_000);
    clock.turn(400);
    say({ type: 'pong', id: '2', server_utc_us: 99_000_000, media_time_us: 99_000_000 });
    expect(socket.time.mediaUs(clock.now())).toBeLessThan(30_000_000);
  });
});
