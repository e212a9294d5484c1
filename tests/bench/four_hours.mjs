// A recording of four hours: how long a seek takes to its first picture, and what its whole clip costs
// beside `cat` of the same bytes. By hand, on a quiet machine:
//
//   node tests/bench/four_hours.mjs [HOURS] [SEEKS]
//
// Sixteen seconds of a real recording are repeated with right times: 16 s are whole segments, pictures and frames of sound.
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { openChromium, openPage, plays } from '../lib/browser.mjs';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { residentBytes } from '../lib/programs.mjs';
import { crc32c, readTrack, trackNames } from '../lib/recording.mjs';
import { until } from '../lib/wait.mjs';

const [hours = 4, seeks = 40] = process.argv.slice(2).map(Number);
const LOOP_S = 16;
const ends = [];

// Of a track's fragments those of LOOP_S seconds without a hole, from the first that may begin a segment at or after `from`.
function loopOf({ fragments }, from) {
  const ticks = (f) => LOOP_S * f.timescale;
  for (let first = fragments.findIndex((f) => f.time >= from && f.key); first < fragments.length; first++) {
    let last = first, sum = 0;
    while (last < fragments.length && sum < ticks(fragments[first])) sum += fragments[last++].duration;
    const part = fragments.slice(first, last);
    const whole = part.every((f, i) => i === 0 || f.dts === part[i - 1].dts + part[i - 1].duration);
    if (fragments[first].key && whole && sum === ticks(fragments[first])) return part;
  }
  throw new Error('nothing to repeat');
}

// One loop's bytes with its times moved: [data, index].
function moved(track, index, part, n, offset) {
  const data = Buffer.concat(part.map((f) => track.data.subarray(f.offset, f.offset + f.size)));
  const records = Buffer.concat(part.map((f) => index.subarray(64 * f.place, 64 * f.place + 64)));
  let at = 0;
  part.forEach((f, i) => {
    const bytes = data.subarray(at, at + f.size), r = records.subarray(64 * i, 64 * i + 64);
    const dts = BigInt(f.dts) + BigInt(n * LOOP_S * f.timescale);
    bytes.writeBigUInt64BE(dts, bytes.indexOf('tfdt') + 8);
    const sequence = f.sequence + BigInt(n * part.length);
    bytes.writeUInt32BE(Number(sequence & 0xffffffffn), bytes.indexOf('mfhd') + 8);
    r.writeBigInt64BE(sequence, 16);
    r.writeBigInt64BE(dts, 24);
    r.writeBigInt64BE(BigInt(offset + at), 32);
    r.writeBigInt64BE(BigInt(f.captured + n * LOOP_S * 1e6), 40);
    r.writeUInt32BE(crc32c(r.subarray(0, 60)), 60);
    at += f.size;
  });
  return [data, records];
}

function repeat(folder, from) {
  for (const name of trackNames(folder)) {
    const file = (kind) => path.join(folder, `${name}.${kind}`);
    const track = readTrack(folder, name), index = readFileSync(file('idx'));
    // Gaps have records too: a fragment's place in the index is not its place in the list.
    const places = Array.from({ length: index.length / 64 }, (_, i) => i).filter((i) => index[64 * i + 4] === 1);
    track.fragments.forEach((f, i) => (f.place = places[i]));
    const part = loopOf(track, from);
    const [data, records] = ['m4s', 'idx'].map((kind) => openSync(file(kind), 'w'));
    for (let n = 0, offset = 0; n < (hours * 3600) / LOOP_S; n++) {
      const [bytes, entries] = moved(track, index, part, n, offset);
      offset += writeSync(data, bytes);
      writeSync(records, entries);
    }
    closeSync(data);
    closeSync(records);
  }
}

// Milliseconds from asking for a moment to a picture of it.
function seekTo(page, to) {
  return page.evaluate((at) => new Promise((resolve, reject) => {
    const p = document.querySelector('meclis-player');
    const begun = performance.now();
    const late = setTimeout(() => reject(new Error(`no picture of ${at} s`)), 20_000);
    // The picture's own time: the video's says where it was asked to be, at once.
    const look = () => p.video.requestVideoFrameCallback((_, frame) => {
      if (Math.abs(frame.mediaTime + p.mediaTime - p.video.currentTime - at) > 1) return look();
      clearTimeout(late);
      resolve(performance.now() - begun);
    });
    look();
    p.seek(at);
  }), to);
}

async function output(file, args) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  return text;
}

// The head is made first, then all of it is sent: { begin, seconds, bytes, most }.
async function clip(m) {
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, residentBytes(m.server.pid))), 10);
  const said = await output('curl', ['-sf', '-o', '/dev/null', '-w', '%{time_starttransfer} %{time_total} %{size_download}', m.url(`/api/v1/meetings/${meeting}/clip.mp4`)]);
  clearInterval(watch);
  const [begin, seconds, bytes] = said.split(' ').map(Number);
  return { begin, seconds, bytes, most };
}

// Through a pipe, as a clip goes through a socket.
async function cat(files) {
  const begun = performance.now();
  await output('sh', ['-c', 'cat "$@" | cat > /dev/null', 'sh', ...files]);
  return { begin: 0, seconds: (performance.now() - begun) / 1000, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
}

async function main() {
  const m = await Meclis.onAir({ after: (end) => ends.push(end) }, {
    sources: [{ id: 'test', kind: 'test', priority: 1 }],
    settings: { renditions: [{ name: '720p', width: 1280, height: 720, bitrate_kbps: 1500 }, { name: '180p', width: 320, height: 180, bitrate_kbps: 200 }] },
  });
  await until('enough to repeat', async () => (await m.about()).recording.until_us > (LOOP_S + 8) * 1e6, { seconds: 90 });
  await m.command('stop');
  await until('the end', async () => (await m.about()).state === 'ended' && !m.workers.length);
  await m.stop();
  repeat(m.recording, 2e6);
  const files = ['720p', 'audio'].map((name) => path.join(m.recording, `${name}.m4s`));
  const mib = files.reduce((sum, file) => sum + statSync(file).size, 0) / 2 ** 20;
  console.log(`${hours} hours, ${mib.toFixed(0)} MiB of picture and sound`);
  await m.start();

  const page = await openPage({ after: (end) => ends.push(end) }, await openChromium({ after: (end) => ends.push(end) }));
  await page.goto(m.url(`/m/${meeting}?t=60`));
  await plays(page, { seconds: 60 });
  const times = [];
  // By a hash, so that every run goes to the same places in the same order.
  for (let i = 0; i < seeks; i++) {
    const share = createHash('sha256').update(String(i)).digest().readUInt32BE() / 2 ** 32;
    times.push(await seekTo(page, 30 + share * (hours * 3600 - 90)));
  }
  times.sort((a, b) => a - b);
  const of = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(0);
  console.log(`seek to the first picture: median ${of(0.5)} ms, 90 % ${of(0.9)} ms, worst ${times.at(-1).toFixed(0)} ms (${seeks} seeks)`);
  await page.context().close();

  await clip(m); // its files are in the kernel's memory, as cat's are
  const before = residentBytes(m.server.pid);
  for (let i = 0; i < 3; i++) {
    const ours = await clip(m), theirs = await cat(files);
    const rate = ({ bytes, begin, seconds }) => bytes / (seconds - begin) / 1e6;
    const kept = residentBytes(m.server.pid);
    console.log(`clip: begins after ${(ours.begin * 1000).toFixed(0)} ms, then ${rate(ours).toFixed(0)} MB/s; cat ${rate(theirs).toFixed(0)} MB/s, so ${(rate(ours) / rate(theirs)).toFixed(2)}; with the beginning ${(ours.bytes / ours.seconds / 1e6).toFixed(0)} MB/s; the server's memory: ${[before, ours.most, kept].map((x) => Math.round(x / 2 ** 20)).join(', ')} MiB before, at most, after`);
  }
  await m.stop();
}

try {
  await main();
} finally {
  for (const end of ends.reverse()) await end();
}
