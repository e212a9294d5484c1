// Fan-out: what a viewer costs our server beside the bare limit and beside what others do, each
// line's contenders measured in turns (A B C, A B C, …), its figure the median of the turns.
//
//   node tests/bench/fan_out.mjs [NAME…]    alone; only the lines whose name contains one of these
//
// The currency is the server's CPU seconds, of all its processes that serve viewers.
import os from 'node:os';
import { pathToFileURL } from 'node:url';
import { sleep } from '../lib/wait.mjs';
import { freePort, residentBytes } from '../lib/programs.mjs';
import { Events, H2oHls, Limit, NginxFront, NginxHls, NodeMediaServer, NpmWs, Ours, certificate, feeds } from './contenders.mjs';
import { cpuSecondsOf, serverCpus, serverThreads, stepAside } from './cpus.mjs';
import { Crowd } from './crowd.mjs';
import { median, table } from './numbers.mjs';

// One turn of one contender: { perMessage_us, perSecond_us, p99_us, … }.
async function turn({ contender, feed = 'usual', count, kind = 'media', seconds, address = contender.address, where = contender.where(feed), tls = false, stall = 0 }) {
  const crowd = new Crowd(kind, { address, where, count, tls, report: kind === 'media' });
  try {
    await crowd.playing({ seconds: 40 });
    if (stall) crowd.stall(stall);
    await sleep(stall ? 3000 : 800 + count / 4); // what waited while they came has been sent
    crowd.clear();
    const began = performance.now(), used = cpuSecondsOf(contender.pids), usedHere = cpuSecondsOf([crowd.child.pid]);
    await sleep(seconds * 1000);
    const cpu = cpuSecondsOf(contender.pids) - used, client = cpuSecondsOf([crowd.child.pid]) - usedHere, told = await crowd.tell();
    const elapsed = (performance.now() - began) / 1000;
    if (told.broken) throw new Error(`${contender.name}: ${told.broken} messages are not as the protocol says`);
    if (told.playing < (count - stall) * 0.99) throw new Error(`${contender.name}: ${told.playing} of ${count} still play: ${told.error}`);
    return {
      perMessage_us: (cpu / told.messages) * 1e6, perSecond_us: (cpu / elapsed / count) * 1e6, client_us: (client / elapsed / count) * 1e6, cores: cpu / elapsed,
      p99_us: told.arrived_us.p99, read_p99_us: told.read_us.p99, gaps: told.gaps, closed: told.closed, messages: told.messages, bytes: told.bytes / elapsed / count, rate: told.messages / elapsed / count,
    };
  } finally {
    await crowd.end();
  }
}

// A turn that a busy neighbour spoiled is taken once more; one that fails twice is a fault.
async function again(one, say) {
  try {
    return await one.measure();
  } catch (e) {
    say(`  ${one.name}, once more: ${e.message}`);
    return one.measure();
  }
}

// Runs the contenders in turns. Returns each one's turns, by its place in the list.
export async function inTurns(list, { turns, say }) {
  const all = list.map(() => []);
  for (let i = 0; i < turns; i++)
    for (const [k, one] of list.entries()) {
      const got = await again(one, say);
      all[k].push(got);
      say(`  ${one.name}: ${JSON.stringify(got, (key, v) => (typeof v === 'number' ? Number(v.toPrecision(4)) : v))}`);
    }
  return all;
}

const of = (turns, key) => median(turns.map((t) => t[key]));
const ratio = (a, b, key) => of(a, key) / of(b, key);

class FanOut {
  figures = [];
  details = [];

  constructor({ asked, long }) {
    Object.assign(this, { asked, long, turns: 5, seconds: long ? 8 : 2 });
    this.ends = [];
    this.t = { after: (end) => this.ends.push(end) };
  }

  say(line) {
    if (process.env.MECLIS_BENCH_VERBOSE) console.log(line);
  }

  tell(name, value, more) {
    this.figures.push({ name, value, unit: '×', digits: 2, ...more });
  }

  detail(name, value, unit, digits = 2) {
    this.details.push({ name, value, unit, digits });
  }

  wants(name) {
    return this.asked.length === 0 || this.asked.some((a) => name.includes(a));
  }

  // A part of the table. One that fails says so in its lines and does not hold the others up.
  async part(name, lines, measure) {
    if (!this.wants(name)) return;
    const began = performance.now(), before = this.figures.length;
    try {
      await measure();
    } catch (e) {
      console.log(`${name}: ${e.stack}`);
      this.figures.length = before;
      for (const line of lines) this.tell(line, NaN, { failed: true });
    }
    console.log(`fan-out, ${name}: ${Math.round((performance.now() - began) / 1000)} s, load ${os.loadavg()[0].toFixed(1)}`);
  }

  run(list) {
    return inTurns(list, { turns: this.turns, say: (line) => this.say(line) });
  }

  async limit(feed) {
    this.limits ??= {};
    if (!this.limits[feed]) {
      this.limits[feed] = new Limit(this.t, feeds[feed]);
      await this.limits[feed].start();
    }
    return this.limits[feed];
  }

  // ---- the lines ----

  async against(feed, count, name, most, aim) {
    const limit = await this.limit(feed), seconds = this.seconds;
    await this.ours.feed(feed);
    const [a, b] = await this.run([
      { name: `limit ${feed} ${count}`, measure: () => turn({ contender: limit, feed, count, seconds }) },
      { name: `ours ${feed} ${count}`, measure: () => turn({ contender: this.ours, feed, count, seconds }) },
    ]);
    this.tell(`${name} (aim ${aim})`, ratio(b, a, 'perMessage_us'), { most });
    this.detail(`${name}: the limit`, of(a, 'perMessage_us'), 'µs a message');
    this.detail(`${name}: ours`, of(b, 'perMessage_us'), 'µs a message');
    return [a, b];
  }

  async crowds() {
    const name = (count) => `bare send(), 25/s of 10 KB, ${count} viewers`;
    const paired = 'bare send(), 25/s of 10 KB, 2000 viewers, ours in pairs';
    await this.part('500', [name(500)], () => this.against('usual', 500, name(500), 1.1, 0.9));
    await this.part('2000', [name(2000)], () => this.against('usual', 2000, name(2000), 1.1, 0.9));
    await this.part('pairs', [paired], () => this.againstInPairs(paired));
    await this.part('4000', [name(4000)], async () => {
      const [a, b] = await this.against('usual', 4000, name(4000), 1.1, 0.9);
      for (const [what, turns] of [['the limit', a], ['ours', b]]) {
        this.detail(`4000 viewers, 25/s: 99th percentile of the delay, ${what}`, of(turns, 'p99_us') / 1000, 'ms', 1);
        this.detail(`4000 viewers, 25/s: processor kept busy, ${what}`, (of(turns, 'cores') / serverThreads) * 100, '%', 0);
      }
    });
    await this.delay("delay's 99th percentile, 4000 viewers, limit = 1");
    await this.part('large', ['bare send(), 5/s of 50 KB'], () => this.against('large', 2000, 'bare send(), 5/s of 50 KB, 2000 viewers', 1.1, 0.8));
  }

  // As a thread near its limit sends, made to do so all the time: two messages a send.
  async againstInPairs(name) {
    const limit = await this.limit('usual'), pairs = await this.pairs('usual'), same = { count: 2000, seconds: this.seconds };
    const [a, b] = await this.run([
      { name: 'limit usual 2000', measure: () => turn({ contender: limit, ...same }) },
      { name: 'ours in pairs', measure: () => turn({ contender: pairs, ...same }) },
    ]);
    this.tell(name, ratio(b, a, 'perMessage_us'));
    for (const [what, turns] of [['the limit', a], ['ours', b]]) this.detail(`${name}: ${what}`, of(turns, 'perMessage_us'), 'µs a message');
  }

  // Our server sending in pairs, with that feed alone on air.
  async pairs(feed) {
    if (!this.inPairs) {
      this.inPairs = await Ours.make(this.t, { send_pairs: 'always', tls_certificate: this.tlsFiles.cert, tls_key: this.tlsFiles.key, tls_port: await freePort() });
      await this.inPairs.start();
    }
    await this.inPairs.feed(feed);
    return this.inPairs;
  }

  // At five messages a second, which saturates neither server: at 25 a round of 4000 fills most of
  // the time until the next on one core, and what waits for what is chance.
  async delay(name) {
    await this.part('delay', [name], async () => {
      const limit = await this.limit('rare'), same = { feed: 'rare', count: 4000, seconds: Math.max(3, this.seconds) };
      await this.ours.feed('rare');
      const [a, b] = await this.run([
        { name: 'limit rare 4000', measure: () => turn({ contender: limit, ...same }) },
        { name: 'ours rare 4000', measure: () => turn({ contender: this.ours, ...same }) },
      ]);
      this.tell(name, ratio(b, a, 'p99_us'), { most: 1.5 });
      for (const [what, turns] of [['the limit', a], ['ours', b]]) {
        this.detail(`4000 viewers, 5/s: 99th percentile of the delay, ${what}`, of(turns, 'p99_us') / 1000, 'ms', 1);
        this.detail(`4000 viewers, 5/s: 99th percentile when read, ${what}`, of(turns, 'read_p99_us') / 1000, 'ms', 1);
      }
    });
  }

  async peers() {
    const same = { count: 500, seconds: this.seconds };
    await this.part('ws', ['npm ws'], async () => {
      const ws = new NpmWs(this.t, feeds.usual);
      await ws.start();
      await this.ours.feed('usual');
      const [a, b] = await this.run([
        { name: 'ours', measure: () => turn({ contender: this.ours, ...same }) },
        { name: 'npm ws', measure: () => turn({ contender: ws, ...same }) },
      ]);
      this.tell('npm ws, 25/s of 10 KB, 500 viewers', ratio(a, b, 'perMessage_us'), { most: 0.75 });
      for (const [what, turns] of [['ours', a], ['npm ws', b]]) this.detail(`25/s of 10 KB, 500 viewers: ${what}`, of(turns, 'perMessage_us'), 'µs a message');
      await ws.program.end();
    });
    await this.part('nms', ['node-media-server'], async () => {
      const nms = new NodeMediaServer(this.t);
      await nms.start();
      await this.ours.feed('whole');
      const pairs = await this.pairs('whole');
      const [a, b, c] = await this.run([
        { name: 'ours', measure: () => turn({ contender: this.ours, feed: 'whole', ...same }) },
        { name: 'node-media-server', measure: () => turn({ contender: nms, kind: 'flv', ...same }) },
        { name: 'ours in pairs', measure: () => turn({ contender: pairs, feed: 'whole', ...same }) },
      ]);
      await pairs.feed(undefined);
      this.tell('node-media-server WS-FLV, picture and sound of the same rates, 500 viewers', ratio(a, b, 'perSecond_us'), { most: 0.25 });
      this.tell('node-media-server WS-FLV, ours in pairs', ratio(c, b, 'perSecond_us'));
      for (const [what, turns] of [['ours', a], ['ours in pairs', c], ['node-media-server', b]]) {
        this.detail(`picture and sound, 500 viewers: ${what}`, of(turns, 'perSecond_us'), 'µs a viewer-second', 0);
        this.detail(`picture and sound, 500 viewers: ${what}`, of(turns, 'rate'), 'messages a second', 0);
      }
      await nms.program.end();
      await nms.encoder.end();
    });
  }

  async hls() {
    const count = 500, seconds = Math.max(4, this.seconds);
    const nginx = new NginxHls(this.t, await certificate());
    await nginx.start();
    await this.ours.feed('usual');
    const mirror = nginx.mirror(this.ours, 'usual');
    await mirror.ready();
    const hls = nginx.where('usual');
    await this.part('nginx', ['nginx HLS, sendfile: our WebSocket', 'nginx HLS, sendfile: our HLS'], async () => {
      const h2o = H2oHls.installed() ? new H2oHls(this.t, nginx) : undefined;
      await h2o?.start();
      const pairs = await this.pairs('usual');
      const [a, b, c, e, d] = await this.run([
        { name: 'nginx HLS', measure: () => turn({ contender: nginx, kind: 'hls', count, seconds }) },
        { name: 'our WebSocket', measure: () => turn({ contender: this.ours, count, seconds }) },
        { name: 'our HLS', measure: () => turn({ contender: this.ours, kind: 'hls', where: hls, count, seconds }) },
        { name: 'our WebSocket in pairs', measure: () => turn({ contender: pairs, count, seconds }) },
        ...(h2o ? [{ name: 'h2o HLS', measure: () => turn({ contender: h2o, kind: 'hls', count, seconds }) }] : []),
      ]);
      this.tell('nginx HLS, sendfile, per viewer-second: our WebSocket', ratio(b, a, 'perSecond_us'), { most: 2.2 });
      this.tell('nginx HLS, sendfile, per viewer-second: our WebSocket in pairs', ratio(e, a, 'perSecond_us'));
      this.tell('nginx HLS, sendfile, per viewer-second: our HLS', ratio(c, a, 'perSecond_us'), { most: 1.3 });
      this.tell('h2o HLS, per viewer-second: our HLS', d ? ratio(c, d, 'perSecond_us') : NaN, { missing: 'not installed' });
      for (const [what, turns] of [['nginx HLS', a], ...(d ? [['h2o HLS', d]] : []), ['our WebSocket', b], ['our WebSocket in pairs', e], ['our HLS', c]]) {
        this.detail(`HLS, 500 viewers: ${what}`, of(turns, 'perSecond_us'), 'µs a viewer-second', 0);
        this.detail(`HLS, 500 viewers: ${what}, at the client`, of(turns, 'client_us'), 'µs a viewer-second', 0);
      }
    });
    await this.tls(nginx, hls, { count, seconds });
    await mirror.stop();
    await nginx.end();
  }

  async tls(nginx, hls, { count, seconds }) {
    const own = 'our wss / nginx TLS', front = 'wss through our nginx configuration, both processes / nginx TLS';
    await this.part('tls', [own, front], async () => {
      const proxy = new NginxFront(this.t, this.ours, await certificate());
      await proxy.start();
      const pairs = await this.pairs('usual');
      const [a, b, c, d] = await this.run([
        { name: 'nginx TLS', measure: () => turn({ contender: nginx, address: nginx.tlsAddress, kind: 'hls', where: hls, tls: true, count, seconds }) },
        { name: 'wss through nginx', measure: () => turn({ contender: proxy, tls: true, count, seconds }) },
        { name: 'our wss', measure: () => turn({ contender: this.ours, address: this.ours.tlsAddress, tls: true, count, seconds }) },
        { name: 'our wss in pairs', measure: () => turn({ contender: pairs, address: pairs.tlsAddress, tls: true, count, seconds }) },
      ]);
      this.tell(own, ratio(c, a, 'perSecond_us'), { most: 1 });
      this.tell(`${own}, in pairs`, ratio(d, a, 'perSecond_us'));
      this.tell(front, ratio(b, a, 'perSecond_us'));
      for (const [what, turns] of [['nginx TLS', a], ['wss through nginx', b], ['our wss', c], ['our wss in pairs', d]])
        this.detail(`TLS, 500 viewers: ${what}`, of(turns, 'perSecond_us'), 'µs a viewer-second', 0);
      await proxy.end();
    });
  }

  async growth() {
    const name = "5/s of 10 KB, cost per viewer at 8000 over 500, over the limit's growth", feed = 'rare';
    await this.part('growth', [name], async () => {
      const limit = await this.limit(feed), seconds = Math.max(3, this.seconds);
      await this.ours.feed(feed);
      const of4 = [[limit, 500], [this.ours, 500], [limit, 8000], [this.ours, 8000]];
      const [a, b, c, d] = await this.run(of4.map(([contender, count]) => ({
        name: `${contender.name} ${feed} ${count}`, measure: () => turn({ contender, feed, count, seconds }),
      })));
      this.tell(name, ratio(d, b, 'perSecond_us') / ratio(c, a, 'perSecond_us'), { most: 1.1 });
      for (const [what, turns] of [['the limit, 500', a], ['ours, 500', b], ['the limit, 8000', c], ['ours, 8000', d]])
        this.detail(`5/s of 10 KB: ${what} viewers`, of(turns, 'perMessage_us'), 'µs a message');
    });
  }

  async memory() {
    const name = 'memory per WebSocket viewer, plain', count = 4000;
    await this.part('memory', [name], async () => {
      const [turns] = await this.run([{ name: 'memory', measure: () => this.weigh(count) }]);
      this.tell(name, of(turns, 'each'), { most: 4, unit: 'KB' });
    });
  }

  // What a server that has just begun grows by when so many come to its first hundred.
  async weigh(count) {
    const ends = [], t = { after: (end) => ends.push(end) };
    let first, rest;
    try {
      const m = await Ours.make(t);
      await m.start();
      await m.feed('rare');
      const at = { address: m.address, where: m.where('rare'), report: true };
      first = new Crowd('media', { ...at, count: 100 });
      await first.playing();
      await sleep(1000);
      const before = residentBytes(m.server.pid);
      rest = new Crowd('media', { ...at, count });
      await rest.playing();
      await sleep(2000);
      return { each: (residentBytes(m.server.pid) - before) / count / 1000 };
    } finally {
      await rest?.end();
      await first?.end();
      for (const end of ends.reverse()) await end();
    }
  }

  async stalled() {
    const name = "1000 of 2000 stalled: the others' 99th percentile, none stalled = 1";
    await this.part('stalled', [name], async () => {
      const seconds = Math.max(3, this.seconds), same = { contender: this.ours, count: 2000, seconds };
      await this.ours.feed('usual');
      const [a, b] = await this.run([
        { name: 'none stalled', measure: () => turn(same) },
        { name: '1000 stalled', measure: () => turn({ ...same, stall: 1000 }) },
      ]);
      this.tell(name, ratio(b, a, 'p99_us'), { most: 1.1 });
      this.detail('2000 viewers: 99th percentile of the delay', of(a, 'p99_us') / 1000, 'ms', 1);
      this.detail('1000 of 2000 stalled: 99th percentile of the others', of(b, 'p99_us') / 1000, 'ms', 1);
    });
  }

  // At 5 messages a second, which one core carries to so many. Two net threads, as two cores have:
  // who arrives waits in a thread's queue, 4096 long.
  async arrivals() {
    const name = '5000 reconnecting at once: all playing again', count = 5000;
    await this.part('arrivals', [name], async () => {
      const ends = [], m = await Ours.make({ after: (end) => ends.push(end) }, { net_threads: Math.max(2, serverThreads) });
      let crowd;
      try {
        await m.start();
        await m.feed('rare');
        crowd = new Crowd('media', { address: m.address, where: m.where('rare'), count, report: true, seconds: 280 });
        await crowd.playing({ seconds: 40 });
        const [turns] = await this.run([{
          name: 'reconnect',
          measure: async () => {
            await sleep(1500);
            const { ms, failed } = await crowd.reconnect();
            return { seconds: ms / 1000, failed };
          },
        }]);
        this.tell(name, of(turns, 'seconds'), { most: 5, unit: 's', digits: 1 });
        this.detail('5000 reconnecting: the slowest of five', Math.max(...turns.map((one) => one.seconds)), 's', 1);
      } finally {
        await crowd?.end();
        for (const end of ends.reverse()) await end();
      }
    });
  }

  async events() {
    const name = 'one event to 10000 idle viewers, 99th percentile, limit = 1';
    await this.part('events', [name], async () => {
      const limit = new Limit(this.t, { rate: 0, bytes: 400 }), ours = new Events(this.t, { bytes: 400 }), crowds = [];
      try {
        const list = [];
        for (const sender of [limit, ours]) {
          await sender.start();
          const crowd = new Crowd('events', { address: sender.address, where: sender.where(), count: 10000, seconds: 280 });
          crowds.push(crowd);
          await crowd.playing({ seconds: 60 });
          list.push({ name: sender.name, measure: () => this.event(sender, crowd) });
        }
        const [a, b] = await this.run(list);
        this.tell(name, ratio(b, a, 'p99_us'), { most: 1.3 });
        for (const [what, turns] of [['the limit', a], ['ours', b]]) {
          this.detail(`one event to 10000: 99th percentile of the delay, ${what}`, of(turns, 'p99_us') / 1000, 'ms', 1);
          this.detail(`one event to 10000: ${what}`, of(turns, 'perMessage_us'), 'µs a listener');
        }
      } finally {
        for (const crowd of crowds) await crowd.end();
        ours.end();
        limit.end();
      }
    });
  }

  async event(sender, crowd) {
    await sleep(500);
    crowd.clear();
    const used = cpuSecondsOf(sender.pids);
    sender.say('event');
    await sleep(1500);
    const told = await crowd.tell();
    if (told.messages !== crowd.count) throw new Error(`${sender.name}: ${told.messages} of ${crowd.count} heard it: ${told.error}`);
    return { p99_us: told.arrived_us.p99, perMessage_us: ((cpuSecondsOf(sender.pids) - used) / told.messages) * 1e6 };
  }

  async all() {
    console.log(`fan-out: servers on ${serverCpus ? `processor ${serverCpus}` : 'any processor'}, ${serverThreads} thread(s) each; clients elsewhere`);
    stepAside();
    const { cert, key } = (this.tlsFiles = await certificate());
    this.ours = await Ours.make(this.t, { trusted_proxies: '127.0.0.1', tls_certificate: cert, tls_key: key, tls_port: await freePort() });
    await this.ours.start();
    await this.crowds();
    await this.peers();
    if (['nginx', 'tls'].some((n) => this.wants(n))) await this.hls();
    await this.inPairs?.feed(undefined);
    await this.growth();
    await this.stalled();
    await this.ours.feed(undefined);
    await this.arrivals();
    await this.memory();
    await this.events();
  }

  async end() {
    for (const end of this.ends.reverse()) await end();
  }
}

// Returns { figures, details }: the table, and what its lines are made of.
export async function fanOut({ asked = [], long = Boolean(process.env.MECLIS_BENCH_LONG) } = {}) {
  const f = new FanOut({ asked, long });
  try {
    await f.all();
  } finally {
    await f.end();
  }
  return f;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { figures, details } = await fanOut({ asked: process.argv.slice(2) });
  console.log(`\n${table(details)}\n\n${table(figures)}`);
  process.exit(0);
}
