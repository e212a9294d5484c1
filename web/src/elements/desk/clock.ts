import { html, nothing, type TemplateResult } from 'lit';
import { extendable } from '../../state/desk-floor.js';
import { turnClock, urgency } from '../../state/desk-time.js';
import type { MeetingState, Turn } from '../../state/meeting.js';
import { itemOf, leftOf, personOf, turnOf } from '../../state/sitting.js';
import type { DeskTexts } from '../../text/desk.js';
import { clock, fill } from '../../text/index.js';
import { besides, itemName, personName } from './asks.js';
import type { Desk } from './desk.js';
import { DeskPanel, said } from './panel.js';

/** Often enough that no second is skipped. */
const TICK_MS = 200;

/** Who has the floor, and the clock: the server's. */
export class DeskClock extends DeskPanel {
  #timer: number | undefined;
  /** What was last known, for when the line is gone. */
  #mediaUs: number | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = window.setInterval(() => this.#tick(), TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.#timer);
  }

  #tick(): void {
    const { state } = this.desk;
    if (state && turnOf(state)?.running && this.desk.line.mediaUs !== null) this.requestUpdate();
  }

  protected draw(state: MeetingState, text: DeskTexts): TemplateResult {
    const turn = turnOf(state);
    this.#mediaUs = this.desk.line.mediaUs ?? this.#mediaUs;
    return html`<h2 class="hidden">${text.speaking}</h2>
      ${turn ? this.#speaking(state, turn, text) : html`<p class="quiet big-empty">${text.nobodySpeaks}</p>`}`;
  }

  #speaking(state: MeetingState, turn: Turn, text: DeskTexts): TemplateResult {
    const person = personOf(state, turn.person);
    const left = leftOf(turn, this.#mediaUs ?? turn.since_media_us ?? 0);
    const item = itemOf(state, turn.item);
    const used = turn.allotted_us - (left ?? 0);
    const how = urgency(left);
    return html`
      <div class="speaker">
        <p class="speaker-name" aria-live="polite">${person?.is.name ?? '?'}</p>
        <p class="quiet clip">
          ${[said(text, 'kind_', turn.kind), besides(person), item ? itemName(item) : ''].filter(Boolean).join(' · ')}
        </p>
      </div>
      <div class="time ${how}${turn.running ? '' : ' stopped'}">
        <p class="digits" role="timer" aria-label=${text.left}>${left === null ? text.noEnd : turnClock(left)}</p>
        <p class="small">
          ${turn.running ? nothing : html`<strong>${text.stopped}</strong> · `}${how === 'over' ? html`<strong>${text.overTime}</strong> · ` : nothing}${left === null
            ? nothing
            : fill(text.ofTime, { used: clock(used / 1e6), all: clock(turn.allotted_us / 1e6) })}
          ${turn.warnings > 0 ? html` · ${fill(text.warned, { n: String(turn.warnings) })}` : nothing}
        </p>
      </div>
      <div class="row clock-buttons">
        ${turn.running
          ? this.button('floor.pause', text.pauseClock, () => startOrPause(this.desk), { what: text.pauseClock })
          : this.button('floor.start', text.startClock, () => startOrPause(this.desk), { what: text.startClock, kind: 'main' })}
        ${this.button('floor.extend', text.minute, () => addMinute(this.desk), { can: extendable(turn) })}
        ${this.button('floor.warn', text.warn, () => warn(this.desk))}
        ${this.button('floor.end', text.endTurn, () => endTurn(this.desk), { what: text.endTurn, kind: how === 'over' ? 'main' : '' })}
      </div>
    `;
  }
}

function onTurn(desk: Desk): { state: MeetingState; turn: Turn } | null {
  const { state } = desk;
  const turn = state && turnOf(state);
  return state && turn ? { state, turn } : null;
}

export function startOrPause(desk: Desk): void {
  const on = onTurn(desk);
  if (!on || desk.isWaiting('floor.start') || desk.isWaiting('floor.pause')) return;
  const { seq: turn, running } = on.turn;
  if (running && desk.can('floor.pause')) desk.press('floor.pause', { turn }, desk.text.pauseClock);
  else if (!running && desk.can('floor.start')) desk.press('floor.start', { turn }, desk.text.startClock);
}

export function addMinute(desk: Desk): void {
  const on = onTurn(desk);
  if (on && extendable(on.turn) && desk.can('floor.extend')) {
    desk.press('floor.extend', { turn: on.turn.seq, seconds: 60 }, desk.text.minute);
  }
}

export function warn(desk: Desk): void {
  const on = onTurn(desk);
  if (on && desk.can('floor.warn')) desk.press('floor.warn', { turn: on.turn.seq }, desk.text.warn);
}

export function endTurn(desk: Desk): void {
  const on = onTurn(desk);
  if (!on || !desk.can('floor.end') || desk.isWaiting('floor.end')) return;
  desk.press('floor.end', { turn: on.turn.seq }, `${desk.text.endTurn}: ${personName(on.state, on.turn.person)}`);
}

customElements.define('meclis-desk-clock', DeskClock);
