import { html, type TemplateResult } from 'lit';
import { KEYS } from '../../state/desk-keys.js';
import type { MeetingState } from '../../state/meeting.js';
import type { DeskTexts } from '../../text/desk.js';
import { keep } from '../browser.js';
import { DeskPanel, said } from './panel.js';

const KEPT = 'meclis-desk-keys';

/** Single letters do something unless switched off here (WCAG 2.1.4). */
export function keysOn(): boolean {
  return keep.get(KEPT) !== '0';
}

/** The list of keys, on demand. */
export class DeskKeys extends DeskPanel {
  protected override firstUpdated(): void {
    this.desk.addEventListener('keys', () => this.#open());
  }

  #open(): void {
    const dialog = this.querySelector('dialog');
    if (dialog && !dialog.open) dialog.showModal();
  }

  protected draw(_state: MeetingState, text: DeskTexts): TemplateResult {
    return html`<dialog aria-labelledby="keys-title">
      <form method="dialog">
        <h2 id="keys-title">${text.keys}</h2>
        <ul class="key-list">
          ${KEYS.map(({ key, does }) => html`<li><kbd>${key}</kbd> ${said(text, 'key_', does)}</li>`)}
        </ul>
        <p class="quiet small">${text.keysHint}</p>
        <label class="pick"
          ><input
            type="checkbox"
            .checked=${keysOn()}
            @change=${(event: Event) => keep.set(KEPT, (event.target as HTMLInputElement).checked ? '1' : '0')}
          />${text.keysSwitch}</label
        >
        <div class="ask-buttons"><button type="submit" class="main">${text.dismiss}</button></div>
      </form>
    </dialog>`;
  }
}

customElements.define('meclis-desk-keys', DeskKeys);
