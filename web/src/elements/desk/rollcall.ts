import { html, nothing, type TemplateResult } from 'lit';
import { allAs, type Mark, openRollCall, type RollCall, type Row, rollRows, tally } from '../../state/desk-rollcall.js';
import type { MeetingState } from '../../state/meeting.js';
import type { DeskTexts } from '../../text/desk.js';
import { fill } from '../../text/index.js';
import { askCloseRoll, besides } from './asks.js';
import { DeskPanel, said } from './panel.js';
import './people.js';
import type { PersonChoice } from './people.js';

/** The order of the buttons, and their letters: the same in both languages, as hands learn them. */
const MARKS: ReadonlyArray<{ value: Mark; key: string }> = [
  { value: 'present', key: 'V' },
  { value: 'excused', key: 'M' },
  { value: 'remote', key: 'U' },
  { value: 'absent', key: 'Y' },
];

/** Who is there: a roll call, and who comes and goes between two of them. */
export class DeskRollCall extends DeskPanel {
  protected draw(state: MeetingState, text: DeskTexts): TemplateResult {
    const call = openRollCall(state);
    const rows = rollRows(state, call);
    const sum = tally(rows);
    const choices: PersonChoice[] = MARKS.map(({ value, key }) => ({ value, key, label: said(text, 'mark_', value) }));
    return html`
      <div class="row heading"><h2>${text.rollcall}</h2>${this.#buttons(call, rows, sum.waiting, text)}</div>
      <p class="row tallies">
        ${MARKS.map(({ value }) => html`<span>${said(text, 'mark_', value)} <strong>${sum[value]}</strong></span>`)}
        ${call ? html`<span>${text.mark_waiting} <strong>${sum.waiting}</strong></span>` : nothing}
      </p>
      ${this.#last(state, call, text)} ${call ? html`<p class="quiet small">${text.rollHint}</p>` : nothing}
      ${rows.length === 0
        ? html`<p class="quiet empty">${text.peopleEmpty}</p>`
        : html`<meclis-desk-people
            .rows=${rows.map((row) => ({
              seq: row.person.seq,
              name: row.person.is.name,
              beside: besides(row.person),
              value: row.answered ? (row.mark ?? '') : '',
            }))}
            .choices=${choices}
            .label=${text.rollcall}
            .able=${call ? this.desk.can('rollcall.answer') : this.desk.can('attendance.mark')}
            @choose=${(event: CustomEvent<{ person: number; value: string }>) => this.#mark(call, rows, event.detail)}
          ></meclis-desk-people>`}
    `;
  }

  #buttons(call: RollCall | null, rows: readonly Row[], waiting: number, text: DeskTexts): TemplateResult {
    const { desk } = this;
    if (!call) {
      const purpose = desk.state?.sitting.state === 'announced' ? 'opening' : 'quorum';
      const label = purpose === 'opening' ? text.rollStart : text.rollQuorum;
      return html`${this.button('rollcall.open', label, () => desk.press('rollcall.open', { purpose }, label), { kind: 'main', what: label })}`;
    }
    const all = fill(text.rollAll, { n: String(waiting) });
    return html`
      ${waiting > 0
        ? this.button(
            'rollcall.answer',
            all,
            () => {
              for (const entries of allAs(rows, 'present')) desk.press('rollcall.answer', { rollcall: call.seq, entries }, all);
            },
            { what: all },
          )
        : nothing}
      ${this.button('rollcall.close', text.rollClose, () => askCloseRoll(desk, call.seq, rows, text), { kind: 'main', what: text.rollClose })}
    `;
  }

  #last(state: MeetingState, call: RollCall | null, text: DeskTexts): TemplateResult | typeof nothing {
    const last = state.rollcalls.filter((one) => !one.open).at(-1)?.result;
    if (call || !last) return nothing;
    const { counted, members, needed } = last;
    const told = fill(text.rollResult, { counted: String(counted), members: String(members), needed: String(needed) });
    return html`<p>
      <span class="tag ${last.met ? '' : 'warn'}">${last.met ? text.quorumMet : text.quorumNot}</span> <span class="small">${told}</span>
    </p>`;
  }

  #mark(call: RollCall | null, rows: readonly Row[], { person, value }: { person: number; value: string }): void {
    const row = rows.find((one) => one.person.seq === person);
    const mark = value as Mark;
    if (!row || (row.answered && row.mark === mark)) return;
    const what = `${row.person.is.name}: ${said(this.desk.text, 'mark_', mark)}`;
    if (call) this.desk.press('rollcall.answer', { rollcall: call.seq, entries: [{ person, mark }] }, what);
    else this.desk.press('attendance.mark', { person, mark }, what);
  }
}

customElements.define('meclis-desk-rollcall', DeskRollCall);
