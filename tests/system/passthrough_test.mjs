// The mode for small machines: H.264 and AAC as they come.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readFragments } from '../lib/isobmff.mjs';
import { meeting, Meclis } from '../lib/meclis.mjs';
import { freePort, temporary } from '../lib/programs.mjs';
import { srt, srtFile } from '../lib/publishers.mjs';
import { brokenPromises, decodeTrack, holes, readTrack, trackNames } from '../lib/recording.mjs';
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

const nameOf = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 12);

// The raw AAC frames of an ADTS stream, each by its bytes' name.
function adtsFrames(buffer) {
  const frames = [];
  for (let at = 0; at + 7 <= buffer.length;) {
    const size = ((buffer[at + 3] & 3) << 11) | (buffer[at + 4] << 3) | (buffer[at + 5] >> 5);
    frames.push(nameOf(buffer.subarray(at + 7, at + size)));
    at += size;
  }
  return frames;
}

// What a viewer got of a track, frame by frame.
function samplesOf(fragments) {
  return fragments.flatMap(({ bytes }) => {
    const [{ samples }] = readFragments(bytes);
    let at = bytes.length - samples.reduce((n, s) => n + s.size, 0);
    return samples.map(({ size }) => nameOf(bytes.subarray(at, (at += size))));
  });
}

test('passthrough: the sound goes out as it came, byte for byte, and a low one is made beside it', async (t) => {
  const { m, port } = await begin(t);
  const folder = temporary(), file = path.join(folder, 'kaynak.ts');
  const ffmpeg = (...args) => execFileSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', ...args]);
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25', '-f', 'lavfi', '-i', 'aevalsrc=0.3*sin(300*t*t)|0.3*sin(200*t*t):s=44100',
    '-t', '12', '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25', '-threads', '1', '-c:a', 'aac', '-b:a', '128k', file);
  ffmpeg('-i', file, '-vn', '-c', 'copy', '-f', 'adts', `${file}.aac`);
  const sent = adtsFrames(readFileSync(`${file}.aac`));
  const v = m.viewer('', { keepBytes: true });
  await v.goesOn(5);
  const id = (name) => v.hello.tracks.find((x) => x.name === name).id;
  const encoder = srtFile(t, port, file);
  await m.onAirIs('ana');
  await until('its sound', () => samplesOf(v.of(id('audio'))).includes(sent[300]), { seconds: 20 });
  await encoder.end();
  const places = samplesOf(v.of(id('audio'))).map((frame) => sent.indexOf(frame)).filter((i) => i >= 200 && i <= 300);
  const steps = places.slice(1).map((place, i) => place - places[i]);
  assert.ok(places.length >= 98, `${places.length} of 101 frames came as they were sent`);
  assert.ok(steps.filter((step) => step !== 1).length <= 2, `said twice or left out, by the clocks' difference: ${steps}`);
  assert.ok(steps.every((step) => step >= 0 && step <= 2), `in another order: ${steps}`);
  const inits = [...v.inits.values()].filter((i) => i.track === id('audio'));
  assert.equal(inits.at(-1).timescale, 44100);
  assert.equal(v.of(id('audio-low')).length, 0, 'a viewer of the picture has one sound');

  // A player of HLS is offered both: the first with the picture, the low one alone.
  const master = await m.text(`/hls/${meeting}/master.m3u8`);
  assert.match(master, /RESOLUTION=.*AUDIO="audio"\n/);
  assert.match(master, /CODECS="mp4a\.40\.2",AUDIO="audio-low"\naudio-low\/index\.m3u8/);
  await m.stop();
  assert.deepEqual(brokenPromises(m.recording), []);
  assert.deepEqual(trackNames(m.recording).filter((n) => n.startsWith('audio')).sort(), ['audio', 'audio-low']);
  for (const name of ['audio', 'audio-low']) {
    assert.deepEqual(holes(readTrack(m.recording, name), { most: 1000 }), [], `${name}: silence fills what no source does`);
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
