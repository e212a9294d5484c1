import { html, nothing, type TemplateResult } from 'lit';
import type { MeetingState } from '../../state/meeting.js';
import { fill } from '../../text/index.js';
import { Panel } from './panel.js';
import { dayAndTime, meetingWords, timeOfDay } from './view.js';

/** How the meeting stands where that needs a word, and the desk's notices. */
class Standing extends Panel {
  static override properties = { ...Panel.properties, offline: { type: Boolean } };
  /** The line has been away for a while: said once, quietly. */
  declare offline: boolean;

  constructor() {
    super();
    this.offline = false;
  }

  override render(): TemplateResult {
    const text = meetingWords();
    const state = this.view?.state;
    return html`<div role="status">
      ${this.offline ? html`<p class="notice">${text.offline}</p>` : nothing}
      ${state ? this.#standing(state) : nothing}
      ${state ? this.#instead(state) : nothing}
      ${state?.notices
        .filter((notice) => !notice.cleared)
        .map((notice) => html`<p class="notice notice-loud" lang=${this.view?.language ?? 'tr'}>${notice.text}</p>`)}
    </div>`;
  }

  /** So that nobody looks for the fault at home. A closed part says the same, and why. */
  #instead({ broadcast, sitting }: MeetingState): TemplateResult | typeof nothing {
    const text = meetingWords();
    const { on_air: onAir, muted, slate } = broadcast;
    if (!onAir || sitting.closed || (!muted && !slate)) return nothing;
    return html`<p class="notice">${slate ? text.slated : text.muted}</p>`;
  }

  #standing({ sitting }: MeetingState): TemplateResult | typeof nothing {
    const text = meetingWords();
    const why = (reason: string | undefined) =>
      reason ? html` <span lang=${this.view?.language ?? 'tr'}>${fill(text.why, { reason })}</span>` : nothing;
    if (sitting.cancelled) return html`<p class="notice">${text.cancelled}${why(sitting.reason)}</p>`;
    if (sitting.closed) return html`<p class="notice notice-loud">${text.closedPart}${why(sitting.closed_reason)}</p>`;
    if (sitting.state === 'break') {
      const { resumes_utc_us: at } = sitting;
      return html`<p class="notice">${at ? fill(text.resumes, { time: timeOfDay(at) }) : text.resting}${why(sitting.reason)}</p>`;
    }
    if (sitting.state === 'announced' && sitting.starts_utc_us) {
      return html`<p class="notice">${fill(text.startsAt, { time: dayAndTime(sitting.starts_utc_us) })}</p>`;
    }
    return nothing;
  }
}

customElements.define('meclis-standing', Standing);
