import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { LightElement } from '../light.js';

export interface PersonRow {
  seq: number;
  name: string;
  beside: string;
  /** Empty: not said yet. */
  value: string;
}

export interface PersonChoice {
  value: string;
  label: string;
  /** In the list this letter says it of whom the focus is on, and goes on to the next. */
  key: string;
}

/**
 * Names with one press for each: by the mouse a button, by keyboard a letter. Event `choose`:
 * { person, value }.
 */
export class DeskPeople extends LightElement {
  static override properties = {
    rows: { attribute: false },
    choices: { attribute: false },
    label: { type: String },
    able: { type: Boolean },
    at: { state: true },
  };
  declare rows: readonly PersonRow[];
  declare choices: readonly PersonChoice[];
  declare label: string;
  declare able: boolean;
  /** Whose row the keyboard is on, by number. */
  declare at: number;

  constructor() {
    super();
    this.rows = [];
    this.choices = [];
    this.label = '';
    this.able = false;
    this.at = 0;
  }

  #place(): number {
    const place = this.rows.findIndex((row) => row.seq === this.at);
    return place >= 0 ? place : Math.max(0, this.rows.findIndex((row) => row.value === ''));
  }

  #goTo(place: number): void {
    const row = this.rows[Math.min(Math.max(place, 0), this.rows.length - 1)];
    if (!row) return;
    this.at = row.seq;
    void this.updateComplete.then(() => {
      const here = this.querySelector<HTMLElement>('[data-at]');
      here?.focus();
      here?.scrollIntoView({ block: 'nearest' });
    });
  }

  #choose(row: PersonRow, value: string): void {
    if (!this.able) return;
    this.dispatchEvent(new CustomEvent('choose', { detail: { person: row.seq, value } }));
  }

  #key(event: KeyboardEvent): void {
    const place = this.#place();
    const row = this.rows[place];
    const go: Record<string, number> = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: this.rows.length - 1 };
    const to = go[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (to !== undefined) {
      event.preventDefault();
      return this.#goTo(to);
    }
    const choice = this.choices.find((one) => one.key === event.key.toUpperCase());
    if (!choice || !row) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat) return;
    this.#choose(row, choice.value);
    this.#goTo(place + 1);
  }

  override render(): TemplateResult {
    const here = this.#place();
    return html`<ul class="people scroll" aria-label=${this.label} @keydown=${(event: KeyboardEvent) => this.#key(event)}>
      ${repeat(this.rows, (row) => row.seq, (row, place) => this.#row(row, place === here))}
    </ul>`;
  }

  #row(row: PersonRow, here: boolean): TemplateResult {
    const said = this.choices.find((choice) => choice.value === row.value);
    return html`<li class=${row.value === '' ? 'silent' : ''}>
      <div
        class="person"
        role="group"
        tabindex=${here ? '0' : '-1'}
        ?data-at=${here}
        aria-label="${row.name}, ${said?.label ?? '—'}"
        @focus=${() => (this.at = row.seq)}
      >
        <span class="name lines" title=${row.name}>${row.name}${row.beside ? html` <span class="quiet small">${row.beside}</span>` : nothing}</span>
        <span class="choices">
          ${this.choices.map(
            (choice) => html`<button
              type="button"
              class="choice ${choice.value}"
              tabindex="-1"
              aria-pressed=${String(choice.value === row.value)}
              aria-disabled=${String(!this.able)}
              aria-label="${row.name}: ${choice.label}"
              title="${choice.label} (${choice.key})"
              @click=${() => this.#choose(row, choice.value)}
            >
              ${choice.key}
            </button>`,
          )}
        </span>
      </div>
    </li>`;
  }
}

customElements.define('meclis-desk-people', DeskPeople);
