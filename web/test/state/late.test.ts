import { describe, expect, it } from 'vitest';
import { seenUs, takenUs } from '../../src/state/late.js';

const S = 1_000_000;
const changes = [
  { fromUs: 10 * S, delayUs: 2 * S },
  { fromUs: 20 * S, delayUs: 0 },
  { fromUs: 30 * S, delayUs: 3 * S },
];

describe('a late picture', () => {
  it('is nothing where no delay is known', () => {
    expect([seenUs([], 7), takenUs([], 7)]).toEqual([7, 7]);
  });

  it('is where what happened is seen, as the server reckons', () => {
    const seen = [9, 10, 17, 18, 19, 25, 30].map((at) => seenUs(changes, at * S) / S);
    expect(seen).toEqual([9, 12, 19, 20, 20, 25, 33]);
  });

  it('was taken so much earlier', () => {
    expect([9, 12, 19, 25, 33].map((at) => takenUs(changes, at * S) / S)).toEqual([9, 10, 17, 25, 30]);
  });
});
