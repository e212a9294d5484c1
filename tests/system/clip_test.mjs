// Clips of a real recording: whatever is asked for, a file that decodes without a word, begins at or
// before the moment, and whose media are the recording's own bytes.
// Runs beside others.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { openSitting } from '../lib/sitting.mjs';
import { sleep, until } from '../lib/wait.mjs';

const at = `/api/v1/meetings/${meeting}/clip`;

function probe(file, ...more) {
  return JSON.parse(execFileSync('ffprobe', ['-v', 'error', '-of', 'json', ...more, file], { encoding: 'utf8', maxBuffer: 64 << 20 }));
}

// Everything decodes, and nothing is complained of.
function decodes(file) {
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'warning', '-xerror', '-i', file, '-f', 'null', '-'], { encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, ''], file);
}

test('clips of a recording, also while it grows and across a killed worker', async (t) => {
  const m = await Meclis.onAir(t, { sources: [{ id: 'kart', kind: 'test' }] });
  const { desk, items } = await openSitting(m);
  const media = async () => (await m.about()).media_time_us / 1e6;
  const recorded = () => m.about().then((a) => a.recording.until_us / 1e6);
  await until('something recorded', async () => (await recorded()) > 3);
  const get = async (query, { kind = 'mp4', headers } = {}) => m.get(`${at}.${kind}${query}`, 20, { headers });
  const save = async (query, options) => {
    const r = await get(query, options);
    assert.equal(r.status, 200, `${query}: ${r.status}`);
    const file = path.join(m.folder, `clip${Math.random()}.mp4`);
    writeFileSync(file, Buffer.from(await r.arrayBuffer()));
    return { file, headers: r.headers };
  };

  // An item's clip from the moment it ends, the meeting still on.
  await sleep(2500);
  await desk.do('agenda.advance', { from: items[0] });
  await until('its end to be recorded', async () => (await recorded()) * 1e6 > desk.state.spans[0].to_media_us + 500000);
  const [span] = desk.state.spans;
  const item = await save('?item=1&download=1');
  assert.equal(item.headers.get('content-disposition'), `attachment; filename="${meeting}-item-1.mp4"`);
  decodes(item.file);
  const { format, chapters } = probe(item.file, '-show_format', '-show_chapters');
  assert.ok(Math.abs(Number(format.duration) - (span.to_media_us - span.from_media_us) / 1e6) < 0.1, format.duration);
  assert.equal(chapters[0].tags.title, 'Örnek yol bakım ihalesi');
  assert.equal((await get('?item=99')).status, 404);

  // What was when, as open data.
  const data = (name) => m.json(`/api/v1/meetings/${meeting}/${name}`);
  const turn = await desk.do('floor.give', { person: desk.state.people[1].seq, kind: 'member', from: 0, seconds: 60, start: true });
  await sleep(600);
  await desk.do('floor.end', { turn });
  const spans = await data('spans');
  assert.deepEqual(spans.items.map((s) => [s.number, s.from_us, s.to_us]), [['1', span.from_media_us, span.to_media_us], ['2', desk.state.spans[1].from_media_us, null]]);
  assert.deepEqual(spans.turns.map((s) => [s.turn, s.name, s.group]), [[turn, 'Örnek Üye 1', 'Örnek Grup A']]);
  const statistics = await data('statistics');
  assert.ok(statistics.people[0].used_us >= 600000 && statistics.people[0].used_us === statistics.groups[0].used_us);
  assert.deepEqual([statistics.people[0].turns, statistics.groups[0].group, statistics.kinds[0].kind], [1, 'Örnek Grup A', 'member']);
  const vtt = await m.text(`/api/v1/meetings/${meeting}/chapters.vtt`);
  assert.match(vtt, /^WEBVTT\n\n1\n00:00:\d\d\.\d{3} --> 00:00:\d\d\.\d{3}\n1 Örnek yol bakım ihalesi\n\n2\n/);
  const podcast = await data('chapters.json');
  assert.equal(podcast.chapters[1].title, desk.state.items[1].is.title);
  assert.ok(Math.abs(podcast.chapters[0].endTime - podcast.chapters[1].startTime) < 0.01);
  assert.equal((await m.get(`/api/v1/meetings/yok/spans`)).status, 404);
  const speech = await save(`?turn=${turn}`).catch(() => null); // its end may not be recorded yet
  if (speech) decodes(speech.file);

  await m.killWorker();
  await until('it to be recorded again', async () => (await recorded()) > (await media()) - 2.5, { seconds: 40 });
  await sleep(1500);

  // What is missing of it, and why; what has not changed is not sent again.
  const after = await m.get(`/api/v1/meetings/${meeting}/spans`);
  const tag = after.headers.get('etag');
  const { gaps } = await after.json();
  assert.deepEqual(gaps.filter((gap) => gap.cause === 'worker').map((gap) => gap.to_us > gap.from_us && gap.to_us < (Date.now() * 1000)), [true], JSON.stringify(gaps));
  const asked = (name, etag) => m.get(`/api/v1/meetings/${meeting}/${name}`, 20, { headers: { 'if-none-match': etag } });
  assert.equal((await asked('spans', tag)).status, 304);
  assert.equal((await asked('statistics', (await m.get(`/api/v1/meetings/${meeting}/statistics`)).headers.get('etag'))).status, 304);
  assert.equal((await asked('chapters.vtt', '"x"')).status, 200);
  await desk.do('agenda.advance', { from: items[1] });
  assert.equal((await asked('spans', tag)).status, 200);
  // Twenty spans by chance, each as it should be.
  const whole = await save('');
  decodes(whole.file);
  const end = await recorded();
  const begin = end - Number(probe(whole.file, '-show_format').format.duration) + 2; // until_us may be a second old
  const samples = [];
  for (let i = 0; i < 20; i++) {
    const from = begin + Math.random() * (end - begin - 0.5);
    const to = from + 0.2 + Math.random() * 3;
    const { file } = await save(`?from=${from.toFixed(3)}&to=${to.toFixed(3)}`);
    const { streams, packets } = probe(file, '-show_streams', '-show_packets', '-show_data_hash', 'md5');
    assert.deepEqual(streams.map((s) => s.codec_name).sort(), ['aac', 'h264']);
    const pictures = packets.filter((p) => p.codec_type === 'video');
    assert.ok(pictures[0].flags.startsWith('K'), 'begins with a keyframe');
    assert.ok(Number(pictures[0].pts_time) <= 0.001, `at or before the moment: ${pictures[0].pts_time}`);
    const bytes = readFileSync(file);
    for (const p of [pictures[0], pictures.at(-1)]) {
      samples.push(bytes.subarray(Number(p.pos), Number(p.pos) + Number(p.size)));
    }
    if (i < 4) decodes(file);
  }

  const recording = readFileSync(path.join(m.data, 'recordings', meeting, '180p.m4s')); // it grew meanwhile
  assert.ok(samples.every((sample) => recording.includes(sample)), 'the recording’s own bytes');

  // Sound alone; another picture.
  const sound = await save('?from=1&to=3', { kind: 'm4a' });
  assert.equal(sound.headers.get('content-type'), 'audio/mp4');
  decodes(sound.file);
  assert.deepEqual(probe(sound.file, '-show_streams').streams.map((s) => s.codec_name), ['aac']);
  const small = await save('?from=1&to=2&picture=90p');
  assert.equal(probe(small.file, '-show_streams').streams.find((s) => s.codec_type === 'video').height, 90);

  // Ranges joined are the whole, and resume only what has not changed.
  const query = '?from=0.5&to=3.25';
  const first = await get(query);
  const all = Buffer.from(await first.arrayBuffer());
  const etag = first.headers.get('etag');
  const cut = Math.floor(all.length / 3);
  const parts = [];
  for (const range of [`0-${cut - 1}`, `${cut}-${2 * cut}`, `${2 * cut + 1}-`]) {
    const r = await get(query, { headers: { range: `bytes=${range}`, 'if-range': etag } });
    assert.equal(r.status, 206);
    parts.push(Buffer.from(await r.arrayBuffer()));
  }
  assert.ok(Buffer.concat(parts).equals(all));
  assert.equal((await get(query, { headers: { range: 'bytes=0-9', 'if-range': '"another"' } })).status, 200);
  assert.equal((await get(query, { headers: { range: `bytes=${all.length}-` } })).status, 416);
  assert.equal((await get(query, { headers: { 'if-none-match': etag } })).status, 304);
  const head = await m.get(`${at}.mp4${query}`, 20, { method: 'HEAD' });
  assert.equal(Number(head.headers.get('content-length')), all.length);

  // Many at once have their turns.
  const many = await Promise.all(Array.from({ length: 24 }, () => get('').then(async (r) => [r.status, (await r.arrayBuffer()).byteLength > 10000])));
  assert.deepEqual(many, Array(24).fill([200, true]));

  // What is wrong is said.
  for (const [wrong, status] of [['?from=3&to=2', 400], ['?from=a', 400], ['?from=-1', 400], ['?from=1e3', 400], ['?from=nan', 400], ['?from=99999999999', 400], ['?item=', 400],
    ['?item=1&from=2', 400], ['?item=1&turn=2', 400], ['?turn=1', 404], ['?question=x', 404], ['?vote=99999999999999999999', 404], ['?from=5000&to=6000', 404], ['?picture=8k', 404], ['?item=1&span=2', 404], ['?item=1&span=0', 400]]) {
    assert.equal((await get(wrong)).status, status, wrong);
  }
  assert.equal((await m.get('/api/v1/meetings/yok/clip.mp4')).status, 404);
  // Those that wait when the server ends are told, or cut off; it ends all the same.
  const last = Array.from({ length: 24 }, () => get('').then((r) => r.arrayBuffer()).catch(() => undefined));
  await m.stop();
  await Promise.all(last);
});
