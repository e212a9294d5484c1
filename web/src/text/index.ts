/** The languages. Pure: which one a page is in is the page's to say. */

import { en } from './en.js';
import { tr } from './tr.js';

export type Texts = { [Key in keyof typeof tr]: string };
export type Language = 'tr' | 'en';

/** A text in every language, beside each other. */
export type Said = Record<Language, string>;

export const languages: Record<Language, Texts> = { tr, en };

export function isLanguage(value: string | null | undefined): value is Language {
  return value === 'tr' || value === 'en';
}

/** What was asked for, else what was chosen before, else the browser's, else Turkish. */
export function chooseLanguage(
  asked: string | null,
  kept: string | null,
  preferred: readonly string[],
): Language {
  if (isLanguage(asked)) return asked;
  if (isLanguage(kept)) return kept;
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split('-')[0];
    if (isLanguage(primary)) return primary;
  }
  return 'tr';
}

/** Puts values into a text's {places}. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}

/** 3725 → "1:02:05". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = two(whole % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** 3725 → "1 saat 2 dakika 5 saniye": for ears. */
export function spoken(texts: Texts, seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts: [string, number][] = [
    [texts.hours, Math.floor(whole / 3600)],
    [texts.minutes, Math.floor(whole / 60) % 60],
    [texts.seconds, whole % 60],
  ];
  const said = parts.filter(([, n]) => n > 0).map(([text, n]) => fill(text, { n: String(n) }));
  return said.length > 0 ? said.join(' ') : fill(texts.seconds, { n: '0' });
}
