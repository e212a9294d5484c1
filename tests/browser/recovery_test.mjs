// Whatever happens to the line, the server or the machine: playing again, without a reload. (What is
// killed under the media socket is in watching_test.mjs.)
// Time limit: 400 s
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { behindIs, household, player, plays } from '../lib/browser.mjs';
import { meeting } from '../lib/meclis.mjs';
import { relay } from '../lib/relay.mjs';
import { sleep, until } from '../lib/wait.mjs';

const h = household();

async function watching(t, where = `/m/${meeting}`) {
  const page = await h.open(t, where);
  await plays(page);
  await page.evaluate(() => {
    window.sameDocument = true;
  });
  return page;
}

async function playsAgain(page) {
  await plays(page, { by: 2 });
  await behindIs(page, 8);
  assert.equal(await page.evaluate(() => window.sameDocument), true, 'without a reload');
}

test('the server stopped for 8 s', async (t) => {
  const page = await watching(t);
  h.m.server.kill('SIGSTOP');
  await sleep(8000);
  h.m.server.kill('SIGCONT');
  await playsAgain(page);
});

test('the worker killed, over hls.js', async (t) => {
  const page = await watching(t, `/m/${meeting}?transport=hlsjs`);
  await h.m.killWorker();
  await sleep(2000);
  await playsAgain(page);
  assert.equal((await player(page)).transport, 'hlsjs');
});

test('the server killed, over hls.js', async (t) => {
  const page = await watching(t, `/m/${meeting}?transport=hlsjs`);
  await h.m.killServer();
  await sleep(4000);
  await h.m.start();
  await playsAgain(page);
});

test('the network gone for a while', async (t) => {
  const page = await watching(t);
  await page.context().setOffline(true);
  await h.m.killServer(); // what is open does not feel that it is offline
  await sleep(1000);
  await h.m.start();
  await sleep(3000);
  await page.context().setOffline(false);
  await playsAgain(page);
});

test('every connection cut, and a line that freezes without a word', async (t) => {
  const line = await relay(h.m.port, { rate: 50e6, delay: 1, jitter: 1, loss: 0 });
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

// Tells, each time the screen is drawn, whether there was nothing to be seen of the broadcast.
function watchForBlanks() {
  window.seen = { blanks: 0, phases: [] };
  const p = document.querySelector('meclis-player');
  const look = () => {
    const still = p.renderRoot.querySelector('canvas.still');
    // A jump within what is playing leaves the last picture in sight.
    const jumping = p.video.seeking && p.video.getVideoPlaybackQuality().totalVideoFrames > 0;
    if (p.video.readyState < 2 && !jumping && still.hidden) window.seen.blanks++;
    requestAnimationFrame(look);
  };
  p.addEventListener('meclis-state', ({ detail }) => window.seen.phases.push(`${detail.phase}${detail.buffering ? ', buffering' : ''}`));
  look();
}

test('WebSockets blocked for a while: over HLS, and back without a word', async (t) => {
  const line = await relay(h.m.port, { rate: 50e6, delay: 1, jitter: 1, loss: 0 });
  t.after(() => line.close());
  line.plainOnly(true);
  const page = await watching(t, `http://127.0.0.1:${line.port}/m/${meeting}`);
  assert.equal((await player(page)).transport, 'hlsjs');
  await page.evaluate(watchForBlanks);
  // A new network that is as bad as the one before.
  for (let i = 0; i < 8; i++) {
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await sleep(1000);
  }
  assert.equal((await player(page)).transport, 'hlsjs');
  line.plainOnly(false);
  await until('the socket', async () => {
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    return (await player(page)).transport === 'socket';
  }, { seconds: 30, every: 1000 });
  await playsAgain(page);
  await behindIs(page, 2);
  const { blanks, phases } = await page.evaluate(() => window.seen);
  assert.equal(blanks, 0, 'always a picture');
  assert.deepEqual(phases.filter((phase) => phase !== 'playing'), []);
});
