/** What all parts of a desk have: the desk, and that they are drawn anew when it changes. */

import { html, nothing, type TemplateResult } from 'lit';
import type { MeetingState } from '../../state/meeting.js';
import type { DeskText, DeskTexts } from '../../text/desk.js';
import type { CommandName } from '../../wire/events-text.js';
import { LightElement } from '../light.js';
import type { Desk } from './desk.js';

export abstract class DeskPanel extends LightElement {
  static override properties = { desk: { attribute: false } };
  declare desk: Desk;
  #listens: Desk | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#listen();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#listens?.removeEventListener('change', this.#changed);
    this.#listens = null;
  }

  protected override willUpdate(): void {
    this.#listen();
  }

  protected override render(): TemplateResult | typeof nothing {
    const state = this.desk?.state;
    return state ? this.draw(state, this.desk.text) : nothing;
  }

  protected abstract draw(state: MeetingState, text: DeskTexts): TemplateResult | typeof nothing;

  /**
   * A button of a command: shown where one may ever say it, pressed where it would be taken now. Never
   * `disabled`: the focus of whoever uses a keyboard would be lost with it.
   */
  protected button(name: CommandName, label: string, press: () => void, more: ButtonMore = {}): TemplateResult | typeof nothing {
    if (!this.desk.may(name)) return nothing;
    const can = this.desk.can(name) && more.can !== false;
    const waits = more.what !== undefined && this.desk.isWaiting(name, more.what);
    return html`<button
      type="button"
      class=${more.kind ?? ''}
      data-does=${name}
      aria-disabled=${can && !waits ? 'false' : 'true'}
      aria-busy=${waits ? 'true' : 'false'}
      aria-label=${more.label ?? nothing}
      aria-pressed=${more.pressed === undefined ? nothing : String(more.pressed)}
      title=${more.title ?? nothing}
      @click=${() => {
        if (can && !waits) press();
      }}
    >
      ${label}
    </button>`;
  }

  #listen(): void {
    if (this.#listens === this.desk || !this.desk || !this.isConnected) return;
    this.#listens?.removeEventListener('change', this.#changed);
    this.#listens = this.desk;
    this.desk.addEventListener('change', this.#changed);
  }

  #changed = (): void => this.requestUpdate();
}

export interface ButtonMore {
  kind?: string;
  /** Else only what the state allows counts. */
  can?: boolean;
  /** As the command is told: while that one waits the button does. */
  what?: string;
  /** For ears, where the label alone says too little. */
  label?: string;
  pressed?: boolean;
  title?: string;
}

/** A text whose key is made of a value: `said(text, 'item_', item.state)`. */
export function said(text: DeskTexts, prefix: string, value: string): string {
  const key = `${prefix}${value}`;
  return key in text ? text[key as DeskText] : value;
}
