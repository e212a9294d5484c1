import { describe, expect, it } from 'vitest';
import { initialState, type Effect, type PlayerEvent, type PlayerState, speedBeside, step } from '../../src/state/player.js';
import { Blocked, type Capabilities, transports } from '../../src/state/transport.js';
import type { MeetingState } from '../../src/wire/api.js';

const desktop: Capabilities = { mediaSource: true, webSocket: true, nativeHls: true, apple: false };
const oldPhone: Capabilities = { mediaSource: false, webSocket: true, nativeHls: true, apple: true };
const newPhone: Capabilities = { mediaSource: true, webSocket: true, nativeHls: true, apple: true };
const nothing: Capabilities = { mediaSource: false, webSocket: true, nativeHls: false, apple: false };

const begin: PlayerEvent = { type: 'begin', autoplay: true, at: null, only: null };
const isNow = (state: MeetingState): PlayerEvent => ({
  type: 'meeting',
  meeting: { id: 'demo', title: 'Deneme', language: 'tr', state, epochUtcUs: null, body: '', startsUtcUs: null, gridUs: 0, late: [], soundAlone: 'audio' },
});

/** Everything that was done on the way. */
function run(can: Capabilities, events: PlayerEvent[]): { state: PlayerState; effects: Effect[] } {
  let state = initialState(can);
  const effects: Effect[] = [];
  for (const event of events) {
    const [next, done] = step(state, event);
    state = next;
    effects.push(...done);
  }
  return { state, effects };
}

const failing = (transport: 'socket' | 'native' | 'hlsjs'): PlayerEvent => ({
  type: 'transport-failed',
  transport,
  at: null,
});

describe('the ways', () => {
  it.each([
    ['a desktop', desktop, ['socket', 'hlsjs', 'native'], ['hlsjs', 'native']],
    ['an old phone of Apple’s', oldPhone, ['native'], ['native']],
    ['a new one', newPhone, ['socket', 'native', 'hlsjs'], ['native', 'hlsjs']],
    ['nothing that plays', nothing, [], []],
  ])('of %s', (_, can, live, recorded) => {
    expect(transports(can, 'live')).toEqual(live);
    expect(transports(can, 'recorded')).toEqual(recorded);
  });

  it('are tried one after the other, and then words say so', () => {
    const { state, effects } = run(desktop, [begin, failing('socket'), failing('hlsjs'), failing('native')]);
    expect(effects.map((effect) => (effect.type === 'start' ? effect.transport : effect.type))).toEqual([
      'socket',
      'hlsjs',
      'native',
      'stop',
    ]);
    expect(state).toMatchObject({ phase: 'failed', failure: 'unplayable' });
    expect(step(state, { type: 'play' })[1]).toMatchObject([{ type: 'start', transport: 'socket' }]);
  });

  it('that failed late say nothing of the one in use', () => {
    const { state } = run(desktop, [begin, failing('socket'), failing('socket')]);
    expect(state.transport).toBe('hlsjs');
  });

  it('end at the one that was asked for', () => {
    const { state } = run(desktop, [{ ...begin, only: 'hlsjs' }, failing('hlsjs')]);
    expect(state).toMatchObject({ phase: 'failed', failure: 'unplayable' });
  });

  it('of which there is none are said to be so', () => {
    expect(run(nothing, [begin]).state).toMatchObject({ phase: 'failed', failure: 'unsupported' });
  });
});

describe('a meeting', () => {
  it('that is live plays', () => {
    const { state, effects } = run(desktop, [begin, isNow('live'), { type: 'on-air', live: true }, { type: 'playing' }]);
    expect(state).toMatchObject({ phase: 'playing', following: true, paused: false });
    expect(effects).toHaveLength(1);
  });

  it('that has not begun is waited for, and then connects by itself', () => {
    const waiting = run(desktop, [begin, { type: 'on-air', live: false }, isNow('idle')]);
    expect(waiting.state.phase).toBe('waiting');
    expect(waiting.effects).toHaveLength(1);
    expect(step(waiting.state, { type: 'on-air', live: true })[0].phase).toBe('connecting');
  });

  it('that has not begun is asked for again by those without the socket', () => {
    const waiting = run(oldPhone, [begin, isNow('idle')]);
    expect(waiting.effects.at(-1)).toEqual({ type: 'stop' });
    const [state, effects] = step(waiting.state, isNow('live'));
    expect(state.phase).toBe('connecting');
    expect(effects).toMatchObject([{ type: 'start', transport: 'native', mode: 'live' }]);
  });

  it('that has not begun is no reason to try another way', () => {
    const { state, effects } = run(desktop, [begin, isNow('idle'), failing('socket')]);
    expect(state).toMatchObject({ phase: 'waiting', tried: [] });
    expect(effects.at(-1)).toEqual({ type: 'stop' });
    expect(step(state, isNow('live'))[1]).toMatchObject([{ type: 'start', transport: 'socket' }]);
  });

  it('that has ended plays its recording', () => {
    const { state, effects } = run(desktop, [begin, isNow('ended')]);
    expect(state.mode).toBe('recorded');
    expect(effects.at(-1)).toMatchObject({ type: 'start', transport: 'hlsjs', mode: 'recorded', at: null, still: false });
  });

  it('that ends under the viewer offers its recording, and does not begin it', () => {
    const { state, effects } = run(desktop, [
      begin,
      isNow('live'),
      { type: 'playing' },
      isNow('ended'),
      { type: 'on-air', live: false },
      isNow('ended'),
    ]);
    expect(state.phase).toBe('ended');
    expect(effects).toHaveLength(1);
    expect(step(state, { type: 'play' })[1]).toMatchObject([{ type: 'start', mode: 'recorded', at: null }]);
  });

  it('whose end is said before it is known offers its recording too', () => {
    const { state } = run(desktop, [
      begin,
      isNow('live'),
      { type: 'playing' },
      { type: 'on-air', live: false },
      isNow('ended'),
    ]);
    expect(state.phase).toBe('ended');
  });

  it('that goes on after its end is followed again by those without the socket', () => {
    const ended = run(oldPhone, [begin, isNow('live'), { type: 'playing' }, { type: 'finished' }, isNow('ended')]);
    expect(ended.state.phase).toBe('ended');
    expect(step(ended.state, isNow('live'))[1]).toMatchObject([{ type: 'start', transport: 'native', mode: 'live' }]);
  });

  it('that is unknown is said to be so', () => {
    expect(run(desktop, [begin, { type: 'no-meeting' }]).state.failure).toBe('unknown-meeting');
  });

  it('opens at a moment of its recording while it is live', () => {
    const { state, effects } = run(desktop, [{ ...begin, at: 3600 }, isNow('live')]);
    expect(effects).toEqual([{ type: 'start', transport: 'hlsjs', mode: 'recorded', at: 3600, still: false }]);
    expect(state.following).toBe(false);
    expect(step(state, { type: 'to-live' })[1]).toEqual([{ type: 'start', transport: 'socket', mode: 'live', at: null, still: false }]);
  });
});

describe('the viewer', () => {
  const playing = [begin, isNow('live'), { type: 'playing' }] as PlayerEvent[];

  it('begins nothing unasked where it shall not begin by itself', () => {
    const { state, effects } = run(desktop, [{ ...begin, autoplay: false }, isNow('live')]);
    expect(effects).toEqual([]);
    expect(step(state, { type: 'play' })[1]).toMatchObject([{ type: 'start', transport: 'socket' }]);
  });

  it('that may not begin even without sound is given a button', () => {
    const { state, effects } = run(desktop, [begin, { type: 'refused' }]);
    expect(state).toMatchObject({ phase: 'ready', paused: true });
    expect(effects.at(-1)).toEqual({ type: 'stop' });
  });

  it('that pauses goes on from there, and comes back to live by the button', () => {
    const paused = run(desktop, [...playing, { type: 'pause' }]);
    expect(paused.state).toMatchObject({ paused: true, following: false });
    const [live, effects] = step(paused.state, { type: 'to-live' });
    expect(live.following).toBe(true);
    expect(effects).toEqual([{ type: 'seek-live' }, { type: 'play' }]);
  });

  it('that goes further back than the buffer gets the recording, and live again', () => {
    const back = run(desktop, [...playing, { type: 'to-moment', at: 12 }]);
    expect(back.effects.at(-1)).toEqual({ type: 'start', transport: 'hlsjs', mode: 'recorded', at: 12, still: false });
    expect(step(back.state, { type: 'to-live' })[1]).toMatchObject([{ type: 'start', transport: 'socket', mode: 'live' }]);
  });

  it('that is aimed while it waits for a press goes on waiting, and begins there', () => {
    const waits = run(desktop, [{ ...begin, autoplay: false }, isNow('live'), { type: 'aim', at: 12 }]);
    expect(waits.effects).toEqual([]);
    expect(waits.state).toMatchObject({ phase: 'ready', at: 12 });
    expect(step(waits.state, { type: 'play' })[1]).toMatchObject([{ type: 'start', mode: 'recorded', at: 12 }]);
  });

  it('keeps its wishes through every change', () => {
    const { state, effects } = run(desktop, [
      ...playing,
      { type: 'quality', quality: '360p' },
      { type: 'audio-only', audioOnly: true },
      failing('socket'),
    ]);
    expect(effects.slice(1, 3)).toEqual([
      { type: 'select', quality: '360p', audioOnly: false },
      { type: 'select', quality: '360p', audioOnly: true },
    ]);
    expect(state).toMatchObject({ quality: '360p', audioOnly: true, transport: 'hlsjs' });
  });
});

describe('blocked sockets', () => {
  it('are told from a server that is down', () => {
    const blocked = new Blocked();
    for (let i = 0; i < 20; i++) expect(blocked.failed(false)).toBe(false);
    expect(blocked.failed(true)).toBe(false);
    expect(blocked.failed(true)).toBe(false);
    expect(blocked.failed(true)).toBe(true);
  });

  it('are known at the second failure where HTTP worked from the start', () => {
    const blocked = new Blocked();
    blocked.reached();
    expect(blocked.failed(true)).toBe(false);
    expect(blocked.failed(true)).toBe(true);
  });

  it('are not suspected so soon where one said hello', () => {
    const blocked = new Blocked();
    blocked.reached();
    blocked.greeted();
    for (let i = 0; i < 4; i++) expect(blocked.failed(true)).toBe(false);
    expect(blocked.failed(true)).toBe(true);
  });
});

describe('on HLS since the socket failed', () => {
  const playing: PlayerEvent = { type: 'playing' };
  const moment = (nowMs: number, changed = false): PlayerEvent => ({ type: 'moment', nowMs, changed });
  const probed = (nowMs: number, works: boolean): PlayerEvent => ({ type: 'probed', nowMs, works });
  const onHls: PlayerEvent[] = [begin, isNow('live'), failing('socket'), playing, moment(0)];
  const probes = (effects: Effect[]) => effects.filter((effect) => effect.type === 'probe').length;

  it('asks for the socket every few minutes, and one question at a time', () => {
    expect(probes(run(desktop, [...onHls, moment(170_000)]).effects)).toBe(0);
    const asked = run(desktop, [...onHls, moment(180_000), moment(190_000, true), moment(400_000)]);
    expect(probes(asked.effects)).toBe(1);
    const again = [probed(401_000, false), moment(570_000), moment(581_000)];
    expect(probes(run(desktop, [...onHls, moment(180_000), ...again]).effects)).toBe(2);
  });

  it('asks at once where something has changed', () => {
    expect(probes(run(desktop, [...onHls, moment(6_000, true)]).effects)).toBe(1);
    expect(probes(run(desktop, [...onHls, moment(1_000, true), moment(2_000, true)]).effects)).toBe(0);
  });

  it('goes back where it works, as if nothing were', () => {
    const { state, effects } = run(desktop, [...onHls, moment(180_000), probed(183_000, true)]);
    expect(state).toMatchObject({ phase: 'playing', transport: 'socket', tried: [], following: true, paused: false });
    expect(effects.at(-1)).toEqual({ type: 'start', transport: 'socket', mode: 'live', at: null, still: true });
    expect(probes(step(state, moment(900_000, true))[1])).toBe(0);
  });

  it.each([
    ['has paused', { type: 'pause' }],
    ['has gone back a little', { type: 'behind' }],
    ['watches the recording', { type: 'to-moment', at: 5 }],
  ] as [string, PlayerEvent][])('leaves in peace whoever %s', (_, event) => {
    expect(probes(run(desktop, [...onHls, event, moment(600_000, true)]).effects)).toBe(0);
    const { state } = run(desktop, [...onHls, moment(180_000), event, probed(183_000, true)]);
    expect(state.transport).toBe('hlsjs');
    expect(state.comeback.asking).toBe(false);
  });

  it('asks less and less often where a return does not last', () => {
    let { state } = run(desktop, onHls);
    const asks: number[] = [];
    for (let now = 0; now < 6 * 3_600_000; now += 10_000) {
      const [next, effects] = step(state, moment(now));
      state = next;
      if (probes(effects) === 0) continue;
      asks.push(now);
      for (const event of [probed(now, true), failing('socket'), playing]) [state] = step(state, event);
    }
    const waits = asks.slice(1).map((at, i) => Math.round((at - (asks[i] ?? 0)) / 60_000));
    expect(waits.slice(0, 5)).toEqual([6, 12, 24, 30, 30]);
    expect(asks.length).toBeLessThan(16);
  });

  it('begins anew with few minutes where a return has lasted', () => {
    const back = run(desktop, [...onHls, moment(180_000), probed(183_000, true), failing('socket'), playing]).state;
    const lasted = [moment(600_000), moment(781_000)];
    expect(probes(lasted.reduce((done: Effect[], event) => [...done, ...step(back, event)[1]], []))).toBe(0);
    const [waiting] = step(back, moment(600_000));
    expect(waiting.comeback.waitMs).toBe(180_000);
    expect(probes(step(waiting, moment(781_000))[1])).toBe(1);
  });

  it('does not look for what was never asked to be left', () => {
    const only: PlayerEvent[] = [{ ...begin, only: 'hlsjs' }, isNow('live'), playing, moment(0), moment(600_000, true)];
    expect(probes(run(desktop, only).effects)).toBe(0);
    expect(probes(run(oldPhone, [begin, isNow('live'), playing, moment(0), moment(600_000)]).effects)).toBe(0);
  });
});

describe('the speed', () => {
  const recorded: PlayerEvent[] = [begin, { type: 'to-moment', at: 5 }, { type: 'playing' }];
  const at = (speed: number): PlayerEvent => ({ type: 'speed', speed });

  it('is a recording’s, one of those there are, and said once', () => {
    const { state, effects } = run(desktop, [...recorded, at(1.5), at(1.5), at(3), at(Number.NaN)]);
    expect(state.speed).toBe(1.5);
    expect(effects.filter(({ type }) => type === 'speed')).toEqual([{ type: 'speed', speed: 1.5 }]);
    expect(run(desktop, [begin, at(2)]).state.speed).toBe(1);
  });

  it('stays where the way of playing changes, and ends at the live edge', () => {
    expect(run(desktop, [...recorded, at(2), failing('hlsjs')]).state).toMatchObject({ transport: 'native', speed: 2 });
    expect(run(desktop, [...recorded, at(2), { type: 'to-live' }]).state).toMatchObject({ mode: 'live', speed: 1 });
  });

  it('goes up and down a step at a time, as far as it goes', () => {
    expect([speedBeside(1, 1), speedBeside(1, -1), speedBeside(2, 1), speedBeside(0.75, -1)]).toEqual([1.25, 0.75, 2, 0.75]);
  });
});
