// The demo, as ./run starts it, and the installed tree.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Program, build, freePort, processesWith, temporary } from '../lib/programs.mjs';
import { EventsSocket } from '../lib/events_socket.mjs';
import { MediaSocket } from '../lib/media_socket.mjs';
import { srt, rtmp } from '../lib/publishers.mjs';
import { until } from '../lib/wait.mjs';

async function demo(t, binary, env = {}) {
  const folder = temporary();
  const data = path.join(folder, 'data');
  const port = await freePort();
  const p = new Program('meclis-demo', binary, ['--demo', '--listen', `127.0.0.1:${port}`, '--data', data], { env, cwd: folder });
  t.after(async () => {
    await p.end();
    for (const left of processesWith(folder)) {
      try {
        process.kill(left.pid, 'SIGKILL');
      } catch { /* it ended meanwhile */ }
    }
  });
  const links = await until('demo.json', () => existsSync(path.join(data, 'demo.json')) && JSON.parse(readFileSync(path.join(data, 'demo.json'), 'utf8')), { seconds: 30 }).catch((e) => {
    throw new Error(`${e.message}\n${p.output}`);
  });
  return { p, data, port, links };
}

async function plays(t, port, frames = 25) {
  const v = new MediaSocket(`ws://127.0.0.1:${port}/ws/demo/media`);
  t.after(() => v.close());
  await v.goesOn(frames, { seconds: 20 });
  assert.deepEqual(v.broken, []);
  return v;
}

async function endsByItself(p, data) {
  p.kill('SIGINT');
  const { code, signal } = await p.ended({ seconds: 20 });
  assert.equal(code, 0, `${code ?? signal}: ${p.output.slice(-4000)}`);
  const end = p.output.slice(p.output.lastIndexOf('everything ends'));
  assert.doesNotMatch(end, /source\.refused/, 'an end is no fault of a source');
  assert.deepEqual(processesWith(data).filter((x) => x.state !== 'Z').map((x) => x.command), []);
}

test('the demo goes on air, its links answer, encoders take its place, Ctrl-C leaves nothing', async (t) => {
  const { p, data, port, links } = await demo(t, path.join(build, 'server/app/meclis'));
  for (const name of ['home', 'meeting', 'embed', 'hls']) {
    assert.ok(links[name].includes(`:${port}/`), name);
    assert.equal((await fetch(links[name])).status, 200, name);
    assert.ok(p.output.includes(links[name]), `${name} is told to people`);
  }
  assert.ok(links.ingest.srt && links.ingest.rtmp);
  const agenda = await (await fetch(`http://127.0.0.1:${port}/api/v1/meetings/demo/agenda`)).json();
  assert.ok(agenda.items.length >= 3);
  await plays(t, port);
  assert.deepEqual(links.people.map((x) => x.role), ['chair', 'clerk', 'moderator', 'producer', 'member', 'representative']);
  for (const { role, address } of links.people) {
    const body = JSON.stringify({ link: address.split('#')[1] });
    const { token } = await (await fetch(`http://127.0.0.1:${port}/api/v1/session`, { method: 'POST', body })).json();
    const e = new EventsSocket(`ws://127.0.0.1:${port}/ws/demo/events`, { hello: { token } });
    t.after(() => e.close());
    await e.ready();
    assert.deepEqual(e.of('hello')[0].you.roles, ['viewer', role]);
    assert.equal(e.state.sitting.state, 'live');
    if (role === 'representative') await e.do('floor.request', { kind: 'representative', about: 'Örnek konu' });
  }

  const about = async () => (await fetch(`http://127.0.0.1:${port}/api/v1/meetings/demo`)).json();
  const first = await until('the test picture', async () => (await about()).on_air, { seconds: 20 });
  const encoders = [srt(t, new URL(links.ingest.srt).port, { size: '640x360' })];
  await until('the SRT encoder on air', async () => (await about()).on_air !== first, { seconds: 20 });
  await encoders[0].end();
  await until('the test picture again', async () => (await about()).on_air === first, { seconds: 20 });
  const { port: rtmpPort, pathname } = new URL(links.ingest.rtmp.replace('rtmp:', 'http:'));
  rtmp(t, rtmpPort, pathname.split('/').at(-1), { size: '640x360' });
  await until('the RTMP encoder on air', async () => (await about()).on_air !== first, { seconds: 20 });
  await endsByItself(p, data);
});

test('the installed tree runs without the source tree', async (t) => {
  const folder = temporary();
  execFileSync('meson', ['install', '-C', build, '--no-rebuild', '--destdir', folder], { stdio: 'pipe' });
  const find = (at) => readdirSync(at, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? find(path.join(at, e.name)) : [path.join(at, e.name)]));
  const files = find(folder);
  const binary = files.find((f) => f.endsWith('/bin/meclis'));
  assert.ok(binary, files.join('\n'));
  assert.ok(files.some((f) => f.endsWith('meclis.conf')), 'the configuration');
  assert.ok(files.some((f) => f.endsWith('.service')), 'a systemd unit');
  const { p, data, port } = await demo(t, binary, { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' });
  await plays(t, port);
  assert.equal((await fetch(`http://127.0.0.1:${port}/m/demo`)).status, 200);
  await endsByItself(p, data);
});
