import { describe, expect, it } from 'vitest';
import { begin } from '../../src/state/meeting.js';
import { RESULT_US, voteOn } from '../../src/state/screen.js';
import type { Things } from '../../src/wire/meeting-types.js';

const vote = (state: Things['votes']['state'], to?: number): Things['votes'] => ({
  seq: 5,
  last: 5,
  is: { subject: 'Örnek', method: 'hands', majority: 'ordinary' },
  round: 1,
  state,
  counted: true,
  counts: {},
  result: { counts: {} },
  corrected: false,
  from_media_us: 1,
  ...(to !== undefined && { to_media_us: to }),
});
const on = (mediaUs: number, ...votes: Things['votes'][]) => voteOn(begin(9, { votes }), mediaUs)?.state ?? null;

describe('the big screen', () => {
  it('shows a vote while it is taken, its result for a while, then the floor again', () => {
    expect(on(10)).toBeNull();
    expect(on(10, vote('open'))).toBe('open');
    expect(on(10, vote('tied'))).toBe('tied');
    expect(on(10, vote('cancelled', 5))).toBeNull();
    expect(on(RESULT_US, vote('decided', 5))).toBe('decided');
    expect(on(RESULT_US + 5, vote('decided', 5))).toBeNull();
    expect(on(10, vote('decided', 5), vote('open'))).toBe('open');
  });
});
