import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseLanguage, clock, fill, languages, spoken } from '../../src/text/index.js';
import { hallTexts } from '../../src/text/hall.js';
import { meetingTexts } from '../../src/text/meeting.js';
import { pressTexts } from '../../src/text/press.js';
import { speakTexts } from '../../src/text/speak.js';

type Table = Record<'tr' | 'en', Record<string, string>>;
/** By what says them in the source: `text.key`, or a server's word that indexes the table. */
const tables: Array<[string, Table, ReadonlySet<string>]> = [
  ['all pages', languages, new Set()],
  ['the hall', hallTexts, new Set()],
  ['the press', pressTexts, new Set()],
  ['one who speaks', speakTexts, new Set()],
  ['a meeting', meetingTexts, new Set(['full_membership', 'participants', 'hands', 'roll_call', 'secret_paper', 'secret_electronic', 'off_topic', 'insult', 'personal_data', 'duplicate', 'unclear'])],
];

const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

describe('the languages', () => {
  it.each(tables)('have the same texts of %s, with the same places in them', (_, { tr, en }) => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(tr).sort());
    for (const key of Object.keys(tr)) {
      expect(tr[key]?.trim(), key).not.toBe('');
      expect(en[key]?.trim(), key).not.toBe('');
      expect(places(en[key] ?? ''), key).toEqual(places(tr[key] ?? ''));
    }
  });

  it.each(tables)('have no text of %s that nobody shows', (_, { tr }, indexed) => {
    const root = new URL('../../', import.meta.url).pathname;
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.startsWith('text'))
      .map((path) => join(root, 'src', path));
    for (const page of readdirSync(root).filter((name) => name.endsWith('.html'))) files.push(join(root, page));
    for (const part of readdirSync(join(root, 'parts'))) files.push(join(root, 'parts', part));
    const source = files.map((path) => readFileSync(path, 'utf8')).join('\n') + String(spoken);
    const unused = Object.keys(tr).filter(
      (key) => !source.includes(`.${key}`) && !source.includes(`data-text="${key}"`) && !indexed.has(key),
    );
    expect(unused).toEqual([]);
  });

  it('are chosen by the address, then by what was kept, then by the browser, else Turkish', () => {
    expect(chooseLanguage('en', 'tr', ['tr'])).toBe('en');
    expect(chooseLanguage('de', 'en', ['tr'])).toBe('en');
    expect(chooseLanguage(null, null, ['de', 'en-GB', 'tr'])).toBe('en');
    expect(chooseLanguage(null, null, ['de'])).toBe('tr');
    expect(chooseLanguage('constructor', '__proto__', [])).toBe('tr');
  });
});

describe('times', () => {
  it.each([
    [0, '0:00'],
    [59.9, '0:59'],
    [3725, '1:02:05'],
    [-4, '0:00'],
    [360_000, '100:00:00'],
  ])('%d s are written %s', (seconds, written) => expect(clock(seconds)).toBe(written));

  it('are said in words', () => {
    expect(spoken(languages.tr, 3725)).toBe('1 saat 2 dakika 5 saniye');
    expect(spoken(languages.en, 0)).toBe('0 s');
  });

  it('go into their places, and unknown places stay', () => {
    expect(fill('{time} geriden {x}', { time: '0:09' })).toBe('0:09 geriden {x}');
  });
});
