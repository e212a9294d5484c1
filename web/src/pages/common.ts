/** What every page does first: its language and its theme. */

import { chooseLanguage, isLanguage, type Language, languages, type Texts } from '../text/index.js';
import { keep } from '../elements/browser.js';
import { secretIn } from '../wire/session.js';

export interface Page {
  query: URLSearchParams;
  language: Language;
  text: Texts;
}

/** `remembers`: a choice made here is kept for later pages; an embed keeps nothing. */
export function openPage(remembers: boolean): Page {
  const query = new URLSearchParams(location.search);
  const asked = query.get('lang');
  const language = chooseLanguage(asked, remembers ? keep.get('meclis-lang') : null, navigator.languages);
  if (remembers && isLanguage(asked)) keep.set('meclis-lang', asked);
  const root = document.documentElement;
  root.lang = language;
  const theme = query.get('theme');
  if (theme === 'light' || theme === 'dark') root.dataset['theme'] = theme;
  const page = { query, language, text: languages[language] };
  translate(page);
  return page;
}

/** Elements that say in `data-text` which text they hold; the page as it was served is Turkish. */
function translate({ text, language }: Page): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-text]')) {
    const key = element.dataset['text'] as keyof Texts;
    element.textContent = text[key];
  }
  const link = document.querySelector<HTMLAnchorElement>('#other-language');
  if (!link) return;
  const other: Language = language === 'tr' ? 'en' : 'tr';
  const query = new URLSearchParams(location.search);
  query.set('lang', other);
  link.href = `?${query.toString()}`;
  link.lang = link.hreflang = other;
  link.textContent = text.otherLanguage;
}

/** The personal link's secret leaves the address at once: nobody reads it off the screen or the history. */
export function takeSecret(): string | null {
  const secret = secretIn(location.hash);
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  return secret;
}

/** Seconds of a `?t=`: "90", "1h2m3s", "2m"; null for anything else. */
export function secondsOf(value: string | null): number | null {
  if (value === null || value === '') return null;
  if (/^\d{1,9}(\.\d{1,3})?$/.test(value)) return Number(value);
  const parts = /^(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(value);
  if (!parts) return null;
  return Number(parts[1] ?? 0) * 3600 + Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0);
}
