// Accounts, backup and restore from a shell.
// Time limit: 120 s
// Runs beside others.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { build, temporary } from '../lib/programs.mjs';
import { patience } from '../lib/wait.mjs';

const binary = path.join(build, 'server/app/meclis');

function meclis(args, input = '') {
  const { status, stdout, stderr } = spawnSync(binary, args, { input, encoding: 'utf8', timeout: 30000 * patience });
  return { status, out: stdout, err: stderr };
}

test('accounts are made, listed, changed and closed', () => {
  const data = path.join(temporary(), 'data');
  const account = (args, input) => meclis(['account', ...args, '--data', data], input);
  const password = 'uzun ve örnek bir parola\n';
  const added = account(['add', 'ayse', '--roles', 'clerk,moderator'], password);
  assert.equal(added.status, 0, added.err);
  assert.equal(account(['add', 'ayse', '--roles', 'clerk'], password).status, 2);
  assert.match(account(['add', 'can', '--roles', 'chair', '--totp'], password).out, /^otpauth:\/\/totp\/meclis:can\?secret=[A-Z2-7]{32}&issuer=meclis$/m);
  assert.equal(account(['list']).out, 'ayse\tmoderator,clerk\ncan\tchair\ttotp\n');
  assert.equal(account(['disable', 'ayse']).status, 0);
  assert.match(account(['list']).out, /ayse\tmoderator,clerk\t.*disabled/);
  assert.equal(account(['enable', 'ayse']).status, 0);
  assert.equal(account(['password', 'ayse'], 'başka bir uzun parola\n').status, 0);
  assert.match(account(['password', 'ayse'], 'kısa\n').err, /too short/);
  assert.match(account(['password', 'yok'], password).err, /no such account/);
  for (const role of ['server', 'viewer', 'member', 'king', '']) {
    assert.equal(account(['add', 'kim', '--roles', role], password).status, 2, role);
  }
  assert.equal(account(['add', 'KÖTÜ', '--roles', 'clerk'], password).status, 2);
  assert.equal(account(['list', 'ayse']).status, 2);
  assert.equal(statSync(path.join(data, 'access.db')).mode & 0o077, 0, 'nobody else may read it');
  assert.ok(!readFileSync(path.join(data, 'access.db')).includes('parola'));
});

test('a backup of the running server is restored elsewhere, and goes on', async (t) => {
  const m = await Meclis.create(t, { sources: [{ id: 'kart', kind: 'test' }] });
  await m.start();
  const file = path.join(m.folder, 'yedek');
  const taken = meclis(['backup', file, '--data', m.data]);
  assert.equal(taken.status, 0, taken.err);
  assert.equal(statSync(file).mode & 0o077, 0, 'keys are in it');
  assert.equal(meclis(['backup', file, '--data', m.data]).status, 2);
  const key = await m.text('/api/v1/key'), log = await m.text(`/api/v1/meetings/${meeting}/log?format=export`);
  assert.match(meclis(['restore', file, '--data', m.data]).err, /not empty|boş/i);
  assert.equal(meclis(['restore', file, '--data', m.data, '--force']).status, 2, 'the server is using it');
  await m.endAll();
  m.data = path.join(m.folder, 'elsewhere');
  const restored = meclis(['restore', file, '--data', m.data]);
  assert.equal(restored.status, 0, restored.err);
  await m.start();
  assert.equal(await m.text('/api/v1/key'), key);
  assert.equal(await m.text(`/api/v1/meetings/${meeting}/log?format=export`), log);
});
