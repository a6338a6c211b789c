import { LitElement, TemplateResult, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { Translation, t } from '../i18n/language';
import { keepToken } from '../token';
import { icons } from './icons';

/** Takes a token where the server wants one, and begins the page anew with it. */
@customElement('hubbub-sign-in')
export class HubbubSignIn extends LitElement {
  /** Why the server does not take the reader. */
  @property() reason = '';
  @state() private error = '';
  protected readonly translation = new Translation(this);

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override firstUpdated(): void {
    this.querySelector('input')?.focus();
  }

  protected override render(): TemplateResult {
    const problem = this.error === '' ? this.reason : this.error;
    return html`<form class="sign-in" aria-labelledby="sign-in-title" @submit=${this.submitted}>
      ${icons.mark}
      <h1 id="sign-in-title">${t('signIn')}</h1>
      <p id="sign-in-help">${t('signInHelp')}</p>
      <label for="token">${t('token')}</label>
      <input
        id="token"
        name="token"
        type="password"
        autocomplete="current-password"
        autocapitalize="off"
        spellcheck="false"
        required
        aria-describedby="sign-in-help sign-in-problem"
        aria-invalid=${problem !== ''}
      />
      <p id="sign-in-problem" class="error" role="alert">
        ${problem === '' ? nothing : problem}
      </p>
      <button type="submit" class="button">${t('signIn')}</button>
    </form>`;
  }

  private submitted(event: SubmitEvent): void {
    event.preventDefault();
    const input = this.querySelector('input')!;
    this.error = keepToken(input.value.trim()) ?? '';
    if (this.error === '') {
      location.reload();
    } else {
      input.focus();
    }
  }
}
