import { TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { t } from '../i18n/language';
import { Model } from '../protocol';
import { Topic } from '../topics';
import { icons } from './icons';
import { Part } from './part';

/** Chooses who answers: a model of the list, or any id typed in, such as `simulated:rate=20`. */
@customElement('hubbub-model-picker')
export class HubbubModelPicker extends Part {
  protected override readonly topics: readonly Topic[] = ['chat', 'models', 'settings'];
  @state() private shown = false;
  @state() private typed = '';

  private readonly outside = (event: PointerEvent): void => {
    if (!this.contains(event.target as Node)) {
      this.hide(false);
    }
  };

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.outside);
  }

  protected override render(): TemplateResult {
    const { model, models } = this.workspace;
    const name = models.find((known) => known.id === model)?.display_name ?? model;
    return html`<button
        type="button"
        class="model-button"
        aria-haspopup="dialog"
        aria-expanded=${this.shown}
        aria-label=${t('model', { model: name === '' ? t('modelDefault') : name })}
        @click=${() => (this.shown ? this.hide(true) : this.reveal())}
      >
        <span>${name === '' ? t('modelDefaultLong') : name}</span>${icons.open}
      </button>
      ${this.shown ? this.panel() : nothing}`;
  }

  private panel(): TemplateResult {
    const { model, models } = this.workspace;
    const search = this.typed.trim().toLocaleLowerCase();
    const known = models.some(({ id }) => id === model);
    const offered = models.filter(({ id, display_name }) =>
      `${id} ${display_name}`.toLocaleLowerCase().includes(search),
    );
    return html`<div
      class="model-panel"
      role="dialog"
      aria-label=${t('modelChoose')}
      @keydown=${this.pressed}
    >
      <input
        type="text"
        spellcheck="false"
        autocomplete="off"
        autocapitalize="off"
        aria-label=${t('modelSearch')}
        placeholder=${t('modelSearchShort')}
        .value=${this.typed}
        @input=${(event: InputEvent) => (this.typed = (event.target as HTMLInputElement).value)}
      />
      <ul>
        ${
          !known && search === '' && model !== ''
            ? html`<li>${this.choice({ id: model, display_name: model, provider: t('modelInUse') })}</li>`
            : nothing
        }
        ${offered.map((offer) => html`<li>${this.choice(offer)}</li>`)}
        ${
          search !== '' && !models.some(({ id }) => id === this.typed.trim())
            ? html`<li>
                ${this.choice({
                  id: this.typed.trim(),
                  display_name: this.typed.trim(),
                  provider: t('modelUseId'),
                })}
              </li>`
            : nothing
        }
      </ul>
    </div>`;
  }

  private choice(model: Model): TemplateResult {
    const chosen = model.id === this.workspace.model;
    return html`<button
      type="button"
      class="model-choice"
      aria-pressed=${chosen}
      @click=${() => this.choose(model.id)}
    >
      <span class="model-name">${model.display_name}</span>
      <span class="meta">${model.provider}</span>
      ${chosen ? icons.check : nothing}
    </button>`;
  }

  private pressed(event: KeyboardEvent): void {
    const stops = [...this.querySelectorAll<HTMLElement>('.model-panel input, .model-choice')];
    const at = stops.indexOf(document.activeElement as HTMLElement);
    if (event.key === 'Escape') {
      event.stopPropagation();
      this.hide(true);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const to = at + (event.key === 'ArrowDown' ? 1 : -1);
      stops[(to + stops.length) % stops.length]?.focus();
    } else if (event.key === 'Enter' && at === 0) {
      event.preventDefault();
      const exact = this.typed.trim();
      const offered = this.querySelector<HTMLElement>('.model-choice');
      if (exact.includes(':') || this.workspace.models.some(({ id }) => id === exact)) {
        this.choose(exact);
      } else {
        offered?.click();
      }
    } else if (event.key === 'Tab' && stops.length > 0) {
      const edge = event.shiftKey ? 0 : stops.length - 1;
      if (at === edge) {
        this.hide(false);
      }
    }
  }

  private choose(id: string): void {
    this.workspace.useModel(id);
    this.hide(true);
  }

  private reveal(): void {
    this.typed = '';
    this.shown = true;
    document.addEventListener('pointerdown', this.outside);
    void this.updateComplete.then(() => this.querySelector('input')?.focus());
  }

  private hide(focusButton: boolean): void {
    this.shown = false;
    document.removeEventListener('pointerdown', this.outside);
    if (focusButton) {
      this.querySelector<HTMLElement>('.model-button')?.focus();
    }
  }
}
