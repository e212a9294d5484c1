// One who may have the floor, on a phone: joins, asks, waits, is called, speaks, is over time.
// Time limit: 300 s
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { axe, violations } from '../lib/axe.mjs';
import { household, screenshot } from '../lib/browser.mjs';
import { meeting } from '../lib/meclis.mjs';
import { openSitting } from '../lib/sitting.mjs';

const h = household();
const phone = { viewport: { width: 360, height: 800 }, bypassCSP: true };
let sitting;
const hall = async () => (sitting ??= await openSitting(h.m));
const admin = () => ({ authorization: `Bearer ${h.m.token}` });

// A personal link of the role for the person: { address, principal }.
async function invited(role, person) {
  const answer = await h.m.get(`/api/v1/meetings/${meeting}/links`, 10, { method: 'POST', headers: admin(), body: JSON.stringify({ role, person }) });
  assert.equal(answer.status, 200);
  return answer.json();
}

async function join(t, person, options = phone) {
  const { link } = await invited('member', person);
  const page = await h.open(t, `/speak/${meeting}#${link}`, options);
  await page.getByRole('button', { name: 'Söz iste', exact: true }).waitFor();
  assert.equal(new URL(page.url()).hash, '', 'the secret has left the address');
  return page;
}

test('asks, has a place, is called, speaks until the time is up', async (t) => {
  const { desk, people } = await hall();
  const page = await join(t, people[1]);
  await page.getByText('Örnek Üye 1 olarak girdiniz').waitFor();
  const before = await desk.do('floor.enter', { person: people[3], kind: 'member' });
  await page.getByLabel('Ne hakkında?').fill('Örnek yol üzerine');
  await page.reload();
  assert.equal(await page.getByLabel('Ne hakkında?').inputValue(), 'Örnek yol üzerine', 'what was typed survives');
  await page.getByRole('button', { name: 'Söz iste', exact: true }).click();
  await page.getByRole('heading', { name: 'Söz sıranız: 2' }).waitFor();
  await page.getByText('Yaklaşık').waitFor();
  await screenshot(page, 'speak-waiting-360');
  await desk.do('floor.decline', { request: before, reason: 'Örnek gerekçe' });
  await page.getByRole('heading', { name: 'Sıradaki sizsiniz' }).waitFor();

  const request = desk.state.requests.find((r) => r.person === people[1] && r.state === 'waiting').seq;
  const turn = await desk.do('floor.grant', { request, from: 0, start: false });
  await page.getByRole('heading', { name: 'Söz sizde' }).waitFor();
  await desk.do('floor.start', { turn });
  await page.getByRole('timer').waitFor();
  await screenshot(page, 'speak-speaking-360');
  await desk.do('floor.pause', { turn });
  await page.getByRole('heading', { name: 'Süreniz durduruldu' }).waitFor();
  await desk.do('floor.end', { turn });
  await page.getByRole('button', { name: 'Söz iste', exact: true }).waitFor();
  const short = await desk.do('floor.give', { person: people[1], kind: 'member', from: 0, seconds: 10, start: true });
  await page.getByRole('heading', { name: 'Süreniz doldu' }).waitFor();
  await page.getByText('Sürenizi').waitFor();
  await screenshot(page, 'speak-over-360');
  await desk.do('floor.end', { turn: short });
});

test('withdraws, after being asked once; a point of order; a refusal is told in words', async (t) => {
  const { desk, people } = await hall();
  const page = await join(t, people[2]);
  await page.getByRole('button', { name: 'Usul hakkında' }).click();
  await page.getByRole('heading', { name: 'Sıradaki sizsiniz' }).waitFor();
  assert.equal(desk.state.requests.find((r) => r.person === people[2] && r.state === 'waiting').kind, 'point_of_order');
  await page.getByRole('button', { name: 'Vazgeç' }).click();
  await page.getByRole('button', { name: 'Sırada kal' }).click();
  await page.getByRole('button', { name: 'Vazgeç' }).click();
  await page.getByRole('button', { name: 'Evet, vazgeç' }).click();
  await page.getByRole('button', { name: 'Söz iste', exact: true }).waitFor();
  await desk.do('floor.close', { reason: 'Örnek gerekçe' });
  await page.getByText('Söz listesi şu anda kapalı.').waitFor();
  await desk.do('floor.reopen');
  await desk.do('sitting.pause', { reason: 'Yemek arası' });
  await page.getByRole('heading', { name: 'Ara verildi' }).waitFor();
  await desk.do('sitting.resume');
});

test('joins by a code that was read out; wrong ones are refused in words', async (t) => {
  const { people } = await hall();
  const { principal } = await invited('member', people[3]);
  const answer = await h.m.get(`/api/v1/meetings/${meeting}/links/${encodeURIComponent(principal)}/code`, 10, { method: 'POST', headers: admin() });
  const { code } = await answer.json();
  const page = await h.open(t, `/speak/${meeting}#not-a-link-that-anybody-has-been-given-000000`, phone);
  await page.getByLabel('Altı haneli kod').fill(code === '000000' ? '000001' : '000000');
  await page.getByRole('button', { name: 'Gir', exact: true }).click();
  await page.locator('.wrong').waitFor();
  await screenshot(page, 'speak-enter-360');
  await page.getByLabel('Altı haneli kod').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await page.keyboard.press('Enter');
  await page.getByText('Örnek Üye 3 olarak girdiniz').waitFor();
  await page.getByRole('button', { name: 'Çıkış' }).click();
  await page.getByLabel('Altı haneli kod').waitFor();
});

test('goes, is told that the browser has another session, and ends that one too', async (t) => {
  const { people } = await hall();
  const password = 'doğru at pil zımba';
  execFileSync(h.m.binary, ['account', 'add', 'ayse', '--roles', 'moderator', '--data', h.m.data], { input: `${password}\n` });
  const { link } = await invited('member', people[3]);
  const page = await h.open(t, `/speak/${meeting}`, { ...phone, colorScheme: 'dark' });
  const me = () => page.evaluate(async () => (await fetch('/api/v1/me')).status);
  const entered = await page.evaluate(async (body) => (await fetch('/api/v1/session', { method: 'POST', body: JSON.stringify(body) })).status, { account: 'ayse', password });
  assert.equal(entered, 200);
  await page.evaluate((secret) => (location.hash = secret), link);
  await page.getByRole('button', { name: 'Söz iste', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Çıkış' }).click();
  await page.getByText('açık oturum sayısı: 1').waitFor();
  assert.equal(await me(), 200);
  await page.evaluate(axe);
  assert.deepEqual(await violations(page), []);
  await screenshot(page, 'speak-others-360-dark');
  await page.getByRole('button', { name: 'Tüm oturumları kapat' }).click();
  await page.locator('[data-has=others]').waitFor({ state: 'detached' });
  assert.equal(await me(), 401);
  await page.getByLabel('Altı haneli kod').waitFor();
});

test('votes in an electronic secret ballot: looks once more, puts it in, is told that it is there', async (t) => {
  const { desk, people } = await hall();
  const page = await join(t, people[2]);
  await desk.do('body.rule', { rule: 'electronic_secret', number: 1, source: 'Örnek karar' });
  const vote = await desk.do('vote.open', { subject: 'Örnek encümen üyesi seçimi', method: 'secret_electronic', majority: 'ordinary', numbered: false, excluded: [people[3]] });
  await page.getByRole('heading', { name: 'Gizli oylama' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Söz iste', exact: true }).count(), 0, 'one thing at a time');
  await page.evaluate(axe);
  await screenshot(page, 'speak-ballot-360');
  assert.deepEqual(await violations(page), []);
  await page.getByRole('button', { name: 'Ret' }).click();
  await page.getByText('Oyunuz: Ret').waitFor();
  await page.getByRole('button', { name: 'Geri dön' }).click();
  await page.getByRole('button', { name: 'Kabul' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Oyunuz: Kabul').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), 'Sandığa at');
  await screenshot(page, 'speak-ballot-sure-360');
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Oyunuz sandıkta' }).waitFor();
  await page.getByText('Oy kullanan: 1 / 3').waitFor();
  await page.getByRole('button', { name: 'Söz iste', exact: true }).waitFor();
  await screenshot(page, 'speak-ballot-done-360');
  assert.deepEqual(await violations(page), []);
  assert.equal(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]).includes('for')), false);
  await page.reload();
  await page.getByRole('heading', { name: 'Oyunuz sandıkta' }).waitFor();

  const { link } = await invited('member', people[3]);
  const left = await h.open(t, `/speak/${meeting}#${link}`, phone);
  await left.getByText('Oylama sürüyor: Örnek encümen').waitFor();
  assert.equal(await left.locator('.ballot').count(), 0, 'who may not take part is offered no paper');
  await desk.do('vote.close', { vote });
  await page.locator('.ballot').waitFor({ state: 'detached' });
  assert.equal(desk.state.votes.find((v) => v.seq === vote).result.counts.in_favour, 1);
});

test('axe finds nothing, in both themes and languages; nothing sticks out', async (t) => {
  const { people } = await hall();
  const wrong = [];
  for (const colorScheme of ['light', 'dark']) {
    for (const lang of ['tr', 'en']) {
      const { link } = await invited('member', people[2]);
      const page = await h.open(t, `/speak/${meeting}?lang=${lang}`, { ...phone, colorScheme });
      await page.evaluate(axe);
      await page.locator('#code').waitFor();
      const look = async (what) => {
        wrong.push(...(await violations(page)).map((v) => `${what} ${colorScheme} ${lang}: ${v}`));
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), what);
      };
      await look('enter');
      await page.evaluate((secret) => {
        location.hash = secret;
      }, link);
      await page.locator('#about').waitFor();
      await look('free');
      await page.locator('.big').click();
      await page.locator('.stage-wait').waitFor();
      await look('waiting');
      await page.locator('.second').click();
      await page.locator('.sure').waitFor();
      await look('sure');
      await page.locator('.sure .second').click();
      await page.locator('#about').waitFor();
      await screenshot(page, `speak-360-${colorScheme}-${lang}`);
      await page.context().close();
    }
  }
  assert.deepEqual(wrong, []);
});
