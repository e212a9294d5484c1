/** The policy against a simulated line and a simulated browser: what a viewer would see. */

import { describe, expect, it } from 'vitest';
import { Chase, rangeAt, type Span, TARGET_LEAST, TARGET_MOST } from '../../src/state/chase.js';
import { Lateness } from '../../src/state/lateness.js';
import { seeded } from '../data/messages.js';

const FRAME_MS = 40;
const TICK_MS = 100;
const STEP_MS = 10;
/** Chromium's: in hand when the sound runs dry, at the normal speed and at another; to begin (again). */
const DRY = 0.09;
const DRY_STRETCHED = 0.125;
const ENOUGH = 0.24;

interface Line {
  /** When the frame that was made at `madeMs` arrives; null: never. */
  arrives(madeMs: number): number | null;
  connected?(nowMs: number): boolean;
}

/** One viewer: frames of a line into a buffer, played by a browser that stops when it runs dry. */
class Viewer {
  chase = new Chase();
  lateness = new Lateness();
  ranges: Span[] = [];
  position = 0;
  rate = 1;
  playing = false;
  stallMs = 0;
  seeks = 0;
  rates: number[] = [];
  following = true;
  now = 0;
  #made = 0;
  #coming: { at: number; time: number }[] = [];
  #lastArrival = 0;
  #tickAt = 0;
  #line: Line;

  constructor(line: Line) {
    this.#line = line;
    this.lateness.begin(0);
  }

  get behind(): number {
    return this.now / 1000 - this.position;
  }

  get stalls(): number {
    return this.chase.stalls;
  }

  run(forMs: number): void {
    const end = this.now + forMs;
    for (; this.now < end; this.now += STEP_MS) {
      this.#arrive();
      this.#play();
      if (this.now >= this.#tickAt) this.tick();
    }
  }

  /** The machine sleeps: time goes on for everybody else. */
  sleep(ms: number): void {
    this.now += ms;
    this.#made = this.now;
    this.#coming = [];
  }

  tick(): void {
    this.#tickAt = this.now + TICK_MS;
    const out = this.chase.tick({
      nowMs: this.now,
      position: this.position,
      ranges: this.ranges,
      painted: true,
      waiting: this.ranges.length > 0 && !this.playing,
      following: this.following,
      atEdge: true,
      connected: this.#line.connected?.(this.now) ?? true,
      latenessMs: this.lateness.peakMs(this.now),
    });
    if (out.seek !== null) {
      this.position = out.seek;
      this.seeks++;
    }
    this.rate = out.rate;
    this.rates.push(out.rate);
  }

  #arrive(): void {
    for (; this.#made <= this.now; this.#made += FRAME_MS) {
      const at = this.#line.arrives(this.#made);
      // TCP: nothing overtakes.
      if (at !== null) this.#coming.push({ at: Math.max(at, this.#lastArrival), time: this.#made });
      this.#lastArrival = Math.max(this.#lastArrival, at ?? 0);
    }
    while (this.#coming[0] !== undefined && this.#coming[0].at <= this.now) {
      const { time } = this.#coming.shift() as { time: number };
      const here = rangeAt(this.ranges, this.position);
      if (here) this.chase.sample(this.now, here.end);
      const [start, end] = [time / 1000, (time + FRAME_MS) / 1000];
      const last = this.ranges[this.ranges.length - 1];
      if (last && start - last.end < 0.02) last.end = end;
      else this.ranges.push({ start, end });
      this.lateness.arrived(this.now, time * 1000);
    }
  }

  #play(): void {
    const here = this.ranges.find((range) => this.position >= range.start && this.position < range.end);
    const ahead = here ? here.end - this.position : 0;
    if (ahead < (this.rate === 1 || this.rate === 0 ? DRY : DRY_STRETCHED)) this.playing = false;
    else if (ahead > ENOUGH) this.playing = true;
    if (this.playing) this.position = Math.min(this.position + (STEP_MS / 1000) * this.rate, here?.end ?? 0);
    else if (this.ranges.length > 0 && this.rate > 0) this.stallMs += STEP_MS;
  }
}

const steady: Line = { arrives: (made) => made + 30 };

function uneven(seed: number, jitterMs: number, loss: number, lossMs: number): Line {
  const random = seeded(seed);
  return {
    arrives: (made) => made + 30 + random() * jitterMs + (random() < loss ? lossMs * (0.5 + random()) : 0),
  };
}

describe('on an even line', () => {
  it('plays within 0.25 s of live, without a stall, and at the normal speed', () => {
    const viewer = new Viewer(steady);
    viewer.run(20_000);
    viewer.rates = [];
    viewer.run(40_000);
    expect(viewer.stalls).toBe(0);
    expect(viewer.behind).toBeLessThan(0.25);
    expect(viewer.behind).toBeGreaterThan(0.1);
    expect(viewer.rates.filter((rate) => rate === 1).length / viewer.rates.length).toBeGreaterThan(0.9);
  });

  it('is there within four seconds, and stays no longer near where stretched sound runs dry', () => {
    const viewer = new Viewer(steady);
    viewer.run(4_000);
    const settled = viewer.behind;
    viewer.rates = [];
    viewer.run(56_000);
    expect(Math.abs(viewer.behind - settled)).toBeLessThan(0.001);
    expect(viewer.rates.every((rate) => rate === 1)).toBe(true);
  });

  it.each([200, -200])('follows clocks %i ppm apart', (ppm) => {
    const viewer = new Viewer({ arrives: (made) => made * (1 - ppm * 1e-6) + 200 });
    viewer.run(600_000);
    expect(viewer.stalls).toBe(0);
    expect(viewer.stallMs).toBeLessThan(500);
    expect(viewer.chase.target({ latenessMs: viewer.lateness.peakMs(viewer.now) })).toBeLessThan(0.2);
    const rested = viewer.rates.filter((rate) => rate === 0).length;
    expect(rested * TICK_MS).toBeLessThan(1_500);
  });
});

describe('on an uneven line', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('of 80 ms jitter and 1 %% loss stalls at most once (seed %i)', (seed) => {
    const viewer = new Viewer(uneven(seed, 80, 0.01, 250));
    viewer.run(120_000);
    expect(viewer.stalls).toBeLessThanOrEqual(1);
    expect(viewer.behind).toBeLessThan(1.5);
  });

  it('goes further from live instead of stalling again and again, and never beyond 4 s', () => {
    const viewer = new Viewer(uneven(9, 200, 0.02, 2_000));
    viewer.run(120_000);
    const early = viewer.stalls;
    expect(early).toBeLessThanOrEqual(5);
    viewer.run(120_000);
    expect(viewer.stalls - early).toBeLessThanOrEqual(1);
    expect(viewer.chase.target({ latenessMs: 1e9 })).toBe(TARGET_MOST);
    expect(viewer.behind).toBeLessThan(TARGET_MOST + 4);
  });

  it('comes back to live slowly when the line is good again', () => {
    let good = false;
    const bad = uneven(4, 100, 0.03, 800);
    const viewer = new Viewer({ arrives: (made) => (good ? made + 30 : bad.arrives(made)) });
    viewer.run(60_000);
    const far = viewer.behind;
    expect(far).toBeGreaterThan(0.5);
    good = true;
    const stalls = viewer.stalls;
    viewer.run(15_000);
    expect(viewer.behind).toBeGreaterThan(far * 0.4);
    viewer.run(285_000);
    expect(viewer.stalls).toBe(stalls);
    expect(viewer.behind).toBeLessThan(0.3);
  });

  it('never plays faster or slower than a tenth', () => {
    const viewer = new Viewer(uneven(11, 150, 0.02, 900));
    viewer.run(120_000);
    for (const rate of viewer.rates) expect(rate === 0 || (rate >= 0.9 && rate <= 1.1)).toBe(true);
  });
});

describe('after a hole', () => {
  it('of the broadcast, goes on behind it by itself', () => {
    const viewer = new Viewer({ arrives: (made) => (made > 10_000 && made < 12_000 ? null : made + 30) });
    viewer.run(20_000);
    expect(viewer.ranges).toHaveLength(2);
    expect(viewer.behind).toBeLessThan(1.5);
    expect(viewer.playing).toBe(true);
  });

  it('goes on too where the viewer is behind by its own wish', () => {
    const viewer = new Viewer({ arrives: (made) => (made > 10_000 && made < 12_000 ? null : made + 30) });
    viewer.run(9_000);
    viewer.following = false;
    viewer.position = 5;
    viewer.run(10_000);
    expect(viewer.position).toBeGreaterThan(15);
    expect(viewer.seeks).toBeLessThanOrEqual(2);
    expect(viewer.rate).toBe(1);
  });
});

it('does not go back where the browser has played a little beyond the end', () => {
  const viewer = new Viewer(steady);
  viewer.run(5_000);
  const { seeks } = viewer;
  viewer.position = (viewer.ranges[0]?.end ?? 0) + 0.05;
  viewer.tick();
  expect(viewer.seeks).toBe(seeks);
});

describe('after an interruption', () => {
  it('of an hour asleep, is at live again within a second', () => {
    const viewer = new Viewer(steady);
    viewer.run(10_000);
    viewer.sleep(3_600_000);
    viewer.run(1_000);
    expect(viewer.behind).toBeLessThan(1);
    expect(viewer.playing).toBe(true);
  });

  it('of the connection, does not take the line for a bad one', () => {
    const out = (ms: number) => ms > 10_000 && ms < 20_000;
    const viewer = new Viewer({
      arrives: (made) => (out(made) ? null : made + 30),
      connected: (now) => !out(now),
    });
    viewer.run(30_000);
    expect(viewer.chase.target({ latenessMs: 0 })).toBe(TARGET_LEAST);
  });

  it('that is noticed only after the picture stood still, neither', () => {
    const viewer = new Viewer({ arrives: (made) => (made > 10_000 && made < 20_000 ? null : made + 30) });
    viewer.run(13_000);
    expect(viewer.chase.target({ latenessMs: 0 })).toBeGreaterThan(TARGET_LEAST);
    viewer.chase.lost(viewer.now);
    expect(viewer.chase.target({ latenessMs: 0 })).toBe(TARGET_LEAST);
  });

  it('of the ticks, as in a hidden tab, neither stalls nor runs away', () => {
    const viewer = new Viewer(steady);
    viewer.run(5_000);
    for (let i = 0; i < 60; i++) {
      const tick = viewer.tick.bind(viewer);
      viewer.tick = () => {};
      viewer.run(1_000);
      viewer.tick = tick;
      viewer.tick();
    }
    expect(viewer.stalls).toBe(0);
    expect(viewer.behind).toBeLessThan(0.5);
  });
});

describe('at the beginning', () => {
  const input = {
    nowMs: 0,
    position: 0,
    ranges: [{ start: 1, end: 1.04 }],
    painted: false,
    waiting: true,
    following: true,
    atEdge: false,
    connected: true,
    latenessMs: 0,
  };

  it('shows the keyframe, waits until the past has come, then begins near live', () => {
    const chase = new Chase();
    const first = chase.tick(input);
    expect(first.rate).toBe(0);
    expect(first.seek).toBeCloseTo(1, 1);
    const position = first.seek ?? 0;
    expect(chase.tick({ ...input, nowMs: 20, position, atEdge: true })).toMatchObject({ rate: 0, seek: null });
    expect(chase.tick({ ...input, nowMs: 40, position, painted: true })).toMatchObject({ rate: 0, seek: null });
    const ranges = [{ start: 1, end: 2.9 }];
    const begun = chase.tick({ ...input, nowMs: 60, position, painted: true, atEdge: true, ranges });
    expect(begun.seek).toBeLessThan(2.9);
    expect(begun.seek).toBeGreaterThan(2.9 - TARGET_LEAST);
    const next = { ...input, position: begun.seek ?? 0, painted: true, atEdge: true };
    const held = chase.tick({ ...next, nowMs: 100, ranges: [{ start: 1, end: 2.9 }] });
    expect(held).toMatchObject({ rate: 0, seek: null });
    expect(chase.tick({ ...next, nowMs: 200, ranges: [{ start: 1, end: 2.98 }] }).rate).toBe(1);
  });

  it('holds the first frame until there is enough to go on', () => {
    const chase = new Chase();
    const here = { ...input, atEdge: true, painted: true };
    const position = chase.tick(here).seek ?? 0;
    expect(chase.tick({ ...here, nowMs: 20, position })).toMatchObject({ rate: 0, seek: null });
    expect(chase.tick({ ...here, nowMs: 120, position, ranges: [{ start: 1, end: 1.14 }] }).rate).toBe(1);
  });
});
