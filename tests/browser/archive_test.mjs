// The archive as people use it: a word of a question, the second at which it was answered, by keyboard
// too; and how it looks when there is nothing.
// Runs beside others.
// Time limit: 300 s
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axe, violations } from '../lib/axe.mjs';
import { openChromium, openPage, screenshot } from '../lib/browser.mjs';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { openSitting } from '../lib/sitting.mjs';
import { until } from '../lib/wait.mjs';

async function look(t, browser, m, path, options = {}) {
  const page = await openPage(t, browser, { bypassCSP: true, ...options });
  await page.addInitScript(axe);
  await page.goto(m.url(path));
  await page.locator('meclis-archive form').waitFor();
  return page;
}

const views = [['light', { width: 360, height: 800 }], ['dark', { width: 1280, height: 800 }], ['dark', { width: 360, height: 800 }], ['light', { width: 1280, height: 800 }]];

test('a word leads to the second, and an empty archive says so', async (t) => {
  const m = await Meclis.create(t, { sources: [{ id: 'kart', kind: 'test' }] });
  await m.start();
  const browser = await openChromium(t);
  const wrong = [];
  const check = async (page, where) => wrong.push(...(await violations(page)).map((v) => `${where}: ${v}`));

  const empty = await look(t, browser, m, '/archive');
  await empty.getByText('Arşivde henüz toplantı yok').waitFor();
  await check(empty, 'empty');
  await screenshot(empty, 'archive-empty');

  await m.command('start');
  const { desk, items, people } = await openSitting(m);
  const cookie = (await m.get('/api/v1/viewer', 10, { method: 'POST' })).headers.get('set-cookie').split(';')[0];
  const citizen = await m.events({ options: { headers: { cookie } } }).ready();
  const question = await citizen.do('question.submit', { item: items[0], text: 'Örnek Mahallesindeki parkımız ne zaman açılacak, oyun alanı da olacak mı?' });
  await desk.do('question.approve', { question });
  await desk.do('question.put', { question });
  await desk.do('question.answer', { question, person: people[2], note: 'Gelecek Mayısta açılacak' });
  const request = await desk.do('floor.enter', { person: people[2], kind: 'member', item: items[0] });
  const turn = await desk.do('floor.grant', { request, from: 0, start: true });
  await desk.do('floor.end', { turn });
  await desk.do('sitting.end');
  await m.command('stop');
  await until('all of it to be found', async () => (await m.json('/api/v1/search?q=ihale&kind=turn')).hits.length === 1, { seconds: 30 });

  // ---- by keyboard: the word, the link ----
  const page = await look(t, browser, m, '/archive');
  await page.getByRole('heading', { name: 'Geçmiş toplantılar' }).waitFor();
  await page.getByText('Örnek Belediye Meclisi, Kasım birleşimi').waitFor();
  await page.getByLabel('Ne arıyorsunuz?').focus();
  await page.keyboard.type('PARK');
  await page.keyboard.press('Enter');
  await page.getByText('1 sonuç').waitFor();
  assert.equal(await page.locator('.hits mark').textContent(), 'parkımız');
  assert.equal(new URL(page.url()).search, '?q=PARK');
  const { questions: [span] } = await m.json(`/api/v1/meetings/${meeting}/spans`);
  const link = page.locator('.hits .hit-text a');
  assert.equal(await link.getAttribute('href'), `/m/${meeting}?t=${Math.floor(span.from_us / 1e6)}`);
  assert.equal(await page.getByRole('link', { name: /Videosunu indir/ }).getAttribute('href'), `/api/v1/meetings/${meeting}/clip.mp4?question=${question}&download=1`);
  await link.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/m\//);
  await page.goBack();
  await page.getByText('1 sonuç').waitFor();

  // ---- nothing found, nonsense, filters ----
  await page.getByLabel('Ne arıyorsunuz?').fill('"*(');
  await page.getByRole('button', { name: 'Ara' }).click();
  await page.getByText('Aramak için bir sözcük yazın.').waitFor();
  await page.getByLabel('Ne arıyorsunuz?').fill('zürafa');
  await page.getByRole('button', { name: 'Ara' }).click();
  await page.getByText('“zürafa” için bir şey bulunamadı.').waitFor();
  await check(page, 'nothing');
  await page.getByLabel('Ne arıyorsunuz?').fill('ihale');
  await page.getByText('Daralt: kurul, yıl, kişi').click();
  await page.getByLabel('Ne', { exact: true }).selectOption('turn');
  await page.getByRole('button', { name: 'Ara' }).click();
  await page.locator('.hits').getByText('Konuşma').waitFor();

  const over = await openPage(t, browser, { bypassCSP: true });
  await over.addInitScript(axe);
  await over.goto(m.url(`/m/${meeting}`));
  await over.getByRole('link', { name: 'Tutanak özeti', exact: true }).waitFor();
  await check(over, 'papers');
  await screenshot(over, 'meeting-over-1280');

  for (const [colorScheme, viewport] of views) {
    const lang = viewport.width === 360 ? 'tr' : 'en';
    const seen = await look(t, browser, m, `/archive?q=%C3%B6rnek&lang=${lang}`, { colorScheme, viewport });
    await seen.locator('.hits > li').first().waitFor();
    await check(seen, `${colorScheme} ${viewport.width}`);
    assert.equal(await seen.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'it fits');
    await screenshot(seen, `archive-${colorScheme}-${viewport.width}`);
    await seen.context().close();
  }
  assert.deepEqual([...new Set(wrong)], []);
});
