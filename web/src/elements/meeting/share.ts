import { html, nothing, type TemplateResult } from 'lit';
import type { Item } from '../../state/meeting.js';
import { itemAt } from '../../state/sitting.js';
import { fill } from '../../text/index.js';
import { Panel } from './panel.js';
import { takesQuestions } from './question-form.js';
import { meetingWords } from './view.js';

/** Under the picture: the way to the question's form, links to the moment that is shown and to the item discussed in it. */
class Share extends Panel {
  static override properties = { ...Panel.properties, said: { state: true } };
  declare said: string;

  constructor() {
    super();
    this.said = '';
  }

  override render(): TemplateResult | typeof nothing {
    const { view } = this;
    if (!view) return nothing;
    const text = meetingWords();
    const item = itemAt(view.state, view.mediaUs);
    // Not as of the picture: who watches from the beginning may read the end.
    const now = view.line.state?.sitting;
    return html`<div class="share">
      ${takesQuestions(view) ? html`<button type="button" class="main-button" @click=${() => document.dispatchEvent(new Event('meclis-ask'))}>${text.askHere}</button>` : nothing}
      <button type="button" @click=${() => this.#copy('t', String(Math.max(0, Math.floor(view.seen(view.mediaUs)))))}>${text.shareMoment}</button>
      ${item ? html`<button type="button" @click=${() => this.#copy('item', numberOf(item))}>${text.shareItem}</button>` : nothing}
      <span role="status">${this.said}</span>
      ${now?.state === 'ended' && !now.cancelled ? this.#papers() : nothing}
    </div>`;
  }

  /** What the next sitting approves: there as soon as this one is over. */
  #papers(): TemplateResult {
    const text = meetingWords();
    const at = (file: string) => `/api/v1/meetings/${this.view?.line.meeting ?? ''}/papers/${file}${document.documentElement.lang === 'en' ? '?lang=en' : ''}`;
    const others = (name: string, says: string) => html`<a href=${at(`${name}.html`)}>${says}</a>
      (${['pdf', 'odt', 'docx'].map((end, i) => html`${i > 0 ? ', ' : ''}<a href=${at(`${name}.${end}`)} download aria-label="${says}, ${end.toUpperCase()}">${end.toUpperCase()}</a>`)})`;
    return html`<p class="papers" data-has="papers">${others('minutes', text.minutes)} · ${others('decisions', text.decisions)}</p>`;
  }

  async #copy(name: 't' | 'item', value: string): Promise<void> {
    if (!this.view) return;
    const address = new URL(`/m/${this.view.line.meeting}`, location.href);
    address.searchParams.set(name, value);
    const text = meetingWords();
    this.said = ''; // said once more, the second time too
    try {
      await navigator.clipboard.writeText(address.href);
      this.said = text.shared;
    } catch {
      // Without HTTPS, or where the reader said no: to be copied by hand.
      this.said = fill(text.shareFailed, { link: address.href });
    }
  }
}

/** By which `?item=` finds it. */
function numberOf(item: Item): string {
  return item.is.number || String(item.place);
}

customElements.define('meclis-share', Share);
