import { describe, expect, it } from 'vitest';
import { begin, type MeetingState } from '../../src/state/meeting.js';
import { declined, kindOf, standingOf } from '../../src/state/speaking.js';
import type { Things } from '../../src/wire/meeting-types.js';
import type { Changes } from '../../src/wire/events-text.js';

const request = (seq: number, person: number, more: Partial<Things['requests']> = {}): Things['requests'] => ({
  seq,
  last: seq,
  person,
  kind: 'member',
  state: 'waiting',
  precedence: 3,
  ...more,
});
const turn = (person: number, more: Partial<Things['turns']> = {}): Things['turns'] => ({
  seq: 90,
  last: 90,
  person,
  kind: 'member',
  allotted_us: 300e6,
  used_us: 0,
  running: true,
  since_media_us: 0,
  over: false,
  started: true,
  corrected: false,
  warnings: 0,
  ...more,
});
const queue = (...requests: number[]) => requests.map((one) => ({ request: one, timeUs: 300e6 }));
const live = { state: 'live', closed: false, cancelled: false, floor_closed: false, asking_closed: false } as const;
const state = (changes: Changes): MeetingState => begin(99, { sitting: live, ...changes });
const of = (changes: Changes, inHall = false) => standingOf(state(changes), 7, inHall, 60e6);

describe('one who may speak', () => {
  it.each([
    ['draft', 'not-begun'],
    ['announced', 'not-begun'],
    ['break', 'break'],
    ['ended', 'ended'],
  ] as const)('waits while it is %s', (is, shown) => expect(of({ sitting: { ...live, state: is } }).is).toBe(shown));

  it('is left out of a closed part only outside of the hall', () => {
    const sitting = { ...live, state: 'closed', closed: true } as const;
    expect(of({ sitting }).is).toBe('closed');
    expect(of({ sitting }, true).is).toBe('free');
  });

  it('may ask, unless the list is closed', () => {
    expect(of({})).toEqual({ is: 'free', listClosed: false });
    expect(of({ sitting: { ...live, floor_closed: true } })).toEqual({ is: 'free', listClosed: true });
  });

  it('has a place in the one order, and a rough time', () => {
    const requests = [request(10, 7), request(11, 8)];
    expect(of({ requests, queue: queue(11, 10) })).toMatchObject({ is: 'waiting', ahead: 1, waitUs: 300e6 });
    expect(of({ requests, queue: queue(11, 10), turns: [turn(9)] })).toMatchObject({ waitUs: 540e6 });
    expect(of({ requests, queue: queue(10, 11) })).toMatchObject({ ahead: 0, waitUs: 0 });
    expect(of({ requests, queue: [{ request: 11, timeUs: 0 }, ...queue(10)] })).toMatchObject({ waitUs: null });
  });

  it('is called, speaks, and is over its time', () => {
    expect(of({ turns: [turn(7, { started: false, running: false })] }).is).toBe('called');
    expect(of({ turns: [turn(7)] })).toMatchObject({ is: 'speaking', leftUs: 240e6 });
    expect(of({ turns: [turn(7, { allotted_us: 30e6 })] })).toMatchObject({ leftUs: -30e6 });
    expect(of({ turns: [turn(7, { over: true })] }).is).toBe('free');
  });

  it('hears that its newest request was declined, not an older one', () => {
    const no = request(10, 7, { state: 'declined', reason: 'Örnek gerekçe' });
    expect(declined(state({ requests: [no] }), 7)).toBe(no);
    expect(declined(state({ requests: [no, request(11, 7)] }), 7)).toBeNull();
  });

  it('asks as what it is', () => {
    const person = (kind: Things['people']['is']['kind']) => ({ seq: 7, last: 7, is: { kind, name: 'Örnek' }, left: false });
    expect((['chair', 'member', 'representative'] as const).map((kind) => kindOf(person(kind)))).toEqual(['chair', 'member', 'representative']);
  });
});
