/**
 * How unevenly media arrives: the distance between a fragment's arrival and when it would have
 * arrived had it been as quick as the quickest of late. Pure.
 */

/** The quickest of the last one or two of these is the reference, so that a clock's drift of
 * 200 ppm and a new route are forgotten soon enough. */
const WINDOW_MS = 20_000;
/** A page that has just begun is itself late: what it sees then is not the line's. */
const SETTLING_US = 700_000;
/** A peak is believed for so long, then fades by half in each further span of the same length. */
const HOLD_MS = 20_000;

export class Lateness {
  #least = Infinity;
  #leastBefore = Infinity;
  #windowAt = 0;
  #peakMs = 0;
  #peakAt = 0;
  #newestUs = -Infinity;

  /** A new connection: what it sends of the past, up to `edgeUs`, comes in one burst and says nothing. */
  begin(edgeUs: number): void {
    this.#newestUs = edgeUs + SETTLING_US;
    this.#least = Infinity;
    this.#leastBefore = Infinity;
  }

  arrived(nowMs: number, mediaUs: number): void {
    if (mediaUs <= this.#newestUs) return;
    this.#newestUs = mediaUs;
    const delay = nowMs - mediaUs / 1000;
    if (nowMs - this.#windowAt > WINDOW_MS) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
      this.#windowAt = nowMs;
    }
    this.#least = Math.min(this.#least, delay);
    const late = delay - Math.min(this.#least, this.#leastBefore);
    if (late >= this.peakMs(nowMs)) {
      this.#peakMs = late;
      this.#peakAt = nowMs;
    }
  }

  /** The worst lateness that still counts. */
  peakMs(nowMs: number): number {
    const age = nowMs - this.#peakAt - HOLD_MS;
    return age <= 0 ? this.#peakMs : this.#peakMs * 2 ** (-age / HOLD_MS);
  }
}
