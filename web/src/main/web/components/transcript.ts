import { TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { ChatState, LiveReply, View, replyKey, sentKey, visibleMessages } from '../chat-state';
import { t } from '../i18n/language';
import { Outgoing } from '../outbox';
import { ImageRef, Message, Waiting } from '../protocol';
import { Topic } from '../topics';
import './compared';
import { icons } from './icons';
import { imagesOf } from './images';
import { bubble } from './message';
import type { HubbubMessage } from './message';
import { Part } from './part';

/** This near to the end counts as reading the end. */
const NEAR_END_PIXELS = 64;
/** This near to an edge the next page comes. */
const NEAR_EDGE_PIXELS = 600;

/** What `give-back` tells. */
export interface GivenBack {
  readonly content: string;
  readonly images: readonly ImageRef[];
}

interface Entry {
  readonly key: string;
  draw(): TemplateResult;
}

/**
 * The messages of the open chat, in a frame that keeps to its end unless the reader scrolled up.
 */
@customElement('hubbub-transcript')
export class HubbubTranscript extends Part {
  protected override readonly topics: readonly Topic[] = ['chat', 'connection'];
  @state() private away = false;
  @state() private loading = false;
  private keepsToEnd = true;
  private lastTop = 0;
  private drawnChat: string | undefined;
  private readonly resized = new ResizeObserver(() => this.followEnd());
  /** The last of {@link View.turn} that is on the screen. */
  private shownTurn = 0;
  /** The branch that was turned to from within a message that is to go. */
  private turnedTo = '';
  private anchor: { element: Element; top: number } | undefined;

  /** Back to the end, as after sending. */
  jumpToEnd(smooth = false): void {
    this.workspace.lookAtEnd();
    this.keepsToEnd = true;
    this.away = false;
    const scroller = this.scroller();
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    scroller?.scrollTo({
      top: scroller.scrollHeight,
      behavior: smooth && !calm ? 'smooth' : 'instant',
    });
  }

  protected override changed(topic: Topic): void {
    if (topic === 'text') {
      const reply = this.workspace.open?.reply;
      if (reply !== undefined) {
        this.querySelector<HubbubMessage>('hubbub-message[data-live]')?.grow(reply);
      }
      return;
    }
    super.changed(topic);
  }

  protected override willUpdate(): void {
    const id = this.workspace.open?.id;
    if (id !== this.drawnChat) {
      this.drawnChat = id;
      this.keepsToEnd = true;
      this.away = false;
      this.loading = false;
    }
  }

  protected override firstUpdated(): void {
    this.resized.observe(this.querySelector('.messages')!);
    this.resized.observe(this.scroller()!);
  }

  protected override updated(): void {
    this.followEnd();
    void this.drawn().then(() => {
      this.holdAnchor();
      this.showTarget();
      this.keepFocus();
      this.followEnd();
    });
  }

  /** The messages have their heights once they have drawn themselves, which is before they are seen. */
  private async drawn(): Promise<void> {
    const messages = [...this.querySelectorAll<HubbubMessage>('hubbub-message')];
    await Promise.all(messages.map((message) => message.updateComplete));
  }

  protected override render(): TemplateResult {
    const { open } = this.workspace;
    return html`${open === undefined ? nothing : this.besides(open)}
      <div class="scroller" tabindex="-1" @scroll=${this.scrolled}>
        <section class="messages" aria-label=${t('conversation')}>
          ${open === undefined ? nothing : this.content(open)}
        </section>
      </div>
      <button type="button" class="jump" ?hidden=${!this.away && open?.view === undefined} @click=${() => this.jumpToEnd(true)}>
        ${icons.down} ${t('jumpToBottom')}
      </button>`;
  }

  private content(open: ChatState): TemplateResult {
    switch (open.phase) {
      case 'missing':
        return note(t('chatMissing'), t('chatMissingText'));
      case 'deleted':
        return note(t('chatDeleted'), t('chatDeletedText'));
      case 'broken':
        return html`${note(t('chatBroken'), t('chatBrokenText'))}
          <div class="note-action">
            <button type="button" class="button" @click=${() => this.workspace.reload()}>
              ${icons.again} ${t('again')}
            </button>
          </div>`;
      case 'loading':
        if (open.view !== undefined) {
          break;
        }
        if (open.messages.length === 0 && this.workspace.status === 'lost') {
          return note(t('chatNotKept'), t('chatNotKeptText'));
        }
        if (open.messages.length === 0) {
          return skeleton();
        }
        break;
      case 'ready':
        break;
    }
    const sent = this.workspace.outbox.of(open.id).length > 0;
    const empty = open.messages.length === 0 && open.reply === undefined && !sent;
    if (empty && open.waiting.length === 0) {
      return note(t('chatEmpty'), t('chatEmptyText'));
    }
    const { view } = open;
    return html`${(view ?? open).hasMore ? this.earlier() : nothing}
    ${repeat(
      view === undefined ? this.entries(open) : this.viewed(open, view),
      (entry) => entry.key,
      (entry) => entry.draw(),
    )}
    ${view === undefined ? this.unanswered(open) : this.later(view)}`;
  }

  private viewed(open: ChatState, view: View): readonly Entry[] {
    return view.messages.map((message) => ({
      key: open.keys.get(message.id) ?? message.id,
      draw: () => this.message(open, message, undefined, false),
    }));
  }

  private later(view: View): TemplateResult | typeof nothing {
    return view.hasLater && view.onPath
      ? html`<div class="note-action">
          <button
            type="button"
            class="quiet-button"
            ?disabled=${this.loading}
            @click=${() => this.load(() => this.workspace.loadLater())}
          >
            ${this.loading ? t('loading') : t('showLater')}
          </button>
        </div>`
      : nothing;
  }

  /** Says that what is seen is not where the chat goes on. */
  private besides(open: ChatState): TemplateResult | typeof nothing {
    const { view } = open;
    return view === undefined || view.onPath
      ? nothing
      : html`<div class="bar">
          ${icons.branch}<span>${t('otherBranch')}</span>
          <button
            type="button"
            class="button"
            @click=${() => this.workspace.turnToBranch(view.target)}
          >
            ${t('otherBranchGo')}
          </button>
          <button type="button" class="quiet-button" @click=${() => this.workspace.lookAtEnd()}>
            ${t('back')}
          </button>
        </div>`;
  }

  private entries(open: ChatState): readonly Entry[] {
    const sent = this.workspace.outbox.of(open.id);
    const messages = visibleMessages(open, sent);
    const entries: Entry[] = messages.map((message, index) => ({
      key: open.keys.get(message.id) ?? message.id,
      draw: () => this.message(open, message, undefined, index === messages.length - 1),
    }));
    const { reply } = open;
    if (reply !== undefined) {
      entries.push({
        key: replyKey(reply.id),
        draw: () => this.message(open, undefined, reply, true),
      });
    }
    for (const waiting of open.waiting) {
      const key = waiting.client_message_id;
      entries.push({
        key: key === undefined ? `waiting:${waiting.reply_id}` : sentKey(key),
        draw: () => this.waiting(waiting),
      });
    }
    const known = new Set(entries.map((entry) => entry.key));
    for (const item of sent) {
      const key = sentKey(item.clientMessageId);
      if (!known.has(key)) {
        entries.push({ key, draw: () => this.outgoing(item, reply !== undefined) });
      }
    }
    return entries;
  }

  /** One template for a reply and the message it becomes, so that it stays the same element. */
  private message(
    open: ChatState,
    message: Message | undefined,
    reply: LiveReply | undefined,
    last: boolean,
  ): TemplateResult {
    return html`<hubbub-message
      ?data-live=${reply !== undefined}
      ?data-target=${message !== undefined && message.id === open.view?.target}
      tabindex=${message !== undefined && message.id === open.view?.target ? -1 : nothing}
      .message=${message}
      .reply=${reply}
      .last=${last}
      .idle=${open.reply === undefined}
      .workspace=${this.workspace}
      @turned=${(event: CustomEvent<string>) => (this.turnedTo = event.detail)}
    ></hubbub-message>`;
  }

  private waiting(waiting: Waiting): TemplateResult {
    return html`<article class="mine pale" aria-label=${t('youWaiting')}>
      ${imagesOf(waiting.images)} ${bubble(waiting.content)}
      <div class="actions shown">
        <span class="meta">${t('waiting')}</span>
        <button
          type="button"
          class="quiet-button"
          @click=${() => void this.withdraw(waiting)}
        >
          ${t('withdraw')}
        </button>
      </div>
    </article>`;
  }

  private outgoing(item: Outgoing, busy: boolean): TemplateResult {
    const offline = this.workspace.status !== 'open';
    return html`<article
      class="mine ${item.state === 'sending' && (offline || busy) ? 'pale' : ''}"
      aria-label=${t('you')}
    >
      ${imagesOf(item.images?.map((id) => ({ id })))} ${bubble(item.content)}
      ${
        item.state === 'refused'
          ? html`<div class="refused" role="alert">
              <span>${t('notSent', { reason: item.error ?? '' })}</span>
              <button
                type="button"
                class="quiet-button"
                @click=${() => this.workspace.resend(item)}
              >
                ${t('sendAgain')}
              </button>
              <button
                type="button"
                class="quiet-button"
                @click=${() => {
                  this.workspace.discard(item);
                  this.giveBack(
                    item.content,
                    item.images?.map((id) => ({ id })),
                  );
                }}
              >
                ${t('takeBack')}
              </button>
            </div>`
          : html`<div class="actions shown">
              <span class="meta"
                >${
                  item.state === 'sending'
                    ? offline
                      ? t('sentLater')
                      : t('sending')
                    : html`&nbsp;`
                }</span
              >
            </div>`
      }
    </article>`;
  }

  /** Gives a message back once it is certain that nobody answers it. */
  private async withdraw(waiting: Waiting): Promise<void> {
    if (await this.workspace.withdraw(waiting.reply_id)) {
      this.giveBack(waiting.content, waiting.images);
    }
  }

  /** A message that was not sent after all is for the writer to change or keep. */
  private giveBack(content: string, images: readonly ImageRef[] = []): void {
    const detail: GivenBack = { content, images };
    this.dispatchEvent(new CustomEvent('give-back', { detail, bubbles: true }));
  }

  /** A message at the end that nobody answers, as after a send that was not to be answered. */
  private unanswered(open: ChatState): TemplateResult | typeof nothing {
    const last = open.messages[open.messages.length - 1];
    const answering = open.reply !== undefined || open.waiting.length > 0;
    const sending = this.workspace.outbox.of(open.id).length > 0;
    const replying = open.chat?.status === 'replying';
    if (last?.role !== 'user' || answering || sending || replying) {
      return nothing;
    }
    return html`<hubbub-compared
        .workspace=${this.workspace}
        .chatId=${open.id}
        .question=${last}
      ></hubbub-compared>
      <div class="note-action">
        <button type="button" class="button" @click=${() => this.workspace.regenerate()}>
          ${icons.again} ${t('askForReply')}
        </button>
      </div>`;
  }

  private earlier(): TemplateResult {
    return html`<div class="note-action">
      <button
        type="button"
        class="quiet-button"
        ?disabled=${this.loading}
        @click=${() => this.load(() => this.workspace.loadEarlier())}
      >
        ${this.loading ? t('loading') : t('showEarlier')}
      </button>
    </div>`;
  }

  private async load(page: () => Promise<void>): Promise<void> {
    if (this.loading) {
      return;
    }
    this.loading = true;
    try {
      this.anchor = this.firstInSight();
      await page();
    } catch {
      // The button is still there.
    } finally {
      this.loading = false;
    }
  }

  /** The first message of which something is seen. */
  private firstInSight(): typeof this.anchor {
    const edge = this.scroller()!.getBoundingClientRect().top;
    for (const element of this.querySelectorAll('hubbub-message')) {
      const { top, bottom } = element.getBoundingClientRect();
      if (bottom > edge) {
        return { element, top };
      }
    }
    return undefined;
  }

  /** Keeps what the reader looks at in its place when messages come and go around it. */
  private holdAnchor(): void {
    const { anchor } = this;
    if (anchor?.element.isConnected === true && !this.keepsToEnd) {
      this.scroller()!.scrollTop += anchor.element.getBoundingClientRect().top - anchor.top;
    }
    if (!this.loading) {
      this.anchor = undefined;
    }
  }

  /** Who turned to another branch goes on from there with the keyboard. */
  private keepFocus(): void {
    if (this.turnedTo !== '') {
      const messages = [...this.querySelectorAll<HubbubMessage>('hubbub-message')];
      const to = messages.find(({ message }) => message?.id === this.turnedTo);
      if (to !== undefined) {
        this.turnedTo = '';
        to.querySelector<HTMLElement>('.branches button:not([disabled])')?.focus();
      }
    }
  }

  /** Shows the message that was turned to. */
  private showTarget(): void {
    const view = this.workspace.open?.view;
    if (view === undefined || view.turn === this.shownTurn) {
      this.shownTurn = view?.turn ?? 0;
      return;
    }
    const element = this.querySelector<HTMLElement>('hubbub-message[data-target]');
    if (element !== null) {
      this.shownTurn = view.turn;
      this.keepsToEnd = false;
      element.scrollIntoView({ block: 'center' });
      element.focus({ preventScroll: true });
    }
  }

  private scroller(): HTMLElement | null {
    return this.querySelector<HTMLElement>('.scroller');
  }

  private followEnd(): void {
    const scroller = this.scroller();
    if (scroller !== null && this.keepsToEnd) {
      scroller.scrollTop = scroller.scrollHeight;
    }
  }

  private scrolled(): void {
    const scroller = this.scroller()!;
    const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    const goesDown = scroller.scrollTop > this.lastTop + 1;
    if (below < NEAR_END_PIXELS && this.workspace.open?.view === undefined) {
      this.keepsToEnd = true;
    } else if (scroller.scrollTop < this.lastTop - 1) {
      // Only a reader scrolls up; text that grows moves the end away without it.
      this.keepsToEnd = false;
    }
    this.lastTop = scroller.scrollTop;
    this.away = !this.keepsToEnd;
    if (this.loading) {
      this.anchor = this.firstInSight();
    }
    const open = this.workspace.open;
    const shown = open?.view ?? open;
    if (scroller.scrollTop < NEAR_EDGE_PIXELS && shown?.hasMore === true && this.away) {
      void this.load(() => this.workspace.loadEarlier());
    } else if (below < NEAR_EDGE_PIXELS && open?.view?.hasLater === true) {
      void this.load(() => this.workspace.loadLater());
    } else if (goesDown && below < NEAR_END_PIXELS && open?.view?.onPath === true) {
      this.jumpToEnd();
    }
  }
}

function note(title: string, text: string): TemplateResult {
  return html`<div class="note" role="status">
    <h2>${title}</h2>
    <p>${text}</p>
  </div>`;
}

function skeleton(): TemplateResult {
  return html`<div class="skeleton" role="status" aria-label=${t('messagesLoading')}>
    <i class="right"></i><i></i><i></i><i class="short"></i>
  </div>`;
}
