/** A vote's result with its arithmetic, as a table: what was needed is no secret of the software's. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Vote } from '../../state/meeting.js';
import type { DeskTexts } from '../../text/desk.js';
import { fill } from '../../text/index.js';
import { said } from './panel.js';

/** How it came to be: "oybirliğiyle", "eşitlikte başkanın tarafıyla". */
function ground({ result }: Vote, text: DeskTexts): string {
  if (result.ground === 'lot') return text.byLot;
  if (result.ground === 'chair_side') return text.byChair;
  return result.unanimous ? text.unanimously : text.byMajority;
}

function arithmetic({ is, result }: Vote, text: DeskTexts): string[] {
  const values = {
    count: String(result.base_count ?? 0),
    base: result.base ? said(text, 'base_', result.base) : '',
    part: String(result.part ?? 0),
    whole: String(result.whole ?? 0),
    needed: String(result.needed ?? 0),
  };
  const lines = [];
  if (is.majority === 'relative' || !result.whole) lines.push(text.sumMost);
  else lines.push(fill(result.more_than ? text.sumMore : text.sumLeast, values));
  if (result.floor) lines.push(fill(text.sumFloor, { floor: String(result.floor), members: String(result.members ?? 0) }));
  return lines;
}

export function voteResult(vote: Vote, text: DeskTexts): TemplateResult {
  const { counts, outcome, decision, chair_side: side } = vote.result;
  const rows: Array<[string, number | undefined]> = [
    [text.inFavour, counts.in_favour],
    [text.against, counts.against],
    [text.abstain, counts.abstain],
  ];
  if (counts.invalid) rows.push([text.invalid, counts.invalid]);
  const isTie = outcome === 'tie';
  return html`<div class="result ${outcome ?? ''}" role="status">
    <p class="outcome">
      <strong>${isTie ? text.tied : said(text, 'outcome_', outcome ?? 'rejected')}</strong>
      ${isTie ? nothing : html`<span>${ground(vote, text)}</span>`}
      ${decision ? html`<span class="tag">${fill(text.decisionIs, { n: decision })}</span>` : nothing}
    </p>
    <table>
      <caption class="hidden">
        ${text.resultTable}
      </caption>
      <thead>
        <tr>
          ${rows.map(([label]) => html`<th scope="col">${label}</th>`)}
        </tr>
      </thead>
      <tbody>
        <tr>
          ${rows.map(([, value]) => html`<td>${value ?? 0}</td>`)}
        </tr>
      </tbody>
    </table>
    ${arithmetic(vote, text).map((line) => html`<p class="small">${line}</p>`)}
    ${vote.corrected ? html`<p class="small">${text.wasCorrected}</p>` : nothing}
    ${side ? html`<p class="small">${text.chairSide}: ${said(text, 'choice_', side)}</p>` : nothing}
  </div>`;
}
