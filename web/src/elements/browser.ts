/** The browser's own, as the wire wants it. */

import type { Clock, Fetch, OpenSocket } from '../wire/environment.js';
import type { Send } from '../wire/session.js';

export const browserClock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => window.setTimeout(callback, ms),
  cancel: (timer) => window.clearTimeout(timer),
  random: () => Math.random(),
};

const FETCH_TIMEOUT_MS = 8_000;

export const browserFetch: Fetch = (path) => getJson(path, 'omit');

/** As who one is on this site. */
export const browserFetchOwn: Fetch = (path) => getJson(path, 'same-origin');

async function getJson(path: string, credentials: RequestCredentials): ReturnType<Fetch> {
  const abort = new AbortController();
  const timer = window.setTimeout(() => abort.abort(), FETCH_TIMEOUT_MS);
  try {
    const answer = await fetch(path, {
      credentials,
      headers: { Accept: 'application/json' },
      signal: abort.signal,
    });
    const body: unknown = await answer.json().catch(() => undefined);
    return { status: answer.status, body };
  } finally {
    window.clearTimeout(timer);
  }
}

/** With the site's own cookies, which an embed in another page does not have. */
export const browserSend: Send = async (path, body) => {
  const abort = new AbortController();
  const timer = window.setTimeout(() => abort.abort(), FETCH_TIMEOUT_MS);
  try {
    const answer = await fetch(path, {
      method: 'POST',
      credentials: 'same-origin',
      headers: {
        Accept: 'application/json',
        'Accept-Language': document.documentElement.lang,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(body),
      signal: abort.signal,
    });
    const said: unknown = await answer.json().catch(() => undefined);
    const wait = Number(answer.headers.get('Retry-After') ?? Number.NaN);
    return { status: answer.status, body: said, retryAfterS: Number.isFinite(wait) ? wait : null };
  } finally {
    window.clearTimeout(timer);
  }
};

export const browserSocket: OpenSocket = (url, protocol, events) => {
  const socket = new WebSocket(url, protocol);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => events.open();
  socket.onclose = (event) => events.closed(event.code, event.reason);
  socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
    if (typeof event.data === 'string') events.text(event.data);
    else events.binary(event.data);
  };
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: (code) => {
      socket.onopen = socket.onclose = socket.onmessage = null;
      socket.close(code);
    },
  };
};

/** Storage may be forbidden (an embed without cookies, a private window): then nothing is kept. */
export const keep = {
  get(name: string): string | null {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  },
  set(name: string, value: string): void {
    try {
      localStorage.setItem(name, value);
    } catch {
      // Nothing to be done, and nothing lost that matters.
    }
  },
};

/** Asks again and again while the page is seen. Returns what ends it. */
export function poll(everyMs: () => number, ask: () => Promise<void>): () => void {
  let timer: number | undefined;
  let ended = false;
  let asking = false;
  const turn = async () => {
    window.clearTimeout(timer);
    if (asking || ended) return;
    asking = true;
    try {
      await ask();
    } finally {
      asking = false;
    }
    // Some jitter: pages opened in the same instant don't stay together for ever.
    if (!ended) timer = window.setTimeout(wanted, everyMs() * (0.8 + 0.4 * Math.random()));
  };
  const wanted = () => {
    if (document.visibilityState === 'visible') void turn();
  };
  document.addEventListener('visibilitychange', wanted);
  window.addEventListener('online', wanted);
  void turn();
  return () => {
    ended = true;
    window.clearTimeout(timer);
    document.removeEventListener('visibilitychange', wanted);
    window.removeEventListener('online', wanted);
  };
}
