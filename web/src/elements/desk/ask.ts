/**
 * The desk's one dialog. What is typed in it is kept in the browser until it was accepted, so that neither
 * a refusal nor a reload nor a wrong key costs a word.
 */

import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { fill } from '../../text/index.js';
import type { Answer } from '../../wire/events-text.js';
import { keep } from '../browser.js';
import { LightElement } from '../light.js';
import type { Desk } from './desk.js';

export type Values = Record<string, string>;

export interface Field {
  name: string;
  label: string;
  kind: 'text' | 'area' | 'select' | 'radio' | 'time' | 'date' | 'number' | 'check';
  value?: string;
  options?: ReadonlyArray<{ value: string; label: string }>;
  required?: boolean;
  max?: number;
  hint?: string;
  /** Shown only as long as the others say so. */
  when?: (values: Values) => boolean;
}

export interface Question {
  /** Names what is kept; of the thing too: another item's reason is another text. */
  name: string;
  title: string;
  /** What will happen. */
  body?: ReadonlyArray<string>;
  fields?: readonly Field[];
  yes: string;
  danger?: boolean;
  /** A sentence where the values can't be sent; null where they can. */
  check?: (values: Values) => string | null;
  send: (values: Values) => Promise<Answer>;
}

const TEXT_MAX = 500;

export class DeskAsk extends LightElement {
  static override properties = {
    desk: { attribute: false },
    question: { state: true },
    values: { state: true },
    wrong: { state: true },
    sending: { state: true },
  };
  declare desk: Desk;
  declare question: Question | null;
  declare values: Values;
  declare wrong: string;
  declare sending: boolean;

  constructor() {
    super();
    this.question = null;
    this.values = {};
    this.wrong = '';
    this.sending = false;
  }

  protected override firstUpdated(): void {
    this.desk.addEventListener('ask', (event) => this.#open((event as CustomEvent<Question>).detail));
    this.desk.addEventListener('change', () => this.sending && this.requestUpdate());
  }

  #open(question: Question): void {
    const kept = this.#kept(question);
    this.values = Object.fromEntries(
      (question.fields ?? []).map((field) => [field.name, kept[field.name] ?? field.value ?? '']),
    );
    this.wrong = '';
    this.question = question;
    void this.updateComplete.then(() => {
      const dialog = this.#dialog();
      if (dialog && !dialog.open) dialog.showModal();
    });
  }

  #dialog(): HTMLDialogElement | null {
    return this.querySelector('dialog');
  }

  #place(question: Question): string {
    return `meclis-draft-${this.desk.line.meeting}-${question.name}`;
  }

  #kept(question: Question): Values {
    try {
      const kept: unknown = JSON.parse(keep.get(this.#place(question)) ?? '{}');
      return kept && typeof kept === 'object' ? (kept as Values) : {};
    } catch {
      return {};
    }
  }

  /** Only words are kept: a choice made for another moment is not a text. */
  #keep(question: Question, values: Values): void {
    const words = (question.fields ?? []).filter((field) => field.kind === 'text' || field.kind === 'area');
    const entries = words.map((field) => [field.name, values[field.name] ?? '']).filter(([, value]) => value !== '');
    keep.set(this.#place(question), entries.length > 0 ? JSON.stringify(Object.fromEntries(entries)) : '');
  }

  #set(name: string, value: string): void {
    this.values = { ...this.values, [name]: value };
    this.wrong = '';
    if (this.question) this.#keep(this.question, this.values);
  }

  #shown(): Field[] {
    return (this.question?.fields ?? []).filter((field) => field.when?.(this.values) ?? true);
  }

  async #send(): Promise<void> {
    const { question } = this;
    if (!question || this.sending) return;
    const values = Object.fromEntries(Object.entries(this.values).map(([name, value]) => [name, value.trim()]));
    const empty = this.#shown().find((field) => field.required && values[field.name] === '');
    this.wrong = empty ? `${empty.label}: ${this.desk.text.required}` : (question.check?.(values) ?? '');
    if (this.wrong) {
      this.querySelector<HTMLElement>(`[name="${empty?.name ?? ''}"]`)?.focus();
      return;
    }
    this.sending = true;
    const answer = await question.send(values);
    this.sending = false;
    if (answer.accepted) {
      keep.set(this.#place(question), '');
      if (this.question === question) this.#dialog()?.close();
    } else if (this.question === question && this.#dialog()?.open) {
      this.wrong = answer.message;
    } else {
      this.desk.tell(fill(this.desk.text.refused, { what: question.title, why: answer.message }), true);
    }
  }

  override render(): TemplateResult {
    const { question } = this;
    const { text, line } = this.desk;
    return html`<dialog aria-labelledby="ask-title" @close=${() => (this.question = null)}>
      ${question
        ? html`<form
            method="dialog"
            @submit=${(event: Event) => {
              event.preventDefault();
              void this.#send();
            }}
          >
            <h2 id="ask-title">${question.title}</h2>
            ${(question.body ?? []).map((line) => html`<p>${line}</p>`)}
            ${this.#shown().map((field) => this.#field(field))}
            <p class="wrong" role="alert">${this.wrong}</p>
            <div class="ask-buttons">
              <button type="button" @click=${() => this.#dialog()?.close()}>${text.cancel}</button>
              <button
                type="submit"
                class=${question.danger ? 'danger' : 'main'}
                aria-disabled=${this.sending ? 'true' : 'false'}
                data-does="yes"
              >
                ${question.yes}
              </button>
            </div>
            <p class="quiet" role="status">
              ${this.sending ? (line.status === 'open' ? text.sending : text.sendingLost) : nothing}
            </p>
          </form>`
        : nothing}
    </dialog>`;
  }

  #field(field: Field): TemplateResult {
    const id = `ask-${field.name}`;
    const value = this.values[field.name] ?? '';
    const hint = field.hint ? html`<span class="hint" id="${id}-hint">${field.hint}</span>` : nothing;
    if (field.kind === 'radio') {
      return html`<fieldset>
        <legend>${field.label}</legend>
        ${(field.options ?? []).map(
          (option) => html`<label class="pick"
            ><input
              type="radio"
              name=${field.name}
              value=${option.value}
              .checked=${live(value === option.value)}
              @change=${() => this.#set(field.name, option.value)}
            />${option.label}</label
          >`,
        )}
        ${hint}
      </fieldset>`;
    }
    if (field.kind === 'check') {
      return html`<label class="pick"
        ><input
          type="checkbox"
          name=${field.name}
          .checked=${live(value === '1')}
          @change=${(event: Event) => this.#set(field.name, (event.target as HTMLInputElement).checked ? '1' : '')}
        />${field.label}</label
      >`;
    }
    return html`<div class="field">
      <label for=${id}>${field.label}</label>
      ${this.#input(field, id, value)} ${hint}
    </div>`;
  }

  #input(field: Field, id: string, value: string): TemplateResult {
    const told = field.hint ? `${id}-hint` : nothing;
    const take = (event: Event) => this.#set(field.name, (event.target as HTMLInputElement).value);
    if (field.kind === 'select') {
      return html`<select id=${id} name=${field.name} aria-describedby=${told} @change=${take}>
        ${(field.options ?? []).map(
          (option) => html`<option value=${option.value} ?selected=${option.value === value}>${option.label}</option>`,
        )}
      </select>`;
    }
    if (field.kind === 'area') {
      return html`<textarea
        id=${id}
        name=${field.name}
        rows="3"
        maxlength=${field.max ?? TEXT_MAX}
        aria-describedby=${told}
        .value=${live(value)}
        @input=${take}
      ></textarea>`;
    }
    return html`<input
      id=${id}
      name=${field.name}
      type=${field.kind === 'number' ? 'text' : field.kind}
      inputmode=${field.kind === 'number' ? 'numeric' : nothing}
      autocomplete="off"
      maxlength=${field.kind === 'text' ? (field.max ?? 120) : nothing}
      aria-describedby=${told}
      .value=${live(value)}
      @input=${take}
    />`;
  }
}

customElements.define('meclis-desk-ask', DeskAsk);
