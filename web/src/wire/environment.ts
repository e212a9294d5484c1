/**
 * What the wire needs of the world around it. The pages give it the browser's; tests give it a
 * clock that they turn by hand.
 */

export interface Clock {
  /** Milliseconds that never go back. May stand still while the machine sleeps. */
  now(): number;
  /** Calls back once; returns what `cancel` takes. */
  after(ms: number, callback: () => void): number;
  cancel(timer: number): void;
  /** From 0 up to, never reaching, 1. */
  random(): number;
}

export interface SocketEvents {
  open(): void;
  text(text: string): void;
  binary(data: ArrayBuffer): void;
  /** The last event, whether it was ever open or not. */
  closed(code: number, reason: string): void;
}

export interface Socket {
  /** Of a socket that is open; otherwise the text is dropped. */
  send(text: string): void;
  /** No event follows. */
  close(code: number): void;
}

export type OpenSocket = (url: string, protocol: string, events: SocketEvents) => Socket;

/** A GET of JSON. Rejects when the server can't be reached; `body` is undefined when it is no JSON. */
export type Fetch = (path: string) => Promise<{ status: number; body: unknown }>;
