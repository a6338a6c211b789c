import { TemplateResult, html } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { t } from '../i18n/language';
import { Chat } from '../protocol';
import { Topic } from '../topics';
import { Sheet } from './sheet';

const FOLDER_CHARS_MAX = 64;
const TAG_CHARS_MAX = 32;
const TAGS_MAX = 8;

/** Asks into which folder a chat goes, and which tags it has. */
@customElement('hubbub-filing')
export class HubbubFiling extends Sheet {
  protected override readonly topics: readonly Topic[] = ['list'];
  protected override readonly kind = 'filing';
  @state() private chat: Chat | undefined;
  @state() private problem = '';

  file(chat: Chat): void {
    this.chat = chat;
    this.problem = '';
    this.show();
  }

  protected override heading(): string {
    return t('fileTitle');
  }

  protected override opened(): void {
    this.querySelector('input')?.focus();
  }

  protected override body(): TemplateResult {
    const { chats, labels } = this.workspace;
    const folders = new Set([...labels.folders, ...chats.flatMap(({ folder }) => folder ?? [])]);
    const tags = new Set([...labels.tags, ...chats.flatMap(({ tags: some }) => some ?? [])]);
    return html`<form class="sheet-body" @submit=${this.submitted}>
      <label class="field">
        <span>${t('folder')}<small>${t('folderHelp')}</small></span>
        <input
          name="folder"
          list="filing-folders"
          autocomplete="off"
          maxlength=${FOLDER_CHARS_MAX}
          .value=${this.chat?.folder ?? ''}
        />
      </label>
      <datalist id="filing-folders">
        ${[...folders].map((name) => html`<option value=${name}></option>`)}
      </datalist>
      <label class="field">
        <span>${t('tags')}<small>${t('tagsHelp', { count: TAGS_MAX })}</small></span>
        <input name="tags" autocomplete="off" .value=${(this.chat?.tags ?? []).join(', ')} />
      </label>
      ${
        tags.size === 0
          ? ''
          : html`<div class="chips" role="group" aria-label=${t('tagsInUse')}>
              ${[...tags].map(
                (tag) =>
                  html`<button type="button" class="chip" @click=${() => this.add(tag)}>
                    ${tag}
                  </button>`,
              )}
            </div>`
      }
      ${this.problem === '' ? '' : html`<p class="error" role="alert">${this.problem}</p>`}
      <div class="dialog-actions">
        <button type="button" class="button" @click=${() => this.close()}>${t('cancel')}</button>
        <button type="submit" class="button primary">${t('save')}</button>
      </div>
    </form>`;
  }

  /** Puts a tag to those typed, or takes it away. */
  private add(tag: string): void {
    const field = this.querySelector<HTMLInputElement>('[name=tags]')!;
    const typed = tagsOf(field.value);
    const without = typed.filter((one) => one !== tag);
    field.value = (without.length < typed.length ? without : [...typed, tag]).join(', ');
    field.focus();
  }

  private submitted(event: SubmitEvent): void {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const tags = tagsOf(String(data.get('tags') ?? ''));
    const long = tags.find((tag) => tag.length > TAG_CHARS_MAX);
    if (tags.length > TAGS_MAX) {
      this.problem = t('tagsTooMany', { count: TAGS_MAX });
    } else if (long !== undefined) {
      this.problem = t('tagTooLong', { tag: long, count: TAG_CHARS_MAX });
    } else if (this.chat !== undefined) {
      this.workspace.mark(this.chat, { folder: String(data.get('folder') ?? '').trim(), tags });
      this.close();
    }
  }
}

function tagsOf(text: string): readonly string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '');
}
