/**
 * The events socket with its reconnecting, as long as its page lives. What was said and not answered is
 * said again, by the same id, over the next connection: the server counts it once.
 */

import { retryDelayMs } from './backoff.js';
import { WireError } from './binary.js';
import type { Clock, OpenSocket, Socket } from './environment.js';
import {
  type Answer,
  type Changes,
  commandMessage,
  type CommandName,
  EVENTS_PROTOCOL,
  type EventsHello,
  type EventsMessage,
  helloMessage,
  type MeetingEvent,
  parseEventsText,
  pingMessage,
} from './events-text.js';
import type { CommandArgs } from './meeting-types.js';
import { ServerClock } from './server-clock.js';

export interface EventsSocketEvents {
  hello(hello: EventsHello): void;
  /** All that one may see: what was known before is void. */
  snapshot(seq: number, state: Changes): void;
  /** In order, without gap or repeat; `changes` is the state after the last of them, or null for now. */
  events(events: MeetingEvent[], changes: Changes | null): void;
  own(seq: number, state: Changes): void;
  /** The connection is gone and will be tried again; `revoked`: who one was there is one no more. */
  lost(revoked: boolean): void;
  /** There is no such meeting; nothing more is tried. */
  unknownMeeting(): void;
}

export interface EventsSocketOptions {
  /** wss://host/ws/ID/events */
  url: string;
  language: string;
  /** Whether who is staff says that it sits in the hall; asked for each greeting. */
  inHall?: () => boolean;
  clock: Clock;
  open: OpenSocket;
  events: EventsSocketEvents;
}

/** What could not even be sent: more than this many commands wait. */
export const BUSY: Answer = { accepted: false, code: 'busy', message: '', member: '' };

const HELLO_TIMEOUT_MS = 8_000;
const PING_MS = 15_000;
const PONG_TIMEOUT_MS = 10_000;
const STEADY_MS = 5_000;
const WAITING_MAX = 64;
const CLOSE_NORMAL = 1000;

interface Said {
  id: string;
  name: CommandName;
  args: object;
  answered: Array<(answer: Answer) => void>;
}

export class EventsSocket {
  readonly time = new ServerClock();
  #options: EventsSocketOptions;
  #socket: Socket | null = null;
  #generation = 0;
  #closed = true;
  #greeted = false;
  #greetedAt = 0;
  #attempt = 0;
  #lostAt: number | null = null;
  #since: number | null = null;
  #said: Said[] = [];
  #pinged: { id: string; at: number } | null = null;
  #pings = 0;
  #timer: number | null = null;
  #retryTimer: number | null = null;

  constructor(options: EventsSocketOptions) {
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

  /** What waits for an answer is kept for a next `open`. */
  close(): void {
    this.#closed = true;
    this.#drop();
  }

  /** Anew at once, as who one is now: after signing in or out. What was known is asked for again whole. */
  restart(): void {
    this.#since = null;
    if (this.#closed) return;
    this.#drop();
    this.#connect();
  }

  /** The network is back, or the page is seen again: no more waiting, and is the line still there? */
  wake(): void {
    if (this.#closed) return;
    if (this.#retryTimer !== null) {
      this.#clearRetry();
      this.#connect();
    } else if (this.#greeted && this.#pinged === null) {
      this.#ping();
    }
  }

  /**
   * Says a command; resolves when it is answered, however many connections that takes. `id` names it for
   * ever: the same said twice counts once and is answered alike.
   */
  say<Name extends CommandName>(name: Name, args: CommandArgs[Name], id: string): Promise<Answer> {
    const before = this.#said.find((said) => said.id === id);
    return new Promise((resolve) => {
      if (before) {
        before.answered.push(resolve);
      } else if (this.#said.length >= WAITING_MAX) {
        resolve(BUSY);
      } else {
        this.#said.push({ id, name, args, answered: [resolve] });
        if (this.#greeted) this.#socket?.send(commandMessage(id, name, args));
      }
    });
  }

  #connect(): void {
    const { clock } = this.#options;
    const generation = ++this.#generation;
    const current = () => generation === this.#generation && !this.#closed;
    this.#socket = this.#options.open(this.#options.url, EVENTS_PROTOCOL, {
      open: () => {
        if (current()) this.#socket?.send(helloMessage(this.#since, this.#options.language, this.#options.inHall?.()));
      },
      text: (source) => {
        if (current()) this.#read(source);
      },
      binary: () => {
        if (current()) this.#lose(false);
      },
      closed: (_code, reason) => {
        if (current()) this.#over(reason);
      },
    });
    this.#wait(HELLO_TIMEOUT_MS, () => this.#lose(false));
    this.#pinged = { id: '', at: clock.now() };
  }

  #over(reason: string): void {
    if (reason !== 'not_found') return this.#lose(reason === 'revoked');
    this.close();
    this.#options.events.unknownMeeting();
  }

  #drop(): void {
    this.#generation++;
    this.#clearRetry();
    if (this.#timer !== null) this.#options.clock.cancel(this.#timer);
    this.#timer = null;
    this.#socket?.close(CLOSE_NORMAL);
    this.#socket = null;
    this.#greeted = false;
    this.#pinged = null;
    this.time.forget();
  }

  #lose(revoked: boolean): void {
    const { clock, events } = this.#options;
    if (this.#greeted && clock.now() - this.#greetedAt >= STEADY_MS) {
      this.#attempt = 0;
      this.#lostAt = null;
    }
    if (revoked) this.#since = null;
    this.#drop();
    this.#lostAt ??= clock.now();
    const delay = retryDelayMs(this.#attempt++, clock.now() - this.#lostAt, clock.random());
    this.#retryTimer = clock.after(delay, () => {
      this.#retryTimer = null;
      this.#connect();
    });
    events.lost(revoked);
  }

  #clearRetry(): void {
    if (this.#retryTimer !== null) this.#options.clock.cancel(this.#retryTimer);
    this.#retryTimer = null;
  }

  #wait(ms: number, then: () => void): void {
    if (this.#timer !== null) this.#options.clock.cancel(this.#timer);
    this.#timer = this.#options.clock.after(ms, then);
  }

  #ping(): void {
    this.#pinged = { id: String(++this.#pings), at: this.#options.clock.now() };
    this.#socket?.send(pingMessage(this.#pinged.id));
    this.#wait(PONG_TIMEOUT_MS, () => this.#lose(false));
  }

  /** After what can't be read, nothing is known: anew, with a whole snapshot. */
  #read(source: string): void {
    try {
      const message = parseEventsText(source);
      if (message) this.#take(message);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#since = null;
      this.#lose(false);
    }
  }

  #take(message: EventsMessage): void {
    const { events } = this.#options;
    if (message.type === 'hello') return this.#greet(message);
    if (message.type === 'answer' && !this.#greeted) return;
    if (!this.#greeted) throw new WireError('no hello');
    if (message.type === 'answer') return this.#answer(message.id, message.answer);
    if (message.type === 'pong') return this.#pong(message.id, message.serverUtcUs, message.mediaTimeUs);
    if (message.type === 'own') return events.own(message.seq, message.state);
    if (message.type === 'snapshot') {
      this.#since = message.seq;
      return events.snapshot(message.seq, message.state);
    }
    if (message.type === 'changes') return events.events([], message.state);
    for (const event of message.events) {
      if (this.#since !== null && event.seq !== this.#since + 1) throw new WireError('a gap');
      this.#since = event.seq;
    }
    events.events(message.events, message.changes);
  }

  #greet(hello: EventsHello): void {
    const { clock } = this.#options;
    if (this.#greeted) throw new WireError('a second hello');
    this.#greeted = true;
    this.#greetedAt = clock.now();
    this.time.hear(this.#pinged?.at ?? clock.now(), clock.now(), hello.serverUtcUs, hello.mediaTimeUs);
    this.#pinged = null;
    this.#options.events.hello(hello);
    for (const { id, name, args } of this.#said) this.#socket?.send(commandMessage(id, name, args));
    this.#ping();
  }

  #pong(id: string, utcUs: number, mediaUs: number): void {
    if (this.#pinged?.id !== id) return;
    this.time.hear(this.#pinged.at, this.#options.clock.now(), utcUs, mediaUs);
    this.#pinged = null;
    this.#wait(PING_MS, () => this.#ping());
  }

  #answer(id: string, answer: Answer): void {
    const at = this.#said.findIndex((said) => said.id === id);
    if (at < 0) return;
    // Not now is not no: it is said again over the next connection.
    if (!answer.accepted && answer.code === 'lost') return;
    const [said] = this.#said.splice(at, 1);
    for (const resolve of said?.answered ?? []) resolve(answer);
  }
}
