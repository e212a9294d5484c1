// The recording: what no kill can hurt.
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { freePort, isRunning, temporary } from '../lib/programs.mjs';
import { srt } from '../lib/publishers.mjs';
import { brokenPromises, decodeTrack, playToTheEnd, readTrack, trackNames } from '../lib/recording.mjs';
import { Pressure, until } from '../lib/wait.mjs';

const sources = [{ id: 'test', kind: 'test', priority: 1 }];

async function killAll(m) {
  const { worker } = m;
  m.server.kill('SIGKILL');
  const at = Date.now();
  process.kill(worker, 'SIGKILL');
  await until('both to be gone', () => m.server.exited && !isRunning(worker));
  return at;
}

const recorded = async (m, seconds) => until(`${seconds} s recorded`, async () => (await m.about()).recording.bytes > 0 && readTrack(m.recording, '180p').fragments.length >= seconds * 25, { seconds: seconds + 20, every: 300 });

test('everything killed at once: all that was recorded plays, to the last fragment', async (t) => {
  const port = await freePort('udp');
  const m = await Meclis.onAir(t, { sources: [{ id: 'ana', kind: 'srt-listen', priority: 1, url: `srt://127.0.0.1:${port}` }, { ...sources[0], priority: 5 }] });
  srt(t, port);
  await m.onAirIs('ana');
  await recorded(m, 5);
  const pressure = new Pressure();
  const last = await killAll(m);

  assert.deepEqual(trackNames(m.recording), ['180p', '90p', 'audio']);
  for (const name of trackNames(m.recording)) {
    const { fragments, frames, errors } = await decodeTrack(m.recording, name, temporary());
    assert.equal(errors, '', name);
    if (name !== 'audio') assert.equal(frames, fragments, name);
    else assert.ok(frames >= fragments, name);
    const captured = readTrack(m.recording, name).fragments.at(-1).captured / 1000;
    assert.ok(pressure.starved || last - captured < 1500, `${name}: its last fragment is from ${last - captured} ms before the kill`);
  }

  // What follows goes on behind it.
  await m.start();
  const v = m.viewer();
  await v.goesOn(50, { seconds: 20 });
  await m.command('stop');
  await until('the end', async () => (await m.about()).state === 'ended' && !m.workers.length);
  assert.deepEqual(brokenPromises(m.recording), []);
  const played = await playToTheEnd(m.url(`/hls/${meeting}/master.m3u8`));
  assert.ok(played.frames >= 120, `${played.frames} frames: ${played.errors}`);
  await m.stop();
});

test('a half-written fragment at the end costs nothing but itself', async (t) => {
  const m = await Meclis.onAir(t, { sources });
  await recorded(m, 4);
  await killAll(m);
  const data = path.join(m.recording, '180p.m4s'), index = path.join(m.recording, '180p.idx');
  const whole = readTrack(m.recording, '180p').fragments.length;
  // The worst of cuts: half a fragment's bytes, half a record, and a record whose bytes are missing.
  appendFileSync(data, readFileSync(data).subarray(0, 333));
  truncateSync(index, statSync(index).size - 20);
  truncateSync(path.join(m.recording, '90p.m4s'), statSync(path.join(m.recording, '90p.m4s')).size - 50);

  await m.start();
  const v = m.viewer();
  await v.goesOn(60, { seconds: 20 });
  await m.command('stop');
  await until('the end', () => !m.workers.length);
  assert.deepEqual(brokenPromises(m.recording), []);
  assert.ok(readTrack(m.recording, '180p').fragments.length >= whole - 1 + 50);
  const { errors } = await decodeTrack(m.recording, '180p', temporary());
  assert.equal(errors, '');
  const played = await playToTheEnd(m.url(`/hls/${meeting}/master.m3u8`));
  assert.ok(played.frames >= whole, `${played.frames} frames: ${played.errors}`);
  await m.stop();
});

test('a recording that was damaged does not keep the broadcast from starting', async (t) => {
  const m = await Meclis.onAir(t, { sources });
  await recorded(m, 3);
  await m.command('stop');
  await until('the end', () => !m.workers.length);
  writeFileSync(path.join(m.recording, '180p.idx'), 'x'.repeat(1000));
  writeFileSync(path.join(m.recording, 'tracks.json'), '{');
  await m.killServer();
  await m.start();
  await m.command('start');
  const v = m.viewer();
  await v.goesOn(25, { seconds: 20 });
  await m.stop();
});

test('recording is stopped and started by command; the gap is marked', async (t) => {
  const m = await Meclis.onAir(t, { sources });
  await recorded(m, 2);
  const v = m.viewer();
  await m.command('stop-recording');
  await until('off', async () => (await m.about()).recording.state === 'off');
  await v.goesOn(50);
  const size = statSync(path.join(m.recording, '180p.m4s')).size;
  await v.goesOn(25);
  assert.equal(statSync(path.join(m.recording, '180p.m4s')).size, size, 'nothing is written');
  await m.command('record');
  await until('on', async () => (await m.about()).recording.state === 'on');
  await v.goesOn(75);
  await m.stop();
  assert.deepEqual(brokenPromises(m.recording), []);
  for (const name of trackNames(m.recording)) {
    const gap = readTrack(m.recording, name).gaps.find((g) => g.to > g.from);
    assert.equal(gap?.gap, 'stopped', name);
    assert.ok(gap.to - gap.from > 1e6);
  }
});
