import { html, nothing, type TemplateResult } from 'lit';
import { bytesOf, type Draft, emptyDraft, NAME_MAX, readDraft, submission, TEXT_MAX } from '../../state/draft.js';
import { agendaOf, itemAt, itemOf } from '../../state/sitting.js';
import { fill } from '../../text/index.js';
import { keep } from '../browser.js';
import { newId } from '../line.js';
import { Panel } from './panel.js';
import { meetingWords, type View } from './view.js';

/** How much is left is said only when it is little. */
const LEFT_SAID = 300;

/** Whether a question may be sent now, by whoever looks. */
export function takesQuestions(view: View): boolean {
  const { state, asking_closed: closed } = view.state.sitting;
  return view.line.may('question.submit') && state !== 'ended' && !closed;
}

type Outcome = 'writing' | 'sending' | 'asked' | { refused: string };

/**
 * Asks a question. What is typed is kept in the browser until the server has it: through a reload, a lost
 * line, a restart. What was sent is said again by the same name until it is answered, so it counts once.
 * Sends `meclis-asked` with the question's number.
 */
class QuestionForm extends Panel {
  static override properties = { ...Panel.properties, draft: { state: true }, outcome: { state: true }, open: { state: true } };
  declare draft: Draft;
  declare outcome: Outcome;
  declare open: boolean;
  #restored = '';

  constructor() {
    super();
    this.draft = emptyDraft;
    this.outcome = 'writing';
    this.open = false;
  }

  /** Asked for from under the picture, where a telephone does not show the form. */
  readonly #come = async (): Promise<void> => {
    this.open = true;
    await this.updateComplete;
    const field = this.querySelector<HTMLTextAreaElement>('#ask-text');
    field?.scrollIntoView({ block: 'center' });
    field?.focus();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('meclis-ask', this.#come);
  }

  override disconnectedCallback(): void {
    document.removeEventListener('meclis-ask', this.#come);
    super.disconnectedCallback();
  }

  protected override willUpdate(): void {
    const meeting = this.view?.line.meeting;
    if (!meeting || this.#restored === meeting) return;
    this.#restored = meeting;
    this.draft = readDraft(keep.get(`meclis-draft-${meeting}`));
    this.open = this.draft.text !== '';
    if (this.draft.id !== '') void this.#say();
  }

  override render(): TemplateResult | typeof nothing {
    const { view } = this;
    if (!view?.line.may('question.submit') || view.state.sitting.state === 'ended') return nothing;
    const text = meetingWords();
    if (view.state.sitting.asking_closed && this.outcome === 'writing') return html`<p class="quiet">${text.askingClosed}</p>`;
    return html`<details class="ask" ?open=${this.open} @toggle=${(e: Event) => (this.open = (e.target as HTMLDetailsElement).open)}>
        <summary>${text.askTitle}</summary>
        ${this.#form(view)}
      </details>
      <div role="status">${this.#said()}</div>`;
  }

  #form(view: View): TemplateResult {
    const text = meetingWords();
    const { draft } = this;
    const sending = this.outcome === 'sending';
    const over = bytesOf(draft.text) - TEXT_MAX;
    const nameOver = bytesOf(draft.name) - NAME_MAX;
    const item = draft.item || itemAt(view.state, view.mediaUs)?.seq || 0;
    return html`<form @submit=${(e: Event) => this.#submit(e, item)}>
      <label for="ask-text">${text.askText}</label>
      <textarea id="ask-text" rows="4" required aria-describedby="ask-hint ask-length" aria-invalid=${over > 0 ? 'true' : 'false'} ?disabled=${sending}
        .value=${draft.text} @input=${(e: Event) => this.#type({ text: (e.target as HTMLTextAreaElement).value })}></textarea>
      <p class="quiet" id="ask-hint">${text.askHint}</p>
      <p id="ask-length" class=${over > 0 ? 'too-long' : 'quiet'}>
        ${over > 0 ? fill(text.askOver, { n: String(over) }) : over > -LEFT_SAID ? fill(text.askLeft, { n: String(-over) }) : nothing}
      </p>
      <label for="ask-item">${text.askItem}</label>
      <select id="ask-item" ?disabled=${sending} @change=${(e: Event) => this.#type({ item: Number((e.target as HTMLSelectElement).value) })}>
        <option value="0" ?selected=${item === 0}>${text.askGeneral}</option>
        ${agendaOf(view.state)
          .filter((one) => !one.asking_closed)
          .map((one) => html`<option value=${one.seq} ?selected=${one.seq === item} lang=${view.language}>${one.is.number} ${one.is.title}</option>`)}
      </select>
      <label for="ask-name">${text.askName}</label>
      <input id="ask-name" autocomplete="name" maxlength=${NAME_MAX} aria-describedby="ask-privacy ask-name-length" aria-invalid=${nameOver > 0 ? 'true' : 'false'} ?disabled=${sending}
        .value=${draft.name} @input=${(e: Event) => this.#type({ name: (e.target as HTMLInputElement).value })} />
      <p id="ask-name-length" class="too-long">${nameOver > 0 ? fill(text.nameOver, { n: String(nameOver) }) : nothing}</p>
      <p class="quiet" id="ask-privacy">${text.askPrivacy}</p>
      <button class="main-button" ?disabled=${sending || submission(draft) === null}>${text.send}</button>
    </form>`;
  }

  #said(): TemplateResult | typeof nothing {
    const text = meetingWords();
    if (this.outcome === 'writing') return nothing;
    if (this.outcome === 'sending') return html`<p class="quiet">${text.sending}</p>`;
    if (this.outcome === 'asked') return html`<p class="notice">${text.asked}</p>`;
    return html`<p class="notice notice-loud">${fill(text.notTaken, { message: this.outcome.refused })}</p>`;
  }

  #type(change: Partial<Draft>): void {
    this.outcome = 'writing';
    this.#keep({ ...this.draft, ...change, id: '' });
  }

  #keep(draft: Draft): void {
    this.draft = draft;
    if (this.view) keep.set(`meclis-draft-${this.view.line.meeting}`, JSON.stringify(draft));
  }

  #submit(event: Event, item: number): void {
    event.preventDefault();
    if (this.outcome === 'sending') return;
    const known = this.view && itemOf(this.view.state, item) ? item : 0;
    this.#keep({ ...this.draft, item: known, id: newId() });
    void this.#say();
  }

  async #say(): Promise<void> {
    const said = submission(this.draft);
    if (!this.view || !said) return;
    this.outcome = 'sending';
    const answer = await this.view.line.say('question.submit', said, this.draft.id);
    if (answer.accepted) {
      this.#keep({ ...emptyDraft, name: this.draft.name });
      this.outcome = 'asked';
      this.dispatchEvent(new CustomEvent('meclis-asked', { detail: answer.firstSeq, bubbles: true }));
    } else {
      this.#keep({ ...this.draft, id: '' });
      this.outcome = { refused: answer.message || meetingWords().busy };
    }
  }
}

customElements.define('meclis-question-form', QuestionForm);
