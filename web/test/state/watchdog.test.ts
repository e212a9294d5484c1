import { describe, expect, it } from 'vitest';
import { beginWatch, type Remedy, type Sight, watch } from '../../src/state/watchdog.js';

/** Looks twice a second; `sight` says what is seen at second `s`. Returns what was done, and when. */
function looked(seconds: number, sight: (s: number) => Partial<Sight>): Array<[number, Remedy]> {
  let state = beginWatch(0);
  const done: Array<[number, Remedy]> = [];
  for (let s = 0; s <= seconds; s += 0.5) {
    const [next, remedy] = watch(state, { nowMs: s * 1000, position: 0, wanted: true, loading: false, lag: 0, ...sight(s) });
    state = next;
    if (remedy !== 'none') done.push([s, remedy]);
  }
  return done;
}

describe('the watchdog', () => {
  it('leaves alone what plays', () => {
    expect(looked(60, (s) => ({ position: s }))).toEqual([]);
  });

  it('leaves alone what is paused, for however long', () => {
    expect(looked(60, () => ({ wanted: false, lag: 60 }))).toEqual([]);
  });

  it('jumps from where nothing moves, begins anew, and so on ever more seldom', () => {
    expect(looked(60, () => ({}))).toEqual([[4, 'jump'], [9, 'renew'], [19, 'jump'], [39, 'renew']]);
  });

  it('gives a slow line its time', () => {
    expect(looked(14, () => ({ loading: true }))).toEqual([[12, 'jump']]);
  });

  it('does not stay far behind what it follows', () => {
    expect(looked(20, (s) => ({ position: s, lag: 9 }))).toEqual([[8, 'jump'], [13, 'renew']]);
    expect(looked(60, (s) => ({ position: s, lag: s % 6 > 4 ? 9 : 1 }))).toEqual([]);
    expect(looked(60, (s) => ({ position: s, lag: null }))).toEqual([]);
  });

  it('takes the next trouble for a new one, once it was well', () => {
    const holes = (s: number) => ({ position: s < 20 || s > 40 ? s : 20 });
    expect(looked(36, holes)).toEqual([[24, 'jump'], [29, 'renew']]);
    expect(looked(80, (s) => ({ position: s < 20 ? 0 : s < 60 ? s : 60 }))).toEqual([
      [4, 'jump'],
      [9, 'renew'],
      [19, 'jump'],
      [64, 'jump'],
      [69, 'renew'],
      [79, 'jump'],
    ]);
  });
});
