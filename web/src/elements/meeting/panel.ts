import { LightElement } from '../light.js';
import type { View } from './view.js';

/** A part of the viewer's page: drawn anew when the page gives it another view. */
export class Panel extends LightElement {
  static override properties = { view: { attribute: false } };
  /** null until something is known. */
  declare view: View | null;

  constructor() {
    super();
    this.view = null;
  }
}
