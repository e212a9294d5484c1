import { expect, test } from 'vitest';
import { readOutCode } from '../../src/wire/desk-api.js';
import { leave, type Send } from '../../src/wire/session.js';

function server(status: number, body: unknown): { send: Send; asked: string[] } {
  const asked: string[] = [];
  const send: Send = (path) => {
    asked.push(path);
    return Promise.resolve({ status, body, retryAfterS: null });
  };
  return { send, asked };
}

test('out of one meeting, and out of all; how many are left is told', async () => {
  const { send, asked } = server(200, { sessions: 2 });
  expect(await leave(send, 'plan-komisyonu')).toEqual({ ok: true, others: 2 });
  expect(await leave(send, null)).toEqual({ ok: true, others: 2 });
  expect(asked).toEqual(['/api/v1/sign-out?meeting=plan-komisyonu', '/api/v1/sign-out']);
});

test('an answer without a number is none left; a refusal keeps its sentence', async () => {
  for (const body of [undefined, null, {}, { sessions: 'x' }]) {
    expect(await leave(server(200, body).send, null)).toEqual({ ok: true, others: 0 });
  }
  const refused = server(403, { error: { code: 'foreign_origin', message: 'Başka sayfa' } });
  expect(await leave(refused.send, null)).toEqual({ ok: false, code: 'foreign_origin', message: 'Başka sayfa', retryAfterS: null });
});

test('a code to be read out, or why there is none', async () => {
  const { send, asked } = server(200, { code: '012345', until_utc_us: 5 });
  expect(await readOutCode(send, 'kasim', 'member:12')).toEqual({ ok: true, code: '012345', untilUtcUs: 5 });
  expect(asked).toEqual(['/api/v1/meetings/kasim/links/member%3A12/code']);
  expect(await readOutCode(server(200, { code: 12345 }).send, 'kasim', 'x')).toMatchObject({ ok: false, code: 'broken' });
  expect(await readOutCode(server(403, { error: { code: 'forbidden', message: 'Olmaz' } }).send, 'kasim', 'x')).toMatchObject({ ok: false, message: 'Olmaz' });
});
