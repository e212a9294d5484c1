// A whole sitting, played by scripted clients over the real protocol, the server killed in the
// middle; the log, read from outside, tells it exactly.
// Runs beside others.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { checker } from '../lib/schema.mjs';
import { until } from '../lib/wait.mjs';

// The desk's clerk, and viewers that come back by themselves.
class Desk {
  constructor(m) {
    this.m = m;
  }

  async come() {
    this.socket = await this.m.events({ admin: true, hello: { in_hall: true }, ...(this.socket && { after: this.socket }) }).ready();
  }

  do(name, args) {
    return this.socket.do(name, args);
  }

  async refused(name, args) {
    const answer = await this.socket.say(name, args);
    assert.equal(answer.type, 'refused', `${name} was accepted`);
    return answer.code;
  }

  thing(pile, seq) {
    return this.socket.state[pile].find((x) => x.seq === seq);
  }
}

test('a sitting from its opening to its close', async (t) => {
  const m = await Meclis.create(t, { sources: [{ id: 'kart', kind: 'test' }] });
  await m.start();
  const check = checker(await m.json('/api/v1/schema'));
  const desk = new Desk(m);
  await desk.come();
  let viewer = await m.events().ready();
  const cookie = (await m.get('/api/v1/viewer', 10, { method: 'POST' })).headers.get('set-cookie').split(';')[0];
  const asking = await m.events({ options: { headers: { cookie } } }).ready();

  // ---- before it: the body, its people, the agenda ----
  await desk.do('sitting.describe', { kind: 'ordinary', title: 'Örnek Belediye Meclisi, Ocak birleşimi', number: '2026/1' });
  await desk.do('body.describe', { kind: 'council', name: 'Örnek Belediye Meclisi', members: 4 });
  const add = (kind, name, more = {}) => desk.do('roster.add', { kind, name, deputy: 0, presiding: false, fields: [], ...more });
  const chair = await add('chair', 'Örnek Başkan', { presiding: true });
  const members = [];
  for (let i = 1; i <= 3; i++) members.push(await add('member', `Örnek Üye ${i}`, { group: i < 3 ? 'Örnek Grup A' : 'Örnek Grup B', ...(i === 1 && { deputy: 1 }) }));
  const items = [];
  for (const [i, title] of ['Yol bakım ihalesi', 'Park düzenlemesi', 'Kesinhesap'].entries()) {
    items.push(await desk.do('agenda.add', { number: `2026/${41 + i}`, title, kind: 'ordinary' }));
  }
  await desk.do('vote.number', { prefix: '2026/', next: 57 });
  await desk.do('sitting.announce');

  // ---- opening, roll call ----
  await desk.do('chair.hand', { from: 0, person: chair });
  const roll = await desk.do('rollcall.open', { purpose: 'opening' });
  const everyone = [chair, ...members];
  await desk.do('rollcall.answer', { rollcall: roll, entries: everyone.map((person) => ({ person, mark: 'present' })) });
  await desk.do('rollcall.close', { rollcall: roll });
  assert.equal(desk.thing('rollcalls', roll).result.met, true);
  await desk.do('sitting.open');
  assert.equal(desk.socket.state.sitting.state, 'live');

  // ---- the first item: referred; two clerks press "next" at once, one item is advanced ----
  await desk.do('agenda.advance', { from: 0 });
  const current = () => desk.socket.state.sitting.item;
  assert.equal(current(), items[0]);
  await desk.do('agenda.refer', { item: items[0], commission: 'Örnek İmar Komisyonu', due_utc_us: 1900000000000000 });
  const second = await m.events({ admin: true }).ready();
  const both = await Promise.all([desk.socket, second].map((s) => s.say('agenda.advance', { from: items[0] })));
  assert.deepEqual(both.map((a) => a.type).sort(), ['accepted', 'refused']);
  assert.equal(both.find((a) => a.type === 'refused').code, 'stale');
  await desk.socket.has(both.find((a) => a.type === 'accepted').last_seq);
  assert.equal(current(), items[1]);

  // ---- the floor: a member's request, a point of order before it ----
  const request = await desk.do('floor.enter', { person: members[0], kind: 'member', item: items[1] });
  const order = await desk.do('floor.enter', { person: members[1], kind: 'point_of_order' });
  assert.ok(desk.thing('requests', order).precedence < desk.thing('requests', request).precedence);
  const turn = await desk.do('floor.grant', { request: order, from: 0, start: true });
  assert.equal(desk.thing('turns', turn).allotted_us, 180e6);
  await desk.do('floor.end', { turn });

  // ---- questions: pending for its author and the desk, approved for everybody ----
  const asked = await asking.do('question.submit', { item: items[1], text: 'Park ne zaman açılacak?', name: 'Örnek Vatandaş' });
  await desk.socket.has(asked);
  await viewer.has(asked);
  assert.equal(desk.thing('questions', asked).state, 'pending');
  assert.equal(viewer.state.questions.find((q) => q.seq === asked), undefined);
  await until('its author to be told of it', () => asking.own.questions?.some((q) => q.seq === asked && q.state === 'pending'));
  assert.ok(viewer.events.find((e) => e.seq === asked).commitment);
  assert.equal(JSON.stringify(viewer.messages).includes('Park ne zaman'), false);

  // ---- the server dies; everybody comes again and has everything ----
  const before = structuredClone(desk.socket.state);
  await m.killServer();
  await m.start();
  await desk.come();
  viewer = await m.events({ after: viewer }).ready();
  assert.deepEqual(desk.socket.state, before);
  await desk.do('question.approve', { question: asked });
  await viewer.has(desk.socket.newest);
  assert.equal(viewer.state.questions.find((q) => q.seq === asked).text, 'Park ne zaman açılacak?');
  await desk.do('question.put', { question: asked });
  await desk.do('question.answer', { question: asked, person: members[2], note: 'Mayısta' });

  // ---- a vote with a tie, on the chair's side ----
  const vote = await desk.do('vote.open', { item: items[1], subject: 'Park düzenlemesinin kabulü', method: 'hands', majority: 'ordinary', numbered: true, excluded: [] });
  await desk.do('vote.count', { vote, counts: { in_favour: 2, against: 2 } });
  assert.equal(await desk.refused('vote.close', { vote }), 'needs_chair_side');
  await desk.do('vote.close', { vote, chair_side: 'for' });
  const { result } = desk.thing('votes', vote);
  assert.deepEqual([result.outcome, result.ground, result.participants], ['adopted', 'chair_side', 4]);
  assert.equal(result.decision, '2026/57');
  await desk.do('agenda.decide', { item: items[1], verdict: 'adopted', vote });
  await desk.do('agenda.advance', { from: items[1] });

  // ---- a break; a closed part, after a decision; the chair handed over ----
  await desk.do('sitting.pause', { reason: 'Yemek arası' });
  await desk.do('sitting.resume');
  assert.equal(await desk.refused('part.close', { reason: 'Kişisel bilgiler görüşülecek' }), 'needs_decision');
  await desk.do('part.close', { number: '2026/58', document: 'Örnek karar defteri, s. 4', reason: 'Kişisel bilgiler görüşülecek' });
  const secret = await desk.do('floor.enter', { person: members[2], kind: 'member', about: 'Kapalı konu' });
  await viewer.has(secret);
  assert.equal(viewer.state.sitting.state, 'closed');
  assert.equal(viewer.state.sitting.closed_reason, 'Kişisel bilgiler görüşülecek');
  assert.ok(viewer.events.find((e) => e.seq === secret).commitment);
  const outside = await m.events({ admin: true }).ready();
  const come = async (person) => {
    const headers = { authorization: `Bearer ${m.token}` };
    const { link } = await (await m.get(`/api/v1/meetings/${meeting}/links`, 10, { method: 'POST', headers, body: JSON.stringify({ role: 'member', person }) })).json();
    const { token } = await (await m.get('/api/v1/session', 10, { method: 'POST', body: JSON.stringify({ link }) })).json();
    return m.events({ hello: { token } }).ready();
  };
  const present = await come(members[2]); // marked present by the desk: sits in the closed part
  assert.equal(present.of('hello')[0].you.in_hall, true);
  assert.equal(present.state.requests.find((r) => r.seq === secret).about, 'Kapalı konu');
  assert.equal((await outside.say('floor.enter', { person: members[2], kind: 'member' })).code, 'closed_part');
  const also = await desk.do('floor.enter', { person: members[1], kind: 'member', about: 'Başka kapalı konu' });
  await present.has(also);
  assert.equal(present.events.find((e) => e.seq === also).body.about, 'Başka kapalı konu');
  await desk.do('attendance.mark', { person: members[2], mark: 'absent' }); // has left: sees no more
  const unseen = await desk.do('floor.enter', { person: members[0], kind: 'member', about: 'Görülmeyecek konu' });
  await present.has(unseen);
  assert.ok(present.events.find((e) => e.seq === unseen).commitment);
  assert.equal(JSON.stringify(present.messages).includes('Görülmeyecek'), false);
  await desk.do('attendance.mark', { person: members[2], mark: 'present' });
  await desk.do('part.open');
  await desk.do('chair.hand', { from: chair, person: members[0] });
  await desk.do('agenda.decide', { item: items[2], verdict: 'noted' });
  const end = await desk.do('sitting.end');
  await viewer.has(end);

  // ---- what the viewer saw, and the log ----
  for (const s of [desk.socket, viewer, asking, second, outside, present]) assert.deepEqual(s.broken, []);
  for (const s of [desk.socket, viewer, asking]) for (const message of s.messages) assert.equal(check.server(message), '', JSON.stringify(message).slice(0, 2000));
  assert.equal(JSON.stringify(viewer.messages).includes('Kapalı konu'), false);
  const log = await m.log();
  const told = viewer.events;
  assert.deepEqual(log.slice(-told.length).map((e) => [e.seq, e.type, e.audience]), told.map((e) => [e.seq, e.type, e.audience]));
  assert.deepEqual(log.map((e) => e.seq), log.map((_, i) => i + 1));
  const types = log.map((e) => e.type).filter((type) => !/^(roster|agenda\.added|body|meeting|worker|source|recording)/.test(type));
  assert.deepEqual(types, [
    'sitting.described', 'vote.numbered', 'sitting.announced', 'chair.handed', 'rollcall.opened', 'rollcall.answered', 'rollcall.closed', 'sitting.opened',
    'agenda.advanced', 'agenda.referred', 'agenda.advanced', 'floor.requested', 'floor.requested', 'floor.granted', 'floor.started', 'floor.ended',
    'question.submitted', 'question.approved', 'question.put', 'question.answered', 'vote.opened', 'vote.counted', 'vote.decided',
    'agenda.decided', 'agenda.advanced', 'sitting.paused', 'sitting.resumed', 'part.closed', 'floor.requested', 'link.made', 'link.opened', 'floor.requested', 'attendance.marked', 'floor.requested', 'attendance.marked', 'part.opened',
    'chair.handed', 'agenda.decided', 'sitting.ended',
  ]);
  assert.equal(JSON.stringify(log).includes('Kapalı konu'), false);
  assert.equal(viewer.state.sitting.state, 'ended');
  assert.equal(meeting, m.settings.meetings[0].id);
  await m.stop();
});
