import { TemplateResult, html, nothing } from 'lit';
import { t } from '../i18n/language';
import { icons } from './icons';
import { Overlay } from './overlay';

/** An overlay with a title and a button that closes it. */
export abstract class Sheet extends Overlay {
  /** Says in one word which one this is, for its look and its title. */
  protected abstract readonly kind: string;

  protected abstract heading(): string;

  protected abstract body(): TemplateResult;

  protected override render(): TemplateResult {
    const name = `${this.kind}-title`;
    return html`<dialog
      class="sheet ${this.kind}"
      aria-labelledby=${name}
      @click=${this.clicked}
      @close=${this.wentAway}
    >
      ${
        this.shown
          ? html`<div class="sheet-frame">
              <header class="sheet-head">
                <h2 id=${name}>${this.heading()}</h2>
                <button
                  type="button"
                  class="icon-button"
                  aria-label=${t('close')}
                  @click=${() => this.close()}
                >
                  ${icons.close}
                </button>
              </header>
              ${this.body()}
            </div>`
          : nothing
      }
    </dialog>`;
  }
}
