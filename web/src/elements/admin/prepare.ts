/** One meeting, step by step: its agenda, the desk's links, the pictures, the announcement. */

import { html, nothing, type TemplateResult } from 'lit';
import { readAgenda, type TypedItem } from '../../state/admin-table.js';
import { adminWords } from '../../text/admin.js';
import { command, importAgenda, makeLink, prepared, type Room } from '../../wire/admin-api.js';
import type { Meeting } from '../../wire/api.js';
import { browserFetchOwn, browserSend, keep } from '../browser.js';
import { LightElement } from '../light.js';
import { newId } from '../line.js';
import { refused } from './say.js';

export class AdminPrepare extends LightElement {
  static override properties = {
    meeting: { attribute: false },
    rooms: { attribute: false },
    typed: { state: true },
    numbers: { state: true },
    announced: { state: true },
    said: { state: true },
    wrong: { state: true },
    links: { state: true },
    copied: { state: true },
    sending: { state: true },
  };
  declare meeting: Meeting;
  declare rooms: Room[];
  /** What stands in the agenda's field. */
  declare typed: string;
  /** The agenda's, as it is; null: not known yet. */
  declare numbers: string[] | null;
  declare announced: boolean;
  declare said: string;
  declare wrong: string;
  declare links: { role: string; address: string }[];
  declare copied: string;
  declare sending: boolean;

  constructor() {
    super();
    this.rooms = [];
    this.numbers = null;
    this.announced = this.sending = false;
    this.typed = this.said = this.wrong = this.copied = '';
    this.links = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.typed = keep.get(this.#kept) ?? '';
    void this.#look();
  }

  get #kept(): string {
    return `meclis-agenda-${this.meeting.id}`;
  }

  async #look(): Promise<void> {
    const state = await prepared(browserFetchOwn, this.meeting.id);
    if (!state) return;
    this.numbers = state.numbers;
    this.announced = state.announced;
  }

  #type(text: string): void {
    this.typed = text;
    keep.set(this.#kept, text);
  }

  async #act(act: () => Promise<string>, said: string): Promise<boolean> {
    if (this.sending) return false;
    this.sending = true;
    this.said = '';
    this.wrong = await act();
    this.sending = false;
    if (this.wrong === '') this.said = said;
    await this.#look();
    return this.wrong === '';
  }

  async #save(items: TypedItem[]): Promise<void> {
    const text = adminWords(document.documentElement.lang);
    if (items.length === 0) return;
    const done = await this.#act(async () => refused(await importAgenda(browserSend, this.meeting.id, newId(), items), text), text.agendaSaved(items.length));
    if (done) this.#type('');
  }

  async #link(role: 'chair' | 'clerk'): Promise<void> {
    const text = adminWords(document.documentElement.lang);
    await this.#act(async () => {
      const result = await makeLink(browserSend, this.meeting.id, role);
      if (!result.ok) return refused(result, text);
      this.links = [...this.links, { role, address: new URL(result.address, location.href).href }];
      return '';
    }, '');
  }

  #copy(what: string): void {
    void navigator.clipboard?.writeText(what).then(() => (this.copied = what), () => undefined);
  }

  override render(): TemplateResult {
    const text = adminWords(document.documentElement.lang);
    const { id, title, body, startsUtcUs } = this.meeting;
    const when = startsUtcUs === null ? '' : new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'full', timeStyle: 'short' }).format(startsUtcUs / 1000);
    return html`<section aria-labelledby="prepare">
      <h2 id="prepare" tabindex="-1">${title}</h2>
      <p class="hint">${[body, when].filter((one) => one !== '').join(' · ')}</p>
      <p class="wrong" role="alert">${this.wrong}</p>
      <p role="status">${this.sending ? text.entering : this.said}</p>
      <ol class="steps">
        <li><h3>${text.stepAgenda}</h3>${this.#agenda()}</li>
        <li><h3>${text.stepPeople}</h3>${this.#people()}</li>
        <li><h3>${text.stepPictures}</h3>${this.#pictures()}</li>
        <li>
          <h3>${text.stepAnnounce}</h3>
          <p class="hint">${text.announceHint}</p>
          ${this.announced
            ? html`<p>${text.announced}</p>`
            : html`<button type="button" aria-disabled=${String(this.sending)} @click=${() => void this.#act(async () => refused(await command(browserSend, id, newId(), 'sitting.announce'), text), '')}>${text.announce}</button>`}
        </li>
        <li>
          <h3>${text.stepDesk}</h3>
          <p class="hint">${text.deskHint}</p>
          <ul class="places">
            <li><a href="/desk/${id}">${text.desk}</a></li>
            <li><a href="/m/${id}">${text.page}</a></li>
            <li><a href="/hall/${id}">${text.hall}</a></li>
            <li><a href="/press/${id}">${text.press}</a></li>
          </ul>
        </li>
      </ol>
      <p><a href="/admin">${text.back}</a></p>
    </section>`;
  }

  #agenda(): TemplateResult {
    const text = adminWords(document.documentElement.lang);
    const items = readAgenda(this.typed, this.numbers ?? []);
    return html`${this.numbers !== null && this.numbers.length > 0 ? html`<p>${text.agendaThere(this.numbers.length)}</p>` : nothing}
      <p class="hint" id="agenda-hint">${text.agendaHint}</p>
      <label for="agenda">${this.numbers?.length ? text.agendaOthers : text.agendaLabel}</label>
      <textarea id="agenda" aria-describedby="agenda-hint" maxlength="200000" .value=${this.typed} @input=${(event: Event) => this.#type((event.target as HTMLTextAreaElement).value)}></textarea>
      ${items.length === 0
        ? html`<p class="hint">${this.numbers?.length ? nothing : text.agendaNothing}</p>`
        : html`<p>${text.agendaRead(items.length)}</p>
            <table>
              <thead><tr><th scope="col">${text.number}</th><th scope="col">${text.what}</th></tr></thead>
              <tbody>${items.map((item) => html`<tr><td>${item.number}</td><td>${item.title}</td></tr>`)}</tbody>
            </table>
            <button type="button" class="main" aria-disabled=${String(this.sending)} @click=${() => void this.#save(items)}>${text.agendaSave(items.length)}</button>`}`;
  }

  #given(label: string, value: string): TemplateResult {
    const text = adminWords(document.documentElement.lang);
    return html`<div class="given">${label}<br /><code>${value}</code><br />
      <button type="button" aria-label="${this.copied === value ? text.copied : text.copy}: ${label}" @click=${() => this.#copy(value)}>${this.copied === value ? text.copied : text.copy}</button></div>`;
  }

  #people(): TemplateResult {
    const text = adminWords(document.documentElement.lang);
    return html`<p class="hint">${text.peopleHint}</p>
      <button type="button" @click=${() => void this.#link('chair')}>${text.linkChair}</button>
      <button type="button" @click=${() => void this.#link('clerk')}>${text.linkClerk}</button>
      ${this.links.length > 0 ? html`<p>${text.linkOnce}</p>` : nothing}
      ${this.links.map(({ role, address }) => this.#given(role === 'chair' ? text.linkChair : text.linkClerk, address))}`;
  }

  #pictures(): TemplateResult {
    const text = adminWords(document.documentElement.lang);
    const known = this.rooms.filter((room) => room.encoder !== '');
    if (known.length === 0) return html`<p class="hint">${text.noEncoder}</p>`;
    return html`<p class="hint">${text.picturesHint}</p>
      ${known.map((room) => html`${known.length > 1 ? html`<p>${room.title}</p>` : nothing}${this.#given(text.encoder, room.encoder)}${this.#given(text.key, room.key)}`)}`;
  }
}

customElements.define('meclis-admin-prepare', AdminPrepare);
