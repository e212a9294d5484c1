import { describe, expect, it } from 'vitest';
import { Follow } from '../../src/state/follow.js';
import { begin, change, withOwn } from '../../src/state/meeting.js';
import { agendaOf, itemAt, leftOf, queueOf } from '../../src/state/sitting.js';
import type { Changes } from '../../src/wire/events-text.js';
import type { Things } from '../../src/wire/meeting-types.js';

const item = (seq: number, place: number, last = seq): Things['items'] => ({
  seq,
  last,
  is: { title: `Örnek madde ${seq}`, kind: 'ordinary' },
  state: 'waiting',
  place,
  asking_closed: false,
});
const question = (seq: number, last: number, state: Things['questions']['state']): Things['questions'] => ({
  seq,
  last,
  text: 'Örnek soru',
  state,
  pinned: false,
  supports: 0,
  corrected: false,
});

describe('a state', () => {
  it('is never changed; the next shares what is the same', () => {
    const one = begin(5, { items: [item(2, 2), item(3, 1)] });
    const two = change(one, 6, { questions: [question(6, 6, 'approved')] });
    expect(two.items).toBe(one.items);
    expect(one.questions).toEqual([]);
    expect(two).toMatchObject({ seq: 6, questions: [{ seq: 6 }] });
  });

  it('has what was told in the place of what had the same number, and forgets what is gone', () => {
    const one = begin(5, { items: [item(2, 1), item(4, 2)] });
    const two = change(one, 7, { items: [item(4, 1, 7), { seq: 2, gone: true }, item(7, 3)] });
    expect(two.items.map((i) => [i.seq, i.last])).toEqual([[4, 7], [7, 7]]);
  });

  it('keeps all that one event made', () => {
    const mark = (person: number): Things['attendance'] => ({ seq: 3, last: 3, person, mark: 'present', from_utc_us: 1 });
    const one = begin(3, { attendance: [mark(1), mark(2)] });
    expect(change(one, 4, { attendance: [mark(1), mark(2), mark(9)] }).attendance).toHaveLength(3);
  });

  it('passes over what a later version says', () => {
    expect(change(begin(1, {}), 2, { novelties: [{ seq: 2 }] } as Changes)).not.toHaveProperty('novelties');
  });

  it('shows what is one’s own until everybody is told something newer', () => {
    const own = { questions: [question(8, 8, 'pending')] };
    expect(withOwn(begin(8, {}), own).questions).toMatchObject([{ state: 'pending' }]);
    const told = begin(9, { questions: [question(8, 9, 'approved')] });
    expect(withOwn(told, own).questions).toMatchObject([{ state: 'approved' }]);
  });
});

describe('what pages ask', () => {
  it('is in the order of the agenda and of the server’s list', () => {
    const request = (seq: number): Things['requests'] => ({ seq, last: seq, person: 1, kind: 'member', state: 'waiting', precedence: 3 });
    const state = begin(9, { items: [item(2, 2), item(3, 1)], requests: [request(6), request(7)], queue: [{ request: 7, timeUs: 1 }, { request: 6, timeUs: 1 }] });
    expect(agendaOf(state).map((i) => i.seq)).toEqual([3, 2]);
    expect(queueOf(state).map((r) => r.seq)).toEqual([7, 6]);
  });

  it('finds the item of a moment, also of one long past', () => {
    const span = (seq: number, of: number, from: number, to?: number): Things['spans'] => ({
      seq,
      last: seq,
      item: of,
      from_media_us: from,
      ...(to !== undefined && { to_media_us: to }),
      over: to !== undefined,
      corrected: false,
    });
    const state = begin(9, { items: [item(2, 1), item(3, 2)], spans: [span(4, 2, 10, 20), span(5, 3, 20)] });
    expect([5, 10, 19, 20, 99].map((at) => itemAt(state, at)?.seq ?? null)).toEqual([null, 2, 2, 3, 3]);
  });

  it('counts a turn down by the server’s clock, and not while it is stopped', () => {
    const turn = { seq: 1, last: 1, person: 1, kind: 'member', allotted_us: 100, used_us: 30, over: false, started: true, corrected: false, warnings: 0 } as const;
    expect(leftOf({ ...turn, running: true, since_media_us: 1_000 }, 1_050)).toBe(20);
    expect(leftOf({ ...turn, running: false }, 9_999)).toBe(70);
    expect(leftOf({ ...turn, running: false, allotted_us: 0 }, 9_999)).toBeNull();
  });
});

describe('a viewer behind', () => {
  it('sees each change when its own picture is there', () => {
    const follow = new Follow();
    const one = begin(1, {});
    follow.begin(1_000, one);
    follow.add(6_000, change(one, 2, {}));
    follow.add(6_000, change(one, 3, {}));
    follow.add(5_000, change(one, 4, {})); // a clock that went back is none
    follow.add(9_000, change(one, 5, {}));
    expect([0, 1_000, 5_999, 6_000, 8_999, 9_000].map((at) => follow.at(at)?.seq)).toEqual([1, 1, 1, 4, 4, 5]);
    expect([follow.next(0), follow.next(1_000), follow.next(9_000)]).toEqual([1_000, 6_000, null]);
  });

  it('stays within its memory', () => {
    const follow = new Follow();
    follow.begin(0, begin(0, {}));
    for (let i = 1; i < 50_000; i++) follow.add(i, begin(i, {}));
    expect(follow.now?.seq).toBe(49_999);
    expect(follow.at(49_999)?.seq).toBe(49_999);
    expect(follow.at(0)?.seq).toBe(0);
  });
});
