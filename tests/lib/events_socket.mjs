// A client at the events socket, written from docs/protocol.md alone. It keeps the state as a page
// would, and checks what the protocol promises; what breaks a promise is in `broken`.
import WebSocket from 'ws';
import { until } from './wait.mjs';

export class EventsSocket {
  messages = [];
  events = []; // in order, without gap or repeat
  broken = [];
  state = undefined; // { sitting, parts, … }: things by their seq, several of one seq in a list
  own = {};
  closed = undefined; // { code, reason }
  #next = 1;

  // `since` and `events` of another socket: this one goes on where that one ended.
  constructor(url, { hello = {}, after, options = {} } = {}) {
    this.after = after;
    if (after) {
      this.events = [...after.events];
      this.state = after.state && structuredClone(after.state);
    }
    this.hello = { type: 'hello', v: 1, ...(after && { since: after.newest }), ...hello };
    this.socket = new WebSocket(url, 'meclis.events.v1', { perMessageDeflate: false, handshakeTimeout: 10000, ...options });
    this.socket.on('open', () => {
      if (this.hello.v) this.send(this.hello);
    });
    this.socket.on('message', (data, binary) => this.#message(data, binary));
    this.socket.on('error', (e) => {
      this.error = e;
    });
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
  }

  get newest() {
    return this.events.at(-1)?.seq ?? this.state?.seq ?? 0;
  }

  of(type) {
    return this.messages.filter((m) => m.type === type);
  }

  // Resolves when it has been told what there was.
  async ready({ seconds = 10 } = {}) {
    await until('hello and the state', () => {
      const hello = this.of('hello').at(-1);
      if (this.closed) throw new Error(`closed with ${this.closed.code} ${this.closed.reason}`);
      return hello && (this.state?.seq ?? 0) >= hello.seq;
    }, { seconds });
    return this;
  }

  send(message) {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  // Says a command. Resolves with what came of it: accepted or refused.
  async say(name, args, { id = `k${this.#next++}-${Math.random().toString(36).slice(2)}`, seconds = 10 } = {}) {
    const from = this.messages.length;
    this.send({ type: 'command', id, name, ...(args && { args }) });
    let answer;
    await until(`an answer to ${name}`, () => {
      answer = this.messages.slice(from).find((m) => m.id === id && (m.type === 'accepted' || m.type === 'refused'));
      return answer;
    }, { seconds });
    return answer;
  }

  // The same, expecting it to be accepted; resolves with its first event's number.
  async do(name, args, options) {
    const answer = await this.say(name, args, options);
    if (answer.type !== 'accepted') throw new Error(`${name}: ${answer.code} ${answer.member ?? ''} ${answer.message}`);
    await this.has(answer.last_seq);
    return answer.first_seq;
  }

  // Resolves when it has been told of the event.
  has(seq) {
    return until(`event ${seq}`, () => (this.state?.seq ?? 0) >= seq && this.newest >= seq);
  }

  close() {
    this.socket.terminate();
  }

  #message(data, binary) {
    try {
      if (binary) throw new Error('a binary message');
      const m = JSON.parse(data.toString());
      if (this.messages.length === 0 && m.type !== 'hello' && m.type !== 'refused') this.broken.push(`${m.type} before hello`);
      this.messages.push(m);
      if (m.type === 'snapshot') {
        const { type, ...state } = m;
        this.state = state;
      } else if (m.type === 'events') {
        for (const e of m.events) this.#event(e);
        if (m.changes) this.#change(m.changes, m.events.at(-1).seq);
      } else if (m.type === 'changes') {
        this.#change(m, m.seq);
      } else if (m.type === 'own') {
        this.own = { ...this.own, ...m };
      }
    } catch (e) {
      this.broken.push(e.message);
    }
  }

  #event(e) {
    const before = this.events.at(-1)?.seq ?? (this.state?.seq ?? 0);
    if (e.seq !== before + 1) this.broken.push(`event ${e.seq} after ${before}`);
    if ((e.body === undefined) === (e.commitment === undefined)) this.broken.push(`event ${e.seq}: body and commitment`);
    this.events.push(e);
  }

  #change({ type, seq: _, ...changes }, seq) {
    for (const [name, value] of Object.entries(changes)) {
      if (!Array.isArray(value)) {
        this.state[name] = value;
        continue;
      }
      // what one event made or changed comes together
      const seqs = new Set(value.map((t) => t.seq));
      const kept = (this.state[name] ?? []).filter((t) => !seqs.has(t.seq));
      this.state[name] = [...kept, ...value.filter((t) => !t.gone)].sort((a, b) => a.seq - b.seq);
    }
    this.state.seq = seq;
  }
}
