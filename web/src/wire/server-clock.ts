/**
 * The server's clocks as they stand now, from what it said with a known delay: of the latest few answers
 * the one that came back soonest is believed. Pure.
 */

const KEPT = 8;

interface Sample {
  /** Here, ms, in the middle between asking and hearing. */
  at: number;
  roundTripMs: number;
  utcUs: number;
  mediaUs: number;
}

export class ServerClock {
  #samples: Sample[] = [];

  /** What was heard at `heard` (ms of a clock that never goes back) as answer to what was asked at `asked`. */
  hear(asked: number, heard: number, utcUs: number, mediaUs: number): void {
    this.#samples.push({ at: (asked + heard) / 2, roundTripMs: heard - asked, utcUs, mediaUs });
    if (this.#samples.length > KEPT) this.#samples.shift();
  }

  /** Of another connection nothing holds: the server may have begun anew. */
  forget(): void {
    this.#samples = [];
  }

  utcUs(now: number): number | null {
    const best = this.#best();
    return best && best.utcUs + (now - best.at) * 1_000;
  }

  mediaUs(now: number): number | null {
    const best = this.#best();
    return best && best.mediaUs + (now - best.at) * 1_000;
  }

  #best(): Sample | null {
    let best: Sample | null = null;
    for (const sample of this.#samples) if (!best || sample.roundTripMs <= best.roundTripMs) best = sample;
    return best;
  }
}
