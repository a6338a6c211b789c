import { TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { byPeriod, matching } from '../chat-list';
import { Chat } from '../protocol';
import { ThemeChoice, nextTheme, themeChoice } from '../theme';
import { Topic } from '../topics';
import { icons } from './icons';
import { Part } from './part';

const THEMES: Record<ThemeChoice, { picture: TemplateResult; name: string }> = {
  system: { picture: icons.screen, name: 'as the system' },
  light: { picture: icons.sun, name: 'light' },
  dark: { picture: icons.moon, name: 'dark' },
};

/** The list of chats: to find, open, rename and delete them, and to see which of them live. */
@customElement('hubbub-sidebar')
export class HubbubSidebar extends Part {
  protected override readonly topics: readonly Topic[] = ['list', 'chat'];
  @state() private search = '';
  @state() private renaming: string | undefined;
  @state() private theme = themeChoice();

  focusSearch(): void {
    const field = this.querySelector<HTMLInputElement>('.search input');
    field?.focus();
    field?.select();
  }

  protected override render(): TemplateResult {
    const theme = THEMES[this.theme];
    return html`<div class="sidebar-head">
        <a class="brand" href="/" @click=${(event: MouseEvent) => this.follow(event, undefined)}>
          ${icons.mark}<span>Hubbub</span>
        </a>
        <button
          type="button"
          class="icon-button"
          aria-label=${`Theme: ${theme.name}. Change`}
          title=${`Theme: ${theme.name}`}
          @click=${() => (this.theme = nextTheme())}
        >
          ${theme.picture}
        </button>
        <button
          type="button"
          class="icon-button drawer-close"
          aria-label="Close the list of chats"
          @click=${() => this.dispatchEvent(new CustomEvent('leave', { bubbles: true }))}
        >
          ${icons.close}
        </button>
      </div>
      <button
        type="button"
        class="new-chat"
        aria-keyshortcuts="Control+Shift+N Meta+Shift+N Control+Alt+N"
        @click=${() => this.turnTo(undefined)}
      >
        ${icons.plus} New chat
      </button>
      <label class="search">
        ${icons.search}
        <span class="visually-hidden">Search chats</span>
        <input
          type="search"
          placeholder="Search chats"
          autocomplete="off"
          aria-keyshortcuts="Control+K Meta+K"
          .value=${this.search}
          @input=${(event: InputEvent) => this.searchFor((event.target as HTMLInputElement).value)}
          @keydown=${this.searchPressed}
        />
        <kbd aria-hidden="true">${APPLE ? '⌘' : 'Ctrl'} K</kbd>
      </label>
      <nav class="chats" aria-label="Chats" @scroll=${this.scrolled}>${this.list()}</nav>`;
  }

  protected override updated(): void {
    // A search looks at all chats, and a short page leaves room for more.
    const chats = this.querySelector('.chats');
    const room = chats !== null && chats.scrollHeight <= chats.clientHeight;
    if (this.workspace.nextCursor !== undefined && (room || this.search !== '')) {
      this.loadMore();
    }
  }

  private list(): TemplateResult {
    const { workspace } = this;
    if (!workspace.listed) {
      return html`<div class="skeleton list" role="status" aria-label="Loading chats">
        <i></i><i></i><i class="short"></i>
      </div>`;
    }
    const found = matching(workspace.chats, this.search);
    if (found.length === 0) {
      return html`<p class="list-note" role="status">
        ${this.search === '' ? 'Your chats will be listed here.' : 'No chat has that in its name.'}
      </p>`;
    }
    return html`${repeat(
      byPeriod(found, new Date()),
      (period) => period.title,
      (period) =>
        html`<h2>${period.title}</h2>
          <ul>
            ${repeat(
              period.chats,
              (chat) => chat.id,
              (chat) => html`<li>${this.row(chat)}</li>`,
            )}
          </ul>`,
    )}`;
  }

  private row(chat: Chat): TemplateResult {
    if (this.renaming === chat.id) {
      return html`<input
        class="rename"
        aria-label="Name of the chat"
        maxlength="200"
        .value=${chat.name}
        @keydown=${(event: KeyboardEvent) => this.renamePressed(event, chat)}
        @blur=${(event: FocusEvent) => this.renamed(event.target as HTMLInputElement, chat)}
      />`;
    }
    const open = this.workspace.open?.id === chat.id;
    const unread = this.workspace.isUnread(chat);
    const name = chat.name === '' ? 'Untitled' : chat.name;
    return html`<a
        class="chat-link"
        href=${`/c/${chat.id}`}
        aria-current=${open ? 'page' : nothing}
        data-unread=${unread}
        title=${name}
        @click=${(event: MouseEvent) => this.follow(event, chat.id)}
        @dblclick=${() => this.beginRename(chat)}
        @keydown=${(event: KeyboardEvent) => this.rowPressed(event, chat)}
      >
        ${chat.icon === undefined ? nothing : html`<span aria-hidden="true">${chat.icon}</span>`}
        <span class="chat-name">${name}</span>
        ${
          chat.status === 'replying'
            ? html`<span
                class="live-mark"
                role="img"
                aria-label="is answering"
                title="Is answering"
              ></span>`
            : unread
              ? html`<span
                  class="unread-mark"
                  role="img"
                  aria-label="unread"
                  title="Unread"
                ></span>`
              : nothing
        }
      </a>
      <span class="row-actions">
        <button
          type="button"
          class="icon-button small"
          aria-label=${`Rename ${name}`}
          title="Rename"
          @click=${() => this.beginRename(chat)}
        >
          ${icons.pencil}
        </button>
        <button
          type="button"
          class="icon-button small"
          aria-label=${`Delete ${name}`}
          title="Delete"
          @click=${() =>
            this.dispatchEvent(new CustomEvent('delete-chat', { detail: chat, bubbles: true }))}
        >
          ${icons.bin}
        </button>
      </span>`;
  }

  private follow(event: MouseEvent, id: string | undefined): void {
    // Another tab or window is the browser's business.
    if (event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      this.turnTo(id);
    }
  }

  private turnTo(id: string | undefined): void {
    this.workspace.show(id);
    this.dispatchEvent(new CustomEvent('leave', { detail: { chosen: true }, bubbles: true }));
  }

  private beginRename(chat: Chat): void {
    this.renaming = chat.id;
    void this.updateComplete.then(() => {
      const field = this.querySelector<HTMLInputElement>('.rename');
      field?.focus();
      field?.select();
    });
  }

  private renamePressed(event: KeyboardEvent, chat: Chat): void {
    if (event.key === 'Enter' && !event.isComposing) {
      this.renamed(event.target as HTMLInputElement, chat);
      this.focusRow(chat);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      this.renaming = undefined;
      this.focusRow(chat);
    }
  }

  private renamed(field: HTMLInputElement, chat: Chat): void {
    if (this.renaming === chat.id) {
      this.renaming = undefined;
      this.workspace.rename(chat.id, field.value.trim());
    }
  }

  private rowPressed(event: KeyboardEvent, chat: Chat): void {
    if (event.key === 'F2') {
      event.preventDefault();
      this.beginRename(chat);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const links = [...this.querySelectorAll<HTMLElement>('.chat-link')];
      const at = links.indexOf(event.currentTarget as HTMLElement);
      links[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
    }
  }

  private focusRow(chat: Chat): void {
    void this.updateComplete.then(() =>
      this.querySelector<HTMLElement>(`a[href="/c/${chat.id}"]`)?.focus(),
    );
  }

  private searchFor(text: string): void {
    this.search = text;
  }

  private searchPressed(event: KeyboardEvent): void {
    const first = this.querySelector<HTMLElement>('.chat-link');
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      first?.focus();
    } else if (event.key === 'Enter') {
      first?.click();
    } else if (event.key === 'Escape' && this.search !== '') {
      event.stopPropagation();
      this.search = '';
    }
  }

  private scrolled(event: Event): void {
    const list = event.currentTarget as HTMLElement;
    if (list.scrollHeight - list.scrollTop - list.clientHeight < list.clientHeight) {
      this.loadMore();
    }
  }

  private loadMore(): void {
    this.workspace.loadMoreChats().catch(() => undefined);
  }
}

const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);
