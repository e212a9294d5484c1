// The desk as its people have it: a whole demo sitting, two desks at once, a lost line; readable by everyone.
// Time limit: 900 s
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openChromium, openPage, screenshot } from '../lib/browser.mjs';
import { Demo } from '../lib/demo.mjs';
import { until } from '../lib/wait.mjs';

const axe = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const longName = 'Örnek Büyükşehir Belediye Meclisi Üyesi Abdurrahmangazi Nurşemsettinoğulları';

// Opens a desk by a personal link; ready to be used when it resolves.
async function openDesk(t, browser, address, options) {
  const page = await openPage(t, browser, options);
  await page.goto(address);
  await page.locator('meclis-desk-head h1').waitFor();
  return page;
}

const press = (page, name, within = 'meclis-desk') => page.locator(within).getByRole('button', { name, exact: true }).click();
const dialog = (page) => page.locator('meclis-desk-ask dialog[open]');
const yes = (page) => dialog(page).locator('[data-does=yes]').click();
const dialogGone = (page) => dialog(page).waitFor({ state: 'detached' });
const current = (page) => page.locator('.now-title').innerText();
const currentIs = (page, start) => until(`item ${start}`, async () => (await current(page)).startsWith(start), { seconds: 30 });
const shown = (page, text) => page.getByText(text).first().waitFor();

async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
}

test('a whole sitting from the desk: roll call, agenda, floor, question, a vote with a tie, break, end', async (t) => {
  const d = await Demo.start(t);
  const browser = await openChromium(t);
  const desk = await openDesk(t, browser, d.link('chair'));
  const representative = await d.client('representative');
  const citizen = await d.client();
  assert.equal(new URL(desk.url()).hash, '', 'the secret has left the address');
  await currentIs(desk, '1.');

  // The roll call, by keyboard alone: one key a person.
  await desk.keyboard.press('2');
  await press(desk, 'Yeter sayı yoklaması');
  await shown(desk, 'Yanıt yok');
  const voters = await desk.locator('.person').count();
  assert.equal(voters, 7);
  await desk.locator('.person[data-at]').focus();
  for (let i = 0; i < voters; i++) await desk.keyboard.press(i === 6 ? 'm' : 'v');
  await until('everybody to have answered', () => desk.locator('.people .silent').count().then((n) => n === 0), { seconds: 30 });
  await screenshot(desk, 'desk-rollcall');
  await press(desk, 'Yoklamayı bitir');
  await shown(desk, 'Son yoklama: 6 / 7, gereken 4');

  // On to the next item, by its key.
  await desk.locator('#main').click({ position: { x: 2, y: 2 } });
  await desk.keyboard.press('n');
  await currentIs(desk, '2.');

  // A representative is heard in a plenary by invitation, which the record names.
  await d.say(await d.session('clerk'), 'roster.add', { kind: 'representative', name: 'Örnek Temsilci 2', organisation: 'Örnek Kent Konseyi' });
  await until('the desk to know them', () => citizen.state.people.some((one) => one.is.name === 'Örnek Temsilci 2'));
  await press(desk, 'Davet et…');
  await shown(desk, 'Davetli olanlar: Örnek Temsilci 1 (Bütün oturum)');
  await dialog(desk).getByLabel('Kim', { exact: true }).selectOption({ label: 'Örnek Temsilci 2 · Örnek Kent Konseyi' });
  await yes(desk);
  await shown(desk, 'Bu alan boş olamaz.');
  await dialog(desk).getByLabel('Davet eden ve gerekçesi').fill('Başkanın daveti: mahallenin suyu görüşülüyor');
  await screenshot(desk, 'desk-invite');
  await yes(desk);
  await dialogGone(desk);
  await until('the invitation', () => citizen.state.invitations.some((one) => one.note.startsWith('Başkanın daveti')));

  // Somebody asks for the floor from home; one press gives it.
  await representative.do('floor.request', { kind: 'representative', about: 'Örnek Mahallesinin içme suyu' });
  await desk.locator('.queue li').first().waitFor();
  await press(desk, 'Söz ver: Örnek Temsilci 1');
  await desk.locator('.speaker-name', { hasText: 'Örnek Temsilci 1' }).waitFor();
  const left = () => desk.locator('.digits').innerText();
  const first = await left();
  await until('the clock to run', async () => (await left()) !== first, { seconds: 30 });
  await press(desk, '+1 dakika');
  await press(desk, 'Uyar');
  await shown(desk, '1 uyarı');
  await press(desk, 'Süreyi durdur');
  await shown(desk, 'Süre durdu');
  await screenshot(desk, 'desk-floor');
  await desk.keyboard.press('b');
  await shown(desk, 'Kimse konuşmuyor');

  // A question: approved, put, answered.
  const question = await citizen.do('question.submit', { text: 'Örnek Mahallesindeki park ne zaman açılacak?', name: 'Örnek Vatandaş' });
  await desk.locator('#tab-questions').click();
  await press(desk, /^Onayla: Örnek Mahallesindeki/);
  await press(desk, 'Sor');
  await shown(desk, 'Soruldu');
  await screenshot(desk, 'desk-questions');
  await press(desk, 'Yanıtlandı…');
  await dialog(desk).locator('select').selectOption({ label: 'Örnek Başkan' });
  await dialog(desk).locator('textarea').fill('Örnek yanıt: gelecek ay.');
  await yes(desk);
  await dialogGone(desk);
  await until('the answer', () => citizen.state.questions.find((q) => q.seq === question)?.state === 'answered');

  // A vote by show of hands that ends in a tie: the chair's side.
  await desk.keyboard.press('3');
  await press(desk, 'Oylama aç…');
  await yes(desk);
  await dialogGone(desk);
  for (const [name, n] of [['in_favour', '3'], ['against', '3'], ['abstain', '1']]) await desk.locator(`.counts input[name=${name}]`).fill(n);
  await shown(desk, 'Oy, katılandan çok.');
  await desk.locator('.counts input[name=abstain]').fill('');
  await press(desk, 'Oylamayı bitir…');
  await shown(desk, 'Oylar eşit: 3–3');
  await yes(desk);
  await shown(desk, 'Bu alan boş olamaz.');
  await dialog(desk).getByLabel('Kabul').check();
  await screenshot(desk, 'desk-tie');
  await yes(desk);
  await desk.locator('.result.adopted').waitFor();
  const result = await desk.locator('.result').innerText();
  assert.match(result, /Kabul edildi/);
  assert.match(result, /eşitlikte başkanın tarafıyla/);
  assert.match(result, /Karar no örnek 2026\/2/);
  assert.match(result, /6 katılanlar, 1\/2 oranından fazlası: en az 4/);
  await screenshot(desk, 'desk-result');

  // It was counted wrongly: corrected, with the arithmetic anew; a count that can't be is refused by name.
  await press(desk, 'Düzelt…');
  await dialog(desk).getByLabel('Kabul', { exact: true }).first().fill('4x');
  await dialog(desk).getByLabel('Gerekçe').fill('Bir el iki kez sayılmış');
  await yes(desk);
  await shown(desk, 'Sayı yazın.');
  await dialog(desk).getByLabel('Kabul', { exact: true }).first().fill('4');
  await dialog(desk).getByLabel('Ret', { exact: true }).first().fill('2');
  await screenshot(desk, 'desk-correct');
  await yes(desk);
  await dialogGone(desk);
  await shown(desk, 'Sonuç sonradan düzeltildi.');
  assert.match(await desk.locator('.result').innerText(), /oyçokluğuyla/);
  await until('viewers to know', () => citizen.state.votes.some((v) => v.corrected && v.counts.in_favour === 4));

  // The item is decided upon it.
  await press(desk, 'Karara bağla…');
  assert.equal(await dialog(desk).getByLabel('Kabul').isChecked(), true, 'as the vote went');
  await yes(desk);
  await dialogGone(desk);
  await until('the decision', () => citizen.state.items.some((i) => i.state === 'decided' && i.verdict === 'adopted'));

  // A break with its time, and its end.
  await press(desk, 'Ara ver…');
  await dialog(desk).locator('input[type=text]').fill('Yemek arası');
  await yes(desk);
  await shown(desk, 'Ara verildi');
  await shown(desk, /\d\d:\d\d itibarıyla devam/);
  await until('viewers to know', () => citizen.state.sitting.reason === 'Yemek arası' && citizen.state.sitting.resumes_utc_us > 0);
  await screenshot(desk, 'desk-break');
  await press(desk, 'Oturuma devam');
  await shown(desk, 'Oturum açık');

  // A secret vote: a tie is taken again, a second one drawn by lot.
  await press(desk, 'Oylama aç…');
  await dialog(desk).getByLabel('Neyin oylaması').selectOption({ label: 'Başka bir konu' });
  await dialog(desk).getByLabel('Konu', { exact: true }).fill('Örnek seçim');
  await dialog(desk).getByLabel('Gizli, pusula ile').check();
  await yes(desk);
  await dialogGone(desk);
  for (const round of [1, 2]) {
    for (const [name, n] of [['in_favour', '2'], ['against', '2'], ['invalid', '1']]) await desk.locator(`.counts input[name=${name}]`).fill(n);
    await press(desk, 'Oylamayı bitir…');
    await shown(desk, 'Geçersiz: 1.');
    await yes(desk);
    await dialogGone(desk);
    await desk.locator('.result.tie').waitFor();
    if (round === 1) await press(desk, 'Yeniden oyla');
    if (round === 1) await shown(desk, '2. tur');
  }
  await press(desk, 'Kura sonucu…');
  await dialog(desk).getByLabel('Ret').check();
  await yes(desk);
  await dialogGone(desk);
  await desk.locator('.result.rejected').waitFor();
  assert.match(await desk.locator('.result').innerText(), /kurayla/);

  // An electronic ballot: the chair votes at the desk, the server counts.
  await press(desk, 'Oylama aç…');
  await dialog(desk).getByLabel('Neyin oylaması').selectOption({ label: 'Başka bir konu' });
  await dialog(desk).getByLabel('Konu', { exact: true }).fill('Örnek elektronik seçim');
  await dialog(desk).getByLabel('Gizli, elektronik').check();
  await yes(desk);
  await dialogGone(desk);
  await desk.locator('.ballot').waitFor();
  assert.equal(await desk.locator('[data-does="vote.close"]').getAttribute('aria-disabled'), 'true', 'an empty box is not closed');
  await screenshot(desk, 'desk-ballot');
  assert.deepEqual(await violations(desk), []);
  await desk.locator('.ballot').getByRole('button', { name: 'Kabul' }).click();
  await desk.locator('.ballot').getByRole('button', { name: 'Sandığa at' }).click();
  await shown(desk, 'Oyunuz sandıkta');
  await shown(desk, 'Bekleyen: ');
  await press(desk, 'Oylamayı bitir…');
  await shown(desk, 'Sandıktaki 1 oy sayılır');
  await yes(desk);
  await dialogGone(desk);
  await until('the papers', () => citizen.state.votes.at(-1).papers?.length === 64);

  // A closed part names what will happen; without a decision nothing is sent.
  await press(desk, 'Kapalı oturum…');
  await shown(desk, 'Görüntü ve ses izleyicilere, kayda ve bütün çıkışlara hemen kesilecek.');
  await yes(desk);
  await shown(desk, 'Karar numarası: Bu alan boş olamaz.');
  await screenshot(desk, 'desk-close-part');
  await desk.keyboard.press('Escape');
  await dialogGone(desk);
  await desk.getByLabel('Salondayım').check();
  await press(desk, 'Kapalı oturum…');
  await dialog(desk).getByLabel('Karar numarası').fill('örnek 2026/9');
  await dialog(desk).getByLabel('Kararın belgesi').fill('Örnek karar');
  await dialog(desk).getByLabel('Gerekçe').fill('Örnek gerekçe: kişisel veri');
  await yes(desk);
  await dialogGone(desk);
  await desk.locator('.sitting-state.closed').waitFor();
  await until('the public to know', () => citizen.state.sitting.closed && citizen.state.sitting.closed_reason === 'Örnek gerekçe: kişisel veri');
  await screenshot(desk, 'desk-closed-part');
  await press(desk, 'Kapalı oturumu bitir…');
  await shown(desk, 'Salondaki görüntü ve ses yeniden herkese açılacak.');
  await yes(desk);
  await dialogGone(desk);
  await desk.locator('.sitting-state.live').waitFor();

  await press(desk, 'Bitir…');
  await shown(desk, 'Birleşim sona erecek ve yeniden açılamayacak.');
  await screenshot(desk, 'desk-end');
  await yes(desk);
  await until('the end', () => citizen.state.sitting.state === 'ended');
  assert.deepEqual(desk.complaints.filter((c) => !/401|403/.test(c)), []);
  assert.deepEqual([...representative.broken, ...citizen.broken], []);
});

// The events socket of a page through this test's hands: held back, cut, and let go again.
async function withReins(page) {
  const reins = { held: false, down: false, queue: [], sockets: new Set() };
  await page.routeWebSocket(/\/events$/, (socket) => {
    if (reins.down) return void socket.close();
    const server = socket.connectToServer();
    reins.sockets.add({ socket, server });
    server.onMessage((message) => (reins.held ? reins.queue.push(() => socket.send(message)) : socket.send(message)));
  });
  reins.release = () => {
    reins.held = false;
    for (const give of reins.queue.splice(0)) give();
  };
  reins.cut = async () => {
    reins.down = true;
    for (const { socket, server } of reins.sockets) await Promise.all([socket.close(), server.close()]);
    reins.sockets.clear();
  };
  reins.mend = () => {
    reins.down = false;
  };
  return reins;
}

test('two desks see each other’s acts, and the later one is told what the other did', async (t) => {
  const d = await Demo.start(t);
  const browser = await openChromium(t);
  const chair = await openDesk(t, browser, d.link('chair'));
  const clerk = await openPage(t, browser);
  const reins = await withReins(clerk);
  await clerk.goto(d.link('clerk'));
  await currentIs(clerk, '1.');

  await press(chair, 'Sonraki madde');
  await currentIs(chair, '2.');
  await currentIs(clerk, '2.');

  // The clerk presses while the chair's act is still on its way to them: one item, not two.
  reins.held = true;
  await press(chair, 'Sonraki madde');
  await currentIs(chair, '3.');
  await press(clerk, 'Sonraki madde');
  reins.release();
  await shown(clerk, 'Bu arada başka bir masadan: gündemde başka maddeye geçildi.');
  await currentIs(clerk, '3.');
  await screenshot(clerk, 'desk-stale');

  // The one mutes, the other is told what viewers get and takes it back; the same with the slate.
  const mutedSays = 'Ses kesik: izleyiciler hiçbir şey duymuyor.';
  await press(chair, 'Sesi kes');
  await shown(chair, mutedSays);
  await shown(clerk, mutedSays);
  await press(clerk, 'Bekleme görüntüsü');
  await shown(chair, 'Bekleme görüntüsü yayında: izleyiciler salonu görmüyor, duymuyor.');
  await screenshot(chair, 'desk-slate');
  await press(chair, 'Görüntüye dön');
  await shown(clerk, mutedSays);
  await press(clerk, 'Sesi aç');
  await chair.getByText(mutedSays).waitFor({ state: 'detached' });
  const layout = (page) => page.getByLabel('Düzen', { exact: true });
  await layout(clerk).selectOption('side_by_side');
  await until('the layout at the other desk', async () => (await layout(chair).inputValue()) === 'side_by_side');

  // A moderator sees the questions' buttons, and not those of the agenda.
  const moderator = await openDesk(t, browser, d.link('moderator'));
  await moderator.getByRole('button', { name: 'Soru almayı durdur' }).waitFor();
  assert.equal(await moderator.getByRole('button', { name: 'Sonraki madde' }).count(), 0);
  assert.equal(await moderator.getByRole('button', { name: 'Bitir…' }).count(), 0);
  await screenshot(moderator, 'desk-moderator');

  // The line is cut: said once, the command waits in sight, a text is not lost; then all is well.
  await clerk.getByRole('tab', { name: 'Duyuru' }).click();
  await clerk.locator('#notice-text').fill('Örnek duyuru: toplantıya on dakika sonra devam edilecek.');
  await reins.cut();
  await shown(clerk, 'Bağlantı koptu; son bilinen durum gösteriliyor.');
  await press(clerk, 'Sonraki madde');
  await shown(clerk, 'Bağlantıyı bekliyor: Sonraki madde');
  await screenshot(clerk, 'desk-lost');
  reins.mend();
  await shown(clerk, 'Bağlantı yeniden kuruldu.');
  await currentIs(chair, '4.');
  await clerk.reload();
  await clerk.getByRole('tab', { name: 'Duyuru' }).click();
  assert.match(await clerk.locator('#notice-text').inputValue(), /on dakika sonra/);
  await press(clerk, 'Duyur');
  await chair.getByRole('tab', { name: 'Duyuru' }).click();
  await shown(chair, 'Örnek duyuru: toplantıya on dakika sonra devam edilecek.');
  assert.equal(await clerk.locator('#notice-text').inputValue(), '');
});

test('signing in: a bad link, a wrong code, a read-out code; the sources are for staff', async (t) => {
  const d = await Demo.start(t);
  const browser = await openChromium(t);
  const page = await openPage(t, browser);
  await page.goto(d.url(`/desk/demo#${'x'.repeat(43)}`));
  await shown(page, 'Bu bağlantı geçersiz ya da süresi dolmuş.');
  assert.equal(new URL(page.url()).hash, '');
  await page.getByLabel('Hesap adı').fill('ornek');
  await page.getByLabel('Parola').fill('yanlış parola');
  await page.locator('form[aria-labelledby=by-account] button').click();
  await shown(page, 'Hesap adı, parola ya da tek kullanımlık kod yanlış.');
  await page.getByLabel('Altı haneli kod').fill('000000');
  await page.locator('form[aria-labelledby=by-code] button').click();
  await shown(page, 'Bu kod yanlış, kullanılmış ya da süresi dolmuş.');
  await screenshot(page, 'desk-sign-in');
  const chair = await d.session('chair');
  const { principal } = await (await fetch(d.url('/api/v1/me?meeting=demo'), { headers: { authorization: `Bearer ${chair}` } })).json();
  const answer = await fetch(d.url(`/api/v1/meetings/demo/links/${principal}/code`), { method: 'POST', headers: { authorization: `Bearer ${chair}` } });
  const { code } = await answer.json();
  await page.getByLabel('Altı haneli kod').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await page.locator('form[aria-labelledby=by-code] button').click();
  await page.locator('meclis-desk-head h1').waitFor();
  await page.reload();
  await page.locator('meclis-desk-head h1').waitFor();

  // A member whose telephone does not open the link is read out a code.
  await d.session('member');
  await page.getByRole('tab', { name: 'Giriş' }).click();
  await page.locator('meclis-desk-links li', { hasText: 'Üye' }).first().getByRole('button', { name: /Okunacak kod/ }).click();
  const digits = await page.locator('.code-out').innerText();
  await shown(page, 'Sahibine okuyun');
  await screenshot(page, 'desk-code');
  const member = await openPage(t, browser);
  await member.goto(d.url('/speak/demo'));
  await member.getByLabel('Altı haneli kod').fill(digits);
  await member.getByLabel('Altı haneli kod').press('Enter');
  await until('the record to tell of it', async () => (await page.locator('meclis-desk-links').innerText()).includes('Kodu söylendi'));
  await member.getByText('Örnek Üye').first().waitFor();

  await page.getByRole('button', { name: 'Çıkış' }).click();
  await page.getByLabel('Hesap adı').waitFor();

  const sources = async (token) => (await fetch(d.url('/api/v1/meetings/demo/sources'), { headers: token ? { authorization: `Bearer ${token}` } : {} })).status;
  assert.equal(await sources(), 401);
  assert.equal(await sources(await d.session('member')), 403);
  for (const role of ['moderator', 'clerk', 'producer']) assert.equal(await sources(await d.session(role)), 200);
});

// Long names, a full queue, many questions: what a real council brings.
async function crowd(d) {
  const clerk = await d.session('clerk');
  const people = [];
  for (let i = 1; i <= 41; i++) {
    people.push(await d.say(clerk, 'roster.add', { kind: 'member', name: `${longName} ${i}`, group: 'Örnek Uzun Adlı Meclis Grubu' }));
  }
  const item = await d.say(clerk, 'agenda.propose', { number: '11', kind: 'ordinary', title: `${'Örnek Mahallesi çok uzun başlıklı gündem maddesi ve ekleri. '.repeat(6)}`.trim() });
  for (const [i, person] of people.slice(0, 40).entries()) {
    await d.say(clerk, 'floor.enter', { person, kind: i % 13 === 0 ? 'point_of_order' : 'member', about: 'Örnek konu: bütçenin üçüncü faslı ve eki cetveller üzerinde' });
  }
  for (let i = 0; i < 12; i++) {
    const viewer = await d.client();
    const q = await viewer.do('question.submit', { text: `Örnek soru ${i + 1}: ${'mahallemizdeki yol, park ve su çalışmaları hakkında bilgi verir misiniz? '.repeat(3)}`.trim(), name: longName });
    if (i % 2) await d.say(clerk, 'question.approve', { question: q });
    viewer.close();
  }
  return { clerk, people, item };
}

test('at any size, light and dark, in both languages, full and empty: axe finds nothing, nothing is cut off', async (t) => {
  const d = await Demo.start(t);
  const browser = await openChromium(t);
  const wrong = [];
  const looks = [['light', 'tr'], ['dark', 'en']];
  const look = async (name, wide, narrow) => {
    for (const [width, height, views, tabs] of [[1280, 800, ...wide], [360, 800, ...narrow]]) {
      for (const [colorScheme, lang] of views) {
        const page = await openPage(t, browser, { viewport: { width, height }, colorScheme, bypassCSP: true });
        const address = new URL(d.link('clerk'));
        address.searchParams.set('lang', lang);
        await page.goto(address.href);
        await page.locator('meclis-desk-head h1').waitFor();
        for (const tab of tabs) {
          const where = `desk-${name}-${tab}-${width}-${colorScheme}-${lang}`;
          await page.locator(`#tab-${tab}`).click();
          await page.locator('.tab-panel h2').waitFor();
          wrong.push(...(await violations(page)).map((v) => `${where}: ${v}`));
          const size = await page.evaluate(() => ({ width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight }));
          if (size.width > width) wrong.push(`${where}: ${size.width} px wide`);
          if (width === 1280 && size.height > height) wrong.push(`${where}: ${size.height} px high`);
          await screenshot(page, where);
        }
        await page.context().close();
      }
    }
  };
  await look('empty', [looks.slice(0, 1), ['questions', 'vote', 'notices']], [looks.slice(1), ['questions']]);
  const { clerk, people } = await crowd(d);
  const rollcall = await d.say(clerk, 'rollcall.open', { purpose: 'quorum' });
  await d.say(clerk, 'rollcall.answer', { rollcall, entries: people.map((person) => ({ person, mark: 'present' })) });
  await d.say(clerk, 'rollcall.close', { rollcall });
  await d.say(clerk, 'vote.open', { subject: longName.repeat(3), method: 'roll_call', majority: 'two_thirds' });
  await d.say(clerk, 'notice.post', { text: 'Örnek duyuru: '.repeat(20).trim() });
  await d.say(clerk, 'floor.give', { person: people[0], kind: 'member', start: true });
  await d.say(clerk, 'programme.slate', { on: true });
  await look('full', [looks, ['questions', 'rollcall', 'vote', 'notices', 'links']], [looks, ['questions', 'vote', 'links']]);
  assert.deepEqual([...new Set(wrong)], []);
});

test('by keyboard alone: a visible focus, the list of keys, a dialog that gives the focus back', async (t) => {
  const d = await Demo.start(t);
  const page = await openDesk(t, await openChromium(t), d.link('clerk'));
  const focus = () => page.evaluate(() => {
    const at = document.activeElement;
    const style = getComputedStyle(at);
    return { name: at.getAttribute('aria-label') ?? at.textContent.trim(), seen: style.outlineStyle !== 'none', visible: at.checkVisibility() };
  });
  const names = [];
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    const at = await focus();
    assert.ok(at.seen && at.visible, `focus is seen at ${at.name}`);
    names.push(at.name);
    if (at.name === 'Soru almayı durdur') break;
  }
  for (const name of ['Ara ver…', 'Bitir…', 'Sonraki madde', 'Birine söz ver…', 'Sorular']) assert.ok(names.includes(name), `${name} is reached: ${names}`);
  await page.keyboard.press('?');
  await page.locator('meclis-desk-keys dialog[open]').waitFor();
  await screenshot(page, 'desk-keys');
  await page.getByText('Kısayollar açık').click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await page.locator('[data-does="sitting.pause"]').focus();
  await page.keyboard.press('Enter');
  await dialog(page).waitFor();
  await page.keyboard.press('Escape');
  await until('the focus back', async () => (await focus()).name === 'Ara ver…');
  assert.match(await current(page), /^1\./, 'no key does anything while they are off');
});
