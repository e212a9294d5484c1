/**
 * The media socket with its reconnecting: one of these lives as long as its player, whatever happens
 * to the connections under it. It knows bytes and times, nothing of pictures.
 */

import { retryDelayMs } from './backoff.js';
import { type Fragment, type Init, parseBinary, WireError } from './binary.js';
import type { Clock, OpenSocket, Socket } from './environment.js';
import {
  type Hello,
  parseText,
  PROTOCOL,
  type Report,
  reportMessage,
  selectMessage,
  type TextMessage,
} from './text.js';

export interface MediaSocketEvents {
  hello(hello: Hello): void;
  message(message: Exclude<TextMessage, Hello>): void;
  init(init: Init): void;
  fragments(fragments: Fragment[]): void;
  /** The connection is gone and will be tried again; `greeted`: it had said hello. */
  lost(greeted: boolean): void;
}

export interface MediaSocketOptions {
  /** Without its query: wss://host/ws/ID/media */
  url: string;
  clock: Clock;
  open: OpenSocket;
  events: MediaSocketEvents;
  /** Asked each second while connected. */
  report(): Report;
}

/** Without a hello by then it is tried anew: a stopped server accepts and says nothing. */
const HELLO_TIMEOUT_MS = 4_000;
/** Media that stays away for so long while live means that the line is dead, whatever TCP believes. */
const SILENCE_MS = 3_000;
/** A connection that ended sooner did not help: the waiting between attempts goes on growing. */
const STEADY_MS = 5_000;
const REPORT_MS = 1_000;
const CLOSE_NORMAL = 1000;

export class MediaSocket {
  #options: MediaSocketOptions;
  #socket: Socket | null = null;
  #generation = 0;
  #greeted = false;
  #live = false;
  #attempt = 0;
  #lostAt: number | null = null;
  #greetedAt = 0;
  #heardAt = 0;
  #closed = true;
  #rendition = 'auto';
  #video = true;
  #retryTimer: number | null = null;
  #tickTimer: number | null = null;

  constructor(options: MediaSocketOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#greeted;
  }

  open(): void {
    if (!this.#closed) return;
    this.#closed = false;
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    this.#drop();
    this.#lostAt = null;
    this.#attempt = 0;
  }

  /** Begins anew at the newest keyframe, at once. */
  restart(): void {
    if (this.#closed) return;
    this.#drop();
    this.#connect();
  }

  /** The network is back, or the page is seen again: no more waiting. */
  wake(): void {
    if (this.#closed) return;
    if (this.#retryTimer !== null) {
      this.#clearRetry();
      this.#connect();
    } else {
      this.#checkSilence();
    }
  }

  /** `rendition`: a name or "auto". Holds for later connections too. */
  select(rendition: string, video: boolean): void {
    this.#rendition = rendition;
    this.#video = video;
    if (this.#greeted) this.#socket?.send(selectMessage(rendition, video));
  }

  #address(): string {
    const query = [];
    if (this.#rendition !== 'auto') query.push(`rendition=${encodeURIComponent(this.#rendition)}`);
    if (!this.#video) query.push('video=0');
    return this.#options.url + (query.length > 0 ? `?${query.join('&')}` : '');
  }

  #connect(): void {
    const { clock } = this.#options;
    const generation = ++this.#generation;
    // What a dropped socket still says belongs to a generation that is over.
    const current = (act: () => void) => () => {
      if (generation === this.#generation && !this.#closed) act();
    };
    this.#greeted = false;
    this.#heardAt = clock.now();
    this.#socket = this.#options.open(this.#address(), PROTOCOL, {
      open: () => {},
      text: (source) => current(() => this.#read(() => this.#text(source)))(),
      binary: (data) => current(() => this.#read(() => this.#binary(data)))(),
      closed: () => current(() => this.#lose())(),
    });
    this.#tickTimer = clock.after(REPORT_MS, () => this.#tick());
  }

  #drop(): void {
    const { clock } = this.#options;
    this.#generation++;
    this.#clearRetry();
    if (this.#tickTimer !== null) clock.cancel(this.#tickTimer);
    this.#tickTimer = null;
    this.#socket?.close(CLOSE_NORMAL);
    this.#socket = null;
    this.#greeted = false;
  }

  #lose(): void {
    const { clock, events } = this.#options;
    const greeted = this.#greeted;
    if (greeted && clock.now() - this.#greetedAt >= STEADY_MS) {
      this.#attempt = 0;
      this.#lostAt = null;
    }
    this.#drop();
    this.#lostAt ??= clock.now();
    const delay = retryDelayMs(this.#attempt++, clock.now() - this.#lostAt, clock.random());
    this.#retryTimer = clock.after(delay, () => {
      this.#retryTimer = null;
      this.#connect();
    });
    events.lost(greeted);
  }

  #clearRetry(): void {
    if (this.#retryTimer !== null) this.#options.clock.cancel(this.#retryTimer);
    this.#retryTimer = null;
  }

  #tick(): void {
    const { clock } = this.#options;
    this.#tickTimer = clock.after(REPORT_MS, () => this.#tick());
    if (this.#checkSilence()) return;
    if (this.#greeted && this.#live) this.#socket?.send(reportMessage(this.#options.report()));
  }

  /** Returns whether the connection was given up. */
  #checkSilence(): boolean {
    if (this.#socket === null) return false;
    if (this.#greeted && !this.#live) return false;
    const silent = this.#options.clock.now() - this.#heardAt;
    if (silent < (this.#greeted ? SILENCE_MS : HELLO_TIMEOUT_MS)) return false;
    this.#lose();
    return true;
  }

  /** A message that can't be read means that nothing after it can be trusted either. */
  #read(act: () => void): void {
    this.#heardAt = this.#options.clock.now();
    try {
      act();
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#lose();
    }
  }

  #text(source: string): void {
    const message = parseText(source);
    if (message === null) return;
    if (message.type === 'hello') {
      if (this.#greeted) throw new WireError('a second hello');
      this.#greeted = true;
      this.#live = message.live;
      this.#greetedAt = this.#options.clock.now();
      this.#options.events.hello(message);
      return;
    }
    if (!this.#greeted) throw new WireError('no hello');
    if (message.type === 'state') this.#live = message.live;
    this.#options.events.message(message);
  }

  #binary(data: ArrayBuffer): void {
    if (!this.#greeted) throw new WireError('no hello');
    const message = parseBinary(data);
    if (message.kind === 'init') this.#options.events.init(message.init);
    else if (message.kind === 'fragments') this.#options.events.fragments(message.fragments);
  }
}
