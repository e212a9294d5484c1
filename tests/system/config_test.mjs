// The command line and the configuration: what is wrong is said, with its place and what is allowed.
// Runs beside others.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Meclis } from '../lib/meclis.mjs';
import { Program, freePort, root } from '../lib/programs.mjs';
import { until } from '../lib/wait.mjs';

const sources = [{ id: 'test', kind: 'test', priority: 1 }];

async function ends(t, m, args) {
  const p = new Program('meclis', m.binary, args);
  t.after(() => p.end());
  const { code } = await p.ended({ seconds: 10 });
  return { code, said: p.output };
}

test('the documented configuration is all defaults and is taken', async (t) => {
  const m = await Meclis.create(t, { sources });
  const documented = path.join(root, 'config/meclis.conf');
  const { code, said } = await ends(t, m, ['--check-config', '--config', documented]);
  assert.equal(code, 0, said);
  // Every setting that the program knows stands in the file, with its default.
  const printed = await ends(t, m, ['--print-config']);
  assert.equal(printed.code, 0);
  assert.equal(printed.said.trim(), readFileSync(documented, 'utf8').trim());
});

test('a mistake is named with file, line and what is allowed', async (t) => {
  const m = await Meclis.create(t, { sources });
  const cases = [
    ['recordng = true;', 1, /recordng/],
    ['\n\nrecording = 7;', 3, /recording/],
    ['mode = "mixed";', 1, /composed.*passthrough/s],
    ['listen = "here";', 1, /listen/],
    ['listen = "127.0.0.1:99999";', 1, /listen/],
    ['net_threads = 17;', 1, /16/],
    ['segment_ms = 100;', 1, /500/],
    ['renditions = ();', 1, /renditions/],
    ['renditions = ({ name = "a b"; width = 640; height = 360; bitrate_kbps = 450; });', 1, /name/],
    ['renditions = ({ name = "a"; width = 641; height = 360; bitrate_kbps = 450; });', 1, /even/],
    ['meetings = ({ id = "../x"; title = "x"; });', 1, /id/],
    ['meetings = ({ id = "a"; title = "x"; },\n{ id = "a"; title = "y"; });', null, /same id/],
    ['meetings = ({ id = "a"; title = "x"; sources = ({ id = "s"; kind = "youtube"; }); });', 1, /srt-listen/],
    ['meetings = ({ id = "a"; title = "x"; sources = ({ id = "s"; kind = "srt-listen"; url = "srt://0.0.0.0:1"; passphrase = "short"; }); });', 1, /10/],
    ['recording =', null, null],
    ['recording = true; recording = false;', 1, null],
    ['this is no configuration', 1, null],
  ];
  for (const [text, line, allowed] of cases) {
    writeFileSync(m.config, `${text}\n`);
    const { code, said } = await ends(t, m, ['--check-config', '--config', m.config]);
    assert.notEqual(code, 0, text);
    assert.ok(said.includes(line ? `${m.config}:${line}` : m.config), `${text}: ${said}`);
    if (allowed) assert.match(said, allowed, text);
  }
  const missing = await ends(t, m, ['--check-config', '--config', `${m.folder}/none.conf`]);
  assert.notEqual(missing.code, 0);
  assert.match(missing.said, /none\.conf/);
});

test('a wrong option is named; --help and --version answer', async (t) => {
  const m = await Meclis.create(t, { sources });
  const wrong = await ends(t, m, ['--lisen', '127.0.0.1:1']);
  assert.notEqual(wrong.code, 0);
  assert.match(wrong.said, /--lisen/);
  assert.notEqual((await ends(t, m, ['--listen'])).code, 0);
  assert.notEqual((await ends(t, m, ['--listen', 'localhost:80'])).code, 0);
  const help = await ends(t, m, ['--help']);
  assert.equal(help.code, 0);
  for (const option of ['--listen', '--data', '--config', '--demo', '--check-config']) assert.ok(help.said.includes(option), option);
  assert.match((await ends(t, m, ['--version'])).said, /\d+\.\d+/);
});

test('two servers on one port: the second says so and ends, the first goes on', async (t) => {
  const m = await Meclis.create(t, { sources });
  await m.start();
  const second = m.spawn([], { data: path.join(m.folder, 'other') });
  t.after(() => second.end());
  assert.notEqual((await second.ended()).code, 0);
  assert.ok(second.output.includes(String(m.port)), second.output);
  assert.ok((await m.get('/healthz')).ok);
  await m.stop();
});

test('two servers on one data folder: the second says so and ends, the first goes on', async (t) => {
  const m = await Meclis.create(t, { sources });
  await m.start();
  const second = m.spawn([], { port: await freePort() });
  t.after(() => second.end());
  assert.notEqual((await second.ended()).code, 0);
  assert.ok(second.output.includes(m.data), second.output);
  assert.ok((await m.get('/healthz')).ok);
  await m.stop();
});

test('a data folder that can not be made is named', async (t) => {
  const m = await Meclis.create(t, { sources });
  writeFileSync(path.join(m.folder, 'file'), '');
  const p = m.spawn([], { data: path.join(m.folder, 'file', 'data') });
  t.after(() => p.end());
  assert.notEqual((await p.ended()).code, 0);
  assert.ok(p.output.includes(path.join(m.folder, 'file')), p.output);
});

test('a data folder with a very long path works', async (t) => {
  const m = await Meclis.create(t, { sources });
  m.data = path.join(m.folder, 'uzun-'.repeat(20), 'yol-'.repeat(20), 'data');
  await m.start();
  await m.command('start');
  const v = m.viewer();
  await v.goesOn(10, { seconds: 20 });
  assert.ok(existsSync(path.join(m.data, 'admin-token')));
  await m.stop();
});

// What a running worker takes up only at its next start is not silently ignored.
test('a setting that waits for the next start of the broadcast is named', async (t) => {
  const m = await Meclis.onAir(t, { sources });
  assert.equal(await m.metric('meclis_settings_waiting'), 0);
  const worker = m.worker, tracks = (await m.about()).tracks.map((track) => track.name);
  m.server.kill('SIGHUP');
  await until('its answer', () => /settings are read at the start/.test(m.server.output));
  m.settings.renditions = [{ name: '120p', width: 214, height: 120, bitrate_kbps: 200 }];
  m.settings.orphan_seconds = 50;
  m.configure();
  for (let turn = 0; turn < 2; turn++) {
    m.server.kill('SIGTERM');
    await m.server.ended();
    await m.start();
    await until('its worker', async () => (await m.metric('meclis_worker_up')) === 1);
    assert.equal(m.worker, worker, 'nothing on air is interrupted');
    assert.match(m.server.output, /goes on with the former renditions, orphan_seconds/);
    assert.equal(await m.metric('meclis_settings_waiting'), 1);
    assert.deepEqual((await m.about()).tracks.map((track) => track.name), tracks);
  }
  await m.command('stop');
  await until('its end', () => !m.worker, { seconds: 20 });
  await m.command('start');
  await until('the new rendition', async () => (await m.about()).tracks.some((track) => track.name === '120p'), { seconds: 20 });
  assert.equal(await m.metric('meclis_settings_waiting'), 0);
  await m.stop();
});
