import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { type Course, courseOf, newsOf } from '../../state/announce.js';
import { fill } from '../../text/index.js';
import { keep } from '../browser.js';
import { Panel } from './panel.js';
import { meetingWords } from './view.js';
import { outcomeOf } from './votes.js';

const KEPT = 'meclis-announce';
/** Who jumps about in a recording hears where they landed, not all that lay between. */
const JUMP_US = 3_000_000;

/** Says to a screen reader what has changed in the meeting, as much of it as its reader wants. */
class Announcer extends Panel {
  static override properties = { ...Panel.properties, said: { state: true }, all: { state: true } };
  declare said: string;
  declare all: boolean;
  #before: Course | null = null;
  #atUs = 0;

  constructor() {
    super();
    this.said = '';
    this.all = keep.get(KEPT) !== 'main';
  }

  protected override willUpdate(changed: PropertyValues): void {
    const { view } = this;
    if (!view || !changed.has('view')) return;
    const course = courseOf(view.state, view.mediaUs);
    const jumped = Math.abs(view.mediaUs - this.#atUs) > JUMP_US;
    const news = this.#before && this.all && !jumped && !view.stale ? newsOf(this.#before, course) : null;
    this.#before = course;
    this.#atUs = view.mediaUs;
    if (!news) return;
    const text = meetingWords();
    if (news.what === 'item') this.said = fill(text.saysItem, { title: news.item.is.title });
    else if (news.what === 'speaker') this.said = fill(text.saysSpeaker, { name: news.speaker.is.name });
    else if (news.what === 'vote') this.said = fill(text.saysVote, { subject: news.vote.is.subject });
    else this.said = fill(text.saysResult, { outcome: outcomeOf(news.vote) });
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.view) return nothing;
    const text = meetingWords();
    return html`<p class="unseen" role="status" aria-live="polite">${this.said}</p>
      <p class="announce">
        <label for="announce">${text.announceLevel}</label>
        <select id="announce" @change=${(event: Event) => this.#choose((event.target as HTMLSelectElement).value === 'all')}>
          <option value="all" ?selected=${this.all}>${text.announceAll}</option>
          <option value="main" ?selected=${!this.all}>${text.announceMain}</option>
        </select>
      </p>`;
  }

  #choose(all: boolean): void {
    this.all = all;
    this.said = '';
    keep.set(KEPT, all ? 'all' : 'main');
  }
}

customElements.define('meclis-announcer', Announcer);
