import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { MeetingState } from '../../state/meeting.js';
import type { DeskTexts } from '../../text/desk.js';
import { fill } from '../../text/index.js';
import { type Health, health, type Sources, sources } from '../../wire/desk-api.js';
import { browserFetch, browserFetchOwn, poll } from '../browser.js';
import type { MeclisPlayer } from '../player/player.js';
import { askRecordStop, askStop } from './asks.js';
import { DeskPanel, said } from './panel.js';

const POLL_MS = 5_000;
/** What was last heard is told as long as this; then it is not known. */
const FRESH_MS = 20_000;

/** The programme as viewers see it, and how it does: sources, recording, viewers. */
export class DeskProgramme extends DeskPanel {
  static override properties = { ...DeskPanel.properties, health: { state: true }, sources: { state: true } };
  declare health: Health | null;
  declare sources: Sources | null;
  #player: MeclisPlayer | null = null;
  #end: (() => void) | null = null;
  #heardAt = 0;

  constructor() {
    super();
    this.health = null;
    this.sources = null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end?.();
    this.#end = null;
  }

  protected override firstUpdated(): void {
    this.#end = poll(() => POLL_MS, () => this.#ask());
  }

  async #ask(): Promise<void> {
    const { meeting } = this.desk.line;
    const told = await health(browserFetch, meeting);
    if (told) {
      this.health = told;
      this.#heardAt = performance.now();
    } else if (performance.now() - this.#heardAt > FRESH_MS) {
      this.health = null;
    }
    this.sources = this.desk.may('source.select') ? await sources(browserFetchOwn, meeting) : null;
  }

  #theirs(): MeclisPlayer {
    if (!this.#player) {
      this.#player = document.createElement('meclis-player') as MeclisPlayer;
      this.#player.srcMeeting = this.desk.line.meeting;
      this.#player.autoplay = true;
      this.#player.toggleAttribute('bare', true);
      this.#player.video.muted = true;
    }
    return this.#player;
  }

  protected draw(state: MeetingState, text: DeskTexts): TemplateResult {
    const { broadcast } = state;
    return html`
      <h2 class="hidden">${text.programme}</h2>
      <div class="programme">
        <div class="picture">${this.#theirs()}</div>
        <div class="health">
          <p class="row">
            <span class="tag ${broadcast.on_air ? 'live' : ''}">${broadcast.on_air ? text.onAir : text.offAir}</span>
            ${this.health
              ? html`<span class="tag ${this.#recordingWarns() ? 'warn' : ''}">${said(text, 'recording_', this.health.recording)}</span>
                  <span class="small">${fill(text.viewers, { n: String(this.health.viewers) })}</span>`
              : html`<span class="tag warn">${text.healthStale}</span>`}
          </p>
          ${this.#source(state, text)}${this.#layout(state, text)}
          <div role="status">${this.#instead(state, text)}</div>
          <div class="row">${this.#switches(state, text)}</div>
        </div>
      </div>
    `;
  }

  #recordingWarns(): boolean {
    const told = this.health;
    if (!told) return false;
    return told.recording === 'full' || told.recording === 'failed' || (told.live && told.recordingWanted && told.recording === 'off');
  }

  #source(state: MeetingState, text: DeskTexts): TemplateResult | typeof nothing {
    if (!this.sources || !this.desk.may('source.select')) return nothing;
    const selected = state.broadcast.source ?? '';
    const wrong = this.sources.sources.filter((one) => one.reason !== '' && one.state !== 'live');
    return html`<select
          class="source"
          aria-label=${text.source}
          title=${text.source}
          @change=${(event: Event) => {
            const source = (event.target as HTMLSelectElement).value;
            this.desk.press('source.select', source ? { source } : {}, `${text.source}: ${source || text.sourceAuto}`);
          }}
        >
          <option value="" ?selected=${selected === ''}>${text.source}: ${text.sourceAuto}</option>
          ${this.sources.sources.map(
            (one) =>
              html`<option value=${one.id} ?selected=${selected === one.id}>
                ${one.id} · ${one.onAir ? text.sourceOnAir : said(text, 'source_', one.state)}
              </option>`,
          )}
        </select>
      ${wrong.map((one) => html`<p class="small clip" title=${one.reason}><strong>${one.id}</strong>: ${one.reason}</p>`)}`;
  }

  /** Of two sources, where there are two and the server can. */
  #layout({ broadcast }: MeetingState, text: DeskTexts): TemplateResult | typeof nothing {
    if (!this.sources?.layouts || this.sources.sources.length < 2 || !broadcast.on_air || !this.desk.may('programme.layout')) return nothing;
    const layout = broadcast.layout ?? '';
    const names: ReadonlyArray<[string, string]> = [
      ['', text.layoutFull],
      ['side_by_side', text.layoutSideBySide],
      ['picture_in_picture', text.layoutPictureInPicture],
    ];
    return html`<select
      class="source"
      data-does="programme.layout"
      aria-label=${text.layout}
      title=${text.layoutWhat}
      @change=${(event: Event) => {
        const chosen = (event.target as HTMLSelectElement).value;
        const name = names.find(([value]) => value === chosen)?.[1] ?? '';
        this.desk.press('programme.layout', chosen ? { layout: chosen } : {}, `${text.layout}: ${name}`);
      }}
    >
      ${names.map(([value, name]) => html`<option value=${value} .selected=${live(layout === value)}>${text.layout}: ${name}</option>`)}
    </select>`;
  }

  #switches(state: MeetingState, text: DeskTexts): TemplateResult {
    const { on_air: onAir, record } = state.broadcast;
    const { desk } = this;
    return html`
      ${onAir
        ? this.button('broadcast.stop', text.stop, () => askStop(desk, text))
        : this.button('broadcast.start', text.start, () => desk.press('broadcast.start', { record: true }, text.start), { kind: 'main', what: text.start })}
      ${record
        ? this.button('recording.request', text.recordStop, () => askRecordStop(desk, text), { can: onAir })
        : this.button('recording.request', text.record, () => desk.press('recording.request', { on: true }, text.record), { can: onAir })}
      ${this.#wishes(state, text)}
    `;
  }

  /** What viewers get instead of what is on air: their own switch each, whose words are what a press does. */
  #wishes(state: MeetingState, text: DeskTexts): TemplateResult {
    const { on_air: can, muted, slate } = state.broadcast;
    const back = muted ? text.slateEndMutedWhat : text.slateEndWhat;
    const mute = muted ? text.muteEnd : text.mute;
    const cover = slate ? text.slateEnd : text.slate;
    return html`
      ${this.button('programme.mute', mute, () => this.desk.press('programme.mute', { on: !muted }, mute), { can, what: mute, title: muted ? text.muteEndWhat : text.muteWhat })}
      ${this.button('programme.slate', cover, () => this.desk.press('programme.slate', { on: !slate }, cover), { can, what: cover, title: slate ? back : text.slateWhat })}
    `;
  }

  #instead({ broadcast }: MeetingState, text: DeskTexts): TemplateResult | typeof nothing {
    const { on_air: onAir, muted, slate } = broadcast;
    if (!onAir || (!muted && !slate)) return nothing;
    return html`<p class="instead">${slate ? text.slated : text.muted}</p>`;
  }
}

customElements.define('meclis-desk-programme', DeskProgramme);
