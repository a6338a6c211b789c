import { TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { t } from '../i18n/language';
import { Prompt, blanksOf, filledIn } from '../prompts';
import { Topic } from '../topics';
import { icons } from './icons';
import { Sheet } from './sheet';

type View =
  | { readonly name: 'list' }
  | { readonly name: 'edit'; readonly prompt?: Prompt }
  | { readonly name: 'fill'; readonly prompt: Prompt }
  | { readonly name: 'delete'; readonly prompt: Prompt };

/** The reader's prompts: to use, write, change and delete. Tells of one to use by `use-prompt`. */
@customElement('hubbub-prompts')
export class HubbubPrompts extends Sheet {
  protected override readonly topics: readonly Topic[] = ['prompts'];
  protected override readonly kind = 'prompts';
  @state() private view: View = { name: 'list' };
  @state() private search = '';
  @state() private problem = '';
  @state() private busy = false;

  /** Puts a prompt where the message is written, and asks first for what is left blank in it. */
  use(prompt: Prompt): void {
    if (blanksOf(prompt.content).length === 0) {
      this.tellText(prompt.content);
      return;
    }
    this.turn({ name: 'fill', prompt });
    this.show();
  }

  protected override heading(): string {
    const { view } = this;
    switch (view.name) {
      case 'list':
        return t('promptsTitle');
      case 'edit':
        return view.prompt === undefined ? t('promptNew') : t('promptEdit');
      case 'fill':
        return view.prompt.title;
      case 'delete':
        return t('promptDeleteTitle');
    }
  }

  protected override opened(): void {
    this.workspace.prompts.load().catch((reason: unknown) => this.failed(reason));
    this.focusFirst();
  }

  protected override closed(): void {
    this.turn({ name: 'list' });
    this.search = '';
  }

  protected override body(): TemplateResult {
    const { view } = this;
    switch (view.name) {
      case 'list':
        return this.list();
      case 'edit':
        return this.form(view.prompt);
      case 'fill':
        return this.blanks(view.prompt);
      case 'delete':
        return this.question(view.prompt);
    }
  }

  private list(): TemplateResult {
    const { prompts } = this.workspace;
    const words = this.search.toLocaleLowerCase().split(/\s+/);
    const found = prompts.all.filter((prompt) => {
      const text = `${prompt.title} ${prompt.command ?? ''} ${prompt.content}`.toLocaleLowerCase();
      return words.every((word) => text.includes(word));
    });
    return html`<div class="sheet-tools">
        <label class="search">
          ${icons.search}
          <input
            type="search"
            data-first
            aria-label=${t('promptsSearch')}
            placeholder=${t('promptsSearch')}
            .value=${this.search}
            @input=${(event: Event) => (this.search = (event.target as HTMLInputElement).value)}
          />
        </label>
        <button type="button" class="button primary" @click=${() => this.turn({ name: 'edit' })}>
          ${icons.plus} ${t('promptNew')}
        </button>
      </div>
      <div class="sheet-body">
        ${this.error()}
        ${
          !prompts.listed
            ? html`<div class="skeleton" role="status" aria-label=${t('promptsLoading')}>
                <i></i><i class="short"></i>
              </div>`
            : found.length === 0
              ? html`<div class="empty" role="status">
                  ${icons.book}
                  <p>${prompts.all.length === 0 ? t('promptsNone') : t('promptsNotFound')}</p>
                </div>`
              : html`<ul class="prompt-list">
                  ${found.map((prompt) => html`<li>${this.row(prompt)}</li>`)}
                </ul>`
        }
      </div>`;
  }

  private row(prompt: Prompt): TemplateResult {
    return html`<button type="button" class="prompt" @click=${() => this.use(prompt)}>
        <span class="prompt-title">${prompt.title}</span>
        ${prompt.command === undefined ? nothing : html`<code>/${prompt.command}</code>`}
        <span class="prompt-text">${prompt.content}</span>
      </button>
      <button
        type="button"
        class="icon-button small"
        aria-label=${t('promptEditNamed', { title: prompt.title })}
        title=${t('promptEdit')}
        @click=${() => this.turn({ name: 'edit', prompt })}
      >
        ${icons.pencil}
      </button>
      <button
        type="button"
        class="icon-button small"
        aria-label=${t('promptDeleteNamed', { title: prompt.title })}
        title=${t('delete')}
        @click=${() => this.turn({ name: 'delete', prompt })}
      >
        ${icons.bin}
      </button>`;
  }

  private form(prompt: Prompt | undefined): TemplateResult {
    return html`<form
      class="sheet-body"
      @submit=${(event: SubmitEvent) => void this.submitted(event, prompt?.id)}
    >
      <label class="field">
        <span>${t('promptName')}</span>
        <input name="title" data-first required maxlength="100" .value=${prompt?.title ?? ''} />
      </label>
      <label class="field">
        <span>${t('promptCommand')}<small>${t('promptCommandHelp')}</small></span>
        <input
          name="command"
          maxlength="32"
          pattern="[a-z0-9\\-]*"
          autocapitalize="off"
          spellcheck="false"
          .value=${prompt?.command ?? ''}
        />
      </label>
      <label class="field">
        <span>${t('promptContent')}<small>${t('promptContentHelp')}</small></span>
        <textarea
          name="content"
          required
          rows="8"
          maxlength="16384"
          .value=${prompt?.content ?? ''}
        ></textarea>
      </label>
      ${this.error()} ${this.buttons(t('save'))}
    </form>`;
  }

  private blanks(prompt: Prompt): TemplateResult {
    return html`<form
      class="sheet-body"
      @submit=${(event: SubmitEvent) => this.filled(event, prompt)}
    >
      <p class="soft">${t('promptFillHelp')}</p>
      ${blanksOf(prompt.content).map(
        (name, index) =>
          html`<label class="field">
            <span>${name}</span>
            <textarea name=${name} rows="1" ?data-first=${index === 0}></textarea>
          </label>`,
      )}
      ${this.buttons(t('promptUse'))}
    </form>`;
  }

  private question(prompt: Prompt): TemplateResult {
    return html`<form
      class="sheet-body"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        void this.act(() => this.workspace.prompts.delete(prompt.id));
      }}
    >
      <p>${t('promptDeleteText', { title: prompt.title })}</p>
      ${this.error()}
      <div class="dialog-actions">
        <button type="button" class="button" data-first @click=${() => this.turn({ name: 'list' })}>
          ${t('cancel')}
        </button>
        <button type="submit" class="button danger" ?disabled=${this.busy}>${t('delete')}</button>
      </div>
    </form>`;
  }

  private buttons(action: string): TemplateResult {
    return html`<div class="dialog-actions">
      <button type="button" class="button" @click=${() => this.turn({ name: 'list' })}>
        ${t('cancel')}
      </button>
      <button type="submit" class="button primary" ?disabled=${this.busy}>${action}</button>
    </div>`;
  }

  private error(): TemplateResult | typeof nothing {
    return this.problem === ''
      ? nothing
      : html`<p class="error" role="alert">${this.problem}</p>`;
  }

  private submitted(event: SubmitEvent, id: string | undefined): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const text = (name: string): string => String(data.get(name) ?? '').trim();
    const prompt = { title: text('title'), command: text('command'), content: text('content') };
    return this.act(() => this.workspace.prompts.keep(prompt, id));
  }

  private filled(event: SubmitEvent, prompt: Prompt): void {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const values = new Map([...data].map(([name, value]) => [name, String(value)]));
    this.tellText(filledIn(prompt.content, values));
  }

  private async act(change: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.problem = '';
    try {
      await change();
      this.turn({ name: 'list' });
    } catch (reason) {
      this.failed(reason);
    } finally {
      this.busy = false;
    }
  }

  private tellText(text: string): void {
    this.close();
    this.dispatchEvent(new CustomEvent('use-prompt', { detail: text, bubbles: true }));
  }

  private turn(view: View): void {
    this.view = view;
    this.problem = '';
    if (this.shown) {
      this.focusFirst();
    }
  }

  private failed(reason: unknown): void {
    this.problem = reason instanceof Error ? reason.message : String(reason);
  }

  private focusFirst(): void {
    void this.updateComplete.then(() =>
      this.querySelector<HTMLElement>('[data-first]')?.focus(),
    );
  }
}
