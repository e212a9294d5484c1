// Chromium at the meeting's page, as a viewer has it.
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { median, share } from './numbers.mjs';

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--autoplay-policy=no-user-gesture-required'];
const here = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const STRIP_PERIOD_MS = 2 ** 24;
// Twenty-five frames a second leave 40 ms between two; a viewer sees a halt from about so much on.
const HALT_MS = 200;

export function openBrowser() {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
}

// A page with nothing kept from earlier ones: no cache, no storage.
export async function openPage(browser, { webSocket = true, bypassCSP = false } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, bypassCSP });
  await context.addInitScript(here('watcher.js'));
  const page = await context.newPage();
  page.setDefaultTimeout(30000);
  if (!webSocket) await page.routeWebSocket(/.*/, (socket) => socket.close());
  return page;
}

// Goes there and resolves when frames come: milliseconds from the navigation's start to the first
// frame's callback and to its being shown.
export async function arrive(page, address) {
  await page.goto(address, { waitUntil: 'commit' });
  await page.waitForFunction(() => window.bench.first, undefined, { polling: 50 });
  return page.evaluate(() => window.bench.first);
}

// From now on the beeps are listened to. The page was opened with bypassCSP: its own policy lets no
// foreign code in.
export async function listen(page) {
  const address = `data:text/javascript,${encodeURIComponent(here('worklet.js'))}`;
  const state = await page.evaluate((a) => window.bench.listen(a), address);
  if (state !== 'running') throw new Error(`the sound is ${state}`);
}

// Watches for so long. Distances are from the UTC in the picture to when the compositor expects
// that picture to be visible (expectedDisplayTime), in milliseconds.
export async function watch(page, seconds, { settle = 6 } = {}) {
  await page.waitForTimeout(settle * 1000);
  const before = await page.evaluate(() => {
    const { video } = document.querySelector('meclis-player');
    window.bench.looking = true;
    return { dropped: video.getVideoPlaybackQuality().droppedVideoFrames };
  });
  await page.waitForTimeout(seconds * 1000);
  const seen = await page.evaluate(() => {
    const player = document.querySelector('meclis-player');
    window.bench.looking = false;
    const { droppedVideoFrames: dropped } = player.video.getVideoPlaybackQuality();
    return { ...window.bench, dropped, height: player.video.videoHeight, stats: player.stats };
  });
  return summary({ ...seen, dropped: seen.dropped - before.dropped }, seconds);
}

function summary(seen, seconds) {
  if (seen.error) throw new Error(`the picture can't be read: ${seen.error}`);
  const read = seen.frames.filter(([, , utc]) => utc !== null);
  const offset = median(seen.frames.map((f) => f[5]));
  const after = (utcMs, strip) => {
    const d = (((utcMs - strip) % STRIP_PERIOD_MS) + STRIP_PERIOD_MS) % STRIP_PERIOD_MS;
    return d > STRIP_PERIOD_MS / 2 ? d - STRIP_PERIOD_MS : d;
  };
  const shown = read.map(([, at, utc]) => after(at + offset, utc));
  const called = read.map(([at, , utc]) => after(at + offset, utc));
  const halts = seen.frames.slice(1).filter((f, i) => f[1] - seen.frames[i][1] > HALT_MS).length;
  return {
    seconds, height: seen.height, frames: seen.frames.length, read: read.length, mismatched: seen.mismatched,
    dropped: seen.dropped, halts, waiting: seen.waiting, seeks: seen.seeks, stats: seen.stats,
    median: median(shown), p95: share(shown, 0.95), most: Math.max(...shown), called: median(called),
    shown: read.map(([, at], i) => [at / 1000, shown[i]]),
    skews: skews(seen.frames, seen.beeps), soundLatency: seen.soundLatency,
  };
}

// For each flash whose beep is near: [page time in seconds, beep minus flash in ms].
function skews(frames, beeps) {
  const found = [];
  for (let i = 1; i < frames.length; i++) {
    if (!frames[i][3] || frames[i - 1][3] || frames[i][1] - frames[i - 1][1] > 70) continue;
    const at = frames[i][1];
    const beep = beeps.find((b) => Math.abs(b - at) < 900);
    if (beep !== undefined) found.push([at / 1000, beep - at]);
  }
  return found;
}
