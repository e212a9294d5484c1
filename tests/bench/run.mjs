// The broadcast's figures, from the real server with the real test source, in one table at the end.
//
//   node tests/bench/run.mjs [NAME…]     only the parts whose name contains one of these
//
// MECLIS_BENCH_LONG=1 watches flash and beep and the worker's memory for ten minutes, and measures
// each turn of the fan-out four times as long. The machine's load is told before and after: on two
// cores, a busy neighbour shows in every figure. As root, `nice -n -20` before it helps. Not `chrt`:
// clients that run at once are woken for every single message, and the rest of the machine starves.
//
// Everything is run and told, and then a target that was missed, or a part that broke, is a failure
// (status 1). MECLIS_BENCH_REPORT_ONLY=1 only tells.
import os from 'node:os';
import { cost, encoderCost, passthroughCost } from './cost.mjs';
import { fanOut } from './fan_out.mjs';
import { glass, hls, opening, skew } from './page.mjs';
import { notMet, table } from './numbers.mjs';
import { house } from './house.mjs';
import { many } from './many.mjs';
import { meeting } from './meeting.mjs';
import { search } from './search.mjs';
import { store } from './store.mjs';

const asked = process.argv.slice(2);
const wanted = (name) => asked.length === 0 || asked.some((a) => name.includes(a));
const long = Boolean(process.env.MECLIS_BENCH_LONG);
const figures = [];

async function part(name, measure) {
  if (!wanted(name)) return;
  const began = performance.now();
  try {
    figures.push(...(await measure()));
  } catch (e) {
    console.log(`${name}: ${e.stack}`);
    figures.push({ name, value: NaN, unit: '', failed: true });
  }
  console.log(`${name}: ${Math.round((performance.now() - began) / 1000)} s, load ${os.loadavg()[0].toFixed(1)}`);
}

console.log(`${os.cpus().length} cores, ${os.cpus()[0].model}; load ${os.loadavg().map((l) => l.toFixed(1)).join(' ')}`);
if (['worker', 'opening', 'glass', 'skew', 'hls'].some(wanted)) {
  await house({}, async (m) => {
    await part('worker', () => cost(m, { seconds: long ? 600 : 30 }));
    await part('opening', () => opening(m));
    await part('glass', () => glass(m, { seconds: 60 }));
    await part('skew', () => skew(m, { seconds: long ? 600 : 30 }));
    await part('hls', () => hls(m, { seconds: 30 }));
  });
}
await part('encoder', () => encoderCost());
await part('passthrough', () => passthroughCost());
await part('store', () => store());
await part('search', () => search());
await part('many', () => many());
// Last: from here on this script keeps out of the way of the servers that are measured.
await part('meeting', () => meeting());
if (wanted('fan-out')) {
  const { figures: lines, details } = await fanOut({ long });
  console.log(`\nwhat the fan-out's figures are made of, medians\n${table(details)}`);
  figures.push(...lines);
}
console.log(`load ${os.loadavg().map((l) => l.toFixed(1)).join(' ')}\n\n${table(figures)}`);
const missed = notMet(figures);
if (missed.length > 0) console.log(`\n${missed.length} of ${figures.length} figures missed or not measured: ${missed.map((f) => f.name).join('; ')}`);
process.exit(missed.length > 0 && !process.env.MECLIS_BENCH_REPORT_ONLY ? 1 : 0);
