// The server is killed again and again while many clients speak: each command that was accepted is
// in the log once, each that was said in the end is there once, in the order that everybody was told,
// and the log verifies.
// Time limit: 300 s
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { EventsSocket } from '../lib/events_socket.mjs';
import { Meclis } from '../lib/meclis.mjs';
import { long } from '../lib/programs.mjs';
import { sleep, until } from '../lib/wait.mjs';

const kills = long ? 100 : 6;
const clients = 12;

// Names the sitting anew (of which there can be any number), each time under its own key, until it is
// accepted; comes again when its line breaks.
class Speaker {
  accepted = new Map(); // text → seq
  waiting = new Map(); // key → text
  broken = [];
  count = 0;

  constructor(m, name) {
    this.m = m;
    this.name = name;
    this.running = true;
    this.done = this.#run();
  }

  async #run() {
    while (this.running || this.waiting.size) {
      try {
        await this.#visit();
      } catch { /* it was killed: again */ }
      this.socket?.close();
      await sleep(30);
    }
  }

  async #visit() {
    const socket = new EventsSocket(`ws://127.0.0.1:${this.m.port}/ws/deneme/events`, { hello: { token: this.m.token }, after: this.socket?.state && this.socket });
    const alive = () => {
      if (socket.closed || socket.error) throw new Error('closed');
    };
    await until('ready', () => {
      alive();
      return socket.state && socket.of('hello').length;
    }, { every: 5, seconds: 3 });
    this.socket = socket;
    let read = 0;
    while (this.running || this.waiting.size) {
      alive();
      if (this.running && this.waiting.size === 0) this.waiting.set(`${this.name}-${this.count}`, `${this.name} sözü ${this.count++}`);
      for (const [id, text] of this.waiting) socket.send({ type: 'command', id, name: 'sitting.describe', args: { kind: 'ordinary', title: text } });
      const answered = () => {
        for (; read < socket.messages.length; read++) {
          const m = socket.messages[read];
          if (m.type === 'accepted' && this.waiting.has(m.id)) {
            this.accepted.set(this.waiting.get(m.id), m.first_seq);
            this.waiting.delete(m.id);
          } else if (m.type === 'refused' && m.code !== 'too_fast') {
            this.broken.push(`${m.id}: ${m.code}`);
            this.waiting.delete(m.id);
          }
        }
        alive();
        return this.waiting.size === 0;
      };
      await until('answers', answered, { every: 5, seconds: 1 }).catch(() => alive());
      this.broken.push(...socket.broken);
      await sleep(40);
    }
  }
}

test(`killed ${kills} times under load: accepted once, lost never`, async (t) => {
  const m = await Meclis.create(t, { sources: [{ id: 'kart', kind: 'test' }] });
  await m.start();
  const speakers = Array.from({ length: clients }, (_, i) => new Speaker(m, `konuşan${i}`));
  const accepted = () => speakers.reduce((sum, s) => sum + s.accepted.size, 0);
  for (let i = 0; i < kills; i++) {
    const before = accepted();
    await until('a command of each, or as many', () => {
      assert.deepEqual(speakers.flatMap((s) => s.broken), []);
      return accepted() > before + clients;
    }, { seconds: 60, every: 5 });
    await sleep(Math.random() * 400);
    await m.killServer();
    await m.start();
  }
  await sleep(300);
  for (const s of speakers) s.running = false;
  await Promise.all(speakers.map((s) => s.done));
  const log = (await m.log()).filter((e) => e.type === 'sitting.described');
  const seqs = new Map();
  for (const e of log) {
    assert.equal(seqs.has(e.body.title), false, `${e.body.title} is there twice`);
    seqs.set(e.body.title, e.seq);
  }
  let said = 0;
  for (const s of speakers) {
    assert.deepEqual(s.broken, []);
    for (const [text, seq] of s.accepted) assert.equal(seqs.get(text), seq, text);
    assert.equal(s.accepted.size, s.count);
    said += s.count;
  }
  assert.equal(log.length, said);
  assert.ok(said > kills * clients, `only ${said} were said`);
  // each heard the log's own order
  const order = log.map((e) => e.seq);
  for (const s of speakers) {
    const heard = s.socket.events.filter((e) => e.type === 'sitting.described').map((e) => e.seq);
    const from = order.indexOf(heard[0]);
    assert.deepEqual(heard, order.slice(from, from + heard.length));
  }
  // and who was not there finds it whole
  const file = path.join(m.folder, 'log.ndjson');
  writeFileSync(file, await m.exported());
  const verified = m.tool('verify', file);
  assert.equal(verified.status, 0, verified.err);
  t.diagnostic(verified.out.trim());
  t.diagnostic(`${said} commands of ${clients} clients, ${kills} kills`);
  await m.stop();
});
