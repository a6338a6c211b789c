import { TemplateResult, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { ChatState, LiveReply, replyKey, sentKey, visibleMessages } from '../chat-state';
import { Outgoing } from '../outbox';
import { Message, Waiting } from '../protocol';
import { Topic } from '../topics';
import { icons } from './icons';
import './message';
import type { HubbubMessage, MessageEvents } from './message';
import { Part } from './part';

/** This near to the end counts as reading the end. */
const NEAR_END_PIXELS = 64;

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
  @state() private loadingEarlier = false;
  private keepsToEnd = true;
  private lastTop = 0;
  private drawnChat: string | undefined;
  private readonly resized = new ResizeObserver(() => this.followEnd());
  private anchor: { element: Element; top: number } | undefined;

  /** Back to the end, as after sending. */
  jumpToEnd(smooth = false): void {
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
      this.loadingEarlier = false;
    }
  }

  protected override firstUpdated(): void {
    this.resized.observe(this.querySelector('.messages')!);
    this.resized.observe(this.scroller()!);
  }

  protected override updated(): void {
    this.holdAnchor();
    this.followEnd();
  }

  protected override render(): TemplateResult {
    const { open } = this.workspace;
    return html`<div class="scroller" tabindex="-1" @scroll=${this.scrolled}>
        <section class="messages" aria-label="Conversation">
          ${open === undefined ? nothing : this.content(open)}
        </section>
      </div>
      <button type="button" class="jump" ?hidden=${!this.away} @click=${() => this.jumpToEnd(true)}>
        ${icons.down} Jump to bottom
      </button>`;
  }

  private content(open: ChatState): TemplateResult {
    switch (open.phase) {
      case 'missing':
        return note('This chat is not here', 'It was deleted, or the link is not quite right.');
      case 'deleted':
        return note('This chat was deleted', 'Someone removed it, in another window perhaps.');
      case 'broken':
        return html`${note('This chat could not be read', 'The server did not give it just now.')}
          <div class="note-action">
            <button type="button" class="button" @click=${() => this.workspace.reload()}>
              ${icons.again} Try again
            </button>
          </div>`;
      case 'loading':
        if (open.messages.length === 0) {
          return skeleton();
        }
        break;
      case 'ready':
        break;
    }
    return html`${open.hasMore ? this.earlier() : nothing}
    ${repeat(
      this.entries(open),
      (entry) => entry.key,
      (entry) => entry.draw(),
    )}
    ${this.unanswered(open)}`;
  }

  private entries(open: ChatState): readonly Entry[] {
    const messages = visibleMessages(open);
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
    for (const item of this.workspace.outbox.of(open.id)) {
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
      .message=${message}
      .reply=${reply}
      .last=${last}
      .idle=${open.reply === undefined}
      .siblings=${last ? this.workspace.siblings : NO_MESSAGES}
      @regenerate=${(event: CustomEvent<MessageEvents['regenerate']>) =>
        this.workspace.regenerate(event.detail.messageId)}
      @branch=${(event: CustomEvent<MessageEvents['branch']>) =>
        this.workspace.turnToBranch(event.detail.messageId)}
    ></hubbub-message>`;
  }

  private waiting(waiting: Waiting): TemplateResult {
    return html`<article class="mine pale" aria-label="You, waiting">
      <div class="bubble">${waiting.content}</div>
      <div class="actions shown">
        <span class="meta">Waiting for the reply before it</span>
        <button
          type="button"
          class="quiet-button"
          @click=${() => {
            this.workspace.stop(waiting.reply_id);
            this.giveBack(waiting.content);
          }}
        >
          Withdraw
        </button>
      </div>
    </article>`;
  }

  private outgoing(item: Outgoing, busy: boolean): TemplateResult {
    const offline = this.workspace.status !== 'open';
    return html`<article
      class="mine ${item.state === 'sending' && (offline || busy) ? 'pale' : ''}"
      aria-label="You"
    >
      <div class="bubble">${item.content}</div>
      ${
        item.state === 'refused'
          ? html`<div class="refused" role="alert">
              <span>Not sent. ${item.error}</span>
              <button
                type="button"
                class="quiet-button"
                @click=${() => this.workspace.resend(item)}
              >
                Send again
              </button>
              <button
                type="button"
                class="quiet-button"
                @click=${() => {
                  this.workspace.discard(item);
                  this.giveBack(item.content);
                }}
              >
                Take back
              </button>
            </div>`
          : html`<div class="actions shown">
              <span class="meta"
                >${
                  item.state === 'sending'
                    ? offline
                      ? 'Will be sent when the connection is back'
                      : 'Sending…'
                    : html`&nbsp;`
                }</span
              >
            </div>`
      }
    </article>`;
  }

  /** A message that was not sent after all: its text is for the writer to change or keep. */
  private giveBack(content: string): void {
    this.dispatchEvent(new CustomEvent('give-back', { detail: content, bubbles: true }));
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
    return html`<div class="note-action">
      <button type="button" class="button" @click=${() => this.workspace.regenerate()}>
        ${icons.again} Ask for a reply
      </button>
    </div>`;
  }

  private earlier(): TemplateResult {
    return html`<div class="note-action">
      <button
        type="button"
        class="quiet-button"
        ?disabled=${this.loadingEarlier}
        @click=${this.loadEarlier}
      >
        ${this.loadingEarlier ? 'Loading…' : 'Show earlier messages'}
      </button>
    </div>`;
  }

  private async loadEarlier(): Promise<void> {
    if (this.loadingEarlier) {
      return;
    }
    this.loadingEarlier = true;
    try {
      const first = this.querySelector('hubbub-message');
      this.anchor =
        first === null ? undefined : { element: first, top: first.getBoundingClientRect().top };
      await this.workspace.loadEarlier();
    } catch {
      // The button is still there.
    } finally {
      this.loadingEarlier = false;
    }
  }

  /** Keeps what the reader looks at in its place when earlier messages come above it. */
  private holdAnchor(): void {
    const { anchor } = this;
    if (anchor !== undefined && this.querySelector('hubbub-message') !== anchor.element) {
      this.scroller()!.scrollTop += anchor.element.getBoundingClientRect().top - anchor.top;
      this.anchor = undefined;
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
    if (below < NEAR_END_PIXELS) {
      this.keepsToEnd = true;
    } else if (scroller.scrollTop < this.lastTop - 1) {
      // Only a reader scrolls up; text that grows moves the end away without it.
      this.keepsToEnd = false;
    }
    this.lastTop = scroller.scrollTop;
    this.away = !this.keepsToEnd;
  }
}

const NO_MESSAGES: readonly Message[] = [];

function note(title: string, text: string): TemplateResult {
  return html`<div class="note" role="status">
    <h2>${title}</h2>
    <p>${text}</p>
  </div>`;
}

function skeleton(): TemplateResult {
  return html`<div class="skeleton" role="status" aria-label="Loading messages">
    <i class="right"></i><i></i><i></i><i class="short"></i>
  </div>`;
}
