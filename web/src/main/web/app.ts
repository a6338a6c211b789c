import { TemplateResult, html, nothing, render } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { paletteCommands } from './commands';
import './components/archive';
import './components/chat-settings';
import './components/composer';
import type { HubbubComposer } from './components/composer';
import './components/confirm-dialog';
import type { HubbubConfirm } from './components/confirm-dialog';
import './components/filing';
import type { HubbubFiling } from './components/filing';
import './components/help';
import { icons } from './components/icons';
import './components/palette';
import { Part } from './components/part';
import './components/prompts';
import type { PaletteCommand } from './components/palette';
import type { HubbubPrompts } from './components/prompts';
import './components/prose';
import './components/search';
import './components/settings';
import './components/compare';
import type { HubbubCompare } from './components/compare';
import type { Compared } from './components/compared';
import './components/share';
import type { HubbubShare } from './components/share';
import type { Sheet } from './components/sheet';
import './components/sidebar';
import './components/sign-in';
import './components/sign-in-end';
import type { HubbubSidebar } from './components/sidebar';
import './components/transcript';
import './components/usage';
import type { GivenBack, HubbubTranscript } from './components/transcript';
import { Key, speak, t } from './i18n/language';
import { keepShell } from './installed';
import { keep, kept } from './kept';
import { Action, actionOf } from './keys';
import { Prompt } from './prompts';
import { Chat } from './protocol';
import { remoteImagesQuestion } from './remote-image';
import './styles/app.css';
import { Topic } from './topics';
import { Workspace } from './workspace';

const SUGGESTIONS: readonly Key[] = ['suggestionPutOff', 'suggestionDream', 'suggestionWork'];

const FOLDED_KEY = 'hubbub.folded';
const NARROW = matchMedia('(max-width: 767px)');

/** The whole page: the list of chats, the open one, and what stands over both. */
@customElement('hubbub-app')
export class HubbubApp extends Part {
  protected override readonly topics: readonly Topic[] = [
    'list',
    'chat',
    'connection',
    'notice',
    'said',
  ];
  @state() private drawer = false;
  @state() private narrow = NARROW.matches;
  /** The list is put away, where there is room for it. */
  @state() private folded = kept('browser', FOLDED_KEY) === 'true';
  private wasOpen = false;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', (event) => this.pressed(event));
    // In what stands over the page too.
    this.addEventListener('remote-image', () => this.askForRemoteImages());
    NARROW.addEventListener('change', (event) => {
      this.narrow = event.matches;
      this.drawer = false;
    });
  }

  protected override changed(topic: Topic): void {
    if (topic === 'connection' && this.wasOpen !== (this.workspace.status === 'open')) {
      const back = !this.wasOpen && this.hasUpdated && this.workspace.listed;
      this.wasOpen = this.workspace.status === 'open';
      if (!this.wasOpen) {
        this.workspace.say(t('connectionLostSaid'));
      } else if (back) {
        this.workspace.say(t('connectedAgain'));
      }
    }
    super.changed(topic);
  }

  protected override updated(): void {
    const name = this.chat()?.name;
    document.title = name === undefined || name === '' ? 'Hubbub' : `${name} · Hubbub`;
  }

  protected override render(): TemplateResult {
    const { workspace } = this;
    if (workspace.status === 'barred') {
      return html`<hubbub-sign-in .reason=${workspace.bar}></hubbub-sign-in>`;
    }
    const { open } = workspace;
    const shut = this.narrow ? !this.drawer : this.folded;
    return html`<a class="skip" href="#message-input" @click=${this.skip}>${t('skip')}</a>
      <div
        class="page"
        data-drawer=${this.drawer}
        data-folded=${this.folded && !this.narrow}
        @act=${(event: CustomEvent<Action>) => this.act(event.detail)}
      >
        <hubbub-sidebar
          class="sidebar"
          role="complementary"
          aria-label=${t('sidebar')}
          .workspace=${workspace}
          ?inert=${shut}
          @leave=${this.leftSidebar}
          @sign-out=${this.askToSignOut}
          @delete-chat=${(event: CustomEvent<Chat>) => this.askToDelete(event.detail)}
          @share-chat=${(event: CustomEvent<Chat>) => this.share(event.detail)}
          @file-chat=${(event: CustomEvent<Chat>) => this.file(event.detail)}
        ></hubbub-sidebar>
        <div class="shade" @click=${this.closeDrawer}></div>
        <main class="main" ?inert=${this.narrow && this.drawer}>
          <header class="top">${this.top()}</header>
          ${
            workspace.status === 'lost'
              ? html`<p class="offline">
                  <span class="live-mark"></span>${t(workspace.recalled ? 'offline' : 'reconnecting')}
                </p>`
              : nothing
          }
          <hubbub-sign-in-end .workspace=${workspace}></hubbub-sign-in-end>
          ${this.archivedBar()}
          ${
            open === undefined
              ? this.welcome()
              : html`<hubbub-transcript
                  .workspace=${workspace}
                  @give-back=${(event: CustomEvent<GivenBack>) =>
                    this.find<HubbubComposer>('hubbub-composer')?.takeBack(event.detail)}
                  @look-again=${({ detail }: CustomEvent<Compared>) =>
                    this.find<HubbubCompare>('hubbub-compare')?.reopen(detail)}
                ></hubbub-transcript>`
          }
          <hubbub-composer
            .workspace=${workspace}
            @choose-prompt=${(event: CustomEvent<Prompt>) => this.usePrompt(event.detail)}
            @sent=${() => this.find<HubbubTranscript>('hubbub-transcript')?.jumpToEnd()}
          ></hubbub-composer>
        </main>
      </div>
      ${this.notice()}
      <div class="visually-hidden" role="status" aria-live="polite">${workspace.said}</div>
      <hubbub-confirm></hubbub-confirm>
      <hubbub-palette
        .workspace=${workspace}
        .commands=${() => this.commands()}
        @open-chat=${(event: CustomEvent<string>) => this.openChat(event.detail)}
        @choose-prompt=${(event: CustomEvent<Prompt>) => this.usePrompt(event.detail)}
      ></hubbub-palette>
      <hubbub-settings
        .workspace=${workspace}
        @act=${(event: CustomEvent<Action>) => this.act(event.detail)}
      ></hubbub-settings>
      <hubbub-usage .workspace=${workspace}></hubbub-usage>
      <hubbub-prompts
        .workspace=${workspace}
        @use-prompt=${(event: CustomEvent<string>) =>
          this.find<HubbubComposer>('hubbub-composer')?.insert(event.detail)}
      ></hubbub-prompts>
      <hubbub-archive
        .workspace=${workspace}
        @delete-chat=${(event: CustomEvent<Chat>) => this.askToDelete(event.detail)}
      ></hubbub-archive>
      <hubbub-chat-settings .workspace=${workspace}></hubbub-chat-settings>
      <hubbub-compare
        .workspace=${workspace}
        @compared=${() => this.find<HubbubComposer>('hubbub-composer')?.empty()}
        @taken=${() => this.narrow || this.focusComposer()}
      ></hubbub-compare>
      <hubbub-share .workspace=${workspace}></hubbub-share>
      <hubbub-search .workspace=${workspace}></hubbub-search>
      <hubbub-filing .workspace=${workspace}></hubbub-filing>
      <hubbub-help .workspace=${workspace}></hubbub-help>`;
  }

  private usePrompt(prompt: Prompt): void {
    this.find<HubbubPrompts>('hubbub-prompts')?.use(prompt);
  }

  private archivedBar(): TemplateResult | typeof nothing {
    const chat = this.chat();
    return chat?.archived !== true
      ? nothing
      : html`<div class="bar">
          ${icons.archive}<span>${t('archivedBar')}</span>
          <button
            type="button"
            class="button"
            @click=${() => this.workspace.archive(chat, false)}
          >
            ${t('restore')}
          </button>
        </div>`;
  }

  private notice(): TemplateResult | typeof nothing {
    const { notice, reloadForUpdate } = this.workspace;
    if (notice === undefined) {
      return reloadForUpdate === undefined
        ? nothing
        : html`<div class="toast calm" role="status">
            <span>${t('versionReady')}</span>
            <button type="button" class="button" @click=${reloadForUpdate}>${t('reload')}</button>
          </div>`;
    }
    const { text, undo } = notice;
    const undone = (): void => {
      this.workspace.dismissNotice();
      undo?.();
    };
    return html`<div class="toast ${undo ? 'calm' : ''}" role=${undo ? 'status' : 'alert'}>
      ${undo ? nothing : icons.warning}<span>${text}</span>
      ${
        undo
          ? html`<button type="button" class="button" @click=${undone}>${t('undo')}</button>`
          : nothing
      }
      <button
        type="button"
        class="icon-button small"
        aria-label=${t('dismiss')}
        @click=${() => this.workspace.dismissNotice()}
      >
        ${icons.close}
      </button>
    </div>`;
  }

  private top(): TemplateResult {
    const chat = this.chat();
    return html`<button
        type="button"
        class="icon-button list-open"
        aria-label=${t('openList')}
        aria-expanded=${this.drawer}
        @click=${() => this.toggleSidebar()}
      >
        ${icons.menu}
      </button>
      <h1>${chat === undefined ? (this.workspace.open ? t('chat') : t('actionNewChat')) : chat.name}</h1>
      ${
        this.workspace.open !== undefined && this.workspace.open.chat === undefined
          ? nothing
          : html`<button
              type="button"
              class="icon-button"
              aria-label=${t(chat === undefined ? 'chatSettingsNew' : 'chatSettings')}
              title=${t(chat === undefined ? 'chatSettingsNew' : 'chatSettings')}
              @click=${() => this.act('chatSettings')}
            >
              ${icons.sliders}
            </button>`
      }
      <button
        type="button"
        class="icon-button list-open"
        aria-label=${t('actionNewChat')}
        @click=${() => this.newChat()}
      >
        ${icons.plus}
      </button>`;
  }

  private welcome(): TemplateResult {
    return html`<section class="welcome" aria-labelledby="welcome-title">
      ${icons.mark}
      <h2 id="welcome-title">${t('welcomeTitle')}</h2>
      <p>${t('welcomeText')}</p>
      <ul>
        ${SUGGESTIONS.map(
          (key) =>
            html`<li>
              <button
                type="button"
                @click=${() => this.find<HubbubComposer>('hubbub-composer')?.suggest(t(key))}
              >
                ${t(key)}
              </button>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  private chat(): Chat | undefined {
    const { open, chats } = this.workspace;
    return open === undefined
      ? undefined
      : (chats.find((known) => known.id === open.id) ?? open.chat);
  }

  private askToDelete(chat: Chat): void {
    this.find<HubbubConfirm>('hubbub-confirm')?.ask({
      title: t('deleteTitle'),
      text: t('deleteText', { name: chat.name }),
      action: t('delete'),
      act: () => this.workspace.delete(chat.id),
    });
  }

  private askForRemoteImages(): void {
    const allow = (): Promise<void> => this.workspace.settings.changeNow({ remote_images: true });
    this.find<HubbubConfirm>('hubbub-confirm')?.ask(remoteImagesQuestion(allow));
  }

  private askToSignOut(): void {
    const unsent = this.workspace.outbox.unsent().length > 0;
    this.find<HubbubConfirm>('hubbub-confirm')?.ask({
      title: t('signOutTitle'),
      text: `${t('signOutText')}${unsent ? ` ${t('signOutUnsent')}` : ''}`,
      action: t('signOut'),
      act: () => this.workspace.signOut(),
    });
  }

  private share(chat: Chat): void {
    this.find<HubbubShare>('hubbub-share')?.share(chat);
  }

  private file(chat: Chat): void {
    this.find<HubbubFiling>('hubbub-filing')?.file(chat);
  }

  private pressed(event: KeyboardEvent): void {
    const dialog = this.find('dialog[open]') !== null;
    const action = actionOf(event);
    if (action !== undefined && !dialog) {
      event.preventDefault();
      this.act(action);
    } else if (event.key === 'Escape' && this.drawer && !dialog) {
      this.closeDrawer();
    }
  }

  /** Does what a key, a button or the palette asks for. */
  private act(action: Action): void {
    if (this.workspace.status === 'barred') {
      return;
    }
    const chat = this.chat();
    switch (action) {
      case 'newChat':
        this.newChat();
        break;
      case 'focusMessage':
        this.focusComposer();
        break;
      case 'toggleSidebar':
        this.toggleSidebar();
        break;
      case 'nextChat':
        this.step(1);
        break;
      case 'previousChat':
        this.step(-1);
        break;
      case 'renameChat':
        this.showList(() => this.find<HubbubSidebar>('hubbub-sidebar')?.renameOpen());
        break;
      case 'deleteChat':
        if (chat !== undefined) {
          this.askToDelete(chat);
        }
        break;
      case 'pinChat':
        if (chat !== undefined) {
          this.workspace.mark(chat, { pinned: chat.pinned !== true });
        }
        break;
      case 'archiveChat':
        if (chat !== undefined) {
          this.workspace.archive(chat, chat.archived !== true);
        }
        break;
      case 'clearChat':
        if (chat !== undefined) {
          this.workspace.clear(chat);
        }
        break;
      case 'compare':
        this.find<HubbubCompare>('hubbub-compare')?.begin(
          this.find<HubbubComposer>('hubbub-composer')?.typed ?? '',
        );
        break;
      case 'shareChat':
        if (chat !== undefined) {
          this.share(chat);
        }
        break;
      case 'fileChat':
        if (chat !== undefined) {
          this.file(chat);
        }
        break;
      case 'chatSettings':
        this.find<Sheet>('hubbub-chat-settings')?.show();
        break;
      case 'palette':
      case 'archive':
      case 'search':
      case 'settings':
      case 'prompts':
      case 'usage':
      case 'help':
        this.find<Sheet>(`hubbub-${action}`)?.show();
        break;
    }
  }

  private commands(): readonly PaletteCommand[] {
    return paletteCommands(this.workspace, this.chat(), (action) => this.act(action));
  }

  private openChat(id: string): void {
    this.drawer = false;
    this.workspace.show(id);
    if (!this.narrow) {
      this.focusComposer();
    }
  }

  /** To the chat above or below in the list. */
  private step(by: number): void {
    const { chats, open } = this.workspace;
    const at = chats.findIndex(({ id }) => id === open?.id);
    const to = chats[at < 0 ? 0 : at + by];
    if (to !== undefined) {
      this.openChat(to.id);
    }
  }

  private newChat(): void {
    this.drawer = false;
    this.workspace.show(undefined);
    this.focusComposer();
  }

  private toggleSidebar(): void {
    if (this.drawer) {
      this.closeDrawer();
    } else if (this.narrow || this.folded) {
      this.showList(() => this.find('.new-chat')?.focus());
    } else {
      this.fold(true);
      this.focusComposer();
    }
  }

  private showList(then: () => void): void {
    if (this.narrow) {
      this.drawer = true;
    } else {
      this.fold(false);
    }
    void this.updateComplete.then(then);
  }

  private fold(folded: boolean): void {
    this.folded = folded;
    keep('browser', FOLDED_KEY, String(folded));
  }

  private closeDrawer(): void {
    if (this.drawer) {
      this.drawer = false;
      void this.updateComplete.then(() => this.find('.list-open')?.focus());
    }
  }

  private leftSidebar(event: CustomEvent<{ chosen: boolean } | null>): void {
    if (event.detail?.chosen === true) {
      this.drawer = false;
      // On a phone the focus would bring up the keyboard over what was chosen to be read.
      if (!this.narrow) {
        this.focusComposer();
      }
    } else {
      this.closeDrawer();
    }
  }

  private skip(event: MouseEvent): void {
    event.preventDefault();
    this.focusComposer();
  }

  private focusComposer(): void {
    void this.updateComplete.then(() => this.find<HubbubComposer>('hubbub-composer')?.focusInput());
  }

  private find<T extends HTMLElement = HTMLElement>(selector: string): T | null {
    return this.querySelector<T>(selector);
  }
}

const workspace = new Workspace();
void speak().then(() => {
  render(html`<hubbub-app .workspace=${workspace}></hubbub-app>`, document.body);
  workspace.start();
  keepShell((reload) => workspace.offerUpdate(reload));
});
