import { describe, expect, it } from 'vitest';
import { Follow } from '../../src/state/follow.js';
import { begin, type MeetingState } from '../../src/state/meeting.js';
import { asOf, Past } from '../../src/state/past.js';
import { itemAt, leftOf, turnAt } from '../../src/state/sitting.js';
import type { Changes } from '../../src/wire/events-text.js';

const S = 1_000_000;

/** Opened at 10 s; item 20 from 20 s to 100 s with a vote at 80–90 s; a break; closed from 200 s to 300 s; ended. */
function recording(): MeetingState {
  return begin(99, {
    sitting: { state: 'ended', closed: false, cancelled: false, floor_closed: false, asking_closed: false },
    parts: [
      { seq: 10, last: 40, closed: false, from_utc_us: 1, from_media_us: 10 * S, to_utc_us: 2, to_media_us: 150 * S, to_seq: 40 },
      { seq: 50, last: 60, closed: true, from_utc_us: 777, from_media_us: 200 * S, to_utc_us: 4, to_media_us: 300 * S, to_seq: 60, reason: 'Örnek' },
    ],
    items: [{ seq: 5, last: 39, is: { title: 'Örnek madde', kind: 'ordinary' }, state: 'decided', place: 1, decision: '2026/1', asking_closed: false }],
    spans: [{ seq: 20, last: 39, item: 5, from_media_us: 20 * S, to_media_us: 100 * S, over: true, corrected: false }],
    turns: [
      { seq: 21, last: 24, person: 3, kind: 'member', allotted_us: 60 * S, used_us: 30 * S, running: false, over: true, started: true, corrected: false, from_media_us: 30 * S, to_media_us: 60 * S, warnings: 0 },
      { seq: 25, last: 26, person: 4, kind: 'member', allotted_us: 60 * S, used_us: 5 * S, running: false, over: true, started: true, corrected: false, from_media_us: 62 * S, to_media_us: 75 * S, warnings: 0 },
    ],
    votes: [{
      seq: 30, last: 33, is: { subject: 'Örnek', method: 'hands', majority: 'ordinary' }, round: 1, state: 'decided', counted: true,
      counts: { in_favour: 3 }, result: { counts: { in_favour: 3 }, outcome: 'adopted' }, corrected: false, from_media_us: 80 * S, to_media_us: 90 * S,
    }],
    casts: [{ seq: 31, last: 31, vote: 30, person: 3, choice: 'for' }],
    questions: [
      { seq: 22, last: 35, text: 'Bir?', state: 'answered', pinned: false, supports: 2, corrected: false, put_media_us: 40 * S, answered_media_us: 70 * S, answered_by: 3, note: 'Mayısta' },
      { seq: 70, last: 70, text: 'İki?', state: 'approved', pinned: false, supports: 0, corrected: false },
      { seq: 71, last: 71, text: 'Benim', state: 'pending', pinned: false, supports: 0, corrected: false },
    ],
    queue: [],
    notices: [{ seq: 15, last: 15, text: 'Örnek duyuru', cleared: false }],
  } as Changes);
}

describe('a moment that is long past', () => {
  const at = (seconds: number) => asOf(recording(), seconds * S);

  it('is how the sitting stood then', () => {
    expect(at(5).sitting).toMatchObject({ state: 'announced' });
    expect(at(30).sitting).toMatchObject({ state: 'live', closed: false, item: 5 });
    expect(at(160).sitting).toMatchObject({ state: 'break', closed: false, resumes_utc_us: 777 });
    expect(at(250).sitting).toMatchObject({ state: 'closed', closed: true, closed_reason: 'Örnek' });
    expect(at(400).sitting).toMatchObject({ state: 'ended' });
  });

  it('does not know what was muted then', () => {
    const muted = begin(99, { ...recording(), broadcast: { on_air: true, record: true, muted: true, slate: true } } as never);
    expect(asOf(muted, 50 * S).broadcast).toMatchObject({ on_air: true, muted: false, slate: false });
  });

  it('has the item that was on, which is decided only once it is over', () => {
    expect(itemAt(at(50), 50 * S)).toMatchObject({ seq: 5, state: 'open' });
    expect(at(50).items[0]).not.toHaveProperty('decision');
    expect(at(15).items[0]).toMatchObject({ state: 'waiting' });
    expect(at(120).items[0]).toMatchObject({ state: 'decided', decision: '2026/1' });
  });

  it('has who spoke, with the time that was left, unless the clock was stopped in between', () => {
    const first = turnAt(at(40), 40 * S);
    expect(first).toMatchObject({ person: 3, over: false });
    expect(leftOf(first ?? at(40).turns[0]!, 40 * S)).toBe(50 * S);
    const second = turnAt(at(70), 70 * S);
    expect(second).toMatchObject({ person: 4 });
    expect(leftOf(second!, 70 * S)).toBeNull();
    expect(turnAt(at(61), 61 * S)).toBeNull();
  });

  it('does not tell a vote’s result before it was known', () => {
    expect(at(70).votes).toEqual([]);
    expect(at(85).votes).toMatchObject([{ state: 'open', counted: false, counts: {} }]);
    expect(at(85).casts).toEqual([]);
    expect(at(95).votes).toMatchObject([{ state: 'decided', result: { outcome: 'adopted' } }]);
    expect(at(95).casts).toHaveLength(1);
  });

  it('has questions as far as they had come, and one’s own that wait', () => {
    const states = (seconds: number) => at(seconds).questions.map((q) => [q.seq, q.state]);
    expect(states(30)).toEqual([[22, 'approved'], [71, 'pending']]);
    expect(states(50)).toEqual([[22, 'put'], [71, 'pending']]);
    expect(at(50).questions[0]).not.toHaveProperty('note');
    expect(states(250)).toEqual([[22, 'answered'], [70, 'approved'], [71, 'pending']]);
    expect(at(5).questions.map((q) => q.seq)).toEqual([71]);
  });

  it('says nothing of the queue and of notices, which nobody knows any more', () => {
    expect(at(50).notices).toEqual([]);
    expect(at(50).queue).toEqual([]);
  });

  it('is the same object until something changes', () => {
    const past = new Past(recording());
    expect(past.at(41 * S)).toBe(past.at(42 * S));
    expect(past.at(41 * S)).not.toBe(past.at(61 * S));
    expect(past.newestUs).toBe(300 * S);
  });
});

describe('following', () => {
  it('takes the past’s word for what was before it came, but for the last seconds', () => {
    const follow = new Follow();
    const state = recording();
    expect(follow.knows(0)).toBe(false);
    follow.begin(500 * S, state);
    expect(follow.at(495 * S)).toBe(state);
    expect(follow.knows(495 * S)).toBe(true);
    expect(follow.knows(50 * S)).toBe(false);
    expect(follow.at(50 * S)?.sitting.state).toBe('live');
  });

  it('of a meeting whose clock stands still begins after all that is in it', () => {
    const follow = new Follow();
    follow.begin(0, recording());
    expect(follow.at(50 * S)?.sitting.state).toBe('live');
    expect(follow.at(320 * S)?.sitting.state).toBe('ended');
  });
});
