import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { MeetingState, Thing } from '../../state/meeting.js';
import type { DeskTexts } from '../../text/desk.js';
import { fill } from '../../text/index.js';
import { keep } from '../browser.js';
import { askPoll } from './asks.js';
import { DeskPanel } from './panel.js';

const POLLS_SHOWN = 5;

/** What is told to everybody, and what everybody is asked. */
export class DeskNotices extends DeskPanel {
  static override properties = { ...DeskPanel.properties, words: { state: true } };
  declare words: string | null;

  constructor() {
    super();
    this.words = null;
  }

  #kept(): string {
    return `meclis-draft-${this.desk.line.meeting}-notice`;
  }

  #type(words: string): void {
    this.words = words;
    keep.set(this.#kept(), words);
  }

  /** What is typed stays until it was accepted. */
  async #post(): Promise<void> {
    const words = (this.words ?? '').trim();
    const { desk } = this;
    if (words === '' || !desk.can('notice.post') || desk.isWaiting('notice.post')) return;
    const answer = await desk.say('notice.post', { text: words }, desk.text.noticePost);
    if (!answer.accepted) desk.tell(fill(desk.text.refused, { what: desk.text.noticePost, why: answer.message }), true);
    else if ((this.words ?? '').trim() === words) this.#type('');
  }

  protected draw(state: MeetingState, text: DeskTexts): TemplateResult {
    const shown = state.notices.filter((one) => !one.cleared);
    this.words ??= keep.get(this.#kept()) ?? '';
    return html`
      <h2>${text.noticesTitle}</h2>
      ${this.desk.may('notice.post') ? this.#form(text) : nothing}
      <div class="scroll" tabindex="0" role="region" aria-label=${text.noticesTitle}>
        ${shown.length === 0 ? html`<p class="quiet">${text.noticesEmpty}</p>` : nothing}
        <ul class="asked">
          ${shown.map(
            (one) => html`<li>
              <p class="asked-text">${one.text}</p>
              <div class="row">
                ${this.button('notice.clear', text.noticeClear, () => this.desk.press('notice.clear', { notice: one.seq }, text.noticeClear), {
                  label: `${text.noticeClear}: ${one.text.slice(0, 60)}`,
                })}
              </div>
            </li>`,
          )}
        </ul>
        <div class="row heading">
          <h3>${text.polls}</h3>
          ${this.button('poll.open', text.pollOpen, () => askPoll(this.desk, state, text))}
        </div>
        ${state.polls.length === 0 ? html`<p class="quiet">${text.pollsEmpty}</p>` : nothing}
        <ul class="asked">
          ${[...state.polls].reverse().slice(0, POLLS_SHOWN).map((poll) => this.#poll(poll, text))}
        </ul>
      </div>
    `;
  }

  #form(text: DeskTexts): TemplateResult {
    return html`<form
      class="notice-form"
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.#post();
      }}
    >
      <label for="notice-text" class="small">${text.noticeText}</label>
      <textarea
        id="notice-text"
        rows="2"
        maxlength="400"
        .value=${live(this.words ?? '')}
        @input=${(event: Event) => this.#type((event.target as HTMLTextAreaElement).value)}
      ></textarea>
      <button type="submit" class="main" data-does="notice.post" aria-disabled=${String((this.words ?? '').trim() === '')}>
        ${text.noticePost}
      </button>
    </form>`;
  }

  #poll(poll: Thing<'polls'>, text: DeskTexts): TemplateResult {
    const all = poll.counts.reduce((sum, one) => sum + one.answers, 0);
    return html`<li>
      <p class="asked-text">${poll.is.question}</p>
      <ul class="small poll">
        ${poll.is.choices.map((choice, at) => html`<li>${choice.text} <strong>${poll.counts[at]?.answers ?? 0}</strong></li>`)}
      </ul>
      <div class="row">
        <span class="small quiet">${fill(text.pollAnswers, { n: String(all) })}</span>
        ${poll.open
          ? this.button('poll.close', text.pollClose, () => this.desk.press('poll.close', { poll: poll.seq }, text.pollClose))
          : html`<span class="tag">${text.pollClosed}</span>`}
      </div>
    </li>`;
  }
}

customElements.define('meclis-desk-notices', DeskNotices);
