// Looking back at a meeting: from item to item and speaker to speaker, by buttons and by keys, faster and slower.
// Time limit: 240 s
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axe, violations } from '../lib/axe.mjs';
import { household, player, plays, screenshot } from '../lib/browser.mjs';
import { meeting } from '../lib/meclis.mjs';
import { longTitle, openSitting } from '../lib/sitting.mjs';
import { until } from '../lib/wait.mjs';

const h = household();

const rates = (page) => page.evaluate(() => {
  const { playbackRate, defaultPlaybackRate } = document.querySelector('meclis-player').video;
  return [playbackRate, defaultPlaybackRate];
});
const said = (page, words) => page.locator('meclis-player .notice').getByText(words).waitFor();

async function near(page, us, what) {
  await until(`the player to be at ${what}`, async () => {
    const now = await player(page);
    return now.mediaTime > us / 1e6 - 0.3 && now.mediaTime < us / 1e6 + 3 && now.phase === 'playing';
  }, { seconds: 40, every: 50 }).catch(async (e) => {
    throw new Error(`${e.message}: ${us} µs; ${JSON.stringify(await player(page))}`);
  });
}

const recorded = async (us) => until('what follows to be recorded', async () => (await h.m.about()).recording.until_us > us, { seconds: 40 });

test('from item to item, from speaker to speaker, and at other speeds', async (t) => {
  const { desk, items, people } = await openSitting(h.m);
  const now = async () => (await h.m.about()).media_time_us;
  const first = await desk.do('floor.give', { person: people[1], kind: 'member', item: items[0], from: 0, start: true });
  await recorded((await now()) + 4e6);
  await desk.do('floor.end', { turn: first });
  await desk.do('agenda.advance', { from: items[0] });
  await recorded((await now()) + 4e6);
  const [one, two] = desk.state.spans.map((span) => span.from_media_us);
  const spoke = desk.state.turns[0].from_media_us;

  // While the meeting goes on, keys lead back into its recording, where a speed can be chosen.
  const page = await h.open(t, `/m/${meeting}`, { bypassCSP: true });
  await plays(page);
  assert.deepEqual(await rates(page).then((r) => r[1]), 1);
  await page.locator('meclis-player .bar button').first().focus();
  await page.keyboard.press('>');
  assert.equal(await page.evaluate(() => document.querySelector('meclis-player').state.speed), 1, 'no speed at the live edge');
  await page.keyboard.press('p');
  await near(page, two, 'the second item');
  await said(page, `Madde: 2 ${longTitle}`);
  await page.keyboard.press('<');
  await said(page, 'Hız: 0,75 kat');
  assert.deepEqual(await rates(page), [0.75, 0.75]);
  await page.getByRole('button', { name: 'Canlıya dön' }).click();
  await until('live again, at its own speed', async () => (await player(page)).mode === 'live' && (await rates(page))[1] === 1);
  await page.context().close();

  await h.m.command('stop');
  await until('the end', async () => (await h.m.about()).state === 'ended' && h.m.workers.length === 0);
  for (const [width, height, theme] of [[360, 800, 'light'], [1280, 800, 'dark']]) {
    const other = await h.open(t, `/m/${meeting}?t=1&theme=${theme}`, { viewport: { width, height }, bypassCSP: true });
    await plays(other, { by: 0.5 });
    // From the beginning, and resting: on a slow machine it would be past the first item by now.
    await other.evaluate(() => {
      const { video } = document.querySelector('meclis-player');
      video.pause();
      video.currentTime = 0.1;
    });
    await other.getByRole('button', { name: 'Sonraki madde' }).click();
    await near(other, one, 'the first item');
    await other.getByRole('button', { name: 'Sonraki madde' }).click();
    await near(other, two, 'the second item');
    await other.getByRole('group', { name: 'Madde', exact: true }).getByText(`2 ${longTitle}`).waitFor();
    await other.keyboard.press('Shift+P');
    await near(other, spoke, 'the speaker');
    await said(other, 'Konuşmacı: Örnek Üye 1');
    await other.getByRole('button', { name: 'Ayarlar' }).click();
    await other.getByLabel('Hız').selectOption({ label: '1,5 kat' });
    assert.deepEqual(await rates(other), [1.5, 1.5]);
    await other.evaluate(axe);
    assert.deepEqual(await violations(other), [], `${width} ${theme}`);
    const wide = await other.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} px too wide`);
    await screenshot(other, `looking-back-${width}-${theme}`);
    await other.keyboard.press('Escape');
    // Nothing comes after the last one: it says so and stays.
    await other.getByRole('button', { name: 'Sonraki madde' }).click();
    await near(other, two, 'the second item');
    await other.getByRole('button', { name: 'Sonraki madde' }).press('Enter');
    await said(other, 'Bu yönde başka madde yok.');
    await screenshot(other, `looking-back-${width}-${theme}-none`);
    assert.deepEqual(other.complaints, []);
    await other.context().close();
  }
});
