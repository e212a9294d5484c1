// The media socket, by a client that was written from docs/protocol.md alone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { readFragments, readInit } from '../lib/isobmff.mjs';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { residentBytes, temporary } from '../lib/programs.mjs';
import { assertUnbroken } from '../lib/unbroken.mjs';
import { Pressure, sleep, until } from '../lib/wait.mjs';

let m, ends = [];
before(async () => {
  m = await Meclis.onAir({ after: (f) => ends.push(f) }, { sources: [{ id: 'test', kind: 'test', priority: 1 }] });
});
after(async () => {
  let failure;
  await m?.stop().catch((e) => {
    failure = e;
  });
  for (const f of ends.reverse()) await f();
  if (failure) throw failure;
});

test('hello, inits and fragments as the protocol says', async () => {
  const v = m.viewer('', { keepBytes: true });
  await v.goesOn(60);
  const { hello } = v;
  assert.equal(hello.protocol, 'meclis.media.v1');
  assert.equal(hello.meeting, meeting);
  assert.equal(hello.live, true);
  assert.ok(Math.abs(hello.server_utc_us - Date.now() * 1000) < 5e6);
  assert.deepEqual(hello.tracks.map((t) => [t.kind, t.name]), [['video', '180p'], ['video', '90p'], ['audio', 'audio']]);
  assert.equal(hello.rendition, '180p');
  assert.deepEqual(v.broken, []);

  for (const f of v.fragments) {
    const [inside, more] = readFragments(f.bytes);
    assert.equal(more, undefined, 'one moof and mdat');
    const init = v.inits.get(`${f.track}/${f.init}`);
    const { timescale } = readInit(init.bytes);
    assert.equal(timescale, init.timescale);
    const presented = ((inside.dts + inside.samples[0].cts) * 1e6) / timescale;
    assert.ok(Math.abs(presented - f.time) <= 1, `time ${f.time} of a fragment at ${presented}`);
    assert.ok(Math.abs((inside.duration * 1e6) / timescale - f.duration) <= 1);
    if (f.track === v.track('video')) {
      assert.equal(inside.samples.length, 1, 'one frame');
      assert.equal(inside.samples[0].sync, f.key);
    }
    assert.ok(Math.abs(f.captured / 1000 - f.arrived) < 10000, 'captured just now');
  }
});

test('a viewer begins at a keyframe, at once', async () => {
  let behind;
  // The newest one there was: with a keyframe every 2 s, not older than that. (On a busy machine the programme itself may be late for a while.)
  await until('a viewer that begins at the newest keyframe', async () => {
    const v = m.viewer();
    await v.goesOn(1, { seconds: 5 });
    const first = v.of(v.track('video'))[0];
    assert.ok(first.key);
    const sound = v.of(v.track('audio'))[0];
    assert.ok(!sound || Math.abs(sound.time - first.time) < 300000, 'sound from there too');
    behind = v.hello.media_time_us - first.time;
    v.close();
    return behind < 2.6e6;
  }, { seconds: 20 }).catch((e) => {
    throw new Error(`${e.message}: ${behind} µs behind`);
  });
});

test('picture and sound share one time line', async (t) => {
  const pressure = new Pressure();
  const v = m.viewer();
  await v.goesOn(50);
  const last = (kind) => v.of(v.track(kind)).at(-1);
  await until('sound and picture of the same moment', () => Math.abs(last('video').time - last('audio').time) < 500000);
  assertUnbroken(t, v, pressure);
});

test('keyframes lie on the grid, in all renditions together, and nowhere else', async () => {
  const [a, b] = [m.viewer('?rendition=180p'), m.viewer('?rendition=90p')];
  await Promise.all([a.goesOn(110), b.goesOn(110)]);
  const id = (v, name) => v.hello.tracks.find((t) => t.name === name).id;
  const keys = (v, name) => v.of(id(v, name)).filter((f) => f.key).map((f) => f.time);
  // The first frame at or after a line: a busy machine may miss the one that lies on it.
  const offGrid = (v, name) => v.of(id(v, name)).filter((f, i, all) => {
    const line = Math.floor((f.time + 1) / 2e6) * 2e6;
    return f.key && i > 0 && all[i - 1].time >= line - 1;
  });
  const [big, small] = [keys(a, '180p'), keys(b, '90p')];
  assert.ok(big.length >= 2 && small.length >= 2);
  assert.deepEqual([...offGrid(a, '180p'), ...offGrid(b, '90p')].map((f) => f.time), []);
  for (const time of big.filter((x) => x >= small[0] && x <= small.at(-1))) assert.ok(small.includes(time));
});

test('a rendition is chosen by the address, by message, and sound alone', async () => {
  const v = m.viewer('?rendition=90p');
  await v.goesOn(10);
  assert.equal(v.hello.rendition, '90p');
  const low = v.hello.tracks.find((t) => t.name === '90p').id, high = v.hello.tracks.find((t) => t.name === '180p').id;
  assert.equal(v.of(high).length, 0);
  v.send({ type: 'select', rendition: '180p' });
  await until('the other rendition', () => v.of(high).length > 10);
  const said = v.texts.find((x) => x.type === 'rendition');
  assert.deepEqual([said.rendition, said.reason], ['180p', 'asked']);
  assert.ok(v.of(high)[0].key);
  assert.deepEqual(v.broken, []);
  const lowFrames = v.of(low).length;
  await v.goesOn(10);
  assert.equal(v.of(low).length, lowFrames, 'only one rendition comes');

  v.send({ type: 'select', video: false });
  const since = (seen) => v.of(v.track('audio')).filter((f) => f.arrived > seen).length;
  await until('sound, and no more pictures', () => since(v.of(high).at(-1).arrived) > 40, { seconds: 20 });

  const alone = m.viewer('?video=0');
  await until('sound', () => alone.fragments.length > 20);
  assert.equal(alone.hello.rendition, '');
  assert.ok(alone.fragments.every((f) => f.track === alone.track('audio')));
  assert.deepEqual(alone.broken, []);
});

test('sound never breaks while renditions change', async () => {
  const v = m.viewer();
  await v.goesOn(10);
  for (const rendition of ['90p', '180p', '90p', 'auto']) {
    v.send({ type: 'select', rendition });
    await v.goesOn(60);
  }
  assert.ok(!v.of(v.track('audio')).some((f) => f.jump));
  assert.deepEqual(v.broken, []);
});

test('one message a frame, with the sound of that moment inside', async () => {
  const v = m.viewer('?rendition=180p');
  await v.goesOn(5);
  const before = { messages: v.messages, frames: v.of(v.track('video')).length };
  await v.goesOn(100);
  const ratio = (v.messages - before.messages) / (v.of(v.track('video')).length - before.frames);
  assert.ok(ratio < 1.3, `${ratio.toFixed(2)} messages a frame`);
});

test('what is no message of the protocol is answered by closing with 1008', async () => {
  const nonsense = ['', '[]', 'null', '{', '{"type":"unknown"}', '{"type":7}', '{"type":"select","rendition":7}',
    '{"type":"report","video_sequence":"x"}', '"select"', 'x'.repeat(100000)];
  for (const text of nonsense) {
    const v = m.viewer();
    await until('hello', () => v.hello);
    v.send(text);
    await until(`closing after ${text.slice(0, 40)}`, () => v.closed, { seconds: 5 });
    if (text.length < 1000) assert.equal(v.closed.code, 1008, text);
  }
  const v = m.viewer();
  await until('hello', () => v.hello);
  v.socket.send(Buffer.from([0xff, 0xfe]));
  await until('closing after a binary message', () => v.closed, { seconds: 5 });
  assert.ok((await m.get('/healthz')).ok);
});

test('a meeting that is none, a protocol that is none', async () => {
  const refused = (url, protocol) => new Promise((resolve) => {
    const s = new WebSocket(url, protocol, { handshakeTimeout: 5000 });
    s.on('open', () => resolve('open'));
    s.on('message', () => resolve('message'));
    s.on('close', (code) => resolve(`close ${code}`));
    s.on('unexpected-response', (_, r) => resolve(r.statusCode));
    s.on('error', (e) => resolve(e.message));
  });
  const base = `ws://127.0.0.1:${m.port}/ws`;
  for (const id of ['yok', '..%2f..%2fetc', 'a'.repeat(300)]) {
    assert.notEqual(await refused(`${base}/${id}/media`, 'meclis.media.v1'), 'message', id);
  }
  assert.notEqual(await refused(`${base}/${meeting}/media`, 'other.v1'), 'message');
});

test('a viewer that does not read is skipped forward, and does not cost memory', async () => {
  const v = m.viewer('', { report: false });
  await v.goesOn(10);
  v.socket.pause();
  const before = residentBytes(m.server.pid);
  await sleep(8000);
  const grown = residentBytes(m.server.pid) - before;
  v.socket.resume();
  await v.goesOn(60, { seconds: 15 });
  assert.ok(grown < 48 << 20, `${grown} bytes more`);
  await until('it to be near the edge again', () => Date.now() * 1000 - v.newest.captured < 3e6);
  assert.deepEqual(v.broken, []);
});

test('independent readers take what the socket gives: ffprobe and mp4box', async (t) => {
  const v = m.viewer('', { keepBytes: true });
  await v.goesOn(75);
  const folder = temporary();
  const MP4Box = createRequire(import.meta.url)('mp4box');
  for (const kind of ['video', 'audio']) {
    const track = v.of(v.track(kind));
    const init = v.inits.get(`${track[0].track}/${track[0].init}`);
    const bytes = Buffer.concat([init.bytes, ...track.map((f) => f.bytes)]);
    const file = path.join(folder, `${kind}.mp4`);
    writeFileSync(file, bytes);
    const probe = JSON.parse(execFileSync('ffprobe', ['-v', 'error', '-count_frames', '-show_streams', '-show_packets', '-of', 'json', file], { maxBuffer: 1 << 26 }));
    assert.equal(probe.streams[0].codec_name, kind === 'video' ? 'h264' : 'aac');
    if (kind === 'video') assert.equal(Number(probe.streams[0].nb_read_frames), track.length);
    const first = Number(probe.packets[0].pts_time) * 1e6;
    assert.ok(Math.abs(first - track[0].time) < 2000, `ffprobe: ${first}, header: ${track[0].time}`);

    const box = MP4Box.createFile();
    let info, samples = 0;
    box.onReady = (i) => {
      info = i;
      box.setExtractionOptions(i.tracks[0].id, null, { nbSamples: 1 });
      box.start();
    };
    box.onSamples = (id, user, list) => {
      samples += list.length;
    };
    const buffer = new Uint8Array(bytes).buffer;
    buffer.fileStart = 0;
    box.appendBuffer(buffer);
    box.flush();
    assert.equal(info.tracks[0].codec, init.codec, 'mp4box names the same codec');
    assert.ok(info.isFragmented);
    if (kind === 'video') assert.equal(samples, track.length);
  }
});
