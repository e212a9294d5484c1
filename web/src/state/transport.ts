/** By which way the media comes, and which way is tried next. Pure. */

export type Transport = 'socket' | 'native' | 'hlsjs';

/** `live`: at the edge; `recorded`: a meeting that has ended, or a live one from its beginning on. */
export type Mode = 'live' | 'recorded';

export interface Capabilities {
  /** MediaSource or ManagedMediaSource. */
  mediaSource: boolean;
  webSocket: boolean;
  nativeHls: boolean;
  /** A browser of Apple's: the only ones whose own HLS is better than a script's. */
  apple: boolean;
}

/** In the order in which they are tried. */
export function transports(can: Capabilities, mode: Mode): Transport[] {
  const order: Transport[] = [];
  if (mode === 'live' && can.mediaSource && can.webSocket) order.push('socket');
  if (can.nativeHls && can.apple) order.push('native');
  if (can.mediaSource) order.push('hlsjs');
  if (can.nativeHls && !can.apple) order.push('native');
  return order;
}

export function nextTransport(can: Capabilities, mode: Mode, failed: Transport[]): Transport | null {
  return transports(can, mode).find((transport) => !failed.includes(transport)) ?? null;
}

/**
 * Whether WebSockets are blocked on the way here, as opposed to a server that is down: connections
 * fail between two moments at which plain HTTP works.
 */
export class Blocked {
  #failures = 0;
  #reachable = false;

  /** A connection said hello: whatever comes later, they are not blocked as such. */
  greeted(): void {
    this.#failures = -3;
  }

  /** A connection ended without a hello, and then plain HTTP was asked. Returns the verdict. */
  failed(reachableNow: boolean): boolean {
    if (reachableNow && this.#reachable) this.#failures++;
    this.#reachable = reachableNow;
    return this.#failures >= 2;
  }

  /** Plain HTTP worked, asked for whatever reason. */
  reached(): void {
    this.#reachable = true;
  }
}
