// Sessions from their beginning to their end: what ends them, and that their sockets go with them.
// Runs beside others.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import http from 'node:http';
import test from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { until } from '../lib/wait.mjs';

const password = 'doğru at pil zımba';

const account = (m, ...args) => execFileSync(m.binary, ['account', ...args, '--data', m.data], { input: `${password}\n`, encoding: 'utf8' });

async function begin(t, options = {}) {
  const m = await Meclis.create(t, { sources: [{ id: 'kart', kind: 'test' }], ...options });
  await m.start();
  return m;
}

const post = (m, where, body, headers = {}, method = 'POST') => m.get(where, 20, { method, body: body && JSON.stringify(body), headers });

async function session(m, body) {
  const r = await post(m, '/api/v1/session', body);
  assert.equal(r.status, 200, await r.clone().text());
  const cookie = r.headers.get('set-cookie').split(';')[0];
  return { cookie, ...(await r.json()) };
}

const comes = (m, s) => m.events({ options: { headers: { cookie: s.cookie } } }).ready();
const rolesOf = (socket) => socket.of('hello')[0].you.roles.join();

async function isSentAway(socket) {
  await until('its socket to be closed', () => socket.closed, { seconds: 5 });
  assert.deepEqual(socket.closed, { code: 1008, reason: 'revoked' });
}

async function withPeople(t, options) {
  const m = await begin(t, options);
  const authorization = `Bearer ${m.token}`;
  const desk = await m.events({ admin: true }).ready();
  await desk.do('sitting.describe', { kind: 'ordinary', title: 'Örnek Birleşim' });
  const add = (name) => desk.do('roster.add', { kind: 'member', name, deputy: 0, presiding: false, fields: [] });
  const people = [await add('Örnek Üye 1'), await add('Örnek Üye 2')];
  const link = async (person, role = 'member') => (await post(m, `/api/v1/meetings/${meeting}/links`, { role, person }, { authorization })).json();
  return { m, desk, people, link, authorization };
}

test('what an operator changes ends the sessions of the account, beside a running server', async (t) => {
  const m = await begin(t);
  account(m, 'add', 'ayse', '--roles', 'clerk');
  account(m, 'add', 'veli', '--roles', 'chair');
  const [ayse, veli] = [await session(m, { account: 'ayse', password }), await session(m, { account: 'veli', password })];
  const [hers, his] = [await comes(m, ayse), await comes(m, veli)];
  account(m, 'disable', 'ayse');
  await isSentAway(hers);
  assert.equal(rolesOf(await comes(m, ayse)), 'viewer');
  await his.do('sitting.describe', { kind: 'ordinary', title: 'Örnek' });
  assert.equal(his.closed, undefined);
});

test('a session is over after its time, its socket too', async (t) => {
  const m = await begin(t);
  account(m, 'add', 'ayse', '--roles', 'clerk');
  const ayse = await session(m, { account: 'ayse', password });
  const socket = await comes(m, ayse);
  m.stepClock(31 * 24 * 3600e6);
  await until('its socket to be closed', () => socket.closed, { seconds: 20 });
  assert.equal(socket.closed.reason, 'revoked');
  assert.equal(rolesOf(await comes(m, ayse)), 'viewer');
});

test('links and their sessions end with the meeting; accounts go on', async (t) => {
  for (const end of ['cancelled', 'ended by who came by a link']) {
    const { m, desk, people, link, authorization } = await withPeople(t);
    account(m, 'add', 'ayse', '--roles', 'clerk');
    const clerk = await comes(m, await session(m, { account: 'ayse', password }));
    const made = await link(people[0]);
    const member = await session(m, { link: made.link });
    const chair = await comes(m, await session(m, { link: (await link(people[1], 'chair')).link }));
    const socket = await comes(m, member);
    if (end === 'cancelled') {
      await desk.do('sitting.cancel', { reason: 'Örnek neden' });
    } else {
      await desk.do('sitting.announce');
      await desk.do('sitting.open');
      assert.equal((await chair.say('sitting.end')).type, 'accepted'); // answered before it is sent away
    }
    await isSentAway(socket);
    await isSentAway(chair);
    assert.equal(rolesOf(await comes(m, member)), 'viewer');
    assert.equal((await post(m, '/api/v1/session', { link: made.link })).status, 401);
    const late = await post(m, `/api/v1/meetings/${meeting}/links`, { role: 'member', person: people[0] }, { authorization });
    assert.deepEqual([late.status, (await late.json()).error.code], [409, 'ended']);
    assert.equal(clerk.closed, undefined);
    await m.stop();
  }
});

test('who leaves the roster, and whose link is made anew, is sent away; nobody else', async (t) => {
  const { m, desk, people, link } = await withPeople(t);
  const first = await link(people[0]);
  const other = await comes(m, await session(m, { link: (await link(people[1])).link }));
  const one = await comes(m, await session(m, { link: first.link }));
  const anew = await link(people[0]);
  await isSentAway(one);
  assert.equal((await post(m, '/api/v1/session', { link: first.link })).status, 401);
  const s = await session(m, { link: anew.link });
  const two = await comes(m, s);
  await desk.do('roster.leave', { person: people[0], reason: 'Örnek neden' });
  await until('its socket to be closed', () => two.closed, { seconds: 20 });
  assert.equal(rolesOf(await comes(m, s)), 'viewer');
  assert.equal(other.closed, undefined);
  // Their link lets nobody in, nor is a code for it read out: each address says so in its own way.
  const authorization = `Bearer ${m.token}`;
  const opened = await ask(m, 'POST', '/api/v1/session', { body: { link: anew.link } });
  assert.deepEqual([opened.status, opened.body.code], [404, 'not_found']);
  const read = await ask(m, 'POST', `/api/v1/meetings/${meeting}/links/${anew.principal}/code`, { authorization });
  assert.deepEqual([read.status, read.body.error?.code], [404, 'not_found']);
});

// As a browser asks: with cookies and an Origin of its choice, which fetch would not let us say.
function ask(m, method, where, { body, ...headers } = {}) {
  return new Promise((resolve, reject) => {
    const r = http.request(m.url(where), { method, headers, timeout: 20000 }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (d) => (text += d)).on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: text.startsWith('{') ? JSON.parse(text) : text }));
    });
    r.on('error', reject).on('timeout', () => r.destroy(new Error(`${where}: no answer`)));
    r.end(body && JSON.stringify(body));
  });
}

test('who one is, commands over HTTP by a session, and out again', async (t) => {
  const { m, people, link } = await withPeople(t);
  account(m, 'add', 'ayse', '--roles', 'clerk');
  const origin = m.url('');
  const clerk = await session(m, { account: 'ayse', password });
  const { cookie } = clerk;
  const { body: me, headers } = await ask(m, 'GET', '/api/v1/me', { cookie });
  assert.deepEqual([me.principal, me.account, me.roles, me.person], [clerk.principal, 'ayse', ['viewer', 'clerk'], 0]);
  assert.equal(headers['access-control-allow-origin'], undefined);
  assert.equal((await ask(m, 'GET', '/api/v1/me')).status, 401);
  assert.equal((await ask(m, 'GET', '/api/v1/me', { authorization: `Bearer ${clerk.token}` })).body.account, 'ayse');
  assert.equal((await ask(m, 'GET', '/api/v1/me', { authorization: 'Bearer x', cookie })).status, 401);
  assert.equal((await ask(m, 'GET', '/api/v1/me', { authorization: `Bearer ${m.token}` })).body.principal, 'admin');
  assert.equal((await ask(m, 'GET', `/api/v1/me?meeting=${'x'.repeat(80)}`, { cookie })).status, 400);
  const member = await session(m, { link: (await link(people[0])).link });
  assert.equal((await ask(m, 'GET', '/api/v1/me', member)).status, 401); // of one meeting alone
  const { body: they } = await ask(m, 'GET', `/api/v1/me?meeting=${meeting}`, { cookie: member.cookie });
  assert.deepEqual([they.account, they.person, they.roles], [null, people[0], ['viewer', 'member']]);

  // a cookie changes something only for our own page, to the letter
  const commands = `/api/v1/meetings/${meeting}/commands`;
  const say = (headersOf, id = 'a1') => ask(m, 'POST', commands, { body: { id, name: 'sitting.describe', args: { kind: 'ordinary', title: 'Örnek' } }, ...headersOf });
  for (const foreign of ['http://kotu.example', 'null', `https://127.0.0.1:${m.port}`, `${origin}.kotu.example`, `http://127.0.0.1:${m.port + 1}`]) {
    assert.equal((await say({ cookie, origin: foreign })).status, 403, foreign);
    assert.equal((await ask(m, 'POST', '/api/v1/sign-out', { cookie, origin: foreign })).status, 403, foreign);
  }
  assert.equal((await say({ cookie })).body.error.code, 'foreign_origin');
  assert.equal((await ask(m, 'POST', '/api/v1/sign-out', { cookie })).status, 403);
  const before = (await m.log()).length;
  assert.equal((await say({ cookie, origin })).body.type, 'accepted');
  assert.equal((await say({ authorization: `Bearer ${clerk.token}` }, 'a2')).body.type, 'accepted');
  assert.deepEqual((await m.log()).slice(before).map((e) => e.actor), [clerk.principal, clerk.principal]);
  assert.equal((await say({ cookie: member.cookie, origin }, 'a3')).body.code, 'forbidden');
  assert.equal((await say({}, 'a4')).status, 401);

  // out: a copy of the cookie is worth nothing afterwards; twice is as once
  const [hers, theirs] = [await comes(m, clerk), await comes(m, member)];
  for (let i = 0; i < 2; i++) {
    const out = await ask(m, 'POST', '/api/v1/sign-out', { cookie, origin });
    assert.deepEqual([out.status, out.body], [200, { sessions: 0 }]);
    assert.equal(out.headers['set-cookie'][0], 'meclis-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict');
  }
  await isSentAway(hers);
  assert.equal((await ask(m, 'GET', '/api/v1/me', { cookie })).status, 401);
  assert.equal((await say({ authorization: `Bearer ${clerk.token}` }, 'a5')).status, 401);
  assert.equal(theirs.closed, undefined);
});

// A browser: keeps its cookies as it is told to.
class Browser {
  constructor(m) {
    this.m = m;
    this.cookies = new Map();
  }

  get cookie() {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async ask(method, where, body) {
    const r = await ask(this.m, method, where, { cookie: this.cookie, origin: this.m.url(''), body });
    for (const line of r.headers['set-cookie'] ?? []) {
      const [, name, value, lasts] = line.match(/^([^=]+)=([^;]*); Path=\/; Max-Age=(\d+); HttpOnly; SameSite=Strict$/);
      if (Number(lasts) > 0) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    return r;
  }

  async enter(body) {
    const r = await this.ask('POST', '/api/v1/session', body);
    assert.equal(r.status, 200, JSON.stringify(r.body));
    return r.body;
  }

  async out(query = '') {
    const r = await this.ask('POST', `/api/v1/sign-out${query}`);
    assert.equal(r.status, 200, JSON.stringify(r.body));
    return r.body.sessions;
  }

  async is(id) {
    const r = await this.ask('GET', `/api/v1/me${id ? `?meeting=${id}` : ''}`);
    return r.status === 200 ? (r.body.account ?? r.body.principal) : r.status;
  }

  comes(id) {
    return this.m.events({ meeting: id, options: { headers: { cookie: this.cookie } } }).ready();
  }
}

async function withMeetings(t, count) {
  const m = await Meclis.create(t, { sources: [{ id: 'kart', kind: 'test' }] });
  const ids = [meeting];
  for (let i = 2; i <= count; i++) {
    ids.push(`meclis-${i}`);
    m.settings.meetings.push({ id: ids.at(-1), title: `Örnek ${i}`, sources: [{ id: 'kart', kind: 'test' }], agenda: [] });
  }
  m.configure();
  await m.start();
  const authorization = `Bearer ${m.token}`;
  const link = async (id, role) => (await post(m, `/api/v1/meetings/${id}/links`, { role }, { authorization })).json();
  return { m, ids, link };
}

test("a browser has a session in each meeting, beside its account's; the newest counts, and each can be left alone", async (t) => {
  const { m, ids: [one, two], link } = await withMeetings(t, 2);
  account(m, 'add', 'ayse', '--roles', 'clerk');
  const b = new Browser(m);
  const [first, second] = [await link(one, 'chair'), await link(two, 'moderator')];
  await b.enter({ link: first.link });
  const socket = await b.comes(one);
  await b.enter({ link: second.link });
  assert.deepEqual([await b.is(one), await b.is(two), await b.is()], [first.principal, second.principal, 401]);
  assert.deepEqual([...b.cookies.keys()].sort(), [`meclis-session-${one}`, 'meclis-session-meclis-2']);
  assert.equal(rolesOf(await b.comes(two)), 'viewer,moderator');
  assert.equal(socket.closed, undefined);

  // who signs in by an account is that one everywhere; who then opens a link, that one there
  await b.enter({ account: 'ayse', password });
  assert.deepEqual([await b.is(one), await b.is(two), await b.is()], ['ayse', 'ayse', 'ayse']);
  assert.equal(rolesOf(await b.comes(one)), 'viewer,clerk');
  const third = await link(two, 'chair');
  await b.enter({ link: third.link });
  assert.deepEqual([await b.is(one), await b.is(two)], ['ayse', third.principal]);
  assert.equal(rolesOf(await b.comes(two)), 'viewer,chair');

  // the one that was replaced is over; a cookie of another meeting's name is worth nothing
  const planted = new Browser(m);
  planted.cookies.set(`meclis-session-${one}`, b.cookies.get('meclis-session-meclis-2'));
  planted.cookies.set('meclis-session-', b.cookies.get('meclis-session'));
  assert.deepEqual([await planted.is(one), await planted.is(two)], [401, 401]);

  // out of one after the other: what is under it counts again
  assert.equal(await b.out(`?meeting=${one}`), 2);
  assert.deepEqual([await b.is(one), await b.is(two)], [first.principal, third.principal]);
  assert.equal(await b.out(`?meeting=${one}`), 1);
  await isSentAway(socket);
  assert.deepEqual([await b.is(one), await b.is(two)], [401, third.principal]);
  assert.equal(await b.out(`?meeting=${one}`), 1); // nobody there: nothing is left by it
  assert.equal((await ask(m, 'POST', `/api/v1/sign-out?meeting=${'x'.repeat(80)}`, { cookie: b.cookie, origin: m.url('') })).status, 400);

  // out of all
  await b.enter({ account: 'ayse', password });
  const copy = b.cookie;
  const [here, there] = [await b.comes(one), await b.comes(two)];
  assert.equal(await b.out(), 0);
  await isSentAway(here);
  await isSentAway(there);
  assert.equal(b.cookies.size, 0);
  assert.equal((await ask(m, 'GET', `/api/v1/me?meeting=${two}`, { cookie: copy })).status, 401);
});

test('a browser keeps eight meetings: with the ninth the oldest is over', async (t) => {
  const { m, ids, link } = await withMeetings(t, 10);
  const b = new Browser(m);
  const entered = [];
  for (const id of ids.slice(0, 8)) entered.push((await b.enter({ link: (await link(id, 'moderator')).link })).principal);
  const desk = await m.events({ admin: true, meeting: ids[1] }).ready();
  await desk.do('sitting.cancel', { reason: 'Örnek neden' });
  await until('the links of that meeting to end', async () => (await b.is(ids[1])) === 401);

  // what is over already is forgotten, and makes room
  await b.enter({ link: (await link(ids[8], 'moderator')).link });
  assert.equal(b.cookies.size, 8);
  assert.equal(b.cookies.has(`meclis-session-${ids[1]}`), false);
  const oldest = b.cookies.get(`meclis-session-${ids[0]}`);
  await b.enter({ link: (await link(ids[9], 'moderator')).link });
  assert.equal(b.cookies.size, 8);
  assert.equal(b.cookies.has(`meclis-session-${ids[0]}`), false);
  b.cookies.set(`meclis-session-${ids[0]}`, oldest); // a copy of it too
  assert.equal(await b.is(ids[0]), 401);
  for (const i of [2, 7]) assert.equal(await b.is(ids[i]), entered[i]);

  // a head full of cookies is read as far as is sensible
  const stuffed = Array.from({ length: 100 }, () => `meclis-session-${ids[2]}=${'A'.repeat(43)}`).join('; ');
  assert.equal((await ask(m, 'GET', `/api/v1/me?meeting=${ids[2]}`, { cookie: stuffed })).status, 401);
  assert.equal(await b.is(ids[2]), entered[2]);
});

test('guessing waits, and is told how long; a session begins over a safe line alone', async (t) => {
  const m = await begin(t, { settings: { trusted_proxies: '127.0.0.1' } });
  account(m, 'add', 'ayse', '--roles', 'clerk');
  const from = (address, proto = 'https') => ({ 'x-forwarded-for': address, 'x-forwarded-proto': proto });
  const guess = (name, word, address, proto) => ask(m, 'POST', '/api/v1/session', { body: { account: name, password: word }, ...from(address, proto) });
  for (const name of ['ayse', 'kimse']) { // one that is not there is limited in the same way
    const codes = [];
    for (let i = 0; i < 8; i++) codes.push((await guess(name, 'yanlış at pil zımba', `2001:db8:${i}::1`)).status);
    assert.deepEqual(codes, Array(8).fill(401));
    const limited = await guess(name, password, '2001:db8:99::1'); // right or wrong
    assert.deepEqual([limited.status, limited.body.code], [429, 'too_fast']);
    assert.ok(limited.headers['retry-after'] > 0 && limited.headers['retry-after'] <= 30, limited.headers['retry-after']);
  }
  const plain = await guess('veli', password, '203.0.113.7', 'http');
  assert.deepEqual([plain.status, plain.body.code, plain.headers['set-cookie']], [403, 'needs_https', undefined]);
  account(m, 'add', 'veli', '--roles', 'chair');
  const safe = await guess('veli', password, '203.0.113.7');
  assert.match(safe.headers['set-cookie'][0], /^__Host-meclis-session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/);
  // the name that a neighbour on plain HTTP could plant does not count there
  const value = safe.headers['set-cookie'][0].match(/=([\w-]+)/)[1];
  assert.equal((await ask(m, 'GET', '/api/v1/me', { cookie: `__Host-meclis-session=${value}`, ...from('203.0.113.7') })).status, 200);
  assert.equal((await ask(m, 'GET', '/api/v1/me', { cookie: `meclis-session=${value}`, ...from('203.0.113.7') })).status, 401);
});

test('a code that is read out is good once, and not for long', async (t) => {
  const { m, people, link } = await withPeople(t);
  account(m, 'add', 'ayse', '--roles', 'clerk');
  const { cookie } = await session(m, { account: 'ayse', password });
  const origin = m.url('');
  const readOut = (principal, headers = { cookie, origin }) => ask(m, 'POST', `/api/v1/meetings/${meeting}/links/${principal}/code`, headers);
  const enter = (code, more = {}) => ask(m, 'POST', '/api/v1/session', { body: { meeting, code, ...more } });
  const [one, two] = [await link(people[0]), await link(people[1])];
  const first = await readOut(one.principal);
  assert.equal(first.status, 200, JSON.stringify(first.body));
  assert.match(first.body.code, /^\d{6}$/);

  // not for everybody to have
  assert.equal((await readOut('person-999')).status, 404);
  assert.equal((await readOut(one.principal, {})).status, 401);
  assert.equal((await readOut(one.principal, { cookie, origin: 'http://kotu.example' })).status, 403);
  const chair = await link(undefined, 'chair');
  assert.equal((await readOut(chair.principal)).body.error.code, 'forbidden'); // a clerk does not make chairs
  assert.equal((await readOut(chair.principal, { authorization: `Bearer ${m.token}` })).status, 200);
  const spoken = `${first.body.code.slice(0, 3)} ${first.body.code.slice(3)}`;
  for (const body of [{ meeting }, { meeting, code: '1', account: 'x' }, { meeting, code: '1', link: 'x' }, { code: '123456' }]) {
    assert.equal((await ask(m, 'POST', '/api/v1/session', { body })).status, 400, JSON.stringify(body));
  }

  const entered = await enter(spoken); // the first try
  assert.equal(entered.status, 200, JSON.stringify(entered.body));
  assert.equal(entered.body.principal, one.principal);
  assert.equal((await enter(spoken)).status, 401);
  const theirs = { cookie: entered.headers['set-cookie'][0].split(';')[0] };
  assert.equal((await readOut(two.principal, { ...theirs, origin })).status, 403); // a member is not of the desk
  const late = await readOut(two.principal);
  m.stepClock(301e6);
  assert.equal((await enter(late.body.code)).status, 401);

  // it ends with the link
  const socket = await comes(m, theirs);
  assert.equal((await post(m, `/api/v1/meetings/${meeting}/links/${one.principal}`, undefined, { authorization: `Bearer ${m.token}` }, 'DELETE')).status, 204);
  await isSentAway(socket);

  // five tries of an address in all, right or wrong
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await enter('x')).status);
  assert.deepEqual(statuses, [401, 401, 429, 429]);
});

test("a clerk's account makes, lists and revokes links, of what a clerk may do", async (t) => {
  const { m, people, link, authorization } = await withPeople(t);
  account(m, 'add', 'ayse', '--roles', 'clerk');
  account(m, 'add', 'can', '--roles', 'producer');
  const origin = m.url('');
  const ayse = { authorization: `Bearer ${(await session(m, { account: 'ayse', password })).token}` };
  const can = { authorization: `Bearer ${(await session(m, { account: 'can', password })).token}` };
  const links = `/api/v1/meetings/${meeting}/links`;
  const make = (body, who) => ask(m, 'POST', links, { body, ...who });
  const revoke = (principal, who) => ask(m, 'DELETE', `${links}/${principal}`, who);
  const said = (r) => [r.status, r.body.error?.code];

  const made = await make({ role: 'member', person: people[0] }, ayse);
  assert.equal(made.status, 200, JSON.stringify(made.body));
  const member = await session(m, { link: made.body.link });
  const socket = await comes(m, member);

  // nobody hands out, replaces or takes back more than they may do
  assert.deepEqual(said(await make({ role: 'chair' }, ayse)), [403, 'forbidden']);
  const chair = await link(people[1], 'chair');
  assert.deepEqual(said(await make({ role: 'member', person: people[1] }, ayse)), [403, 'forbidden']);
  assert.deepEqual(said(await revoke(chair.principal, ayse)), [403, 'forbidden']);
  const chairSession = await session(m, { link: chair.link }); // still good

  // who is of another role, who came by a link, whose browser is on another's page
  const clerkByLink = await session(m, { link: (await link(undefined, 'clerk')).link });
  const others = [can, ...[member, chairSession, clerkByLink].map((s) => ({ authorization: `Bearer ${s.token}` }))];
  for (const who of others) {
    for (const r of [await make({ role: 'member', person: people[0] }, who), await ask(m, 'GET', links, who), await revoke(made.body.principal, who)]) assert.deepEqual(said(r), [403, 'forbidden']);
  }
  const { cookie } = await session(m, { account: 'ayse', password });
  assert.equal((await make({ role: 'member', person: people[0] }, { cookie, origin: 'http://kotu.example' })).status, 403);
  assert.deepEqual(said(await make({ role: 'member', person: people[0] }, { cookie })), [403, 'foreign_origin']);
  assert.equal((await ask(m, 'GET', links)).status, 401);
  assert.equal(socket.closed, undefined);

  const { status, body } = await ask(m, 'GET', links, { cookie, origin });
  assert.equal(status, 200);
  assert.deepEqual(body.links.map((l) => [l.principal, l.roles, l.person]).slice(0, 2), [[made.body.principal, ['member'], people[0]], [chair.principal, ['chair'], people[1]]]);
  assert.equal(body.links.length, 3);
  assert.equal(JSON.stringify(body).includes(made.body.link), false);
  assert.equal((await ask(m, 'GET', '/api/v1/meetings/yok/links', { authorization })).status, 404);

  assert.equal((await revoke(made.body.principal, ayse)).status, 204);
  await isSentAway(socket);
  assert.equal((await revoke(made.body.principal, ayse)).status, 404);
  assert.equal((await revoke(chair.principal, { authorization })).status, 204);
});

test('what is done with a personal link is in the record, for the desk and its owner to see', async (t) => {
  const { m, desk, people, authorization } = await withPeople(t);
  account(m, 'add', 'ayse', '--roles', 'clerk');
  const clerk = await session(m, { account: 'ayse', password });
  const ayse = { authorization: `Bearer ${clerk.token}` };
  const links = `/api/v1/meetings/${meeting}/links`;
  const viewer = await m.events().ready();
  const before = (await m.log()).length;
  const { body: made } = await ask(m, 'POST', links, { body: { role: 'member', person: people[0] }, ...ayse });
  const { body: other } = await ask(m, 'POST', links, { body: { role: 'member', person: people[1] }, ...ayse });

  // opened by a browser: once, however often it comes again
  const [b, two] = [new Browser(m), new Browser(m)];
  await b.enter({ link: made.link });
  await b.enter({ link: made.link });
  const owner = await b.comes(meeting);
  const neighbour = new Browser(m);
  await neighbour.enter({ link: other.link });
  const beside = await neighbour.comes(meeting);
  // by a code in another, then revoked
  const { body: code } = await ask(m, 'POST', `${links}/${made.principal}/code`, { authorization });
  await two.enter({ meeting, code: code.code });
  const of = (socket) => [...(socket.state.links ?? []), ...(socket.own.links ?? [])].filter((l) => l.is.principal === made.principal);
  await until('its owner to be told of the second browser', () => of(owner)[0]?.opened === 2);
  assert.equal((await ask(m, 'DELETE', `${links}/${made.principal}`, ayse)).status, 204);
  await isSentAway(owner);

  await until('the desk to see all of it', () => of(desk)[0]?.revoked);
  const [link] = of(desk);
  assert.deepEqual([link.is, link.made_by, link.read_out_by, link.opened], [{ principal: made.principal, role: 'member', person: people[0] }, clerk.principal, 'admin', 2]);
  const log = (await m.log()).slice(before);
  const about = log.filter((e) => e.type.startsWith('link.'));
  assert.deepEqual(about.map((e) => [e.type, e.actor, e.audience, e.body]), [
    ['link.made', clerk.principal, 'author', null],
    ['link.made', clerk.principal, 'author', null],
    ['link.opened', 'server', 'author', null],
    ['link.opened', 'server', 'author', null],
    ['link.read_out', 'admin', 'author', null],
    ['link.opened', 'server', 'author', null],
    ['link.revoked', clerk.principal, 'author', null],
  ]);
  const told = desk.events.filter((e) => e.type === 'link.opened').map((e) => [e.body.link.principal, e.body.way]);
  assert.deepEqual(told, [[made.principal, 'link'], [other.principal, 'link'], [made.principal, 'code']]);

  // nobody else: not what, not whose, not that there is one
  for (const socket of [viewer, beside]) {
    await until('the others to be told so far', () => socket.events.some((e) => e.type === 'link.revoked'));
    assert.deepEqual(of(socket), []);
    assert.equal(JSON.stringify(socket.events.filter((e) => e.type.startsWith('link.'))).includes(made.principal), false);
  }
  assert.deepEqual([beside.own.links.map((l) => l.is.principal), beside.state.links ?? []], [[other.principal], []]); // their own
  const stranger = await m.events({ hello: {} }).ready();
  assert.deepEqual(stranger.state.links ?? [], []);

  // nobody says these commands but the server
  for (const name of ['link.make', 'link.revoke', 'link.read_out']) {
    const said = await desk.say(name, { principal: made.principal, role: 'member' });
    assert.deepEqual([said.type, said.code], ['refused', 'forbidden']);
  }
  // a restart tells the same
  await m.stop();
  await m.start();
  const again = await m.events({ admin: true }).ready();
  assert.deepEqual(of(again), [link]);
});

test('a link that new browsers open again and again has to wait', async (t) => {
  const { m, people, link } = await withPeople(t, { settings: { link_browsers: 4 } });
  const made = await link(people[0]);
  const statuses = [];
  for (let i = 0; i < 5; i++) statuses.push((await post(m, '/api/v1/session', { link: made.link })).status);
  assert.deepEqual(statuses, [...Array(4).fill(200), 429]);
  assert.equal((await m.log()).filter((e) => e.type === 'link.opened').length, 4);
});

// RFC 6238, from an otpauth:// address.
function oneTimeCode(address, utc_us) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...new URL(address).searchParams.get('secret')].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const step = Buffer.alloc(8);
  step.writeBigInt64BE(BigInt(Math.floor(utc_us / 30e6)));
  const mac = createHmac('sha1', key).update(step).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
}

test('a one-time password counts once, and a wrong password does not use it up', async (t) => {
  const m = await begin(t);
  const address = account(m, 'add', 'veli', '--roles', 'chair', '--totp').match(/otpauth:\S+/)[0];
  const code = oneTimeCode(address, Date.now() * 1000);
  const statuses = [];
  for (const more of [{}, { code: 'x' }, { code, password: 'yanlış at pil zımba' }, { code }, { code }]) {
    statuses.push((await post(m, '/api/v1/session', { account: 'veli', password, ...more })).status);
  }
  assert.deepEqual(statuses, [401, 401, 401, 200, 401]);
});
