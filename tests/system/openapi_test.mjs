// The description of the HTTP API: good OpenAPI 3.1, and what the server then really answers.
// Runs beside others.
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Meclis, meeting } from '../lib/meclis.mjs';
import { root } from '../lib/programs.mjs';
import { until } from '../lib/wait.mjs';

const operationsOf = (document) => Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, o]) => ({ path, method, ...o })));

// What has members that are told elsewhere: the schema of the events socket, the site of oEmbed.
const open = ['document', 'oembed', 'referral', 'snapshot'];

// What is wrong with an answer, by what the document says of its operation; or nothing. Readers pass
// over members that they do not know, so the document is silent about them; here each is to be told.
function checker(told) {
  const document = structuredClone(told);
  for (const [name, schema] of Object.entries(document.components.schemas)) if (schema.properties && !open.includes(name)) schema.additionalProperties = false;
  const ajv = new Ajv2020.default({ strict: false, allErrors: true });
  ajv.addSchema({ $id: 'openapi', ...document });
  const compiled = new Map();
  const schemaAt = (pointer) => {
    if (!compiled.has(pointer)) compiled.set(pointer, ajv.compile({ $ref: `openapi#${pointer}` }));
    return compiled.get(pointer);
  };
  const escape = (text) => encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));
  const validate = (pointer, value) => (schemaAt(pointer)(value) ? '' : ajv.errorsText(schemaAt(pointer).errors));
  return {
    body: (o, value) => validate(`/paths/${escape(o.path)}/${o.method}/requestBody/content/application~1json/schema`, value),
    answer: (o, status, type, text) => {
      const said = o.responses[status];
      if (!said) return `${status} is not told of`;
      if (!said.content) return text ? 'a body is not told of' : '';
      const media = type.split(';')[0];
      if (!said.content[media]) return `${media} is not told of`;
      if (media !== 'application/json' || !said.content[media].schema) return '';
      return validate(`/paths/${escape(o.path)}/${o.method}/responses/${status}/content/application~1json/schema`, JSON.parse(text));
    },
  };
}

async function begin(t) {
  const m = await Meclis.create(t, { sources: [{ id: 'kart', kind: 'test' }] });
  await m.start();
  const document = await m.json('/api/v1/openapi.json');
  return { m, document, operations: operationsOf(document), check: checker(document) };
}

test('it is good OpenAPI 3.1, and the documentation tells of the same addresses and refusals', async (t) => {
  const { m, document, operations } = await begin(t);
  const result = await new Validator().validate(document);
  assert.equal(result.valid, true, JSON.stringify(result.errors)?.slice(0, 2000));
  assert.equal(document.openapi, '3.1.0');
  assert.equal(document.info.version, (await m.json('/healthz')).version);

  const names = { meeting: 'ID', principal: 'PRINCIPAL', vote: 'SEQ', track: 'NAME' };
  const told = readFileSync(`${root}/docs/protocol.md`, 'utf8');
  for (const { path, method } of operations.filter((o) => !o.tags?.includes('internal') && !o.path.includes('{file}'))) {
    const address = path.replaceAll(/\{(\w+)\}/g, (_, name) => names[name]);
    const said = /^\/(api|healthz|metrics|oembed|feed|calendar)/.test(path) ? `\`${method.toUpperCase()} ${address}` : `\`${address}`;
    assert.ok([...told.matchAll(RegExp(`${said.replaceAll('.', '\\.')}[\`?]`, 'g'))].length, `docs/protocol.md: ${said}`);
  }
  const codes = new Set(operations.flatMap((o) => Object.values(o.responses)).flatMap((r) => [...r.description.matchAll(/^`(\w+)`: /gm)].map((found) => found[1])));
  assert.ok(codes.size > 40);
  assert.deepEqual([...codes].filter((code) => !told.includes(`\`${code}\``)), [], 'docs/protocol.md: refusals');
});

test('each operation answers what the document says, when all is well and when not', async (t) => {
  const { m, operations, check } = await begin(t);
  const admin = { authorization: `Bearer ${m.token}` };
  const tried = new Set();
  const of = (id) => operations.find((o) => o.operationId === id) ?? assert.fail(id);

  // Returns the answer's body: JSON where it is JSON.
  async function call(id, expected, { at = {}, query = '', body, headers = admin, good = true } = {}) {
    const o = of(id);
    const where = o.path.replaceAll(/\{(\w+)\}/g, (_, name) => at[name] ?? (name === 'meeting' ? meeting : 'yok')) + query;
    if (body !== undefined) assert.equal(check.body(o, body) === '', good, `${id}: the document on ${JSON.stringify(body)}: ${check.body(o, body)}`);
    const r = await m.get(where, 20, { method: o.method.toUpperCase(), headers, body: body && JSON.stringify(body) });
    const text = await r.text();
    assert.equal(r.status, expected, `${id} ${where}: ${text.slice(0, 300)}`);
    assert.equal(check.answer(o, r.status, r.headers.get('content-type') ?? '', text), '', `${id} ${where}: ${text.slice(0, 300)}`);
    tried.add(id);
    return r.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text;
  }

  const nobody = { headers: {} };
  const nowhere = { at: { meeting: 'yok' } };
  const foreign = { headers: { ...admin, authorization: 'Bearer yanlis' } };

  // what anybody may read
  for (const id of ['listMeetings', 'readMeeting', 'readAgenda', 'readState', 'readSpans', 'readStatistics', 'readLog', 'readKey', 'readHealth', 'readMetrics', 'readSchema', 'readOpenapi', 'readCalendar', 'readFeed', 'listHeads', 'homePage', 'meetingPage', 'embedPage']) await call(id, 200, nobody);
  for (const id of ['readMeeting', 'readAgenda', 'readState', 'readHead', 'readLog', 'listHeads', 'listLinks', 'listSources', 'readPapers']) await call(id, 404, nowhere);
  await call('readHead', 404, { at: { meeting: 'yok' } });
  await call('listMeetings', 401, { query: '?drafts=1', headers: {} });
  await call('readLog', 200, { query: '?format=export' });
  await call('readLog', 400, { query: '?since=-1' });
  await call('listHeads', 400, { query: '?since=x' });
  await call('readItems', 200, { query: '?number=1' });
  await call('readItems', 400);
  await call('search', 200, { query: '?q=park' });
  await call('readPaper', 200, { at: { file: 'minutes.html' } });
  await call('readPaper', 404, { at: { file: 'minutes.exe' } });
  for (const id of ['paperStyle', 'readSitemap', 'readRobots']) await call(id, 200);
  await call('search', 400, { query: '?kind=yok' });
  await call('readOembed', 200, { query: `?url=${encodeURIComponent(m.url(`/m/${meeting}`))}` });
  await call('readOembed', 200, { query: `?format=xml&url=${encodeURIComponent(m.url(`/m/${meeting}`))}` });
  await call('readOembed', 400);
  await call('readOembed', 404, { query: `?url=${encodeURIComponent(m.url('/m/yok'))}` });
  await call('readOembed', 501, { query: '?format=yaml' });
  await call('becomeViewer', 204, nobody);
  for (const id of ['mayPlay', 'mayPublish']) await call(id, 404, { ...nobody, at: { secret: 'yanlis' }, query: '?name=x' });

  // the broadcast
  await call('steerBroadcast', 401, { body: { action: 'start' }, headers: {} });
  await call('steerBroadcast', 400, { body: { action: 'dans' }, good: false });
  await call('steerBroadcast', 400, { body: { source: 'kart' }, good: false });
  await call('steerBroadcast', 409, { body: { action: 'select', source: '' } });
  await call('steerBroadcast', 404, { body: { action: 'stop' }, ...nowhere });
  assert.equal((await call('steerBroadcast', 200, { body: { action: 'stop' } })).state, 'idle');
  await call('listSources', 200);
  await call('listSources', 401, nobody);

  // commands
  const command = (id, name, args) => ({ body: { id, name, ...(args && { args }) } });
  await call('command', 200, command('k1', 'sitting.describe', { kind: 'ordinary', title: 'Örnek Birleşim' }));
  const added = await call('command', 200, command('k2', 'roster.add', { kind: 'member', name: 'Örnek Üye 1', deputy: 0, presiding: false, fields: [] }));
  await call('command', 401, { ...command('k3', 'sitting.open'), ...foreign });
  await call('command', 400, { ...command('k4', 'sitting.describe', { kind: 'ordinary', title: 7 }), good: false });
  await call('command', 400, { ...command('k5', 'sitting.dance'), good: false });
  await call('command', 409, command('k6', 'sitting.pause', { reason: 'Ara' }));
  await call('command', 404, { ...command('k7', 'sitting.open'), ...nowhere });

  // a whole agenda
  await call('importAgenda', 200, { query: '?id=g1', body: { items: [{ title: 'Örnek madde', number: '2', kind: 'ordinary' }] } });
  assert.equal((await call('readItems', 200, { query: '?number=2' })).items[0].uses.length, 1);
  await call('importAgenda', 400, { query: '?id=g2', body: { items: [{ title: 7, kind: 'ordinary' }] }, good: false });
  await call('importAgenda', 400, { body: { items: [{ title: 'Örnek madde', kind: 'ordinary' }] } });
  await call('importAgenda', 401, { query: '?id=g3', body: { items: [{ title: 'Örnek madde', kind: 'ordinary' }] }, ...foreign });

  // links and sessions
  const person = added.first_seq;
  const made = await call('makeLink', 200, { body: { role: 'member', person } });
  await call('makeLink', 400, { body: { role: 'padişah' }, good: false });
  await call('makeLink', 400, { body: { role: 'member', person: 4000 } });
  await call('makeLink', 401, { body: { role: 'member' }, ...foreign });
  assert.equal((await call('listLinks', 200)).links.length, 1);
  const { code } = await call('makeCode', 200, { at: { principal: made.principal } });
  await call('beginSession', 200, { body: { meeting, code }, headers: {} });
  const { token } = await call('beginSession', 200, { body: { link: made.link }, headers: {} });
  await call('beginSession', 401, { body: { link: '0'.repeat(64) }, headers: {} });
  await call('beginSession', 400, { body: { link: made.link, account: 'ayse' }, headers: {}, good: false });
  await call('beginSession', 400, { body: {}, headers: {}, good: false });
  const member = { authorization: `Bearer ${token}` };
  assert.deepEqual((await call('readMe', 200, { query: `?meeting=${meeting}`, headers: member })).roles, ['viewer', 'member']);
  await call('readMe', 200);
  await call('readMe', 401, nobody);
  await call('listLinks', 403, { headers: member });
  await call('importAgenda', 403, { query: '?id=g4', body: { items: [{ title: 'Örnek madde', kind: 'ordinary' }] }, headers: member });
  for (const wrong of [{ key: 'x', account: 'yonetici', password: 'uzun bir parola 1' }]) await call('setUp', 401, { body: wrong, headers: {} });
  await call('setUp', 400, { body: { key: 'x' }, headers: {}, good: false });
  await call('makeCode', 404);
  await call('revokeLink', 404);
  await call('signOut', 200, { headers: member });
  await call('signOut', 403, nobody);
  await call('revokeLink', 204, { at: { principal: made.principal } });

  // meetings made while it runs
  await call('listRooms', 200);
  await call('listRooms', 401, nobody);
  await call('makeMeeting', 201, { body: { id: 'yeni', title: 'Örnek Komisyon' } });
  await call('makeMeeting', 409, { body: { id: 'yeni', title: 'Örnek Komisyon' } });
  await call('makeMeeting', 400, { body: { title: 'Örnek Komisyon' }, good: false });
  await call('makeMeeting', 400, { body: { id: 'yeni-2', title: 'Örnek Komisyon', like: 'yok' } });
  await call('listMeetings', 200, { query: '?drafts=1' });

  // the programme: before there is one, on air, and recorded
  const programme = ['readMaster', 'readPlaylist', 'readMedia', 'readClip', 'readSoundClip', 'readChapters', 'readPodcastChapters'];
  const at = { track: '180p', file: 'init-1.mp4' };
  for (const id of programme) await call(id, 404, { at });
  await call('steerBroadcast', 200, { body: { action: 'start' } });
  await until('something recorded', async () => (await call('readMeeting', 200)).recording.until_us > 3e6, { seconds: 60 });
  await until('something to be found', async () => (await call('search', 200, { query: '?q=%C3%B6rnek' })).hits.length > 0, { seconds: 20 });
  for (const id of ['readMaster', 'readPlaylist', 'listSources', 'listMeetings', 'readState']) await call(id, 200, { at });
  await call('readMedia', 404, { at: { ...at, file: 'init-77.mp4' } });
  await call('steerBroadcast', 200, { body: { action: 'stop' } });
  await until('the recording alone', async () => (await call('readMeeting', 200)).tracks.length === 0, { seconds: 60 });
  for (const id of [...programme, 'readHead', 'listHeads']) await call(id, 200, { at });
  await call('readMedia', 200, { at: { track: 'audio', file: 'init-1.mp4' } });
  await call('readClip', 400, { query: '?from=5&to=1' });

  assert.deepEqual(operations.map((o) => o.operationId).filter((id) => !tried.has(id)), [], 'not tried');
});
