// Browsers at the pages, as people have them: nothing kept from before, autoplay as the browser likes.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { Meclis } from './meclis.mjs';
import { artefacts } from './programs.mjs';
import { until } from './wait.mjs';

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export async function openChromium(t) {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
  t.after(() => browser.close());
  return browser;
}

// Counts, in the page, how often the picture stood still for 300 ms or longer although nobody paused it.
function countStalls() {
  window.stalls = { count: 0, began: false };
  let last = 0, since = performance.now(), still = false;
  setInterval(() => {
    const video = document.querySelector('meclis-player')?.video;
    if (!video) return;
    const now = performance.now();
    if (video.currentTime !== last || video.paused) {
      if (video.currentTime > 0.5) window.stalls.began = true;
      [last, since, still] = [video.currentTime, now, false];
    } else if (window.stalls.began && !still && now - since >= 300) {
      still = true;
      window.stalls.count++;
    }
  }, 50);
}

// A page with what it complained about in `complaints`: errors of scripts, the console's, the policy's.
export async function openPage(t, browser, options = {}) {
  const { webSocket = true, ...context } = options;
  const c = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'tr-TR', ...context });
  t.after(() => c.close().catch(() => {}));
  await c.addInitScript(countStalls);
  const page = await c.newPage();
  page.setDefaultTimeout(40000);
  page.complaints = [];
  page.on('pageerror', (e) => page.complaints.push(`error: ${e.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') page.complaints.push(message.text());
  });
  if (!webSocket) await page.routeWebSocket(/.*/, (socket) => socket.close());
  return page;
}

// What its player is at.
export function player(page) {
  return page.evaluate(() => {
    const p = document.querySelector('meclis-player');
    if (!p) return undefined;
    const { currentTime, paused, muted, videoWidth, volume } = p.video;
    return { phase: p.dataset.phase, mode: p.state.mode, currentTime, paused, muted, volume, videoWidth,
      mediaTime: p.mediaTime, behind: p.behind, transport: p.stats.transport };
  });
}

// Waits until the picture played so many seconds, jumps aside; returns the player then.
export async function plays(page, { by = 2, seconds = 40 } = {}) {
  let last, at, played = 0;
  return until(`the picture to play ${by} s`, async () => {
    const now = await player(page);
    if (!now || now.mediaTime === null || now.phase !== 'playing') return false;
    const step = now.mediaTime - (last ?? now.mediaTime), passed = (performance.now() - (at ?? performance.now())) / 1000;
    [last, at] = [now.mediaTime, performance.now()];
    // More than time passed is a jump. (A busy machine may not look for a second.)
    if (step > 0 && step < Math.max(1, 1.2 * passed)) played += step;
    return played >= by && now;
  }, { seconds, every: 100 }).catch(async (e) => {
    throw new Error(`${e.message}; ${JSON.stringify(await player(page).catch(() => 'no page'))}; ${page.complaints?.join('; ')}`);
  });
}

// Not for a moment alone: the machine may have been busy just then.
export function behindIs(page, seconds, { wait = 40 } = {}) {
  let behind;
  return until(`less than ${seconds} s behind`, async () => {
    ({ behind } = await player(page));
    return behind !== null && behind < seconds;
  }, { seconds: wait, every: 100 }).catch((e) => {
    throw new Error(`${e.message}; ${behind} s behind`);
  });
}

export function phaseIs(page, phase, { seconds = 40 } = {}) {
  return until(`the player to be ${phase}`, async () => (await player(page))?.phase === phase, { seconds });
}

export async function screenshot(page, name, options = {}) {
  mkdirSync(path.join(artefacts, 'screenshots'), { recursive: true });
  await page.screenshot({ path: path.join(artefacts, 'screenshots', `${name}.png`), ...options });
}

// One server for all tests of a file, with pictures that can be told apart by their size: { m, end }.
export async function house() {
  const ends = [];
  const m = await Meclis.onAir({ after: (f) => ends.push(f) }, {
    sources: [{ id: 'test', kind: 'test', priority: 1 }],
    settings: {
      renditions: [{ name: '360p', width: 640, height: 360, bitrate_kbps: 600 }, { name: '180p', width: 320, height: 180, bitrate_kbps: 150 }],
    },
  });
  return {
    m,
    async end() {
      for (const f of ends.reverse()) await f();
    },
  };
}

// The same with a browser, begun before the file's first test and ended after its last. What is
// returned has its members (m, browser) only within tests; `open` goes to a page of the server.
export function household() {
  const ends = [];
  const all = {
    async open(t, where, options) {
      const page = await openPage(t, all.browser, options);
      page.fetched = [];
      page.on('response', (r) => page.fetched.push(r));
      await page.goto(new URL(where, all.m.url('/')).href);
      return page;
    },
  };
  before(async () => {
    const h = await house();
    ends.push(() => h.end());
    all.m = h.m;
    all.browser = await openChromium({ after: (f) => ends.push(f) });
  });
  after(async () => {
    for (const f of ends.reverse()) await f();
  });
  return all;
}
