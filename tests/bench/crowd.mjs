// The load client (load.c) from here: very many clients in a process of its own.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { build } from '../lib/programs.mjs';
import { clientCpu } from './cpus.mjs';

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class Crowd {
  #waiting = [];
  #lines = [];

  // kind: media, flv, events, hls. Options are load.c's.
  constructor(kind, { address, where, count, tls = false, report = false, atOnce = 256, seconds = 120 }) {
    const options = [...(tls ? ['tls'] : []), ...(report ? ['report'] : []), 'at-once', atOnce, 'cpu', clientCpu, 'seconds', seconds];
    this.count = count;
    this.what = `${count} ${kind} at ${address}${where}`;
    this.child = spawn(path.join(build, 'tests/bench/bench-load'), [kind, address, where, count, ...options].map(String), { stdio: ['pipe', 'pipe', 'pipe'] });
    running.add(this.child);
    let rest = '';
    this.child.stdout.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines) this.#said(JSON.parse(line));
    });
    this.errors = '';
    this.child.stderr.on('data', (chunk) => {
      this.errors += chunk;
    });
    this.child.stdin.on('error', () => {});
    this.ended = new Promise((resolve) => {
      this.child.on('exit', (code, signal) => {
        running.delete(this.child);
        this.gone = `${this.what}: ended with ${code ?? signal} ${this.errors}`;
        for (const { reject } of this.#waiting.splice(0)) reject(new Error(this.gone));
        resolve();
      });
    });
  }

  #said(line) {
    const i = this.#waiting.findIndex((w) => w.event === line.event);
    if (i < 0) this.#lines.push(line);
    else this.#waiting.splice(i, 1)[0].resolve(line);
  }

  // The next line of that kind.
  async #hear(event, seconds) {
    const i = this.#lines.findIndex((l) => l.event === event);
    if (i >= 0) return this.#lines.splice(i, 1)[0];
    if (this.gone) throw new Error(this.gone);
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${this.what}: no "${event}" in ${seconds} s`)), seconds * 1000);
    });
    const heard = new Promise((resolve, reject) => this.#waiting.push({ event, resolve, reject }));
    try {
      return await Promise.race([heard, late]);
    } catch (e) {
      if (event !== 'figures' && !this.gone) e.message += `: ${JSON.stringify(await this.tell().catch(() => 'nothing'))}`;
      throw e;
    } finally {
      clearTimeout(timer);
    }
  }

  #say(line) {
    this.child.stdin.write(`${line}\n`);
  }

  // All play: { ms, failed }.
  playing({ seconds = 30 } = {}) {
    return this.#hear('playing', seconds);
  }

  clear() {
    this.#say('clear');
  }

  stall(count) {
    this.#say(`stall ${count}`);
  }

  reconnect() {
    this.#say('reconnect');
    return this.playing();
  }

  tell() {
    this.#say('tell');
    return this.#hear('figures', 10);
  }

  async end() {
    this.child.stdin.end();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 5000);
    await this.ended;
    clearTimeout(timer);
  }
}
