// The pages as people meet them: readable by everyone, by keyboard, in a newspaper's page, at any size.
// Time limit: 600 s
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { openChromium, openPage, phaseIs, player, plays, screenshot } from '../lib/browser.mjs';
import { axe, violations } from '../lib/axe.mjs';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { until } from '../lib/wait.mjs';

const sources = [{ id: 'test', kind: 'test', priority: 1 }];
const longTitle = 'Örnek Büyükşehir Belediye Meclisinin İki Bin Yirmi Altı Yılı Kasım Ayı Olağan Toplantısının Dördüncü Birleşimi: '
  + 'Bütçe, Kesinhesap ve Çocuk Parklarının Yenilenmesi Görüşmeleri (örnek)';

// Axe is brought in past the pages' own policy, which lets no foreign script in.
async function lookAt(t, browser, m, path, { ready, ...options }) {
  const page = await openPage(t, browser, { bypassCSP: true, ...options });
  await page.addInitScript(axe);
  await page.goto(m.url(path));
  await ready(page);
  return page;
}

const noSuch = (page) => page.getByText('Böyle bir toplantı yok').first().waitFor();
const heading = (page) => page.locator('h1').first().waitFor();

test('axe finds nothing on any page: live, waiting, ended, unknown; light and dark; Turkish and English', async (t) => {
  const m = await Meclis.create(t, { sources });
  await m.start();
  const browser = await openChromium(t);
  const views = [
    { name: 'waiting', prepare: () => {}, ready: (p) => phaseIs(p, 'waiting') },
    { name: 'live', prepare: () => m.command('start'), ready: (p) => plays(p, { by: 1, seconds: 60 }) },
    { name: 'ended', prepare: () => m.command('stop'), ready: (p) => p.locator('meclis-player[data-phase=ready], meclis-player[data-phase=ended]').waitFor() },
  ];
  const wrong = [];
  for (const { name, prepare, ready } of views) {
    await prepare();
    await until(`it to be ${name}`, async () => (await m.about()).state === { waiting: 'idle' }[name] || name !== 'waiting');
    for (const colorScheme of ['light', 'dark']) {
      for (const lang of ['tr', 'en']) {
        const about = (page, where) => violations(page).then((v) => wrong.push(...v.map((x) => `${where} ${name} ${colorScheme} ${lang}: ${x}`)));
        const watch = await lookAt(t, browser, m, `/m/${meeting}?lang=${lang}`, { colorScheme, ready: name === 'ended' ? heading : ready });
        assert.equal(await watch.locator('html').getAttribute('lang'), lang);
        await about(watch, '/m');
        await watch.context().close();
        const home = await lookAt(t, browser, m, `/?lang=${lang}`, { colorScheme, ready: heading });
        await about(home, '/');
        await home.context().close();
        const embed = await lookAt(t, browser, m, `/embed/${meeting}?lang=${lang}&theme=${colorScheme}`, { ready: (p) => p.locator('meclis-player').waitFor() });
        await about(embed, '/embed');
        await embed.context().close();
      }
    }
  }
  const unknown = await lookAt(t, browser, m, '/m/yok', { ready: noSuch });
  wrong.push(...(await violations(unknown)).map((x) => `/m unknown: ${x}`));
  assert.deepEqual([...new Set(wrong)], []);
});

test('by keyboard alone: a visible focus, play, sound, rewind, settings', async (t) => {
  const m = await Meclis.onAir(t, { sources });
  const page = await openPage(t, await openChromium(t));
  await page.goto(m.url(`/m/${meeting}`));
  await plays(page);
  const focus = () => page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    const style = getComputedStyle(at);
    return { name: at.getAttribute('aria-label') ?? at.textContent.trim(), seen: style.outlineStyle !== 'none' || style.boxShadow !== 'none', visible: at.checkVisibility() };
  });
  const names = [];
  for (let i = 0; i < 14; i++) {
    await page.keyboard.press('Tab');
    const at = await focus();
    assert.ok(at.seen && at.visible, `focus is seen at ${at.name}`);
    names.push(at.name);
    if (at.name === 'Tam ekran') break;
  }
  for (const name of ['İçeriğe geç', 'Duraklat', 'Sesi aç', 'Ayarlar']) assert.ok(names.includes(name), `${name} is reached: ${names}`);
  await page.keyboard.press('k');
  await until('a pause', async () => (await player(page)).paused);
  await page.keyboard.press('k');
  await until('it to go on', async () => !(await player(page)).paused);
  await page.keyboard.press('m');
  await until('sound', async () => !(await player(page)).muted);
  await page.keyboard.press('l');
  await plays(page);
  assert.deepEqual(page.complaints, []);
});

test('sound alone and a chosen quality, from the settings', async (t) => {
  const m = await Meclis.onAir(t, { sources });
  const page = await openPage(t, await openChromium(t));
  await page.goto(m.url(`/m/${meeting}`));
  await plays(page);
  await page.getByRole('button', { name: 'Ayarlar' }).click();
  await page.getByText('90p', { exact: true }).click();
  await until('the small picture', async () => (await player(page)).videoWidth === 160, { seconds: 30 });
  await page.getByText('Yalnızca ses').first().click();
  await plays(page, { seconds: 60 });
  assert.deepEqual(page.complaints, []);
});

test('embedded in a page of another origin it plays; the meeting page lets nobody frame it', async (t) => {
  const m = await Meclis.onAir(t, { sources });
  const paper = http.createServer((request, response) => {
    const inner = request.url === '/m' ? `/m/${meeting}` : `/embed/${meeting}?autoplay=1`;
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><title>Örnek Gazete</title><iframe width="640" height="400" allow="autoplay; fullscreen" src="${m.url(inner)}"></iframe>`);
  });
  await new Promise((resolve) => paper.listen(0, '127.0.0.1', resolve));
  t.after(() => paper.close());
  const page = await openPage(t, await openChromium(t));
  await page.goto(`http://localhost:${paper.address().port}/`);
  const inside = await (await page.waitForSelector('iframe')).contentFrame();
  inside.complaints = page.complaints;
  await plays(inside, { seconds: 60 });
  assert.deepEqual(page.complaints, []);
  await page.goto(`http://localhost:${paper.address().port}/m`);
  await until('the refusal', () => page.complaints.some((c) => c.includes('frame-ancestors')));
});

test('every page at 360×800 and 1280×800, light and dark, and nothing wider than 320 px at 320 px', async (t) => {
  const m = await Meclis.create(t, { sources });
  await m.start();
  const browser = await openChromium(t);
  const shoot = async (name, path, ready) => {
    for (const [width, height] of [[360, 800], [1280, 800], [320, 640]]) {
      for (const colorScheme of ['light', 'dark']) {
        const page = await openPage(t, browser, { viewport: { width, height }, colorScheme });
        await page.goto(m.url(path));
        await ready(page);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${name} is ${wide} px wide at ${width}`);
        if (width > 320) await screenshot(page, `${name}-${width}-${colorScheme}`);
        await page.context().close();
      }
    }
  };
  await shoot('home-nothing-live', '/', heading);
  await m.stop();
  m.settings.meetings[0].title = longTitle;
  m.configure();
  await m.start();
  await m.command('start');
  await shoot('home', '/', (p) => p.getByText(longTitle).first().waitFor());
  const bare = await openPage(t, browser, { viewport: { width: 360, height: 800 }, javaScriptEnabled: false });
  await bare.goto(m.url('/'));
  await bare.getByRole('region', { name: 'Şimdi canlı' }).getByRole('link', { name: longTitle }).waitFor();
  await screenshot(bare, 'home-without-script-360');
  await bare.context().close();
  await shoot('meeting', `/m/${meeting}`, (p) => plays(p, { by: 1, seconds: 60 }));
  await shoot('embed', `/embed/${meeting}`, (p) => p.locator('meclis-player[data-phase=ready]').waitFor());
  await shoot('unknown', '/m/yok', noSuch);
});
