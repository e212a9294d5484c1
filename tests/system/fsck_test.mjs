// A real recording, damaged by hand, mended by `meclis fsck`.
// Time limit: 120 s
// Runs beside others.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { temporary } from '../lib/programs.mjs';
import { brokenPromises, decodeTrack, readTrack } from '../lib/recording.mjs';
import { patience, until } from '../lib/wait.mjs';

function fsck(m, ...args) {
  const { status, stdout, stderr } = spawnSync(m.binary, ['fsck', '--data', m.data, ...args], { encoding: 'utf8', timeout: 30000 * patience });
  return { status, text: stdout + stderr };
}

test('damaged by hand and mended: what is whole plays, what is on air is left alone', async (t) => {
  const m = await Meclis.onAir(t, { sources: [{ id: 'test', kind: 'test', priority: 1 }] });
  await until('4 s recorded', async () => (await m.about()).recording.bytes > 0 && readTrack(m.recording, '180p').fragments.length >= 100, { seconds: 40, every: 300 });
  const onAir = fsck(m);
  assert.equal(onAir.status, 0, onAir.text);
  assert.match(onAir.text, /yayında, atlandı/);
  await m.command('stop');
  await until('the end', async () => (await m.about()).state === 'ended' && !m.workers.length);
  await m.stop();

  const file = (name) => path.join(m.recording, name);
  const whole = fsck(m);
  assert.equal(whole.status, 0, whole.text);
  assert.match(whole.text, new RegExp(`${meeting}/180p: sağlam`));
  const index = readFileSync(file('180p.idx')), before = readTrack(m.recording, '180p').fragments, pictures = before.length;

  const damaged = Buffer.from(index);
  damaged.write('bozuk', 64 * 20 + 16);
  writeFileSync(file('180p.idx'), damaged);
  rmSync(file('90p.idx'));
  truncateSync(file('audio.m4s'), readTrack(m.recording, 'audio').data.length - 7);
  const told = fsck(m, '--dry-run', meeting);
  assert.equal(told.status, 1, told.text);
  assert.match(told.text, /180p: bozuk[^]*1 okunamayan[^]*90p: bozuk[^]*audio: bozuk[^]*yarım parça/);
  assert.deepEqual(readFileSync(file('180p.idx')), damaged, 'only looked at');
  assert.ok(!existsSync(file('90p.idx')));

  const mended = fsck(m, meeting);
  assert.equal(mended.status, 1, mended.text);
  assert.match(mended.text, /180p: onarıldı/);
  const without = (f) => ({ ...f, captured: 0 }); // that is reckoned from the record before
  const after = readTrack(m.recording, '180p').fragments;
  assert.deepEqual(after.map(without), before.map(without));
  assert.ok(after.every((f, i) => Math.abs(f.captured - before[i].captured) < 100_000));
  assert.deepEqual(readFileSync(file('180p.idx.before-fsck')), damaged);
  assert.deepEqual(brokenPromises(m.recording), []);
  assert.equal(readTrack(m.recording, '90p').fragments.length, pictures);
  const { frames, errors } = await decodeTrack(m.recording, '90p', temporary());
  assert.equal(errors, '');
  assert.equal(frames, pictures);
  const again = fsck(m);
  assert.equal(again.status, 0, again.text);
  assert.doesNotMatch(again.text, /bozuk|onarıldı/);

  // Half-written files of programs that were killed, and a recording that was moved to another disk.
  const elsewhere = path.join(temporary(), 'kayit');
  cpSync(m.recording, elsewhere, { recursive: true });
  rmSync(m.recording, { recursive: true });
  symlinkSync(elsewhere, m.recording);
  const { pid } = spawnSync('true');
  const half = `tracks.json.tmp${pid}`;
  writeFileSync(path.join(elsewhere, half), '{"tr');
  const seen = fsck(m, '--dry-run');
  assert.equal(seen.status, 1, seen.text);
  assert.match(seen.text, new RegExp(`${meeting}/${half}: yarım kalmış dosya / half-written file, 4 bayt`));
  assert.ok(existsSync(path.join(elsewhere, half)));
  const swept = fsck(m);
  assert.equal(swept.status, 1, swept.text);
  assert.match(swept.text, new RegExp(`${half}: yarım kalmış dosya silindi`));
  assert.ok(!existsSync(path.join(elsewhere, half)));
  rmSync(file('90p.idx'));
  assert.match(fsck(m).text, /90p: onarıldı/);
  assert.equal(readTrack(elsewhere, '90p').fragments.length, pictures);
  const sound = fsck(m);
  assert.equal(sound.status, 0, sound.text);

  await m.start();
  const clip = await m.get(`/api/v1/meetings/${meeting}/clip.mp4`);
  assert.equal(clip.status, 200);
  const bytes = Buffer.from(await clip.arrayBuffer()), data = readFileSync(path.join(elsewhere, '180p.m4s'));
  const { fragments } = readTrack(elsewhere, '180p');
  const picture = fragments[0];
  assert.ok(picture.size > 200);
  assert.ok(bytes.includes(data.subarray(picture.offset + picture.size - 100, picture.offset + picture.size)), 'the pictures that lie there');
  assert.match(await m.text(`/hls/${meeting}/master.m3u8`), /#EXT-X-STREAM-INF/);
  await m.stop();

  // What is no recording, and no meeting's name.
  for (const name of ['../..', 'yok', '.']) assert.equal(fsck(m, name).status, 2, name);
  mkdirSync(path.join(m.data, 'recordings/baska'));
  copyFileSync(file('180p.m4s'), path.join(m.data, 'recordings/baska/tracks.json'));
  assert.equal(fsck(m, 'baska').status, 2);
  assert.equal(fsck(m, '--nedir').status, 2);
});
