import { html, nothing, type TemplateResult } from 'lit';
import { fill } from '../../text/index.js';
import type { Entry, SessionResult } from '../../wire/session.js';
import { LightElement } from '../light.js';
import type { Desk } from './desk.js';
import { signOut } from './head.js';

/** Who one is: by a read-out code, or an account. (A personal link needs no form.) */
export class DeskSignIn extends LightElement {
  static override properties = { desk: { attribute: false }, sending: { state: true }, wrong: { state: true } };
  declare desk: Desk;
  declare sending: boolean;
  /** The refusal's sentence. */
  declare wrong: string;

  constructor() {
    super();
    this.sending = false;
    this.wrong = '';
  }

  async #enter(entry: Entry): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    const result = await this.desk.line.enter(entry);
    this.sending = false;
    const { codeBad, accountBad } = this.desk.text;
    this.wrong = refusal(this.desk, result, 'account' in entry ? accountBad : codeBad);
  }

  #submit(event: Event, entry: (values: FormData) => Entry): void {
    event.preventDefault();
    void this.#enter(entry(new FormData(event.target as HTMLFormElement)));
  }

  override render(): TemplateResult {
    const { text, line } = this.desk;
    const known = (line.you?.roles ?? []).some((role) => role !== 'viewer');
    const word = (values: FormData, name: string) => String(values.get(name) ?? '').trim();
    return html`<section class="sign-in" aria-labelledby="sign-in">
      <h1 id="sign-in">${text.title}: ${text.signIn}</h1>
      <p>${text.signInHint}</p>
      ${known ? html`<p class="notice">${text.wrongRole}</p>` : nothing}
      ${line.others
        ? html`<p class="notice" data-has="others">${fill(text.others, { n: String(line.others) })}
            <button type="button" @click=${() => void signOut(this.desk, true)}>${text.signOutAll}</button></p>`
        : nothing}
      <p class="wrong" role="alert">${this.wrong}</p>
      <p role="status">${this.sending ? text.entering : nothing}</p>
      <div class="ways">
        <form
          aria-labelledby="by-account"
          @submit=${(event: Event) =>
            this.#submit(event, (values) => {
              const code = word(values, 'one-time').replace(/\s/g, '');
              return { account: word(values, 'account'), password: String(values.get('password') ?? ''), ...(code && { code }) };
            })}
        >
          <h2 id="by-account">${text.byAccount}</h2>
          <label for="account">${text.account}</label>
          <input id="account" name="account" autocomplete="username" required autocapitalize="none" spellcheck="false" />
          <label for="password">${text.password}</label>
          <input id="password" name="password" type="password" autocomplete="current-password" required />
          <label for="one-time">${text.oneTime}</label>
          <input id="one-time" name="one-time" inputmode="numeric" autocomplete="one-time-code" maxlength="8" />
          <button type="submit" class="main" aria-disabled=${String(this.sending)}>${text.enter}</button>
        </form>
        <form
          aria-labelledby="by-code"
          @submit=${(event: Event) =>
            this.#submit(event, (values) => ({ meeting: line.meeting, code: word(values, 'code').replace(/\s/g, '') }))}
        >
          <h2 id="by-code">${text.byCode}</h2>
          <label for="code">${text.code}</label>
          <input id="code" name="code" inputmode="numeric" autocomplete="off" required maxlength="7" pattern="[0-9 ]{6,7}" />
          <button type="submit" aria-disabled=${String(this.sending)}>${text.enter}</button>
        </form>
      </div>
    </section>`;
  }
}

/** What to say of it, `unknown` where it let nobody in; empty where it went well. */
export function refusal(desk: Desk, result: SessionResult, unknown: string): string {
  if (result.ok) return '';
  const { text } = desk;
  if (result.code === 'unauthorized') return unknown;
  const said = result.message || (result.code === 'unreachable' ? text.unreachable : text.noReason);
  return result.retryAfterS ? `${said} ${fill(text.tryIn, { n: String(result.retryAfterS) })}` : said;
}

customElements.define('meclis-desk-sign-in', DeskSignIn);
