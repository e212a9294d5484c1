import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { type Meeting, meetings } from '../wire/api.js';
import { browserFetch, poll } from './browser.js';
import { LightElement } from './light.js';
import { words } from './words.js';

const EVERY_MS = 15_000;

/** Every meeting: those on air, those to come, those recorded. */
export class MeetingList extends LightElement {
  static override properties = { meetings: { state: true }, unreachable: { state: true }, body: { state: true } };
  declare meetings: Meeting[] | null;
  declare unreachable: boolean;
  /** Whose meetings are shown; '': everybody's. */
  declare body: string;
  #end: (() => void) | null = null;

  constructor() {
    super();
    this.meetings = null;
    this.unreachable = false;
    this.body = '';
  }

  /** What the server wrote into the page stays until there is something newer. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override shouldUpdate(): boolean {
    return this.meetings !== null || this.unreachable;
  }

  protected override willUpdate(): void {
    if (!this.hasUpdated) this.replaceChildren();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#end = poll(() => EVERY_MS, async () => {
      const result = await meetings(browserFetch);
      this.unreachable = !result.ok;
      // What was known stays, rather than an empty page; only its being live is no longer said.
      if (result.ok) this.meetings = result.value;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end?.();
  }

  override render(): TemplateResult {
    const text = words();
    const shown = this.meetings?.filter((item) => this.body === '' || item.body === this.body) ?? [];
    const of = (state: Meeting['state']) => shown.filter((item) => item.state === state);
    const live = of('live');
    const planned = of('idle');
    const ended = of('ended');
    return html`
      <div role="status">
        ${this.unreachable ? html`<p class="notice">${text.homeUnreachable}</p>` : nothing}
      </div>
      ${this.meetings === null
        ? nothing
        : html`
            ${this.#bodies()}
            <section aria-labelledby="live">
              <h2 id="live">${text.homeLive}</h2>
              ${live.length > 0
                ? this.#cards(live)
                : html`<p class="lead">${text.homeNoLive}</p>
                    <p>${text.homeNoLiveHint}</p>`}
            </section>
            ${planned.length > 0
              ? html`<section aria-labelledby="planned">
                  <h2 id="planned">${text.homePlanned}</h2>
                  ${this.#cards(planned)}
                </section>`
              : nothing}
            <section aria-labelledby="recorded">
              <h2 id="recorded">${text.homeRecorded}</h2>
              ${ended.length > 0 ? this.#cards(ended) : html`<p>${text.homeNoRecorded}</p>`}
            </section>
          `}
    `;
  }

  #cards(items: Meeting[]): TemplateResult {
    return html`<ul class="cards">
      ${repeat(
        items,
        (item) => item.id,
        (item) =>
          html`<li>
            <a class="card" href="/m/${item.id}">
              <span class="card-title" lang=${item.language}>${item.title}${this.#about(item)}</span>
              ${this.#badge(item)}
            </a>
          </li>`,
      )}
    </ul>`;
  }

  /** Whose meeting, and when. */
  #about({ body, startsUtcUs }: Meeting): TemplateResult | typeof nothing {
    const when = startsUtcUs === null ? '' : new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'short' }).format(startsUtcUs / 1000);
    const said = [body, when].filter((one) => one !== '').join(' · ');
    return said === '' ? nothing : html`<span class="card-about">${said}</span>`;
  }

  /** Where several bodies meet: one of them alone. */
  #bodies(): TemplateResult | typeof nothing {
    const bodies = [...new Set(this.meetings?.map((item) => item.body).filter((body) => body !== ''))];
    if (bodies.length < 2) return nothing;
    bodies.sort((a, b) => a.localeCompare(b, document.documentElement.lang));
    const text = words();
    return html`<p class="bodies">
      <label for="body">${text.homeBody}</label>
      <select id="body" @change=${(event: Event) => (this.body = (event.target as HTMLSelectElement).value)}>
        <option value="">${text.homeAllBodies}</option>
        ${bodies.map((body) => html`<option value=${body} ?selected=${body === this.body}>${body}</option>`)}
      </select>
    </p>`;
  }

  #badge(item: Meeting): TemplateResult | typeof nothing {
    const text = words();
    // Stale news must not look live.
    if (item.state === 'live' && this.unreachable) return nothing;
    return stateBadge(item.state, text);
  }
}

export function stateBadge(state: Meeting['state'], text: ReturnType<typeof words>): TemplateResult {
  const said = { live: text.stateLive, idle: text.stateIdle, ended: text.stateEnded }[state];
  return html`<span class="badge badge-${state}">${said}</span>`;
}

customElements.define('meclis-meeting-list', MeetingList);
