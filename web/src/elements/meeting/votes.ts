import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Vote } from '../../state/meeting.js';
import { type Row, rowsOf, type Side } from '../../state/tally.js';
import { fill } from '../../text/index.js';
import { Panel } from './panel.js';
import { meetingWords } from './view.js';

/** The votes: the one being taken first, then the newest. */
class Votes extends Panel {
  override render(): TemplateResult | typeof nothing {
    const votes = this.view?.state.votes ?? [];
    if (votes.length === 0) return nothing;
    const open = (vote: Vote) => (vote.state === 'open' || vote.state === 'tied' ? 1 : 0);
    const sorted = [...votes].sort((a, b) => open(b) - open(a) || b.seq - a.seq);
    return html`<section class="panel" aria-labelledby="votes">
      <h2 id="votes">${meetingWords().votes}</h2>
      ${sorted.map((vote) => this.#vote(vote))}
    </section>`;
  }

  #vote(vote: Vote): TemplateResult {
    const text = meetingWords();
    const rows = rowsOf(vote);
    const word = sides();
    return html`<article class="vote">
      <h3 lang=${this.view?.language ?? 'tr'}>${vote.is.subject}</h3>
      <p><strong class="outcome outcome-${vote.state}">${outcome(vote)}</strong> <span class="quiet">${text[vote.is.method]}</span></p>
      ${rows.length === 0
        ? nothing
        : html`${bar(rows)}
            <table>
              <caption class="unseen">${fill(text.votesOf, { subject: vote.is.subject })}</caption>
              <tbody>
                ${rows.map((row) => html`<tr><th scope="row"><span class="swatch side-${row.side}"></span>${word[row.side]}</th><td>${row.count}</td></tr>`)}
              </tbody>
            </table>`}
      ${arithmetic(vote)}
    </article>`;
  }
}

function sides(): Record<Side, string> {
  const text = meetingWords();
  return { in_favour: text.inFavour, against: text.against, abstain: text.abstain, invalid: text.invalid };
}

function outcome(vote: Vote): string {
  const text = meetingWords();
  if (vote.state === 'cancelled') return text.voteCancelled;
  if (vote.state === 'open') return text.voteOpen;
  if (vote.state === 'tied') return text.voteTied;
  const said = vote.result.outcome === 'adopted' ? text.adopted : vote.result.outcome === 'rejected' ? text.rejected : text.tie;
  return vote.result.unanimous ? `${text.unanimous} ${said.toLocaleLowerCase(document.documentElement.lang)}` : said;
}

/** Beside the table, which says the same in figures. */
function bar(rows: Row[]): TemplateResult {
  let from = 0;
  const pieces = rows.map((row) => {
    const piece = svg`<rect class="side-${row.side}" x=${from * 100} y="0" width=${row.share * 100} height="8"></rect>`;
    from += row.share;
    return piece;
  });
  return html`<svg class="tally" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">${pieces}</svg>`;
}

function arithmetic({ state, result }: Vote): TemplateResult | typeof nothing {
  const text = meetingWords();
  if (state !== 'decided' || !result.base) return nothing;
  const base = result.base === 'votes' ? text.votesBase : text[result.base];
  const ground = result.ground === 'chair_side' ? text.byChair : result.ground === 'lot' ? text.byLot : '';
  return html`<p class="quiet">
    ${fill(text.needed, { needed: String(result.needed ?? 0), base, n: String(result.base_count ?? 0) })} ${ground}
    ${result.decision ? html`<br />${fill(text.decision, { number: result.decision })}` : nothing}
  </p>`;
}

customElements.define('meclis-votes', Votes);
