import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Question } from '../../state/meeting.js';
import { isOpen, isPrivate, reported, shown, supported } from '../../state/questions.js';
import { itemOf, personOf } from '../../state/sitting.js';
import { clock, fill } from '../../text/index.js';
import type { CommandArgs } from '../../wire/meeting-types.js';
import { keep } from '../browser.js';
import { Panel } from './panel.js';
import './question-form.js';
import { meetingWords, type View } from './view.js';

/** Drawn at first; each press of "more" adds as many again, so that thousands cost nothing unasked. */
const PAGE = 30;

/** Viewers' questions: one's own with what became of them, and everybody's. */
class Questions extends Panel {
  static override properties = { ...Panel.properties, pages: { state: true }, refusal: { state: true } };
  declare pages: number;
  declare refusal: string;
  #own: ReadonlySet<number> = new Set();
  #meeting = '';

  constructor() {
    super();
    this.pages = 1;
    this.refusal = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('meclis-asked', this.#asked);
  }

  protected override willUpdate(): void {
    const meeting = this.view?.line.meeting ?? '';
    if (meeting === this.#meeting) return;
    this.#meeting = meeting;
    this.#own = numbers(keep.get(`meclis-asked-${meeting}`));
  }

  override render(): TemplateResult | typeof nothing {
    const { view } = this;
    if (!view) return nothing;
    const text = meetingWords();
    const all = shown(view.state, this.#own, null);
    const some = all.slice(0, this.pages * PAGE);
    return html`<section class="panel" aria-labelledby="questions">
      <h2 id="questions">${text.questions}</h2>
      <meclis-question-form .view=${view}></meclis-question-form>
      <div role="status">${this.refusal ? html`<p class="notice">${this.refusal}</p>` : nothing}</div>
      ${all.length === 0 ? html`<p class="quiet">${text.noQuestions}</p>` : nothing}
      <ul class="questions">
        ${repeat(some, (question) => question.seq, (question) => html`<li>${this.#question(view, question)}</li>`)}
      </ul>
      ${some.length < all.length
        ? html`<button type="button" @click=${() => (this.pages += 1)}>${fill(text.more, { n: String(all.length - some.length) })}</button>`
        : nothing}
    </section>`;
  }

  #question(view: View, question: Question): TemplateResult {
    const text = meetingWords();
    const mine = this.#own.has(question.seq);
    const item = itemOf(view.state, question.item);
    return html`<article class="question ${mine ? 'question-mine' : ''}">
      <p class="question-text" lang=${view.language}>${question.text ?? text.erased}</p>
      <p class="quiet">
        ${mine ? html`<strong>${text.mine}</strong>` : question.name || text.anonymous}${item
          ? html` · <span lang=${view.language}>${item.is.number} ${item.is.title}</span>`
          : nothing}
      </p>
      ${this.#became(view, question)} ${this.#acts(view, question, mine)}
    </article>`;
  }

  #became(view: View, question: Question): TemplateResult {
    const text = meetingWords();
    const word = {
      pending: text.pending,
      declined: text.declined,
      merged: text.merged,
      withdrawn: '',
      approved: question.pinned ? text.pinned : '',
      put: text.put,
      answered: text.answered,
    }[question.state];
    const by = question.state === 'answered' && personOf(view.state, question.answered_by);
    const at = question.put_media_us ?? question.answered_media_us;
    return html`${word
      ? html`<p class="became became-${question.state}">
          ${by ? fill(text.answeredBy, { name: by.is.name }) : word}
          ${question.note ? html`<span lang=${view.language}>${question.note}</span>` : nothing}
        </p>`
      : nothing}
    ${question.state === 'answered' && at !== undefined
      ? html`<button type="button" class="jump" @click=${() => view.player.seek(at / 1e6)}>
          ${fill(text.watchAnswer, { time: clock(at / 1e6) })}
        </button>`
      : nothing}`;
  }

  #acts(view: View, question: Question, mine: boolean): TemplateResult {
    const text = meetingWords();
    const on = supported(view.state, question.seq);
    const { seq } = question;
    const may = isOpen(question);
    return html`<p class="acts">
      ${question.supports > 0 ? html`<span class="quiet">${fill(text.supports, { n: String(question.supports) })}</span>` : nothing}
      ${may && !mine && view.line.may('question.support')
        ? html`<button type="button" aria-pressed=${on} @click=${() => this.#say('question.support', { question: seq, on: !on })}>
            ${on ? text.unsupport : text.support}
          </button>`
        : nothing}
      ${mine && question.state === 'pending'
        ? html`<button type="button" @click=${() => this.#say('question.withdraw', { question: seq })}>${text.withdraw}</button>`
        : nothing}
      ${may && !mine && !isPrivate(question) && view.line.may('question.report')
        ? reported(view.state, seq)
          ? html`<span class="quiet">${text.reported}</span>`
          : html`<button type="button" class="quiet-button" @click=${() => this.#say('question.report', { question: seq, category: 'other' })}>
              ${text.reportIt}
            </button>`
        : nothing}
    </p>`;
  }

  async #say<Name extends 'question.support' | 'question.withdraw' | 'question.report'>(name: Name, args: CommandArgs[Name]): Promise<void> {
    const answer = await this.view?.line.say(name, args);
    this.refusal = answer && !answer.accepted ? answer.message || meetingWords().busy : '';
  }

  #asked = (event: Event): void => {
    this.#own = new Set([...this.#own, (event as CustomEvent<number>).detail]);
    keep.set(`meclis-asked-${this.#meeting}`, JSON.stringify([...this.#own].slice(-200)));
    this.requestUpdate();
  };
}

function numbers(kept: string | null): ReadonlySet<number> {
  try {
    const list: unknown = JSON.parse(kept ?? '[]');
    return new Set(Array.isArray(list) ? list.filter((one): one is number => Number.isSafeInteger(one)) : []);
  } catch {
    return new Set();
  }
}

customElements.define('meclis-questions', Questions);
