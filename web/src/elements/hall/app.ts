import { html, nothing, svg, type TemplateResult } from 'lit';
import { encode } from 'uqr';
import type { MeetingState, Person, Turn, Vote } from '../../state/meeting.js';
import { ballotOf } from '../../state/ballot.js';
import { voteOn } from '../../state/screen.js';
import { votedText } from '../../text/ballot.js';
import { ballotWords } from '../ballot-words.js';
import { itemOf, leftOf, personOf, queueOf, turnOf } from '../../state/sitting.js';
import { rowsOf } from '../../state/tally.js';
import { clock, fill, isLanguage } from '../../text/index.js';
import { hallTexts, type HallTexts } from '../../text/hall.js';
import { LightElement } from '../light.js';
import type { MeetingLine } from '../line.js';

const TICK_MS = 250;
/** Names that the last row can still read. */
const QUEUE_SHOWN = 5;
const LAST_MINUTE_US = 60e6;
/** A screen that says nothing of a line that is gone shows old news as if they were new. */
const OFFLINE_MS = 3_000;

/** The chamber's big screen: no controls, nothing that scrolls. */
export class HallScreen extends LightElement {
  static override properties = { line: { attribute: false }, turn: { state: true } };
  declare line: MeetingLine;
  declare turn: number;
  #timer: number | undefined;
  #lostAt = 0;
  #code: TemplateResult | null = null;

  constructor() {
    super();
    this.turn = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.line.addEventListener('change', this.#changed);
    this.#timer = window.setInterval(() => (this.turn += 1), TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.line.removeEventListener('change', this.#changed);
    window.clearInterval(this.#timer);
  }

  #changed = (): void => {
    this.#lostAt = this.line.status === 'lost' ? this.#lostAt || performance.now() : 0;
    this.turn += 1;
  };

  override render(): TemplateResult {
    const text = words();
    const { state, status } = this.line;
    if (status === 'unknown') return html`<h1>${text.unknown}</h1>`;
    if (!state) return html`<h1>${text.opening}</h1>`;
    const mediaUs = this.line.mediaUs ?? 0;
    const late = this.#lostAt > 0 && performance.now() - this.#lostAt > OFFLINE_MS;
    const notices = state.notices.filter((notice) => !notice.cleared);
    return html`
      <header class="hall-head">
        <p class="hall-title">${state.sitting.title ?? state.body.name ?? ''}</p>
        ${late ? html`<p class="hall-late">${text.offline}</p>` : nothing}
      </header>
      ${this.#stage(text, state, mediaUs)}
      <footer class="hall-foot">
        <p class="hall-notice">${notices[notices.length - 1]?.text ?? ''}</p>
        <p class="hall-watch">${text.watch}</p>
        ${(this.#code ??= this.#qr())}
      </footer>
    `;
  }

  #stage(text: HallTexts, state: MeetingState, mediaUs: number): TemplateResult {
    const word = resting(text, state);
    if (word !== null) return html`<div class="hall-stage hall-alone"><h1>${word}</h1></div>`;
    const vote = voteOn(state, mediaUs);
    if (vote) return voted(text, state, vote);
    const item = itemOf(state, state.sitting.item);
    const turn = turnOf(state);
    const queue = queueOf(state);
    return html`<div class="hall-stage">
      <h1 class="hall-item">${item ? html`<span class="hall-number">${item.is.number}</span> ${item.is.title}` : text.noItem}</h1>
      ${turn ? speaker(text, personOf(state, turn.person), turn, mediaUs) : nothing}
      ${queue.length === 0
        ? nothing
        : html`<section class="hall-queue" aria-labelledby="queue">
            <h2 id="queue">${text.queue}</h2>
            <ol>
              ${queue.slice(0, QUEUE_SHOWN).map((request) => html`<li>${personOf(state, request.person)?.is.name ?? '—'}</li>`)}
            </ol>
            ${queue.length > QUEUE_SHOWN ? html`<p>${fill(text.more, { n: String(queue.length - QUEUE_SHOWN) })}</p>` : nothing}
          </section>`}
    </div>`;
  }

  #qr(): TemplateResult {
    const address = new URL(`/m/${this.line.meeting}`, location.href).href;
    const { data, size } = encode(address, { ecc: 'M', border: 2 });
    const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : []))).join('');
    return html`<svg class="hall-code" viewBox="0 0 ${size} ${size}" role="img" aria-label=${address} data-address=${address}>
      ${svg`<rect width=${size} height=${size} fill="#fff"></rect><path d=${path} fill="#000"></path>`}
    </svg>`;
  }
}

/** What there is to say while nothing is being discussed here; null while something is. */
function resting(text: HallTexts, { sitting }: MeetingState): string | null {
  const hour = (us: number) =>
    new Intl.DateTimeFormat(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' }).format(us / 1000);
  if (sitting.closed) return text.closed;
  switch (sitting.state) {
    case 'draft':
    case 'announced':
      return sitting.starts_utc_us ? fill(text.startsAt, { time: hour(sitting.starts_utc_us) }) : text.notBegun;
    case 'break':
      return sitting.resumes_utc_us ? fill(text.resumes, { time: hour(sitting.resumes_utc_us) }) : text.resting;
    case 'ended':
      return text.ended;
    default:
      return null;
  }
}

function speaker(text: HallTexts, person: Person | null, turn: Turn, mediaUs: number): TemplateResult {
  const left = leftOf(turn, mediaUs);
  const over = left !== null && left <= 0;
  const soon = left !== null && !over && left < LAST_MINUTE_US;
  const group = person?.is.organisation || person?.is.group;
  return html`<section class="hall-speaker" aria-labelledby="speaker">
    <h2 class="unseen" id="speaker">${text.speaks}</h2>
    <div class="hall-who">
      <p class="hall-name">${person?.is.name ?? '—'}</p>
      ${group ? html`<p class="hall-group">${group}</p>` : nothing}
      ${turn.started ? nothing : html`<p class="hall-group">${text.called}</p>`}
    </div>
    ${left === null || !turn.started
      ? nothing
      : html`<p class="hall-clock ${over ? 'hall-over' : soon ? 'hall-soon' : ''}">
          ${over ? fill(text.over, { time: clock(-left / 1e6) }) : clock(left / 1e6)}
          ${turn.running ? nothing : html`<span class="hall-stopped">${text.stopped}</span>`}
        </p>`}
  </section>`;
}

function voted(text: HallTexts, state: MeetingState, vote: Vote): TemplateResult {
  const ballot = ballotOf(state, 0);
  const word =
    vote.state === 'open'
      ? text.voteOpen
      : vote.state === 'tied'
        ? text.voteTied
        : vote.result.outcome === 'adopted'
          ? text.adopted
          : text.rejected;
  const sides = { in_favour: text.inFavour, against: text.against, abstain: text.abstain, invalid: text.invalid };
  const { needed, decision } = vote.result;
  return html`<div class="hall-stage hall-vote">
    <h1 class="hall-item">${vote.is.subject}</h1>
    <p class="hall-outcome">${word}</p>
    ${ballot ? html`<p class="hall-outcome">${votedText(ballotWords(), ballot.voted, ballot.all)}</p>` : nothing}
    <table>
      <tbody>
        ${rowsOf(vote).map((row) => html`<tr><th scope="row">${sides[row.side]}</th><td>${row.count}</td></tr>`)}
      </tbody>
    </table>
    ${vote.state === 'decided' && needed
      ? html`<p>${fill(text.needed, { needed: String(needed) })}${decision ? ` · ${decision}` : ''}</p>`
      : nothing}
  </div>`;
}

export function words(): HallTexts {
  const { lang } = document.documentElement;
  return hallTexts[isLanguage(lang) ? lang : 'tr'];
}

customElements.define('meclis-hall', HallScreen);
