import { TemplateResult, html, nothing } from 'lit';
import { state } from 'lit/decorators.js';
import { t } from '../i18n/language';
import { icons } from './icons';
import { Part } from './part';

/** Something that stands over the page until it is closed. The browser keeps the focus inside. */
export abstract class Sheet extends Part {
  @state() protected shown = false;

  /** Says in one word which one this is, for its look and its title. */
  protected abstract readonly kind: string;

  show(): void {
    if (this.shown) {
      return;
    }
    this.shown = true;
    void this.updateComplete.then(() => {
      this.dialog()?.showModal();
      this.opened();
    });
  }

  close(): void {
    this.dialog()?.close();
  }

  protected abstract heading(): string;

  protected abstract body(): TemplateResult;

  /** It is on the screen now. */
  protected opened(): void {}

  /** It is not on the screen any more. */
  protected closed(): void {}

  protected override render(): TemplateResult {
    const name = `${this.kind}-title`;
    return html`<dialog
      class="sheet ${this.kind}"
      aria-labelledby=${name}
      @click=${this.clicked}
      @close=${() => {
        this.shown = false;
        this.closed();
      }}
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

  /** A click on the shade beside it closes it. */
  private clicked(event: MouseEvent): void {
    if (event.target === this.dialog()) {
      this.close();
    }
  }

  private dialog(): HTMLDialogElement | null {
    return this.querySelector('dialog');
  }
}
