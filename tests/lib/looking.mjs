// What viewers see and hear: ffmpeg decodes an init and its fragments.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporary } from './programs.mjs';

function decode(init, fragments, kind, more) {
  const file = path.join(temporary(), `part-${kind}.mp4`);
  writeFileSync(file, Buffer.concat([init, ...fragments]));
  return execFileSync('ffmpeg', ['-hide_banner', '-v', 'error', '-err_detect', 'ignore_err', '-i', file, ...more], { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
}

// Of each frame the picture's mean luma, or the sound's peak in dB: how many there are, the least
// and the most; the first `skip` are only decoded.
export function look(init, fragments, kind, skip = 0) {
  const filter = kind === 'video' ? ['-vf', 'signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-'] : ['-af', 'astats=metadata=1:reset=1,ametadata=print:key=lavfi.astats.Overall.Peak_level:file=-'];
  const out = decode(init, fragments, kind, [...filter, '-f', 'null', '-']).toString();
  const values = [...out.matchAll(/(?:YAVG|Peak_level)=(\S+)/g)].map((m) => (m[1] === '-inf' ? -200 : Number(m[1]))).slice(skip);
  return { frames: values.length, least: Math.min(...values), most: Math.max(...values) };
}

// The sound's samples, one channel, from -1 to 1.
export function samples(init, fragments) {
  const bytes = decode(init, fragments, 'audio', ['-ac', '1', '-f', 'f32le', '-']);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~3)));
}
