// A full disk: live goes on, the gap is marked, the log still commits, and it resumes.
// Runs in a mount namespace of its own with a small tmpfs, for which it must be root.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Meclis } from '../lib/meclis.mjs';
import { temporary } from '../lib/programs.mjs';
import { brokenPromises, readTrack, trackNames } from '../lib/recording.mjs';
import { until } from '../lib/wait.mjs';

const inside = process.env.MECLIS_DISK_TEST;
const canMount = spawnSync('unshare', ['-m', 'true']).status === 0;

if (!inside) {
  test('in a mount namespace', { skip: canMount ? false : 'needs the right to mount a small disk' }, (t) => {
    const file = fileURLToPath(import.meta.url);
    const r = spawnSync('unshare', ['-m', '--propagation', 'private', 'node', '--test', '--test-reporter=spec', file],
      { env: { ...process.env, MECLIS_DISK_TEST: temporary(), NODE_TEST_CONTEXT: undefined }, encoding: 'utf8' });
    assert.equal(r.status, 0, r.stdout + r.stderr);
  });
} else {
  // A folder on a disk of 64 MB, which goes with the namespace.
  const smallDisk = () => {
    const folder = mkdtempSync(path.join(inside, 'disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'meclis-test', folder]);
    return folder;
  };

  test('the disk fills up and is freed again', async (t) => {
    const folder = smallDisk();
    const m = await Meclis.onAir(t, { folder, sources: [{ id: 'test', kind: 'test', priority: 1 }], settings: { reserve_mib: 16 } });
    const v = m.viewer();
    await v.goesOn(50);
    assert.equal((await m.about()).recording.state, 'on');

    const ballast = path.join(folder, 'ballast');
    const { bavail, bsize } = statfsSync(folder);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - (10 << 20))); // below the reserve
    await until('the recording to be full', async () => (await m.about()).recording.state === 'full', { seconds: 15 });
    await v.goesOn(50);
    assert.equal(v.closed, undefined);
    const metrics = await m.text('/metrics');
    assert.match(metrics, /disk/, 'the metrics tell of the disk');
    const before = (await m.log()).length;
    await until('the gap in the log', async () => (await m.log()).some((e) => e.type === 'recording.gap' && e.body.detail === 'disk-full'));
    await m.command('select', { source: 'test' }); // commits, in what is kept for the log
    assert.ok((await m.log()).length > before);
    assert.ok(statfsSync(folder).bavail * bsize > 4 << 20, 'the reserve is kept');

    rmSync(ballast);
    await until('recording again', async () => (await m.about()).recording.state === 'on', { seconds: 20 });
    await v.goesOn(75);
    assert.deepEqual(v.broken, []);
    assert.ok(!v.of(v.track('video')).some((f) => f.jump), 'live never stopped');
    await m.stop();
    assert.deepEqual(brokenPromises(m.recording), []);
    for (const name of trackNames(m.recording)) {
      const gap = readTrack(m.recording, name).gaps.find((g) => g.to > g.from);
      assert.equal(gap?.gap, 'disk-full', name);
    }
  });

  test('nothing at all is left on the disk', async (t) => {
    const folder = smallDisk();
    const m = await Meclis.onAir(t, { folder, sources: [{ id: 'test', kind: 'test', priority: 1 }], settings: { reserve_mib: 0 } });
    const v = m.viewer();
    await v.goesOn(50);
    const ballast = path.join(folder, 'ballast');
    const { bavail, bsize } = statfsSync(folder);
    assert.throws(() => writeFileSync(ballast, Buffer.alloc(bavail * bsize + (1 << 20))), /ENOSPC/);
    await v.goesOn(100);
    const r = await m.command('select', { source: 'test' }).catch((e) => e);
    if (r instanceof Error) assert.match(r.message, /50[37]|disk/, 'refused by name, not accepted and lost');
    assert.ok((await m.get('/healthz')).ok);
    rmSync(ballast);
    await until('recording again', async () => (await m.about()).recording.state === 'on', { seconds: 30 });
    await v.goesOn(50);
    await m.stop();
    assert.deepEqual(brokenPromises(m.recording), []);
  });
}
