/**
 * The meeting at the moment of a viewer's own picture: who watches six seconds behind sees the item change
 * six seconds later. States share what is the same, so that each may be kept. Pure.
 */

import type { MeetingState } from './meeting.js';
import { Past } from './past.js';

/** Some hours of a lively sitting; beyond it the oldest are thinned out, every second one. */
const KEPT_MAX = 20_000;
/** Who has just come watches a few seconds behind: the first that is told holds for these as well. */
const NEAR_US = 30_000_000;

interface Moment {
  mediaUs: number;
  state: MeetingState;
}

export class Follow {
  #moments: Moment[] = [];
  #past: Past | null = null;

  /** A snapshot: what was known is void. `mediaUs`: the media time at which it was told. */
  begin(mediaUs: number, state: MeetingState): void {
    this.#past = new Past(state);
    this.#moments = [{ mediaUs: Math.max(mediaUs, this.#past.newestUs), state }];
  }

  /** What came after, at `mediaUs`. The media clock may stand still, and never goes back. */
  add(mediaUs: number, state: MeetingState): void {
    const last = this.#moments[this.#moments.length - 1];
    const at = Math.max(mediaUs, last?.mediaUs ?? 0);
    if (last && last.mediaUs === at) last.state = state;
    else this.#moments.push({ mediaUs: at, state });
    if (this.#moments.length > KEPT_MAX) this.#moments = this.#moments.filter((_, i, all) => i % 2 === 0 || i === all.length - 1);
  }

  /** The newest. */
  get now(): MeetingState | null {
    return this.#moments[this.#moments.length - 1]?.state ?? null;
  }

  /** Whether all is known of that moment; of an earlier one there is what has a time of its own (past.ts). */
  knows(mediaUs: number): boolean {
    return mediaUs >= (this.#moments[0]?.mediaUs ?? Infinity) - NEAR_US;
  }

  /** As of `mediaUs`; null where nothing is known. */
  at(mediaUs: number): MeetingState | null {
    if (this.#past && !this.knows(mediaUs)) return this.#past.at(mediaUs);
    let low = 0;
    let high = this.#moments.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#moments[middle]?.mediaUs ?? 0) <= mediaUs) low = middle;
      else high = middle - 1;
    }
    return this.#moments[low]?.state ?? null;
  }

  /** When the next change after `mediaUs` comes, or null: until then nothing has to be drawn. */
  next(mediaUs: number): number | null {
    const found = this.#moments.find((moment) => moment.mediaUs > mediaUs);
    return found ? found.mediaUs : null;
  }
}
