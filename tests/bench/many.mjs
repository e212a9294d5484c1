// A house of a thousand meetings, each of four hours: how long its server takes to start, and what
// it holds in its memory.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { EventsSocket } from '../lib/events_socket.mjs';
import { build } from '../lib/programs.mjs';
import { Ours } from './contenders.mjs';
import { median } from './numbers.mjs';

const meetings = 1000, items = 20, turns = 60, questions = 60, members = 40;

const socket = (m, options) => new EventsSocket(`ws://${m.address}/ws/uzun/events`, options).ready();

// Each may ask a few questions only.
async function asCitizen(m) {
  const cookie = (await m.get('/api/v1/viewer', 10, { method: 'POST' })).headers.get('set-cookie').split(';')[0];
  return socket(m, { options: { headers: { cookie } } });
}

// What a sitting of four hours says: about 900 events.
async function longSitting(m, desk) {
  const text = (what, i) => `Örnek ${what} ${i + 1}: mahallenin yol, park ve içme suyu işlerinin görüşülmesi`;
  await desk.do('sitting.describe', { kind: 'ordinary', title: 'Örnek Belediye Meclisi, örnek birleşim' });
  await desk.do('body.describe', { kind: 'council', name: 'Örnek Belediye Meclisi', members: members + 1 });
  const people = [await desk.do('roster.add', { kind: 'chair', name: 'Örnek Başkan', deputy: 0, presiding: true, fields: [] })];
  for (let i = 0; i < members; i++) people.push(await desk.do('roster.add', { kind: 'member', name: `Örnek Üye ${i + 1}`, group: `Örnek Grup ${i % 4}`, deputy: 0, presiding: false, fields: [] }));
  const agenda = [];
  for (let i = 0; i < items; i++) agenda.push(await desk.do('agenda.add', { number: String(i + 1), title: text('madde', i), kind: 'ordinary' }));
  await desk.do('sitting.announce');
  await desk.do('chair.hand', { from: 0, person: people[0] });
  const rollcall = await desk.do('rollcall.open', { purpose: 'opening' });
  await desk.do('rollcall.answer', { rollcall, entries: people.map((person) => ({ person, mark: 'present' })) });
  await desk.do('rollcall.close', { rollcall });
  await desk.do('sitting.open');
  for (let i = 0; i < items; i++) {
    await desk.do('agenda.advance', { from: i ? agenda[i - 1] : 0 });
    for (let k = 0; k < turns / items; k++) {
      const request = await desk.do('floor.enter', { person: people[1 + ((i * 3 + k) % members)], kind: 'member', item: agenda[i] });
      const turn = await desk.do('floor.grant', { request, from: 0, start: true });
      await desk.do('floor.end', { turn });
    }
    const citizen = await asCitizen(m);
    for (let k = 0; k < questions / items; k++) {
      const question = await citizen.do('question.submit', { item: agenda[i], text: text('soru', k), name: 'Örnek Vatandaş' });
      await desk.do('question.approve', { question });
      await desk.do('question.put', { question });
      await desk.do('question.answer', { question, person: people[1], note: 'Örnek yanıt: gelecek yıl' });
    }
    citizen.close();
    const vote = await desk.do('vote.open', { item: agenda[i], subject: text('oylama', i), method: 'hands', majority: 'ordinary', numbered: false, excluded: [] });
    await desk.do('vote.count', { vote, counts: { in_favour: 30, against: 8 } });
    await desk.do('vote.close', { vote });
    await desk.do('agenda.decide', { item: agenda[i], verdict: 'adopted', vote });
  }
  await desk.do('sitting.end');
}

function resident(pid) {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

async function makeOne(m) {
  const r = await m.get('/api/v1/meetings', 10, {
    method: 'POST',
    headers: { authorization: `Bearer ${m.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'uzun', title: 'Örnek Belediye Meclisi, örnek birleşim', language: 'tr' }),
  });
  if (!r.ok) throw new Error(await r.text());
  const desk = await socket(m, { hello: { token: m.token, in_hall: true } });
  await longSitting(m, desk);
  return desk.newest;
}

export async function many() {
  const ends = [], t = { after: (end) => ends.push(end) };
  try {
    const m = await Ours.make(t, { events_per_second: 10000, events_burst: 100000 });
    await m.start();
    const events = await makeOne(m);
    await m.stop();
    const empty = [], full = [];
    let memory = 0, listed = 0;
    const time = async (to) => {
      const began = performance.now();
      await m.start();
      await m.text('/feed.xml');
      to.push(performance.now() - began);
    };
    for (let i = 0; i < 5; i++) {
      await time(empty);
      await m.stop();
    }
    execFileSync(path.join(build, 'tests/bench/bench-meetings'), [path.join(m.data, 'meclis.db'), 'uzun', String(meetings)]);
    for (let i = 0; i < 5; i++) {
      await time(full);
      memory = resident(m.server.pid);
      listed = (await m.json('/api/v1/meetings')).meetings.length;
      await m.stop();
    }
    if (listed < meetings) throw new Error(`${listed} of ${meetings} meetings are listed`);
    return [
      { name: `starting with ${meetings} meetings of ${events} events, until the feed of them all has come`, value: median(full) / 1000, unit: 's', digits: 2, most: 1 },
      { name: 'the same with one', value: median(empty) / 1000, unit: 's', digits: 2 },
      { name: 'the same, memory resident', value: memory, unit: 'MiB' },
    ];
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
