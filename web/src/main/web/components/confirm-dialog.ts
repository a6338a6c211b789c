import { LitElement, TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { t } from '../i18n/language';

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly act: () => Promise<void>;
}

/** Asks before something that cannot be taken back. The browser keeps the focus inside. */
@customElement('hubbub-confirm')
export class HubbubConfirm extends LitElement {
  @state() private question: Question | undefined;
  @state() private busy = false;
  @state() private error = '';

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  ask(question: Question): void {
    this.question = question;
    this.busy = false;
    this.error = '';
    this.performUpdate();
    this.dialog().showModal();
    this.querySelector<HTMLElement>('[data-cancel]')?.focus();
  }

  protected override render(): TemplateResult {
    const { question } = this;
    return html`<dialog
      aria-labelledby="confirm-title"
      aria-describedby="confirm-text"
      @click=${this.clicked}
      @close=${this.wentAway}
    >
      ${
        question === undefined
          ? nothing
          : html`<div class="dialog-body">
              <h2 id="confirm-title">${question.title}</h2>
              <p id="confirm-text">${question.text}</p>
              ${this.error === '' ? nothing : html`<p class="error" role="alert">${this.error}</p>`}
              <div class="dialog-actions">
                <button
                  type="button"
                  class="button"
                  data-cancel
                  @click=${() => this.dialog().close()}
                >
                  ${t('cancel')}
                </button>
                <button
                  type="button"
                  class="button danger"
                  ?disabled=${this.busy}
                  @click=${() => this.confirmed(question)}
                >
                  ${question.action}
                </button>
              </div>
            </div>`
      }
    </dialog>`;
  }

  private async confirmed(question: Question): Promise<void> {
    this.busy = true;
    try {
      await question.act();
      this.dialog().close();
    } catch (reason) {
      this.error = reason instanceof Error ? reason.message : String(reason);
    } finally {
      this.busy = false;
    }
  }

  /** The browser tells of a closing some time later; something else may be asked by then. */
  private readonly wentAway = (): void => {
    if (!this.dialog().open) {
      this.question = undefined;
    }
  };

  /** A click on the shade beside the dialog is a no. */
  private clicked(event: MouseEvent): void {
    if (event.target === this.dialog()) {
      this.dialog().close();
    }
  }

  private dialog(): HTMLDialogElement {
    return this.querySelector('dialog')!;
  }
}
