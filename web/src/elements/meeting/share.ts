import { html, nothing, type TemplateResult } from 'lit';
import { fill } from '../../text/index.js';
import { Panel } from './panel.js';
import { meetingWords } from './view.js';

/** A link to the moment that is shown. */
class Share extends Panel {
  static override properties = { ...Panel.properties, said: { state: true } };
  declare said: string;

  constructor() {
    super();
    this.said = '';
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.view) return nothing;
    return html`<div class="share">
      <button type="button" @click=${() => void this.#copy()}>${meetingWords().shareMoment}</button>
      <span role="status">${this.said}</span>
    </div>`;
  }

  async #copy(): Promise<void> {
    const { view } = this;
    if (!view) return;
    const address = new URL(`/m/${view.line.meeting}`, location.href);
    address.searchParams.set('t', String(Math.max(0, Math.floor(view.mediaUs / 1e6))));
    const text = meetingWords();
    try {
      await navigator.clipboard.writeText(address.href);
      this.said = text.shared;
    } catch {
      // Without HTTPS, or where the reader said no: to be copied by hand.
      this.said = fill(text.shareFailed, { link: address.href });
    }
  }
}

customElements.define('meclis-share', Share);
