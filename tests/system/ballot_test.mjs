// An electronic secret ballot over the real protocol, the server killed in its middle: every paper
// that was accepted is counted once, what is published proves the count, and nothing that was
// written tells who voted what.
// Runs beside others.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { openSitting } from '../lib/sitting.mjs';

const choices = ['for', 'against', 'for', 'abstain'];

// Somebody's socket by their own personal link.
async function member(m, person, role = 'member') {
  const made = await m.get(`/api/v1/meetings/${meeting}/links`, 10, {
    method: 'POST',
    headers: { authorization: `Bearer ${m.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ role, person }),
  });
  const { link } = await made.json();
  const session = await m.get('/api/v1/session', 10, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ link }) });
  const { token } = await session.json();
  return async (after) => m.events({ hello: { token, in_hall: true }, ...(after && { after }) }).ready();
}

async function answer(socket, name, args, options) {
  const said = await socket.say(name, args, options);
  return said.type === 'accepted' ? 'accepted' : said.code;
}

function files(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile())
    .map((e) => path.join(e.path, e.name));
}

test('papers go to the box, voters to the log, and a kill loses neither', async (t) => {
  const m = await Meclis.create(t, { sources: [{ id: 'kart', kind: 'test' }] });
  await m.start();
  const { desk, items, people } = await openSitting(m);
  const ballot = { item: items[0], subject: 'Encümen üyesi seçimi (örnek)', method: 'secret_electronic', majority: 'ordinary', numbered: true, excluded: [] };
  assert.equal(await answer(desk, 'vote.open', ballot), 'not_by_rules');
  await desk.do('body.rule', { rule: 'electronic_secret', number: 1, source: 'Örnek karar' });
  const come = await Promise.all(people.map((person, i) => member(m, person, i === 0 ? 'chair' : 'member')));
  let sockets = await Promise.all(come.map((one) => one()));
  const vote = await desk.do('vote.open', ballot);
  const papers = `/api/v1/meetings/${meeting}/votes/${vote}/papers`;
  const paper = (i) => ({ vote, choice: choices[i] });

  assert.equal(await answer(desk, 'vote.hand_in', paper(0)), 'may_not_vote'); // nobody of the roster
  assert.equal(await answer(sockets[1], 'vote.hand_in', { vote }), 'missing_member');
  assert.equal(await answer(sockets[1], 'vote.hand_in', { vote, choice: 'belki' }), 'unknown_value');
  assert.equal(await answer(sockets[1], 'vote.seal', { vote, counts: {}, papers: 'x' }), 'forbidden');
  assert.equal(await answer(sockets[0], 'vote.hand_in', paper(0), { id: 'oy-0' }), 'accepted');
  assert.equal(await answer(sockets[1], 'vote.hand_in', paper(1), { id: 'oy-1' }), 'accepted');
  assert.equal(await answer(sockets[1], 'vote.hand_in', { vote, choice: 'for' }), 'already');
  assert.equal((await m.get(papers)).status, 404); // no running tally

  // Said while it is killed: accepted or not, the voter says it again under the same key.
  sockets[2].send({ type: 'command', id: 'oy-2', name: 'vote.hand_in', args: paper(2) });
  await m.killServer();
  await m.start();
  const clerk = await m.events({ admin: true, hello: { in_hall: true } }).ready();
  sockets = await Promise.all(come.map((one, i) => one(sockets[i])));
  assert.equal(await answer(sockets[2], 'vote.hand_in', paper(2), { id: 'oy-2' }), 'accepted');
  assert.equal(await answer(sockets[0], 'vote.hand_in', { vote, choice: 'against' }, { id: 'oy-0' }), 'accepted'); // the same key: nothing new
  assert.equal(await answer(sockets[3], 'vote.hand_in', paper(3)), 'accepted');
  await clerk.has(sockets[3].newest);
  assert.deepEqual(clerk.state.casts.filter((c) => c.vote === vote).map((c) => [c.person, c.choice]).sort(), people.map((person) => [person, undefined]).sort());
  const open = clerk.state.votes.find((v) => v.seq === vote);
  assert.equal(open.counted, false);

  await clerk.do('vote.close', { vote });
  const closed = clerk.state.votes.find((v) => v.seq === vote);
  const { in_favour, against, abstain } = closed.result.counts;
  assert.deepEqual([in_favour, against, abstain, closed.result.outcome], [2, 1, 1, 'rejected']); // 2 of 4 is not more than half
  assert.equal(await answer(sockets[3], 'vote.hand_in', paper(3)), 'stale');

  // ---- what is published: in the order of random keys, and anybody's b2sum says what the log says ----
  const text = await m.text(papers);
  const lines = text.trimEnd().split('\n');
  assert.deepEqual(lines, [...lines].sort());
  assert.deepEqual(lines.map((line) => line.match(/^[0-9a-f]{32} (for|against|abstain)$/)[1]).sort(), [...choices].sort());
  const file = path.join(m.folder, 'papers');
  writeFileSync(file, text);
  assert.equal(execFileSync('b2sum', ['-l', '256', file], { encoding: 'utf8' }).split(' ')[0], closed.papers);
  assert.equal((await m.get(`/api/v1/meetings/${meeting}/votes/${vote + 1}/papers`)).status, 404);
  assert.equal((await m.get(`/api/v1/meetings/${meeting}/votes/${'9'.repeat(30)}/papers`)).status, 404);

  // ---- the log tells who, and never what ----
  const events = (await m.log()).filter((e) => e.type === 'vote.handed_in');
  assert.deepEqual(events.map((e) => Object.keys(e.body).sort()), people.map(() => ['person', 'v', 'vote']));
  assert.equal((await m.log()).find((e) => e.type === 'vote.sealed').actor, 'server');
  for (const one of files(m.data)) assert.equal(readFileSync(one).includes('"choice"'), false, one);
  assert.deepEqual(files(path.join(m.data, 'ballots')), []);
  await m.stop();
  assert.equal(m.server.output.includes('against'), false);
});

test('a vote that was open when a backup was made is taken again', async (t) => {
  const m = await Meclis.create(t, { sources: [{ id: 'kart', kind: 'test' }] });
  await m.start();
  const { desk, people } = await openSitting(m);
  await desk.do('body.rule', { rule: 'electronic_secret', number: 1, source: 'Örnek karar' });
  const ballot = { subject: 'Örnek', method: 'secret_electronic', majority: 'ordinary', numbered: false, excluded: [] };
  const come = await member(m, people[1]);
  const vote = await desk.do('vote.open', ballot);
  let voter = await come();
  await voter.do('vote.hand_in', { vote, choice: 'for' });

  const backup = path.join(m.folder, 'yedek');
  execFileSync(m.binary, ['backup', '--data', m.data, backup], { stdio: 'pipe' });
  await m.stop();
  const restored = path.join(m.folder, 'yeni');
  execFileSync(m.binary, ['restore', '--data', restored, backup], { stdio: 'pipe' });
  m.data = restored;
  await m.start();
  const clerk = await m.events({ admin: true, hello: { in_hall: true } }).ready();
  assert.equal(await answer(clerk, 'vote.close', { vote }), 'ballot_lost');
  await clerk.do('vote.cancel', { vote, reason: 'Yedekten dönüldü' });
  const again = await clerk.do('vote.open', ballot);
  const fresh = await member(m, people[1]);
  voter = await fresh();
  await voter.do('vote.hand_in', { vote: again, choice: 'for' });
  await clerk.do('vote.close', { vote: again });
  assert.equal(clerk.state.votes.find((v) => v.seq === again).result.counts.in_favour, 1);
  await m.stop();
});
