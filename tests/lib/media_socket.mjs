// A viewer at the media socket, written from docs/protocol.md alone.
import { EventEmitter } from 'node:events';
import WebSocket from 'ws';
import { until } from './wait.mjs';

// One binary message: { kind: 'init' | 'fragments' | 'unknown', … }, times in microseconds as numbers.
export function decode(message) {
  const b = Buffer.from(message);
  if (b[0] === 1) {
    const n = b[16];
    return {
      kind: 'init', track: b[1], number: b.readUInt32BE(4), timescale: b.readUInt32BE(8),
      width: b.readUInt16BE(12), height: b.readUInt16BE(14),
      codec: b.toString('utf8', 17, 17 + n), bytes: b.subarray(17 + n),
    };
  }
  if (b[0] !== 2) return { kind: 'unknown' };
  const fragments = [];
  let at = 4;
  for (let i = 0; i < b[1]; i++) {
    const size = b.readUInt32BE(at + 36);
    if (at + 40 + size > b.length) throw new Error('a fragment is longer than its message');
    fragments.push({
      track: b[at], key: (b[at + 1] & 1) !== 0, discontinuity: (b[at + 1] & 2) !== 0,
      init: b.readUInt32BE(at + 4), sequence: b.readBigUInt64BE(at + 8),
      time: Number(b.readBigInt64BE(at + 16)), captured: Number(b.readBigInt64BE(at + 24)),
      duration: b.readUInt32BE(at + 32), bytes: b.subarray(at + 40, at + 40 + size),
    });
    at += 40 + size;
  }
  if (at !== b.length) throw new Error(`${b.length - at} bytes too many`);
  return { kind: 'fragments', fragments };
}

// Collects what comes and checks what the protocol promises as it comes; what breaks a promise is
// in `broken`. Reports each second as a player does, unless told not to.
export class MediaSocket extends EventEmitter {
  texts = [];
  inits = new Map(); // `${track}/${number}`
  fragments = []; // without their bytes, unless keepBytes
  broken = [];
  messages = 0;
  bytes = 0;
  closed = undefined; // { code }
  #next = new Map(); // track → newest sequence

  constructor(url, { keepBytes = false, report = true, options = {} } = {}) {
    super();
    this.keepBytes = keepBytes;
    this.#open(url, options);
    if (report) this.timer = setInterval(() => this.#report(), 1000);
  }

  // A meeting whose broadcast is only beginning is not known yet: asked for again, as a player does.
  #open(url, options) {
    const socket = new WebSocket(url, 'meclis.media.v1', { perMessageDeflate: false, handshakeTimeout: 10000, ...options });
    this.socket = socket;
    socket.binaryType = 'nodebuffer';
    socket.on('message', (data, binary) => this.#message(data, binary));
    socket.on('error', (e) => {
      this.error = e;
    });
    socket.on('close', (code) => {
      if (!this.hello && !this.ended) {
        setTimeout(() => this.ended || this.#open(url, options), 200);
        return;
      }
      this.closed = { code };
      clearInterval(this.timer);
    });
  }

  get hello() {
    return this.texts.findLast((t) => t.type === 'hello');
  }

  track(kind) {
    return this.hello?.tracks.find((t) => t.kind === kind)?.id;
  }

  of(track) {
    return this.fragments.filter((f) => f.track === track);
  }

  get newest() {
    return this.fragments.at(-1);
  }

  // Resolves when so many more fragments of picture have come.
  async goesOn(count = 25, { seconds = 20 } = {}) {
    const video = (f) => this.hello?.tracks.find((t) => t.id === f.track)?.kind === 'video';
    const before = this.fragments.filter(video).length;
    await until(`${count} more frames at the media socket`, () => this.fragments.filter(video).length >= before + count, { seconds }).catch((e) => {
      const state = this.closed ? `closed with ${this.closed.code}` : this.hello ? 'open' : `not open: ${this.error?.message}`;
      throw new Error(`${e.message}; ${this.fragments.filter(video).length - before} came; ${state}`);
    });
  }

  send(message) {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  close() {
    this.ended = true;
    clearInterval(this.timer);
    this.socket.terminate();
  }

  #message(data, binary) {
    this.messages++;
    this.bytes += data.length;
    try {
      if (binary) this.#binary(decode(data));
      else this.#text(JSON.parse(data.toString()));
    } catch (e) {
      this.broken.push(e.message);
    }
  }

  #text(text) {
    if (this.texts.length === 0 && text.type !== 'hello') this.broken.push(`${text.type} before hello`);
    this.texts.push(text);
    this.emit('text', text);
  }

  #binary(message) {
    if (!this.hello) this.broken.push('media before hello');
    if (message.kind === 'init') this.inits.set(`${message.track}/${message.number}`, message);
    if (message.kind !== 'fragments') return;
    if (message.fragments.length === 0) this.broken.push('a message of no fragments');
    for (const f of message.fragments) this.#fragment(f);
  }

  #fragment(f) {
    const newest = this.#next.get(f.track);
    if (!this.inits.has(`${f.track}/${f.init}`)) this.broken.push(`track ${f.track}: a fragment before its init ${f.init}`);
    if (newest === undefined && !f.key) this.broken.push(`track ${f.track} begins without a keyframe`);
    if (newest !== undefined && f.sequence <= newest) return; // known already: to be ignored
    if (newest !== undefined && f.sequence !== newest + 1n) f.jump = true;
    this.#next.set(f.track, f.sequence);
    const held = { ...f, arrived: Date.now(), size: f.bytes.length };
    if (!this.keepBytes) delete held.bytes;
    this.fragments.push(held);
    this.emit('fragment', held);
  }

  #report() {
    if (this.socket.readyState !== WebSocket.OPEN || !this.hello) return;
    const sequence = (kind) => Number(this.#next.get(this.track(kind)) ?? 0n);
    this.send({ type: 'report', video_sequence: sequence('video'), audio_sequence: sequence('audio'), buffered_us: 200000 });
  }
}
