/**
 * When to try again. The first retry comes within a second, then full jitter: anywhere between now
 * and a bound that doubles. In the first minute the bound is 2 s, so that after a restart of the
 * server everybody is back within 3 s without coming in the same instant; later it is 10 s. Pure.
 */

const FIRST_MS = 800;
const BOUND_MS = 500;
const EARLY_CAP_MS = 2_000;
const LATE_CAP_MS = 10_000;
const EARLY_MS = 60_000;
/** Never a busy loop, however small the drawn number. */
const LEAST_MS = 50;

/** `attempt` counts from 0, `lostForMs` since the connection was lost, `random` is in [0, 1). */
export function retryDelayMs(attempt: number, lostForMs: number, random: number): number {
  if (attempt === 0) return LEAST_MS + random * (FIRST_MS - LEAST_MS);
  const cap = lostForMs < EARLY_MS ? EARLY_CAP_MS : LATE_CAP_MS;
  const bound = Math.min(cap, BOUND_MS * 2 ** Math.min(attempt, 16));
  return LEAST_MS + random * (bound - LEAST_MS);
}
