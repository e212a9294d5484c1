// What must hold for an encoder, whichever way it comes in. Called once for SRT, once for RTMP.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Meclis } from './meclis.mjs';
import { assertUnbroken } from './unbroken.mjs';
import { holes, readTrack } from './recording.mjs';
import { Pressure, holds, until } from './wait.mjs';

// `setUp(t)` returns { sources, publish(t, options) → program }: 'ana' (priority 1) is what publish()
// feeds, 'yedek' (priority 5) is a test source that is always there.
export function encoderCases(kind, setUp) {
  async function begin(t, { fallback = true } = {}) {
    const { sources, publish, settings } = await setUp(t);
    const spare = { id: 'yedek', kind: 'test', priority: 5 };
    const m = await Meclis.onAir(t, { sources: fallback ? [...sources, spare] : sources, settings });
    m.firstWorker = m.worker;
    m.pressure = new Pressure();
    return { m, publish };
  }

  test(`${kind}: an encoder goes on air, is killed, and comes back`, async (t) => {
    const { m, publish } = await begin(t);
    await m.onAirIs('yedek');
    const v = m.viewer();
    await v.goesOn(10);

    let encoder = publish(t);
    await m.onAirIs('ana');
    await until('H.264', async () => /H\.264/.test((await m.source('ana')).video));
    await until('AAC', async () => /AAC/.test((await m.source('ana')).audio));

    await v.goesOn(25);
    const killed = Date.now();
    encoder.kill('SIGKILL');
    await m.onAirIs('yedek');
    t.diagnostic(`failover after kill -9: ${Date.now() - killed} ms`);

    encoder = publish(t);
    await m.onAirIs('ana');
    await v.goesOn(25);
    assertUnbroken(t, v, m.pressure);
    assert.equal(m.worker, m.firstWorker, 'the worker is the same as at the beginning');

    await until('the log to tell', async () => {
      const onAir = (await m.log()).filter((e) => e.type === 'source.on_air').map((e) => e.body.source);
      return onAir.slice(-4).join() === 'yedek,ana,yedek,ana';
    });
    await m.stop();
    for (const name of ['180p', '90p', 'audio']) {
      if (!m.pressure.starved) assert.deepEqual(holes(readTrack(m.recording, name)), [], name);
    }
  });

  test(`${kind}: an encoder that is stopped counts as gone until it goes on`, async (t) => {
    const { m, publish } = await begin(t);
    const encoder = publish(t);
    await m.onAirIs('ana');
    const v = m.viewer();
    await v.goesOn(10);

    encoder.pause();
    await m.onAirIs('yedek');
    encoder.resume();
    // Whether the same connection lives on or a new encoder calls, the source comes back.
    await until('the source back', async () => {
      if (encoder.exited) await m.onAirIs('ana', { seconds: 0.1 }).catch(() => publish(t));
      return (await m.about()).on_air === 'ana';
    }, { seconds: 25, every: 1000 });
    assertUnbroken(t, v, m.pressure);
    assert.equal(m.worker, m.firstWorker, 'the worker is the same as at the beginning');
    await m.stop();
  });

  test(`${kind}: without any source there is the slate, then the source again`, async (t) => {
    const { m, publish } = await begin(t, { fallback: false });
    await m.onAirIs('');
    const v = m.viewer();
    await v.goesOn(25);
    const encoder = publish(t);
    await m.onAirIs('ana');
    encoder.kill('SIGKILL');
    await m.onAirIs('');
    await v.goesOn(25);
    assertUnbroken(t, v, m.pressure);
    assert.equal(m.worker, m.firstWorker, 'the worker is the same as at the beginning');
    await m.stop();
  });

  test(`${kind}: of two encoders with one key the first stays on air, undisturbed`, async (t) => {
    const { m, publish } = await begin(t);
    const first = publish(t);
    await m.onAirIs('ana');
    const second = publish(t, { tone: 880 });
    await holds('the first on air', async () => (await m.about()).on_air === 'ana' && !first.exited, { seconds: 5 });
    await second.end();
    await holds('the first on air', async () => (await m.about()).on_air === 'ana' && !first.exited, { seconds: 2 });
    await m.stop();
  });

  test(`${kind}: pictures without sound, and sound without pictures`, async (t) => {
    const { m, publish } = await begin(t);
    const silent = publish(t, { audio: false });
    await m.onAirIs('ana');
    assert.equal((await m.source('ana')).audio, '');
    await silent.end();
    await m.onAirIs('yedek');
    publish(t, { video: false });
    await m.onAirIs('ana', { seconds: 20 });
    assert.equal((await m.source('ana')).video, '');
    await m.stop();
  });
}
