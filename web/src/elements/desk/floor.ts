import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { moved } from '../../state/desk-floor.js';
import type { FloorRequest, MeetingState } from '../../state/meeting.js';
import { personOf, queueOf, turnOf } from '../../state/sitting.js';
import type { DeskTexts } from '../../text/desk.js';
import { fill } from '../../text/index.js';
import { askDeclineFloor, askFloor, besides, personName } from './asks.js';
import type { Desk } from './desk.js';
import { askInvite, guests } from './invite-ask.js';
import { DeskPanel, said } from './panel.js';

/** Who waits for the floor: one press gives it. */
export class DeskFloor extends DeskPanel {
  protected draw(state: MeetingState, text: DeskTexts): TemplateResult {
    const queue = queueOf(state);
    const closed = state.sitting.floor_closed;
    return html`
      <div class="row heading">
        <h2>${text.queue} <span class="count">${queue.length}</span></h2>
        <span class="tag ${closed ? 'warn' : ''}">${closed ? text.listClosed : text.listOpen}</span>
        ${closed
          ? this.button('floor.reopen', text.reopenList, () => this.desk.press('floor.reopen', {}, text.reopenList), { what: text.reopenList })
          : this.button('floor.close', text.closeList, () => this.desk.press('floor.close', {}, text.closeList), { what: text.closeList })}
      </div>
      <div class="row">
        ${this.button('floor.give', text.give, () => askFloor(this.desk, state, 'give', text))}
        ${this.button('floor.enter', text.enterRequest, () => askFloor(this.desk, state, 'enter', text), { can: !closed })}
        ${guests(state).length > 0 ? this.button('floor.invite', text.invite, () => askInvite(this.desk, state, text)) : nothing}
      </div>
      ${queue.length === 0
        ? html`<p class="quiet empty">${text.queueEmpty}</p>`
        : html`<ol class="queue scroll" tabindex="0" aria-label=${text.queue}>
            ${repeat(queue, (one) => one.seq, (one, at) => this.#row(state, queue, one, at, text))}
          </ol>`}
    `;
  }

  #row(state: MeetingState, queue: readonly FloorRequest[], request: FloorRequest, at: number, text: DeskTexts): TemplateResult {
    const person = personOf(state, request.person);
    const name = person?.is.name ?? '?';
    const move = (by: -1 | 1, sign: string, label: string) => {
      const to = moved(queue, request.seq, by);
      return this.button('floor.reorder', sign, () => to && this.desk.press('floor.reorder', { request: request.seq, ...to }, name), {
        label: fill(label, { name }),
        can: to !== null,
        kind: 'icon',
      });
    };
    const urgent = request.kind === 'point_of_order' || request.kind === 'personal_attack';
    const what = fill(text.grantTo, { name });
    return html`<li class=${urgent ? 'urgent' : ''}>
      <span class="number">${at + 1}</span>
      <div class="who">
        <p class="name lines" title=${name}>${name}</p>
        <p class="quiet small clip">
          <span class="tag ${urgent ? 'warn' : ''}">${said(text, 'kind_', request.kind)}</span>
          ${[request.about, besides(person)].filter(Boolean).join(' · ')}
        </p>
      </div>
      ${this.button('floor.grant', text.grant, () => grant(this.desk, state, request), {
        kind: at === 0 ? 'main' : '',
        label: what,
        what,
      })}
      <span class="tools"
        >${move(-1, '↑', text.moveUp)}${move(1, '↓', text.moveDown)}${this.button(
          'floor.decline',
          '✕',
          () => askDeclineFloor(this.desk, state, request, text),
          { label: `${text.declineFloorTitle}: ${name}`, kind: 'icon', title: text.declineFloorTitle },
        )}</span
      >
    </li>`;
  }
}

/** Gives the floor and starts the clock. Names whom it is taken from: two desks never cut each other's speaker. */
export function grant(desk: Desk, state: MeetingState, request: FloorRequest): void {
  const from = turnOf(state)?.seq;
  const what = fill(desk.text.grantTo, { name: personName(state, request.person) });
  desk.press('floor.grant', { request: request.seq, ...(from !== undefined && { from }), start: true }, what);
}

/** The first in the queue, by its key. */
export function grantFirst(desk: Desk): void {
  const { state } = desk;
  const first = state && queueOf(state)[0];
  if (state && first && desk.can('floor.grant') && !desk.isWaiting('floor.grant')) grant(desk, state, first);
}

customElements.define('meclis-desk-floor', DeskFloor);
