// The log from outside: exported, verified without a server, mirrored; what is tampered with is found.
// Time limit: 420 s
// Runs beside others.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { build } from '../lib/programs.mjs';
import { sleep, until } from '../lib/wait.mjs';

const sources = [{ id: 'kart', kind: 'test' }];

function fill(m, count, text) {
  const writer = path.join(build, 'tests/unit/store/store-writer');
  assert.equal(spawnSync(writer, [path.join(m.data, 'meclis.db'), meeting, String(count), text]).status, 0);
}

async function withLog(t, count = 6000) {
  const m = await Meclis.create(t, { sources });
  fill(m, count, 'ilk');
  await m.start();
  await until('a signed head', async () => (await m.get(`/api/v1/meetings/${meeting}/head`)).ok);
  return m;
}

function keep(m, name, text) {
  const file = path.join(m.folder, name);
  writeFileSync(file, text);
  return file;
}

test('an exported log verifies without a server, and what was changed is named', async (t) => {
  const m = await withLog(t);
  const text = await m.exported();
  const head = keep(m, 'head.json', await m.text(`/api/v1/meetings/${meeting}/head`));
  const key = keep(m, 'key.json', await m.text('/api/v1/key'));
  await m.endAll();
  const verify = (content, ...more) => m.tool('verify', keep(m, 'log.ndjson', content), ...more);

  const whole = verify(text, '--head', head, '--key', key);
  assert.equal(whole.status, 0, whole.err);
  assert.match(whole.out, /600[01] olay.*the chain holds; withheld \d+, erased 0/);
  assert.ok(!text.includes('"n\\":9,'), 'a closed body must not be exported');

  const lines = text.trimEnd().split('\n');
  const at = lines.findIndex((l) => JSON.parse(l).seq === 1234);
  const changed = (f) => lines.map((l, i) => (i === at ? JSON.stringify(f(JSON.parse(l))) : l)).join('\n');
  const event = JSON.parse(lines[at]);
  for (const [name, f] of Object.entries({
    body: (e) => ({ ...e, body: e.body.replace('ilk', 'son') }),
    actor: (e) => ({ ...e, actor: 'admin' }),
    time: (e) => ({ ...e, at_utc_us: e.at_utc_us + 1 }),
    hash: (e) => ({ ...e, hash: e.hash.replace(/^./, (c) => (c === '0' ? '1' : '0')) }),
    salt: (e) => ({ ...e, salt: e.salt.replace(/^./, (c) => (c === '0' ? '1' : '0')) }),
  })) {
    const found = verify(changed(f));
    assert.equal(found.status, 1, name);
    assert.match(found.err, /event 1234: it was changed/, name);
  }
  assert.ok(event.body, 'the event that is changed must be a public one');
  assert.match(verify(lines.filter((_, i) => i !== at).join('\n')).err, /event 1234: it is missing/);

  const cut = verify(lines.slice(0, -1).join('\n'));
  assert.equal(cut.status, 1);
  assert.match(cut.err, /cut off after event/);
  // Who cuts the tail and writes a new end is found by the published head alone.
  const last = lines.slice(0, -3).concat(JSON.stringify({ end: JSON.parse(lines.at(-4)).seq, more: false })).join('\n');
  assert.equal(verify(last).status, 0);
  const byHead = verify(last, '--head', head, '--key', key);
  assert.equal(byHead.status, 1);
  assert.match(byHead.err, /its tail was cut/);

  const forged = keep(m, 'forged.json', readFileSync(head, 'utf8').replace(/"at_utc_us":(\d+)/, '"at_utc_us":1'));
  assert.match(verify(text, '--head', forged, '--key', key).err, /not signed/);
  assert.equal(verify('{"what":1}\n').status, 1);
  assert.equal(m.tool('verify', path.join(m.folder, 'none')).status, 2);
  assert.equal(m.tool('verify').status, 2);
});

test('a mirror follows, goes on after kill -9, and shouts when history is rewritten', async (t) => {
  const m = await withLog(t);
  const copy = path.join(m.folder, 'copy');
  const log = path.join(copy, meeting, 'log.ndjson');
  const once = (...more) => m.tool('mirror', m.url('').replace(/\/$/, ''), copy, '--once', ...more);

  // Killed again and again while it begins to copy.
  for (let i = 0; i < 5; i++) {
    const child = spawn(m.binary, ['mirror', m.url(''), copy, '--interval', '1'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await sleep(20 + 25 * i);
    child.kill('SIGKILL');
    await ended;
  }
  const first = once();
  assert.equal(first.status, 0, first.err);
  const checked = () => m.tool('verify', log, '--head', path.join(copy, meeting, 'heads.ndjson'), '--key', path.join(copy, 'key.json'));
  assert.equal(checked().status, 0, checked().err);
  assert.ok(!readFileSync(log, 'utf8').includes('Örnek İzleyici'), 'a mirror holds no side data');

  // Torn by a power loss in the middle of a page.
  const size = statSync(log).size;
  appendFileSync(log, '{"format":"meclis.log.export.1","mee');
  assert.equal(once().status, 0);
  assert.equal(statSync(log).size, size);
  truncateSync(log, size - 5);
  const again = once();
  assert.equal(again.status, 0, again.err);
  assert.equal(checked().status, 0, checked().err);

  await m.command('start');
  await m.command('stop');
  await until('the new events', () => once().status === 0 && checked().out.includes('1 signed') === false);
  const before = Number(/(\d+) olay/.exec(checked().out)[1]);
  assert.ok(before > 6001);

  // The same server with another history.
  await m.endAll();
  for (const name of ['meclis.db', 'meclis.db-wal', 'meclis.db-shm']) rmSync(path.join(m.data, name), { force: true });
  fill(m, 9000, 'sonraki');
  await m.start();
  const hook = keep(m, 'hook.sh', `#!/bin/sh\necho "$1" > ${m.folder}/shouted\n`);
  chmodSync(hook, 0o755);
  const rewritten = once('--hook', hook);
  assert.equal(rewritten.status, 1, rewritten.err);
  assert.match(rewritten.err, /HISTORY WAS REWRITTEN: deneme: /);
  assert.equal(readFileSync(path.join(m.folder, 'shouted'), 'utf8').trim(), meeting);
  assert.equal(Number(/(\d+) olay/.exec(checked().out)[1]), before, 'what was copied stays');

  // A shorter one, by the same key.
  await m.endAll();
  for (const name of ['meclis.db', 'meclis.db-wal', 'meclis.db-shm']) rmSync(path.join(m.data, name), { force: true });
  await m.start();
  assert.match(once().err, /HISTORY WAS REWRITTEN: deneme: /);
  // Another key.
  await m.endAll();
  rmSync(path.join(m.data, 'log-key'));
  await m.start();
  assert.match(once().err, /the signing key has changed/);
});
