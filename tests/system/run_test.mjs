// ./run itself: what it does when everything is built already. The build is stood in for by the
// tests' own, with ./run's marks that say so; whatever would use the network fails and is noted.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Program, build, freePort, processesWith, root, temporary } from '../lib/programs.mjs';
import { until } from '../lib/wait.mjs';

// A tree in which everything is done: ./run, what its fingerprints look at, and the marks.
function tree() {
  const folder = temporary();
  copyFileSync(path.join(root, 'run'), path.join(folder, 'run'));
  cpSync(path.join(root, 'config'), path.join(folder, 'config'), { recursive: true });
  const bin = path.join(folder, 'build/server/app'), meclis = path.join(bin, 'meclis');
  mkdirSync(bin, { recursive: true });
  writeFileSync(meclis, `#!/bin/sh\nexec '${path.join(build, 'server/app/meclis')}' "$@"\n`);
  const offline = path.join(folder, 'offline');
  mkdirSync(offline);
  for (const tool of ['apt-get', 'sudo', 'npm', 'meson', 'ninja', 'curl']) {
    writeFileSync(path.join(offline, tool), `#!/bin/sh\necho "${tool} $*" >> '${folder}/asked'\nexit 1\n`);
    chmodSync(path.join(offline, tool), 0o755);
  }
  chmodSync(meclis, 0o755);
  const fingerprint = /^fingerprint\(\) \{[\s\S]*?^\}/m.exec(readFileSync(path.join(root, 'run'), 'utf8'))[0];
  const mark = (name, of) => {
    const sum = execFileSync('bash', ['-c', `root='${folder}'\n${fingerprint}\nfingerprint ${of}`], { encoding: 'utf8' });
    writeFileSync(path.join(folder, 'build', `.done-${name}`), sum);
  };
  mark('packages', 'config/debian-packages');
  mark('programs', 'server pipelines meson.build meson_options.txt config/meson.build web/meson.build');
  return { folder, env: { PATH: `${offline}:${process.env.PATH}` }, asked: () => existsSync(path.join(folder, 'asked')) && readFileSync(path.join(folder, 'asked'), 'utf8') };
}

function start(t, { folder, env }, args) {
  const p = new Program('run', path.join(folder, 'run'), args, { env, cwd: folder });
  t.after(async () => {
    await p.end();
    for (const left of processesWith(folder)) {
      try {
        process.kill(left.pid, 'SIGKILL');
      } catch { /* it ended meanwhile */ }
    }
  });
  return p;
}

const answers = (port) => fetch(`http://127.0.0.1:${port}/healthz`).then((r) => r.ok, () => false);
const left = (folder) => processesWith(folder).filter((x) => x.state !== 'Z').map((x) => x.command);

test('a second start needs no network; a server that dies is started again and finds its worker; Ctrl-C ends everything', async (t) => {
  const house = tree(), port = await freePort(), data = path.join(house.folder, 'data');
  const p = start(t, house, ['--demo', '--listen', `127.0.0.1:${port}`, '--data', data]);
  await until('the demo on air', () => existsSync(path.join(data, 'demo.json')), { seconds: 30 }).catch((e) => {
    throw new Error(`${e.message}\n${p.output}`);
  });
  assert.equal(house.asked(), false, 'nothing is installed or built');
  const find = (what) => processesWith(data).filter((x) => x.state !== 'Z' && x.command.includes(what));
  const server = () => find('--listen').filter((x) => !x.command.includes('/run ') && !x.command.startsWith('/bin/bash')).map((x) => x.pid);
  const [worker] = find('meclis-pipeline');
  const before = server();
  assert.equal(before.length, 1, find('--listen').map((x) => x.command).join('\n'));
  process.kill(before[0], 'SIGKILL');
  await until('another server', async () => server().length === 1 && server()[0] !== before[0] && (await answers(port)), { seconds: 30 });
  assert.match(p.output, /is started again/);
  await until('its worker', () => /was found on air/.test(p.output), { seconds: 20 });
  assert.equal(find('meclis-pipeline')[0].pid, worker.pid);
  p.kill('SIGINT');
  const { code } = await p.ended({ seconds: 30 });
  assert.equal(code, 0, p.output.slice(-2000));
  assert.deepEqual(left(data), []);
});

test('what can not start is said once, and not tried again', async (t) => {
  const house = tree(), config = path.join(house.folder, 'bad.conf');
  writeFileSync(config, 'segment_ms = 7;\n');
  const p = start(t, house, ['--config', config, '--data', path.join(house.folder, 'data')]);
  const { code } = await p.ended({ seconds: 20 });
  assert.equal(code, 1);
  assert.equal(p.output.match(/bad\.conf:1/g)?.length, 1, p.output);
});

test('questions are answered, and nothing is watched over', async (t) => {
  const house = tree();
  const p = start(t, house, ['--version']);
  assert.equal((await p.ended({ seconds: 20 })).code, 0);
  assert.match(p.output, /^meclis \d/m);
});
