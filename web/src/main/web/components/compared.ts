import { PropertyValues, TemplateResult, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { read } from '../http';
import { t } from '../i18n/language';
import { Chat, Message } from '../protocol';
import { Topic } from '../topics';
import { icons } from './icons';
import { Part } from './part';

/** Longer than a reply that was asked for together with its question takes to begin. */
const SETTLED_MILLIS = 250;

/** A model that was asked for a reply, in a chat beside the open one. */
export interface Asked {
  readonly chat_id: string;
  readonly reply_id: string;
  readonly model: string;
}

/** What `look-again` tells. */
export interface Compared {
  readonly question: Message;
  readonly replies: readonly Asked[];
}

/**
 * Says of a question without a reply that several models answered it side by side, and leads there:
 * for whoever closed that, and for the reader's other tabs and devices.
 */
@customElement('hubbub-compared')
export class HubbubCompared extends Part {
  protected override readonly topics: readonly Topic[] = [];
  @property() chatId = '';
  /** The head of that chat, which has no reply on its way. */
  @property({ attribute: false }) question!: Message;
  @state() private replies: readonly Asked[] = [];
  /** Whether the server could not be asked. */
  private unheard = false;
  private timer = 0;
  /** Chats that began after the question, which may be those of the replies. */
  private readonly begun = new Set<string>();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearTimeout(this.timer);
  }

  protected override changed(topic: Topic): void {
    const { latest } = this.workspace;
    const isNews = topic === 'list' && latest !== undefined && this.isNew(latest);
    if (isNews || (this.unheard && (topic === 'connection' || topic === 'chat'))) {
      this.askSoon();
    }
    super.changed(topic);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const isOther = changed.has('question') && changed.get('question')?.id !== this.question.id;
    if (isOther || changed.has('chatId')) {
      this.replies = [];
      this.begun.clear();
      this.askSoon();
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    return this.replies.length < 2
      ? nothing
      : html`<div class="note-action">
          <button type="button" class="quiet-button" @click=${() => this.lookAgain()}>
            ${icons.columns} ${t('compareAgain', { count: this.replies.length })}
          </button>
        </div>`;
  }

  /** Whether a chat, which is told of often, may be that of a reply and was not told of before. */
  private isNew(chat: Chat): boolean {
    const isNew = chat.created_at >= this.question.created_at && !this.begun.has(chat.id);
    this.begun.add(chat.id);
    return isNew;
  }

  /** Asks once for all that happens at the same time. */
  private askSoon(): void {
    this.unheard = false;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), SETTLED_MILLIS);
  }

  private async ask(): Promise<void> {
    const { open, status } = this.workspace;
    if (open?.phase !== 'ready' || status !== 'open') {
      this.unheard = true;
      return;
    }
    const path = this.path();
    const answer = await read<{ replies: Asked[] }>(path);
    if (path === this.path()) {
      this.unheard = answer === undefined;
      this.replies = answer?.replies ?? this.replies;
    }
  }

  private path(): string {
    return `/api/chats/${encodeURIComponent(this.chatId)}/compare?message_id=${this.question.id}`;
  }

  private lookAgain(): void {
    const detail: Compared = { question: this.question, replies: this.replies };
    this.dispatchEvent(new CustomEvent('look-again', { detail, bubbles: true }));
  }
}
