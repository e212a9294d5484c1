/** One thing that was found. */

import { html, nothing, type TemplateResult } from 'lit';
import type { ArchiveTexts } from '../../text/archive.js';
import { clock } from '../../text/index.js';
import type { Found } from '../../wire/search-api.js';

/** Every other piece, from the second, is what was looked for. */
function pieces(list: string[]): (string | TemplateResult)[] {
  return list.map((piece, i) => (i % 2 === 1 ? html`<mark>${piece}</mark>` : piece));
}

export function hit(found: Found, text: ArchiveTexts, copied: boolean, copy: (address: string) => void): TemplateResult {
  const when = found.atUtcUs === null ? '' : new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'long' }).format(found.atUtcUs / 1000);
  const whose = [found.kind === 'meeting' ? '' : found.title, found.body, when].filter((said) => said !== '').join(' · ');
  const kind = [text.kinds[found.kind], found.item !== '' && found.kind !== 'item' ? text.item(found.item) : found.item, found.person].filter((said) => said !== '').join(' · ');
  const at = found.mediaUs === null ? '' : clock(found.mediaUs / 1e6);
  const what = found.text.join('') === '' ? [found.person || found.title] : found.text;
  return html`<li>
    <p class="hit-kind">${kind}</p>
    <p class="hit-text" lang=${found.language}><a href=${found.address}>${pieces(what)}</a></p>
    ${found.more.join('') === '' ? nothing : html`<p class="hit-more" lang=${found.language}>${pieces(found.more)}</p>`}
    <p class="hit-kind">${whose}</p>
    <p class="hit-do">
      <a href=${found.address} aria-label="${at === '' ? text.open : text.watch(at)}: ${what.join('')}">${at === '' ? text.open : text.watch(at)}</a>
      ${found.clip === '' ? nothing : html`<a href="${found.clip}&download=1" download aria-label="${text.download}: ${what.join('')}">${text.download}</a>`}
      ${'clipboard' in navigator
        ? html`<a href=${found.address} role="button" aria-label="${copied ? text.copied : text.copy}: ${what.join('')}"
            @click=${(event: Event) => {
              event.preventDefault();
              copy(found.address);
            }}>${copied ? text.copied : text.copy}</a>`
        : nothing}
    </p>
  </li>`;
}
