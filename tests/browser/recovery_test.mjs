// Whatever happens to the line, the server or the machine: playing again, without a reload. (What is
// killed under the media socket is in watching_test.mjs.)
// Time limit: 400 s
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { house, openChromium, openPage, player, plays } from '../lib/browser.mjs';
import { meeting } from '../lib/meclis.mjs';
import { relay } from '../lib/relay.mjs';
import { sleep, until } from '../lib/wait.mjs';

let h, m, browser;
const ends = [];
before(async () => {
  h = await house();
  m = h.m;
  browser = await openChromium({ after: (f) => ends.push(f) });
});
after(async () => {
  for (const f of ends) await f();
  await h?.end();
});

async function watching(t, address = m.url(`/m/${meeting}`)) {
  const page = await openPage(t, browser);
  await page.goto(address);
  await plays(page);
  await page.evaluate(() => {
    window.sameDocument = true;
  });
  return page;
}

async function playsAgain(page) {
  await plays(page, { by: 2 });
  await until('near the edge', async () => (await player(page)).behind < 8, { seconds: 30 });
  assert.equal(await page.evaluate(() => window.sameDocument), true, 'without a reload');
}

test('the server stopped for 8 s', async (t) => {
  const page = await watching(t);
  m.server.kill('SIGSTOP');
  await sleep(8000);
  m.server.kill('SIGCONT');
  await playsAgain(page);
});

test('the worker killed, over hls.js', async (t) => {
  const page = await watching(t, m.url(`/m/${meeting}?transport=hlsjs`));
  await m.killWorker();
  await sleep(2000);
  await playsAgain(page);
  assert.equal((await player(page)).transport, 'hlsjs');
});

test('the server killed, over hls.js', async (t) => {
  const page = await watching(t, m.url(`/m/${meeting}?transport=hlsjs`));
  await m.killServer();
  await sleep(4000);
  await m.start();
  await playsAgain(page);
});

test('the network gone for a while', async (t) => {
  const page = await watching(t);
  await page.context().setOffline(true);
  await m.killServer(); // what is open does not feel that it is offline
  await sleep(1000);
  await m.start();
  await sleep(3000);
  await page.context().setOffline(false);
  await playsAgain(page);
});

test('every connection cut, and a line that freezes without a word', async (t) => {
  const line = await relay(m.port, { rate: 50e6, delay: 1, jitter: 1, loss: 0 });
  t.after(() => line.close());
  const page = await watching(t, `http://127.0.0.1:${line.port}/m/${meeting}`);
  line.cut();
  await playsAgain(page);
  line.freeze();
  await playsAgain(page); // over new connections: what was open is frozen for good
});

test('a page that slept', async (t) => {
  const page = await watching(t);
  const client = await page.context().newCDPSession(page);
  await client.send('Page.setWebLifecycleState', { state: 'frozen' });
  await sleep(6000);
  await client.send('Page.setWebLifecycleState', { state: 'active' });
  await playsAgain(page);
});
