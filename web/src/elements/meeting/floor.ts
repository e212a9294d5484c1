import { html, nothing, type TemplateResult } from 'lit';
import type { Person, Turn } from '../../state/meeting.js';
import { leftOf, personOf, queueOf, turnAt, turnOf } from '../../state/sitting.js';
import { clock, fill } from '../../text/index.js';
import { Panel } from './panel.js';
import { meetingWords, type View } from './view.js';

/** Who speaks, for whom, and the time left; who waits. */
class Floor extends Panel {
  override render(): TemplateResult | typeof nothing {
    const { view } = this;
    if (!view || view.state.sitting.state === 'ended') return nothing;
    const text = meetingWords();
    const turn = turnAt(view.state, view.mediaUs) ?? waitingTurn(view);
    const queue = queueOf(view.state);
    return html`<section class="panel" aria-labelledby="floor">
      <h2 id="floor">${text.floor}</h2>
      ${turn ? this.#speaker(view, turn) : html`<p>${text.nobody}</p>`}
      <h3>${text.queue} <span class="count">${queue.length}</span></h3>
      ${queue.length === 0
        ? html`<p class="quiet">${text.queueEmpty}</p>`
        : html`<ol class="queue" lang=${view.language}>
            ${queue.map((request) => html`<li>${named(personOf(view.state, request.person))}</li>`)}
          </ol>`}
    </section>`;
  }

  #speaker(view: View, turn: Turn): TemplateResult {
    const text = meetingWords();
    const person = personOf(view.state, turn.person);
    const left = leftOf(turn, view.mediaUs);
    const over = left !== null && left < 0;
    return html`<p class="speaker" lang=${view.language}>${named(person)}</p>
      ${left === null
        ? nothing
        : html`<p class="left ${over ? 'left-over' : ''}">
            ${over
              ? fill(text.timeOver, { time: clock(-left / 1e6) })
              : html`${text.timeLeft} <strong>${clock(left / 1e6)}</strong>`}
            ${turn.running ? nothing : html`<span class="quiet">(${text.stopped})</span>`}
          </p>`}`;
  }
}

/** Given the floor and not begun: only at the edge is that known. */
function waitingTurn(view: View): Turn | null {
  const turn = turnOf(view.state);
  return turn && turn.from_media_us === undefined ? turn : null;
}

function named(person: Person | null): TemplateResult {
  const text = meetingWords();
  const group = person?.is.organisation || person?.is.group;
  return html`<span class="name">${person?.is.name ?? '—'}</span>${group
      ? html` <span class="quiet">${fill(text.speaksFor, { group })}</span>`
      : nothing}`;
}

customElements.define('meclis-floor', Floor);
