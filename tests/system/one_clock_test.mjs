// One clock: the second at which the open data say that an item began shows, in the recording, the
// picture of that moment: across a killed worker, a killed server, a gap, and with a source that is late.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { freePort } from '../lib/programs.mjs';
import { openSitting } from '../lib/sitting.mjs';
import { Pressure, until } from '../lib/wait.mjs';

const [width, height, cell] = [320, 180, 8];
const left = (width - 32 * cell) / 2;
const LATE_MS = 1500;
// What ffmpeg's encoder, MPEG-TS (which ends a picture with the next one's beginning) and the way here take besides.
const WAY_MS = 80;

// The strip of the test card (pipelines/test_card.h).
function cells(ms) {
  const value = Math.floor(ms) % 2 ** 24;
  let parity = 15;
  for (let i = 0; i < 24; i += 4) parity ^= (value >> i) & 15;
  return (0b1010 * 2 ** 28 + value * 16 + parity) >>> 0;
}

function draw(ms) {
  const picture = Buffer.alloc(width * height, 60);
  const strip = cells(ms);
  for (let i = 0; i < 32; i++) {
    const one = (strip >>> (31 - i)) & 1;
    for (let y = 0; y < cell; y++) {
      picture.fill(one ? 235 : 16, (cell + y) * width + left + i * cell, (cell + y) * width + left + (i + 1) * cell);
      picture.fill(one ? 16 : 235, (2 * cell + y) * width + left + i * cell, (2 * cell + y) * width + left + (i + 1) * cell);
    }
  }
  return picture;
}

function read(picture) {
  let strip = 0;
  for (let i = 0; i < 32; i++) {
    const x = left + i * cell + cell / 2;
    const difference = picture[(cell + cell / 2) * width + x] - picture[(2 * cell + cell / 2) * width + x];
    assert.ok(Math.abs(difference) >= 32, `cell ${i} can't be read`);
    strip = strip * 2 + (difference > 0 ? 1 : 0);
  }
  const ms = Math.floor(strip / 16) % 2 ** 24;
  assert.equal(strip, cells(ms), 'the strip is a whole one');
  return ms;
}

// A camera whose pictures come LATE_MS after they were taken, as from an encoder that looks ahead.
function lateCamera(t, port) {
  const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-f', 'rawvideo', '-pixel_format', 'gray', '-video_size', `${width}x${height}`, '-framerate', '25', '-i', 'pipe:0',
    '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '25', '-threads', '1', '-f', 'mpegts', '-muxdelay', '0', '-flush_packets', '1',
    `srt://127.0.0.1:${port}?mode=caller&latency=120000&pkt_size=1316`], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.on('error', () => {});
  const begun = performance.now(), utc = Date.now();
  let frame = 0;
  const timer = setInterval(() => {
    for (; begun + frame * 40 <= performance.now(); frame++) child.stdin.write(draw(utc + frame * 40 - LATE_MS));
  }, 5);
  const end = () => {
    clearInterval(timer);
    child.kill('SIGKILL');
  };
  t.after(end);
  return end;
}

test('an item’s second shows the picture of that moment, whatever happened meanwhile', async (t) => {
  const port = await freePort('udp');
  const m = await Meclis.onAir(t, { sources: [
    { id: 'kart', kind: 'test', priority: 1 },
    { id: 'gec', kind: 'srt-listen', priority: 2, url: `srt://127.0.0.1:${port}`, delay_ms: LATE_MS + WAY_MS },
  ] });
  const titles = Array.from({ length: 8 }, (_, i) => `Örnek madde ${i + 1}`);
  const sitting = await openSitting(m, { titles });
  const { items } = sitting;
  let { desk } = sitting;
  const recorded = () => m.about().then((a) => a.recording.until_us);
  const goesOn = async (us) => {
    const from = (await m.about()).media_time_us;
    await until('it to be recorded', async () => (await recorded()) > from + us, { seconds: 40 });
  };
  const onAir = async (source, times) => {
    await until(`${source} on air`, async () => (await m.log()).filter((e) => e.type === 'source.on_air' && e.body.source === source).length >= times, { seconds: 40 });
    await goesOn(0.7e6);
  };
  const pressure = new Pressure();
  let at = 0;
  const next = async () => {
    await desk.do('agenda.advance', { from: items[at++] });
    await goesOn(0.5e6);
  };
  await onAir('kart', 1);
  await next();
  await m.killWorker();
  await onAir('kart', 2);
  await next();
  await m.killServer();
  await m.start();
  desk = await m.events({ admin: true, hello: { in_hall: true } }).ready();
  await next();
  await m.command('stop-recording');
  await until('the recording to be off', async () => (await m.about()).recording.state === 'off');
  await m.command('record');
  await goesOn(0.7e6);
  await next();
  const end = lateCamera(t, port);
  await m.command('select', { source: 'gec' });
  await onAir('gec', 1);
  await next();
  await next();
  await goesOn(LATE_MS * 1000 + 0.5e6); // until its picture has come
  await m.killWorker();
  end();
  lateCamera(t, port);
  await onAir('gec', 2);
  await next();
  await goesOn(LATE_MS * 1000 + 0.7e6);

  const spans = await m.json(`/api/v1/meetings/${meeting}/spans`);
  const causes = new Set(spans.gaps.map((gap) => gap.cause));
  assert.ok(causes.has('worker') && causes.has('stopped'), JSON.stringify(spans.gaps));
  assert.equal(spans.items.length, titles.length);
  const { late } = await m.about();
  assert.deepEqual([late[0].delay_us, late.at(-1).delay_us], Array(2).fill((LATE_MS + WAY_MS + 120) * 1000), 'pages are told of it');
  const errors = [];
  for (const [i, span] of spans.items.entries()) {
    const said = desk.state.spans[i];
    assert.equal(span.number, String(i + 1));
    const r = await m.get(`/api/v1/meetings/${meeting}/clip.mp4?from=${(span.from_us / 1e6).toFixed(6)}&to=${(span.from_us / 1e6 + 0.4).toFixed(6)}`, 20);
    assert.equal(r.status, 200);
    const file = path.join(m.folder, `item-${i}.mp4`);
    writeFileSync(file, Buffer.from(await r.arrayBuffer()));
    const picture = execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'], { maxBuffer: 1 << 20 });
    const utcMs = (said.from_media_us + spans.utc_minus_media_us) / 1000;
    const error = ((read(picture) - utcMs + 2 ** 23) % 2 ** 24 + 2 ** 24) % 2 ** 24 - 2 ** 23;
    errors.push(error);
    assert.ok(span.from_us - said.from_media_us === (i < 5 ? 0 : (LATE_MS + WAY_MS + 120) * 1000), `item ${i + 1} is where its picture is`);
  }
  t.diagnostic(`the picture is so many ms after the item: ${errors.map((e) => e.toFixed(1)).join(', ')}`);
  // The test card's are exact to a frame. The camera's way is a program's, as quick as the machine lets it be.
  errors.forEach((error, i) => assert.ok(error > (i < 5 ? -41 : -120) && error < (i < 5 ? 41 : 120) || pressure.starved, `item ${i + 1}: ${error} ms`));
  await m.stop();
});
