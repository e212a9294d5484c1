/**
 * When a player that had to leave the media socket for HLS asks whether the socket works again: at
 * once when the network may be another one, every few minutes otherwise, and less often each time
 * that a return did not last. Pure; times in milliseconds.
 */

export interface Comeback {
  /** Since when it waits; null: since the next moment that it hears of. */
  sinceMs: number | null;
  waitMs: number;
  asking: boolean;
  /** When it last went back to the socket. */
  returnedMs: number | null;
}

const WAIT_MS = 3 * 60_000;
const WAIT_MOST_MS = 30 * 60_000;
/** Where something has changed, that part of the wait is enough: 5 s at first. */
const CHANGED_PART = 1 / 36;
/** A return that ended sooner did not last. */
const LASTING_MS = 5 * 60_000;

export const noComeback: Comeback = { sinceMs: null, waitMs: WAIT_MS, asking: false, returnedMs: null };

/** The socket has failed. */
export function left(comeback: Comeback): Comeback {
  return { ...comeback, sinceMs: null, asking: false };
}

/** A moment on HLS. `changed`: the network, or the server's being there. Returns whether to ask now. */
export function heard(comeback: Comeback, nowMs: number, changed: boolean): [Comeback, boolean] {
  if (comeback.sinceMs === null) return [begun(comeback, nowMs), false];
  const wait = changed ? comeback.waitMs * CHANGED_PART : comeback.waitMs;
  if (comeback.asking || nowMs - comeback.sinceMs < wait) return [comeback, false];
  return [{ ...comeback, asking: true }, true];
}

/** What was asked is known. `returns`: it works, and the player goes back to it. */
export function answered(comeback: Comeback, nowMs: number, returns: boolean): Comeback {
  return {
    ...comeback,
    asking: false,
    sinceMs: nowMs,
    returnedMs: returns ? nowMs : comeback.returnedMs,
  };
}

function begun(comeback: Comeback, nowMs: number): Comeback {
  const { returnedMs, waitMs } = comeback;
  const lasted = returnedMs === null || nowMs - returnedMs > LASTING_MS;
  return {
    ...comeback,
    sinceMs: nowMs,
    returnedMs: null,
    waitMs: lasted ? WAIT_MS : Math.min(WAIT_MOST_MS, waitMs * 2),
  };
}
