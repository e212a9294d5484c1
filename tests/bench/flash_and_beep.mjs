// How far flash and beep of the test card are apart in the fragments themselves: what the media
// socket gives is decoded by ffmpeg, and each flash's and beep's media time compared. See
// pipelines/test_card.h for what they are.
import { spawn } from 'node:child_process';

const AUDIO_RATE = 48000;
// The beep is 0.4 loud and begins softly over 2 ms; this is passed 0.4 to 0.9 ms after its beginning.
const LOUD = 0.15;

function ffmpeg(input, args) {
  return new Promise((resolve, reject) => {
    const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-threads', '1', '-i', 'pipe:0', ...args, 'pipe:1'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const out = [];
    let errors = '';
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(Buffer.concat(out)) : reject(new Error(`ffmpeg: ${errors}`))));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

// Media times in seconds at which the block turns white. One byte a frame: the block's middle.
async function flashes(init, fragments) {
  const side = init.width / 40 & ~1;
  const x = init.width / 2 - 8, y = init.height - 3 * side - 8;
  const filter = `crop=16:16:${x}:${y},scale=1:1:flags=area,format=gray`;
  const luma = await ffmpeg(joined(init, fragments), ['-vf', filter, '-fps_mode', 'passthrough', '-f', 'rawvideo']);
  if (luma.length !== fragments.length) throw new Error(`${luma.length} frames decoded of ${fragments.length}`);
  return fragments.filter((_, i) => i > 0 && luma[i] > 125 && luma[i - 1] <= 125).map((f) => f.time / 1e6);
}

// Media times in seconds at which a beep begins.
async function beeps(init, fragments) {
  const bytes = await ffmpeg(joined(init, fragments), ['-ac', '1', '-f', 'f32le']);
  const sound = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  const found = [];
  for (let i = 0, loud = -AUDIO_RATE; i < sound.length; i++) {
    if (Math.abs(sound[i]) < LOUD) continue;
    if (i - loud > AUDIO_RATE / 2 && i > AUDIO_RATE / 10) found.push(fragments[0].time / 1e6 + i / AUDIO_RATE);
    loud = i;
  }
  return found;
}

const joined = (init, fragments) => Buffer.concat([init.bytes, ...fragments.map((f) => f.bytes)]);

// From a MediaSocket that kept its bytes: [[media time in s, beep minus flash in ms], …].
export async function flashAndBeep(viewer) {
  const [picture, sound] = ['video', 'audio'].map((kind) => {
    const fragments = viewer.of(viewer.hello.tracks.find((t) => t.kind === kind && (kind === 'audio' || t.name === viewer.hello.rendition)).id);
    if (fragments.some((f) => f.jump)) throw new Error(`the ${kind} has gaps`);
    return [viewer.inits.get(`${fragments[0].track}/${fragments[0].init}`), fragments];
  });
  const [white, loud] = [await flashes(...picture), await beeps(...sound)];
  return white.flatMap((at) => {
    const beep = loud.find((b) => Math.abs(b - at) < 0.9);
    return beep === undefined ? [] : [[at, (beep - at) * 1000]];
  });
}
