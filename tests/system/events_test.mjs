// The events socket: order without gap or repeat, across connections and the server's death.
// Runs beside others.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import test from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { root } from '../lib/programs.mjs';
import { checker } from '../lib/schema.mjs';
import { until } from '../lib/wait.mjs';

const sources = [{ id: 'kart', kind: 'test' }];

const unbroken = (...sockets) => {
  for (const s of sockets) assert.deepEqual(s.broken, []);
};

test('who has said hello is given the state, then what happens, in one order', async (t) => {
  const m = await Meclis.create(t, { sources });
  await m.start();
  const admin = await m.events({ admin: true }).ready();
  const viewers = await Promise.all(Array.from({ length: 50 }, () => m.events().ready()));
  assert.deepEqual(viewers[0].of('hello')[0].you.roles, ['viewer']);
  assert.ok(admin.of('hello')[0].commands.includes('sitting.open'));
  await admin.do('sitting.describe', { kind: 'ordinary', title: 'Örnek Birleşim' });
  await admin.do('sitting.announce');
  await admin.do('sitting.open');
  const last = await admin.do('sitting.pause', { reason: 'Ara' });
  for (const v of viewers) {
    await v.has(last);
    assert.deepEqual(v.state, admin.state);
    assert.deepEqual(v.events, viewers[0].events);
  }
  assert.equal(viewers[0].state.sitting.state, 'break');
  unbroken(admin, ...viewers);
  // the log read from outside tells the same
  const log = await m.log();
  assert.deepEqual(log.slice(-4).map((e) => [e.seq, e.type, e.body]), viewers[0].events.map((e) => [e.seq, e.type, e.body]));
  const refused = await viewers[0].say('sitting.resume');
  assert.equal(refused.code, 'forbidden');
  assert.equal((await m.log()).length, log.length);
  await m.stop();
});

test('a command counts once, over reconnects and the death of the server; nothing accepted is lost', async (t) => {
  const m = await Meclis.create(t, { sources });
  await m.start();
  let admin = await m.events({ admin: true }).ready();
  let viewer = await m.events().ready();
  await admin.do('sitting.describe', { kind: 'ordinary', title: 'Örnek Birleşim' }, { id: 'anahtar' });
  const accepted = await admin.say('sitting.announce', undefined, { id: 'ilan' });
  // two commands under way while it is killed: whatever was not answered is said again
  admin.send({ type: 'command', id: 'aç', name: 'sitting.open' });
  await m.killServer();
  await m.start();
  const before = viewer;
  viewer = await m.events({ after: before }).ready();
  admin = await m.events({ admin: true }).ready();
  const opened = await admin.say('sitting.open', undefined, { id: 'aç' });
  assert.equal(opened.type, 'accepted');
  const again = await admin.say('sitting.announce', undefined, { id: 'ilan' });
  assert.deepEqual([again.type, again.first_seq], ['accepted', accepted.first_seq]);
  assert.equal((await admin.say('sitting.announce', undefined, { id: 'başka' })).code, 'wrong_state');
  await viewer.has(opened.last_seq);
  unbroken(before, viewer, admin);
  assert.deepEqual(viewer.state, admin.state);
  const types = (await m.log()).map((e) => e.type).filter((type) => type.startsWith('sitting.'));
  assert.deepEqual(types, ['sitting.described', 'sitting.announced', 'sitting.opened']);
  await m.stop();
});

test('what was missed comes from memory or from the log, as it was told', async (t) => {
  const m = await Meclis.create(t, { sources });
  await m.start();
  const admin = await m.events({ admin: true }).ready();
  const early = await m.events().ready();
  early.close();
  const titles = Array.from({ length: 60 }, (_, i) => `Örnek Birleşim ${i}`);
  for (const title of titles) await admin.do('sitting.describe', { kind: 'ordinary', title });
  const fromMemory = await m.events({ after: early }).ready();
  assert.equal(fromMemory.events.length, 60);
  await m.killServer(); // the memory is empty now
  await m.start();
  const fromLog = await m.events({ after: early }).ready();
  assert.deepEqual(fromLog.events, fromMemory.events);
  assert.deepEqual(fromLog.state, fromMemory.state);
  assert.equal(fromLog.of('snapshot').length, 0);
  const future = await m.events({ hello: { since: 999999 } }).ready();
  assert.equal(future.of('snapshot').length, 1);
  unbroken(early, fromMemory, fromLog, future);
  await m.stop();
});

test('what is wrong is refused by its name; the connection stays where that is safe', async (t) => {
  const m = await Meclis.create(t, { sources });
  await m.start();
  const s = await m.events({ hello: { language: 'en' } }).ready();
  const refusal = async (text) => {
    const from = s.messages.length;
    s.send(text);
    await until('a refusal', () => s.messages.slice(from).some((x) => x.type === 'refused'));
    const { code, member, id } = s.messages.slice(from).find((x) => x.type === 'refused');
    return [code, member ?? '', id ?? ''].join(' ');
  };
  assert.equal(await refusal('{'), 'not_json  ');
  assert.equal(await refusal('{"type":"ping","type":"ping"}'), 'duplicate_member type ');
  assert.equal(await refusal(`${'['.repeat(9)}${']'.repeat(9)}`), 'too_deep  ');
  assert.equal(await refusal('{"type":"command","id":"k","name":"sitting.open","args":{"a":1}}'), 'unknown_member args.a k');
  assert.equal(await refusal('{"type":"hello","v":1}'), 'hello_first  ');
  s.send({ type: 'ping', id: 'p' });
  await until('a pong', () => s.of('pong').length === 1);

  const closing = async (first, hello = {}) => {
    const x = m.events({ hello: { v: undefined, ...hello } });
    await until('open', () => x.socket.readyState === 1);
    x.socket.send(first);
    await until('closed', () => x.closed);
    return `${x.closed.code} ${x.closed.reason}`;
  };
  assert.equal(await closing('{"type":"ping"}'), '1008 hello_first');
  assert.equal(await closing('{"type":"hello","v":9}'), '1008 version');
  assert.equal(await closing('{"type":"hello","v":1,"token":"wrong"}'), '1008 unauthorized');
  assert.equal(await closing(Buffer.from([1, 2])), '1003 binary');
  assert.equal(await closing('x'.repeat(9000)), '1009 too_big');
  const nowhere = m.events({ meeting: 'yok' });
  await until('closed', () => nowhere.closed);
  assert.equal(nowhere.closed.reason, 'not_found');
  const stranger = m.events({ options: { origin: 'https://baska.example' } });
  await until('refused', () => stranger.error);
  assert.match(stranger.error.message, /403/);
  await m.events({ options: { origin: m.url('') } }).ready();
  unbroken(s);
  await m.stop();
});

test('commands over HTTP, the viewer\'s cookie', async (t) => {
  const m = await Meclis.create(t, { sources });
  await m.start();
  const listener = await m.events().ready();
  const post = (where, body, headers = {}) => m.get(where, 10, { method: 'POST', body, headers });
  const where = `/api/v1/meetings/${meeting}/commands`;
  const authorization = `Bearer ${m.token}`;
  const command = JSON.stringify({ id: 'h1', name: 'sitting.describe', args: { kind: 'ordinary', title: 'Örnek' } });
  assert.equal((await post(where, command)).status, 401);
  const first = await post(where, command, { authorization });
  assert.equal(first.status, 200);
  const accepted = await first.json();
  assert.equal(accepted.type, 'accepted');
  await listener.has(accepted.last_seq);
  assert.deepEqual(await (await post(where, command, { authorization })).json(), accepted);
  const wrong = await post(where, '{"id":"h2","name":"sitting.open"}', { authorization, 'accept-language': 'en' });
  assert.equal(wrong.status, 409);
  assert.equal((await wrong.json()).code, 'wrong_state');
  assert.equal((await post(where, '{', { authorization })).status, 400);
  assert.equal((await post('/api/v1/meetings/yok/commands', command, { authorization })).status, 404);

  const given = await post('/api/v1/viewer');
  assert.equal(given.status, 204);
  const cookie = given.headers.get('set-cookie');
  assert.match(cookie, /^meclis-viewer=[\w-]{22}\.[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
  const value = cookie.split(';')[0];
  assert.equal((await post('/api/v1/viewer', undefined, { cookie: value })).headers.get('set-cookie'), null);
  const principal = async (text) => (await m.events({ options: { headers: { cookie: text } } }).ready()).of('hello')[0].you.principal;
  assert.equal(await principal(value), `viewer:${value.slice(14, 36)}`);
  assert.equal(await principal(`a=1; ${value}`), `viewer:${value.slice(14, 36)}`);
  // what one has done is said to oneself, also where it is nothing private
  const admin = await m.events({ admin: true }).ready();
  const asked = await m.events().ready();
  await admin.do('sitting.announce');
  await admin.do('sitting.open');
  const question = await asked.do('question.submit', { text: 'Örnek soru?' });
  await admin.do('question.approve', { question });
  const supporter = await m.events({ options: { headers: { cookie: value } } }).ready();
  await supporter.do('question.support', { question, on: true });
  await until('its own mark', () => supporter.own.marks?.some((mark) => mark.kind === 'support' && mark.thing === question));
  await asked.has(supporter.newest);
  assert.equal(asked.own.marks, undefined);
  const forged = `${value.slice(0, -1)}${value.endsWith('A') ? 'E' : 'A'}`;
  assert.notEqual(await principal(forged), `viewer:${value.slice(14, 36)}`);
  await m.stop();
});

test('why a question was turned down is told to its author and the desk alone', async (t) => {
  const m = await Meclis.create(t, { sources });
  await m.start();
  const admin = await m.events({ admin: true }).ready();
  await admin.do('sitting.describe', { kind: 'ordinary', title: 'Örnek Birleşim' });
  await admin.do('sitting.announce');
  await admin.do('sitting.open');
  const cookie = (await fetch(m.url('/api/v1/viewer'), { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).headers.get('set-cookie').split(';')[0];
  const as = () => m.events({ options: { headers: { cookie } } }).ready();
  const [author, other] = [await as(), await m.events().ready()];
  const question = await author.do('question.submit', { text: 'Örnek soru?' });
  await admin.has(question);
  await admin.do('question.decline', { question, category: 'off_topic', reason: 'Gündemde yok' });
  const reason = (socket) => socket.own.questions?.find((q) => q.seq === question)?.reason;
  await until('the reason', () => reason(author) === 'Gündemde yok');
  assert.equal(admin.state.questions.find((q) => q.seq === question).reason, 'Gündemde yok');
  const again = await as();
  await until('the reason, after a reload', () => reason(again) === 'Gündemde yok');
  await other.has(admin.newest);
  assert.ok(!JSON.stringify(other.messages).includes('Gündemde yok'));
  await admin.do('question.approve', { question });
  await other.has(admin.newest);
  assert.equal(other.state.questions.find((q) => q.seq === question).state, 'approved');
  assert.ok(!JSON.stringify(other.messages).includes('Gündemde yok'));
  await m.stop();
});

test('who does not say hello is closed; listeners are counted', async (t) => {
  const m = await Meclis.create(t, { sources });
  await m.start();
  const admin = await m.events({ admin: true }).ready();
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  const handshake = `GET /ws/${meeting}/events HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: meclis.events.v1\r\n\r\n`;
  const silent = net.connect(m.port, '127.0.0.1');
  const got = [];
  silent.on('data', (b) => got.push(b));
  silent.on('error', () => {});
  let ended = false;
  silent.on('close', () => {
    ended = true;
  });
  silent.write(handshake);
  await until('no_hello', () => Buffer.concat(got).includes('no_hello'), { seconds: 20 });
  await until('its end', () => ended);
  const listeners = await Promise.all(Array.from({ length: 20 }, () => m.events().ready()));
  const last = await admin.do('sitting.describe', { kind: 'ordinary', title: 'Örnek' });
  for (const l of listeners) await l.has(last);
  unbroken(admin, ...listeners);
  await until('all counted, and nobody else', async () => (await m.metric('meclis_event_listeners')) === 21);
  await m.stop();
});

test('the schema is good, and holds for what is said and for the documentation', async (t) => {
  const m = await Meclis.create(t, { sources });
  await m.start();
  const schema = await m.json('/api/v1/schema');
  const check = checker(schema);
  const types = execFileSync('node', [`${root}/web/make-types.mjs`], { input: JSON.stringify(schema), encoding: 'utf8' });
  assert.equal(types, readFileSync(`${root}/web/src/wire/meeting-types.ts`, 'utf8'), 'the pages\' types are the server\'s');
  const admin = await m.events({ admin: true }).ready();
  const viewer = await m.events().ready();
  await admin.do('sitting.describe', { kind: 'ordinary', title: 'Örnek Birleşim' });
  await admin.do('sitting.announce');
  await admin.do('sitting.open');
  await admin.say('sitting.pause', { reason: ' x' });
  viewer.send({ type: 'ping' });
  await until('a pong', () => viewer.of('pong').length);
  const late = await m.events({ hello: { since: 2 } });
  await until('changes', () => late.of('changes').length);
  for (const message of [...admin.messages, ...viewer.messages, ...late.messages]) assert.equal(check.server(message), '', JSON.stringify(message));

  const examples = [...readFileSync(`${root}/docs/protocol.md`, 'utf8').matchAll(/^```json (client|server)(, in part)?\n(.*?)^```/gms)];
  assert.ok(examples.length > 10);
  for (const [, side, part, text] of examples) assert.equal(check[side](JSON.parse(text), { inPart: Boolean(part) }), '', text);
  const shown = new Set(examples.filter(([, side]) => side === 'server').map(([, , , text]) => JSON.parse(text).type));
  assert.deepEqual([...shown].sort(), ['accepted', 'changes', 'events', 'hello', 'own', 'pong', 'refused', 'snapshot']);
  assert.notEqual(check.client({ type: 'hello' }), '');
  assert.notEqual(check.client({ type: 'command', id: 'k', name: 'sitting.open', args: { x: 1 } }), '');
  assert.notEqual(check.server({ type: 'accepted', id: 'k' }), '');
  // what the client examples say is taken, too
  for (const [, side, , text] of examples) {
    const said = JSON.parse(text);
    if (side !== 'client' || said.type === 'hello') continue;
    const from = admin.messages.length;
    admin.send(said);
    await until('an answer', () => admin.messages.slice(from).some((x) => x.id === said.id));
    assert.notEqual(admin.messages.slice(from).find((x) => x.id === said.id).type, 'refused', text);
  }
  await m.stop();
});

test('a personal link is exchanged for a session, which ends with it', async (t) => {
  const m = await Meclis.create(t, { sources });
  await m.start();
  const admin = await m.events({ admin: true }).ready();
  await admin.do('sitting.describe', { kind: 'ordinary', title: 'Örnek' });
  const person = await admin.do('roster.add', { kind: 'representative', name: 'Örnek Temsilci 1', organisation: 'Örnek Dernek', deputy: 0, presiding: false, fields: [] });
  await admin.do('sitting.announce');
  await admin.do('sitting.open');
  const ask = (where, body, { method = 'POST', ...headers } = {}) => m.get(where, 10, { method, body: body && JSON.stringify(body), headers });
  const authorization = `Bearer ${m.token}`;
  const links = `/api/v1/meetings/${meeting}/links`;
  assert.equal((await ask(links, { role: 'representative', person })).status, 401);
  assert.equal((await ask(links, { role: 'administrator' }, { authorization })).status, 400);
  assert.equal((await ask(links, { role: 'representative', person: 999 }, { authorization })).status, 400);
  assert.equal((await ask('/api/v1/session', { link: 'x' }, { origin: 'https://baska.example' })).status, 403);
  assert.equal((await ask('/api/v1/session', { link: 'x' }, { origin: m.url('') })).status, 401);
  const { link, address, principal } = await (await ask(links, { role: 'representative', person }, { authorization })).json();
  assert.equal(address, `/speak/${meeting}#${link}`);

  assert.equal((await ask('/api/v1/session', { link: 'x'.repeat(43) })).status, 401);
  assert.equal((await ask('/api/v1/session', { link, more: 1 })).status, 400);
  const given = await ask('/api/v1/session', { link });
  const cookie = given.headers.get('set-cookie');
  assert.match(cookie, /^meclis-session-deneme=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
  const { token } = await given.json();
  const byCookie = await m.events({ options: { headers: { cookie: cookie.split(';')[0] } } }).ready();
  const byToken = await m.events({ hello: { token } }).ready();
  for (const s of [byCookie, byToken]) assert.deepEqual(s.of('hello')[0].you, { principal, roles: ['viewer', 'representative'], person, in_hall: false });
  const request = await byToken.do('floor.request', { kind: 'representative', about: 'Örnek konu' });
  await admin.has(request);
  assert.equal(admin.state.requests.find((r) => r.seq === request).person, person);
  assert.equal((await byToken.say('sitting.end')).code, 'forbidden');
  // the database alone opens nothing, the log names nobody's secret
  assert.equal(JSON.stringify(await m.log()).includes(link), false);

  await m.killServer();
  await m.start();
  const again = await m.events({ hello: { token } }).ready();
  assert.equal((await ask(`${links}/${principal}`, undefined, { method: 'DELETE', authorization })).status, 204);
  await until('closed', () => again.closed);
  assert.equal(again.closed.reason, 'revoked');
  assert.equal((await ask('/api/v1/session', { link })).status, 401);
  const late = m.events({ hello: { token } });
  await until('turned away', () => late.closed);
  assert.equal(late.closed.reason, 'unauthorized');
  await m.stop();
});

test('staff sign in with a password; guessing is slowed down', async (t) => {
  const m = await Meclis.create(t, { sources });
  await m.start();
  const password = 'uzun bir örnek parola';
  const account = (...args) => {
    const r = spawnSync(m.binary, ['account', ...args, '--data', m.data], { input: `${password}\n`, encoding: 'utf8' });
    assert.equal(r.status, 0, r.stdout + r.stderr);
  };
  account('add', 'katip', '--roles', 'clerk');
  const signIn = (body, headers = {}) => m.get('/api/v1/session', 20, { method: 'POST', body: JSON.stringify(body), headers });
  const given = await signIn({ account: 'katip', password });
  assert.equal(given.status, 200, await given.clone().text());
  const { token, principal } = await given.json();
  const clerk = await m.events({ hello: { token } }).ready();
  assert.deepEqual(clerk.of('hello')[0].you, { principal, roles: ['viewer', 'clerk'], in_hall: false });
  await clerk.do('sitting.describe', { kind: 'ordinary', title: 'Örnek' });
  assert.equal((await m.log()).at(-1).actor, principal);
  assert.equal((await signIn({ account: 'katip' })).status, 400);
  assert.equal((await signIn({ account: 'katip', password, link: 'x' })).status, 400);
  const codes = [];
  for (const name of ['katip', 'yok', 'Yok Böyle Biri']) codes.push((await (await signIn({ account: name, password: 'yanlış parola' })).json()).code);
  assert.deepEqual(codes, ['unauthorized', 'unauthorized', 'unauthorized']);
  account('disable', 'katip');
  assert.equal((await signIn({ account: 'katip', password })).status, 401);
  const late = m.events({ hello: { token } });
  await until('turned away', () => late.closed);
  assert.equal(late.closed.reason, 'unauthorized');
  let slowed;
  for (let i = 0; i < 10 && !slowed; i++) slowed = (await signIn({ account: 'katip', password: `${i}` })).status === 429;
  assert.ok(slowed);
  await m.stop();
});
