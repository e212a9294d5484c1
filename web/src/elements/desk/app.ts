import { html, nothing, type TemplateResult } from 'lit';
import { type DeskKey, deskKey } from '../../state/desk-keys.js';
import { openRollCall } from '../../state/desk-rollcall.js';
import type { MeetingState } from '../../state/meeting.js';
import { fill } from '../../text/index.js';
import { LightElement } from '../light.js';
import { advance } from './agenda.js';
import './agenda.js';
import './ask.js';
import { addMinute, endTurn, startOrPause, warn } from './clock.js';
import type { Desk, Tab } from './desk.js';
import { grantFirst } from './floor.js';
import { pauseOrResume } from './head.js';
import { keysOn } from './keys.js';
import './links.js';
import './notices.js';
import './programme.js';
import { approveFirst, putFirst } from './questions.js';
import './rollcall.js';
import './sign-in.js';
import './votes.js';

const STAFF = new Set(['moderator', 'clerk', 'chair', 'producer', 'administrator']);
const TABS: readonly Tab[] = ['questions', 'rollcall', 'vote', 'notices', 'links'];

/** The whole desk. */
export class DeskApp extends LightElement {
  static override properties = { desk: { attribute: false }, entering: { type: Boolean }, wrong: { type: String } };
  declare desk: Desk;
  /** A personal link is being exchanged. */
  declare entering: boolean;
  /** What it was refused with. */
  declare wrong: string;

  constructor() {
    super();
    this.entering = false;
    this.wrong = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', this.#key);
    this.desk.addEventListener('change', this.#changed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#key);
    this.desk.removeEventListener('change', this.#changed);
  }

  #changed = (): void => this.requestUpdate();

  #key = (event: KeyboardEvent): void => {
    const at = event.target instanceof HTMLElement ? event.target : null;
    const typing = at?.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, dialog[open], meclis-player') != null;
    const does = deskKey(event, typing || event.defaultPrevented || !this.#isStaff(), keysOn());
    if (!does || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    this.#do(does);
  };

  #do(does: DeskKey): void {
    const { desk } = this;
    const acts: Record<DeskKey, () => void> = {
      help: () => desk.dispatchEvent(new Event('keys')),
      next: () => advance(this),
      grant: () => grantFirst(desk),
      clock: () => startOrPause(desk),
      minute: () => addMinute(desk),
      warn: () => warn(desk),
      end: () => endTurn(desk),
      approve: () => approveFirst(desk),
      put: () => putFirst(desk),
      pause: () => pauseOrResume(desk),
      questions: () => this.#show('questions'),
      rollcall: () => this.#show('rollcall'),
      vote: () => this.#show('vote'),
      notices: () => this.#show('notices'),
    };
    acts[does]();
  }

  #show(tab: Tab): void {
    this.desk.show(tab);
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`#tab-${tab}`)?.focus());
  }

  #isStaff(): boolean {
    return (this.desk.line.you?.roles ?? []).some((role) => STAFF.has(role));
  }

  override render(): TemplateResult {
    const { line, text, state } = this.desk;
    if (line.status === 'unknown') return html`<h1 class="alone">${text.unknown}</h1>`;
    if (this.entering || (line.status === 'opening' && !line.you)) {
      return html`<p class="alone" role="status">${this.entering ? text.linkUsed : text.opening}</p>`;
    }
    if (!this.#isStaff()) {
      return html`${this.wrong ? html`<p class="notice alone-notice" role="alert">${this.wrong}</p>` : nothing}
        <meclis-desk-sign-in .desk=${this.desk}></meclis-desk-sign-in>`;
    }
    if (!state) return html`<p class="alone" role="status">${text.opening}</p>`;
    return html`
      <div class="desk ${line.status === 'open' ? '' : 'is-stale'}">
        <meclis-desk-head class="desk-head" .desk=${this.desk}></meclis-desk-head>
        <meclis-desk-agenda class="panel desk-agenda" .desk=${this.desk}></meclis-desk-agenda>
        <div class="desk-floor">
          <meclis-desk-clock class="panel" .desk=${this.desk}></meclis-desk-clock>
          <meclis-desk-floor class="panel grows" .desk=${this.desk}></meclis-desk-floor>
        </div>
        <div class="desk-side">
          <meclis-desk-programme class="panel" .desk=${this.desk}></meclis-desk-programme>
          ${this.#tabs(state)}
        </div>
        ${this.#foot()}
      </div>
      <meclis-desk-ask .desk=${this.desk}></meclis-desk-ask>
      <meclis-desk-keys .desk=${this.desk}></meclis-desk-keys>
    `;
  }

  #tabs(state: MeetingState): TemplateResult {
    const { text, tab } = this.desk;
    const marks: Record<Tab, string> = {
      questions: String(state.questions.filter((one) => one.state === 'pending').length || ''),
      rollcall: openRollCall(state) ? '●' : '',
      vote: state.votes.some((one) => one.state === 'open') ? '●' : '',
      notices: '',
      links: '',
    };
    const panel = {
      questions: () => html`<meclis-desk-questions .desk=${this.desk}></meclis-desk-questions>`,
      rollcall: () => html`<meclis-desk-rollcall .desk=${this.desk}></meclis-desk-rollcall>`,
      vote: () => html`<meclis-desk-votes .desk=${this.desk}></meclis-desk-votes>`,
      notices: () => html`<meclis-desk-notices .desk=${this.desk}></meclis-desk-notices>`,
      links: () => html`<meclis-desk-links .desk=${this.desk}></meclis-desk-links>`,
    };
    return html`<div class="panel grows tabbed">
      <div class="tabs" role="tablist" aria-label=${text.more} @keydown=${(event: KeyboardEvent) => this.#arrow(event)}>
        ${TABS.map(
          (name) => html`<button
            type="button"
            role="tab"
            id="tab-${name}"
            aria-selected=${String(tab === name)}
            aria-controls="tab-panel"
            tabindex=${tab === name ? '0' : '-1'}
            @click=${() => this.desk.show(name)}
          >
            ${text[name]} ${marks[name] ? html`<span class="count">${marks[name]}</span>` : nothing}
          </button>`,
        )}
      </div>
      <div class="tab-panel" id="tab-panel" role="tabpanel" aria-labelledby="tab-${tab}">${panel[tab]()}</div>
    </div>`;
  }

  #arrow(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const at = (TABS.indexOf(this.desk.tab) + by + TABS.length) % TABS.length;
    this.#show(TABS[at] ?? 'questions');
  }

  /** What waits, what was refused, whether the line is there: always at the same place. */
  #foot(): TemplateResult {
    const { text, waiting, news, line } = this.desk;
    const lost = line.status !== 'open';
    return html`<div class="desk-foot">
      <p class="lost" role="status">${lost ? html`<strong>${text.lost}</strong>` : nothing}</p>
      ${lost
        ? waiting.map((one) => html`<p class="waiting">${fill(text.waitingLost, { what: one.what })}</p>`)
        : nothing}
      <div role="alert">
        ${news.map(
          (one) => html`<p class=${one.stays ? 'refused' : 'told'}>
            <span>${one.text}</span>
            <button type="button" @click=${() => this.desk.forget(one.id)}>${text.dismiss}</button>
          </p>`,
        )}
      </div>
    </div>`;
  }
}

customElements.define('meclis-desk', DeskApp);
