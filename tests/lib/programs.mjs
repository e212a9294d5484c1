// Programs that a test starts: each is ended when the test ends, whatever happened, and what it
// said is kept beside the other artefacts.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import dgram from 'node:dgram';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sleep, until } from './wait.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const artefacts = process.env.MECLIS_ARTEFACTS ?? path.join(root, 'artefacts');
// The sanitizers' build: what crashes, leaks or overruns in these tests fails them. GStreamer and
// x264 themselves are not instrumented, so the worker is slower by less than a fifth.
export const build = process.env.MECLIS_BUILD ?? path.join(root, 'build-test');
export const long = Boolean(process.env.MECLIS_TEST_LONG);

const running = new Set();
process.on('exit', () => {
  for (const p of running) p.kill('SIGKILL');
});

let counter = 0;

export class Program {
  output = '';
  exited = undefined; // { code, signal }

  constructor(name, file, args, { env = {}, cwd, detached = false } = {}) {
    mkdirSync(artefacts, { recursive: true });
    this.name = name;
    const suite = path.basename(process.argv[1] ?? 'test').replace('_test.mjs', '');
    this.log = path.join(artefacts, `${suite}-${String(++counter).padStart(2, '0')}-${name}.log`);
    const log = createWriteStream(this.log);
    log.write(`$ ${[file, ...args].join(' ')}\n`);
    this.child = spawn(file, args, { cwd, detached, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(this);
    const add = (chunk) => {
      log.write(chunk);
      this.output = (this.output + chunk).slice(-1e6);
    };
    this.child.stdout.on('data', add);
    this.child.stderr.on('data', add);
    const end = (exited) => {
      this.exited ??= exited;
      running.delete(this);
    };
    this.child.on('error', (e) => end({ error: e }));
    this.child.on('exit', (code, signal) => end({ code, signal }));
    this.said = new Promise((resolve) => this.child.on('close', resolve).on('error', resolve));
  }

  get pid() {
    return this.child.pid;
  }

  kill(signal) {
    if (!this.exited) this.child.kill(signal);
  }

  // Its last words are in `output` then, unless a child that outlives it holds the pipes.
  async ended({ seconds = 10 } = {}) {
    await until(`${this.name} to end`, () => this.exited, { seconds });
    await Promise.race([this.said, sleep(1000)]);
    return this.exited;
  }

  // Ends it for sure.
  async end() {
    this.kill('SIGCONT');
    this.kill('SIGKILL');
    await this.ended();
  }
}

// A folder that is removed when the test's process ends: by then everything that wrote there has
// been ended, whatever order the hooks run in.
const folders = [];
process.on('exit', () => {
  for (const folder of folders) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch { /* mounted, in a mount namespace that ends with us */ }
  }
});
export function temporary() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'meclis-test-'));
  folders.push(folder);
  return folder;
}

function bound(kind, port) {
  return new Promise((resolve) => {
    const socket = kind === 'udp' ? dgram.createSocket('udp4') : net.createServer();
    socket.on('error', () => resolve(false));
    const done = () => socket.close(() => resolve(true));
    if (kind === 'udp') socket.bind(port, '127.0.0.1', done);
    else socket.listen(port, '127.0.0.1', done);
  });
}

// A port that nothing listens at now; given out once in this process. Below those that the kernel
// gives to outgoing connections (from 32768 on), any of which could take it before it is used, or
// while the server of a test is away.
const given = new Set();
export async function freePort(kind = 'tcp') {
  for (;;) {
    const port = 10240 + Math.floor(Math.random() * 22000);
    if (given.has(port) || !(await bound(kind, port))) continue;
    given.add(port);
    return port;
  }
}

// Processes whose command line holds the text: [{ pid, parent, command, state }].
export function processesWith(text) {
  const found = [];
  for (const pid of readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
      if (!command.includes(text) || Number(pid) === process.pid) continue;
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ');
      found.push({ pid: Number(pid), parent: Number(stat[1]), command, state: stat[0] });
    } catch { /* it ended meanwhile */ }
  }
  return found;
}

export function isRunning(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)[0] !== 'Z';
  } catch {
    return false;
  }
}

export function residentBytes(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) * 1024;
}

// Seconds of CPU that it has used.
export function cpuSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ');
  return (Number(stat[11]) + Number(stat[12])) / 100;
}
