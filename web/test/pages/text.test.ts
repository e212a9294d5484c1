import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseLanguage, clock, fill, languages, spoken } from '../../src/text/index.js';

const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

describe('the languages', () => {
  it('have the same texts, with the same places in them', () => {
    expect(Object.keys(languages.en).sort()).toEqual(Object.keys(languages.tr).sort());
    for (const key of Object.keys(languages.tr) as (keyof typeof languages.tr)[]) {
      expect(languages.tr[key].trim(), key).not.toBe('');
      expect(languages.en[key].trim(), key).not.toBe('');
      expect(places(languages.en[key]), key).toEqual(places(languages.tr[key]));
    }
  });

  it('have no text that nobody shows', () => {
    const root = new URL('../../', import.meta.url).pathname;
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.startsWith('text'))
      .map((path) => join(root, 'src', path));
    for (const page of ['index.html', 'm.html', 'embed.html', 'parts/head.html', 'parts/top.html']) files.push(join(root, page));
    const source = files.map((path) => readFileSync(path, 'utf8')).join('\n') + String(spoken);
    const unused = Object.keys(languages.tr).filter(
      (key) => !source.includes(`.${key}`) && !source.includes(`data-text="${key}"`),
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
