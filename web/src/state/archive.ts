/** What the archive shows: meetings by year and month, and what was asked as an address says it. Pure. */

import type { Meeting } from '../wire/api.js';
import type { Wish } from '../wire/search-api.js';

export interface Month {
  /** "2026-11"; '' for meetings without a date. */
  key: string;
  /** A moment in it, µs; 0 without a date. */
  utcUs: number;
  meetings: Meeting[];
}

const local = (utcUs: number) => new Date(utcUs / 1000);

export function yearOf(meeting: Meeting): string {
  return meeting.startsUtcUs === null ? '' : String(local(meeting.startsUtcUs).getFullYear());
}

/** Ended ones by month, the newest first; those without a date last. */
export function byMonth(all: readonly Meeting[], body: string, year: string): Month[] {
  const months = new Map<string, Month>();
  const wanted = all.filter((m) => m.state === 'ended' && (body === '' || m.body === body) && (year === '' || yearOf(m) === year));
  for (const meeting of wanted) {
    const at = meeting.startsUtcUs;
    const key = at === null ? '' : `${yearOf(meeting)}-${String(local(at).getMonth() + 1).padStart(2, '0')}`;
    const month = months.get(key) ?? { key, utcUs: at ?? 0, meetings: [] };
    month.meetings.push(meeting);
    months.set(key, month);
  }
  const list = [...months.values()].sort((a, b) => (a.key < b.key ? 1 : -1));
  for (const month of list) month.meetings.sort((a, b) => (b.startsUtcUs ?? 0) - (a.startsUtcUs ?? 0));
  return list;
}

export function bodiesOf(all: readonly Meeting[], language: string): string[] {
  return [...new Set(all.map((m) => m.body).filter((body) => body !== ''))].sort((a, b) => a.localeCompare(b, language));
}

export function yearsOf(all: readonly Meeting[]): string[] {
  return [...new Set(all.map(yearOf).filter((year) => year !== ''))].sort().reverse();
}

/** As it stands in the page's address, so that a search can be sent to somebody. */
export function wishIn(query: URLSearchParams): Wish {
  const of = (name: string) => (query.get(name) ?? '').trim();
  return { words: of('q'), body: of('body'), year: of('year'), kind: of('kind'), person: of('person') };
}

export function queryOf(wish: Wish, before: URLSearchParams): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of ['lang', 'theme']) {
    const value = before.get(name);
    if (value !== null) query.set(name, value);
  }
  for (const [name, value] of [['q', wish.words], ['body', wish.body], ['year', wish.year], ['kind', wish.kind], ['person', wish.person]] as const) if (value !== '') query.set(name, value);
  return query;
}
