// Encoders over SRT.
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { encoderCases } from '../lib/ingest_cases.mjs';
import { Meclis } from '../lib/meclis.mjs';
import { freePort } from '../lib/programs.mjs';
import { srt } from '../lib/publishers.mjs';
import { holds } from '../lib/wait.mjs';

const passphrase = 'ornek-parola-123';

async function setUp(t, more = {}) {
  const port = await freePort('udp');
  return {
    port,
    sources: [{ id: 'ana', kind: 'srt-listen', priority: 1, url: `srt://127.0.0.1:${port}`, ...more }],
    publish: (u, options) => srt(u, port, options),
  };
}

encoderCases('SRT', setUp);

test('SRT: a wrong passphrase or stream id is kept out, the right ones come in', async (t) => {
  const { port, sources } = await setUp(t, { passphrase, stream_id: 'meclis' });
  const m = await Meclis.onAir(t, { sources: [...sources, { id: 'yedek', kind: 'test', priority: 5 }] });
  await m.onAirIs('yedek');
  const wrong = [
    srt(t, port, { passphrase: 'bambaska-bir-parola', streamId: 'meclis' }),
    srt(t, port, { streamId: 'meclis' }),
    srt(t, port, { passphrase, streamId: 'baska' }),
    srt(t, port, { passphrase }),
  ];
  await holds('kept out', async () => (await m.about()).on_air === 'yedek', { seconds: 6 });
  for (const p of wrong) await p.end();
  srt(t, port, { passphrase, streamId: 'meclis' });
  await m.onAirIs('ana');
  const said = JSON.stringify(await m.log()) + m.server.output + m.workerLog();
  assert.ok(!said.includes(passphrase), 'the passphrase is in a log');
  await m.stop();
});

test('SRT: garbage at its port changes nothing', async (t) => {
  const { port, sources, publish } = await setUp(t);
  const m = await Meclis.onAir(t, { sources });
  const socket = dgram.createSocket('udp4');
  t.after(() => socket.close());
  const handshake = Buffer.concat([Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), randomBytes(48)]);
  const throwGarbage = () => {
    for (let i = 0; i < 200; i++) socket.send(i % 2 ? randomBytes(1 + (i * 7) % 1400) : handshake, port, '127.0.0.1');
  };
  throwGarbage();
  const encoder = publish(t);
  await m.onAirIs('ana');
  throwGarbage();
  await holds('on air through garbage', async () => (await m.about()).on_air === 'ana' && !encoder.exited, { seconds: 3 });
  await m.stop();
});
