// In a newspaper's page, which is of another origin: what is shown there, and what its page may ask of the player.
// Before any script runs: what a meeting's pages say by themselves.
// Time limit: 240 s
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { axe, violations } from '../lib/axe.mjs';
import { household, openPage, player, plays, screenshot } from '../lib/browser.mjs';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { longTitle, openSitting } from '../lib/sitting.mjs';
import { until } from '../lib/wait.mjs';

const h = household();

// A newspaper at a port of its own. Its script keeps what the player says; `asked` says something to it.
async function newspaper(t, frame, { more = '', width = 640, height = 440 } = {}) {
  const paper = http.createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="tr"><title>Örnek Gazete</title><h1>Örnek Gazete</h1>
      <iframe id="player" width="${width}" height="${height}" style="border:0" title="Örnek" allow="autoplay; fullscreen" src="${frame}"></iframe>${more}
      <script>
        window.said = [];
        addEventListener('message', (e) => said.push({ origin: e.origin, ...e.data }));
        window.ask = (message) => document.querySelector('#player').contentWindow.postMessage({ protocol: 'meclis.embed.v1', ...message }, '*');
      </script>`);
  });
  await new Promise((resolve) => paper.listen(0, '127.0.0.1', resolve));
  t.after(() => paper.close());
  return `http://localhost:${paper.address().port}/`;
}

const ask = (page, message) => page.evaluate((m) => window.ask(m), message);

// The newest of a type that it said; waits for one that fits.
const hears = (page, type, fits = () => true) => until(`the page to hear ${type}`, async () => {
  const said = await page.evaluate((t) => window.said.filter((one) => one.type === t), type);
  return said.reverse().find(fits);
}, { seconds: 30, every: 100 }).catch(async (e) => {
  throw new Error(`${e.message}; it heard ${JSON.stringify((await page.evaluate(() => window.said)).slice(-5))}`);
});

async function inside(page) {
  const frame = await (await page.waitForSelector('#player')).contentFrame();
  frame.complaints = page.complaints;
  return frame;
}

test('a newspaper shows it and steers it, without a cookie', async (t) => {
  const { desk, items } = await openSitting(h.m);
  const page = await openPage(t, h.browser);
  const cookies = [];
  page.on('request', (r) => {
    if (r.headers().cookie) cookies.push(r.url());
  });
  await page.goto(await newspaper(t, h.m.url(`/embed/${meeting}?autoplay=1&lang=tr`)));
  const frame = await inside(page);
  await plays(frame, { seconds: 60 });
  await frame.locator('#now').getByText('1 Örnek yol bakım ihalesi').waitFor();
  await frame.getByText('Kaynak gösterilerek yeniden yayımlanabilir.').waitFor();
  assert.equal(await frame.locator('h1').textContent(), 'Örnek Belediye Meclisi, Kasım birleşimi');
  assert.deepEqual(await page.evaluate(() => window.said), [], 'nothing is told before a hello');

  await ask(page, { type: 'hello' });
  const hello = await hears(page, 'hello');
  assert.deepEqual(hello, { origin: new URL(h.m.url('/')).origin, protocol: 'meclis.embed.v1', type: 'hello', meeting });
  await hears(page, 'state', (s) => s.phase === 'playing' && s.live && !s.paused && s.meeting_state === 'live');
  await hears(page, 'item', (i) => i.number === '1' && i.title === 'Örnek yol bakım ihalesi');
  const first = await hears(page, 'time');
  assert.ok(first.media_time_s > 0 && first.behind_s < 10, JSON.stringify(first));
  await hears(page, 'time', (x) => x.media_time_s > first.media_time_s + 1);

  await ask(page, { type: 'pause' });
  await hears(page, 'state', (s) => s.paused);
  assert.equal((await player(frame)).paused, true);
  await ask(page, { type: 'play' });
  await until('it to go on', async () => !(await player(frame)).paused);
  await desk.do('agenda.advance', { from: items[0] });
  await hears(page, 'item', (i) => i.number === '2' && i.title === longTitle);
  const { media_time_s: there } = await hears(page, 'time');
  await ask(page, { type: 'item', number: '1' });
  await hears(page, 'item', (i) => i.number === '1');
  await ask(page, { type: 'live' });
  await hears(page, 'time', (x) => x.media_time_s > there);
  await ask(page, { type: 'seek', media_time_s: 0.5 });
  await hears(page, 'time', (x) => x.media_time_s < there);

  for (const [message, code] of [[{ type: 'stop' }, 'unknown_type'], [{ type: 'seek', media_time_s: 'x' }, 'bad_message'], [{ type: 'item', number: 'yok' }, 'not_found']]) {
    await ask(page, message);
    await hears(page, 'refused', (r) => r.code === code);
  }
  await page.evaluate(() => {
    window.said = [];
    for (let i = 0; i < 500; i++) window.ask({ type: 'stop' });
  });
  await hears(page, 'refused', (r) => r.code === 'too_fast');
  assert.ok((await page.evaluate(() => window.said.filter((s) => s.type === 'refused').length)) <= 120, 'refusals have an end');
  assert.deepEqual(await page.context().cookies(), []);
  assert.deepEqual(cookies, []);
  // Chromium lets it keep nothing there; where a browser does, it keeps nothing all the same.
  assert.equal(await frame.evaluate(() => {
    try {
      return localStorage.length + sessionStorage.length;
    } catch {
      return 0;
    }
  }), 0);
  assert.deepEqual(page.complaints, []);
});

test('nobody but the page around it is listened to', async (t) => {
  const other = http.createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<title>x</title><script>
      addEventListener('message', (e) => parent.postMessage({ type: 'leaked', what: e.data }, '*'));
      setInterval(() => parent.frames[0].postMessage({ protocol: 'meclis.embed.v1', type: 'hello' }, '*'), 100);
      parent.postMessage({ type: 'begun' }, '*');
    </script>`);
  });
  await new Promise((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.after(() => other.close());
  const page = await openPage(t, h.browser);
  await page.goto(await newspaper(t, h.m.url(`/embed/${meeting}?autoplay=1`), { more: `<iframe src="http://127.0.0.1:${other.address().port}/"></iframe>` }));
  await plays(await inside(page), { by: 1, seconds: 60 });
  await hears(page, 'begun');
  await ask(page, { type: 'hello' });
  await hears(page, 'time');
  assert.deepEqual(await page.evaluate(() => window.said.filter((s) => s.type === 'leaked')), []);
});

test('waiting for a press it takes an item to begin at; the agenda leads on', async (t) => {
  const page = await openPage(t, h.browser);
  await page.goto(await newspaper(t, h.m.url(`/embed/${meeting}?item=1&agenda=1&lang=tr`)));
  const frame = await inside(page);
  await frame.locator('meclis-player[data-phase=ready]').waitFor();
  await frame.getByRole('button', { name: 'Gündem' }).and(frame.locator('[aria-expanded=true]')).waitFor();
  await frame.locator('#agenda-panel').getByText(longTitle).waitFor();
  assert.equal((await player(frame)).paused, true, 'nothing begins unasked');
  const begins = await until('where it shall begin', () => frame.evaluate(() => document.querySelector('meclis-player').state.at));
  await ask(page, { type: 'play' });
  const now = await plays(frame, { by: 1, seconds: 60 });
  assert.ok(now.mode === 'recorded' && now.mediaTime >= begins - 0.5 && now.mediaTime < begins + 20, JSON.stringify({ now, begins }));
  assert.match(await frame.locator('#open').getAttribute('href'), /^\/m\/\w+\?lang=tr&t=\d+$/, 'its page goes on there');
  await frame.locator('#agenda-panel .jump').nth(1).click();
  await frame.locator('#now').getByText(longTitle).waitFor();
  await frame.getByRole('button', { name: 'Gündem' }).click();
  await frame.locator('#agenda-panel').waitFor({ state: 'hidden' });
  assert.deepEqual(page.complaints, []);
});

test('axe finds nothing; looked at in three sizes, light and dark', async (t) => {
  for (const [width, height] of [[640, 440], [360, 400], [1280, 800]]) {
    for (const query of ['?theme=light&lang=tr&agenda=1', '?theme=dark&lang=en']) {
      const page = await h.open(t, `/embed/${meeting}${query}`, { viewport: { width, height }, bypassCSP: true });
      await page.locator('#now').getByText(longTitle).waitFor();
      await page.locator('meclis-player[data-phase=ready]').waitFor();
      await page.evaluate(axe);
      const name = `embed-${width}${query.includes('dark') ? '-en-dark' : '-agenda'}`;
      assert.deepEqual(await violations(page), [], name);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name);
      await screenshot(page, name);
      await page.context().close();
    }
  }
});

test('a list of sites holds for framing and for messages; a nasty title harms no page', async (t) => {
  const title = `"Kasım" </script><script>window.harmed = 1</script> & <!-- ğüşıöçĞÜŞİÖÇ \u2028 ${'uzun başlık '.repeat(30)}`.slice(0, 299) + '.';
  const m = await Meclis.create(t, { sources: [{ id: 'test', kind: 'test', priority: 1 }], settings: { embed_ancestors: "'self' http://localhost:*" } });
  await m.start();
  const desk = await m.events({ admin: true }).ready();
  await desk.do('body.describe', { kind: 'council', name: 'Örnek Belediye Meclisi', members: 4 });
  await desk.do('sitting.describe', { kind: 'ordinary', title, place: 'Örnek salon', starts_utc_us: Date.UTC(2027, 10, 3, 11) * 1000 });
  await desk.do('vote.number', { prefix: '2026/', next: 57 });
  await desk.do('sitting.announce');
  const address = await newspaper(t, m.url(`/embed/${meeting}`));
  const page = await openPage(t, h.browser);
  await page.goto(address);
  const frame = await inside(page);
  await frame.locator('meclis-player').waitFor();
  await ask(page, { type: 'hello' });
  assert.equal((await hears(page, 'hello')).meeting, meeting);
  assert.equal(await frame.locator('h1').textContent(), title);
  assert.deepEqual(page.complaints, []);
  await page.goto(address.replace('localhost', '127.0.0.1'));
  await until('the refusal', () => page.complaints.some((c) => c.includes('frame-ancestors')));

  for (const where of [`/m/${meeting}`, `/embed/${meeting}`]) {
    const own = await openPage(t, h.browser);
    await own.goto(m.url(where));
    await own.locator('meclis-player').waitFor();
    await until('its title', async () => (await own.title()).startsWith('"Kasım" </script><script>'));
    assert.equal(await own.locator('h1').textContent(), title);
    const said = await own.evaluate(() => ({
      data: JSON.parse(document.querySelector('script[type="application/ld+json"]').textContent),
      og: document.querySelector('meta[property="og:title"]').content,
      harmed: window.harmed,
    }));
    assert.deepEqual([said.data['@type'], said.data.name, said.og, said.harmed], ['BroadcastEvent', title, title, undefined]);
    const titles = await own.evaluate(async (address) => {
      const parsed = async (where) => new DOMParser().parseFromString(await (await fetch(where)).text(), 'application/xml');
      const [feed, oembed] = [await parsed('/feed.xml'), await parsed(`/oembed?format=xml&url=${encodeURIComponent(address)}`)];
      return [feed.querySelector('item > title'), oembed.querySelector('oembed > title')].map((one) => one?.textContent);
    }, m.url(where));
    assert.deepEqual(titles, [title, title], 'what is XML is well formed');
    assert.deepEqual(own.complaints, [], 'the policy lets the data block be');
    await own.context().close();
  }
  for (const [width, height] of [[360, 800], [1280, 800]]) {
    for (const colorScheme of ['light', 'dark']) {
      const bare = await openPage(t, h.browser, { viewport: { width, height }, colorScheme, javaScriptEnabled: false });
      await bare.goto(m.url(`/m/${meeting}`));
      assert.equal(await bare.locator('h1').textContent(), title);
      await bare.getByText('Örnek Belediye Meclisi · Başlamadı · 3 Kasım 2027 Çarşamba').waitFor();
      await screenshot(bare, `meeting-without-scripts-${width}-${colorScheme}`);
      await bare.context().close();
    }
  }
  await m.stop();
});
