import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { ballotOf } from '../../state/ballot.js';
import { itemOf, openVote, personOf, turnOf } from '../../state/sitting.js';
import { declined, kindOf, nameOf, type Standing, standingOf } from '../../state/speaking.js';
import { clock, fill, isLanguage } from '../../text/index.js';
import { speakTexts, type SpeakTexts } from '../../text/speak.js';
import type { FloorRequest, MeetingState } from '../../state/meeting.js';
import type { Answer } from '../../wire/events-text.js';
import type { Entry, SessionResult } from '../../wire/session.js';
import { keep } from '../browser.js';
import '../ballot.js';
import { LightElement } from '../light.js';
import type { MeetingLine } from '../line.js';
import { Awake } from './awake.js';

const TICK_MS = 250;
const LAST_MINUTE_US = 60e6;
/** A line that comes back at once is not worth a word. */
const OFFLINE_MS = 3_000;

/** The whole page of one who may have the floor: what there is to do now, and nothing else. */
export class SpeakApp extends LightElement {
  static override properties = {
    line: { attribute: false },
    turn: { state: true },
    wrong: { state: true },
    busy: { state: true },
    asking: { state: true },
  };
  declare line: MeetingLine;
  declare turn: number;
  /** What did not work, as a sentence. */
  declare wrong: string;
  declare busy: boolean;
  /** Whether it asks if one really wants to withdraw. */
  declare asking: boolean;
  #timer: number | undefined;
  #lostAt = 0;
  #was = '';
  #awake = new Awake();

  constructor() {
    super();
    this.turn = 0;
    this.wrong = '';
    this.busy = false;
    this.asking = false;
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
    this.#awake.rest();
  }

  /** Enters by a personal link or a code; says what was wrong. */
  async enter(entry: Entry): Promise<void> {
    this.busy = true;
    this.wrong = this.#refusal(await this.line.enter(entry), 'link' in entry);
    this.busy = false;
  }

  async #leave(all: boolean): Promise<void> {
    this.wrong = this.#refusal(await this.line.signOut(all), false);
  }

  #changed = (): void => {
    this.#lostAt = this.line.status === 'lost' ? this.#lostAt || performance.now() : 0;
    this.turn += 1;
  };

  /** The turn that has come is felt too, and a screen that sleeps would not show it. */
  protected override updated(_: PropertyValues): void {
    const { state } = this.line;
    const is = state ? this.#standing(state).is : '';
    if (is === this.#was) return;
    if (this.#was !== '') this.wrong = '';
    this.asking = false;
    const called = is === 'called' || (is === 'speaking' && this.#was !== 'called');
    this.#was = is;
    if (called) navigator.vibrate?.([300, 150, 300]);
    if (is === 'waiting' || is === 'called' || is === 'speaking') this.#awake.keep();
    else this.#awake.rest();
  }

  override render(): TemplateResult {
    const text = words();
    const { state, you, status } = this.line;
    if (status === 'unknown') return html`<h1>${text.unknown}</h1>`;
    if (!state || !you || (this.busy && !this.#person())) return html`<h1>${text.opening}</h1>`;
    if (!this.#person()) return this.#signIn(text, you.roles.some((role) => role !== 'viewer'));
    const late = this.#lostAt > 0 && performance.now() - this.#lostAt > OFFLINE_MS;
    const vote = openVote(state);
    const ballot = ballotOf(state, this.#person());
    const votes = ballot !== null && ballot.may && this.line.may('vote.hand_in');
    const first = votes && !ballot.handedIn && this.#standing(state).is === 'free';
    return html`
      <p class="who">${fill(text.you, { name: nameOf(state, this.#person()) })}</p>
      ${this.#opened(text, state, you.principal)}
      <div role="status">${late ? html`<p class="notice">${text.offline}</p>` : nothing}
        ${vote && !votes ? html`<p class="notice">${fill(text.vote, { subject: vote.is.subject })}</p>` : nothing}
        ${this.wrong ? html`<p class="notice wrong">${this.wrong}</p>` : nothing}</div>
      ${votes ? html`<meclis-ballot .line=${this.line} .turn=${state} .alone=${first}></meclis-ballot>` : nothing}
      ${first ? nothing : this.#now(text, state)}
      <p class="way-out"><a href=${`/m/${this.line.meeting}`}>${text.watch}</a>
        <button type="button" class="plain" @click=${() => void this.#leave(false)}>${text.leave}</button></p>
    `;
  }

  /** Whoever has had the link before could come by it too: its owner is told how often that was. */
  #opened(text: SpeakTexts, state: MeetingState, principal: string): TemplateResult | typeof nothing {
    const link = state.links.find((one) => one.is.principal === principal);
    if (!link || link.opened < 2 || !link.opened_utc_us) return nothing;
    return html`<p class="small" data-has="opened">${fill(text.linkOpened, { n: String(link.opened), time: hour(link.opened_utc_us) })}</p>`;
  }

  #now(text: SpeakTexts, state: MeetingState): TemplateResult {
    const standing = this.#standing(state);
    switch (standing.is) {
      case 'not-begun':
        return calm(text.notBegun, text.notBegunHint);
      case 'break': {
        const at = state.sitting.resumes_utc_us;
        return calm(at ? fill(text.restingUntil, { time: hour(at) }) : text.resting, text.restingHint);
      }
      case 'closed':
        return calm(text.closed, text.closedHint);
      case 'ended':
        return calm(text.ended, text.endedHint);
      case 'free':
        return this.#free(text, state, standing.listClosed);
      case 'waiting':
        return this.#waiting(text, standing);
      case 'called':
        return html`<div class="stage stage-on" role="status"><h1>${text.called}</h1><p>${text.calledHint}</p></div>`;
      case 'speaking':
        return speaking(text, standing);
    }
  }

  #free(text: SpeakTexts, state: MeetingState, listClosed: boolean): TemplateResult {
    const item = itemOf(state, state.sitting.item);
    const person = personOf(state, this.#person());
    const no = declined(state, this.#person());
    const kind = person ? kindOf(person) : 'representative';
    return html`<div class="stage">
      <h1>${item ? fill(text.item, { item: `${item.is.number ?? ''} ${item.is.title}`.trim() }) : text.noItem}</h1>
      ${no && !turnOf(state) ? html`<p class="notice">${fill(text.declined, { reason: no.reason ?? '' })}</p>` : nothing}
      ${listClosed
        ? html`<p class="big-word">${text.listClosed}</p>`
        : html`<label for="about">${text.about}</label>
            <input id="about" maxlength="190" autocomplete="off" .value=${keep.get(this.#key()) ?? ''}
              @input=${(e: Event) => keep.set(this.#key(), (e.target as HTMLInputElement).value)} />
            <button type="button" class="big" ?disabled=${this.busy} @click=${() => void this.#ask(kind, item?.seq)}>
              ${this.busy ? text.sending : text.ask}
            </button>`}
      <button type="button" class="second" ?disabled=${this.busy} @click=${() => void this.#ask('point_of_order', undefined)}>${text.askOrder}</button>
    </div>`;
  }

  #waiting(text: SpeakTexts, { ahead, waitUs, request }: Extract<Standing, { is: 'waiting' }>): TemplateResult {
    const minutes = waitUs === null ? null : Math.round(waitUs / 60e6);
    const rough =
      minutes === null ? text.waitUnknown : minutes < 2 ? text.waitSoon : fill(text.wait, { n: String(minutes) });
    return html`<div class="stage stage-wait" role="status">
        <h1>${ahead === 0 ? text.next : fill(text.waiting, { n: String(ahead + 1) })}</h1>
        <p class="big-word">${rough}</p>
        <p>${text.waitHint}</p>
        ${request.about ? html`<p class="quiet">${request.about}</p>` : nothing}
      </div>
      ${this.asking
        ? html`<div class="sure" role="group" aria-labelledby="sure">
            <p id="sure">${text.withdrawSure}</p>
            <button type="button" class="second" @click=${() => void this.#withdraw(request)}>${text.withdrawYes}</button>
            <button type="button" class="big" @click=${() => (this.asking = false)}>${text.withdrawNo}</button>
          </div>`
        : html`<button type="button" class="second" @click=${() => (this.asking = true)}>${text.withdraw}</button>`}`;
  }

  #signIn(text: SpeakTexts, known: boolean): TemplateResult {
    return html`<form class="stage" @submit=${(event: Event) => {
      event.preventDefault();
      const code = String(new FormData(event.target as HTMLFormElement).get('code') ?? '').replace(/\D/g, '');
      void this.enter({ meeting: this.line.meeting, code });
    }}>
      <h1>${text.enterTitle}</h1>
      <p>${known ? text.noSpeaker : text.enterHint}</p>
      ${this.line.others
        ? html`<p class="notice" data-has="others">${fill(text.others, { n: String(this.line.others) })}
            <button type="button" class="plain" @click=${() => void this.#leave(true)}>${text.leaveAll}</button></p>`
        : nothing}
      <label for="code">${text.code}</label>
      <input id="code" name="code" class="code" inputmode="numeric" autocomplete="one-time-code" required maxlength="7" pattern="[0-9]{3} ?[0-9]{3}" />
      <div role="alert">${this.wrong ? html`<p class="notice wrong">${this.wrong}</p>` : nothing}</div>
      <button class="big" ?disabled=${this.busy}>${this.busy ? text.entering : text.enter}</button>
    </form>`;
  }

  async #ask(kind: FloorRequest['kind'], item: number | undefined): Promise<void> {
    const about = (keep.get(this.#key()) ?? '').trim();
    this.busy = true;
    const answer = await this.line.say('floor.request', { kind, ...(item && { item }), ...(about && { about }) });
    this.busy = false;
    if (answer.accepted) keep.set(this.#key(), '');
    this.#heard(answer);
  }

  async #withdraw(request: FloorRequest): Promise<void> {
    this.asking = false;
    this.#heard(await this.line.say('floor.withdraw', { request: request.seq }));
  }

  #heard(answer: Answer): void {
    const text = words();
    this.wrong = answer.accepted ? '' : fill(text.refused, { message: answer.message || text.busy });
  }

  #refusal(result: SessionResult, byLink: boolean): string {
    const text = words();
    if (result.ok) return '';
    if (result.code === 'unreachable') return text.unreachable;
    // "You must sign in" helps nobody who is about to.
    const unknown = result.code === 'unauthorized' || result.message === '';
    const said = unknown ? (byLink ? text.linkBad : text.codeBad) : result.message;
    return result.retryAfterS ? `${said} ${fill(text.tryIn, { n: String(result.retryAfterS) })}` : said;
  }

  #standing(state: MeetingState): Standing {
    return standingOf(state, this.#person(), this.line.you?.in_hall ?? false, this.line.mediaUs ?? 0);
  }

  #person(): number {
    return this.line.may('floor.request') ? (this.line.you?.person ?? 0) : 0;
  }

  #key(): string {
    return `meclis-about-${this.line.meeting}`;
  }
}

function speaking(text: SpeakTexts, { turn, leftUs }: Extract<Standing, { is: 'speaking' }>): TemplateResult {
  const over = leftUs !== null && leftUs <= 0;
  const soon = leftUs !== null && !over && leftUs < LAST_MINUTE_US;
  const word = !turn.running ? text.stopped : over ? text.over : soon ? text.soon : text.speaking;
  return html`<div class="stage stage-on ${over ? 'stage-over' : soon ? 'stage-soon' : ''}">
    <div role="status"><h1>${word}</h1></div>
    ${leftUs === null
      ? html`<p class="big-word">${text.noLimit}</p>`
      : over
        ? html`<p class="big-word">${fill(text.overBy, { time: clock(-leftUs / 1e6) })}</p>`
        : html`<p>${text.left}</p><p class="clock" role="timer">${clock(leftUs / 1e6)}</p>`}
  </div>`;
}

function calm(title: string, hint: string): TemplateResult {
  return html`<div class="stage" role="status"><h1>${title}</h1><p>${hint}</p></div>`;
}

function hour(utcUs: number): string {
  return new Intl.DateTimeFormat(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' }).format(utcUs / 1000);
}

export function words(): SpeakTexts {
  const { lang } = document.documentElement;
  return speakTexts[isLanguage(lang) ? lang : 'tr'];
}

customElements.define('meclis-speak', SpeakApp);
