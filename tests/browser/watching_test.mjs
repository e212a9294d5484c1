// A viewer's page over a real server: it plays, and whatever breaks, it plays again by itself.
// Time limit: 600 s
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { behindIs, openChromium, openPage, phaseIs, player, plays } from '../lib/browser.mjs';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { relay } from '../lib/relay.mjs';
import { Pressure, sleep, until } from '../lib/wait.mjs';

const sources = [{ id: 'test', kind: 'test', priority: 1 }];
const where = `/m/${meeting}`;

async function watching(t, { settings, ...options } = {}) {
  const m = await Meclis.onAir(t, { sources, settings });
  const page = await openPage(t, await openChromium(t), options);
  await page.goto(m.url(where));
  await page.evaluate(() => { window.sameDocument = true; });
  return { m, page };
}

const notReloaded = async (page) => assert.equal(await page.evaluate(() => window.sameDocument), true, 'without a reload');

test('the page plays live, silent where the browser insists, and says so in Turkish', async (t) => {
  const { m, page } = await watching(t);
  const now = await plays(page);
  assert.equal(now.transport, 'socket');
  await behindIs(page, 4);
  assert.equal(now.muted, true);
  await page.getByRole('button', { name: 'Ses kapalı. Duymak için dokunun' }).waitFor();
  assert.equal(await page.title().then((x) => x.includes('Örnek Birleşim')), true);
  await page.getByText('Örnek madde').first().waitFor();
  await page.getByRole('button', { name: 'Ses kapalı. Duymak için dokunun' }).click();
  await until('the sound to be on', async () => !(await player(page)).muted);
  await plays(page);
  assert.deepEqual(page.complaints, []);
  await page.close();
  await m.stop();
});

test('where WebSockets are blocked it plays by HLS, without being asked', async (t) => {
  const { page } = await watching(t, { webSocket: false });
  const now = await plays(page, { seconds: 60 });
  assert.equal(now.transport, 'hlsjs');
  await behindIs(page, 10);
  await notReloaded(page);
});

test('the worker is killed: the page plays again without a reload', async (t) => {
  const { m, page } = await watching(t);
  const { mediaTime } = await plays(page);
  await m.killWorker();
  const after = await plays(page, { by: 3, seconds: 60 });
  assert.ok(after.mediaTime > mediaTime + 2);
  await behindIs(page, 6);
  await notReloaded(page);
});

test('the server is killed and comes back: the page plays again without a reload', async (t) => {
  const { m, page } = await watching(t);
  await plays(page);
  await m.killServer();
  await sleep(5000);
  await m.start();
  const back = performance.now();
  await plays(page, { by: 3, seconds: 60 });
  t.diagnostic(`playing for 3 s, ${Math.round(performance.now() - back)} ms after the server's return`);
  await behindIs(page, 6);
  await notReloaded(page);
});

test('a line of 2 Mbit/s with 80 ms of jitter and 1 % loss: at most one stall', async (t) => {
  const m = await Meclis.onAir(t, {
    sources,
    settings: { renditions: [
      { name: '720p', width: 1280, height: 720, bitrate_kbps: 1500 },
      { name: '360p', width: 640, height: 360, bitrate_kbps: 450 },
    ] },
  });
  const line = await relay(m.port, { rate: 2e6, jitter: 80, loss: 0.01 });
  t.after(() => line.close());
  const page = await openPage(t, await openChromium(t));
  await page.goto(`http://127.0.0.1:${line.port}${where}`);
  await plays(page, { seconds: 60 });
  const pressure = new Pressure();
  await sleep(30000);
  const { count } = await page.evaluate(() => window.stalls);
  const share = Math.round(pressure.share * 100);
  const now = await plays(page);
  t.diagnostic(`${count} stalls, ${now.behind.toFixed(1)} s behind at the end, the machine busy for ${share} %`);
  // The line is what is tested: who must wait for a processor stalls by that.
  assert.ok(count <= 1 || pressure.starved, `${count} stalls`);
  await behindIs(page, 6);
});

test('the broadcast ends: the same page plays the recording from its beginning', async (t) => {
  const { m, page } = await watching(t);
  await plays(page, { by: 6 });
  await m.command('stop');
  await phaseIs(page, 'ended');
  await page.getByRole('button', { name: 'Kaydı izle' }).click();
  const now = await plays(page);
  assert.equal(now.mode, 'recorded');
  assert.ok(now.mediaTime < 6, `at ${now.mediaTime} s`);
  await notReloaded(page);
});

test('rewound while it is live, and back to live', async (t) => {
  const { page } = await watching(t);
  await plays(page, { by: 14, seconds: 60 });
  const { mediaTime } = await player(page);
  await page.getByRole('button', { name: '10 saniye geri' }).click();
  const earlier = async () => (await player(page)).mediaTime < mediaTime - 2;
  await until('an earlier moment', earlier, { seconds: 40, every: 100 });
  await plays(page, { by: 1 });
  await page.getByRole('button', { name: 'Canlıya dön' }).click();
  await until('live again', async () => {
    const now = await player(page);
    return now.mode === 'live' && now.phase === 'playing' && now.behind < 6;
  }, { seconds: 40 });
  await plays(page);
});

test('a page that is open before the broadcast begins it by itself', async (t) => {
  const m = await Meclis.create(t, { sources });
  await m.start();
  const page = await openPage(t, await openChromium(t));
  await page.goto(m.url(where));
  await phaseIs(page, 'waiting');
  await m.command('start');
  await plays(page, { seconds: 60 });
});
