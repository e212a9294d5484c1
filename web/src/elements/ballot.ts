import { html, nothing, type TemplateResult } from 'lit';
import { ballotOf } from '../state/ballot.js';
import type { Choice } from '../state/desk-vote.js';
import type { Vote } from '../state/meeting.js';
import { type BallotTexts, votedText } from '../text/ballot.js';
import { fill } from '../text/index.js';
import { ballotWords } from './ballot-words.js';
import { LightElement } from './light.js';
import type { MeetingLine } from './line.js';

const CHOICES: readonly Choice[] = ['for', 'against', 'abstain'];

/**
 * One's own paper in an electronic secret ballot: choose, look once more, put it in. The choice is in this
 * element alone and goes when the paper is in the box, when another vote opens, or when it is left.
 */
class BallotPaper extends LightElement {
  static override properties = {
    line: { attribute: false },
    turn: { attribute: false },
    alone: { attribute: false },
    chosen: { state: true },
    busy: { state: true },
    wrong: { state: true },
  };
  declare line: MeetingLine;
  /** Whatever changes when it is to be drawn anew. */
  declare turn: unknown;
  /** Whether it is what its page is about now. */
  declare alone: boolean;
  declare chosen: Choice | '';
  declare busy: boolean;
  declare wrong: string;
  #of = 0;

  constructor() {
    super();
    this.alone = false;
    this.#forget(0);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forget(0);
  }

  protected override willUpdate(): void {
    const { state, you } = this.line;
    const ballot = state && ballotOf(state, you?.person ?? 0);
    const of = ballot && !ballot.handedIn ? ballot.vote.seq : 0;
    if (of !== this.#of) this.#forget(of);
  }

  #forget(of: number): void {
    this.#of = of;
    this.chosen = '';
    this.wrong = '';
    this.busy = false;
  }

  override render(): TemplateResult | typeof nothing {
    const { state, you } = this.line;
    const ballot = state && ballotOf(state, you?.person ?? 0);
    if (!ballot?.may || !this.line.may('vote.hand_in')) return nothing;
    const text = ballotWords();
    const count = html`<p class="quiet">${votedText(text, ballot.voted, ballot.all)}</p>`;
    if (ballot.handedIn) return html`<div class="stage ballot" role="status"><h2>${text.done}</h2><p>${text.doneHint}</p>${count}</div>`;
    return html`<section class="stage ballot" aria-labelledby="ballot">
      ${this.alone ? html`<h1 id="ballot">${text.title}</h1>` : html`<h2 id="ballot">${text.title}</h2>`}
      <p lang=${document.documentElement.lang} class="subject">${ballot.vote.is.subject}</p>
      ${this.chosen === '' ? this.#choose(text) : this.#sure(text, ballot.vote, this.chosen)}
      <div role="alert">${this.wrong ? html`<p class="notice wrong">${this.wrong}</p>` : nothing}</div>
      ${count}
    </section>`;
  }

  #choose(text: BallotTexts): TemplateResult {
    return html`<div role="group" aria-label=${text.choose}>
      <p>${text.choose}</p>
      ${CHOICES.map((one) => html`<button type="button" class="second choice" @click=${() => void this.#take(one)}>${text[one]}</button>`)}
    </div>`;
  }

  /** The keyboard stays in the paper: what is asked next has the focus. */
  async #take(choice: Choice | ''): Promise<void> {
    this.chosen = choice;
    this.wrong = '';
    await this.updateComplete;
    this.querySelector<HTMLElement>(choice === '' ? '.choice' : '.hand-in')?.focus();
  }

  #sure(text: BallotTexts, vote: Vote, choice: Choice): TemplateResult {
    return html`<div role="group" aria-labelledby="ballot-sure">
      <p id="ballot-sure" class="big-word">${fill(text.sure, { choice: text[choice] })}</p>
      <p>${text.sureHint}</p>
      <button type="button" class="big hand-in" aria-disabled=${String(this.busy)} @click=${() => void this.#handIn(text, vote, choice)}>
        ${this.busy ? text.sending : text.handIn}
      </button>
      <button type="button" class="second" aria-disabled=${String(this.busy)} @click=${() => !this.busy && void this.#take('')}>${text.back}</button>
    </div>`;
  }

  async #handIn(text: BallotTexts, vote: Vote, choice: Choice): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    const answer = await this.line.say('vote.hand_in', { vote: vote.seq, choice });
    this.busy = false;
    if (this.#of !== vote.seq) return;
    if (!answer.accepted) this.wrong = fill(text.refused, { message: answer.message || text.busy });
  }
}

customElements.define('meclis-ballot', BallotPaper);
