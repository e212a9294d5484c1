// The first start: from the address that the server tells to a meeting that can begin, by keyboard;
// and who may not.
// Runs beside others.
// Time limit: 300 s
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { axe, violations } from '../lib/axe.mjs';
import { openChromium, openPage, screenshot } from '../lib/browser.mjs';
import { Meclis } from '../lib/meclis.mjs';
import { until } from '../lib/wait.mjs';

const password = 'örnek uzun bir parola';
const agenda = 'Sıra\tKonu\n2026/41\tÖrnek yol bakım ihalesinin görüşülmesi\n2026/42\tİki Bin Yirmi Yedi Yılı Performans Programı ile Gelir ve Gider Bütçesinin görüşülmesi (örnek)\n\tDilek ve öneriler';

async function bare(t) {
  const m = await Meclis.create(t, { sources: [] });
  m.settings.meetings = [];
  m.configure();
  await m.start();
  return m;
}

async function open(t, browser, m, where, options = {}) {
  const page = await openPage(t, browser, { bypassCSP: true, ...options });
  await page.addInitScript(axe);
  await page.goto(m.url(where));
  return page;
}

// Types into what has the focus, and goes on with Tab, as somebody without a mouse.
async function fill(page, label, text) {
  await page.getByLabel(label, { exact: true }).focus();
  await page.keyboard.type(text);
}

test('first start to first meeting', async (t) => {
  const m = await bare(t);
  const told = await until('the address of the first start', () => /\/admin#([0-9a-f]{40})/.exec(m.server.output));
  const browser = await openChromium(t), wrong = [];
  const check = async (page, where) => wrong.push(...(await violations(page)).map((v) => `${where}: ${v}`));
  const page = await open(t, browser, m, `/admin#${told[1]}`);

  // ---- the account ----
  await page.getByRole('heading', { name: 'İlk kurulum: yönetici hesabı' }).waitFor();
  assert.equal(new URL(page.url()).hash, '', 'the key has left the address');
  await check(page, 'first');
  await fill(page, 'Hesap adı', 'yonetici');
  await fill(page, 'Parola', password);
  await fill(page, 'Parola, bir kez daha', 'başka bir parola');
  await page.keyboard.press('Enter');
  await page.getByText('İki parola aynı değil.').waitFor();
  await page.getByLabel('Parola', { exact: true }).fill('aaaaaaaaaaaaaa');
  await page.getByLabel('Parola, bir kez daha').fill('aaaaaaaaaaaaaa');
  await page.keyboard.press('Enter');
  await page.getByText('Parola en az 12 karakter olmalı').waitFor();
  assert.equal(await page.getByLabel('Hesap adı', { exact: true }).inputValue(), 'yonetici', 'what was typed is there');
  await page.getByLabel('Parola', { exact: true }).fill(password);
  await page.getByLabel('Parola, bir kez daha').fill(password);
  await page.keyboard.press('Enter');
  await page.getByText('Henüz toplantı yok.').waitFor();
  assert.ok(!existsSync(path.join(m.data, 'setup-key')), 'the key is good once');
  await check(page, 'empty list');
  await screenshot(page, 'admin-empty-1280');

  // ---- the meeting ----
  await page.getByRole('button', { name: 'Yeni toplantı' }).focus();
  await page.keyboard.press('Enter');
  await fill(page, 'Toplantının adı', 'Örnek Aralık ayı olağan toplantısı, 1. birleşim');
  await fill(page, 'Kurulun adı', 'Örnek Belediye Meclisi');
  await fill(page, 'Üye tam sayısı', '11');
  await page.getByLabel('Gün', { exact: true }).fill('2026-12-07');
  await check(page, 'make');
  await screenshot(page, 'admin-make-1280');
  await page.getByRole('button', { name: 'Toplantıyı oluştur' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Örnek Aralık ayı olağan toplantısı, 1. birleşim' }).waitFor();
  const id = 'ornek-aralik-ayi-olagan-toplantisi-1-bir-2026-12-07';
  assert.equal(new URL(page.url()).search, `?meeting=${id}`);

  // ---- the agenda: a reload loses nothing ----
  await page.getByLabel('Gündem maddeleri').fill(agenda);
  await page.reload();
  await page.getByText('3 madde anlaşıldı:').waitFor();
  assert.deepEqual(await page.locator('tbody td:first-child').allTextContents(), ['2026/41', '2026/42', '1']);
  await check(page, 'agenda');
  await page.getByRole('button', { name: '3 maddeyi gündeme ekle' }).click();
  await page.getByText('Gündemde 3 madde var.').waitFor();
  assert.equal(await page.getByLabel('Eklenecek maddeler').inputValue(), '');

  // ---- the desk's link, the encoder, the announcement ----
  await page.getByRole('button', { name: 'Başkan için bağlantı oluştur' }).click();
  await page.getByText('Şimdi kopyalayın').waitFor();
  const link = await page.locator('.given code').first().textContent();
  await page.getByText(/^rtmp:\/\/127\.0\.0\.1:\d+\/live$/).waitFor();
  assert.ok(!(await (await m.get('/api/v1/meetings')).text()).includes(id), 'a draft is nobody’s business');
  await page.getByRole('button', { name: 'Toplantıyı duyur' }).click();
  await page.getByText('Toplantı duyuruldu.').waitFor();
  assert.ok((await (await m.get('/api/v1/meetings')).text()).includes(id));
  await check(page, 'prepared');
  await screenshot(page, 'admin-prepared-1280', { fullPage: true });
  const phone = await openPage(t, browser, { bypassCSP: true, viewport: { width: 360, height: 800 }, colorScheme: 'dark', storageState: await page.context().storageState() });
  await phone.addInitScript(axe);
  await phone.goto(m.url(`/admin?meeting=${id}`));
  await phone.getByText('Toplantı duyuruldu.').waitFor();
  await check(phone, 'phone');
  assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'it fits');
  await screenshot(phone, 'admin-prepared-dark-360', { fullPage: true });

  // ---- the chair comes to the desk by the link; the account too ----
  const chair = await open(t, browser, m, new URL(link).pathname + new URL(link).hash);
  await chair.locator('meclis-desk-head h1').waitFor();
  await page.getByRole('link', { name: 'Divan masasını aç' }).click();
  await page.locator('meclis-desk-head h1').waitFor();

  // ---- the next one: the same body; a wrong account; the spent key ----
  await page.goto(m.url('/admin'));
  await page.getByRole('button', { name: 'Yeni toplantı' }).click();
  await page.getByLabel('Toplantının adı').fill('Örnek Aralık ayı olağan toplantısı, 1. birleşim');
  await page.getByLabel('Gün', { exact: true }).fill('2026-12-07');
  await page.getByText('Kurulun üyeleri ve kuralları önceki toplantısından alınsın').waitFor();
  await page.getByRole('button', { name: 'Toplantıyı oluştur' }).click();
  await page.getByText('Gündemde 3 madde var.').waitFor();
  assert.ok(new URL(page.url()).search.endsWith('--2'), 'a name that was free');
  const late = await open(t, browser, m, `/admin#${told[1]}`);
  await late.getByLabel('Hesap adı', { exact: true }).fill('baskasi');
  await late.getByLabel('Parola', { exact: true }).fill(password);
  await late.getByLabel('Parola, bir kez daha').fill(password);
  await late.getByRole('button', { name: 'Hesabı aç ve başla' }).click();
  await late.getByText('Bu adres artık geçerli değil').waitFor();
  await late.getByLabel('Hesap adı', { exact: true }).fill('yonetici');
  await late.getByLabel('Parola', { exact: true }).fill('yanlış bir parola');
  await late.getByRole('button', { name: 'Gir', exact: true }).click();
  await late.getByText('Hesap adı, parola ya da kod yanlış.').waitFor();
  await check(late, 'sign in');
  await late.getByLabel('Parola', { exact: true }).fill(password);
  await late.getByRole('button', { name: 'Gir', exact: true }).click();
  await late.getByRole('heading', { name: 'Toplantılar' }).waitFor();
  await check(late, 'list');
  assert.deepEqual([...new Set(wrong)], []);

  // ---- after a restart there is an administrator ----
  await m.stop();
  await m.start();
  assert.ok(!m.server.output.includes('/admin#'));
});
