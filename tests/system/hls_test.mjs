// Live and recorded HLS.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { brokenRules, parseMaster, parseMedia } from '../lib/hls.mjs';
import { readFragments, readInit } from '../lib/isobmff.mjs';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { playToTheEnd } from '../lib/recording.mjs';
import { sleep, until } from '../lib/wait.mjs';

const base = `/hls/${meeting}`;
let m, ends = [];
before(async () => {
  m = await Meclis.onAir({ after: (f) => ends.push(f) }, { sources: [{ id: 'test', kind: 'test', priority: 1 }] });
  await until('some segments', async () => (await playlist('180p')).segments.length >= 3, { seconds: 30, every: 500 });
});
after(async () => {
  for (const f of ends.reverse()) await f();
});

const playlist = async (name, query = '') => parseMedia(await m.text(`${base}/${name}/index.m3u8${query}`));

// Media time goes on across a break: a playlist's segments, gaps included, follow each other in UTC
// without a hole, so that a moment is where its arithmetic says it is.
function followsItself({ segments }) {
  const dated = segments.filter((s) => s.time);
  return dated.length > 1 && dated.slice(1).every((s, i) => Math.abs(s.time - dated[i].time
    - 1000 * segments.slice(segments.indexOf(dated[i]), segments.indexOf(s)).reduce((n, x) => n + x.duration, 0)) < 250);
}

async function bytes(where) {
  const r = await m.get(where);
  assert.equal(r.status, 200, where);
  return Buffer.from(await r.arrayBuffer());
}

test('the master playlist names every rendition, with codecs, and the sound apart', async () => {
  const master = parseMaster(await m.text(`${base}/master.m3u8`));
  const pictures = master.variants.filter((v) => v.RESOLUTION);
  assert.deepEqual(pictures.map((v) => v.RESOLUTION), ['320x180', '160x90']);
  for (const v of pictures) {
    assert.match(v.CODECS, /avc1\.[0-9a-f]{6}.*mp4a\.40\.2/i);
    assert.ok(Number(v.BANDWIDTH) > 0);
    assert.equal(v.AUDIO, master.media[0]['GROUP-ID']);
  }
  assert.equal(master.media[0].TYPE, 'AUDIO');
});

test('live playlists hold every rule, over time and for every track', async () => {
  for (let i = 0; i < 12; i++) {
    for (const name of ['180p', '90p', 'audio']) {
      const p = await playlist(name);
      assert.deepEqual(brokenRules(p), [], name);
      assert.equal(p.target, 2);
      assert.ok(p.partTarget >= 0.2 && p.partTarget < 0.34, `part target ${p.partTarget}`);
      assert.equal(p.control['CAN-BLOCK-RELOAD'], 'YES');
      assert.ok(p.hint, 'a preload hint');
      assert.ok(!p.ended);
      assert.equal(p.renditionReports.length, 2);
    }
    await sleep(317);
  }
});

test('segments and parts are what the playlist says, byte for byte', async () => {
  for (const name of ['180p', 'audio']) {
    const p = await playlist(name);
    const segment = p.segments.at(-2);
    const init = readInit(await bytes(`${base}/${name}/${segment.map}`));
    const whole = await bytes(`${base}/${name}/${segment.uri}`);
    const fragments = readFragments(whole);
    const duration = fragments.reduce((n, f) => n + f.duration, 0) / init.timescale;
    assert.ok(Math.abs(duration - segment.duration) < 0.001, `${duration} s in a segment of ${segment.duration} s`);
    assert.ok(fragments[0].samples[0].sync);
    const begin = fragments[0].dts / init.timescale;
    assert.equal(Math.floor((begin + 0.001) / 2), segment.sequence, 'its number is its time');
    assert.ok(segment.parts.length >= 5, 'its parts');
    const parts = [];
    for (const part of segment.parts) parts.push(await bytes(`${base}/${name}/${part.URI}`));
    assert.deepEqual(Buffer.concat(parts), whole);
    if (name === '180p') assert.equal(segment.parts[0].INDEPENDENT, 'YES');
  }
});

test('program date time is UTC, and rises with the media', async () => {
  let off;
  // On a busy machine the newest part may be late, or this reading of it.
  await until('its end to be about now', async () => {
    const p = await playlist('180p');
    const dated = p.segments.filter((s) => s.time);
    assert.ok(dated.length > 0);
    const newest = dated.at(-1);
    const since = p.segments.slice(p.segments.indexOf(newest)).reduce((n, s) => n + s.duration, 0) + p.open.reduce((n, x) => n + Number(x.DURATION), 0);
    off = newest.time / 1000 + since - Date.now() / 1000;
    return Math.abs(off) < 2;
  }).catch((e) => {
    throw new Error(`${e.message}: ${off} s off`);
  });
});

test('a reload waits for what it asks for, and no longer', async () => {
  let msn, next;
  // Answered with that part as its newest. A question that comes too late, on a busy machine, is answered with more.
  await until('an answer at the part that was asked for', async () => {
    const p = await playlist('180p');
    const part = p.open.length;
    msn = p.nextSequence;
    next = await playlist('180p', `?_HLS_msn=${msn}&_HLS_part=${part}`);
    assert.ok(next.nextSequence > msn || next.open.length > part, 'the part that was asked for');
    return next.nextSequence === msn ? next.open.length === part + 1 : next.nextSequence === msn + 1 && next.open.length === 0;
  }, { every: 10 });
  const whole = await playlist('180p', `?_HLS_msn=${next.nextSequence}`);
  assert.ok(whole.nextSequence > next.nextSequence);
  const far = await m.get(`${base}/180p/index.m3u8?_HLS_msn=${msn + 1000}`);
  assert.equal(far.status, 400, 'too far in the future');
  for (const bad of ['_HLS_msn=x', '_HLS_msn=-1', '_HLS_part=1', '_HLS_msn=99999999999999999999']) {
    const r = await m.get(`${base}/180p/index.m3u8?${bad}`);
    assert.equal(r.status, 400, bad);
  }
});

test('a preload hint is answered when its part is there', async () => {
  const p = await playlist('180p');
  const part = await bytes(`${base}/180p/${p.hint.URI}`);
  assert.ok(readFragments(part).length > 0);
});

test('addresses that do not exist', async () => {
  for (const where of ['/180p/99999999.m4s', '/180p/99999999.1.m4s', '/180p/1.99.m4s', '/none/index.m3u8', '/180p/init-99.mp4', '/180p/..%2f..%2fx', '/180p/', '/180p/x.m4s', '/180p/-1.m4s']) {
    const r = await m.get(base + where);
    assert.equal(r.status, 404, where);
    await r.arrayBuffer();
  }
  assert.equal((await m.get('/hls/none/master.m3u8')).status, 404);
});

test('what never changes may be cached, what does says for how long, and any site may read', async () => {
  const p = await playlist('180p');
  const at = async (where) => (await m.get(base + where, 10, { headers: { origin: 'https://gazete.example' } })).headers;
  for (const where of [`/180p/${p.segments[1].uri}`, `/180p/${p.segments.at(-1).parts[0].URI}`, `/180p/${p.segments[1].map}`]) {
    const h = await at(where);
    assert.match(h.get('cache-control'), /max-age=(\d{4,})/, where);
    assert.match(h.get('cache-control'), /immutable/, where);
    assert.equal(h.get('access-control-allow-origin'), '*', where);
    assert.match(h.get('content-type'), /^(video|audio)\/(mp4|iso\.segment)/, where);
  }
  for (const where of ['/master.m3u8', '/180p/index.m3u8']) {
    const h = await at(where);
    assert.match(h.get('cache-control'), /max-age=[0-9]\b|no-cache/, where);
    assert.equal(h.get('access-control-allow-origin'), '*', where);
    assert.match(h.get('content-type'), /mpegurl/i, where);
  }
  const fixed = await m.get(`${base}/180p/${p.segments[1].uri}`);
  const again = await m.get(`${base}/180p/${p.segments[1].uri}`);
  assert.deepEqual(Buffer.from(await fixed.arrayBuffer()), Buffer.from(await again.arrayBuffer()));
});

test('a player that knows only plain HLS plays live', async () => {
  const { frames, errors } = await playLive(4);
  assert.ok(frames >= 80, `${frames} frames`);
  assert.equal(errors, '');
});

async function playLive(seconds) {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve) => {
    execFile('ffmpeg', ['-hide_banner', '-v', 'error', '-nostats', '-progress', '-', '-i', m.url(`${base}/master.m3u8`), '-t', String(seconds), '-map', '0:v:0', '-map', '0:a:0', '-f', 'null', '-'],
      { timeout: 60000 }, (e, stdout, stderr) => resolve({ frames: Number([...stdout.matchAll(/^frame=(\d+)/gm)].at(-1)?.[1]), errors: stderr.trim() }));
  });
}

test('media sequence numbers survive a killed worker and a killed server; gaps are listed', async () => {
  const before = await playlist('180p');
  await m.killWorker();
  await until('new segments', async () => (await playlist('180p')).nextSequence > before.nextSequence + 2, { seconds: 30, every: 300 });
  const p = await playlist('180p');
  assert.deepEqual(brokenRules(p), []);
  assert.ok(p.sequence >= before.sequence);
  for (const s of before.segments) {
    const same = p.segments.find((x) => x.sequence === s.sequence);
    if (same && s !== before.segments.at(-1)) assert.equal(same.uri, s.uri, 'a number names the same segment');
  }
  assert.ok(followsItself(p), `time goes on:\n${await m.text(`${base}/180p/index.m3u8`)}`);

  await m.killServer();
  await m.start();
  // The worker gives its memory from the oldest on; numbers go on from where they were.
  await until('the channel again, and further', async () => (await playlist('180p')).nextSequence > p.nextSequence, { seconds: 20, every: 300 });
  const later = await playlist('180p');
  assert.deepEqual(brokenRules(later), []);
  for (const s of later.segments.filter((x) => !x.gap)) {
    const same = p.segments.find((x) => x.sequence === s.sequence && !x.gap);
    if (same) assert.equal(s.uri, same.uri);
  }
});

test('?dvr lists the meeting from its beginning', async () => {
  const master = parseMaster(await m.text(`${base}/master.m3u8?dvr`));
  const uri = master.variants[0].uri;
  assert.match(uri, /dvr/);
  const live = await playlist('180p');
  // Recorded a little later than it is sent.
  const p = await until('all that is live', async () => {
    const listed = parseMedia(await m.text(`${base}/${uri}`));
    return listed.segments.length >= live.segments.length - 1 && listed;
  });
  assert.ok(!p.ended);
  const first = p.segments.find((s) => !s.gap);
  const fragments = readFragments(await bytes(`${base}/180p/${first.uri.split('?')[0].split('/').at(-1)}`));
  assert.ok(fragments[0].samples[0].sync);
});

// Last: it ends the broadcast.
test('the same address is the recording when the meeting has ended, and plays to its end', async () => {
  await m.command('stop');
  await until('VOD', async () => (await playlist('180p')).ended, { seconds: 15, every: 300 });
  for (const name of ['180p', '90p', 'audio']) {
    const p = await playlist(name);
    assert.deepEqual(brokenRules(p), []);
    assert.equal(p.type, 'VOD');
    assert.ok(followsItself(p), `${name}: time goes on across the gap of the killed worker:\n${await m.text(`${base}/${name}/index.m3u8`)}`);
    for (const s of p.segments.filter((x) => !x.gap)) assert.ok(readFragments(await bytes(`${base}/${name}/${s.uri}`)).length);
  }
  const listed = (await playlist('180p')).segments.filter((s) => !s.gap).reduce((n, s) => n + s.duration, 0);
  const played = await playToTheEnd(m.url(`${base}/master.m3u8`));
  assert.ok(played.frames >= (listed - 2.1) * 25, `${played.frames} frames of ${listed} s: ${played.errors}`);
  await m.stop();
});
