import { TemplateResult, html, nothing, render } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import './components/composer';
import type { HubbubComposer } from './components/composer';
import './components/confirm-dialog';
import type { HubbubConfirm } from './components/confirm-dialog';
import { icons } from './components/icons';
import { Part } from './components/part';
import './components/prose';
import './components/sidebar';
import './components/sign-in';
import type { HubbubSidebar } from './components/sidebar';
import './components/transcript';
import type { HubbubTranscript } from './components/transcript';
import { Chat } from './protocol';
import './styles/app.css';
import { Topic } from './topics';
import { Workspace } from './workspace';

const SUGGESTIONS = [
  'I keep putting off what matters to me.',
  'I dreamt of a house with too many doors.',
  'Somebody at work makes me unhappy.',
];

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
  private wasOpen = false;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', (event) => this.pressed(event));
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
        this.workspace.say('Connection lost, reconnecting');
      } else if (back) {
        this.workspace.say('Connected again');
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
    const shut = this.narrow && !this.drawer;
    return html`<a class="skip" href="#message-input" @click=${this.skip}>Skip to the message</a>
      <div class="page" data-drawer=${this.drawer}>
        <hubbub-sidebar
          class="sidebar"
          role="complementary"
          aria-label="Chats and settings"
          .workspace=${workspace}
          ?inert=${shut}
          @leave=${this.leftSidebar}
          @delete-chat=${(event: CustomEvent<Chat>) => this.askToDelete(event.detail)}
        ></hubbub-sidebar>
        <div class="shade" @click=${this.closeDrawer}></div>
        <main class="main" ?inert=${this.narrow && this.drawer}>
          <header class="top">${this.top()}</header>
          ${
            workspace.status === 'lost'
              ? html`<p class="offline"><span class="live-mark"></span>Reconnecting…</p>`
              : nothing
          }
          ${
            open === undefined
              ? this.welcome()
              : html`<hubbub-transcript
                  .workspace=${workspace}
                  @give-back=${(event: CustomEvent<string>) =>
                    this.find<HubbubComposer>('hubbub-composer')?.takeBack(event.detail)}
                ></hubbub-transcript>`
          }
          <hubbub-composer
            .workspace=${workspace}
            @sent=${() => this.find<HubbubTranscript>('hubbub-transcript')?.jumpToEnd()}
          ></hubbub-composer>
        </main>
      </div>
      ${
        workspace.notice === undefined
          ? nothing
          : html`<div class="toast" role="alert">
              ${icons.warning}<span>${workspace.notice}</span>
              <button
                type="button"
                class="icon-button small"
                aria-label="Dismiss"
                @click=${() => workspace.dismissNotice()}
              >
                ${icons.close}
              </button>
            </div>`
      }
      <div class="visually-hidden" role="status" aria-live="polite">${workspace.said}</div>
      <hubbub-confirm></hubbub-confirm>`;
  }

  private top(): TemplateResult {
    const chat = this.chat();
    return html`<button
        type="button"
        class="icon-button drawer-open"
        aria-label="Open the list of chats"
        aria-expanded=${this.drawer}
        @click=${this.openDrawer}
      >
        ${icons.menu}
      </button>
      <h1>${chat === undefined ? (this.workspace.open ? '' : 'New chat') : chat.name}</h1>
      <button
        type="button"
        class="icon-button drawer-open"
        aria-label="New chat"
        @click=${() => this.newChat()}
      >
        ${icons.plus}
      </button>`;
  }

  private welcome(): TemplateResult {
    return html`<section class="welcome" aria-labelledby="welcome-title">
      ${icons.mark}
      <h2 id="welcome-title">What is on your mind?</h2>
      <p>Ask, tell or paste something. The reply goes on even when you close this page.</p>
      <ul>
        ${SUGGESTIONS.map(
          (text) =>
            html`<li>
              <button
                type="button"
                @click=${() => this.find<HubbubComposer>('hubbub-composer')?.suggest(text)}
              >
                ${text}
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
      title: 'Delete this chat?',
      text: `“${chat.name}” and all its messages will be gone for good.`,
      action: 'Delete',
      act: () => this.workspace.delete(chat.id),
    });
  }

  private pressed(event: KeyboardEvent): void {
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (command && !event.shiftKey && !event.altKey && key === 'k') {
      event.preventDefault();
      this.openDrawer();
      void this.updateComplete.then(() =>
        this.find<HubbubSidebar>('hubbub-sidebar')?.focusSearch(),
      );
    } else if (command && event.code === 'KeyN' && event.shiftKey !== event.altKey) {
      event.preventDefault();
      this.newChat();
    } else if (event.key === 'Escape' && this.drawer && this.find('dialog[open]') === null) {
      this.closeDrawer();
    }
  }

  private newChat(): void {
    this.drawer = false;
    this.workspace.show(undefined);
    this.focusComposer();
  }

  private openDrawer(): void {
    if (this.narrow) {
      this.drawer = true;
      void this.updateComplete.then(() => this.find('.new-chat')?.focus());
    }
  }

  private closeDrawer(): void {
    if (this.drawer) {
      this.drawer = false;
      void this.updateComplete.then(() => this.find('.drawer-open')?.focus());
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
render(html`<hubbub-app .workspace=${workspace}></hubbub-app>`, document.body);
workspace.start();
