// The desk mutes the programme and puts it on its slate: what viewers get is decoded, through kills
// of the worker and of the server. The source is white and sounds, the slate is dark and silent.
// Time limit: 240 s
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { cut, look, samples, seen } from '../lib/looking.mjs';
import { Meclis } from '../lib/meclis.mjs';
import { freePort } from '../lib/programs.mjs';
import { srt } from '../lib/publishers.mjs';
import { readTrack, trackNames } from '../lib/recording.mjs';
import { until } from '../lib/wait.mjs';

const WHITE = 150; // mean luma of a frame of the source, at least; the slate's is below 60
const LOUD = -40; // dB: the source's sound is above, silence below
const SETTLES = 1e6; // from an event until everything that comes is as it says, microseconds
const SPAN = 1e6;

const encoder = 'videotestsrc is-live=true pattern=white ! video/x-raw,width=320,height=180,framerate=25/1 ! identity name=video audiotestsrc is-live=true wave=sine freq=440 volume=0.125 ! audio/x-raw,rate=48000,channels=2 ! identity name=audio';

function expectLook(what, was, kind, { sound, picture }) {
  assert.ok(was.frames >= 10, `${what}: ${was.frames} frames were decoded`);
  const bound = kind === 'video' ? WHITE : LOUD;
  if (kind === 'video' ? picture : sound) assert.ok(was.least > bound, `${what}: the source is missing (${was.least})`);
  else assert.ok(was.most < bound, `${what}: the source is there (${was.most})`);
}

class Watch {
  constructor(m) {
    this.m = m;
    this.viewer = m.viewer('', { keepBytes: true });
  }

  // What the viewer gets once the event of that media time shows.
  async expect(what, at, expected) {
    const [from, to] = [at + SETTLES, at + SETTLES + SPAN];
    for (const kind of ['video', 'audio']) expectLook(`${what}, ${kind}`, await seen(this.viewer, kind, from, to), kind, expected);
  }
}

async function switchTo(desk, command, on) {
  const seq = await desk.do(command, { on });
  return desk.events.find((e) => e.seq === seq).media_us;
}

function recordedSound(m, name, from, to) {
  const track = readTrack(m.recording, name);
  const { found } = cut(track.fragments, 'audio', from, to);
  const init = readFileSync(path.join(m.recording, `${name}.init-${found[0].init}.mp4`));
  return [init, found.map((f) => track.data.subarray(f.offset, f.offset + f.size))];
}

// Nobody hears a click: no step from one sample to the next is beyond what the tone itself has.
function expectNoClick(m, name, from, to) {
  const sound = samples(...recordedSound(m, name, from, to)).subarray(4800);
  const amplitude = sound.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const steps = sound.subarray(1).reduce((most, x, i) => Math.max(most, Math.abs(x - sound[i])), 0);
  const own = (2 * Math.PI * 440 / 48000) * amplitude;
  assert.ok(amplitude > 0.05, `${name}: the tone is in it (${amplitude})`);
  assert.ok(steps < 1.5 * own, `${name}: a step of ${(steps / own).toFixed(1)} times the tone's own`);
}

const audioNames = (m) => trackNames(m.recording).filter((name) => name.startsWith('a'));

test('composed: muted and on its slate, through kills', async (t) => {
  const m = await Meclis.create(t, { sources: [{ id: 'ana', kind: 'gstreamer', priority: 1, url: encoder }] });
  await m.start();
  let desk = await m.events({ admin: true }).ready();
  for (const name of ['programme.mute', 'programme.slate'])
    assert.equal((await desk.say(name, { on: true })).code, 'not_live');
  await m.command('start');
  await m.onAirIs('ana');
  const watcher = await m.events().ready();
  assert.equal((await watcher.say('programme.mute', { on: true })).code, 'forbidden');
  const watch = new Watch(m);
  await watch.expect('the source', (await m.about()).media_time_us, { sound: true, picture: true });

  const muted = await switchTo(desk, 'programme.mute', true);
  await watcher.has(desk.newest);
  assert.equal(watcher.state.broadcast.muted, true);
  assert.equal((await desk.say('programme.mute', { on: true })).code, 'already');
  await watch.expect('muted', muted, { sound: false, picture: true });
  assert.equal((await m.about()).on_air, 'ana');
  await m.killWorker();
  await watch.viewer.goesOn(25, { seconds: 40 });
  await watch.expect('muted, by another worker', watch.viewer.newest.time, { sound: false, picture: true });
  // found again: what it is told, it was already
  await m.killServer();
  await m.start();
  desk = await m.events({ admin: true, after: desk }).ready();
  assert.equal(desk.state.broadcast.muted, true);
  watch.viewer = m.viewer('', { keepBytes: true });
  await until('the worker to be found', async () => (await m.metric('meclis_worker_up')) === 1, { seconds: 40 });
  await watch.expect('muted, found again', (await m.about()).media_time_us, { sound: false, picture: true });
  const heard = await switchTo(desk, 'programme.mute', false);
  await watch.expect('heard again', heard, { sound: true, picture: true });

  const slated = await switchTo(desk, 'programme.slate', true);
  await watch.expect('the slate', slated, { sound: false, picture: false });
  assert.equal((await m.about()).on_air, '');
  assert.equal((await m.source('ana')).state, 'live');
  const shown = await switchTo(desk, 'programme.slate', false);
  await watch.expect('shown again', shown, { sound: true, picture: true });
  assert.equal((await m.about()).on_air, 'ana');
  assert.deepEqual([watch.viewer.broken, desk.broken], [[], []]);
  await m.stop();

  // the record has what viewers got
  for (const name of audioNames(m)) {
    const silent = readTrack(m.recording, name).fragments.filter((f) => f.time >= muted + SETTLES && f.time < heard);
    for (const init of new Set(silent.map((f) => f.init))) {
      const [from, to] = [silent.find((f) => f.init === init).time, silent.findLast((f) => f.init === init).time];
      expectLook(`${name}, recorded`, look(...recordedSound(m, name, from, to), 'audio'), 'audio', { sound: false });
    }
    expectNoClick(m, name, heard - 5e5, slated + SETTLES);
  }
});

test('passthrough: muted and on its slate', async (t) => {
  const port = await freePort('udp');
  const m = await Meclis.onAir(t, {
    sources: [{ id: 'ana', kind: 'srt-listen', priority: 1, url: `srt://127.0.0.1:${port}` }],
    settings: { mode: 'passthrough' },
  });
  srt(t, port, { picture: 'color=c=white', keyframes: 25 });
  await m.onAirIs('ana');
  const desk = await m.events({ admin: true }).ready();
  assert.equal((await desk.say('programme.layout', { layout: 'side_by_side' })).code, 'not_available');
  const watch = new Watch(m);
  await watch.expect('the source', (await m.about()).media_time_us, { sound: true, picture: true });
  const muted = await switchTo(desk, 'programme.mute', true);
  await watch.expect('muted', muted, { sound: false, picture: true });
  const slated = await switchTo(desk, 'programme.slate', true);
  await watch.expect('the slate', slated, { sound: false, picture: false });
  assert.equal((await m.about()).on_air, '');
  const shown = await switchTo(desk, 'programme.slate', false);
  await watch.expect('shown again, muted still', shown, { sound: false, picture: true });
  const heard = await switchTo(desk, 'programme.mute', false);
  await watch.expect('heard again', heard, { sound: true, picture: true });
  assert.deepEqual(watch.viewer.broken, []);
  await m.stop();
  for (const name of audioNames(m)) expectNoClick(m, name, muted - 1e6, muted + SETTLES);
});
