// The clock of the machine is stepped, forwards and back: a line in the log, never a jump in the
// media.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Meclis } from '../lib/meclis.mjs';
import { brokenPromises, holes, readTrack, trackNames } from '../lib/recording.mjs';
import { assertUnbroken } from '../lib/unbroken.mjs';
import { Pressure, until } from '../lib/wait.mjs';

const hour = 3600e6;

test('a stepped clock changes UTC and nothing else', async (t) => {
  const m = await Meclis.onAir(t, { sources: [{ id: 'test', kind: 'test', priority: 1 }] });
  const pressure = new Pressure();
  const v = m.viewer();
  await v.goesOn(50);
  for (const offset of [hour, -hour]) {
    m.stepClock(offset);
    await until('the new time at the viewer', () => Math.abs(v.newest.captured - (Date.now() * 1000 + offset)) < 5e6);
    await v.goesOn(50);
    await until('a line in the log', async () => (await m.log()).some((e) => e.type === 'clock.stepped' && Math.abs(e.at_utc_us - (Date.now() * 1000 + offset)) < 60e6), { seconds: 15 });
  }
  m.stepClock(0);
  await v.goesOn(50);

  assertUnbroken(t, v, pressure);
  const log = await m.log();
  for (let i = 1; i < log.length; i++) assert.equal(log[i].seq, log[i - 1].seq + 1);
  await m.stop();
  assert.deepEqual(brokenPromises(m.recording), []);
  for (const name of trackNames(m.recording)) assert.deepEqual(holes(readTrack(m.recording, name), { but: 'source' }), [], name);
});

test('the worker restarted with a stepped clock goes on in the same media time', async (t) => {
  const m = await Meclis.onAir(t, { sources: [{ id: 'test', kind: 'test', priority: 1 }] });
  const v = m.viewer();
  await v.goesOn(25);
  const before = v.newest;
  m.stepClock(hour);
  await m.killWorker();
  await v.goesOn(25, { seconds: 20 });
  const passed = v.newest.time - before.time;
  assert.ok(passed > 0 && passed < 30e6, `${passed} µs of media time passed`);
  await m.stop();
});
