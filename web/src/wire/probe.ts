/** Whether media comes over the media socket, asked beside whatever plays: its sound, for a moment. */

import { parseBinary, WireError } from './binary.js';
import type { Clock, OpenSocket, Socket } from './environment.js';
import { parseText, PROTOCOL } from './text.js';

export interface ProbeOptions {
  /** Without its query: wss://host/ws/ID/media */
  url: string;
  clock: Clock;
  open: OpenSocket;
}

/** A way that lets the greeting through and then nothing, or breaks off at once, is no way. */
const STEADY_MS = 3_000;
const MESSAGES_LEAST = 20;
const TIMEOUT_MS = 10_000;
const CLOSE_NORMAL = 1000;

/** Answers once. Returns what ends it without an answer. */
export function probe({ url, clock, open }: ProbeOptions, answer: (works: boolean) => void): () => void {
  let over = false;
  let greetedMs: number | null = null;
  let messages = 0;
  let socket: Socket | null = null;
  const end = () => {
    over = true;
    clock.cancel(timer);
    socket?.close(CLOSE_NORMAL);
  };
  const tell = (works: boolean) => {
    if (over) return;
    end();
    answer(works);
  };
  const read = (act: () => void) => {
    if (over) return;
    try {
      act();
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      tell(false);
    }
  };
  const timer = clock.after(TIMEOUT_MS, () => tell(false));
  socket = open(`${url}?video=0`, PROTOCOL, {
    open: () => {},
    text: (source) =>
      read(() => {
        const message = parseText(source);
        if (message?.type !== 'hello') return;
        if (message.live) greetedMs = clock.now();
        else tell(false);
      }),
    binary: (data) =>
      read(() => {
        if (parseBinary(data).kind === 'fragments' && greetedMs !== null) messages++;
        if (messages >= MESSAGES_LEAST && clock.now() - (greetedMs ?? 0) >= STEADY_MS) tell(true);
      }),
    closed: () => tell(false),
  });
  return end;
}
