/**
 * How close to live to play. The distance begins small, grows with what the line turns out to be
 * like, and shrinks again slowly; it is kept by playing a little faster or slower, and by a jump
 * where the little would take too long. Times in seconds unless their names say otherwise. Pure.
 */

export interface Span {
  start: number;
  end: number;
}

export interface ChaseInput {
  nowMs: number;
  /** Where the picture is, in the buffer's time. */
  position: number;
  /** What is buffered, in order. */
  ranges: Span[];
  /** A picture is shown, and no jump is under way. */
  painted: boolean;
  /** The browser waits for data. */
  waiting: boolean;
  /** The viewer wants to be at the live edge (and has not paused). */
  following: boolean;
  /** What the connection began with, the past since the newest keyframe, has all come. */
  atEdge: boolean;
  /** The connection is there. An outage says nothing about the line's evenness. */
  connected: boolean;
  /** The worst lateness of late; see Lateness. */
  latenessMs: number;
}

export interface ChaseOutput {
  /** 0 holds the picture until there is enough. */
  rate: number;
  /** Where to jump, or null. */
  seek: number | null;
  target: number;
  /** Buffered ahead of the position, when it was least of late. */
  ahead: number;
}

/**
 * In hand when it is least, just before the next fragment: sound comes in pieces that don't match
 * the picture's, so the average is some 0.03 s more. Chromium 156 runs dry below 0.10 at the normal
 * speed, and below 0.135 at any other, since it then keeps 0.03 s of sound for its search: the
 * approach has to end above that.
 */
export const TARGET_LEAST = 0.13;
export const TARGET_MOST = 4;
/** What is further than this beyond the target is jumped over. */
const JUMP = 1.5;
/** What a decoder and a sound device need in hand at the normal speed, and at any other. */
const MARGIN = 0.1;
/** On the evenest of lines sound is so late at times: its frame goes with no picture of its own. It is in `least`. */
const BEAT = 0.02;
const MARGIN_STRETCHED = 0.15;
const FASTEST = 1.1;
const SLOWEST = 0.9;
/** Nearer to 1, an approach would stay for seconds where stretched sound may run dry. */
const SLIGHTEST = 0.08;
/** A browser that waits with more than this in hand waits for something else than the line. */
const STALLED_WITHIN = 0.3;
/** A position so far beyond the end belongs to a buffer that is gone; nearer, the end comes to it. */
const ASTRAY = 1;
/** Leave the normal speed beyond this error, return to it at that. */
const ERROR_OUT = 0.05;
const ERROR_IN = 0.008;
const GAIN = 0.8;
/** Too little in hand for so long is more than something that was late. */
const LOW_MS = 1_000;
/** The least of the last so many ms counts: pictures of 40 ms and sound of 21 meet every 320 or 640. */
const TROUGH_MS = 700;
/** Of a burst, more say nothing more. */
const SAMPLES_MAX = 100;
/** Ticks further apart mean a hidden tab or a machine that slept. */
const TICK_LOST_MS = 600;
const STALL_GROWTH = 1.7;
/** At least so far after a stall: of one's own machine, as far as is known; of a line known as uneven. */
const STALL_LEAST = 0.25;
const STALL_LEAST_UNEVEN = 0.5;
const UNEVEN_MS = 75;
/** What held a stalled line up is known when it comes, so long after. */
const CAUSE_MS = 5_000;
/** After a stall the floor stays, then sinks. */
const FLOOR_HOLD_MS = 60_000;
const FLOOR_SINKS = 0.02;
/** Held pictures go on when so much is there, or after so long. */
const HOLD_ENOUGH = 1;
const HOLD_MOST_MS = 3_000;
/**
 * Chromium begins, and goes on after a jump, only once it has decoded 0.2 s of sound; what it decoded
 * meanwhile has to be chased off. The less is in hand at the jump, the less that is.
 */
const JOIN_LESS = 0.05;
/** What the line is like shows in the first moments: until then that much more stays in hand. */
const KNOWN_MS = 2_000;
const UNKNOWN_EXTRA = 0.1;
/** What is nearer is not worth a jump. */
const JOIN_WORTH = 0.08;
/** A next range that begins within this of the end is one with it. */
const TOUCHING = 0.01;

export class Chase {
  #floor = TARGET_LEAST;
  #floorBefore = TARGET_LEAST;
  #stalledAt = -Infinity;
  #tickAt: number | null = null;
  /** What was buffered, against the clock, just before each append. */
  #edges: { atMs: number; edge: number }[] = [];
  #rate = 1;
  #heldAt: number | null = null;
  /** Beyond the target, until held pictures go on. */
  #holdMore = 0;
  #resting = false;
  #lowSince = 0;
  #joined = false;
  #joinedAt = -Infinity;
  #wasWaiting = false;
  stalls = 0;

  /** Playback begins anew: a new source, or a jump of the viewer's. What the line is like stays known. */
  begin(): void {
    this.#joined = false;
    this.#edges = [];
    this.#heldAt = null;
    this.#resting = false;
    this.#rate = 1;
    this.#wasWaiting = false;
    this.#tickAt = null;
  }

  /** The connection is gone: a stall just before was its end, and says nothing of the line. */
  lost(nowMs: number): void {
    if (nowMs - this.#stalledAt > CAUSE_MS) return;
    this.#floor = this.#floorBefore;
    this.#stalledAt = -Infinity;
  }

  target(input: Pick<ChaseInput, 'latenessMs'>): number {
    const needed = Math.max(0, input.latenessMs / 1000 - BEAT) + MARGIN;
    return Math.min(TARGET_MOST, Math.max(TARGET_LEAST, this.#floor, needed));
  }

  /** Just before more is appended: where what is buffered ends. */
  sample(nowMs: number, end: number): void {
    if (this.#joined && this.#edges.length < SAMPLES_MAX) {
      this.#edges.push({ atMs: nowMs, edge: end - nowMs / 1000 });
    }
  }

  tick(input: ChaseInput): ChaseOutput {
    const elapsedMs = this.#tickAt === null ? 0 : Math.max(0, input.nowMs - this.#tickAt);
    this.#tickAt = input.nowMs;
    this.#sink(input.nowMs, elapsedMs);
    if (input.nowMs - this.#stalledAt < CAUSE_MS && input.latenessMs > UNEVEN_MS) {
      this.#floor = Math.max(this.#floor, STALL_LEAST_UNEVEN);
    }
    const target = this.target(input);
    const last = input.ranges[input.ranges.length - 1];
    if (last === undefined) return this.#out(1, null, target, 0);
    if (!input.following) return this.#idle(input, target);
    if (!this.#joined) return this.#join(input, last, target);

    const here = rangeAt(input.ranges, input.position);
    const ahead = here === null ? 0 : here.end - input.position;
    const grown = this.#noteStall(input, ahead) ? this.target(input) : target;
    const jump = this.#jump(input, last, here, grown);
    if (jump !== null) {
      this.#rate = 1;
      this.#resting = false;
      return this.#out(this.#hold(input.nowMs, last.end - jump, grown), jump, grown, last.end - jump);
    }
    const least = this.#least(input, ahead);
    if (this.#heldAt !== null) return this.#out(this.#hold(input.nowMs, ahead, grown), null, grown, least);
    return this.#out(this.#speed(input, least, grown, elapsedMs), null, grown, least);
  }

  /**
   * The first picture is the keyframe that the connection began with: it can be shown at once. From
   * there to the newest moment the browser decodes everything in between, under that picture.
   */
  #join(input: ChaseInput, last: Span, target: number): ChaseOutput {
    if (rangeAt([last], input.position) === null) return this.#out(0, last.start + TOUCHING / 2, target, 0);
    if (!input.painted || !input.atEdge) return this.#out(0, null, target, 0);
    this.#joined = true;
    this.#joinedAt = input.nowMs;
    this.#heldAt = input.nowMs;
    this.#holdMore = 0;
    const position = last.end - target + JOIN_LESS;
    const seek = position - input.position > JOIN_WORTH ? position : null;
    const ahead = last.end - (seek ?? input.position);
    return this.#out(this.#hold(input.nowMs, ahead, target), seek, target, ahead);
  }

  /** The viewer is somewhere of its own: only holes are jumped over. */
  #idle(input: ChaseInput, target: number): ChaseOutput {
    this.#edges = [];
    this.#heldAt = null;
    this.#resting = false;
    this.#rate = 1;
    this.#joined = true;
    const here = rangeAt(input.ranges, input.position);
    const next = input.ranges.find((range) => range.start > input.position);
    const atEnd = here === null || here.end - input.position < MARGIN;
    const seek = input.waiting && atEnd && next !== undefined ? next.start + TOUCHING : null;
    return this.#out(1, seek, target, here === null ? 0 : here.end - input.position);
  }

  #jump(input: ChaseInput, last: Span, here: Span | null, target: number): number | null {
    const position = Math.max(last.start + TOUCHING / 2, last.end - target);
    // Behind what was kept, or in a hole, or before one with nothing left in hand.
    const stranded = here === null || (here !== last && here.end - input.position < MARGIN);
    if (stranded) {
      if (input.position >= last.end) return input.position > last.end + ASTRAY ? position : null;
      return last.end - last.start >= Math.min(target, HOLD_ENOUGH) ? position : null;
    }
    const tooFar = last.end - input.position > target + JUMP;
    return tooFar && position > input.position ? position : null;
  }

  /** Returns whether a stall began now that the line is to blame for. */
  #noteStall(input: ChaseInput, ahead: number): boolean {
    const began = input.waiting && !this.#wasWaiting;
    this.#wasWaiting = input.waiting;
    if (!began || this.#heldAt !== null || ahead > STALLED_WITHIN) return false;
    this.stalls++;
    this.#heldAt = input.nowMs;
    this.#holdMore = this.#unknown(input.nowMs);
    if (!input.connected) return false;
    const grown = Math.max(STALL_LEAST, this.target(input) * STALL_GROWTH);
    this.#floorBefore = this.#floor;
    this.#floor = Math.min(TARGET_MOST, grown);
    this.#stalledAt = input.nowMs;
    return true;
  }

  #sink(nowMs: number, elapsedMs: number): void {
    if (nowMs - this.#stalledAt < FLOOR_HOLD_MS) return;
    this.#floor = Math.max(TARGET_LEAST, this.#floor - (FLOOR_SINKS * elapsedMs) / 1000);
  }

  /** What stays in hand beyond the target while the line is not known yet. */
  #unknown(nowMs: number): number {
    return nowMs - this.#joinedAt > KNOWN_MS ? 0 : UNKNOWN_EXTRA;
  }

  #hold(nowMs: number, ahead: number, target: number): number {
    this.#heldAt ??= nowMs;
    const enough = ahead >= Math.min(target + this.#holdMore, HOLD_ENOUGH) - TOUCHING;
    const waited = nowMs - this.#heldAt > HOLD_MOST_MS && ahead > MARGIN;
    if (enough || waited) this.#heldAt = null;
    return this.#heldAt === null ? 1 : 0;
  }

  /** What would have been in hand before each append of late, had it been played from here. */
  #least({ nowMs, position }: ChaseInput, ahead: number): number {
    this.#edges = this.#edges.filter(({ atMs }) => nowMs - atMs < TROUGH_MS);
    const playing = nowMs / 1000 - position;
    return this.#edges.reduce((least, { edge }) => Math.min(least, edge + playing), ahead);
  }

  #speed(input: ChaseInput, least: number, target: number, elapsedMs: number): number {
    const error = least - target - this.#unknown(input.nowMs);
    if (elapsedMs > TICK_LOST_MS) this.#rate = 1;
    else if (error > (this.#rate > 1 ? ERROR_IN : ERROR_OUT)) {
      this.#lowSince = input.nowMs;
      this.#resting = false;
      this.#rate = faster(error);
    }
    else this.#rate = this.#slower(input, least, target);
    return this.#rate;
  }

  /**
   * Below what is needed, and not only for the moment that something was late, the picture rests: that
   * is seen less than sound that runs dry, as it would all the sooner while it is stretched.
   */
  #slower({ nowMs }: ChaseInput, least: number, target: number): number {
    const error = target - least;
    const low = least < MARGIN || (least < MARGIN_STRETCHED && error > ERROR_OUT);
    if (!low) this.#lowSince = nowMs;
    if (nowMs - this.#lowSince > LOW_MS) this.#resting = true;
    else if (least >= Math.min(target, MARGIN_STRETCHED) + ERROR_IN) this.#resting = false;
    if (this.#resting) return 0;
    if (low || error < (this.#rate < 1 ? ERROR_IN : ERROR_OUT)) return 1;
    return rounded(1 - Math.min(1 - SLOWEST, Math.max(SLIGHTEST, error * GAIN)));
  }

  #out(rate: number, seek: number | null, target: number, ahead: number): ChaseOutput {
    return { rate, seek, target, ahead };
  }
}

function faster(error: number): number {
  return rounded(1 + Math.min(FASTEST - 1, Math.max(SLIGHTEST, error * GAIN)));
}

/** Two digits: each change costs the browser something. */
function rounded(rate: number): number {
  return Math.round(rate * 100) / 100;
}

/** The range that the position lies in, or null. */
export function rangeAt(ranges: Span[], position: number): Span | null {
  return (
    ranges.find((range) => position >= range.start - TOUCHING && position < range.end + TOUCHING) ?? null
  );
}
