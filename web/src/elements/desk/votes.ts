import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { type Counts, currentVote, participants, stepOf, sum, voteRows } from '../../state/desk-vote.js';
import type { MeetingState, Vote } from '../../state/meeting.js';
import type { DeskTexts } from '../../text/desk.js';
import { fill } from '../../text/index.js';
import { keep } from '../browser.js';
import { besides } from './asks.js';
import { DeskPanel, said } from './panel.js';
import '../ballot.js';
import './people.js';
import type { PersonChoice } from './people.js';
import { askCancelVote, askCloseBallot, askCloseVote, askCorrectVote, askDissent, askLot, askMotion, askOpenVote, canBeCorrected, readCounts } from './vote-asks.js';
import { voteResult } from './vote-result.js';

const CHOICES = [
  { value: 'for', key: 'K' },
  { value: 'against', key: 'R' },
  { value: 'abstain', key: 'C' },
] as const;
const PAST_SHOWN = 8;

/** The vote being taken, from its subject to its result. */
export class DeskVotes extends DeskPanel {
  static override properties = { ...DeskPanel.properties, fields: { state: true } };
  /** Counts as they are typed, of the vote `of`. */
  declare fields: Record<string, string>;
  #of = 0;

  constructor() {
    super();
    this.fields = {};
  }

  protected draw(state: MeetingState, text: DeskTexts): TemplateResult {
    const vote = currentVote(state);
    const open = vote?.state === 'open';
    return html`
      <div class="row heading">
        <h2>${text.vote}</h2>
        ${this.button('vote.open', text.voteOpen, () => askOpenVote(this.desk, state, text), { can: !open, kind: open ? '' : 'main' })}
        ${this.button('motion.submit', text.motion, () => askMotion(this.desk, state, text))}
      </div>
      ${vote ? this.#vote(state, vote, text) : html`<p class="quiet empty">${text.voteNone}</p>`}
      ${open ? nothing : this.#past(state, vote, text)}
    `;
  }

  #vote(state: MeetingState, vote: Vote, text: DeskTexts): TemplateResult {
    const about = [said(text, 'method_', vote.is.method), said(text, 'majority_', vote.is.majority)];
    if (vote.round > 1) about.push(fill(text.secondRound, { n: String(vote.round) }));
    const step = stepOf(state, vote);
    return html`
      <p class="subject">${vote.is.subject}</p>
      <p class="quiet small">${about.join(' · ')}</p>
      ${step === 'count' ? this.#counting(state, vote, text) : nothing} ${step === 'cast' ? this.#casting(state, vote, text) : nothing}
      ${step === 'ballots' ? this.#ballots(state, vote, text) : nothing}
      ${step === 'repeat' || step === 'lot' ? this.#tied(vote, step, text) : nothing}
      ${vote.state === 'decided' || vote.state === 'tied' ? voteResult(vote, text) : nothing}
      ${vote.state === 'decided'
        ? html`<div class="row">${this.button('vote.dissent', text.dissent, () => askDissent(this.desk, state, vote, text))}
            ${this.#correct(state, vote, text)}</div>`
        : nothing}
      ${vote.state === 'cancelled' ? html`<p class="tag">${text.cancelled}</p>` : nothing}
    `;
  }

  #kept(vote: Vote): string {
    return `meclis-draft-${this.desk.line.meeting}-counts-${vote.seq}`;
  }

  /** What was typed, also before a reload; else what is known of the vote. */
  #fieldsOf(vote: Vote): Record<string, string> {
    if (this.#of === vote.seq) return this.fields;
    this.#of = vote.seq;
    let kept: Record<string, string> = {};
    try {
      kept = JSON.parse(keep.get(this.#kept(vote)) || '{}') as Record<string, string>;
    } catch {
      // Of another version: begun anew.
    }
    const known = Object.entries(vote.counted ? vote.counts : {}).map(([name, value]) => [name, String(value)]);
    this.fields = { ...Object.fromEntries(known), ...kept };
    return this.fields;
  }

  #counting(state: MeetingState, vote: Vote, text: DeskTexts): TemplateResult {
    const secret = vote.is.method === 'secret_paper';
    const fields = this.#fieldsOf(vote);
    const counts = readCounts(fields, secret);
    const all = participants(state, vote);
    const total = counts ? sum(counts) : 0;
    const over = all !== null && total > all;
    const told = all === null ? fill(text.countsSum, { n: String(total) }) : fill(text.countsOf, { n: String(total), all: String(all) });
    const field = (name: string, label: string) =>
      html`<label class="count-field"
        ><span>${label}</span
        ><input
          inputmode="numeric"
          autocomplete="off"
          maxlength="4"
          name=${name}
          .value=${live(fields[name] ?? '')}
          @input=${(event: Event) => {
            this.fields = { ...this.fields, [name]: (event.target as HTMLInputElement).value };
            keep.set(this.#kept(vote), JSON.stringify(this.fields));
          }}
      /></label>`;
    const close = () => counts && this.#close(vote, counts, 0);
    return html`<form
      class="counts"
      @submit=${(event: Event) => {
        event.preventDefault();
        if (counts && !over && total > 0 && this.desk.can('vote.close')) close();
      }}
    >
      <div class="row">
        ${field('in_favour', text.inFavour)} ${field('against', text.against)} ${field('abstain', text.abstain)}
        ${secret ? field('invalid', text.invalid) : nothing}
      </div>
      <p class="small" role="status">${counts === null ? text.badCount : told}${over ? html` <strong>${text.tooMany}</strong>` : nothing}</p>
      <div class="row">
        ${this.button('vote.close', text.closeVote, close, { kind: 'main', can: counts !== null && !over && total > 0 })} ${this.#cancel(vote, text)}
      </div>
    </form>`;
  }

  #casting(state: MeetingState, vote: Vote, text: DeskTexts): TemplateResult {
    const rows = voteRows(state, vote);
    const silent = rows.filter((row) => row.choice === null).length;
    const of = (choice: string) => rows.filter((row) => row.choice === choice).length;
    const counts: Counts = { in_favour: of('for'), against: of('against'), abstain: of('abstain') };
    const choices: PersonChoice[] = CHOICES.map(({ value, key }) => ({ value, key, label: said(text, 'choice_', value) }));
    return html`
      <p class="row tallies">
        ${CHOICES.map(({ value }) => html`<span>${said(text, 'choice_', value)} <strong>${of(value)}</strong></span>`)}
        <span>${text.mark_waiting} <strong>${silent}</strong></span>
      </p>
      <div class="row">
        ${this.button('vote.close', text.closeVote, () => this.#close(vote, counts, silent), { kind: 'main', can: sum(counts) > 0 })}
        ${this.#cancel(vote, text)}
      </div>
      <p class="quiet small">${text.castHint}</p>
      <meclis-desk-people
        .rows=${rows.map((row) => ({
          seq: row.person.seq,
          name: row.person.is.name,
          beside: besides(row.person),
          value: row.choice ?? '',
        }))}
        .choices=${choices}
        .label=${text.vote}
        .able=${this.desk.can('vote.cast')}
        @choose=${(event: CustomEvent<{ person: number; value: 'for' | 'against' | 'abstain' }>) => this.#cast(vote, event.detail)}
      ></meclis-desk-people>
    `;
  }

  #cast(vote: Vote, { person, value }: { person: number; value: 'for' | 'against' | 'abstain' }): void {
    const name = this.desk.state?.people.find((one) => one.seq === person)?.is.name ?? '';
    const what = `${name}: ${said(this.desk.text, 'choice_', value)}`;
    this.desk.press('vote.cast', { vote: vote.seq, entries: [{ person, choice: value }] }, what);
  }

  #ballots(state: MeetingState, vote: Vote, text: DeskTexts): TemplateResult {
    const handed = new Set(state.casts.filter((one) => one.vote === vote.seq).map((one) => one.person));
    const waiting = voteRows(state, vote).filter((row) => !handed.has(row.person.seq));
    const n = String(handed.size);
    return html`<p role="status">${fill(text.ballotsWait, { n })}</p>
      ${waiting.length > 0 && handed.size > 0
        ? html`<p class="quiet small">${fill(text.ballotsMissing, { names: waiting.map((row) => row.person.is.name).join(', ') })}</p>`
        : nothing}
      <div class="row">
        ${this.button('vote.close', text.closeVote, () => askCloseBallot(this.desk, vote, handed.size, waiting.length, text), { kind: 'main', can: handed.size > 0 })}
        ${this.#cancel(vote, text)}
      </div>
      <meclis-ballot .line=${this.desk.line} .turn=${state}></meclis-ballot>`;
  }

  #tied(vote: Vote, step: 'repeat' | 'lot', text: DeskTexts): TemplateResult {
    return html`<p class="notice">${step === 'repeat' ? text.tiedSecret : text.tiedTwice}</p>
      <div class="row">
        ${step === 'repeat'
          ? this.button('vote.repeat', text.repeat, () => this.desk.press('vote.repeat', { vote: vote.seq }, text.repeat), { kind: 'main', what: text.repeat })
          : this.button('vote.lot', text.lot, () => askLot(this.desk, vote, text), { kind: 'main' })}
      </div>`;
  }

  #close(vote: Vote, counts: Counts, missing: number): void {
    askCloseVote(this.desk, vote, counts, missing, this.desk.text);
  }

  #cancel(vote: Vote, text: DeskTexts): TemplateResult | typeof nothing {
    return this.button('vote.cancel', text.cancelVote, () => askCancelVote(this.desk, vote, text));
  }

  #correct(state: MeetingState, vote: Vote, text: DeskTexts): TemplateResult | typeof nothing {
    return canBeCorrected(vote) ? this.button('vote.correct', text.correctVote, () => askCorrectVote(this.desk, state, vote, text)) : nothing;
  }

  #past(state: MeetingState, shown: Vote | null, text: DeskTexts): TemplateResult | typeof nothing {
    const past = state.votes.filter((vote) => vote.seq !== shown?.seq).slice(-PAST_SHOWN).reverse();
    if (past.length === 0) return nothing;
    return html`<h3>${text.pastVotes}</h3>
      <ul class="asked small">
        ${past.map((vote) => {
          const { outcome, decision } = vote.result;
          const how = vote.state === 'cancelled' ? text.cancelled : outcome === 'tie' ? text.tied : outcome ? said(text, 'outcome_', outcome) : '';
          return html`<li><span class="tag">${how}</span> ${vote.is.subject} ${decision ? fill(text.decisionIs, { n: decision }) : nothing} ${this.#correct(state, vote, text)}</li>`;
        })}
      </ul>`;
  }
}

customElements.define('meclis-desk-votes', DeskVotes);
