// Encoders over RTMP.
// Time limit: 420 s
import assert from 'node:assert/strict';
import net from 'node:net';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { encoderCases } from '../lib/ingest_cases.mjs';
import { Meclis } from '../lib/meclis.mjs';
import { freePort, processesWith } from '../lib/programs.mjs';
import { rtmp } from '../lib/publishers.mjs';
import { holds, until } from '../lib/wait.mjs';

const key = 'ornek-anahtar-1';

async function setUp() {
  const port = await freePort();
  return {
    port,
    settings: { rtmp_port: port },
    sources: [{ id: 'ana', kind: 'rtmp', priority: 1, url: key }],
    publish: (t, options) => rtmp(t, port, key, options),
  };
}

encoderCases('RTMP', setUp);

async function begin(t) {
  const { port, settings, sources, publish } = await setUp(t);
  const m = await Meclis.onAir(t, { sources: [...sources, { id: 'yedek', kind: 'test', priority: 5 }], settings });
  await m.onAirIs('yedek');
  return { m, port, publish };
}

test('RTMP: a wrong key is refused, and nobody else may play', async (t) => {
  const { m, port, publish } = await begin(t);
  const wrong = rtmp(t, port, 'yanlis-anahtar');
  assert.notEqual((await wrong.ended({ seconds: 15 })).code, 0);
  publish(t);
  await m.onAirIs('ana');
  const play = promisify(execFile)('ffprobe', ['-v', 'error', '-rw_timeout', '5000000', `rtmp://127.0.0.1:${port}/live/${key}`], { timeout: 15000 });
  await assert.rejects(play);
  assert.equal((await m.about()).on_air, 'ana');
  assert.ok(!JSON.stringify(await m.log()).includes(key), 'the key is in the log');
  await m.stop();
});

test('RTMP: garbage at its port changes nothing', async (t) => {
  const { m, port, publish } = await begin(t);
  publish(t);
  await m.onAirIs('ana');
  for (let i = 0; i < 20; i++) {
    const s = net.connect(port, '127.0.0.1');
    s.on('error', () => {});
    t.after(() => s.destroy());
    s.write(i % 2 ? randomBytes(5000) : Buffer.concat([Buffer.from([3]), randomBytes(i * 100)]));
  }
  await holds('on air through garbage', async () => (await m.about()).on_air === 'ana', { seconds: 3 });
  await m.stop();
});

test('RTMP: its nginx outlives a killed server, and comes back when killed itself', async (t) => {
  const { m, publish } = await begin(t);
  const encoder = publish(t);
  await m.onAirIs('ana');
  const nginx = () => processesWith(`${m.data}/run/rtmp`).find((p) => p.command.includes('master'));
  const first = (await until('nginx', nginx)).pid;
  await m.killServer();
  await holds('the encoder undisturbed', () => !encoder.exited && nginx()?.pid === first, { seconds: 3 });
  await m.start();
  await m.onAirIs('ana');
  assert.equal(nginx().pid, first);
  assert.ok(!encoder.exited);

  process.kill(first, 'SIGKILL');
  for (const p of processesWith(`${m.data}/run/rtmp`)) process.kill(p.pid, 'SIGKILL');
  await until('nginx again', () => nginx() && nginx().pid !== first, { seconds: 15 });
  await m.onAirIs('yedek');
  await encoder.end();
  await until('the encoder back', async () => {
    const p = publish(t);
    return m.onAirIs('ana', { seconds: 5 }).then(() => true, () => p.end().then(() => false));
  }, { seconds: 30 });
  await m.stop();
});
