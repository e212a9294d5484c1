// A server with its workers as a council would run it: every setting its default, except where
// things are and what is on air.
import { readFileSync, readdirSync } from 'node:fs';
import { Meclis } from '../lib/meclis.mjs';
import { cpuSeconds, residentBytes } from '../lib/programs.mjs';
import { sleep } from '../lib/wait.mjs';

export const defaultLadder = [
  { name: '720p', width: 1280, height: 720, bitrate_kbps: 1500 },
  { name: '360p', width: 640, height: 360, bitrate_kbps: 450 },
];
export const testSource = [{ id: 'kart', kind: 'test' }];

// Calls `use` with a Meclis on air, and ends it whatever happened.
export async function house({ sources = testSource, settings = {} }, use) {
  const ends = [];
  const t = { after: (end) => ends.push(end) };
  try {
    const m = await Meclis.create(t, { sources, settings: { renditions: defaultLadder, max_connections_per_address: 1000, ...settings } });
    await m.start();
    const asked = performance.now();
    await m.command('start');
    while ((await m.metric('meclis_fragments_total').catch(() => 0)) === 0) {
      if (performance.now() - asked > 20000) throw new Error(`nothing on air:\n${m.server.output.slice(-2000)}\n${m.workerLog().slice(-2000)}`);
      await sleep(5);
    }
    m.firstFragment_ms = performance.now() - asked;
    return await use(m, t);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

// Cores that a process keeps busy, over so many seconds.
export async function cores(pids, seconds) {
  const began = performance.now(), before = pids.map(cpuSeconds);
  await sleep(seconds * 1000);
  const elapsed = (performance.now() - began) / 1000;
  return pids.map((pid, i) => (cpuSeconds(pid) - before[i]) / elapsed);
}

function threadSeconds(pid) {
  const seconds = new Map();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1').split(') ').at(-1).split(' ');
      seconds.set(thread, (Number(stat[11]) + Number(stat[12])) / 100);
    } catch { /* it ended meanwhile */ }
  }
  return seconds;
}

// The same by thread, the busiest first.
export async function coresOfThreads(pid, seconds) {
  const began = performance.now(), before = threadSeconds(pid);
  await sleep(seconds * 1000);
  const elapsed = (performance.now() - began) / 1000;
  return [...threadSeconds(pid)].map(([id, used]) => (used - (before.get(id) ?? 0)) / elapsed).sort((a, b) => b - a);
}

// Looks at a process's memory once a second until told to stop: [[seconds, MiB], …].
export function watchMemory(pid) {
  const samples = [], began = performance.now();
  const timer = setInterval(() => {
    try {
      samples.push([(performance.now() - began) / 1000, residentBytes(pid) / 2 ** 20]);
    } catch { /* it ended: what was seen stands */ }
  }, 1000);
  return { samples, stop: () => clearInterval(timer) };
}
