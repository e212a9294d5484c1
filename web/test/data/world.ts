/** A clock turned by hand and sockets that are a script, for what the wire needs of its environment. */

import type { Clock, OpenSocket, SocketEvents } from '../../src/wire/environment.js';

export class TestClock implements Clock {
  #now = 1_000;
  #next = 1;
  #timers = new Map<number, { at: number; callback: () => void }>();
  random = () => 0.5;

  now = () => this.#now;

  after = (ms: number, callback: () => void) => {
    this.#timers.set(this.#next, { at: this.#now + ms, callback });
    return this.#next++;
  };

  cancel = (timer: number) => void this.#timers.delete(timer);

  get pending(): number {
    return this.#timers.size;
  }

  /** Goes on by so much, timers in their order. */
  turn(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.#now = Math.max(this.#now, due[1].at);
      due[1].callback();
    }
    this.#now = end;
  }

  /** As a lid that was closed: time has gone on, and no timer ran meanwhile. */
  sleep(ms: number): void {
    this.#now += ms;
  }
}

export interface TestSocket {
  url: string;
  protocol: string;
  events: SocketEvents;
  sent: string[];
  closed: boolean;
}

export class TestNet {
  sockets: TestSocket[] = [];

  open: OpenSocket = (url, protocol, events) => {
    const socket: TestSocket = { url, protocol, events, sent: [], closed: false };
    this.sockets.push(socket);
    return {
      send: (text) => void socket.sent.push(text),
      close: () => void (socket.closed = true),
    };
  };

  get last(): TestSocket {
    const socket = this.sockets[this.sockets.length - 1];
    if (!socket) throw new Error('no socket');
    return socket;
  }
}

export function helloText(live = true): string {
  return JSON.stringify({
    type: 'hello',
    protocol: 'meclis.media.v1',
    meeting: 'demo',
    live,
    server_utc_us: 1,
    media_time_us: 0,
    tracks: [
      { id: 1, kind: 'video', name: '720p', bitrate_bps: 1_500_000 },
      { id: 2, kind: 'audio', name: 'audio', bitrate_bps: 48_000 },
    ],
    rendition: '720p',
  });
}
