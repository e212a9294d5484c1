// Meetings made while the server runs: over HTTP and from a shell, used at once, there after a kill.
// Runs beside others.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import test from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { openSitting } from '../lib/sitting.mjs';
import { until } from '../lib/wait.mjs';

const rooms = [{ id: 'salon', title: 'Örnek Meclis Salonu', sources: [{ id: 'kart', kind: 'test' }] }];
const create = (t) => Meclis.create(t, { sources: [{ id: 'kart', kind: 'test' }], settings: { rooms } });

async function post(m, body, headers = { authorization: `Bearer ${m.token}` }) {
  const r = await m.get('/api/v1/meetings', 10, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
  const text = await r.text();
  const answer = text.startsWith('{') ? JSON.parse(text) : {};
  return { status: r.status, code: answer.error?.code ?? answer.code, ...answer };
}

const ids = async (m, query = '') => (await (await m.get(`/api/v1/meetings${query}`, 10, { headers: { authorization: `Bearer ${m.token}` } })).json()).meetings.map((x) => x.id);

test('a meeting made over HTTP is held, broadcast and there after a kill', async (t) => {
  const m = await create(t);
  await m.start();
  const { desk: council } = await openSitting(m); // the council that meets again
  await council.do('broadcast.permit', { number: '2026/1', document: 'Örnek karar: canlı yayın' });
  const made = await post(m, { id: 'subat-2027', title: 'Örnek Şubat birleşimi', room: 'salon', like: meeting, starts_utc_us: 1801483200000000 });
  assert.deepEqual([made.status, made.address, made.desk], [201, '/m/subat-2027', '/desk/subat-2027']);
  assert.deepEqual(await ids(m), [meeting], 'a draft is not listed');
  assert.deepEqual((await ids(m, '?drafts=1')).sort(), [meeting, 'subat-2027']);
  assert.equal((await m.get('/api/v1/meetings?drafts=1')).status, 401);

  const desk = await m.events({ admin: true, hello: { in_hall: true }, meeting: 'subat-2027' }).ready();
  assert.equal(desk.state.body.name, 'Örnek Belediye Meclisi');
  assert.equal(desk.state.people.length, 4);
  assert.deepEqual(desk.state.attendance, []);
  await desk.do('sitting.announce');
  assert.deepEqual((await ids(m)).sort(), [meeting, 'subat-2027']);
  assert.match(await m.text('/calendar.ics'), /subat-2027/);
  const rollcall = await desk.do('rollcall.open', { purpose: 'opening' });
  await desk.do('rollcall.answer', { rollcall, entries: desk.state.people.map((p) => ({ person: p.seq, mark: 'present' })) });
  await desk.do('rollcall.close', { rollcall });
  await desk.do('sitting.open');
  await desk.do('broadcast.start', { record: true });
  const about = () => m.json('/api/v1/meetings/subat-2027');
  await until('its picture', async () => (await about()).on_air === 'kart', { seconds: 30 });
  const said = await desk.do('notice.post', { text: 'Örnek duyuru' });

  await m.killServer();
  await m.start();
  const again = await m.events({ admin: true, meeting: 'subat-2027' }).ready();
  assert.equal(again.state.notices.find((n) => n.seq === said).text, 'Örnek duyuru');
  await until('its worker to be found', async () => (await about()).on_air === 'kart', { seconds: 30 });
  assert.ok((await m.text('/hls/subat-2027/master.m3u8')).includes('#EXTM3U'));
  assert.deepEqual([...desk.broken, ...again.broken], []);
  await m.stop();
});

test('who may not, what is wrong, and what comes twice', async (t) => {
  const m = await create(t);
  await m.start();
  const wish = { id: 'mart', title: 'Örnek' };
  assert.equal((await post(m, wish, {})).status, 401);
  const code = async (body) => (await post(m, body)).code;
  assert.equal(await code({ ...wish, id: '../../etc' }), 'unknown_value');
  assert.equal(await code({ ...wish, id: 'x'.repeat(64) }), 'too_long');
  assert.equal(await code({ ...wish, title: 'ş'.repeat(200) }), 'too_long');
  assert.equal(await code({ ...wish, title: '' }), 'bad_text');
  assert.equal(await code({ ...wish, room: 'yok' }), 'unknown_value');
  assert.equal(await code({ ...wish, like: 'yok' }), 'unknown_value');
  assert.equal(await code({ ...wish, owner: 'ben' }), 'unknown_member');
  assert.equal(await code('{"id":"mart","title":"Örnek","id":"nisan"}'), 'duplicate_member');
  assert.equal(await code('{"id":"mart"'), 'not_json');
  assert.equal(await code({ ...wish, id: meeting }), 'exists');
  const together = await Promise.all(Array.from({ length: 20 }, () => post(m, wish)));
  assert.deepEqual(together.map((r) => r.status).sort(), [201, ...Array(19).fill(409)]);
  // an account's cookie lent by another site's page
  execFileSync(m.binary, ['account', 'add', 'ayse', '--roles', 'clerk', '--data', m.data], { input: 'doğru at pil zımba\n' });
  const entered = await m.get('/api/v1/session', 10, { method: 'POST', body: JSON.stringify({ account: 'ayse', password: 'doğru at pil zımba' }) });
  const cookie = entered.headers.getSetCookie().map((c) => c.split(';')[0]).join('; ');
  assert.equal((await post(m, { ...wish, id: 'nisan' }, { cookie, origin: 'https://kotu.example' })).status, 403);
  assert.equal((await post(m, { ...wish, id: 'nisan' }, { cookie, origin: `http://127.0.0.1:${m.port}` })).status, 201);
  const listed = await (await m.get('/api/v1/rooms', 10, { headers: { cookie } })).json();
  assert.deepEqual(listed, { rooms: [{ id: 'salon', title: 'Örnek Meclis Salonu', encoder: '', key: '' }] });
  await m.stop();
});

test('from a shell: made, listed, refused in words; without a server said so', async (t) => {
  const m = await create(t);
  const tool = (...args) => {
    const { status, stdout, stderr } = spawnSync(m.binary, ['meeting', ...args, '--data', m.data], { encoding: 'utf8', timeout: 20000, env: { ...process.env, TZ: 'Europe/Istanbul' } });
    return { status, out: stdout, err: stderr };
  };
  assert.match(tool('list').err, /çalışan bir sunucu yok/);
  await m.start();
  const made = tool('add', 'nisan-2027', '--title', 'Örnek "Nisan" birleşimi', '--room', 'salon', '--starts', '2027-04-05 14:00', '--kind', 'extraordinary');
  assert.deepEqual([made.status, made.out, made.err], [0, '/m/nisan-2027\n/desk/nisan-2027\n', '']);
  assert.match(tool('list').out, /^nisan-2027\tidle\t2027-04-05 14:00\tÖrnek "Nisan" birleşimi$/m);
  const twice = tool('add', 'nisan-2027', '--title', 'Örnek');
  assert.equal(twice.status, 1);
  assert.match(twice.err, /Bu kimlikte bir toplantı zaten var/);
  assert.match(tool('add', 'mayis', '--title', 'Örnek', '--starts', 'yarın').err, /"2027-01-05 14:00" gibi/);
  assert.match(tool('add', 'mayis', '--title', 'Örnek', '--kind', 'parti').err, /böyle bir tür yok/);
  assert.equal(tool('add', 'mayis').status, 2);
  await m.stop();
  assert.match(tool('list').err, /sunucu yanıt vermiyor/);
});

test('an item is a file that outlives its sitting: referred, overdue, reported, on the next agenda', async (t) => {
  const m = await create(t);
  await m.start();
  const { desk, items } = await openSitting(m);
  await desk.do('agenda.refer', { item: items[0], commission: 'Örnek Komisyon', due_utc_us: Date.now() * 1000 + 1500000 });
  const admin = { authorization: `Bearer ${m.token}` };
  const file = async (number) => (await m.json(`/api/v1/items?number=${encodeURIComponent(number)}`)).items;
  await until('it to be overdue', async () => (await file('1'))[0].uses[0].referrals[0].overdue);
  const [one] = await file('1');
  assert.deepEqual([one.state, one.uses[0].meeting], ['referred', meeting]);
  await desk.do('agenda.report', { referral: one.uses[0].referrals[0].seq, title: 'Örnek rapor', address: 'https://ornek.example/rapor.pdf' });
  assert.equal((await post(m, { id: 'sonraki', title: 'Örnek sonraki birleşim', like: meeting, carry: true })).status, 201);
  const next = await m.events({ admin: true, meeting: 'sonraki' }).ready();
  assert.deepEqual(next.state.items.map((i) => i.is.number), ['1', '2', '3']);
  assert.equal((await file('1'))[0].uses.length, 1, 'a draft is nobody’s business');
  await next.do('sitting.announce');
  const [both] = await file('1');
  assert.deepEqual(both.uses.map((u) => [u.meeting, u.item.state]), [[meeting, 'reported'], ['sonraki', 'waiting']]);
  assert.equal(both.state, 'waiting');
  const open = await (await m.get('/api/v1/items?open=1', 10, { headers: admin })).json();
  assert.deepEqual(open.items.map((i) => i.number), ['1', '2', '3']);
  for (const [query, status] of [['', 400], ['?open=1', 401], ['?number=', 400], ['?number=1&open=1', 400], [`?number=${'9'.repeat(99)}`, 400]]) {
    assert.equal((await m.get(`/api/v1/items${query}`)).status, status, query);
  }
  assert.deepEqual(await file('yok'), []);
  await m.stop();
});

test('an agenda comes as a table or as JSON, whole and once', async (t) => {
  const m = await create(t);
  await m.start();
  const send = async (query, body, headers = { authorization: `Bearer ${m.token}` }) => {
    const r = await m.get(`/api/v1/meetings/${meeting}/agenda${query}`, 10, { method: 'POST', headers, body });
    return { status: r.status, ...(await r.json()) };
  };
  const desk = await m.events({ admin: true }).ready();
  const table = '\uFEFFnumara;başlık;tür\r\n2027/1;"Kesinhesap; 2026";kesinhesap\r\n2027/2;"İmar ""değişikliği""";\r\n';
  const accepted = await send('?id=ilk', table);
  assert.deepEqual([accepted.status, accepted.type, accepted.last_seq - accepted.first_seq], [200, 'accepted', 1]);
  await desk.has(accepted.last_seq);
  assert.deepEqual(desk.state.items.map((item) => item.is.title), ['Kesinhesap; 2026', 'İmar "değişikliği"']);
  assert.equal((await send('?id=yarim', 'title;number\nYeni;2027/3\nAynı;2027/1\n')).member, 'lines.3');
  const more = await send('?id=ek', JSON.stringify({ items: [{ number: '2027/3', title: 'Rapor', kind: 'report' }] }));
  assert.equal(more.first_seq, accepted.last_seq + 1, 'nothing of the half one is there');

  const wrong = async (...args) => {
    const { status, code, member } = await send(...args);
    return [status, code, member];
  };
  assert.deepEqual(await wrong('', table), [400, 'missing_member', 'id']);
  assert.deepEqual(await wrong('?id=a', ''), [400, 'missing_member', 'items']);
  assert.deepEqual(await wrong('?id=a', 'title\n"a'), [400, 'not_csv', 'lines.2']);
  assert.deepEqual((await wrong('?id=a', Buffer.from('title\n\xff\n', 'latin1'))).slice(0, 2), [400, 'bad_text']);
  assert.deepEqual(await wrong('?id=a', `title\n${'a\n'.repeat(501)}`), [400, 'out_of_range', 'lines']);
  assert.equal((await send('?id=a', table, {})).status, 401);
  assert.equal((await m.get('/api/v1/meetings/yok/agenda?id=a', 10, { method: 'POST', headers: { authorization: `Bearer ${m.token}` }, body: table })).status, 404);

  await m.killServer();
  await m.start();
  const again = await send('?id=ilk', table);
  assert.deepEqual([again.first_seq, again.last_seq], [accepted.first_seq, accepted.last_seq]);
  const after = await m.events({ admin: true }).ready();
  assert.equal(after.state.items.length, 3);
  await m.stop();
});
