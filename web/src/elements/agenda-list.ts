import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { agenda, type AgendaItem } from '../wire/api.js';
import { browserFetch, poll } from './browser.js';
import { LightElement } from './light.js';
import { words } from './words.js';

/** It changes rarely, and every viewer of a sitting asks. */
const EVERY_MS = 120_000;
const AGAIN_MS = 15_000;

/** The agenda of the meeting. */
export class AgendaList extends LightElement {
  static override properties = {
    meeting: { type: String },
    language: { type: String },
    items: { state: true },
    unreachable: { state: true },
  };
  declare meeting: string;
  /** Of the items' texts. */
  declare language: string;
  declare items: AgendaItem[] | null;
  declare unreachable: boolean;
  #end: (() => void) | null = null;

  constructor() {
    super();
    this.meeting = '';
    this.language = 'tr';
    this.items = null;
    this.unreachable = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end?.();
    this.#end = null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('meeting') && this.#end !== null) return;
    this.#end?.();
    this.#end = null;
    if (this.meeting !== '' && this.isConnected) this.#end = poll(() => (this.unreachable ? AGAIN_MS : EVERY_MS), () => this.#ask());
  }

  async #ask(): Promise<void> {
    const result = await agenda(browserFetch, this.meeting);
    // No agenda is an empty one.
    if (result.ok) this.items = result.value;
    else if (result.failure === 'unknown') this.items = [];
    this.unreachable = !result.ok && result.failure !== 'unknown';
  }

  override render(): TemplateResult {
    const text = words();
    return html`
      <h2 id="agenda">${text.agendaTitle}</h2>
      <div role="status">
        ${this.unreachable ? html`<p class="notice">${text.agendaUnreachable}</p>` : nothing}
      </div>
      ${this.#list()}
    `;
  }

  #list(): TemplateResult {
    const text = words();
    if (this.items === null) return html`<p>${this.unreachable ? nothing : text.loading}</p>`;
    if (this.items.length === 0) return html`<p>${text.agendaEmpty}</p>`;
    return html`<ol class="agenda" lang=${this.language}>
      ${this.items.map(
        (item) =>
          html`<li>
            <span class="agenda-number">${item.number}</span>
            <span class="agenda-title">${item.title}</span>
          </li>`,
      )}
    </ol>`;
  }
}

customElements.define('meclis-agenda-list', AgendaList);
