import { html, nothing, type TemplateResult } from 'lit';
import { nameOf } from '../../state/speaking.js';
import type { MeetingState, Thing } from '../../state/meeting.js';
import type { DeskText, DeskTexts } from '../../text/desk.js';
import { fill } from '../../text/index.js';
import { type CodeResult, readOutCode } from '../../wire/desk-api.js';
import { browserSend } from '../browser.js';
import { DeskPanel } from './panel.js';

const READ_OUT_BY = ['chair', 'clerk', 'administrator'];
const AT_DESK = ['chair', 'clerk', 'moderator', 'producer'];

/**
 * Who was let in by a personal link, by whom, and how often it was opened: for everyone at the desk to see. Whose
 * telephone does not open the link is read out a code instead.
 */
export class DeskLinks extends DeskPanel {
  static override properties = { ...DeskPanel.properties, codes: { state: true } };
  /** By principal: what is shown now; null while it is asked for. */
  declare codes: ReadonlyMap<string, CodeResult | null>;

  constructor() {
    super();
    this.codes = new Map();
  }

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
    const role = roleOf(link, text);
    const name = nameOf(state, link.is.person ?? 0);
    const said = (words: string, at: number | undefined, who = '') => (at ? html`<p>${fill(words, { time: time(at), who: nameBehind(state, who, text) })}</p>` : nothing);
    return html`<li>
      <p class="asked-text">${name || role} ${name ? html`<span class="quiet small">${role}</span>` : nothing}
        ${link.revoked ? html`<span class="tag">${text.linkRevoked}</span>` : nothing}</p>
      <div class="small quiet">
        ${said(text.linkMade, link.made_utc_us, link.made_by)} ${said(text.linkReadOut, link.read_out_utc_us, link.read_out_by)}
        ${link.opened_utc_us
          ? html`<p>${fill(text.linkOpened, { n: String(link.opened), time: time(link.opened_utc_us) })}</p>`
          : html`<p>${text.linkUnopened}</p>`}
      </div>
      ${link.revoked || state.sitting.state === 'ended' ? nothing : this.#code(link, name || role, text)}
    </li>`;
  }

  #code(link: Thing<'links'>, who: string, text: DeskTexts): TemplateResult | typeof nothing {
    const { principal } = link.is;
    const code = this.codes.get(principal);
    if (!this.desk.line.you?.roles.some((mine) => READ_OUT_BY.includes(mine))) return nothing;
    return html`<button type="button" aria-label=${`${who}: ${text.readOutCode}`} aria-disabled=${code === null ? 'true' : 'false'} @click=${() => void this.#ask(principal)}>
        ${text.readOutCode}
      </button>
      <div role="status">${code ? this.#answer(code, pageOf(link, this.desk.line.meeting), text) : nothing}</div>`;
  }

  #answer(code: CodeResult, page: string, text: DeskTexts): TemplateResult {
    if (!code.ok) return html`<p>${code.message || text.noReason}</p>`;
    return html`<p class="code-out"><strong>${code.code.slice(0, 3)} ${code.code.slice(3)}</strong></p>
      <p class="small">${fill(text.codeGood, { time: time(code.untilUtcUs), page })}</p>`;
  }

  async #ask(principal: string): Promise<void> {
    if (this.codes.get(principal) === null) return;
    this.codes = new Map(this.codes).set(principal, null);
    const code = await readOutCode(browserSend, this.desk.line.meeting, principal);
    this.codes = new Map(this.codes).set(principal, code);
    if (code.ok) window.setTimeout(() => this.#forget(principal, code), Math.max(0, code.untilUtcUs / 1000 - Date.now()));
  }

  /** One that is good no more is not left on the screen. */
  #forget(principal: string, code: CodeResult): void {
    if (this.codes.get(principal) !== code) return;
    const left = new Map(this.codes);
    left.delete(principal);
    this.codes = left;
  }
}

function roleOf(link: Thing<'links'>, text: DeskTexts): string {
  return text[`role_${link.is.role}` as DeskText] ?? link.is.role;
}

/** Where the code is typed: at the desk by whoever works there. */
function pageOf(link: Thing<'links'>, meeting: string): string {
  return AT_DESK.includes(link.is.role) ? `/desk/${meeting}` : `/speak/${meeting}`;
}

/** Who acts by a link is called by name, or by what they are; an account by its own name. */
function nameBehind(state: MeetingState, principal: string, text: DeskTexts): string {
  const link = state.links.find((one) => one.is.principal === principal);
  return link ? nameOf(state, link.is.person ?? 0) || roleOf(link, text) : principal;
}

function time(utcUs: number): string {
  return new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'short', timeStyle: 'short' }).format(utcUs / 1000);
}

customElements.define('meclis-desk-links', DeskLinks);
