// A server under test, with its workers, from the outside: its command line, its addresses, its
// files as docs/architecture.md draws them.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EventsSocket } from './events_socket.mjs';
import { MediaSocket } from './media_socket.mjs';
import { metric, parseMetrics } from './metrics.mjs';
import { Program, build, freePort, isRunning, processesWith, temporary } from './programs.mjs';
import { patience, sleep, until } from './wait.mjs';

// Small pictures: what is tested is what happens to them, not how they look.
const smallLadder = [
  { name: '180p', width: 320, height: 180, bitrate_kbps: 300 },
  { name: '90p', width: 160, height: 90, bitrate_kbps: 80 },
];

// A value in libconfig's language.
function libconfig(value) {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `(${value.map(libconfig).join(', ')})`;
  if (value && typeof value === 'object') return `{ ${members(value)} }`;
  return String(value);
}

function members(object) {
  return Object.entries(object).map(([key, value]) => `${key} = ${libconfig(value)};`).join(' ');
}

export const meeting = 'deneme';

export class Meclis {
  // Settings are those of config/meclis.conf; `sources` are the meeting's. Starts nothing yet.
  static async create(t, { sources, settings = {}, folder = temporary(), args = [], env = {} }) {
    const m = new this();
    Object.assign(m, { t, folder, args, env, data: path.join(folder, 'data'), port: await freePort() });
    mkdirSync(m.data, { recursive: true });
    m.config = path.join(folder, 'meclis.conf');
    m.clock = path.join(folder, 'clock');
    m.stepClock(0);
    m.settings = {
      renditions: smallLadder,
      reserve_mib: 1,
      orphan_seconds: 60,
      rtmp_address: '127.0.0.1',
      rtmp_port: await freePort(),
      ...settings,
      meetings: [{ id: meeting, title: 'Örnek Birleşim', sources, agenda: [{ number: 1, title: 'Örnek madde' }] }],
    };
    m.configure();
    t.after(() => m.endAll());
    return m;
  }

  // The same, started and on air.
  static async onAir(t, options) {
    const m = await Meclis.create(t, options);
    await m.start();
    await m.command('start');
    await until('the first fragments', async () => (await m.metric('meclis_fragments_total')) > 0, { seconds: 30 }).catch(async (e) => {
      throw new Error(`${e.message}\n${m.server.output.slice(-2000)}\n${m.workerLog().slice(-2000)}`);
    });
    return m;
  }

  configure() {
    writeFileSync(this.config, `${members(this.settings).replaceAll('; ', ';\n')}\n`);
  }

  get binary() {
    return path.join(build, 'server/app/meclis');
  }

  spawn(extra = [], { data = this.data, port = this.port } = {}) {
    const args = ['--listen', `127.0.0.1:${port}`, '--data', data, '--config', this.config, ...this.args, ...extra];
    return new Program('meclis', this.binary, args, { env: { MECLIS_TEST_CLOCK: this.clock, ...this.env } });
  }

  async start() {
    this.server = this.spawn();
    await until('/healthz', async () => {
      if (this.server.exited) throw new Error('it ended');
      return (await this.get('/healthz', 2)).ok;
    }, { seconds: 20 }).catch((e) => {
      throw new Error(`${e.message}\n${this.server.output.slice(-4000)}`);
    });
  }

  url(where) {
    return `http://127.0.0.1:${this.port}${where}`;
  }

  get(where, seconds = 10, options = {}) {
    return fetch(this.url(where), { ...options, signal: AbortSignal.timeout(seconds * 1000 * patience) });
  }

  async text(where) {
    const r = await this.get(where);
    if (!r.ok) throw new Error(`${where}: ${r.status} ${await r.text()}`);
    return r.text();
  }

  async json(where) {
    return JSON.parse(await this.text(where));
  }

  get token() {
    return readFileSync(path.join(this.data, 'admin-token'), 'utf8').trim();
  }

  async command(action, more = {}) {
    const r = await this.get(`/api/v1/meetings/${meeting}/broadcast`, 10, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ action, ...more }),
    });
    if (!r.ok) throw new Error(`${action}: ${r.status} ${await r.text()}`);
    return r;
  }

  async metric(name) {
    return metric(parseMetrics(await this.text('/metrics')), name);
  }

  about() {
    return this.json(`/api/v1/meetings/${meeting}`);
  }

  // The whole log: [{ seq, type, body: {…}, … }].
  async log() {
    const events = [];
    for (let more = true; more;) {
      const page = await this.json(`/api/v1/meetings/${meeting}/log?since=${events.at(-1)?.seq ?? 0}`);
      events.push(...page.events.map((e) => ({ ...e, body: typeof e.body === 'string' ? JSON.parse(e.body) : e.body })));
      more = page.more && page.events.length > 0;
    }
    return events;
  }

  // The whole log as whoever verifies it from outside is given it.
  async exported() {
    let text = '', since = 0, end;
    do {
      const page = await this.text(`/api/v1/meetings/${meeting}/log?format=export&since=${since}`);
      text += page;
      end = JSON.parse(page.trimEnd().split('\n').at(-1));
      since = end.end;
    } while (end.more);
    return text;
  }

  // The program itself, as at a shell, until it ends.
  tool(...args) {
    const { status, stdout, stderr } = spawnSync(this.binary, args, { encoding: 'utf8', timeout: 60000 * patience });
    return { status, out: stdout, err: stderr };
  }

  async source(id) {
    const r = await this.get(`/api/v1/meetings/${meeting}/sources`, 10, { headers: { authorization: `Bearer ${this.token}` } });
    if (!r.ok) throw new Error(`sources: ${r.status} ${await r.text()}`);
    return (await r.json()).sources.find((s) => s.id === id);
  }

  onAirIs(id, { seconds = 30 } = {}) {
    return until(`${id || 'the slate'} on air`, async () => (await this.about()).on_air === id, { seconds });
  }

  viewer(query = '', options) {
    const v = new MediaSocket(`ws://127.0.0.1:${this.port}/ws/${meeting}/media${query}`, options);
    this.t.after(() => v.close());
    return v;
  }

  // A client at the events socket; with `admin` it comes with the administrator's token.
  events({ admin = false, hello = {}, meeting: id = meeting, ...options } = {}) {
    const e = new EventsSocket(`ws://127.0.0.1:${this.port}/ws/${id}/events`, { hello: { ...(admin && { token: this.token }), ...hello }, ...options });
    this.t.after(() => e.close());
    return e;
  }

  // ---- its processes ----

  get workers() {
    const mine = processesWith(`${this.data}/run/`);
    return mine.filter((p) => p.command.includes('meclis-pipeline') && p.state !== 'Z');
  }

  get worker() {
    const [first, second] = this.workers;
    if (second) throw new Error(`two workers: ${first.pid} and ${second.pid}`);
    return first?.pid;
  }

  workerLog() {
    const file = path.join(this.data, 'run', meeting, 'worker.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  // `kill -9` of the server and nothing else.
  async killServer() {
    this.server.kill('SIGKILL');
    await this.server.ended();
  }

  async killWorker() {
    const pid = this.worker;
    process.kill(pid, 'SIGKILL');
    await until('the worker to be gone', () => !isRunning(pid));
    return pid;
  }

  // As Ctrl-C does: everything ends by itself. Fails when something is left.
  async stop() {
    this.server.kill('SIGINT');
    const { code, signal } = await this.server.ended({ seconds: 20 });
    if (code !== 0) throw new Error(`meclis ended with ${code ?? signal}:\n${this.server.output.slice(-6000)}`);
    const left = processesWith(this.data).filter((p) => p.state !== 'Z');
    if (left.length) throw new Error(`left running: ${left.map((p) => p.command).join('; ')}`);
  }

  async endAll() {
    // The worker's own words stay beside the server's.
    const said = this.workerLog();
    if (this.server) appendFileSync(this.server.log, `\n---- worker.log\n${said}`);
    if (this.server) await this.server.end().catch(() => {});
    for (let i = 0; i < 20; i++) {
      const left = processesWith(this.folder).filter((p) => p.state !== 'Z');
      if (left.length === 0) break;
      for (const { pid } of left) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch { /* it ended meanwhile */ }
      }
      await sleep(100);
    }
    // A worker that crashes is started again, which must not hide it. (Its leaks at its end are the
    // business of its own tests, which unwind GLib's stacks.)
    const found = `${said}\n${this.server?.output ?? ''}`.split('\n').filter((l) => /ERROR: AddressSanitizer|runtime error:/.test(l));
    if (found.length) throw new Error(`${found.join('\n')}: see ${this.server.log}`);
  }

  // ---- its files ----

  stepClock(microseconds) {
    const offset = Buffer.alloc(8);
    offset.writeBigInt64LE(BigInt(microseconds));
    writeFileSync(this.clock, offset, { flag: existsSync(this.clock) ? 'r+' : 'w' });
  }

  get recording() {
    return path.join(this.data, 'recordings', meeting);
  }
}
