/** The words of the page's language, which `<html lang>` says. */

import { isLanguage, type Language, languages, type Texts } from '../text/index.js';

export function words(): Texts {
  return languages[language()];
}

export function language(): Language {
  const { lang } = document.documentElement;
  return isLanguage(lang) ? lang : 'tr';
}
