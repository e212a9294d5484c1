import { html, nothing, type TemplateResult } from 'lit';
import type { Person, Turn } from '../../state/meeting.js';
import { leftOf, personOf, queueOf, turnAt, turnOf } from '../../state/sitting.js';
import { clock, fill } from '../../text/index.js';
import { Panel } from './panel.js';
import { meetingWords, type View } from './view.js';

/** With more, the list scrolls by itself, by keyboard too. */
const QUEUE_SEEN = 6;

/** Who speaks, for whom, and the time left; who waits. */
class Floor extends Panel {
  override render(): TemplateResult | typeof nothing {
    const { view } = this;
    if (!view || view.state.sitting.state === 'ended') return nothing;
    const text = meetingWords();
    const turn = turnAt(view.state, view.mediaUs) ?? waitingTurn(view);
    return html`<section class="panel" aria-labelledby="floor">
      <h2 id="floor">${text.floor}</h2>
      ${view.stale ? html`<p class="quiet">${text.lastKnown}</p>` : nothing}
      ${turn ? this.#speaker(view, turn) : html`<p>${text.nobody}</p>`}
      ${view.past ? nothing : this.#queue(view)}
    </section>`;
  }

  #queue(view: View): TemplateResult {
    const text = meetingWords();
    const queue = queueOf(view.state);
    return html`<h3>${text.queue} ${view.stale ? nothing : html`<span class="count">${queue.length}</span>`}</h3>
      ${queue.length === 0
        ? html`<p class="quiet">${text.queueEmpty}</p>`
        : html`<ol class="queue" lang=${view.language} tabindex=${queue.length > QUEUE_SEEN ? 0 : nothing}>
            ${queue.map((request) => html`<li>${named(personOf(view.state, request.person))}</li>`)}
          </ol>`}`;
  }

  #speaker(view: View, turn: Turn): TemplateResult {
    const text = meetingWords();
    const person = personOf(view.state, turn.person);
    // A clock that nobody renews must not seem to run.
    const left = view.stale ? null : leftOf(turn, view.mediaUs);
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
