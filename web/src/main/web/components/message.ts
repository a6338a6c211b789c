import { LitElement, TemplateResult, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { LiveReply } from '../chat-state';
import { copyText } from '../clipboard';
import { Message } from '../protocol';
import { icons } from './icons';
import type { HubbubProse } from './prose';

/** What a message asks of the chat around it, as the detail of an event of that name. */
export interface MessageEvents {
  regenerate: { messageId: string };
  branch: { messageId: string };
}

const COPIED_MILLIS = 1_600;
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const COUNT = new Intl.NumberFormat();

/** One message, or a reply on its way to become one. */
@customElement('hubbub-message')
export class HubbubMessage extends LitElement {
  @property({ attribute: false }) message: Message | undefined;
  @property({ attribute: false }) reply: LiveReply | undefined;
  @property({ type: Boolean }) last = false;
  @property({ type: Boolean }) idle = false;
  @property({ attribute: false }) siblings: readonly Message[] = [];
  @state() private copied = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** More text came for the reply: draws it, and nothing else. */
  grow(reply: LiveReply): void {
    this.querySelector<HubbubProse>('hubbub-prose')?.follow(reply);
  }

  protected override updated(): void {
    const prose = this.querySelector<HubbubProse>('hubbub-prose');
    if (this.message !== undefined) {
      prose?.show(this.message.content);
    } else if (this.reply !== undefined) {
      prose?.follow(this.reply);
    }
  }

  protected override render(): TemplateResult {
    const { message } = this;
    if (message?.role === 'user') {
      return this.mine(message);
    }
    if (message?.role === 'system') {
      return html`<p class="system-note">${message.content}</p>`;
    }
    return this.answer();
  }

  private mine(message: Message): TemplateResult {
    return html`<article class="mine" aria-label="You">
      <div class="bubble">${message.content}</div>
      <div class="actions">${this.copyButton(message.content)} ${this.time(message)}</div>
    </article>`;
  }

  private answer(): TemplateResult {
    const { message, reply } = this;
    const model = message?.model ?? reply?.model ?? '';
    const thinking = reply !== undefined && reply.length === 0;
    return html`<article class="answer" aria-label="Reply" aria-busy=${reply !== undefined}>
      <header class="answer-head">
        <span class="avatar" data-live=${reply !== undefined}>${icons.mark}</span>
        <span class="answer-model">${model}</span>
        ${
          reply !== undefined && reply.attempt > 1
            ? html`<span class="tag">Going on after an interruption</span>`
            : nothing
        }
      </header>
      ${
        thinking
          ? html`<span class="dots" role="img" aria-label="Thinking"><i></i><i></i><i></i></span>`
          : nothing
      }
      <hubbub-prose class="prose" ?hidden=${thinking}></hubbub-prose>
      ${message === undefined ? nothing : this.ending(message)}
    </article>`;
  }

  private ending(message: Message): TemplateResult {
    return html`${message.stop_reason === 'error' ? this.failure(message) : nothing}
      <div class="actions">
        ${message.content === '' ? nothing : this.copyButton(message.content)}
        ${this.last && this.idle ? this.againButton(message) : nothing} ${this.branches(message)}
        ${endTag(message)}
        ${
          (message.attempts?.length ?? 0) > 1
            ? html`<span class="tag">Resumed after an interruption</span>`
            : nothing
        }
        ${this.time(message)}
        ${
          message.usage === undefined
            ? nothing
            : html`<span class="meta">${COUNT.format(message.usage.output_tokens)} tokens</span>`
        }
      </div>`;
  }

  private failure(message: Message): TemplateResult {
    return html`<div class="failure" role="alert">
      ${icons.warning}
      <p>
        <strong>${message.content === '' ? 'No reply came.' : 'The reply broke off.'}</strong>
        ${message.error ?? ''}
      </p>
      ${
        this.last && this.idle
          ? html`<button type="button" class="button" @click=${() => this.again(message)}>
              ${icons.again} Retry
            </button>`
          : nothing
      }
    </div>`;
  }

  private copyButton(text: string): TemplateResult {
    const copy = async (): Promise<void> => {
      await copyText(text);
      this.copied = true;
      window.setTimeout(() => (this.copied = false), COPIED_MILLIS);
    };
    return html`<button
      type="button"
      class="icon-button small"
      aria-label=${this.copied ? 'Copied' : 'Copy message'}
      title="Copy"
      @click=${copy}
    >
      ${this.copied ? icons.check : icons.copy}
    </button>`;
  }

  private againButton(message: Message): TemplateResult {
    return html`<button
      type="button"
      class="icon-button small"
      aria-label="Regenerate reply"
      title="Regenerate"
      @click=${() => this.again(message)}
    >
      ${icons.again}
    </button>`;
  }

  private branches(message: Message): TemplateResult | typeof nothing {
    const { siblings } = this;
    const at = siblings.findIndex((sibling) => sibling.id === message.id);
    if (siblings.length < 2 || at < 0) {
      return nothing;
    }
    const step = (to: number, label: string, picture: TemplateResult): TemplateResult =>
      html`<button
        type="button"
        class="icon-button small"
        aria-label=${label}
        ?disabled=${!this.idle || siblings[to] === undefined}
        @click=${() => this.ask('branch', siblings[to]!.id)}
      >
        ${picture}
      </button>`;
    return html`<span class="branches" role="group" aria-label="Replies to this message">
      ${step(at - 1, 'Previous reply', icons.left)}
      <span class="meta">${at + 1} / ${siblings.length}</span>
      ${step(at + 1, 'Next reply', icons.right)}
    </span>`;
  }

  private time(message: Message): TemplateResult {
    const at = new Date(message.created_at);
    return html`<time class="meta" datetime=${message.created_at} title=${MOMENT.format(at)}
      >${CLOCK.format(at)}</time
    >`;
  }

  private again(message: Message): void {
    const parent = message.parents[0];
    if (parent !== undefined) {
      this.ask('regenerate', parent);
    }
  }

  private ask(name: keyof MessageEvents, messageId: string): void {
    this.dispatchEvent(new CustomEvent(name, { detail: { messageId }, bubbles: true }));
  }
}

function endTag(message: Message): TemplateResult | typeof nothing {
  switch (message.stop_reason) {
    case 'stopped':
      return html`<span class="tag">Stopped</span>`;
    case 'length':
      return html`<span class="tag">Cut at the length limit</span>`;
    case 'content_filter':
      return html`<span class="tag">Held back by the provider's filter</span>`;
    default:
      return nothing;
  }
}
