// What a page with the player costs, keeps and fetches, and how else it can be opened.
// Time limit: 400 s
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { behindIs, household, player, plays } from '../lib/browser.mjs';
import { meeting } from '../lib/meclis.mjs';
import { sleep, until } from '../lib/wait.mjs';

const h = household();

const frames = (page) => page.evaluate(() => document.querySelector('meclis-player').video.getVideoPlaybackQuality().totalVideoFrames);

test('nothing is fetched from elsewhere, hls.js only where it is needed, and the page is light', async (t) => {
  const page = await h.open(t, `/m/${meeting}`);
  await plays(page);
  const urls = page.fetched.map((r) => r.url());
  assert.deepEqual(urls.filter((u) => !u.startsWith(h.m.url('/')) && !/^(data|blob):/.test(u)), []);
  assert.ok(!urls.some((u) => /hls-[\w-]+\.js/.test(u)), urls.join('\n'));
  let bytes = 0;
  for (const r of page.fetched.filter((x) => /\.(js|css)$/.test(new URL(x.url()).pathname))) bytes += (await r.request().sizes()).responseBodySize;
  t.diagnostic(`${bytes} bytes of script and style`);
  assert.ok(bytes > 0 && bytes <= 120 * 1024, `${bytes} bytes`);
  assert.deepEqual(page.complaints, []);
});

test('the embed waits to be asked, then plays, and keeps nothing', async (t) => {
  const page = await h.open(t, `/embed/${meeting}`);
  const button = page.getByRole('button', { name: 'Yayını izle' });
  await button.waitFor();
  await sleep(500);
  assert.equal(await frames(page), 0);
  await button.click();
  await plays(page);
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length), 0);
  assert.deepEqual(page.complaints, []);
});

test('sound alone, and the picture again', async (t) => {
  const page = await h.open(t, `/m/${meeting}`);
  await plays(page);
  await page.getByRole('button', { name: 'Ayarlar' }).click();
  await page.getByLabel('Yalnızca ses').check();
  let shown = -1;
  // What had been fetched is shown yet.
  await until('no more pictures', async () => shown === (shown = await frames(page)), { seconds: 30, every: 1500 });
  await plays(page);
  assert.ok((await frames(page)) - shown < 10, 'no more pictures');
  await page.getByLabel('Yalnızca ses').uncheck();
  await until('pictures', async () => (await frames(page)) - shown > 25, { seconds: 40 });
  await plays(page);
  assert.deepEqual(page.complaints, []);
});

test('over hls.js it is near the edge, too', async (t) => {
  const page = await h.open(t, `/m/${meeting}?transport=hlsjs`);
  const now = await plays(page, { by: 4 });
  assert.equal(now.transport, 'hlsjs');
  await behindIs(page, 8);
  assert.deepEqual(page.complaints, []);
});

// Last: it ends the broadcast.
test('a recording opens at the second that its address names', async (t) => {
  await until('enough recorded', async () => (await h.m.about()).recording.until_us > 14e6, { seconds: 20 });
  await h.m.command('stop');
  await until('the end', async () => (await h.m.about()).state === 'ended' && h.m.workers.length === 0);
  const page = await h.open(t, `/m/${meeting}?t=8`);
  const start = page.getByRole('button', { name: 'Kaydı izle' });
  await Promise.race([start.click().catch(() => {}), plays(page).catch(() => {})]);
  const now = await plays(page);
  assert.equal(now.mode, 'recorded');
  assert.ok(now.mediaTime > 8 && now.mediaTime < 20, `at ${now.mediaTime} s`);
  assert.deepEqual(page.complaints, []);
});
