import { describe, expect, it } from 'vitest';
import { ballotOf } from '../../src/state/ballot.js';
import { ballotTexts, votedText } from '../../src/text/ballot.js';
import type { MeetingState } from '../../src/state/meeting.js';

const people = [1, 2, 3].map((seq) => ({ seq, last: seq, is: { kind: 'member', name: `Örnek Üye ${seq}` } }));
const vote = { seq: 9, last: 9, is: { method: 'secret_electronic', subject: 'Örnek', majority: 'ordinary', excluded: [3] }, state: 'open', round: 1 };
const state = (more: object = {}): MeetingState =>
  ({ people, votes: [vote], casts: [], attendance: [], rollcalls: [], ...more }) as unknown as MeetingState;

describe('an electronic ballot', () => {
  it('is none where no vote is open, or another kind of vote', () => {
    expect(ballotOf(state({ votes: [] }), 1)).toBeNull();
    expect(ballotOf(state({ votes: [{ ...vote, state: 'decided' }] }), 1)).toBeNull();
    expect(ballotOf(state({ votes: [{ ...vote, is: { ...vote.is, method: 'secret_paper' } }] }), 1)).toBeNull();
  });

  it('knows who may vote, who has, and how many', () => {
    const casts = [{ vote: 9, person: 2 }, { vote: 4, person: 1 }];
    expect(ballotOf(state({ casts }), 1)).toMatchObject({ may: true, handedIn: false, voted: 1, all: null });
    expect(ballotOf(state({ casts }), 2)).toMatchObject({ may: true, handedIn: true });
    expect(ballotOf(state({ casts }), 3)).toMatchObject({ may: false });
    expect(ballotOf(state({ casts }), 0)).toMatchObject({ may: false, handedIn: false });
  });

  it('counts only those who are there, once attendance is taken', () => {
    const attendance = [{ seq: 5, last: 5, person: 1, mark: 'present' }, { seq: 6, last: 6, person: 2, mark: 'excused' }];
    expect(ballotOf(state({ attendance }), 1)).toMatchObject({ may: true, all: 1 });
    expect(ballotOf(state({ attendance }), 2)).toMatchObject({ may: false });
  });

  it('says how many in words', () => {
    expect(votedText(ballotTexts.tr, 2, 5)).toBe('Oy kullanan: 2 / 5');
    expect(votedText(ballotTexts.en, 2, null)).toBe('Have voted: 2');
  });
});
