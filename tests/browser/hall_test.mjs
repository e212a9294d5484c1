// The chamber's big screen: what is on, large, and never old news as if they were new.
// Time limit: 300 s
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axe, violations } from '../lib/axe.mjs';
import { household, screenshot } from '../lib/browser.mjs';
import { meeting } from '../lib/meclis.mjs';
import { longTitle, openSitting } from '../lib/sitting.mjs';

const h = household();
const sizes = [[1280, 800], [1920, 1080]];
let sitting;
const hall = async () => (sitting ??= await openSitting(h.m));

async function screen(t, [width, height] = sizes[0], query = '') {
  const page = await h.open(t, `/hall/${meeting}${query}`, { viewport: { width, height }, bypassCSP: true });
  await page.locator('.hall-code').waitFor();
  return page;
}

// Nothing scrolls, and nothing that should be seen is outside of the screen.
async function fits(page, what) {
  const out = await page.evaluate(() => {
    const inside = (box) => box.left >= -1 && box.top >= -1 && box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1;
    return [...document.querySelectorAll('meclis-hall h1, meclis-hall p, meclis-hall li, meclis-hall td, .hall-code')]
      .filter((one) => one.textContent.trim() !== '' || one.matches('.hall-code'))
      .filter((one) => !inside(one.getBoundingClientRect())).map((one) => one.className || one.tagName);
  });
  assert.deepEqual(out, [], what);
}

test('item, speaker, clock, queue; a vote with its result; break and end', async (t) => {
  const { desk, items, people } = await hall();
  const page = await screen(t);
  await page.getByText('Örnek yol bakım ihalesi').waitFor();
  await desk.do('agenda.advance', { from: items[0] });
  await page.getByText(longTitle).waitFor();
  for (const person of [people[0], people[1], people[3]]) await desk.do('floor.enter', { person, kind: 'member', item: items[1] });
  const turn = await desk.do('floor.give', { person: people[2], kind: 'member', item: items[1], from: 0, start: true });
  await page.locator('.hall-clock').waitFor();
  assert.equal(await page.locator('.hall-queue li').count(), 3);
  for (const size of sizes) {
    const other = await screen(t, size);
    await other.locator('.hall-clock').waitFor();
    await fits(other, `speaker at ${size}`);
    await other.evaluate(axe);
    assert.deepEqual(await violations(other), []);
    await screenshot(other, `hall-${size[0]}`);
    await other.context().close();
  }
  await desk.do('floor.end', { turn });
  const vote = await desk.do('vote.open', { item: items[1], subject: 'Örnek bütçenin kabulü', method: 'hands', majority: 'ordinary', numbered: true, excluded: [] });
  await page.getByText('Oylama sürüyor').waitFor();
  await desk.do('vote.count', { vote, counts: { in_favour: 3, against: 1 } });
  await desk.do('vote.close', { vote });
  await page.getByText('Kabul edildi').waitFor();
  await page.getByText('Gereken: 3').waitFor();
  await fits(page, 'a vote');
  await screenshot(page, 'hall-vote-1280');
  await desk.do('sitting.pause', { reason: 'Yemek arası' });
  await page.getByRole('heading', { name: 'Ara' }).waitFor();
  await desk.do('sitting.resume');
});

test('the code leads to the meeting; the reader may choose light and English', async (t) => {
  await hall();
  const page = await screen(t, sizes[0], '?lang=en&theme=light');
  assert.equal(await page.locator('.hall-code').getAttribute('data-address'), h.m.url(`/m/${meeting}`));
  await page.getByText('To watch and ask').waitFor();
  await page.evaluate(axe);
  assert.deepEqual(await violations(page), []);
  await fits(page, 'light');
});

test('a line that is gone is said, and heals by itself', async (t) => {
  await hall();
  const page = await screen(t);
  await h.m.killServer();
  await page.getByText('ekran güncel değil').waitFor();
  await h.m.start();
  await page.getByText('ekran güncel değil').waitFor({ state: 'detached' });
});
