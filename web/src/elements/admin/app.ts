/** `/admin`: who one is, then the meetings, a new one, or one that is being prepared (`?meeting=`). */

import { html, nothing, type TemplateResult } from 'lit';
import { adminWords } from '../../text/admin.js';
import { rooms, type Room, whoAmI } from '../../wire/admin-api.js';
import { type Meeting, meetings } from '../../wire/api.js';
import { leave } from '../../wire/session.js';
import { browserFetchOwn, browserSend } from '../browser.js';
import { LightElement } from '../light.js';
import { stateBadge } from '../meeting-list.js';
import { words } from '../words.js';
import './enter.js';
import './make.js';
import './prepare.js';

type Shown = 'opening' | 'enter' | 'forbidden' | 'list' | 'make' | 'prepare';

export class AdminApp extends LightElement {
  static override properties = { shown: { state: true }, all: { state: true }, rooms: { state: true }, chosen: { state: true } };
  declare shown: Shown;
  declare all: Meeting[];
  declare rooms: Room[];
  declare chosen: string;
  #secret: string | null = null;

  constructor() {
    super();
    this.shown = 'opening';
    this.all = [];
    this.rooms = [];
    this.chosen = '';
  }

  /** What the page says stays until it is known who one is. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override shouldUpdate(): boolean {
    return this.shown !== 'opening';
  }

  protected override willUpdate(): void {
    if (!this.hasUpdated) this.replaceChildren();
  }

  async open(secret: string | null): Promise<void> {
    this.#secret = secret;
    this.chosen = new URLSearchParams(location.search).get('meeting') ?? '';
    if (secret !== null) this.shown = 'enter';
    else await this.#look();
  }

  async #look(): Promise<void> {
    const me = await whoAmI(browserFetchOwn);
    if (!me) {
      this.shown = 'enter';
      return;
    }
    const [known, found] = await Promise.all([rooms(browserFetchOwn), meetings(browserFetchOwn, true)]);
    if (known === null || !found.ok) {
      this.shown = 'forbidden';
      return;
    }
    this.rooms = known;
    this.all = found.value;
    this.shown = this.all.some((m) => m.id === this.chosen) ? 'prepare' : 'list';
  }

  async #made(id: string): Promise<void> {
    const query = new URLSearchParams(location.search);
    query.set('meeting', id);
    history.pushState(null, '', `?${query.toString()}`);
    this.chosen = id;
    await this.#look();
    await this.updateComplete;
    this.querySelector<HTMLElement>('#prepare')?.focus();
  }

  async #signOut(): Promise<void> {
    await leave(browserSend, null);
    location.reload();
  }

  override render(): TemplateResult {
    const text = adminWords(document.documentElement.lang);
    switch (this.shown) {
      case 'make':
        return html`<meclis-admin-make .meetings=${this.all} .rooms=${this.rooms}
          @cancelled=${() => (this.shown = 'list')} @made=${(event: CustomEvent<string>) => void this.#made(event.detail)}></meclis-admin-make>`;
      case 'prepare': {
        const meeting = this.all.find((m) => m.id === this.chosen);
        return html`<meclis-admin-prepare .meeting=${meeting} .rooms=${this.rooms}></meclis-admin-prepare>`;
      }
      case 'list':
        return this.#list();
      default:
        return html`${this.shown === 'forbidden' ? html`<p class="notice">${text.notYours}</p>` : nothing}
          <meclis-admin-enter .secret=${this.#secret} @entered=${() => {
            this.#secret = null;
            void this.#look();
          }}></meclis-admin-enter>`;
    }
  }

  #list(): TemplateResult {
    const text = adminWords(document.documentElement.lang);
    return html`<section aria-labelledby="meetings">
      <h2 id="meetings">${text.meetings}</h2>
      ${this.all.length === 0 ? html`<p class="lead">${text.none}</p><p>${text.noneHint}</p>` : nothing}
      <button type="button" class="main" @click=${() => (this.shown = 'make')}>${text.newMeeting}</button>
      <ul class="meetings">
        ${this.all.map((one) => this.#row(one))}
      </ul>
      <p><button type="button" @click=${() => void this.#signOut()}>${text.signOut}</button></p>
    </section>`;
  }

  #row(one: Meeting): TemplateResult {
    const text = adminWords(document.documentElement.lang);
    const when = one.startsUtcUs === null ? '' : new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'short' }).format(one.startsUtcUs / 1000);
    const about = [one.body, when].filter((said) => said !== '').join(' · ');
    return html`<li class="row">
      <span class="card-title">${one.title}<span class="card-about">${about}</span></span>
      ${stateBadge(one.state, words())}
      <span class="places">
        ${one.state === 'ended' ? nothing : html`<a href="?meeting=${one.id}" aria-label="${text.prepare}: ${one.title}">${text.prepare}</a>`}
        <a href="/desk/${one.id}" aria-label="${text.desk}: ${one.title}">${text.desk}</a>
        <a href="/m/${one.id}" aria-label="${text.page}: ${one.title}">${text.page}</a>
      </span>
    </li>`;
  }
}

customElements.define('meclis-admin', AdminApp);

declare global {
  interface HTMLElementTagNameMap {
    'meclis-admin': AdminApp;
  }
}
