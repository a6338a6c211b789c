import { LitElement, html } from 'lit';
import { customElement } from 'lit/decorators.js';

/** The whole page. */
@customElement('hubbub-app')
export class HubbubApp extends LitElement {
  override render() {
    return html`<h1>Hubbub</h1>`;
  }
}
