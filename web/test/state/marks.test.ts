import { describe, expect, it } from 'vitest';
import { begin } from '../../src/state/meeting.js';
import { type Mark, markAt, marksOf, neighbour } from '../../src/state/marks.js';

const S = 1_000_000;

function item(seq: number, number: string, title: string) {
  return { seq, last: seq, state: 'open', place: seq, is: { number, title, kind: 'ordinary' } };
}

const state = begin(9, {
  items: [item(1, '1', 'Örnek madde'), item(2, '2', 'Örnek bütçe')],
  people: [{ seq: 3, last: 3, is: { kind: 'member', name: 'Örnek Üye 1' } }],
  spans: [
    { seq: 6, last: 6, item: 2, over: false, from_media_us: 60 * S },
    { seq: 4, last: 6, item: 1, over: true, from_media_us: 20 * S, to_media_us: 50 * S },
    { seq: 8, last: 8, item: 77, over: false, from_media_us: 70 * S },
  ],
  turns: [
    { seq: 5, last: 5, person: 3, over: true, from_media_us: 25 * S, to_media_us: 30 * S },
    { seq: 7, last: 7, person: 3, over: false },
  ],
  questions: [{ seq: 9, last: 9, text: 'Örnek soru', state: 'put', put_media_us: 40 * S }],
} as never);

const marks: Mark[] = [20, 60, 100].map((at) => ({ kind: 'item', at, until: at + 40, title: String(at) }));
const to = (at: number, way: 1 | -1) => neighbour(marks, 'item', at, way)?.at ?? null;

describe('the marks of the time line', () => {
  it('are items, speakers who spoke and questions put, in the order of time', () => {
    expect(marksOf(state)).toEqual([
      { kind: 'item', at: 20, until: 50, title: '1 Örnek madde' },
      { kind: 'speaker', at: 25, until: 30, title: 'Örnek Üye 1' },
      { kind: 'question', at: 40, until: Infinity, title: 'Örnek soru' },
      { kind: 'item', at: 60, until: Infinity, title: '2 Örnek bütçe' },
    ]);
  });

  it('say what is on, and nothing between two', () => {
    const those = marksOf(state);
    expect(markAt(those, 'item', 19)).toBeNull();
    expect(markAt(those, 'item', 20)?.title).toBe('1 Örnek madde');
    expect(markAt(those, 'item', 55)).toBeNull();
    expect(markAt(those, 'item', 1e6)?.title).toBe('2 Örnek bütçe');
    expect(markAt(those, 'speaker', 29)?.title).toBe('Örnek Üye 1');
    expect(markAt(those, 'speaker', 31)).toBeNull();
    expect(markAt([], 'item', 5)).toBeNull();
  });

  it('lead on, one by one, until there is none', () => {
    expect([0, 20, 59, 60, 100].map((at) => to(at, 1))).toEqual([20, 60, 60, 100, null]);
    // A seek that came a frame early has arrived all the same.
    expect(to(59.96, 1)).toBe(100);
    expect(neighbour(marks, 'speaker', 0, 1)).toBeNull();
  });

  it('lead back to the beginning of what is on, and from there to what was before', () => {
    expect([70, 62, 60, 59.96, 22, 20, 5].map((at) => to(at, -1))).toEqual([60, 20, 20, 20, 20, null, null]);
  });
});
