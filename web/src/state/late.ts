/** How late the picture was, over a meeting (server/media/late.h): where in the recording something is seen. Pure. */

import type { Lateness } from '../wire/api.js';

/** The first media time whose picture was taken at `atUs` or after it. */
export function seenUs(late: readonly Lateness[], atUs: number): number {
  if (late[0] === undefined || atUs < late[0].fromUs) return atUs;
  for (const [i, { fromUs, delayUs }] of late.entries()) {
    const seen = Math.max(fromUs, atUs + delayUs);
    if (seen < (late[i + 1]?.fromUs ?? Infinity)) return seen;
  }
  return atUs;
}

/** When the picture of that media time was taken. */
export function takenUs(late: readonly Lateness[], mediaUs: number): number {
  const { delayUs } = late.filter(({ fromUs }) => fromUs <= mediaUs).at(-1) ?? { delayUs: 0 };
  return mediaUs - delayUs;
}
