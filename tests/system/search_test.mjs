// What was said is found by a word of it: in the right meeting, at its second, with its clip; and not
// before everybody may know it, nor after it was taken back.
// Runs beside others.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { openSitting } from '../lib/sitting.mjs';
import { until } from '../lib/wait.mjs';

const search = (m, query) => m.json(`/api/v1/search?${new URLSearchParams(query)}`);
const texts = (hits) => hits.map((h) => h.text.join(''));

test('a word finds what was said, live and after a restart', async (t) => {
  const m = await Meclis.create(t, { sources: [{ id: 'kart', kind: 'test' }] });
  await m.start();
  assert.deepEqual((await search(m, { q: 'park' })).hits, []);
  await m.command('start');
  await until('something recorded', async () => (await m.about()).recording.until_us > 1e6, { seconds: 40 });
  const { desk, items, people } = await openSitting(m);
  const cookie = (await m.get('/api/v1/viewer', 10, { method: 'POST' })).headers.get('set-cookie').split(';')[0];
  const citizen = await m.events({ options: { headers: { cookie } } }).ready();
  const question = await citizen.do('question.submit', { item: items[0], text: 'Örnek Mahallesindeki parkımız ne zaman açılacak?', name: 'Örnek Vatandaş' });
  const found = (query, count) => until(`${count} of ${JSON.stringify(query)}`, async () => {
    const answer = await search(m, query);
    return answer.hits.length === count && answer;
  }, { seconds: 20 });

  await found({ q: 'ihale' }, 1);
  assert.deepEqual((await search(m, { q: 'park' })).hits, [], 'not approved yet');
  await desk.do('question.approve', { question });
  await desk.do('question.put', { question });
  await desk.do('question.answer', { question, person: people[1], note: 'Gelecek Mayısta' });
  const { hits: [hit] } = await found({ q: 'PARK mayıs' }, 1);
  assert.equal(hit.meeting, meeting);
  assert.equal(hit.kind, 'question');
  assert.deepEqual(hit.text, ['Örnek Mahallesindeki ', 'parkımız', ' ne zaman açılacak?']);
  assert.deepEqual(hit.more, ['Gelecek ', 'Mayısta', '']);
  const { questions: [span] } = await m.json(`/api/v1/meetings/${meeting}/spans`);
  assert.equal(hit.media_us, span.from_us);
  assert.equal(hit.address, `/m/${meeting}?t=${Math.floor(span.from_us / 1e6)}`);
  assert.equal(hit.clip, `/api/v1/meetings/${meeting}/clip.mp4?question=${question}`);

  // ---- who, what, whose, when ----
  const request = await desk.do('floor.enter', { person: people[1], kind: 'member', item: items[0] });
  await desk.do('floor.grant', { request, from: 0, start: true });
  await found({ q: 'ihale', kind: 'turn', person: 'üye 1' }, 1);
  assert.deepEqual((await search(m, { q: 'ihale', person: 'başkan' })).hits, []);
  assert.equal((await search(m, { q: 'park', body: 'Örnek Belediye Meclisi' })).hits.length, 1);
  assert.deepEqual((await search(m, { q: 'park', body: 'Kent Konseyi' })).hits, []);
  assert.deepEqual((await search(m, { q: 'park', year: '1999' })).hits, []);
  assert.deepEqual(texts((await search(m, { q: 'kesinhesap' })).hits), ['Örnek kesinhesap']);

  // What would be said of a span is not said before something does it.
  const redacted = await desk.say('record.redact', { from_media_us: 0, to_media_us: span.from_us, number: '2026/1', document: 'Örnek karar' });
  assert.equal(redacted.code, 'not_available');

  // ---- nonsense ----
  for (const q of ['"*(', '', ' ', 'AND OR NOT', 'a" OR "b', '%', 'x'.repeat(200)]) assert.deepEqual((await search(m, { q })).hits, [], q);
  for (const query of ['q=%ff%fe', 'q=park&year=abc', 'q=park&kind=yok', 'q=park&after=5000', `q=${'x'.repeat(2000)}`]) assert.equal((await m.get(`/api/v1/search?${query}`)).status, 400, query);

  // ---- the server is killed; the index is lost ----
  await m.killServer();
  await m.start();
  await found({ q: 'park' }, 1);
  await m.killServer();
  for (const end of ['', '-wal', '-shm']) rmSync(path.join(m.data, `search.db${end}`), { force: true });
  await m.start();
  await found({ q: 'park' }, 1);
  await until('its clip', async () => (await (await m.get(hit.clip)).arrayBuffer()).byteLength > 1000, { seconds: 30 });
});
