// A closed part: no byte that came from a source reaches the recording or a viewer, through kills of
// the worker, of the server and of both. The source is white and loud, the slate dark and silent.
// Time limit: 600 s
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { look } from '../lib/looking.mjs';
import { Meclis } from '../lib/meclis.mjs';
import { freePort } from '../lib/programs.mjs';
import { srt } from '../lib/publishers.mjs';
import { readTrack } from '../lib/recording.mjs';
import { holds, sleep, until } from '../lib/wait.mjs';

const WHITE = 70; // mean luma above which a frame shows a source, in a quarter of it even; the slate's is below 60
const LOUD = -50; // dB

function expectDark(what, init, fragments, kind) {
  assert.ok(fragments.length > 20, `${what}: the slate goes on (${fragments.length} fragments)`);
  const { frames, most } = look(init, fragments, kind);
  assert.ok(frames >= 20, `${what}: ${frames} frames were decoded`);
  assert.ok(most < (kind === 'video' ? WHITE : LOUD), `${what}: something of the source is in it (${most})`);
}

// A picture begins with a keyframe, in passthrough perhaps after the slate's first frames.
function fromKey(fragments, kind, mode) {
  if (kind !== 'video' || fragments.length === 0) return fragments;
  const key = fragments.findIndex((f) => f.key);
  if (mode === 'composed') assert.equal(key, 0, 'the slate begins with a keyframe');
  assert.ok(key >= 0);
  return fragments.slice(key);
}

function initOf(folder, name, number) {
  return readFileSync(path.join(folder, `${name}.init-${number}.mp4`));
}

// A second source, as white and as loud; it is there as long as its worker is.
const second = 'videotestsrc is-live=true pattern=white ! video/x-raw,width=320,height=180,framerate=25/1 ! identity name=video audiotestsrc is-live=true ! audio/x-raw,rate=48000,channels=2 ! identity name=audio';

async function open(t, mode, { beside = false } = {}) {
  const port = await freePort('udp');
  const m = await Meclis.onAir(t, {
    sources: [
      { id: 'ana', kind: 'srt-listen', priority: 1, url: `srt://127.0.0.1:${port}` },
      ...(beside ? [{ id: 'yan', kind: 'gstreamer', priority: 2, url: second }] : []),
    ],
    settings: { mode },
  });
  // An encoder that calls again until it is let in: a worker that runs need not listen yet.
  let encoder;
  const send = () => {
    if (!encoder || encoder.exited) encoder = srt(t, port, { picture: 'color=c=white', keyframes: 25 });
  };
  send();
  await m.onAirIs('ana');
  const desk = await m.events({ admin: true, hello: { in_hall: true } }).ready();
  await desk.do('sitting.describe', { kind: 'ordinary', title: 'Örnek birleşim', number: '2026/1' });
  await desk.do('body.describe', { kind: 'council', name: 'Örnek Belediye Meclisi', members: 1 });
  const chair = await desk.do('roster.add', { kind: 'chair', name: 'Örnek Başkan', deputy: 0, presiding: true, fields: [] });
  await desk.do('sitting.announce');
  await desk.do('chair.hand', { from: 0, person: chair });
  const roll = await desk.do('rollcall.open', { purpose: 'opening' });
  await desk.do('rollcall.answer', { rollcall: roll, entries: [{ person: chair, mark: 'present' }] });
  await desk.do('rollcall.close', { rollcall: roll });
  await desk.do('sitting.open');
  if (beside) {
    await desk.do('programme.layout', { layout: 'side_by_side' });
    await until('the second beside', () => desk.events.some((e) => e.type === 'source.beside' && e.body.source === 'yan'));
  }
  return { m, desk, send };
}

const recordedUntil = (m, media_us) => until('more to be recorded', async () => (await m.about()).recording.until_us > media_us, { seconds: 30, every: 200 });

// The encoder's picture arrives, for a while, and is kept from the programme.
async function comesIn(m, send) {
  await until('the source', async () => {
    send();
    return (await m.source('ana')).state === 'live';
  }, { seconds: 40, every: 300 });
  await holds('kept out', async () => (await m.about()).on_air === '', { seconds: 3 });
}

const closing = { number: '2026/7', document: 'Örnek birleşim tutanağı', reason: 'Örnek gerekçe' };

async function play(t, mode) {
  const { m, desk: first, send } = await open(t, mode, { beside: mode === 'composed' });
  let desk = first;
  const v = m.viewer('', { keepBytes: true });
  await v.goesOn(50);
  const closed = await desk.do('part.close', closing);
  await desk.has(closed);
  const from = desk.events.find((e) => e.seq === closed).media_us;
  await m.onAirIs('');
  await recordedUntil(m, from + 4e6);
  // each starts anew, and finds it closed
  await m.killWorker();
  await v.goesOn(50, { seconds: 40 });
  send(); // a worker's end is its encoder's
  await m.killServer();
  await sleep(500);
  await m.start();
  await until('the worker to be found', async () => (await m.metric('meclis_worker_up')) === 1, { seconds: 40 });
  await sleep(1500);
  await Promise.all([m.killServer(), m.killWorker()]);
  await m.start();
  await until('another worker', async () => (await m.metric('meclis_worker_up')) === 1, { seconds: 40 });
  await comesIn(m, send);
  desk = await m.events({ admin: true, hello: { in_hall: true }, after: desk }).ready();
  assert.equal(desk.state.sitting.state, 'closed');
  const opened = await desk.do('part.open');
  await desk.has(opened);
  const until_us = desk.events.find((e) => e.seq === opened).media_us;
  await m.onAirIs('ana');
  await recordedUntil(m, (await m.about()).media_time_us + 4e6);
  await m.stop();

  const tracks = new Map(v.hello.tracks.map((x) => [x.id, x]));
  for (const { id, name, kind } of tracks.values()) {
    const recorded = readTrack(m.recording, name);
    // What left before the gate was closed is ahead of its time: what is composed by a frame or two,
    // what passes through by what a source's jitter needs.
    const ahead = mode === 'passthrough' ? 600000 : 80000;
    const within = (f) => f.time >= from + ahead && f.time < until_us;
    const inside = fromKey(recorded.fragments.filter(within), kind, mode);
    for (const init of new Set(inside.map((f) => f.init))) {
      const part = inside.filter((f) => f.init === init);
      const bytes = part.map((f) => recorded.data.subarray(f.offset, f.offset + f.size));
      expectDark(`${mode}: ${name}, recorded`, initOf(m.recording, name, init), bytes, kind);
    }
    const after = recorded.fragments.filter((f) => f.time >= until_us);
    const key = kind === 'video' ? after.findIndex((f) => f.key) : 0;
    const last = after.slice(key).filter((f) => f.init === after.at(-1).init);
    const seen = look(initOf(m.recording, name, last[0].init), last.map((f) => recorded.data.subarray(f.offset, f.offset + f.size)), kind);
    assert.ok(seen.most > (kind === 'video' ? WHITE : LOUD), `${mode}: ${name} shows the source again (${seen.most})`);
    const watched = fromKey(v.of(id).filter((f) => within(f) && f.init === inside[0]?.init), kind, mode);
    if (watched.length === 0) continue; // the viewer has another rendition
    expectDark(`${mode}: ${name}, as the viewer got it`, initOf(m.recording, name, watched[0].init), watched.map((f) => f.bytes), kind);
  }
}

test('a closed part shows nothing of two sources side by side: composed', (t) => play(t, 'composed'));
test('a closed part shows nothing of a source: passthrough', (t) => play(t, 'passthrough'));

test('a worker that does not answer is killed, and then the part is closed', async (t) => {
  const { m, desk, send } = await open(t, 'composed');
  const before = m.worker;
  process.kill(before, 'SIGSTOP');
  const closed = await desk.do('part.close', closing);
  await desk.has(closed);
  const from = desk.events.find((e) => e.seq === closed).media_us;
  assert.equal(desk.state.sitting.state, 'closed');
  await until('another worker', async () => (await m.metric('meclis_worker_up')) === 1 && m.worker !== before, { seconds: 40 });
  await comesIn(m, send);
  await desk.do('part.open');
  await m.onAirIs('ana');
  await m.stop();
  const recorded = readTrack(m.recording, '180p');
  const opened = desk.events.find((e) => e.type === 'part.opened').media_us;
  const inside = recorded.fragments.filter((f) => f.time >= from && f.time < opened);
  expectDark('recorded', initOf(m.recording, '180p', inside[0].init), inside.map((f) => recorded.data.subarray(f.offset, f.offset + f.size)), 'video');
});

test('who may not close a part does not touch the gate', async (t) => {
  const { m, desk } = await open(t, 'composed');
  const viewer = await m.events().ready();
  assert.equal((await viewer.say('part.close', closing)).type, 'refused');
  assert.equal((await desk.say('part.close', { ...closing, number: '', document: '' })).type, 'refused');
  await sleep(1500);
  assert.equal((await m.about()).on_air, 'ana');
  assert.equal(/the gate is closed/.test(m.workerLog()), false);
});
