import { TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { call } from '../api';
import { matching } from '../chat-list';
import { date, t } from '../i18n/language';
import { Chat } from '../protocol';
import { Topic } from '../topics';
import { icons } from './icons';
import { Sheet } from './sheet';

const PAGE = 100;

/** The chats that were put away: to read, take back, or delete. */
@customElement('hubbub-archive')
export class HubbubArchive extends Sheet {
  protected override readonly topics: readonly Topic[] = [];
  protected override readonly kind = 'archive';
  @state() private chats: readonly Chat[] | undefined;
  @state() private cursor: string | undefined;
  @state() private search = '';
  @state() private problem = '';

  protected override heading(): string {
    return t('archiveTitle');
  }

  protected override opened(): void {
    this.chats = undefined;
    this.cursor = undefined;
    this.search = '';
    this.problem = '';
    void this.load();
    this.querySelector('input')?.focus();
  }

  protected override body(): TemplateResult {
    return html`<div class="sheet-tools">
        <label class="search">
          ${icons.filter}
          <input
            type="search"
            aria-label=${t('archiveSearch')}
            placeholder=${t('archiveSearch')}
            .value=${this.search}
            @input=${(event: Event) => (this.search = (event.target as HTMLInputElement).value)}
          />
        </label>
      </div>
      <div class="sheet-body">
        ${this.problem === '' ? nothing : html`<p class="error" role="alert">${this.problem}</p>`}
        ${this.list()}
      </div>`;
  }

  private list(): TemplateResult {
    if (this.chats === undefined) {
      return html`<div class="skeleton" role="status" aria-label=${t('chatsLoading')}>
        <i></i><i class="short"></i>
      </div>`;
    }
    const found = matching(this.chats, this.search);
    if (found.length === 0) {
      return html`<div class="empty" role="status">
        ${icons.archive}
        <p>${this.chats.length === 0 ? t('archiveNone') : t('chatsNotFound')}</p>
      </div>`;
    }
    return html`<ul class="archived">
        ${found.map((chat) => html`<li>${this.row(chat)}</li>`)}
      </ul>
      ${
        this.cursor === undefined
          ? nothing
          : html`<button type="button" class="button" @click=${() => this.load()}>
              ${t('more')}
            </button>`
      }`;
  }

  private row(chat: Chat): TemplateResult {
    const name = chat.name === '' ? t('untitled') : chat.name;
    return html`<button type="button" class="archived-chat" @click=${() => this.read(chat)}>
        <span>${name}</span>
        <time class="meta" datetime=${chat.updated_at}>${date(new Date(chat.updated_at), { dateStyle: 'medium' })}</time>
      </button>
      <button
        type="button"
        class="button"
        aria-label=${t('restoreNamed', { name })}
        @click=${() => this.restore(chat)}
      >
        ${t('restore')}
      </button>
      <button
        type="button"
        class="icon-button small"
        aria-label=${t('deleteNamed', { name })}
        title=${t('delete')}
        @click=${() => this.askToDelete(chat)}
      >
        ${icons.bin}
      </button>`;
  }

  private read(chat: Chat): void {
    this.close();
    this.workspace.show(chat.id);
  }

  private restore(chat: Chat): void {
    this.workspace.archive(chat, false);
    this.drop(chat);
  }

  private askToDelete(chat: Chat): void {
    this.close();
    this.dispatchEvent(new CustomEvent('delete-chat', { detail: chat, bubbles: true }));
  }

  private drop(chat: Chat): void {
    this.chats = this.chats?.filter(({ id }) => id !== chat.id);
    void this.updateComplete.then(() => this.querySelector('input')?.focus());
  }

  private async load(): Promise<void> {
    const from = this.cursor === undefined ? '' : `&cursor=${encodeURIComponent(this.cursor)}`;
    try {
      const path = `/api/chats?archived=true&limit=${PAGE}${from}`;
      const page = await call<{ chats: Chat[]; next_cursor?: string }>('GET', path);
      this.chats = [...(this.chats ?? []), ...page.chats];
      this.cursor = page.next_cursor;
    } catch (reason) {
      this.chats ??= [];
      this.problem = reason instanceof Error ? reason.message : String(reason);
    }
  }
}
