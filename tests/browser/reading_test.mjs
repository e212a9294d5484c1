// The pages for those who read them otherwise: enlarged, without script, in forced colours.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { household, plays, screenshot } from '../lib/browser.mjs';
import { meeting } from '../lib/meclis.mjs';

const h = household();

test('the player\'s settings, open on a small screen: axe finds nothing', async (t) => {
  const page = await h.open(t, `/m/${meeting}`, { viewport: { width: 360, height: 800 } });
  await plays(page);
  await page.getByRole('button', { name: 'Ayarlar' }).click();
  await page.evaluate(readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8'));
  const { violations } = await page.evaluate(() => window.axe.run(document));
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.flat(3).join(' ')).join(', ')}`), []);
  await screenshot(page, 'settings-360');
});

test('letters twice as large fit', async (t) => {
  for (const where of ['/', `/m/${meeting}`, `/embed/${meeting}`, '/m/yok']) {
    const page = await h.open(t, where, { viewport: { width: 640, height: 400 }, reducedMotion: 'reduce' });
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
    });
    await page.locator('h1, meclis-player').first().waitFor(); // drawn, and then laid out
    await page.waitForTimeout(300);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), where);
    await page.context().close();
  }
});

test('useful text is there before any script runs', async (t) => {
  const page = await h.open(t, `/m/${meeting}`, { javaScriptEnabled: false });
  const text = await page.textContent('body');
  assert.match(text, /Örnek Birleşim/);
  assert.match(text, /Canlı · \d+ \p{L}+ \d{4} \p{L}+ \d\d:\d\d/u);
  assert.match(text, /JavaScript/);
});

test('forced colours keep the controls visible', async (t) => {
  const page = await h.open(t, `/m/${meeting}`, { forcedColors: 'active' });
  await plays(page);
  await screenshot(page, 'forced-colours');
  await page.getByRole('button', { name: 'Ayarlar' }).waitFor();
});
