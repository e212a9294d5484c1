// Sessions from their beginning to their end: what ends them, and that their sockets go with them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
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

async function withPeople(t) {
  const m = await begin(t);
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
});
