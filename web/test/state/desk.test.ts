import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isOver, nextItem, takeable } from '../../src/state/desk-agenda.js';
import { kindOf, moved } from '../../src/state/desk-floor.js';
import { deskKey, KEYS } from '../../src/state/desk-keys.js';
import { inState, WHEN } from '../../src/state/desk-may.js';
import { explains, recent, RECENT_MAX } from '../../src/state/desk-news.js';
import { approvedQuestions, pendingQuestions } from '../../src/state/desk-questions.js';
import { allAs, ANSWERS_MAX, openRollCall, rollRows, tally } from '../../src/state/desk-rollcall.js';
import { daysUntil, endOfDay, hourMinute, inMinutes, nextTime, turnClock, urgency } from '../../src/state/desk-time.js';
import { closingVotes, count, currentVote, decidingVote, isTie, participants, stepOf, voteRows } from '../../src/state/desk-vote.js';
import { begin, type FloorRequest, type MeetingState, type Person, type Question, type Vote } from '../../src/state/meeting.js';
import { deskTexts, didText } from '../../src/text/desk.js';
import type { MeetingEvent } from '../../src/wire/events-text.js';

const person = (seq: number, kind: Person['is']['kind'] = 'member', more: object = {}): Person => ({
  seq, last: seq, is: { kind, name: `Örnek Üye ${seq}` }, left: false, ...more,
});
const request = (seq: number, precedence = 5): FloorRequest => ({ seq, last: seq, person: 1, kind: 'member', state: 'waiting', precedence });
const vote = (seq: number, more: Partial<Vote> = {}): Vote => ({
  seq, last: seq, round: 1, state: 'open', counted: false, corrected: false, counts: {}, result: { counts: {} },
  is: { subject: 'Örnek', method: 'hands', majority: 'ordinary' }, ...more,
});
const question = (seq: number, more: Partial<Question> = {}): Question => ({
  seq, last: seq, text: 'Örnek soru?', state: 'approved', pinned: false, supports: 0, corrected: false, ...more,
});
const attends = (seq: number, who: number, mark: 'present' | 'absent' | 'excused' | 'remote', last = seq) => ({
  seq, last, person: who, mark, from_utc_us: 1,
});
const state = (parts: Partial<MeetingState>): MeetingState => begin(100, parts as never);
const item = (seq: number, place: number, more: object = {}): MeetingState['items'][number] => ({
  seq, last: seq, is: { title: 'Örnek', kind: 'ordinary' }, state: 'waiting', place, asking_closed: false, ...more,
});

describe('when a command makes sense', () => {
  const table = new Map(
    readFileSync(new URL('../../../tests/unit/meeting/roles.txt', import.meta.url), 'utf8')
      .split('\n')
      .filter((line) => /^[a-z]/.test(line))
      .map((line) => line.trim().split(/\s+/))
      .map(([name = '', ...cells]) => [name, cells.map((cell) => (cell === '-' ? '-' : 'x')).join('')]),
  );

  it.each(Object.entries(WHEN))('%s is as the server has it', (name, when) => {
    expect(when).toBe(table.get(name));
  });

  it('knows a state by its name', () => {
    expect(inState('sitting.resume', 'break')).toBe(true);
    expect(inState('sitting.resume', 'live')).toBe(false);
    expect(inState('part.open', 'closed')).toBe(true);
  });
});

describe('times', () => {
  const noon = new Date(2026, 10, 23, 12, 0, 0).getTime();

  it('reads the next moment of an hour and minute', () => {
    expect(nextTime('14:30', noon)).toBe(new Date(2026, 10, 23, 14, 30).getTime());
    expect(nextTime(' 9.05 ', noon)).toBe(new Date(2026, 10, 24, 9, 5).getTime());
    expect(nextTime('12:00', noon)).toBe(new Date(2026, 10, 24, 12, 0).getTime());
    for (const wrong of ['', '24:00', '12:60', '1230', 'öğlen', '12:3']) expect(nextTime(wrong, noon)).toBeNull();
  });

  it('proposes whole fives', () => {
    expect(inMinutes(15, noon + 61_000)).toBe('12:20');
    expect(hourMinute(noon)).toBe('12:00');
  });

  it('takes a day that is not over', () => {
    expect(endOfDay('2026-11-23', noon)).toBe(new Date(2026, 10, 23, 23, 59).getTime());
    for (const wrong of ['2026-11-22', '2026-02-30', '23.11.2026', '']) expect(endOfDay(wrong, noon)).toBeNull();
    expect(daysUntil(noon + 90_000_000, noon)).toBe(2);
  });

  it('shows what is left, and what is overrun', () => {
    expect(turnClock(600e6)).toBe('10:00');
    expect(turnClock(59.2e6)).toBe('1:00');
    expect(turnClock(0)).toBe('0:00');
    expect(turnClock(-0.4e6)).toBe('0:00');
    expect(turnClock(-72e6)).toBe('−1:12');
    expect([urgency(null), urgency(61e6), urgency(60e6), urgency(0), urgency(-1)]).toEqual(['calm', 'calm', 'short', 'over', 'over']);
  });
});

describe('the floor', () => {
  it('moves within a precedence, one place', () => {
    const queue = [request(9, 1), request(1), request(2), request(3)];
    expect(moved(queue, 2, -1)).toEqual({ before: 1 });
    expect(moved(queue, 1, -1)).toBeNull();
    expect(moved(queue, 1, 1)).toEqual({ before: 3 });
    expect(moved(queue, 2, 1)).toEqual({});
    expect(moved(queue, 3, 1)).toBeNull();
    expect(moved(queue, 77, 1)).toBeNull();
  });

  it('knows as what somebody speaks', () => {
    expect(kindOf(person(1, 'representative'))).toBe('representative');
    expect(kindOf(person(1, 'staff'))).toBeNull();
  });
});

describe('the agenda', () => {
  it('goes on to what the server would choose', () => {
    const items = [item(1, 1, { state: 'open' }), item(2, 2, { state: 'withdrawn' }), item(3, 3, { joined: 1 }), item(4, 4, { state: 'reported' })];
    const sitting = { state: 'live', closed: false, cancelled: false, floor_closed: false, asking_closed: false, item: 1 } as const;
    expect(nextItem(state({ items, sitting }))?.seq).toBe(4);
    expect(nextItem(state({ items: items.slice(0, 3), sitting }))).toBeNull();
    expect(takeable(item(1, 1, { joined: 2 }))).toBe(false);
    expect(isOver(item(1, 1, { state: 'decided' }))).toBe(true);
  });
});

describe('roll calls', () => {
  const people = [person(1, 'chair'), person(2), person(3), person(4, 'representative'), person(5, 'member', { left: true })];
  const call = { seq: 20, last: 20, purpose: 'quorum' as const, open: true, result: { present: 0, remote: 0, excused: 0, absent: 0, counted: 0, members: 0, needed: 0, met: false } };

  it('reads out those with a vote, and knows who answered', () => {
    const now = state({ people, rollcalls: [call], attendance: [attends(10, 1, 'present', 21), attends(11, 2, 'present'), attends(22, 3, 'excused')] });
    const rows = rollRows(now, openRollCall(now));
    expect(rows.map((row) => [row.person.seq, row.mark, row.answered])).toEqual([[1, 'present', true], [2, 'present', false], [3, 'excused', true]]);
    expect(tally(rows)).toEqual({ present: 1, remote: 0, excused: 1, absent: 0, waiting: 1 });
    expect(allAs(rows, 'present')).toEqual([[{ person: 2, mark: 'present' }]]);
  });

  it('answers for a large council in parts', () => {
    const many = Array.from({ length: ANSWERS_MAX * 2 + 1 }, (_, at) => person(at + 1));
    const rows = rollRows(state({ people: many, rollcalls: [call] }), call);
    expect(allAs(rows, 'present').map((part) => part.length)).toEqual([ANSWERS_MAX, ANSWERS_MAX, 1]);
  });

  it('ends with the last one', () => {
    expect(openRollCall(state({ rollcalls: [{ ...call, open: false }] }))).toBeNull();
  });
});

describe('votes', () => {
  const people = [person(1, 'chair'), person(2), person(3)];

  it('leaves out who is away and who is excluded', () => {
    const one = vote(30, { is: { subject: 'x', method: 'roll_call', majority: 'ordinary', excluded: [2] } });
    const now = state({ people, attendance: [attends(10, 1, 'present'), attends(11, 2, 'present'), attends(12, 3, 'absent')], casts: [{ seq: 31, last: 31, vote: 30, person: 1, choice: 'for' }] });
    expect(voteRows(now, one).map((row) => [row.person.seq, row.choice])).toEqual([[1, 'for']]);
    expect(participants(now, one)).toBe(1);
    expect(participants(state({ people }), one)).toBeNull();
  });

  it('reads counts', () => {
    expect(['', ' 7 ', '12', '-1', '1.5', 'x', '99999'].map(count)).toEqual([0, 7, 12, null, null, null, null]);
  });

  it('sees a tie where for and against are weighed', () => {
    expect(isTie(vote(1), { in_favour: 3, against: 3 })).toBe(true);
    expect(isTie(vote(1), { in_favour: 0, against: 0, abstain: 2 })).toBe(false);
    expect(isTie(vote(1, { is: { subject: 'x', method: 'secret_paper', majority: 'ordinary' } }), { in_favour: 3, against: 3 })).toBe(false);
    expect(isTie(vote(1, { is: { subject: 'x', method: 'hands', majority: 'two_thirds' } }), { in_favour: 3, against: 3 })).toBe(false);
  });

  it('goes from a secret tie to a second round, then to the lot', () => {
    const tied = vote(1, { state: 'tied' });
    expect(stepOf(state({ votes: [tied] }), tied)).toBe('repeat');
    expect(stepOf(state({ votes: [tied, vote(2, { first: 1, round: 2 })] }), tied)).toBe('done');
    expect(stepOf(state({ votes: [tied, vote(2, { first: 1, state: 'cancelled' })] }), tied)).toBe('repeat');
    expect(stepOf(state({}), vote(2, { state: 'tied', round: 2 }))).toBe('lot');
    expect(stepOf(state({}), vote(2, { is: { subject: 'x', method: 'roll_call', majority: 'full' } }))).toBe('cast');
  });

  it('finds what a decision rests on, by the item or a motion about it', () => {
    const motions = [{ seq: 5, last: 5, is: { kind: 'proposal' as const, item: 9, title: 'x' }, state: 'open' as const }];
    const votes = [vote(6, { state: 'decided', is: { subject: 'x', method: 'hands', majority: 'ordinary', motion: 5 } }), vote(7, { state: 'cancelled', is: { subject: 'x', method: 'hands', majority: 'ordinary', item: 9 } })];
    expect(decidingVote(state({ motions, votes }), 9)?.seq).toBe(6);
    expect(decidingVote(state({ votes }), 9)).toBeNull();
    expect(currentVote(state({ votes: [vote(1), ...votes] }))?.seq).toBe(1);
  });

  it('closes a part once by a vote', () => {
    const motions = [{ seq: 5, last: 5, is: { kind: 'close_part' as const, title: 'x' }, state: 'adopted' as const }];
    const votes = [vote(6, { state: 'decided', is: { subject: 'x', method: 'hands', majority: 'ordinary', motion: 5 }, result: { counts: {}, outcome: 'adopted' } })];
    expect(closingVotes(state({ motions, votes }))).toHaveLength(1);
    expect(closingVotes(state({ motions, votes, parts: [{ seq: 8, last: 8, closed: true, from_utc_us: 1, from_media_us: 1, vote: 6 }] }))).toHaveLength(0);
  });
});

describe('questions', () => {
  it('come first when they were put, then pinned, then of the item, then by support', () => {
    const sitting = { state: 'live', closed: false, cancelled: false, floor_closed: false, asking_closed: false, item: 3 } as const;
    const questions = [question(1, { supports: 9 }), question(2, { item: 3 }), question(4, { pinned: true }), question(5, { state: 'put' }), question(6, { state: 'pending' })];
    expect(approvedQuestions(state({ questions, sitting })).map((one) => one.seq)).toEqual([5, 4, 2, 1]);
    expect(pendingQuestions(state({ questions })).map((one) => one.seq)).toEqual([6]);
  });
});

describe('two desks', () => {
  const event = (seq: number, type: string, actor: string): MeetingEvent => ({ seq, type, actor, atUtcUs: 0, mediaUs: 0 });
  const events = [event(1, 'floor.granted', 'other'), event(5, 'agenda.advanced', 'other'), event(6, 'floor.ended', 'me'), event(7, 'floor.granted', 'other'), event(8, 'sitting.paused', 'other')];

  it('a refusal is explained by what the other did since', () => {
    const of = (command: string, madeFor: number, code = 'stale') => explains(events, { command, code, madeFor, self: 'me' })?.seq ?? null;
    expect(of('floor.grant', 4)).toBe(7);
    expect(of('agenda.advance', 4)).toBe(5);
    expect(of('agenda.advance', 5)).toBe(8);
    expect(of('question.approve', 0)).toBeNull();
    expect(of('floor.grant', 8)).toBeNull();
    expect(of('floor.grant', 4, 'budget_spent')).toBeNull();
  });

  it('only the newest are kept', () => {
    const many = Array.from({ length: RECENT_MAX }, (_, at) => event(at, 'notice.posted', 'x'));
    expect(recent(many, [event(999, 'notice.posted', 'x')])).toHaveLength(RECENT_MAX);
    expect(recent(many, [event(999, 'notice.posted', 'x')]).at(-1)?.seq).toBe(999);
  });

  it('are told in words', () => {
    expect(didText(deskTexts('tr'), 'floor.granted')).toBe('söz başkasına verildi');
    expect(didText(deskTexts('en'), 'record.redacted')).toBe(deskTexts('en').did_other);
  });
});

describe('keys', () => {
  const press = (key: string, more: object = {}) => ({ key, ctrlKey: false, altKey: false, metaKey: false, repeat: false, ...more });

  it('do what they say, but not while typing, with another key, held down, or switched off', () => {
    expect(deskKey(press('n'), false, true)).toBe('next');
    expect(deskKey(press('N'), true, true)).toBeNull();
    expect(deskKey(press('n', { ctrlKey: true }), false, true)).toBeNull();
    expect(deskKey(press('n', { repeat: true }), false, true)).toBeNull();
    expect(deskKey(press('n'), false, false)).toBeNull();
    expect(deskKey(press('?'), false, false)).toBe('help');
    expect(deskKey(press('i'), false, true)).toBeNull();
    expect(new Set(KEYS.map((one) => one.key)).size).toBe(KEYS.length);
  });
});

describe('the desk’s texts', () => {
  const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

  it('are whole in both languages, with the same places', () => {
    const [tr, en] = [deskTexts('tr'), deskTexts('en')];
    for (const key of Object.keys(tr) as (keyof typeof tr)[]) {
      expect(tr[key].trim(), key).not.toBe('');
      expect(en[key].trim(), key).not.toBe('');
      expect(places(en[key]), key).toEqual(places(tr[key]));
    }
    expect(deskTexts('de')).toBe(tr);
  });

  it('are all shown somewhere', () => {
    const folder = new URL('../../src/elements/desk/', import.meta.url);
    const source = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n')
      + readFileSync(new URL('../../src/pages/desk.ts', import.meta.url), 'utf8');
    const prefixes = [...source.matchAll(/said\([^,]+, '(\w+_)'/g)].map((hit) => hit[1] ?? '');
    const unused = Object.keys(deskTexts('tr')).filter(
      (key) =>
        !new RegExp(`(?:text\\.|\\{[^}]*)\\b${key}\\b`).test(source) &&
        !key.startsWith('did_') &&
        !prefixes.some((prefix) => key.startsWith(prefix)),
    );
    expect(unused).toEqual([]);
  });
});
