// For the press: what is pasted and where it leads, what is on now, the cue sheet as it grows and as files.
// Time limit: 240 s
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { axe, violations } from '../lib/axe.mjs';
import { household, screenshot } from '../lib/browser.mjs';
import { meeting } from '../lib/meclis.mjs';
import { longName, longTitle, openSitting } from '../lib/sitting.mjs';

const h = household();
const sizes = [[360, 800], [1280, 800]];

async function press(t, [width, height] = sizes[1], query = '') {
  const page = await h.open(t, `/press/${meeting}${query}`, { viewport: { width, height }, bypassCSP: true });
  await page.locator('.press-copy').first().waitFor();
  return page;
}

async function looked(page, name) {
  await page.evaluate(axe);
  assert.deepEqual(await violations(page), [], name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
  await screenshot(page, name);
}

async function file(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]);
  return readFile(await download.path(), 'utf8');
}

test('before the meeting the page says so and has its addresses', async (t) => {
  const page = await press(t, sizes[0]);
  await page.getByText('Henüz bir madde görüşülmedi').waitFor();
  assert.match(await page.locator('code').first().textContent(), new RegExp(`<iframe src="${h.m.url(`/embed/${meeting}`)}"`));
  await looked(page, 'press-empty-360');
});

test('item, speaker and cue sheet follow the meeting; the files hold the same', async (t) => {
  const page = await press(t);
  const { desk, items, people } = await openSitting(h.m);
  await desk.do('agenda.advance', { from: items[0] });
  await desk.do('floor.give', { person: people[2], kind: 'member', item: items[1], from: 0, start: true });
  await page.locator('.press-now').getByText(longName).waitFor();
  await page.locator('.press-cues').getByText(longName).waitFor();
  assert.equal(await page.locator('.press-cues tbody tr').count(), 3);
  const sheet = JSON.parse(await file(page, 'JSON'));
  assert.equal(sheet.meeting, meeting);
  assert.deepEqual(sheet.cues.map((cue) => cue.speaker), ['', '', longName]);
  assert.equal(sheet.cues[1].item, longTitle);
  assert.match(await file(page, 'CSV'), /^\uFEFF?time,utc,number,item,speaker,group\r\n/);
  assert.ok((await file(page, 'Metin')).includes(longName));
  for (const size of sizes) {
    for (const query of ['?theme=light', '?theme=dark&lang=en']) {
      const other = await press(t, size, query);
      await other.locator('.press-cues').getByText(longName).waitFor();
      await looked(other, `press-${size[0]}${query.includes('en') ? '-en-dark' : ''}`);
      await other.context().close();
    }
  }
});
