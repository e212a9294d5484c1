// A citizen at the meeting's page: what is on, who speaks, questions from asking to the answer, votes.
// Time limit: 600 s
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { test } from 'node:test';
import { axe, violations } from '../lib/axe.mjs';
import { household, player, plays, screenshot } from '../lib/browser.mjs';
import { meeting } from '../lib/meclis.mjs';
import { longName, longTitle, openSitting } from '../lib/sitting.mjs';
import { sleep, until } from '../lib/wait.mjs';

const h = household();
let sitting;
const hall = async () => (sitting ??= await openSitting(h.m));
const questions = (page) => page.locator('meclis-questions');

async function watch(t, where = `/m/${meeting}`, options = {}) {
  await hall();
  const page = await h.open(t, where, options);
  await page.locator('meclis-questions h2').waitFor();
  return page;
}

test('the item of the picture is marked, and who speaks, with the time left', async (t) => {
  const { desk, items, people } = await hall();
  const page = await watch(t);
  await plays(page);
  const current = page.locator('meclis-agenda-list [aria-current]');
  await current.getByText('Örnek yol bakım ihalesi').waitFor();
  await desk.do('agenda.advance', { from: items[0] });
  await current.getByText(longTitle).waitFor();
  // What was left can be had as a file, the meeting still on.
  const link = page.locator('.agenda > li').first().getByRole('link', { name: 'videosunu indir (MP4)' });
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  assert.equal(download.suggestedFilename(), `${meeting}-item-1.mp4`);
  assert.ok(statSync(await download.path()).size > 10000);
  const request = await desk.do('floor.enter', { person: people[2], kind: 'member', item: items[1] });
  const waiting = await desk.do('floor.enter', { person: people[1], kind: 'member', item: items[1] });
  await page.locator('.queue li').nth(1).waitFor();
  assert.match(await page.locator('.queue li').first().textContent(), /Ayşe Gülümser/);
  const turn = await desk.do('floor.grant', { request, from: 0, start: true });
  await page.locator('.speaker').getByText(longName).waitFor();
  const left = () => page.locator('.left strong').textContent();
  const first = await left();
  await until('the clock to run', async () => (await left()) !== first);
  await desk.do('floor.end', { turn });
  await page.getByText('Şu anda kimse kürsüde değil.').waitFor();
  await desk.do('floor.decline', { request: waiting, reason: 'Örnek gerekçe' });
  await page.getByText('Söz bekleyen yok.').waitFor();
});

test('a question: typed, not lost by a reload, asked, approved, put, answered, jumped to', async (t) => {
  const { desk, people } = await hall();
  const page = await watch(t);
  await plays(page);
  await page.getByRole('button', { name: 'Soru sor', exact: true }).click(); // from under the picture
  await until('the form, in sight', () => page.evaluate(() => {
    const field = document.activeElement, { top, bottom } = field.getBoundingClientRect();
    return field.id === 'ask-text' && top >= 0 && bottom <= innerHeight;
  }));
  await page.getByLabel('Sorunuz', { exact: true }).fill('Çocuk parkı ne zaman açılacak?');
  await page.getByLabel('Adınız').fill('Örnek Vatandaş');
  await page.reload();
  const text = page.getByLabel('Sorunuz', { exact: true });
  await text.waitFor();
  assert.equal(await text.inputValue(), 'Çocuk parkı ne zaman açılacak?');
  await page.getByRole('button', { name: 'Gönder' }).click();
  await page.getByText('Sorunuz alındı').waitFor();
  const mine = page.locator('.question-mine');
  await mine.getByText('Onay bekliyor').waitFor();

  const asked = await until('the desk to see it', () => desk.state.questions.find((q) => q.text.startsWith('Çocuk parkı')));
  const other = await watch(t);
  assert.equal(await questions(other).getByText('Çocuk parkı').count(), 0, 'nobody else sees it yet');
  await desk.do('question.approve', { question: asked.seq });
  await questions(other).getByText('Çocuk parkı').waitFor();
  await other.getByRole('button', { name: 'Ben de soruyorum' }).click();
  await mine.getByText('1 kişi soruyor').waitFor();
  await other.getByRole('button', { name: 'Desteği geri al' }).waitFor();

  await desk.do('question.put', { question: asked.seq });
  await mine.getByText('Toplantıda soruldu').waitFor();
  await sleep(3000); // the answer takes its time, so that there is something to jump back over
  await desk.do('question.answer', { question: asked.seq, person: people[1], note: 'Mayısta' });
  await mine.getByText('Örnek Üye 1 yanıtladı').waitFor();
  const put = desk.state.questions.find((q) => q.seq === asked.seq).put_media_us / 1e6;
  await until('the picture to be past it', async () => (await player(page)).mediaTime > put + 2);
  await mine.getByRole('button', { name: 'Yanıtı izle' }).click();
  await until('the picture to be there', async () => Math.abs((await player(page)).mediaTime - put) < 2, { seconds: 40 });
});

test('asked by keyboard alone; a question that is turned down says why, to its author', async (t) => {
  const { desk } = await hall();
  const page = await watch(t);
  await page.getByText('Soru sorun').focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('Sorunuz', { exact: true }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.type('ş'.repeat(1001));
  await page.getByText('Sorunuz 3 karakter uzun').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Gönder' }).isDisabled());
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Konu dışı bir örnek soru');
  for (const name of ['ask-item', 'ask-name']) {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.id), name);
  }
  await page.keyboard.press('Enter');
  const asked = await until('the desk to see it', () => desk.state.questions.find((q) => q.text.startsWith('Konu dışı')));
  await desk.do('question.decline', { question: asked.seq, category: 'off_topic', reason: 'Gündemle ilgili değil' });
  const turned = page.locator('.question-mine').getByText('Kabul edilmedi: konu dışı. Gündemle ilgili değil');
  await turned.waitFor();
  await page.reload();
  await turned.waitFor();
});

test('what was sent while the server was away counts once', async (t) => {
  const { desk } = await hall();
  const page = await watch(t);
  await page.getByText('Soru sorun').click();
  await page.getByLabel('Sorunuz', { exact: true }).fill('Yolda kalan örnek soru');
  await h.m.killServer();
  await page.getByRole('button', { name: 'Gönder' }).click();
  await page.getByText('Gönderiliyor').waitFor();
  await page.reload().catch(() => {});
  await h.m.start();
  await until('the page to be there again', async () => {
    await page.reload({ timeout: 5000 }).catch(() => {});
    return page.locator('meclis-questions h2').isVisible();
  }, { seconds: 60, every: 2000 });
  // "arrived" may have been said before a further reload: what counts is that it is there
  await page.locator('.question-mine').getByText('Yolda kalan').waitFor();
  desk.close();
  sitting.desk = await h.m.events({ admin: true, hello: { in_hall: true } }).ready();
  assert.equal(sitting.desk.state.questions.filter((q) => q.text.startsWith('Yolda kalan')).length, 1);
});

test('a vote is seen as it is taken, with its arithmetic; a break and its hour', async (t) => {
  const { desk, items } = await hall();
  const page = await watch(t);
  const vote = await desk.do('vote.open', { item: items[1], subject: 'Örnek bütçenin kabulü', method: 'hands', majority: 'ordinary', numbered: true, excluded: [] });
  await page.getByText('Oylama sürüyor').waitFor();
  await desk.do('vote.count', { vote, counts: { in_favour: 3, against: 1 } });
  await desk.do('vote.close', { vote });
  await page.locator('.vote').getByText('Kabul edildi').waitFor();
  await page.locator('.vote').getByText('2026/57').waitFor();
  await desk.do('sitting.pause', { reason: 'Yemek arası', resumes_utc_us: Date.now() * 1000 + 3600e6 });
  await page.getByText('Ara verildi').waitFor();
  await page.getByText('Yemek arası').waitFor();
  await desk.do('sitting.resume');
  await page.getByText('Ara verildi').waitFor({ state: 'detached' });
});

test('a broadcast that is muted, or on its slate, says that it is not the viewer’s device', async (t) => {
  const { desk } = await hall();
  const page = await watch(t);
  await plays(page);
  await desk.do('programme.mute', { on: true });
  await page.getByText('Yayının sesi toplantıyı yönetenlerce kesildi').waitFor();
  await screenshot(page, 'taking-part-muted');
  await desk.do('programme.slate', { on: true });
  await page.getByText('Toplantıyı yönetenler yayına ara verdi').waitFor();
  await desk.do('programme.mute', { on: false });
  await desk.do('programme.slate', { on: false });
  await page.getByText('Toplantıyı yönetenler yayına ara verdi').waitFor({ state: 'detached' });
  assert.equal(await page.getByText('Yayının sesi toplantıyı yönetenlerce kesildi').count(), 0);
});

test('all of it follows the picture: who goes back sees what was then; links lead to the moment and to the item', async (t) => {
  const { desk, items } = await hall();
  if (desk.state.sitting.item !== items[1]) await desk.do('agenda.take', { from: desk.state.sitting.item, item: items[1] });
  const page = await watch(t);
  await plays(page);
  const current = page.locator('meclis-agenda-list [aria-current]');
  await current.getByText(longTitle).waitFor();
  const from = (await player(page)).mediaTime;
  await until('something to go back over', async () => (await player(page)).mediaTime > from + 12, { seconds: 90 });
  await desk.do('agenda.advance', { from: items[1] });
  await current.getByText('Örnek kesinhesap').waitFor();
  await page.getByText('Şimdi görüşülen: Örnek kesinhesap').waitFor({ state: 'attached' });
  const span = desk.state.spans.find((one) => one.item === items[2]);
  await page.getByRole('button', { name: '10 saniye geri' }).click();
  await current.getByText(longTitle).waitFor();
  assert.ok((await player(page)).mediaTime * 1e6 < span.from_media_us + 1e6);
  await page.getByRole('button', { name: 'Canlıya dön' }).click();
  await current.getByText('Örnek kesinhesap').waitFor();
  await page.locator('.agenda > li').nth(1).getByRole('button').click(); // a past item: to its beginning
  await current.getByText(longTitle).waitFor();

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Bu maddenin bağlantısını kopyala' }).click();
  await page.getByText('Bağlantı kopyalandı').waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(new URL(link).search, '?item=2');
  const there = await watch(t, link.replace(h.m.url(''), ''));
  const began = Math.min(...desk.state.spans.filter((one) => one.item === items[1]).map((one) => one.from_media_us)) / 1e6;
  await until('the picture to be there', async () => Math.abs(((await player(there))?.mediaTime ?? 0) - began) < 5, { seconds: 60 });
  await there.locator('meclis-player .ticks line').first().waitFor({ state: 'attached' }); // where items begin
  await there.locator('meclis-player .about').getByText(longTitle).waitFor();
  assert.match(await there.getByRole('slider', { name: 'Konum' }).getAttribute('aria-valuetext'), /, 2 İki Bin Yirmi Yedi/);
  await screenshot(there, 'meeting-marks');
  await there.locator('meclis-agenda-list [aria-current]').getByText(longTitle).waitFor();
  // it was before this page came: what was on the list then is not known, and not said
  await until('the floor of then', async () => (await there.locator('meclis-floor h2').count()) === 1);
  await desk.do('agenda.take', { from: items[2], item: items[1] });
});

test('five thousand questions: a change of one touches nothing of the others', async (t) => {
  const page = await watch(t);
  const found = await page.evaluate(async () => {
    const one = (seq, supports) => ({ seq, last: seq, text: `Örnek soru ${seq}: `.repeat(1 + (seq % 9)), state: 'approved', pinned: false, supports, corrected: false });
    const shownAt = document.querySelector('meclis-questions');
    const questions = Array.from({ length: 5000 }, (_, i) => one(i + 1, 5000 - i));
    const list = document.createElement('meclis-questions');
    const show = async (some) => {
      const begun = performance.now();
      list.view = { ...shownAt.view, state: { ...shownAt.view.state, questions: some } };
      await list.updateComplete;
      return performance.now() - begun;
    };
    const long = [];
    new PerformanceObserver((entries) => long.push(...entries.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask' });
    document.querySelector('main').after(list);
    const first = await show(questions);
    const drawn = list.querySelectorAll('li').length;
    let presses = 0;
    for (let more; (more = [...list.querySelectorAll('section > button')].pop()) && presses < 20; presses++) {
      more.click();
      await list.updateComplete;
      await new Promise(requestAnimationFrame);
    }
    const changes = [];
    const watcher = new MutationObserver((records) => changes.push(...records.map((record) => record.target.parentElement?.closest('li')).filter(Boolean)));
    watcher.observe(list, { subtree: true, childList: true, characterData: true, attributes: true });
    const again = await show(questions.map((question) => (question.seq === 2500 ? { ...question, last: 6000, text: 'Yeni' } : question)));
    await new Promise(requestAnimationFrame);
    watcher.disconnect();
    long.length = 0;
    const frames = [];
    list.scrollIntoView();
    for (let i = 0, before = performance.now(); i < 120; i++) {
      window.scrollBy(0, 1500);
      await new Promise(requestAnimationFrame);
      frames.push(performance.now() - before);
      before = performance.now();
    }
    frames.sort((a, b) => a - b);
    const whole = list.querySelectorAll('li').length;
    list.remove();
    return { first, drawn, presses, whole, again, touched: new Set(changes).size, median: frames[60], p95: frames[114], worst: frames[119], long };
  });
  t.diagnostic(JSON.stringify(found));
  assert.ok(found.drawn <= 60, 'no more than asked for is drawn');
  assert.equal(found.whole, 5000);
  assert.ok(found.presses <= 10);
  assert.equal(found.touched, 1);
});

test('while the line is away this is said once, and no clock seems to run', async (t) => {
  const { desk, items, people } = await hall();
  const page = await watch(t);
  await plays(page);
  const turn = await desk.do('floor.give', { person: people[1], kind: 'member', item: items[1], from: 0, start: true });
  await page.locator('.left').waitFor();
  await h.m.killServer();
  await page.getByText('Toplantı bilgileri şu anda güncellenmiyor').waitFor();
  assert.equal(await page.getByText('Toplantı bilgileri şu anda güncellenmiyor').count(), 1);
  await page.locator('.left').waitFor({ state: 'detached' });
  await h.m.start();
  await page.getByText('Toplantı bilgileri şu anda güncellenmiyor').waitFor({ state: 'detached', timeout: 60_000 });
  await page.locator('.left').waitFor();
  desk.close();
  sitting.desk = await h.m.events({ admin: true, hello: { in_hall: true } }).ready();
  await sitting.desk.do('floor.end', { turn });
});

test('seen at both sizes, light and dark: axe finds nothing, nothing is wider than the page', async (t) => {
  const { desk, items, people } = await hall();
  await desk.do('notice.post', { text: 'Örnek duyuru: Meclis üyelerinin trafik nedeniyle gecikmesinden dolayı birleşim geç başladı.' });
  await desk.do('agenda.attach', { item: items[1], title: 'Örnek komisyon raporu, uzun bir başlıkla birlikte', address: 'https://example.org/rapor.pdf' });
  await desk.do('poll.open', { question: 'Örnek görüş sorusu: park nerede olsun?', choices: [{ text: 'Örnek mahalle' }, { text: 'Merkez' }] });
  const turn = await desk.do('floor.give', { person: people[2], kind: 'member', item: items[1], from: 0, start: true });
  for (let i = 0; i < 3; i++) await desk.do('floor.enter', { person: people[[0, 1, 3][i]], kind: 'member', item: items[1] });
  await desk.do('programme.mute', { on: true });
  const wrong = [];
  for (const [width, height] of [[360, 800], [1280, 800], [320, 640]]) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await watch(t, `/m/${meeting}`, { viewport: { width, height }, colorScheme, bypassCSP: true });
      await page.evaluate(axe);
      await plays(page, { by: 1 });
      await page.locator('.speaker').waitFor();
      await page.locator('.poll').waitFor();
      await page.getByText('Soru sorun').click();
      wrong.push(...(await violations(page)).map((v) => `${width} ${colorScheme}: ${v}`));
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width}: nothing sticks out`);
      if (width > 320) await screenshot(page, `m-${width}-${colorScheme}`, { fullPage: true });
      await page.context().close();
    }
  }
  const forced = await watch(t, `/m/${meeting}`, { forcedColors: 'active', reducedMotion: 'reduce' });
  await forced.locator('.poll').waitFor();
  await screenshot(forced, 'm-1280-forced', { fullPage: true });
  const english = await watch(t, `/m/${meeting}?lang=en`, { bypassCSP: true });
  await english.evaluate(axe);
  await english.getByText('Ask a question').click();
  wrong.push(...await violations(english));
  assert.deepEqual(wrong, []);
  await desk.do('floor.end', { turn });
});
