import { type BallotTexts, ballotTexts } from '../text/ballot.js';
import { isLanguage } from '../text/index.js';

/** In the page's language. */
export function ballotWords(): BallotTexts {
  const { lang } = document.documentElement;
  return ballotTexts[isLanguage(lang) ? lang : 'tr'];
}
