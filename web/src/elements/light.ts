/** An element without a shadow: the page's own style sheet holds for it. */

import { LitElement } from 'lit';

export class LightElement extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    // What the page said before the script ran.
    this.replaceChildren();
    return this;
  }
}
