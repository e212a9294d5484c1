// What answers over HTTP: pages, health, figures, the API, and what must not answer.
// Runs beside others.
import assert from 'node:assert/strict';
import net from 'node:net';
import { statSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { parseMetrics } from '../lib/metrics.mjs';
import { sleep, until } from '../lib/wait.mjs';

let m, ends = [];
before(async () => {
  m = await Meclis.onAir({ after: (f) => ends.push(f) }, { sources: [{ id: 'test', kind: 'test', priority: 1 }] });
});
after(async () => {
  let failure;
  await m?.stop().catch((e) => {
    failure = e;
  });
  for (const f of ends.reverse()) await f();
  if (failure) throw failure;
});

// Bytes sent as they are; returns what came back until the other side closes or `ms` have passed.
function raw(bytes, ms = 3000) {
  return new Promise((resolve) => {
    const s = net.connect(m.port, '127.0.0.1');
    let got = '';
    s.on('data', (d) => {
      got += d.toString('latin1');
    });
    const end = () => {
      s.destroy();
      resolve(got);
    };
    s.on('close', end);
    s.on('error', end);
    setTimeout(end, ms);
    s.write(bytes);
  });
}

test('health and figures', async () => {
  const health = await m.json('/healthz');
  assert.ok(health);
  const metrics = parseMetrics(await m.text('/metrics'));
  assert.ok(metrics.size > 15);
  for (const name of metrics.keys()) assert.match(name, /^(meclis|process)_/);
  const v = m.viewer();
  await v.goesOn(5);
  const names = [...metrics.keys()].join('\n');
  for (const wanted of [/viewers/, /bytes/, /behind/, /source/, /record/, /disk/, /restart/, /alarm/, /synchroni[sz]ed/]) assert.match(names, wanted);
  await until('a viewer counted', async () => (await m.about()).viewers === 1);
  v.close();
  await until('the viewer gone', async () => (await m.about()).viewers === 0);
});

test('the home page names the meetings before any script runs', async () => {
  const page = async (language) => {
    const r = await m.get('/', 5, { headers: { 'accept-language': language } });
    assert.equal(r.status, 200);
    assert.match(r.headers.get('content-type'), /^text\/html/);
    assert.match(r.headers.get('content-security-policy'), /script-src 'self'/);
    assert.match(r.headers.get('vary'), /Accept-Language/);
    return await r.text();
  };
  const turkish = await page('tr');
  assert.match(turkish, new RegExp(`<h2 id="live">Şimdi canlı</h2>\\s*<ul class="cards">\\s*<li><a class="card" href="/m/${meeting}">`));
  assert.match(turkish, /Örnek Birleşim/);
  assert.match(turkish, /<\/html>\s*$/);
  assert.match(await page('en'), /<h2 id="live">Live now<\/h2>/);
  const head = await m.get('/', 5, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), '');
});

test('a meeting, its agenda and its log are public; sources and commands are not', async () => {
  const about = await m.about();
  assert.equal(about.id, meeting);
  assert.equal(about.state, 'live');
  assert.equal(about.title, 'Örnek Birleşim');
  assert.equal((await m.json('/api/v1/meetings')).meetings.length, 1);
  assert.equal((await m.json(`/api/v1/meetings/${meeting}/agenda`)).items[0].title, 'Örnek madde');
  const log = await m.log();
  assert.deepEqual(log.map((e) => e.seq), log.map((_, i) => i + 1));
  assert.ok(log.some((e) => e.type === 'broadcast.started'));

  const post = (headers, body = '{"action":"stop"}') => m.get(`/api/v1/meetings/${meeting}/broadcast`, 5, { method: 'POST', headers, body });
  for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'Bearer ' }, { authorization: `Basic ${m.token}` }, { authorization: m.token }]) {
    assert.equal((await post(headers)).status, 401, JSON.stringify(headers));
  }
  assert.equal((await m.about()).state, 'live');
  assert.equal(statSync(path.join(m.data, 'admin-token')).mode & 0o777, 0o600);
});

test('what is announced, and nothing before, is in the calendar', async () => {
  const say = async (id, name, args) => {
    const r = await m.get(`/api/v1/meetings/${meeting}/commands`, 10, {
      method: 'POST', headers: { authorization: `Bearer ${m.token}`, 'content-type': 'application/json' }, body: JSON.stringify({ id, name, args }),
    });
    assert.equal(r.status, 200, await r.text());
  };
  const calendar = async () => {
    const r = await m.get('/calendar.ics');
    assert.equal(r.status, 200);
    assert.equal(r.headers.get('content-type'), 'text/calendar; charset=utf-8');
    return r.text();
  };
  await say('t1', 'sitting.describe', { kind: 'ordinary', title: 'Kasım, örnek; birleşim', starts_utc_us: Date.UTC(2027, 10, 3, 11) * 1000 });
  assert.doesNotMatch(await calendar(), /VEVENT/);
  await say('t2', 'sitting.announce', {});
  const text = await calendar();
  for (const line of ['DTSTART:20271103T110000Z', 'SUMMARY:Kasım\\, örnek\\; birleşim', `URL:http://127.0.0.1:${m.port}/m/${meeting}`, `UID:${meeting}@127.0.0.1:${m.port}`])
    assert.ok(text.includes(`\r\n${line}\r\n`), `${line} in ${text}`);
  // what a client calls us by is not believed beyond a host's letters
  assert.match(await raw('GET /calendar.ics HTTP/1.1\r\nHost: a"<b\r\nConnection: close\r\n\r\n'), /^HTTP\/1.1 400|URL:http:\/\/localhost\/m\//m);
});

test('commands that are none are refused by name', async () => {
  const post = async (body, where = meeting) => {
    const r = await m.get(`/api/v1/meetings/${where}/broadcast`, 5, { method: 'POST', headers: { authorization: `Bearer ${m.token}` }, body });
    return [r.status, (await r.json()).error?.code];
  };
  assert.deepEqual(await post('{'), [400, 'bad_request']);
  assert.deepEqual(await post('[]'), [400, 'bad_request']);
  assert.deepEqual(await post('{"action":"explode"}'), [400, 'unknown_action']);
  assert.deepEqual(await post('{"action":"select","source":"yok"}'), [400, 'unknown_source']);
  assert.deepEqual(await post('{"action":"start"}', 'yok'), [404, 'not_found']);
  const big = await m.get(`/api/v1/meetings/${meeting}/broadcast`, 5, { method: 'POST', headers: { authorization: `Bearer ${m.token}` }, body: 'x'.repeat(2 << 20) }).catch((e) => e);
  if (!(big instanceof Error)) assert.equal(big.status, 413);
  const wrong = await m.get(`/api/v1/meetings/${meeting}/broadcast`, 5);
  assert.equal(wrong.status, 405);
  assert.ok((await m.get('/healthz')).ok);
});

test('refusals speak the reader\'s language', async () => {
  const ask = async (language) => (await (await m.get('/api/v1/meetings/yok', 5, { headers: { 'accept-language': language } })).json()).error.message;
  const [turkish, english] = [await ask('tr-TR,tr;q=0.9,en;q=0.5'), await ask('en-GB,en;q=0.9')];
  assert.notEqual(turkish, english);
});

test('pages come with a strict policy, and only from the built ones', async () => {
  for (const where of ['/', `/m/${meeting}`, `/embed/${meeting}`]) {
    const r = await m.get(where);
    assert.equal(r.status, 200, where);
    const policy = r.headers.get('content-security-policy');
    assert.match(policy, /default-src 'self'|default-src 'none'/);
    assert.ok(!/unsafe|\*/.test(policy.replace(/frame-ancestors[^;]*/, '').replace(/wss?:\/\/\S*/g, '')), policy);
    assert.equal(r.headers.get('x-content-type-options'), 'nosniff');
    if (where.startsWith('/embed')) assert.match(policy, /frame-ancestors \*/);
    else assert.match(policy, /frame-ancestors ('none'|'self')/);
  }
  for (const where of ['/none', '/m/', '/m/..%2f', '/index.html/x', '/assets/none.js']) {
    assert.ok([404, 400].includes((await m.get(where)).status), where);
  }
});

test('no path leads out of what is served', async () => {
  for (const where of ['/../../etc/passwd', '/..%2f..%2fetc/passwd', '/assets/../../../../etc/passwd', '//etc/passwd', '/assets/%2e%2e/%2e%2e/etc/passwd', '/%00', '/assets/..\\..\\etc', `/hls/${meeting}/..%2f..%2f..%2fadmin-token`, `/hls/..%2frecordings/${meeting}/tracks.json`]) {
    const answer = await raw(`GET ${where} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    assert.ok(!answer.startsWith('HTTP/1.1 200') || /<!doctype html/i.test(answer), `${where}: ${answer.slice(0, 200)}`);
    assert.ok(!answer.includes('root:') && !answer.includes(m.token), where);
  }
});

test('a client of bad manners costs nobody else', async () => {
  const v = m.viewer();
  await v.goesOn(5);
  const cases = [
    'x'.repeat(100000), 'GET / HTTP/9.9\r\n\r\n', 'GET /\r\n\r\n', `GET /${'a'.repeat(60000)} HTTP/1.1\r\n\r\n`,
    `GET / HTTP/1.1\r\n${'X-A: b\r\n'.repeat(5000)}\r\n`, 'POST /api/v1/meetings/x/broadcast HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n',
    `POST /api/v1/meetings/${meeting}/broadcast HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n`, '\x16\x03\x01\x02\x00\x01\x00', '\0'.repeat(1000),
    `GET /ws/${meeting}/media HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    `GET /ws/${meeting}/media HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 99\r\nSec-WebSocket-Protocol: meclis.media.v1\r\n\r\n`,
    `GET /ws/${meeting}/media HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: meclis.media.v1\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff`,
  ];
  await Promise.all(cases.map((bytes) => raw(Buffer.from(bytes, 'latin1'), 2000)));
  await v.goesOn(25);
  assert.deepEqual(v.broken, []);
  assert.equal(m.server.exited, undefined, m.server.output.slice(-3000));
  v.close();
});

test('slow clients are put up with for a while, and their places are given back', async () => {
  const sockets = Array.from({ length: 50 }, () => {
    const s = net.connect(m.port, '127.0.0.1');
    s.on('error', () => {});
    s.resume();
    s.write('GET / HT');
    return s;
  });
  await sleep(500);
  assert.ok((await m.get('/healthz')).ok);
  const closed = () => sockets.filter((s) => s.destroyed || s.readyState === 'closed').length;
  await until('the server to give up on them', () => closed() >= 45, { seconds: 40, every: 500 }).finally(() => sockets.forEach((s) => s.destroy()));
});

test('the address cap holds, with an answer', async (t) => {
  const small = await Meclis.create(t, { sources: [{ id: 'test', kind: 'test', priority: 1 }], settings: { max_connections_per_address: 20 } });
  await small.start();
  const sockets = [], answers = [];
  t.after(() => sockets.forEach((s) => s.destroy()));
  for (let i = 0; i < 40; i++) {
    const s = net.connect(small.port, '127.0.0.1').on('error', () => {});
    sockets.push(s);
    s.on('data', (d) => {
      answers[i] ??= d.toString('latin1').slice(9, 12);
    });
    s.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await until('an answer', () => answers[i]);
  }
  const among = (status) => answers.filter((x) => x === status).length;
  assert.ok(among('200') > 10 && among('200') <= 20, `${among('200')} were let in`);
  assert.equal(among('503'), 40 - among('200'));
  sockets.forEach((s) => s.destroy());
  await until('places again', async () => (await small.get('/healthz', 2)).ok, { seconds: 10 });
  await small.stop();
});
