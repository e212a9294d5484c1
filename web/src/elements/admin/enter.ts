/** Who one is: the account of the first start, or one's own. Says `entered` when the browser has its session. */

import { html, nothing, type TemplateResult } from 'lit';
import { adminWords } from '../../text/admin.js';
import { setUp } from '../../wire/admin-api.js';
import { enter } from '../../wire/session.js';
import { browserSend } from '../browser.js';
import { LightElement } from '../light.js';
import { refused } from './say.js';

export class AdminEnter extends LightElement {
  static override properties = { secret: { attribute: false }, sending: { state: true }, wrong: { state: true }, spent: { state: true } };
  /** Of the first start's address; null: an account is there. */
  declare secret: string | null;
  declare sending: boolean;
  declare wrong: string;
  /** The address was good once. */
  declare spent: boolean;

  constructor() {
    super();
    this.secret = null;
    this.sending = this.spent = false;
    this.wrong = '';
  }

  async #send(act: () => Promise<string>): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    this.wrong = '';
    this.wrong = await act();
    this.sending = false;
    if (this.wrong === '') this.dispatchEvent(new Event('entered'));
  }

  #setUp(event: Event): void {
    event.preventDefault();
    const text = adminWords(document.documentElement.lang);
    const data = new FormData(event.target as HTMLFormElement);
    const password = String(data.get('password') ?? '');
    if (password !== String(data.get('again') ?? '')) {
      this.wrong = text.differ;
      return;
    }
    void this.#send(async () => {
      const result = await setUp(browserSend, this.secret ?? '', String(data.get('account') ?? '').trim(), password);
      if (!result.ok && result.code === 'unauthorized') {
        this.secret = null;
        this.spent = true;
      }
      return refused(result, text, text.keyBad);
    });
  }

  #enter(event: Event): void {
    event.preventDefault();
    const text = adminWords(document.documentElement.lang);
    const data = new FormData(event.target as HTMLFormElement);
    const word = (name: string) => String(data.get(name) ?? '').trim();
    const code = word('code').replace(/\s/g, '');
    void this.#send(async () =>
      refused(await enter(browserSend, { account: word('account'), password: String(data.get('password') ?? ''), ...(code !== '' && { code }) }), text, text.accountBad),
    );
  }

  override render(): TemplateResult {
    const text = adminWords(document.documentElement.lang);
    const first = this.secret !== null;
    return html`<section aria-labelledby="enter">
      <h2 id="enter">${first ? text.first : text.signIn}</h2>
      <p>${first ? text.firstHint : text.signInHint}</p>
      <p class="wrong" role="alert">${this.wrong}</p>
      <form @submit=${(event: Event) => (first ? this.#setUp(event) : this.#enter(event))}>
        <label for="account">${text.account}</label>
        ${first ? html`<p class="hint" id="account-hint">${text.accountHint}</p>` : nothing}
        <input id="account" name="account" required maxlength="63" autocomplete="username" autocapitalize="none" spellcheck="false"
          pattern=${first ? '[a-z0-9][a-z0-9\\-]*' : nothing} title=${first ? text.accountHint : nothing} aria-describedby=${first ? 'account-hint' : nothing} />
        <label for="password">${text.password}</label>
        ${first ? html`<p class="hint" id="password-hint">${text.passwordHint}</p>` : nothing}
        <input id="password" name="password" type="password" required minlength=${first ? 12 : nothing} maxlength="256"
          autocomplete=${first ? 'new-password' : 'current-password'} aria-describedby=${first ? 'password-hint' : nothing} />
        ${first
          ? html`<label for="again">${text.again}</label>
              <input id="again" name="again" type="password" required maxlength="256" autocomplete="new-password" />`
          : html`<label for="code">${text.code}</label>
              <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="8" />`}
        <button type="submit" class="main" aria-disabled=${String(this.sending)}>${first ? text.makeAccount : text.enter}</button>
        <p role="status">${this.sending ? text.entering : nothing}</p>
      </form>
    </section>`;
  }
}

customElements.define('meclis-admin-enter', AdminEnter);
