import { TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { t } from '../i18n/language';
import { token, tokenEndsAt } from '../token';
import { Topic } from '../topics';
import { Part } from './part';

/** How long before the end a reader is told of it. */
const TOLD_MILLIS = 5 * 60_000;
const LOOK_MILLIS = 10_000;

/** Tells in time that the sign-in ends, and takes another token while everything stays open. */
@customElement('hubbub-sign-in-end')
export class HubbubSignInEnd extends Part {
  protected override readonly topics: readonly Topic[] = ['connection'];
  @state() private minutes: number | undefined;
  @state() private asking = false;
  @state() private error = '';
  private timer = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = window.setInterval(() => this.look(), LOOK_MILLIS);
    this.look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.timer);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { minutes } = this;
    if (minutes === undefined) {
      return nothing;
    }
    return html`<div class="sign-in-end" role="region" aria-label=${t('signIn')}>
      <p role="status">${t('signInEnds', { count: minutes })}</p>
      ${
        this.asking
          ? html`<form @submit=${this.submitted}>
              <label class="visually-hidden" for="next-token">${t('tokenNext')}</label>
              <input
                id="next-token"
                type="password"
                placeholder=${t('tokenNext')}
                autocomplete="off"
                required
                aria-describedby="next-token-problem"
              />
              <button type="submit" class="button">${t('signInKeep')}</button>
              <span id="next-token-problem" role="alert">${this.error}</span>
            </form>`
          : html`<button type="button" class="button" @click=${this.ask}>${t('signInKeep')}…</button>`
      }
    </div>`;
  }

  private look(): void {
    const end = token() === undefined ? undefined : tokenEndsAt();
    const left = end === undefined ? Infinity : end - Date.now();
    this.minutes = left > 0 && left <= TOLD_MILLIS ? Math.ceil(left / 60_000) : undefined;
  }

  private ask(): void {
    this.asking = true;
    void this.updateComplete.then(() => this.querySelector('input')?.focus());
  }

  private async submitted(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const given = this.querySelector('input')!.value.trim();
    this.error = (await this.workspace.renew(given)) ?? '';
    if (this.error === '') {
      this.asking = false;
      this.look();
    }
  }
}
