// The mode for small machines: H.264 and AAC as they come.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Meclis } from '../lib/meclis.mjs';
import { freePort } from '../lib/programs.mjs';
import { srt } from '../lib/publishers.mjs';
import { brokenPromises, decodeTrack, trackNames } from '../lib/recording.mjs';
import { temporary } from '../lib/programs.mjs';
import { sleep, until } from '../lib/wait.mjs';

async function begin(t) {
  const port = await freePort('udp');
  const m = await Meclis.onAir(t, {
    sources: [{ id: 'ana', kind: 'srt-listen', priority: 1, url: `srt://127.0.0.1:${port}` }],
    settings: { mode: 'passthrough' },
  });
  return { m, port };
}

test('passthrough: the encoder\'s own pictures, a low rendition beside them, and everything plays', async (t) => {
  const { m, port } = await begin(t);
  const encoder = srt(t, port, { size: '400x224', keyframes: 25 });
  await m.onAirIs('ana');
  const v = m.viewer('?rendition=180p');
  await v.goesOn(75);
  const id = (name) => v.hello.tracks.find((x) => x.name === name).id;
  const newest = v.of(id('180p')).at(-1);
  const init = v.inits.get(`${newest.track}/${newest.init}`);
  assert.deepEqual([init.width, init.height], [400, 224], 'as it came, whatever the ladder says');
  const low = m.viewer('?rendition=90p');
  await low.goesOn(30);
  const lowInit = [...low.inits.values()].find((i) => i.track === id('90p'));
  assert.ok(lowInit.height <= 224);
  assert.deepEqual([...v.broken, ...low.broken], []);

  // Another size: a new init, and it goes on.
  await encoder.end();
  await m.onAirIs('');
  srt(t, port, { size: '480x270', keyframes: 25 });
  await m.onAirIs('ana');
  await until('the new size', () => [...v.inits.values()].some((i) => i.width === 480), { seconds: 20 });
  await v.goesOn(50);
  assert.deepEqual(v.broken, []);
  await m.stop();
  assert.deepEqual(brokenPromises(m.recording), []);
  for (const name of trackNames(m.recording)) {
    const { errors } = await decodeTrack(m.recording, name, temporary());
    assert.equal(errors, '', name);
  }
});

test('passthrough: keyframes over 4 s apart are refused by name; the slate stays', async (t) => {
  const { m, port } = await begin(t);
  await m.onAirIs('');
  const encoder = srt(t, port, { keyframes: 250 });
  const s = await until('the refusal', async () => {
    const now = await m.source('ana');
    return now.reason.includes('anahtar kare') && now;
  }, { seconds: 30 });
  assert.equal(s.state, 'refused');
  await sleep(1000);
  assert.equal((await m.about()).on_air, '');
  await encoder.end();
  srt(t, port, { keyframes: 50 });
  await m.onAirIs('ana', { seconds: 20 });
  await m.stop();
});
