// What viewers see and hear: ffmpeg decodes an init and its fragments.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporary } from './programs.mjs';
import { until } from './wait.mjs';

function decode(init, fragments, kind, more) {
  const file = path.join(temporary(), `part-${kind}.mp4`);
  writeFileSync(file, Buffer.concat([init, ...fragments]));
  return execFileSync('ffmpeg', ['-hide_banner', '-v', 'error', '-err_detect', 'ignore_err', '-i', file, ...more], { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
}

// Of each frame the picture's mean luma, or the sound's peak in dB: how many there are, the least
// and the most; the first `skip` are only decoded. `crop`: of that part of the picture, as
// ffmpeg's filter has it.
export function look(init, fragments, kind, { skip = 0, crop } = {}) {
  const filter = kind === 'video' ? ['-vf', `${crop ? `crop=${crop},` : ''}signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-`] : ['-af', 'astats=metadata=1:reset=1,ametadata=print:key=lavfi.astats.Overall.Peak_level:file=-'];
  const out = decode(init, fragments, kind, [...filter, '-f', 'null', '-']).toString();
  const values = [...out.matchAll(/(?:YAVG|Peak_level)=(\S+)/g)].map((m) => (m[1] === '-inf' ? -200 : Number(m[1]))).slice(skip);
  return { frames: values.length, least: Math.min(...values), most: Math.max(...values) };
}

// The sound's samples, one channel, from -1 to 1.
export function samples(init, fragments) {
  const bytes = decode(init, fragments, 'audio', ['-ac', '1', '-f', 'f32le', '-']);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~3)));
}

// Of one track's fragments those of that time and of one init (the newest), from the keyframe before
// them on: what is to be decoded, and how many of it lie before.
export function cut(fragments, kind, from, to) {
  const init = fragments.findLast((f) => f.time < to)?.init;
  const part = fragments.filter((f) => f.time < to && f.init === init);
  const key = (f) => kind === 'audio' || f.key;
  const begin = Math.max(part.findLastIndex((f) => f.time <= from && key(f)), part.findIndex(key));
  assert.ok(begin >= 0, 'no keyframe');
  const found = part.slice(begin);
  return { found, skip: kind === 'video' ? found.filter((f) => f.time < from).length : 0 };
}

// What a viewer (with keepBytes) got between two media times, looked at.
export async function seen(v, kind, from, to, { crop } = {}) {
  await until(`${kind} until ${to}`, () => v.hello && v.fragments.some((f) => f.track === v.track(kind) && f.time >= to), { seconds: 40 });
  // the rendition may be another than the first
  const got = v.fragments.filter((f) => v.hello.tracks.find((t) => t.id === f.track).kind === kind && f.time < to);
  const { found, skip } = cut(v.of(got.at(-1).track), kind, from, to);
  const init = v.inits.get(`${found[0].track}/${found[0].init}`).bytes;
  const one = look(init, found.map((f) => f.bytes), kind, { skip, crop });
  assert.ok(one.frames >= 10, `${one.frames} frames were decoded`);
  return one;
}
