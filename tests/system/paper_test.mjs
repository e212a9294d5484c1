// Papers of a sitting: the arithmetic, the speakers and the decisions are in them, whichever program
// opens them; texts that would be markup are texts.
// Runs beside others.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { temporary } from '../lib/programs.mjs';
import { openSitting } from '../lib/sitting.mjs';

const at = (file) => `/api/v1/meetings/${meeting}/papers/${file}`;
const nasty = 'Örnek <script>alert(1)</script> & "İhale" ılık';

test('minutes and decisions, as HTML and as documents', async (t) => {
  const m = await Meclis.create(t, { sources: [] });
  await m.start();
  const { desk, items, people } = await openSitting(m, { titles: [nasty, 'Örnek bütçe'] });
  const draft = await m.text(at('minutes.html'));
  assert.match(draft, /Taslak: birleşim henüz sona ermedi/);
  const request = await desk.do('floor.enter', { person: people[1], kind: 'member', item: items[0] });
  const turn = await desk.do('floor.grant', { request, from: 0, start: true });
  await desk.do('floor.end', { turn });
  const vote = await desk.do('vote.open', { item: items[0], subject: 'Örnek ihalenin onayı', method: 'hands', majority: 'ordinary', numbered: true, excluded: [] });
  await desk.do('vote.count', { vote, counts: { in_favour: 3, against: 1 } });
  await desk.do('vote.close', { vote });
  await desk.do('agenda.decide', { item: items[0], verdict: 'adopted', vote });
  await desk.do('sitting.end');

  const response = await m.get(at('minutes.html'));
  assert.match(response.headers.get('content-type'), /^text\/html/);
  assert.match(response.headers.get('content-security-policy'), /default-src 'none'/);
  const html = await response.text();
  assert.ok(!html.includes('<script') && html.includes('&lt;script&gt;'), 'a title is a text');
  assert.ok(!html.includes('Taslak'));
  for (const said of ['Örnek Üye 1', 'Örnek Grup A', 'Örnek ihalenin onayı', '<td>3</td>', 'Kabul edildi', '2026/57', 'Kâtip Üye']) assert.ok(html.includes(said), said);
  assert.ok(html.indexOf('Örnek ihalenin') < html.indexOf('Görüşülmedi'), 'in the order of the agenda');
  const decisions = await m.text(at('decisions.html'));
  assert.match(decisions, /<td>2026\/57<\/td>/);
  assert.match(decisions, /Gönderme için son gün/);
  assert.ok(!decisions.includes('Örnek bütçe'), 'nothing was decided about it');
  assert.match(await m.text(`${at('decisions.html')}?lang=en`), /Last day to send it/);

  // ---- what other programs read ----
  const folder = temporary();
  const made = async (file) => {
    const r = await m.get(at(file), 60);
    assert.equal(r.status, 200, file);
    assert.match(r.headers.get('content-disposition'), /^attachment; filename="deneme-/);
    const to = path.join(folder, file);
    writeFileSync(to, Buffer.from(await r.arrayBuffer()));
    return to;
  };
  for (const file of ['minutes.odt', 'minutes.docx']) {
    const words = execFileSync('pandoc', ['-t', 'plain', '--columns=500', await made(file)], { encoding: 'utf8' });
    for (const said of ['Örnek ihalenin onayı', '2026/57', '<script>alert(1)</script>', 'İhale', 'ılık']) assert.ok(words.includes(said), `${file}: ${said}`);
  }
  const pdf = await made('decisions.pdf');
  const words = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
  assert.match(words, /2026\/57/);
  assert.match(words, /Karar özetleri/);

  // ---- one at a time; names that are none; a program that is missing ----
  const both = await Promise.all([m.get(at('minutes.pdf'), 60), m.get(at('minutes.pdf'), 60), m.get(at('minutes.pdf'), 60)]);
  assert.deepEqual([...new Set(both.map((r) => r.status))].sort(), [200, 503]);
  for (const file of ['minutes', 'minutes.exe', 'x.html', 'minutes.html.html', '..%2Fminutes.html']) assert.ok((await m.get(at(file))).status >= 400, file);
  assert.equal((await m.get('/api/v1/meetings/yok/papers/minutes.html')).status, 404);
  await m.stop();
  m.env.PATH = folder;
  await m.start();
  assert.equal((await m.get(at('minutes.pdf'))).status, 501);
  assert.equal((await m.get(at('minutes.html'))).status, 200);
});
