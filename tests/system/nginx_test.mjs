// Debian's nginx in front, with the configuration that is installed as the example.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { parseMedia } from '../lib/hls.mjs';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { MediaSocket } from '../lib/media_socket.mjs';
import { Program, freePort, root } from '../lib/programs.mjs';
import { until } from '../lib/wait.mjs';

const share = 8; // connections of one address
let m, nginx, port, sessions = [], ends = [];

// The example as it is, but for where this machine differs from a municipality's.
function configuration(folder, tls, plain) {
  const replace = (text, from, to) => {
    assert.ok(text.includes(from), from);
    return text.replaceAll(from, to);
  };
  let site = readFileSync(path.join(root, 'config/nginx-meclis.conf'), 'utf8');
  site = replace(site, '127.0.0.1:8080', `127.0.0.1:${m.port}`);
  site = replace(site, 'listen 80;', `listen 127.0.0.1:${plain};`);
  site = replace(site, 'listen 443 ', `listen 127.0.0.1:${tls} `);
  site = site.split('\n').filter((line) => !line.includes('listen [::]')).join('\n');
  site = replace(site, '/etc/letsencrypt/live/meclis.example.org', folder);
  site = replace(site, '/var/cache/nginx/meclis', `${folder}/cache`);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((x) => `${x}_temp_path ${folder}/${x};`);
  return `daemon off; user ${os.userInfo().username}; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr;
    events { worker_connections 2048; }
    http { access_log off; ${temporary.join(' ')}\n${site}\n}`;
}

before(async () => {
  m = await Meclis.onAir({ after: (f) => ends.push(f) }, {
    sources: [{ id: 'test', kind: 'test', priority: 1 }],
    settings: { trusted_proxies: '127.0.0.1', max_connections_per_address: share },
  });
  const folder = path.join(m.folder, 'nginx');
  mkdirSync(folder);
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=meclis.example.org', '-keyout', `${folder}/privkey.pem`, '-out', `${folder}/fullchain.pem`], { stdio: 'ignore' });
  [port] = [await freePort()];
  writeFileSync(`${folder}/nginx.conf`, configuration(folder, port, await freePort()));
  nginx = new Program('nginx', '/usr/sbin/nginx', ['-p', folder, '-e', 'stderr', '-c', `${folder}/nginx.conf`]);
  await until('nginx', async () => {
    if (nginx.exited) throw new Error(`nginx ended: ${nginx.output}`);
    return (await get(await session(), '/api/v1/meetings')).status === 200;
  }, { seconds: 20, every: 200 });
  await until('segments', async () => parseMedia((await get(await session(), live())).text).segments.length >= 2, { seconds: 30, every: 500 });
});

after(async () => {
  for (const s of sessions) s.destroy();
  nginx?.kill('SIGTERM'); // its workers end with it, as they would not by SIGKILL
  await nginx?.ended();
  for (const f of ends.reverse()) await f();
});

const live = (query = '') => `/hls/${meeting}/180p/index.m3u8${query}`;

function session(localAddress = '127.0.0.2') {
  return new Promise((resolve, reject) => {
    const s = http2.connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false, localAddress }, () => resolve(s));
    s.on('error', reject);
    sessions.push(s);
  });
}

function get(s, where, headers = {}) {
  return new Promise((resolve, reject) => {
    const r = s.request({ ':path': where, ...headers });
    const chunks = [];
    let head;
    r.on('response', (h) => {
      head = h;
    });
    r.on('data', (d) => chunks.push(d));
    r.on('error', reject);
    r.on('end', () => {
      const body = Buffer.concat(chunks);
      resolve({ status: head[':status'], headers: head, body, text: body.toString() });
    });
    r.setTimeout(20000, () => reject(new Error(`${where}: no answer`)));
    r.end();
  });
}

const upstream = () => m.metric('meclis_requests_total');

test('HTTP/2 and TLS; the figures and the ingest are for the house', async () => {
  const s = await session();
  assert.equal(s.alpnProtocol, 'h2');
  assert.equal((await get(s, '/healthz')).status, 200);
  assert.equal((await get(s, '/metrics')).status, 403);
  assert.equal((await get(s, '/api/v1/ingest/x/play')).status, 404);
  const part = await get(s, `/hls/${meeting}/180p/init-1.mp4`, { range: 'bytes=4-7' });
  assert.equal(part.status, 206);
  assert.equal(part.text, 'ftyp');
});

test('200 players of HLS cost the server about one request for each thing they fetch', async () => {
  const players = [];
  for (let i = 0; i < 10; i++) {
    const s = await session();
    for (let k = 0; k < 20; k++) players.push(s);
  }
  const leader = await session();
  let answers = 0;
  const objects = new Set(), began = await upstream();
  let p = parseMedia((await get(leader, live())).text);
  objects.add(live());
  for (let round = 0; round < 8; round++) {
    // a reload that waits, then the newest whole segment; each with a query of its own beside
    const reload = live(`?_HLS_msn=${p.nextSequence}&_HLS_part=${p.open.length}`);
    const all = await Promise.all(players.map((s, i) => get(s, `${reload}&player=${i}`)));
    objects.add(reload);
    for (const a of all) assert.equal(a.status, 200, a.text);
    assert.equal(new Set(all.map((a) => a.text)).size, 1, 'the same bytes for all');
    p = parseMedia(all[0].text);
    const segment = `/hls/${meeting}/180p/${p.segments.at(-1).uri}`;
    const bodies = await Promise.all(players.map((s) => get(s, segment)));
    objects.add(segment);
    for (const b of bodies) assert.equal(b.status, 200);
    assert.equal(new Set(bodies.map((b) => b.body.toString('base64'))).size, 1);
    answers += all.length + bodies.length;
  }
  const asked = await upstream() - began - 1; // the figures were asked for themselves
  console.log(`# ${answers} answers, ${objects.size} things, ${asked} requests to the server`);
  assert.ok(asked <= objects.size * 1.25 + 2, `${asked} requests for ${objects.size} things`);
});

test('a segment is kept, a plain playlist is soon asked for anew', async () => {
  const s = await session();
  const p = parseMedia((await get(s, live())).text);
  const segment = `/hls/${meeting}/180p/${p.segments.at(-1).uri}`;
  await get(s, segment);
  assert.equal((await get(s, segment)).headers['x-cache'], 'HIT');
  await until('the playlist to go on', async () => parseMedia((await get(s, live())).text).nextSequence > p.nextSequence, { seconds: 20, every: 500 });
  assert.equal((await get(s, segment)).headers['x-cache'], 'HIT');
});

test('media through wss, as it was sent', async () => {
  const v = new MediaSocket(`wss://127.0.0.1:${port}/ws/${meeting}/media`, { options: { rejectUnauthorized: false, localAddress: '127.0.0.5' } });
  await until('four seconds of media', () => v.fragments.length > 200, { seconds: 30 });
  assert.deepEqual(v.broken, []);
  v.close();
});

test('an address has its share behind the proxy too, and lies about it do not help', async () => {
  const open = [];
  const connect = (localAddress, headers = {}) => new Promise((resolve) => {
    const ws = new WebSocket(`wss://127.0.0.1:${port}/ws/${meeting}/media`, 'meclis.media.v1', { rejectUnauthorized: false, localAddress, headers });
    open.push(ws);
    ws.on('open', () => resolve(101));
    ws.on('unexpected-response', (_, r) => {
      let text = '';
      r.on('data', (d) => {
        text += d;
      });
      r.on('end', () => resolve({ status: r.statusCode, text, type: r.headers['content-type'] }));
    });
    ws.on('error', (e) => resolve(e.message));
  });
  for (let i = 0; i < share; i++) assert.equal(await connect('127.0.0.7'), 101, `number ${i}`);
  for (const lie of [{}, { 'x-forwarded-for': '203.0.113.9' }, { forwarded: 'for=203.0.113.9' }, { 'x-forwarded-for': '127.0.0.1' }]) {
    const refused = await connect('127.0.0.7', lie);
    assert.equal(refused.status, 503, JSON.stringify(lie));
    const { error, hls } = JSON.parse(refused.text);
    assert.equal(error.code, 'full');
    assert.equal(hls, `/hls/${meeting}/master.m3u8`);
  }
  assert.equal(await connect('127.0.0.8'), 101, 'another address');
  for (const ws of open) ws.terminate();
});
