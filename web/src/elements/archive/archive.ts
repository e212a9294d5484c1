/** The archive: a search over all meetings, and below it the meetings by month. */

import { html, nothing, type TemplateResult } from 'lit';
import { bodiesOf, byMonth, queryOf, wishIn, yearsOf } from '../../state/archive.js';
import { type ArchiveTexts, archiveWords } from '../../text/archive.js';
import { type Meeting, meetings } from '../../wire/api.js';
import { type Found, foundKinds, search, type Wish } from '../../wire/search-api.js';
import { browserFetch } from '../browser.js';
import { LightElement } from '../light.js';
import { words } from '../words.js';
import { hit } from './hit.js';

/** Longer than the server reads anyway. */
const WORDS_MAX = 120;

export class Archive extends LightElement {
  static override properties = {
    meetings: { state: true },
    hits: { state: true },
    more: { state: true },
    says: { state: true },
    busy: { state: true },
    copied: { state: true },
  };
  declare meetings: Meeting[] | null;
  /** null: nothing was searched. */
  declare hits: Found[] | null;
  declare more: boolean;
  /** What came of it; in words as it is drawn, when the page's language is known. */
  declare says: (text: ArchiveTexts) => string;
  declare busy: boolean;
  /** The address that was copied last. */
  declare copied: string;
  #wish: Wish = wishIn(new URLSearchParams(location.search));
  /** Of answers only the newest search's counts. */
  #round = 0;
  readonly #back = () => {
    this.#wish = wishIn(new URLSearchParams(location.search));
    void this.#search();
  };

  constructor() {
    super();
    this.meetings = null;
    this.hits = null;
    this.more = this.busy = false;
    this.says = () => '';
    this.copied = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('popstate', this.#back);
    void meetings(browserFetch).then((result) => {
      if (result.ok) this.meetings = result.value;
    });
    if (this.#wish.words !== '') void this.#search();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('popstate', this.#back);
  }

  async #search(after = 0): Promise<void> {
    const wish = this.#wish;
    const round = ++this.#round;
    if (wish.words === '') {
      this.hits = null;
      this.says = () => '';
      return;
    }
    this.busy = true;
    const result = await search(browserFetch, wish, after);
    if (round !== this.#round) return;
    this.busy = false;
    if (!result.ok) {
      this.says = (text) => (result.failure === 'refused' ? text.nothing(wish.words) : text.unreachable);
      return;
    }
    const { hits, more, words: count } = result.value;
    const before = after > 0 ? (this.hits ?? []) : [];
    this.hits = [...before, ...hits];
    this.more = more;
    const shown = this.hits.length;
    this.says = (text) => (count === 0 ? text.tooShort : shown > 0 ? text.found(shown, more) : text.nothing(wish.words));
    await this.updateComplete;
    // Whoever asked for more stands at the first of them, not at a button that went down.
    if (after > 0) this.querySelectorAll<HTMLElement>('.hits > li > .hit-text a')[before.length]?.focus();
  }

  #submit(event: Event): void {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const of = (name: string) => String(data.get(name) ?? '').trim();
    this.#wish = { words: of('q'), body: of('body'), year: of('year'), kind: of('kind'), person: of('person') };
    const query = queryOf(this.#wish, new URLSearchParams(location.search)).toString();
    const address = query === '' ? location.pathname : `?${query}`;
    if (`?${query}` !== location.search) history.pushState(null, '', address);
    void this.#search();
  }

  #copy(address: string): void {
    const whole = new URL(address, location.href).href;
    void navigator.clipboard
      ?.writeText(whole)
      .then(() => {
        this.copied = address;
      })
      .catch(() => {
        // Without the right to: the link itself can be copied.
      });
  }

  override render(): TemplateResult {
    const text = archiveWords(document.documentElement.lang);
    return html`${this.#form()}
      <p role="status" aria-busy=${this.busy}>${this.says(text)}</p>
      ${this.hits !== null && this.hits.length === 0 && !this.busy ? html`<p>${text.nothingHint}</p>` : nothing}
      ${this.hits !== null && this.hits.length > 0
        ? html`<ol class="hits">
              ${this.hits.map((found) => hit(found, text, this.copied === found.address, (address) => this.#copy(address)))}
            </ol>
            ${this.more ? html`<button class="next" type="button" ?disabled=${this.busy} @click=${() => void this.#search(this.hits?.length ?? 0)}>${text.more}</button>` : nothing}`
        : nothing}
      ${this.hits === null ? this.#browse() : nothing}`;
  }

  #form(): TemplateResult {
    const text = archiveWords(document.documentElement.lang);
    const all = this.meetings ?? [];
    const { words: typed, body, year, kind, person } = this.#wish;
    const choice = (name: string, label: string, options: [string, string][], chosen: string) =>
      html`<div class="narrow">
        <label for=${name}>${label}</label>
        <select id=${name} name=${name}>
          <option value="">${text.any}</option>
          ${options.map(([value, said]) => html`<option value=${value} ?selected=${value === chosen}>${said}</option>`)}
        </select>
      </div>`;
    const same = (value: string): [string, string] => [value, value];
    const known = (list: string[], chosen: string) => (chosen === '' || list.includes(chosen) ? list : [chosen, ...list]);
    return html`<form class="search" role="search" @submit=${(event: Event) => this.#submit(event)}>
      <div class="words">
        <label for="q">${text.what}</label>
        <input id="q" name="q" type="search" maxlength=${WORDS_MAX} .value=${typed} aria-describedby="hint" autocomplete="off" enterkeyhint="search" />
      </div>
      <button type="submit">${text.search}</button>
      <p class="quiet hint" id="hint">${text.hint}</p>
      <details ?open=${body + year + kind + person !== ''}>
        <summary>${text.narrow}</summary>
        <div class="narrowing">
          ${choice('body', text.body, known(bodiesOf(all, document.documentElement.lang), body).map(same), body)}
          ${choice('year', text.year, known(yearsOf(all), year).map(same), year)}
          ${choice('kind', text.kind, foundKinds.map((one): [string, string] => [one, text.kinds[one]]), kind)}
          <div class="narrow">
            <label for="person">${text.person}</label>
            <input id="person" name="person" maxlength=${WORDS_MAX} .value=${person} autocomplete="off" />
          </div>
        </div>
      </details>
    </form>`;
  }

  #browse(): TemplateResult | typeof nothing {
    const text = archiveWords(document.documentElement.lang);
    if (this.meetings === null) return nothing;
    const { body, year } = this.#wish;
    const months = byMonth(this.meetings, body, year);
    const narrowed = body !== '' || year !== '';
    return html`<section aria-labelledby="browse">
      <h2 id="browse">${text.browse}</h2>
      ${months.length === 0 ? html`<p>${narrowed ? text.emptyOf : text.empty}</p>` : nothing}
      ${months.map(
        (month) =>
          html`<div class="month">
            <h3>${month.key === '' ? text.undated : this.#format({ month: 'long', year: 'numeric' }, month.utcUs)}</h3>
            <ul class="cards">
              ${month.meetings.map((one) => this.#card(one))}
            </ul>
          </div>`,
      )}
    </section>`;
  }

  #format(options: Intl.DateTimeFormatOptions, utcUs: number): string {
    return new Intl.DateTimeFormat(document.documentElement.lang, options).format(utcUs / 1000);
  }

  #card(one: Meeting): TemplateResult {
    const when = one.startsUtcUs === null ? '' : this.#format({ dateStyle: 'long', timeStyle: 'short' }, one.startsUtcUs);
    const about = [one.body, when].filter((said) => said !== '').join(' · ');
    return html`<li>
      <a class="card" href="/m/${one.id}">
        <span class="card-title" lang=${one.language}>${one.title}<span class="card-about" lang=${document.documentElement.lang}>${about}</span></span>
        <span class="badge badge-ended">${words().stateEnded}</span>
      </a>
    </li>`;
  }
}

customElements.define('meclis-archive', Archive);
