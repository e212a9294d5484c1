import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { approvedQuestions, pendingQuestions } from '../../state/desk-questions.js';
import type { MeetingState, Question } from '../../state/meeting.js';
import { itemOf } from '../../state/sitting.js';
import type { DeskTexts } from '../../text/desk.js';
import { fill } from '../../text/index.js';
import { askAnswered, askDeclineQuestion, askMerge, itemName } from './asks.js';
import type { Desk } from './desk.js';
import { DeskPanel } from './panel.js';

/** Viewers' questions: those that wait, and those that were let through. */
export class DeskQuestions extends DeskPanel {
  protected draw(state: MeetingState, text: DeskTexts): TemplateResult {
    const pending = pendingQuestions(state);
    const approved = approvedQuestions(state);
    const closed = state.sitting.asking_closed;
    return html`
      <div class="row heading">
        <h2>${text.questions}</h2>
        <span class="tag ${closed ? 'warn' : ''}">${closed ? text.askingClosed : text.asking}</span>
        ${this.button('question.asking', closed ? text.openAsking : text.closeAsking, () =>
          this.desk.press('question.asking', { closed: !closed }, closed ? text.openAsking : text.closeAsking),
        )}
      </div>
      <div class="scroll two" tabindex="0" role="region" aria-label=${text.questions}>
        <h3>${text.pending} <span class="count">${pending.length}</span></h3>
        ${pending.length === 0 ? html`<p class="quiet">${text.pendingEmpty}</p>` : nothing}
        <ul class="asked">
          ${repeat(pending, (one) => one.seq, (one) => this.#pending(state, one, approved, text))}
        </ul>
        <h3>${text.approvedOnes} <span class="count">${approved.length}</span></h3>
        ${approved.length === 0 ? html`<p class="quiet">${text.approvedEmpty}</p>` : nothing}
        <ul class="asked">
          ${repeat(approved, (one) => one.seq, (one) => this.#approved(state, one, approved, text))}
        </ul>
      </div>
    `;
  }

  #words(state: MeetingState, question: Question, text: DeskTexts): TemplateResult {
    const item = itemOf(state, question.item);
    const from = [
      question.name ?? text.anonymous,
      item ? itemName(item) : text.general,
      question.supports > 0 ? fill(text.supports, { n: String(question.supports) }) : '',
    ];
    return html`<p class="asked-text">${question.text}</p>
      <p class="quiet small clip">${from.filter(Boolean).join(' · ')}</p>`;
  }

  #pending(state: MeetingState, question: Question, approved: readonly Question[], text: DeskTexts): TemplateResult {
    const what = fill(text.approveWhat, { what: question.text.slice(0, 60) });
    return html`<li>
      ${this.#words(state, question, text)}
      <div class="row">
        ${this.button('question.approve', text.approve, () => approve(this.desk, question), { kind: 'main', label: what, what })}
        ${this.button('question.decline', text.decline, () => askDeclineQuestion(this.desk, question, text))}
        ${this.button('question.merge', text.merge, () => askMerge(this.desk, question, approved, text), { can: approved.length > 0 })}
      </div>
    </li>`;
  }

  #approved(state: MeetingState, question: Question, approved: readonly Question[], text: DeskTexts): TemplateResult {
    const isPut = question.state === 'put';
    const others = approved.filter((one) => one.seq !== question.seq);
    return html`<li class=${isPut ? 'current' : ''}>
      ${isPut ? html`<span class="tag live">${text.putNow}</span>` : nothing}
      ${question.pinned ? html`<span class="tag">${text.pinned}</span>` : nothing} ${this.#words(state, question, text)}
      <div class="row">
        ${isPut ? nothing : this.button('question.put', text.put, () => put(this.desk, question), { kind: 'main', what: putWhat(this.desk, question) })}
        ${this.button('question.answer', text.answered, () => askAnswered(this.desk, state, question, text), { kind: isPut ? 'main' : '' })}
        ${this.button('question.pin', question.pinned ? text.unpin : text.pin, () =>
          this.desk.press('question.pin', { question: question.seq, on: !question.pinned }, question.pinned ? text.unpin : text.pin),
        )}
        ${isPut
          ? nothing
          : html`${this.button('question.decline', text.decline, () => askDeclineQuestion(this.desk, question, text))}
            ${this.button('question.merge', text.merge, () => askMerge(this.desk, question, others, text), { can: others.length > 0 })}`}
      </div>
    </li>`;
  }
}

export function approve(desk: Desk, question: Question): void {
  desk.press('question.approve', { question: question.seq }, fill(desk.text.approveWhat, { what: question.text.slice(0, 60) }));
}

export function put(desk: Desk, question: Question): void {
  desk.press('question.put', { question: question.seq }, putWhat(desk, question));
}

function putWhat(desk: Desk, question: Question): string {
  return `${desk.text.put}: ${question.text.slice(0, 60)}`;
}

export function approveFirst(desk: Desk): void {
  const first = desk.state && pendingQuestions(desk.state)[0];
  if (first && desk.can('question.approve') && !desk.isWaiting('question.approve')) approve(desk, first);
}

export function putFirst(desk: Desk): void {
  const first = desk.state && approvedQuestions(desk.state).find((one) => one.state === 'approved');
  if (first && desk.can('question.put') && !desk.isWaiting('question.put')) put(desk, first);
}

customElements.define('meclis-desk-questions', DeskQuestions);
