import { html, nothing, type TemplateResult } from 'lit';
import { type Cue, cuesCsv, cuesJson, cuesOf, cuesText, embedCode, timecode } from '../../state/cues.js';
import type { MeetingState } from '../../state/meeting.js';
import { itemOf, personOf, turnOf } from '../../state/sitting.js';
import { isLanguage } from '../../text/index.js';
import { pressTexts, type PressTexts } from '../../text/press.js';
import { LightElement } from '../light.js';
import type { MeetingLine } from '../line.js';

/** For local media: what is pasted, what is on now, and the cue sheet as it grows. */
export class PressPage extends LightElement {
  static override properties = { line: { attribute: false }, said: { state: true } };
  declare line: MeetingLine;
  declare said: string;

  constructor() {
    super();
    this.said = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.line.addEventListener('change', this.#changed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.line.removeEventListener('change', this.#changed);
  }

  #changed = (): void => this.requestUpdate();

  override render(): TemplateResult {
    const text = words();
    const { state, status, meeting } = this.line;
    if (status === 'unknown') return html`<h1>${text.unknown}</h1>`;
    if (!state) return html`<h1>${text.opening}</h1>`;
    const title = state.sitting.title ?? state.body.name ?? text.untitled;
    const address = (path: string) => new URL(path, location.href).href;
    const cues = cuesOf(state);
    return html`
      <p class="quiet">${text.title}</p>
      <h1>${title}</h1>
      <p role="status">${status === 'lost' ? text.offline : this.said}</p>
      <h2>${text.now}</h2>
      ${now(text, state)}
      <h2>${text.embed}</h2>
      <p>${text.embedHint}</p>
      ${this.#copied(text, text.embed, embedCode(address(`/embed/${meeting}`), title), false)}
      <h2>${text.stream}</h2>
      ${this.#copied(text, text.hls, address(`/hls/${meeting}/master.m3u8`))}
      ${this.#copied(text, text.whole, address(`/hls/${meeting}/master.m3u8?dvr`))}
      ${this.#copied(text, text.page, address(`/m/${meeting}`))}
      <p class="quiet">${text.pageHint}</p>
      ${this.#copied(text, text.feed, address('/feed.xml'))}
      <h2>${text.cues}</h2>
      ${cues.length === 0 ? html`<p>${text.noCues}</p>` : this.#sheet(text, cues)}
    `;
  }

  #copied(text: PressTexts, label: string, value: string, shown = true): TemplateResult {
    return html`<div class="press-copy">
      ${shown ? html`<h3>${label}</h3>` : nothing}
      <div>
        <code>${value}</code>
        <button type="button" aria-label="${text.copy}: ${label}" @click=${() => void this.#copy(value)}>${text.copy}</button>
      </div>
    </div>`;
  }

  #sheet(text: PressTexts, cues: readonly Cue[]): TemplateResult {
    const { meeting } = this.line;
    const name = (ending: string) => `${meeting}-akis.${ending}`;
    return html`<p>${text.cuesHint}</p>
      <div class="press-files">
        <button type="button" @click=${() => save(name('txt'), 'text/plain', cuesText(cues))}>${text.asText}</button>
        <button type="button" @click=${() => save(name('csv'), 'text/csv', `\uFEFF${cuesCsv(cues, this.#toUtcUs())}`)}>${text.asCsv}</button>
        <button type="button" @click=${() => save(name('json'), 'application/json', cuesJson(meeting, cues, this.#toUtcUs()))}>${text.asJson}</button>
      </div>
      <table class="press-cues">
        <thead>
          <tr><th scope="col">${text.time}</th><th scope="col">${text.item}</th><th scope="col">${text.speaker}</th></tr>
        </thead>
        <tbody>
          ${cues.map(
            (cue) => html`<tr>
              <td><a href="/m/${meeting}?t=${Math.max(0, Math.floor(cue.mediaUs / 1e6))}">${timecode(cue.mediaUs)}</a></td>
              <td>${cue.number} ${cue.item}</td>
              <td>${cue.speaker}${cue.group === '' ? nothing : html` <span class="quiet">${cue.group}</span>`}</td>
            </tr>`,
          )}
        </tbody>
      </table>`;
  }

  #toUtcUs(): number | null {
    const { mediaUs, utcUs } = this.line;
    return mediaUs === null || utcUs === null ? null : utcUs - mediaUs;
  }

  async #copy(value: string): Promise<void> {
    // The same words twice would not be read out again.
    this.said = '';
    await this.updateComplete;
    try {
      await navigator.clipboard.writeText(value);
      this.said = words().copied;
    } catch {
      // Without HTTPS, or where the reader said no.
      this.said = words().copyFailed;
    }
  }
}

function now(text: PressTexts, state: MeetingState): TemplateResult {
  if (state.sitting.closed) return html`<p class="notice">${text.closed}</p>`;
  const item = itemOf(state, state.sitting.item)?.is;
  const turn = turnOf(state);
  const person = turn && personOf(state, turn.person)?.is;
  const group = person?.organisation || person?.group;
  return html`<dl class="press-now">
    <dt>${text.item}</dt>
    <dd>${item ? `${item.number} ${item.title}` : text.noItem}</dd>
    <dt>${text.speaker}</dt>
    <dd>${person ? `${person.name}${group ? ` (${group})` : ''}` : text.noSpeaker}</dd>
  </dl>`;
}

function save(name: string, type: string, content: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  // Not at once: the browser begins to read it after the click.
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export function words(): PressTexts {
  const { lang } = document.documentElement;
  return pressTexts[isLanguage(lang) ? lang : 'tr'];
}

customElements.define('meclis-press', PressPage);
