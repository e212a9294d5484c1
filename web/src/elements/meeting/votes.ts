import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Vote } from '../../state/meeting.js';
import { personOf } from '../../state/sitting.js';
import { castsOf, type Row, rowsOf, type Side } from '../../state/tally.js';
import { clock, fill } from '../../text/index.js';
import { ballotOf } from '../../state/ballot.js';
import { votedText } from '../../text/ballot.js';
import { ballotWords } from '../ballot-words.js';
import { Panel } from './panel.js';
import { meetingWords, percent, type View } from './view.js';

/** The votes: the one being taken first, then the newest. */
class Votes extends Panel {
  override render(): TemplateResult | typeof nothing {
    const votes = this.view?.state.votes ?? [];
    if (votes.length === 0) return nothing;
    const open = (vote: Vote) => (vote.state === 'open' || vote.state === 'tied' ? 1 : 0);
    const sorted = [...votes].sort((a, b) => open(b) - open(a) || b.seq - a.seq);
    const { view } = this;
    if (!view) return nothing;
    return html`<section class="panel" aria-labelledby="votes">
      <h2 id="votes">${meetingWords().votes}</h2>
      ${sorted.map((vote) => this.#vote(view, vote))}
    </section>`;
  }

  #vote(view: View, vote: Vote): TemplateResult {
    const text = meetingWords();
    const rows = rowsOf(vote);
    return html`<article class="vote">
      <h3 lang=${view.language}>${vote.is.subject}</h3>
      <p><strong class="outcome outcome-${vote.state}">${outcomeOf(vote)}</strong> <span class="quiet">${text[vote.is.method]}</span></p>
      ${rows.length === 0 ? nothing : html`${bar(rows)} ${table(vote, rows)}`} ${this.#ballot(view, vote)} ${arithmetic(vote)} ${this.#names(view, vote)}
      ${vote.state === 'open' || vote.from_media_us === undefined ? nothing : this.#jump(view, vote.from_media_us)}
    </article>`;
  }

  /** Of an electronic ballot: how many have voted, and once it is sealed its papers for whoever counts them again. */
  #ballot(view: View, vote: Vote): TemplateResult | typeof nothing {
    if (vote.is.method !== 'secret_electronic') return nothing;
    const text = ballotWords();
    const ballot = ballotOf(view.state, 0);
    if (ballot?.vote.seq === vote.seq) return html`<p>${votedText(text, ballot.voted, ballot.all)}</p>`;
    if (!vote.papers) return nothing;
    return html`<p><a href=${`/api/v1/meetings/${encodeURIComponent(view.line.meeting)}/votes/${vote.seq}/papers`}>${text.papers}</a></p>`;
  }

  #jump(view: View, fromUs: number): TemplateResult {
    return html`<button type="button" class="jump" @click=${() => view.player.seek(view.seen(fromUs))}>
      ${fill(meetingWords().watchVote, { time: clock(view.seen(fromUs)) })}
    </button>`;
  }

  /** Who voted how, where that is public, and who put a dissent on record. */
  #names(view: View, vote: Vote): TemplateResult | typeof nothing {
    const text = meetingWords();
    const word = { for: text.inFavour, against: text.against, abstain: text.abstain };
    const name = (person: number) => personOf(view.state, person)?.is.name ?? '—';
    const casts = castsOf(view.state, vote);
    const dissents = view.state.dissents.filter((one) => one.vote === vote.seq);
    return html`${casts.length === 0
      ? nothing
      : html`<details>
          <summary>${text.whoVoted}</summary>
          <table>
            <tbody>
              ${casts.map(({ person, choice }) => html`<tr><th scope="row" lang=${view.language}>${name(person)}</th><td>${word[choice]}</td></tr>`)}
            </tbody>
          </table>
        </details>`}
    ${dissents.length === 0
      ? nothing
      : html`<h4>${text.dissents}</h4>
          <ul lang=${view.language}>
            ${dissents.map((one) => html`<li>${name(one.person)}: ${one.text}</li>`)}
          </ul>`}`;
  }
}

function table(vote: Vote, rows: Row[]): TemplateResult {
  const text = meetingWords();
  const word = sides();
  return html`<table>
    <caption class="unseen">${fill(text.votesOf, { subject: vote.is.subject })}</caption>
    <thead class="unseen">
      <tr><th scope="col">${text.side}</th><th scope="col">${text.count}</th><th scope="col">${text.share}</th></tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) => html`<tr>
          <th scope="row"><span class="swatch side-${row.side}"></span>${word[row.side]}</th>
          <td>${row.count}</td>
          <td class="count">${percent(row.share)}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

function sides(): Record<Side, string> {
  const text = meetingWords();
  return { in_favour: text.inFavour, against: text.against, abstain: text.abstain, invalid: text.invalid };
}

export function outcomeOf(vote: Vote): string {
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

function arithmetic({ state, result, corrected }: Vote): TemplateResult | typeof nothing {
  const text = meetingWords();
  if (state !== 'decided' || !result.base) return nothing;
  const base = result.base === 'votes' ? text.votesBase : text[result.base];
  const ground = result.ground === 'chair_side' ? text.byChair : result.ground === 'lot' ? text.byLot : '';
  const taking =
    result.participants === undefined || result.base === 'participants'
      ? ''
      : fill(text.takingPart, { participants: String(result.participants), members: String(result.members ?? 0) });
  return html`<p class="quiet">
    ${fill(text.needed, { needed: String(result.needed ?? 0), base, n: String(result.base_count ?? 0) })} ${ground} ${taking}
    ${corrected ? text.correctedVote : nothing}
    ${result.decision ? html`<br />${fill(text.decision, { number: result.decision })}` : nothing}
  </p>`;
}

customElements.define('meclis-votes', Votes);
