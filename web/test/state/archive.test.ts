import { describe, expect, it } from 'vitest';
import { bodiesOf, byMonth, queryOf, wishIn, yearsOf } from '../../src/state/archive.js';
import type { Meeting } from '../../src/wire/api.js';
import { addressOf, search } from '../../src/wire/search-api.js';

const one = (id: string, state: Meeting['state'], body: string, at: string | null): Meeting => ({
  id, title: id, language: 'tr', state, body, startsUtcUs: at === null ? null : Date.parse(`${at}T12:00:00`) * 1000, epochUtcUs: null, gridUs: 0, late: [], soundAlone: 'audio',
});
const all = [
  one('a', 'ended', 'Meclis', '2026-11-03'), one('b', 'ended', 'Meclis', '2026-11-20'), one('c', 'ended', 'İmar Komisyonu', '2025-01-10'),
  one('d', 'live', 'Meclis', '2026-11-23'), one('e', 'ended', '', null),
];

describe('the archive', () => {
  it('shows what has ended by month, the newest first, without a date last', () => {
    expect(byMonth(all, '', '').map((m) => [m.key, m.meetings.map((x) => x.id).join('')])).toEqual([['2026-11', 'ba'], ['2025-01', 'c'], ['', 'e']]);
    expect(byMonth(all, 'İmar Komisyonu', '').map((m) => m.key)).toEqual(['2025-01']);
    expect(byMonth(all, '', '2024')).toEqual([]);
    expect(byMonth([], '', '')).toEqual([]);
  });
  it('sorts bodies as Turkish does, and years backwards', () => {
    expect(bodiesOf([one('x', 'ended', 'Ilgaz', null), one('y', 'ended', 'İmar', null), one('z', 'ended', 'Çevre', null)], 'tr')).toEqual(['Çevre', 'Ilgaz', 'İmar']);
    expect(yearsOf(all)).toEqual(['2026', '2025']);
  });
  it('keeps a search in the address, with the language', () => {
    const wish = { words: 'su & "park"', body: '', year: '2026', kind: '', person: 'Üye 1' };
    const query = queryOf(wish, new URLSearchParams('lang=en&q=x&junk=1'));
    expect(wishIn(query)).toEqual(wish);
    expect(query.get('lang')).toBe('en');
    expect(query.has('junk')).toBe(false);
    expect(addressOf(wish, 20)).toBe('/api/v1/search?q=su+%26+%22park%22&year=2026&person=%C3%9Cye+1&after=20');
  });
  it('refuses an answer that leads elsewhere', async () => {
    const found = { meeting: 'a', title: 'a', body: '', language: 'tr', at_utc_us: 0, kind: 'item', seq: 1, media_us: null, item: '', person: '', text: ['x'], more: [''], address: '/m/a', clip: '' };
    const ask = (hit: object) => search(() => Promise.resolve({ status: 200, body: { hits: [hit], words: 1, more: false } }), { words: 'x', body: '', year: '', kind: '', person: '' });
    expect(await ask(found)).toMatchObject({ ok: true, value: { hits: [{ mediaUs: null, atUtcUs: null }] } });
    for (const wrong of [{ address: 'javascript:alert(1)' }, { clip: 'https://example.org' }, { kind: 'yok' }, { text: [1] }]) expect(await ask({ ...found, ...wrong })).toEqual({ ok: false, failure: 'broken' });
  });
});
