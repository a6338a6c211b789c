import { TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { t } from '../i18n/language';
import { IMAGE_TYPES } from '../images';
import { keep, kept } from '../kept';
import { nameOfKey } from '../keys';
import { Topic } from '../topics';
import './attachments';
import type { HubbubAttachments } from './attachments';
import { icons } from './icons';
import './model-picker';
import { Part } from './part';
import './slash';
import type { HubbubSlash } from './slash';
import type { GivenBack } from './transcript';

const DRAFT_KEY = 'hubbub.draft.';

/** Where a message is written. Enter sends it, or breaks the line, as the reader's settings say. */
@customElement('hubbub-composer')
export class HubbubComposer extends Part {
  protected override readonly topics: readonly Topic[] = ['chat', 'models', 'connection', 'settings'];
  @state() private text = '';
  @state() private dropping = false;
  private draftOf: string | undefined = 'none yet';

  /** Puts words into the empty input, to be changed or sent. */
  suggest(text: string): void {
    this.type(text);
    this.focusInput();
  }

  /** Gives a message back to its writer, below what is written already. */
  takeBack({ content, images }: GivenBack): void {
    const written = [this.text, content].filter((text) => text.trim() !== '');
    this.suggest(written.join('\n\n'));
    this.attachments()?.takeBack(images);
  }

  /** What stands in the input. */
  get typed(): string {
    return this.text;
  }

  empty(): void {
    this.type('');
  }

  /** Puts a text where the writer is, between what is written already. */
  insert(text: string): void {
    const input = this.input();
    const at = input?.selectionStart ?? this.text.length;
    const to = input?.selectionEnd ?? at;
    this.type(this.text.slice(0, at) + text + this.text.slice(to));
    void this.updateComplete.then(() => {
      this.focusInput();
      this.input()?.setSelectionRange(at + text.length, at + text.length);
    });
  }

  focusInput(): void {
    this.input()?.focus();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Beside the input, too, a dropped file is not to take the page away.
    for (const type of ['dragover', 'dragleave', 'drop'] as const) {
      window.addEventListener(type, this.dragged);
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const type of ['dragover', 'dragleave', 'drop'] as const) {
      window.removeEventListener(type, this.dragged);
    }
  }

  protected override willUpdate(): void {
    const id = this.workspace.open?.id;
    if (id !== this.draftOf) {
      this.draftOf = id;
      this.text = kept('tab', DRAFT_KEY + (id ?? 'new')) ?? '';
    }
  }

  protected override updated(): void {
    const input = this.input();
    if (input !== null) {
      if (input.value !== this.text) {
        input.value = this.text;
      }
      input.style.height = 'auto';
      input.style.height = `${input.scrollHeight}px`;
    }
  }

  protected override render(): TemplateResult {
    const { open } = this.workspace;
    const replying = open?.reply !== undefined;
    const closed = open !== undefined && ['missing', 'deleted', 'broken'].includes(open.phase);
    const images = this.attachments()?.count ?? 0;
    const blank = this.text.trim() === '' && images === 0;
    return html`<form
      class="composer"
      data-dropping=${this.dropping}
      @submit=${this.submitted}
      @attachments=${() => this.requestUpdate()}
      @slash=${this.slashed}
      @choose-prompt=${() => this.type('')}
      @attachment-removed=${() => this.focusInput()}
    >
      <hubbub-attachments
        .draft=${this.draftOf ?? 'new'}
        .objection=${this.objection()}
      ></hubbub-attachments>
      <hubbub-slash .workspace=${this.workspace} .text=${this.text}></hubbub-slash>
      <label class="visually-hidden" for="message-input">${t('message')}</label>
      <textarea
        id="message-input"
        rows="1"
        placeholder=${replying ? t('writeNext') : t('write')}
        aria-autocomplete="list"
        ?disabled=${closed}
        @input=${(event: InputEvent) => this.type((event.target as HTMLTextAreaElement).value)}
        @keydown=${this.pressed}
        @paste=${this.pasted}
      ></textarea>
      <div class="composer-row">
        ${this.imageButton(closed)}
        <hubbub-model-picker .workspace=${this.workspace}></hubbub-model-picker>
        <button
          type="button"
          class="icon-button small"
          aria-label=${t('actionCompare')}
          title=${t('actionCompare')}
          ?disabled=${closed || replying}
          @click=${() =>
            this.dispatchEvent(new CustomEvent('act', { detail: 'compare', bubbles: true }))}
        >
          ${icons.columns}
        </button>
        <span class="hint" aria-hidden="true">${this.hint()}</span>
        ${
          replying
            ? html`<button
                type="button"
                class="round-button stop"
                aria-label=${t('stopReply')}
                title=${t('stop')}
                @click=${() => this.workspace.stop()}
              >
                ${icons.stop}
              </button>`
            : nothing
        }
        ${
          replying && blank
            ? nothing
            : html`<button
                type="submit"
                class="round-button send"
                aria-label=${replying ? t('sendLater') : t('sendMessage')}
                title=${t('send')}
                ?disabled=${blank || closed || !this.imagesReady()}
              >
                ${icons.send}
              </button>`
        }
      </div>
    </form>`;
  }

  private imageButton(closed: boolean): TemplateResult {
    const objection = this.objection();
    return html`<input
        type="file"
        accept=${IMAGE_TYPES.join()}
        multiple
        hidden
        @change=${(event: Event) => {
          const input = event.target as HTMLInputElement;
          this.attachments()?.add(input.files ?? []);
          input.value = '';
        }}
      />
      <button
        type="button"
        class="icon-button"
        aria-label=${t('imagesAdd')}
        title=${objection === '' ? t('imagesAdd') : objection}
        ?disabled=${closed || objection !== ''}
        @click=${() => this.querySelector<HTMLInputElement>('input[type=file]')?.click()}
      >
        ${icons.image}
      </button>`;
  }

  /** Why images are not for this model; empty when they are. */
  private objection(): string {
    const { model, models, seesImages } = this.workspace;
    if (seesImages) {
      return '';
    }
    const name = models.find(({ id }) => id === model)?.display_name ?? model;
    return t('imagesNotSeen', { model: name === '' ? t('modelDefaultLong') : name });
  }

  private imagesReady(): boolean {
    const attachments = this.attachments();
    return (attachments?.count ?? 0) === 0 || (attachments!.ready && this.objection() === '');
  }

  private pasted(event: ClipboardEvent): void {
    const files = event.clipboardData?.files ?? [];
    // What has a text besides, as from a text processor, is pasted as that.
    if (files.length > 0 && event.clipboardData?.types.includes('text/plain') !== true) {
      event.preventDefault();
      this.attachments()?.add(files);
    }
  }

  private readonly dragged = (event: DragEvent): void => {
    const files = event.dataTransfer?.types.includes('Files') === true;
    if (!files || document.querySelector('dialog[open]') !== null) {
      return;
    }
    event.preventDefault();
    this.dropping = event.type === 'dragover';
    if (event.type === 'drop') {
      this.attachments()?.add(event.dataTransfer?.files ?? []);
      this.focusInput();
    }
  };

  private hint(): string {
    return this.workspace.settings.enterSends
      ? t('hintNewLine')
      : t('hintSend', { key: nameOfKey('Mod') });
  }

  private type(text: string): void {
    this.text = text;
    keep('tab', DRAFT_KEY + (this.draftOf ?? 'new'), text);
  }

  private pressed(event: KeyboardEvent): void {
    if (!event.isComposing && this.querySelector<HubbubSlash>('hubbub-slash')?.take(event)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    // An input method takes Enter for itself while a word is being composed.
    const composing = event.isComposing || event.keyCode === 229;
    const sends =
      event.ctrlKey || event.metaKey || (!event.shiftKey && this.workspace.settings.enterSends);
    if (event.key === 'Enter' && sends && !composing) {
      event.preventDefault();
      this.send();
    }
  }

  /** The field keeps the focus and says which prompt stands out. */
  private slashed(): void {
    const active = this.querySelector<HubbubSlash>('hubbub-slash')?.active;
    for (const [name, value] of [
      ['aria-controls', 'slash-list'],
      ['aria-activedescendant', active ?? ''],
    ] as const) {
      if (active === undefined) {
        this.input()?.removeAttribute(name);
      } else {
        this.input()?.setAttribute(name, value);
      }
    }
  }

  private submitted(event: SubmitEvent): void {
    event.preventDefault();
    this.send();
    this.focusInput();
  }

  private send(): void {
    const content = this.text.trim();
    const attachments = this.attachments();
    if ((content !== '' || (attachments?.count ?? 0) > 0) && this.imagesReady()) {
      this.type('');
      this.workspace.send(content, attachments?.take());
      this.dispatchEvent(new CustomEvent('sent', { bubbles: true }));
    }
  }

  private attachments(): HubbubAttachments | null {
    return this.querySelector<HubbubAttachments>('hubbub-attachments');
  }

  private input(): HTMLTextAreaElement | null {
    return this.querySelector('textarea');
  }
}
