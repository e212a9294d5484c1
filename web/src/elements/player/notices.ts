/** What the player says of itself, in its live region: what matters, once, and quietly. */

import type { PlayerState } from '../../state/player.js';
import type { Texts } from '../../text/index.js';

/** A connection back sooner than this was never worth a word. */
const LOST_SAID_MS = 1_500;
const PASSING_MS = 7_000;

export class Notices {
  #show: (notice: string) => void;
  #timer: number | undefined;

  constructor(show: (notice: string) => void) {
    this.#show = show;
  }

  end(): void {
    window.clearTimeout(this.#timer);
  }

  changed(before: PlayerState, now: PlayerState, text: Texts): void {
    if (before.connected && !now.connected && now.phase !== 'failed') {
      this.#say(text.connectionLost, LOST_SAID_MS);
    } else if (!before.connected && now.connected) {
      this.#say('', 0);
    }
    if (now.tried.length > before.tried.length && now.phase === 'connecting') {
      this.#say(text.otherWay, 0, PASSING_MS);
    }
  }

  /** For a moment. */
  pass(notice: string): void {
    this.#say(notice, 0, PASSING_MS);
  }

  #say(notice: string, afterMs: number, forMs?: number): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.#show(notice);
      if (forMs !== undefined) this.#say('', forMs);
    }, afterMs);
  }
}
