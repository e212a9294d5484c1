import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Question } from '../../state/meeting.js';
import { isOpen, isPrivate, marked, shown } from '../../state/questions.js';
import { itemAt, itemOf, personOf } from '../../state/sitting.js';
import { clock, fill } from '../../text/index.js';
import type { CommandArgs } from '../../wire/meeting-types.js';
import { keep } from '../browser.js';
import { Panel } from './panel.js';
import './question-form.js';
import { meetingWords, type View } from './view.js';

/** Drawn at first; each press of "more" doubles it, so that thousands cost nothing unasked. */
const FIRST = 30;
/** So many make a list; there may be many lists. */
const LIST = 30;

interface Marks {
  mine: boolean;
  /** One's own. */
  mark: boolean;
  report: boolean;
}

/** Viewers' questions: one's own with what became of them, and everybody's. */
class Questions extends Panel {
  static override properties = { ...Panel.properties, many: { state: true }, only: { state: true }, refusal: { state: true } };
  declare many: number;
  /** Only those about the item that is on. */
  declare only: boolean;
  declare refusal: string;
  #own: ReadonlySet<number> = new Set();
  #meeting = '';

  constructor() {
    super();
    this.many = FIRST;
    this.only = false;
    this.refusal = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('meclis-asked', this.#asked);
  }

  /** Time alone changes nothing here. */
  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    const before = changed.get('view');
    return changed.size > 1 || !changed.has('view') || !before || before.state !== this.view?.state || before.line !== this.view.line;
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
    const item = itemAt(view.state, view.mediaUs);
    const only = this.only && item !== null;
    const all = shown(view.state, this.#own, only ? item.seq : null);
    return html`<section class="panel" aria-labelledby="questions">
      <h2 id="questions">${text.questions}</h2>
      <meclis-question-form .view=${view}></meclis-question-form>
      <div role="status">${this.refusal ? html`<p class="notice">${this.refusal}</p>` : nothing}</div>
      ${item && (only || all.length > 1) ? this.#filter() : nothing}
      ${all.length === 0 ? html`<p class="quiet">${only ? text.noneHere : text.noQuestions}</p>` : this.#list(view, all)}
      ${all.length > this.many
        ? html`<button type="button" @click=${() => (this.many *= 2)}>${fill(text.more, { n: String(all.length - this.many) })}</button>`
        : nothing}
    </section>`;
  }

  #filter(): TemplateResult {
    return html`<label class="tick">
      <input type="checkbox" .checked=${this.only} @change=${(event: Event) => (this.only = (event.target as HTMLInputElement).checked)} />
      ${meetingWords().onlyThis}
    </label>`;
  }

  /** Each is drawn anew only where something of it is another than before. */
  #list(view: View, all: Question[]): TemplateResult {
    const supports = marked(view.state, 'support');
    const reports = marked(view.state, 'report');
    const entry = (question: Question) => {
      const mine = this.#own.has(question.seq);
      const mark = supports.has(question.seq);
      const report = reports.has(question.seq);
      const item = itemOf(view.state, question.item);
      const parts = [question, mine, mark, report, item, view.language, view.line, view.state.people];
      return html`<li>${guard(parts, () => this.#question(view, question, { mine, mark, report }))}</li>`;
    };
    // The browser passes over a whole list that is out of sight; over thousands one by one it takes its time.
    return html`${inLists(all.slice(0, this.many)).map(
      (some) => html`<ul class="questions">${repeat(some, (question) => question.seq, entry)}</ul>`,
    )}`;
  }

  #question(view: View, question: Question, marks: Marks): TemplateResult {
    const text = meetingWords();
    const item = itemOf(view.state, question.item);
    return html`<article class="question ${marks.mine ? 'question-mine' : ''}">
      <p class="question-text" lang=${view.language}>${question.text ?? text.erased}</p>
      <p class="quiet">
        ${marks.mine ? html`<strong>${text.mine}</strong>` : question.name || text.anonymous}${item
          ? html` · <span lang=${view.language}>${item.is.number} ${item.is.title}</span>`
          : nothing}
      </p>
      ${this.#became(view, question)} ${this.#acts(view, question, marks)}
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
    const into = question.state === 'merged' && view.state.questions.find((one) => one.seq === question.into);
    const why = question.state === 'declined' ? [question.category && text[question.category], question.reason].filter(Boolean).join('. ') : '';
    return html`${word ? html`<p class="became became-${question.state}">${by ? fill(text.answeredBy, { name: by.is.name }) : word}${why ? `: ${why}` : nothing}</p>` : nothing}
    ${question.note && question.state === 'answered' ? html`<p class="note" lang=${view.language}>${question.note}</p>` : nothing}
    ${into ? html`<blockquote class="quiet" lang=${view.language}>${into.text}</blockquote>` : nothing}
    ${question.state === 'answered' && at !== undefined
      ? html`<button type="button" class="jump" @click=${() => view.player.seek(view.seen(at))}>
          ${fill(text.watchAnswer, { time: clock(view.seen(at)) })}
        </button>`
      : nothing}`;
  }

  #acts(view: View, question: Question, { mine, mark: on, report }: Marks): TemplateResult {
    const text = meetingWords();
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
        ? report
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

function inLists(all: Question[]): Question[][] {
  const lists: Question[][] = [];
  for (let i = 0; i < all.length; i += LIST) lists.push(all.slice(i, i + LIST));
  return lists;
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
