import { html, nothing, type TemplateResult } from 'lit';
import { nameOf } from '../../state/speaking.js';
import type { MeetingState, Thing } from '../../state/meeting.js';
import type { DeskText, DeskTexts } from '../../text/desk.js';
import { fill } from '../../text/index.js';
import { DeskPanel } from './panel.js';

/** Who was let in by a personal link, by whom, and how often it was opened: for everyone at the desk to see. */
export class DeskLinks extends DeskPanel {
  protected draw(state: MeetingState, text: DeskTexts): TemplateResult {
    const newest = [...state.links].sort((a, b) => b.last - a.last);
    return html`
      <h2>${text.linksTitle}</h2>
      <p class="small quiet">${text.linksHint}</p>
      <div class="scroll" tabindex="0" role="region" aria-label=${text.linksTitle}>
        ${newest.length === 0 ? html`<p class="quiet">${text.linksEmpty}</p>` : nothing}
        <ul class="asked">
          ${newest.map((link) => this.#link(link, state, text))}
        </ul>
      </div>
    `;
  }

  #link(link: Thing<'links'>, state: MeetingState, text: DeskTexts): TemplateResult {
    const role = text[`role_${link.is.role}` as DeskText] ?? link.is.role;
    const name = nameOf(state, link.is.person ?? 0);
    const said = (words: string, at: number | undefined, who = '') => (at ? html`<p>${fill(words, { time: time(at), who })}</p>` : nothing);
    return html`<li>
      <p class="asked-text">${name || role} ${name ? html`<span class="quiet small">${role}</span>` : nothing}
        ${link.revoked ? html`<span class="tag">${text.linkRevoked}</span>` : nothing}</p>
      <div class="small quiet">
        ${said(text.linkMade, link.made_utc_us, link.made_by)} ${said(text.linkReadOut, link.read_out_utc_us, link.read_out_by)}
        ${link.opened_utc_us
          ? html`<p>${fill(text.linkOpened, { n: String(link.opened), time: time(link.opened_utc_us) })}</p>`
          : html`<p>${text.linkUnopened}</p>`}
      </div>
    </li>`;
  }
}

function time(utcUs: number): string {
  return new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'short', timeStyle: 'short' }).format(utcUs / 1000);
}

customElements.define('meclis-desk-links', DeskLinks);
