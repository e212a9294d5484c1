import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Item } from '../state/meeting.js';
import { agendaOf, beganAt, itemAt } from '../state/sitting.js';
import { clock, fill } from '../text/index.js';
import { agenda, type AgendaItem } from '../wire/api.js';
import { browserFetch, poll } from './browser.js';
import { LightElement } from './light.js';
import { meetingWords, type View } from './meeting/view.js';
import { words } from './words.js';

/** It changes rarely, and every viewer of a sitting asks. */
const EVERY_MS = 120_000;
const AGAIN_MS = 15_000;

/**
 * The agenda of the meeting: as the meeting's line tells it, with the item of the viewer's own picture
 * marked; while there is no line, as it was published.
 */
export class AgendaList extends LightElement {
  static override properties = {
    meeting: { type: String },
    language: { type: String },
    view: { attribute: false },
    items: { state: true },
    unreachable: { state: true },
  };
  declare meeting: string;
  /** Of the items' texts. */
  declare language: string;
  declare view: View | null;
  declare items: AgendaItem[] | null;
  declare unreachable: boolean;
  #end: (() => void) | null = null;

  constructor() {
    super();
    this.meeting = '';
    this.language = 'tr';
    this.view = null;
    this.items = null;
    this.unreachable = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end?.();
    this.#end = null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (this.#saying() !== null) return this.#rest();
    if (!changed.has('meeting') && this.#end !== null) return;
    this.#end?.();
    this.#end = null;
    if (this.meeting !== '' && this.isConnected) this.#end = poll(() => (this.unreachable ? AGAIN_MS : EVERY_MS), () => this.#ask());
  }

  /** The meeting's own agenda, once it has one; until then the announced one is asked for. */
  #saying(): View | null {
    return this.view !== null && agendaOf(this.view.state).length > 0 ? this.view : null;
  }

  /** The line says it all, and sooner. */
  #rest(): void {
    this.#end?.();
    this.#end = null;
    this.unreachable = false;
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
    const view = this.#saying();
    return html`
      <h2 id="agenda">${text.agendaTitle}</h2>
      <div role="status">
        ${this.unreachable ? html`<p class="notice">${text.agendaUnreachable}</p>` : nothing}
      </div>
      ${view ? this.#told(view) : this.#list()}
    `;
  }

  #told(view: View): TemplateResult {
    const items = agendaOf(view.state);
    const now = itemAt(view.state, view.mediaUs);
    return html`<ol class="agenda">
      ${items.map((item) => html`<li class=${item === now ? 'agenda-now' : ''} aria-current=${item === now ? 'true' : nothing}>
        <span class="agenda-number">${item.is.number || item.place}</span>
        <div class="agenda-title">
          <span lang=${this.language}>${item.is.title}</span>
          ${this.#about(view, item, item === now)}
        </div>
      </li>`)}
    </ol>`;
  }

  #about(view: View, item: Item, now: boolean): TemplateResult {
    const text = meetingWords();
    const at = beganAt(view.state, item.seq);
    const documents = view.state.documents.filter((one) => one.item === item.seq && !one.removed);
    const became = becameOf(view, item);
    return html`${now ? html`<strong class="agenda-state">${text.now}</strong>` : nothing}
    ${became && !now ? html`<span class="agenda-state">${became}</span>` : nothing}
    ${item.decision ? html`<span class="agenda-state">${fill(text.decision, { number: item.decision })}</span>` : nothing}
    ${at === null
      ? nothing
      : html`<button type="button" class="jump" @click=${() => view.player.seek(view.seen(at))}>
          ${fill(now ? text.goToStart : text.goTo, { time: clock(view.seen(at)) })}
        </button>`}
    ${this.#download(view, item)}
    ${documents.length === 0
      ? nothing
      : html`<ul class="documents" aria-label=${text.documents}>
          ${documents.map((one) => html`<li><a href=${safe(one.address)} rel="noopener" lang=${this.language}>${one.title}</a>${one.is_report ? ` (${text.report})` : ''}</li>`)}
        </ul>`}`;
  }

  /** What was discussed and recorded can be had as a file, as soon as the item is left. */
  #download(view: View, { seq, is }: Item): TemplateResult | typeof nothing {
    const spans = view.state.spans.filter((span) => span.item === seq && span.over);
    if (spans.length === 0 || !is.number || !view.state.broadcast.record) return nothing;
    const text = meetingWords();
    const address = (place: number) => `/api/v1/meetings/${encodeURIComponent(view.line.meeting)}/clip.mp4?item=${encodeURIComponent(is.number ?? '')}&download=1${place > 0 ? `&span=${place + 1}` : ''}`;
    return html`${spans.map(
      ({ from_media_us: from }, place) => html`<a class="jump" href=${address(place)} download data-does="download">
        ${spans.length === 1 ? text.download : fill(text.downloadPart, { time: clock(from / 1e6) })}
      </a>`,
    )}`;
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

/** What came of it, in a word. */
function becameOf(view: View, item: Item): string {
  const text = meetingWords();
  const { state } = item;
  const commission = view.state.referrals.filter((one) => one.item === item.seq).pop()?.commission;
  if (state === 'referred' && commission) return fill(text.referred, { commission });
  if (state === 'suspended') return text.suspended;
  if (state === 'carried') return text.carried;
  if (state === 'withdrawn') return text.withdrawnItem;
  if (state !== 'decided' || !item.verdict) return '';
  return { adopted: text.verdictAdopted, rejected: text.verdictRejected, noted: text.verdictNoted, returned: text.verdictReturned }[item.verdict];
}

/** What the desk wrote as an address may only lead to a page. */
function safe(address: string): string {
  try {
    const url = new URL(address, location.href);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : '#';
  } catch {
    return '#';
  }
}
