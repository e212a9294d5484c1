// Media time survives a reboot, and the loss of its epoch.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Meclis } from '../lib/meclis.mjs';
import { brokenPromises, holes, readTrack } from '../lib/recording.mjs';
import { until } from '../lib/wait.mjs';

const sources = [{ id: 'test', kind: 'test', priority: 1 }];
const otherBoot = '00000000-0000-4000-8000-000000000000';

// Everything ends, the epoch is changed, everything begins again. Media time must go on by UTC.
async function goesOnAfter(t, change) {
  const m = await Meclis.onAir(t, { sources });
  await m.viewer().goesOn(50);
  await m.stop();
  const before = readTrack(m.recording, '180p').fragments.at(-1);
  change(path.join(m.recording, 'epoch.json'));
  await m.start();
  const v = m.viewer();
  await v.goesOn(25, { seconds: 20 });
  const since = v.newest.captured - before.captured;
  const passed = v.newest.time - before.time;
  assert.ok(Math.abs(since - passed) < 300000, `${passed} µs of media time in ${since} µs`);
  const about = await m.about();
  await until('recorded again', async () => (await m.about()).recording.until_us > about.media_time_us);
  assert.equal(about.state, 'live');
  await m.stop();
  assert.deepEqual(brokenPromises(m.recording), []);
  assert.ok(holes(readTrack(m.recording, '180p')).length >= 1);
}

test('a reboot', (t) => goesOnAfter(t, (file) => {
  const epoch = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...epoch, boot_id: otherBoot, boot_us: 123456 }));
}));

test('a lost epoch', (t) => goesOnAfter(t, (file) => rmSync(file)));

test('a damaged epoch', (t) => goesOnAfter(t, (file) => writeFileSync(file, '{"boot_id":')));
