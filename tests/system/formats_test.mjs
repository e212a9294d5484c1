// What encoders really send: each of these goes on air, or is refused with a reason.
// Time limit: 420 s
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Meclis } from '../lib/meclis.mjs';
import { freePort, long } from '../lib/programs.mjs';
import { srt } from '../lib/publishers.mjs';
import { brokenPromises } from '../lib/recording.mjs';
import { assertUnbroken } from '../lib/unbroken.mjs';
import { Pressure, until } from '../lib/wait.mjs';

let m, port;
const ends = [];
before(async () => {
  port = await freePort('udp');
  m = await Meclis.onAir({ after: (f) => ends.push(f) }, {
    sources: [{ id: 'ana', kind: 'srt-listen', priority: 1, url: `srt://127.0.0.1:${port}` }, { id: 'yedek', kind: 'test', priority: 5 }],
  });
  await m.onAirIs('yedek');
});
after(async () => {
  for (const f of ends.reverse()) await f();
});

// Publishes until `check` has seen enough, then waits for the spare source.
async function published(t, options, check) {
  const encoder = srt(t, port, options);
  try {
    await check(encoder);
  } finally {
    await encoder.end();
    await m.onAirIs('yedek');
    await until('the source to be free again', async () => ['waiting', 'refused'].includes((await m.source('ana')).state), { seconds: 20 });
  }
}

const taken = {
  'B-frames, 29.97 frames a second, a keyframe every 10 s': {
    encoder: { rate: '30000/1001', keyframes: 300, video: ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '3', '-b_strategy', '0', '-x264-params', 'scenecut=0'] },
    video: /H\.264/,
  },
  '24 frames a second, 4:3, mono': { encoder: { size: '320x240', rate: 24, channels: 1 }, video: /320×240/, audio: /AAC/ },
  '50 frames a second': { encoder: { rate: 50 }, video: /H\.264/ },
  '10 frames a second, 44,100 Hz': { encoder: { rate: 10, keyframes: 20, soundRate: 44100 }, video: /H\.264/ },
  'upright': { encoder: { size: '180x320' }, video: /180×320/ },
  'HEVC': { encoder: { video: ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error:keyint=50:bframes=0'] }, video: /HEVC|H\.265/ },
  'MP3': { encoder: { audio: ['-c:a', 'libmp3lame', '-b:a', '128k'] }, audio: /MP3|MPEG/i },
  'Opus': { encoder: { audio: ['-c:a', 'libopus', '-b:a', '64k'] }, audio: /Opus/ },
};

for (const [name, { encoder, video, audio }] of Object.entries(taken)) {
  test(`${name}: on air, without a break`, async (t) => {
    const v = m.viewer();
    await v.goesOn(10);
    const [worker, pressure] = [m.worker, new Pressure()];
    await published(t, encoder, async (program) => {
      await m.onAirIs('ana', { seconds: 25 }).catch(async (e) => {
        throw new Error(`${e.message}: ${JSON.stringify(await m.source('ana'))} ${program.output.slice(-500)}`);
      });
      await v.goesOn(50);
      const source = () => m.source('ana');
      if (video) await until(`${video}`, async () => video.test((await source()).video));
      if (audio) await until(`${audio}`, async () => audio.test((await source()).audio));
    });
    assert.equal(m.worker, worker);
    assertUnbroken(t, v, pressure);
    v.close();
  });
}

const refused = {
  'MPEG-2 pictures and AC-3 sound': { video: ['-c:v', 'mpeg2video'], audio: ['-c:a', 'ac3'] },
};

for (const [name, encoder] of Object.entries(refused)) {
  test(`${name}: refused by name`, async (t) => {
    await published(t, encoder, async () => {
      await until('the refusal', async () => {
        const s = await m.source('ana');
        return s.state === 'refused' && s.reason;
      }, { seconds: 20 });
      assert.equal((await m.about()).on_air, 'yedek');
      await until('the log to tell', async () => (await m.log()).some((e) => e.type === 'source.refused'));
    });
  });
}

test('a source 200 ppm fast: found out, and never a break', { skip: long ? false : 'takes minutes: --long' }, async (t) => {
  const v = m.viewer();
  await published(t, { readRate: 1.0002 }, async () => {
    await m.onAirIs('ana');
    await until('its drift', async () => Math.abs((await m.source('ana')).drift_ppm - 200) < 60, { seconds: 600, every: 5000 });
    assert.ok(!v.of(v.track('audio')).some((f) => f.discontinuity));
  });
});

// Last: the server ends.
test('all of that is one unbroken recording', async () => {
  await m.stop();
  assert.deepEqual(brokenPromises(m.recording), []);
});
