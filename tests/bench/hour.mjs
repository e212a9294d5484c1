// An hour as a server has it: does its memory grow? By hand, beside other work or not:
//
//   node tests/bench/hour.mjs [MINUTES] [VIEWERS]
//
// The real server, 25 messages of 10 KB a second to every viewer; a tenth of them come by TLS, a
// twentieth stop reading for good and are let go, and each five minutes all come anew.
import { residentBytes, freePort } from '../lib/programs.mjs';
import { sleep } from '../lib/wait.mjs';
import { Ours, certificate } from './contenders.mjs';
import { cpuSecondsOf } from './cpus.mjs';
import { Crowd } from './crowd.mjs';
import { slope } from './numbers.mjs';

const [minutes = 60, viewers = 1000] = process.argv.slice(2).map(Number);
const ends = [], crowds = [];

async function begin() {
  const { cert, key } = await certificate();
  const m = await Ours.make({ after: (end) => ends.push(end) }, { tls_certificate: cert, tls_key: key, tls_port: await freePort() });
  await m.start();
  await m.feed('usual');
  const secure = Math.round(viewers / 10), stopping = Math.round(viewers / 20), common = { where: m.where('usual'), report: true, seconds: minutes * 60 + 120 };
  crowds.push(new Crowd('media', { ...common, address: m.address, count: viewers - secure - stopping }));
  crowds.push(new Crowd('media', { ...common, address: m.tlsAddress, tls: true, count: secure }));
  for (const crowd of crowds) await crowd.playing({ seconds: 60 });
  return { m, stopping: () => new Crowd('media', { ...common, address: m.address, count: stopping, seconds: 100 }) };
}

// Those who stop reading: the server lets them go.
async function comeAndStop(make) {
  const crowd = make();
  try {
    await crowd.playing({ seconds: 60 });
    crowd.stall(crowd.count);
    await sleep(45_000);
  } finally {
    await crowd.end();
  }
}

async function hour() {
  const { m, stopping } = await begin(), points = [], began = performance.now();
  for (let minute = 1; minute <= minutes; minute++) {
    const used = cpuSecondsOf(m.pids);
    if (minute % 5 === 0) for (const crowd of crowds) await crowd.reconnect();
    else await comeAndStop(stopping);
    await sleep(Math.max(0, began + minute * 60_000 - performance.now()));
    const told = await Promise.all(crowds.map((crowd) => crowd.tell())), resident = residentBytes(m.server.pid) / 1e6;
    points.push([minute / 60, resident]);
    console.log(`${minute} min: ${resident.toFixed(1)} MB, ${(cpuSecondsOf(m.pids) - used).toFixed(1)} s of CPU; ${told.map((t) => `${t.playing} play, ${t.messages} messages, ${t.broken} broken`).join('; ')}`);
    if (told.some((t) => t.broken > 0)) throw new Error('messages that are not as the protocol says');
  }
  const settled = points.slice(Math.min(10, Math.floor(points.length / 3)));
  console.log(`memory: ${settled[0][1].toFixed(1)} MB once settled, ${settled.at(-1)[1].toFixed(1)} MB at the end, ${slope(settled).toFixed(2)} MB an hour by least squares`);
}

try {
  await hour();
} finally {
  for (const crowd of crowds) await crowd.end();
  for (const end of ends.reverse()) await end();
}
process.exit(0);
