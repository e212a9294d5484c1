import { html, nothing, type TemplateResult } from 'lit';
import { isOver, nextItem, takeable } from '../../state/desk-agenda.js';
import type { Item, MeetingState } from '../../state/meeting.js';
import { agendaOf, itemOf } from '../../state/sitting.js';
import type { DeskTexts } from '../../text/desk.js';
import { fill } from '../../text/index.js';
import { decidingVote } from '../../state/desk-vote.js';
import { askAddItem, askAside, askDecide, askRefer, itemName } from './asks.js';
import { DeskPanel, said } from './panel.js';

/** The agenda: where the sitting is, one press to go on, and what becomes of an item. */
export class DeskAgenda extends DeskPanel {
  static override properties = { ...DeskPanel.properties, chosen: { state: true } };
  /** The item whose actions are shown; 0: the current one's. */
  declare chosen: number;

  constructor() {
    super();
    this.chosen = 0;
  }

  protected draw(state: MeetingState, text: DeskTexts): TemplateResult {
    const items = agendaOf(state);
    const current = itemOf(state, state.sitting.item);
    const chosen = itemOf(state, this.chosen) ?? current;
    return html`
      <div class="row heading">
        <h2>${text.agenda}</h2>
        ${this.button(this.desk.can('agenda.add') ? 'agenda.add' : 'agenda.propose', text.addItem, () => askAddItem(this.desk, text))}
      </div>
      <div class="now" aria-live="polite">
        <p class="label">${text.current}</p>
        <p class="now-title">${current ? itemName(current) : text.noItem}</p>
      </div>
      ${this.#going(state, current, text)} ${chosen ? this.#actions(state, items, chosen, current, text) : nothing}
      ${items.length === 0
        ? html`<p class="quiet">${text.agendaEmpty}</p>`
        : html`<ol class="items scroll" tabindex="0" aria-label=${text.agenda}>
            ${items.map((item) => this.#row(state, item, current, chosen, text))}
          </ol>`}
      ${this.#proposed(state, text)}
    `;
  }

  #going(state: MeetingState, current: Item | null, text: DeskTexts): TemplateResult {
    const next = nextItem(state);
    const from = state.sitting.item;
    return html`<div class="row">
      ${this.button('agenda.advance', text.next, () => advance(this), {
        kind: 'main wide',
        what: text.next,
        can: next !== null,
        ...(next && { title: fill(text.nextIs, { what: itemName(next) }) }),
      })}
      ${current && from !== undefined
        ? this.button('agenda.leave', text.leave, () => this.desk.press('agenda.leave', { from }, text.leave), { what: text.leave })
        : nothing}
    </div>`;
  }

  #actions(state: MeetingState, items: readonly Item[], item: Item, current: Item | null, text: DeskTexts): TemplateResult {
    const name = itemName(item);
    const isCurrent = item.seq === current?.seq;
    const open = !isOver(item);
    const from = state.sitting.item;
    const at = items.indexOf(item);
    return html`<div class="actions" role="group" aria-label=${fill(text.actionsFor, { what: name })}>
      ${isCurrent ? nothing : html`<p class="label clip">${name}</p>`}
      ${isCurrent
        ? nothing
        : this.button(
            'agenda.take',
            text.take,
            () => this.desk.press('agenda.take', { item: item.seq, ...(from !== undefined && { from }) }, text.take),
            { can: takeable(item), what: text.take },
          )}
      ${this.button('agenda.decide', text.decide, () => askDecide(this.desk, state, item, text), { can: open })}
      ${this.button('agenda.refer', text.refer, () => askRefer(this.desk, item, text), { can: open })}
      ${this.button('agenda.suspend', text.suspend, () => askAside(this.desk, item, 'suspend', text), { can: open })}
      ${this.button('agenda.withdraw', text.withdraw, () => askAside(this.desk, item, 'withdraw', text), { can: open })}
      ${this.button('agenda.move', '↑', () => this.#move(items, item, at - 1), { label: `${text.up}: ${name}`, can: at > 0, kind: 'icon' })}
      ${this.button('agenda.move', '↓', () => this.#move(items, item, at + 2), {
        label: `${text.down}: ${name}`,
        can: at < items.length - 1,
        kind: 'icon',
      })}
    </div>`;
  }

  #proposed(state: MeetingState, text: DeskTexts): TemplateResult | typeof nothing {
    const proposed = state.items.filter((item) => item.state === 'proposed');
    if (proposed.length === 0) return nothing;
    return html`<h3>${text.proposedOnes}</h3>
      <ul class="asked proposed">
        ${proposed.map((item) => {
          const vote = decidingVote(state, item.seq);
          const adopted = vote?.result.outcome === 'adopted';
          const name = itemName(item);
          return html`<li class="row">
            <span class="lines" title=${name}>${name}</span>
            ${this.button(
              'agenda.admit',
              text.admit,
              () => this.desk.press('agenda.admit', { item: item.seq, ...(vote && { vote: vote.seq }) }, `${text.admit}: ${name}`),
              { can: adopted, label: `${text.admit}: ${name}`, ...(!adopted && { title: text.admitNeeds }) },
            )}
          </li>`;
        })}
      </ul>`;
  }

  #move(items: readonly Item[], item: Item, to: number): void {
    const before = items[to]?.seq;
    this.desk.press('agenda.move', { item: item.seq, ...(before !== undefined && { before }) }, itemName(item));
  }

  #row(state: MeetingState, item: Item, current: Item | null, chosen: Item | null, text: DeskTexts): TemplateResult {
    const isCurrent = item.seq === current?.seq;
    const referral = state.referrals.filter((one) => one.item === item.seq && !one.report).at(-1);
    const stateText = item.state === 'decided' && item.verdict ? said(text, 'verdict_', item.verdict) : said(text, 'item_', item.state);
    return html`<li class=${isCurrent ? 'current' : isOver(item) ? 'over' : ''}>
      <button
        type="button"
        class="plain"
        aria-current=${isCurrent ? 'step' : nothing}
        aria-pressed=${String(item.seq === chosen?.seq)}
        @click=${() => (this.chosen = item.seq)}
      >
        <span class="number">${item.is.number ?? '·'}</span>
        <span class="title">${item.is.title}</span>
        ${item.state === 'waiting' && !isCurrent ? nothing : html`<span class="tag">${isCurrent ? text.item_open : stateText}</span>`}
      </button>
      ${referral?.due_utc_us ? html`<p class="quiet small">${this.#due(referral.commission, referral.due_utc_us, text)}</p>` : nothing}
    </li>`;
  }

  #due(commission: string, dueUtcUs: number, text: DeskTexts): string {
    const now = (this.desk.line.utcUs ?? dueUtcUs) / 1000;
    const day = new Date(dueUtcUs / 1000).toLocaleDateString(document.documentElement.lang);
    const overdue = dueUtcUs / 1000 < now;
    return fill(overdue ? text.overdue : text.dueIn, { commission, date: day });
  }
}

/** One press, or its key. Names the item that it goes on from: two desks advance once. */
export function advance(panel: { desk: DeskPanel['desk'] }): void {
  const { desk } = panel;
  const from = desk.state?.sitting.item;
  if (!desk.can('agenda.advance') || !desk.state || !nextItem(desk.state) || desk.isWaiting('agenda.advance')) return;
  desk.press('agenda.advance', from === undefined ? {} : { from }, desk.text.next);
}

customElements.define('meclis-desk-agenda', DeskAgenda);
