// Reads a recording's folder as docs and headers draw it (media/index.h), apart from our own reader.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { readFragments, readInit } from './isobmff.mjs';

const run = promisify(execFile);
const causes = ['', 'unknown', 'worker', 'stopped', 'disk-full', 'disk-error', 'queue-full', 'source', 'clock'];

export function crc32c(bytes) {
  let crc = 0xffffffff;
  for (const b of bytes) {
    crc ^= b;
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function record(b) {
  if (b.toString('latin1', 0, 3) !== 'MCI' || b[3] !== 1) throw new Error('a record of another magic or version');
  if (b.readUInt32BE(60) !== crc32c(b.subarray(0, 60))) throw new Error('a record with a wrong checksum');
  if (b[4] === 2) {
    return { gap: causes[b[7]], track: b[5], from: Number(b.readBigInt64BE(24)), to: Number(b.readBigInt64BE(32)) };
  }
  const timescale = b.readUInt32BE(12);
  return {
    track: b[5], key: (b[6] & 1) !== 0, discontinuity: (b[6] & 2) !== 0, init: b.readUInt32BE(8), timescale,
    sequence: b.readBigUInt64BE(16), dts: Number(b.readBigInt64BE(24)), offset: Number(b.readBigUInt64BE(32)),
    captured: Number(b.readBigInt64BE(40)), cts: b.readInt32BE(48), duration: b.readUInt32BE(52), size: b.readUInt32BE(56),
    time: Math.round((Number(b.readBigInt64BE(24)) * 1e6) / timescale),
  };
}

// A track: { name, fragments, gaps, torn (bytes of index that are no whole record), data (bytes) }.
export function readTrack(folder, name) {
  const index = readFileSync(path.join(folder, `${name}.idx`));
  const data = readFileSync(path.join(folder, `${name}.m4s`));
  const t = { name, fragments: [], gaps: [], torn: index.length % 64, data };
  for (let at = 0; at + 64 <= index.length; at += 64) {
    const r = record(index.subarray(at, at + 64));
    (r.gap ? t.gaps : t.fragments).push(r);
  }
  return t;
}

export function trackNames(folder) {
  return readdirSync(folder).filter((f) => f.endsWith('.idx')).map((f) => f.slice(0, -4)).sort();
}

// Every promise of a recording; returns what is broken. With `growing`, the last fragments may not
// be in the index yet.
export function brokenPromises(folder, { growing = false } = {}) {
  const broken = [];
  for (const name of trackNames(folder)) {
    const t = readTrack(folder, name);
    const say = (what) => broken.push(`${name}: ${what}`);
    if (t.torn && !growing) say(`${t.torn} bytes of half a record`);
    let end = 0, sequence = -1n, dtsEnd = -1, timescale;
    for (const f of t.fragments) {
      if (f.offset !== end) say(`a hole in the data at ${end}`);
      end = f.offset + f.size;
      if (f.sequence <= sequence) say(`sequence ${f.sequence} after ${sequence}`);
      sequence = f.sequence;
      if (f.timescale !== timescale) dtsEnd = Math.floor((dtsEnd * f.timescale) / (timescale ?? f.timescale));
      timescale = f.timescale;
      if (f.dts < dtsEnd - 1) say(`fragment ${f.sequence} overlaps the one before by ${dtsEnd - f.dts} ticks`);
      dtsEnd = f.dts + f.duration;
      const init = path.join(folder, `${name}.init-${f.init}.mp4`);
      if (!existsSync(init)) say(`no init ${f.init}`);
      try {
        const [inside, second] = readFragments(t.data.subarray(f.offset, end));
        if (second || inside.dts !== f.dts) say(`fragment ${f.sequence} is not what the index says`);
        if (t.fragments[0] === f && !f.key) say('does not begin with a keyframe');
      } catch (e) {
        say(`fragment ${f.sequence}: ${e.message}`);
      }
    }
    if (end > t.data.length) say(`data ends ${end - t.data.length} bytes before its index`);
    if (!growing && end < t.data.length) say(`${t.data.length - end} bytes that no index names`);
  }
  return broken;
}

// Gaps in time between a track's fragments, over `most` microseconds (up to 300 ms is what a busy
// machine loses of its frames without anybody's doing): [{ from, to }]. Those that are marked with
// the cause `but` are left out: "source" where a starved machine may have made nothing for a while,
// and that is not what is tested.
export function holes(track, { but, most = 300000 } = {}) {
  const marked = track.gaps.filter((g) => g.gap === but);
  const found = [];
  track.fragments.forEach((f, i) => {
    const before = track.fragments[i - 1];
    if (!before) return;
    const end = before.time + (before.duration * 1e6) / before.timescale;
    if (f.time - end <= most) return;
    if (!marked.some((g) => g.from < f.time && g.to > end)) found.push({ from: Math.round(end), to: f.time });
  });
  return found;
}

// What ffprobe counts when it decodes a track's last init and all its fragments of that init:
// { frames, errors }.
export async function decodeTrack(folder, name, into) {
  const t = readTrack(folder, name);
  const init = t.fragments.at(-1).init;
  const bytes = readFileSync(path.join(folder, `${name}.init-${init}.mp4`));
  readInit(bytes);
  const fragments = t.fragments.filter((f) => f.init === init);
  mkdirSync(into, { recursive: true });
  const file = path.join(into, `${name}.mp4`);
  writeFileSync(file, Buffer.concat([bytes, ...fragments.map((f) => t.data.subarray(f.offset, f.offset + f.size))]));
  const { stdout, stderr } = await run('ffprobe', ['-v', 'error', '-count_frames', '-show_entries', 'stream=nb_read_frames,codec_type', '-of', 'json', file], { maxBuffer: 1 << 26 });
  return { file, fragments: fragments.length, frames: Number(JSON.parse(stdout).streams[0].nb_read_frames), errors: stderr.trim() };
}

// Decodes an address or file with ffmpeg to its end: { frames, errors }.
export async function playToTheEnd(address, { seconds = 120 } = {}) {
  const { stdout, stderr } = await run('ffmpeg', ['-hide_banner', '-v', 'warning', '-nostats', '-progress', '-', '-i', address, '-map', '0:v:0', '-map', '0:a:0?', '-f', 'null', '-'],
    { timeout: seconds * 1000, maxBuffer: 1 << 26 });
  const last = (key) => [...stdout.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].at(-1)?.[1];
  return { frames: Number(last('frame')), seconds: Number(last('out_time_us')) / 1e6, errors: stderr.trim() };
}
