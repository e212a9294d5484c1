// Firefox ESR, over WebDriver BiDi: the viewer page and the embed play there too.
// Time limit: 240 s
import assert from 'node:assert/strict';
import { test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { player, plays } from '../lib/browser.mjs';
import { Meclis, meeting } from '../lib/meclis.mjs';

test('the viewer page and the embed play in Firefox', async (t) => {
  const m = await Meclis.onAir(t, { sources: [{ id: 'test', kind: 'test', priority: 1 }] });
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: { 'datareporting.policy.dataSubmissionEnabled': false, 'app.update.enabled': false, 'media.autoplay.default': 0 },
  });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(m.url(`/m/${meeting}`));
  await plays(page, { seconds: 60 });
  assert.equal((await player(page)).transport, 'socket');
  await page.goto(m.url(`/embed/${meeting}?autoplay=1`));
  await plays(page, { seconds: 60 });
  await page.goto(m.url(`/m/${meeting}?transport=hlsjs`));
  await plays(page, { seconds: 60 });
  assert.equal((await player(page)).transport, 'hlsjs');
});
