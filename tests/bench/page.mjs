// What a viewer has of it: how soon, how far behind, how even, how well the sound fits.
import { meeting } from '../lib/meclis.mjs';
import { median, slope } from './numbers.mjs';
import { arrive, listen, openBrowser, openPage, watch } from './viewer.mjs';

async function inPage(m, options, use) {
  const browser = await openBrowser();
  try {
    return await use(await openPage(browser, options), browser);
  } finally {
    await browser.close();
  }
}

const address = (m) => m.url(`/m/${meeting}`);

function tell(name, seen) {
  const { seconds, height, frames, read, mismatched, dropped, most, called, stats } = seen;
  console.log(`  ${name}: ${frames} frames looked at in ${seconds} s at ${height}p, ${read} read, ${mismatched} passed by, ${dropped} dropped;`
    + ` most ${most.toFixed(0)} ms; to the callback ${called.toFixed(0)} ms; ${JSON.stringify(stats)}`);
}

const stalls = ({ halts, waiting, seeks }) => Math.max(halts, waiting) + seeks;

// Glass to glass over the media socket.
export async function glass(m, { seconds }) {
  return inPage(m, {}, async (page) => {
    await arrive(page, address(m));
    const seen = await watch(page, seconds, { settle: 1 });
    tell('glass', seen);
    return [
      { name: `glass to glass, WebSocket ${seen.height}p, median`, value: seen.median, unit: 'ms', most: 250 },
      { name: `glass to glass, WebSocket ${seen.height}p, 95th percentile`, value: seen.p95, unit: 'ms', most: 350 },
      { name: `stalls and jumps in ${seconds} s`, value: stalls(seen), unit: '', most: 0 },
      { name: 'frames shown a second', value: seen.frames / seconds, unit: '', digits: 1 },
    ];
  });
}

// The same where WebSockets are closed at once: the player finds its way to hls.js by itself.
export async function hls(m, { seconds }) {
  return inPage(m, { webSocket: false }, async (page) => {
    const first = await arrive(page, address(m));
    const seen = await watch(page, seconds, { settle: 1 });
    tell('hls', seen);
    if (seen.stats.transport !== 'hlsjs') throw new Error(`played by ${seen.stats.transport}`);
    return [
      { name: `glass to glass, LL-HLS ${seen.height}p, median`, value: seen.median, unit: 'ms', most: 1500 },
      { name: `glass to glass, LL-HLS ${seen.height}p, 95th percentile`, value: seen.p95, unit: 'ms' },
      { name: `LL-HLS: stalls and jumps in ${seconds} s`, value: stalls(seen), unit: '' },
      { name: 'LL-HLS: opening to the first frame, WebSockets tried first', value: first.now, unit: 'ms' },
    ];
  });
}

// From the navigation's start to the first frame: nothing cached, the browser itself running.
export async function opening(m, { runs = 7 } = {}) {
  const browser = await openBrowser();
  try {
    const times = [];
    for (let i = 0; i < runs; i++) {
      const page = await openPage(browser);
      times.push((await arrive(page, address(m))).now);
      await page.waitForTimeout(700); // so that it falls elsewhere between two keyframes
      await page.context().close();
    }
    console.log(`  opening: ${times.map((t) => t.toFixed(0)).join(' ')} ms`);
    return [
      { name: `opening the page to the first frame, median of ${runs}`, value: median(times), unit: 'ms', most: 400 },
      { name: 'opening the page to the first frame, slowest', value: Math.max(...times), unit: 'ms' },
    ];
  } finally {
    await browser.close();
  }
}

// Flash and beep as they leave the browser: the flash when its frame is expected to be visible (at a
// refresh of the screen: up to 17 ms after its time), the beep when its first sample is heard, but
// for what an AudioContext adds to that.
export async function skew(m, { seconds }) {
  return inPage(m, { bypassCSP: true }, async (page) => {
    await arrive(page, address(m));
    await listen(page);
    const seen = await watch(page, seconds, { settle: 1 });
    tell('skew', seen);
    const apart = seen.skews.map(([, ms]) => ms);
    console.log(`  skew: beep minus flash ${apart.map((ms) => ms.toFixed(0)).join(' ')} ms; the AudioContext's latency, taken off, ${(seen.soundLatency * 1000).toFixed(0)} ms`);
    return [
      { name: `beep after flash at the viewer, median of ${apart.length}`, value: median(apart), unit: 'ms' },
      { name: 'beep and flash at the viewer, largest distance', value: Math.max(...apart.map(Math.abs)), unit: 'ms', most: 40 },
      { name: `beep and flash at the viewer, drift in ${seconds} s`, value: Math.abs(slope(seen.skews)) * seconds, unit: 'ms', digits: 1 },
    ];
  });
}
