// Personal links for a whole council from a shell: a table in; a table, slips of paper and mails out.
// Runs beside others.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import tls from 'node:tls';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { openSitting } from '../lib/sitting.mjs';
import { patience, until } from '../lib/wait.mjs';

// A mail server of the kind that people have: takes mail, is slow, refuses or hangs up, by whom a mail is to. With a
// password it asks for one, and is so ill-mannered as to repeat a wrong one; with a certificate it speaks STARTTLS.
async function mailServer(t, { password, certificate, address = '127.0.0.1' } = {}) {
  const mails = [];
  const asked = [];
  let encrypted = 0;
  const serve = (socket, greets) => {
    let data = null;
    let rest = '';
    let to = '';
    let signing = false;
    const say = (line) => socket.write(`${line}\r\n`);
    const take = (line) => {
      if (data !== null && line !== '.') {
        data.push(line);
        if (to.startsWith('yarim@')) socket.destroy();
      } else if (data !== null) {
        mails.push({ to, text: data.join('\r\n') });
        data = null;
        say('250 taken');
      } else if (/^EHLO/.test(line) && certificate && greets) say('250-ornek\r\n250 STARTTLS');
      else if (line === 'STARTTLS') {
        say('220 go on');
        socket.removeAllListeners('data');
        const safe = new tls.TLSSocket(socket, { isServer: true, ...certificate });
        safe.on('secure', () => (encrypted += 1));
        serve(safe, false);
      } else if (/^EHLO/.test(line)) say(password ? '250-ornek\r\n250 AUTH PLAIN' : '250 ornek');
      else if (line === 'AUTH PLAIN') {
        signing = true;
        say('334 ');
      } else if (signing) {
        signing = false;
        const given = Buffer.from(line, 'base64').toString().split('\0').at(-1);
        say(given === password ? '235 come in' : `535 not ${given}`);
      } else if (/^RCPT/.test(line)) {
        to = line.match(/<(.*)>/)[1];
        asked.push(to);
        if (to.startsWith('yok@')) say('550 no such mailbox');
        else if (to.startsWith('dolu@') && asked.filter((one) => one === to).length === 1) socket.end('421 enough for one connection\r\n');
        else if (to.startsWith('kop@')) socket.destroy();
        else if (to.startsWith('yavas@')) setTimeout(() => say('250 ok'), 300);
        else if (!to.startsWith('sus@')) say('250 ok');
      } else if (/^DATA/.test(line)) {
        data = [];
        say('354 go on');
      } else if (/^QUIT/.test(line)) {
        say('221 bye');
        socket.end();
      } else say('250 ok');
    };
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (let end; !socket.destroyed && (end = rest.indexOf('\r\n')) >= 0;) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        take(line);
      }
    });
    if (greets) say('220 ornek');
  };
  const server = net.createServer((socket) => serve(socket, true));
  await new Promise((resolve) => server.listen(0, address, resolve));
  t.after(() => server.close());
  return { mails, asked, encrypted: () => encrypted, url: `smtp://${address}:${server.address().port}`, end: () => new Promise((resolve) => server.close(resolve)) };
}

// A mail's text, as its reader sees it.
const read = ({ text }) => Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4).replaceAll('\r\n', ''), 'base64').toString();

function tool(m, ...args) {
  const child = spawn(m.binary, ['link', ...args, '--data', m.data], { timeout: 60000 * patience });
  const answer = { out: '', err: '' };
  child.stdout.on('data', (d) => (answer.out += d));
  child.stderr.on('data', (d) => (answer.err += d));
  const ended = new Promise((resolve) => child.on('close', (status) => resolve({ status, ...answer })));
  return Object.assign(ended, { child });
}

// A house with an open sitting, whose mails go to that server: make(lines, …) says `meclis link make` with a table.
async function house(t, mail, settings = {}) {
  const m = await Meclis.create(t, { sources: [{ id: 'kart', kind: 'test' }], settings: { smtp_url: mail.url, smtp_from: 'meclis@ornek.example', smtp_seconds: 30, ...settings } });
  await m.start();
  const { desk, people } = await openSitting(m);
  const csv = path.join(m.folder, 'üyeler.csv');
  const base = m.url('');
  const make = (lines, ...more) => {
    writeFileSync(csv, lines.join('\n'));
    return tool(m, 'make', '--meeting', meeting, '--csv', csv, '--base', base, ...more);
  };
  const file = (name) => path.join(m.folder, name);
  const byMail = ['--mail', '--config', m.config];
  const opens = async (link) => (await m.get('/api/v1/session', 10, { method: 'POST', body: JSON.stringify({ link: link.split('#')[1] }) })).status;
  const made = async () => (await (await m.get(`/api/v1/meetings/${meeting}/links`, 10, { headers: { authorization: `Bearer ${m.token}` } })).json()).links.length;
  return { m, desk, people, csv, base, make, file, byMail, opens, made };
}

const rowsOf = (text) => text.replace(/^\ufeff/, '').trimEnd().split('\r\n');

test('a table in; links out as a table, on paper and by mail; said twice nobody gets a second one', async (t) => {
  const mail = await mailServer(t);
  const { m, desk, csv, base, make, file, byMail, opens, made } = await house(t, mail);
  const [out, slips] = [file('çıktı.csv'), file('kağıt.html')];

  // What is wrong is named, line by line, and nothing is made.
  const wrong = await make(['ad;tür;e-posta', 'Örnek Üye 1;üye;', 'Örnek Üye 9;kedi;', ';üye;', 'Örnek Üye 3;üye;ayşe@ornek.example'], '--out', out);
  assert.equal(wrong.status, 1);
  assert.match(wrong.err, /line 3: tür yok ya da bilinmiyor/);
  assert.match(wrong.err, /line 4: ad yok/);
  assert.match(wrong.err, /line 5: bu bir e-posta adresi değil/);
  assert.match(wrong.err, /hiçbir bağlantı yapılmadı/);
  assert.deepEqual([await made(), existsSync(out)], [0, false]);

  const lines = ['\ufeffAd;Tür;Kurum;Alan;E-posta;Rol\r',
    'Örnek Üye 1;Üye;;;uye1@ornek.example;\r',
    '"Örnek ""Yeni"" Temsilci";Temsilci;Örnek Dernek;ulaşım|çevre;temsilci@ornek.example;\r',
    'Örnek Kâtip;;;;yok@ornek.example;kâtip\r',
    'Örnek Üye 3;üye;;;kop@ornek.example;\r',
    ''];
  const first = await make(lines, '--out', out, '--slips', slips, ...byMail);
  assert.equal(first.status, 1, first.err); // two mails did not go
  assert.match(first.err, /line 4: Örnek Kâtip yok@ornek.example: gönderilemedi \/ not sent: 550 no such mailbox/);
  assert.match(first.err, /line 5: Örnek Üye 3 kop@ornek.example: gönderilemedi/);
  assert.match(first.err, /2 mektup gönderildi/);
  assert.equal(first.out, '', 'what is in a file is not shown');
  const rows = rowsOf(readFileSync(out, 'utf8'));
  assert.equal(rows[0], 'ad;tür;e-posta;bağlantı');
  assert.equal(rows.length, 5);
  const links = rows.map((row) => row.split(';').at(-1));
  assert.match(links[2], new RegExp(`^${base}/speak/${meeting}#`));
  assert.match(links[3], new RegExp(`^${base}/desk/${meeting}#`));
  for (const one of [out, slips]) assert.equal(statSync(one).mode & 0o777, 0o600);
  const paper = readFileSync(slips, 'utf8');
  assert.equal(paper.split('<section>').length - 1, 4);
  assert.ok(paper.includes('Örnek &quot;Yeni&quot; Temsilci') && paper.includes('<svg ') && paper.endsWith('</html>\n'));
  assert.deepEqual(mail.mails.map((one) => one.to).sort(), ['temsilci@ornek.example', 'uye1@ornek.example']);
  const letter = read(mail.mails.find((one) => one.to.startsWith('uye1')));
  assert.ok(letter.startsWith('Sayın Örnek Üye 1,') && letter.includes('“Örnek Belediye Meclisi, Kasım birleşimi”') && letter.includes(links[1]), letter);

  // The link lets in whom it is of, with what the table said of them.
  await desk.has(desk.newest);
  const added = desk.state.people.find((p) => p.is.name === 'Örnek "Yeni" Temsilci');
  assert.deepEqual([added.is.kind, added.is.organisation, added.is.fields.map((f) => f.name)], ['representative', 'Örnek Dernek', ['ulaşım', 'çevre']]);
  assert.equal(await opens(links[2]), 200);
  assert.equal(desk.state.people.filter((p) => p.is.name === 'Örnek Üye 1').length, 1, 'who was there is not added again');
  assert.equal((await m.log()).filter((e) => e.type === 'link.made').length, 4);

  const again = await make(lines, '--out', file('ikinci.csv'));
  assert.equal(again.status, 0, again.err);
  assert.equal(again.err.match(/bağlantısı var/g).length, 4);
  assert.equal(existsSync(file('ikinci.csv')), false);
  // A table that is there may hold the only copy: it is not written over, and nothing is made.
  const over = await make(lines, '--again', '--out', out, '--slips', file('yeni.html'));
  assert.equal(over.status, 2);
  assert.match(over.err, /bu dosya zaten var/);
  const overSlips = await make(lines, '--again', '--out', file('yeni.csv'), '--slips', slips);
  assert.equal(overSlips.status, 2);
  assert.deepEqual([existsSync(file('yeni.html')), existsSync(file('yeni.csv'))], [false, false]);
  assert.equal((await make(lines, '--again', '--out', file('yok/yeni.csv'))).status, 2);
  assert.equal(await opens(links[2]), 200, 'the old ones are good');
  const fresh = await make(lines, '--again');
  assert.equal(fresh.status, 0, fresh.err);
  assert.equal(rowsOf(fresh.out).length, 5);
  assert.equal(await opens(links[2]), 401, 'the older one is void');
  assert.equal(await opens(rowsOf(fresh.out)[2].split(';').at(-1)), 200);

  const listed = await tool(m, 'list', '--meeting', meeting);
  assert.match(listed.out, /^person-\d+\trepresentative\tÖrnek "Yeni" Temsilci$/m);
  const principal = listed.out.match(/^(person-\d+)\trepresentative/m)[1];
  assert.equal((await tool(m, 'revoke', '--meeting', meeting, principal)).status, 0);
  assert.match((await tool(m, 'list', '--meeting', meeting)).out, new RegExp(`^${principal}\t-\tÖrnek "Yeni" Temsilci$`, 'm'));
  assert.equal((await tool(m, 'revoke', '--meeting', meeting, principal)).status, 1);
  assert.equal((await tool(m, 'list', '--meeting', 'yok')).status, 1);
  assert.equal((await tool(m, 'make', '--meeting', meeting, '--csv', file('yok.csv'), '--base', base)).status, 2);
  assert.equal((await tool(m, 'make', '--meeting', meeting, '--csv', csv, '--base', 'ornek.example')).status, 2);
  await m.stop();
  assert.match((await tool(m, 'list', '--meeting', meeting)).err, /sunucu yanıt vermiyor/);
  assert.match((await tool({ ...m, binary: m.binary, data: file('bos') }, 'list', '--meeting', meeting)).err, /çalışan bir sunucu yok: önce sunucuyu başlatın/);
});

test('wrong lines are left out where that is asked for; who is called alike is told apart by number', async (t) => {
  const { desk, people, make, opens, made } = await house(t, { url: '' });
  const twin = await desk.do('roster.add', { kind: 'member', name: 'Örnek Üye 1', deputy: 0, presiding: false, fields: [] });
  const lines = ['ad,rol,kişi', 'Örnek Üye 3,üye,', 'Örnek Üye 1,üye,', 'Örnek Üye 3,kedi,', `Örnek Üye 3,üye,${people[0]}`, 'Örnek Üye 3,üye,999999', `Örnek Üye 1,üye,${twin}`, `Örnek Üye 3,üye,${people[3]}`];
  const refused = await make(lines);
  assert.equal(refused.status, 1);
  assert.match(refused.err, /line 4: tür yok/);
  assert.deepEqual([await made(), refused.out], [0, '']);
  lines[3] = 'Örnek Başkan,başkan,';
  const known = await make(lines);
  assert.equal(known.status, 1);
  assert.match(known.err, /line 3: bu adda birden çok kişi var/);
  assert.match(known.err, /line 5: bu numara başka birinin/);
  assert.match(known.err, /line 6: bu numarada kimse yok/);
  assert.match(known.err, /line 8: bu kişi yukarıda da var/);
  assert.deepEqual([await made(), known.out], [0, '']);
  const skipped = await make(lines, '--skip-bad');
  assert.equal(skipped.status, 1, 'that some were wrong is told');
  const rows = rowsOf(skipped.out).slice(1).map((row) => row.split(','));
  assert.deepEqual(rows.map((row) => row[0]), ['Örnek Üye 3', 'Örnek Başkan', 'Örnek Üye 1']);
  const session = await (await fetch(rows[2][3].replace(/\/speak.*/, '/api/v1/session'), { method: 'POST', body: JSON.stringify({ link: rows[2][3].split('#')[1] }) })).json();
  assert.equal(session.principal, `person-${twin}`);
  assert.equal(await opens(rows[1][3]), 200);
});

test('a mail server that is slow, silent, hangs up in the middle, is not there, or wants a password', async (t) => {
  const password = 'gizli-örnek-parola';
  const mail = await mailServer(t, { password });
  const { m, make, file, byMail, opens, made } = await house(t, mail, { smtp_user: 'ornek', smtp_password_file: '/yok', smtp_seconds: 6 });
  const set = (more) => {
    Object.assign(m.settings, more);
    m.configure();
  };
  const person = (name, at) => `Örnek ${name},gözlemci,${at}@ornek.example`;
  const lines = ['ad,tür,e-posta', person('A', 'yavas'), person('B', 'yarim'), person('C', 'sus'), person('D', 'dolu'), 'Örnek E,gözlemci,'];

  // Nothing is made where mail can't go at all, and a password is told to nobody.
  const unread = await make(lines, ...byMail);
  assert.match(unread.err, /\/yok: .*No such file/);
  writeFileSync(file('parola'), `${password}-yanlış\n`, { mode: 0o600 });
  set({ smtp_password_file: file('parola') });
  const denied = await make(lines, ...byMail);
  assert.deepEqual([unread.status, denied.status, await made()], [2, 2, 0]);
  assert.match(denied.err, /posta sunucusu: hiçbir bağlantı yapılmadı/);
  assert.ok(!denied.err.includes(password) && !denied.out.includes(password), denied.err);

  // What goes nowhere else is shown: nobody could see it again.
  writeFileSync(file('parola'), `${password}\n`);
  const sent = await make(lines, ...byMail);
  assert.equal(sent.status, 1, sent.err);
  assert.deepEqual(mail.mails.map((one) => one.to), ['yavas@ornek.example', 'dolu@ornek.example'], 'by a new connection where one had its share');
  assert.match(sent.err, /line 3: Örnek B/);
  assert.match(sent.err, /line 4: Örnek C/);
  assert.match(sent.err, /line 6: Örnek E : gönderilemedi \/ not sent: e-posta adresi yok/);
  const shown = rowsOf(sent.out);
  assert.deepEqual(shown.map((row) => row.split(',')[0]), ['ad', 'Örnek B', 'Örnek C', 'Örnek E']);
  assert.equal(await opens(shown[3].split(',').at(-1)), 200);
  assert.ok(!sent.err.includes(password) && !m.server.output.includes(password));
  assert.ok(!sent.err.includes('#'), 'no link in what is complained');

  // Killed in the middle: what was made is in the table.
  const dying = make(['ad,tür,e-posta', person('F', 'f'), person('G', 'sus')], '--out', file('kesik.csv'), ...byMail);
  const before = mail.asked.length;
  await until('the mail that is not answered', () => mail.asked.length > before && mail.asked.at(-1) === 'sus@ornek.example', { seconds: 30 });
  dying.child.kill('SIGKILL');
  await dying;
  const kept = rowsOf(readFileSync(file('kesik.csv'), 'utf8'));
  assert.deepEqual(kept.map((row) => row.split(',')[0]), ['ad', 'Örnek F', 'Örnek G']);
  assert.equal(await opens(kept[2].split(',').at(-1)), 200);

  await mail.end();
  const count = await made();
  const gone = await make(['ad,tür,e-posta', person('H', 'h')], ...byMail);
  assert.deepEqual([gone.status, await made()], [2, count]);

  // This machine's own mail server may have signed its certificate itself; another machine's must be known, and speak TLS.
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file('k.pem'), '-out', file('c.pem'), '-days', '2', '-subj', '/CN=ornek'], { stdio: 'ignore' });
  const certificate = { key: readFileSync(file('k.pem')), cert: readFileSync(file('c.pem')) };
  const here = await mailServer(t, { certificate });
  writeFileSync(file('english.csv'), 'name,role,mail\nSample Member 1,member,member@ornek.example\n');
  set({ smtp_url: here.url, smtp_user: '' });
  assert.match(read(mail.mails[0]), /^Sayın Örnek A,/);
  m.settings.meetings.push({ id: 'english', title: 'Sample meeting', language: 'en', sources: [] });
  m.configure();
  await m.stop();
  await m.start();
  const english = await tool(m, 'make', '--meeting', 'english', '--csv', file('english.csv'), '--base', m.url(''), ...byMail);
  assert.equal(english.status, 0, english.err);
  assert.match(read(here.mails.pop()), /^Dear Sample Member 1,\r?\n\r?\nyou may take part in the meeting “Sample meeting”/);
  const safe = await make(['ad,tür,e-posta', person('I', 'i')], ...byMail);
  assert.deepEqual([safe.status, here.mails.length, here.encrypted()], [0, 1, 2], safe.err);
  const unsigned = await mailServer(t, { certificate, address: '127.0.0.2' });
  const open = await mailServer(t, { address: '127.0.0.2' });
  for (const there of [unsigned, open]) {
    set({ smtp_url: there.url });
    const refused = await make(['ad,tür,e-posta', person('J', 'j')], ...byMail);
    assert.deepEqual([refused.status, there.asked, await made()], [2, [], count + 1], refused.err);
  }
});
