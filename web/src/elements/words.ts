/** The words of the page's language, which `<html lang>` says. */

import { isLanguage, languages, type Texts } from '../text/index.js';

export function words(): Texts {
  const { lang } = document.documentElement;
  return languages[isLanguage(lang) ? lang : 'tr'];
}
