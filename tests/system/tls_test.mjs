// TLS by our own listener: pages, HLS and the media socket, by Node's own https and wss.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { after, before, test } from 'node:test';
import { MediaSocket } from '../lib/media_socket.mjs';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { freePort, temporary } from '../lib/programs.mjs';
import { until } from '../lib/wait.mjs';

const ends = [], folder = temporary(), cert = path.join(folder, 'cert.pem'), key = path.join(folder, 'key.pem');
let m, port, first, second;

function makeCertificate(name) {
  const to = [path.join(folder, `${name}.pem`), path.join(folder, `${name}.key`)];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', to[1], '-out', to[0],
    '-days', '2', '-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'], { stdio: 'ignore' });
  return { cert: to[0], key: to[1], ca: readFileSync(to[0]) };
}

function use(made) {
  copyFileSync(made.cert, cert);
  copyFileSync(made.key, key);
}

before(async () => {
  first = makeCertificate('birinci');
  second = makeCertificate('ikinci');
  use(first);
  port = await freePort();
  m = await Meclis.onAir({ after: (f) => ends.push(f) }, {
    sources: [{ id: 'test', kind: 'test', priority: 1 }],
    settings: { tls_certificate: cert, tls_key: key, tls_port: port },
  });
});
after(async () => {
  let failure;
  await m?.stop().catch((e) => {
    failure = e;
  });
  for (const f of ends.reverse()) await f();
  if (failure) throw failure;
});

function get(where, options = {}) {
  return new Promise((resolve, reject) => {
    const r = https.get({ host: '127.0.0.1', port, path: where, ca: first.ca, timeout: 10000, ...options }, (answer) => {
      const parts = [];
      answer.on('data', (d) => parts.push(d));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts), protocol: r.socket.getProtocol?.() }));
    });
    r.on('timeout', () => r.destroy(new Error('too late')));
    r.on('error', reject);
  });
}

function connect(options = {}) {
  return new Promise((resolve, reject) => {
    const s = tls.connect({ host: '127.0.0.1', port, ca: first.ca, ...options }, () => resolve(s));
    s.on('error', reject);
  });
}

function closed(socket, ms = 20000) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('still open')), ms);
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(late);
      resolve();
    });
  });
}

test('requests and HLS, the same bytes as without TLS, over kept connections too', async () => {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
  for (const where of ['/', `/desk/${meeting}`, '/healthz', '/yok', `/api/v1/meetings/${meeting}/agenda`]) {
    const plain = await m.get(where), there = await get(where, { agent, headers: { 'accept-encoding': 'identity' } });
    assert.equal(there.status, plain.status, where);
    if (where !== '/healthz') assert.equal(there.body.toString(), Buffer.from(await plain.arrayBuffer()).toString(), where);
    assert.equal(there.protocol, 'TLSv1.3');
  }
  // a page that says its own address says the one by which it was asked for
  const page = await get(`/m/${meeting}`, { agent });
  assert.match(page.body.toString(), new RegExp(`og:video:secure_url" content="https://127\\.0\\.0\\.1:${port}/embed/${meeting}"`));
  agent.destroy();
  const list = (await get(`/hls/${meeting}/180p/index.m3u8`)).body.toString();
  const segment = /^\d+\.m4s$/m.exec(list)?.[0] ?? /URI="(\d+\.\d+\.m4s)"/.exec(list)[1];
  const bytes = (await get(`/hls/${meeting}/180p/${segment}`)).body;
  const same = Buffer.from(await (await m.get(`/hls/${meeting}/180p/${segment}`)).arrayBuffer());
  assert.ok(bytes.length > 500);
  assert.ok(bytes.equals(same));
});

test('the media socket', async () => {
  const v = new MediaSocket(`wss://127.0.0.1:${port}/ws/${meeting}/media`, { options: { ca: first.ca } });
  ends.push(() => v.close());
  await v.goesOn(60);
  assert.deepEqual(v.broken, []);
  v.close();
});

test('TLS 1.2 with forward secrecy is spoken, anything older is not', async () => {
  const s = await connect({ maxVersion: 'TLSv1.2' });
  assert.match(s.getCipher().name, /^ECDHE-/);
  s.destroy();
  await assert.rejects(connect({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }));
  await assert.rejects(connect({ maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }));
});

test('who comes again with a ticket need not prove anything anew', async () => {
  const s = await connect();
  const session = await new Promise((resolve) => s.once('session', resolve));
  s.destroy();
  const again = await connect({ session });
  assert.ok(again.isSessionReused());
  again.destroy();
});

test('plain HTTP at this port is told so; noise is closed', async () => {
  const { status, body } = await new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port, path: '/' }, (r) => {
      let text = '';
      r.on('data', (d) => (text += d));
      r.on('end', () => resolve({ status: r.statusCode, body: text }));
    }).on('error', reject);
  });
  assert.equal(status, 400);
  assert.match(body, /https:\/\//);
  for (const noise of [Buffer.alloc(300, 0), Buffer.from([0x16, 3, 1, 0, 5, 9, 9, 9, 9, 9]), Buffer.alloc(20000, 0x16)]) {
    const s = net.connect(port, '127.0.0.1');
    s.resume();
    s.write(noise);
    await closed(s);
  }
  assert.equal((await get('/healthz')).status, 200);
});

test('a handshake that does not get on is ended', async () => {
  const silent = net.connect(port, '127.0.0.1'), began = performance.now();
  silent.resume();
  const slow = net.connect(port, '127.0.0.1');
  slow.resume();
  slow.on('error', () => {});
  slow.write(Buffer.from([0x16, 3, 1, 0x10, 0]));
  const drip = setInterval(() => slow.write(Buffer.from([1])), 500);
  await Promise.all([closed(silent), closed(slow)]);
  clearInterval(drip);
  assert.ok(performance.now() - began < 15000);
});

test('nobody renegotiates', async () => {
  const s = await connect({ maxVersion: 'TLSv1.2' });
  const refused = await new Promise((resolve) => {
    s.on('error', resolve);
    s.on('close', () => resolve(new Error('closed')));
    if (!s.renegotiate({}, (e) => resolve(e ?? 'renegotiated'))) resolve(new Error('refused'));
  });
  assert.ok(refused instanceof Error, String(refused));
  s.destroy();
});

test('a new certificate is taken, at SIGHUP at once, a broken one is not; who is connected stays', async () => {
  const v = new MediaSocket(`wss://127.0.0.1:${port}/ws/${meeting}/media`, { options: { ca: first.ca } });
  ends.push(() => v.close());
  await v.goesOn(10);
  const name = async () => {
    const s = await connect({ rejectUnauthorized: false });
    const { CN } = s.getPeerCertificate().subject;
    s.destroy();
    return CN;
  };
  assert.equal(await name(), 'birinci');
  writeFileSync(cert, 'this is no certificate');
  m.server.kill('SIGHUP');
  await until('the complaint', () => m.server.output.includes('stays'), { seconds: 5 });
  assert.equal(await name(), 'birinci');
  use(second);
  m.server.kill('SIGHUP');
  await until('the new certificate', async () => (await name()) === 'ikinci', { seconds: 5 });
  await v.goesOn(25);
  assert.deepEqual(v.broken, []);
  assert.equal(v.closed, undefined);
  v.close();
});

test('a renewed certificate is noticed by itself; what is half written, wrong or gone is not used', async () => {
  const name = async () => {
    const s = await connect({ rejectUnauthorized: false });
    const { CN } = s.getPeerCertificate().subject;
    s.destroy();
    return CN;
  };
  const complaints = () => m.server.output.split('the certificate in use stays').length - 1;
  use(first);
  await until('the first again', async () => (await name()) === 'birinci', { seconds: 30 });
  const wrong = [
    () => writeFileSync(cert, readFileSync(second.cert).subarray(0, 300)),
    () => copyFileSync(second.cert, cert), // its key has not come
    () => unlinkSync(key),
  ];
  for (const make of wrong) {
    const before = complaints();
    make();
    await until('the complaint', () => complaints() > before, { seconds: 30 });
    assert.equal(await name(), 'birinci');
  }
  // as certbot does it: links that point at the next pair
  for (const [at, to] of [[cert, second.cert], [key, second.key]]) {
    symlinkSync(to, `${at}.new`);
    renameSync(`${at}.new`, at);
  }
  await until('the second', async () => (await name()) === 'ikinci', { seconds: 30 });
  unlinkSync(cert);
  unlinkSync(key);
  use(first);
  await until('the first once more', async () => (await name()) === 'birinci', { seconds: 30 });
});

test('files that do not fit are complained of at the start', async () => {
  const other = await Meclis.create({ after: (f) => ends.push(f) }, {
    sources: [], settings: { tls_certificate: first.cert, tls_key: second.key, tls_port: await freePort() },
  });
  const p = other.spawn();
  const { code } = await p.ended();
  assert.notEqual(code, 0);
  assert.match(p.output, /TLS/);
});
