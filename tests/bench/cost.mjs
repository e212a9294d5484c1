// What the worker uses: processor, memory, time to begin. The encoder in front of it is a process
// of its own and not counted.
import { freePort, residentBytes } from '../lib/programs.mjs';
import { srt } from '../lib/publishers.mjs';
import { sleep, until } from '../lib/wait.mjs';
import { flashAndBeep } from './flash_and_beep.mjs';
import { cores, coresOfThreads, house, watchMemory } from './house.mjs';
import { median, share, slope } from './numbers.mjs';

// The test source, default ladder; meanwhile one viewer at the media socket takes the fragments.
export async function cost(m, { seconds }) {
  await sleep(5000);
  const memory = watchMemory(m.worker);
  const viewer = m.viewer('?rendition=360p', { keepBytes: true });
  await until('the media socket', () => viewer.hello);
  viewer.send({ type: 'select', rendition: '360p' }); // for good: the query is where it begins
  const [worker, server] = await cores([m.worker, m.server.pid], seconds);
  memory.stop();
  viewer.close();
  if (viewer.broken.length) throw new Error(viewer.broken[0]);
  const video = viewer.of(viewer.hello.tracks.find((t) => t.name === '360p').id).slice(60);
  const late = video.map((f) => f.arrived - f.captured / 1000);
  const apart = await flashAndBeep(viewer);
  return [
    { name: 'start to the first fragment', value: m.firstFragment_ms, unit: 'ms' },
    { name: 'worker, test source, default ladder', value: worker, unit: 'cores', digits: 2 },
    { name: 'server, 1 viewer', value: server, unit: 'cores', digits: 3 },
    { name: `worker's memory, most in ${seconds} s`, value: Math.max(...memory.samples.map(([, mib]) => mib)), unit: 'MiB', most: 200 },
    { name: 'worker\'s memory, growth in the second half of it', value: slope(memory.samples.slice(memory.samples.length / 2)) * 60, unit: 'MiB a minute', digits: 2 },
    { name: 'capture to the socket\'s other end, median', value: median(late), unit: 'ms' },
    { name: 'capture to the socket\'s other end, 95th percentile', value: share(late, 0.95), unit: 'ms' },
    { name: `beep after flash in the fragments, median of ${apart.length}`, value: median(apart.map(([, ms]) => ms)), unit: 'ms', digits: 1 },
    { name: 'beep and flash in the fragments, largest distance', value: Math.max(...apart.map(([, ms]) => Math.abs(ms))), unit: 'ms', digits: 1, most: 40 },
    { name: `beep and flash in the fragments, drift in ${seconds} s`, value: Math.abs(slope(apart)) * seconds, unit: 'ms', digits: 2 },
  ];
}

// What an encoder of a council sends: 720p25, 3 Mbit/s, a keyframe every 2 s, over SRT.
async function withEncoder(settings, use) {
  const port = await freePort('udp');
  const sources = [{ id: 'salon', kind: 'srt-listen', url: `srt://127.0.0.1:${port}` }];
  return house({ sources, settings }, async (m, t) => {
    srt(t, port, { size: '1280x720', codec: ['-b:v', '3000k'] });
    await m.onAirIs('salon', { seconds: 20 });
    await sleep(5000);
    return use(m);
  });
}

export function encoderCost({ seconds = 30 } = {}) {
  return withEncoder({}, async (m) => {
    const [worker] = await cores([m.worker], seconds);
    return [
      { name: 'worker, 720p25 over SRT, default ladder (composed)', value: worker, unit: 'cores', digits: 2, most: 0.9 },
      { name: 'its memory', value: residentBytes(m.worker) / 2 ** 20, unit: 'MiB', most: 200 },
    ];
  });
}

// The low rendition and the low sound are made in three threads, the busiest by far: its encoder, the
// decoder, the sound's encoder. What is left is what passing through costs.
export function passthroughCost({ seconds = 20 } = {}) {
  return withEncoder({ mode: 'passthrough' }, async (m) => {
    const threads = await coresOfThreads(m.worker, seconds);
    const sum = (some) => some.reduce((a, b) => a + b, 0);
    return [
      { name: 'worker, 720p25 over SRT, passthrough with low rendition and sound', value: sum(threads), unit: 'cores', digits: 2 },
      { name: 'of it: all but decoding and encoding these', value: sum(threads.slice(3)), unit: 'cores', digits: 3, most: 0.05 },
    ];
  });
}
