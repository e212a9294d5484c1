/**
 * Sees that an HLS player which should play does not, or plays far behind the edge for good, and says what
 * to do. hls.js steps over holes by itself, but it places segments by their listed durations, and after a
 * hole inside of one it may wait for ever where nothing will come. Pure.
 */

export type Remedy =
  | 'none'
  /** To where there is something to play: the edge, or past the hole. */
  | 'jump'
  /** The source anew, as on a page just opened. */
  | 'renew';

export interface Watch {
  /** Where the picture was last seen to move, and when, ms. */
  position: number;
  movedAt: number;
  /** Since when it is too far behind; null: it isn't. */
  farAt: number | null;
  /** Remedies tried since it was last well, and when the latest was. */
  tried: number;
  triedAt: number;
}

export interface Sight {
  nowMs: number;
  /** Seconds of the video's own time. */
  position: number;
  /** It should play: not paused, not ended, the line up, and there is something further on. */
  wanted: boolean;
  /** A piece is on its way: slow is not stuck. */
  loading: boolean;
  /** Seconds behind what it aims at; null where it follows nothing. */
  lag: number | null;
}

const STUCK_MS = 4_000;
const SLOW_MS = 12_000;
const FAR_S = 5;
const FAR_MS = 8_000;
/** The second remedy after so long, each later one after twice as long as the one before. */
const AGAIN_MS = 5_000;
const AGAIN_CAP_MS = 40_000;
/** Playing for so long at its place means that it is well. */
const WELL_MS = 10_000;

export function beginWatch(nowMs: number): Watch {
  return { position: -1, movedAt: nowMs, farAt: null, tried: 0, triedAt: nowMs };
}

/** To be asked a few times a second. */
export function watch(before: Watch, sight: Sight): [Watch, Remedy] {
  const { nowMs, position, wanted, lag } = sight;
  if (!wanted) return [beginWatch(nowMs), 'none'];
  const moved = position !== before.position;
  const far = lag !== null && lag > FAR_S;
  const next: Watch = {
    ...before,
    position,
    movedAt: moved ? nowMs : before.movedAt,
    farAt: far ? (before.farAt ?? nowMs) : null,
  };
  const stuck = nowMs - next.movedAt >= (sight.loading ? SLOW_MS : STUCK_MS);
  const left = next.farAt !== null && nowMs - next.farAt >= FAR_MS;
  if (!stuck && !left) {
    const well = moved && !far && nowMs - before.triedAt >= WELL_MS;
    return [well ? { ...next, tried: 0 } : next, 'none'];
  }
  const wait = Math.min(AGAIN_CAP_MS, AGAIN_MS * 2 ** Math.max(0, before.tried - 1));
  if (before.tried > 0 && nowMs - before.triedAt < wait) return [next, 'none'];
  return [{ ...next, tried: before.tried + 1, triedAt: nowMs }, before.tried % 2 === 0 ? 'jump' : 'renew'];
}
