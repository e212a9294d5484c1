/** A new meeting. Says `made` with its id, or `cancelled`. */

import { html, nothing, type TemplateResult } from 'lit';
import { addressName, another } from '../../state/admin-table.js';
import { bodiesOf } from '../../state/archive.js';
import { adminWords } from '../../text/admin.js';
import { bodyKinds, command, makeMeeting, type Room, type Wanted } from '../../wire/admin-api.js';
import type { Meeting } from '../../wire/api.js';
import { browserSend } from '../browser.js';
import { LightElement } from '../light.js';
import { newId } from '../line.js';
import { refused } from './say.js';

const NAMES = 20;

export class AdminMake extends LightElement {
  static override properties = { meetings: { attribute: false }, rooms: { attribute: false }, body: { state: true }, sending: { state: true }, wrong: { state: true } };
  declare meetings: Meeting[];
  declare rooms: Room[];
  /** Chosen; '': another one, named below. */
  declare body: string;
  declare sending: boolean;
  declare wrong: string;
  #chosen = false;
  /** Made already, where only what comes after it failed. */
  #made = '';

  constructor() {
    super();
    this.meetings = [];
    this.rooms = [];
    this.body = this.wrong = '';
    this.sending = false;
  }

  protected override willUpdate(): void {
    if (this.#chosen) return;
    this.#chosen = true;
    this.body = bodiesOf(this.meetings, document.documentElement.lang)[0] ?? '';
  }

  /** The newest meeting of the body, whose people and rules the next one has. */
  #last(): Meeting | undefined {
    return this.meetings.filter((m) => m.body !== '' && m.body === this.body).sort((a, b) => (b.startsUtcUs ?? 0) - (a.startsUtcUs ?? 0))[0];
  }

  /** Tries the next name where there is a meeting of that one. */
  async #makeIt(wanted: Wanted): Promise<string> {
    const text = adminWords(document.documentElement.lang);
    let { id } = wanted;
    for (let i = 0; this.#made === '' && i < NAMES; i++) {
      const result = await makeMeeting(browserSend, { ...wanted, id });
      if (result.ok) this.#made = id;
      else if (result.code === 'exists') id = another(id);
      else return refused(result, text);
    }
    return '';
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.sending) return;
    const text = adminWords(document.documentElement.lang);
    const data = new FormData(event.target as HTMLFormElement);
    const word = (name: string) => String(data.get(name) ?? '').trim();
    const [title, date] = [word('title'), word('date')];
    if (title === '' || (this.body === '' && word('body-name') === '')) {
      this.wrong = text.missing(title === '' ? text.title : text.bodyName);
      return;
    }
    const starts = Date.parse(`${date}T${word('time') || '00:00'}`);
    this.sending = true;
    this.wrong = await this.#makeIt({
      id: addressName(title, date),
      title,
      room: word('room'),
      like: data.get('like') ? (this.#last()?.id ?? '') : '',
      carry: data.get('carry') !== null,
      startsUtcUs: Number.isNaN(starts) ? 0 : starts * 1000,
    });
    if (this.wrong === '' && !data.get('like')) {
      const described = { kind: word('kind'), name: this.body || word('body-name'), members: Number(word('members')) };
      this.wrong = refused(await command(browserSend, this.#made, newId(), 'body.describe', described), text);
    }
    this.sending = false;
    if (this.wrong === '') this.dispatchEvent(new CustomEvent('made', { detail: this.#made }));
  }

  override render(): TemplateResult {
    const text = adminWords(document.documentElement.lang);
    const bodies = bodiesOf(this.meetings, document.documentElement.lang);
    const last = this.#last();
    return html`<section aria-labelledby="make">
      <h2 id="make">${text.newMeeting}</h2>
      <p class="wrong" role="alert">${this.wrong}</p>
      <form @submit=${(event: Event) => void this.#submit(event)}>
        <label for="title">${text.title}</label>
        <p class="hint" id="title-hint">${text.titleHint}</p>
        <input id="title" name="title" required maxlength="200" aria-describedby="title-hint" autocomplete="off" />
        ${bodies.length > 0
          ? html`<label for="body">${text.body}</label>
              <select id="body" @change=${(event: Event) => (this.body = (event.target as HTMLSelectElement).value)}>
                ${bodies.map((body) => html`<option value=${body} ?selected=${body === this.body}>${body}</option>`)}
                <option value="" ?selected=${this.body === ''}>${text.otherBody}</option>
              </select>`
          : nothing}
        ${last ? this.#like() : this.#describe()}
        <div class="two">
          <div><label for="date">${text.date}</label><input id="date" name="date" type="date" required /></div>
          <div><label for="time">${text.time}</label><input id="time" name="time" type="time" required value="14:00" /></div>
        </div>
        <label for="room">${text.room}</label>
        <select id="room" name="room">
          ${this.rooms.map((room) => html`<option value=${room.id}>${room.title || room.id}</option>`)}
          <option value="">${text.noRoom}</option>
        </select>
        <button type="submit" class="main" aria-disabled=${String(this.sending)}>${text.make}</button>
        <button type="button" @click=${() => this.dispatchEvent(new Event('cancelled'))}>${text.cancel}</button>
        <p role="status">${this.sending ? text.entering : nothing}</p>
      </form>
    </section>`;
  }

  #like(): TemplateResult {
    const text = adminWords(document.documentElement.lang);
    return html`<input type="hidden" name="like" value="1" />
      <p class="hint">${text.like}: ✓</p>
      <label class="check"><input type="checkbox" name="carry" value="1" checked />${text.carry}</label>`;
  }

  #describe(): TemplateResult {
    const text = adminWords(document.documentElement.lang);
    return html`<label for="body-name">${text.bodyName}</label>
      <input id="body-name" name="body-name" required maxlength="120" autocomplete="organization" />
      <div class="two">
        <div>
          <label for="kind">${text.bodyKind}</label>
          <select id="kind" name="kind">${bodyKinds.map((kind) => html`<option value=${kind}>${text.kinds[kind]}</option>`)}</select>
        </div>
        <div>
          <label for="members">${text.members}</label>
          <input id="members" name="members" type="number" required min="1" max="100000" aria-describedby="members-hint" />
          <p class="hint" id="members-hint">${text.membersHint}</p>
        </div>
      </div>`;
  }
}

customElements.define('meclis-admin-make', AdminMake);
