import { html, nothing, type TemplateResult } from 'lit';
import type { Thing } from '../../state/meeting.js';
import { Panel } from './panel.js';
import { meetingWords } from './view.js';

/** What viewers are asked: plainly no vote. */
class Polls extends Panel {
  static override properties = { ...Panel.properties, refusal: { state: true } };
  declare refusal: string;

  constructor() {
    super();
    this.refusal = '';
  }

  override render(): TemplateResult | typeof nothing {
    const { view } = this;
    const polls = (view?.state.polls ?? []).filter((poll) => poll.open || poll.counts.some(({ answers }) => answers > 0));
    if (!view || polls.length === 0) return nothing;
    const text = meetingWords();
    return html`<section class="panel" aria-labelledby="polls">
      <h2 id="polls">${text.polls}</h2>
      <p class="quiet">${text.pollHint}</p>
      <div role="status">${this.refusal ? html`<p class="notice">${this.refusal}</p>` : nothing}</div>
      ${[...polls].reverse().map((poll) => this.#poll(poll))}
    </section>`;
  }

  #poll(poll: Thing<'polls'>): TemplateResult {
    const { view } = this;
    const text = meetingWords();
    const mine = view?.state.marks.find((mark) => mark.kind === 'answer' && mark.thing === poll.seq)?.value;
    const may = poll.open && (view?.line.may('poll.answer') ?? false);
    return html`<article class="poll">
      <h3 lang=${view?.language ?? 'tr'}>${poll.is.question}</h3>
      <ul class="choices">
        ${poll.is.choices.map((choice, i) => {
          const chosen = mine === i + 1;
          return html`<li>
            <button type="button" ?disabled=${!may} aria-pressed=${chosen} @click=${() => void this.#choose(poll.seq, i + 1)}>
              <span lang=${view?.language ?? 'tr'}>${choice.text}</span>
              <span class="count">${poll.counts[i]?.answers ?? 0}</span>
              ${chosen ? html`<span class="unseen">(${text.yourChoice})</span>` : nothing}
            </button>
          </li>`;
        })}
      </ul>
      ${poll.open ? nothing : html`<p class="quiet">${text.pollOver}</p>`}
    </article>`;
  }

  async #choose(poll: number, choice: number): Promise<void> {
    const answer = await this.view?.line.say('poll.answer', { poll, choice });
    this.refusal = answer && !answer.accepted ? answer.message || meetingWords().busy : '';
  }
}

customElements.define('meclis-polls', Polls);
