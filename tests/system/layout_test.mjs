// Two sources in the picture, as the desk lays them out: what viewers get is decoded. The one on air is
// white, the other grey, the slate dark.
// Time limit: 240 s
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seen } from '../lib/looking.mjs';
import { Meclis } from '../lib/meclis.mjs';
import { freePort } from '../lib/programs.mjs';
import { srt } from '../lib/publishers.mjs';
import { until } from '../lib/wait.mjs';

const white = 'videotestsrc is-live=true pattern=white ! video/x-raw,width=320,height=180,framerate=25/1 ! identity name=video audiotestsrc is-live=true ! audio/x-raw,rate=48000,channels=2 ! identity name=audio';
const SETTLES = 1e6; // from an event until everything that comes is as it says, microseconds
const SPAN = 8e5;

// Parts of the picture, as ffmpeg's crop has them.
const at = {
  left: 'iw*0.3:ih*0.3:iw*0.1:ih*0.35',
  right: 'iw*0.3:ih*0.3:iw*0.6:ih*0.35',
  above: 'iw*0.9:ih*0.15:iw*0.05:ih*0.02',
  corner: 'iw*0.24:ih*0.24:iw*0.7:ih*0.7',
};
const colours = { white: [200, 255], grey: [90, 160], dark: [0, 60] };

async function expectParts(what, viewer, from, expected) {
  for (const [part, colour] of Object.entries(expected)) {
    const { least, most } = await seen(viewer, 'video', from + SETTLES, from + SETTLES + SPAN, { crop: at[part] });
    const [low, high] = colours[colour];
    assert.ok(least >= low && most <= high, `${what}: ${part} is not ${colour} (${least} to ${most})`);
  }
}

test('side by side, one in the other, through the end of the worker and of the second source', async (t) => {
  const port = await freePort('udp');
  const m = await Meclis.onAir(t, {
    sources: [
      { id: 'ana', kind: 'gstreamer', priority: 1, url: white },
      { id: 'yan', kind: 'srt-listen', priority: 2, url: `srt://127.0.0.1:${port}` },
    ],
  });
  // An encoder that calls again until it is let in: a worker that runs need not listen yet.
  let encoder;
  const send = () => {
    if (!encoder || encoder.exited) encoder = srt(t, port, { picture: 'color=c=gray', keyframes: 25 });
  };
  await m.onAirIs('ana');
  await until('the second source', async () => {
    send();
    return (await m.source('yan')).state === 'live';
  }, { seconds: 40, every: 300 });
  const desk = await m.events({ admin: true }).ready();
  const viewer = m.viewer('', { keepBytes: true });
  const full = { left: 'white', right: 'white', above: 'white', corner: 'white' };
  const inset = { left: 'white', right: 'white', above: 'white', corner: 'grey' };
  // from the log: the second source has come in, or gone
  const beside = (source, times) => until(`${source || 'nothing'} beside`, () => {
    if (source) send();
    return desk.events.filter((e) => e.type === 'source.beside' && e.body.source === source)[times - 1];
  }, { seconds: 40, every: 300 });
  const layOut = async (layout) => {
    const seq = await desk.do('programme.layout', layout ? { layout } : {});
    return desk.events.find((e) => e.seq === seq).media_us;
  };

  assert.equal((await desk.say('programme.layout', { layout: 'cube' })).code, 'unknown_value');
  await expectParts('before', viewer, (await m.about()).media_time_us, full);
  let from = await layOut('side_by_side');
  assert.equal((await desk.say('programme.layout', { layout: 'side_by_side' })).code, 'already');
  await beside('yan', 1);
  await expectParts('side by side', viewer, from, { left: 'white', right: 'grey', above: 'dark' });
  from = await layOut('picture_in_picture');
  await expectParts('one in the other', viewer, from, inset);
  const slate = await desk.do('programme.slate', { on: true });
  await expectParts('the slate', viewer, desk.events.find((e) => e.seq === slate).media_us, { corner: 'dark', above: 'dark' });
  await desk.do('programme.slate', { on: false });
  await beside('yan', 2);

  await m.killWorker();
  await beside('yan', 3);
  await expectParts('by another worker', viewer, (await m.about()).media_time_us, inset);
  await encoder.end();
  await beside('', 2);
  await expectParts('without a second', viewer, (await m.about()).media_time_us, full);
  assert.equal(desk.state.broadcast.layout, 'picture_in_picture');
  await layOut('');
  assert.equal(desk.state.broadcast.layout ?? '', '');
  assert.deepEqual([viewer.broken, desk.broken], [[], []]);
  await m.stop();
});
