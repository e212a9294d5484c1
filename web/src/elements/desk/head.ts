import { html, nothing, type TemplateResult } from 'lit';
import { hourMinute, hourMinuteSecond } from '../../state/desk-time.js';
import type { MeetingState } from '../../state/meeting.js';
import { chairOf } from '../../state/sitting.js';
import type { DeskTexts } from '../../text/desk.js';
import { fill } from '../../text/index.js';
import { askClosePart, askEnd, askHandChair, askOpenPart, askPause } from './asks.js';
import type { Desk } from './desk.js';
import { DeskPanel, said } from './panel.js';

const TICK_MS = 500;
const ROLES = ['chair', 'clerk', 'moderator', 'producer', 'administrator'] as const;

/** The sitting itself: what it is, who presides, the server's time; open, break, closed part, end. */
export class DeskHead extends DeskPanel {
  #timer: number | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = window.setInterval(() => this.#showTime(), TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.#timer);
  }

  /** Straight into its place: the rest of the head does not change each second. */
  #showTime(): void {
    const place = this.querySelector('.server-time');
    const utcUs = this.desk?.line.utcUs ?? null;
    if (place) place.textContent = utcUs === null ? '––:––:––' : hourMinuteSecond(utcUs / 1000);
  }

  protected override updated(): void {
    this.#showTime();
  }

  protected draw(state: MeetingState, text: DeskTexts): TemplateResult {
    const { sitting } = state;
    const chair = chairOf(state);
    const roles = ROLES.filter((role) => this.desk.line.you?.roles.includes(role));
    return html`
      <div class="who-what">
        <h1 class="clip" title=${sitting.title ?? text.title}>${sitting.title ?? text.title}</h1>
        <p class="quiet small clip">
          ${[chair ? fill(text.presides, { name: chair.is.name }) : '', roles.map((role) => said(text, 'role_', role)).join(', ')]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      <p class="sitting-state ${sitting.state}" role="status">
        <strong>${said(text, 'state_', sitting.state)}</strong>
        ${sitting.state === 'break' && sitting.resumes_utc_us
          ? html`<span class="small">${fill(text.until, { time: hourMinute(sitting.resumes_utc_us / 1000) })}</span>`
          : nothing}
      </p>
      <div class="row sitting-buttons">${this.#buttons(state, text)}</div>
      <span class="server-time" aria-hidden="true"></span>
      ${this.#mine(text)}
    `;
  }

  #buttons(state: MeetingState, text: DeskTexts): TemplateResult {
    const { state: now } = state.sitting;
    const { desk } = this;
    const go = (name: 'sitting.announce' | 'sitting.open' | 'sitting.resume', label: string) =>
      desk.can(name) ? this.button(name, label, () => desk.press(name, {}, label), { kind: 'main', what: label }) : nothing;
    return html`
      ${go('sitting.announce', text.announce)} ${go('sitting.open', text.open)} ${go('sitting.resume', text.resume)}
      ${desk.can('sitting.pause')
        ? this.button('sitting.pause', now === 'break' ? text.pauseAgain : text.pause, () => askPause(desk, text))
        : nothing}
      ${now === 'closed'
        ? this.button('part.open', text.openPart, () => askOpenPart(desk, text), { kind: 'main' })
        : desk.can('part.close')
          ? this.button('part.close', text.closePart, () => askClosePart(desk, state, text))
          : nothing}
      ${desk.can('chair.hand') ? this.button('chair.hand', text.handChair, () => askHandChair(desk, state, text), { title: text.handTitle }) : nothing}
      ${desk.can('sitting.end') ? this.button('sitting.end', text.end, () => askEnd(desk, state, text), { kind: 'danger' }) : nothing}
    `;
  }

  #mine(text: DeskTexts): TemplateResult {
    const other = document.documentElement.lang === 'tr' ? 'en' : 'tr';
    return html`<div class="row mine">
      <label class="pick" title=${text.inHallHint}
        ><input
          type="checkbox"
          .checked=${this.desk.inHall}
          @change=${(event: Event) => (this.desk.inHall = (event.target as HTMLInputElement).checked)}
        />${text.inHall}</label
      >
      <button type="button" aria-label=${text.keys} title=${text.keys} data-does="keys" @click=${() => this.#keys()}>?</button>
      <a href="?lang=${other}" hreflang=${other} lang=${other}>${other === 'tr' ? 'Türkçe' : 'English'}</a>
      <button type="button" data-does="sign-out" @click=${() => void signOut(this.desk)}>${text.signOut}</button>
    </div>`;
  }

  #keys(): void {
    this.desk.dispatchEvent(new Event('keys'));
  }
}

export async function signOut(desk: Desk, all = false): Promise<void> {
  const result = await desk.line.signOut(all);
  if (!result.ok) desk.tell(result.message || desk.text.unreachable, true);
}

/** The break's key: asks for one, or ends it. */
export function pauseOrResume(desk: Desk): void {
  if (desk.can('sitting.resume')) {
    if (!desk.isWaiting('sitting.resume')) desk.press('sitting.resume', {}, desk.text.resume);
  } else if (desk.can('sitting.pause')) {
    askPause(desk, desk.text);
  }
}

customElements.define('meclis-desk-head', DeskHead);
