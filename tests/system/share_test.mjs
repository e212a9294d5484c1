// What others show of a meeting before any script runs: its page's own words, previews, linked data, oEmbed, the feed.
// Runs beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { until } from '../lib/wait.mjs';

const title = `"Kasım" </script><script>alert('1')</script> & ğüşıöçĞÜŞİÖÇ \u2028 ${'uzun başlık '.repeat(30)}`.slice(0, 299) + '.';
const item = 'Örnek "ihale" <b>maddesi</b> & görüşmesi';
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
const plain = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&');

let m, ends = [];
before(async () => {
  m = await Meclis.create({ after: (f) => ends.push(f) }, {
    sources: [{ id: 'test', kind: 'test', priority: 1 }],
    settings: { embed_ancestors: 'https://gazete.example https://*.haber.example', reuse_terms: 'Örnek <koşul> & "atıf"', reuse_terms_address: 'https://lisans.example/' },
  });
  await m.start();
});
after(async () => {
  let failure;
  await m?.stop().catch((e) => {
    failure = e;
  });
  for (const f of ends.reverse()) await f();
  if (failure) throw failure;
});

async function page(where, options) {
  const r = await m.get(where, 10, options);
  assert.equal(r.status, 200, where);
  assert.match(r.headers.get('content-type'), /^text\/html/);
  return r.text();
}

// The page's linked data, of which there is one.
function linked(html) {
  const all = [...html.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)];
  assert.equal(all.length, 1);
  return JSON.parse(all[0][1]);
}

const property = (html, name) => plain(new RegExp(`<meta (?:property|name)="${name}" content="([^"]*)">`).exec(html)?.[1] ?? '');

async function feed(query = '') {
  const r = await m.get(`/feed.xml${query}`);
  assert.equal(r.status, 200);
  assert.equal(r.headers.get('content-type'), 'application/rss+xml; charset=utf-8');
  return r.text();
}

const oembed = (query) => m.get(`/oembed?${new URLSearchParams(query)}`);

test('a draft is shown by its name alone, and is in no feed', async () => {
  const html = await page(`/m/${meeting}`);
  assert.match(html, /<h1 id="title" lang="tr">Örnek Birleşim<\/h1>/);
  assert.match(html, /<meta name="robots" content="noindex">/);
  assert.doesNotMatch(await feed(), /<item>/);
  // a meeting that there is not: the page as it was built
  for (const where of ['/m/yok', '/embed/yok']) {
    const none = await m.get(where);
    assert.equal(none.status, 404);
    assert.match(await none.text(), /<h1 id="title" data-text="meetingTitle">/);
  }
});

test('what is announced is said by the page itself, whatever its title holds', async () => {
  const desk = await m.events({ admin: true }).ready();
  const starts = Date.UTC(2027, 10, 3, 11);
  await desk.do('body.describe', { kind: 'council', name: 'Örnek & Meclis', members: 1 });
  await desk.do('sitting.describe', { kind: 'ordinary', title, place: 'Örnek salon', starts_utc_us: starts * 1000 });
  await desk.do('agenda.add', { number: '2026/41', title: item, kind: 'ordinary' });
  await desk.do('vote.number', { prefix: '2026/', next: 1 });
  await desk.do('broadcast.permit', { number: '2026/17', document: '2026/17 sayılı örnek karar', scope: 'Bütün toplantılar', decided_on: '2026-01-05' });
  await desk.do('sitting.announce');

  const html = await page(`/m/${meeting}`);
  assert.ok(html.includes(`<title>${escaped(title)} · Açık Meclis</title>`));
  assert.ok(html.includes(`<h1 id="title" lang="tr">${escaped(title)}</h1>`));
  assert.match(html, /<span lang="tr">Örnek &amp; Meclis<\/span> · <span id="facts-state">Başlamadı · <\/span><time datetime="2027-11-03T11:00:00Z">\d+ Kasım 2027 /);
  assert.doesNotMatch(html, /noindex|<script>alert/);
  assert.match(html, /<\/html>\s*$/);
  assert.equal(property(html, 'og:title'), title);
  assert.equal(property(html, 'og:url'), m.url(`/m/${meeting}`));
  assert.equal(property(html, 'twitter:player'), m.url(`/embed/${meeting}`));
  const image = await fetch(property(html, 'og:image'));
  assert.deepEqual([image.status, image.headers.get('content-type')], [200, 'image/png']);
  const png = Buffer.from(await image.arrayBuffer());
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)].map(String), [property(html, 'og:image:width'), property(html, 'og:image:height')]);
  const data = linked(html);
  assert.equal(data['@type'], 'BroadcastEvent');
  assert.equal(data.name, title);
  assert.equal(data.startDate, '2027-11-03T11:00:00Z');
  assert.equal(data.organizer.name, 'Örnek & Meclis');
  assert.ok(data.location.some((place) => place.name === 'Örnek salon'));
  assert.match(await page(`/m/${meeting}?lang=en`), /Not begun · <\/span><time datetime="2027-11-03T11:00:00Z">\w+day \d+ November 2027, /);
  assert.match(await page(`/m/${meeting}`, { headers: { 'accept-language': 'en' } }), /Not begun/);
  // the same title wherever it is said
  assert.equal((await m.about()).title, title);
  assert.ok((await page('/')).includes(escaped(title)));
});

test('a link to an item is previewed as the item', async () => {
  const html = await page(`/m/${meeting}?item=2026%2F41&t=1m5s&x=%22%3E`);
  assert.equal(property(html, 'og:title'), `2026/41 ${item} · ${title}`);
  assert.equal(property(html, 'og:url'), m.url(`/m/${meeting}?item=2026%2F41&t=1m5s`));
  assert.equal(property(html, 'og:video'), m.url(`/embed/${meeting}?item=2026%2F41&t=1m5s`));
  assert.match(html, new RegExp(`<link rel="canonical" href="${m.url(`/m/${meeting}`)}">`));
  assert.equal(property(await page(`/m/${meeting}?item=none`), 'og:title'), title);
});

test('the embedded page says its terms and who may frame it', async () => {
  const html = await page(`/embed/${meeting}?lang=tr`);
  assert.ok(html.includes(`<h1 id="title" lang="tr">${escaped(title)}</h1>`));
  assert.match(html, /href="https:\/\/lisans\.example\/">Örnek &lt;koşul&gt; &amp; &quot;atıf&quot;<\/a>/);
  assert.equal(property(html, 'meclis:ancestors'), 'https://gazete.example https://*.haber.example');
  assert.equal(property(html, 'robots'), 'noindex');
  assert.equal(linked(html).name, title);
  const r = await m.get(`/embed/${meeting}`);
  assert.match(r.headers.get('content-security-policy'), /frame-ancestors https:\/\/gazete\.example https:\/\/\*\.haber\.example$/);
  assert.equal(r.headers.get('set-cookie'), null);
});

test('oEmbed: of our own pages, as the specification has it', async () => {
  const html = await page(`/m/${meeting}?item=2026%2F41`);
  const links = [...html.matchAll(/<link rel="alternate" type="(application\/json|text\/xml)\+oembed" href="([^"]*)">/g)];
  assert.deepEqual(links.map(([, type]) => type), ['application/json', 'text/xml']);
  const found = await fetch(plain(links[0][2]));
  assert.equal(found.status, 200);
  assert.match(found.headers.get('content-type'), /^application\/json/);
  assert.equal(found.headers.get('access-control-allow-origin'), '*');
  const said = await found.json();
  assert.deepEqual([said.version, said.type, said.title, said.width, said.height], ['1.0', 'video', title, 640, 440]);
  assert.ok(said.html.startsWith(`<iframe src="${m.url(`/embed/${meeting}?item=2026%2F41`)}" title="${escaped(title)}" width="640" height="440"`), said.html);
  const xml = await fetch(plain(links[1][2]));
  assert.match(xml.headers.get('content-type'), /^text\/xml/);
  assert.ok((await xml.text()).includes(`<html>${escaped(said.html)}</html>`));

  const url = m.url(`/m/${meeting}`);
  const small = await (await oembed({ url, maxwidth: 320, maxheight: 1000 })).json();
  assert.ok(small.width === 320 && small.height < 320, JSON.stringify(small));
  const { height } = await (await oembed({ url, maxheight: 240 })).json();
  assert.ok(height > 230 && height <= 240, `${height} px`);
  const status = async (query) => (await oembed(query)).status;
  assert.equal(await status({ url, format: 'yaml' }), 501);
  assert.equal(await status({ url, format: 'x'.repeat(50) }), 501);
  assert.equal(await status({ url: m.url('/m/yok') }), 404);
  assert.equal(await status({ url: m.url('/') }), 404);
  assert.equal(await status({ url: `https://baska.example/m/${meeting}` }), 404);
  assert.equal(await status({ url: `${url}?${'x'.repeat(3000)}` }), 400);
  assert.equal(await status({ format: 'json' }), 400);
  assert.equal(await status({ url, maxwidth: '-1' }), 400);
  assert.equal((await m.get('/oembed', 5, { method: 'POST', body: '' })).status, 405);
});

test('live, then recorded: the page, its data and the feed say so', async () => {
  const planned = await feed();
  assert.ok(planned.includes(`<title>${escaped(title)}</title>`));
  assert.ok(planned.includes(`<guid isPermaLink="true">${m.url(`/m/${meeting}`)}</guid>`));
  assert.match(planned, /Henüz başlamadı\. 3 Kasım 2027/);
  assert.doesNotMatch(planned, /pubDate/);

  await m.command('start');
  const live = await page(`/m/${meeting}`);
  assert.match(live, /<span id="facts-state">Canlı · <\/span><time /);
  assert.equal(linked(live)['@type'], 'BroadcastEvent');
  assert.match(await feed(), /Canlı yayında\. .*<pubDate>\w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000<\/pubDate>/s);
  assert.match(await feed('?lang=en'), /<language>en<\/language>.*Live now/s);

  await until('something recorded', async () => (await m.about()).recording.until_us > 1e6);
  await m.command('stop');
  const ended = await page(`/m/${meeting}`);
  assert.match(ended, /<span id="facts-state">Sona erdi · <\/span><time [^>]*>[^<]*<\/time> – <time /);
  const video = linked(ended);
  assert.equal(video['@type'], 'VideoObject');
  assert.equal(video.name, title);
  assert.equal(video.license, 'https://lisans.example/');
  assert.equal(video.contentUrl, m.url(`/hls/${meeting}/master.m3u8`));
  assert.match(video.duration, /^PT\d+H\d+M\d+S$/);
  const over = await feed();
  assert.match(over, /Sona erdi; kaydı izlenebilir/);
  for (const [, address] of over.matchAll(/(?:url|uri)="([^"]+\/api\/v1\/meetings\/[^"]+)"/g)) {
    await until(address, async () => (await fetch(address)).status === 200); // the recorder still closes its files
  }
  assert.equal(over.match(/\/api\/v1\/meetings\//g).length, 3);
});

test('what a closed part changed is in no preview', async () => {
  const desk = await m.events({ admin: true, hello: { in_hall: true } }).ready();
  const chair = await desk.do('roster.add', { kind: 'chair', name: 'Örnek Başkan', deputy: 0, presiding: true, fields: [] });
  await desk.do('chair.hand', { from: 0, person: chair });
  const rollcall = await desk.do('rollcall.open', { purpose: 'opening' });
  await desk.do('rollcall.answer', { rollcall, entries: [{ person: chair, mark: 'present' }] });
  await desk.do('rollcall.close', { rollcall });
  await desk.do('sitting.open');
  await desk.do('part.close', { number: '2026/7', document: 'Örnek birleşim tutanağı', reason: 'Örnek gerekçe' });
  await desk.do('sitting.pause', { reason: 'Örnek ara' }); // the part stays closed
  const added = (await m.log()).find((e) => e.type === 'agenda.added').seq;
  await desk.do('agenda.edit', { item: added, to: { number: '2026/41', title: 'GIZLI', kind: 'ordinary' } });
  const html = await page(`/m/${meeting}?item=2026%2F41`);
  assert.equal(property(html, 'og:title'), title);
  assert.doesNotMatch(html, /GIZLI/);
});
