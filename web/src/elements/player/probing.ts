/** Tells the player's state of the moments at which the socket may work again, and asks the socket. */

import type { PlayerEvent } from '../../state/player.js';
import { probe } from '../../wire/probe.js';
import { browserClock, browserSocket } from '../browser.js';
import { mediaSocketUrl } from './engine.js';

type Moment = Extract<PlayerEvent, { type: 'moment' | 'probed' }>;

export class Probing {
  #send: (event: Moment) => void;
  #ends: (() => void)[] = [];
  #endProbe: (() => void) | null = null;
  #reachable = true;

  constructor(send: (event: Moment) => void) {
    this.#send = send;
    const changed = () => {
      if (!document.hidden) this.#moment(true);
    };
    const { connection } = navigator as { connection?: EventTarget };
    const heard: [EventTarget | undefined, string][] = [
      [window, 'online'],
      [document, 'visibilitychange'],
      [connection, 'change'],
    ];
    for (const [target, name] of heard) {
      target?.addEventListener(name, changed);
      this.#ends.push(() => target?.removeEventListener(name, changed));
    }
  }

  end(): void {
    this.#endProbe?.();
    for (const end of this.#ends.splice(0)) end();
  }

  /** The server was asked something over plain HTTP. */
  asked(reachable: boolean): void {
    const back = reachable && !this.#reachable;
    this.#reachable = reachable;
    if (reachable) this.#moment(back);
  }

  probe(meetingId: string): void {
    this.#endProbe?.();
    const url = mediaSocketUrl(meetingId);
    this.#endProbe = probe({ url, clock: browserClock, open: browserSocket }, (works) => {
      this.#send({ type: 'probed', nowMs: performance.now(), works });
    });
  }

  #moment(changed: boolean): void {
    this.#send({ type: 'moment', nowMs: performance.now(), changed });
  }
}
