// Personal links for a whole council from a shell: a table in; a table, slips of paper and mails out.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { openSitting } from '../lib/sitting.mjs';

// A mail server of the kind that people have: takes mail, and refuses or hangs up where told to.
async function mailServer(t) {
  const mails = [];
  const server = net.createServer((socket) => {
    let data = null;
    let rest = '';
    let to = '';
    const say = (line) => socket.write(`${line}\r\n`);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (let end; (end = rest.indexOf('\r\n')) >= 0;) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (data !== null && line !== '.') data.push(line);
        else if (data !== null) {
          mails.push({ to, text: data.join('\r\n') });
          data = null;
          say('250 taken');
        } else if (/^EHLO/.test(line)) say('250 ornek');
        else if (/^RCPT/.test(line)) {
          to = line.match(/<(.*)>/)[1];
          if (to.startsWith('yok@')) say('550 no such mailbox');
          else if (to.startsWith('kop@')) socket.destroy();
          else say('250 ok');
        } else if (/^DATA/.test(line)) {
          data = [];
          say('354 go on');
        } else if (/^QUIT/.test(line)) {
          say('221 bye');
          socket.end();
        } else say('250 ok');
      }
    });
    say('220 ornek');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { mails, url: `smtp://127.0.0.1:${server.address().port}` };
}

// A mail's text, as its reader sees it.
const read = ({ text }) => Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4).replaceAll('\r\n', ''), 'base64').toString();

function tool(m, ...args) {
  const child = spawn(m.binary, ['link', ...args, '--data', m.data], { timeout: 60000 });
  const answer = { out: '', err: '' };
  child.stdout.on('data', (d) => (answer.out += d));
  child.stderr.on('data', (d) => (answer.err += d));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, ...answer })));
}

test('a table in; links out as a table, on paper and by mail; said twice nobody gets a second one', async (t) => {
  const mail = await mailServer(t);
  const m = await Meclis.create(t, { sources: [{ id: 'kart', kind: 'test' }], settings: { smtp_url: mail.url, smtp_from: 'meclis@ornek.example' } });
  await m.start();
  const { desk } = await openSitting(m);
  const csv = path.join(m.folder, 'üyeler.csv');
  const slips = path.join(m.folder, 'kağıt.html');
  const out = path.join(m.folder, 'çıktı.csv');
  const base = m.url('');
  const make = (...more) => tool(m, 'make', '--meeting', meeting, '--csv', csv, '--base', base, '--out', out, ...more);

  // What is wrong is named, line by line, and nothing is made.
  writeFileSync(csv, 'ad;tür\nÖrnek Üye 1;üye\nÖrnek Üye 9;kedi\n;üye\n');
  const wrong = await make();
  assert.equal(wrong.status, 1);
  assert.match(wrong.err, /line 3: tür yok ya da bilinmiyor/);
  assert.match(wrong.err, /line 4: ad yok/);
  assert.equal(desk.state.links.length, 0);

  writeFileSync(csv, '\ufeffAd;Tür;Kurum;Alan;E-posta;Rol\r\n'
    + 'Örnek Üye 1;Üye;;;uye1@ornek.example;\r\n'
    + '"Örnek ""Yeni"" Temsilci";Temsilci;Örnek Dernek;ulaşım|çevre;temsilci@ornek.example;\r\n'
    + 'Örnek Kâtip;Görevli;;;yok@ornek.example;kâtip\r\n'
    + 'Örnek Üye 3;üye;;;kop@ornek.example;\r\n');
  const made = await make('--slips', slips, '--mail', '--config', m.config);
  assert.equal(made.status, 1, made.err); // two mails did not go
  assert.match(made.err, /line 4: yok@ornek.example: gönderilemedi/);
  assert.match(made.err, /line 5: kop@ornek.example: gönderilemedi/);
  assert.match(made.err, /2 mektup gönderildi/);
  const rows = readFileSync(out, 'utf8').trimEnd().split('\r\n');
  assert.equal(rows[0], 'ad,e-posta,bağlantı');
  assert.equal(rows.length, 5);
  const links = rows.map((row) => row.split(',').at(-1));
  assert.match(links[2], new RegExp(`^${base}/speak/${meeting}#`));
  assert.match(links[3], new RegExp(`^${base}/desk/${meeting}#`));
  for (const file of [out, slips]) assert.equal(statSync(file).mode & 0o777, 0o600);
  const paper = readFileSync(slips, 'utf8');
  assert.equal(paper.split('<section>').length - 1, 4);
  assert.ok(paper.includes('Örnek &quot;Yeni&quot; Temsilci') && paper.includes('<svg '));
  assert.deepEqual(mail.mails.map((one) => one.to).sort(), ['temsilci@ornek.example', 'uye1@ornek.example']);
  const letter = read(mail.mails.find((one) => one.to.startsWith('uye1')));
  assert.ok(letter.startsWith('Sayın Örnek Üye 1,') && letter.includes(links[1]), letter);

  // The link lets in whom it is of, with what the table said of them.
  await desk.has(desk.newest);
  const added = desk.state.people.find((p) => p.is.name === 'Örnek "Yeni" Temsilci');
  assert.deepEqual([added.is.kind, added.is.organisation, added.is.fields.map((f) => f.name)], ['representative', 'Örnek Dernek', ['ulaşım', 'çevre']]);
  const session = await m.get('/api/v1/session', 10, { method: 'POST', body: JSON.stringify({ link: links[2].split('#')[1] }) });
  assert.equal(session.status, 200);
  assert.equal(desk.state.people.filter((p) => p.is.name === 'Örnek Üye 1').length, 1, 'who was there is not added again');

  const again = await make();
  assert.equal(again.status, 0, again.err);
  assert.equal(again.err.match(/bağlantısı var/g).length, 4);
  assert.deepEqual(readFileSync(out, 'utf8').trimEnd().split('\r\n').slice(1).map((row) => row.split(',').at(-1)), ['', '', '', '']);
  const fresh = await make('--again');
  assert.equal(fresh.status, 0, fresh.err);
  assert.equal((await m.get('/api/v1/session', 10, { method: 'POST', body: JSON.stringify({ link: links[2].split('#')[1] }) })).status, 401, 'the older one is void');

  const listed = await tool(m, 'list', '--meeting', meeting);
  assert.match(listed.out, /^person-\d+\trepresentative\tÖrnek "Yeni" Temsilci$/m);
  const principal = listed.out.match(/^(person-\d+)\trepresentative/m)[1];
  assert.equal((await tool(m, 'revoke', '--meeting', meeting, principal)).status, 0);
  assert.equal((await tool(m, 'revoke', '--meeting', meeting, principal)).status, 1);
  assert.equal((await tool(m, 'list', '--meeting', 'yok')).status, 1);
  assert.equal((await tool(m, 'make', '--meeting', meeting, '--csv', path.join(m.folder, 'yok.csv'), '--base', base)).status, 2);
  assert.equal((await tool(m, 'make', '--meeting', meeting, '--csv', csv, '--base', 'ornek.example')).status, 2);
  await m.stop();
  assert.match((await tool(m, 'list', '--meeting', meeting)).err, /sunucu yanıt vermiyor/);
});
