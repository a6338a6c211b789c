import { TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { call } from '../api';
import { ChatList, byPeriod, inSections, matching } from '../chat-list';
import { Key, t } from '../i18n/language';
import { keep, keptJson } from '../kept';
import { Action, keysOf, nameOfKey } from '../keys';
import { Chat } from '../protocol';
import { THEMES, ThemeChoice } from '../theme';
import { token, userShown } from '../token';
import { Topic } from '../topics';
import { chatMenu } from './chat-menu';
import { icons } from './icons';
import { HubbubMenu } from './menu';
import { Part } from './part';

const OPEN_FOLDERS_KEY = 'hubbub.folders.open';
const OPEN_FOLDERS_MAX = 200;
const ASK_MILLIS = 180;
const FOUND_MAX = 100;

const THEME_LOOKS: Record<ThemeChoice, { picture: TemplateResult; name: Key }> = {
  system: { picture: icons.screen, name: 'themeAsSystem' },
  light: { picture: icons.sun, name: 'themeIsLight' },
  dark: { picture: icons.moon, name: 'themeIsDark' },
};

/** The list of chats: to find, open and order them, and to see which of them live. */
@customElement('hubbub-sidebar')
export class HubbubSidebar extends Part {
  protected override readonly topics: readonly Topic[] = ['list', 'chat', 'connection', 'settings'];
  @state() private search = '';
  @state() private renaming: string | undefined;
  @state() private tag: string | undefined;
  /** What the server found among all chats, the archived among them. */
  @state() private found: ChatList = [];
  private readonly openFolders = new Set(keptJson<string[]>('browser', OPEN_FOLDERS_KEY, []));
  private asking = 0;

  /** Lets the name of the open chat be changed in its place. */
  renameOpen(): void {
    const chat = this.workspace.chats.find(({ id }) => id === this.workspace.open?.id);
    if (chat !== undefined) {
      this.searchFor('');
      this.beginRename(chat);
    }
  }

  /** Opens the menu of the open chat. */
  menuOfOpen(): void {
    this.querySelector<HTMLElement>('.chats li:has([aria-current]) .chat-more')?.click();
  }

  protected override render(): TemplateResult {
    const { settings } = this.workspace;
    const theme = THEME_LOOKS[settings.theme];
    const next = THEMES[(THEMES.indexOf(settings.theme) + 1) % THEMES.length]!;
    return html`<div class="sidebar-head">
        <a class="brand" href="/" @click=${(event: MouseEvent) => this.follow(event, undefined)}>
          ${icons.mark}<span>Hubbub</span>
        </a>
        ${this.tool('palette', 'actionPalette', icons.search)}
        <button
          type="button"
          class="icon-button"
          aria-label=${t('themeChange', { theme: t(theme.name) })}
          title=${t('themeIs', { theme: t(theme.name) })}
          @click=${() => settings.change({ theme: next })}
        >
          ${theme.picture}
        </button>
        <button
          type="button"
          class="icon-button drawer-close"
          aria-label=${t('closeList')}
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
        ${icons.plus} ${t('actionNewChat')}
      </button>
      <label class="search">
        ${icons.filter}
        <span class="visually-hidden">${t('filterChats')}</span>
        <input
          type="search"
          placeholder=${t('filterChats')}
          autocomplete="off"
          .value=${this.search}
          @input=${(event: InputEvent) => this.searchFor((event.target as HTMLInputElement).value)}
          @keydown=${this.searchPressed}
        />
      </label>
      ${this.tagBar()}
      <nav class="chats" aria-label=${t('chats')} @scroll=${this.scrolled}>
        ${this.list()}
      </nav>
      <div class="sidebar-tools" role="group" aria-label=${t('tools')}>
        ${this.tool('search', 'actionSearch', icons.find)}
        ${this.tool('settings', 'actionSettings', icons.sliders)}
        ${this.tool('prompts', 'actionPrompts', icons.book)}
        ${this.tool('archive', 'actionArchive', icons.archive)}
        ${this.tool('help', 'actionHelp', icons.keys)}
      </div>
      ${
        token() === undefined
          ? nothing
          : html`<div class="sidebar-foot">
              <span class="signed-in" title=${userShown()}>${userShown()}</span>
              <button
                type="button"
                class="quiet-button"
                @click=${() => this.dispatchEvent(new CustomEvent('sign-out', { bubbles: true }))}
              >
                ${t('signOut')}
              </button>
            </div>`
      }`;
  }

  private tags(): ReadonlySet<string> {
    const { labels, chats } = this.workspace;
    return new Set([...labels.tags, ...chats.flatMap(({ tags: some }) => some ?? [])]);
  }

  protected override willUpdate(): void {
    // The last chat that had it may have lost it, here or elsewhere.
    if (this.tag !== undefined && !this.tags().has(this.tag)) {
      this.tag = undefined;
    }
  }

  /** The tags there are, to see only what has one of them. */
  private tagBar(): TemplateResult | typeof nothing {
    const tags = this.tags();
    return tags.size === 0
      ? nothing
      : html`<div class="tag-bar chips" role="group" aria-label=${t('tags')}>
          ${[...tags].map(
            (tag) =>
              html`<button
                type="button"
                class="chip"
                aria-pressed=${tag === this.tag}
                @click=${() => this.chooseTag(tag)}
              >
                ${tag}
              </button>`,
          )}
        </div>`;
  }

  private chooseTag(tag: string): void {
    this.tag = this.tag === tag ? undefined : tag;
    if (this.tag !== undefined) {
      this.workspace.loadFiled('tag', tag).catch(() => undefined);
    }
  }

  private tool(action: Action, name: Key, picture: TemplateResult): TemplateResult {
    const keys = keysOf(action)?.map(nameOfKey).join(' ');
    return html`<button
      type="button"
      class="icon-button"
      aria-label=${t(name)}
      title=${keys === undefined ? t(name) : `${t(name)} (${keys})`}
      @click=${() =>
        this.dispatchEvent(new CustomEvent('act', { detail: action, bubbles: true }))}
    >
      ${picture}
    </button>`;
  }

  protected override updated(): void {
    // A short page leaves room for more.
    const chats = this.querySelector('.chats');
    const room = chats !== null && chats.scrollHeight <= chats.clientHeight;
    if (this.workspace.nextCursor !== undefined && room && this.search === '') {
      this.loadMore();
    }
  }

  private list(): TemplateResult {
    const { workspace } = this;
    if (!workspace.listed && workspace.status === 'lost') {
      return html`<p class="list-note" role="status">${t('chatsLater')}</p>`;
    }
    if (!workspace.listed) {
      return html`<div class="skeleton list" role="status" aria-label=${t('chatsLoading')}>
        <i></i><i></i><i class="short"></i>
      </div>`;
    }
    if (this.search !== '' || this.tag !== undefined) {
      return this.results();
    }
    const unsent = this.unsent();
    if (workspace.chats.length + workspace.labels.folders.length === 0 && unsent === nothing) {
      return html`<p class="list-note" role="status">${t('chatsNone')}</p>`;
    }
    const { pinned, folders, rest } = inSections(workspace.chats, workspace.labels.folders);
    return html`${unsent}${
        pinned.length === 0 ? nothing : html`<h2>${t('pinned')}</h2>${this.rows(pinned)}`
      }
      ${repeat(
        folders,
        ([name]) => name,
        ([name, chats]) => this.folder(name, chats),
      )}
      ${this.periods(rest)}`;
  }

  /** Chats that are made when there is a server again: there is nothing to do with them yet. */
  private unsent(): TemplateResult | typeof nothing {
    const { open, unmade } = this.workspace;
    return unmade.length === 0
      ? nothing
      : html`<h2>${t('chatsUnsent')}</h2>
          <ul>
            ${repeat(
              unmade,
              ({ chatId }) => chatId,
              ({ chatId, content }) =>
                html`<li>
                  <a
                    class="chat-link"
                    href=${`/c/${chatId}`}
                    aria-current=${open?.id === chatId ? 'page' : nothing}
                    title=${content}
                    @click=${(event: MouseEvent) => this.follow(event, chatId)}
                    ><span class="chat-name">${content === '' ? t('untitled') : content}</span></a
                  >
                </li>`,
            )}
          </ul>`;
  }

  private results(): TemplateResult {
    const { tag } = this;
    const known = matching(this.workspace.chats, this.search);
    // What is archived is found, too, but is not in the list.
    const archived = this.search === '' ? [] : this.found.filter(({ archived: is }) => is === true);
    const inTag = (chat: Chat): boolean => tag === undefined || chat.tags?.includes(tag) === true;
    const found = known.filter(inTag);
    const away = matching(archived, this.search).filter(inTag);
    if (found.length + away.length === 0) {
      return html`<p class="list-note" role="status">${t('chatsNotFound')}</p>`;
    }
    return html`${this.periods(found)}
    ${away.length === 0 ? nothing : html`<h2>${t('archiveTitle')}</h2>${this.rows(away)}`}`;
  }

  private periods(chats: ChatList): TemplateResult {
    return html`${repeat(
      byPeriod(chats, new Date()),
      (period) => period.title,
      (period) => html`<h2>${t(period.title)}</h2>${this.rows(period.chats)}`,
    )}`;
  }

  private rows(chats: ChatList): TemplateResult {
    return html`<ul>
      ${repeat(
        chats,
        (chat) => chat.id,
        (chat) => html`<li>${this.row(chat)}</li>`,
      )}
    </ul>`;
  }

  private folder(name: string, chats: ChatList): TemplateResult {
    const unread = chats.some((chat) => this.workspace.isUnread(chat));
    return html`<details
      class="folder"
      ?open=${this.openFolders.has(name)}
      @toggle=${(event: Event) => this.folderTurned(event.target as HTMLDetailsElement, name)}
    >
      <summary>
        ${icons.folder}<span class="chat-name">${name}</span>
        ${
          unread
            ? html`<span class="unread-mark" role="img" aria-label=${t('unread')}></span>`
            : nothing
        }
      </summary>
      ${
        chats.length === 0
          ? html`<p class="list-note" role="status">${t('folderEmpty')}</p>`
          : this.rows(chats)
      }
    </details>`;
  }

  private folderTurned(details: HTMLDetailsElement, name: string): void {
    this.openFolders.delete(name);
    if (details.open) {
      this.openFolders.add(name);
      this.workspace.loadFiled('folder', name).catch(() => undefined);
    }
    const kept = [...this.openFolders].slice(-OPEN_FOLDERS_MAX);
    keep('browser', OPEN_FOLDERS_KEY, JSON.stringify(kept));
  }

  private row(chat: Chat): TemplateResult {
    if (this.renaming === chat.id) {
      return html`<input
        class="rename"
        aria-label=${t('chatName')}
        maxlength="200"
        .value=${chat.name}
        @keydown=${(event: KeyboardEvent) => this.renamePressed(event, chat)}
        @blur=${(event: FocusEvent) => this.renamed(event.target as HTMLInputElement, chat)}
      />`;
    }
    const open = this.workspace.open?.id === chat.id;
    const unread = this.workspace.isUnread(chat);
    const name = chat.name === '' ? t('untitled') : chat.name;
    return html`<a
        class="chat-link"
        href=${`/c/${chat.id}`}
        aria-current=${open ? 'page' : nothing}
        data-unread=${unread}
        title=${name}
        @click=${(event: MouseEvent) => this.follow(event, chat.id)}
        @dblclick=${() => this.beginRename(chat)}
        @keydown=${(event: KeyboardEvent) => this.rowPressed(event, chat)}
        @contextmenu=${(event: MouseEvent) => this.contextMenu(event, chat)}
      >
        ${chat.icon === undefined ? nothing : html`<span aria-hidden="true">${chat.icon}</span>`}
        <span class="chat-name">${name}</span>
        ${
          chat.status === 'replying'
            ? html`<span
                class="live-mark"
                role="img"
                aria-label=${t('isAnswering')}
                title=${t('isAnswering')}
              ></span>`
            : unread
              ? html`<span
                  class="unread-mark"
                  role="img"
                  aria-label=${t('unread')}
                  title=${t('unread')}
                ></span>`
              : nothing
        }
      </a>
      <button
        type="button"
        class="icon-button small chat-more"
        aria-label=${t('chatActions', { name })}
        aria-haspopup="menu"
        title=${t('chatActions', { name })}
        @click=${(event: Event) => this.openMenu(chat, event.currentTarget as HTMLElement)}
      >
        ${icons.more}
      </button>`;
  }

  /** The browser's own menu stays within reach by Shift. */
  private contextMenu(event: MouseEvent, chat: Chat): void {
    if (!event.shiftKey) {
      event.preventDefault();
      this.openMenu(chat, event.currentTarget as HTMLElement);
    }
  }

  private openMenu(chat: Chat, opener: HTMLElement): void {
    const name = chat.name === '' ? t('untitled') : chat.name;
    const items = chatMenu(this.workspace, chat, {
      rename: () => this.beginRename(chat),
      file: () => this.tell('file-chat', chat),
      share: () => this.tell('share-chat', chat),
      delete: () => this.tell('delete-chat', chat),
    });
    HubbubMenu.get().show(opener, t('chatActions', { name }), items);
  }

  private tell(event: 'file-chat' | 'share-chat' | 'delete-chat', chat: Chat): void {
    this.dispatchEvent(new CustomEvent(event, { detail: chat, bubbles: true }));
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
    } else if (event.key === 'Delete') {
      event.preventDefault();
      this.tell('delete-chat', chat);
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
    window.clearTimeout(this.asking);
    if (text.trim() !== '') {
      this.asking = window.setTimeout(() => void this.askFor(text), ASK_MILLIS);
    }
  }

  /** Finds the chats that are not on the page. */
  private async askFor(text: string): Promise<void> {
    const path = `/api/chats?limit=${FOUND_MAX}&search=${encodeURIComponent(text.trim())}`;
    try {
      const { chats } = await call<{ chats: Chat[] }>('GET', path);
      if (this.search === text) {
        this.found = chats;
        this.workspace.takeFound(chats);
      }
    } catch {
      // Without the server, those on the page are found.
    }
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
      this.searchFor('');
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
