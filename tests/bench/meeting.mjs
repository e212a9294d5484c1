// The meeting, over real sockets of the real server: how late an event is at 2,000 listeners, and how
// long one takes who comes back 10,000 events later.
//
// An event says when it was decided (`at_utc_us`), which is before its commit. So what is told here
// has the commit in it: from "accepted" on it is less, at the least what the last listeners waited
// longer than the first.
import WebSocket from 'ws';
import { EventsSocket } from '../lib/events_socket.mjs';
import { sleep } from '../lib/wait.mjs';
import { Limit, Ours } from './contenders.mjs';
import { stepAside } from './cpus.mjs';
import { Crowd } from './crowd.mjs';
import { inTurns } from './fan_out.mjs';
import { median } from './numbers.mjs';

const feed = 'usual', listeners = 2000, bytes = 400, behind = 10000, at_once = 500;

// What one event costs those who listen, and when they had it.
async function told(name, crowd, say) {
  await sleep(300);
  crowd.clear();
  await say();
  await sleep(700);
  const { messages, arrived_us, error } = await crowd.tell();
  if (messages !== listeners) throw new Error(`${name}: ${messages} of ${listeners} heard it: ${error}`);
  return { p99_us: arrived_us.p99, first_us: arrived_us.min };
}

const rename = (number) => ({ kind: 'ordinary', title: `Örnek birleşim, ${number}. kez adlandırılan, adı bir olay kadar uzun` });

async function fanOut(m, desk, ends) {
  const limit = new Limit({ after: (end) => ends.push(end) }, { rate: 0, bytes }), crowds = [];
  try {
    await limit.start();
    for (const [address, where] of [[limit.address, limit.where()], [m.address, `/ws/${feed}/events`]]) {
      const crowd = new Crowd('events', { address, where, count: listeners });
      crowds.push(crowd);
      await crowd.playing({ seconds: 60 });
    }
    let number = 0;
    const [bare, ours] = await inTurns([
      { name: 'bare send()', measure: () => told('bare send()', crowds[0], () => limit.say('event')) },
      { name: 'the meeting', measure: () => told('the meeting', crowds[1], () => desk.do('sitting.describe', rename(number++))) },
    ], { turns: 15, say: () => {} });
    const of = (turns, key) => median(turns.map((t) => t[key]));
    return [
      { name: `one event to ${listeners} sockets, 99th percentile, from its decision, commit included`, value: of(ours, 'p99_us') / 1000, unit: 'ms', digits: 1 },
      { name: 'the same, the first of them', value: of(ours, 'first_us') / 1000, unit: 'ms', digits: 1 },
      { name: `the same by a bare send(), 99th percentile, without decision and commit`, value: of(bare, 'p99_us') / 1000, unit: 'ms', digits: 1 },
      { name: 'the same, ours to the bare send()', value: of(ours, 'p99_us') / of(bare, 'p99_us'), unit: '×', digits: 2 },
    ];
  } finally {
    for (const crowd of crowds) await crowd.end();
  }
}

async function fill(desk) {
  for (let number = 0; number < behind; number += at_once) {
    for (let i = 0; i < at_once; i++) desk.send({ type: 'command', id: `d-${number + i}`, name: 'sitting.describe', args: rename(number + i) });
    await desk.has(desk.newest + at_once);
  }
}

// From a client's hello until it has been told the last event. What it was told is looked at afterwards:
// { ms, bytes }.
function catchUp(url, since, last) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'meclis.events.v1', { perMessageDeflate: false }), messages = [];
    const timer = setTimeout(() => reject(new Error('did not catch up in 30 s')), 30000);
    const end = `"seq":${last},`;
    let began;
    socket.on('open', () => {
      began = performance.now();
      socket.send(JSON.stringify({ type: 'hello', v: 1, since }));
    });
    socket.on('message', (data) => {
      messages.push(data);
      if (data.indexOf('{"type":"events"') !== 0 || data.indexOf(end) < 0) return;
      const ms = performance.now() - began;
      clearTimeout(timer);
      socket.close();
      const seqs = messages.map((m) => JSON.parse(m)).filter((m) => m.type === 'events').flatMap((m) => m.events.map((e) => e.seq));
      if (seqs.length === last - since && seqs.every((seq, i) => seq === since + 1 + i)) resolve({ ms, bytes: messages.reduce((sum, m) => sum + m.length, 0) });
      else reject(new Error(`was told ${seqs.length} events, from ${seqs[0]} to ${seqs.at(-1)}, of ${last - since}`));
    });
    socket.on('error', reject);
  });
}

async function catchingUp(m, desk) {
  await fill(desk);
  const url = `ws://${m.address}/ws/${feed}/events`, last = desk.newest, turns = [];
  for (let i = 0; i < 7; i++) {
    turns.push(await catchUp(url, last - behind, last));
    await sleep(200);
  }
  return [
    { name: `catching up ${behind} events over a socket`, value: median(turns.map((t) => t.ms)), unit: 'ms', most: 200 },
    { name: 'the same, its bytes', value: median(turns.map((t) => t.bytes)) / 2 ** 20, unit: 'MiB', digits: 1 },
  ];
}

export async function meeting() {
  const ends = [], t = { after: (end) => ends.push(end) };
  try {
    stepAside();
    const m = await Ours.make(t, { events_per_second: 10000, events_burst: 100000 });
    await m.start();
    const desk = await new EventsSocket(`ws://${m.address}/ws/${feed}/events`, { hello: { token: m.token } }).ready();
    return [...(await fanOut(m, desk, ends)), ...(await catchingUp(m, desk))];
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
