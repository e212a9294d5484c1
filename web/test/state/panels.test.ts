import { describe, expect, it } from 'vitest';
import { type Course, newsOf } from '../../src/state/announce.js';
import { bytesOf, emptyDraft, NAME_MAX, readDraft, submission, TEXT_MAX } from '../../src/state/draft.js';
import { begin, type Item, type Person, type Question, type Vote } from '../../src/state/meeting.js';
import { isOpen, isPrivate, marked, shown } from '../../src/state/questions.js';
import { castsOf, rowsOf } from '../../src/state/tally.js';

const question = (seq: number, state: Question['state'], more: Partial<Question> = {}): Question => ({
  seq, last: seq, text: 'Örnek?', state, pinned: false, supports: 0, corrected: false, ...more,
});
const vote = (seq: number, state: Vote['state'], more: Partial<Vote> = {}): Vote => ({
  seq, last: seq, is: { subject: 'Örnek', method: 'roll_call', majority: 'ordinary' }, round: 1, state, counted: false,
  counts: {}, result: { counts: {} }, corrected: false, ...more,
});

describe('a draft', () => {
  const draft = { text: 'Park ne zaman açılacak?', name: 'Örnek Vatandaş', item: 7, id: 'a1' };

  it('is read as it was kept; what is odd is nothing', () => {
    expect(readDraft(JSON.stringify(draft))).toEqual(draft);
    for (const odd of [null, '', '{', '[]', 'null', '"x"', '{"text":1,"name":"","id":""}', '{"text":"a"}']) expect(readDraft(odd)).toEqual(emptyDraft);
    expect(readDraft(JSON.stringify({ ...draft, item: -3 })).item).toBe(0);
    expect(readDraft(JSON.stringify({ ...draft, item: '7' })).item).toBe(0);
  });

  it('counts as the server does: bytes, without the space around', () => {
    expect(bytesOf(' şğ a\n')).toBe(6);
    expect(bytesOf('€')).toBe(3);
    expect(bytesOf('👍')).toBe(4);
  });

  it('is said trimmed, without what was left empty, and not at all when empty or too long', () => {
    expect(submission(draft)).toEqual({ text: draft.text, name: draft.name, item: 7 });
    expect(submission({ ...emptyDraft, text: '  Soru?\n' })).toEqual({ text: 'Soru?' });
    expect(submission({ ...emptyDraft, text: ' \n ' })).toBeNull();
    expect(submission({ ...emptyDraft, text: 'a'.repeat(TEXT_MAX) })).not.toBeNull();
    expect(submission({ ...emptyDraft, text: 'ş'.repeat(TEXT_MAX / 2 + 1) })).toBeNull();
    expect(submission({ ...draft, name: 'ş'.repeat(NAME_MAX / 2 + 1) })).toBeNull();
  });
});

describe('questions', () => {
  const state = begin(20, {
    questions: [
      question(1, 'approved', { supports: 3, item: 5 }), question(2, 'pending'), question(3, 'put'), question(4, 'declined'),
      question(5, 'approved', { pinned: true }), question(6, 'withdrawn'), question(7, 'answered', { supports: 9 }), question(8, 'merged', { into: 1 }),
    ],
    marks: [
      { seq: 9, last: 9, kind: 'support', thing: 1, value: 1 }, { seq: 10, last: 10, kind: 'support', thing: 5, value: 0 },
      { seq: 11, last: 11, kind: 'report', thing: 7, value: 2 },
    ],
  });
  const numbers = (own: number[], item: number | null = null) => shown(state, new Set(own), item).map((one) => one.seq);

  it('come in the order in which they matter; what is not public only to its author', () => {
    expect(numbers([])).toEqual([3, 5, 7, 1]);
    expect(numbers([2, 4, 6, 8])).toEqual([4, 2, 3, 5, 7, 1, 8]);
  });

  it('may be those of one item, and one’s own', () => {
    expect(numbers([], 5)).toEqual([1]);
    expect(numbers([2], 5)).toEqual([2, 1]);
  });

  it('have one’s marks, those taken back not', () => {
    expect([...marked(state, 'support')]).toEqual([1]);
    expect([...marked(state, 'report')]).toEqual([7]);
    expect([question(1, 'approved'), question(1, 'put'), question(1, 'answered')].map(isOpen)).toEqual([true, true, false]);
    expect([question(1, 'pending'), question(1, 'merged'), question(1, 'put')].map(isPrivate)).toEqual([true, false, false]);
  });
});

describe('a vote', () => {
  it('has rows once something is counted, of invalid papers only where there are any', () => {
    expect(rowsOf(vote(1, 'open'))).toEqual([]);
    const counted = vote(1, 'open', { counted: true, counts: { in_favour: 3, against: 1 } });
    expect(rowsOf(counted)).toEqual([
      { side: 'in_favour', count: 3, share: 0.75 }, { side: 'against', count: 1, share: 0.25 }, { side: 'abstain', count: 0, share: 0 },
    ]);
    expect(rowsOf(vote(1, 'decided', { result: { counts: { invalid: 2 } } })).map((row) => row.side)).toEqual(['in_favour', 'against', 'abstain', 'invalid']);
    expect(rowsOf(vote(1, 'decided')).every((row) => row.share === 0)).toBe(true);
  });

  it('says who voted how; of a secret one nothing', () => {
    const state = begin(9, { casts: [
      { seq: 5, last: 5, vote: 4, person: 1, choice: 'for' }, { seq: 5, last: 5, vote: 4, person: 2 }, { seq: 6, last: 6, vote: 3, person: 1, choice: 'against' },
    ] });
    expect(castsOf(state, vote(4, 'decided'))).toEqual([{ person: 1, choice: 'for' }]);
  });
});

describe('what is said to ears', () => {
  const item = { seq: 5 } as Item;
  const speaker = { seq: 6 } as Person;
  const none: Course = { item: null, speaker: null, open: null, decided: null };

  it('is one thing at a time, the weightiest, and nothing when nothing is new', () => {
    const open = { ...none, item, speaker, open: vote(7, 'open') };
    expect(newsOf(none, none)).toBeNull();
    expect(newsOf(none, open)).toMatchObject({ what: 'vote', vote: { seq: 7 } });
    expect(newsOf(open, { ...none, item, speaker, decided: vote(7, 'decided') })).toMatchObject({ what: 'result' });
    expect(newsOf(none, { ...none, item, speaker })).toMatchObject({ what: 'item' });
    expect(newsOf({ ...none, item }, { ...none, item, speaker })).toMatchObject({ what: 'speaker' });
    expect(newsOf({ ...none, item, speaker }, { ...none, item })).toBeNull();
  });

  it('is no result of a vote that one did not see begin', () => {
    expect(newsOf(none, { ...none, decided: vote(7, 'decided') })).toBeNull();
  });
});
